"""Records of a snapshot of which something stands in clear that ought to be sealed.

The rules are those by which a row is sealed when it is taken in (``disclosure``), asked of all
that stands: what one list says of somebody can protect what another list named them. So can what
is said of another record of the same person, joined by an identifier or by a judgement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple, Protocol

import duckdb
import pyarrow as pa

from bayyina.figures.assembling import database_settings
from bayyina.figures.relations import PERSON, person_link
from bayyina.figures.snapshot import Snapshot
from bayyina.figures.snapshot_tables import SEALED_VALUE
from bayyina.figures.validity import Cut, make_valid_view
from bayyina.model.vocabulary import Vocabulary

_IDENTIFIED: Final = pa.schema([("record", pa.int64()), ("known_by", pa.string())])


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
    def identifiers(self) -> Mapping[str, frozenset[str]]:
        """Those of them whose shared value makes two records one person."""
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


def find_unsealed(
    snapshot: Snapshot,
    vocabulary: Vocabulary,
    rules: Rules,
    *,
    mark: Callable[[str], str] | None = None,
    thorough: bool = False,
) -> Unsealed:
    """Records of which something stands in clear that ought to be sealed.

    Args:
        snapshot: What stands.
        vocabulary: Which records are about whom.
        rules: What is sealed.
        mark: Gives the mark of an identifier in clear, so that it can be compared with sealed
            ones; None for somebody who is not cleared.
        thorough: Give all records of protected people, whether something of them is known to
            stand in clear or not: wordings are not in a snapshot.
    """
    with duckdb.connect(":memory:", config=database_settings(2, "1GB")) as connection:
        make_valid_view(connection, snapshot, Cut(snapshot.pointer.custody_size))
        connection.execute(
            "CREATE TEMP VIEW clear AS SELECT * FROM valid WHERE NOT starts_with(value, 'sealed:')"
        )
        _make_about(connection, vocabulary)
        _make_protected(connection, rules)
        _make_joined(connection, snapshot, rules, mark)
        found = _in_clear(connection, rules, thorough=thorough)
        return Unsealed(found, _of_level(connection, rules))


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


def _make_joined(
    connection: duckdb.DuckDBPyConnection,
    snapshot: Snapshot,
    rules: Rules,
    mark: Callable[[str], str] | None,
) -> None:
    """Add to ``protected`` whoever is the same person: by an identifier, or by a judgement."""
    identifiers = _pairs((k, name) for k, names in rules.identifiers.items() for name in names)
    told = _pairs(
        (kind, name)
        for kind, names in rules.identity.items()
        for name in names - rules.by_level.get(kind, frozenset())
        if kind == PERSON
    )
    connection.execute(
        f"INSERT INTO protected SELECT DISTINCT v.record FROM valid v JOIN {told} "
        f"USING (record_type, property) WHERE starts_with(v.value, '{SEALED_VALUE}')"
    )
    rows = connection.execute(
        f"SELECT DISTINCT record, value FROM valid JOIN {identifiers} "
        f"USING (record_type, property) WHERE record_type = '{PERSON}' AND value IS NOT NULL"
    ).fetchall()
    keys = [_key(str(value), mark) for _, value in rows]
    known = {"record": [row[0] for row in rows], "known_by": keys}
    connection.register("identified", pa.table(known, schema=_IDENTIFIED))
    path = (snapshot.folder / snapshot.pointer.judgements).as_posix()
    connection.execute(
        """
        CREATE TEMP TABLE same AS
        WITH star AS (  -- everybody with the first who has it: as many rows as bearers
            SELECT record, min(record) OVER (PARTITION BY known_by) AS first FROM identified
        )
        SELECT unnest([record, first]) AS one, unnest([first, record]) AS other
        FROM star WHERE record <> first
        """
    )
    connection.execute(
        """
        INSERT INTO same SELECT unnest([a, b]), unnest([b, a]) FROM (
            SELECT least(record_a, record_b) AS a, greatest(record_a, record_b) AS b,
                   max_by(verdict, entry * 4294967296 + (number & 4294967295)) AS said
            FROM read_parquet($path)
            WHERE (number >> 32) IN (SELECT batch FROM standing_batch)
            GROUP BY ALL
        ) WHERE said = 'same'
        """,
        {"path": path},
    )
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE protected AS
        WITH RECURSIVE reached(person) AS (
            SELECT DISTINCT person FROM protected WHERE person IS NOT NULL
            UNION
            SELECT s.other FROM reached r JOIN same s ON s.one = r.person
        )
        SELECT person FROM reached
        """
    )


def _key(value: str, mark: Callable[[str], str] | None) -> str:
    """What an identifier is compared by: its mark where marks can be made, else itself."""
    if value.startswith(SEALED_VALUE):
        return value.removeprefix(SEALED_VALUE)
    return value if mark is None else mark(value)


def _in_clear(
    connection: duckdb.DuckDBPyConnection, rules: Rules, *, thorough: bool
) -> frozenset[int]:
    """Protected records with something in clear that tells whose they are, and acts about them."""
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
        ), due AS (
            SELECT DISTINCT record FROM meant JOIN {told} USING (record_type, property)
            UNION
            SELECT DISTINCT record FROM meant JOIN {months} USING (record_type, property)
            WHERE substr(date_lo, 9) <> '01'
               OR CAST(last_day(TRY_CAST(date_hi AS DATE)) AS VARCHAR) <> date_hi
        )
        SELECT record FROM due
        UNION
        SELECT a.record FROM about a JOIN due d ON a.person = d.record
        UNION
        SELECT record FROM meant WHERE {str(thorough).lower()}
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
