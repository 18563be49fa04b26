"""Which case a record belongs to.

A record belongs to the case that the newest assignment naming it says, otherwise to ``main``. An
assignment is a setting of the workspace, so each is an entry of the custody log: the import of a list
for a case assigns everything that comes with it, and ``assign_records`` moves single records or
whole imports. It names ranges of record numbers, so that a million records cost a line.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

from bayyina.app.ports import Store
from bayyina.app.rows import POSITION_MASK, SettingRow, batch_of, row_number

MAIN: Final = "main"
"""Code of the case that a workspace begins with, and that every record of no other belongs to."""

ASSIGNMENT: Final = "case-records"
"""Name of the settings that assign records to cases."""


class Range(NamedTuple):
    """Neighbouring record numbers, both ends included."""

    first: int
    last: int


@dataclass(frozen=True)
class Assignment:
    """One assignment of records to a case."""

    case: str
    """Code of the case."""

    ranges: tuple[Range, ...]
    """The records, in order and apart."""

    def holds(self, record: int) -> bool:
        """Whether a record is among them; a search by halves."""
        place = bisect_right(self.ranges, (record, 1 << 63))
        return place > 0 and record <= self.ranges[place - 1].last


class CaseIndex:
    """The assignments of a workspace, to be asked for the case of a record."""

    def __init__(self, assignments: Sequence[Assignment]) -> None:
        """``assignments`` are given in the order in which they were made."""
        self._newest_first = tuple(reversed(assignments))

    def case_of(self, record: int) -> str:
        """Code of the case that a record belongs to."""
        for one in self._newest_first:
            if one.holds(record):
                return one.case
        return MAIN


def case_index(store: Store) -> CaseIndex:
    """The assignments as they stand, kept in memory until there is another one."""
    size = store.log_size()
    kept = _KEPT.get(store)
    if kept is not None and kept.size == size:
        return kept.cases
    sequenced = {row.batch for row in store.batches() if row.entry is not None}
    rows = [
        row
        for row in store.find(SettingRow, "name", [ASSIGNMENT])
        if batch_of(row.number) in sequenced
    ]
    known = {} if kept is None else kept.assignments
    if kept is None or known.keys() != {row.number for row in rows}:
        known = {row.number: known.get(row.number) or read_assignment(row.text) for row in rows}
        kept = _Kept(size, known, CaseIndex(list(known.values())))
    _KEPT[store] = kept._replace(size=size)
    return kept.cases


def case_of(store: Store, record: int) -> str:
    """Code of the case that a record belongs to."""
    return case_index(store).case_of(record)


def assignment_text(case: str, ranges: Iterable[Range]) -> str:
    """The text of a setting that assigns records to a case."""
    return json.dumps({"case": case, "ranges": [list(one) for one in ranges]})


def read_assignment(text: str) -> Assignment:
    """The assignment that a setting's text states."""
    content = json.loads(text)
    ranges = tuple(Range(int(first), int(last)) for first, last in content["ranges"])
    return Assignment(str(content["case"]), ranges)


def ranges_of(records: Iterable[int]) -> list[Range]:
    """The fewest ranges that hold exactly some records, in order."""
    found: list[Range] = []
    for record in sorted(set(records)):
        if found and record == found[-1].last + 1:
            found[-1] = Range(found[-1].first, record)
        else:
            found.append(Range(record, record))
    return found


def range_of_batch(batch: int) -> Range:
    """All records that came, or will have come, with a batch."""
    return Range(row_number(batch, 0), row_number(batch, POSITION_MASK))


class _Kept(NamedTuple):
    """What is kept of a store."""

    size: int
    """Size of the log that it was read at."""

    assignments: dict[int, Assignment]
    """By the number of their setting."""

    cases: CaseIndex
    """Made of them."""


_KEPT: WeakKeyDictionary[Store, _Kept] = WeakKeyDictionary()
