"""Identifications that are made here: proposed, signed by two people, then settled.

A proposal is a record that says whose a body may be and what that rests on; it identifies
nobody. Two people who entered none of it decide (``determine_record``). Settling writes into the
record what the signatures came to, so that figures follow; it changes nothing else: no death is
recorded, and nobody is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from bayyina.app.changes import ChangeWriter, change
from bayyina.app.evidence_lines import EvidenceReader
from bayyina.app.identification_states import (
    BEING_VERIFIED,
    CANDIDATES,
    IDENTIFIED,
    WITHDRAWN,
    wanted_state,
)
from bayyina.app.identifying_reading import (
    BODY,
    IDENTIFICATION,
    MADE_HERE,
    STANDARD,
    Board,
    read_board,
)
from bayyina.app.linked_records import surroundings
from bayyina.app.live import erased_records, live_batches, live_statements
from bayyina.app.own_files import own_standards
from bayyina.app.permissions import require
from bayyina.app.ports import Progress
from bayyina.app.rows import ClosureRow, RecordRow, StatementRow, batch_of
from bayyina.app.short_ids import link_targets, record_number
from bayyina.app.workspace import Workspace
from bayyina.errors import CheckFailedError, InputError
from bayyina.figures.relations import PERSON
from bayyina.model.drafts import ValueDraft

PROPOSE: Final = "propose-identification"
SETTLE: Final = "settle-identifications"
SUPERSEDED: Final = "superseded"


@dataclass(frozen=True)
class Settled:
    """An identification whose record was brought in line with the signatures."""

    record: str
    """Short id."""

    before: str
    """The state that it stated."""

    after: str
    """The state that it states now."""

    people: tuple[str, ...]
    """Who signed."""

    result: str
    """What it may be called where it is identified."""


def propose_identification(
    workspace: Workspace,
    *,
    body: str,
    person: str,
    basis: Sequence[str],
    only_candidate: bool = False,
) -> dict[str, Any]:
    """Record that a body may be a person's, with what that rests on.

    Args:
        workspace: Where both are.
        body: Short id of a photographed body.
        person: Short id of a person.
        basis: Lines of evidence, each ``line=ID`` of the statement or record that states it.
        only_candidate: A lead to look at, not yet something to verify.

    Raises:
        InputError: a record does not stand, is of another type, or a line is not known or cites
            nothing that has to do with either.
        CheckFailedError: the same was proposed before and stands, or a line computed from
            images alone would carry it.
        PermissionRefusedError: the member may not take records in.
    """
    require(workspace, "import")
    with change(workspace, PROPOSE) as writer:
        found = standing_record(workspace, body, BODY)
        named = standing_record(workspace, person, PERSON)
        around = (
            surroundings(workspace, named, ()).circle
            | surroundings(workspace, found, links_of(workspace, found.number)).circle
        )
        lines = EvidenceReader(workspace, around).lines(basis)
        _check_lines(workspace, [one.name for one in lines])
        record_key = f"{MADE_HERE}{found.number}:{named.number}"
        check_not_proposed(workspace, record_key)
        writer.describe_list(None, None)
        number, key = writer.add_record(IDENTIFICATION, None, record_key)
        state = CANDIDATES if only_candidate else BEING_VERIFIED
        day = workspace.clock.now().date().isoformat()
        drafts = [
            ValueDraft("body", str(found.number)),
            ValueDraft("person", str(named.number)),
            ValueDraft("state", state),
            day_draft("date", day),
            *(ValueDraft("basis", name) for name in dict.fromkeys(one.name for one in lines)),
        ]
        for draft in drafts:
            writer.add_statement(number, key, IDENTIFICATION, draft, None)
        writer.finish({"lines": len(lines)})
    return {
        "record": workspace.short_id(number),
        "state": state,
        "standard": STANDARD,
        "lines": [one._asdict() for one in lines],
        "batch": writer.batch,
    }


def settle_identifications(workspace: Workspace, progress: Progress) -> list[Settled]:
    """Write into the records of identifications made here what the signatures came to.

    Raises:
        CheckFailedError: the person at work signed one of them, which would make that
            signature one of somebody who entered the record.
        PermissionRefusedError: the member may not take records in.
    """
    require(workspace, "import")
    board = read_board(workspace, progress)
    waiting = _unsettled(board)
    decided = board.cases.decided
    for record, *_ in waiting:
        refuse_signer(workspace, record, decided[record].people if record in decided else ())
    if not waiting:
        return []
    result = own_standards(workspace.folder)[STANDARD].result
    with change(workspace, SETTLE) as writer:
        for record, _, after in waiting:
            day = decided[record].day if record in decided and after == IDENTIFIED else None
            replace_state(workspace, writer, record, IDENTIFICATION, after, day)
        writer.finish({"identifications": len(waiting)})
    return [
        Settled(
            workspace.short_id(record),
            before,
            after,
            decided[record].people if record in decided else (),
            result if after == IDENTIFIED else "",
        )
        for record, before, after in waiting
    ]


def _unsettled(board: Board) -> list[tuple[int, str, str]]:
    """Record, stated state, and the state that it should state, where they differ."""
    conflicts = {one.body: one.conflicts for one in board.states}
    return [
        (claim.record, claim.stated, wanted)
        for claim in board.cases.claims
        if claim.made_here
        and (wanted := wanted_state(claim, conflicts.get(claim.body, ()))) != claim.stated
    ]


def standing_record(workspace: Workspace, short_id: str, record_type: str) -> RecordRow:
    """A record of a type that stands and was not erased.

    Raises:
        InputError: there is none.
    """
    number = record_number(workspace, short_id)
    rows = workspace.store.find(RecordRow, "number", [number])
    if not rows or batch_of(number) not in live_batches(workspace.store):
        raise InputError(
            f"There is no record {short_id} that stands.",
            hint="It may have come with an import that was undone.",
            code="no-such-record",
        )
    if number in erased_records(workspace.store):
        raise InputError(f"{short_id} was erased.", code="no-such-record")
    if rows[0].record_type != record_type:
        raise InputError(
            f"{short_id} is a {rows[0].record_type}, not a {record_type}.",
            hint=f"Name a {record_type}; `bayyina record {short_id}` shows what it is.",
        )
    return rows[0]


def check_not_proposed(workspace: Workspace, key: str) -> None:
    """Refuse what was proposed before and neither undone nor withdrawn."""
    batches = live_batches(workspace.store)
    names = {term: pair[1] for pair, term in workspace.store.terms().items()}
    for row in workspace.store.find(RecordRow, "list_key", [key]):
        said = live_statements(workspace.store, [row.number], batches)
        states = {one.value for one in said if names[one.term] == "state"}
        if batch_of(row.number) in batches and said and WITHDRAWN not in states:
            raise CheckFailedError(
                f"{workspace.short_id(row.number)} proposes this already.",
                hint=f"Two people decide about it; `bayyina record "
                f"{workspace.short_id(row.number)}` shows where that stands.",
                code="proposed-already",
            )


def refuse_signer(workspace: Workspace, record: int, people: Sequence[str]) -> None:
    """Refuse that somebody who signed a record also writes into it."""
    if workspace.member.handle in people:
        raise CheckFailedError(
            f"{workspace.member.handle} signed {workspace.short_id(record)}, and who signs a record "
            "does not write into it.",
            hint="Ask the person who proposed it, or another with the role intake, to settle it.",
            code="signer-settles",
        )


def replace_state(
    workspace: Workspace,
    writer: ChangeWriter,
    record: int,
    record_type: str,
    after: str,
    day: date | None,
) -> None:
    """Put another state, and the day of a decision, in place of what a record made here states."""
    store = workspace.store
    names = {term: pair[1] for pair, term in store.terms().items()}
    said = live_statements(store, [record], live_batches(store))
    row = store.find(RecordRow, "number", [record])[0]
    writer.describe_list(None, None)
    drafts = [ValueDraft("state", after)]
    if day is not None:
        drafts.append(day_draft("date", day.isoformat()))
    for draft in drafts:
        old = [one for one in said if names[one.term] == draft.property]
        close(writer, old)
        writer.add_statement(
            record, writer.record_key(row), record_type, draft, None,
            old[0].number if old else None,
        )  # fmt: skip


def close(writer: ChangeWriter, rows: Sequence[StatementRow]) -> None:
    """Let statements stand no longer."""
    for row in rows:
        writer.add(ClosureRow, statement=row.number, reason=SUPERSEDED, asserted_on=row.asserted_on)


def day_draft(name: str, day: str) -> ValueDraft:
    """A date that is one day."""
    return ValueDraft(name, day, date_lo=day, date_hi=day)


def _check_lines(workspace: Workspace, names: Sequence[str]) -> None:
    if not names:
        raise InputError(
            "A proposal needs what it rests on.",
            hint="Name it with --line LINE=ID; `bayyina identify candidates BODY` shows lines.",
        )
    rules = own_standards(workspace.folder)[STANDARD]
    alone = set(rules.never_alone.lines) if rules.never_alone else set()
    if set(names) <= alone:
        raise CheckFailedError(
            f"{', '.join(dict.fromkeys(names))}: what computers find in images leads people to "
            "look, and carries no proposal.",
            hint="Name a line that somebody states, such as family_recognition.",
            code="never-alone",
        )


def links_of(workspace: Workspace, record: int) -> set[int]:
    """Records that the statements of a record point at."""
    store = workspace.store
    return link_targets(workspace, live_statements(store, [record], live_batches(store)))
