"""One row of a block set against all the others at once, by compiled loops over columns.

What the rows of a block state is laid out column by column, so that one value is set against
eight or more with each instruction. Pairs, their weights and their order are those of
``pair_scanning``, which goes through small blocks.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from bayyina.linkage.arrays import Ints32
from bayyina.linkage.compiling import compiled_bare
from bayyina.linkage.pair_scanning import (
    A_STEP,
    LOWEST,
    NEVER,
    SLOTS,
    STEPS,
    UNIT,
    VALUES,
    Keys,
    Shared,
    is_looked_at,
    scan_block,
    step_of,
)

_FEW: Final = 8
"""Rows of a block from which laying them out is worth its while."""
_NOT_STATED: Final = np.int32(-9)
"""Is no value, and equals no missing one."""
_ZERO: Final = np.int32(0)


class Layout(NamedTuple):
    """The rows of one block beside each other, the last first."""

    table: Ints32
    """What all rows state, shape (rows, columns), as ``beside_each_other`` puts it."""
    columns: Ints32
    """The same of the rows of a block, as far as it is looked at, shape (columns, rows)."""
    row: Ints32
    """Number of each row."""
    weight: Ints32
    """How promising each is with the row that is set against them."""
    met: Ints32
    """Whether each has met that row before: 0 if not."""


def beside_each_other(shared: Shared, keys: Keys) -> tuple[Ints32, Shared, Keys]:
    """Everything that is known of a row in one place of memory, and views of its parts."""
    parts = (
        shared.single, shared.several, shared.several_weight, keys.single, keys.several,
        shared.single_weight,
    )  # fmt: skip
    table = np.concatenate(parts, axis=1)
    ends = np.cumsum([part.shape[1] for part in parts])
    views = [table[:, end - part.shape[1] : end] for part, end in zip(parts, ends, strict=True)]
    shared = shared._replace(
        single=views[0], several=views[1], several_weight=views[2], single_weight=views[5]
    )
    return table, shared, keys._replace(single=views[3], several=views[4])


def layout_for(table: Ints32, rows: int) -> Layout:
    """Room for blocks of at most so many rows."""
    place, weight, met = np.zeros((3, rows), dtype=np.int32)
    columns = np.empty((table.shape[1], rows), dtype=np.int32)
    return Layout(table, columns, place, weight, met)


@compiled_bare
def _lay_out(
    rows: Any, begin: Any, end: Any, rule: Any, shared: Any, keys: Any, layout: Any
) -> None:
    table, columns = layout.table, layout.columns
    single, several = shared.single.shape[1], shared.several.shape[1]
    keys_at = single + 2 * several
    more_at = keys_at + keys.single.shape[1]
    keys_end = keys_at + keys.single_before[rule]
    more_end = more_at + SLOTS * (keys.several_before[rule] + (1 if keys.own[rule] >= 0 else 0))
    for t in range(end - begin):
        row = rows[end - 1 - t]
        layout.row[t] = row
        for k in range(single):
            columns[k, t] = table[row, k]
        for kind in range(len(shared.several_against)):
            first = single + kind * VALUES
            for k in range(first, first + shared.several_width[kind]):
                columns[k, t] = table[row, k]
                columns[several + k, t] = table[row, several + k]
        for k in range(keys_at, keys_end):
            columns[k, t] = table[row, k]
        for k in range(more_at, more_end):
            columns[k, t] = table[row, k]


@compiled_bare
def _add_one(columns: Any, k: Any, count: Any, a: Any, gain: Any, loss: Any, weight: Any) -> None:
    """Add what one value speaks for or against each row."""
    for t in range(count):
        b = columns[k, t]
        weight[t] += gain if b == a else (loss if b >= 0 else _ZERO)


@compiled_bare
def _add_two(
    columns: Any, k: Any, of: Any, count: Any, i: Any, row: Any, a: Any, c: Any, own: Any,
    second: Any, loss: Any, weight: Any,
) -> None:  # fmt: skip
    """The same for a kind of which a row has up to two values."""
    for t in range(count):
        b, d = columns[k, t], columns[k + 1, t]
        first_one, first_two = a == b, a == d
        second_one, second_two = c == b, c == d
        ours = (own if first_one | first_two else _ZERO) + (
            second if second_one | second_two else _ZERO
        )
        theirs = (columns[of, t] if first_one | second_one else _ZERO) + (
            columns[of + 1, t] if first_two | second_two else _ZERO
        )
        gain = ours if i < row[t] else theirs
        common = first_one | first_two | second_one | second_two
        weight[t] += _ZERO if b < 0 else (gain if common else loss)


@compiled_bare
def _add_four(
    columns: Any, k: Any, of: Any, count: Any, i: Any, row: Any, a: Any, a2: Any, a3: Any, a4: Any,
    w: Any, w2: Any, w3: Any, w4: Any, loss: Any, weight: Any,
) -> None:  # fmt: skip
    """The same for a kind of which a row has up to four values."""
    for t in range(count):
        b, b2, b3, b4 = columns[k, t], columns[k + 1, t], columns[k + 2, t], columns[k + 3, t]
        one = (a == b) | (a == b2) | (a == b3) | (a == b4)
        two = (a2 == b) | (a2 == b2) | (a2 == b3) | (a2 == b4)
        three = (a3 == b) | (a3 == b2) | (a3 == b3) | (a3 == b4)
        four = (a4 == b) | (a4 == b2) | (a4 == b3) | (a4 == b4)
        ours = (
            (w if one else _ZERO)
            + (w2 if two else _ZERO)
            + (w3 if three else _ZERO)
            + (w4 if four else _ZERO)
        )
        theirs = (
            (columns[of, t] if (a == b) | (a2 == b) | (a3 == b) | (a4 == b) else _ZERO)
            + (columns[of + 1, t] if (a == b2) | (a2 == b2) | (a3 == b2) | (a4 == b2) else _ZERO)
            + (columns[of + 2, t] if (a == b3) | (a2 == b3) | (a3 == b3) | (a4 == b3) else _ZERO)
            + (columns[of + 3, t] if (a == b4) | (a2 == b4) | (a3 == b4) | (a4 == b4) else _ZERO)
        )
        gain = ours if i < row[t] else theirs
        weight[t] += _ZERO if b < 0 else (gain if one | two | three | four else loss)


@compiled_bare
def _weigh(i: Any, count: Any, shared: Any, layout: Any) -> None:
    """How promising a row is with each of the first rows that are laid out."""
    columns, row, weight = layout.columns, layout.row, layout.weight
    for t in range(count):
        weight[t] = 0
    single, several = shared.single.shape[1], shared.several.shape[1]
    for k in range(single):
        a = shared.single[i, k]
        if a >= 0:
            gain, loss = shared.single_weight[i, k], np.int32(-shared.single_against[k])
            _add_one(columns, k, count, a, gain, loss, weight)
    for kind in range(len(shared.several_against)):
        first = kind * VALUES
        if shared.several[i, first] < 0:
            continue
        loss = np.int32(-shared.several_against[kind])
        a, a2 = shared.several[i, first], shared.several[i, first + 1]
        a3, a4 = shared.several[i, first + 2], shared.several[i, first + 3]
        w, w2 = shared.several_weight[i, first], shared.several_weight[i, first + 1]
        a2 = a2 if a2 >= 0 else _NOT_STATED
        k, of = single + first, single + several + first
        if shared.several_width[kind] <= 2:
            _add_two(columns, k, of, count, i, row, a, a2, w, w2, loss, weight)
        else:
            a3 = a3 if a3 >= 0 else _NOT_STATED
            a4 = a4 if a4 >= 0 else _NOT_STATED
            w3, w4 = shared.several_weight[i, first + 2], shared.several_weight[i, first + 3]
            _add_four(
                columns, k, of, count, i, row, a, a2, a3, a4, w, w2, w3, w4, loss, weight
            )  # fmt: skip


@compiled_bare
def _mark_one(columns: Any, k: Any, count: Any, a: Any, met: Any) -> None:
    for t in range(count):
        met[t] |= np.int32(columns[k, t] == a)


@compiled_bare
def _mark_three(columns: Any, k: Any, count: Any, a: Any, met: Any) -> None:
    for t in range(count):
        found = (columns[k, t] == a) | (columns[k + 1, t] == a) | (columns[k + 2, t] == a)
        met[t] |= np.int32(found)


@compiled_bare
def _mark_met(i: Any, count: Any, rule: Any, key: Any, shared: Any, keys: Any, layout: Any) -> None:
    """Mark the rows that come together with a row by an earlier rule or smaller key."""
    columns, met = layout.columns, layout.met
    for t in range(count):
        met[t] = 0
    at = shared.single.shape[1] + 2 * shared.several.shape[1]
    for k in range(keys.single_before[rule]):
        a = keys.single[i, k]
        if a >= 0:
            _mark_one(columns, at + k, count, a, met)
    at += keys.single.shape[1]
    for first in range(0, SLOTS * keys.several_before[rule], SLOTS):
        for x in range(SLOTS):
            a = keys.several[i, first + x]
            if a >= 0:
                _mark_three(columns, at + first, count, a, met)
    if keys.own[rule] >= 0:
        first = SLOTS * keys.own[rule]
        for x in range(SLOTS):
            a = keys.several[i, first + x]
            if 0 <= a < key:
                _mark_three(columns, at + first, count, a, met)


@compiled_bare
def scan_blocks(
    rows: Any, starts: Any, rules: Any, block_keys: Any, keys: Any, shared: Any, list_of: Any,
    between_only: Any, floor: Any, every: Any, layout: Any, counted: Any, left: Any, right: Any,
    out_weight: Any,
) -> Any:  # fmt: skip
    """Go through the pairs of blocks; count each once, or write those that reach the floor.

    With ``every`` above 1, only pairs of about one row in so many are looked at.
    """
    written = 0
    counting = len(counted) > 0
    least = NEVER if counting or floor <= 0 else floor * A_STEP - LOWEST
    if floor >= STEPS and not counting:
        return 0
    few = _FEW * every  # of a sample, few pairs of each row are looked at
    for block in range(len(rules)):
        begin, end = starts[block], starts[block + 1]
        split = begin
        if between_only:
            while split < end and list_of[rows[split]] == 0:
                split += 1
        if end - begin < few:
            written = scan_block(
                rows, begin, split, end, rules[block], block_keys[block], keys, shared,
                between_only, floor, least, every, counted, left, right, out_weight, written,
            )  # fmt: skip
            continue
        _lay_out(rows, begin, end, rules[block], shared, keys, layout)
        for x in range(begin, split if between_only else end):
            i = rows[x]
            if not is_looked_at(i, every):
                continue
            count = end - (split if between_only else x + 1)
            _weigh(i, count, shared, layout)
            _mark_met(i, count, rules[block], block_keys[block], shared, keys, layout)
            for t in range(count - 1, -1, -1):
                weight = layout.weight[t]
                if layout.met[t] != 0 or weight < least:
                    continue
                if counting:
                    counted[step_of(weight)] += 1
                else:
                    j = layout.row[t]
                    left[written] = min(i, j)
                    right[written] = max(i, j)
                    out_weight[written] = weight / UNIT
                    written += 1
    return written
