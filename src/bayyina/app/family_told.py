"""Deaths of which the family was not told: no output may be the first to tell of one.

A family counts as told when a notification of it is recorded that says how, or when the record of
the death says that the family was notified. A death of nobody who is named needs no telling.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from typing import Final

from bayyina.app.linked_records import same_as_any
from bayyina.app.live import live_batches, live_statements
from bayyina.app.rows import RecordRow, StatementRow, batch_of
from bayyina.app.workspace import Workspace
from bayyina.disclosure.rules import load_rules

NOTIFICATION: Final = "FamilyNotification"
"""Type of the records that say that a family was told."""

NOT_TOLD: Final = "not_told"
"""The way of a notification that did not take place."""

DOCUMENT: Final = "Document"
PERSON: Final = "Person"

NOTIFIED: Final = ("family_notified", "yes")
"""Property and value by which the record of a death says that the family was notified."""


class FamilyTold:
    """Knows of which deaths families were told."""

    def __init__(self, workspace: Workspace) -> None:
        """Read the notifications of a workspace."""
        self._workspace = workspace
        self._names = {number: pair for pair, number in workspace.store.terms().items()}
        rules = load_rules()
        self._deaths, self._papers = rules.deaths, rules.death_documents
        self._values = rules.death_values
        self._notified_people = self._notified()

    @cached_property
    def told_people(self) -> frozenset[int]:
        """People of whose death a notification of the family is recorded, by any of their records."""
        return frozenset(same_as_any(self._workspace, self._notified_people))

    def is_death(self, record_type: str, rows: Iterable[StatementRow]) -> bool:
        """Whether a record says that somebody died."""
        if record_type in self._deaths:
            return True
        if (telling := self._values.get(record_type)) is not None:
            return any((self._names[row.term][1], row.value) in telling for row in rows)
        if record_type != DOCUMENT:
            return False
        return any(self._says(row, "kind") and row.value in self._papers for row in rows)

    def is_untold(self, record_type: str, rows: Sequence[StatementRow]) -> bool:
        """Whether a record tells of a death of which the family was not told."""
        if not self.is_death(record_type, rows):
            return False
        if any((self._names[row.term][1], row.value) == NOTIFIED for row in rows):
            return False
        people = self.people(rows)
        if not people:
            return record_type == DOCUMENT
        return any(not self.was_told(person) for person in people)

    def was_told(self, person: int) -> bool:
        """Whether the family of a person was told, by any of the person's records."""
        return person in self._notified_people or person in self.told_people

    def people(self, rows: Iterable[StatementRow]) -> set[int]:
        """Numbers of the people whom statements of one record name as those it is about."""
        found = set()
        for row in rows:
            record_type, name = self._names[row.term]
            kind = self._workspace.vocabulary.types.get(record_type)
            prop = kind.properties.get(name) if kind is not None else None
            is_person = prop is not None and prop.type == "link" and PERSON in prop.to
            if is_person and (row.value or "").isdecimal():
                found.add(int(row.value or ""))
        return found

    def untold_records(self, records: Collection[int]) -> set[int]:
        """Which of some records tell of a death of which the family was not told."""
        store = self._workspace.store
        numbers = sorted(set(records))
        said: dict[int, list[StatementRow]] = defaultdict(list)
        for row in live_statements(store, numbers, live_batches(store)):
            said[row.record].append(row)
        return {
            row.number
            for row in store.find(RecordRow, "number", numbers)
            if self.is_untold(row.record_type, said[row.number])
        }

    def _says(self, row: StatementRow, name: str) -> bool:
        return self._names[row.term][1] == name

    def _notified(self) -> set[int]:
        store = self._workspace.store
        if not any(record_type == NOTIFICATION for record_type, _ in store.terms()):
            return set()
        batches = live_batches(store)
        numbers = [
            row.number
            for row in store.find(RecordRow, "record_type", [NOTIFICATION])
            if batch_of(row.number) in batches
        ]
        said: dict[int, list[StatementRow]] = defaultdict(list)
        for row in live_statements(store, numbers, batches):
            said[row.record].append(row)
        return {
            person
            for rows in said.values()
            if not any(self._says(row, "way") and row.value == NOT_TOLD for row in rows)
            for person in self.people(row for row in rows if not self._says(row, "told"))
        }
