"""Which rows an erasure closes, and what is put in place of their content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from bayyina.app.emptied_rows import is_kept_sealed
from bayyina.app.log_access import StoreLogReader
from bayyina.app.log_appending import CASE
from bayyina.app.rows import (
    KEPT_ROW,
    KINDS,
    LEAF_COLUMNS,
    BatchRow,
    RecordRow,
    batch_of,
    position_of,
)
from bayyina.app.workspace import Workspace
from bayyina.custody.determinations import erasure_digest
from bayyina.custody.key_ring import BatchFacts, CaseBook, KeyRing
from bayyina.custody.leaf_makers import leaf_maker
from bayyina.custody.leaves import EMPTIED_BY_ERASURE, SALTED_BY_RECORDS
from bayyina.custody.merkle import HASH_LENGTH
from bayyina.custody.tiles import TILE_WIDTH
from bayyina.errors import CustodyError
from bayyina.keys.erased_keys import ErasedKeyMarker

ERASED_STATE: Final = "erased"
"""State of a list's row whose record was erased."""

_EMPTY_TEXTS: Final = frozenset({"key", "digest", "reasons"})
"""Columns that cannot be null; an empty text stands there instead."""


@dataclass(frozen=True)
class ClosingRows:
    """All rows that a record's key salts."""

    rows: Mapping[str, Sequence[Any]]
    """The rows by kind."""

    count: int
    """How many there are."""

    digest: str
    """``erasure_digest`` over their leaves."""


def closing_rows(workspace: Workspace, record: RecordRow) -> ClosingRows:
    """The rows that would close if the record's key were destroyed.

    Raises:
        CustodyError: one of them is not what the log committed to. An erasure would hide that.
    """
    store = workspace.store
    batches = {row.batch: row for row in store.batches()}
    found: dict[str, Sequence[Any]] = {}
    leaves: list[tuple[str, int, bytes]] = []
    for kind, columns in SALTED_BY_RECORDS.items():
        rows = {
            row.number: row
            for column in columns
            for row in store.find(KINDS[kind], column, [record.number])
        }
        found[kind] = [rows[number] for number in sorted(rows)]
        for batch, group in groupby(found[kind], key=lambda row: batch_of(row.number)):
            leaves += committed_leaves(workspace, kind, batches[batch], list(group))
    return ClosingRows(found, len(leaves), erasure_digest(leaves))


def blank_rows(workspace: Workspace, record: RecordRow, closing: ClosingRows) -> None:
    """Destroy the record's key and empty its rows; inside the transaction of the entry."""
    store = workspace.store
    for kind, names in EMPTIED_BY_ERASURE.items():
        content = {name: "" if name in _EMPTY_TEXTS else None for name in names}
        if kind == "list_row":
            content["state"] = ERASED_STATE
        numbers = [row.number for row in closing.rows[kind]]
        if numbers:
            store.blank(KINDS[kind], numbers, content)
    mark = _mark(workspace, record, closing)
    store.blank(RecordRow, [record.number], {"wrapped_key": None, "list_key": mark})


def committed_leaves(
    workspace: Workspace, kind: str, batch: BatchRow, rows: Sequence[Any]
) -> list[tuple[str, int, bytes]]:
    """Kind, number and committed leaf hash of rows of one batch, each compared with its row.

    Raises:
        CustodyError: a row is not what the log committed to, and was not sealed afterwards.
    """
    reader = StoreLogReader(workspace.store)
    cases = CaseBook({CASE: workspace.keys.case_key}, CASE, {})
    maker = leaf_maker(kind, LEAF_COLUMNS[kind], KeyRing(reader, cases), reader.terms())
    maker.begin(
        BatchFacts(batch.batch, batch.uuid, batch.opened_at, batch.actor, CASE, batch.wrapped_key)
    )
    width = len(LEAF_COLUMNS[kind])
    made = maker.hashes([row[:width] for row in rows])
    leaves = []
    for row, value in zip(rows, made, strict=True):
        block, place = divmod(position_of(row.number), TILE_WIDTH)
        tile = reader.tile(batch.batch, kind, 0, block)
        committed = tile[place * HASH_LENGTH : (place + 1) * HASH_LENGTH]
        # A row about two records is closed already when the other one was erased.
        is_same = value in (None, committed) or is_kept_sealed(workspace.store, kind, row)
        if len(committed) != HASH_LENGTH or not is_same:
            raise CustodyError(
                f"The {kind} {row.number} is not what the log committed to; nothing was changed.",
                hint="Run `bayyina log verify`, and have it explained first.",
            )
        leaves.append((kind, row.number, committed))
    return leaves


def _mark(workspace: Workspace, record: RecordRow, closing: ClosingRows) -> str | None:
    """What stands in place of the record's id in its list; of a row kept aside, its digest."""
    key = record.list_key
    if record.record_type == KEPT_ROW:
        key = next((row.key for row in closing.rows["list_row"] if row.key), None)
    if key is None:
        return None
    marker = ErasedKeyMarker(workspace.keys.marks)
    if record.source is None:
        return marker.mark(key)
    source = workspace.store.find(RecordRow, "number", [record.source])[0]
    return marker.mark_in_list(key, source.list_key or "")
