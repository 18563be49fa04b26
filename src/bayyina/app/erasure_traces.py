"""What an erasure removes outside the rows: snapshot, database files, import reports."""

from __future__ import annotations

import csv
import os
from collections.abc import Collection
from pathlib import Path
from typing import Final

from bayyina.app.ports import Progress
from bayyina.app.snapshots import refresh_snapshot, snapshot_folder
from bayyina.app.workspace import Workspace
from bayyina.errors import BusyError, StorageError
from bayyina.figures.snapshot_writing import SnapshotWriter
from bayyina.tables.row_report import safe_cell

REPORTS: Final = "imports"
"""Folder of the per-row reports of imports."""

_KEY: Final = 1
_SAID: Final = slice(3, None)


def remove_traces(workspace: Workspace, progress: Progress) -> None:
    """Build the snapshot anew without the record, and write the database's files anew.

    To be called after the erasure's transaction, and again if it was interrupted.

    Raises:
        BusyError: another process is using what should go.
        StorageError: the disk refused.
    """
    folder = snapshot_folder(workspace)
    if folder.is_dir():
        refresh_snapshot(workspace, progress, anew=True)
        _refuse_remains(SnapshotWriter(folder))
    workspace.store.scrub()


def remove_sealed_traces(workspace: Workspace, progress: Progress, *, whole: bool) -> None:
    """Take what was sealed out of the snapshot, and out of the database's files.

    To be called after the sealing's transaction, and again if it was interrupted. Only files of
    the snapshot that hold something of it are written again.

    Args:
        workspace: Where something was sealed.
        progress: Told how far it is.
        whole: Write the database's files anew. Without, what the emptied rows held is overwritten
            where it stood (``secure_delete``) and the write-ahead log is emptied, which is quick
            and leaves nothing unless a program without that setting wrote to the database.

    Raises:
        BusyError: another process is using what should go.
        StorageError: the disk refused.
    """
    folder = snapshot_folder(workspace)
    if folder.is_dir():
        refresh_snapshot(workspace, progress)
        writer = SnapshotWriter(folder)
        writer.forget_older()
        _refuse_remains(writer)
    workspace.store.scrub(whole=whole)


def _refuse_remains(writer: SnapshotWriter) -> None:
    if writer.remains():
        raise BusyError(
            "It is done, and older files of the snapshot are still there, because another process "
            "is using them.",
            hint="End the other programs that use this workspace, then give the same command again.",
        )


def redact_reports(workspace: Workspace, keys: Collection[str]) -> None:
    """Empty the lines about rows with these keys in the reports that the workspace keeps.

    Raises:
        StorageError: a report could not be read or written.
    """
    wanted = {safe_cell(key) for key in keys if key}
    for path in sorted((workspace.folder / REPORTS).glob("*.csv")):
        try:
            _redact(path, wanted)
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise StorageError(
                f"The import report {path.name} could not be redacted.",
                hint="Check its rights, or delete it; nothing was erased.",
            ) from error


def _redact(path: Path, keys: Collection[str]) -> None:
    fresh = path.with_suffix(".tmp")
    is_changed = False
    try:
        with (
            path.open(encoding="utf-8-sig", newline="") as source,
            fresh.open("w", encoding="utf-8-sig", newline="") as target,
        ):
            writer = csv.writer(target)
            for cells in csv.reader(source):
                if len(cells) > _KEY and cells[_KEY] in keys:
                    is_changed = True
                    cells[_KEY] = "erased"
                    cells[_SAID] = [""] * len(cells[_SAID])
                writer.writerow(cells)
            target.flush()
            os.fsync(target.fileno())
        if is_changed:
            fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
