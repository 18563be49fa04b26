"""One state of the database, standing still while it is copied, and what others write meanwhile.

SQLite keeps what is written in a log beside the file (WAL) until a checkpoint moves it over.
While a reader is at a state that stands wholly in the file, no checkpoint may touch the file:
it is then that state, byte for byte, for as long as the reader reads, and others write on into
the log. So nothing is copied aside in plain, and nobody waits.

Of a PostgreSQL database the rows of one state are copied into an SQLite file, which is what
a backup of either holds: it is opened on any machine.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from bayyina.app.backing_up import Frozen
from bayyina.db.connecting import connect, connection_of, disconnect, migrate, sqlite_settings
from bayyina.db.sql_statements import SqlStatements, column_names, translated
from bayyina.db.store import TABLES, DjangoStore
from bayyina.errors import BusyError, StorageError
from bayyina.vault.private_folders import private_folder

TRIES: Final = 50
"""How often to try, a fifth of a second apart, while others keep reading older states."""

COPIED: Final = (
    *sorted(set(TABLES.values())), "term", "batch", "entry", "tile", "checkpoint",
)  # fmt: skip
"""Tables of a workspace; those of jobs are about one machine and stay there."""


@contextmanager
def frozen_database(store: DjangoStore, folder: Path) -> Iterator[Frozen]:
    """Hold one state of a workspace's database.

    Args:
        store: The workspace's store, outside any transaction.
        folder: The workspace's folder; a copy of a PostgreSQL database lies there meanwhile.

    Raises:
        BusyError: others kept reading older states for too long.
        StorageError: the database or the disk refused.
    """
    if connection_of(store.alias).vendor == "postgresql":
        with private_folder(folder, room=None) as room, _copied_rows(store, room) as path:
            yield _facts(path)
        return
    path = Path(str(connection_of(store.alias).settings_dict["NAME"]))
    with _told(), closing(_standing_reader(path)) as reader:
        yield _facts_of(path, reader)
        reader.rollback()


def _standing_reader(path: Path) -> sqlite3.Connection:
    """A connection inside a read transaction at a state that stands wholly in the file."""
    reader = sqlite3.connect(path, isolation_level=None, timeout=60)
    try:
        for _ in range(TRIES):
            with closing(sqlite3.connect(path, isolation_level=None, timeout=60)) as writer:
                # Nobody writes between the checkpoint and the reader's beginning.
                writer.execute("BEGIN IMMEDIATE")
                with closing(sqlite3.connect(path, isolation_level=None, timeout=60)) as third:
                    _, pages, moved = third.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
                if pages == moved:
                    reader.execute("BEGIN")
                    reader.execute("SELECT count(*) FROM sqlite_schema").fetchone()
                    writer.execute("ROLLBACK")
                    return reader
                writer.execute("ROLLBACK")
            time.sleep(0.2)
    except BaseException:
        reader.close()
        raise
    reader.close()
    raise BusyError(
        "Other programs keep reading older states of this workspace.",
        hint="End them, then give the same command again; nothing was written.",
    )


@contextmanager
def _copied_rows(store: DjangoStore, folder: Path) -> Iterator[Path]:
    """The rows of a PostgreSQL database as an SQLite file in an empty folder."""
    settings = sqlite_settings(folder)
    path = Path(settings["NAME"])
    alias = connect(settings)
    try:
        migrate(alias)
        source, target = SqlStatements(store.alias), SqlStatements(alias)
        with store.read(), _one_transaction(target):
            for table in COPIED:
                _copy_table(source, target, table)
        connection_of(alias).connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        disconnect(alias)
        yield path
    finally:
        disconnect(alias)


@contextmanager
def _one_transaction(target: SqlStatements) -> Iterator[None]:
    """One transaction around all rows of a copy."""
    target.execute("BEGIN")
    yield
    target.execute("COMMIT")


def _copy_table(source: SqlStatements, target: SqlStatements, table: str) -> None:
    with source.connection.cursor() as cursor:
        described = source.connection.introspection.get_table_description(cursor, table)
    columns = [column.name for column in described]
    sql = f"SELECT {column_names(columns)} FROM {table}"  # noqa: S608 - names of our own tables
    rows: list[Sequence[Any]] = []
    for row in source.stream(sql, [], is_ordered=False):
        rows.append([bytes(cell) if isinstance(cell, memoryview) else cell for cell in row])
        if len(rows) == 20_000:
            target.insert(table, columns, rows)
            rows = []
    target.insert(table, columns, rows)


def _facts(path: Path) -> Frozen:
    with _told(), closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return _facts_of(path, connection)


def _facts_of(path: Path, connection: sqlite3.Connection) -> Frozen:
    def one(sql: str) -> Any:
        row = connection.execute(sql).fetchone()
        return None if row is None else row[0]

    return Frozen(
        path,
        one("SELECT count(*) FROM entry"),
        one("SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1") or "",
        one("SELECT count(*) FROM record"),
        one("SELECT count(*) FROM statement"),
    )


@contextmanager
def _told() -> Iterator[None]:
    """Turn SQLite's own errors into ours."""
    try:
        with translated():
            yield
    except sqlite3.Error as error:
        raise StorageError(
            f"The workspace's database cannot be copied: {str(error).rstrip('.')}.",
            hint="Run `bayyina doctor`; no backup was made.",
        ) from error
