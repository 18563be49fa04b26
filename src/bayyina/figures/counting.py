"""Running a counting: rows to totals and groups.

Where every row is a record of its own, one aggregation answers. Where a record can have
several rows (a person with several acts), it is counted once in each group in which one of
its rows stands, and in an ``unknown`` group only when no row certainly stands anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import duckdb
import pyarrow as pa

from bayyina.figures.distinct_rows import add_places, add_records, fetch_rows, parted
from bayyina.figures.dividing import Key
from bayyina.figures.row_sources import RowSource
from bayyina.figures.spreading import Place, Spread, Tally, is_settled, open_places, own_places


def tally(
    connection: duckdb.DuckDBPyConnection, sources: Sequence[RowSource], keys: Sequence[Key]
) -> Tally:
    """Count the rows of the sources, divided by the keys."""
    select = rows_select(sources, keys)
    total = Tally()
    if not select:
        return total
    if any(source.unique != "FALSE" for source in sources):
        sole = "" if is_sole(sources) else "WHERE sole"
        _tally_sole(connection, f"SELECT * FROM ({select}) {sole}", keys, total)
    if not is_sole(sources):
        _tally_rows(connection, f"SELECT * FROM ({select}) WHERE NOT sole", keys, total)
    return total


def is_sole(sources: Sequence[RowSource]) -> bool:
    """Whether every row is known to be a record of its own."""
    return all(source.unique == "TRUE" for source in sources)


def rows_select(
    sources: Sequence[RowSource],
    keys: Sequence[Key],
    *,
    rank: Callable[[RowSource], str] | None = None,
) -> str:
    """All possible rows: ``uid``, whether certain (``c``), whether alone (``sole``), places.

    Empty when no row can be possible. ``rank`` gives SQL for one column more, ``rank``.
    """
    selects = []
    for source in sources:
        places = [f"CAST({key.sql(source)} AS INTEGER) AS k{i}" for i, key in enumerate(keys)]
        if source.verdict.possible == "FALSE":
            continue
        columns = [
            f"{source.uid} AS uid",
            f"({source.verdict.certain_if_possible}) AS c",
            f"({source.unique}) AS sole",
            *places,
        ]
        if rank is not None:
            columns.append(f"{rank(source)} AS rank")
        selects.append(
            f"SELECT {', '.join(columns)} FROM {source.relation} WHERE {source.verdict.possible}"
        )
    return " UNION ALL ".join(selects)


def _tally_sole(
    connection: duckdb.DuckDBPyConnection, select: str, keys: Sequence[Key], total: Tally
) -> None:
    """Every row is a record of its own: one aggregation, the rest in Python."""
    names = _names(keys)
    by = f"GROUP BY {', '.join(names)}" if names else ""
    columns = [*names, "count(*) FILTER (WHERE c)", "count(*)"]
    found = connection.execute(f"SELECT {', '.join(columns)} FROM ({select}) {by}").fetchall()
    total.certain += sum(row[-2] for row in found)
    total.possible += sum(row[-1] for row in found)
    if not keys:
        return
    spread = Spread(keys, total)
    for row in found:
        spread.add(row[:-2], row[-2], row[-1])
    spread.finish()


def _tally_rows(
    connection: duckdb.DuckDBPyConnection, select: str, keys: Sequence[Key], total: Tally
) -> None:
    """Records with one row or several: each counts once in each place in which a row stands.

    Records of which a row may stand in several places, or stands in several at once, are few
    and are left to the database.
    """
    rows = fetch_rows(connection, select, _names(keys))
    if not len(rows.uid):
        return
    add_records(rows, total)
    if not keys:
        return
    settled, rest, unclear = parted(rows)
    add_places(settled, rest, total)
    if len(unclear.uid):
        connection.register("unclear_arrow", unclear.to_arrow(_names(keys)))
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE scattered AS "
            + _by_record("SELECT * FROM unclear_arrow", _names(keys))
        )
        connection.unregister("unclear_arrow")
        _tally_unclear(connection, keys, total)
        connection.execute("DROP TABLE scattered")


def _by_record(select: str, names: Sequence[str]) -> str:
    """Rows of one record and place as one."""
    columns = ", ".join(["uid", *names])
    return f"SELECT {columns}, bool_or(c) AS c FROM ({select}) GROUP BY {columns}"


def _add_unplaced(
    connection: duckdb.DuckDBPyConnection, rows: str, places: Sequence[str], total: Tally
) -> None:
    """Records that no row certainly places: once in each unknown group, and once in all."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE unplaced AS {_by_record(rows, places)}")
    listed = ", ".join(places)
    _add(
        connection,
        f"SELECT {listed}, count(*) FILTER (WHERE c), count(*) FROM unplaced GROUP BY {listed}",
        total.add,
    )
    found = Tally()
    _tally_sole(connection, _by_record("SELECT uid, c FROM unplaced", []), (), found)
    total.unplaced += found.certain
    total.unplaced_possible += found.possible
    connection.execute("DROP TABLE unplaced")


def _tally_unclear(
    connection: duckdb.DuckDBPyConnection, keys: Sequence[Key], total: Tally
) -> None:
    """Records of which a row may stand in several groups, or stands in several at once."""
    listed = ", ".join(_names(keys))
    distinct = connection.execute(f"SELECT DISTINCT {listed} FROM scattered").fetchall()
    _make_places(connection, keys, distinct)
    places = ", ".join(f"o{i}" for i in range(len(keys)))
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE stands AS
        SELECT s.uid, bool_or(s.c) AS c, bool_or(s.c AND p.sure) AS sure, {places}, p.kind
        FROM scattered s JOIN place p USING ({listed})
        GROUP BY s.uid, {places}, p.kind
        """
    )
    _add(
        connection,
        f"SELECT {places}, count(*) FILTER (WHERE sure), count(*) FROM ("
        f"SELECT uid, {places}, bool_or(sure) AS sure FROM stands WHERE kind <> 'unknown' "
        f"GROUP BY uid, {places}) GROUP BY {places}",
        total.add,
    )
    placed = "SELECT uid FROM stands WHERE kind = 'own' AND sure"
    left = f"SELECT * FROM stands WHERE kind = 'unknown' AND uid NOT IN ({placed})"
    _add_unplaced(connection, left, [f"o{i}" for i in range(len(keys))], total)
    for name in ("place", "stands"):
        connection.execute(f"DROP TABLE {name}")


def _make_places(
    connection: duckdb.DuckDBPyConnection,
    keys: Sequence[Key],
    distinct: Iterable[tuple[int, ...]],
) -> None:
    """The table ``place``: groups of rows with certain numbers.

    Its ``kind`` is ``own`` for groups in which the rows stand for certain, ``open`` for
    those in which they may be, ``unknown`` for those of rows that cannot be placed.
    """
    rows: list[tuple[int | bool | str, ...]] = []
    for numbers in distinct:
        settled = is_settled(keys, numbers)
        kind = "own" if settled else "unknown"
        rows += [(*numbers, *place, settled, kind) for place in own_places(keys, numbers)]
        if not settled:
            rows += [(*numbers, *place, False, "open") for place in open_places(keys, numbers)]
    count = len(keys)
    columns = list(zip(*rows, strict=True))
    names = [*_names(keys), *(f"o{i}" for i in range(count))]
    table = pa.table(
        {
            **{name: pa.array(columns[i], pa.int32()) for i, name in enumerate(names)},
            "sure": pa.array(columns[-2], pa.bool_()),
            "kind": pa.array(columns[-1], pa.string()),
        }
    )
    connection.register("place_arrow", table)
    connection.execute("CREATE OR REPLACE TEMP TABLE place AS SELECT * FROM place_arrow")
    connection.unregister("place_arrow")


def _add(
    connection: duckdb.DuckDBPyConnection, sql: str, add: Callable[[Place, int, int], None]
) -> None:
    """Add counted places."""
    for *numbers, certain, possible in connection.execute(sql).fetchall():
        add(tuple(numbers), certain, possible)


def _names(keys: Sequence[Key]) -> list[str]:
    return [f"k{i}" for i in range(len(keys))]
