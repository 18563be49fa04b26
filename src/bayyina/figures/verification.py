"""Whether people have verified a record, at a cut through the custody log.

Somebody's last word about a record under a standard counts. A record is, under a standard,

- *disputed* when somebody is for it (or brought it as verified before) and somebody against;
- verified by *two people* when as many are for it as the standard asks for;
- verified under *earlier practice* when somebody signed that it was verified before it was
  brought here, or when it, or the list that it came with, says so of itself;
- *rejected* when as many as the standard asks for are against it;
- *unverified* otherwise: nobody decided, or not yet enough people.

Of several accounts of one act, each is decided by itself; one that is verified and another
that somebody is against make a dispute. Two people under any standard outweigh what was said
under others; an objection under any disputes what an earlier practice says. Decisions are acts of the workspace, not words of
sources: a cut by what was known leaves them in, a cut by what was recorded does not.
"""

from __future__ import annotations

from typing import Final

import duckdb

from bayyina.figures.assembled import (
    STANDARD_DOMAIN,
    VERIFICATION_DOMAIN,
    VERIFICATIONS,
    Column,
)
from bayyina.figures.facts import Facts
from bayyina.figures.relations import EARLIER_PRACTICE, VERIFICATION, VERIFIED
from bayyina.figures.snapshot import Snapshot
from bayyina.figures.wide_tables import sql_name, unite

COLUMNS: Final = {
    VERIFICATION: Column("coded", VERIFICATION_DOMAIN, multiple=True),
    VERIFIED: Column("coded", STANDARD_DOMAIN, multiple=True),
}
"""Columns of wide tables in which records have been decided about."""


def make_determined(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> tuple[str, ...]:
    """Create ``determined(record, standard, state)``; the view ``valid`` must be there.

    Returns:
        The standards that decisions name, in order.
    """
    source = _EMPTY
    if snapshot.pointer.determinations:
        path = (snapshot.folder / snapshot.pointer.determinations).as_posix()
        source = "read_parquet('" + path.replace("'", "''") + "')"
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE determined AS
        WITH word AS (
            SELECT d.record, d.standard, d.person, max_by(d.says, d.number) AS says,
                   max_by(d.practice IS NOT NULL, d.number) AS is_practice, max(d.people) AS people
            FROM {source} d JOIN standing_batch b ON b.batch = d.batch
            GROUP BY d.record, d.standard, d.person
        ), counted AS (
            SELECT record, standard, max(people) AS people,
                   count(*) FILTER (says = 'for' AND NOT is_practice) AS pro,
                   count(*) FILTER (says = 'for' AND is_practice) AS before,
                   count(*) FILTER (says = 'against') AS contra
            FROM word GROUP BY record, standard
        )
        SELECT record, standard, state FROM (
            SELECT record, standard,
                   CASE WHEN contra > 0 AND pro + before > 0 THEN 'disputed'
                        WHEN pro >= people THEN 'two_people'
                        WHEN before > 0 THEN 'earlier_practice'
                        WHEN contra >= people THEN 'rejected'
                        WHEN contra > 0 THEN 'objected' END AS state
            FROM counted
        ) WHERE state IS NOT NULL
        """
    )
    _add_practised(connection)
    names = connection.execute(
        "SELECT DISTINCT standard FROM determined WHERE standard IS NOT NULL ORDER BY standard"
    ).fetchall()
    return tuple(str(name) for (name,) in names)


def make_verified(connection: duckdb.DuckDBPyConnection, facts: Facts) -> None:
    """Create ``verified(k, verification, verified)``: codes for each record that was decided.

    The tables ``determined`` and ``rep`` must be there.
    """
    two, before, disputed, rejected = range(1, len(VERIFICATIONS) + 1)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE ruled AS
        SELECT k, standard,
               CASE WHEN two AND NOT (disputed OR contra) THEN {two}
                    WHEN disputed OR ((two OR before) AND contra) THEN {disputed}
                    WHEN before THEN {before} WHEN rejected THEN {rejected} ELSE 0 END AS code
        FROM (
            SELECT coalesce(r.target, d.record) AS k, d.standard,
                   bool_or(state = 'two_people') AS two, bool_or(state = 'disputed') AS disputed,
                   bool_or(state = 'rejected') AS rejected,
                   bool_or(state IN ('rejected', 'objected')) AS contra,
                   bool_or(state = 'earlier_practice') AS before
            FROM determined d LEFT JOIN rep r ON r.record = d.record
            GROUP BY ALL
        )
        """
    )
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE several AS
        SELECT u.k, list_sort(list(DISTINCT CAST(c.code AS BIGINT))) AS members
        FROM ruled u JOIN code c ON c.domain = $domain AND c.value = u.standard
        WHERE u.code = {two} GROUP BY u.k
        """,
        {"domain": STANDARD_DOMAIN},
    )
    unite(connection, facts, STANDARD_DOMAIN)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE verified AS
        SELECT k, CAST(CASE
                    WHEN two THEN {two} WHEN disputed OR (before AND contra) THEN {disputed}
                    WHEN before THEN {before} WHEN rejected THEN {rejected} ELSE 0
               END AS INTEGER) AS verification, CAST(coalesce(code, 0) AS INTEGER) AS verified
        FROM (
            SELECT k, bool_or(code = {two}) AS two, bool_or(code = {before}) AS before,
                   bool_or(code = {disputed}) AS disputed, bool_or(code = {rejected}) AS rejected,
                   bool_or(code IN ({rejected}, 0)) AS contra
            FROM ruled GROUP BY k
        ) LEFT JOIN united USING (k)
        """
    )


def add_verification(connection: duckdb.DuckDBPyConnection) -> dict[str, Column]:
    """Put the columns beside the rows of ``folded``; none when no row was decided about."""
    found = connection.execute(
        "SELECT 1 FROM folded SEMI JOIN verified USING (k) LIMIT 1"
    ).fetchall()
    if not found:
        return {}
    for name in COLUMNS:
        column = sql_name("c", name)
        connection.execute(f"ALTER TABLE folded ADD COLUMN {column} INTEGER DEFAULT 0")
        connection.execute(
            f"UPDATE folded SET {column} = v.{name} FROM verified v WHERE folded.k = v.k"
        )
    return dict(COLUMNS)


def _add_practised(connection: duckdb.DuckDBPyConnection) -> None:
    """Add the records that say of themselves, or whose list says, that they were verified before."""
    connection.execute(
        """
        INSERT INTO determined
        SELECT DISTINCT record, NULL, 'earlier_practice'
        FROM valid WHERE property = $property AND record_type <> 'Source' AND value <> ''
        """,
        {"property": EARLIER_PRACTICE},
    )
    lists = connection.execute(
        "SELECT DISTINCT record FROM valid "
        "WHERE property = $property AND record_type = 'Source' AND value <> ''",
        {"property": EARLIER_PRACTICE},
    ).fetchall()
    if lists:
        connection.execute(
            """
            INSERT INTO determined
            SELECT DISTINCT v.record, NULL, 'earlier_practice'
            FROM valid v WHERE list_contains($lists, v.source) AND v.record_type <> 'Source'
            """,
            {"lists": [number for (number,) in lists]},
        )


_EMPTY: Final = (
    "(SELECT 0 AS number, 0 AS batch, 0 AS record, '' AS person, '' AS standard, '' AS says, "
    "CAST(NULL AS VARCHAR) AS practice, 0 AS people LIMIT 0)"
)
