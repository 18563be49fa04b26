"""Fixtures that all tests share: third-party data, and a PostgreSQL server of their own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bayyina.app.locking import lock_workspace
from bayyina.db import connecting
from bayyina.keys import personal
from tests.postgres_server import PostgresMissingError, PostgresServer

ROOT = Path(__file__).resolve().parent.parent
DATA_VARIABLE = "BAYYINA_TEST_DATA"
SKIP_POSTGRES_VARIABLE = "BAYYINA_SKIP_POSTGRES"
SEARCH_VARIABLE = "BAYYINA_NEW_EXAMPLES"

# The same examples in every run, and no clock: a change is not refused for what another one did,
# nor for a busy machine. BAYYINA_NEW_EXAMPLES=1 draws new ones, for whoever looks for faults.
settings.register_profile(
    "bayyina",
    deadline=None,
    derandomize=os.environ.get(SEARCH_VARIABLE) != "1",
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("bayyina")


@pytest.fixture(scope="session")
def test_data() -> Path:
    """The folder of third-party lists; the test is skipped, with the reason, when it is absent."""
    folder = Path(os.environ.get(DATA_VARIABLE) or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"The third-party lists are not on this machine (set {DATA_VARIABLE}).")
    return folder.resolve()


@pytest.fixture(scope="session", autouse=True)
def own_memory_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Locking in this process empties a folder of its own: tests beside it use the shared one."""
    defaults = lock_workspace.__kwdefaults__
    assert defaults is not None
    assert "memory" in defaults
    defaults["memory"] = tmp_path_factory.mktemp("memory")


@pytest.fixture(scope="session", autouse=True)
def no_waiting_for_the_disk() -> Iterator[None]:
    """Nobody cuts the power of this process, so it need not wait until the disk has written."""
    with pytest.MonkeyPatch.context() as patched:
        setup = connecting.SQLITE_SETUP.replace("synchronous=FULL", "synchronous=OFF")
        assert setup != connecting.SQLITE_SETUP
        patched.setattr(connecting, "SQLITE_SETUP", setup)
        patched.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def passphrases_cost_little() -> Iterator[None]:
    """Nobody guesses passphrases here, so a key file need not take half a second to write."""
    cost = personal.DEFAULT_COST
    assert cost == personal.KdfCost()
    object.__setattr__(cost, "memory_kib", 64)
    object.__setattr__(cost, "iterations", 1)
    yield
    for name in ("memory_kib", "iterations"):
        object.__setattr__(cost, name, getattr(personal.KdfCost, name))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A running PostgreSQL server, one for each test process.

    Fails when PostgreSQL is not installed: a suite that leaves a backend out must say so
    aloud. BAYYINA_SKIP_POSTGRES=1 leaves it out knowingly.
    """
    if os.environ.get(SKIP_POSTGRES_VARIABLE) == "1":
        pytest.skip(f"PostgreSQL is left out by {SKIP_POSTGRES_VARIABLE}=1.")
    try:
        server = PostgresServer()
    except PostgresMissingError as error:
        pytest.fail(str(error), pytrace=False)
    yield server
    server.stop()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of an empty PostgreSQL database, removed after the test."""
    name = postgres_server.create_database()
    yield postgres_server.url(name)
    postgres_server.drop_database(name)
