"""One store of each kind for the contract suites."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bayyina.app.memory import MemoryStore
from bayyina.app.ports import Store
from bayyina.db.connecting import connect, migrate, postgres_settings, sqlite_settings
from bayyina.db.store import DjangoStore


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    if request.param == "memory":
        yield MemoryStore()
        return
    if request.param == "sqlite":
        settings = sqlite_settings(tmp_path)
    else:
        settings = postgres_settings(request.getfixturevalue("postgres_url"))
    alias = connect(settings)
    made = DjangoStore(alias, tmp_path)
    migrate(alias)
    yield made
    made.close()
