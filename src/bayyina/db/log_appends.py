"""Appending to the log's tables in few statements: what is waited for with every change.

SQLite's statements go to its connection directly, as those of whole batches do: what Django does
around each statement takes longer than the statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from bayyina.app.rows import AppendedEntry, CheckpointRow, EntryRow, TileRow
from bayyina.db.log_tiles import PUT, as_bytes, is_growing, put_growing
from bayyina.db.sql_statements import SqlStatements, translated

_LAST: Final = "SELECT position, data FROM entry ORDER BY position DESC LIMIT 1"
_ENTRY: Final = "INSERT INTO entry (position, data) VALUES (%s, %s)"
_BATCH: Final = "UPDATE batch SET entry = %s, entry_time = %s WHERE batch = %s AND entry IS NULL"
_CHECKPOINT: Final = "INSERT INTO checkpoint (size, note) VALUES (%s, %s)"


class LogStatements:
    """Runs the statements of one append, with as little around them as there can be."""

    def __init__(self, sql: SqlStatements) -> None:
        """Use the connection that ``sql`` uses."""
        self._connection = sql.connection
        self._connection.ensure_connection()
        self._is_postgres = self._connection.vendor == "postgresql"

    def rows(self, sql: str, arguments: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of an answer."""
        if self._is_postgres:
            with self._connection.cursor() as cursor:
                cursor.execute(sql, arguments or None)
                found: list[tuple[Any, ...]] = cursor.fetchall()
                return found
        with self._connection.wrap_database_errors:
            link = self._connection.connection
            answer: list[tuple[Any, ...]] = link.execute(_marked(sql), arguments).fetchall()
            return answer

    def execute(self, sql: str, arguments: Sequence[Any] = ()) -> None:
        """Run a statement that answers nothing."""
        self.many(sql, [arguments])

    def many(self, sql: str, several: Sequence[Sequence[Any]]) -> None:
        """Run a statement once for each row of arguments."""
        if self._is_postgres:
            with self._connection.cursor() as cursor:
                cursor.executemany(sql, several)
            return
        with self._connection.wrap_database_errors:
            self._connection.connection.executemany(_marked(sql), several)


def last_entry(sql: SqlStatements) -> EntryRow | None:
    """The entry that was appended last; None for an empty log."""
    with translated():
        found = LogStatements(sql).rows(_LAST)
    return EntryRow(found[0][0], as_bytes(found[0][1])) if found else None


def append_to_log(
    sql: SqlStatements,
    appended: Sequence[AppendedEntry],
    tiles: Sequence[TileRow],
    checkpoint: CheckpointRow,
) -> None:
    """Store entries, mark their batches, and store the tiles and the checkpoint they lead to."""
    with translated():
        statements = LogStatements(sql)
        statements.many(_ENTRY, [one.row for one in appended])
        statements.many(_BATCH, [(one.row.position, one.time, one.batch) for one in appended])
        for row in tiles:
            if is_growing(*row[:3]):
                put_growing(statements, row)
            else:
                statements.execute(PUT, row)
        statements.execute(_CHECKPOINT, checkpoint)


def _marked(sql: str) -> str:
    """A statement with the marks for arguments that SQLite has."""
    return sql.replace("%s", "?")
