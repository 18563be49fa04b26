"""Clusters without two people who were judged different: what is weaker gives way.

Reasons to join are taken one by one, the strongest first: what people judged, then shared
identifiers, then links of the linkage by their log-odds. One that would bring two people
together who were judged different is left out. Only clusters that hold such a pair are gone
through in this way, so that a million records cost no more than before.
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import pyarrow as pa

Pair = tuple[int, int]


def keep_apart(connection: duckdb.DuckDBPyConnection) -> None:
    """Divide clusters of the table ``cluster`` that hold a pair of ``verdict`` that parts.

    The tables ``reason``, ``verdict`` and ``cluster`` must be there.
    """
    parted = connection.execute(
        """
        SELECT x.root, d.a, d.b FROM verdict d
        JOIN cluster x ON x.record = d.a
        JOIN cluster y ON y.record = d.b AND y.root = x.root
        WHERE d.parts
        """
    ).fetchall()
    if not parted:
        return
    roots = sorted({int(root) for root, _, _ in parted})
    reasons = connection.execute(
        """
        SELECT r.u, r.v FROM reason r
        JOIN cluster c ON c.record = r.u
        WHERE list_contains($roots, c.root)
        ORDER BY r.rank DESC, r.odds DESC, r.u, r.v
        """,
        {"roots": roots},
    ).fetchall()
    groups = joined_apart(reasons, [(int(a), int(b)) for _, a, b in parted])
    records = sorted(groups)
    table = pa.table({
        "record": pa.array(records, pa.int64()),
        "root": pa.array([groups[record] for record in records], pa.int64()),
    })  # fmt: skip
    connection.execute("DELETE FROM cluster WHERE list_contains($roots, root)", {"roots": roots})
    connection.register("divided_arrow", table)
    connection.execute("INSERT INTO cluster SELECT record, root FROM divided_arrow")
    connection.unregister("divided_arrow")


def joined_apart(reasons: Iterable[Pair], parted: Iterable[Pair]) -> dict[int, int]:
    """The lowest record of the group of each record, no parted pair in one group.

    Args:
        reasons: Pairs to be joined, the strongest reason first.
        parted: Pairs that are two people.
    """
    root: dict[int, int] = {}
    against: dict[int, set[int]] = {}
    for a, b in parted:
        against.setdefault(a, set()).add(b)
        against.setdefault(b, set()).add(a)
    members: dict[int, set[int]] = {}

    def find(record: int) -> int:
        root.setdefault(record, record)
        while root[record] != record:
            root[record] = root[root[record]]
            record = root[record]
        return record

    for a, b in reasons:
        one, other = sorted((find(int(a)), find(int(b))))
        if one == other:
            continue
        mine, theirs = members.get(one, {one}), members.get(other, {other})
        few, many = (mine, theirs) if len(mine) < len(theirs) else (theirs, mine)
        if any(against.get(record, set()) & many for record in few):
            continue
        root[other] = one
        members[one] = mine | theirs
        members.pop(other, None)
    return {record: find(record) for record in list(root)}
