"""Writing a snapshot: adding what the log has gained, joining small files, removing old ones."""

from __future__ import annotations

import contextlib
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from bayyina.errors import BusyError, InputError, StorageError
from bayyina.figures.sealing import SUFFIX, Seal, seal_name
from bayyina.figures.snapshot import (
    ASSEMBLED,
    Pointer,
    Segment,
    Snapshot,
    read_pointer,
    swap_pointer,
)
from bayyina.figures.snapshot_tables import (
    BATCHES,
    CLOSURES,
    DETERMINATIONS,
    JUDGEMENTS,
    LINKS,
    RUNS,
    STATEMENTS,
    TABLES,
    conform,
)

SMALL_SEGMENT: Final = 500_000
"""Segments with fewer rows than this are joined with their neighbours."""

MANY_SMALL: Final = 12
"""So many small segments in a row are joined into one."""

GRACE_SECONDS: Final = 3600.0
"""A file that no pointer names is kept so long for readers that may still open it."""

_OWN: Final = ("*.parquet", "*.tmp", f"*{SUFFIX}")

_ROW_GROUP: Final = 250_000


class SnapshotWriter:
    """Keeps a snapshot folder in step with the custody log. One process writes at a time."""

    def __init__(
        self, folder: Path, *, lock_seconds: float = 30.0, seal: Seal | None = None
    ) -> None:
        """Open the folder for writing; it is made if it is not there.

        Args:
            folder: Where the snapshot lies.
            lock_seconds: How long to wait for another process that is writing.
            seal: Seals every state that is written; None: they are not sealed.

        Raises:
            StorageError: the folder cannot be made.
        """
        self.folder = folder
        """Where the snapshot lies."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(
                f"The folder {folder} cannot be made: {error.strerror or error}.",
                hint="Check the free space and the rights of the folder above it.",
            ) from error
        self._seal = seal
        self._lock = FileLock(folder / "writer.lock", timeout=lock_seconds)

    @property
    def custody_size(self) -> int:
        """Number of log entries that the snapshot covers: what to add begins there."""
        pointer = read_pointer(self.folder)
        return 0 if pointer is None else pointer.custody_size

    def write(
        self,
        *,
        since: int,
        custody_size: int,
        statements: Iterable[pa.RecordBatch],
        closures: Iterable[pa.RecordBatch],
        batches: Iterable[pa.RecordBatch],
        judgements: Iterable[pa.RecordBatch],
        determinations: Iterable[pa.RecordBatch] = (),
        links: Iterable[pa.RecordBatch] = (),
        runs: Iterable[pa.RecordBatch] = (),
        emptied: pa.RecordBatch | None = None,
    ) -> Snapshot:
        """Add what the log gained from entry ``since`` up to ``custody_size``.

        Args:
            since: First entry of the new rows: ``self.custody_size``, or 0 to build all anew
                (after an erasure, whose old files are then removed at once).
            custody_size: Number of log entries that the snapshot covers afterwards.
            statements: New statements (``snapshot_tables.STATEMENTS``).
            closures: New closures (``CLOSURES``).
            batches: All sequenced batches (``BATCHES``), undone ones included.
            judgements: All judgements and links (``JUDGEMENTS``).
            determinations: All determinations (``DETERMINATIONS``).
            links: New links of runs of the linkage (``LINKS``).
            runs: All runs of the linkage (``RUNS``).
            emptied: Statements of before as they are since they were emptied. Files that hold
                them otherwise are written again, and the older ones removed at once.

        Raises:
            BusyError: another process is writing the snapshot.
            InputError: ``since`` does not follow what the snapshot covers.
            StorageError: the disk refused; the snapshot is as it was.
        """
        small = {
            "batches": (BATCHES, batches),
            "judgements": (JUDGEMENTS, judgements),
            "determinations": (DETERMINATIONS, determinations),
            "runs": (RUNS, runs),
        }
        grown = {
            "statements": (STATEMENTS, statements),
            "closures": (CLOSURES, closures),
            "links": (LINKS, links),
        }
        try:
            with self._lock:
                return self._write(since, custody_size, grown, small, emptied)
        except Timeout as error:
            raise _is_written() from error
        except OSError as error:
            raise StorageError(
                f"The snapshot could not be written: {error.strerror or error}.",
                hint="Free space on the disk and try again; nothing was changed.",
            ) from error

    def collect(self, *, grace_seconds: float = GRACE_SECONDS) -> int:
        """Remove files that no pointer names and that are older than the grace time.

        Returns:
            The number of files removed. Files that a reader holds open (Windows) stay.
        """
        pointer = read_pointer(self.folder)
        kept = frozenset[str]() if pointer is None else pointer.files
        if pointer is not None:
            kept |= {seal_name(pointer)}
        limit = time.time() - grace_seconds
        removed = 0
        for path in [file for end in _OWN for file in self.folder.glob(end)]:
            with contextlib.suppress(OSError):
                if path.name not in kept and path.stat().st_mtime <= limit:
                    path.unlink()
                    removed += 1
        return removed

    def forget_older(self) -> None:
        """Remove every file that does not belong to the state that stands, and what was made of it.

        Raises:
            BusyError: another process is writing the snapshot.
        """
        try:
            with self._lock:
                shutil.rmtree(self.folder / ASSEMBLED, ignore_errors=True)
                self.collect(grace_seconds=0.0)
        except Timeout as error:
            raise _is_written() from error

    def remains(self) -> list[Path]:
        """Files and folders that the pointer does not name: of older states, or in the making."""
        pointer = read_pointer(self.folder)
        kept = frozenset[str]() if pointer is None else pointer.files
        found = [*self.folder.glob("*.parquet"), *self.folder.glob("*.tmp")]
        old = [path for path in found if path.name not in kept]
        return [*old, *self.folder.glob(f"{ASSEMBLED}/*")]

    def _write(
        self,
        since: int,
        custody_size: int,
        grown: Mapping[str, tuple[pa.Schema, Iterable[pa.RecordBatch]]],
        small: Mapping[str, tuple[pa.Schema, Iterable[pa.RecordBatch]]],
        emptied: pa.RecordBatch | None,
    ) -> Snapshot:
        standing = read_pointer(self.folder)
        covered = 0 if standing is None else standing.custody_size
        if since not in (0, covered) or custody_size < since:
            raise InputError(
                f"The snapshot covers {covered} log entries; rows from entry {since} "
                f"up to {custody_size} do not follow.",
                hint="Feed rows from the snapshot's own size on, or everything from 0.",
            )
        anew = since == 0
        before: dict[str, tuple[Segment, ...]] = dict.fromkeys(grown, ())
        if standing is not None and not anew:
            before = {name: getattr(standing, name) for name in grown}
            if emptied is not None and emptied.num_rows:
                kept, before["statements"] = (
                    before["statements"],
                    self._emptied(before["statements"], emptied),
                )
                anew = kept != before["statements"]
        segments = {
            name: self._grown(name, schema, before[name], rows, custody_size)
            for name, (schema, rows) in grown.items()
        }
        pointer = Pointer(
            custody_size=custody_size,
            statements=segments["statements"],
            closures=segments["closures"],
            links=segments["links"],
            tables=TABLES,
            **{name: self._file(name, schema, rows)[0] for name, (schema, rows) in small.items()},
        )
        if self._seal is not None:
            self._seal.put_snapshot(self.folder, pointer)
        swap_pointer(self.folder, pointer)
        if anew:
            shutil.rmtree(self.folder / ASSEMBLED, ignore_errors=True)
        self.collect(grace_seconds=0.0 if anew else GRACE_SECONDS)
        return Snapshot(self.folder, pointer)

    def _emptied(self, segments: Sequence[Segment], emptied: pa.RecordBatch) -> tuple[Segment, ...]:
        """The segments of statements, those written again that hold one of the emptied ones."""
        written = []
        for part in segments:
            with pq.ParquetFile(self.folder / part.file) as file:
                held = file.read(columns=["number"]).column("number")
                if not pc.any(pc.is_in(held, value_set=emptied["number"])).as_py():
                    written.append(part)
                    continue
            rows = (_replaced(batch, emptied) for batch in self._rows_of([part]))
            name, count = self._file(f"statements-{part.first}-{part.end}", STATEMENTS, rows)
            written.append(Segment(name, part.first, part.end, count))
        return tuple(written)

    def _grown(
        self,
        name: str,
        schema: pa.Schema,
        before: Sequence[Segment],
        fresh: Iterable[pa.RecordBatch],
        end: int,
    ) -> tuple[Segment, ...]:
        """The segments with one more for the fresh rows, small neighbours joined."""
        first = before[-1].end if before else 0
        file, rows = self._file(f"{name}-{first}-{end}", schema, fresh)
        if rows == 0:
            (self.folder / file).unlink()
            return tuple(before)
        segments = [*before, Segment(file, first, end, rows)]
        small = _trailing_small(segments)
        if len(small) < MANY_SMALL:
            return tuple(segments)
        joined = self._joined(name, schema, small)
        return (*segments[: -len(small)], joined)

    def _joined(self, name: str, schema: pa.Schema, parts: Sequence[Segment]) -> Segment:
        """One segment with the rows of several neighbours, in the same order."""
        first, end = parts[0].first, parts[-1].end
        file, rows = self._file(f"{name}-{first}-{end}", schema, self._rows_of(parts))
        return Segment(file, first, end, rows)

    def _rows_of(self, parts: Sequence[Segment]) -> Iterator[pa.RecordBatch]:
        for part in parts:
            with pq.ParquetFile(self.folder / part.file) as file:
                yield from file.iter_batches(batch_size=_ROW_GROUP)

    def _file(
        self, stem: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch]
    ) -> tuple[str, int]:
        """Write a Parquet file that nobody sees yet; its name and number of rows."""
        name = f"{stem}-{secrets.token_hex(8)}.parquet"
        rows = 0
        with pq.ParquetWriter(self.folder / name, schema, compression="zstd") as writer:
            for batch in _grouped(batches, schema):
                writer.write_batch(batch, row_group_size=_ROW_GROUP)
                rows += batch.num_rows
        return name, rows


def _is_written() -> BusyError:
    return BusyError("Another process is writing the snapshot.", hint="Wait until it has ended.")


def _replaced(batch: pa.RecordBatch, fresh: pa.RecordBatch) -> pa.RecordBatch:
    """Rows with those of ``fresh`` in the place of the rows with the same numbers."""
    place = pc.index_in(batch["number"], value_set=fresh["number"])
    stays = pc.is_null(place)
    columns = [
        pc.if_else(stays, batch[name], fresh[name].take(place)) for name in batch.schema.names
    ]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _grouped(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """The same rows in batches of about one row group, so that files compress well."""
    waiting: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        waiting.append(conform(batch, schema))
        rows += batch.num_rows
        if rows >= _ROW_GROUP:
            yield _one(waiting, schema)
            waiting, rows = [], 0
    if waiting:
        yield _one(waiting, schema)


def _one(batches: Sequence[pa.RecordBatch], schema: pa.Schema) -> pa.RecordBatch:
    table = pa.Table.from_batches(batches, schema=schema).combine_chunks()
    parts = table.to_batches()
    return parts[0] if parts else pa.RecordBatch.from_pylist([], schema=schema)


def _trailing_small(segments: Sequence[Segment]) -> list[Segment]:
    """The run of small segments at the end."""
    small: list[Segment] = []
    for part in reversed(segments):
        if part.rows >= SMALL_SEGMENT:
            break
        small.insert(0, part)
    return small
