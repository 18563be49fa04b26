"""For each name of one list, the most like names of another.

Small lists are compared whole. For large ones an index finds the candidates worth
comparing: each name is filed under the sound keys of its words and under pairs of neighbouring sounds, so that
one wrong sound leaves others to be found by; rare keys count more. The cost grows with the
names that share keys, never with the product of the lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bayyina.names.batches import NameTable, compiled_in, name_table, score_table
from bayyina.names.keys import sound_keys
from bayyina.names.structure import read_name

WHOLE = 4_000_000
"""Products of words of the queries and words of the candidates up to which all are compared."""

SHORTLIST = 60
"""Candidates for each query that the index hands on; five times as many as asked for, if more."""

COMMON = 0.1
"""Share of the candidates from which a key says nothing; not used where a query has others."""

_BLOCK = 200_000


class Match(NamedTuple):
    """One candidate for a query."""

    candidate: str
    """The candidate as given."""

    score: float
    """The score of the two names, 0 to 1."""


class _Index(NamedTuple):
    """Which candidates stand under which key."""

    keys: dict[str, int]
    """Numbers of the keys."""

    start: NDArray[np.int64]
    """Where the candidates of a key begin in ``names``."""

    names: NDArray[np.int64]
    """Numbers of candidates, key after key."""

    weight: NDArray[np.float64]
    """How much a key counts: the logarithm of how rare it is."""

    size: int
    """Number of candidates."""


def match_names(
    queries: Sequence[str], candidates: Sequence[str], top: int
) -> Iterator[list[Match]]:
    """The best candidates of each query, best first, in the order of the queries.

    Candidates that are written alike are one. Equal scores keep the order of the
    candidates. A query or a candidate without letters matches nothing.
    """
    known = [name for name in dict.fromkeys(candidates) if read_name(name).units]
    if top < 1 or not known:
        yield from ([] for _ in queries)
        return
    unique = list(dict.fromkeys(queries))
    table = name_table([*known, *unique])
    sizes = np.diff(table.start)
    if int(sizes[: len(known)].sum()) * int(sizes[len(known) :].sum()) <= WHOLE:
        pairs = _all_pairs(len(known), len(unique))
    else:
        pairs = _shortlists(known, unique, max(SHORTLIST, 5 * top))
    found = dict(zip(unique, _best(table, pairs, known, top), strict=True))
    yield from (found[query] for query in queries)


def _all_pairs(known: int, queries: int) -> Iterator[NDArray[np.int64]]:
    every = np.arange(known)
    yield from (every for _ in range(queries))


def _best(
    table: NameTable, chosen: Iterable[NDArray[np.int64]], known: Sequence[str], top: int
) -> Iterator[list[Match]]:
    """Compare the chosen candidates of each query, in blocks of many pairs."""
    waiting: list[NDArray[np.int64]] = []
    done = held = 0
    for candidates in chosen:
        waiting.append(candidates)
        held += len(candidates)
        if held >= _BLOCK:
            yield from _compared(table, waiting, len(known) + done, known, top)
            done += len(waiting)
            waiting, held = [], 0
    yield from _compared(table, waiting, len(known) + done, known, top)


def _compared(
    table: NameTable, chosen: list[NDArray[np.int64]], first: int, known: Sequence[str], top: int
) -> Iterator[list[Match]]:
    if not chosen:
        return
    sizes = [len(candidates) for candidates in chosen]
    queries = np.repeat(np.arange(first, first + len(chosen)), sizes)
    every = np.concatenate(chosen)
    scores = score_table(table, queries, every)
    for end, size in zip(np.cumsum(sizes), sizes, strict=True):
        own, names = scores[end - size : end], every[end - size : end]
        order = np.lexsort((names, -own))[:top]
        yield [
            Match(known[names[place]], round(float(own[place]), 4))
            for place in order
            if own[place] > 0
        ]


def _shortlists(
    known: Sequence[str], queries: Sequence[str], count: int
) -> Iterator[NDArray[np.int64]]:
    index = _index(known)
    sums = np.zeros(index.size)
    gathered = _compiled_gather()
    for query in queries:
        keys = _usable([index.keys[key] for key in _keys(query) if key in index.keys], index)
        if not keys:
            yield np.empty(0, dtype=np.int64)
            continue
        numbers = np.array(keys, dtype=np.int64)
        found = gathered(numbers, index.start, index.names, index.weight, sums)
        yield _highest(found[0], found[1], count)


def _usable(keys: list[int], index: _Index) -> list[int]:
    """Without the keys that stand for a large share of all candidates, if others remain."""
    sizes = index.start[1:] - index.start[:-1]
    rare = [key for key in keys if sizes[key] <= max(1000, COMMON * index.size)]
    return rare or keys


def _index(names: Sequence[str]) -> _Index:
    keys: dict[str, int] = {}
    rows: list[int] = []
    columns: list[int] = []
    for number, name in enumerate(names):
        own = {keys.setdefault(key, len(keys)) for key in _keys(name)}
        rows.extend(sorted(own))
        columns.extend([number] * len(own))
    order = np.argsort(np.array(rows, dtype=np.int64), kind="stable")
    sizes = np.bincount(np.array(rows, dtype=np.int64), minlength=len(keys))
    start = np.concatenate(([0], np.cumsum(sizes)))
    weight = np.log1p(len(names) / np.maximum(sizes, 1))
    return _Index(keys, start, np.array(columns, dtype=np.int64)[order], weight, len(names))


def _keys(name: str) -> Iterator[str]:
    for word in read_name(name).units:
        yield from _word_keys(word.form)
        if word.sounded != word.form:
            yield from _word_keys(word.sounded)


@lru_cache(maxsize=1 << 17)
def _word_keys(form: str) -> tuple[str, ...]:
    sounds = sound_keys(form)
    edged = f"^{sounds[0]}$"
    near = [f"{a}{b}" for a, b in pairwise(edged)]
    apart = [f"{a}.{b}" for a, b in zip(edged, edged[2:], strict=False)]
    return (*(f"={sound}" for sound in sounds), *near, *apart)


def gather(keys: Any, start: Any, names: Any, weight: Any, sums: Any) -> Any:
    """The names that share keys, and the sums of the weights of the shared keys.

    ``sums`` is space of the size of all names, zero before and after.
    """
    total = 0
    for key in keys:
        total += start[key + 1] - start[key]
    touched = np.empty(total, dtype=np.int64)
    number = 0
    for key in keys:
        for place in range(start[key], start[key + 1]):
            name = names[place]
            if sums[name] == 0.0:
                touched[number] = name
                number += 1
            sums[name] += weight[key]
    reached = np.empty(number)
    for place in range(number):
        reached[place] = sums[touched[place]]
        sums[touched[place]] = 0.0
    return touched[:number], reached


def _highest(touched: NDArray[np.int64], reached: NDArray[np.float64], count: int) -> Any:
    if touched.size > count:
        touched = touched[np.argpartition(-reached, count)[:count]]
    return np.sort(touched)


@lru_cache(maxsize=1)
def _compiled_gather() -> Any:
    return compiled_in(gather, {"np": np})
