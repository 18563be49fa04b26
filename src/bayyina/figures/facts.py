"""Valid statements as a narrow table of numbers, from which wide tables are made.

Table ``st(record, rt, term, a, b, src, said)``: the record, its type and property as small
numbers, the value (``a``: code of a term, group, place or flag; first day; least number;
number of a linked record; ``b``: last day or greatest number; null when open), the code of
the source, and the day on which the source said it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import duckdb
import pyarrow as pa

from bayyina.figures.assembled import (
    SOURCE,
    STANDARD_DOMAIN,
    VERIFICATION_DOMAIN,
    VERIFICATIONS,
    Column,
)
from bayyina.figures.relations import CODED_TYPES, NUMBER_TYPES, PERSON
from bayyina.figures.value_sets import ValueSets
from bayyina.model.vocabulary import UNRECOGNISED, Property, Vocabulary

_DAY = "CAST({0} - DATE '1970-01-01' AS BIGINT)"


@dataclass(frozen=True)
class Facts:
    """What the narrow table's numbers mean."""

    types: Mapping[str, int]
    """Number of each record type."""

    terms: Mapping[tuple[str, str], int]
    """Number of each pair (record type, property) that wide tables hold."""

    columns: Mapping[tuple[str, str], Column]
    """How such a property is held; links have the kind ``link``."""

    stated: frozenset[int]
    """Numbers of the terms that are stated at least once."""

    types_present: frozenset[str]
    """Record types of which there is at least one record."""

    domains: Mapping[str, ValueSets]
    """Per domain, its sets of values."""


def column_of(prop: Property) -> Column | None:
    """How wide tables hold a property; None for texts, which are read when asked for."""
    if prop.type in CODED_TYPES:
        domain = f"term:{prop.of}" if prop.type == "term" else prop.type
        return Column("coded", domain, prop.multiple)
    if prop.type == "date":
        return Column("date")
    if prop.type in NUMBER_TYPES:
        return Column("number")
    return Column("link", multiple=prop.multiple) if prop.type == "link" else None


def make_facts(
    connection: duckdb.DuckDBPyConnection, vocabulary: Vocabulary, standards: Sequence[str] = ()
) -> Facts:
    """Create the table ``st`` from the view ``valid``; ``standards`` are those decisions name."""
    types = {name: i for i, name in enumerate(vocabulary.types)}
    columns = {
        (name, prop.name): column
        for name, record_type in vocabulary.types.items()
        for prop in record_type.properties.values()
        if (column := column_of(prop)) is not None
    }
    terms = {pair: i for i, pair in enumerate(columns)}
    _register(connection, types, terms, columns)
    domains = _make_codes(connection, vocabulary, columns, standards)
    _make_narrow(connection)
    used = connection.execute("SELECT DISTINCT rt, term FROM st").fetchall()
    names = list(types)
    return Facts(
        types=types,
        terms=terms,
        columns=columns,
        stated=frozenset(term for _, term in used if term is not None),
        types_present=frozenset(names[rt] for rt, _ in used),
        domains=domains,
    )


def identifier_properties(vocabulary: Vocabulary) -> list[str]:
    """Properties of people whose shared value makes two records one person."""
    properties = vocabulary.types[PERSON].properties.values()
    return [prop.name for prop in properties if prop.type == "identifier"]


def source_names(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Name of each source that has one, by its record number as text."""
    rows = connection.execute(
        """
        SELECT CAST(record AS VARCHAR),
               coalesce(min(value) FILTER (property = 'name'), min(value))
        FROM valid
        WHERE record_type = 'Source' AND property IN ('name', 'list_name') AND value IS NOT NULL
        GROUP BY record ORDER BY record
        """
    ).fetchall()
    return dict(rows)


def _register(
    connection: duckdb.DuckDBPyConnection,
    types: Mapping[str, int],
    terms: Mapping[tuple[str, str], int],
    columns: Mapping[tuple[str, str], Column],
) -> None:
    kinds = pa.table({"record_type": list(types), "rt": pa.array(list(types.values()), pa.int16())})
    pairs = list(terms)
    known = pa.table(
        {
            "record_type": [pair[0] for pair in pairs],
            "property": [pair[1] for pair in pairs],
            "term": pa.array([terms[pair] for pair in pairs], pa.int16()),
            "kind": [columns[pair].kind for pair in pairs],
            "domain": [columns[pair].domain for pair in pairs],
        }
    )
    for name, table in (("kind", kinds), ("term", known)):
        connection.register(f"{name}_arrow", table)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM {name}_arrow")
        connection.unregister(f"{name}_arrow")


def _make_codes(
    connection: duckdb.DuckDBPyConnection,
    vocabulary: Vocabulary,
    columns: Mapping[tuple[str, str], Column],
    standards: Sequence[str],
) -> dict[str, ValueSets]:
    """The table ``code(domain, value, code)`` and the sets that each domain begins with.

    Codes follow the tree of terms and groups, so that all parts of something have
    neighbouring codes; P-codes of places do so by themselves.
    """
    found = connection.execute(
        """
        SELECT DISTINCT t.domain, v.value
        FROM valid v JOIN term t ON t.record_type = v.record_type AND t.property = v.property
        WHERE t.kind = 'coded' AND v.value IS NOT NULL AND v.value <> $unrecognised
        UNION
        SELECT DISTINCT $source, CAST(source AS VARCHAR) FROM valid WHERE source IS NOT NULL
        """,
        {"unrecognised": UNRECOGNISED, "source": SOURCE},
    ).fetchall()
    values: dict[str, list[str]] = {c.domain: [] for c in columns.values() if c.domain}
    values[SOURCE] = []
    for domain, value in found:
        values[domain].append(value)
    rows: list[tuple[str, str, int]] = []
    values[STANDARD_DOMAIN] = list(standards)
    for domain, members in values.items():
        members.sort(key=partial(_path, vocabulary, domain))
        rows += [(domain, value, i) for i, value in enumerate(members, start=1)]
    table = pa.table(
        {
            "domain": pa.array([row[0] for row in rows], pa.string()),
            "value": pa.array([row[1] for row in rows], pa.string()),
            "code": pa.array([row[2] for row in rows], pa.int32()),
        }
    )
    connection.register("code_arrow", table)
    connection.execute("CREATE OR REPLACE TEMP TABLE code AS SELECT * FROM code_arrow")
    connection.unregister("code_arrow")
    values[VERIFICATION_DOMAIN] = list(VERIFICATIONS)
    return {domain: ValueSets(members) for domain, members in values.items()}


def _path(vocabulary: Vocabulary, domain: str, value: str) -> tuple[str, ...]:
    """What a value lies under, from the top, and the value itself."""
    path = [value]
    if domain == "group":
        while (group := vocabulary.groups.get(path[0])) is not None and group.parent:
            path.insert(0, group.parent)
    elif domain.startswith("term:"):
        path = [*reversed(vocabulary.term_lists[domain[5:]].ancestors(value)), value]
    return tuple(path)


def _make_narrow(connection: duckdb.DuckDBPyConnection) -> None:
    first_day = _DAY.format("TRY_CAST(v.date_lo AS DATE)")
    last_day = _DAY.format("TRY_CAST(v.date_hi AS DATE)")
    connection.execute(
        f"""
        CREATE OR REPLACE TABLE st AS
        SELECT v.record, k.rt, t.term,
               CASE t.kind WHEN 'coded' THEN CAST(c.code AS BIGINT) WHEN 'date' THEN {first_day}
                    WHEN 'number' THEN v.num_lo WHEN 'link' THEN TRY_CAST(v.value AS BIGINT)
               END AS a,
               CASE t.kind WHEN 'date' THEN {last_day} WHEN 'number' THEN v.num_hi END AS b,
               s.code AS src, CAST({_DAY.format("v.asserted")} AS INTEGER) AS said
        FROM valid v
        JOIN kind k ON k.record_type = v.record_type
        LEFT JOIN term t ON t.record_type = v.record_type AND t.property = v.property
        LEFT JOIN code c ON c.domain = t.domain AND c.value = v.value
        LEFT JOIN (SELECT CAST(value AS BIGINT) AS source, code FROM code WHERE domain = $source) s
               ON s.source = v.source
        """,
        {"source": SOURCE},
    )
