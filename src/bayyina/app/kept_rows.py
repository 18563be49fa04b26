"""Rows of lists that could not be read: what they hold, and the ids by which they are erased."""

from __future__ import annotations

from typing import Any

from bayyina.app.erased_together import KEPT_ASIDE, cell_texts
from bayyina.app.live import live_batches
from bayyina.app.permissions import require
from bayyina.app.rows import ListRow, RecordRow, batch_of
from bayyina.app.workspace import Workspace


def kept_aside_rows(workspace: Workspace, containing: str = "") -> list[dict[str, Any]]:
    """Rows kept aside, as JSON documents, in the order in which they were stored.

    Those of imports that were undone are among them: they are still in the store.

    Args:
        workspace: Where they are.
        containing: Only rows with a cell that holds this text; empty: all.

    Raises:
        PermissionRefusedError: the member may not read records.
    """
    require(workspace, "export-records")
    store = workspace.store
    with store.read():
        standing = live_batches(store)
        rows = store.find(ListRow, "state", [KEPT_ASIDE])
        sources = store.find(RecordRow, "number", {row.source for row in rows})
    lists = {row.number: (row.list_key or "").partition(":")[2] for row in sources}
    return [
        {
            "id": None if row.record is None else workspace.short_id(row.record),
            "list": lists.get(row.source, ""),
            "batch": batch_of(row.number),
            "stands": batch_of(row.number) in standing,
            "cells": cell_texts(row.cells or "[]"),
        }
        for row in rows
        if any(containing in cell for cell in cell_texts(row.cells or "[]"))
    ]
