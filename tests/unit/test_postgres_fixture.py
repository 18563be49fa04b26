"""The tests' own PostgreSQL server: apart from the network, apart from other tests."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from tests.postgres_server import PostgresMissingError, PostgresServer, find_programs

pytestmark = pytest.mark.postgres


def test_each_test_has_an_empty_database_of_its_own(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE mark (n int)")
    other = postgres_server.create_database()
    with psycopg.connect(postgres_server.url(other)) as connection:
        found = connection.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        ).fetchone()
    postgres_server.drop_database(other)
    assert found == (0,)


def test_server_listens_on_no_network_address(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_missing_programs_are_an_error_that_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(PostgresMissingError, match="apt-get install"):
        find_programs([tmp_path])
