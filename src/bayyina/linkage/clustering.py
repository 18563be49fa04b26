"""Links to people: rows are joined step by step while the evidence of all pairs speaks for it.

Two groups of rows are joined if the mean of the log-odds over *all* pairs between them is
positive and the highest of all (average linkage; the criterion is that of correlation
clustering, Bansal, Blum, Chawla 2004). So a father, his son and a cousin are not chained
into one person by three weak links. Pairs that are known to be two people are never joined,
however many others speak for it. One pair counts at most ``CLIP``, so that no single
comparison decides alone.

The steps are kept, with those that were nearly taken: drawing them anew, each with its
probability, gives the groupings that are also possible (``draws``).
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from bayyina.linkage.arrays import Ints32, Singles
from bayyina.linkage.compiling import compiled
from bayyina.linkage.components import bounded_components, members_of
from bayyina.linkage.known_apart import NOBODY, apart_codes

CLIP: Final = 8.0
"""Most that the log-odds of one pair count for or against joining two groups."""
FORBIDDEN: Final = -1e9
"""Log-odds of a pair that is known to be two people."""
LARGEST: Final = 1500
"""Rows of a group that are clustered together; larger ones are first cut at weaker links."""
_UNSEEN: Final = -4.0
_NEARLY: Final = -4.0


class Steps(NamedTuple):
    """Steps of joining, taken and nearly taken, in their order."""

    left: Ints32
    """A row of the one group, of the pair with the highest log-odds between the groups."""
    right: Ints32
    """The row of the other group."""
    odds: Singles
    """Mean log-odds of all pairs between the groups."""


class Clusters(NamedTuple):
    """Rows grouped into people."""

    of_row: Ints32
    """Smallest row of each row's group, shape (rows,)."""
    steps: Steps
    """How the groups came about."""


class ScoredPairs(NamedTuple):
    """Pairs of rows with their log-odds."""

    left: Ints32
    """The smaller row of each pair."""
    right: Ints32
    """The greater row."""
    odds: Singles
    """Log-odds that the rows are one person; ``FORBIDDEN`` where it is known that they are not."""


@compiled
def _fill(
    place_of: Any, left: Any, right: Any, odds: Any, begin: Any, end: Any, clip: Any, sums: Any, best: Any,
) -> None:  # fmt: skip
    for pair in range(begin, end):
        i, j = place_of[left[pair]], place_of[right[pair]]
        value = odds[pair]
        if value > -1e8:
            value = min(max(value, -clip), clip)
        sums[i, j] = value
        sums[j, i] = value
        best[i, j] = odds[pair]
        best[j, i] = odds[pair]


@compiled
def _mean(sums: Any, size: Any, within: Any, sizes: Any, i: Any, j: Any) -> Any:
    """Mean log-odds of the pairs between two groups, or of those of one list if that is less."""
    mean = sums[i, j] / (size[i] * size[j])
    of_one_list = sizes[i, 0] * sizes[j, 0] + sizes[i, 1] * sizes[j, 1]
    if of_one_list > 0.0 and len(within) > 1:
        return min(mean, within[i, j] / of_one_list)
    return mean


@compiled
def _nearest(sums: Any, size: Any, within: Any, sizes: Any, alive: Any, i: Any, count: Any) -> Any:
    at, value = -1, -1e18
    for j in range(count):
        if j != i and alive[j]:
            mean = _mean(sums, size, within, sizes, i, j)
            if mean > value:
                at, value = j, mean
    return at, value


@compiled
def _agglomerate(
    sums: Any, best: Any, within: Any, lists: Any, members: Any, lowest: Any, out_left: Any,
    out_right: Any, out_odds: Any,
) -> Any:  # fmt: skip
    """Join the nearest groups until the nearest are too far; gives the number of steps."""
    count = len(members)
    size = np.ones(count)
    sizes = np.zeros((count, 2))
    for k in range(count):
        sizes[k, lists[k]] = 1.0
    alive = np.ones(count, dtype=np.bool_)
    ends = np.empty((count, count, 2), dtype=np.int16)
    for i in range(count):
        for j in range(count):
            ends[i, j, 0], ends[i, j, 1] = i, j
    near = np.empty(count, dtype=np.int64)
    value = np.empty(count)
    for i in range(count):
        near[i], value[i] = _nearest(sums, size, within, sizes, alive, i, count)
    written = 0
    while True:
        i, highest = -1, lowest
        for k in range(count):
            if alive[k] and value[k] > highest:
                i, highest = k, value[k]
        if i < 0:
            return written
        j = near[i]
        out_left[written] = members[ends[i, j, 0]]
        out_right[written] = members[ends[i, j, 1]]
        out_odds[written] = highest
        written += 1
        alive[j] = False
        for k in range(count):
            if alive[k] and k != i:
                sums[i, k] += sums[j, k]
                sums[k, i] = sums[i, k]
                if len(within) > 1:
                    within[i, k] += within[j, k]
                    within[k, i] = within[i, k]
                if best[j, k] > best[i, k]:
                    best[i, k] = best[j, k]
                    best[k, i] = best[j, k]
                    ends[i, k, 0], ends[i, k, 1] = ends[j, k, 0], ends[j, k, 1]
                    ends[k, i, 0], ends[k, i, 1] = ends[j, k, 1], ends[j, k, 0]
        size[i] += size[j]
        sizes[i, 0] += sizes[j, 0]
        sizes[i, 1] += sizes[j, 1]
        near[i], value[i] = _nearest(sums, size, within, sizes, alive, i, count)
        for k in range(count):
            if alive[k] and k != i:
                if near[k] == i or near[k] == j:
                    near[k], value[k] = _nearest(sums, size, within, sizes, alive, k, count)
                else:
                    mean = _mean(sums, size, within, sizes, k, i)
                    if mean > value[k]:
                        near[k], value[k] = i, mean


def cluster(
    list_of: Ints32,
    pairs: ScoredPairs,
    *,
    threshold: float,
    unique: frozenset[int] = frozenset(),
    apart: Ints32 | None = None,
) -> Clusters:
    """Group rows into people.

    Args:
        list_of: Number of each row's list. Where there are two, the pairs of rows of one list
            must speak for joining by themselves: two rows of one list are not one person only
            because both resemble a row of the other.
        pairs: Pairs with their log-odds; a pair of one component that is not here counts
            as moderately unlikely.
        threshold: Mean log-odds from which groups are joined.
        unique: Numbers of lists no two rows of which are one person.
        apart: Group of each row, shape (rows,); no two rows of one group are one person.
            ``NOBODY`` for rows of no group.
    """
    rows = len(list_of)
    lowest = min(threshold, _NEARLY)
    parent = bounded_components(
        rows, pairs.left, pairs.right, pairs.odds, lowest=min(threshold, 0.0), largest=LARGEST
    )
    inside = parent[pairs.left] == parent[pairs.right]
    order = np.argsort(parent[pairs.left[inside]], kind="stable")
    left, right = pairs.left[inside][order], pairs.right[inside][order]
    odds = pairs.odds[inside][order]
    codes = apart_codes(list_of, unique, apart)
    steps = _all_steps(list_of, codes, parent, left, right, odds, lowest)
    taken = steps.odds > threshold
    joined = bounded_components(
        rows, steps.left[taken], steps.right[taken], steps.odds[taken],
        lowest=FORBIDDEN, largest=rows,
    )  # fmt: skip
    return Clusters(joined, steps)


def _all_steps(
    list_of: Ints32,
    apart: Ints32,
    parent: Ints32,
    left: Ints32,
    right: Ints32,
    odds: Singles,
    lowest: float,
) -> Steps:
    members, starts = members_of(parent)
    place_of = np.empty(len(parent), dtype=np.int32)
    place_of[members] = np.arange(len(parent), dtype=np.int32) - np.repeat(
        starts[:-1], np.diff(starts)
    ).astype(np.int32)
    several = np.flatnonzero(np.diff(starts) > 1)
    groups = parent[left]
    ids = parent[members[starts[several]]]
    begins = np.searchsorted(groups, ids, side="left")
    ends = np.searchsorted(groups, ids, side="right")
    room = int(np.diff(starts)[several].sum())
    out = Steps(
        np.empty(room, dtype=np.int32),
        np.empty(room, dtype=np.int32),
        np.empty(room, dtype=np.float32),
    )
    written = _join_groups(
        list_of, apart, NOBODY, bool(list_of.any()), members, starts, several, begins, ends,
        place_of, left, right, odds, CLIP, _UNSEEN, lowest, *out,
    )  # fmt: skip
    return Steps(out.left[:written], out.right[:written], out.odds[:written])


@compiled
def _join_groups(
    list_of: Any, apart: Any, nobody: Any, two_lists: Any, members: Any, starts: Any,
    several: Any, begins: Any, ends: Any, place_of: Any, left: Any, right: Any, odds: Any, clip: Any,
    unseen: Any, lowest: Any, out_left: Any, out_right: Any, out_odds: Any,
) -> Any:  # fmt: skip
    written = 0
    for number in range(len(several)):
        begin, end = starts[several[number]], starts[several[number] + 1]
        here = members[begin:end]
        count = end - begin
        sums, best = np.empty((count, count)), np.empty((count, count))
        lists, groups = np.empty(count, dtype=np.int32), np.empty(count, dtype=np.int32)
        for i in range(count):
            lists[i], groups[i] = list_of[here[i]], apart[here[i]]
            for j in range(count):
                sums[i, j] = best[i, j] = unseen
        _fill(place_of, left, right, odds, begins[number], ends[number], clip, sums, best)
        for i in range(count):
            for j in range(count):
                if i != j and groups[i] == groups[j] and groups[i] != nobody:
                    sums[i, j] = FORBIDDEN
                    best[i, j] = FORBIDDEN
        within = np.zeros((count, count)) if two_lists else np.zeros((1, 1))
        if two_lists:
            for i in range(count):
                for j in range(count):
                    if lists[i] == lists[j]:
                        within[i, j] = sums[i, j]
        written += _agglomerate(
            sums,
            best,
            within,
            lists,
            here,
            lowest,
            out_left[written:],
            out_right[written:],
            out_odds[written:],
        )
    return written


def pairs_within(parent: Ints32, most_rows: int, most_pairs: int) -> tuple[Ints32, Ints32]:
    """All pairs of rows of the same component, for components small enough to be looked at whole."""
    members, starts = members_of(parent)
    sizes = np.diff(starts)
    cost = np.where((sizes > 1) & (sizes <= most_rows), sizes * (sizes - 1) // 2, 0)
    by_cost = np.argsort(cost, kind="stable")
    within = np.zeros(len(sizes), dtype=np.bool_)
    within[by_cost] = np.cumsum(cost[by_cost]) <= most_pairs
    chosen = np.flatnonzero(within & (cost > 0))
    total = int(cost[chosen].sum())
    left, right = np.empty(total, dtype=np.int32), np.empty(total, dtype=np.int32)
    _write_pairs(members, starts, chosen, left, right)
    return left, right


@compiled
def _write_pairs(members: Any, starts: Any, chosen: Any, left: Any, right: Any) -> None:
    at = 0
    for number in chosen:
        for x in range(starts[number], starts[number + 1]):
            for y in range(x + 1, starts[number + 1]):
                left[at] = members[x]
                right[at] = members[y]
                at += 1


__all__ = ["Clusters", "ScoredPairs", "Steps", "cluster", "pairs_within"]
