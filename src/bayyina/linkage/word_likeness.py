"""How alike two words of names are: within a script by spelling, across scripts by sound."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from bayyina.linkage.arrays import Bytes, Ints32
from bayyina.linkage.pair_tables import Alike
from bayyina.names.comparing import compare_tokens
from bayyina.names.normal_forms import script_of

_TYPING_ERROR: Final = 0.9
"""How alike two words are that are apart by one letter of at least six."""


def likeness_of(words: Sequence[str]) -> Alike:
    """The comparison of numbered words.

    Two Latin words are as alike as their letters (Jaro-Winkler; one mistyped letter of a
    long word counts as a spelling); for all others the comparison of names decides.
    """
    table = np.array(words, dtype=object)
    latin = np.array([script_of(word) in {"latin", "other"} for word in words], dtype=np.bool_)

    def alike(first: Ints32, second: Ints32) -> Bytes:
        result = np.empty(len(first), dtype=np.float64)
        plain = latin[first] & latin[second]
        result[plain] = _spelled(table[first[plain]], table[second[plain]])
        result[~plain] = [
            compare_tokens(a, b)
            for a, b in zip(table[first[~plain]], table[second[~plain]], strict=True)
        ]
        return np.round(np.clip(result, 0.0, 0.998) * 255).astype(np.uint8)

    return alike


def _spelled(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    a, b = first.tolist(), second.tolist()
    spelled = process.cpdist(a, b, scorer=JaroWinkler.similarity, dtype=np.float64)
    edits = process.cpdist(a, b, scorer=OSA.distance, score_cutoff=1, dtype=np.int64)
    lengths = np.array([min(len(x), len(y)) for x, y in zip(a, b, strict=True)])
    mistyped = (edits == 1) & (lengths >= 5)
    return np.where(mistyped, np.maximum(spelled, _TYPING_ERROR), spelled)
