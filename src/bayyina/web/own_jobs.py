"""The background work of one kind that the person at work asked for."""

from __future__ import annotations

from bayyina.app.rows import JobRow
from bayyina.app.workspace import Workspace


def own_jobs(workspace: Workspace, kind: str) -> list[JobRow]:
    """Jobs of a kind that the person at work queued, the oldest first."""
    return [
        row for row in workspace.store.jobs() if row.kind == kind and row.actor == workspace.actor
    ]
