"""The other way round: which records point at a record, and which are about the same somebody.

Read straight from the statements that stand, so that one record is answered without
assembling the tables of all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

import duckdb

from bayyina.figures.assembling import database_settings
from bayyina.figures.clusters import make_verdicts
from bayyina.figures.facts import identifier_properties
from bayyina.figures.kept_apart import joined_apart
from bayyina.figures.relations import PERSON
from bayyina.figures.snapshot import Snapshot
from bayyina.figures.validity import Cut, make_batches, make_valid_view
from bayyina.model.vocabulary import Vocabulary


class Pointer(NamedTuple):
    """A record that points at another."""

    record: int
    """Its number."""

    record_type: str
    """Its type in the vocabulary."""

    property: str
    """The link with which it points."""

    target: int
    """Number of the record that it points at."""


class Neighbours:
    """Looks up neighbours of records in one snapshot. To be closed after use."""

    def __init__(self, snapshot: Snapshot, vocabulary: Vocabulary, *, kept: bool = False) -> None:
        """Open a database in memory over the snapshot's statements that stand now.

        With ``kept`` what is looked up is copied into memory, for a program that asks often; it
        is then asked by one thread at a time.
        """
        self._vocabulary = vocabulary
        self._connection = duckdb.connect(":memory:", config=database_settings(2, "1GB"))
        cut = Cut(snapshot.pointer.custody_size)
        make_valid_view(self._connection, snapshot, cut)
        if kept:
            self._keep()
        make_verdicts(self._connection, snapshot, cut)

    def _keep(self) -> None:
        self._connection.execute(
            """
            CREATE TEMP TABLE kept AS SELECT record, record_type, property, value FROM valid
            WHERE list_contains($properties, property) AND value <> '' ORDER BY value
            """,
            {"properties": self._kept_properties()},
        )
        self._connection.execute("CREATE OR REPLACE TEMP VIEW valid AS SELECT * FROM kept")

    def _kept_properties(self) -> list[str]:
        links = {name for names in _links(self._vocabulary).values() for name in names}
        return sorted(links | set(identifier_properties(self._vocabulary)))

    def renew(
        self,
        snapshot: Snapshot,
        records: Collection[int],
        rows: Collection[tuple[int, str, str, str | None]],
    ) -> None:
        """Bring what is kept up to a newer snapshot: ``rows`` are all that is stated of ``records``.

        Args:
            snapshot: The newer one.
            records: Those of which anything changed.
            rows: Record, its type, property, value.
        """
        wanted = set(self._kept_properties())
        fresh = [row for row in rows if row[2] in wanted and row[3]]
        run = self._connection.execute
        run("BEGIN")
        run(
            "DELETE FROM kept WHERE record IN (SELECT CAST(unnest($records) AS BIGINT))",
            {"records": list(records)},
        )
        if fresh:
            self._connection.executemany("INSERT INTO kept VALUES (?, ?, ?, ?)", fresh)
        run("COMMIT")
        cut = Cut(snapshot.pointer.custody_size)
        make_batches(self._connection, snapshot, cut)
        make_verdicts(self._connection, snapshot, cut)

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()

    def pointing_at(self, records: Collection[int]) -> list[Pointer]:
        """Records with a link to one of ``records``, in order of number and property."""
        links = _links(self._vocabulary)
        # Numbers as texts, written out so that blocks without them are passed over.
        wanted = ", ".join(f"'{int(number)}'" for number in records) or "NULL"
        found = self._connection.execute(
            f"""
            SELECT DISTINCT record, record_type, property, CAST(value AS BIGINT)
            FROM valid
            WHERE list_contains($properties, property) AND value IN ({wanted})
            ORDER BY ALL
            """,
            {"properties": sorted({name for names in links.values() for name in names})},
        ).fetchall()
        return [Pointer(*row) for row in found if row[2] in links.get(row[1], ())]

    def same_people(self, record: int) -> list[int]:
        """Person records that are joined with a person record, itself among them, in order.

        They are joined by identifiers and by judgements; two people who were judged different
        are never one. Links of the linkage do not count here: what is decided about a record,
        or written to a family, must not rest on a link that nobody looked at.
        """
        known: set[int] = set()
        fresh = {record}
        reasons: dict[tuple[int, int], int] = {}
        while fresh:
            known |= fresh
            found = self._joined(fresh)
            for one, other, rank in found:
                pair = (max(one, other), min(one, other))
                reasons[pair] = max(reasons.get(pair, 0), rank)
            fresh = {number for row in found for number in row[:2]} - known
        parted = self._parted(known)
        if not parted:
            return sorted(known)
        strongest = sorted(reasons, key=lambda pair: (-reasons[pair], pair))
        groups = joined_apart(strongest, parted)
        own = groups.get(record, record)
        return sorted(number for number in known if groups.get(number, number) == own)

    def same_as_any(self, records: Collection[int]) -> set[int]:
        """People who are the same as one of some people, these among them; quick for many."""
        known: set[int] = set()
        fresh = set(records)
        while fresh:
            known |= fresh
            fresh = self._next_to(fresh) - known
        own = set(records)
        return own | {one for one in known - own if own & set(self.same_people(one))}

    def _next_to(self, records: Collection[int]) -> set[int]:
        """Everybody whom something joins with one of some people."""
        found = self._connection.execute(
            """
            WITH wanted AS (SELECT CAST(unnest($records) AS BIGINT) AS record), bearer AS (
                SELECT record, property, value FROM valid
                WHERE record_type = $person AND list_contains($identifiers, property)
                  AND value IS NOT NULL AND value <> ''
            )
            SELECT y.record FROM bearer x JOIN bearer y USING (property, value)
            WHERE x.record IN (SELECT record FROM wanted)
            UNION
            SELECT CASE WHEN a IN (SELECT record FROM wanted) THEN b ELSE a END FROM verdict
            WHERE joins AND (
                a IN (SELECT record FROM wanted) OR b IN (SELECT record FROM wanted)
            )
            """,
            {
                "person": PERSON,
                "identifiers": identifier_properties(self._vocabulary),
                "records": list(records),
            },
        ).fetchall()
        return {int(one) for (one,) in found}

    def _parted(self, records: Collection[int]) -> list[tuple[int, int]]:
        found = self._connection.execute(
            "SELECT a, b FROM verdict WHERE parts AND list_contains($records, a)"
            " AND list_contains($records, b)",
            {"records": list(records)},
        ).fetchall()
        return [(int(a), int(b)) for a, b in found]

    def _joined(self, records: Collection[int]) -> list[tuple[int, int, int]]:
        """Pairs with one of some records in them that something joins, and how strong it is."""
        found = self._connection.execute(
            """
            WITH bearer AS (
                SELECT record, property, value FROM valid
                WHERE record_type = $person AND list_contains($identifiers, property)
                  AND value IS NOT NULL AND value <> ''
            ), joined AS (
                SELECT x.record AS one, y.record AS other
                FROM bearer x JOIN bearer y USING (property, value)
                WHERE list_contains($records, x.record) AND y.record <> x.record
            )
            SELECT one, other, 2 FROM joined
            ANTI JOIN (SELECT a, b FROM verdict WHERE parts) d
                 ON d.a = greatest(one, other) AND d.b = least(one, other)
            UNION
            SELECT a, b, 3 FROM verdict
            WHERE joins AND (list_contains($records, a) OR list_contains($records, b))
            """,
            {
                "person": PERSON,
                "identifiers": identifier_properties(self._vocabulary),
                "records": list(records),
            },
        ).fetchall()
        return [(int(one), int(other), int(rank)) for one, other, rank in found]


def _links(vocabulary: Vocabulary) -> Mapping[str, frozenset[str]]:
    """Names of the link properties of each record type."""
    return {
        name: frozenset(prop.name for prop in kind.properties.values() if prop.type == "link")
        for name, kind in vocabulary.types.items()
    }
