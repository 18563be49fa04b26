"""How well the records that a figure counts are verified."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import duckdb

from bayyina.figures.assembled import UNVERIFIED, VERIFICATIONS
from bayyina.figures.counting import is_sole, rows_select
from bayyina.figures.counting_rules import Rules
from bayyina.figures.relations import VERIFICATION
from bayyina.figures.row_sources import RowSource
from bayyina.figures.verified_rows import is_decided


def shares(
    connection: duckdb.DuckDBPyConnection, sources: Sequence[RowSource], rules: Rules, total: int
) -> dict[str, int]:
    """How many of the counted records stand verified, by how; the numbers add up to ``total``.

    A person who is counted by several acts is as well verified as the best of them.
    """
    counts = dict.fromkeys((*VERIFICATIONS, UNVERIFIED), 0)
    decided = [source for source in sources if VERIFICATION in source.table.columns]
    select = rows_select(decided, (), rank=_rank) if decided else ""
    if select:
        inside = "TRUE" if rules.query.lenient else "c"
        rows = f"SELECT uid, rank FROM ({select}) WHERE {inside} AND rank > 0"
        if not (is_sole(sources)):
            rows = f"SELECT uid, max(rank) AS rank FROM ({rows}) GROUP BY uid"
        found = connection.execute(f"SELECT rank, count(*) FROM ({rows}) GROUP BY rank").fetchall()
        for rank, count in found:
            counts[VERIFICATIONS[len(VERIFICATIONS) - rank]] = int(count)
    counts[UNVERIFIED] = total - sum(counts.values())
    return counts


def counted_among(
    connection: duckdb.DuckDBPyConnection,
    sources: Sequence[RowSource],
    rules: Rules,
    records: Collection[int],
) -> int:
    """How many are counted by rows of some records that two people verified."""
    decided = [source for source in sources if VERIFICATION in source.table.columns]
    if not decided or not records:
        return 0
    listed = ", ".join(str(int(number)) for number in sorted(records))

    def is_among(source: RowSource) -> str:
        verified = is_decided(source, VERIFICATION, ["two_people"]).certain
        return f"CASE WHEN ({verified}) AND r.record IN ({listed}) THEN 1 ELSE 0 END"

    inside = "TRUE" if rules.query.lenient else "c"
    select = rows_select(decided, (), rank=is_among)
    if not select:
        return 0
    found = connection.execute(
        f"SELECT count(DISTINCT uid) FROM ({select}) WHERE {inside} AND rank > 0"
    ).fetchone()
    return 0 if found is None else int(found[0])


def _rank(source: RowSource) -> str:
    """SQL for how well a row's record is verified: the more the better, 0 for not at all."""
    cases = [
        f"WHEN {is_decided(source, VERIFICATION, [state]).certain} THEN {len(VERIFICATIONS) - i}"
        for i, state in enumerate(VERIFICATIONS)
    ]
    return f"CASE {' '.join(cases)} ELSE 0 END"
