"""What stands now: in batches that were not undone, not closed, and not erased.

The batches are kept in memory until the log grows: a page asks for them several times, and a workspace
whose reports are typed in one by one has as many of them as reports. What is kept holds for one
last entry of the log, compared byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from weakref import WeakKeyDictionary

from bayyina.app.ports import Store
from bayyina.app.rows import (
    BatchRow,
    ClosingRow,
    ClosureRow,
    ErasureRow,
    RecordRow,
    SettingRow,
    StatementRow,
    batch_of,
)


def live_batches(store: Store) -> dict[int, BatchRow]:
    """Batches whose rows stand now, by number."""
    return _batches(store).standing.copy()


def sequenced_batches(store: Store) -> list[BatchRow]:
    """Batches that stand in the log, undone ones included, in order of number."""
    return list(_batches(store).sequenced.values())


class _Batches(NamedTuple):
    """The batches of a store at one size of its log."""

    size: int
    """Entries of the log."""

    last: bytes
    """The last of them."""

    sequenced: dict[int, BatchRow]
    """Batches that stand in it, by number."""

    standing: dict[int, BatchRow]
    """Those of them that were not undone."""


_KEPT: WeakKeyDictionary[Store, _Batches] = WeakKeyDictionary()


def _batches(store: Store) -> _Batches:
    kept = _KEPT.get(store)
    if kept is not None:
        newest = list(store.entries(first=kept.size - 1))
        if len(newest) == 1 and newest[0].data == kept.last:
            return kept
    with store.read():
        size = store.log_size()
        sequenced = {row.batch: row for row in store.batches() if row.entry is not None}
        closed = frozenset(
            row.closed_batch for row in store.scan(ClosingRow) if batch_of(row.number) in sequenced
        )
        newest = list(store.entries(first=size - 1)) if size else []
    standing = {number: row for number, row in sequenced.items() if number not in closed}
    fresh = _Batches(size, newest[-1].data if newest else b"", sequenced, standing)
    if newest:
        _KEPT[store] = fresh
    return fresh


def live_statements(
    store: Store, records: Iterable[int], batches: dict[int, BatchRow]
) -> list[StatementRow]:
    """Statements about ``records`` that stand now, in order of number."""
    rows = [
        row
        for row in store.find(StatementRow, "record", records)
        if batch_of(row.number) in batches
    ]
    closed = {
        row.statement
        for row in store.find(ClosureRow, "statement", [row.number for row in rows])
        if batch_of(row.number) in batches
    }
    erased = erased_records(store)
    return [row for row in rows if row.number not in closed and row.record not in erased]


def erased_records(store: Store) -> dict[int, RecordRow]:
    """What is left of the records that two people have erased, by number."""
    agreed = {row.erased for row in store.scan(ErasureRow)}
    if not agreed:
        return {}
    rows = store.find(RecordRow, "number", agreed)
    return {row.number: row for row in rows if row.wrapped_key is None}


def is_erased(store: Store, record: int) -> bool:
    """Whether two people have erased a record."""
    return record in erased_records(store)


def setting(store: Store, name: str) -> str | None:
    """The newest text of a setting, or None."""
    rows = store.find(SettingRow, "name", [name])
    return rows[-1].text if rows else None
