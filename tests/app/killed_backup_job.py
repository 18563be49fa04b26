"""A backup, or a new case key, whose process kills itself in the middle (see ``test_killed_keeping``)."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from bayyina.app.backing_up import BackupReaders, create_backup
from bayyina.app.key_rotating import rotate_case_key
from bayyina.db.freezing import frozen_database
from bayyina.db.opening import open_workspace
from bayyina.db.store import DjangoStore


def kill(_done: int, _total: int | None, _what: str) -> None:
    """End this process at once, as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


def main(what: str, folder: Path) -> None:
    """Begin the work."""
    workspace = open_workspace(folder / "ws", person="amal", passphrase="amal")
    store = workspace.store
    assert isinstance(store, DjangoStore)
    if what == "rotate":
        rotate_case_key(workspace, reason="routine", progress=kill)
    create_backup(
        workspace,
        folder=folder / "backups",
        freeze=lambda: frozen_database(store, workspace.folder),
        readers=BackupReaders(),
        with_key_files=False,
        with_blobs=True,
        progress=kill,
    )


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
