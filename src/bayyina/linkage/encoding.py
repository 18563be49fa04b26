"""Texts as numbers: each different value once, and which row has which."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np

from bayyina.linkage.arrays import Ints32, Ints64

T = TypeVar("T", bound=Hashable)


class Encoded(NamedTuple, Generic[T]):
    """A column whose different values are numbered in the order in which they appear."""

    codes: Ints32
    """Number of each row's value, shape (rows,); -1 where there is none."""

    values: list[T]
    """The values, by number."""

    def counts(self) -> Ints64:
        """How many rows have each value, shape (values,)."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.values))


def encode(values: Sequence[T | None]) -> Encoded[T]:
    """Number the different values; None and the empty text are no value."""
    numbers: dict[Any, int] = {}
    codes = np.fromiter(
        (numbers.setdefault(v, len(numbers)) if v else -1 for v in values),
        dtype=np.int32,
        count=len(values),
    )
    return Encoded(codes, list(numbers))


def encode_as(texts: Sequence[str], read: Callable[[str], T | None]) -> Encoded[T]:
    """Number what texts mean: each different text is read once."""
    plain = encode(texts)
    meant = encode([read(text) for text in plain.values])
    codes = np.full(len(texts), -1, dtype=np.int32)
    stated = plain.codes >= 0
    codes[stated] = meant.codes[plain.codes[stated]]
    return Encoded(codes, meant.values)


def joined_codes(*columns: Ints32) -> Ints32:
    """Number the combinations of several columns; -1 where any of them is.

    The numbers follow the order of the combinations, not that of the rows.
    """
    first, *others = columns
    joined = first.astype(np.int64)
    missing = first < 0
    for column in others:
        joined = joined * (int(column.max(initial=0)) + 2) + column
        missing |= column < 0
        joined[missing] = -1
        joined = _renumbered(joined)
    joined[missing] = -1
    return joined.astype(np.int32)


def _renumbered(values: Ints64) -> Ints64:
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    steps = np.empty(len(values), dtype=np.int64)
    if len(values):
        steps[0] = 0
        np.cumsum(ordered[1:] != ordered[:-1], out=steps[1:])
    numbers = np.empty(len(values), dtype=np.int64)
    numbers[order] = steps
    return numbers
