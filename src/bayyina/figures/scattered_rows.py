"""Counting records of which some row may stand in several groups, or stands in several.

Each row is written out once for each group in which it stands or may stand; a record then
counts once in each group, for certain where a certain row stands there for certain.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from bayyina.figures.distinct_rows import Flags, Integers, Rows, add_pairs, counted
from bayyina.figures.dividing import Key
from bayyina.figures.spreading import Place, Tally, is_settled, open_places, own_places

MOST_WRITTEN_OUT: Final = 1 << 22
"""So many rows, at most, are written out at a time; a single record may need more."""


class _Choices(NamedTuple):
    """For each combination of numbers, the places that belong to it, one list after the other."""

    start: NDArray[np.int64]
    """Where the list of each combination starts."""

    length: NDArray[np.int64]
    """How many places it has."""

    flat: NDArray[np.int64]
    """The lists, as positions among the places."""

    places: tuple[Place, ...]
    """The places that occur."""


def add_scattered(rows: Rows, keys: Sequence[Key], total: Tally) -> None:
    """Add records to all groups in which they stand, may stand, or cannot be placed.

    ``rows`` are all rows of the records concerned, in any order.
    """
    numbers, code = _combined(rows.places)
    settled = np.array([is_settled(keys, row) for row in numbers], np.bool_)
    standing = _choices(
        own_places(keys, row) if sure else open_places(keys, row)
        for row, sure in zip(numbers, settled.tolist(), strict=True)
    )
    unknown = _choices(
        () if sure else own_places(keys, row)
        for row, sure in zip(numbers, settled.tolist(), strict=True)
    )
    certain = np.ones(len(rows.uid), np.bool_) if rows.all_certain else rows.c
    for part in _parts(rows.uid, standing.length[code] + unknown.length[code]):
        uid, here, sure = rows.uid[part], code[part], certain[part]
        least = int(uid.min())
        uid, records = uid - least, int(uid.max()) - least + 1
        is_settled_row = settled[here]
        _add(uid, here, sure & is_settled_row, records, standing, total)
        placed = np.zeros(records, np.bool_)
        placed[uid[sure & is_settled_row]] = True
        left = ~is_settled_row & ~placed[uid]
        if not left.any():
            continue
        uid, here, sure = uid[left], here[left], sure[left]
        _add(uid, here, sure, records, unknown, total)
        surely, possibly = counted(Rows(uid, sure, (), records, bool(sure.all())))
        total.unplaced += surely
        total.unplaced_possible += possibly


def _combined(columns: Sequence[Integers]) -> tuple[list[tuple[int, ...]], NDArray[np.int64]]:
    """The combinations of numbers that occur, and which of them each row has."""
    spans = [(int(c.min()), int(c.max()) - int(c.min()) + 1) for c in columns]
    if math.prod(span for _, span in spans) >= 1 << 62:
        found, inverse = np.unique(np.stack(columns, axis=1), axis=0, return_inverse=True)
        return [tuple(row) for row in found.tolist()], inverse.reshape(-1)
    packed = np.zeros(len(columns[0]), np.int64)
    for column, (least, span) in zip(columns, spans, strict=True):
        packed = packed * span + (column - least)
    distinct = np.unique(packed, sorted=True)
    rows: list[tuple[int, ...]] = []
    for number in distinct.tolist():
        row: list[int] = []
        rest = number
        for least, span in reversed(spans):
            rest, digit = divmod(rest, span)
            row.insert(0, digit + least)
        rows.append(tuple(row))
    return rows, np.searchsorted(distinct, packed)


def _choices(lists: Iterable[Iterable[Place]]) -> _Choices:
    """The lists of places as one."""
    index: dict[Place, int] = {}
    flat: list[int] = []
    length: list[int] = []
    for places in lists:
        before = len(flat)
        flat += [index.setdefault(place, len(index)) for place in dict.fromkeys(places)]
        length.append(len(flat) - before)
    lengths = np.array(length, np.int64)
    return _Choices(np.cumsum(lengths) - lengths, lengths, np.array(flat, np.int64), tuple(index))


def _parts(uid: Integers, lengths: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Rows in parts that are written out together; all rows of a record are in one part."""
    if int(lengths.sum()) <= MOST_WRITTEN_OUT:
        yield np.arange(len(uid))
        return
    order = np.argsort(uid, kind="stable")
    ordered, written = uid[order], np.cumsum(lengths[order])
    begun = 0
    while begun < len(order):
        before = int(written[begun - 1]) if begun else 0
        end = int(np.searchsorted(written, before + MOST_WRITTEN_OUT, side="right"))
        if end < len(order):  # back to the first row of the record, or on to its last
            first = int(np.searchsorted(ordered, ordered[end], side="left"))
            last = int(np.searchsorted(ordered, ordered[max(end, begun)], side="right"))
            end = first if first > begun else last
        yield order[begun:end]
        begun = end


def _add(
    uid: Integers,
    code: NDArray[np.int64],
    sure: Flags,
    records: int,
    choices: _Choices,
    total: Tally,
) -> None:
    """Add each record once to each place of its rows."""
    length = choices.length[code]
    written = np.cumsum(length)
    if not len(written) or not written[-1]:
        return
    offset = np.repeat(choices.start[code] - (written - length), length)
    place = choices.flat[offset + np.arange(written[-1])]
    pairs = cast("Integers", np.repeat(uid, length))
    add_pairs(pairs, place, np.repeat(sure, length), records, choices.places, total)
