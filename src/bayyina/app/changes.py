"""Writing a change: rows, their leaves, and the one entry that commits to both.

Every use case writes through ``ChangeWriter``. There is no way to store a logged row
without a leaf, and no way to end a change without an entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import UUID

from bayyina.app.clocks import milliseconds, write_time
from bayyina.app.log_appending import append_entry
from bayyina.app.rows import (
    BATCH_SHIFT,
    KIND_OF,
    KINDS,
    LEAF_COLUMNS,
    BatchRow,
    LoggedRow,
    RecordRow,
    StatementRow,
    TileRow,
)
from bayyina.app.workspace import Workspace
from bayyina.custody.ids import item_id, new_batch_id
from bayyina.custody.leaves import RowLeaves, StatementLeaves
from bayyina.custody.merkle import leaf_hash
from bayyina.custody.tiles import Tile, TileTree
from bayyina.errors import CustodyError
from bayyina.keys.record_keys import KeyWrap, new_key
from bayyina.keys.salts import salt
from bayyina.model.drafts import ValueDraft

R = TypeVar("R", bound=LoggedRow)


class ChangeWriter:
    """Collects the rows of one batch and commits to them in the log."""

    def __init__(self, workspace: Workspace, action: str, *, actor: str = "") -> None:
        """Open a batch for ``action``, a verb such as ``import`` or ``judge``."""
        now = workspace.clock.now()
        batch_uuid = new_batch_id(milliseconds(now))
        self.uuid = str(batch_uuid)
        self.actor = actor or workspace.actor or str(item_id(batch_uuid, 0, kind="member"))
        self._workspace = workspace
        self._action = action
        self._wrap = KeyWrap(workspace.keys.case_key)
        self._key = new_key()
        self._opened_at = opened_at = write_time(now)
        wrapped = self._wrap.wrap_batch(batch_uuid, self._key)
        row = BatchRow(0, self.uuid, action, opened_at, self.actor, wrapped, None, None)
        self.batch = workspace.store.open_batch(row).batch
        self._base = self.batch << BATCH_SHIFT
        self._statement_leaves = StatementLeaves(
            batch=batch_uuid, recorded_at=opened_at, recorded_by=UUID(self.actor)
        )
        self._statements: list[StatementRow] = []
        self._records: list[RecordRow] = []
        self._others: dict[str, list[LoggedRow]] = {}
        self._leaves: dict[str, list[bytes]] = {}
        self._trees: dict[str, TileTree] = {}
        self._counts: dict[str, int] = dict.fromkeys(KINDS, 0)
        self._terms = workspace.store.terms()
        self._source: int | None = None
        self._asserted_on: str | None = None
        self._open = True

    # rows

    def describe_list(self, source: int | None, asserted_on: str | None) -> None:
        """Statements from now on come from this Source, which said them on that date."""
        self._source, self._asserted_on = source, asserted_on

    def add(self, kind: type[R], *, salted_by: bytes | None = None, **columns: Any) -> R:
        """Add a row of any kind but records and statements; the answer carries its number.

        ``salted_by`` is the key of the record that the row is about, where there is one.
        """
        name = KIND_OF[kind]
        position = self._counts[name]
        row = kind(number=self._base | position, **columns)
        line = _ROW_LEAVES[name].encode(row, salt(salted_by or self._key, name, row.number))
        self._leaves.setdefault(name, []).append(leaf_hash(line))
        self._others.setdefault(name, []).append(row)
        self._counts[name] = position + 1
        return row

    def next_number(self, kind: type[LoggedRow]) -> int:
        """The number that the next row of a kind will have."""
        return self._base | self._counts[KIND_OF[kind]]

    def add_record(
        self, record_type: str, source: int | None, list_key: str | None
    ) -> tuple[int, bytes]:
        """Add a record; its number and its own new key."""
        position = self._counts["record"]
        number, key = self._base | position, new_key()
        row = RecordRow(number, record_type, source, list_key, self._wrap.wrap_record(number, key))
        line = _ROW_LEAVES["record"].encode(row[:4], salt(key, "record", number))
        self._leaves.setdefault("record", []).append(leaf_hash(line))
        self._records.append(row)
        self._counts["record"] = position + 1
        return number, key

    def add_statement(
        self,
        record: int,
        key: bytes,
        record_type: str,
        draft: ValueDraft,
        locator: str | None,
        supersedes: int | None = None,
    ) -> int:
        """Add one statement about a record whose key is given; its number."""
        position = self._counts["statement"]
        number = self._base | position
        name, value, date_lo, date_hi, num_lo, num_hi, original, lang, certainty = draft
        term = self._terms.get((record_type, name)) or self._new_term(record_type, name)
        source, asserted_on = self._source, self._asserted_on
        line = self._statement_leaves.encode(
            number, record, record_type, name, value, date_lo, date_hi, num_lo, num_hi, original,
            lang, source, None, locator, certainty, asserted_on, supersedes,
            salt(key, "statement", number),
        )  # fmt: skip
        self._leaves.setdefault("statement", []).append(leaf_hash(line))
        self._statements.append(
            StatementRow(
                number, record, term, value, date_lo, date_hi, num_lo, num_hi, original, lang,
                source, None, locator, certainty, asserted_on, supersedes,
            )
        )  # fmt: skip
        self._counts["statement"] = position + 1
        return number

    def record_key(self, row: RecordRow) -> bytes:
        """The key of a record that exists.

        Raises:
            CustodyError: the record was erased, or its key was changed.
        """
        if row.wrapped_key is None:
            raise CustodyError(f"The record {row.number} was erased; nothing can be added to it.")
        return self._wrap.open_record(row.number, bytes(row.wrapped_key))

    @property
    def is_logged(self) -> bool:
        """Whether the entry stands in the log."""
        return not self._open

    def count(self, kind: str) -> int:
        """How many rows of a kind this change holds."""
        return self._counts[kind]

    # storing

    def flush(self) -> None:
        """Store what has been collected, in one transaction."""
        store = self._workspace.store
        with store.transaction():
            store.add(RecordRow, self._records)
            store.add(StatementRow, self._statements)
            for kind, rows in self._others.items():
                store.add(KINDS[kind], rows)
            store.put_tiles(self._finished_tiles())
        self._records, self._statements, self._others = [], [], {}

    def finish(self, details: Mapping[str, str | int]) -> int:
        """Store the rest and append the entry, in one transaction; the entry's index."""
        store = self._workspace.store
        with store.transaction():
            self.flush()
            for kind, tree in self._trees.items():
                store.put_tiles(self._tile_rows(kind, tree.edge_tiles()))
            position = append_entry(
                self._workspace,
                action=self._action,
                actor=self.actor,
                batch=self.batch,
                batch_uuid=self.uuid,
                opened=self._opened_at,
                trees={kind: (tree.size, tree.root()) for kind, tree in self._trees.items()},
                details=details,
            )
        self._open = False
        return position

    def discard(self) -> None:
        """Remove all that was stored under this batch, unless it stands in the log."""
        if self._open:
            self._open = False
            self._workspace.store.discard_batch(self.batch)

    def _new_term(self, record_type: str, name: str) -> int:
        self._terms = self._workspace.store.add_terms([(record_type, name)])
        return self._terms[record_type, name]

    def _finished_tiles(self) -> list[TileRow]:
        rows: list[TileRow] = []
        for kind, leaves in self._leaves.items():
            tree = self._trees.setdefault(kind, TileTree())
            rows += self._tile_rows(kind, tree.add_many(leaves))
        self._leaves = {}
        return rows

    def _tile_rows(self, kind: str, tiles: Iterable[Tile]) -> list[TileRow]:
        return [TileRow(self.batch, kind, tile.level, tile.position, tile.data) for tile in tiles]


_ROW_LEAVES = {kind: RowLeaves(kind, columns) for kind, columns in LEAF_COLUMNS.items()}


@contextmanager
def change(workspace: Workspace, action: str) -> Iterator[ChangeWriter]:
    """A small change: rows and entry in one transaction; whatever fails leaves nothing.

    Raises:
        CustodyError: the caller ended without an entry.
    """
    with workspace.store.transaction():
        writer = ChangeWriter(workspace, action)
        yield writer
        if not writer.is_logged:
            raise CustodyError(f"A change ({action}) ended without an entry; it was not stored.")


@contextmanager
def writing_batch(workspace: Workspace, action: str) -> Iterator[ChangeWriter]:
    """A long change: rows in chunks under an open batch, removed again if anything fails."""
    with workspace.store.import_lock():
        discard_open_batches(workspace)
        writer = ChangeWriter(workspace, action)
        try:
            yield writer
        finally:
            writer.discard()


def discard_open_batches(workspace: Workspace) -> int:
    """Remove what killed processes left; the caller holds the import lock. How many batches."""
    left = [row.batch for row in workspace.store.batches() if row.entry is None]
    for batch in left:
        workspace.store.discard_batch(batch)
    return len(left)
