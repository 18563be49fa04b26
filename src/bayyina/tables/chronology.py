"""Dates and ages of one row that cannot all be true: death before arrest, birth after both.

Only what is impossible for certain is told: with partial dates, the earliest a thing can have
been is later than the latest the other can have been. The row is taken in as it is written,
with a warning: mending it would hide what the list says, and either date may be the wrong one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

from bayyina.model.drafts import RecordDraft, RowProblem, ValueDraft
from bayyina.tables.mapping_parts import Block
from bayyina.tables.problems import AGE_IMPOSSIBLE, DATE_AHEAD, DATE_ORDER

BIRTH: Final = "Person"
"""Record type with ``birth_date``."""

OLDEST: Final = 120
"""Years of age that nobody is known to have passed in such lists."""

_CUSTODY: Final = ("Arrest", "Detention", "Transfer", "Torture")
_ENDS: Final = ("Death", "Execution")
_AFTERWARDS: Final = ("Burial", "Exhumation", "DeathRegistration", "Handover")

ORDER: Final[tuple[tuple[str, str], ...]] = (
    *((BIRTH, act) for act in (*_CUSTODY, "ReportedDisappearance", "Release", *_ENDS)),
    ("Arrest", "Release"),
    *((act, end) for act in (*_CUSTODY, "Release") for end in _ENDS),
    *((end, act) for end in _ENDS for act in _AFTERWARDS),
    ("Burial", "Exhumation"),
)
"""Pairs of which the first cannot be later than the second. A sentence may follow a death, and
a disappearance may be reported after one."""

_DATED: Final = frozenset(name for pair in ORDER for name in pair)


class _Dated(NamedTuple):
    """When the records of one type in a row happened."""

    lo: str | None
    """First possible day."""

    hi: str | None
    """Last possible day."""


class Chronology:
    """Looks for impossible dates and ages in rows of one list."""

    def __init__(self, blocks: Iterable[Block], asserted_on: str | None) -> None:
        """Take the columns' names from a mapping; ``asserted_on`` is the day of the release."""
        self._asserted_on = asserted_on
        columns: dict[tuple[str, str], list[str]] = {}
        for block in blocks:
            for rule in block.columns:
                columns.setdefault((block.type, rule.property), []).append(rule.column)
        self._columns = {place: " / ".join(dict.fromkeys(c)) for place, c in columns.items()}
        types = {name for name, prop in self._columns if prop == _date_of(name)}
        self._pairs = [pair for pair in ORDER if set(pair) <= types]
        self._has_work = bool(types & _DATED) or any(p == "age" for _, p in self._columns)

    def problems(self, records: Sequence[RecordDraft]) -> list[RowProblem]:
        """What cannot be in the records of one row."""
        if not self._has_work:
            return []
        dates: dict[str, _Dated] = {}
        found: list[RowProblem] = []
        for record in records:
            wanted = _date_of(record.type) if record.type in _DATED else ""
            for value in record.values:
                name = value[0]
                if name == wanted:
                    if value.date_lo is not None or value.date_hi is not None:
                        _add(dates, record.type, value)
                        found += self._ahead(record.type, value)
                elif name == "age" and _is_impossible(value):
                    found.append(self._age(record.type))
        if len(dates) > 1 and self._pairs:
            found += self._orders(dates)
        return found

    def _orders(self, dates: dict[str, _Dated]) -> Iterator[RowProblem]:
        for first, second in self._pairs:
            one, other = dates.get(first), dates.get(second)
            if one is None or other is None or one.lo is None or other.hi is None:
                continue
            if one.lo > other.hi:
                yield self._order(first, second)
            elif first == BIRTH and _is_too_old(one, other):
                yield self._too_old(second)

    def _column(self, record_type: str) -> str:
        return self._columns.get((record_type, _date_of(record_type)), "")

    def _order(self, first: str, second: str) -> RowProblem:
        one, other = self._column(first), self._column(second)
        message = (
            f"“{one}” ({_named(first)}) is later than “{other}” ({_named(second)}), which cannot "
            "be. Both are kept as they are written."
        )
        return RowProblem(one, DATE_ORDER, message)

    def _too_old(self, second: str) -> RowProblem:
        one, other = self._column(BIRTH), self._column(second)
        message = (
            f"“{one}” is more than {OLDEST} years before “{other}” ({_named(second)}). "
            "Both are kept as they are written."
        )
        return RowProblem(one, AGE_IMPOSSIBLE, message)

    def _ahead(self, record_type: str, value: ValueDraft) -> Iterator[RowProblem]:
        if self._asserted_on and value.date_lo and value.date_lo > self._asserted_on:
            column = self._column(record_type)
            message = (
                f"“{column}” is later than the release of the list, {self._asserted_on}. "
                "It is kept as it is written."
            )
            yield RowProblem(column, DATE_AHEAD, message)

    def _age(self, record_type: str) -> RowProblem:
        column = self._columns.get((record_type, "age"), "")
        message = f"“{column}” is no age of a person. It is kept as it is written."
        return RowProblem(column, AGE_IMPOSSIBLE, message)


def _date_of(record_type: str) -> str:
    return "birth_date" if record_type == BIRTH else "date"


def _named(record_type: str) -> str:
    return "birth" if record_type == BIRTH else record_type


def _add(dates: dict[str, _Dated], record_type: str, value: ValueDraft) -> None:
    """Keep, of several, the earliest beginning and the latest end: what none contradicts."""
    held = dates.get(record_type)
    lo, hi = value.date_lo, value.date_hi
    if held is None:
        dates[record_type] = _Dated(lo, hi)
        return
    dates[record_type] = _Dated(
        None if lo is None or held.lo is None else min(lo, held.lo),
        None if hi is None or held.hi is None else max(hi, held.hi),
    )


def _is_impossible(value: ValueDraft) -> bool:
    """Whether a number is certainly no age."""
    return (value.num_lo is not None and value.num_lo > OLDEST) or (
        value.num_hi is not None and value.num_hi < 0
    )


def _is_too_old(born: _Dated, act: _Dated) -> bool:
    if born.hi is None or act.lo is None:
        return False
    return date.fromisoformat(act.lo).year - date.fromisoformat(born.hi).year > OLDEST + 1
