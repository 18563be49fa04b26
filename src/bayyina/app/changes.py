"""Writing a change: rows, their leaves, and the one entry that commits to both.

Every use case writes through ``ChangeWriter``. There is no way to store a logged row
without a leaf, and no way to end a change without an entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar

from bayyina.app.case_scopes import case_of
from bayyina.app.clocks import milliseconds, write_time
from bayyina.app.key_generations import check_generation
from bayyina.app.log_appending import LoggedBatch, append_entry
from bayyina.app.own_file_history import record_own_files
from bayyina.app.preparing import BatchFacts, PreparedRows, RowPreparer
from bayyina.app.protected_records import protected_records
from bayyina.app.rows import (
    KINDS,
    BatchRow,
    LoggedRow,
    RecordRow,
    SettingRow,
    StatementRow,
    TileRow,
    batch_of,
)
from bayyina.app.sealing_keys import (
    FIRST_CASE,
    marks_key_of,
    sealing_keys_by_case,
    sealing_public,
)
from bayyina.app.workspace import Workspace
from bayyina.custody.entries import Entry
from bayyina.custody.ids import item_id, new_batch_id
from bayyina.disclosure.protected_people import protection
from bayyina.errors import CustodyError
from bayyina.keys.record_keys import KeyWrap, new_key
from bayyina.model.drafts import RecordDraft, ValueDraft

R = TypeVar("R", bound=LoggedRow)


class OwnRows(NamedTuple):
    """Rows collected in this process, with the heads of their trees."""

    rows: PreparedRows
    """Ready to be stored."""

    heads: dict[str, tuple[int, bytes]]
    """Size and root of each tree."""


class ChangeWriter:
    """Collects the rows of one batch and commits to them in the log."""

    def __init__(self, workspace: Workspace, action: str) -> None:
        """Open a batch for ``action``, a verb such as ``import`` or ``judge``.

        Raises:
            KeyLockedError: the case key was replaced since the workspace was opened.
        """
        check_generation(workspace.store, workspace.keys.case_key)
        now = workspace.clock.now()
        uuid, key = new_batch_id(milliseconds(now)), new_key()
        self.uuid = str(uuid)
        self.actor = workspace.actor or str(item_id(uuid, 0, kind="member"))
        self._workspace = workspace
        self._action = action
        opened_at = write_time(now)
        wrapped = KeyWrap(workspace.keys.case_key).wrap_batch(uuid, key)
        row = BatchRow(0, self.uuid, action, opened_at, self.actor, wrapped, None, None)
        self.batch = workspace.store.open_batch(row).batch
        keys = workspace.keys
        self.facts = BatchFacts(
            self.batch,
            self.uuid,
            opened_at,
            self.actor,
            key,
            keys.case_key,
            keys.marks,
            sealing_public(workspace.store),
            marks_key_of(workspace),
        )
        self._protection = protection(workspace.vocabulary)
        self._sealing_keys = sealing_keys_by_case(workspace.store)
        self._preparer = RowPreparer(
            self.facts,
            workspace.store.terms(),
            self._protection,
            self._sealing_key_of if len(self._sealing_keys) > 1 else None,
        )
        self._looked_up: set[int] = set()
        self._is_open = True

    @property
    def is_logged(self) -> bool:
        """Whether the change has ended: with its entry, or discarded."""
        return not self._is_open

    @property
    def sealed_identifiers(self) -> int:
        """How many identifiers this change has sealed."""
        return self._preparer.sealing.identifiers

    def seal_for(self, case: str) -> None:
        """What is new from now on is sealed for those who are cleared for this case."""
        self.facts = self.facts._replace(sealing=sealing_public(self._workspace.store, case))

    def _sealing_key_of(self, record: int) -> bytes | None:
        """Public half of the sealing key of the case that a record belongs to."""
        if batch_of(record) == self.batch:
            return self.facts.sealing
        case = case_of(self._workspace.store, record)
        return self._sealing_keys.get(case) or self._sealing_keys.get(FIRST_CASE)

    def describe_list(self, source: int | None, asserted_on: str | None) -> None:
        """Statements from now on come from this Source, which said them on that date."""
        self._preparer.describe_list(source, asserted_on)

    def next_number(self, kind: type[LoggedRow]) -> int:
        """The number that the next row of a kind will have."""
        return self._preparer.next_number(kind)

    def count(self, kind: str) -> int:
        """How many rows of a kind this change holds."""
        return self._preparer.counts[kind]

    def add(self, kind: type[R], *, salted_by: bytes | None = None, **columns: Any) -> R:
        """Add a row of any kind but records and statements; the answer carries its number.

        ``salted_by`` is the key of the record that the row is about, where there is one.
        """
        return self._preparer.add(kind, salted_by=salted_by, **columns)

    def add_record(
        self,
        record_type: str,
        source: int | None,
        list_key: str | None,
        *,
        key: bytes | None = None,
        behind: Callable[[int], bytes] | None = None,
    ) -> tuple[int, bytes]:
        """Add a record; its number and its key, a new one unless ``key`` is given.

        ``behind`` gives, by the record's number, what is stored behind the wrapped key.
        """
        return self._preparer.add_record(record_type, source, list_key, key=key, behind=behind)

    def add_statement(
        self,
        record: int,
        key: bytes,
        record_type: str,
        draft: ValueDraft,
        locator: str | None,
        supersedes: int | None = None,
        *,
        evidence: int | None = None,
    ) -> int:
        """Add one statement about a record whose key is given; its number."""
        if (record_type, draft.property) not in self._preparer.terms:
            self.know_terms([(record_type, draft.property)])
        self._look_up_one(record, record_type)
        return self._preparer.add_statement(
            record, key, record_type, draft, locator, supersedes, evidence=evidence
        )

    def add_statements(
        self,
        record: int,
        key: bytes,
        record_type: str,
        drafts: Sequence[ValueDraft],
        locator: str | None,
    ) -> None:
        """Add statements about one record whose key is given."""
        terms = self._preparer.terms
        new = [(record_type, d.property) for d in drafts if (record_type, d.property) not in terms]
        if new:
            self.know_terms(new)
        self._look_up_one(record, record_type)
        self._preparer.add_statements(record, key, record_type, drafts, locator)

    def protect(self, records: Iterable[int]) -> None:
        """From now on what tells whose these records are is sealed."""
        self._preparer.sealing.protect(records)

    def protected_keys(self, records: Sequence[RecordDraft], said_on: str | None) -> frozenset[str]:
        """Keys of the records of a row that are a protected person's."""
        return self._protection.protected(records, said_on)

    def look_up_protected(self, records: Iterable[int]) -> None:
        """Learn which of some records that exist are protected: of whom a value is sealed already.

        It is done for each record that something is added to; all at once is quicker.
        """
        new = set(records) - self._looked_up
        if new:
            self._looked_up |= new
            self.protect(protected_records(self._workspace.store, self._protection, new))

    def _look_up_one(self, record: int, record_type: str) -> None:
        """Learn whether a record of before is protected, where that matters."""
        if (
            record_type in self._protection.identity
            and record not in self._looked_up
            and batch_of(record) != self.batch
        ):
            self.look_up_protected([record])

    def add_list_row(
        self, source: int, key: str, digest: str, record: int, record_key: bytes
    ) -> None:
        """Add a ``ListRow`` of a row that is present."""
        self._preparer.add_list_row(source, key, digest, record, record_key)

    def record_key(self, row: RecordRow) -> bytes:
        """The key of a record that exists.

        Raises:
            CustodyError: the record was erased, or its key was changed.
        """
        if row.wrapped_key is None:
            raise CustodyError(f"The record {row.number} was erased; nothing can be added to it.")
        return self._preparer.record_key(row)

    def know_terms(self, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
        """Give numbers to pairs (record type, property) that are new; all pairs."""
        self._preparer.terms = self._workspace.store.add_terms(pairs)
        return self._preparer.terms

    def flush(self) -> None:
        """Store what has been collected, in one transaction."""
        self.store_prepared(self._preparer.take())

    def store_prepared(self, rows: PreparedRows) -> None:
        """Store prepared rows of this batch, in one transaction."""
        store = self._workspace.store
        with store.transaction():
            store.add(RecordRow, rows.records)
            store.add(StatementRow, rows.statements)
            for kind, others in rows.others.items():
                store.add(KINDS[kind], others)
            store.put_tiles([TileRow(*tile) for tile in rows.tiles])

    def record_own_files(self) -> int:
        """Record the workspace's own files where they were edited; how many of them.

        Every change does so at its end: a figure can then be asked again under the texts
        that held when the log was of a size.
        """
        store, folder = self._workspace.store, self._workspace.folder
        return record_own_files(
            store, folder, lambda name, text: self.add(SettingRow, name=name, text=text)
        )

    def take_prepared(self) -> OwnRows:
        """What this writer itself has collected, for an end with rows prepared elsewhere."""
        self.record_own_files()
        return OwnRows(self._preparer.take_edges(), self._preparer.heads())

    def finish(self, details: Mapping[str, str | int]) -> int:
        """Store the rest and append the entry, in one transaction; the entry's index."""
        self.record_own_files()
        rest = self._preparer.take_edges()
        return self.finish_prepared(rest, self._preparer.heads(), details)

    def finish_prepared(
        self,
        rest: PreparedRows,
        heads: Mapping[str, tuple[int, bytes]],
        details: Mapping[str, str | int],
    ) -> int:
        """Store the last prepared rows and append the entry, in one transaction."""
        with self._workspace.store.transaction():
            self.store_prepared(rest)
            position = append_entry(
                self._workspace,
                LoggedBatch(
                    action=self._action,
                    actor=self.actor,
                    batch_number=self.batch,
                    batch_uuid=self.uuid,
                    opened=self.facts.opened_at,
                    trees=heads,
                    details=details,
                ),
            )
        self._is_open = False
        return position

    def discard(self) -> None:
        """Remove all that was stored under this batch, unless it stands in the log."""
        if self._is_open:
            self._is_open = False
            self._workspace.store.discard_batch(self.batch)


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
    if left:
        named = _named_by_entries(workspace)
        left = [batch for batch in left if batch not in named]
    for batch in left:
        workspace.store.discard_batch(batch)
    return len(left)


def _named_by_entries(workspace: Workspace) -> set[int]:
    """Batches that the log names: what is left of them is evidence, whatever their row says."""
    return {Entry.from_bytes(row.data).batch_number for row in workspace.store.entries()}
