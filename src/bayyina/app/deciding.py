"""Decisions of people: judgements about pairs, and signed determinations about records."""

from __future__ import annotations

from typing import Any

from bayyina.app.changes import ChangeWriter, change
from bayyina.app.live import live_batches
from bayyina.app.members import handles_by_uuid
from bayyina.app.permissions import require
from bayyina.app.record_reading import record_number
from bayyina.app.rows import (
    DeterminationRow,
    JudgementRow,
    MemberRow,
    RecordRow,
    StatementRow,
    batch_of,
)
from bayyina.app.workspace import Workspace
from bayyina.custody.determinations import (
    Determination,
    SignedDecision,
    check_two_people,
    sign_decision,
)
from bayyina.errors import InputError, PermissionRefusedError
from bayyina.keys.salts import pair_key, salt
from bayyina.standards.documentation_standard import built_in_standards

VERDICTS = ("same", "different", "unsure")
"""What a judgement may say."""


def judge_pair(
    workspace: Workspace, *, record_a: str, record_b: str, verdict: str, reasons: str
) -> int:
    """Say whether two records are about the same somebody; the number of the batch.

    Later judgements about a pair stand in place of earlier ones; all are kept.

    Raises:
        InputError: a record does not exist, or both are the same one.
        PermissionRefusedError: the member may not judge.
    """
    require(workspace, "judge")
    if verdict not in VERDICTS:
        raise InputError(f"{verdict} is not a judgement.", hint=f"Use {', '.join(VERDICTS)}.")
    if not reasons.strip():
        raise InputError("A judgement needs its reasons.", hint="Say why in a sentence.")
    with change(workspace, "judge") as writer:
        first, second = sorted(
            (_record(workspace, record_a), _record(workspace, record_b)), key=lambda r: r.number
        )
        if first.number == second.number:
            raise InputError("A record cannot be compared with itself.")
        if first.record_type != second.record_type:
            raise InputError(
                f"A {first.record_type} and a {second.record_type} cannot be the same.",
                hint="Judge two records of one type, such as two people.",
            )
        writer.add(
            JudgementRow,
            salted_by=pair_key(writer.record_key(first), writer.record_key(second)),
            record_a=first.number,
            record_b=second.number,
            verdict=verdict,
            score=None,
            reasons=reasons,
            member=workspace.member.number,
        )
        writer.finish({})
        return writer.batch


def determine_record(
    workspace: Workspace,
    *,
    record_id: str,
    decision: str,
    verdict: str,
    standard: str,
    reasons: str,
) -> dict[str, Any]:
    """Decide about a record under a named standard, signed with the member's own key.

    A decision takes effect when two people, neither of whom entered the record, have
    signed it.

    Raises:
        InputError: the record or the standard does not exist, or there are no reasons.
        PermissionRefusedError: the member may not decide, entered the record, or has
            decided already.
    """
    require(workspace, "determine")
    if standard not in built_in_standards():
        raise InputError(
            f"There is no documentation standard named {standard}.",
            hint=f"Known are {', '.join(sorted(built_in_standards()))}.",
        )
    if not reasons.strip():
        raise InputError("A determination needs its reasons.", hint="Say why in a sentence.")
    with change(workspace, "determine") as writer:
        record = _record(workspace, record_id)
        entered_by = _entered_by(workspace, record.number)
        if workspace.member.handle in entered_by:
            raise PermissionRefusedError(
                f"{workspace.member.handle} entered this record and so cannot decide about it.",
                hint="Ask somebody who did not enter it.",
            )
        earlier = [
            row
            for row in workspace.store.find(DeterminationRow, "record", [record.number])
            if (row.decision, row.verdict, row.standard) == (decision, verdict, standard)
        ]
        if any(_handle(workspace, row) == workspace.member.handle for row in earlier):
            raise PermissionRefusedError(
                f"{workspace.member.handle} has decided this already.",
                hint="A second person must decide it now.",
            )
        row = _signed(workspace, writer, record, decision, verdict, standard, reasons)
        writer.finish({"decision": decision, "standard": standard})
        key = writer.record_key(record)
    decisions = [_decision(workspace, item, key) for item in [*earlier, row]]
    return {"record": record_id, "state": _state(decision, verdict, decisions, entered_by)}


def _signed(
    workspace: Workspace,
    writer: ChangeWriter,
    record: RecordRow,
    decision: str,
    verdict: str,
    standard: str,
    reasons: str,
) -> DeterminationRow:
    key = writer.record_key(record)
    number = writer.next_number(DeterminationRow)
    signed = Determination(
        origin=workspace.identity.origin,
        number=number,
        record=record.number,
        decision=decision,
        verdict=verdict,
        standard=standard,
        reasons=reasons,
        member=workspace.member.number,
        key=bytes.fromhex(workspace.member.sign_public),
        salt=salt(key, "determination", number),
    )
    return writer.add(
        DeterminationRow,
        salted_by=key,
        record=record.number,
        decision=decision,
        verdict=verdict,
        standard=standard,
        reasons=reasons,
        member=workspace.member.number,
        signature=sign_decision(signed, workspace.keys.personal).hex(),
    )


def _decision(workspace: Workspace, row: DeterminationRow, key: bytes) -> SignedDecision:
    member = workspace.store.find(MemberRow, "number", [row.member])[0]
    content = Determination(
        origin=workspace.identity.origin,
        number=row.number,
        record=row.record,
        decision=row.decision,
        verdict=row.verdict,
        standard=row.standard,
        reasons=row.reasons,
        member=row.member,
        key=bytes.fromhex(member.sign_public),
        salt=salt(key, "determination", row.number),
    )
    return SignedDecision(member.handle, content, bytes.fromhex(row.signature))


def _state(
    decision: str, verdict: str, decisions: list[SignedDecision], entered_by: set[str]
) -> str:
    try:
        people = check_two_people(decisions, entered_by=entered_by)
    except PermissionRefusedError as refusal:
        return f"not yet {decision}: {refusal.message}"
    return f"{decision if verdict == 'for' else f'not {decision}'} by {' and '.join(people)}"


def _record(workspace: Workspace, short_id: str) -> RecordRow:
    number = record_number(workspace, short_id)
    found = workspace.store.find(RecordRow, "number", [number])
    if not found or batch_of(number) not in live_batches(workspace.store):
        raise InputError(
            f"There is no record {short_id} that stands.",
            hint="It may have come with an import that was undone.",
            code="no-such-record",
        )
    return found[0]


def _entered_by(workspace: Workspace, record: int) -> set[str]:
    """Handles of everybody who ever entered the record or a statement about it.

    What was undone or corrected since counts too: whoever once entered a record does not
    decide about it.
    """
    store = workspace.store
    handles = handles_by_uuid(store)
    statements = store.find(StatementRow, "record", [record])
    numbers = {batch_of(record), *(batch_of(row.number) for row in statements)}
    return {handles[row.actor] for row in store.batches() if row.batch in numbers}


def _handle(workspace: Workspace, row: DeterminationRow) -> str:
    return workspace.store.find(MemberRow, "number", [row.member])[0].handle
