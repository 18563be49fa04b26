"""Proofs and checkpoints to hand out: what an outsider checks without the workspace."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from bayyina.app.list_names import list_of_batch
from bayyina.app.live import live_batches
from bayyina.app.log_appending import LOG_TREE
from bayyina.app.members import handles_by_uuid
from bayyina.app.permissions import allows, require
from bayyina.app.releasing import refuse_taken_back
from bayyina.app.rows import BatchRow, RecordRow, StatementRow, batch_of, position_of
from bayyina.app.short_ids import statement_number
from bayyina.app.site_disclosure import embargo_of
from bayyina.app.workspace import Workspace
from bayyina.custody.cosignatures import post_quantum_verifier, sign_again
from bayyina.custody.entries import Entry
from bayyina.custody.leaves import StatementLeaves
from bayyina.custody.notes import Ed25519Verifier
from bayyina.custody.proofs import prove_entry, prove_row
from bayyina.custody.tiles import ReadTile
from bayyina.errors import CustodyError, InputError, PermissionRefusedError
from bayyina.keys.record_keys import KeyWrap
from bayyina.keys.salts import salt


def latest_checkpoint(workspace: Workspace, *, post_quantum: bool = False) -> dict[str, Any]:
    """The newest signed checkpoint, and the key that an outsider needs to check it.

    With ``post_quantum`` it carries a second signature line, and there is a second key.
    """
    require(workspace, "checkpoint")
    newest = workspace.store.checkpoints()[-1]
    origin = workspace.identity.origin
    log = workspace.keys.log
    key = Ed25519Verifier(origin, log.public_key().public_bytes_raw())
    document = {"size": newest.size, "checkpoint": newest.note, "key": key.vkey}
    if post_quantum:
        document["checkpoint"] = sign_again(newest.note, log, workspace.clock.now())
        document["second_key"] = post_quantum_verifier(origin, log).vkey
    return document


def prove_statement(workspace: Workspace, statement_id: str, *, decided: bool = False) -> str:
    """A proof file for one statement: it shows the statement, and that it stands in the log.

    Raises:
        InputError: there is no such statement.
        PermissionRefusedError: it tells where a site is that is under embargo.
        CustodyError: something that the proof needs is gone.
    """
    require(workspace, "export-records")
    store = workspace.store
    number = statement_number(workspace, statement_id)
    with store.read():
        found = store.find(StatementRow, "number", [number])
        batch = {row.batch: row for row in store.batches()}.get(batch_of(number))
        if not found or batch is None or batch.entry is None:
            raise InputError(
                f"There is no statement {statement_id}.",
                hint="`bayyina record ID --json` shows the ids of a record's statements.",
                code="no-such-statement",
            )
        if embargo_of(workspace).hides(found[0]):
            raise PermissionRefusedError(
                f"{statement_id} tells where a site is whose evidence does not suffice yet.",
                hint="Two people decide that it suffices with `bayyina determine`.",
                code="embargo",
            )
        if not decided:
            refuse_taken_back(workspace, number)
        entry = next(store.entries(first=batch.entry)).data
        newest = store.checkpoints()[-1]
        size = Entry.from_bytes(entry).trees["statement"].size
        proof = prove_row(
            statement_leaf(workspace, found[0], batch),
            position_of(number),
            _tiles(workspace, batch.batch, "statement"),
            size,
            entry,
            prove_entry(_tiles(workspace, LOG_TREE, ""), batch.entry, newest.note, newest.size),
        )
    return proof.to_text()


def log_entries(
    workspace: Workspace, *, newest: int | None = None, action: str = ""
) -> list[dict[str, Any]]:
    """Entries of the log, for a person: what was done, when, by whom, and whether it stands.

    Args:
        workspace: Whose log.
        newest: So many of the last entries alone; None for all.
        action: Entries of one action alone; empty for all.

    Raises:
        PermissionRefusedError: the member may neither count nor check the log.
    """
    if not allows(workspace.member, "verify-log"):
        require(workspace, "count")
    standing = live_batches(workspace.store)
    people = handles_by_uuid(workspace.store)
    size = workspace.store.log_size()
    first = 0 if newest is None else max(size - newest, 0)
    wanted = {row.entry for row in workspace.store.batches() if not action or row.action == action}
    entries = [
        (position, Entry.from_bytes(row.data))
        for position, row in enumerate(workspace.store.entries(first=first), first)
        if position in wanted
    ]
    return [
        {
            "entry": position,
            "batch": entry.batch_number,
            "action": entry.action,
            "time": entry.time,
            "person": people.get(str(entry.actor), ""),
            "list": list_of_batch(workspace.store, entry.batch_number),
            "rows": {kind: head.size for kind, head in entry.trees.items()},
            "details": dict(entry.details),
            "stands": entry.batch_number in standing,
        }
        for position, entry in entries
    ]


def statement_leaf(workspace: Workspace, row: StatementRow, batch: BatchRow) -> bytes:
    """The leaf that the log committed to for a statement, which came with a batch.

    Raises:
        CustodyError: the statement was erased.
    """
    record = workspace.store.find(RecordRow, "number", [row.record])[0]
    if record.wrapped_key is None or row.value is None:
        raise CustodyError("The statement was erased; it can no longer be shown.")
    wrap = KeyWrap(workspace.keys.case_key)
    key = wrap.open_record(record.number, bytes(record.wrapped_key))
    names = {term: pair for pair, term in workspace.store.terms().items()}
    record_type, name = names[row.term]
    leaves = StatementLeaves(
        batch=UUID(batch.uuid), recorded_at=batch.opened_at, recorded_by=UUID(batch.actor)
    )
    return leaves.encode(
        row.number, row.record, record_type, name, *row[3:], salt(key, "statement", row.number)
    )


def _tiles(workspace: Workspace, tree: int, kind: str) -> ReadTile:
    def read_tile(level: int, position: int) -> bytes:
        return workspace.store.tile(tree, kind, level, position) or b""

    return read_tile
