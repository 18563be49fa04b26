"""What stands now: batches in the log that were not undone, statements that were not closed."""

from __future__ import annotations

from collections.abc import Iterable

from bayyina.app.ports import Store
from bayyina.app.rows import BatchRow, ClosingRow, ClosureRow, SettingRow, StatementRow, batch_of


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
    return [row for row in rows if row.number not in closed]


def setting(store: Store, name: str) -> str | None:
    """The newest text of a setting, or None."""
    rows = store.find(SettingRow, "name", [name])
    return rows[-1].text if rows else None
