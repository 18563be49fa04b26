"""Telling a family of a death: a task of its own, decided by two people, done in person.

The decision is about the risk to whoever the knowledge comes from, and is the one under which a
letter may be written (``released`` under ``family-may-be-told``). It tells nobody: somebody goes, and
afterwards writes down that the family knows. Only then may an output reveal the death. A family
that said that it does not want to know is not told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

from bayyina.app.case_scopes import case_of
from bayyina.app.cases import note_case
from bayyina.app.changes import change
from bayyina.app.consent_book import CONTACT, ConsentBook
from bayyina.app.deciding import determine_record
from bayyina.app.determination_words import FOR
from bayyina.app.family_releases import RELEASED, is_released
from bayyina.app.family_told import NOTIFICATION, RECORD, FamilyTold
from bayyina.app.linked_records import same_as_any
from bayyina.app.live import live_batches, live_statements
from bayyina.app.permissions import require, sight
from bayyina.app.person_papers import BEING_TOLD
from bayyina.app.rows import (
    DeterminationRow,
    MemberRow,
    RecordRow,
    StatementRow,
    batch_of,
)
from bayyina.app.short_ids import record_number
from bayyina.app.workspace import Workspace
from bayyina.disclosure.records import DENIED
from bayyina.disclosure.rules import load_rules
from bayyina.errors import CheckFailedError, InputError
from bayyina.model.drafts import ValueDraft

STANDARD: Final = "family-may-be-told"
"""The standard under which two people decide."""

IN_PERSON: Final = "in_person"
"""The way in which a family is told."""

UNDECIDED, PROPOSED, AGREED, TOLD, NOT_WANTED = (
    "undecided",
    "proposed",
    "agreed",
    "told",
    "does-not-want-to-know",
)
"""How far telling the family of a death has come."""

_AT_ONCE: Final = 5_000
"""Deaths whose rows are read together."""


@dataclass(frozen=True)
class Telling:
    """How far telling the family of one death has come."""

    record: str
    """Short id of the record of the death."""

    type: str
    """Its type."""

    people: tuple[str, ...]
    """Short ids of who died, as the record names them."""

    state: str
    """One of the states of this module."""

    decided_by: tuple[str, ...]
    """Handles of who decided that the family may be told."""

    since: str
    """Day of the first decision; empty without one."""


def propose_telling(
    workspace: Workspace, *, death: str, risk: str, lines: Sequence[str] = ()
) -> Telling:
    """Decide as the first of two that the family may be told.

    Args:
        workspace: Where the death is recorded.
        death: Short id of its record.
        risk: The risk to whoever the knowledge comes from, and why it can be taken.
        lines: What the knowledge rests on, as for ``determine``; the record's own entry if empty.

    Raises:
        InputError: there is no such record of a death, or the risk is not said.
        CheckFailedError: the family does not want to know, was told, or somebody proposed it before.
        PermissionRefusedError: the member may not decide, or entered the record.
    """
    require(workspace, "determine", records=[record_number(workspace, death)])
    found = _telling(workspace, _death(workspace, death))
    _refuse(found, AGREED, PROPOSED)
    return _decide(workspace, found, risk, lines)


def agree_telling(
    workspace: Workspace, *, death: str, risk: str, lines: Sequence[str] = ()
) -> Telling:
    """Decide as the second; errors as for ``propose_telling``, and nobody may have proposed it."""
    require(workspace, "determine", records=[record_number(workspace, death)])
    found = _telling(workspace, _death(workspace, death))
    _refuse(found, AGREED, UNDECIDED)
    return _decide(workspace, found, risk, lines)


def record_telling(
    workspace: Workspace,
    *,
    death: str,
    day: date,
    way: str = IN_PERSON,
    content: str = "",
    why_not_in_person: str = "",
) -> tuple[Telling, str, int]:
    """Write down that the family was told; how far it has come, the new record, and the batch.

    Args:
        workspace: Where the death is recorded.
        death: Short id of its record.
        day: When they were told.
        way: How, a code of ``notification_ways``.
        content: What they were told.
        why_not_in_person: Needed for any other way than in person.

    Raises:
        InputError: there is no such record of a death or way, or it is of a day to come.
        CheckFailedError: two people have not agreed, the family does not want to know, or it was
            told before.
        PermissionRefusedError: the member may not write it down.
    """
    require(workspace, "record-consent", records=[record_number(workspace, death)])
    row = _death(workspace, death)
    found = _telling(workspace, row)
    _refuse(found, UNDECIDED, PROPOSED)
    ways = workspace.vocabulary.term_lists["notification_ways"].terms
    if way not in ways or way == "not_told":
        raise InputError(f"There is no way {way}.", hint=f"Ways are {', '.join(ways)}.")
    if way != IN_PERSON and not why_not_in_person.strip():
        raise InputError(
            "A family is told of a death in person.",
            hint="Say why it was done otherwise with --why-not-in-person.",
        )
    if day > workspace.clock.now().date():
        raise InputError(f"{day} is still to come.", hint="Write down what has happened.")
    people = [record_number(workspace, one) for one in found.people]
    if not people:
        raise InputError(f"{death} names nobody whose family could be told.")
    made = 0
    with change(workspace, RECORD) as writer:
        note_case(writer, case_of(workspace.store, row.number))
        writer.describe_list(None, None)
        text = day.isoformat()
        for person in people:
            made, key = writer.add_record(NOTIFICATION, None, None)
            drafts = [
                ValueDraft("victim", str(person)),
                ValueDraft("date", text, date_lo=text, date_hi=text),
                ValueDraft("way", way),
                ValueDraft("official", "no"),
                *(
                    ValueDraft("content", said.strip())
                    for said in (content, why_not_in_person)
                    if said.strip()
                ),
            ]
            for draft in drafts:
                writer.add_statement(made, key, NOTIFICATION, draft, None)
        writer.finish({"people": len(people)})
    return _telling(workspace, row), workspace.short_id(made), writer.batch


def telling_of(workspace: Workspace, death: str) -> Telling:
    """How far telling the family of one death has come.

    Raises:
        InputError: there is no such record of a death.
        PermissionRefusedError: the member may not read it.
    """
    require(workspace, "export-records", records=[record_number(workspace, death)])
    return _telling(workspace, _death(workspace, death))


def tellings(workspace: Workspace, *, everything: bool = False) -> list[Telling]:
    """Deaths with somebody who is named, and how far telling the family has come.

    Deaths about which nothing was decided, and those that were told of, are left out if not
    asked for.

    Raises:
        PermissionRefusedError: the member may not read records.
    """
    seen = sight(workspace, "export-records")
    store = workspace.store
    batches = live_batches(store)
    decided = {
        row.record
        for row in store.scan(DeterminationRow)
        if row.standard == STANDARD and batch_of(row.number) in batches
    }
    kinds = sorted(load_rules().deaths) if everything else []
    rows = store.find(RecordRow, "record_type", kinds) if kinds else []
    rows = [*rows, *store.find(RecordRow, "number", sorted(decided))]
    standing = {
        row.number: row
        for row in rows
        if batch_of(row.number) in batches
        and row.wrapped_key is not None
        and seen.covers(row.number)
    }
    reader = _Reader(workspace)
    found = reader.tellings([row for _, row in sorted(standing.items())])
    named = [one for one in found if one.people]
    return named if everything else [one for one in named if one.state in (PROPOSED, AGREED)]


def tellings_document(found: Sequence[Telling]) -> list[dict[str, Any]]:
    """As JSON-ready documents."""
    return [
        {
            "record": one.record,
            "type": one.type,
            "people": list(one.people),
            "state": one.state,
            "decided_by": list(one.decided_by),
            "since": one.since or None,
        }
        for one in found
    ]


class _Reader:
    """Reads how far telling has come; what it asks of all records, it asks once."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._told = FamilyTold(workspace)
        self._batches = live_batches(workspace.store)
        self._handles = {row.number: row.handle for row in workspace.store.scan(MemberRow)}

    def tellings(self, rows: Sequence[RecordRow]) -> Iterator[Telling]:
        """Of some deaths, in their order."""
        store = self._workspace.store
        for start in range(0, len(rows), _AT_ONCE):
            some = rows[start : start + _AT_ONCE]
            numbers = [row.number for row in some]
            said: dict[int, list[StatementRow]] = defaultdict(list)
            for one in live_statements(store, numbers, self._batches):
                said[one.record].append(one)
            decided: dict[int, list[DeterminationRow]] = defaultdict(list)
            for word in store.find(DeterminationRow, "record", numbers):
                if word.decision == RELEASED and batch_of(word.number) in self._batches:
                    decided[word.record].append(word)
            for row in some:
                yield self._telling(row, said[row.number], decided[row.number])

    def _telling(
        self, row: RecordRow, rows: Sequence[StatementRow], decided: Sequence[DeterminationRow]
    ) -> Telling:
        """Of one death, from its statements and what was decided of its release."""
        workspace = self._workspace
        people = sorted(self._told.people(rows))
        last = {one.member: one for one in decided if one.standard == STANDARD}
        pro = [one for one in last.values() if one.verdict == FOR]
        handles = dict.fromkeys(self._handles[one.member] for one in pro)
        if people and not self._told.is_untold(row.record_type, rows):
            state = TOLD
        elif not self._not_wanted.isdisjoint(people):
            state = NOT_WANTED
        elif decided and is_released(workspace, row.number):
            state = AGREED
        else:
            state = PROPOSED if pro else UNDECIDED
        first = min((batch_of(one.number) for one in pro), default=None)
        since = (self._batches[first].entry_time or "")[:10] if first is not None else ""
        short = tuple(map(workspace.short_id, people))
        return Telling(
            workspace.short_id(row.number), row.record_type, short, state, tuple(handles), since
        )

    @cached_property
    def _not_wanted(self) -> frozenset[int]:
        """People whose family, or somebody in its name, said that it does not want to know.

        By any of the person's records, and by any contact of the family that names one of them.
        """
        store, book = self._workspace.store, ConsentBook(self._workspace)
        newest = (book.answer(one, BEING_TOLD) for one in {a.informant for a in book.answers()})
        denied = {one.informant for one in newest if one is not None and one.state in DENIED}
        if not denied:
            return frozenset()
        contacts = [
            row.number
            for row in store.find(RecordRow, "number", sorted(denied))
            if row.record_type == CONTACT
        ]
        named = self._told.people(live_statements(store, contacts, self._batches))
        return frozenset(same_as_any(self._workspace, denied.difference(contacts) | named))


def _telling(workspace: Workspace, row: RecordRow) -> Telling:
    return next(_Reader(workspace).tellings([row]))


def _refuse(found: Telling, *states: str) -> None:
    why = {
        NOT_WANTED: "The family said that it does not want to know.",
        TOLD: "The family was told already.",
        AGREED: "Two people agreed already that the family may be told.",
        PROPOSED: "One person proposed it, and a second has to agree.",
        UNDECIDED: "Nobody has proposed that the family be told.",
    }
    if found.state in (NOT_WANTED, TOLD, *states):
        raise CheckFailedError(
            f"{found.record}: {why[found.state]}",
            hint="`bayyina notification list` shows how far each has come: propose, agree, record.",
            code=f"telling-{found.state}",
        )


def _decide(workspace: Workspace, found: Telling, risk: str, lines: Sequence[str]) -> Telling:
    if not risk.strip():
        raise InputError(
            "Say what the risk is to whoever the knowledge comes from, and why it can be taken.",
            hint="Telling a family can tell others who spoke.",
        )
    determine_record(
        workspace,
        record_id=found.record,
        decision=RELEASED,
        verdict=FOR,
        standard=STANDARD,
        reasons=risk.strip(),
        lines=list(lines) or [f"list_entry={found.record}"],
    )
    return _telling(workspace, _death(workspace, found.record))


def _death(workspace: Workspace, short_id: str) -> RecordRow:
    number = record_number(workspace, short_id)
    rows = workspace.store.find(RecordRow, "number", [number])
    stands = bool(rows) and batch_of(number) in live_batches(workspace.store)
    if not stands or rows[0].wrapped_key is None or rows[0].record_type not in load_rules().deaths:
        raise InputError(
            f"{short_id} is not the record of a death that stands.",
            hint="Name the record of the death, not the person; `bayyina record ID` shows both.",
            code="no-such-record",
        )
    return rows[0]
