"""Pairs that share too little themselves, but both much with a third row.

Rows of one person are often spelled so differently that no rule brings them together, while
each of them comes together with a third row. So each row's nearest rows are noted, and those
two steps away are candidates as well. What is noted for a row is bounded, so the cost grows
with the rows only, and a name that everybody bears brings nobody together here either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

import numpy as np

from bayyina.linkage.arrays import Ints32, Ints64, Singles
from bayyina.linkage.compiling import compiled_bare
from bayyina.linkage.in_threads import in_order

NEAREST: Final = 6
"""Rows that are noted as the nearest of each row."""
_FOUND_PER_ROW: Final = NEAREST * (NEAREST - 1) // 2 + NEAREST * NEAREST
_ROWS_AT_ONCE: Final = 50_000


class Steps(NamedTuple):
    """Pairs of rows two steps apart."""

    pairs: Ints64
    """``smaller << 32 | greater``, each once, in ascending order."""
    weakest: Singles
    """The lower of the weights of the two steps, the highest over all ways, shape (pairs,)."""


class Nearest(NamedTuple):
    """The nearest rows of each row."""

    rows: Ints32
    """Numbers of rows, the nearest first, shape (rows, NEAREST); -1 behind the last."""
    weight: Singles
    """How promising the pairs are, of the same shape."""


@compiled_bare
def _note(at: Any, other: Any, weight: Any, rows: Any, weights: Any) -> None:
    """Put a row among the nearest of another, if it is one of them."""
    place = rows.shape[1]
    while place > 0 and (rows[at, place - 1] < 0 or weights[at, place - 1] < weight):
        place -= 1
    if place == rows.shape[1]:
        return
    for later in range(rows.shape[1] - 1, place, -1):
        rows[at, later] = rows[at, later - 1]
        weights[at, later] = weights[at, later - 1]
    rows[at, place] = other
    weights[at, place] = weight


@compiled_bare
def _note_all(left: Any, right: Any, weight: Any, least: Any, rows: Any, weights: Any) -> None:
    for pair in range(len(left)):
        if weight[pair] >= least:
            _note(left[pair], right[pair], weight[pair], rows, weights)
            _note(right[pair], left[pair], weight[pair], rows, weights)


@compiled_bare
def _step_on(begin: Any, end: Any, rows: Any, weights: Any, pairs: Any, weakest: Any) -> Any:
    """Write the pairs two steps apart whose first or middle row is one of some rows."""
    written = 0
    for i in range(begin, end):
        for x in range(rows.shape[1]):
            j = rows[i, x]
            if j < 0:
                break
            for y in range(x):
                k = rows[i, y]
                pairs[written] = np.int64(min(j, k)) << 32 | max(j, k)
                weakest[written] = weights[i, x]
                written += 1
            for y in range(rows.shape[1]):
                k = rows[j, y]
                if k < 0:
                    break
                if k != i:
                    pairs[written] = np.int64(min(i, k)) << 32 | max(i, k)
                    weakest[written] = min(weights[i, x], weights[j, y])
                    written += 1
    return written


def nearest_rows(
    rows: int, parts: Iterable[tuple[Ints32, Ints32, Singles]], *, least: float
) -> Nearest:
    """The nearest rows of each row.

    Args:
        rows: How many rows there are.
        parts: Pairs of rows with how promising they are.
        least: Weight that a pair needs to be noted.
    """
    found = Nearest(
        np.full((rows, NEAREST), -1, dtype=np.int32), np.zeros((rows, NEAREST), dtype=np.float32)
    )
    for left, right, weight in parts:
        _note_all(left, right, weight, np.float32(least), *found)
    return found


def two_steps_apart(
    nearest: Nearest, chosen: Callable[[Steps], Steps] = lambda steps: steps
) -> Iterable[Steps]:
    """Pairs two steps apart, of some rows after the other; a pair may be given more than once.

    Args:
        nearest: The nearest rows of each row.
        chosen: Leaves out pairs; called by several threads.
    """
    return in_order(
        lambda begin: chosen(_steps_from(nearest, begin)),
        range(0, len(nearest.rows), _ROWS_AT_ONCE),
    )


def _steps_from(nearest: Nearest, begin: int) -> Steps:
    """Pairs whose first or middle row is one of some rows."""
    end = min(len(nearest.rows), begin + _ROWS_AT_ONCE)
    room = _FOUND_PER_ROW * (end - begin)
    pairs, weakest = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.float32)
    written = _step_on(begin, end, *nearest, pairs, weakest)
    return each_once(Steps(pairs[:written], weakest[:written]))


def each_once(steps: Steps) -> Steps:
    """Each pair once, with the best of its ways."""
    order = np.argsort(steps.pairs)
    pairs, weakest = steps.pairs[order], steps.weakest[order]
    first = np.ones(len(pairs), dtype=np.bool_)
    first[1:] = pairs[1:] != pairs[:-1]
    if not len(pairs):
        return Steps(pairs, weakest)
    return Steps(pairs[first], np.maximum.reduceat(weakest, np.flatnonzero(first)))
