"""Folders for what has to lie in plain for a moment: decrypted bytes that another program reads.

They are in memory where the system has a folder that is (``/dev/shm``) and enough room in
it, otherwise below the workspace, never in the shared place for temporary files if that can
be helped. Only this person may read them. Each belongs to a process that holds a lock beside
it: when the process was killed, whoever opens a private folder next, or the workspace, finds
the lock free and removes what was left.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from uuid import uuid4

from filelock import FileLock, Timeout

from bayyina.errors import StorageError

HOME: Final = "private"
"""Name of the folder of such folders in a workspace."""

LOCK: Final = ".lock"
"""End of the name of the lock that a folder's process holds."""

MEMORY: Final = Path("/dev/shm")  # noqa: S108 - each folder in it is made for one owner, mode 0700
"""Where files are kept in memory."""

SPARE: Final = 64 << 20
"""Bytes that are left free in memory at least."""

_TRIES: Final = 16


@contextmanager
def private_folder(home: Path | None = None, *, room: int | None = 0) -> Iterator[Path]:
    """A fresh folder that only this person may read, removed at the end however it comes.

    Args:
        home: The workspace's folder, if there is one; below it there is room on the disk.
        room: Bytes that it will hold at most, to see whether memory has the room; None where
            nobody knows: then it is on the disk.

    Raises:
        StorageError: no folder can be made.
    """
    base = _base(home, room)
    try:
        _sweep(base)
        lock, folder = _taken(base)
    except OSError as error:
        raise StorageError(
            f"A private folder cannot be made in {base}: {error.strerror or error}.",
            hint="Check the free space and the rights of that folder.",
        ) from error
    try:
        yield folder
    finally:
        _remove(folder, lock)


def sweep_private_folders(home: Path | None = None) -> int:
    """Remove what processes left that are gone; how many folders."""
    bases = [_owned(MEMORY)] if _is_memory() else []
    bases.append(_owned(Path(tempfile.gettempdir())))
    if home is not None:
        bases.append(home / HOME)
    removed = 0
    for base in bases:
        try:
            removed += _sweep(base)
        except OSError:
            continue  # somebody else's, or gone meanwhile: there is nothing to tell of it
    return removed


def _base(home: Path | None, room: int | None) -> Path:
    """The folder of private folders: in memory, in the workspace, or in the system's place."""
    choices = []
    if room is not None and _is_memory() and shutil.disk_usage(MEMORY).free >= room + SPARE:
        choices.append(_owned(MEMORY))
    choices.append(_owned(Path(tempfile.gettempdir())) if home is None else home / HOME)
    for base in choices:
        try:
            base.mkdir(mode=0o700, exist_ok=True)
        except OSError:
            continue
        if _is_own(base):
            return base
    return Path(tempfile.mkdtemp(prefix="bayyina-"))


def _is_memory() -> bool:
    return MEMORY.is_dir() and os.access(MEMORY, os.W_OK)


def _owned(place: Path) -> Path:
    """This person's folder in a place that people share."""
    return place / f"bayyina-{_user()}"


def _user() -> int:
    return int(getattr(os, "getuid", int)())


def _is_own(base: Path) -> bool:
    """Whether a folder is this person's and nobody else's; a link is not."""
    facts = base.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != _user():
        return False
    if os.name == "posix" and facts.st_mode & 0o077:
        base.chmod(0o700)
    return True


def _taken(base: Path) -> tuple[FileLock, Path]:
    """A fresh folder and its lock, held."""
    for _ in range(_TRIES):
        name = uuid4().hex
        lock = FileLock(base / f"{name}{LOCK}", timeout=0, mode=0o600)
        try:
            base.mkdir(mode=0o700, exist_ok=True)
            lock.acquire()
        except (Timeout, FileNotFoundError):
            continue  # who sweeps took it for one that was left
        if not Path(lock.lock_file).exists():
            lock.release()
            continue
        folder = base / name
        folder.mkdir(mode=0o700)
        return lock, folder
    raise OSError(0, "somebody keeps removing it")


def _sweep(base: Path) -> int:
    """Remove folders whose process is gone; how many."""
    removed = 0
    if not base.is_dir() or not _is_own(base):
        return 0
    for path in sorted(base.glob(f"*{LOCK}")):
        lock = FileLock(path, timeout=0)
        try:
            lock.acquire()
        except (Timeout, OSError):
            continue  # its process lives
        folder = base / path.name.removesuffix(LOCK)
        removed += folder.is_dir()
        _remove(folder, lock)
    return removed


def _remove(folder: Path, lock: FileLock) -> None:
    """Remove a folder, then its lock: a lock without a folder harms nobody."""
    shutil.rmtree(folder, ignore_errors=True)
    path = Path(lock.lock_file)
    if os.name == "posix" and not folder.exists():
        path.unlink(missing_ok=True)
    lock.release()
    if not folder.exists():
        path.unlink(missing_ok=True)
        with suppress(OSError):
            path.parent.rmdir()  # if it was the last
