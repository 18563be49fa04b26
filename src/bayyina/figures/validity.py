"""Which statements stand at a cut through the log: as recorded, and as known.

A statement stands at the custody size S when its batch's entry is before S, the batch is
not undone by an entry before S, and no closure of it stands in a batch that stands itself.
Known at a day D are statements asserted on or before D (the day of recording counts where
a source gives none), and closures likewise: what a later release corrected or withdrew
still stands at D.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import duckdb
import pyarrow as pa

from bayyina.figures.asking import one_row
from bayyina.figures.snapshot import Segment, Snapshot
from bayyina.figures.snapshot_tables import CLOSURES, STATEMENTS


@dataclass(frozen=True, slots=True)
class Cut:
    """Where the log and the sources' knowledge are cut off."""

    custody_size: int
    """Number of log entries that count."""

    known_at: date | None = None
    """Last day of assertion that counts; None for no limit."""

    lenient: bool = False
    """Whether likely links join people."""

    linked: str = ""
    """What else than usual joins people, one of ``query_tree.LINKED``; empty: as usual."""


def recorded_size(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, day: date) -> int:
    """Number of log entries that stood at the end of ``day`` (UTC).

    It is the number of entries before the first one that is later than the day, so a clock
    that was once set back does not bring later entries in.
    """
    path = (snapshot.folder / snapshot.pointer.batches).as_posix()
    (later,) = one_row(
        connection,
        """
        SELECT min(entry) FROM (
            SELECT entry, time FROM read_parquet($path)
            UNION ALL
            SELECT closed_entry, closed_time FROM read_parquet($path)
            WHERE closed_entry IS NOT NULL
        ) WHERE CAST(substr(time, 1, 10) AS DATE) > $day
        """,
        {"path": path, "day": day},
    )
    return snapshot.pointer.custody_size if later is None else int(later)


def make_valid_view(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, cut: Cut) -> None:
    """Create the view ``valid``: the statements that stand at the cut, with ``asserted``.

    Its column ``asserted`` is the day (DATE) on which the source said it.
    """
    make_batches(connection, snapshot, cut)
    _make_closed(connection, snapshot, cut)
    known = "" if cut.known_at is None else f"AND asserted <= DATE '{cut.known_at.isoformat()}'"
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP VIEW valid AS
        SELECT s.record, s.record_type, s.property, s.value, s.date_lo, s.date_hi,
               s.num_lo, s.num_hi, s.source,
               coalesce(TRY_CAST(s.asserted_on AS DATE), b.day) AS asserted
        FROM {relation_of(snapshot, snapshot.pointer.statements, cut, STATEMENTS)} s
        JOIN standing_batch b ON b.batch = s.batch
        LEFT JOIN closed c ON c.statement = s.number
        WHERE c.statement IS NULL {known}
        """
    )


def make_batches(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, cut: Cut) -> None:
    """Create the table ``standing_batch``: batches that stand at the cut, with their day."""
    path = (snapshot.folder / snapshot.pointer.batches).as_posix()
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE standing_batch AS
        SELECT batch, CAST(substr(time, 1, 10) AS DATE) AS day
        FROM read_parquet($path)
        WHERE entry < $size AND (closed_entry IS NULL OR closed_entry >= $size)
        """,
        {"path": path, "size": cut.custody_size},
    )


def _make_closed(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, cut: Cut) -> None:
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE closed AS
        SELECT DISTINCT c.statement
        FROM {relation_of(snapshot, snapshot.pointer.closures, cut, CLOSURES)} c
        JOIN standing_batch b ON b.batch = c.batch
        WHERE coalesce(TRY_CAST(c.asserted_on AS DATE), b.day) <= $known
        """,
        {"known": date.max if cut.known_at is None else cut.known_at},
    )


def relation_of(
    snapshot: Snapshot, segments: tuple[Segment, ...], cut: Cut, schema: pa.Schema
) -> str:
    """The segments that can hold rows of the cut, as SQL; no rows when there are none."""
    needed = [part for part in segments if part.first < cut.custody_size]
    if needed:
        paths = ", ".join("'" + path.replace("'", "''") + "'" for path in snapshot.paths(needed))
        return f"read_parquet([{paths}])"
    columns = (f"CAST(NULL AS {_SQL_TYPES[field.type]}) AS {field.name}" for field in schema)
    return f"(SELECT {', '.join(columns)} LIMIT 0)"


_SQL_TYPES: Final = {
    pa.int64(): "BIGINT",
    pa.int32(): "INTEGER",
    pa.string(): "VARCHAR",
    pa.bool_(): "BOOLEAN",
}
