"""Counting: the engine over the workspace's own snapshot, brought up to date first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import islice
from typing import Any

from bayyina.app.live import sequenced_batches
from bayyina.app.lost_grounds import Standing, with_accounts
from bayyina.app.own_file_history import OwnFileHistory
from bayyina.app.own_files import (
    OwnWords,
    own_methodologies,
    own_standards,
    own_texts,
    text_digest,
)
from bayyina.app.permissions import require, sight
from bayyina.app.ports import Progress
from bayyina.app.rewinding_engine import THREADS, LogTimes, RewindingEngine, WorkspaceRules
from bayyina.app.small_groups import CoarseEngine, sees_small_groups
from bayyina.app.snapshots import refresh_snapshot, snapshot_folder, snapshot_seal
from bayyina.app.workspace import Workspace
from bayyina.figures.engine import FigureEngine
from bayyina.figures.results import Figure


def open_engine(
    workspace: Workspace, progress: Progress, *, exact: bool = False, threads: int = THREADS
) -> FigureEngine:
    """The figure engine over the newest state of the workspace.

    Args:
        workspace: With the member at work: who may not read records is answered coarsely about
            what is sensitive (``small_groups``).
        progress: Told of the work on the snapshot.
        exact: Whether whoever opens it narrows by itself what is shown.
        threads: Threads that it counts with.
    """
    refresh_snapshot(workspace, progress)
    kind = RewindingEngine if exact or sees_small_groups(workspace.member) else CoarseEngine
    return kind(
        snapshot_folder(workspace),
        workspace.gazetteer,
        _rules(workspace),
        snapshot_seal(workspace),
        threads=threads,
    )


def _rules(workspace: Workspace) -> WorkspaceRules:
    """What the workspace's figures are counted under, now and before."""
    folder, store = workspace.folder, workspace.store
    words = OwnWords(workspace.vocabulary, own_standards(folder), own_methodologies(folder))
    files = {name: text_digest(text) for name, text in own_texts(folder).items()}
    times = sorted((row.entry or 0, row.entry_time) for row in sequenced_batches(store))
    days = [date.fromisoformat(str(time)[:10]) for _, time in times]

    @cache
    def lost() -> frozenset[int]:
        return with_accounts(workspace, Standing(workspace).records_without())

    return WorkspaceRules(words, files, OwnFileHistory(store), LogTimes(days), lost)


def count_figure(workspace: Workspace, query: str, progress: Progress) -> Figure:
    """The answer to a figure query.

    Raises:
        QueryError: the query cannot be read, or asks for what cannot be counted.
        PermissionRefusedError: the member may not count in the whole workspace.
    """
    require(workspace, "count")
    with open_engine(workspace, progress) as engine:
        return engine.count(query)


def open_figure(
    workspace: Workspace, query: str, progress: Progress, *, limit: int | None = None
) -> Iterator[dict[str, Any]]:
    """The records that a figure counts, by short id; of people held, when that was last confirmed."""
    seen = sight(workspace, "export-records")
    with open_engine(workspace, progress, exact=True) as engine:
        asked = engine.read(query)
        is_held = asked.state is not None and asked.state.name == "held"
        opened = engine.open(asked, limit=limit if seen.is_whole else None)
        within = (record for record in opened if seen.covers(record.number))
        for record in islice(within, limit):
            document = {"id": workspace.short_id(record.number), "certain": record.certain}
            if is_held:
                day = record.last_confirmed
                document["last_confirmed"] = None if day is None else day.isoformat()
            yield document


def digest_figure(workspace: Workspace, query: str, progress: Progress) -> str:
    """SHA-256 (hex) over the numbers of the records that a figure counts.

    Raises:
        QueryError: also where the numbers of few could be found by trying.
        PermissionRefusedError: the member may not count in the whole workspace.
    """
    require(workspace, "count")
    with open_engine(workspace, progress) as engine:
        return engine.digest(query)
