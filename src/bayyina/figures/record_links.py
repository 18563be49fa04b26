"""Which record is about whom, and which records are accounts of one and the same act.

A person record counts as soon as anybody speaks of it: with a statement of its own, or as
the one to whom a link leads that accepts people alone (the victim of a death in a list that
states nothing else of them). What a list said with such a link is then what it says of the
person: nothing but that there is somebody.

Tables made here: ``people(record)``; ``person(record, root, pid)`` with one row for each
person record, where ``pid`` counts the persons from 0 in order of their lowest record;
``about(record, rt, pid, sure)`` for records about people; ``rep(record, rt, target)`` for
records that are merged into another; ``link(record, property, target, sure)``.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from bayyina.figures.asking import one_row
from bayyina.figures.clusters import make_clusters
from bayyina.figures.facts import Facts, identifier_properties
from bayyina.figures.relations import PERSON, person_link
from bayyina.figures.silenced_people import drop_silenced
from bayyina.figures.snapshot import Snapshot
from bayyina.figures.validity import Cut
from bayyina.model.vocabulary import Vocabulary


def make_people(
    connection: duckdb.DuckDBPyConnection,
    snapshot: Snapshot,
    cut: Cut,
    vocabulary: Vocabulary,
    facts: Facts,
) -> dict[str, str | int]:
    """Create ``people`` and ``person``.

    Returns:
        How people were joined.
    """
    _add_linked_people(connection, vocabulary, facts)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE people AS SELECT DISTINCT record FROM st WHERE rt = $1",
        [facts.types[PERSON]],
    )
    linkage = make_clusters(connection, snapshot, cut, identifier_properties(vocabulary))
    _number_people(connection)
    if drop_silenced(connection, vocabulary, facts):
        _number_people(connection)
    records, persons = one_row(connection, "SELECT count(*), count(DISTINCT pid) FROM person")
    return {**linkage, "person_records": int(records), "persons": int(persons)}


def _number_people(connection: duckdb.DuckDBPyConnection) -> None:
    """Create ``person`` from ``people`` and ``cluster``."""
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE person AS
        SELECT record, root, CAST(dense_rank() OVER (ORDER BY root) - 1 AS INTEGER) AS pid
        FROM (
            SELECT p.record, coalesce(c.root, p.record) AS root
            FROM people p LEFT JOIN cluster c USING (record)
        )
        """
    )


def _add_linked_people(
    connection: duckdb.DuckDBPyConnection, vocabulary: Vocabulary, facts: Facts
) -> None:
    """Put a row without a property into ``st`` for each link to a person nobody else speaks of."""
    terms = [
        number
        for (type_name, name), number in facts.terms.items()
        if facts.columns[type_name, name].kind == "link"
        and all(
            vocabulary.types[target].is_a(PERSON)
            for target in vocabulary.types[type_name].properties[name].to
        )
    ]
    connection.execute(
        """
        INSERT INTO st
        SELECT DISTINCT s.a, CAST($person AS SMALLINT), CAST(NULL AS SMALLINT),
               CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), s.src, s.said
        FROM st s
        ANTI JOIN (SELECT DISTINCT record FROM st) own ON own.record = s.a
        WHERE list_contains($terms, s.term) AND s.a IS NOT NULL
        """,
        {"person": facts.types[PERSON], "terms": terms},
    )


def make_links(connection: duckdb.DuckDBPyConnection, vocabulary: Vocabulary, facts: Facts) -> None:
    """Create ``about``, ``rep`` and ``link``."""
    _make_link_terms(connection, vocabulary, facts)
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE about AS
        SELECT record, rt, pid, multiple OR count(*) OVER (PARTITION BY record) = 1 AS sure
        FROM (
            SELECT DISTINCT s.record, s.rt, p.pid, t.multiple
            FROM st s
            JOIN link_term t USING (term)
            JOIN person p ON p.record = s.a
            WHERE t.person
        )
        """
    )
    once = [facts.types[name] for name, kind in vocabulary.types.items() if kind.once]
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE rep AS
        SELECT record, rt, target FROM (
            SELECT record, rt, min(record) OVER (PARTITION BY rt, pid) AS target
            FROM about WHERE sure AND list_contains($once, rt)
        ) WHERE record <> target
        UNION ALL
        SELECT record, $person, root FROM person WHERE record <> root
        """,
        {"once": once, "person": facts.types[PERSON]},
    )
    connection.execute(
        """
        CREATE OR REPLACE TABLE link AS
        SELECT record, property, target,
               multiple OR count(*) OVER (PARTITION BY record, property) = 1 AS sure
        FROM (
            SELECT DISTINCT coalesce(r.target, s.record) AS record, t.property, t.multiple,
                   coalesce(o.target, s.a) AS target
            FROM st s
            JOIN link_term t USING (term)
            LEFT JOIN rep r ON r.record = s.record
            LEFT JOIN rep o ON o.record = s.a
            LEFT JOIN people p ON p.record = s.a
            WHERE s.a IS NOT NULL AND (NOT t.person OR p.record IS NULL)
        )
        ORDER BY record
        """
    )


def _make_link_terms(
    connection: duckdb.DuckDBPyConnection, vocabulary: Vocabulary, facts: Facts
) -> None:
    rows = [
        (number, pair[1], facts.columns[pair].multiple, _is_person_link(vocabulary, *pair))
        for pair, number in facts.terms.items()
        if facts.columns[pair].kind == "link"
    ]
    table = pa.table(
        {
            "term": pa.array([row[0] for row in rows], pa.int16()),
            "property": pa.array([row[1] for row in rows], pa.string()),
            "multiple": pa.array([row[2] for row in rows], pa.bool_()),
            "person": pa.array([row[3] for row in rows], pa.bool_()),
        }
    )
    connection.register("link_arrow", table)
    connection.execute("CREATE OR REPLACE TEMP TABLE link_term AS SELECT * FROM link_arrow")
    connection.unregister("link_arrow")


def _is_person_link(vocabulary: Vocabulary, type_name: str, property_name: str) -> bool:
    link = person_link(vocabulary, type_name)
    return link is not None and link.name == property_name
