"""Asking DuckDB for one row."""

from __future__ import annotations

from typing import Any

import duckdb


def one_row(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Any = None
) -> tuple[Any, ...]:
    """The only row of a result, read to its end: an unfinished result blocks the connection."""
    rows: list[tuple[Any, ...]] = connection.execute(sql, parameters).fetchall()
    return rows[0]
