"""Removing what changed and deleted rows have left behind in a database's own files.

A row that is overwritten in SQLite lives on in the write-ahead log, in free pages and in
unused parts of pages; in PostgreSQL as a dead row, and its common values in the planner's
statistics. After an erasure that must go, so the tables are written anew.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

from bayyina.errors import BusyError

WAIT_MILLISECONDS = 10_000
"""How long to wait for other processes that are using the database."""

ERASED_TABLES = ("record", "statement", "list_row", "judgement", "determination", "link", "batch")
"""Tables that an erasure, or the replacement of a case key, empties cells of."""


def scrub_sqlite(connection: BaseDatabaseWrapper, folder: Path, *, whole: bool = True) -> None:
    """Write the database file anew and empty its write-ahead log.

    ``secure_delete``, which every connection turns on, overwrites what a change frees. It
    does not reach what versions without it have left, nor copies in the write-ahead log.

    Args:
        connection: Outside any transaction.
        folder: Where the temporary copy lies meanwhile; not in a shared folder.
        whole: Write the file anew; otherwise the write-ahead log is emptied, no more.

    Raises:
        BusyError: another process is reading, so the write-ahead log is still there.
    """
    place = str(folder).replace("'", "''")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        (patience,) = cursor.fetchone()
        cursor.execute(f"PRAGMA busy_timeout={WAIT_MILLISECONDS}")
        cursor.execute("PRAGMA temp_store=FILE")
        cursor.execute(f"PRAGMA temp_store_directory='{place}'")
        try:
            if whole:
                cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            is_busy = cursor.fetchone()[0]
        except (OperationalError, sqlite3.OperationalError) as error:
            if "locked" not in str(error).lower():
                raise
            is_busy = True
        finally:
            cursor.execute("PRAGMA temp_store_directory=''")
            cursor.execute("PRAGMA temp_store=MEMORY")
            cursor.execute(f"PRAGMA busy_timeout={int(patience)}")
    if is_busy:
        raise BusyError(
            "The record is erased, and traces of it are still in the database's files, because "
            "another process is using them.",
            hint="End the other programs that use this workspace, then give the same command again.",
        )


def scrub_postgres(connection: BaseDatabaseWrapper) -> None:
    """Write the tables and their statistics anew; waits until nobody else is using them.

    What the server keeps besides (its write-ahead log, replicas, backups, logged
    statements) is in the hands of whoever runs it.
    """
    with connection.cursor() as cursor:
        for table in ERASED_TABLES:
            cursor.execute(f"VACUUM (FULL, ANALYZE) {table}")
