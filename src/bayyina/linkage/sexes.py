"""Sex compared, in the words that lists use for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from bayyina.linkage.arrays import Ints32
from bayyina.linkage.compiling import compiled_bare
from bayyina.linkage.encoding import Encoded, encode_as
from bayyina.linkage.measured import Measured
from bayyina.names.normal_forms import normal_form

LEVELS: Final = ("missing", "different", "same")
_FEMALE: Final = frozenset(
    [
        "f",
        "female",
        "woman",
        "girl",
        "femme",
        "feminin",
        "انثي",
        "انثى",
        "بنت",
        "امراه",
        "طفله",
        "سيده",
        "w",
        "fem",
    ]
)
_MALE: Final = frozenset(
    ["m", "male", "man", "boy", "homme", "masculin", "ذكر", "ولد", "رجل", "طفل", "h", "mas", "masc"]
)


def read_sexes(texts: Sequence[str]) -> Encoded[str]:
    """Read a column; words that are not known for a sex are left out."""
    return encode_as(texts, _sex_of)


def _sex_of(text: str) -> str | None:
    word = normal_form(text)
    if word in _FEMALE:
        return "female"
    return "male" if word in _MALE else None


@compiled_bare
def _levels(left: Any, right: Any, codes: Any, shares: Any, levels: Any, rarity: Any) -> None:
    for pair in range(len(left)):
        a, b = codes[left[pair]], codes[right[pair]]
        if a < 0 or b < 0:
            continue
        levels[pair] = 2 if a == b else 1
        if a == b:
            rarity[pair] = shares[a]


class SexComparison:
    """Compares the stated sex."""

    level_names = LEVELS
    rare_levels = frozenset({2})

    def __init__(self, label: str, sexes: Encoded[str]) -> None:
        self.label = label
        self._codes = sexes.codes
        counts = np.maximum(sexes.counts(), 1)
        self._shares = np.log(counts / max(1, counts.sum())).astype(np.float32)

    def measure(self, left: Ints32, right: Ints32) -> Measured:
        """Compare the sex of pairs of rows."""
        levels = np.zeros(len(left), dtype=np.uint8)
        rarity = np.zeros(len(left), dtype=np.float32)
        _levels(left, right, self._codes, self._shares, levels, rarity)
        return Measured(levels, rarity)
