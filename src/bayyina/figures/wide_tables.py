"""Making wide tables: one row for each record, one typed column for each property.

Accounts of one record are put together by fixed rules. Terms, groups, places and flags
become the set of all values that sources state. Dates and numbers become the span that all
sources allow; where they contradict each other, the span that holds all of them. The day of
documentation is the earliest stated one, otherwise the earliest day of assertion.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import duckdb
import pyarrow as pa

from bayyina.figures.assembled import (
    FIRST_DAY,
    FIRST_MONTH,
    GREATEST,
    LAST_DAY,
    LAST_MONTH,
    LEAST,
    OLDEST,
    SOURCE,
    Column,
)
from bayyina.figures.facts import Facts
from bayyina.figures.relations import (
    LAST_CONFIRMED,
    PERSON,
    documented_property,
    occurred_property,
)
from bayyina.model.vocabulary import Vocabulary

PERSON_COPIED: Final = ("sex", "category")
"""Properties of the person that are repeated on every record about them, for speed."""

_SOURCE_TERM: Final = -1


@dataclass(frozen=True)
class WideTable:
    """One table made here, not yet exported."""

    type: str
    """Record type."""

    name: str
    """Name of the table."""

    columns: Mapping[str, Column]
    """Its properties."""

    person_columns: Mapping[str, Column]
    """Properties of the person that are repeated."""


def sql_name(prefix: str, name: str, suffix: str = "") -> str:
    """Quoted name of a column."""
    return f'"{prefix}_{name}{suffix}"'


def span(lo: str, hi: str, column: Column, where: str = "") -> tuple[str, str]:
    """SQL for the common span of several, or their hull when they have none in common.

    Args:
        lo: Lower bound of one row; null when it is open.
        hi: Upper bound of one row; null when it is open.
        column: What the bounds are of.
        where: Condition on the rows that count; none may meet it, the span is open then.
    """
    least, greatest = limits(column)
    only = f" FILTER ({where})" if where else ""
    low, high = f"coalesce({lo}, {least})", f"coalesce({hi}, {greatest})"
    agree = f"max({low}){only} <= min({high}){only}"
    inner = f"CASE WHEN {agree} THEN max({low}){only} ELSE min({low}){only} END"
    outer = f"CASE WHEN {agree} THEN min({high}){only} ELSE max({high}){only} END"
    sql_type = "INTEGER" if column.kind == "date" else "BIGINT"
    return (
        f"CAST(coalesce({inner}, {least}) AS {sql_type})",
        f"CAST(coalesce({outer}, {greatest}) AS {sql_type})",
    )


def latest(lo: str, hi: str, column: Column, where: str = "") -> tuple[str, str]:
    """SQL for the latest of several days, of which the later ones say more; as ``span``."""
    least, greatest = limits(column)
    only = f" FILTER ({where})" if where else ""
    given = f"count(*) FILTER ({where + ' AND ' if where else ''}{lo} > {least}) > 0"
    stated = f"FILTER ({where + ' AND ' if where else ''}{lo} > {least})"
    last = f"max(coalesce({hi}, {greatest})) {stated}"
    otherwise = f"coalesce(min(coalesce({hi}, {greatest})){only}, {greatest})"
    return (
        f"CAST(coalesce(max({lo}) {stated}, {least}) AS INTEGER)",
        f"CAST(CASE WHEN {given} THEN {last} ELSE {otherwise} END AS INTEGER)",
    )


def folding(prop: str) -> Callable[..., tuple[str, str]]:
    """How several bounds of a property become one."""
    return latest if prop == LAST_CONFIRMED else span


def limits(column: Column) -> tuple[int, int]:
    """What stands for an open lower and an open upper bound."""
    return (FIRST_DAY, LAST_DAY) if column.kind == "date" else (LEAST, GREATEST)


def bound_names(prop: str, column: Column) -> tuple[str, str]:
    """Quoted names of the two columns of a date or a number."""
    letter = "d" if column.kind == "date" else "n"
    return sql_name(letter, prop, "_lo"), sql_name(letter, prop, "_hi")


def make_wide(
    connection: duckdb.DuckDBPyConnection,
    vocabulary: Vocabulary,
    facts: Facts,
    type_name: str,
    *,
    further: Callable[[duckdb.DuckDBPyConnection], Mapping[str, Column]],
) -> WideTable:
    """Create the wide table of a record type; ``person``, ``about`` and ``rep`` must be there.

    ``further`` adds columns that no source states to the table ``folded``, and names them.
    """
    rt = facts.types[type_name]
    columns = {
        prop: facts.columns[type_name, prop]
        for prop in vocabulary.types[type_name].properties
        if (type_name, prop) in facts.columns
        and facts.columns[type_name, prop].kind != "link"
        and facts.terms[type_name, prop] in facts.stated
    }
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE keyed AS
        SELECT coalesce(r.target, s.record) AS k, s.term, s.a, s.b, s.src, s.said
        FROM st s LEFT JOIN rep r ON r.record = s.record AND r.rt = {rt}
        WHERE s.rt = {rt}
        """
    )
    terms = {prop: facts.terms[type_name, prop] for prop in columns}
    documented = documented_property(vocabulary, type_name)
    _fold(connection, columns, terms, terms.get(documented or ""))
    coded = {prop: columns[prop] for prop in columns if columns[prop].kind == "coded"}
    terms_of = {**{prop: terms[prop] for prop in coded}, SOURCE: _SOURCE_TERM}
    _settle(connection, facts, {**coded, SOURCE: Column("coded", SOURCE, True)}, terms_of)
    columns.update(further(connection))
    if type_name == PERSON:
        return _finish_person(connection, columns)
    occurred = occurred_property(vocabulary, type_name)
    return _finish(connection, type_name, columns, occurred if occurred in columns else None)


def _fold(
    connection: duckdb.DuckDBPyConnection,
    columns: Mapping[str, Column],
    terms: Mapping[str, int],
    documented: int | None,
) -> None:
    """The table ``folded``: a row for each key, with the values of its statements."""
    parts = [
        "k",
        'min(src) AS "lo_source", max(src) AS "hi_source", coalesce(min(src), 0) AS "c_source"',
        *_documented(documented),
    ]
    for prop, column in columns.items():
        here = f"term = {terms[prop]}"
        if column.kind == "coded":
            low, high = f"min(a) FILTER ({here})", f"max(a) FILTER ({here})"
            parts += [
                f"{low} AS {sql_name('lo', prop)}, {high} AS {sql_name('hi', prop)}",
                f"CAST(coalesce({low}, 0) AS INTEGER) AS {sql_name('c', prop)}",
            ]
            continue
        both = folding(prop)("a", "b", column, here)
        bounds = zip(both, bound_names(prop, column), strict=True)
        parts += [f"{sql} AS {name}" for sql, name in bounds]
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE folded AS SELECT {', '.join(parts)} FROM keyed GROUP BY k"
    )


def _documented(term: int | None) -> list[str]:
    """Columns ``doc_lo`` and ``doc_hi``."""
    said = "min(said)"
    if term is None:
        return [f"{said} AS doc_lo, {said} AS doc_hi"]
    here = f"FILTER (term = {term} AND (a IS NOT NULL OR b IS NOT NULL))"
    return [
        f"CAST(coalesce(min(coalesce(a, {FIRST_DAY})) {here}, {said}) AS INTEGER) AS doc_lo",
        f"CAST(coalesce(min(coalesce(b, {LAST_DAY})) {here}, {said}) AS INTEGER) AS doc_hi",
    ]


def _settle(
    connection: duckdb.DuckDBPyConnection,
    facts: Facts,
    coded: Mapping[str, Column],
    terms: Mapping[str, int],
) -> None:
    """Give rows whose sources disagree the code of the set of all values they state."""
    for prop, column in coded.items():
        value = "src" if prop == SOURCE else "a"
        here = "TRUE" if prop == SOURCE else f"term = {terms[prop]}"
        connection.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE several AS
            SELECT k, list_sort(list(DISTINCT {value})) AS members
            FROM keyed
            SEMI JOIN (
                SELECT k FROM folded WHERE {sql_name("lo", prop)} <> {sql_name("hi", prop)}
            ) USING (k)
            WHERE {here} AND {value} IS NOT NULL
            GROUP BY k
            """
        )
        unite(connection, facts, column.domain)
        connection.execute(
            f"UPDATE folded SET {sql_name('c', prop)} = united.code FROM united "
            "WHERE folded.k = united.k"
        )


def unite(connection: duckdb.DuckDBPyConnection, facts: Facts, domain: str) -> None:
    """From ``several(k, members)`` make ``united(k, code)``: the code of each union of sets."""
    distinct = connection.execute(
        "SELECT DISTINCT members FROM several ORDER BY members"
    ).fetchall()
    sets = facts.domains[domain]
    table = pa.table(
        {
            "members": pa.array([row[0] for row in distinct], pa.list_(pa.int64())),
            "code": pa.array([sets.union(row[0]) for row in distinct], pa.int32()),
        }
    )
    connection.register("union_arrow", table)
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE united AS
        SELECT s.k, u.code FROM several s JOIN union_arrow u ON u.members = s.members
        """
    )
    connection.unregister("union_arrow")


def _finish_person(
    connection: duckdb.DuckDBPyConnection, columns: Mapping[str, Column]
) -> WideTable:
    """The table ``r_Person``, in order of ``pid``."""
    connection.execute(
        f"""
        CREATE OR REPLACE TABLE "r_Person" AS
        SELECT p.root AS record, p.pid, TRUE AS sure, TRUE AS sole, TRUE AS lone,
               {", ".join(["doc_lo", "doc_hi", *_months("doc"), *value_columns(columns)])}
        FROM folded JOIN person p ON p.record = folded.k AND p.root = p.record
        ORDER BY p.pid
        """
    )
    return WideTable(PERSON, "r_Person", columns, {})


def _finish(
    connection: duckdb.DuckDBPyConnection,
    type_name: str,
    columns: Mapping[str, Column],
    occurred: str | None,
) -> WideTable:
    """The table of records about people (or not), in order of person and record."""
    name = f"r_{type_name}"
    copied = copied_columns(connection)
    occ_lo, occ_hi = (
        (str(FIRST_DAY), str(LAST_DAY))
        if occurred is None
        else (f"folded.{end}" for end in bound_names(occurred, columns[occurred]))
    )
    person = [f"coalesce(p.{sql_name('c', prop)}, 0) AS {sql_name('p', prop)}" for prop in copied]
    own = [f"folded.{column}" for column in value_columns(columns)]
    connection.execute(
        f"""
        CREATE OR REPLACE TABLE "{name}" AS
        WITH filled AS (
            SELECT folded.k AS record, coalesce(a.pid, -1) AS pid, coalesce(a.sure, TRUE) AS sure,
                   CAST({occ_lo} AS INTEGER) AS occ_lo, CAST({occ_hi} AS INTEGER) AS occ_hi,
                   folded.doc_lo, folded.doc_hi, {", ".join([*own, *person])},
                   {_person_bounds(connection)}
            FROM folded
            LEFT JOIN about a ON a.record = folded.k
            LEFT JOIN "r_Person" p ON p.pid = a.pid
        )
        SELECT *,
               {", ".join([*_months("occ"), *_months("doc"), *_ages()])},
               pid < 0 OR count(*) OVER (PARTITION BY pid) = 1 AS sole,
               count(*) OVER (PARTITION BY record) = 1 AS lone
        FROM filled ORDER BY pid, record
        """
    )
    return WideTable(type_name, name, columns, copied)


def copied_columns(connection: duckdb.DuckDBPyConnection) -> dict[str, Column]:
    """Those of ``PERSON_COPIED`` that are stated of anybody (``r_Person`` must be there)."""
    there = table_columns(connection, "r_Person")
    return {prop: Column("coded", "") for prop in PERSON_COPIED if f"c_{prop}" in there}


def table_columns(connection: duckdb.DuckDBPyConnection, name: str) -> set[str]:
    """Names of a table's columns; empty when there is no such table."""
    rows = connection.execute(
        "SELECT column_name FROM duckdb_columns() WHERE table_name = $1", [name]
    ).fetchall()
    return {str(row[0]) for row in rows}


def value_columns(columns: Mapping[str, Column]) -> Sequence[str]:
    """Names of the columns that hold the properties, the sources included."""
    names = [sql_name("c", SOURCE)]
    for prop, column in columns.items():
        if column.kind == "coded":
            names.append(sql_name("c", prop))
        else:
            names += bound_names(prop, column)
    return names


def _person_bounds(connection: duckdb.DuckDBPyConnection) -> str:
    """Days of birth and the person's own age, open where they are not stated."""
    there = table_columns(connection, "r_Person")
    born = ("p.d_birth_date_lo", "p.d_birth_date_hi") if "d_birth_date_lo" in there else ("", "")
    age = ("p.n_age_lo", "p.n_age_hi") if "n_age_lo" in there else ("", "")
    return ", ".join(
        [
            f"coalesce({born[0] or 'NULL'}, {FIRST_DAY}) AS born_lo",
            f"coalesce({born[1] or 'NULL'}, {LAST_DAY}) AS born_hi",
            f"coalesce({age[0] or 'NULL'}, {LEAST}) AS p_age_lo",
            f"coalesce({age[1] or 'NULL'}, {GREATEST}) AS p_age_hi",
        ]
    )


def _ages() -> list[str]:
    """Completed years between birth and act: least and greatest possible.

    A birth after the act is a contradiction and says nothing about the age.
    """
    born, died = "(DATE '1970-01-01' + born_{0})", "(DATE '1970-01-01' + occ_{0})"
    low = completed_years(born.format("hi"), died.format("lo"))
    high = completed_years(born.format("lo"), died.format("hi"))
    has_low = f"born_hi < {LAST_DAY} AND occ_lo > {FIRST_DAY} AND born_hi <= occ_lo"
    has_high = f"born_lo > {FIRST_DAY} AND occ_hi < {LAST_DAY} AND born_lo <= occ_hi"
    return [
        f"CAST(CASE WHEN {has_low} THEN {low} ELSE 0 END AS SMALLINT) AS bage_lo",
        f"CAST(CASE WHEN {has_high} THEN {high} ELSE {OLDEST} END AS SMALLINT) AS bage_hi",
    ]


def completed_years(born: str, day: str) -> str:
    """SQL for the age on a day. Who was born on 29 February turns a year older on 1 March."""
    before = f"month({day}) * 32 + day({day}) < month({born}) * 32 + day({born})"
    return f"(year({day}) - year({born}) - CAST({before} AS INTEGER))"


def _months(axis: str) -> list[str]:
    """Month (counted from year 0) of the first and the last day of an axis."""
    parts = []
    for end, none, month in (("lo", FIRST_DAY, FIRST_MONTH), ("hi", LAST_DAY, LAST_MONTH)):
        day = f"DATE '1970-01-01' + {axis}_{end}"
        parts.append(
            f"CAST(CASE WHEN {axis}_{end} = {none} THEN {month} "
            f"ELSE year({day}) * 12 + month({day}) - 1 END AS INTEGER) AS {axis}_m{end}"
        )
    return parts
