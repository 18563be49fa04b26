"""The log's unfinished tile, stored so that each append writes little.

Every entry lengthens the last tile of the log by 32 bytes. Were the whole tile written anew each
time, up to 8 kB would go to the disk with every entry and be waited for. So the hashes since
the last whole group of sixteen stand in a row of their own, which is short; with each sixteenth
hash the tile itself is written and that row is removed. Nothing is kept in memory or
computed later: all hashes are in the database as soon as the entry is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Protocol

from bayyina.app.rows import TileRow

LOG_TREE: Final = 0
"""Number of the log's own tree."""

TAIL: Final = "tail"
"""Stands for the kind in the row of the hashes after the last whole group."""

GROUP: Final = 16 * 32
"""Bytes of a group of hashes."""

PUT: Final = (
    "INSERT INTO tile (tree, kind, level, position, data) VALUES (%s,%s,%s,%s,%s) "
    "ON CONFLICT (tree, kind, level, position) DO UPDATE SET data = excluded.data"
)
"""Stores a tile in place of its shorter self."""

_PLACE = "WHERE tree = %s AND kind = %s AND level = %s AND position = %s"

_PUT_TAIL = (
    "INSERT INTO tile (tree, kind, level, position, data) "  # noqa: S608 - parts of this module
    f"SELECT tree, %s, level, position, %s FROM tile {_PLACE} "
    f"AND length(data) / {GROUP} * {GROUP} = %s "
    "ON CONFLICT (tree, kind, level, position) DO UPDATE SET data = excluded.data RETURNING 1"
)
"""Stores the last hashes, if the tile itself stands up to where they begin."""


def is_growing(tree: int, kind: str, level: int) -> bool:
    """Whether a tile is one that entries lengthen: of the log's leaves."""
    return (tree, kind, level) == (LOG_TREE, "", 0)


class Statements(Protocol):
    """Runs statements."""

    def rows(self, sql: str, arguments: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of an answer."""
        ...

    def execute(self, sql: str, arguments: Sequence[Any] = ()) -> None:
        """Run a statement that answers nothing."""
        ...


def put_growing(sql: Statements, row: TileRow) -> None:
    """Store a tile of the log's leaves, which may be unfinished."""
    whole = len(row.data) // GROUP * GROUP
    place = [row.tree, row.kind, row.level, row.position]
    is_tail = 0 < whole < len(row.data)
    if is_tail and sql.rows(_PUT_TAIL, [TAIL, row.data[whole:], *place, whole]):
        return
    sql.execute(PUT, [*place, row.data])
    if whole:
        place[1] = TAIL
        sql.execute(f"DELETE FROM tile {_PLACE}", place)  # noqa: S608


def get_growing(sql: Statements, position: int) -> bytes | None:
    """The hashes of a tile of the log's leaves; None if it is not there."""
    rows = sql.rows(
        "SELECT kind, data FROM tile WHERE tree = %s AND kind IN (%s, %s) AND level = 0 "
        "AND position = %s",
        [LOG_TREE, "", TAIL, position],
    )
    found = {row[0]: row[1] for row in rows}
    if "" not in found:
        return None
    stored = as_bytes(found[""])
    if TAIL not in found or not stored:
        return stored
    return stored[: len(stored) // GROUP * GROUP] + as_bytes(found[TAIL])


def as_bytes(cell: object) -> bytes:
    """Bytes as stored; none where SQLite was made to hold something else than bytes."""
    return bytes(cell) if isinstance(cell, bytes | bytearray | memoryview) else b""
