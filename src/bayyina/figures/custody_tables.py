"""The acts that start and end custody, per person, ready for derived states.

Which acts these are is said by the vocabulary (``custody`` and ``clarifies`` of a record
type). Acts of one person with the same bounds and the same effect are pooled: two lists
that report one arrest are one start, with what either of them states. Most people have one
start and at most one other act: they stand in ``custody_one``, a row each, so that a state
is a plain scan; everybody else stands in ``custody_many``, a row for each act, in order.
Each row says from which day on somebody reported that custody was concealed.

A detention that says until when it lasted is a start and an end. Where somebody was put
elsewhere into custody on that very day, it is no end: they were moved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import duckdb

from bayyina.figures.assembled import (
    FIRST_DAY,
    LAST_DAY,
    LAST_MONTH,
    SOURCE,
    Column,
)
from bayyina.figures.facts import Facts
from bayyina.figures.relations import LAST_CONFIRMED, person_link
from bayyina.figures.wide_tables import (
    WideTable,
    bound_names,
    folding,
    limits,
    sql_name,
    unite,
    value_columns,
)
from bayyina.model.vocabulary import RecordType, Vocabulary

START: Final = 1
"""The act puts somebody into custody."""

END: Final = 2
"""The act ends custody."""

FATE: Final = 4
"""The act settles what became of the person."""

WHEREABOUTS: Final = 8
"""The act settles where the person is."""

UNTIL: Final = 16
"""The end of a detention that the detention itself states."""

END_DATE: Final = "end_date"
"""Property of an act that starts custody: until when it lasted."""

REPORT: Final = "ReportedDisappearance"
"""Record type with which a source reports a refusal to give information, or a denial."""

DENIALS: Final = ("information_refused", "denied")
"""Flags of a report that say in what the concealment lay."""

_AGES: Final = ("bage_lo", "bage_hi", "p_age_lo", "p_age_hi", "born_lo", "born_hi")
_FIXED: Final = (
    "pid", "role", "lo", "hi", "mlo", "mhi", "record", "doc_lo", "doc_hi", "doc_mlo", "doc_mhi",
)  # fmt: skip
_REPORTED: Final = (
    f"coalesce(t.sure, {LAST_DAY}) AS told_sure, coalesce(t.maybe, {LAST_DAY}) AS told_maybe"
)


def role_of(record_type: RecordType) -> int:
    """The effects of a record type on custody, as bits."""
    role = {"start": START, "end": END}.get(record_type.custody or "", 0)
    role |= FATE if "fate" in record_type.clarifies else 0
    return role | (WHEREABOUTS if "whereabouts" in record_type.clarifies else 0)


def custody_types(vocabulary: Vocabulary) -> dict[str, int]:
    """Roles of the record types that matter for custody and are about people."""
    return {
        name: role
        for name, record_type in vocabulary.types.items()
        if not record_type.abstract
        and (role := role_of(record_type))
        and person_link(vocabulary, name) is not None
    }


def make_custody(
    connection: duckdb.DuckDBPyConnection,
    vocabulary: Vocabulary,
    facts: Facts,
    tables: Mapping[str, WideTable],
) -> Mapping[str, Column] | None:
    """Create ``custody_one`` and ``custody_many``.

    Returns:
        The properties that their rows have; None when there is no act that starts custody.
    """
    roles = {name: role for name, role in custody_types(vocabulary).items() if name in tables}
    starts = [name for name, role in roles.items() if role & START]
    if not starts:
        return None
    columns: dict[str, Column] = {}
    for name in starts:
        columns.update(tables[name].columns)
    copied = tables[starts[0]].person_columns
    selects = [_acts(tables[name], role, columns, copied) for name, role in roles.items()]
    connection.execute(f"CREATE OR REPLACE TEMP TABLE act AS {' UNION ALL '.join(selects)}")
    if END_DATE in columns:
        ending = [name for name in starts if END_DATE in tables[name].columns]
        _add_ends(
            connection, [_acts(tables[name], END | UNTIL, columns, copied) for name in ending]
        )
    _pool(connection, facts, columns, copied)
    _make_reported(connection, facts, tables.get(REPORT))
    _split(connection, columns, copied)
    for name, role in roles.items():
        if role & WHEREABOUTS:
            _add_starts(connection, tables[name])
    return columns


def _acts(
    table: WideTable, role: int, columns: Mapping[str, Column], copied: Mapping[str, Column]
) -> str:
    """Rows of one record type; an act whose person is disputed is never certain."""
    parts = [
        f"pid, {role} AS role, occ_lo AS lo, CASE WHEN sure THEN occ_hi ELSE {LAST_DAY} END AS hi",
        f"occ_mlo AS mlo, CASE WHEN sure THEN occ_mhi ELSE {LAST_MONTH} END AS mhi",
        "record, doc_lo, doc_hi, doc_mlo, doc_mhi",
        *_AGES,
        *(sql_name("p", prop) for prop in copied),
        sql_name("c", SOURCE),
        *(_value(prop, column, prop in table.columns) for prop, column in columns.items()),
    ]
    return f'SELECT {", ".join(parts)} FROM "{table.name}" WHERE pid >= 0'


def _add_ends(connection: duckdb.DuckDBPyConnection, selects: Sequence[str]) -> None:
    """Put the ends that detentions state of themselves beside the other acts."""
    low, high = bound_names(END_DATE, Column("date"))
    is_open = f"{low} = {FIRST_DAY} AND {high} = {LAST_DAY}"
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE moved AS
        SELECT DISTINCT a.pid, a.{low} AS day
        FROM act a JOIN act b ON b.pid = a.pid AND b.lo = a.{low}
        WHERE a.role & {START} <> 0 AND a.{low} = a.{high}
          AND b.role & {START} <> 0 AND b.lo = b.hi AND b.{high} > b.lo
        """
    )
    connection.execute(
        f"""
        UPDATE act SET {low} = {FIRST_DAY}, {high} = {LAST_DAY} FROM moved m
        WHERE act.pid = m.pid AND act.{low} = m.day AND act.{high} = m.day
        """
    )
    for select in selects:
        connection.execute(
            f"""
            INSERT INTO act BY NAME
            SELECT * EXCLUDE (sure) REPLACE (
                {low} AS lo, CASE WHEN sure THEN {high} ELSE {LAST_DAY} END AS hi,
                {FIRST_DAY} AS {low}, {LAST_DAY} AS {high}
            )
            FROM ({select.replace("SELECT pid,", "SELECT sure, pid,", 1)}) e
            WHERE NOT ({is_open}) AND NOT EXISTS (
                SELECT 1 FROM moved m WHERE m.pid = e.pid AND m.day = {low} AND m.day = {high}
            )
            """
        )


def _value(prop: str, column: Column, is_there: bool) -> str:
    """A property of a type, or what stands for a property that the type has not."""
    if column.kind == "coded":
        name = sql_name("c", prop)
        return name if is_there else f"0 AS {name}"
    low, high = bound_names(prop, column)
    least, greatest = limits(column)
    if is_there and prop == LAST_CONFIRMED:  # of nobody, where it is disputed of whom
        sure = "CASE WHEN sure THEN {0} ELSE {1} END AS {0}"
        return f"{sure.format(low, least)}, {sure.format(high, greatest)}"
    if is_there:
        return f"{low}, {high}"
    return f"{least} AS {low}, {greatest} AS {high}"


def _pool(
    connection: duckdb.DuckDBPyConnection,
    facts: Facts,
    columns: Mapping[str, Column],
    copied: Mapping[str, Column],
) -> None:
    """The table ``pooled``: acts of one person with equal effect and bounds as one row."""
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE twin AS
        SELECT pid, role, lo, hi, row_number() OVER () AS k
        FROM act GROUP BY ALL HAVING count(*) > 1
        """
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE twins AS "
        "SELECT t.k, act.* FROM act JOIN twin t USING (pid, role, lo, hi)"
    )
    coded = {prop: c for prop, c in columns.items() if c.kind == "coded"}
    coded[SOURCE] = Column("coded", SOURCE, True)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE pooled AS
        SELECT k, {", ".join(_pooled_columns(columns, copied))} FROM twins GROUP BY k
        """
    )
    for prop, column in coded.items():
        name = sql_name("c", prop)
        connection.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE several AS
            SELECT k, list_sort(list(DISTINCT {name})) AS members
            FROM twins WHERE {name} <> 0 GROUP BY k HAVING count(DISTINCT {name}) > 1
            """
        )
        unite(connection, facts, column.domain)
        connection.execute(
            f"UPDATE pooled SET {name} = united.code FROM united WHERE pooled.k = united.k"
        )
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE stage AS
        SELECT * FROM act ANTI JOIN twin USING (pid, role, lo, hi)
        UNION ALL BY NAME
        SELECT * EXCLUDE (k) FROM pooled
        """
    )


def _pooled_columns(columns: Mapping[str, Column], copied: Mapping[str, Column]) -> Sequence[str]:
    """What one pooled row says."""
    parts = [f"any_value({name}) AS {name}" for name in ("pid", "role", "lo", "hi", "mlo", "mhi")]
    parts += [f"min({name}) AS {name}" for name in ("record", *_FIXED[7:])]
    parts += [f"{'min' if name.endswith('lo') else 'max'}({name}) AS {name}" for name in _AGES]
    parts += [f"any_value({sql_name('p', p)}) AS {sql_name('p', p)}" for p in copied]
    parts.append(f"CAST(max({sql_name('c', SOURCE)}) AS INTEGER) AS {sql_name('c', SOURCE)}")
    for prop, column in columns.items():
        if column.kind == "coded":
            parts.append(f"CAST(max({sql_name('c', prop)}) AS INTEGER) AS {sql_name('c', prop)}")
            continue
        names = bound_names(prop, column)
        both = folding(prop)(*names, column)
        parts += [f"{sql} AS {name}" for sql, name in zip(both, names, strict=True)]
    return parts


def _split(
    connection: duckdb.DuckDBPyConnection,
    columns: Mapping[str, Column],
    copied: Mapping[str, Column],
) -> None:
    """The tables ``custody_one`` and ``custody_many``."""
    names = [*_FIXED, *_AGES, *(sql_name("p", prop) for prop in copied), *value_columns(columns)]
    attributes = ", ".join(f"s.{name}" for name in names)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE life AS
        SELECT pid, count(*) FILTER (role & {START} <> 0) AS starts,
               count(*) FILTER (role & {START} = 0) AS others,
               bool_or(role & {UNTIL} <> 0) AS until
        FROM stage GROUP BY pid
        """
    )
    connection.execute(
        f"""
        CREATE OR REPLACE TABLE custody_one AS
        WITH simple AS (SELECT pid FROM life WHERE starts = 1 AND others <= 1 AND NOT until),
             other AS (
                SELECT pid, lo, hi, role FROM stage SEMI JOIN simple USING (pid)
                WHERE role & {START} = 0
             )
        SELECT {attributes}, {_REPORTED},
               coalesce(o.lo, {LAST_DAY}) AS e_lo, coalesce(o.hi, {LAST_DAY}) AS e_hi,
               CAST(coalesce(o.role, 0) AS INTEGER) AS e_role
        FROM stage s SEMI JOIN simple ON simple.pid = s.pid
        LEFT JOIN other o ON o.pid = s.pid
        LEFT JOIN reported t ON t.pid = s.pid
        WHERE s.role & {START} <> 0
        ORDER BY s.pid
        """
    )
    connection.execute(
        f"""
        CREATE OR REPLACE TABLE custody_many AS
        SELECT row_number() OVER (ORDER BY s.pid, s.lo, s.hi, s.role) AS pos, {attributes},
               {_REPORTED}
        FROM stage s
        SEMI JOIN (SELECT pid FROM life WHERE starts >= 1 AND (starts > 1 OR others > 1 OR until)) m
              ON m.pid = s.pid
        LEFT JOIN reported t ON t.pid = s.pid
        ORDER BY pos
        """
    )


def _make_reported(
    connection: duckdb.DuckDBPyConnection, facts: Facts, table: WideTable | None
) -> None:
    """The table ``reported``: from which day on a report says that custody was concealed.

    A report says so unless it says that neither was the case; with one flag ``no`` and the
    other not stated it possibly does. A report without a date concerns the custody,
    whenever it was made, and counts from the first day on.
    """
    if table is None:
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE reported AS SELECT 0 AS pid, 0 AS sure, 0 AS maybe LIMIT 0"
        )
        return
    sets = facts.domains["flag"].sets
    yes = [code for code, values in enumerate(sets) if values == ("yes",)]
    no = [code for code, values in enumerate(sets) if values == ("no",)]
    flags = [sql_name("c", name) for name in DENIALS if name in table.columns]
    says = " OR ".join(
        [
            " AND ".join(f"{flag} = 0" for flag in flags) or "TRUE",
            *(f"list_contains({yes}, {flag})" for flag in flags),
        ]
    )
    denies = " AND ".join(f"list_contains({no}, {flag})" for flag in flags)
    both = denies if len(flags) == len(DENIALS) else "FALSE"
    undated = f"occ_lo = {FIRST_DAY} AND occ_hi = {LAST_DAY}"
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE reported AS
        SELECT pid,
               min(CASE WHEN {undated} THEN {FIRST_DAY} ELSE occ_hi END)
                   FILTER (sure AND ({says})) AS sure,
               min(occ_lo) FILTER (NOT ({both})) AS maybe
        FROM "{table.name}" WHERE pid >= 0 GROUP BY pid
        """
    )


def _add_starts(connection: duckdb.DuckDBPyConnection, table: WideTable) -> None:
    """Put beside an act how many starts of custody its person has, and the bounds of a single one."""
    connection.execute(
        f"""
        CREATE OR REPLACE TABLE "{table.name}" AS
        WITH start AS (
            SELECT pid, count(*) AS starts, min(lo) AS s_lo, min(hi) AS s_hi
            FROM stage WHERE role & {START} <> 0 GROUP BY pid
        )
        SELECT r.*, CAST(coalesce(s.starts, 0) AS INTEGER) AS starts,
               coalesce(s.s_lo, 0) AS s_lo, coalesce(s.s_hi, 0) AS s_hi
        FROM "{table.name}" r LEFT JOIN start s ON s.pid = r.pid
        ORDER BY r.pid, r.record
        """
    )
