"""Who is one person: people joined by shared identifiers and by judgements.

Two person records are one person when they share a value of an identifier, or when the
latest judgement of the pair that still holds says ``same``. A pair judged ``different`` is
not joined by an identifier that they share. Lenient figures also follow ``likely`` links
where nobody has judged the pair. Joining is transitive; a cluster is known by its lowest
record number, so the outcome does not depend on any order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import duckdb

from bayyina.figures.asking import one_row
from bayyina.figures.relations import PERSON
from bayyina.figures.snapshot import Snapshot
from bayyina.figures.validity import Cut

_SMALL_GROUP: Final = 200
_NEIGHBOURS: Final = "SELECT u AS a, v AS b FROM edge UNION ALL SELECT v, u FROM edge"


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
    make_verdicts(connection, snapshot, cut)
    _make_shared(connection, identifiers)
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE edge AS
        SELECT DISTINCT greatest(a, b) AS u, least(a, b) AS v
        FROM (SELECT a, b FROM shared UNION ALL SELECT a, b FROM verdict WHERE joins)
        SEMI JOIN people x ON x.record = a
        SEMI JOIN people y ON y.record = b
        WHERE a <> b
        """
    )
    shared, judged, checksum = one_row(
        connection,
        "SELECT (SELECT count(*) FROM shared), (SELECT count(*) FROM verdict WHERE joins),"
        " (SELECT CAST(coalesce(bit_xor(md5_number(u || '-' || v)), 0) AS VARCHAR) FROM edge)",
    )
    connect(connection)
    method = "shared-identifiers and judgements" if judged else "shared-identifiers"
    return {
        "method": method + (" and likely links" if cut.lenient else ""),
        "identifier_pairs": int(shared),
        "judged_pairs": int(judged),
        "digest": str(checksum),
    }


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


def make_verdicts(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, cut: Cut) -> None:
    """The table ``verdict(a, b, joins, parts)``: the last word on each pair, a > b."""
    path = (snapshot.folder / snapshot.pointer.judgements).as_posix()
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE verdict AS
        SELECT a, b,
               coalesce(said = 'same', likely AND $lenient) AS joins,
               coalesce(said = 'different', FALSE) AS parts
        FROM (
            SELECT greatest(record_a, record_b) AS a, least(record_a, record_b) AS b,
                   max_by(verdict, entry) FILTER (verdict <> 'likely') AS said,
                   bool_or(verdict = 'likely') AS likely
            FROM read_parquet($path)
            WHERE entry < $size AND (until_entry IS NULL OR until_entry >= $size)
            GROUP BY ALL
        )
        """,
        {"path": path, "size": cut.custody_size, "lenient": cut.lenient},
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
