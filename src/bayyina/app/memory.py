"""A store in memory: for tests, and for work on plain files that needs no database."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from typing import Any, TypeVar

from bayyina.app.rows import (
    KINDS,
    AppendedEntry,
    BatchRow,
    CheckpointRow,
    EntryRow,
    JobRow,
    ListRow,
    LoggedRow,
    RecordRow,
    TileRow,
    batch_of,
)
from bayyina.errors import BusyError, StorageError

R = TypeVar("R", bound=LoggedRow)


def _number(row: LoggedRow) -> int:
    return row.number


class MemoryStore:
    """Rows, log and jobs of one workspace in memory (see ``app.ports.Store``)."""

    def __init__(self) -> None:
        """Start empty."""
        self._rows: dict[type[Any], list[Any]] = {kind: [] for kind in KINDS.values()}
        self._terms: dict[tuple[str, str], int] = {}
        self._batches: dict[int, BatchRow] = {}
        self._entries: list[EntryRow] = []
        self._tiles: dict[tuple[int, str, int, int], bytes] = {}
        self._checkpoints: dict[int, str] = {}
        self._jobs: dict[int, JobRow] = {}
        self._last_batch = 0
        self._importing = False
        self._depth = 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A write transaction: all of it is stored, or nothing."""
        before = self._saved()
        self._depth += 1
        try:
            yield
        except BaseException:
            self.__dict__.update(before)
            raise
        finally:
            self._depth -= 1

    def _saved(self) -> dict[str, Any]:
        saved = {
            name: copy(value)
            for name, value in self.__dict__.items()
            if name not in {"_depth", "_importing", "_last_batch"}
        }
        saved["_rows"] = {kind: list(rows) for kind, rows in self._rows.items()}
        return saved

    @contextmanager
    def read(self) -> Iterator[None]:
        """A read transaction."""
        yield

    @contextmanager
    def import_lock(self) -> Iterator[None]:
        """Held by the one that may have an open batch."""
        if self._importing:
            raise BusyError(
                "Another import is running in this workspace.",
                hint="Wait until it has ended, then run this one again; nothing was changed.",
            )
        self._importing = True
        try:
            yield
        finally:
            self._importing = False

    def add(self, kind: type[LoggedRow], rows: Sequence[tuple[Any, ...]]) -> None:
        """Store rows of one kind."""
        stored = self._rows[kind]
        for columns in rows:
            row: Any = kind._make(columns)
            place = bisect_left(stored, row.number, key=_number)
            if place < len(stored) and stored[place].number == row.number:
                raise StorageError(f"A {kind.__name__} with the number {row.number} exists.")
            insort(stored, row, key=_number)

    def scan(self, kind: type[R], *, first: int = 0, last: int | None = None) -> Iterator[R]:
        """Rows in order of number."""
        for row in list(self._rows[kind]):
            if row.number >= first and (last is None or row.number <= last):
                yield row

    def columns(
        self,
        kind: type[LoggedRow],
        names: Sequence[str],
        *,
        first: int = 0,
        last: int | None = None,
    ) -> Iterator[tuple[Any, ...]]:
        """Some columns of what ``scan`` gives, in this order."""
        unknown = [name for name in names if name not in kind._fields]
        if unknown:
            raise KeyError(unknown[0])
        for row in self.scan(kind, first=first, last=last):
            yield tuple(getattr(row, name) for name in names)

    def find(self, kind: type[R], column: str, values: Iterable[int | str]) -> list[R]:
        """Rows whose ``column`` has one of ``values``, in order of number."""
        if column not in kind._fields:
            raise KeyError(column)
        wanted = set(values)
        return [row for row in self._rows[kind] if getattr(row, column) in wanted]

    def batches_with(self, kind: type[LoggedRow]) -> list[int]:
        """Numbers of the batches that have rows of a kind, in order."""
        return sorted({batch_of(row.number) for row in self._rows[kind]})

    def terms(self) -> dict[tuple[str, str], int]:
        """Numbers of the pairs (record type, property)."""
        return dict(self._terms)

    def add_terms(self, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
        """Give numbers to new pairs; the answer holds all pairs."""
        for pair in pairs:
            self._terms.setdefault(pair, len(self._terms) + 1)
        return dict(self._terms)

    def list_rows(self, source: int) -> Iterator[ListRow]:
        """Rows of one list in sequenced batches, in order of number."""
        for row in self.scan(ListRow):
            batch = self._batches.get(batch_of(row.number))
            if row.source == source and batch is not None and batch.entry is not None:
                yield row

    def blank(
        self, kind: type[LoggedRow], numbers: Sequence[int], content: Mapping[str, str | None]
    ) -> None:
        """Put ``content`` in place of what rows hold, for an erasure."""
        unknown = [name for name in content if name not in kind._fields]
        if unknown:
            raise KeyError(unknown[0])
        wanted = set(numbers)
        self._rows[kind] = [
            row._replace(**content) if row.number in wanted else row for row in self._rows[kind]
        ]

    def rewrap(self, kind: type[RecordRow | BatchRow], keys: Sequence[tuple[int, bytes]]) -> None:
        """Put other wrapped keys in place of those of records or batches, given by number."""
        fresh = dict(keys)
        if kind is BatchRow:
            for number, key in fresh.items():
                self._batches[number] = self._batches[number]._replace(wrapped_key=key)
            return
        self._rows[RecordRow] = [
            row._replace(wrapped_key=fresh.get(row.number, row.wrapped_key))
            for row in self._rows[RecordRow]
        ]

    def scrub(self, *, whole: bool = True) -> None:
        """Nothing is left behind: Python frees the memory."""

    def open_batch(self, row: BatchRow) -> BatchRow:
        """Store an open batch; the answer carries the number it was given."""
        self._last_batch += 1
        made = row._replace(batch=self._last_batch)
        self._batches[made.batch] = made
        return made

    def batches(self) -> list[BatchRow]:
        """All batches in order of number, open ones included."""
        return [self._batches[number] for number in sorted(self._batches)]

    def sequence_batch(self, batch: int, *, entry: int, entry_time: str) -> None:
        """Mark an open batch as standing in the log."""
        row = self._batches.get(batch)
        if row is not None and row.entry is None:
            self._batches[batch] = row._replace(entry=entry, entry_time=entry_time)

    def discard_batch(self, batch: int) -> None:
        """Remove an open batch and all its rows and tiles."""
        row = self._batches.get(batch)
        if row is None or row.entry is not None:
            return
        for kind, rows in self._rows.items():
            self._rows[kind] = [item for item in rows if batch_of(item.number) != batch]
        self._tiles = {place: data for place, data in self._tiles.items() if place[0] != batch}
        del self._batches[batch]

    def log_size(self) -> int:
        """Number of entries in the log."""
        return len(self._entries)

    def latest_entry_time(self) -> str | None:
        """The latest time that any entry states."""
        return max(
            (row.entry_time for row in self._batches.values() if row.entry_time), default=None
        )

    def append_entry(self, row: EntryRow) -> None:
        """Store the next entry."""
        if row.position != len(self._entries):
            raise StorageError(f"Entry {row.position} is not the next one of the log.")
        self._entries.append(row)

    def last_entry(self) -> EntryRow | None:
        """The entry that was appended last."""
        return self._entries[-1] if self._entries else None

    def append_to_log(
        self,
        appended: Sequence[AppendedEntry],
        tiles: Sequence[TileRow],
        checkpoint: CheckpointRow,
    ) -> None:
        """Store the next entries, mark their batches, and what they lead to."""
        for one in appended:
            self.append_entry(one.row)
            self.sequence_batch(one.batch, entry=one.row.position, entry_time=one.time)
        self.put_tiles(tiles)
        self.add_checkpoint(checkpoint)

    def entries(self, *, first: int = 0) -> Iterator[EntryRow]:
        """Entries from ``first`` on, in order."""
        return iter(self._entries[first:])

    def put_tiles(self, rows: Sequence[TileRow]) -> None:
        """Store tiles; a tile at the right edge replaces its shorter self."""
        for row in rows:
            self._tiles[row.tree, row.kind, row.level, row.position] = row.data

    def tile(self, tree: int, kind: str, level: int, position: int) -> bytes | None:
        """The hashes of one tile, 32 bytes each."""
        return self._tiles.get((tree, kind, level, position))

    def tiles(self, tree: int, kind: str, level: int) -> Iterator[TileRow]:
        """All tiles of one level in order."""
        for place in sorted(self._tiles):
            if place[:3] == (tree, kind, level):
                yield TileRow(*place, self._tiles[place])

    def add_checkpoint(self, row: CheckpointRow) -> None:
        """Keep a signed checkpoint."""
        self._checkpoints[row.size] = row.note

    def checkpoints(self) -> list[CheckpointRow]:
        """All checkpoints kept, in order of size."""
        return [CheckpointRow(size, self._checkpoints[size]) for size in sorted(self._checkpoints)]

    def add_job(self, row: JobRow) -> JobRow:
        """Store a job; the answer carries the number it was given."""
        made = row._replace(job=len(self._jobs) + 1)
        self._jobs[made.job] = made
        return made

    def jobs(self) -> list[JobRow]:
        """All jobs in order of number."""
        return [self._jobs[number] for number in sorted(self._jobs)]

    def change_job(self, row: JobRow, *, expected_state: str) -> bool:
        """Store the job's new content if its state is still ``expected_state``."""
        held = self._jobs.get(row.job)
        if held is None or held.state != expected_state:
            return False
        self._jobs[row.job] = row
        return True

    def show_damage(self, *, on: bool) -> None:
        """Nothing to do: texts in memory are texts."""

    def reopener(self) -> None:
        """Nobody else can open it."""
        return

    def close(self) -> None:
        """Nothing to let go of."""
