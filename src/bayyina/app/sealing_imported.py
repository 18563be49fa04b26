"""What an import makes known of people whom rows of before name: sealing that follows it."""

from __future__ import annotations

from bayyina.app.emptied_rows import SEAL
from bayyina.app.list_reading import ListTask
from bayyina.app.ports import Progress
from bayyina.app.sealing_existing import seal_after_import
from bayyina.app.workspace import Workspace
from bayyina.custody.entries import Entry
from bayyina.disclosure.protected_people import protection

SEALED_IDENTIFIERS = "sealed_identifiers"
"""Detail of an import's entry: how many identifiers it sealed, if any."""


def seal_due_notes(workspace: Workspace, progress: Progress) -> list[str]:
    """Seal what an import made known of people whom rows of before name; what is to be said of it."""
    done = seal_after_import(workspace, progress)
    if done is None:
        return []
    told = "What tells who protected people are was sealed in rows of before"
    notes = [f"{told}: {done.statements} statements (batch {done.batch})."]
    if done.traces_left:
        notes.append(
            "Older files still hold it, because another process is using them: end the other "
            "programs that use this workspace, then run `bayyina seal --due`."
        )
    return notes


def may_name_protected(workspace: Workspace, task: ListTask) -> bool:
    """Whether a list states identifiers, and some that could be the same were sealed before."""
    known = protection(task.vocabulary).identifiers
    blocks = (task.mapping.row, *task.mapping.blocks)
    states = any(
        rule.property in known.get(block.type, ()) for block in blocks for rule in block.columns
    )
    return states and any(
        entry.action == SEAL or SEALED_IDENTIFIERS in entry.details
        for entry in (Entry.from_bytes(row.data) for row in workspace.store.entries())
    )
