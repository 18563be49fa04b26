"""Blobs as files of a folder: ``a/abcd...``, in sixteen folders by the first digit of the address.

A blob is written beside its place, flushed, and renamed into it; then the folder is flushed.
A file that is adopted is renamed if it lies on the same disk. No call that only some
systems have is needed; where a folder cannot be flushed (Windows), the rename is durable by
the file system's own journal.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from typing import BinaryIO, Final

from bayyina.errors import StorageError
from bayyina.vault.blob_stores import StoredBlob, missing
from bayyina.vault.item_keys import is_address

PART: Final = ".part"
"""End of the name of a file that is being written."""

FAN: Final = 1
"""Digits of the address that name the folder of a blob. After a batch each of these folders is
flushed, so there are few; a file system of today holds a hundred thousand files in each."""

_COPY = 1 << 20
_DIGITS = "0123456789abcdef"


class FolderStore:
    """Keeps blobs as files."""

    def __init__(self, folder: Path) -> None:
        """Use ``folder``, which is made when the first blob comes."""
        self._folder = folder

    @property
    def place(self) -> str:
        """Where it is, for a person."""
        return str(self._folder)

    def put(self, address: str, source: BinaryIO) -> None:
        """Store all bytes that ``source`` gives; raises ``StorageError``."""
        target = self._path(address)
        draft = target.with_name(f"{address}.{os.urandom(6).hex()}{PART}")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                with draft.open("xb") as file:
                    while block := source.read(_COPY):
                        file.write(block)
                    file.flush()
                    os.fsync(file.fileno())
                draft.replace(target)
            finally:
                draft.unlink(missing_ok=True)
            flush_folder(target.parent)
        except OSError as error:
            raise _refused(self._folder, error) from error

    def adopt(self, files: Sequence[tuple[str, Path]]) -> None:
        """Take files over that were flushed already; raises ``StorageError``."""
        folders: dict[str, Path] = {}
        try:
            for address, path in files:
                if address[:FAN] not in folders:
                    folder = self._path(address).parent
                    folder.mkdir(parents=True, exist_ok=True)
                    folders[address[:FAN]] = folder
                self._move(address, path)
            for folder in (*folders.values(), self._folder):
                if folder.is_dir():
                    flush_folder(folder)
        except OSError as error:
            raise _refused(self._folder, error) from error

    def read(self, address: str, start: int = 0, length: int | None = None) -> bytes:
        """Bytes from ``start`` on; raises ``BlobMissingError`` and ``StorageError``."""
        with self._reading(address) as file:
            if start:
                file.seek(start)
            return file.read(-1 if length is None else length) or b""

    def read_into(self, address: str, start: int, into: memoryview) -> int:
        """Fill a buffer from ``start`` on; raises ``BlobMissingError`` and ``StorageError``."""
        with self._reading(address) as file:
            if start:
                file.seek(start)
            left = os.fstat(file.fileno()).st_size - start
            into, done = into[: max(0, left)], 0
            while done < len(into) and (got := file.readinto(into[done:])):
                done += got
            return done

    def size(self, address: str) -> int | None:
        """Length of a blob, or None."""
        try:
            return os.stat(self._name(address)).st_size  # noqa: PTH116 - quicker
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unreadable(self._folder, address, error) from error

    def list(self) -> Iterator[StoredBlob]:
        """Everything in the folder, in order of name; what is foreign under its path.

        Of folders only empty ones that are not the store's own are given, with a slash at the end.
        """
        try:
            if self._folder.is_dir():
                yield from self._walk(self._folder)
        except OSError as error:
            raise _refused(self._folder, error) from error

    def delete(self, address: str) -> None:
        """Remove a blob; raises ``StorageError``."""
        path = self._path(address)
        try:
            path.unlink(missing_ok=True)
            if path.parent.is_dir():
                flush_folder(path.parent)
        except OSError as error:
            raise _refused(self._folder, error) from error

    @contextmanager
    def _reading(self, address: str) -> Iterator[FileIO]:
        try:
            with FileIO(self._name(address)) as file:
                yield file
        except FileNotFoundError as error:
            raise missing(address, self.place) from error
        except OSError as error:
            raise _unreadable(self._folder, address, error) from error

    def _name(self, address: str) -> str:
        """Path of a blob, as text: quicker than a path where thousands are read."""
        if not is_address(address):
            raise ValueError(f"{address!r} is not an address")
        return f"{self._folder}{os.sep}{address[:FAN]}{os.sep}{address}"

    def _path(self, address: str) -> Path:
        return Path(self._name(address))

    def _is_own_folder(self, folder: Path) -> bool:
        """Whether it is the store's folder, or one of those that blobs lie in."""
        is_fan = folder.parent == self._folder and len(folder.name) == FAN
        return folder == self._folder or (is_fan and folder.name in _DIGITS)

    def _move(self, address: str, path: Path) -> None:
        if not is_address(address):
            raise ValueError(f"{address!r} is not an address")
        try:
            os.replace(path, f"{self._folder}/{address[:FAN]}/{address}")  # noqa: PTH105 - quicker
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            with path.open("rb") as file:
                self.put(address, file)
            path.unlink()

    def _walk(self, folder: Path) -> Iterator[StoredBlob]:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
        if not found and not self._is_own_folder(folder):
            yield StoredBlob(f"{folder.relative_to(self._folder).as_posix()}/", 0)
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                yield from self._walk(Path(entry.path))
                continue
            path = Path(entry.path)
            name, size = entry.name, entry.stat(follow_symlinks=False).st_size
            is_own = is_address(name) and path == self._path(name) and not entry.is_symlink()
            yield StoredBlob(name if is_own else path.relative_to(self._folder).as_posix(), size)


def flush_folder(folder: Path) -> None:
    """Make renames in a folder durable, where the system lets a folder be flushed."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _refused(folder: Path, error: OSError) -> StorageError:
    return StorageError(
        f"The vault {folder} cannot be used: {error.strerror or error}.",
        hint="Check the free space and the rights of the folder.",
    )


def _unreadable(folder: Path, address: str, error: OSError) -> StorageError:
    return StorageError(
        f"The blob {address} in {folder} cannot be read: {error.strerror or error}.",
        hint="Check the disk; `bayyina evidence check` repairs it where there is a replica.",
    )
