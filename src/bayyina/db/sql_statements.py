"""Statements to the database, and its errors turned into ours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

from bayyina.db.connecting import connection_of
from bayyina.errors import BusyError, StorageError

FETCH = 20_000
"""Rows fetched at a time from a stream."""


class SqlStatements:
    """Runs statements on one connection, SQLite and PostgreSQL alike."""

    def __init__(self, alias: str) -> None:
        """Use the connection ``alias``."""
        self.alias = alias
        self._shows_damage = False

    @property
    def connection(self) -> BaseDatabaseWrapper:
        """The connection of this thread."""
        return connection_of(self.alias)

    @property
    def is_postgres(self) -> bool:
        """Whether the database is PostgreSQL; otherwise it is SQLite."""
        return self.connection.vendor == "postgresql"

    def show_damage(self, *, on: bool) -> None:
        """Whether texts that are no UTF-8 are read (with lone surrogates) or refused."""
        self._shows_damage = on
        if not on and self.connection.vendor == "sqlite":
            self.connection.connection.text_factory = str

    def execute(self, sql: str, arguments: Sequence[Any] = ()) -> None:
        """Run a statement that answers nothing."""
        with translated(), self.connection.cursor() as cursor:
            cursor.execute(sql, arguments or None)

    def rows(self, sql: str, arguments: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of an answer."""
        try:
            with translated(), self.connection.cursor() as cursor:
                cursor.execute(sql, arguments or None)
                rows: list[tuple[Any, ...]] = cursor.fetchall()
                return rows
        except StorageError:
            if not self._begins_to_show_damage():
                raise
        return self.rows(sql, arguments)

    def stream(
        self, sql: str, arguments: Sequence[Any], *, is_ordered: bool = True
    ) -> Iterator[tuple[Any, ...]]:
        """The rows of an answer, a part at a time.

        PostgreSQL is asked for an answer that has an order at once, and with a cursor, which takes
        several questions, only where it has more than one part: then from its beginning, since
        what comes and goes between two questions would move the rows of the second.
        """
        if is_ordered and self.is_postgres:
            some = self.rows(f"{sql} LIMIT {FETCH + 1}", arguments)
            if len(some) <= FETCH:
                yield from some
                return
            del some
        yield from self._streamed(sql, arguments)

    def _streamed(self, sql: str, arguments: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
        """The rows of an answer through a cursor."""
        done = 0
        try:
            with translated(), self.connection.chunked_cursor() as cursor:
                cursor.execute(sql, arguments)
                while rows := cursor.fetchmany(FETCH):
                    yield from rows
                    done += len(rows)
            return
        except StorageError:
            if not self._begins_to_show_damage():
                raise
        yield from islice(self._streamed(sql, arguments), done, None)

    def _begins_to_show_damage(self) -> bool:
        """Read texts that are no UTF-8 from now on, if that is asked for and not done yet.

        Not done from the start: reading every text with a function of ours takes time.
        """
        if not self._shows_damage or self.connection.vendor != "sqlite":
            return False
        link = self.connection.connection
        if link.text_factory is _damaged_text:
            return False
        link.text_factory = _damaged_text
        return True

    def insert_one(self, table: str, columns: Sequence[str], row: Sequence[Any]) -> int:
        """Insert a row whose first column the database numbers; that number."""
        marks = ",".join(["%s"] * (len(columns) - 1))
        sql = (
            f"INSERT INTO {table} ({column_names(columns[1:])}) VALUES ({marks}) "  # noqa: S608
            f'RETURNING "{columns[0]}"'
        )
        number: int = self.rows(sql, row[1:])[0][0]
        return number

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Insert rows in the quickest way that the database has."""
        if not rows:
            return
        connection = self.connection
        with translated(), connection.cursor() as cursor:
            if self.is_postgres:
                sql = f"COPY {table} ({column_names(columns)}) FROM STDIN"
                with connection.wrap_database_errors, cursor.copy(sql) as copy:
                    for row in rows:
                        copy.write_row(row)
                return
            marks = ",".join("?" * len(columns))
            sql = f"INSERT INTO {table} ({column_names(columns)}) VALUES ({marks})"  # noqa: S608
            with connection.wrap_database_errors:
                connection.connection.executemany(sql, rows)

    def set_bytes(
        self, table: str, number: str, column: str, pairs: Sequence[tuple[int, bytes]]
    ) -> None:
        """Set a column of bytes in the rows of a table that have these numbers."""
        connection = self.connection
        with translated(), connection.cursor() as cursor:
            if not self.is_postgres:
                sql = f'UPDATE {table} SET "{column}" = ? WHERE "{number}" = ?'  # noqa: S608
                with connection.wrap_database_errors:
                    rows = ((content, key) for key, content in pairs)
                    connection.connection.executemany(sql, rows)
                return
            cursor.execute("CREATE TEMPORARY TABLE fresh (k bigint, c bytea) ON COMMIT DROP")
            with connection.wrap_database_errors, cursor.copy("COPY fresh FROM STDIN") as copy:
                for row in pairs:
                    copy.write_row(row)
            cursor.execute(
                f'UPDATE {table} SET "{column}" = fresh.c FROM fresh '  # noqa: S608
                f'WHERE {table}."{number}" = fresh.k'
            )
            cursor.execute("DROP TABLE fresh")


def column_names(names: Sequence[str]) -> str:
    """Names of columns as they stand in a statement."""
    return ",".join(f'"{name}"' for name in names)


def _damaged_text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


@contextmanager
def translated() -> Iterator[None]:
    """Turn the database's errors into ours."""
    try:
        yield
    except (DatabaseError, InterfaceError) as error:
        raise _translation(error) from error


def _translation(error: Exception) -> StorageError | BusyError:
    first = (str(error).strip().splitlines() or [type(error).__name__])[0]
    lowered = first.lower()
    if isinstance(error, OperationalError) and "locked" in lowered:
        return BusyError(
            "Another process is writing to this workspace and did not finish in time.",
            hint="Try again; nothing was changed.",
        )
    if "full" in lowered or "no space" in lowered:
        return StorageError(
            "There is no space left for the workspace's database.",
            hint="Free some space on that disk and run this again; nothing was changed.",
        )
    if "readonly" in lowered or "read-only" in lowered:
        return StorageError(
            "The workspace's database may not be written to.",
            hint="Check the rights of the workspace folder and its files.",
        )
    return StorageError(
        f"The workspace's database refused: {first.rstrip('.')}.",
        hint="Nothing was changed; run `bayyina doctor` to see what is wrong.",
    )
