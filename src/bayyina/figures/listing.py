"""Opening a figure: the records that it counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import pyarrow as pa

from bayyina.figures.counting import options_of, rows_select, settled_place
from bayyina.figures.counting_rules import Rules
from bayyina.figures.dividing import Key, labelled
from bayyina.figures.relations import PERSON
from bayyina.figures.row_sources import RowSource


def list_records(
    connection: duckdb.DuckDBPyConnection,
    rules: Rules,
    sources: Sequence[RowSource],
    keys: Sequence[Key],
    group: Mapping[str, str] | None,
    limit: int | None,
) -> list[tuple[int, bool]]:
    """Record numbers in ascending order, each with whether it is certainly inside.

    Args:
        connection: The database.
        rules: The surroundings of the query.
        sources: The rows that it counts.
        keys: Its keys.
        group: The value of each key, for one group alone; None for the whole figure.
        limit: At most so many records.
    """
    if not sources:
        return []
    select = rows_select(sources, keys)
    if group is None:
        counted = f"SELECT uid, bool_or(c) AS c FROM ({select}) GROUP BY uid"
        return _numbered(connection, rules, counted, limit)
    names = [f"k{i}" for i in range(len(keys))]
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE opened AS
        SELECT uid, bool_or(c) AS c, {", ".join(names)} FROM ({select})
        GROUP BY uid, {", ".join(names)}
        """
    )
    _make_membership(connection, keys, names, group)
    counted = _in_group(names, is_unknown="unknown" in group.values())
    rows = _numbered(connection, rules, counted, limit)
    connection.execute("DROP TABLE opened")
    connection.execute("DROP TABLE membership")
    return rows


def _make_membership(
    connection: duckdb.DuckDBPyConnection,
    keys: Sequence[Key],
    names: Sequence[str],
    group: Mapping[str, str],
) -> None:
    """The table ``membership``: which places of rows are in the group, for certain or possibly."""
    wanted = tuple(group[key.name] for key in keys)
    rows: list[tuple[int | bool, ...]] = []
    distinct = connection.execute(f"SELECT DISTINCT {', '.join(names)} FROM opened").fetchall()
    for numbers in distinct:
        place = settled_place(numbers)
        if _named(keys, place) == wanted:
            rows.append((*numbers, True))
        elif any(
            _named(keys, option) == wanted
            for option in options_of(keys, numbers)
            if -1 in place and -1 not in option
        ):
            rows.append((*numbers, False))
    columns = list(zip(*rows, strict=True)) or [()] * (len(names) + 1)
    table = pa.table(
        {
            **{name: pa.array(columns[i], pa.int64()) for i, name in enumerate(names)},
            "sure": pa.array(columns[-1], pa.bool_()),
        }
    )
    connection.register("membership_arrow", table)
    connection.execute("CREATE OR REPLACE TEMP TABLE membership AS SELECT * FROM membership_arrow")
    connection.unregister("membership_arrow")


def _in_group(names: Sequence[str], *, is_unknown: bool) -> str:
    """Records of the group; an unknown group holds nobody whom another row certainly places."""
    settled = " AND ".join(f"{name} >= 0" for name in names)
    placed = f"ANTI JOIN (SELECT uid FROM opened WHERE c AND {settled}) s ON s.uid = o.uid"
    return f"""
        SELECT o.uid, bool_or(o.c AND m.sure) AS c
        FROM opened o JOIN membership m USING ({", ".join(names)})
        {placed if is_unknown else ""}
        GROUP BY o.uid
    """


def _numbered(
    connection: duckdb.DuckDBPyConnection, rules: Rules, counted: str, limit: int | None
) -> list[tuple[int, bool]]:
    """People by the lowest record of their cluster, other records by their own number."""
    most = "" if limit is None else f"LIMIT {max(limit, 0)}"
    if rules.record == PERSON:
        person = rules.warm.relation("r_Person")
        sql = f"SELECT p.record, n.c FROM ({counted}) n JOIN {person} p ON p.pid = n.uid"
    else:
        sql = f"SELECT uid AS record, c FROM ({counted})"
    rows: list[tuple[int, bool]] = connection.execute(f"{sql} ORDER BY record {most}").fetchall()
    return rows


def _named(keys: Sequence[Key], numbers: Sequence[int]) -> tuple[str, ...]:
    return tuple(labelled(key, number) for key, number in zip(keys, numbers, strict=True))
