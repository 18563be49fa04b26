"""Taking a file's bytes: read once, and on the way hashed, identified, encrypted and flushed.

The original is opened for reading only. Whether it stayed the same while it was read is
looked at afterwards: size, time of change and the number of bytes that came.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import threading
from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path
from typing import Any, Final, NamedTuple

from bayyina.errors import InputError, StorageError
from bayyina.vault.blob_format import (
    ChunkSealer,
    make_header,
    sealed_size,
)
from bayyina.vault.identifying import HEAD, Identify
from bayyina.vault.item_keys import KEY_LENGTH, ItemKeys

BLOCK: Final = 1 << 20
"""Bytes of content that are read and sealed at a time."""

FLUSH_EVERY: Final = 16 << 20
"""Bytes of a large file after which what was written is flushed, beside the reading."""

ABSENT, NOT_A_FILE, UNREADABLE, CHANGED, NO_ROOM = (
    "absent", "not-a-file", "unreadable", "changed-while-read", "no-room",
)  # fmt: skip
"""Why a file cannot be taken in."""


class FileRefusedError(InputError):
    """A file cannot be taken in; it stays where it is, and its code says why."""

    code = UNREADABLE


class Taken(NamedTuple):
    """What one pass over a file gave."""

    sha256: bytes
    """SHA-256 of its bytes (32)."""

    sha512: bytes | None
    """SHA-512 of its bytes (64), where it was asked for."""

    size: int
    """Number of its bytes."""

    media_type: str
    """What it is by its first bytes."""

    mtime_ns: int
    """Its time of change, nanoseconds since 1970."""

    inode: int
    """Its number in the file system."""

    staged: Path
    """The finished, flushed blob."""

    keys: ItemKeys
    """The keys it was made with."""

    record_key: bytes
    """The key that the item's record has to be given."""

    secret: bytes | None = None
    """The item's secret, which has to be kept under the evidence key; None where it has none."""


class Unflushed(NamedTuple):
    """A file that was read, and its blob, which is written and may not be on the disk yet."""

    taken: Taken
    """What the pass gave; it holds once the blob is flushed."""

    blob: int
    """The blob's open file."""


def take_in(
    path: Path,
    staged: Path,
    *,
    identify: Identify,
    beside: Executor | None = None,
    second_digest: bool = False,
    apart: bool = False,
) -> Taken:
    """Read a file once and leave its blob, finished and flushed, in the folder ``staged``.

    Args and errors as of ``read_in``.
    """
    return finish(
        read_in(
            path, staged, identify=identify, beside=beside, second_digest=second_digest, apart=apart
        )
    )


def read_in(
    path: Path,
    staged: Path,
    *,
    identify: Identify,
    beside: Executor | None = None,
    second_digest: bool = False,
    apart: bool = False,
) -> Unflushed:
    """Read a file once and write its blob to the folder ``staged``; ``finish`` flushes it.

    Args:
        path: The file.
        staged: A folder on the vault's disk.
        identify: Says what the file is from its first bytes.
        beside: Where half of the work on large files is done; None: all of it here.
        second_digest: Whether SHA-512 is made too; it costs more than all the rest together.
        apart: Whether the item gets a secret, without which its record's key opens nothing.

    Raises:
        FileRefusedError: the file is not a regular file, cannot be read, changed meanwhile, or
            is larger than the room that is left.
        StorageError: the vault's disk refused. Nothing is left behind in either case.
    """
    handle = _opened(path)
    try:
        before = os.fstat(handle)
        if not stat.S_ISREG(before.st_mode):
            raise FileRefusedError("It is not a regular file.", code=NOT_A_FILE)
        _check_room(before.st_size, staged)
        record_key, secret = _fresh_keys(apart=apart)
        keys = ItemKeys(record_key, secret)
        target = staged / keys.address
        found = _Pass(handle, before.st_size, target, keys, identify, beside, second_digest)
        blob = found.run()
        try:
            after = os.fstat(handle)
            _check_same(before, after, found.size)
        except BaseException:
            _abandon(blob, target)
            raise
    finally:
        os.close(handle)
    taken = Taken(
        found.sha256.digest(), found.sha512.digest() if found.sha512 else None, found.size, found.media_type,
        after.st_mtime_ns, after.st_ino, target, keys, record_key, secret,
    )  # fmt: skip
    return Unflushed(taken, blob)


def finish(one: Unflushed) -> Taken:
    """Wait until the disk has a blob; then it is taken in.

    Raises:
        StorageError: the vault's disk refused; nothing is left behind.
    """
    try:
        _flush(one.blob)
    except BaseException:
        _abandon(one.blob, one.taken.staged)
        raise
    os.close(one.blob)
    return one.taken


def _abandon(blob: int, target: Path) -> None:
    os.close(blob)
    target.unlink(missing_ok=True)


def _fresh_keys(*, apart: bool) -> tuple[bytes, bytes | None]:
    """A key for the item's record, and a secret where it gets one."""
    fresh = os.urandom(2 * KEY_LENGTH if apart else KEY_LENGTH)
    return fresh[:KEY_LENGTH], fresh[KEY_LENGTH:] or None


class _Buffers(threading.local):
    """Room for a block and what it is sealed into: each thread's own, used again for every file.

    Pages that no file has filled yet take no memory.
    """

    def __init__(self) -> None:
        self.now, self.following = bytearray(BLOCK), bytearray(BLOCK)
        self.sealed = bytearray(sealed_size(BLOCK))


_buffers = _Buffers()


class _Pass:
    """One pass over an opened file."""

    def __init__(
        self,
        handle: int,
        expected: int,
        target: Path,
        keys: ItemKeys,
        identify: Identify,
        beside: Executor | None,
        second_digest: bool,
    ) -> None:
        self.sha256 = hashlib.sha256()
        self.sha512 = hashlib.sha512() if second_digest else None
        self.size, self.media_type = 0, ""
        self._handle, self._target, self._identify = handle, target, identify
        self._beside = beside if expected > BLOCK else None
        content_key = os.urandom(KEY_LENGTH)
        self._header = make_header(keys, content_key)  # goes out with the first block
        self._sealer = ChunkSealer(content_key)
        self._blocks = (_buffers.now, _buffers.following)
        self._sealed = _buffers.sealed

    def run(self) -> int:
        """Read to the end; the blob's open file."""
        try:
            blob = os.open(self._target, _WRITE, 0o600)
        except OSError as error:
            raise _refused(error) from error
        try:
            self._copy(blob)
        except BaseException:
            _abandon(blob, self._target)
            raise
        return blob

    def _copy(self, blob: int) -> None:
        now, following = self._blocks
        held = self._read(now)
        self.media_type = self._identify(bytes(now[: min(held, HEAD)])).media_type
        flushed, flushing = 0, None
        while True:
            # A block that is not full is the last; after a full one, one more look is needed.
            ahead = self._read(following) if held == len(now) else 0
            self._seal(blob, memoryview(now)[:held], is_last=ahead == 0)
            self.size += held
            if ahead == 0:
                break
            if self._beside and self.size - flushed >= FLUSH_EVERY:
                if flushing is not None:
                    flushing.result()
                flushing, flushed = self._beside.submit(_flush, blob), self.size
            now, following, held = following, now, ahead
        if flushing is not None:
            flushing.result()

    def _seal(self, blob: int, block: memoryview, *, is_last: bool) -> None:
        other: Any = None
        if self._beside is not None:
            other = self._beside.submit(self._digest, block)
        else:
            self._digest(block)
        out, head = memoryview(self._sealed), len(self._header)
        out[:head] = self._header
        used = self._sealer.seal(block, out[head:], is_last=is_last)
        _write(blob, out[: head + used])
        self._header = b""
        if other is not None:
            other.result()

    def _digest(self, block: memoryview) -> None:
        self.sha256.update(block)
        if self.sha512 is not None:
            self.sha512.update(block)

    def _read(self, into: bytearray) -> int:
        """Fill a buffer as far as the file reaches."""
        done, view = 0, memoryview(into)
        while done < len(into):
            try:
                got = _read_into(self._handle, view[done:])
            except OSError as error:
                raise FileRefusedError(
                    f"It cannot be read: {error.strerror or error}.", code=UNREADABLE
                ) from error
            if not got:
                break
            done += got
        return done


_WRITE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_READ: Final = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
)
"""A link is not followed, and a pipe that nobody writes to does not hold us up."""


def _read_by_copy(handle: int, view: memoryview) -> int:
    data = os.read(handle, len(view))
    view[: len(data)] = data
    return len(data)


def _read_in_place(handle: int, view: memoryview) -> int:
    return os.readv(handle, [view])


_read_into: Callable[[int, memoryview], int] = (
    _read_in_place if hasattr(os, "readv") else _read_by_copy
)


def _opened(path: Path) -> int:
    try:
        return os.open(path, _READ)
    except FileNotFoundError as error:
        raise FileRefusedError("It is not there any more.", code=ABSENT) from error
    except OSError as error:
        is_other = error.errno in (errno.ELOOP, errno.ENXIO, errno.EISDIR)
        code = NOT_A_FILE if is_other else UNREADABLE
        raise FileRefusedError(
            f"It cannot be opened: {error.strerror or error}.", code=code
        ) from error


def _check_same(before: os.stat_result, after: os.stat_result, size: int) -> None:
    """What was read is the file as it was before and after."""
    facts = {(one.st_size, one.st_mtime_ns) for one in (before, after)}
    if facts != {(size, before.st_mtime_ns)}:
        raise FileRefusedError("It changed while it was read.", code=CHANGED)


def _check_room(size: int, staged: Path) -> None:
    """A file that cannot fit is told so before the disk is filled with half of it."""
    if size <= BLOCK or not hasattr(os, "statvfs"):
        return
    try:
        facts = os.statvfs(staged)
    except OSError as error:
        raise _refused(error) from error
    free = facts.f_bavail * facts.f_frsize
    if sealed_size(size) > free:
        raise FileRefusedError(
            f"It needs {sealed_size(size):,} bytes in the vault, and {free:,} are free.",
            code=NO_ROOM,
        )


def _write(blob: int, view: memoryview) -> None:
    try:
        while view:
            view = view[os.write(blob, view) :]
    except OSError as error:
        raise _refused(error) from error


def _flush(blob: int) -> None:
    try:
        os.fsync(blob)
    except OSError as error:
        raise _refused(error) from error


def _refused(error: OSError) -> StorageError:
    return StorageError(
        f"The vault cannot be written to: {error.strerror or error}.",
        hint="Make room on its disk and give the same command again: what is in stays, and "
        "is not read again.",
    )
