"""Many pairs of names at once: the functions of ``likeness``, compiled.

Compiling takes some seconds once for each installation (the result is kept beside the
program, or in the user's cache folder where that cannot be written; where neither can, it
is compiled anew in each process). Importing this module loads the compiler; single pairs are
compared without it, to the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from types import FunctionType
from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from bayyina.names import likeness
from bayyina.names.comparing import NameComparison, compare_names, decision_of
from bayyina.names.structure import read_name
from bayyina.names.words import Word, model_arrays, spaces, word_arrays, word_of

_IN_ORDER = (
    likeness.best_sum,
    likeness.listed,
    likeness.spelled_likeness,
    likeness.best_reading,
    likeness.likeness,
    likeness.lost_by,
    likeness.place_units,
    likeness.lost_by_order,
    likeness.lost_by_absence,
    likeness.scale_of,
    likeness.fill_likes,
    likeness.score_units,
    likeness.joined_score,
    likeness.score_pair,
    likeness.score_pairs,
    likeness.like_pairs,
    likeness.like_rows,
)
"""Functions to compile, each after those that it calls."""


class NameTable(NamedTuple):
    """Names by number, ready to be compared."""

    words: Any
    """``WordArrays`` of all words."""

    units: NDArray[np.int64]
    """Numbers of the words of all names, one name after the other."""

    start: NDArray[np.int64]
    """Where each name begins in ``units``; one entry more than names."""

    kunya: NDArray[np.bool_]
    """Whether the first unit of a name is a kunya."""

    whole: NDArray[np.int64]
    """Number of the word that is the whole name."""


@lru_cache(maxsize=1)
def compiled() -> dict[str, Callable[..., Any]]:
    """The functions of ``likeness``, compiled, by their names."""
    scope = dict(vars(likeness))
    for function in _IN_ORDER:
        copy = FunctionType(function.__code__, scope, function.__name__)
        copy.__module__, copy.__doc__ = function.__module__, function.__doc__
        try:
            scope[function.__name__] = numba.njit(copy, cache=True, nogil=True)
        except RuntimeError:  # nowhere to keep the result: numba finds no writable folder
            scope[function.__name__] = numba.njit(copy, nogil=True)
    return scope


def name_table(names: Sequence[str]) -> NameTable:
    """The arrays of names; equal words of different names are one word."""
    place: dict[Word, int] = {}
    units: list[int] = []
    start, kunya, whole = [0], [], []
    for name in names:
        reading = read_name(name)
        units += [place.setdefault(word, len(place)) for word in reading.units]
        start.append(len(units))
        kunya.append(reading.has_kunya)
        whole.append(place.setdefault(reading.whole, len(place)))
    return NameTable(
        word_arrays(tuple(place)),
        np.array(units, dtype=np.int64),
        np.array(start, dtype=np.int64),
        np.array(kunya, dtype=np.bool_),
        np.array(whole, dtype=np.int64),
    )


def score_table(table: NameTable, first: Any, second: Any) -> NDArray[np.float64]:
    """Scores of pairs of names of one table, given by their numbers; 0 for empty names."""
    score_pairs = compiled()["score_pairs"]
    one, two = (np.ascontiguousarray(side, dtype=np.int64) for side in (first, second))
    return np.asarray(
        score_pairs(
            one, two, table.units, table.start, table.kunya, table.whole,
            table.words, model_arrays(), spaces(),
        )
    )  # fmt: skip


def score_many(pairs: Iterable[tuple[str, str]]) -> NDArray[np.float64]:
    """Scores of pairs of names, as ``compare_names`` gives them, without the reasons."""
    place: dict[str, int] = {}
    first, second = [], []
    for a, b in pairs:
        first.append(place.setdefault(a, len(place)))
        second.append(place.setdefault(b, len(place)))
    if not first:
        return np.empty(0)
    return score_table(name_table(tuple(place)), first, second).round(4)


def compare_many(pairs: Iterable[tuple[str, str]]) -> list[NameComparison]:
    """``compare_names`` of many pairs; reasons only where the names are not plainly different.

    A pair whose score proposes "different" has no parts; ask ``compare_names`` for them.
    """
    every = list(pairs)
    scores = score_many(every)
    found = []
    for (a, b), score in zip(every, scores, strict=True):
        decision = decision_of(float(score))
        if decision == "different":
            found.append(NameComparison(float(score), decision, []))
        else:
            found.append(compare_names(a, b))
    return found


def like_words(pairs: Iterable[tuple[str, str]]) -> NDArray[np.float64]:
    """``compare_tokens`` of many pairs of words."""
    place: dict[Word, int] = {}
    first, second = [], []
    for a, b in pairs:
        first.append(place.setdefault(word_of(a), len(place)))
        second.append(place.setdefault(word_of(b), len(place)))
    if not first:
        return np.empty(0)
    numbers = (np.array(side, dtype=np.int64) for side in (first, second))
    likes = compiled()["like_pairs"](
        *numbers, word_arrays(tuple(place)), model_arrays(), spaces().table
    )
    return np.asarray(likes).round(4)
