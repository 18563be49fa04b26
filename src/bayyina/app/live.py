"""What stands now: in batches that were not undone, not closed, and not erased."""

from __future__ import annotations

from collections.abc import Iterable

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
    sequenced = {row.batch: row for row in store.batches() if row.entry is not None}
    for closing in store.scan(ClosingRow):
        if batch_of(closing.number) in sequenced:
            sequenced.pop(closing.closed_batch, None)
    return sequenced


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
