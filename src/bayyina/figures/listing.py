"""Opening a figure: the records that it counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import pyarrow as pa

from bayyina.figures.assembled import day_of
from bayyina.figures.counting import rows_select
from bayyina.figures.counting_rules import Rules
from bayyina.figures.dividing import Key, labelled
from bayyina.figures.last_confirmed import HELD, confirmed_sql
from bayyina.figures.relations import PERSON
from bayyina.figures.results import RecordRef
from bayyina.figures.row_sources import RowSource
from bayyina.figures.spreading import is_settled, open_places, own_places


class OpenedRows:
    """The rows of the divided figure that was opened last, for its groups are opened in turn."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Nothing is opened yet."""
        self.connection = connection
        """The database; the rows stand in its table ``opened``."""
        self._select = ""

    def make(self, select: str, names: Sequence[str]) -> None:
        """See to it that ``opened`` holds the rows of a SELECT, by record and place.

        The tables of a cut never change and have names of their own, so an equal text has
        equal rows.
        """
        if select == self._select:
            return
        self._select = ""
        columns = ", ".join(names)
        self.connection.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE opened AS
            SELECT uid, bool_or(c) AS c, max(rank) AS rank, {columns} FROM ({select})
            GROUP BY uid, {columns}
            """
        )
        self._select = select


def list_records(
    opened: OpenedRows,
    rules: Rules,
    sources: Sequence[RowSource],
    keys: Sequence[Key],
    group: Mapping[str, str] | None,
    limit: int | None,
    after: int | None = None,
) -> list[RecordRef]:
    """Records in ascending order of their numbers, each with whether it is certainly inside.

    Args:
        opened: Rows that were opened before, and the database.
        rules: The surroundings of the query.
        sources: The rows that it counts.
        keys: Its keys.
        group: The value of each key, for one group alone; None for the whole figure.
        limit: At most so many records.
        after: Only records with higher numbers.
    """
    connection = opened.connection
    state = rules.query.state
    is_held = state is not None and state.name == HELD
    select = rows_select(sources, keys, rank=lambda _: confirmed_sql(rules) if is_held else "NULL")
    if not select:
        return []
    if group is None:
        counted = f"SELECT uid, bool_or(c) AS c, max(rank) AS rank FROM ({select}) GROUP BY uid"
        return _numbered(connection, rules, counted, limit, after)
    names = [f"k{i}" for i in range(len(keys))]
    opened.make(select, names)
    _make_membership(connection, keys, names, group)
    counted = _in_group(names, is_unknown="unknown" in group.values())
    rows = _numbered(connection, rules, counted, limit, after)
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
        settled = is_settled(keys, numbers)
        own = any(_named(keys, place) == wanted for place in own_places(keys, numbers))
        possible = any(_named(keys, place) == wanted for place in open_places(keys, numbers))
        rows.append((*numbers, own, own or possible, settled))
    columns = list(zip(*rows, strict=True)) or [()] * (len(names) + 3)
    table = pa.table(
        {
            **{name: pa.array(columns[i], pa.int32()) for i, name in enumerate(names)},
            "own": pa.array(columns[-3], pa.bool_()),
            "possible": pa.array(columns[-2], pa.bool_()),
            "settled": pa.array(columns[-1], pa.bool_()),
        }
    )
    connection.register("membership_arrow", table)
    connection.execute("CREATE OR REPLACE TEMP TABLE membership AS SELECT * FROM membership_arrow")
    connection.unregister("membership_arrow")


def _in_group(names: Sequence[str], *, is_unknown: bool) -> str:
    """Records of the group; an unknown group holds nobody whom another row certainly places."""
    joined = f"opened o JOIN membership m USING ({', '.join(names)})"
    placed = f"SELECT o.uid FROM {joined} WHERE o.c AND m.settled"
    return f"""
        SELECT o.uid, bool_or(o.c AND m.own) AS c, max(o.rank) AS rank FROM {joined}
        WHERE m.possible {f"AND o.uid NOT IN ({placed})" if is_unknown else ""}
        GROUP BY o.uid
    """


def _numbered(
    connection: duckdb.DuckDBPyConnection,
    rules: Rules,
    counted: str,
    limit: int | None,
    after: int | None,
) -> list[RecordRef]:
    """People by the lowest record of their cluster, other records by their own number."""
    most = "" if limit is None else f"LIMIT {max(limit, 0)}"
    if rules.record == PERSON:
        person = rules.warm.relation("r_Person")
        sql = f"SELECT p.record, n.c, n.rank FROM ({counted}) n JOIN {person} p ON p.pid = n.uid"
    else:
        sql = f"SELECT uid AS record, c, rank FROM ({counted})"
    if after is not None:
        sql = f"SELECT * FROM ({sql}) WHERE record > {int(after)}"
    rows = connection.execute(f"{sql} ORDER BY record {most}").fetchall()
    if any(row[2] is not None for row in rows):
        rows = [(n, certain, None if day is None else day_of(day)) for n, certain, day in rows]
    return list(map(RecordRef._make, rows))


def _named(keys: Sequence[Key], numbers: Sequence[int]) -> tuple[str, ...]:
    return tuple(labelled(key, number) for key, number in zip(keys, numbers, strict=True))
