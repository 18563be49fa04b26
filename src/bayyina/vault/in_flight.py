"""Addresses whose fate is not settled: blobs that were stored before their rows, or whose rows are gone.

A blob is durable before the row that names it, and goes after the row that named it. If the
process ends in between, the blob is left behind. So every process that does either first
writes the addresses down, in a file of its own that it holds a lock on. Whoever comes later
and finds such a file without a living holder settles it: what no record names is removed,
what one names is kept. Nothing else in a store is ever removed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from uuid import uuid4

from filelock import FileLock, Timeout

from bayyina.errors import StorageError
from bayyina.vault.folder_store import flush_folder
from bayyina.vault.item_keys import is_address

NOTES: Final = ".addresses"
"""End of the name of a file of addresses."""

LOCK: Final = ".lock"
"""End of the name of the lock that its holder keeps."""

STAGED: Final = ".staged"
"""End of the name of the folder of blobs that are being made."""


class InFlight:
    """One process's own file of addresses, and its own folder for blobs in the making."""

    def __init__(self, folder: Path, name: str) -> None:
        self.staged = folder / f"{name}{STAGED}"
        """Where blobs are made."""
        self._notes = folder / f"{name}{NOTES}"

    def note(self, addresses: Sequence[str]) -> None:
        """Write addresses down, durably, before anything is done about them."""
        if not addresses:
            return
        try:
            with self._notes.open("a", encoding="ascii") as file:
                file.writelines(f"{address}\n" for address in addresses)
                file.flush()
                os.fsync(file.fileno())
            flush_folder(self._notes.parent)
        except OSError as error:
            raise _refused(self._notes, error) from error

    def settled(self) -> None:
        """Forget the addresses: rows name them now, or their blobs are gone."""
        try:
            self._notes.unlink(missing_ok=True)
        except OSError as error:
            raise _refused(self._notes, error) from error


@contextmanager
def in_flight(folder: Path) -> Iterator[InFlight]:
    """A file of addresses for this process; what it leaves unsettled stays for ``settle_lost``.

    Raises:
        StorageError: the folder cannot be written to.
    """
    name = uuid4().hex
    lock = FileLock(folder / f"{name}{LOCK}", timeout=0)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
        own = InFlight(folder, name)
        own.staged.mkdir()
    except OSError as error:
        raise _refused(folder, error) from error
    try:
        yield own
    finally:
        _clear(own.staged)
        lock.release()
        if not (folder / f"{name}{NOTES}").exists():
            Path(lock.lock_file).unlink(missing_ok=True)


def noted_addresses(folder: Path) -> set[str]:
    """Every address whose fate is not settled, those of living processes too."""
    found: set[str] = set()
    try:
        for path in folder.glob(f"*{NOTES}") if folder.is_dir() else ():
            found |= set(path.read_text(encoding="ascii", errors="replace").split())
    except FileNotFoundError:
        return found | noted_addresses(folder)  # settled between the two looks
    except OSError as error:
        raise _refused(folder, error) from error
    return found


def settle_lost(
    folder: Path, is_named: Callable[[Sequence[str]], set[str]], remove: Callable[[str], None]
) -> int:
    """Settle what processes left that are gone; how many blobs were removed.

    Args:
        folder: Where the files of addresses are.
        is_named: Which of some addresses a record names, asked after the process was found gone.
        remove: Removes the blob of an address from every store.

    Raises:
        StorageError: a file cannot be read or removed.
    """
    removed = 0
    try:
        for path in sorted(folder.glob(f"*{LOCK}")) if folder.is_dir() else ():
            removed += _settle(folder, path, is_named, remove)
    except OSError as error:
        raise _refused(folder, error) from error
    return removed


def _settle(
    folder: Path,
    path: Path,
    is_named: Callable[[Sequence[str]], set[str]],
    remove: Callable[[str], None],
) -> int:
    lock, name, removed = FileLock(path, timeout=0), path.name.removesuffix(LOCK), 0
    try:
        lock.acquire()
    except Timeout:
        return 0  # its holder lives
    try:
        notes = folder / f"{name}{NOTES}"
        if notes.exists():
            lines = notes.read_text(encoding="ascii", errors="replace").splitlines()
            addresses = [line for line in lines if is_address(line)]
            named = is_named(addresses)
            for address in addresses:
                if address not in named:
                    remove(address)
                    removed += 1
            notes.unlink(missing_ok=True)
        _clear(folder / f"{name}{STAGED}")
    finally:
        lock.release()
    path.unlink(missing_ok=True)
    return removed


def _clear(folder: Path) -> None:
    """Remove blobs that were never finished; they hold no plain text, so leaving one harms nobody."""
    if folder.is_dir():
        for path in folder.iterdir():
            path.unlink(missing_ok=True)
        folder.rmdir()


def _refused(path: Path, error: OSError) -> StorageError:
    return StorageError(
        f"{path} cannot be used: {error.strerror or error}.",
        hint="Check the free space and the rights of the workspace folder.",
    )
