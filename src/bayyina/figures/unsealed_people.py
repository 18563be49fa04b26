"""Records of a snapshot of which something stands in clear that ought to be sealed.

The rules are those by which a row is sealed when it is taken in (``disclosure``), asked of all
that stands: what one list says of somebody can protect what another list named them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

import duckdb

from bayyina.figures.assembling import database_settings
from bayyina.figures.relations import PERSON, person_link
from bayyina.figures.snapshot import Snapshot
from bayyina.figures.validity import Cut, make_valid_view
from bayyina.model.vocabulary import Vocabulary


class WatchedProperties(Protocol):
    """What is looked at in records of one type."""

    @property
    def ages(self) -> frozenset[str]:
        """Properties that state an age."""
        ...

    @property
    def births(self) -> frozenset[str]:
        """Properties that state a date of birth."""
        ...

    @property
    def dates(self) -> frozenset[str]:
        """Properties that state the day of an act."""
        ...

    @property
    def flags(self) -> frozenset[str]:
        """Properties that mark a record by hand."""
        ...

    @property
    def codes(self) -> Mapping[str, frozenset[str]]:
        """Codes that protect whoever the record is about, by property."""
        ...

    @property
    def witness_links(self) -> frozenset[str]:
        """Links that protect whoever they point at."""
        ...


class Rules(Protocol):
    """What is sealed, as ``disclosure.protected_people.Protection`` says it."""

    @property
    def by_level(self) -> Mapping[str, frozenset[str]]:
        """Properties that are sealed whoever it is, by record type."""
        ...

    @property
    def identity(self) -> Mapping[str, frozenset[str]]:
        """Properties that tell who somebody is, by record type."""
        ...

    @property
    def months(self) -> Mapping[str, frozenset[str]]:
        """Those of them whose month stays in clear."""
        ...

    @property
    def child_below(self) -> int:
        """Age at which nobody is a child any more."""
        ...

    @property
    def watched(self) -> Mapping[str, WatchedProperties]:
        """What is looked at, by record type."""
        ...


class Unsealed(NamedTuple):
    """What ought to be sealed."""

    protected: frozenset[int]
    """Records of protected people, and papers about them, with something in clear that tells it."""

    by_level: frozenset[int]
    """Records with a value in clear whose level is sealed."""


def find_unsealed(snapshot: Snapshot, vocabulary: Vocabulary, rules: Rules) -> Unsealed:
    """Records of which something stands in clear that ought to be sealed."""
    with duckdb.connect(":memory:", config=database_settings(2, "1GB")) as connection:
        make_valid_view(connection, snapshot, Cut(snapshot.pointer.custody_size))
        connection.execute(
            "CREATE TEMP VIEW clear AS SELECT * FROM valid WHERE NOT starts_with(value, 'sealed:')"
        )
        _make_about(connection, vocabulary)
        _make_protected(connection, rules)
        return Unsealed(_in_clear(connection, rules), _of_level(connection, rules))


def _make_about(connection: duckdb.DuckDBPyConnection, vocabulary: Vocabulary) -> None:
    """Create ``about(record, person)``: whom an act is about."""
    links = (
        (name, link.name)
        for name in vocabulary.types
        if name != PERSON and (link := person_link(vocabulary, name)) is not None
    )
    connection.execute(
        f"""
        CREATE TEMP TABLE about AS
        SELECT DISTINCT v.record, TRY_CAST(v.value AS BIGINT) AS person
        FROM valid v JOIN {_pairs(links)} USING (record_type, property)
        WHERE TRY_CAST(v.value AS BIGINT) IS NOT NULL
        """
    )


def _make_protected(connection: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    """Create ``protected(person)``: children, survivors, witnesses, and whoever was marked."""
    watched = rules.watched
    ages = _pairs((kind, name) for kind, one in watched.items() for name in one.ages)
    births = _pairs((kind, name) for kind, one in watched.items() for name in one.births)
    dates = _pairs((kind, name) for kind, one in watched.items() for name in one.dates)
    witnesses = _pairs((kind, name) for kind, one in watched.items() for name in one.witness_links)
    codes = [
        (kind, name, code)
        for kind, one in watched.items()
        for name, known in (*one.codes.items(), *((flag, frozenset({"yes"})) for flag in one.flags))
        for code in sorted(known)
    ]
    connection.execute("CREATE TEMP TABLE code (record_type TEXT, property TEXT, value TEXT)")
    if codes:
        connection.executemany("INSERT INTO code VALUES (?, ?, ?)", codes)
    below = int(rules.child_below)
    whose = "coalesce(a.person, v.record)"
    connection.execute(
        f"""
        CREATE TEMP TABLE protected AS
        WITH born AS (
            SELECT {whose} AS person, v.asserted,
                   coalesce(v.date_hi, v.date_lo) AS last
            FROM valid v JOIN {births} USING (record_type, property)
            LEFT JOIN about a USING (record)
        ), grown AS (
            SELECT person, CAST(asserted AS VARCHAR) AS asserted,
                   printf('%04d', CAST(substr(last, 1, 4) AS INTEGER) + {below})
                       || substr(last, 5) AS limit_day
            FROM born WHERE last IS NOT NULL
        ), acted AS (
            SELECT a.person, v.date_lo, v.date_hi
            FROM valid v JOIN {dates} USING (record_type, property) JOIN about a USING (record)
        )
        SELECT {whose} AS person FROM valid v
        JOIN {ages} USING (record_type, property) LEFT JOIN about a USING (record)
        WHERE v.num_lo < {below} OR (v.num_lo IS NULL AND v.num_hi < {below})
        UNION
        SELECT {whose} FROM valid v JOIN code USING (record_type, property, value)
        LEFT JOIN about a USING (record)
        UNION
        SELECT person FROM grown WHERE asserted < limit_day
        UNION
        SELECT person FROM grown JOIN acted USING (person)
        WHERE date_lo < limit_day OR date_hi < limit_day
        UNION
        SELECT TRY_CAST(v.value AS BIGINT) FROM valid v
        JOIN {witnesses} USING (record_type, property)
        """
    )


def _in_clear(connection: duckdb.DuckDBPyConnection, rules: Rules) -> frozenset[int]:
    """Protected records with something in clear that tells whose they are."""
    told = _pairs(
        (kind, name)
        for kind, names in rules.identity.items()
        for name in names - rules.months[kind] - rules.by_level.get(kind, frozenset())
    )
    months = _pairs((kind, name) for kind, names in rules.months.items() for name in names)
    found = connection.execute(
        f"""
        WITH paper AS (
            SELECT record FROM about JOIN protected USING (person)
            UNION
            SELECT v.record FROM valid v JOIN protected ON TRY_CAST(v.value AS BIGINT) = person
            UNION
            SELECT TRY_CAST(v.value AS BIGINT) FROM valid v
            JOIN about USING (record) JOIN protected USING (person)
        ), meant AS (
            SELECT * FROM clear
            WHERE CASE WHEN record_type = '{PERSON}'
                       THEN record IN (SELECT person FROM protected WHERE person IS NOT NULL)
                       ELSE record IN (SELECT record FROM paper WHERE record IS NOT NULL) END
        )
        SELECT DISTINCT record FROM meant JOIN {told} USING (record_type, property)
        UNION
        SELECT DISTINCT record FROM meant JOIN {months} USING (record_type, property)
        WHERE substr(date_lo, 9) <> '01'
           OR CAST(last_day(TRY_CAST(date_hi AS DATE)) AS VARCHAR) <> date_hi
        """
    ).fetchall()
    return frozenset(int(number) for (number,) in found)


def _of_level(connection: duckdb.DuckDBPyConnection, rules: Rules) -> frozenset[int]:
    """Records with a value in clear whose level is sealed."""
    sealed = _pairs((kind, name) for kind, names in rules.by_level.items() for name in names)
    found = connection.execute(
        f"SELECT DISTINCT record FROM clear JOIN {sealed} USING (record_type, property)"
    ).fetchall()
    return frozenset(int(number) for (number,) in found)


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    """Pairs (record type, property) of the vocabulary as a table of SQL."""
    rows = ", ".join(f"('{kind}', '{name}')" for kind, name in sorted(set(pairs)))
    return f"(VALUES {rows or _NO_PAIR}) t(record_type, property)"


_NO_PAIR = "('', '')"
