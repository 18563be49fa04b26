"""Digests of files, each read once, several at a time."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

ALGORITHMS: Final[Mapping[str, str]] = {
    "md5": "md5",
    "sha1": "sha1",
    "sha224": "sha224",
    "sha256": "sha256",
    "sha384": "sha384",
    "sha512": "sha512",
    "sha3224": "sha3_224",
    "sha3256": "sha3_256",
    "sha3384": "sha3_384",
    "sha3512": "sha3_512",
    "blake2b": "blake2b",
    "blake2s": "blake2s",
}
"""Algorithms by the name in a manifest's file name (RFC 8493, section 2.4)."""

BLOCK: Final = 1 << 20
"""Bytes that are read at a time."""

THREADS: Final = max(2, min(os.cpu_count() or 2, 8))
"""Files that are read side by side; hashing leaves the interpreter's lock."""

AT_A_TIME: Final = 64
"""Files handed to a thread together."""


SWITCH: Final = 0.0005
"""Seconds after which a thread that waits for the interpreter gets it, while files are digested."""


class FileDigests(NamedTuple):
    """The digests of one file."""

    path: str
    """Path relative to the folder."""

    size: int
    """Bytes that were read."""

    digests: Mapping[str, str]
    """Digests in hex by algorithm; empty where the file could not be read."""

    fault: str
    """Why it could not be read; empty if it could."""


def digest_files(
    folder: Path,
    wanted: Iterable[tuple[str, tuple[str, ...]]],
    progress: Callable[[int], None] | None = None,
    meanwhile: Callable[[], None] | None = None,
) -> Iterator[FileDigests]:
    """The digests of files below a folder, in order.

    Args:
        folder: Where the paths start.
        wanted: Pairs of a path and the algorithms to use for it.
        progress: Told how many files are done.
        meanwhile: What is to be done while other threads read.
    """
    items = list(wanted)
    parts = [items[start : start + AT_A_TIME] for start in range(0, len(items), AT_A_TIME)]
    done = 0
    root = str(folder)
    with ThreadPoolExecutor(THREADS) as pool:
        digested = pool.map(lambda part: [_digest(root, *one) for one in part], parts)
        if meanwhile is not None:
            with often_switching():
                meanwhile()
        for results in digested:
            yield from results
            done += len(results)
            if progress is not None:
                progress(done)


@contextmanager
def often_switching(seconds: float = SWITCH) -> Iterator[None]:
    """Threads that only ask for the next file get the interpreter within so many seconds."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(seconds)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _digest(folder: str, path: str, algorithms: tuple[str, ...]) -> FileDigests:
    hashes = {name: hashlib.new(ALGORITHMS[name], usedforsecurity=False) for name in algorithms}
    size = 0
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    try:
        handle = os.open(f"{folder}/{path}", flags | getattr(os, "O_NONBLOCK", 0))
        try:
            while block := os.read(handle, BLOCK):
                size += len(block)
                for one in hashes.values():
                    one.update(block)
        finally:
            os.close(handle)
    except (OSError, ValueError) as error:
        return FileDigests(path, size, {}, getattr(error, "strerror", None) or "unreadable name")
    return FileDigests(path, size, {name: one.hexdigest() for name, one in hashes.items()}, "")
