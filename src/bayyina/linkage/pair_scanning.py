"""The loops of blocking: every pair of every block once, weighed by what its rows share.

Weights are whole numbers, so a sum of them does not depend on its order.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from bayyina.linkage.arrays import Ints32, Ints64
from bayyina.linkage.compiling import compiled_bare, compiled_within

SLOTS: Final = 3
"""Keys that one rule can give a row."""
VALUES: Final = 4
"""Values of one kind that a row can have where it can have several."""
UNIT: Final = 1024
"""A weight of one, as a whole number."""
STEPS: Final = 8192
"""Steps of the scale on which pairs are counted by weight."""
LOWEST: Final = 64 * UNIT
"""Weights from minus this to plus this are told apart."""
A_STEP: Final = UNIT // 64
"""Weight of one step of the scale."""
WINDOW: Final = 4
"""Rows of a large block that stand no further apart in the promising order are paired."""
STRUCK: Final = -2
"""A key that is struck out, and the place in the order of its block, counted downwards from here."""
NEVER: Final = -(1 << 30)
"""A weight that every pair reaches."""


class Shared(NamedTuple):
    """What rows may share, and what it weighs."""

    single: Ints32
    """Numbers of the values of which a row has one, a column for each kind; -1 for none."""
    single_weight: Ints32
    """What each adds if both rows have it."""
    single_against: Ints32
    """What each kind takes away if both rows state it and differ."""
    several: Ints32
    """Numbers of the values of which a row has several, ``VALUES`` columns for each kind."""
    several_weight: Ints32
    """What each adds if the other row has it as well; twice if a row has a value twice, so what
    the smaller row has is what counts."""
    several_against: Ints32
    """What each kind takes away if both rows state values and have none in common."""
    several_width: Ints64
    """How many values of each kind are looked at: two, or all ``VALUES`` where a row can have more."""
    most: Ints32
    """The most that the values of several can add to a row's pairs, shape (rows,)."""


class Keys(NamedTuple):
    """The keys by which rows come together, those of each rule in their columns."""

    single: Ints32
    """Keys of the rules that give one, a column for each; -1 for none, ``STRUCK`` and below for
    those of blocks that are not paired wholly."""
    several: Ints32
    """Keys of the rules that give several, ``SLOTS`` columns for each."""
    single_before: Ints64
    """How many rules with one key come before each rule; the last entry is of no rule."""
    several_before: Ints64
    """How many rules with several."""
    own: Ints64
    """Number of a rule among those with several keys; -1 for those with one, and for no rule."""


@compiled_bare
def _met_before(i: Any, j: Any, rule: Any, key: Any, keys: Any) -> Any:
    """Whether the pair comes together by an earlier rule, or by a smaller key of this one."""
    for column in range(keys.single_before[rule]):
        a = keys.single[i, column]
        if a == keys.single[j, column] and a >= 0:
            return True
    for first in range(0, SLOTS * keys.several_before[rule], SLOTS):
        b, c, d = keys.several[j, first], keys.several[j, first + 1], keys.several[j, first + 2]
        for x in range(first, first + SLOTS):
            a = keys.several[i, x]
            if a >= 0 and (a == b or a == c or a == d):  # noqa: SIM109 -- compiled
                return True
    if keys.own[rule] >= 0:
        first = SLOTS * keys.own[rule]
        for x in range(first, first + SLOTS):
            a = keys.several[i, x]
            if 0 <= a < key:
                for y in range(first, first + SLOTS):
                    if keys.several[j, y] == a:
                        return True
    return False


@compiled_within
def _are_near(a: Any, b: Any) -> Any:
    """Whether two keys that were struck out say that the rows stood near each other in a block."""
    return a <= STRUCK and b <= STRUCK and abs(a - b) <= WINDOW


@compiled_bare
def _near_before(i: Any, j: Any, rule: Any, at: Any, keys: Any) -> Any:
    """Whether the rows are neighbours by an earlier rule, or at an earlier place of this one."""
    for column in range(keys.single_before[rule]):
        if _are_near(keys.single[i, column], keys.single[j, column]):
            return True
    before = SLOTS * keys.several_before[rule]
    own = SLOTS if keys.own[rule] >= 0 else 0
    for first in range(0, before + own, SLOTS):
        for x in range(first, first + SLOTS):
            a = keys.several[i, x]
            if a > STRUCK:
                continue
            for y in range(first, first + SLOTS):
                b = keys.several[j, y]
                # the greater of two struck out keys is the earlier place
                if _are_near(a, b) and (first < before or max(a, b) > STRUCK - at):
                    return True
    return False


@compiled_bare
def scan_neighbours(
    rows: Any, places: Any, begin: Any, end: Any, rule: Any, keys: Any, shared: Any, list_of: Any,
    between_only: Any, left: Any, right: Any, out_weight: Any,
) -> Any:  # fmt: skip
    """Write the pairs of rows that stand near each other in a large block, each once.

    Left out is what a block that is paired wholly has as well.
    """
    written = 0
    none = len(keys.own) - 1
    for x in range(begin, end):
        i = rows[x]
        for y in range(x + 1, min(x + WINDOW + 1, len(rows))):
            if places[y] - places[x] > WINDOW:
                break
            j = rows[y]
            if between_only and list_of[i] == list_of[j]:
                continue
            if _met_before(i, j, none, 0, keys) or _near_before(i, j, rule, places[x], keys):
                continue
            low, high = min(i, j), max(i, j)
            left[written] = low
            right[written] = high
            weight = _by_single(low, high, shared) + _by_several(low, high, shared)
            out_weight[written] = weight / UNIT
            written += 1
    return written


@compiled_bare
def not_together(left: Any, right: Any, keys: Any, fresh: Any) -> None:
    """Say of pairs whether no block that is paired wholly has both rows."""
    none = len(keys.own) - 1
    for pair in range(len(left)):
        fresh[pair] = not _met_before(left[pair], right[pair], none, 0, keys)


@compiled_bare
def _by_single(i: Any, j: Any, shared: Any) -> Any:
    """What the values of one speak for a pair, less what speaks against it."""
    total = np.int32(0)
    for kind in range(shared.single.shape[1]):
        a, b = shared.single[i, kind], shared.single[j, kind]
        if a >= 0 and b >= 0:
            total += shared.single_weight[i, kind] if a == b else -shared.single_against[kind]
    return total


@compiled_bare
def _by_several(i: Any, j: Any, shared: Any) -> Any:
    """The same for the values of several."""
    total = np.int32(0)
    for kind in range(len(shared.several_against)):
        first = kind * VALUES
        if shared.several[i, first] < 0 or shared.several[j, first] < 0:
            continue
        gain = np.int32(0)
        in_common = False
        for x in range(first, first + VALUES):
            a = shared.several[i, x]
            found = False
            for y in range(first, first + VALUES):
                found |= shared.several[j, y] == a
            found &= a >= 0
            gain += shared.several_weight[i, x] if found else np.int32(0)
            in_common |= found
        total += gain if in_common else -shared.several_against[kind]
    return total


@compiled_bare
def weigh_pairs(left: Any, right: Any, shared: Any, result: Any) -> None:
    """How promising pairs are, whether or not a block holds them."""
    for pair in range(len(left)):
        i, j = left[pair], right[pair]
        result[pair] = (_by_single(i, j, shared) + _by_several(i, j, shared)) / UNIT


@compiled_bare
def step_of(weight: Any) -> Any:
    """The step of the scale that a weight is on."""
    return min(max((weight + LOWEST) // A_STEP, 0), STEPS - 1)


@compiled_bare
def is_looked_at(row: Any, every: Any) -> Any:
    """Whether a row is of a sample of about one in so many."""
    return every <= 1 or ((np.int64(row) * 2654435761) >> 12) % every == 0


@compiled_bare
def scan_block(
    rows: Any, begin: Any, split: Any, end: Any, rule: Any, key: Any, keys: Any, shared: Any,
    between_only: Any, floor: Any, least: Any, every: Any, counted: Any, left: Any, right: Any,
    out_weight: Any, written: Any,
) -> Any:  # fmt: skip
    """Go through the pairs of one block, one after the other; gives how many are written."""
    for x in range(begin, split if between_only else end):
        i = rows[x]
        if not is_looked_at(i, every):
            continue
        for y in range(split if between_only else x + 1, end):
            j = rows[y]
            low, high = min(i, j), max(i, j)
            weight = _by_single(low, high, shared)
            if weight + shared.most[low] < least:
                continue
            weight += _by_several(low, high, shared)
            step = step_of(weight)
            if len(counted) == 0 and step < floor:
                continue
            if _met_before(i, j, rule, key, keys):
                continue
            if len(counted) > 0:
                counted[step] += 1
            else:
                left[written] = low
                right[written] = high
                out_weight[written] = weight / UNIT
                written += 1
    return written


@compiled_within
def _whole(weight: Any) -> Any:
    """A weight on the finest scale, from 0."""
    return min(max(np.int64(weight * UNIT + LOWEST + 0.5), 0), 2 * LOWEST)


@compiled_bare
def count_weights(weight: Any, counted: Any) -> None:
    """Count pairs by their weight on the finest scale."""
    for pair in range(len(weight)):
        counted[_whole(weight[pair])] += 1


@compiled_bare
def choose_pairs(
    left: Any, right: Any, weight: Any, least: Any, equal: Any, out_left: Any, out_right: Any
) -> None:
    """Write the pairs of more than a weight, and the first few of just that weight."""
    written = 0
    for pair in range(len(weight)):
        whole = _whole(weight[pair])
        if whole < least or (whole == least and equal <= 0):
            continue
        if whole == least:
            equal -= 1
        out_left[written] = left[pair]
        out_right[written] = right[pair]
        written += 1
