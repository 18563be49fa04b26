"""Looking at a workspace's database for ``bayyina doctor``: without a key, and without changing it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

from bayyina.app.doctor import Examination, unsafe
from bayyina.app.doctor_rows import examine_rows
from bayyina.app.own_files import MARKER
from bayyina.db.connecting import (
    DATABASE_VARIABLE,
    SQLITE_NAME,
    connect,
    postgres_settings,
    sqlite_settings,
)
from bayyina.db.opening import is_fictional
from bayyina.db.store import DjangoStore
from bayyina.errors import BayyinaError

ACCOUNTS: Final = "accounts.sqlite3"
"""File of the web application's accounts in a workspace folder."""


def examine_database(folder: Path, now: datetime) -> list[Examination]:
    """What is unsafe among the rows of the workspace in ``folder``; nothing if there is none."""
    url = os.environ.get(DATABASE_VARIABLE)
    if not (folder / MARKER).is_file() or not (url or (folder / SQLITE_NAME).is_file()):
        return []
    store: DjangoStore | None = None
    try:
        settings = postgres_settings(url) if url else sqlite_settings(folder)
        store = DjangoStore(connect(settings), folder)
        factors = handles_with_factor(folder)
        with store.read():
            fictional = is_fictional(folder)
            return examine_rows(store, now, fictional=fictional, with_factor=factors)
    except (BayyinaError, ValueError, TypeError, KeyError, StopIteration) as error:
        why = error.message.rstrip(".") if isinstance(error, BayyinaError) else "a row is damaged"
        return [unsafe("database-closed", why=f"{why}; bayyina log verify")]
    finally:
        if store is not None:
            store.close()


def handles_with_factor(folder: Path) -> frozenset[str] | None:
    """Members who have set up a second factor in the web application; None if nobody used it."""
    path = folder / ACCOUNTS
    if not path.is_file():
        return None
    sql = (
        "SELECT DISTINCT auth_user.username FROM mfa_authenticator JOIN auth_user "
        "ON auth_user.id = mfa_authenticator.user_id WHERE mfa_authenticator.type != 'recovery_codes'"
    )
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as accounts:
            return frozenset(str(handle) for (handle,) in accounts.execute(sql))
    except sqlite3.Error:
        return None
