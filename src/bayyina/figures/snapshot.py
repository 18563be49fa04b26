"""The columnar snapshot of a workspace's statements: immutable Parquet files and a pointer.

A snapshot is a folder. Statements and closures stand in segments, one or more files for
each range of custody-log entries, written once and never changed; the small tables of
batches, judgements and determinations are written anew each time. ``pointer.json`` names the files that
belong together and is replaced in one step, so a reader sees one state and holds no lock.
Files that no pointer names any more are removed later, when nobody can still be opening
them. Figures read nothing but this folder.
"""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from bayyina.errors import StorageError, WorkspaceError

POINTER: Final = "pointer.json"
"""Name of the file that says which files belong together."""

ASSEMBLED: Final = "assembled"
"""Folder within the snapshot's for tables that are made from it and kept for speed."""

FORMAT: Final = 1
"""Version of the folder's layout."""

_SWAP_TRIES: Final = 50
_SWAP_WAIT: Final = 0.02


@dataclass(frozen=True, slots=True)
class Segment:
    """Rows of one table that came with a range of log entries."""

    file: str
    """Name of the Parquet file."""

    first: int
    """First log entry of the range."""

    end: int
    """One more than its last log entry."""

    rows: int
    """Number of rows."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """Which files make up the snapshot."""

    custody_size: int
    """Number of log entries that the snapshot covers."""

    statements: tuple[Segment, ...]
    """Segments of statements in order of their ranges."""

    closures: tuple[Segment, ...]
    """Segments of closures in order of their ranges."""

    batches: str
    """File of all batches."""

    judgements: str
    """File of all judgements and links."""

    determinations: str = ""
    """File of all determinations; empty in a snapshot that an older version wrote."""

    links: tuple[Segment, ...] = ()
    """Segments of links in order of their ranges."""

    runs: str = ""
    """File of all runs of the linkage; empty in a snapshot that an older version wrote."""

    tables: int = 0
    """Version of the tables' columns (``snapshot_tables.TABLES``); 0 where an older version wrote
    them."""

    @property
    def files(self) -> frozenset[str]:
        """Names of all files."""
        segments = (*self.statements, *self.closures, *self.links)
        small = {self.batches, self.judgements, self.determinations, self.runs} - {""}
        return frozenset({*small, *(part.file for part in segments)})

    def to_json(self) -> str:
        """The text of the pointer file; without what older versions did not know, if it is empty."""
        return _written(self)

    @classmethod
    def from_json(cls, text: str) -> Pointer:
        """The pointer that the text states.

        Raises:
            WorkspaceError: it is damaged or was written by a newer version.
        """
        try:
            content = json.loads(text)
            if content["format"] != FORMAT:
                raise WorkspaceError(
                    f"The snapshot has the format {content['format']}; "
                    f"this version reads format {FORMAT}.",
                    hint="Use the version of Bayyina that wrote it, or build the snapshot anew.",
                )
            return cls(
                custody_size=int(content["custody_size"]),
                statements=tuple(Segment(**part) for part in content["statements"]),
                closures=tuple(Segment(**part) for part in content["closures"]),
                batches=str(content["batches"]),
                judgements=str(content["judgements"]),
                determinations=str(content.get("determinations", "")),
                links=tuple(Segment(**part) for part in content.get("links", ())),
                runs=str(content.get("runs", "")),
                tables=int(content.get("tables", 0)),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise WorkspaceError(
                "The pointer file of the snapshot is damaged.",
                hint="Build the snapshot anew; nothing is lost.",
            ) from error


@lru_cache(maxsize=16)
def _written(pointer: Pointer) -> str:
    """The text of a pointer; a server asks for that of the same one with every question."""
    content = {"format": FORMAT, **asdict(pointer)}
    for name in ("links", "runs", "tables"):
        if not content[name]:
            del content[name]
    return json.dumps(content, indent=1, sort_keys=True)


@lru_cache(maxsize=16)
def _read(text: str) -> Pointer:
    """The pointer of a text, read once."""
    return Pointer.from_json(text)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One state of the snapshot, for reading."""

    folder: Path
    """Where the files lie."""

    pointer: Pointer
    """Which files belong to this state."""

    @classmethod
    def open(cls, folder: Path) -> Snapshot:
        """The state that the pointer names now.

        Raises:
            WorkspaceError: there is no snapshot in the folder, or it is damaged.
        """
        pointer = read_pointer(folder)
        if pointer is None:
            raise WorkspaceError(
                f"There is no snapshot in the folder {folder.name}.",
                hint="Build it first; importing a list does.",
            )
        return cls(folder, pointer)

    def paths(self, segments: Iterable[Segment]) -> list[str]:
        """Full paths of segments, with forward slashes."""
        return [(self.folder / part.file).as_posix() for part in segments]

    def is_complete(self) -> bool:
        """Whether all files are there; false when a newer state has replaced this one."""
        return all((self.folder / name).is_file() for name in self.pointer.files)


def read_pointer(folder: Path) -> Pointer | None:
    """The pointer of a snapshot folder, or None when there is none yet."""
    path = folder / POINTER
    for attempt in range(_SWAP_TRIES):
        try:
            return _read(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except PermissionError:  # Windows, in the moment of the swap
            if attempt == _SWAP_TRIES - 1:
                raise
            time.sleep(_SWAP_WAIT)
    return None


def swap_pointer(folder: Path, pointer: Pointer) -> None:
    """Replace the pointer file in one step.

    Raises:
        StorageError: the disk refused, or a reader held the file for long (Windows).
    """
    fresh = folder / f"pointer-{secrets.token_hex(8)}.tmp"
    try:
        with fresh.open("w", encoding="utf-8", newline="\n") as file:
            file.write(pointer.to_json())
            file.flush()
            os.fsync(file.fileno())
        _replace(fresh, folder / POINTER)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise StorageError(
            f"The snapshot's pointer could not be written: {error.strerror}.",
            hint="Free space on the disk and try again; the snapshot before it still stands.",
        ) from error


def _replace(fresh: Path, target: Path) -> None:
    """``os.replace``, tried again while a reader on Windows has the target open."""
    for attempt in range(_SWAP_TRIES):
        try:
            fresh.replace(target)
        except PermissionError:
            if attempt == _SWAP_TRIES - 1:
                raise
            time.sleep(_SWAP_WAIT)
        else:
            return
