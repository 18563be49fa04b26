"""Determinations with what was signed, and who may not decide because they entered the record."""

from __future__ import annotations

from bayyina.app.members import handles_by_uuid
from bayyina.app.rows import DeterminationRow, MemberRow, StatementRow, batch_of
from bayyina.app.same_people import handles_of_same, people_by_handle
from bayyina.app.workspace import Workspace
from bayyina.custody.determinations import Determination, SignedDecision
from bayyina.keys.salts import salt


def signed_decision(workspace: Workspace, row: DeterminationRow, key: bytes) -> SignedDecision:
    """A determination with what its signature is over; ``key`` is that of its record."""
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
    person = people_by_handle(workspace.store).get(member.handle, member.handle)
    return SignedDecision(person, content, bytes.fromhex(row.signature))


def who_entered(workspace: Workspace, record: int) -> set[str]:
    """Handles of everybody who ever entered the record, a statement about it, or its evidence.

    Its evidence are the items that its statements name. What was undone or corrected since counts
    too, and so does what somebody entered under another handle, whatever roles they had: whoever
    once entered a record does not decide about it.
    """
    store = workspace.store
    handles = handles_by_uuid(store)
    statements = store.find(StatementRow, "record", [record])
    numbers = {batch_of(record), *(batch_of(row.number) for row in statements)}
    numbers |= {batch_of(row.evidence) for row in statements if row.evidence is not None}
    entered = {
        handles[row.actor]
        for row in store.batches()
        if row.batch in numbers and row.actor in handles
    }
    return handles_of_same(people_by_handle(store), entered)
