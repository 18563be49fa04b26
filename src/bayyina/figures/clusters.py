"""Who is one person: people joined by shared identifiers, by judgements and by the linkage.

Two person records are one person when they share a value of an identifier, when the latest
judgement of the pair that still holds says ``same``, or when a run of the linkage links them
at the strict threshold; lenient figures follow its lenient links too, and ``likely`` ones where
nobody has judged the pair. A query may ask for other ways of joining (``LINKED``). Joining is
transitive, and two people who were judged ``different`` are in no case one: what is
weaker gives way (``kept_apart``). A cluster is known by its lowest record number, so the
outcome does not depend on any order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import duckdb

from bayyina.figures.asking import one_row
from bayyina.figures.kept_apart import keep_apart
from bayyina.figures.relations import PERSON
from bayyina.figures.run_links import about_runs, make_run_links
from bayyina.figures.snapshot import Snapshot
from bayyina.figures.validity import Cut

_SMALL_GROUP: Final = 200
_NEIGHBOURS: Final = "SELECT u AS a, v AS b FROM edge UNION ALL SELECT v, u FROM edge"


class Joining(NamedTuple):
    """What joins people."""

    identifiers: bool
    """Identifiers that they share."""

    judgements: bool
    """What people judged."""

    links: str
    """Links of the linkage: ``strict``, ``lenient``, or empty for none."""


_JOINING: Final[Mapping[str, Joining]] = {
    "none": Joining(False, False, ""),
    "identifiers": Joining(True, False, ""),
    "reviewed": Joining(True, True, ""),
    "strict": Joining(True, True, "strict"),
    "lenient": Joining(True, True, "lenient"),
    "automatic": Joining(False, False, "strict"),
    "corrected": Joining(False, True, "strict"),
}


def joining_of(cut: Cut) -> Joining:
    """What joins people at a cut."""
    return _JOINING[cut.linked or ("lenient" if cut.lenient else "strict")]


def make_clusters(
    connection: duckdb.DuckDBPyConnection,
    snapshot: Snapshot,
    cut: Cut,
    identifiers: Sequence[str],
) -> dict[str, str | int]:
    """Create the table ``cluster(record, root)`` of person records that are joined to others.

    The view ``valid`` and the table ``people(record)`` of person records that stand must be
    there. Records that are joined to nobody are left out.

    Returns:
        How it was done, for the figure's ``linkage``.
    """
    how = make_edges(connection, snapshot, cut, identifiers)
    connect(connection)
    keep_apart(connection)
    return how


def make_edges(
    connection: duckdb.DuckDBPyConnection,
    snapshot: Snapshot,
    cut: Cut,
    identifiers: Sequence[str],
) -> dict[str, str | int]:
    """Create ``reason(u, v, rank, odds)``, all that joins people that stand, and ``edge(u, v)``.

    Returns:
        How it was done.
    """
    joining = joining_of(cut)
    make_verdicts(connection, snapshot, cut, judged=joining.judgements)
    runs = make_run_links(connection, snapshot, cut, joining.links)
    _make_shared(connection, identifiers if joining.identifiers else ())
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE reason AS
        SELECT greatest(a, b) AS u, least(a, b) AS v, max(rank) AS rank, max(odds) AS odds
        FROM (
            SELECT a, b, 2 AS rank, 0 AS odds FROM shared
            UNION ALL SELECT a, b, 3, 0 FROM verdict WHERE joins
            UNION ALL SELECT a, b, 1, odds FROM run_link
        )
        SEMI JOIN people x ON x.record = a
        SEMI JOIN people y ON y.record = b
        WHERE a <> b
        GROUP BY ALL
        """
    )
    connection.execute("CREATE OR REPLACE TEMP TABLE edge AS SELECT u, v FROM reason")
    shared, judged, linked, checksum = one_row(
        connection,
        "SELECT (SELECT count(*) FROM shared), (SELECT count(*) FROM verdict WHERE joins),"
        " (SELECT count(*) FROM run_link),"
        " (SELECT CAST(coalesce(bit_xor(md5_number(u || '-' || v)), 0) AS VARCHAR) FROM edge)",
    )
    counts = {"identifier_pairs": int(shared), "judged_pairs": int(judged)}
    method = _method(cut, joining, counts["judged_pairs"], int(linked))
    told = about_runs(connection, runs, joining.links, int(linked)) if joining.links else {}
    return {"method": method, **counts, **told, "digest": str(checksum)}


def _method(cut: Cut, joining: Joining, judged: int, linked: int) -> str:
    """What joined people, in words."""
    parts = ["shared-identifiers"] if joining.identifiers else []
    parts += ["judgements"] if joining.judgements and (judged or not parts) else []
    if linked or (joining.links and not joining.identifiers):
        parts.append(f"{joining.links} links")
    elif cut.lenient and joining.links:
        parts.append("likely links")
    return " and ".join(parts) or "none"


def connect(connection: duckdb.DuckDBPyConnection) -> None:
    """Create ``cluster(record, root)`` from the table ``edge(u, v)`` with u > v.

    Alternates the large-star and the small-star step (Kiveris et al., "Connected
    Components in MapReduce and Beyond", 2014): each round is two aggregations, and the
    number of rounds grows with the logarithm of the longest chain.
    """
    while not _is_stars(connection):
        _large_star(connection)
        _small_star(connection)
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE cluster AS
        SELECT u AS record, v AS root FROM edge
        UNION SELECT v, v FROM edge
        """
    )


def _large_star(connection: duckdb.DuckDBPyConnection) -> None:
    """Point every neighbour above a node at the least of the node's neighbourhood."""
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE edge AS
        WITH neighbour AS ({_NEIGHBOURS}),
             least AS (SELECT a, least(a, min(b)) AS least FROM neighbour GROUP BY a)
        SELECT DISTINCT n.b AS u, l.least AS v
        FROM neighbour n JOIN least l USING (a)
        WHERE n.b > n.a
        """
    )


def _small_star(connection: duckdb.DuckDBPyConnection) -> None:
    """Point a node and its neighbours below at the least of them."""
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE edge AS
        WITH least AS (SELECT u, min(v) AS least FROM edge GROUP BY u)
        SELECT e.v AS u, l.least AS v FROM edge e JOIN least l USING (u) WHERE e.v <> l.least
        UNION
        SELECT u, least FROM least
        """
    )


def _is_stars(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether every node points at one root, and no root points anywhere."""
    several, inner = one_row(
        connection,
        "SELECT (SELECT count(*) - count(DISTINCT u) FROM edge),"
        " (SELECT count(*) FROM edge e SEMI JOIN (SELECT u FROM edge) r ON r.u = e.v)",
    )
    return bool(several == 0 and inner == 0)


def make_verdicts(
    connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, cut: Cut, *, judged: bool = True
) -> None:
    """The table ``verdict(a, b, joins, parts)``: the last word on each pair, a > b.

    Without ``judged`` nobody's word counts, and the table is empty.
    """
    path = (snapshot.folder / snapshot.pointer.judgements).as_posix()
    columns = {row[0] for row in connection.execute(
        "SELECT name FROM parquet_schema($path)", {"path": path}
    ).fetchall()}  # fmt: skip
    number = "number" if "number" in columns else "CAST(NULL AS BIGINT)"
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE verdict AS
        SELECT a, b,
               coalesce(said = 'same', likely AND $lenient) AS joins,
               coalesce(said = 'different', FALSE) AS parts
        FROM (
            SELECT greatest(record_a, record_b) AS a, least(record_a, record_b) AS b,
                   max_by(verdict, place) FILTER (verdict <> 'likely') AS said,
                   bool_or(verdict = 'likely') AS likely
            FROM (
                SELECT *, entry * 4294967296 + coalesce({number} & 4294967295, 0) AS place,
                       {number} AS row_number
                FROM read_parquet($path)
            )
            WHERE $judged AND entry < $size AND (until_entry IS NULL OR until_entry >= $size)
              AND (row_number IS NULL
                   OR (row_number >> 32) IN (SELECT batch FROM standing_batch))
            GROUP BY ALL
        )
        """,
        {"path": path, "size": cut.custody_size, "lenient": cut.lenient, "judged": judged},
    )


def _make_shared(connection: duckdb.DuckDBPyConnection, identifiers: Sequence[str]) -> None:
    """The table ``shared(a, b)``: pairs that connect all who share an identifier.

    Everybody is paired with the lowest record of the group; where somebody of a group was
    judged different from another, all pairs are made, without the parted ones.
    """
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE bearer AS
        SELECT property, value, record, min(record) OVER held AS hub, count(*) OVER held AS size
        FROM (
            SELECT DISTINCT property, value, record FROM valid
            WHERE record_type = $person AND list_contains($identifiers, property)
              AND value IS NOT NULL AND value <> ''
        )
        WINDOW held AS (PARTITION BY property, value)
        QUALIFY size > 1
        """,
        {"person": PERSON, "identifiers": list(identifiers)},
    )
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE shared AS
        WITH parted AS (
            SELECT DISTINCT x.property, x.value
            FROM verdict d
            JOIN bearer x ON x.record = d.a
            JOIN bearer y ON y.record = d.b AND y.property = x.property AND y.value = x.value
            WHERE d.parts AND x.size <= {_SMALL_GROUP}
        )
        SELECT record AS a, hub AS b FROM bearer ANTI JOIN parted USING (property, value)
        WHERE record <> hub
        UNION
        SELECT x.record, y.record
        FROM parted
        JOIN bearer x USING (property, value)
        JOIN bearer y USING (property, value)
        ANTI JOIN (SELECT a, b FROM verdict WHERE parts) d ON d.a = x.record AND d.b = y.record
        WHERE x.record > y.record
        """
    )
