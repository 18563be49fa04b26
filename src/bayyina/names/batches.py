"""Many pairs of names at once: the functions of ``likeness``, compiled.

Compiling takes some seconds once for each installation (the result is kept beside the
program, or in the user's cache folder where that cannot be written; where neither can, it
is compiled anew in each process). Importing this module loads the compiler; single pairs are
compared without it, to the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from types import FunctionType
from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from bayyina.names import likeness
from bayyina.names.comparing import Decision, NameComparison, compare_names, decision_of
from bayyina.names.keys import share_a_sound
from bayyina.names.structure import is_special, plain_words, read_name
from bayyina.names.words import Word, model_arrays, spaces, word_arrays, word_of

_IN_ORDER = (
    likeness.best_sum,
    likeness.overlap,
    likeness.listed,
    likeness.may_sound_alike,
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
    likeness.score_pair,
    likeness.score_pairs,
)
"""Functions to compile, each after those that it calls."""


FEW = 200
"""Pairs up to which nothing is compiled: waiting for the compiler would take longer."""


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

    wholes: tuple[str, ...]
    """Each name as one word, normal form."""


@lru_cache(maxsize=1)
def compiled() -> dict[str, Callable[..., Any]]:
    """The functions of ``likeness``, compiled, by their names."""
    scope = dict(vars(likeness))
    for function in _IN_ORDER:
        scope[function.__name__] = compiled_in(function, scope, is_bare=True)
    return scope


def functions_for(pairs: int) -> Mapping[str, Callable[..., Any]]:
    """The functions of ``likeness``: as they are for a few pairs, compiled for more."""
    return vars(likeness) if pairs <= FEW else compiled()


def _for_table(pairs: int) -> Mapping[str, Callable[..., Any]]:
    """The same; where this process has loaded the compiled ones, a few pairs are theirs too."""
    return compiled() if compiled.cache_info().currsize else functions_for(pairs)


def compiled_in(
    function: Callable[..., Any], scope: dict[str, Any], *, is_bare: bool = False
) -> Callable[..., Any]:
    """A function compiled when first called, its names looked up in a scope.

    A bare function makes no array, only reads and writes those that it is given: then they are
    not counted in and out at every call within, which takes longer than the comparing itself.
    """
    options: dict[str, Any] = {"_nrt": False} if is_bare else {}
    copy = FunctionType(function.__code__, scope, function.__name__)
    copy.__module__, copy.__doc__ = function.__module__, function.__doc__
    try:
        made: Callable[..., Any] = numba.njit(cache=True, nogil=True, **options)(copy)
    except RuntimeError:  # nowhere to keep the result: numba finds no writable folder
        made = numba.njit(nogil=True, **options)(copy)
    except KeyError:  # a compiler that does not know the option; the answers are the same
        return compiled_in(function, scope)
    return made


def name_table(names: Sequence[str]) -> NameTable:
    """The arrays of names; equal words of different names are one word."""
    numbered = _Numbered()
    units: list[int] = []
    start, kunya = [0], np.zeros(len(names), dtype=np.bool_)
    wholes: list[str] = []
    for number, name in enumerate(names):
        own = numbered.plain(name)
        if own is None:
            reading = read_name(name)
            own = [numbered.number(word) for word in reading.units]
            kunya[number] = reading.has_kunya
            wholes.append(reading.whole)
        else:
            wholes.append("".join([numbered.forms[unit] for unit in own]))
        units += own
        start.append(len(units))
    return NameTable(
        word_arrays(tuple(numbered.words)),
        np.array(units, dtype=np.int64),
        np.array(start, dtype=np.int64),
        kunya,
        tuple(wholes),
    )


class _Numbered:
    """Words by number, in the order in which they are met."""

    def __init__(self) -> None:
        self.words: dict[Word, int] = {}
        self.forms: list[str] = []
        """Normal form of each word."""
        self._of_text: dict[str, int] = {}

    def number(self, word: Word) -> int:
        """Number of a word."""
        found = self.words.setdefault(word, len(self.words))
        if found == len(self.forms):
            self.forms.append(word.form)
        return found

    def plain(self, name: str) -> list[int] | None:
        """Units of a name as ``read_name`` gives them, without reading it where it is plain."""
        words = plain_words(name)
        if words is None:
            return None
        get = self._of_text.get
        units = [get(word, -2) for word in words]
        if -2 in units:
            units = [self._met(word) for word in words]
        return None if -1 in units else units

    def _met(self, text: str) -> int:
        """Number of the word that a text is, -1 where it is special."""
        word = word_of(text)
        found = -1 if is_special(word.form) else self.number(word)
        self._of_text[text] = found
        return found


def score_table(table: NameTable, first: Any, second: Any) -> NDArray[np.float64]:
    """Scores of pairs of names of one table, given by their numbers; 0 for empty names.

    They are not rounded: near ones keep their order.
    """
    one, two = (np.ascontiguousarray(side, dtype=np.int64) for side in (first, second))
    scores = _scores_by_units(table, one, two, _for_table(len(one)))
    sizes, letters = np.diff(table.start), np.array([len(whole) for whole in table.wholes])
    joinable = likeness.are_joinable(sizes[one], sizes[two], letters[one], letters[two])
    wholes = table.wholes
    chosen = [
        k
        for k in np.flatnonzero(joinable & (scores < likeness.JOINED))
        if share_a_sound(wholes[one[k]], wholes[two[k]])
    ]
    if chosen:
        pairs = ((wholes[one[k]], wholes[two[k]]) for k in chosen)
        likes = like_words(pairs, _for_table(len(one)))
        joined = np.where(likes >= likeness.JOINED_FROM, likes * likeness.JOINED, 0.0)
        scores[chosen] = np.maximum(scores[chosen], joined)
    return np.asarray(scores)


def _scores_by_units(
    table: NameTable, first: Any, second: Any, functions: Mapping[str, Callable[..., Any]]
) -> Any:
    units, start, kunya, words = table.units, table.start, table.kunya, table.words
    scores = np.zeros(len(first))
    functions["score_pairs"](
        first, second, units, start, kunya, words, model_arrays(), spaces(), scores
    )
    return scores


def score_many(pairs: Iterable[tuple[str, str]]) -> NDArray[np.float64]:
    """Scores of pairs of names, as ``compare_names`` gives them, without the reasons."""
    return _scored(pairs)[0]


def decide_many(pairs: Iterable[tuple[str, str]]) -> list[tuple[float, Decision]]:
    """Score and decision of pairs of names, as ``compare_names`` gives them."""
    scores, is_named = _scored(pairs)
    return [
        (float(score), decision_of(float(score)) if named else "unsure")
        for score, named in zip(scores, is_named, strict=True)
    ]


def _scored(pairs: Iterable[tuple[str, str]]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Scores, and whether both sides of a pair have anything to compare."""
    place: dict[str, int] = {}
    numbers = [(place.setdefault(a, len(place)), place.setdefault(b, len(place))) for a, b in pairs]
    if not numbers:
        return np.empty(0), np.empty(0, dtype=np.bool_)
    first, second = np.array(numbers, dtype=np.int64).T
    table = name_table(tuple(place))
    sizes = np.diff(table.start)
    is_named = (sizes[first] > 0) & (sizes[second] > 0)
    return score_table(table, first, second).round(4), is_named


def compare_many(pairs: Iterable[tuple[str, str]]) -> list[NameComparison]:
    """``compare_names`` of many pairs, reasons included; ``score_many`` is quicker by far."""
    every = list(pairs)
    score_pair = functions_for(len(every))["score_pair"]
    return [compare_names(a, b, score_pair=score_pair) for a, b in every]


def like_words(
    pairs: Iterable[tuple[str, str]], functions: Mapping[str, Callable[..., Any]] | None = None
) -> NDArray[np.float64]:
    """``compare_tokens`` of many pairs of words, by the functions given or those for as many."""
    place: dict[Word, int] = {}
    numbers = [
        (place.setdefault(word_of(a), len(place)), place.setdefault(word_of(b), len(place)))
        for a, b in pairs
    ]
    if not numbers:
        return np.empty(0)
    first, second = np.array(numbers, dtype=np.int64).T.copy()
    named = np.array([bool(word.form) for word in place])
    start = np.concatenate(([0], np.cumsum(named)))
    table = NameTable(
        word_arrays(tuple(place)),
        np.flatnonzero(named),
        start,
        np.zeros(len(place), dtype=np.bool_),
        (),
    )
    likes = _scores_by_units(table, first, second, functions or _for_table(len(numbers)))
    return np.asarray(likes).round(4)
