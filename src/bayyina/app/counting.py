"""Counting: the engine over the workspace's own snapshot, brought up to date first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bayyina.app.own_files import own_methodologies, own_standards
from bayyina.app.permissions import require
from bayyina.app.ports import Progress
from bayyina.app.snapshots import refresh_snapshot, snapshot_folder, snapshot_seal
from bayyina.app.workspace import Workspace
from bayyina.figures.engine import FigureEngine
from bayyina.figures.results import Figure


def open_engine(workspace: Workspace, progress: Progress) -> FigureEngine:
    """The figure engine over the newest state of the workspace."""
    refresh_snapshot(workspace, progress)
    folder: Path = snapshot_folder(workspace)
    return FigureEngine(
        folder,
        workspace.vocabulary,
        workspace.gazetteer,
        own_methodologies(workspace.folder),
        standards=tuple(own_standards(workspace.folder)),
        seal=snapshot_seal(workspace),
    )


def count_figure(workspace: Workspace, query: str, progress: Progress) -> Figure:
    """The answer to a figure query.

    Raises:
        QueryError: the query cannot be read, or asks for what cannot be counted.
        PermissionRefusedError: the member may not count.
    """
    require(workspace, "count")
    with open_engine(workspace, progress) as engine:
        return engine.count(query)


def open_figure(
    workspace: Workspace, query: str, progress: Progress, *, limit: int | None = None
) -> Iterator[dict[str, Any]]:
    """The records that a figure counts, by short id."""
    require(workspace, "export-records")
    with open_engine(workspace, progress) as engine:
        for record in engine.open(query, limit=limit):
            yield {"id": workspace.short_id(record.number), "certain": record.certain}


def digest_figure(workspace: Workspace, query: str, progress: Progress) -> str:
    """SHA-256 (hex) over the numbers of the records that a figure counts."""
    require(workspace, "count")
    with open_engine(workspace, progress) as engine:
        return engine.digest(query)
