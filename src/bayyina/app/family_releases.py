"""Whether two people decided that a family may be told of a record."""

from __future__ import annotations

from typing import Final

from bayyina.app.determination_words import FOR
from bayyina.app.live import live_batches
from bayyina.app.pending_halves import without_lapsed
from bayyina.app.rows import DeterminationRow, MemberRow, RecordRow, batch_of
from bayyina.app.signed_decisions import signed_decision, who_entered
from bayyina.app.workspace import Workspace
from bayyina.custody.determinations import check_two_people
from bayyina.errors import CustodyError, PermissionRefusedError
from bayyina.keys.record_keys import KeyWrap

RELEASED: Final = "released"
"""The decision that a family may be told."""


def is_released(workspace: Workspace, number: int) -> bool:
    """Whether two people, none of whom entered a record, decided that it may be told of."""
    store = workspace.store
    standing = live_batches(store)
    last: dict[tuple[str, str], DeterminationRow] = {}
    for row in without_lapsed(workspace, store.find(DeterminationRow, "record", [number])):
        if batch_of(row.number) in standing and row.decision == RELEASED:
            handle = store.find(MemberRow, "number", [row.member])[0].handle
            last[(row.standard, handle)] = row
    record = store.find(RecordRow, "number", [number])[0]
    if not last or record.wrapped_key is None:
        return False
    if any(row.verdict != FOR for row in last.values()):
        return False
    key = KeyWrap(workspace.keys.case_key).open_record(number, bytes(record.wrapped_key))
    entered = who_entered(workspace, number)
    for standard in {row.standard for row in last.values()}:
        signed = [
            signed_decision(workspace, r, key) for r in last.values() if r.standard == standard
        ]
        try:
            check_two_people(signed, entered_by=entered)
        except (PermissionRefusedError, CustodyError):
            continue
        return True
    return False
