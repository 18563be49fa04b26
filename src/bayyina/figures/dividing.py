"""Dividing a figure by keys: a number for each row's group, and what the number means.

A number from 0 on is a group in which the row stands for certain. A negative number stands
for rows that may be in one of several groups, that stand in several at once, or (-1) of
which nothing is stated.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Final

import pyarrow as pa

from bayyina.errors import QueryError
from bayyina.figures.ages import CHILD, EITHER, MAN, NOTHING, OPEN, WOMAN
from bayyina.figures.assembled import FIRST_MONTH, LAST_MONTH, SOURCE, day_of
from bayyina.figures.counting_rules import Rules
from bayyina.figures.identified_deaths import already_known_sql
from bayyina.figures.meanings import UNKNOWN, Placement, label_indices
from bayyina.figures.relations import PERSON
from bayyina.figures.row_sources import CodedColumn, RowSource

_LEVELS: Final = ("governorate", "district", "subdistrict")
_PLACE: Final = "place"
_EARLIEST: Final = 1700
_SPAN: Final = 1 << 13
_LAST_YEAR: Final = 9999

MOST_LISTED: Final = 512
"""A key with more sets of values than this finds its groups in a table instead of a list."""


class Key(ABC):
    """One key of a query."""

    def __init__(self, name: str) -> None:
        self.name = name
        """Name in the query."""
        self.is_span = False
        """Whether the groups in which a row may be follow one another."""

    @abstractmethod
    def sql(self, source: RowSource) -> str:
        """The number of a row's group."""

    @property
    @abstractmethod
    def bounds(self) -> tuple[int, int]:
        """The least and the greatest number that ``sql`` can give, once it was asked for."""

    @abstractmethod
    def label(self, number: int) -> str:
        """Name of the group that a number from 0 on stands for."""

    @abstractmethod
    def options(self, number: int) -> Sequence[int]:
        """Groups of a row with a negative number; empty when nothing is stated."""

    def is_settled(self, number: int) -> bool:
        """Whether a row certainly stands in all its groups."""
        return number >= 0

    def groups(self, number: int) -> Sequence[int]:
        """All groups in which a row stands or may stand."""
        return (number,) if number >= 0 else self.options(number)


class CodedKey(Key):
    """A property with few values, divided by them or by what is above them."""

    def __init__(self, name: str, prop: str, level: str = "") -> None:
        super().__init__(name)
        self._prop = prop
        self._level = level
        self._column: CodedColumn | None = None
        self._labels: list[str] = []
        self._open: list[list[int]] = []
        self._at_once: set[int] = set()
        self._numbers: list[int] = []
        self._lookup = ""

    def sql(self, source: RowSource) -> str:
        """The number of a row's group."""
        column = source.coded(self._prop) or source.unit_coded(self._prop)
        if column is None:
            return "-1"
        self._learn(column, source.rules)
        number = self._number_sql(source, column.sql)
        return source.number_of_person(number) if column.of_person else number

    def _number_sql(self, source: RowSource, code: str) -> str:
        """The number that belongs to a code: from a list, or from a table where it is long."""
        if len(self._numbers) <= MOST_LISTED:
            listed = ", ".join(map(str, self._numbers))
            return f"coalesce(([{listed}])[CAST({code} AS INTEGER) + 1], -1)"
        relation = source.rules.warm.lookup(
            self._lookup,
            {
                "code": pa.array(range(len(self._numbers)), pa.int32()),
                "number": pa.array(self._numbers, pa.int32()),
            },
        )
        alias = source.join("k", f"LEFT JOIN {relation} {{0}} ON {{0}}.code = {code}")
        return f"coalesce({alias}.number, -1)"

    @property
    def bounds(self) -> tuple[int, int]:
        """The least and the greatest number of a set."""
        return -1 - len(self._open), max(len(self._labels) - 1, 0)

    def label(self, number: int) -> str:
        """Name of the group that a number from 0 on stands for."""
        return self._labels[number]

    def options(self, number: int) -> Sequence[int]:
        """Groups in which a row with a negative number may be."""
        return [] if number == -1 else self._open[-2 - number]

    def _learn(self, column: CodedColumn, rules: Rules) -> None:
        """Number the groups of a column's sets; all rows of a key must share them."""
        if self._column is not None:
            if self._column.domain != column.domain:
                raise QueryError(
                    f"The key `{self.name}` means different things for different records.",
                    hint="Name one record type.",
                )
            return
        self._column = column
        placements = rules.meanings.placements(
            column.domain, column.sets, multiple=column.multiple, level=self._level
        )
        indices = label_indices(placements)
        self._labels = list(indices)
        self._numbers = [self._number(placement, indices) for placement in placements]
        self._lookup = f"key {column.domain} {self._level} {column.multiple}"

    def _number(self, placement: Placement, indices: dict[str, int]) -> int:
        """The number of a set of values."""
        groups = [indices[value] for value in placement.values]
        if not groups:
            return -1
        if placement.settled and len(groups) == 1:
            return groups[0]
        self._open.append(groups)
        number = -1 - len(self._open)
        if placement.settled:
            self._at_once.add(number)
        return number

    def is_settled(self, number: int) -> bool:
        """Whether a row certainly stands in all its groups."""
        return number >= 0 or number in self._at_once


class MonthKey(Key):
    """Year or month of the date that the query looks at.

    A row that spans several is in one of them; one that is open at an end is unknown, and so
    is one that spans several and reaches back before 1700 or beyond 2382.
    Spans are cut to what the rows are limited to, the query's interval and its day: if the
    row is in the figure at all, it lies there.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.is_span = True
        self._months = 12 if name == "year" else 1

    def sql(self, source: RowSource) -> str:
        """The number of a row's year or month; spans are packed into negative numbers."""
        low, high = (f"r.{name}" for name in month_columns(source))
        first, last = map(_month, source.limits.get(source.rules.query.axis, (None, None)))
        lo = low if first is None else f"greatest({low}, {first})"
        hi = high if last is None else f"least({high}, {last})"
        if self._months > 1:
            lo, hi = f"({lo} // {self._months})", f"({hi} // {self._months})"
        nothing = f"{low} = {FIRST_MONTH} AND {high} = {LAST_MONTH}"
        same = lo if self._months == 1 else f"({low} // {self._months})"
        first = _EARLIEST * 12 // self._months
        return (
            f"CASE WHEN {low} = {high} THEN {same} WHEN {nothing} THEN -1 "
            f"WHEN {lo} = {hi} THEN {lo} "
            f"WHEN {lo} < {first} OR {hi} >= {first + _SPAN} THEN -1 "
            f"ELSE -2 - (({lo} - {first}) * {_SPAN} + ({hi} - {first})) END"
        )

    @property
    def bounds(self) -> tuple[int, int]:
        """The longest and latest span, and the last month that a date can have."""
        return -1 - _SPAN * _SPAN, 12 * _LAST_YEAR + 11

    def label(self, number: int) -> str:
        """The year, or the year and the month."""
        if self._months > 1:
            return f"{number:04d}"
        return f"{number // 12:04d}-{number % 12 + 1:02d}"

    def options(self, number: int) -> Sequence[int]:
        """All years or months of the span."""
        lo, hi = divmod(-2 - number, _SPAN)
        first = _EARLIEST * 12 // self._months
        return () if number == -1 else range(first + lo, first + hi + 1)


class AgeKey(Key):
    """Age class or demographic group at the act."""

    def sql(self, source: RowSource) -> str:
        """The code of the class."""
        sql = source.age_sql() if self.name == "age_class" else source.demographic_sql()
        return source.number_of_person(f"({sql})")

    @property
    def bounds(self) -> tuple[int, int]:
        """The codes of the classes."""
        return min(OPEN), MAN

    def label(self, number: int) -> str:
        """The class."""
        if self.name == "age_class":
            return "child" if number == CHILD else "adult"
        return {CHILD: "child", WOMAN: "woman", MAN: "man"}[number]

    def options(self, number: int) -> Sequence[int]:
        """The two classes that remain possible."""
        if number == NOTHING:
            return []
        return [0, 1] if self.name == "age_class" and number == EITHER else list(OPEN[number])


class AlreadyKnownKey(Key):
    """Whether the death of an identified person was known from another source."""

    def sql(self, source: RowSource) -> str:
        """1 for yes, 0 for no, -2 when it is possible, -1 without a person."""
        return source.number_of_person(already_known_sql(source))

    @property
    def bounds(self) -> tuple[int, int]:
        """Possible to yes."""
        return -2, 1

    def label(self, number: int) -> str:
        """The answer."""
        return "yes" if number == 1 else "no"

    def options(self, number: int) -> Sequence[int]:
        """Both answers when it is possible."""
        return [0, 1] if number == -2 else []


def make_keys(rules: Rules) -> list[Key]:
    """The keys of the query, in its order."""
    return [_key(name) for name in rules.query.keys]


def labelled(key: Key, number: int) -> str:
    """Name of the group of any number."""
    return UNKNOWN if number < 0 else key.label(number)


def month_columns(source: RowSource) -> tuple[str, str]:
    """Columns with the first and the last month on the axis that the query looks at."""
    if source.rules.query.axis == "documented":
        return "doc_mlo", "doc_mhi"
    if source.record_type == PERSON:
        raise QueryError(
            "People have no year or month of their own.",
            hint="Name an act, such as with Death, or divide on documented.",
        )
    return ("occ_mlo", "occ_mhi") if source.record_type else ("mlo", "mhi")


def _key(name: str) -> Key:
    if name in ("year", "month"):
        return MonthKey(name)
    if name in ("age_class", "demographic"):
        return AgeKey(name)
    if name == "already_known":
        return AlreadyKnownKey(name)
    if name in _LEVELS:
        return CodedKey(name, _PLACE, name)
    if name in ("group", "party"):
        return CodedKey(name, "by", name)
    return CodedKey(name, SOURCE if name == "source" else name)


def _month(day: int | None) -> int | None:
    if day is None:
        return None
    there = day_of(day)
    return there.year * 12 + there.month - 1
