"""Running a counting: rows to totals and groups.

Where every row is a record of its own, one aggregation answers. Where a record can have
several rows (a person with several acts), it is counted once in each group in which one of
its rows stands, and in an ``unknown`` group only when no row certainly stands anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import duckdb
import pyarrow as pa

from bayyina.figures.dividing import Key
from bayyina.figures.row_sources import RowSource

Place = tuple[int, ...]
"""Number of a group for each key; -1 where a record cannot be placed."""


@dataclass
class Tally:
    """Certain and possible counts."""

    certain: int = 0
    """Records certainly inside."""

    possible: int = 0
    """Records possibly inside, the certain ones among them."""

    groups: dict[Place, tuple[int, int]] = field(default_factory=dict)
    """The same for each group."""

    unplaced: int = 0
    """Records certainly inside that no group certainly holds."""

    unplaced_possible: int = 0
    """Records possibly inside that no group certainly holds."""

    def add(self, place: Place, certain: int, possible: int) -> None:
        """Add to the counts of a group."""
        before = self.groups.get(place, (0, 0))
        self.groups[place] = (before[0] + certain, before[1] + possible)


def tally(
    connection: duckdb.DuckDBPyConnection, sources: Sequence[RowSource], keys: Sequence[Key]
) -> Tally:
    """Count the rows of the sources, divided by the keys."""
    if not sources:
        return Tally()
    select = rows_select(sources, keys)
    alone = len(sources) == 1 and sources[0].unique == "TRUE"
    if alone and not any(key.is_multiple for key in keys):
        return _tally_sole(connection, select, keys)
    if not keys:
        return _tally_distinct(connection, select)
    return _tally_groups(connection, select, keys)


def rows_select(sources: Sequence[RowSource], keys: Sequence[Key]) -> str:
    """All possible rows: ``uid``, whether certain (``c``), whether alone (``sole``), places."""
    selects = []
    numbers = [[key.sql(source) for key in keys] for source in sources]
    several = any(key.is_multiple for key in keys)
    for source, places in zip(sources, numbers, strict=True):
        columns = [f"{source.uid} AS uid", f"({source.verdict.certain}) AS c"]
        sole = "FALSE" if several else source.unique
        columns.append(f"({sole}) AS sole")
        columns += [f"CAST({sql} AS BIGINT) AS k{i}" for i, sql in enumerate(places)]
        selects.append(
            f"SELECT {', '.join(columns)} FROM {source.relation} WHERE {source.verdict.possible}"
        )
    return " UNION ALL ".join(selects)


def options_of(keys: Sequence[Key], numbers: Sequence[int]) -> Iterator[Place]:
    """Groups in which a row may be that is not settled for every key."""
    choices = [
        [number] if number >= 0 else key.options(number) or [-1]
        for key, number in zip(keys, numbers, strict=True)
    ]
    return product(*choices)


def settled_place(numbers: Iterable[int]) -> Place:
    """The group in which a row certainly is, -1 for keys that leave it open."""
    return tuple(max(number, -1) for number in numbers)


def _tally_sole(connection: duckdb.DuckDBPyConnection, select: str, keys: Sequence[Key]) -> Tally:
    """Every row is a record of its own: one aggregation, the rest in Python."""
    names = _names(keys)
    by = f"GROUP BY {', '.join(names)}" if names else ""
    columns = [*names, "count(*) FILTER (WHERE c)", "count(*)"]
    found = connection.execute(f"SELECT {', '.join(columns)} FROM ({select}) {by}").fetchall()
    total = Tally()
    for *numbers, certain, possible in found:
        total.certain += certain
        total.possible += possible
        if not keys:
            continue
        place = settled_place(numbers)
        total.add(place, certain, possible)
        if -1 in place:
            total.unplaced += certain
            total.unplaced_possible += possible
            for option in options_of(keys, numbers):
                if -1 not in option:
                    total.add(option, 0, possible)
    return total


def _tally_distinct(connection: duckdb.DuckDBPyConnection, select: str) -> Tally:
    """No keys: each record once."""
    ((certain, possible),) = connection.execute(
        f"""
        WITH rows AS MATERIALIZED ({select})
        SELECT CAST(sum(certain) AS BIGINT), CAST(sum(possible) AS BIGINT) FROM (
            SELECT count(*) FILTER (WHERE c) AS certain, count(*) AS possible
            FROM rows WHERE sole
            UNION ALL
            SELECT count(*) FILTER (WHERE c), count(*)
            FROM (SELECT uid, bool_or(c) AS c FROM rows WHERE NOT sole GROUP BY uid)
        )
        """
    ).fetchall()
    return Tally(certain, possible)


def _tally_groups(connection: duckdb.DuckDBPyConnection, select: str, keys: Sequence[Key]) -> Tally:
    """Each record once in each group."""
    names = ", ".join(_names(keys))
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE placed AS
        WITH rows AS MATERIALIZED ({select})
        SELECT uid, c, sole, {names} FROM rows WHERE sole
        UNION ALL
        SELECT uid, bool_or(c), FALSE, {names} FROM rows WHERE NOT sole GROUP BY uid, {names}
        """
    )
    total = _tally_distinct(connection, "SELECT uid, c, sole FROM placed")
    settled = " AND ".join(f"{name} >= 0" for name in _names(keys))
    found = connection.execute(
        f"SELECT {names}, count(*) FILTER (WHERE c), count(*) FROM placed "
        f"WHERE {settled} GROUP BY {names}"
    ).fetchall()
    for *numbers, certain, possible in found:
        total.add(tuple(numbers), certain, possible)
    _add_unsettled(connection, keys, settled, total)
    connection.execute("DROP TABLE placed")
    return total


def _add_unsettled(
    connection: duckdb.DuckDBPyConnection, keys: Sequence[Key], settled: str, total: Tally
) -> None:
    """Rows that stand certainly in no group: where they may be, and ``unknown``."""
    names = ", ".join(_names(keys))
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE unsettled AS
        SELECT p.uid, p.c, {names}, coalesce(s.certain, FALSE) AS elsewhere
        FROM placed p
        LEFT JOIN (
            SELECT uid, bool_or(c) AS certain FROM placed WHERE {settled} AND NOT sole GROUP BY uid
        ) s ON s.uid = p.uid AND NOT p.sole
        WHERE NOT ({settled})
        """
    )
    distinct = connection.execute(f"SELECT DISTINCT {names} FROM unsettled").fetchall()
    if distinct:
        _add_open(connection, keys, distinct, total, settled)
        _add_unknown(connection, keys, total)
    connection.execute("DROP TABLE unsettled")


def _add_open(
    connection: duckdb.DuckDBPyConnection,
    keys: Sequence[Key],
    distinct: Sequence[tuple[int, ...]],
    total: Tally,
    settled: str,
) -> None:
    """Count each record as possible in every group in which one of its rows may be."""
    rows = [
        (*numbers, *option)
        for numbers in distinct
        for option in options_of(keys, numbers)
        if -1 not in option
    ]
    if not rows:
        return
    names, options = _names(keys), [f"o{i}" for i in range(len(keys))]
    columns = list(zip(*rows, strict=True))
    table = pa.table(
        {
            name: pa.array(column, pa.int64())
            for name, column in zip([*names, *options], columns, strict=True)
        }
    )
    connection.register("option_arrow", table)
    already = " AND ".join(f"p.{n} = m.{o}" for n, o in zip(names, options, strict=True))
    found = connection.execute(
        f"""
        WITH maybe AS (
            SELECT DISTINCT u.uid, {", ".join(f"o.{o}" for o in options)}
            FROM unsettled u JOIN option_arrow o USING ({", ".join(names)})
        )
        SELECT {", ".join(options)}, count(*)
        FROM maybe m
        ANTI JOIN (SELECT * FROM placed WHERE {settled}) p ON p.uid = m.uid AND {already}
        GROUP BY {", ".join(options)}
        """
    ).fetchall()
    connection.unregister("option_arrow")
    for *numbers, possible in found:
        total.add(tuple(numbers), 0, possible)


def _add_unknown(connection: duckdb.DuckDBPyConnection, keys: Sequence[Key], total: Tally) -> None:
    """Count records that no row certainly places, once in each partly unknown group."""
    names = ", ".join(f"greatest({name}, -1) AS {name}" for name in _names(keys))
    by = ", ".join(_names(keys))
    found: list[tuple[Any, ...]] = connection.execute(
        f"""
        WITH own AS (
            SELECT uid, {names}, bool_or(c) AS c FROM unsettled WHERE NOT elsewhere GROUP BY ALL
        )
        SELECT {by}, count(*) FILTER (WHERE c), count(*) FROM own GROUP BY {by}
        """
    ).fetchall()
    for *numbers, certain, possible in found:
        total.add(tuple(numbers), certain, possible)
    ((total.unplaced, total.unplaced_possible),) = connection.execute(
        """
        SELECT count(*) FILTER (WHERE c), count(*)
        FROM (SELECT uid, bool_or(c) AS c FROM unsettled WHERE NOT elsewhere GROUP BY uid)
        """
    ).fetchall()


def _names(keys: Sequence[Key]) -> list[str]:
    return [f"k{i}" for i in range(len(keys))]
