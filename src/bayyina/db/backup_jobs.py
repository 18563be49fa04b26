"""Backups made in the background: the runner of all jobs that need the database itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from bayyina.app.backing_up import BackupReaders, create_backup
from bayyina.app.job_kinds import FUNCTIONS
from bayyina.app.jobs import JobFunction, JobRunner
from bayyina.app.ports import Progress
from bayyina.app.workspace import Workspace
from bayyina.db.freezing import frozen_database
from bayyina.db.store import DjangoStore
from bayyina.errors import InputError

MAKE_BACKUP: Final = "make-backup"
"""Make an encrypted backup."""


def run_backup(
    workspace: Workspace, parameters: Mapping[str, Any], progress: Progress
) -> Mapping[str, Any]:
    """Make a backup; parameters: ``folder``, ``handles``, ``key_files``, ``evidence``.

    Raises:
        InputError: the workspace is in no database, or somebody named is no member.
        PermissionRefusedError: the member may not make backups.
        StorageError: the disk refused.
    """
    store = workspace.store
    if not isinstance(store, DjangoStore):
        raise InputError("Only a workspace in a database can be backed up.")
    made = create_backup(
        workspace,
        folder=Path(parameters["folder"]),
        freeze=lambda: frozen_database(store, workspace.folder),
        readers=BackupReaders(tuple(parameters["handles"])),
        with_key_files=bool(parameters["key_files"]),
        with_blobs=bool(parameters["evidence"]),
        progress=progress,
    )
    return made.to_json()


ALL_FUNCTIONS: Final[Mapping[str, JobFunction]] = {**FUNCTIONS, MAKE_BACKUP: run_backup}
"""What each kind of job does, those that need the database among them."""


def full_runner(workspace: Workspace) -> JobRunner:
    """The runner of every kind of job of a workspace."""
    return JobRunner(workspace, ALL_FUNCTIONS)
