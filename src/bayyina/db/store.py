"""The store on Django's connections: SQLite and PostgreSQL behave alike here."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from filelock import FileLock, Timeout

from bayyina.app.ports import Store
from bayyina.app.rows import (
    BATCH_SHIFT,
    KIND_OF,
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
    row_number,
)
from bayyina.db.connecting import connect, disconnect, settings_of
from bayyina.db.log_appends import append_to_log, last_entry
from bayyina.db.log_tiles import PUT, as_bytes, get_growing, is_growing, put_growing
from bayyina.db.scrubbing import scrub_postgres, scrub_sqlite
from bayyina.db.sql_statements import SqlStatements, column_names, translated
from bayyina.errors import BusyError, StorageError

R = TypeVar("R", bound=LoggedRow)

TABLES: dict[str, str] = {kind: kind for kind in KINDS} | {"case": "case_file"}
"""Table of each kind of logged row."""

FIND = 5_000
"""Values asked for at a time."""

LOWEST, HIGHEST = -(2**63), 2**63 - 1
"""The least and the greatest number that a column of numbers can hold."""

NO_BATCH = -1
"""Batch of rows whose number is no number."""

WRITER_KEY = 0x62617978
"""Key of the PostgreSQL advisory lock that a write transaction holds."""

ADVISORY_KEY = 0x62617979
"""Key of the PostgreSQL advisory lock that stands for the import lock."""


class _Depth(threading.local):
    """How many read transactions of this thread are inside one another."""

    depth = 0


class DjangoStore:
    """Rows, log and jobs of one workspace in SQLite or PostgreSQL (see ``app.ports.Store``)."""

    def __init__(self, alias: str, folder: Path) -> None:
        """Use the connection ``alias``; lock files live in ``folder``/locks."""
        self.alias = alias
        """The connection that it uses."""
        self._sql = SqlStatements(alias)
        self._folder = folder
        self._reading = _Depth()

    @property
    def _connection(self) -> BaseDatabaseWrapper:
        return self._sql.connection

    # transactions and locks

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A write transaction: all of it is stored, or nothing."""
        connection = self._connection
        outermost = not connection.in_atomic_block
        with translated(), transaction.atomic(using=self.alias):
            if outermost and self._sql.is_postgres:
                # One writer at a time, as SQLite has it by nature: the log has one order.
                self._sql.execute("SELECT pg_advisory_xact_lock(%s)", [WRITER_KEY])
            yield

    @contextmanager
    def read(self) -> Iterator[None]:
        """A read transaction: everything inside sees one state."""
        connection = self._connection
        if connection.in_atomic_block or self._reading.depth:
            yield
            return
        start = (
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if self._sql.is_postgres else "BEGIN"
        )
        with translated():
            self._sql.execute(start)
            self._reading.depth += 1
            try:
                yield
            finally:
                self._reading.depth -= 1
                self._sql.execute("COMMIT")

    @contextmanager
    def import_lock(self) -> Iterator[None]:
        """Held by the one process that may have an open batch."""
        if self._sql.is_postgres:
            with self._advisory_lock():
                yield
            return
        locks = self._folder / "locks"
        lock = FileLock(locks / "import.lock", timeout=0)
        try:
            locks.mkdir(exist_ok=True)
            lock.acquire()
        except Timeout as error:
            raise _busy() from error
        except OSError as error:
            raise StorageError(
                f"The lock file {locks / 'import.lock'} cannot be used: {error.strerror or error}.",
                hint="Check the free space and the rights of the folder; nothing was changed.",
            ) from error
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def _advisory_lock(self) -> Iterator[None]:
        if not self._sql.rows("SELECT pg_try_advisory_lock(%s)", [ADVISORY_KEY])[0][0]:
            raise _busy()
        try:
            yield
        finally:
            self._sql.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_KEY])

    # rows

    def add(self, kind: type[LoggedRow], rows: Sequence[tuple[Any, ...]]) -> None:
        """Store rows of one kind."""
        self._sql.insert(TABLES[KIND_OF[kind]], kind._fields, rows)

    def scan(self, kind: type[R], *, first: int = 0, last: int | None = None) -> Iterator[R]:
        """Rows in order of number, as a stream."""
        make: Callable[[Iterable[Any]], R] = kind._make  # type: ignore[assignment]
        return map(make, self.columns(kind, kind._fields, first=first, last=last))

    def columns(
        self,
        kind: type[R],
        names: Sequence[str],
        *,
        first: int = 0,
        last: int | None = None,
    ) -> Iterator[tuple[Any, ...]]:
        """Some columns of what ``scan`` gives, in this order."""
        unknown = [name for name in names if name not in kind._fields]
        if unknown:
            raise KeyError(unknown[0])
        sql = f"SELECT {column_names(names)} FROM {TABLES[KIND_OF[kind]]} WHERE number >= %s"  # noqa: S608
        arguments: list[int] = [first]
        if last is not None:
            sql += " AND number <= %s"
            arguments.append(last)
        return self._sql.stream(sql + " ORDER BY number", arguments)

    def find(self, kind: type[R], column: str, values: Iterable[int | str]) -> list[R]:
        """Rows whose ``column`` has one of ``values``, in order of number."""
        if column not in kind._fields:
            raise KeyError(column)
        make: Callable[[Iterable[Any]], R] = kind._make  # type: ignore[assignment]
        found: list[R] = []
        remaining = iter(values)
        while some := list(islice(remaining, FIND)):
            marks = ",".join(["%s"] * len(some))
            sql = (
                f"SELECT {column_names(kind._fields)} FROM {TABLES[KIND_OF[kind]]} "  # noqa: S608
                f'WHERE "{column}" IN ({marks})'
            )
            found.extend(map(make, self._sql.rows(sql, some)))
        found.sort(key=lambda row: row.number)
        return found

    def batches_with(self, kind: type[LoggedRow]) -> list[int]:
        """Numbers of the batches that have rows of a kind, in order, open ones included."""
        sql = f"SELECT min(number) FROM {TABLES[KIND_OF[kind]]} WHERE number >= %s"  # noqa: S608
        found: list[int] = []
        start = LOWEST
        while start <= HIGHEST and (number := self._sql.rows(sql, [start])[0][0]) is not None:
            if not isinstance(number, int | float):  # SQLite keeps texts in columns of numbers
                found.append(NO_BATCH)
                break
            found.append(batch_of(int(number)))
            start = row_number(found[-1] + 1, 0)
        return sorted(set(found))

    def terms(self) -> dict[tuple[str, str], int]:
        """Numbers of the pairs (record type, property)."""
        rows = self._sql.rows("SELECT id, record_type, property FROM term")
        return {(record_type, name): number for number, record_type, name in rows}

    def add_terms(self, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
        """Give numbers to new pairs; the answer holds all pairs."""
        with self.transaction():
            known = self.terms()
            new = [pair for pair in dict.fromkeys(pairs) if pair not in known]
            start = max(known.values(), default=0) + 1
            rows = [(start + step, *pair) for step, pair in enumerate(new)]
            self._sql.insert("term", ("id", "record_type", "property"), rows)
        return known | {(record_type, name): number for number, record_type, name in rows}

    def list_rows(self, source: int) -> Iterator[ListRow]:
        """Rows of one list in sequenced batches, in order of number."""
        sql = (
            f"SELECT {column_names(ListRow._fields)} FROM list_row WHERE source = %s "  # noqa: S608
            f"AND (number >> {BATCH_SHIFT}) IN (SELECT batch FROM batch WHERE entry IS NOT NULL) "
            "ORDER BY number"
        )
        return (ListRow._make(row) for row in self._sql.stream(sql, [source]))

    def blank(
        self, kind: type[LoggedRow], numbers: Sequence[int], content: Mapping[str, str | None]
    ) -> None:
        """Put ``content`` in place of what rows hold, for an erasure."""
        unknown = [name for name in content if name not in kind._fields]
        if unknown:
            raise KeyError(unknown[0])
        changes = ",".join(f'"{name}" = %s' for name in content)
        sql = f"UPDATE {TABLES[KIND_OF[kind]]} SET {changes} WHERE number = %s"  # noqa: S608
        with translated(), self._connection.cursor() as cursor:
            cursor.executemany(sql, [(*content.values(), number) for number in numbers])

    def rewrap(self, kind: type[RecordRow | BatchRow], keys: Sequence[tuple[int, bytes]]) -> None:
        """Put other wrapped keys in place of those of records or batches, given by number."""
        table, number = ("batch", "batch") if kind is BatchRow else ("record", "number")
        self._sql.set_bytes(table, number, "wrapped_key", keys)

    def scrub(self, *, whole: bool = True) -> None:
        """Remove what changed and deleted rows have left behind in the database's files."""
        with translated():
            if self._sql.is_postgres:
                scrub_postgres(self._connection)
            else:
                scrub_sqlite(self._connection, self._folder, whole=whole)

    # batches and log

    def open_batch(self, row: BatchRow) -> BatchRow:
        """Store an open batch; the answer carries the number it was given."""
        return row._replace(batch=self._sql.insert_one("batch", BatchRow._fields, row))

    def batches(self) -> list[BatchRow]:
        """All batches in order of number, open ones included."""
        sql = f"SELECT {column_names(BatchRow._fields)} FROM batch ORDER BY batch"  # noqa: S608
        return [_batch(row) for row in self._sql.rows(sql)]

    def sequence_batch(self, batch: int, *, entry: int, entry_time: str) -> None:
        """Mark an open batch as standing in the log."""
        self._sql.execute(
            "UPDATE batch SET entry = %s, entry_time = %s WHERE batch = %s AND entry IS NULL",
            [entry, entry_time, batch],
        )

    def discard_batch(self, batch: int) -> None:
        """Remove an open batch and all its rows and tiles, a part at a time."""
        open_sql = "SELECT 1 FROM batch WHERE batch = %s AND entry IS NULL"
        if not self._sql.rows(open_sql, [batch]):
            return
        for table in TABLES.values():
            self._delete_rows(table, batch)
        with self.transaction():
            self._sql.execute("DELETE FROM tile WHERE tree = %s", [batch])
            self._sql.execute("DELETE FROM batch WHERE batch = %s AND entry IS NULL", [batch])

    def _delete_rows(self, table: str, batch: int) -> None:
        step = 100_000
        last = self._sql.rows(
            f"SELECT max(number) FROM {table} WHERE number >= %s AND number < %s",  # noqa: S608
            [row_number(batch, 0), row_number(batch + 1, 0)],
        )[0][0]
        if last is None:
            return
        for start in range(row_number(batch, 0), last + 1, step):
            with self.transaction():
                self._sql.execute(
                    f"DELETE FROM {table} WHERE number >= %s AND number < %s",  # noqa: S608
                    [start, start + step],
                )

    def log_size(self) -> int:
        """Number of entries in the log."""
        size = self._sql.rows("SELECT max(position) FROM entry")[0][0]
        return 0 if size is None else size + 1

    def latest_entry_time(self) -> str | None:
        """The latest time that any entry states."""
        latest: str | None = self._sql.rows("SELECT max(entry_time) FROM batch")[0][0]
        return latest

    def append_entry(self, row: EntryRow) -> None:
        """Store the next entry."""
        self._sql.insert("entry", EntryRow._fields, [row])

    def last_entry(self) -> EntryRow | None:
        """The entry that was appended last."""
        return last_entry(self._sql)

    def append_to_log(
        self,
        appended: Sequence[AppendedEntry],
        tiles: Sequence[TileRow],
        checkpoint: CheckpointRow,
    ) -> None:
        """Store the next entries, mark their batches, and what they lead to."""
        append_to_log(self._sql, appended, tiles, checkpoint)

    def entries(self, *, first: int = 0) -> Iterator[EntryRow]:
        """Entries from ``first`` on, in order."""
        sql = "SELECT position, data FROM entry WHERE position >= %s ORDER BY position"
        return (
            EntryRow(position, as_bytes(data)) for position, data in self._sql.stream(sql, [first])
        )

    def put_tiles(self, rows: Sequence[TileRow]) -> None:
        """Store tiles; a tile at the right edge replaces its shorter self."""
        others = [row for row in rows if not is_growing(*row[:3])]
        with translated(), self._connection.cursor() as cursor:
            cursor.executemany(PUT, others)
        for row in rows:
            if is_growing(*row[:3]):
                put_growing(self._sql, row)

    def tile(self, tree: int, kind: str, level: int, position: int) -> bytes | None:
        """The hashes of one tile, 32 bytes each."""
        if is_growing(tree, kind, level):
            return get_growing(self._sql, position)
        sql = "SELECT data FROM tile WHERE tree=%s AND kind=%s AND level=%s AND position=%s"
        rows = self._sql.rows(sql, [tree, kind, level, position])
        return as_bytes(rows[0][0]) if rows else None

    def tiles(self, tree: int, kind: str, level: int) -> Iterator[TileRow]:
        """All tiles of one level in order."""
        sql = (
            f"SELECT {column_names(TileRow._fields)} FROM tile "  # noqa: S608
            "WHERE tree=%s AND kind=%s AND level=%s ORDER BY position"
        )
        for row in self._sql.stream(sql, [tree, kind, level]):
            data = get_growing(self._sql, row[3]) if is_growing(tree, kind, level) else None
            yield TileRow(
                row[0], row[1], row[2], row[3], as_bytes(row[4]) if data is None else data
            )

    def add_checkpoint(self, row: CheckpointRow) -> None:
        """Keep a signed checkpoint."""
        self._sql.insert("checkpoint", CheckpointRow._fields, [row])

    def checkpoints(self) -> list[CheckpointRow]:
        """All checkpoints kept, in order of size."""
        return [
            CheckpointRow(*row)
            for row in self._sql.rows("SELECT size, note FROM checkpoint ORDER BY size")
        ]

    # jobs

    def add_job(self, row: JobRow) -> JobRow:
        """Store a job; the answer carries the number it was given."""
        return row._replace(job=self._sql.insert_one("job", JobRow._fields, row))

    def jobs(self) -> list[JobRow]:
        """All jobs in order of number."""
        sql = f"SELECT {column_names(JobRow._fields)} FROM job ORDER BY job"  # noqa: S608
        return [JobRow(*row) for row in self._sql.rows(sql)]

    def change_job(self, row: JobRow, *, expected_state: str) -> bool:
        """Store the job's new content if its state is still ``expected_state``."""
        columns = ",".join(f'"{name}" = %s' for name in JobRow._fields[1:])
        sql = f"UPDATE job SET {columns} WHERE job = %s AND state = %s"  # noqa: S608
        with translated(), self._connection.cursor() as cursor:
            cursor.execute(sql, [*row[1:], row.job, expected_state])
            return bool(cursor.rowcount == 1)

    def show_damage(self, *, on: bool) -> None:
        """Whether texts that are no UTF-8 are read (with lone surrogates) or refused."""
        self._sql.show_damage(on=on)

    def reopener(self) -> Callable[[], Store]:
        """What opens this store again in another process."""
        return partial(reopen, json.dumps(settings_of(self.alias)), str(self._folder))

    def close(self) -> None:
        """Let go of the connection."""
        disconnect(self.alias)


@lru_cache(maxsize=4)
def reopen(settings: str, folder: str) -> DjangoStore:
    """The store with these settings (JSON), opened once a process."""
    return DjangoStore(connect(json.loads(settings)), Path(folder))


def _batch(row: tuple[Any, ...]) -> BatchRow:
    made = BatchRow(*row)
    return made._replace(wrapped_key=as_bytes(made.wrapped_key))


def _busy() -> BusyError:
    return BusyError(
        "Another import is running in this workspace.",
        hint="Wait until it has ended, then run this one again; nothing was changed.",
    )
