"""Names as keyed digests: who knows neither the key nor the name cannot read one from them.

Each word of a name becomes an HMAC-SHA-256 of its consonants under a key that is derived from
the case key of the workspace, written with letters that the comparison of names tells apart.
Spellings whose consonants agree, in Arabic and in Latin letters, give the same digest. What
is lost: words that are only similar are as different as any others, a name by itself can no
longer be read in reasons, and whoever holds the key can try names one by one.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from bayyina.linkage.person_names import name_words
from bayyina.names.keys import skeleton

_PURPOSE: Final = b"bayyina linkage of sealed names v1"
_LETTERS: Final = "bdfhklmnrstz"
"""Consonants that stay apart in the sound keys of names, whatever stands beside them."""

_LENGTH: Final = 18
"""Letters of a digest: twelve to the eighteenth power, about 64 bits."""


class NameSealer:
    """Replaces the words of names by keyed digests."""

    def __init__(self, case_key: bytes) -> None:
        """Derive the key of this use from the case key (32 bytes)."""
        self._key = hmac.new(case_key, _PURPOSE, hashlib.sha256).digest()
        self._digest = lru_cache(maxsize=1 << 18)(self._of_word)

    def sealed(self, names: Iterable[str]) -> list[str]:
        """The names with a digest in place of each word, in the same order."""
        return [" ".join(map(self._digest, name_words(name))) for name in names]

    def _of_word(self, word: str) -> str:
        key = skeleton(word) or word
        number = int.from_bytes(hmac.new(self._key, key.encode(), hashlib.sha256).digest(), "big")
        letters = []
        for _ in range(_LENGTH):
            number, place = divmod(number, len(_LETTERS))
            letters.append(_LETTERS[place])
        return "".join(letters)
