"""Determinations with what was signed, and who may not decide because they entered the record."""

from __future__ import annotations

from bayyina.app.members import handles_by_uuid
from bayyina.app.rows import DeterminationRow, MemberRow, StatementRow, batch_of
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
    return SignedDecision(member.handle, content, bytes.fromhex(row.signature))


def who_entered(workspace: Workspace, record: int) -> set[str]:
    """Handles of everybody who ever entered the record or a statement about it.

    What was undone or corrected since counts too: whoever once entered a record does not
    decide about it.
    """
    store = workspace.store
    handles = handles_by_uuid(store)
    statements = store.find(StatementRow, "record", [record])
    numbers = {batch_of(record), *(batch_of(row.number) for row in statements)}
    return {handles[row.actor] for row in store.batches() if row.batch in numbers}
