"""Writing a BagIt 1.0 bag.

Each file is digested while it is copied, and is on the disk before the bag has its name. A bag is written aside, under a name that begins with a dot, and put in its place whole; what
fails leaves nothing. Names are ASCII, so that every tool reads the manifests alike.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

from bayyina.bundle.digests import BLOCK, THREADS, often_switching
from bayyina.errors import InputError, StorageError

SAFE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")
"""Names that every BagIt tool writes and reads alike."""

ALGORITHMS: Final = ("sha256", "sha512")
"""Algorithms of the manifests: one that people compare by eye, and the one the standard asks for."""

SYNCS_ALL: Final = sys.platform.startswith("linux")
"""Whether one call puts everything that was written on the disk and waits for it; elsewhere
each file is flushed by itself, which takes longer."""

LARGE: Final = 1 << 16
"""Bytes from which on it pays to have a block put on the disk while it is being digested."""

DECLARATION: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
"""``bagit.txt``."""


AT_A_TIME: Final = 16
"""Files handed to a thread together."""

WRITERS: Final = THREADS + 1
"""Files that are written side by side; one more than are digested, for who waits for the disk."""

SWITCH: Final = 0.00002
"""Seconds after which a thread that waits for the interpreter gets it, while files are written."""

HELD: Final = 8
"""Small files whose bytes are kept until they are digested together."""

Block = bytes | memoryview

SideBySide = Callable[[Sequence[Block]], list[tuple[str, str]]]
"""Gives SHA-256 and SHA-512 (hex) of several messages."""


class PayloadFile(NamedTuple):
    """A file that is to go into the payload."""

    path: str
    """Path below ``data/``."""

    open: Callable[[bytearray], Iterator[Block]]
    """Gives its bytes in blocks; those that lie in the room that it is given are overwritten by
    the next one, and only the last of them is shorter than the room."""

    sha256: str = ""
    """What its digest must be; empty: whatever it is."""


class Written(NamedTuple):
    """A payload file that was written."""

    path: str
    """Path from the bag's folder, such as ``data/bundle.json``."""

    size: int
    """Bytes."""

    sha256: str
    """Digest, hex."""

    sha512: str
    """Digest, hex."""


def bytes_blocks(data: bytes) -> Callable[[bytearray], Iterator[Block]]:
    """What gives bytes that are at hand."""
    return lambda _: iter((data,) if data else ())


class _Rooms(threading.local):
    """Room for the bytes of files: each thread's own, used again for file after file.

    Parts that no file has filled yet take no memory.
    """

    def __init__(self) -> None:
        self.rooms = [bytearray(BLOCK) for _ in range(HELD)]


_own = _Rooms()


class _Held(NamedTuple):
    """A small file that was written and waits to be digested with others."""

    place: int
    """Where it stands among what was written."""

    item: PayloadFile
    """What it should be."""

    content: Block
    """Its bytes."""


class BagWriter:
    """A bag that is being written; used in a ``with`` statement."""

    def __init__(self, out: Path) -> None:
        """The bag will be the folder ``out``, which must not be there yet.

        Raises:
            InputError: something is there.
        """
        if out.exists() or out.is_symlink():
            raise InputError(
                f"{out} is there already.", hint="Choose the name of a folder that is not there."
            )
        self.out = out
        self.folder = out.with_name(f".{out.name}.{secrets.token_hex(4)}.part")
        self.written: dict[str, Written] = {}
        self._tags: dict[str, bytes] = {}

    def __enter__(self) -> Self:
        """Make the folder aside."""
        with _storing(self.out):
            (self.folder / "data").mkdir(parents=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove what was not finished."""
        with suppress(OSError):
            shutil.rmtree(self.folder)

    def add(
        self,
        files: Iterable[PayloadFile],
        progress: Callable[[int], None] | None = None,
    ) -> list[Written]:
        """Write files of the payload, one after the other.

        Args:
            files: The files; their names must be new.
            progress: Told how many of them are done.

        Raises:
            InputError: a name is taken or not allowed, or a file is not what it should be.
            StorageError: the disk refused.
        """
        items = list(files)
        self._make_folders(items)
        done: list[Written] = []
        with _storing(self.out):
            for item in items:
                done.append(self._write(item))
                if progress is not None:
                    progress(len(done))
        self.written.update((one.path, one) for one in done)
        return done

    @contextmanager
    def adding(
        self,
        files: Iterable[PayloadFile],
        progress: Callable[[int], None] | None = None,
        prepare: Callable[[], SideBySide | None] | None = None,
    ) -> Iterator[None]:
        """Write large files of the payload by other threads, beside what a ``with`` block does.

        Args:
            files: The files; their names must be new.
            progress: Told how many of them are done, once the block has ended.
            prepare: Gives what digests several files at once, where there is such a thing; it is
                called by another thread, and files are digested one by one until it has answered.

        Raises:
            InputError: a name is taken or not allowed, or a file is not what it should be.
            StorageError: the disk refused.
        """
        items = list(files)
        self._make_folders(items)
        pool = ThreadPoolExecutor(WRITERS)
        try:
            prepared = None if prepare is None else pool.submit(prepare)
            parts = [
                pool.submit(self._write_all, items[start : start + AT_A_TIME], prepared)
                for start in range(0, len(items), AT_A_TIME)
            ]
            with often_switching(SWITCH):
                yield
            done: list[Written] = []
            with _storing(self.out):
                for part in parts:
                    done += part.result()
                    if progress is not None:
                        progress(len(done))
            self.written.update((one.path, one) for one in done)
        finally:
            pool.shutdown(cancel_futures=True)

    def write_manifests(self) -> str:
        """Write the payload's manifests; the SHA-256 (hex) of ``manifest-sha256.txt``."""
        with _storing(self.out):
            for algorithm in ALGORITHMS:
                digests = [(getattr(one, algorithm), one.path) for one in self.written.values()]
                self.add_tag(f"manifest-{algorithm}.txt", manifest_bytes(digests))
        return hashlib.sha256(self._tags["manifest-sha256.txt"]).hexdigest()

    def add_tag(self, name: str, data: bytes) -> None:
        """Write a file beside the payload.

        Raises:
            StorageError: the disk refused.
        """
        _check_name(name)
        with _storing(self.out):
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_whole(path, data)
        self._tags[name] = data

    def finish(self, info: Sequence[tuple[str, str]]) -> None:
        """Write what is left and put the bag in its place.

        Args:
            info: Labels and values of ``bag-info.txt``; ``Payload-Oxum`` is added.

        Raises:
            StorageError: the disk refused.
        """
        octets = sum(one.size for one in self.written.values())
        self.add_tag("bag-info.txt", info_bytes(info, octets, len(self.written)))
        self.add_tag("bagit.txt", DECLARATION)
        tags = dict(self._tags)
        for algorithm in ALGORITHMS:
            digests = [
                (hashlib.new(algorithm, data).hexdigest(), name) for name, data in tags.items()
            ]
            self.add_tag(f"tagmanifest-{algorithm}.txt", manifest_bytes(digests))
        with _storing(self.out):
            if SYNCS_ALL:
                os.sync()
            else:
                _sync_folders(self.folder)
            self.folder.rename(self.out)
            _sync_folder(self.out.parent)

    def _make_folders(self, items: Sequence[PayloadFile]) -> None:
        names = [f"data/{one.path}" for one in items]
        for name in names:
            _check_name(name)
        if len(set(names)) < len(names) or not self.written.keys().isdisjoint(names):
            raise InputError("A file of the bundle is named twice.")
        with _storing(self.out):
            for folder in sorted({name.rpartition("/")[0] for name in names}):
                (self.folder / folder).mkdir(parents=True, exist_ok=True)

    def _write_all(
        self, items: Sequence[PayloadFile], prepared: Future[SideBySide | None] | None
    ) -> list[Written]:
        """Write files, and digest several small ones at once where that can be done."""
        together = prepared.result() if prepared is not None and prepared.done() else None
        if together is None:
            return [self._write(one) for one in items]
        done: list[Written] = []
        held: list[_Held] = []
        for item in items:
            done.append(self._write(item, held, len(done)))
            if len(held) == HELD:
                _digest_held(done, held, together)
        _digest_held(done, held, together)
        return done

    def _write(self, item: PayloadFile, held: list[_Held] | None = None, place: int = 0) -> Written:
        """Write a file; a small one is appended to ``held`` and not digested yet."""
        name = f"data/{item.path}"
        room = _own.rooms[0 if held is None else len(held)]
        first, second, size = hashlib.sha256(), hashlib.sha512(), 0
        last: Block = b""  # what was written and is not digested yet
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        handle = os.open(f"{self.folder}/{name}", flags, 0o644)
        try:
            for block in item.open(room):
                _write_block(handle, block)
                if len(block) >= LARGE:
                    _begin_to_store(handle)
                first.update(last)
                second.update(last)
                last = block
                if size or len(block) >= BLOCK:
                    first.update(block)
                    second.update(block)
                    last = b""
                size += len(block)
            if not SYNCS_ALL:
                os.fsync(handle)
        finally:
            os.close(handle)
        if held is not None and last:
            held.append(_Held(place, item, last))
            return Written(name, size, "", "")
        first.update(last)
        second.update(last)
        return Written(name, size, _checked(item, first.hexdigest()), second.hexdigest())


def _digest_held(done: list[Written], held: list[_Held], together: SideBySide) -> None:
    """Give the files that are held their digests."""
    digests = together([one.content for one in held])
    for one, (sha256, sha512) in zip(held, digests, strict=True):
        if one.item.sha256 and sha256 != one.item.sha256:
            sha256 = hashlib.sha256(one.content).hexdigest()
        written = done[one.place]
        done[one.place] = written._replace(sha256=_checked(one.item, sha256), sha512=sha512)
    held.clear()


def _checked(item: PayloadFile, sha256: str) -> str:
    """The digest of a file, if it is what its record says."""
    if item.sha256 and sha256 != item.sha256:
        raise InputError(
            f"The file for {item.path} is not what its record says: its SHA-256 is {sha256}.",
            hint="Check the evidence with `bayyina evidence check`; nothing was written.",
            code="digest-differs",
        )
    return sha256


def manifest_bytes(digests: Iterable[tuple[str, str]]) -> bytes:
    """A manifest: a line for each digest and path, in order of path."""
    lines = sorted(digests, key=lambda one: one[1])
    return "".join(f"{digest}  {path}\n" for digest, path in lines).encode("ascii")


def info_bytes(info: Sequence[tuple[str, str]], octets: int, count: int) -> bytes:
    """``bag-info.txt``: labels and values, then how many bytes and files the payload has."""
    lines = [*info, ("Payload-Oxum", f"{octets}.{count}")]
    return "".join(f"{label}: {' '.join(value.split())}\n" for label, value in lines).encode()


def _check_name(name: str) -> None:
    parts = name.split("/")
    if not SAFE_NAME.fullmatch(name) or any(part in ("", ".", "..") for part in parts):
        raise InputError(f"{name!r} is no name for a file of a bundle.")


def _write_whole(path: Path, data: bytes) -> None:
    with path.open("xb") as stream:
        stream.write(data)
        if not SYNCS_ALL:
            stream.flush()
            os.fsync(stream.fileno())


def _write_block(handle: int, block: Block) -> None:
    view = memoryview(block)
    while view:
        view = view[os.write(handle, view) :]


def _begin_to_store(handle: int) -> None:
    """Have the system begin to put on the disk what was written, while it is being digested."""
    if SYNCS_ALL:
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)


def _sync_folders(folder: Path) -> None:
    for name, _, _ in os.walk(folder):
        _sync_folder(Path(name))


def _sync_folder(folder: Path) -> None:
    """Put a folder's own entries on the disk, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _storing(out: Path) -> Iterator[None]:
    """Turns what the disk refuses into one sentence."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or "the disk refused"
        raise StorageError(
            f"The bundle {out} cannot be written: {reason}.",
            hint="Check the folder, its rights and its space; nothing was left behind.",
        ) from error
