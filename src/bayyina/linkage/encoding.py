"""Texts as numbers: each different value once, and which row has which."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np

from bayyina.linkage.arrays import Bytes, Flags, Ints32, Ints64, Words64

T = TypeVar("T", bound=Hashable)
_Whole = TypeVar("_Whole", Ints64, Words64)
_MULTIPLIER = np.uint64(0xBF58476D1CE4E5B9)
_ODD = np.uint64(0x9E3779B97F4A7C15)
_ROOM = 1 << 62


class Encoded(NamedTuple, Generic[T]):
    """A column whose different values are numbered in the order in which they appear."""

    codes: Ints32
    """Number of each row's value, shape (rows,); -1 where there is none."""

    values: list[T]
    """The values, by number."""

    def counts(self) -> Ints64:
        """How many rows have each value, shape (values,)."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.values))


def distinct(values: _Whole) -> _Whole:
    """The different values in ascending order.

    ``numpy.unique`` hashes, and pairs of rows packed into one number fall together there: for a
    million of them it takes minutes where sorting takes a tenth of a second.
    """
    ordered = np.sort(values)
    kept = np.ones(len(ordered), dtype=np.bool_)
    kept[1:] = ordered[1:] != ordered[:-1]
    return ordered[kept]


def stands_in(values: Ints64, others: Ints64) -> Flags:
    """Which of some values are among others, both in ascending order, shape (values,)."""
    found = np.zeros(len(values), dtype=np.bool_)
    if len(others):
        place = np.minimum(np.searchsorted(others, values), len(others) - 1)
        found = others[place] == values
    return found


def sorted_stably(values: Ints32) -> tuple[Ints32, Ints64]:
    """Values that are not negative in ascending order, and where each stood; equal ones stay in order."""
    packed = values.astype(np.int64) << 32 | np.arange(len(values))
    packed.sort()
    return (packed >> 32).astype(np.int32), packed & 0xFFFFFFFF


def encode(values: Sequence[T | None]) -> Encoded[T]:
    """Number the different values; None and the empty text are no value."""
    numbers: dict[Any, int] = {}
    found: dict[Any, int] = {}
    for value in dict.fromkeys(values):
        found[value] = numbers.setdefault(value, len(numbers)) if value else -1
    codes = np.fromiter(map(found.__getitem__, values), dtype=np.int32, count=len(values))
    return Encoded(codes, list(numbers))


def encode_as(texts: Sequence[str], read: Callable[[str], T | None]) -> Encoded[T]:
    """Number what texts mean: each different text is read once."""
    plain = encode(texts)
    meant = encode([read(text) for text in plain.values])
    return Encoded(mapped(meant.codes, plain.codes), meant.values)


def mapped(table: Ints32, codes: Ints32) -> Ints32:
    """What a table has for each number; -1 where there is none, or the table is empty."""
    if not len(table):
        return np.full(codes.shape, -1, dtype=np.int32)
    return np.where(codes >= 0, table[codes], -1).astype(np.int32)


def joined_codes(*columns: Ints32) -> Ints32:
    """A number for each combination of several columns; -1 where any of them is.

    The numbers are hashes of 31 bits: equal combinations have equal numbers, and so have, once
    in a long while, two others, which then only meet as candidates without cause.
    """
    joined = np.zeros(len(columns[0]), dtype=np.uint64)
    missing = np.zeros(len(columns[0]), dtype=np.bool_)
    for column in columns:
        joined = (joined ^ (column.astype(np.int64).astype(np.uint64) + _ODD)) * _MULTIPLIER
        joined ^= joined >> np.uint64(29)
        missing |= column < 0
    codes = (joined >> np.uint64(33)).astype(np.int32)
    codes[missing] = -1
    return codes


def numbered(columns: Iterable[Ints32 | Bytes], rows: int) -> Ints64:
    """A number for each combination of several columns without negative ones, never that of another."""
    codes, room = np.zeros(rows, dtype=np.int64), 1
    for column in columns:
        size = int(column.max(initial=0)) + 1
        if room * size > _ROOM:
            known = distinct(codes)
            codes, room = np.searchsorted(known, codes), len(known)
        codes = codes * size + column
        room *= size
    return codes


def different_columns(table: Bytes) -> tuple[Ints64, Ints64]:
    """Where a column of each kind stands, in the order of their numbers, and how many there are.

    Args:
        table: Columns of small numbers, shape (rows, columns).
    """
    codes = numbered(table, table.shape[1])
    order = np.argsort(codes)
    ordered = codes[order]
    begins = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]][: len(ordered)])
    return order[begins], np.diff(np.r_[begins, len(ordered)])
