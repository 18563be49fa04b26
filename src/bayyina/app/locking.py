"""Locking in a hurry: what lies about in plain is removed, and a running server forgets all keys.

It needs no key and no passphrase, writes nothing into the log, and removes only what the program
makes anew or what was waiting to be taken in. The rows themselves stay as they are: who may see
the disk must be kept from it by encrypting the disk and switching the machine off.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bayyina.app.own_files import MARKER
from bayyina.errors import StorageError, WorkspaceError
from bayyina.vault.private_folders import HOME, MEMORY, memory_folder

MARK: Final = "locks/lock-now"
"""File of a workspace whose change tells a running server to forget all keys."""

REMOVED: Final = ("snapshot", HOME, "incoming", "incoming-evidence")
"""Folders of a workspace that go: copies of rows for figures, files opened for a moment, uploads
that were not taken in yet."""


@dataclass(frozen=True)
class Locked:
    """What was done."""

    told_server: bool
    """Whether a running server is told; it obeys within a second or two."""

    removed: tuple[str, ...]
    """Folders that went."""

    left: tuple[str, ...]
    """Folders of which something is left, because another program holds it."""

    def to_json(self) -> dict[str, Any]:
        """The document that ``lock --json`` prints."""
        return {
            "told_server": self.told_server,
            "removed": list(self.removed),
            "left": list(self.left),
        }


def lock_workspace(folder: Path, *, memory: Path = MEMORY) -> Locked:
    """Remove what lies about in plain, and tell a running server to forget all keys.

    What other workspaces keep in memory stays: each is locked by itself.

    Args:
        folder: The workspace.
        memory: Where the system keeps files in memory.

    Raises:
        WorkspaceError: the folder is not a workspace.
        StorageError: the server could not be told; what could be removed is removed.
    """
    if not (folder / MARKER).is_file():
        raise WorkspaceError(f"{folder} is not a workspace.", hint="Name it with --workspace.")
    failed: OSError | None = None
    try:
        mark = folder / MARK
        mark.parent.mkdir(exist_ok=True)
        mark.write_bytes(os.urandom(16))
    except OSError as error:
        failed = error
    places = [folder / name for name in REMOVED] + [memory_folder(folder, memory)]
    removed: list[str] = []
    left: list[str] = []
    for place in places:
        if not place.exists() or place.is_symlink():
            continue
        shutil.rmtree(place, ignore_errors=True)
        (left if place.exists() else removed).append(str(place))
    if failed is not None:
        raise StorageError(
            f"{folder / MARK} cannot be written: {failed.strerror or failed}.",
            hint="A running server was not told: end it. The rest was done.",
        )
    return Locked(True, tuple(removed), tuple(left))


def lock_mark(folder: Path) -> bytes:
    """What changes when somebody locks a workspace; empty if nobody ever did."""
    try:
        return (folder / MARK).read_bytes()
    except OSError:
        return b""
