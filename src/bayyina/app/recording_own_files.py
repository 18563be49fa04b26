"""Seeing which of the workspace's own files the log holds as they are, and recording them."""

from __future__ import annotations

from bayyina.app.changes import change
from bayyina.app.own_file_history import FileState, OwnFileHistory, file_states
from bayyina.app.permissions import require
from bayyina.app.workspace import Workspace


def own_file_states(workspace: Workspace) -> list[FileState]:
    """Every own file, as it lies in the folder and as the log holds it.

    Raises:
        FileUnreadableError: one cannot be opened.
        PermissionRefusedError: the member may not count.
    """
    require(workspace, "count")
    with workspace.store.read():
        return file_states(workspace.folder, OwnFileHistory(workspace.store))


def record_edited_files(workspace: Workspace) -> int | None:
    """Record the own files that were edited; the number of the batch, or None if none was.

    Every change records them too. Who only counts can do so by this alone.

    Raises:
        FileUnreadableError: one cannot be opened.
        PermissionRefusedError: the member may not manage settings.
    """
    require(workspace, "manage-settings")
    states = file_states(workspace.folder, OwnFileHistory(workspace.store))
    if all(state.is_recorded or state.fault for state in states):
        return None
    with change(workspace, "record-own-files") as writer:
        files = writer.record_own_files()
        writer.finish({"files": files})
        return writer.batch
