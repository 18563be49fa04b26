"""Records of a snapshot of which something stands in clear that ought to be sealed.

The rules are those by which a row is sealed when it is taken in (``disclosure``), asked of all
that stands: what one list says of somebody can protect what another list named them. So can what
is said of another record of the same person, joined by an identifier or by a judgement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

import duckdb
import pyarrow as pa

from bayyina.figures.assembling import database_settings
from bayyina.figures.protecting import Rules
from bayyina.figures.relations import PERSON, person_link
from bayyina.figures.snapshot import Snapshot
from bayyina.figures.snapshot_tables import SEALED_VALUE, STATEMENTS
from bayyina.figures.validity import Cut, make_valid_view, relation_of
from bayyina.model.drafts import ValueDraft
from bayyina.model.vocabulary import UNRECOGNISED, Vocabulary

Wordings: TypeAlias = Callable[[Sequence[int]], Mapping[int, str]]
"""Gives what was written beside the values of some statements, by their numbers: a snapshot
holds only that something was."""

_MARKED: Final = pa.schema([("value", pa.string()), ("mark", pa.string())])
_PEOPLE: Final = pa.schema([("person", pa.int64())])
_SEALED: Final = "sealed:"
_AT_ONCE: Final = 20_000


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
    wordings: Wordings,
    mark: Callable[[str], str] | None = None,
) -> Unsealed:
    """Records of which something stands in clear that ought to be sealed.

    Args:
        snapshot: What stands.
        vocabulary: Which records are about whom.
        rules: What is sealed.
        wordings: Gives what was written beside values; asked for few.
        mark: Gives the mark of an identifier in clear, so that it can be compared with sealed
            ones; None for somebody who is not cleared.
    """
    with duckdb.connect(":memory:", config=database_settings(2, "1GB")) as connection:
        make_valid_view(connection, snapshot, Cut(snapshot.pointer.custody_size))
        _make_said(connection, snapshot, vocabulary)
        _make_about(connection, vocabulary)
        _make_protected(connection, rules)
        _add_told_in_words(connection, rules, wordings)
        _make_joined(connection, snapshot, rules, mark)
        _make_papers(connection, rules)
        found = _in_clear(connection, rules) | _worded(connection, rules, wordings)
        return Unsealed(found, _of_level(connection, rules) | _named_files(connection, rules))


def _make_said(
    connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, vocabulary: Vocabulary
) -> None:
    """Create the view ``said``, what stands, and the table ``link``, the links of it."""
    size = snapshot.pointer.custody_size
    source = relation_of(snapshot, snapshot.pointer.statements, Cut(size), STATEMENTS)
    connection.execute(
        f"""
        CREATE TEMP VIEW said AS
        SELECT s.*, coalesce(TRY_CAST(s.asserted_on AS DATE), b.day) AS asserted
        FROM {source} s JOIN standing_batch b ON b.batch = s.batch
        ANTI JOIN closed c ON c.statement = s.number
        """
    )
    links = _stated(
        (kind.name, prop.name)
        for kind in vocabulary.types.values()
        for prop in kind.properties.values()
        if prop.type == "link"
    )
    connection.execute(
        f"""
        CREATE TEMP TABLE link AS
        SELECT record, record_type, property, TRY_CAST(value AS BIGINT) AS target
        FROM {links} WHERE TRY_CAST(value AS BIGINT) IS NOT NULL
        """
    )


def _of_types(names: Mapping[str, frozenset[str]]) -> list[tuple[str, str]]:
    return [(kind, name) for kind, own in names.items() for name in own]


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
        SELECT DISTINCT record, target AS person
        FROM link JOIN {_pairs(links)} USING (record_type, property)
        """
    )


def _make_protected(connection: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    """Create ``protected(person)``: children, survivors, witnesses, and whoever was marked."""
    watched = rules.watched
    ages = _stated((kind, name) for kind, one in watched.items() for name in one.ages)
    births = _stated((kind, name) for kind, one in watched.items() for name in one.births)
    dates = _stated((kind, name) for kind, one in watched.items() for name in one.dates)
    witnesses = _pairs((kind, name) for kind, one in watched.items() for name in one.witness_links)
    codes = [
        (kind, name, code)
        for kind, one in watched.items()
        for name, known in (*one.codes.items(), *((flag, frozenset({"yes"})) for flag in one.flags))
        for code in sorted(known)
    ]
    coded = _stated((kind, name) for kind, name, _ in codes)
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
            FROM {births} v
            LEFT JOIN about a USING (record)
        ), grown AS (
            SELECT person, CAST(asserted AS VARCHAR) AS asserted,
                   printf('%04d', CAST(substr(last, 1, 4) AS INTEGER) + {below})
                       || substr(last, 5) AS limit_day
            FROM born WHERE last IS NOT NULL
        ), acted AS (
            SELECT a.person, v.date_lo, v.date_hi
            FROM {dates} v JOIN about a USING (record)
            WHERE a.person IN (SELECT person FROM grown)
        )
        SELECT {whose} AS person FROM {ages} v LEFT JOIN about a USING (record)
        WHERE v.num_lo < {below} OR (v.num_lo IS NULL AND v.num_hi < {below})
        UNION
        SELECT {whose} FROM {coded} v JOIN code USING (record_type, property, value)
        LEFT JOIN about a USING (record)
        UNION
        SELECT person FROM grown WHERE asserted < limit_day
        UNION
        SELECT person FROM grown JOIN acted USING (person)
        WHERE date_lo < limit_day OR date_hi < limit_day
        UNION
        SELECT target FROM link JOIN {witnesses} USING (record_type, property)
        """
    )


def _add_told_in_words(
    connection: duckdb.DuckDBPyConnection, rules: Rules, wordings: Wordings
) -> None:
    """Add to ``protected`` whom a text, or a wording not understood, tells to be a survivor."""
    coded = _stated((kind, name) for kind, one in rules.watched.items() for name in one.codes)
    rows = connection.execute(
        f"""
        SELECT v.number, v.record_type, v.property, coalesce(a.person, v.record)
        FROM {coded} v LEFT JOIN about a USING (record)
        WHERE v.value = '{UNRECOGNISED}' AND v.wording
        """
    ).fetchall()
    said = wordings(sorted({row[0] for row in rows}))
    people = {
        person
        for number, kind, name, person in rows
        if rules.watched[kind].tells(ValueDraft(name, UNRECOGNISED, original=said.get(number)))
    }
    people |= _told_in_texts(connection, rules)
    if people:
        connection.register("told", pa.table({"person": sorted(people)}, schema=_PEOPLE))
        connection.execute("INSERT INTO protected SELECT person FROM told")


def _told_in_texts(connection: duckdb.DuckDBPyConnection, rules: Rules) -> set[int]:
    """Whom a remark or a finding in clear tells to be a survivor, and nothing else protects."""
    texts = _stated((kind, name) for kind, one in rules.watched.items() for name in one.texts)
    connection.execute(
        f"""
        SELECT v.record_type, v.property, v.value, coalesce(a.person, v.record) AS whose
        FROM {texts} v LEFT JOIN about a USING (record)
        WHERE NOT starts_with(v.value, '{_SEALED}')
        AND whose NOT IN (SELECT person FROM protected WHERE person IS NOT NULL)
        """
    )
    told: set[int] = set()
    while rows := connection.fetchmany(_AT_ONCE):
        told.update(
            person
            for kind, name, value, person in rows
            if rules.watched[kind].tells(ValueDraft(name, value))
        )
    return told


def _make_joined(
    connection: duckdb.DuckDBPyConnection,
    snapshot: Snapshot,
    rules: Rules,
    mark: Callable[[str], str] | None,
) -> None:
    """Add to ``protected`` whoever is the same person: by an identifier, or by a judgement."""
    told = _stated(pair for pair in _told(rules) if pair[0] == PERSON)
    connection.execute(
        f"INSERT INTO protected SELECT DISTINCT v.record FROM {told} v "
        f"WHERE starts_with(v.value, '{SEALED_VALUE}')"
    )
    _make_identified(connection, rules, mark)
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


def _make_identified(
    connection: duckdb.DuckDBPyConnection, rules: Rules, mark: Callable[[str], str] | None
) -> None:
    """Create ``identified(record, known_by)``: people, and what their identifiers are compared by.

    That is the mark of an identifier where marks can be made, or else the identifier.
    """
    identifiers = _stated(pair for pair in _of_types(rules.identifiers) if pair[0] == PERSON)
    connection.execute(
        f"CREATE TEMP TABLE bearer AS SELECT record, value "
        f"FROM {identifiers} WHERE value IS NOT NULL"
    )
    marked: dict[str, list[str]] = {"value": [], "mark": []}
    if mark is not None:
        rows = connection.execute(
            f"SELECT DISTINCT value FROM bearer WHERE NOT starts_with(value, '{SEALED_VALUE}') "
            f"AND EXISTS (FROM bearer WHERE starts_with(value, '{SEALED_VALUE}'))"
        ).fetchall()
        marked["value"] = [value for (value,) in rows]
        marked["mark"] = [mark(value) for value in marked["value"]]
    connection.register("marked", pa.table(marked, schema=_MARKED))
    connection.execute(
        f"""
        CREATE TEMP VIEW identified AS
        SELECT b.record,
               CASE WHEN starts_with(b.value, '{SEALED_VALUE}')
                    THEN substr(b.value, {len(SEALED_VALUE) + 1})
                    ELSE coalesce(m.mark, b.value) END AS known_by
        FROM bearer b LEFT JOIN marked m USING (value)
        """
    )


def _make_papers(connection: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    """Create ``clear``, what protected people's records state in clear, with papers about them.

    A paper is a record that names one of them, one that such a record points at, and one that
    points at such a record; and a record that is protected by itself.
    """
    only_about = ", ".join(f"'{name}'" for name in sorted(rules.only_about)) or "''"
    kinds = ", ".join(f"'{name}'" for name in sorted(rules.identity) if name != PERSON) or "''"
    connection.execute(
        f"""
        CREATE TEMP TABLE paper AS
        WITH named AS (
            SELECT record FROM about JOIN protected USING (person)
            UNION
            SELECT l.record FROM link l JOIN protected p ON l.target = p.person
            WHERE l.record_type NOT IN ({only_about})
        )
        SELECT record FROM named
        UNION
        SELECT l.target FROM link l JOIN named USING (record)
        UNION
        SELECT l.record FROM link l JOIN named n ON l.target = n.record
        """
    )
    connection.execute(
        f"""
        CREATE TEMP TABLE itself AS
        SELECT DISTINCT record FROM {_stated(_of_types(rules.confidential))}
        WHERE value IS NOT NULL
        """
    )
    connection.execute(
        f"""
        CREATE TEMP TABLE clear AS
        SELECT number, record, record_type, property, value, date_lo, date_hi, wording
        FROM said
        WHERE record IN (
                SELECT person FROM protected UNION SELECT record FROM paper
                UNION SELECT record FROM itself
            )
          AND NOT starts_with(value, '{_SEALED}')
          AND CASE WHEN record_type = '{PERSON}' THEN record IN (SELECT person FROM protected)
                   ELSE (record_type IN ({kinds}) AND record IN (SELECT record FROM paper))
                        OR record IN (SELECT record FROM itself) END
        """
    )


def _in_clear(connection: duckdb.DuckDBPyConnection, rules: Rules) -> frozenset[int]:
    """Protected records with a value in clear that tells whose they are."""
    months = _pairs(_of_types(rules.months))
    return _numbers(
        connection,
        f"""
        SELECT DISTINCT record FROM clear JOIN {_pairs(_told(rules))} USING (record_type, property)
        UNION
        SELECT DISTINCT record FROM clear JOIN {months} USING (record_type, property)
        WHERE substr(date_lo, 9) <> '01'
           OR CAST(last_day(TRY_CAST(date_hi AS DATE)) AS VARCHAR) <> date_hi
        """,
    )


def _worded(
    connection: duckdb.DuckDBPyConnection, rules: Rules, wordings: Wordings
) -> frozenset[int]:
    """Protected records with a wording in clear beside a value that may stay."""
    rows = connection.execute(
        "SELECT number, record, record_type, property, value, date_lo, date_hi FROM clear "
        "WHERE wording"
    ).fetchall()
    said = wordings(sorted(row[0] for row in rows))
    return frozenset(
        record
        for number, record, kind, name, value, lo, hi in rows
        if rules.seals_wording(
            kind, ValueDraft(name, value, lo, hi, original=said.get(number)), is_protected=True
        )
    )


def _of_level(connection: duckdb.DuckDBPyConnection, rules: Rules) -> frozenset[int]:
    """Records with a value in clear whose level is sealed."""
    return _numbers(
        connection,
        f"SELECT DISTINCT record FROM {_stated(_of_types(rules.by_level))} "
        f"WHERE NOT starts_with(value, '{_SEALED}')",
    )


def _named_files(connection: duckdb.DuckDBPyConnection, rules: Rules) -> frozenset[int]:
    """Records with the name of a file in clear that may tell of somebody."""
    rows = connection.execute(
        f"SELECT record, record_type, property, value "
        f"FROM {_stated(_of_types(rules.file_names))} WHERE NOT starts_with(value, '{_SEALED}')"
    ).fetchall()
    return frozenset(
        record
        for record, kind, name, value in rows
        if rules.seals(kind, ValueDraft(name, value), is_protected=False)
    )


def _told(rules: Rules) -> list[tuple[str, str]]:
    """Properties that tell who somebody is, apart from dates whose month stays."""
    return [
        (kind, name)
        for kind, names in rules.identity.items()
        for name in names - rules.months[kind] - rules.by_level.get(kind, frozenset())
    ]


def _numbers(connection: duckdb.DuckDBPyConnection, sql: str) -> frozenset[int]:
    return frozenset(int(number) for (number,) in connection.execute(sql).fetchall())


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    """Pairs (record type, property) of the vocabulary as a table of SQL."""
    rows = ", ".join(f"('{kind}', '{name}')" for kind, name in sorted(set(pairs)))
    return f"(VALUES {rows or _NO_PAIR}) t(record_type, property)"


def _stated(pairs: Iterable[tuple[str, str]]) -> str:
    """What stands of some properties, as SQL; the names of properties are looked at first."""
    wanted = sorted(set(pairs))
    names = ", ".join(f"'{name}'" for name in sorted({name for _, name in wanted})) or "''"
    return (
        f"(SELECT said.* FROM said JOIN {_pairs(wanted)} USING (record_type, property) "
        f"WHERE said.property IN ({names}))"
    )


_NO_PAIR = "('', '')"
