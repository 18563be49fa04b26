"""Rows of lists that could not be read: what they hold, and the ids by which they are erased."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bayyina.app.erased_together import KEPT_ASIDE
from bayyina.app.kept_cells import open_cells, reasons_of
from bayyina.app.live import live_batches, setting
from bayyina.app.opening_sealed import rows_for
from bayyina.app.permissions import require
from bayyina.app.rows import ListRow, RecordRow, batch_of
from bayyina.app.workspace import Workspace
from bayyina.custody.entries import Entry
from bayyina.errors import BayyinaError
from bayyina.keys.sealing import is_sealed
from bayyina.tables.mapping import Mapping


def kept_aside_rows(
    workspace: Workspace, containing: str = "", *, reason: str = ""
) -> list[dict[str, Any]]:
    """Rows kept aside, as JSON documents, in the order in which they were stored.

    Those of imports that were undone are among them: they are still in the store. What a sealed
    one holds is shown to who is cleared and gives a reason, which is logged; to others the
    columns that its list has, and why it was kept aside.

    Args:
        workspace: Where they are.
        containing: Only rows with a cell that holds this text; empty: all. Sealed rows that
            are not opened hold nothing that can be sought.
        reason: Why sealed rows are opened; empty: they are not.

    Raises:
        PermissionRefusedError: the member may not read records, or not open sealed values.
        KeyLockedError: the member is not cleared.
    """
    require(workspace, "export-records")
    store = workspace.store
    with store.read():
        standing = live_batches(store)
        rows = [row for row in store.find(ListRow, "state", [KEPT_ASIDE]) if row.cells]
        sources = store.find(RecordRow, "number", {row.source for row in rows})
    sealed = [row for row in rows if is_sealed(row.cells)]
    if reason and sealed:
        rows_for(
            workspace, "kept-aside", [row.record for row in sealed if row.record], reason=reason
        )
    opened = open_cells(workspace, rows if reason else [r for r in rows if not is_sealed(r.cells)])
    lists = {row.number: (row.list_key or "").partition(":")[2] for row in sources}
    columns = _columns(workspace, {batch_of(row.number) for row in sealed})
    return [
        {
            "id": None if row.record is None else workspace.short_id(row.record),
            "list": lists.get(row.source, ""),
            "batch": batch_of(row.number),
            "stands": batch_of(row.number) in standing,
            "cells": opened.get(row.number),
            "sealed": is_sealed(row.cells),
            "reasons": reasons_of(row),
            "columns": columns.get(batch_of(row.number), []) if is_sealed(row.cells) else [],
        }
        for row in rows
        if _holds(opened.get(row.number), containing)
    ]


def _holds(cells: Sequence[str] | None, containing: str) -> bool:
    if not containing:
        return True
    return any(containing in cell for cell in cells or ())


def _columns(workspace: Workspace, batches: set[int]) -> dict[int, list[str]]:
    """Columns that the mappings of imports read, by batch."""
    found: dict[int, list[str]] = {}
    if not batches:
        return found
    store = workspace.store
    entries = {row.batch: row.entry for row in store.batches() if row.batch in batches}
    for batch, position in entries.items():
        if position is None:
            continue
        entry = Entry.from_bytes(next(iter(store.entries(first=position))).data)
        digest = entry.details.get("mapping_sha256")
        text = setting(store, f"mapping:{digest}")
        try:
            if text is not None:
                found[batch] = list(Mapping.parse(text, workspace.vocabulary).columns())
        except BayyinaError:  # a mapping of before that is read otherwise today
            continue
    return found
