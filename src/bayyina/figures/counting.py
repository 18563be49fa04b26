"""Running a counting: rows to totals and groups.

Where every row is a record of its own, one aggregation answers. Where a record can have
several rows (a person with several acts), it is counted once in each group in which one of
its rows stands, and in an ``unknown`` group only when no row certainly stands anywhere.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

import duckdb
import numpy as np

from bayyina.figures.distinct_rows import add_places, add_records, fetch_rows, parted
from bayyina.figures.dividing import Key
from bayyina.figures.row_sources import RowSource
from bayyina.figures.scattered_rows import add_scattered
from bayyina.figures.spreading import Place, Spread, Tally

_MOST_PACKED: Final = 1 << 62


def tally(
    connection: duckdb.DuckDBPyConnection, sources: Sequence[RowSource], keys: Sequence[Key]
) -> Tally:
    """Count the rows of the sources, divided by the keys."""
    select = rows_select(sources, keys)
    total = Tally()
    if not select:
        return total
    all_certain = _all_certain(sources)
    if any(source.unique != "FALSE" for source in sources):
        sole = "" if is_sole(sources) else "WHERE sole"
        rows = f"FROM ({select}) {sole}"
        _tally_sole(connection, rows, keys, total, all_certain=all_certain)
    if not is_sole(sources):
        rows = f"SELECT * FROM ({select}) WHERE NOT sole"
        _tally_rows(connection, rows, keys, total, all_certain=all_certain)
    return total


def _all_certain(sources: Sequence[RowSource]) -> bool:
    """Whether every row that is possible is known to be certain."""
    return all(
        source.verdict.possible == "FALSE" or source.verdict.certain_if_possible == "TRUE"
        for source in sources
    )


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
    connection: duckdb.DuckDBPyConnection,
    rows: str,
    keys: Sequence[Key],
    total: Tally,
    *,
    all_certain: bool,
) -> None:
    """Every row is a record of its own: one aggregation, the rest in Python."""
    packing = _packing(keys)
    names = _names(keys) if packing is None else [_packed_sql(packing)]
    by = f"GROUP BY {', '.join(names)}" if names else ""
    # why: a plain count is answered without reading a row, one with a condition is not.
    certain = "count(*)" if all_certain else "count(*) FILTER (WHERE c)"
    columns = [*names, certain, "count(*)"]
    found = connection.execute(f"SELECT {', '.join(columns)} {rows} {by}").fetchall()
    total.certain += sum(row[-2] for row in found)
    total.possible += sum(row[-1] for row in found)
    if not keys:
        return
    spread = Spread(keys, total)
    places = [row[:-2] for row in found]
    if packing is not None:
        places = _unpacked(packing, [row[0] for row in found])
    for place, row in zip(places, found, strict=True):
        spread.add(place, row[-2], row[-1])
    spread.finish()


def _packing(keys: Sequence[Key]) -> list[tuple[int, int]] | None:
    """For each key its least number and how many there can be; None where one is no cheaper.

    A database hashes one number faster than several.
    """
    spans = [(key.bounds[0], key.bounds[1] - key.bounds[0] + 1) for key in keys]
    is_small = math.prod(span for _, span in spans) < _MOST_PACKED
    return spans if len(keys) > 1 and is_small else None


def _packed_sql(packing: Sequence[tuple[int, int]]) -> str:
    """One number for each combination of groups."""
    sql = "0::BIGINT"
    for i, (least, span) in enumerate(packing):
        sql = f"({sql} * {span} + (k{i} - ({least})))"
    return sql


def _unpacked(packing: Sequence[tuple[int, int]], numbers: Sequence[int]) -> list[Place]:
    """The combinations of groups that numbers stand for."""
    rest = np.array(numbers, np.int64)
    columns: list[list[int]] = []
    for least, span in reversed(packing):
        columns.insert(0, (rest % span + least).tolist())
        rest //= span
    return list(zip(*columns, strict=True))


def _tally_rows(
    connection: duckdb.DuckDBPyConnection,
    select: str,
    keys: Sequence[Key],
    total: Tally,
    *,
    all_certain: bool,
) -> None:
    """Records with one row or several: each counts once in each place in which a row stands."""
    rows = fetch_rows(connection, select, _names(keys), all_certain=all_certain)
    if not len(rows.uid):
        return
    add_records(rows, total)
    if not keys:
        return
    settled, rest, unclear = parted(rows)
    add_places(settled, rest, total)
    if len(unclear.uid):
        add_scattered(unclear, keys, total)


def _names(keys: Sequence[Key]) -> list[str]:
    return [f"k{i}" for i in range(len(keys))]
