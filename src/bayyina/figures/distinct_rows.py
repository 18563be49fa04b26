"""Counting records of which there are several rows: each once, and once in each place.

A database hashes each pair of record and place; here a flag for each pair, or a sort where
there are too many pairs for flags, does it in a fraction of the time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bayyina.figures.spreading import Place, Tally

MOST_FLAGS: Final = 1 << 26
"""So many pairs of record and place, at most, have a flag of a byte each."""

_SPARSE: Final = 8

_DENSE: Final = 64
"""Up to so many flags for each pair, flags are cheaper than a sort."""

_MANY_PLACES: Final = 1 << 12

_NARROW: Final = 1 << 31

Integers: TypeAlias = NDArray[np.int32] | NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]


class Rows(NamedTuple):
    """Rows of records, as columns of equal length."""

    uid: Integers
    """The record, counted from 0."""

    c: Flags
    """Whether the row is certain; of no meaning when all rows are."""

    places: tuple[Integers, ...]
    """Number of the group for each key; -1 and below where it is not just one."""

    records: int
    """One more than the greatest ``uid``."""

    all_certain: bool
    """Whether every row is certain."""

    def only(self, keep: Flags) -> Rows:
        """Those rows for which ``keep`` holds."""
        places = tuple(column[keep] for column in self.places)
        c = self.c if self.all_certain else self.c[keep]
        return Rows(self.uid[keep], c, places, self.records, self.all_certain)

    def certain(self, column: Integers) -> Integers:
        """A column's values of the certain rows."""
        return column if self.all_certain else column[self.c]


def fetch_rows(
    connection: duckdb.DuckDBPyConnection, select: str, names: Sequence[str], *, all_certain: bool
) -> Rows:
    """The rows of a query with the columns ``uid``, ``c`` and ``names``, records renumbered.

    Args:
        connection: The database.
        select: The query.
        names: Columns with the groups of a row, of 32 bits.
        all_certain: Whether it is known that all its rows are certain; ``c`` is not read then.
    """
    columns = ["uid", *names] if all_certain else ["uid", "c", *names]
    found = connection.sql(f"SELECT {', '.join(columns)} FROM ({select})").to_arrow_table()
    uid = _array(found, "uid")
    records = int(uid.max()) + 1 if len(uid) else 0
    if records > _SPARSE * len(uid) + MOST_FLAGS // _SPARSE:  # record numbers, not persons
        uid = np.unique(uid, return_inverse=True)[1]
        records = int(uid.max()) + 1
    places = tuple(_array(found, name) for name in names)
    c = np.zeros(0, np.bool_) if all_certain else np.asarray(_array(found, "c"), np.bool_)
    return Rows(uid, c, places, records, all_certain or bool(c.all()))


def _array(table: pa.Table, name: str) -> Any:
    """A column without nulls as an array."""
    column = table.column(name)
    return (
        column.chunk(0).to_numpy(zero_copy_only=False)
        if column.num_chunks == 1
        else (column.to_numpy())
    )


def add_records(rows: Rows, total: Tally) -> None:
    """Add the records, wherever they stand, to the certain and possible ones."""
    certain, possible = counted(rows)
    total.certain += certain
    total.possible += possible


def parted(rows: Rows) -> tuple[Rows, Rows, Rows]:
    """Rows that stand in one place, rows that cannot be placed, and all rows of other records.

    The others are records of which some row may stand in several places, or stands in several.
    """
    least = rows.places[0]
    for column in rows.places[1:]:
        least = np.minimum(least, column)
    settled, is_open = least >= 0, least < -1
    if not is_open.any():
        return rows.only(settled), rows.only(~settled), rows.only(is_open)
    unclear = np.zeros(rows.records, np.bool_)
    unclear[rows.uid[is_open]] = True
    leave = unclear[rows.uid]
    return rows.only(settled & ~leave), rows.only(~(settled | leave)), rows.only(leave)


def add_places(settled: Rows, rest: Rows, total: Tally) -> None:
    """Add each record to each place in which a row stands for certain.

    A record that no certain row places is added to the unknown groups in which it stands.
    """
    _add_distinct(settled, total)
    if not len(rest.uid):
        return
    placed = np.zeros(rest.records, np.bool_)
    placed[settled.certain(settled.uid)] = True
    left = rest.only(~placed[rest.uid])
    _add_distinct(left, total)
    certain, possible = counted(left)
    total.unplaced += certain
    total.unplaced_possible += possible


def counted(rows: Rows) -> tuple[int, int]:
    """How many records have a certain row, and how many have any."""
    seen = np.zeros(rows.records, np.bool_)
    seen[rows.certain(rows.uid)] = True
    certain = int(np.count_nonzero(seen))
    if rows.all_certain:
        return certain, certain
    seen[rows.uid] = True
    return certain, int(np.count_nonzero(seen))


def _add_distinct(rows: Rows, total: Tally) -> None:
    """Count pairs of record and place once."""
    if not len(rows.uid):
        return
    packed = _packed(rows.places)
    _add_counts(*_pairs(rows, packed.code, packed.width), packed.places, total)


def add_pairs(
    uid: Integers,
    code: Integers,
    sure: Flags,
    records: int,
    places: Sequence[Place],
    total: Tally,
) -> None:
    """Count pairs of record and place once.

    Args:
        uid: The record of each pair, from 0 on.
        code: The place of each pair, as its position in ``places``.
        sure: Whether the record stands there for certain.
        records: One more than the greatest record.
        places: The places.
        total: What the counts are added to.
    """
    rows = Rows(uid, sure, (), records, bool(sure.all()))
    _add_counts(
        *_pairs(rows, code, len(places)), lambda codes: [places[i] for i in codes.tolist()], total
    )


def _add_counts(
    certain: Integers,
    possible: Integers,
    places: Callable[[Integers], list[Place]],
    total: Tally,
) -> None:
    """Add the counts of all places in which there is anybody."""
    there = np.flatnonzero(possible)
    counts = zip(certain[there].tolist(), possible[there].tolist(), strict=True)
    for place, (sure, maybe) in zip(places(there), counts, strict=True):
        total.add(place, sure, maybe)


class _Packed(NamedTuple):
    """The places of rows as one number each."""

    code: Integers
    """The number of each row's place, from 0 on."""

    width: int
    """How many numbers there can be."""

    spans: tuple[tuple[int, int], ...]
    """For each key its least group, and how many there can be; empty with a ``listing``."""

    listing: tuple[tuple[int, ...], ...] = ()
    """The places in order of their numbers, where they are too far apart to be worked out."""

    def places(self, codes: Integers) -> list[tuple[int, ...]]:
        """The places that numbers stand for."""
        if self.listing:
            return [self.listing[code] for code in codes.tolist()]
        columns: list[list[int]] = []
        rest = codes
        for least, span in reversed(self.spans):
            columns.insert(0, (rest % span + least).tolist())
            rest = rest // span
        return list(zip(*columns, strict=True))


def _packed(columns: Sequence[Integers]) -> _Packed:
    """One number for each combination of groups."""
    spans = tuple((int(c.min()), int(c.max()) - int(c.min()) + 1) for c in columns)
    width = math.prod(span for _, span in spans)
    if width > MOST_FLAGS:
        places, code = np.unique(np.stack(columns, axis=1), axis=0, return_inverse=True)
        listing = tuple(tuple(place) for place in places.tolist())
        return _Packed(code.reshape(-1), len(listing), (), listing)
    code = columns[0] - spans[0][0]
    for column, (least, span) in zip(columns[1:], spans[1:], strict=True):
        code = code * span + (column - least)
    return _Packed(code, width, spans)


def _pairs(rows: Rows, code: Integers, width: int) -> tuple[Integers, Integers]:
    """For each place, the records with a certain row there, and those with any."""
    cells = width * rows.records
    pair = (code if cells < _NARROW else code.astype(np.int64)) * rows.records + rows.uid
    certain = _distinct(rows.certain(pair), rows.records, width)
    return certain, certain if rows.all_certain else _distinct(pair, rows.records, width)


def _distinct(pair: Integers, records: int, width: int) -> Integers:
    """How many different records stand in each place."""
    cells = width * records
    if cells > min(MOST_FLAGS, _DENSE * len(pair)) or width > _MANY_PLACES:
        ordered = np.sort(pair)
        is_first = np.ones(len(ordered), np.bool_)
        np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
        return np.bincount(ordered[is_first] // records, minlength=width)
    flags = np.zeros((width, records), np.bool_)
    flags.reshape(-1)[pair] = True
    return np.array([np.count_nonzero(row) for row in flags], np.int64)
