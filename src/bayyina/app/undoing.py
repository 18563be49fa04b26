"""Taking a change back: one entry that closes its batch. Nothing is deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from bayyina.app.changes import ChangeWriter, change
from bayyina.app.emptied_rows import SEAL
from bayyina.app.live import live_batches
from bayyina.app.permissions import require
from bayyina.app.rows import (
    BatchRow,
    ClosingRow,
    ClosureRow,
    DeterminationRow,
    JudgementRow,
    ListRow,
    StatementRow,
    batch_of,
    row_number,
)
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError

UNDOABLE = frozenset({"import", "judge", "link", "sample-links"})
"""Actions whose batch may be closed: imports, judgements, runs of the linkage and their samples."""

ERASED_INSTEAD = frozenset({"add-evidence", "derive-evidence", "describe-evidence"})
"""Actions that took something in: it was received, and is erased by two people or stays."""


class Undone(NamedTuple):
    """What an undo has closed, and what people had decided about it."""

    batch: int
    """Number of the batch that closes the import's."""

    judgements: int
    """Pairs that people had judged, with a record of the import in them."""

    determinations: int
    """Decisions that people had signed about records of the import."""


def undo_batch(workspace: Workspace, *, batch: int, reason: str = "") -> Undone:
    """Close an import's batch: what it said no longer stands, nor what was decided about it.

    Raises:
        InputError: there is no such import, it was undone already, or a later release of
            the same list rests on it.
        PermissionRefusedError: the member may not undo.
    """
    with change(workspace, "undo") as writer:
        batches = live_batches(workspace.store)
        row = batches.get(batch)
        if row is not None and row.action in ERASED_INSTEAD:
            raise InputError(
                f"Batch {batch} took evidence in, which happened and stays on record.",
                hint="Two people erase an item with `bayyina erase`; a form given again with "
                "changes adds to what it said. Nothing was changed.",
                code="not-undoable",
            )
        if row is None or row.action not in UNDOABLE:
            raise InputError(
                f"There is no import, judgement or linkage with the batch number {batch} that stands.",
                hint="`bayyina log show` lists the batches; nothing was changed.",
                code="no-such-batch",
            )
        if row.action == "import":
            require(workspace, "undo", records=[row_number(batch, 0)])
        else:
            require(workspace, "judge")
        later = sorted(
            other
            for other, held in batches.items()
            if other > batch
            and row.action == held.action == "import"
            and _share_a_list(workspace, batch, other)
        )
        if later:
            raise InputError(
                f"Batch {later[-1]} is a later release of the same list and rests on batch {batch}.",
                hint=f"Undo batch {later[-1]} first; nothing was changed.",
                code="later-release",
            )
        writer.add(ClosingRow, closed_batch=batch, reason=reason)
        _close_sealed(workspace, writer, batch, batches)
        writer.finish({"closed_batch": row.uuid})
        judged, determined = _decided(workspace, batch, set(batches))
        return Undone(writer.batch, judged, determined)


def _close_sealed(
    workspace: Workspace, writer: ChangeWriter, batch: int, standing: Mapping[int, BatchRow]
) -> None:
    """Close what was sealed afterwards of what a batch said."""
    store = workspace.store
    for other, held in standing.items():
        if held.action != SEAL or other < batch:
            continue
        rows = store.scan(
            StatementRow, first=row_number(other, 0), last=row_number(other + 1, 0) - 1
        )
        meant = [row.number for row in rows if row.supersedes and batch_of(row.supersedes) == batch]
        closed = {row.statement for row in store.find(ClosureRow, "statement", meant)}
        for number in meant:
            if number not in closed:
                writer.add(ClosureRow, statement=number, reason="withdrawn", asserted_on=None)


def _decided(workspace: Workspace, batch: int, standing: set[int]) -> tuple[int, int]:
    """How many judged pairs and signed decisions concern records of a batch.

    What somebody has decided anew in the place of an earlier word is counted once.
    """
    pairs = {
        frozenset((row.record_a, row.record_b))
        for row in workspace.store.scan(JudgementRow)
        if batch_of(row.number) in standing
        and batch in (batch_of(row.record_a), batch_of(row.record_b))
    }
    signed = {
        (row.record, row.standard, row.member)
        for row in workspace.store.scan(DeterminationRow)
        if batch_of(row.number) in standing and batch_of(row.record) == batch
    }
    return len(pairs), len(signed)


def _share_a_list(workspace: Workspace, one: int, other: int) -> bool:
    return bool(_lists(workspace, one) & _lists(workspace, other))


def _lists(workspace: Workspace, batch: int) -> set[int]:
    """Sources whose rows a batch holds: an import is of one list, so its first row tells."""
    first, last = row_number(batch, 0), row_number(batch, 0)
    return {row.source for row in workspace.store.scan(ListRow, first=first, last=last)}
