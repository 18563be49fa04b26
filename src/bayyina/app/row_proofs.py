"""Proofs of rows of any kind against one checkpoint of the log, many at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from bayyina.app.log_appending import LOG_TREE
from bayyina.app.preparing import ROW_LEAVES
from bayyina.app.rows import (
    KIND_OF,
    BatchRow,
    LoggedRow,
    RecordRow,
    StatementRow,
    batch_of,
    position_of,
)
from bayyina.app.workspace import Workspace
from bayyina.custody.checkpoints import Checkpoint
from bayyina.custody.entries import Entry
from bayyina.custody.leaves import SaltingRecords, StatementLeaves, salting_key
from bayyina.custody.merkle import RangeHash, inclusion_path, leaf_hash
from bayyina.custody.notes import read_note
from bayyina.custody.proofs import EntryProof, RowProof, prove_entry
from bayyina.custody.tiles import range_hash_from
from bayyina.errors import CustodyError
from bayyina.keys.record_keys import KeyWrap
from bayyina.keys.salts import salt


class ProvedLeaf(NamedTuple):
    """A row's leaf with its proof."""

    row: dict[str, str | int]
    """The leaf without kind and salt."""

    hash: str
    """The leaf's hash, hex."""

    proof: str
    """Text of the row proof."""


class RowProver:
    """Makes proofs; what rows of a batch have in common is read once."""

    def __init__(self, workspace: Workspace, note: str) -> None:
        """Prove against the signed checkpoint ``note``."""
        self._workspace = workspace
        self._note = note
        self._size = Checkpoint.from_text(read_note(note).text).size
        self._batches: Mapping[int, BatchRow] = {
            row.batch: row for row in workspace.store.batches()
        }
        self._terms = {number: pair for pair, number in workspace.store.terms().items()}
        self._wrap = KeyWrap(workspace.keys.case_key)
        self._keys: dict[int, bytes] = {}
        self._trees: dict[tuple[int, str], RangeHash] = {}
        self._entries: dict[int, tuple[bytes, Entry, EntryProof]] = {}
        self._statements: dict[int, StatementLeaves] = {}

    def know_keys(self, records: Iterable[int]) -> None:
        """Read the keys of records, in one call."""
        wanted = sorted(set(records) - self._keys.keys())
        for row in self._workspace.store.find(RecordRow, "number", wanted):
            if row.wrapped_key is not None:
                self._keys[row.number] = self._wrap.open_record(row.number, bytes(row.wrapped_key))

    def prove(self, row: LoggedRow) -> ProvedLeaf:
        """The proof of a row.

        Raises:
            CustodyError: its record was erased, its entry is newer than the checkpoint, or
                something that the proof needs is gone.
        """
        kind = KIND_OF[type(row)]
        batch = self._batches.get(batch_of(row.number))
        if batch is None or batch.entry is None or batch.entry >= self._size:
            raise CustodyError(
                f"The row {row.number} stands in no batch that the checkpoint covers."
            )
        line = self._leaf(kind, row, batch)
        leaf = {k: v for k, v in json.loads(line).items() if k not in ("kind", "salt")}
        hashed = leaf_hash(line).hex()
        data, entry, proof = self._entry(batch.entry)
        size = entry.trees[kind].size
        index = position_of(row.number)
        path = tuple(inclusion_path(self._hashes(batch.batch, kind), index, size))
        made = RowProof(line, index, path, data, proof)
        return ProvedLeaf(leaf, hashed, made.to_text())

    def _leaf(self, kind: str, row: Any, batch: BatchRow) -> bytes:
        if isinstance(row, StatementRow):
            record_type, name = self._terms[row.term]
            if batch.batch not in self._statements:
                self._statements[batch.batch] = StatementLeaves(
                    batch=UUID(batch.uuid),
                    recorded_at=batch.opened_at,
                    recorded_by=UUID(batch.actor),
                )
            salted = salt(self._key(row.record), kind, row.number)
            leaves = self._statements[batch.batch]
            return leaves.encode(row.number, row.record, record_type, name, *row[3:], salted)
        encoder = ROW_LEAVES[kind]
        cells = tuple(row)[: len(encoder.columns)]
        records = SaltingRecords(kind, encoder.columns).of(cells)
        batch_key = self._wrap.open_batch(UUID(batch.uuid), bytes(batch.wrapped_key))
        key = salting_key(records, self._key, batch_key)
        return encoder.encode(cells, salt(key, kind, row.number))

    def _key(self, record: int) -> bytes:
        if record not in self._keys:
            self.know_keys([record])
        if record not in self._keys:
            raise CustodyError(f"The record {record} was erased; it can no longer be shown.")
        return self._keys[record]

    def _entry(self, position: int) -> tuple[bytes, Entry, EntryProof]:
        if position not in self._entries:
            data = next(self._workspace.store.entries(first=position)).data
            path = inclusion_path(self._hashes(LOG_TREE, ""), position, self._size)
            proof = EntryProof(position, tuple(path), self._note)
            self._entries[position] = (data, Entry.from_bytes(data), proof)
        return self._entries[position]

    def _hashes(self, tree: int, kind: str) -> RangeHash:
        """Hashes of a tree, kept from one proof to the next."""

        def read_tile(level: int, position: int) -> bytes:
            return self._workspace.store.tile(tree, kind, level, position) or b""

        if (tree, kind) not in self._trees:
            self._trees[tree, kind] = range_hash_from(read_tile)
        return self._trees[tree, kind]


def entry_with_proof(workspace: Workspace, position: int) -> tuple[bytes, EntryProof]:
    """An entry of the log with its proof against the newest checkpoint."""
    store = workspace.store
    newest = store.checkpoints()[-1]
    data = next(store.entries(first=position)).data

    def read_tile(level: int, index: int) -> bytes:
        return store.tile(LOG_TREE, "", level, index) or b""

    return data, prove_entry(read_tile, position, newest.note, newest.size)
