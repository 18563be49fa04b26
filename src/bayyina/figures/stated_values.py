"""Records of a snapshot that state one value: read directly, where no figure has to be counted."""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from bayyina.figures.assembling import database_settings
from bayyina.figures.snapshot import Snapshot
from bayyina.figures.validity import Cut, make_valid_view


def records_stating(
    snapshot: Snapshot, record_types: Collection[str], name: str, value: str
) -> frozenset[int]:
    """Numbers of the records of some types of which a value of a property stands."""
    with duckdb.connect(":memory:", config=database_settings(2, "1GB")) as connection:
        make_valid_view(connection, snapshot, Cut(snapshot.pointer.custody_size))
        rows = connection.execute(
            "SELECT DISTINCT record FROM valid WHERE property = $name AND value = $value "
            "AND list_contains($types, record_type)",
            {"name": name, "value": value, "types": sorted(record_types)},
        ).fetchall()
    return frozenset(int(number) for (number,) in rows)
