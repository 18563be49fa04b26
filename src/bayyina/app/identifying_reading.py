"""The photographed bodies of a workspace with their identifications, and the board of states."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from bayyina.app import identification_states as states
from bayyina.app.decided_states import DISPUTED, HOLDS, REJECTED, DecidedState, decided_states
from bayyina.app.identification_states import BodyState, Claimed, counted, derive
from bayyina.app.live import live_batches
from bayyina.app.own_files import own_standards
from bayyina.app.permissions import require
from bayyina.app.ports import Progress
from bayyina.app.rows import RecordRow, batch_of
from bayyina.app.snapshots import refresh_snapshot
from bayyina.app.workspace import Workspace
from bayyina.figures.case_rows import CaseRow, reading_cases
from bayyina.figures.review_queue import reading_links

BODY: Final = "PhotographedBody"
IDENTIFICATION: Final = "Identification"
STANDARD: Final = "photograph-identification"
"""Name of the documentation standard that identifications from photographs are held against."""

REVIEWED: Final = "reviewed"
"""How people are joined where something is decided: no link that nobody looked at."""

MADE_HERE: Final = "identification:"
"""Start of the keys of identifications that were proposed here."""

_DECIDED: Final = {HOLDS: states.IDENTIFIED, REJECTED: states.WITHDRAWN, DISPUTED: states.DISPUTED}


@dataclass(frozen=True)
class Cases:
    """Bodies, and what is said of whose they are."""

    bodies: Mapping[int, Sequence[CaseRow]]
    """Statements about each body, by record."""

    identifications: Mapping[int, Sequence[CaseRow]]
    """Statements about each identification of such a body, by record."""

    claims: Sequence[Claimed]
    """The identifications, as they stand."""

    decided: Mapping[int, DecidedState]
    """What people signed about identifications."""

    roots: Mapping[int, int]
    """The lowest record of whoever is one person with a record that is named."""


@dataclass(frozen=True)
class Board:
    """Where every body stands on a day."""

    as_of: date
    """The day."""

    cases: Cases
    """What it was derived from."""

    states: Sequence[BodyState]
    """One for each body, in order of record."""

    photographs: int
    """Photographs that the bodies say they have, or that are linked with them."""

    result: Mapping[str, str]
    """What an identification from photographs may be called, by language."""

    @property
    def counts(self) -> Mapping[str, int]:
        """Bodies by state."""
        return counted(self.states)


def read_board(workspace: Workspace, progress: Progress, *, as_of: date | None = None) -> Board:
    """Derive where every body stands.

    Args:
        workspace: Where the bodies are.
        progress: Told of the snapshot.
        as_of: The day; today where none is given.

    Raises:
        PermissionRefusedError: the member may not read records.
    """
    require(workspace, "export-records")
    day = as_of or workspace.clock.now().date()
    cases = read_cases(workspace, progress, as_of=day)
    found = derive(sorted(cases.bodies), cases.claims, as_of=day)
    if day < workspace.clock.now().date():  # what waits today did not wait then
        found = [one.without(states.UNSETTLED) for one in found]
    rules = own_standards(workspace.folder)[STANDARD]
    label = rules.result_label
    words = {"en": label.en, "ar": label.ar} if label else dict.fromkeys(("en", "ar"), rules.result)
    photographs = sum(photographs_of(rows) for rows in cases.bodies.values())
    return Board(day, cases, found, photographs, words)


def read_cases(workspace: Workspace, progress: Progress, *, as_of: date | None = None) -> Cases:
    """Read bodies and identifications that stand."""
    snapshot = refresh_snapshot(workspace, progress)
    with reading_cases(snapshot, workspace.vocabulary) as reader:
        bodies = _grouped(reader.statements([BODY]))
        found = _grouped(reader.statements([IDENTIFICATION]))
    of_bodies = {record: rows for record, rows in found.items() if one_link(rows, "body") in bodies}
    named = {person for rows in of_bodies.values() if (person := one_link(rows, "person"))}
    roots = one_people(workspace, named, progress)
    decided = decided_states(workspace, set(of_bodies), STANDARD, as_of=as_of)
    made_here = keys_of(workspace, of_bodies, MADE_HERE)
    days = _proposed_on(workspace, made_here)
    claims = [
        _claimed(record, rows, roots, decided.get(record), days.get(record))
        for record, rows in sorted(of_bodies.items())
    ]
    return Cases(bodies, of_bodies, claims, decided, roots)


def one_people(
    workspace: Workspace, people: Iterable[int], progress: Progress, *, linked: str = REVIEWED
) -> dict[int, int]:
    """The lowest record of whoever is one person with each of some records.

    By what people judged and identifiers that records share, unless ``linked`` names another of
    the ways in which figures join people: a link that nobody looked at settles no rival claim.
    """
    wanted = sorted(set(people))
    if not wanted:
        return {}
    snapshot = refresh_snapshot(workspace, progress)
    with reading_links(snapshot, workspace.vocabulary, linked=linked) as reader:
        return dict(zip(wanted, reader.groups(wanted), strict=True))


def keys_of(workspace: Workspace, records: Iterable[int], start: str) -> dict[int, str]:
    """Keys of those of some records whose keys begin so."""
    rows = workspace.store.find(RecordRow, "number", sorted(set(records)))
    return {
        row.number: row.list_key
        for row in rows
        if row.list_key is not None and row.list_key.startswith(start)
    }


def _proposed_on(workspace: Workspace, records: Iterable[int]) -> dict[int, date]:
    """The day on which each record entered the log."""
    batches = live_batches(workspace.store)
    return {
        number: date.fromisoformat(str(batches[batch_of(number)].entry_time)[:10])
        for number in records
        if batch_of(number) in batches
    }


def photographs_of(rows: Sequence[CaseRow]) -> int:
    """How many photographs a body has: as stated, or as many as are linked with it if more."""
    said = [
        int(row.value) for row in rows if row.property == "photographs" and row.value.isdecimal()
    ]
    linked = len({row.value for row in rows if row.property == "images"})
    return max([*said, linked])


def one_link(rows: Sequence[CaseRow], name: str) -> int:
    """The record that a link of these statements points at, the lowest of several; 0 for none."""
    found = [int(row.value) for row in rows if row.property == name and row.value.isdecimal()]
    return min(found, default=0)


def values_of(rows: Sequence[CaseRow], name: str) -> list[str]:
    """What is stated of a property, each value once, in order."""
    return list(dict.fromkeys(row.value for row in rows if row.property == name))


def _claimed(
    record: int,
    rows: Sequence[CaseRow],
    roots: Mapping[int, int],
    decided: DecidedState | None,
    proposed: date | None,
) -> Claimed:
    person = one_link(rows, "person")
    said = values_of(rows, "state")
    days = [date.fromisoformat(row.first) for row in rows if row.property == "date" and row.first]
    family = "family_recognition" in values_of(rows, "basis")
    if decided is not None:
        family = family or any(one.name == "family_recognition" for one in decided.lines)
    return Claimed(
        record=record,
        body=one_link(rows, "body"),
        person=roots.get(person, person),
        stated=said[0] if len(said) == 1 else states.BEING_VERIFIED if said else "",
        by_family=family,
        made_here=proposed is not None,
        decided=_DECIDED.get(decided.state, "") if decided is not None else "",
        evidence_lost=decided.evidence_lost if decided is not None else False,
        dated=proposed or min(days, default=None),
    )


def _grouped(rows: Iterable[CaseRow]) -> dict[int, list[CaseRow]]:
    found: dict[int, list[CaseRow]] = defaultdict(list)
    for row in rows:
        found[row.record].append(row)
    return dict(found)


def board_rows(workspace: Workspace, board: Board) -> list[dict[str, Any]]:
    """One line for each body, for a table."""
    rows = []
    for one in board.states:
        said = board.cases.bodies[one.body]
        rows.append(
            {
                "body": workspace.short_id(one.body),
                "detainee_number": " / ".join(values_of(said, "body_number")),
                "branch_number": " / ".join(values_of(said, "branch_number")),
                "examination_number": " / ".join(values_of(said, "examination_number")),
                "photographs": photographs_of(said),
                "state": one.state,
                "person": workspace.short_id(one.person) if one.person else "",
                "by": one.by,
                "identifications": [workspace.short_id(number) for number in one.claims],
                "conflicts": list(one.conflicts),
            }
        )
    return rows
