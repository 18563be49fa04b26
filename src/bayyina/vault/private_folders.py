"""Folders for what has to lie in plain for a moment: decrypted bytes that another program reads.

They are in memory where the system has a folder that is (``/dev/shm``) and enough room in
it, otherwise below the workspace, never in the shared place for temporary files if that can
be helped. Only this person may read them. What lies in memory for a workspace has a folder of
its own there, so that locking one workspace takes nothing from another. Each belongs to a
process that holds a lock beside it: when the process was killed, whoever opens a private folder
next, or the workspace, finds the lock free and removes what was left.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple
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
_DIGEST: Final = 16
_AT_WORK: Final[dict[str, Path]] = {}


@contextmanager
def private_folder(home: Path | None = None, *, room: int | None = 0) -> Iterator[Path]:
    """A fresh folder that only this person may read, removed at the end however it comes.

    Args:
        home: The workspace's folder, if there is one; below it there is room on the disk. Else
            that of the workspace that this process works in.
        room: Bytes that it will hold at most, to see whether memory has the room; None where
            nobody knows: then it is on the disk.

    Raises:
        StorageError: no folder can be made.
    """
    base = _base(_home(home), room)
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


def work_in(home: Path) -> None:
    """From now on this process works in a workspace: what it keeps in plain belongs to that one."""
    _AT_WORK["home"] = home


def memory_folder(home: Path | None, memory: Path | None = None) -> Path:
    """Where a workspace keeps in memory what lies in plain; without one, what no workspace has.

    The name tells nothing of where the workspace is.
    """
    place = _owned(MEMORY if memory is None else memory)
    if home is None:
        return place
    digest = hashlib.sha256(str(home.resolve()).encode("utf-8", "surrogateescape")).hexdigest()
    return place.with_name(f"{place.name}-{digest[:_DIGEST]}")


class PlainFolders(NamedTuple):
    """Folders of this person that lie in memory in plain."""

    own: int
    """Of the workspace that was asked for."""

    others: int
    """Of other workspaces, and of commands without one."""

    abandoned: int
    """Those of all of them whose process is gone."""


def plain_folders(home: Path) -> PlainFolders:
    """What lies in plain in memory now; nothing is changed.

    Raises:
        OSError: it cannot be seen.
    """
    own = others = abandoned = 0
    for base in _memory_bases():
        for folder in (path for path in base.iterdir() if path.is_dir()):
            if base == memory_folder(home):
                own += 1
            else:
                others += 1
            abandoned += not _is_held(folder)
    return PlainFolders(own, others, abandoned)


def sweep_private_folders(home: Path | None = None) -> int:
    """Remove what processes left that are gone; how many folders."""
    bases = [*_memory_bases(), _owned(Path(tempfile.gettempdir()))]
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
        choices.append(memory_folder(home))
    choices.append(_owned(Path(tempfile.gettempdir())) if home is None else home / HOME)
    for base in choices:
        try:
            base.mkdir(mode=0o700, exist_ok=True)
        except OSError:
            continue
        if _is_own(base):
            return base
    return Path(tempfile.mkdtemp(prefix="bayyina-"))


def _home(home: Path | None) -> Path | None:
    """The workspace that a private folder belongs to."""
    if home is None:
        home = _AT_WORK.get("home")
        return home if home is not None and home.is_dir() else None
    return home


def _memory_bases() -> list[Path]:
    """This person's folders in memory: of every workspace, and of none."""
    if not _is_memory():
        return []
    own = _owned(MEMORY).name
    found = [
        path for path in MEMORY.glob(f"{own}*") if path.name.partition(own)[2][:1] in ("", "-")
    ]
    return sorted(path for path in found if path.is_dir() and not path.is_symlink())


def _is_held(folder: Path) -> bool:
    """Whether a living process holds a private folder."""
    path = folder.with_name(f"{folder.name}{LOCK}")
    if not path.exists():
        return False
    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except (Timeout, OSError):
        return True
    lock.release()
    return False


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
    for folder in [path for path in base.glob("*") if path.is_dir()]:
        if not folder.with_name(f"{folder.name}{LOCK}").exists():  # a process locks before it makes
            shutil.rmtree(folder, ignore_errors=True)
            removed += not folder.exists()
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
