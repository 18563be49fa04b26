"""Counting records of which there are several rows: each once, and once in each place.

A database hashes each pair of record and place; here a flag for each pair, or a sort where
there are too many pairs for flags, does it in a fraction of the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple, TypeAlias

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bayyina.figures.spreading import Tally

MOST_FLAGS: Final = 1 << 26
"""So many pairs of record and place, at most, have a flag of a byte each."""

_SPARSE: Final = 8

_NARROW: Final = 1 << 31

Integers: TypeAlias = NDArray[np.int32] | NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]


class Rows(NamedTuple):
    """Rows of records, as columns of equal length."""

    uid: Integers
    """The record, counted from 0."""

    c: Flags
    """Whether the row is certain."""

    places: tuple[Integers, ...]
    """Number of the group for each key; -1 and below where it is not just one."""

    records: int
    """One more than the greatest ``uid``."""

    def only(self, keep: Flags) -> Rows:
        """Those rows for which ``keep`` holds."""
        places = tuple(column[keep] for column in self.places)
        return Rows(self.uid[keep], self.c[keep], places, self.records)

    def to_arrow(self, names: Sequence[str]) -> pa.Table:
        """The rows as a table with the columns ``uid``, ``c`` and ``names``."""
        columns = dict(zip(names, self.places, strict=True))
        return pa.table({"uid": self.uid, "c": self.c, **columns})


def fetch_rows(connection: duckdb.DuckDBPyConnection, select: str, names: Sequence[str]) -> Rows:
    """The rows of a query with the columns ``uid``, ``c`` and ``names``, records renumbered."""
    columns = ", ".join(["uid", "c", *names])
    found = connection.execute(f"SELECT {columns} FROM ({select})").fetchnumpy()
    uid = np.asarray(found["uid"])
    records = int(uid.max()) + 1 if len(uid) else 0
    if records > _SPARSE * len(uid) + MOST_FLAGS // _SPARSE:  # record numbers, not persons
        uid = np.unique(uid, return_inverse=True)[1]
        records = int(uid.max()) + 1
    places = tuple(np.asarray(found[name]) for name in names)
    return Rows(uid, np.asarray(found["c"], np.bool_), places, records)


def add_records(rows: Rows, total: Tally) -> None:
    """Add the records, wherever they stand, to the certain and possible ones."""
    certain, possible = _counted(rows)
    total.certain += certain
    total.possible += possible


def parted(rows: Rows) -> tuple[Rows, Rows]:
    """Rows of records that stand in one place each or nowhere, and rows of all others."""
    is_open = np.zeros(len(rows.uid), np.bool_)
    for column in rows.places:
        is_open |= column < -1
    if not is_open.any():
        return rows, rows.only(is_open)
    unclear = np.zeros(rows.records, np.bool_)
    unclear[rows.uid[is_open]] = True
    leave = unclear[rows.uid]
    return rows.only(~leave), rows.only(leave)


def add_places(rows: Rows, total: Tally) -> None:
    """Add each record to each place in which a row stands for certain.

    A record that no certain row places is added to the unknown groups in which it stands.
    """
    settled = np.ones(len(rows.uid), np.bool_)
    for column in rows.places:
        settled &= column >= 0
    if settled.all():
        _add_distinct(rows, total)
        return
    _add_distinct(rows.only(settled), total)
    placed = np.zeros(rows.records, np.bool_)
    placed[rows.uid[settled & rows.c]] = True
    left = rows.only(~settled & ~placed[rows.uid])
    _add_distinct(left, total)
    certain, possible = _counted(left)
    total.unplaced += certain
    total.unplaced_possible += possible


def _counted(rows: Rows) -> tuple[int, int]:
    """How many records have a certain row, and how many have any."""
    seen = np.zeros(rows.records, np.bool_)
    seen[rows.uid[rows.c]] = True
    certain = int(np.count_nonzero(seen))
    seen[rows.uid] = True
    return certain, int(np.count_nonzero(seen))


def _add_distinct(rows: Rows, total: Tally) -> None:
    """Count pairs of record and place once."""
    if not len(rows.uid):
        return
    code, places = _coded(rows.places)
    certain, possible = _pairs(rows, code, len(places))
    for place, *counts in zip(places, certain.tolist(), possible.tolist(), strict=True):
        if place in total.groups:
            total.add(place, *counts)
        else:
            total.groups[place] = (counts[0], counts[1])


def _coded(columns: Sequence[Integers]) -> tuple[Integers, list[tuple[int, ...]]]:
    """One number from 0 on for each place that occurs, and the places in their order."""
    code, width = _packed(columns)
    if width <= MOST_FLAGS:
        there = np.zeros(width, np.bool_)
        there[code] = True
        number = np.cumsum(there, dtype=np.int32) - 1
        first = np.empty(int(number[-1]) + 1, np.int64)
        code = number[code]
    else:
        code = np.unique(code, return_inverse=True)[1]
        first = np.empty(int(code.max()) + 1, np.int64)
    first[code] = np.arange(len(code))
    listed = [column[first].tolist() for column in columns]
    return code, list(zip(*listed, strict=True))


def _packed(columns: Sequence[Integers]) -> tuple[Integers, int]:
    """One number from 0 on for each combination of groups, and how many there can be."""
    code: Integers = np.zeros(1, np.int32)
    width = 1
    for column in columns:
        least, span = int(column.min()), int(column.max()) - int(column.min()) + 1
        if width * span >= _NARROW:
            code = np.unique(code, return_inverse=True)[1].astype(np.int64)
            width = int(code.max()) + 1
        code = column - least if width == 1 else code * span + (column - least)
        width *= span
    return code, width


def _pairs(rows: Rows, code: Integers, places: int) -> tuple[Integers, Integers]:
    """For each place, the records with a certain row there, and those with any."""
    is_narrow = places * rows.records < _NARROW
    wide: Integers = code.astype(np.int32) if is_narrow else code.astype(np.int64)
    pair = wide * rows.records + rows.uid
    if places * rows.records <= MOST_FLAGS:
        flags = np.zeros((places, rows.records), np.bool_)
        flat = flags.reshape(-1)
        flat[pair[rows.c]] = True
        certain = np.count_nonzero(flags, axis=1)
        if rows.c.all():
            return certain, certain
        flat[pair] = True
        return certain, np.count_nonzero(flags, axis=1)
    certain = np.bincount(np.unique(pair[rows.c]) // rows.records, minlength=places)
    if rows.c.all():
        return certain, certain
    return certain, np.bincount(np.unique(pair) // rows.records, minlength=places)
