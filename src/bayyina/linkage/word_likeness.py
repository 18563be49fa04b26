"""How alike two words of names are: by the comparison of names, and by what is mistyped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from bayyina.linkage.arrays import Bytes, Ints32
from bayyina.linkage.pair_tables import Alike
from bayyina.names.batches import like_words
from bayyina.names.keys import skeleton
from bayyina.names.normal_forms import script_of

_MISTYPED: Final = {True: 0.9, False: 0.8}
"""How alike two words are that are apart by one letter: Latin words, and others, whose short
words with one other letter are often another name."""
_LONG_ENOUGH: Final = 5


def likeness_of(words: Sequence[str]) -> Alike:
    """The comparison of numbered words.

    Two Latin words are as alike as their letters (Jaro-Winkler); of those that sound alike, and
    of all others, across scripts as well, the comparison of names is asked. One mistyped
    letter of a long word is forgiven.
    """
    table = np.array([*words, ""], dtype=object)[:-1]
    latin = np.array([script_of(word) in {"latin", "other"} for word in words], dtype=np.bool_)

    def alike(first: Ints32, second: Ints32) -> Bytes:
        a, b = table[first].tolist(), table[second].tolist()
        both_latin = latin[first] & latin[second]
        found = np.where(both_latin, _spelled(a, b), 0.0)
        found = np.maximum(found, np.where(_mistyped(a, b), _allowance(both_latin), 0.0))
        sounded = np.fromiter(map(_sound_alike, a, b), dtype=np.bool_, count=len(a))
        asked = np.flatnonzero(~both_latin | (sounded & (found < _MISTYPED[True])))
        named = like_words((a[place], b[place]) for place in asked.tolist())
        found[asked] = np.maximum(found[asked], named)
        return np.round(np.clip(found, 0.0, 0.998) * 255).astype(np.uint8)

    return alike


def _sound_alike(a: str, b: str) -> bool:
    return skeleton(a) == skeleton(b)


def _spelled(a: list[str], b: list[str]) -> NDArray[Any]:
    return np.asarray(process.cpdist(a, b, scorer=JaroWinkler.similarity, dtype=np.float64))


def _mistyped(a: list[str], b: list[str]) -> NDArray[np.bool_]:
    edits = process.cpdist(a, b, scorer=OSA.distance, score_cutoff=1, dtype=np.int64)
    lengths = np.array([min(len(x), len(y)) for x, y in zip(a, b, strict=True)], dtype=np.int64)
    return np.asarray((edits == 1) & (lengths >= _LONG_ENOUGH))


def _allowance(latin: NDArray[np.bool_]) -> NDArray[Any]:
    return np.where(latin, _MISTYPED[True], _MISTYPED[False])
