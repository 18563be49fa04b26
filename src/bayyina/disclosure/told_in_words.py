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

_BETWEEN: Final = re.compile(r"[\W_]+")
"""What stands between two words."""

_TYPED: Final = str.maketrans("ىیېةەہکڪٱ", "يييهههككا")


class TellingWords:
    """Parts of words that tell something.

    A blank at the beginning or end of one is the beginning or end of a word; one between words is
    whatever stands between them.
    """

    def __init__(self, words: Iterable[str] = ()) -> None:
        """Look for these words; none of them never tells anything."""
        given = list(words)
        made = {word.casefold() for word in given} | {_edged(word) for word in given}
        forms = {form for form in made if not any(o != form and o in form for o in made)}
        self._forms = tuple(sorted(one for one in forms if " " not in one))
        # Of words with a blank the longest part is sought first: most texts do not hold it.
        self._spaced = tuple(
            (max(one.split(), key=len), one) for one in sorted(forms) if " " in one
        )

    def are_in(self, text: str) -> bool:
        """Whether a text holds one of them."""
        if self._hold(text.casefold()):
            return True
        return _UNUSUAL.search(text) is not None and self._hold(folded(text))

    def _hold(self, said: str) -> bool:
        if any(form in said for form in self._forms):  # faster than one expression for all
            return True
        likely = [form for part, form in self._spaced if part in said]
        if not likely:
            return False
        spaced = f" {_BETWEEN.sub(' ', said)} "
        return any(form in spaced for form in likely)


def _edged(word: str) -> str:
    """A word as it is sought in folded texts, with the blanks at its ends."""
    return f"{' ' * word.startswith(' ')}{folded(word)}{' ' * word.endswith(' ')}"


def folded(text: str) -> str:
    """A text as it is looked through: no signs that are passed over, letters in their usual form."""
    plain = _HIDING.sub("", unicodedata.normalize("NFKD", text)).translate(_TYPED)
    return " ".join(plain.casefold().split())
