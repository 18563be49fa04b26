"""Seals over the files that figures are counted on, so that edited ones are not counted.

A seal is an HMAC-SHA256 over the names and SHA-256 digests of files. Its key derives from
the case key, so whoever edits a file without that key cannot make a seal that fits.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from bayyina.figures.snapshot import POINTER, Pointer, Snapshot

SUFFIX: Final = ".seal"
"""End of the names of seals."""

FOLDER_SEAL: Final = "folder" + SUFFIX
"""Name of the seal over all files of a folder."""

_CONTEXT: Final = b"bayyina figures seal 1"
_MAX_SEEN: Final = 256

_seen: dict[tuple[object, ...], None] = {}
_digests: dict[tuple[object, ...], str] = {}


class Seal:
    """Makes and checks seals with one key."""

    def __init__(self, secret: bytes) -> None:
        """Derive the key from ``secret``, which stays what it is for."""
        self._key = hmac.digest(secret, _CONTEXT, "sha256")

    def put_snapshot(self, folder: Path, pointer: Pointer) -> None:
        """Seal a state of a snapshot, before its pointer is put in place."""
        label = pointer.to_json()
        text = self._over(label, folder, pointer.files)
        (folder / seal_name(pointer)).write_text(text, encoding="ascii")

    def holds_snapshot(self, snapshot: Snapshot) -> bool:
        """Whether the pointer and all files that it names are as they were sealed."""
        folder, pointer = snapshot.folder, snapshot.pointer
        return self._holds(folder / seal_name(pointer), pointer.to_json(), folder, pointer.files)

    def put_folder(self, folder: Path, label: str) -> None:
        """Seal all files of a folder."""
        text = self._over(label, folder, _names(folder))
        (folder / FOLDER_SEAL).write_text(text, encoding="ascii")

    def holds_folder(self, folder: Path, label: str) -> bool:
        """Whether a folder has exactly the files that were sealed."""
        return self._holds(folder / FOLDER_SEAL, label, folder, _names(folder))

    def _holds(self, seal: Path, label: str, folder: Path, names: Iterable[str]) -> bool:
        """Compare; files that this process has seen, and that did not change, are not read."""
        names = sorted(names)
        try:
            stated = seal.read_bytes()
            known = (self._key, stated, label, *(_state(folder / name) for name in names))
            if known in _seen:
                return True
            if not hmac.compare_digest(stated, self._over(label, folder, names).encode("ascii")):
                return False
        except OSError:
            return False
        if len(_seen) >= _MAX_SEEN:
            _seen.clear()
        _seen[known] = None
        return True

    def _over(self, label: str, folder: Path, names: Iterable[str]) -> str:
        content = [label, [[name, _digest(folder / name)] for name in sorted(names)]]
        return hmac.new(self._key, json.dumps(content).encode("ascii"), "sha256").hexdigest()


def seal_name(pointer: Pointer) -> str:
    """Name of the seal of a state: that of its pointer file with its digest."""
    digest = hashlib.sha256(pointer.to_json().encode("utf-8")).hexdigest()[:32]
    return f"{POINTER}-{digest}{SUFFIX}"


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != FOLDER_SEAL)


def _state(path: Path) -> tuple[object, ...]:
    stat = path.stat()
    return (path.as_posix(), stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)


def _digest(path: Path) -> str:
    """SHA-256 of a file; one that this process has read, and that did not change, is not read."""
    state = _state(path)
    known = _digests.get(state)
    if known is not None:
        return known
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if len(_digests) >= _MAX_SEEN:
        _digests.clear()
    if _state(path) == state:
        _digests[state] = found
    return found
