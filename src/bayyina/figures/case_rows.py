"""What stands of records of some types, and people's custody: for matching cases with people.

A case is a body, a certificate or a match that people work on. What is read here is read in one
pass over a snapshot, so that thousands of cases can be laid beside all people of a workspace.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import duckdb

from bayyina.figures.assembling import database_settings
from bayyina.figures.relations import PERSON, person_link
from bayyina.figures.snapshot import Snapshot
from bayyina.figures.snapshot_tables import SEALED_VALUE
from bayyina.figures.validity import Cut, make_valid_view
from bayyina.model.vocabulary import Vocabulary


class CaseRow(NamedTuple):
    """One statement that stands."""

    record: int
    """Record that it is about."""

    record_type: str
    """Type of that record."""

    property: str
    """What it states."""

    value: str
    """The value; statements without one are left out."""

    first: str | None
    """First day of a date, ISO 8601."""

    last: str | None
    """Last day of a date."""

    source: int | None
    """Source that says it."""


class CustodyAct(NamedTuple):
    """An act about a person that a window of time and place is laid beside."""

    person: int
    """Record of the person."""

    record: int
    """Record of the act."""

    record_type: str
    """Its type."""

    custody: str
    """``start``, ``end`` or empty, as the vocabulary says of the type."""

    first: str | None
    """First day on which it can have been."""

    last: str | None
    """Last day."""

    where: tuple[str, ...]
    """Facilities and groups that it names, as codes or as written."""

    source: int | None
    """The first source that states it."""


class CaseReader:
    """Reads one snapshot. Made by ``reading_cases``."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, vocabulary: Vocabulary
    ) -> None:
        """Open the newest state."""
        self._connection = connection
        self._vocabulary = vocabulary
        make_valid_view(connection, snapshot, Cut(snapshot.pointer.custody_size))

    def statements(
        self, record_types: Sequence[str], *, properties: Sequence[str] | None = None
    ) -> list[CaseRow]:
        """Statements about records of some types, in order of record and property."""
        found = self._connection.execute(
            """
            SELECT DISTINCT record, record_type, property, value, date_lo, date_hi, source
            FROM valid
            WHERE list_contains($types, record_type) AND value IS NOT NULL
              AND NOT starts_with(value, $sealed)
              AND ($properties IS NULL OR list_contains($properties, property))
            ORDER BY ALL
            """,
            {
                "sealed": SEALED_VALUE,
                "types": list(record_types),
                "properties": None if properties is None else list(properties),
            },
        ).fetchall()
        return [CaseRow(*row) for row in found]

    def statements_of(self, records: Iterable[int]) -> list[CaseRow]:
        """Statements about some records, in order of record and property."""
        found = self._connection.execute(
            """
            SELECT DISTINCT record, record_type, property, value, date_lo, date_hi, source
            FROM valid WHERE value IS NOT NULL AND NOT starts_with(value, $sealed)
              AND record IN (SELECT unnest($records))
            ORDER BY ALL
            """,
            {"records": sorted(set(records)), "sealed": SEALED_VALUE},
        ).fetchall()
        return [CaseRow(*row) for row in found]

    def acts(self, people: Iterable[int] | None = None) -> list[CustodyAct]:
        """Acts about people, of some of them or of all, in order of person and record."""
        links = {
            name: link.name
            for name, kind in self._vocabulary.types.items()
            if name != PERSON
            and kind.is_a("Act")
            and (link := person_link(self._vocabulary, name)) is not None
        }
        pairs = ", ".join(f"('{name}', '{prop}')" for name, prop in sorted(links.items()))
        found = self._connection.execute(
            f"""
            WITH about AS (
                SELECT v.record, min(TRY_CAST(v.value AS BIGINT)) AS person
                FROM valid v
                JOIN (VALUES {pairs}) t(record_type, property) USING (record_type, property)
                GROUP BY v.record
            )
            SELECT a.person, v.record, any_value(v.record_type),
                   min(v.date_lo) FILTER (v.property = 'date'),
                   max(v.date_hi) FILTER (v.property = 'date'),
                   list(DISTINCT v.value) FILTER (v.property IN ('facility', 'by')),
                   min(v.source)
            FROM valid v JOIN about a USING (record)
            WHERE a.person IS NOT NULL
              AND ($people IS NULL OR a.person IN (SELECT unnest($people)))
            GROUP BY a.person, v.record ORDER BY 1, 2
            """,
            {"people": None if people is None else sorted(set(people))},
        ).fetchall()
        return [
            CustodyAct(
                person, record, kind, self._vocabulary.types[kind].custody or "", first, last,
                tuple(sorted(value for value in where or () if value)), source,
            )
            for person, record, kind, first, last, where, source in found
        ]  # fmt: skip


@contextmanager
def reading_cases(snapshot: Snapshot, vocabulary: Vocabulary) -> Iterator[CaseReader]:
    """A reader of the newest state, closed at the end."""
    connection = duckdb.connect(":memory:", config=database_settings(2, "1GB"))
    try:
        yield CaseReader(connection, snapshot, vocabulary)
    finally:
        connection.close()
