"""The file of a backup: a tar archive, made and opened while it is encrypted for age.

Its last member, ``manifest.json``, states the length and SHA-256 of each of the others, so an
archive without it, or one that holds something else, is none. Nothing lies on the disk in plain
while a backup is made; while one is opened, its members go into a folder that the caller names.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Final, NamedTuple

import pyrage

from bayyina.errors import FileUnreadableError, InputError, KeyLockedError, StorageError
from bayyina.keys.age_keys import age_identity

MANIFEST: Final = "manifest.json"
"""Last member of the archive."""

FORMAT: Final = "bayyina-backup"
"""What the manifest says it is."""

VERSION: Final = 1
"""Version of its form."""

LARGEST_MANIFEST: Final = 8 << 20
"""Bytes that a manifest may have."""

_PIECE: Final = 1 << 20


class Member(NamedTuple):
    """One file of a backup."""

    name: str
    """Path inside the archive, with ``/``."""

    path: Path
    """Where it lies now."""


@dataclass(frozen=True)
class Written:
    """A backup that was written."""

    sha256: str
    """SHA-256 (hex) of the encrypted file."""

    size: int
    """Its bytes."""


class _Sink:
    """A file that is hashed while it is written, and that remembers why it could not be."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.hashed = hashlib.sha256()
        self.size = 0
        self.failed: OSError | None = None

    def write(self, data: bytes) -> int:
        try:
            self._file.write(data)
        except OSError as error:
            self.failed = error
            raise
        self.hashed.update(data)
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing yet: the caller flushes at the end."""


def write_archive(
    target: BinaryIO,
    members: Sequence[Member],
    facts: Mapping[str, Any],
    recipients: Sequence[str],
    *,
    told: Callable[[int], None],
) -> Written:
    """Write an encrypted backup.

    Args:
        target: An empty file.
        members: What goes in; read once, in this order.
        facts: What the manifest says besides the digests.
        recipients: Public keys of age of those who can open it; at least one.
        told: Told the bytes that were read so far.

    Raises:
        InputError: nobody is to open it, or a recipient is none.
        StorageError: a file cannot be read, or ``target`` cannot be written.
    """
    if not recipients:
        raise InputError("Nobody was named who could open the backup.")
    keys = [_recipient(key) for key in recipients]
    sink = _Sink(target)
    reading, writing = os.pipe()
    try:
        with ThreadPoolExecutor(1) as pool, os.fdopen(reading, "rb") as source:
            packing = pool.submit(_pack, writing, members, facts, told)
            try:
                pyrage.encrypt_io(source, sink, keys)
            finally:
                source.close()  # a packer that still waits to write is told so
            packing.result()
    except (OSError, pyrage.EncryptError) as error:
        cause = sink.failed or (error if isinstance(error, OSError) else None)
        raise StorageError(
            f"The backup cannot be written: {_reason(cause) or 'the disk refused'}.",
            hint="Check the free space and the rights of the folder; no backup was made.",
        ) from error
    return Written(sink.hashed.hexdigest(), sink.size)


def read_archive(source: BinaryIO, private: bytes, into: Path) -> dict[str, Any]:
    """Open a backup into a folder; the manifest.

    Args:
        source: The encrypted file.
        private: Raw X25519 private key of somebody whom it was made for.
        into: An empty folder; what was written into it stays there if anything fails.

    Raises:
        KeyLockedError: it was not made for this key.
        FileUnreadableError: it was changed, cut, or is no backup.
        StorageError: the folder cannot be written to.
    """
    identity = pyrage.x25519.Identity.from_str(age_identity(private))
    reading, writing = os.pipe()
    with ThreadPoolExecutor(1) as pool, os.fdopen(reading, "rb") as stream:
        opening = pool.submit(_decrypt, source, writing, identity)
        failure: Exception | None = None
        manifest: dict[str, Any] = {}
        try:
            manifest = _unpack(stream, into)
            while stream.read(_PIECE):  # what follows the archive's end must open as well
                pass
        except (tarfile.TarError, FileUnreadableError) as error:
            failure = error
        finally:
            stream.close()
        opening_failed = opening.exception()
    if opening_failed is not None and not isinstance(opening_failed, BrokenPipeError):
        raise _not_opened(opening_failed)
    if isinstance(failure, FileUnreadableError):
        raise failure
    if failure is not None:
        raise _damaged("it is not an archive as this program writes them") from failure
    return manifest


def _recipient(text: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError as error:
        raise InputError(
            f"{text!r} is not an age recipient.",
            hint="It begins with age1; the recipient's own program `age-keygen` shows it.",
        ) from error


def _pack(
    handle: int,
    members: Iterable[Member],
    facts: Mapping[str, Any],
    told: Callable[[int], None],
) -> None:
    """Write the archive into a pipe: names and content alone, of nobody in particular."""
    digests: dict[str, dict[str, Any]] = {}
    done = 0
    with (
        os.fdopen(handle, "wb") as stream,
        tarfile.open(
            fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT, encoding="utf-8"
        ) as archive,
    ):
        for member in members:
            size = member.path.stat().st_size
            with member.path.open("rb") as file:
                hashing = _Hashing(file, size, partial(_add, told, done))
                archive.addfile(_head(member.name, size), hashing)
            done += size
            digests[member.name] = {"size": size, "sha256": hashing.hashed.hexdigest()}
        manifest = {"format": FORMAT, "version": VERSION, **facts, "files": digests}
        data = json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"
        archive.addfile(_head(MANIFEST, len(data)), io.BytesIO(data))


def _add(told: Callable[[int], None], before: int, piece: int) -> None:
    told(before + piece)


class _Hashing:
    """The first bytes of a file, hashed while they are read; what grew behind them is left."""

    def __init__(self, file: BinaryIO, size: int, told: Callable[[int], None]) -> None:
        self._file, self._left, self._size, self._told = file, size, size, told
        self.hashed = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        self.hashed.update(data)
        self._told(self._size - self._left)
        return data


def _head(name: str, size: int) -> tarfile.TarInfo:
    head = tarfile.TarInfo(name)
    head.size, head.mode = size, 0o600
    return head


def _decrypt(source: BinaryIO, handle: int, identity: pyrage.x25519.Identity) -> None:
    with os.fdopen(handle, "wb") as stream:
        sink = _Sink(stream)
        try:
            pyrage.decrypt_io(source, sink, [identity])
        except (OSError, pyrage.DecryptError):
            if sink.failed is not None:
                with suppress(OSError):
                    stream.close()
                raise BrokenPipeError from None
            raise


def _unpack(stream: BinaryIO, into: Path) -> dict[str, Any]:
    """Write every member into a folder, and hold it against the manifest."""
    digests: dict[str, dict[str, Any]] = {}
    manifest: dict[str, Any] | None = None
    with tarfile.open(fileobj=stream, mode="r|", encoding="utf-8") as archive:
        for member in archive:
            if manifest is not None:
                raise _damaged("something follows its manifest")
            content = archive.extractfile(member) if member.isfile() else None
            if content is None:
                raise _damaged(f"it holds {member.name!r}, which is no file")
            if member.name == MANIFEST:
                manifest = _manifest(content.read(LARGEST_MANIFEST + 1))
                continue
            if member.name in digests:
                raise _damaged(f"it holds {member.name!r} twice")
            digests[member.name] = _write(into, member.name, content)
    if manifest is None:
        raise _damaged("it has no manifest")
    stated = manifest.get("files")
    if stated != digests:
        wrong = _first_difference(stated if isinstance(stated, dict) else {}, digests)
        raise _damaged(f"{wrong!r} is not what its manifest says")
    return manifest


def _write(into: Path, name: str, content: Any) -> dict[str, Any]:
    path = into.joinpath(*_parts(name))
    hashed, size = hashlib.sha256(), 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
        with os.fdopen(handle, "wb") as file:
            for piece in _pieces(content):
                file.write(piece)
                hashed.update(piece)
                size += len(piece)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise StorageError(
            f"{into} cannot be written to: {_reason(error) or 'the disk refused'}.",
            hint="Check the free space and the rights of the folder.",
        ) from error
    return {"size": size, "sha256": hashed.hexdigest()}


def _pieces(content: Any) -> Iterator[bytes]:
    while piece := content.read(_PIECE):
        yield piece


def _parts(name: str) -> tuple[str, ...]:
    """The parts of a member's path; none of them leads elsewhere."""
    path = PurePosixPath(name)
    if path.is_absolute() or not path.parts or any(_is_odd(part) for part in path.parts):
        raise _damaged(f"it holds a file named {name!r}")
    return path.parts


def _is_odd(part: str) -> bool:
    return part in {".", ".."} or any(sign in part for sign in '\\:\0<>|?*"')


def _manifest(data: bytes) -> dict[str, Any]:
    try:
        content = json.loads(data) if len(data) <= LARGEST_MANIFEST else None
    except (ValueError, RecursionError) as error:
        raise _damaged("its manifest cannot be read") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise FileUnreadableError("The file opens, and is not a backup of a workspace.")
    if content.get("version") != VERSION:
        raise FileUnreadableError(
            "The backup was written by a newer version of the program.", hint="Update the program."
        )
    return content


def _first_difference(stated: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    return next(name for name in sorted({*stated, *found}) if stated.get(name) != found.get(name))


def _not_opened(error: BaseException) -> Exception:
    if isinstance(error, pyrage.DecryptError) and "No matching keys" in str(error):
        return KeyLockedError(
            "The backup was not made for this key, or its first lines were changed.",
            hint="Use the key of somebody it was made for.",
        )
    if isinstance(error, OSError) and error.errno is not None:
        return FileUnreadableError(f"The backup cannot be read: {_reason(error)}.")
    return _damaged("it does not open: bytes of it were changed, or its end is missing")


def _damaged(what: str) -> FileUnreadableError:
    return FileUnreadableError(
        f"The backup is damaged: {what}.", hint="Use another copy; nothing was restored."
    )


def _reason(error: OSError | None) -> str:
    return "" if error is None else (error.strerror or str(error)).rstrip(".")


_BINARY: Final = getattr(os, "O_BINARY", 0)
