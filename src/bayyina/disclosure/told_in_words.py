"""Whether a text holds one of some words, however they are spelled out.

Vowel signs, stretched letters, forms of letters for printing, wide Latin letters and signs that
nobody sees are passed over, as are the ways in which some Arabic letters are typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

_SIGNS: Final = (
    "\u00ad\u034f\u0300-\u036f\u0610-\u061a\u061c\u0640\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u08ca-\u08ff\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
)
"""What falls away, as the inside of a class of characters: marks, joiners, the tatweel."""

_HIDING: Final = re.compile(f"[{_SIGNS}]+")
_UNUSUAL: Final = re.compile(
    f"[{_SIGNS}\u00c0-\u024f\u0671-\u06d3\ufb50-\ufdff\ufe70-\ufefc\uff01-\uff5e]|\\s\\s"
)
"""What a text may hold that has to be folded; most texts are looked through as they are."""

_TYPED: Final = str.maketrans("ىیېةەہکڪٱ", "يييهههككا")


class TellingWords:
    """Parts of words that tell something."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        """Look for these words; none of them never tells anything."""
        forms = {form for word in words for form in (word.casefold(), _folded(word))}
        self._forms = tuple(sorted(forms))

    def are_in(self, text: str) -> bool:
        """Whether a text holds one of them."""
        said = text.casefold()
        if any(form in said for form in self._forms):  # faster than one expression for all
            return True
        if _UNUSUAL.search(text) is None:
            return False
        said = _folded(text)
        return any(form in said for form in self._forms)


def _folded(text: str) -> str:
    plain = _HIDING.sub("", unicodedata.normalize("NFKD", text)).translate(_TYPED)
    return " ".join(plain.casefold().split())
