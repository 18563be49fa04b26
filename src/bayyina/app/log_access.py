"""What verification and proofs read, offered by any store."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from bayyina.app.members import handles_by_uuid, is_whole
from bayyina.app.ports import Store
from bayyina.app.rows import (
    KINDS,
    LEAF_COLUMNS,
    RecordRow,
    StatementRow,
    batch_of,
)
from bayyina.app.same_people import joined_handles
from bayyina.custody.log_reader import STATEMENT, StoredBatch, StoredRow

LOWEST = -(2**63)
"""No entry has a smaller position."""


class StoreLogReader:
    """A store as ``custody.log_reader.LogReader``."""

    def __init__(self, store: Store) -> None:
        """Read ``store``; the caller keeps it from changing meanwhile."""
        self._store = store

    def entries(self) -> Iterable[tuple[int, bytes]]:
        """Positions and bytes of all entries, in order of position."""
        return ((row.position, row.data) for row in self._store.entries(first=LOWEST))

    def checkpoints(self) -> Iterable[str]:
        """All signed checkpoints that the workspace keeps."""
        return [_text(row.note) for row in self._store.checkpoints()]

    def batches(self) -> Iterable[StoredBatch]:
        """All batches in order of number, open ones included."""
        return [
            StoredBatch(
                row.batch,
                row.uuid,
                row.action,
                row.actor,
                row.opened_at,
                row.entry,
                row.entry_time,
                row.wrapped_key,
            )
            for row in self._store.batches()
        ]

    def tile(self, tree: int, kind: str, level: int, position: int) -> bytes:
        """The hashes of a tile; empty when it is absent."""
        return self._store.tile(tree, kind, level, position) or b""

    def columns(self) -> Mapping[str, Sequence[str]]:
        """Columns of each kind of row that stand in its leaf."""
        return LEAF_COLUMNS

    def terms(self) -> Mapping[int, tuple[str, str]]:
        """Pairs (record type, property) by number."""
        return {number: pair for pair, number in self._store.terms().items()}

    def stored_batches(self, kind: str) -> Iterable[int]:
        """Numbers of the batches that have rows of this kind, each once."""
        return self._store.batches_with(KINDS[kind])

    def rows(self, kind: str, first: int, last: int) -> Iterable[StoredRow]:
        """Rows with ``first <= number <= last``, in order of number."""
        found: Iterator[StoredRow] = self._store.scan(KINDS[kind], first=first, last=last)
        if kind == STATEMENT:
            return found
        width = len(LEAF_COLUMNS[kind])
        return (row[:width] for row in found)

    def wrapped_record_keys(self, numbers: Collection[int]) -> Mapping[int, bytes | None]:
        """Wrapped keys of records: None when destroyed, absent when there is no record."""
        wanted = {number for number in numbers if is_whole(number)}
        if not wanted:
            return {}
        low, high = min(wanted), max(wanted)
        if high - low < 4 * len(wanted):
            rows: Iterable[RecordRow] = self._store.scan(RecordRow, first=low, last=high)
        else:
            rows = self._store.find(RecordRow, "number", wanted)
        return {row.number: _key(row.wrapped_key) for row in rows if row.number in wanted}

    def rows_about(self, kind: str, record: int) -> Iterable[StoredRow]:
        """Statements or list's rows about a record, in order of number."""
        rows: list[Any] = list(self._store.find(KINDS[kind], "record", [record]))
        return sorted(rows, key=lambda row: row[0])

    def entered_in(self, record: int) -> Collection[tuple[int, int]]:
        """Batches that say something of a record, each with one whose actor had brought it."""
        found = {(batch_of(record), batch_of(record))}
        for row in self._store.find(StatementRow, "record", [record]):
            batch = batch_of(int(row.number))
            found.add((batch, batch))
            if is_whole(row.evidence):
                found.add((batch, batch_of(int(row.evidence or 0))))
        return found

    def same_people(self) -> Iterable[tuple[int, str, str]]:
        """Handles that are one person's: the batch that shows it, and the two handles."""
        return joined_handles(self._store)

    def people(self) -> Mapping[str, str]:
        """The handle of the person behind each actor's UUID."""
        return handles_by_uuid(self._store)


def _key(cell: object) -> bytes | None:
    """A wrapped key; an empty one, which opens nothing, where the cell holds no bytes."""
    if cell is None:
        return None
    return bytes(cell) if isinstance(cell, bytes | bytearray | memoryview) else b""


def _text(cell: object) -> str:
    return cell if isinstance(cell, str) else ""
