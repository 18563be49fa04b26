"""What a review of links reads of a snapshot: the queue, the sample, and each list's answers.

Every reader opens one state, as it stands now. A pair is worth a person's time by its doubt times
its effect. Doubt is ``4 p (1 - p)``, greatest where the linkage cannot say. Effect is what joining
would change in figures: one person fewer; for each type of act that both sides have, one act
fewer; and half for each that only one side has, since a state may change by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import exp
from typing import Final, NamedTuple

import duckdb

from bayyina.figures.assembling import database_settings
from bayyina.figures.clusters import connect, make_edges
from bayyina.figures.facts import identifier_properties
from bayyina.figures.kept_apart import keep_apart
from bayyina.figures.link_quality import LINK, SAMPLE, Quality, make_sample, quality_of, stratum_sql
from bayyina.figures.relations import PERSON, person_link
from bayyina.figures.run_links import Run, sampled_strata, standing_runs
from bayyina.figures.snapshot import Snapshot
from bayyina.figures.validity import Cut, make_valid_view
from bayyina.model.vocabulary import Vocabulary

SURE: Final = 4600
"""Thousandths of log-odds from which a link is not asked about: 99 in 100."""


class QueuedPair(NamedTuple):
    """A pair that waits for a person."""

    record_a: int
    """The record with the lower number."""

    record_b: int
    """The other one."""

    decision: str
    """What the linkage made of it."""

    odds: int
    """Thousandths of its log-odds."""

    effect: float
    """What joining would change in figures."""

    worth: float
    """Doubt times effect."""


class ListAnswer(NamedTuple):
    """What the workspace knows of the people of one list."""

    source: int
    """Record number of the list's Source."""

    rows: int
    """Records of people that it made."""

    people: int
    """Different people among them."""

    known: int
    """People who stand in another list too."""

    to_review: int
    """People who perhaps do: a person has to look."""

    new: int
    """People whom no other list knows."""


class RowAnswer(NamedTuple):
    """What is known of one record of a list."""

    record: int
    """Its number."""

    answer: str
    """``known``, ``review`` or ``new``."""

    others: tuple[int, ...]
    """Records of other lists that are the same person, or perhaps are."""

    odds: int | None
    """Thousandths of the log-odds of the best link; None where something else joins them."""


class LinkReader:
    """Reads links, judgements and clusters of one state of a snapshot."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        snapshot: Snapshot,
        vocabulary: Vocabulary,
        linked: str = "",
    ) -> None:
        """Make the clusters that strict figures count by, or those of ``linked``."""
        cut = Cut(snapshot.pointer.custody_size, linked=linked)
        self._connection = connection
        make_valid_view(connection, snapshot, cut)
        links = {
            name: link.name
            for name in vocabulary.types
            if name != PERSON and (link := person_link(vocabulary, name)) is not None
        }
        pairs = ", ".join(f"('{name}', '{prop}')" for name, prop in sorted(links.items()))
        connection.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE done AS
            SELECT DISTINCT TRY_CAST(v.value AS BIGINT) AS person, v.record_type AS kind
            FROM valid v
            JOIN (VALUES {pairs}) t(record_type, property) USING (record_type, property)
            """
        )
        connection.execute(
            """
            CREATE OR REPLACE TEMP TABLE people AS
            SELECT record, coalesce(min(source), 0) AS source FROM valid
            WHERE record_type = $person GROUP BY record
            """,
            {"person": PERSON},
        )
        make_edges(connection, snapshot, cut, identifier_properties(vocabulary))
        connect(connection)
        keep_apart(connection)
        self.runs: Sequence[Run] = standing_runs(connection, snapshot, cut)
        """Runs and samples that stand."""

    def queue(self, limit: int | None, *, sample: bool = False) -> list[QueuedPair]:
        """Pairs that wait, those worth most first; with ``sample`` those of the latest sample."""
        source = "(SELECT * FROM all_link WHERE decision <> 'apart' AND odds < $sure)"
        if sample:
            drawn = [run for run in self.runs if run.kind == SAMPLE]
            if not drawn:
                return []
            make_sample(self._connection, drawn[-1].parameters)
            source = "(SELECT l.* FROM all_link l SEMI JOIN sampled USING (a, b) WHERE $sure > 0)"
        return [QueuedPair(*row) for row in self._connection.execute(
            f"""
            WITH waiting AS (
                SELECT l.a, l.b, l.decision, l.odds
                FROM {source} l
                SEMI JOIN people x ON x.record = l.a
                SEMI JOIN people y ON y.record = l.b
                ANTI JOIN verdict v ON v.a = l.a AND v.b = l.b
                LEFT JOIN (SELECT u, v FROM reason WHERE rank > 1) r ON r.u = l.a AND r.v = l.b
                LEFT JOIN cluster c ON c.record = l.a
                LEFT JOIN cluster d ON d.record = l.b
                WHERE $all_of_them OR (r.u IS NULL AND (
                    l.decision = 'strict' OR c.root IS NULL OR d.root IS NULL OR c.root <> d.root
                ))
            ), kinds AS (
                SELECT w.a, w.b, d.kind, count(DISTINCT w.person) = 2 AS both_sides
                FROM (SELECT a, b, a AS person FROM waiting
                      UNION ALL SELECT a, b, b FROM waiting) w
                JOIN done d ON d.person = w.person
                GROUP BY ALL
            ), effects AS (
                SELECT a, b, sum(CASE WHEN both_sides THEN 1.0 ELSE 0.5 END) AS effect
                FROM kinds GROUP BY ALL
            )
            SELECT b, a, decision, odds, CAST(1.0 + coalesce(effect, 0.0) AS DOUBLE) AS effect,
                   CAST(round(4.0 * p * (1.0 - p) * (1.0 + coalesce(effect, 0.0)), 6) AS DOUBLE) AS worth
            FROM (SELECT *, 1.0 / (1.0 + exp(-greatest(least(odds, 30000), -30000) / 1000.0)) AS p
                  FROM waiting)
            LEFT JOIN effects USING (a, b)
            ORDER BY {"md5(a || '-' || b)" if sample else "worth DESC"}, b, a
            LIMIT $limit
            """,
            {"sure": SURE, "all_of_them": sample, "limit": limit if limit is not None else 1 << 40},
        ).fetchall()]  # fmt: skip

    def link_of(self, one: int, other: int) -> tuple[str, int] | None:
        """Decision and thousandths of log-odds of a pair, or None."""
        found = self._connection.execute(
            "SELECT decision, odds FROM all_link WHERE a = $a AND b = $b",
            {"a": max(one, other), "b": min(one, other)},
        ).fetchone()
        return None if found is None else (str(found[0]), int(found[1]))

    def links_of(self, pairs: Sequence[tuple[int, int]]) -> dict[tuple[int, int], int]:
        """Thousandths of log-odds of those pairs that the linkage knows, by (lower, higher)."""
        wanted = {(min(pair), max(pair)) for pair in pairs}
        found = self._connection.execute(
            "SELECT b, a, odds FROM all_link WHERE list_contains($b, b)",
            {"b": sorted({low for low, _ in wanted})},
        ).fetchall()
        return {(b, a): odds for b, a, odds in found if (b, a) in wanted}

    def stratum_sizes(self) -> list[tuple[int, str, int, int]]:
        """Stratum, decision, pairs in all, and pairs that can be drawn."""
        held: dict[int, int] = {}
        for run in self.runs:
            if run.kind == LINK:
                for stratum, count in run.parameters.get("apart", {}).items():
                    held[int(stratum)] = held.get(int(stratum), 0) + int(count)
        rows = self._connection.execute(
            f"SELECT {stratum_sql('odds')} AS stratum, decision, count(*) FROM all_link"
            " GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        return [
            (stratum, decision, max(count, held.get(stratum, 0)) if decision == "apart" else count,
             count)
            for stratum, decision, count in rows
        ]  # fmt: skip

    def quality(self, threshold: str) -> Quality | None:
        """What the latest sample says; None without one."""
        strata = sampled_strata(self._connection, self.runs)
        return quality_of(strata, threshold) if strata else None

    def groups(self, records: Sequence[int]) -> list[int]:
        """The lowest record of each record's cluster; a record alone is its own."""
        roots = dict(self._connection.execute("SELECT record, root FROM cluster").fetchall())
        return [int(roots.get(record, record)) for record in records]

    def answers(self) -> list[ListAnswer]:
        """What is known of the people of every list."""
        self._make_answers()
        return [ListAnswer(*row) for row in self._connection.execute(
            """
            WITH person AS (
                SELECT source, root, count(*) AS rows,
                       bool_or(answer = 'known') AS known, bool_or(answer = 'review') AS review
                FROM answered GROUP BY ALL
            )
            SELECT source, CAST(sum(rows) AS BIGINT), count(*), count(*) FILTER (known),
                   count(*) FILTER (review AND NOT known), count(*) FILTER (NOT known AND NOT review)
            FROM person WHERE source > 0 GROUP BY source ORDER BY source
            """
        ).fetchall()]  # fmt: skip

    def rows_of(self, source: int) -> list[RowAnswer]:
        """What is known of every record of a list."""
        self._make_answers()
        found = self._connection.execute(
            """
            WITH mine AS (SELECT * FROM answered WHERE source = $source),
            same AS (
                SELECT m.record, list(o.record ORDER BY o.record) AS others
                FROM mine m JOIN answered o ON o.root = m.root AND o.source <> m.source
                GROUP BY ALL
            ), linked AS (
                SELECT m.record, max(l.odds) AS odds, list(l.b ORDER BY l.odds DESC, l.b) AS others
                FROM mine m JOIN open_link l ON l.a = m.record
                JOIN answered o ON o.record = l.b AND o.source <> m.source
                GROUP BY ALL
            )
            SELECT m.record, m.answer,
                   coalesce(CASE WHEN m.answer = 'known' THEN s.others ELSE l.others END, []),
                   CASE WHEN m.answer = 'review' THEN l.odds END
            FROM mine m LEFT JOIN same s USING (record) LEFT JOIN linked l USING (record)
            ORDER BY m.record
            """,
            {"source": source},
        ).fetchall()
        return [
            RowAnswer(record, answer, tuple(others), odds) for record, answer, others, odds in found
        ]

    def _make_answers(self) -> None:
        """Create ``answered(record, source, root, answer)`` and ``open_link(a, b, odds)``."""
        self._connection.execute(
            """
            CREATE OR REPLACE TEMP TABLE open_link AS
            WITH open AS (
                SELECT l.a, l.b, l.odds FROM all_link l
                ANTI JOIN verdict v ON v.a = l.a AND v.b = l.b AND v.parts
                WHERE l.decision IN ('lenient', 'unsure')
            )
            SELECT a, b, odds FROM open UNION ALL SELECT b, a, odds FROM open
            """
        )
        self._connection.execute(
            """
            CREATE OR REPLACE TEMP TABLE answered AS
            WITH rooted AS (
                SELECT p.record, p.source, coalesce(c.root, p.record) AS root
                FROM people p LEFT JOIN cluster c USING (record)
            ), spread AS (
                SELECT root, count(DISTINCT source) AS sources FROM rooted GROUP BY root
            ), doubtful AS (
                SELECT DISTINCT x.root, y.source FROM open_link l
                JOIN rooted x ON x.record = l.a JOIN rooted y ON y.record = l.b
                WHERE x.root <> y.root
            ), reviewed AS (
                SELECT DISTINCT r.root, r.source FROM rooted r
                JOIN doubtful d ON d.root = r.root AND d.source <> r.source
            )
            SELECT r.record, r.source, r.root,
                   CASE WHEN s.sources > 1 THEN 'known' WHEN v.root IS NOT NULL THEN 'review'
                        ELSE 'new' END AS answer
            FROM rooted r JOIN spread s USING (root)
            LEFT JOIN reviewed v ON v.root = r.root AND v.source = r.source
            """
        )


@contextmanager
def reading_links(
    snapshot: Snapshot, vocabulary: Vocabulary, *, linked: str = ""
) -> Iterator[LinkReader]:
    """A reader of the newest state, closed at the end."""
    connection = duckdb.connect(":memory:", config=database_settings(2, "1GB"))
    try:
        yield LinkReader(connection, snapshot, vocabulary, linked)
    finally:
        connection.close()


def probability(odds: int) -> float:
    """The probability of thousandths of log-odds."""
    return 1.0 / (1.0 + exp(-max(-30000, min(30000, odds)) / 1000.0))


__all__ = ["LinkReader", "ListAnswer", "QueuedPair", "RowAnswer", "probability", "reading_links"]
