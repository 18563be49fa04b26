"""Dates of birth compared: exactly, by part, and for what is mistyped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, Final, NamedTuple

import numpy as np

from bayyina.errors import DateUnreadableError
from bayyina.linkage.arrays import Ints32, Singles
from bayyina.linkage.compiling import compiled_bare
from bayyina.linkage.encoding import Encoded, encode, mapped
from bayyina.linkage.measured import Measured
from bayyina.model.digits import plain_text
from bayyina.model.edtf import LAST_YEAR
from bayyina.model.partial_dates import PartialDate, read_date

LEVELS: Final = (
    "missing", "different", "within ten years", "within two years", "same year",
    "same day and month", "one part mistyped", "compatible", "same",
)  # fmt: skip


_NUMBERS: Final = re.compile(r"(\d{4})\D(\d\d?)\D(\d\d?)", re.ASCII)


_NO_SUCH: Final = 99
"""Stands for a month or day 0, which is written but cannot be."""


class _Parts(NamedTuple):
    """A date as numbers: 0 for a part that is not stated, and the days between which it lies."""

    year: int
    month: int
    day: int
    first: int
    last: int


class BirthTable(NamedTuple):
    """Dates of birth by row, as numbers; 0 for a part that is not stated."""

    codes: Ints32
    """Number of each row's date, shape (rows,); -1 where there is none."""
    year: Ints32
    """Year of each row's date, 0 where it is not one year."""
    month: Ints32
    """Month, 1 to 12, or 0."""
    day: Ints32
    """Day of the month, or 0."""
    first: Ints32
    """Earliest day that it may be, counted from year 1; a low number where it is open."""
    last: Ints32
    """Latest day that it may be; a high number where it is open."""
    date_share: Singles
    """Logarithm of the share of rows with this very date."""
    year_share: Singles
    """Logarithm of the share of rows with this year."""
    unreadable: int
    """Rows whose text is no date."""


def read_births(texts: Sequence[str]) -> BirthTable:
    """Read the dates of a column; what is no date is counted and left out."""
    plain = encode(texts)
    meant = encode([_date_of(text) for text in plain.values])
    dates = Encoded(mapped(meant.codes, plain.codes), meant.values)
    parts = np.array(dates.values or [_Parts(0, 0, 0, 0, 0)], dtype=np.int32)
    stated = dates.codes >= 0
    by_row = np.where(stated[:, None], parts[dates.codes], 0).astype(np.int32)
    unreadable = int(((plain.codes >= 0) & ~stated).sum())
    year, month, day, first, last = (np.ascontiguousarray(by_row[:, part]) for part in range(5))
    return BirthTable(
        dates.codes,
        year,
        month,
        day,
        first,
        last,
        date_share=log_shares(dates.codes),
        year_share=log_shares(np.where(by_row[:, 0] > 0, by_row[:, 0], -1)),
        unreadable=unreadable,
    )


def log_shares(codes: Ints32) -> Singles:
    """Logarithm of the share that each row's value has among the rows that state one."""
    stated = codes >= 0
    if not stated.any():
        return np.zeros(len(codes), dtype=np.float32)
    counts = np.bincount(codes[stated])
    shares = np.log(np.maximum(counts, 1) / stated.sum())
    return np.where(stated, shares[codes], 0.0).astype(np.float32)


def _date_of(text: str) -> _Parts | None:
    try:
        return _parts_of(read_date(text))
    except DateUnreadableError:
        return _impossible(text)


def _impossible(text: str) -> _Parts | None:
    """The numbers of a date that no calendar has, such as 1857-06-77: it is mistyped, not empty."""
    found = _NUMBERS.fullmatch(plain_text(text))
    if found is None:
        return None
    year, month, day = map(int, found.groups())
    if not 1 <= year <= LAST_YEAR:
        return None
    first = date(year, 1, 1).toordinal()
    return _Parts(year, month or _NO_SUCH, day or _NO_SUCH, first, first + 365)


def _parts_of(stated: PartialDate) -> _Parts:
    lo, hi = stated.lo, stated.hi
    first = lo.toordinal() if lo else 0
    last = hi.toordinal() if hi else 1 << 30
    if lo is None or hi is None or lo.year != hi.year:
        return _Parts(0, 0, 0, first, last)
    if lo.month != hi.month:
        return _Parts(lo.year, 0, 0, first, last)
    if lo != hi:
        return _Parts(lo.year, lo.month, 0, first, last)
    return _Parts(lo.year, lo.month, lo.day, first, last)


def _digits_of(years: Ints32, months: Ints32, days: Ints32) -> Ints32:
    """The eight digits of dates, four bits each, shape (dates,)."""
    number = years.astype(np.int64) * 10_000 + months * 100 + days
    digits = np.zeros(len(number), dtype=np.int64)
    for place in range(8):
        digits |= number // 10**place % 10 << 4 * place
    return digits.astype(np.int32)


@compiled_bare
def _one_digit_apart(a: Any, b: Any) -> Any:
    """Whether dates differ in just one of their digits, which have four bits each."""
    apart = a ^ b
    apart = (apart | apart >> 1 | apart >> 2 | apart >> 3) & 0x11111111
    return apart != 0 and apart & (apart - 1) == 0


@compiled_bare
def _level(
    y: Any, m: Any, d: Any, v: Any, n: Any, e: Any, f: Any, k: Any, g: Any, h: Any, digits: Any,
    others: Any,
) -> Any:  # fmt: skip
    """Level of dates y-m-d (from f to k) and v-n-e (from g to h), and their digits."""
    if d > 0 and e > 0:
        if y == v and m == n and d == e:
            return 8
        if y == v and m == e and d == n:
            return 6
        if _one_digit_apart(digits, others):
            return 6
        if m == n and d == e:
            return 5
        if y == v:
            return 6 if (m == n or d == e) and not (m == 1 and n == 1 and d == 1) else 4
    elif f <= h and g <= k:
        return 7
    if y > 0 and v > 0:
        if y == v:
            return 4
        years = abs(y - v)
    else:
        years = max(f - h, g - k) // 365
    if years <= 2:
        return 3
    return 2 if years <= 10 else 1


@compiled_bare
def _levels(
    left: Any, right: Any, codes: Any, dates: Any, date_share: Any, year_share: Any, levels: Any,
    rarity: Any,
) -> None:  # fmt: skip
    for pair in range(len(left)):
        i, j = codes[left[pair]], codes[right[pair]]
        if i < 0 or j < 0:
            continue
        level = _level(
            dates[i, 0], dates[i, 1], dates[i, 2], dates[j, 0], dates[j, 1], dates[j, 2],
            dates[i, 3], dates[i, 4], dates[j, 3], dates[j, 4], dates[i, 5], dates[j, 5],
        )  # fmt: skip
        levels[pair] = level
        if level == 8:
            rarity[pair] = date_share[i]
        elif level == 4 or level == 7:
            rarity[pair] = max(year_share[i], year_share[j])


class BirthComparison:
    """Compares dates of birth."""

    level_names = LEVELS
    rare_levels = frozenset({4, 7, 8})

    def __init__(self, label: str, table: BirthTable) -> None:
        self.label = label
        self._codes = table.codes
        _, row = np.unique(table.codes, return_index=True)
        row = row[table.codes[row] >= 0]
        parts = (table.year, table.month, table.day, table.first, table.last)
        stated = [part[row] for part in parts]
        self._dates = np.stack([*stated, _digits_of(*stated[:3])], axis=1)
        self._date_share, self._year_share = table.date_share[row], table.year_share[row]

    def measure(self, left: Ints32, right: Ints32) -> Measured:
        """Compare the dates of birth of pairs of rows."""
        levels = np.zeros(len(left), dtype=np.uint8)
        rarity = np.zeros(len(left), dtype=np.float32)
        _levels(
            left, right, self._codes, self._dates, self._date_share, self._year_share,
            levels, rarity,
        )  # fmt: skip
        return Measured(levels, rarity)
