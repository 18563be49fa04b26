"""Connections to a workspace's database: SQLite beside it, or PostgreSQL by address."""

from __future__ import annotations

import os
import sqlite3
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import django
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader

from bayyina.errors import MissingToolError, StorageError, WorkspaceError

DATABASE_VARIABLE = "BAYYINA_DATABASE_URL"
"""Environment variable that names a PostgreSQL database instead of the SQLite file."""

SQLITE_NAME = "records.sqlite3"
"""File of the default database in a workspace folder."""

_aliases = count(1)
_settings: dict[str, dict[str, Any]] = {}

SQLITE_SETUP = (
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=FULL;"
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA cache_size=-65536;"
    "PRAGMA foreign_keys=OFF;"
    "PRAGMA secure_delete=ON;"
)


def start_django() -> None:
    """Set Django up once a process, with this package's settings unless others are in force."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bayyina.db.settings")
    if not apps.ready:
        django.setup()


def sqlite_settings(folder: Path) -> dict[str, Any]:
    """Django's settings for the SQLite file of the workspace in ``folder``."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(folder / SQLITE_NAME),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "init_command": SQLITE_SETUP,
            "timeout": 60,
        },
    }


def postgres_settings(url: str) -> dict[str, Any]:
    """Django's settings for ``postgresql://user:password@host:port/name?host=/socket``.

    Raises:
        WorkspaceError: the address is not of that form.
    """
    try:
        parts = urlsplit(url)
        stated_port = parts.port or ""
    except ValueError as error:
        raise _no_address() from error
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in {"postgres", "postgresql"} or not name:
        raise _no_address()
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or parts.hostname or ""
    port = options.pop("port", None) or stated_port
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or options.pop("user", "")),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(port),
        "OPTIONS": options,
    }


def _no_address() -> WorkspaceError:
    return WorkspaceError(
        f"{DATABASE_VARIABLE} is not an address of a PostgreSQL database.",
        hint="Write it as postgresql://user:password@host:5432/name, or unset it.",
    )


def connect(settings: dict[str, Any]) -> str:
    """Add a connection with ``settings``; the answer is the alias it goes by."""
    start_django()
    alias = f"workspace-{next(_aliases)}"
    _settings[alias] = settings
    connections.databases[alias] = connections.configure_settings({"default": dict(settings)})[
        "default"
    ]
    return alias


def settings_of(alias: str) -> dict[str, Any]:
    """The settings that an alias was connected with."""
    return _settings[alias]


def connection_of(alias: str) -> BaseDatabaseWrapper:
    """The connection of an alias, opened.

    Raises:
        StorageError: the database cannot be reached.
        MissingToolError: the PostgreSQL driver is not installed.
    """
    try:
        connection = connections[alias]
        connection.ensure_connection()
    except (DatabaseError, sqlite3.Error) as error:
        raise StorageError(
            f"The workspace's database cannot be opened: {_first_line(error)}.",
            hint="Check that the folder can be written to, or that the database server runs.",
        ) from error
    except ImproperlyConfigured as error:
        raise MissingToolError(
            "The driver for PostgreSQL is not installed.",
            hint='Install it with: pip install "bayyina[postgres]".',
        ) from error
    return connection


def disconnect(alias: str) -> None:
    """Close the connection of an alias and forget it."""
    if alias in connections.databases:
        connections[alias].close()
        del connections[alias]
        del connections.databases[alias]
        _settings.pop(alias, None)


def close_this_thread() -> None:
    """Close the connections that this thread has opened."""
    connections.close_all()


def migrate(alias: str) -> None:
    """Bring the tables up to this version.

    Raises:
        WorkspaceError: the database was written by a newer version.
        StorageError: the database refused.
    """
    connection = connection_of(alias)
    known = set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)
    applied = _applied(connection)
    ahead = sorted(name for app, name in applied - known if app == "bayyina")
    if ahead:
        raise WorkspaceError(
            f"This workspace was written by a newer version of Bayyina (it has {ahead[-1]}).",
            hint="Install that version or a later one; nothing was changed.",
        )
    if {item for item in known if item[0] == "bayyina"} <= applied:
        return
    try:
        call_command("migrate", "bayyina", database=alias, verbosity=0, interactive=False)
    except DatabaseError as error:
        raise StorageError(
            f"The workspace's tables cannot be made: {_first_line(error)}.",
            hint="Check the free space on the disk and the rights of the database user.",
        ) from error


def _applied(connection: BaseDatabaseWrapper) -> set[tuple[str, str]]:
    with connection.cursor() as cursor:
        try:
            if "django_migrations" not in connection.introspection.table_names(cursor):
                return set()
            cursor.execute("SELECT app, name FROM django_migrations")
            return {(app, name) for app, name in cursor.fetchall()}
        except DatabaseError as error:
            raise WorkspaceError(
                f"The workspace's database cannot be read: {_first_line(error)}.",
                hint="It may be damaged; restore it from a backup.",
            ) from error


def _first_line(error: BaseException) -> str:
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0].rstrip(".")
