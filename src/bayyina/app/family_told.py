"""Deaths of which the family was not told: no output may be the first to tell of one.

A family counts as told when it is written down, after two people decided that it may be, that
somebody went. What a list or one person says of it, a notification or ``family_notified``, is a claim:
it counts once two people who entered none of it decided the same about the death. A death of nobody
who is named needs no telling.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from typing import Final

from bayyina.app.family_releases import RELEASED, is_released
from bayyina.app.linked_records import pointers_at, same_as_any
from bayyina.app.live import live_batches, live_statements
from bayyina.app.rows import DeterminationRow, RecordRow, StatementRow, batch_of
from bayyina.app.workspace import Workspace
from bayyina.disclosure.rules import load_rules

NOTIFICATION: Final = "FamilyNotification"
"""Type of the records that say that a family was told."""

RECORD: Final = "record-notification"
"""Action of the entries that say that a family was told, which only two people's decision allows."""

NOT_TOLD: Final = "not_told"
"""The way of a notification that did not take place."""

DOCUMENT: Final = "Document"
PERSON: Final = "Person"

NOTIFIED: Final = ("family_notified", "yes")
"""Property and value by which the record of a death claims that the family was notified."""


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
        """People of whose death the family was told, by any of their records."""
        return frozenset(same_as_any(self._workspace, self._notified_people)) | self._confirmed

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
        people = self.people(rows)
        if not people:
            return record_type == DOCUMENT and not self._is_confirmed(rows)
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
        said = self._said(records)
        return {
            row.number
            for row in self._workspace.store.find(RecordRow, "number", sorted(set(records)))
            if self.is_untold(row.record_type, said[row.number])
        }

    def _says(self, row: StatementRow, name: str) -> bool:
        return self._names[row.term][1] == name

    @cached_property
    def confirmed_records(self) -> frozenset[int]:
        """Records that claim that a family was notified, and of which two people decided the same."""
        said = self._said(self._released)
        return frozenset(number for number, rows in said.items() if self._claims(rows))

    @cached_property
    def _released(self) -> frozenset[int]:
        """Records of which two people decided that the family may be told."""
        store, batches = self._workspace.store, live_batches(self._workspace.store)
        if not any(kind == NOTIFICATION or name == NOTIFIED[0] for kind, name in store.terms()):
            return frozenset()  # nobody claims anything that could be confirmed
        words = store.find(DeterminationRow, "decision", [RELEASED])
        records = {row.record for row in words if batch_of(row.number) in batches}
        return frozenset(one for one in records if is_released(self._workspace, one))

    @cached_property
    def _confirmed(self) -> frozenset[int]:
        """People whose families were told as somebody claims, where two people decided the same."""
        stated = self._said(self._released)
        if not stated:
            return frozenset()
        people = same_as_any(
            self._workspace, {one for rows in stated.values() for one in self.people(rows)}
        )
        claimed: set[int] = set()
        around = self._said({one.record for one in pointers_at(self._workspace, people)})
        for rows in around.values():
            if self._claims(rows):
                claimed |= self.people(row for row in rows if not self._says(row, "told"))
        return frozenset(same_as_any(self._workspace, claimed & people))

    def _is_confirmed(self, rows: Sequence[StatementRow]) -> bool:
        return bool(rows) and rows[0].record in self.confirmed_records

    def _claims(self, rows: Sequence[StatementRow]) -> bool:
        """Whether a record says that a family was notified."""
        named = [self._names[row.term] for row in rows]
        if any(record_type == NOTIFICATION for record_type, _ in named):
            return not self._is_not_told(rows)
        return any(
            (name, row.value) == NOTIFIED for (_, name), row in zip(named, rows, strict=True)
        )

    def _is_not_told(self, rows: Sequence[StatementRow]) -> bool:
        return any(self._says(row, "way") and row.value == NOT_TOLD for row in rows)

    def _said(self, records: Collection[int]) -> dict[int, list[StatementRow]]:
        store = self._workspace.store
        said: dict[int, list[StatementRow]] = defaultdict(list)
        if records:
            for row in live_statements(store, sorted(records), live_batches(store)):
                said[row.record].append(row)
        return said

    def _notified(self) -> set[int]:
        """People whom notifications name that were written down after two people's decision."""
        store = self._workspace.store
        if not any(record_type == NOTIFICATION for record_type, _ in store.terms()):
            return set()
        ours = {n for n, batch in live_batches(store).items() if batch.action == RECORD}
        found = store.find(RecordRow, "record_type", [NOTIFICATION]) if ours else []
        said = self._said({row.number for row in found if batch_of(row.number) in ours})
        return {
            person
            for rows in said.values()
            if not self._is_not_told(rows)
            for person in self.people(
                row for row in rows if batch_of(row.number) in ours and not self._says(row, "told")
            )
        }
