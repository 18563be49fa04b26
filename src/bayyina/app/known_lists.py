"""What the workspace holds of a list before a release of it is imported."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from bayyina.app.emptied_rows import SEAL
from bayyina.app.live import erased_records, live_batches, live_statements
from bayyina.app.ports import Store
from bayyina.app.rows import (
    BatchRow,
    ClosureRow,
    ListRow,
    RecordRow,
    StatementRow,
    batch_of,
    row_number,
)
from bayyina.keys.erased_keys import ErasedKeyMarker
from bayyina.keys.row_marks import RowMarks, is_plain
from bayyina.model.drafts import RowReading
from bayyina.tables.mapping import Mapping
from bayyina.tables.mapping_parts import ROW
from bayyina.tables.row_keys import CONTENT_PREFIX, FICTIONAL_PREFIX

SOURCE_KEY = "list:"
"""Prefix of the list key of the Source record that a list becomes."""

ASIDE = "aside:"
"""Prefix of the key of a row kept aside."""

SAID_BY_LISTS = frozenset({"import", SEAL})
"""Actions whose statements are what lists say: taken in, or sealed afterwards."""

NAMED_KEY = "named:"
"""Prefix of the list key of a Source that rows name for single values."""


_MARKED_ID = re.compile(rf"(?:{FICTIONAL_PREFIX})?{CONTENT_PREFIX}k[0-9a-f]{{24}}(?:#\d+)?")


@dataclass
class KnownList:
    """What stands of one list."""

    store: Store
    """Where it stands."""

    mapping: Mapping
    """How the list is read now."""

    batches: dict[int, BatchRow]
    """Batches that stand."""

    marks: RowMarks
    """Makes the keyed digests of rows."""

    source: int | None = None
    """Record number of its Source; None when the list is new."""

    present: set[bytes] = field(default_factory=set)
    """Digests of the keys it holds; filled only for a release that says it is complete."""

    erased: dict[str, RecordRow] = field(default_factory=dict)
    """What is left of erased records, of whatever list, by the mark of their ids."""

    marker: ErasedKeyMarker | None = None
    """Makes such marks; None where no record was erased."""

    opened: Callable[[Sequence[StatementRow]], list[StatementRow]] = list
    """Opens what is sealed as far as the person at work is cleared, so that it can be compared."""

    @classmethod
    def load(cls, store: Store, mapping: Mapping, marks: bytes) -> KnownList:
        """Look the list up by its name; keyed marks derive from ``marks``."""
        known = cls(store, mapping, live_batches(store), RowMarks(marks))
        left = erased_records(store).values()
        if left:
            known.marker = ErasedKeyMarker(marks)
            known.erased = {row.list_key: row for row in left if row.list_key is not None}
        known.source = known.source_named(SOURCE_KEY + mapping.name)
        if known.source is not None and mapping.release == "complete":
            for row in store.list_rows(known.source):
                if batch_of(row.number) in known.batches:
                    digest = key_digest(row.key)
                    if row.state == "present":
                        known.present.add(digest)
                    else:
                        known.present.discard(digest)
        return known

    def newest_release(self) -> str | None:
        """The latest day on which a release that stands says what it says."""
        if self.source is None:
            return None
        days = (
            self._release_day(number)
            for number, row in self.batches.items()
            if row.action == "import" and self._is_of_this_list(number)
        )
        return max((day for day in days if day is not None), default=None)

    def _is_of_this_list(self, batch: int) -> bool:
        first = row_number(batch, 0)
        return any(
            r.source == self.source for r in self.store.scan(ListRow, first=first, last=first)
        )

    def _release_day(self, batch: int) -> str | None:
        """The day of an import: that of its first statement or, where it has none, closure."""
        first = row_number(batch, 0)
        rows: list[StatementRow | ClosureRow] = [
            *self.store.scan(StatementRow, first=first, last=first),
            *self.store.scan(ClosureRow, first=first, last=first),
        ]
        return rows[0].asserted_on if rows else None

    def source_named(self, key: str) -> int | None:
        """Record number of the Source with a list key, if it stands."""
        for row in reversed(self.store.find(RecordRow, "list_key", [key])):
            if row.record_type == "Source" and batch_of(row.number) in self.batches:
                return row.number
        if self.marker is not None:
            left = self.erased.get(self.marker.mark(key))
            if left is not None and batch_of(left.number) in self.batches:
                return left.number
        return None

    def erased_record(self, key: str, list_name: str = "") -> int | None:
        """Number of the erased record that a list (this one, if none is named) calls ``key``."""
        if self.marker is None:
            return None
        name = list_name or self.mapping.name
        left = self.erased.get(self.marker.mark_in_list(key, SOURCE_KEY + name))
        return None if left is None else left.number

    def is_erased(self, reading: RowReading) -> bool:
        """Whether a row is about a record that was erased: it is not taken in again."""
        keys = {reading.key, *self._row_keys(reading)}
        keys.update(draft.key for draft in reading.records[:1])
        return any(self.erased_record(key) is not None for key in keys)

    def list_rows(self, readings: Sequence[RowReading]) -> dict[str, ListRow]:
        """The newest list row of each reading, by the key it has there."""
        if self.source is None:
            return {}
        forms = {
            key: self.row_key(reading) for reading in readings for key in self._row_keys(reading)
        }
        found = self.store.find(ListRow, "key", set(forms))
        return {
            forms[row.key]: row
            for row in found
            if row.source == self.source and batch_of(row.number) in self.batches
        }

    def records(self, keys: Iterable[str]) -> dict[str, RecordRow]:
        """Records that this list made, by the list's own ids."""
        if self.source is None:
            return {}
        return {
            row.list_key: row
            for row in self.store.find(RecordRow, "list_key", set(keys))
            if row.list_key is not None
            and row.source == self.source
            and batch_of(row.number) in self.batches
        }

    def statements(self, records: Sequence[int]) -> dict[int, list[StatementRow]]:
        """What lists say of records and stands, by record; decisions of people left out.

        What is sealed and cannot be opened differs from everything, so that it is stated anew.
        """
        held: dict[int, list[StatementRow]] = {}
        if records:
            for row in self.opened(live_statements(self.store, records, self.batches)):
                if self.batches[batch_of(row.number)].action in SAID_BY_LISTS:
                    held.setdefault(row.record, []).append(row)
        return held

    def gone_rows(self, seen: set[bytes]) -> list[ListRow]:
        """The newest list rows of keys that the list held and a release did not show."""
        gone = self.present - seen
        newest: dict[str, ListRow] = {}
        if gone and self.source is not None:
            for row in self.store.list_rows(self.source):
                if batch_of(row.number) in self.batches and key_digest(row.key) in gone:
                    newest[row.key] = row
        return list(newest.values())

    def row_digest(self, reading: RowReading) -> str:
        """Digest of a row and of how it is read: a changed mapping makes it a changed row."""
        return self.marks.of_row(reading.digest, self.mapping.reading_digest)

    def is_same(self, held: ListRow, reading: RowReading) -> bool:
        """Whether a row stands as it is read now; one of before by its plain digest."""
        if held.state == "withdrawn":
            return False
        if is_plain(held.digest):
            return held.digest == self._plain_digest(reading)
        return held.digest == self.row_digest(reading)

    def row_key(self, reading: RowReading) -> str:
        """The key of a reading among list rows; rows kept aside are known by their content."""
        return self._row_keys(reading)[0]

    def key_marks(self, telling: frozenset[str]) -> tuple[bytes, frozenset[str]]:
        """The key of the marks that stand for ids, and the blocks whose ids they stand for.

        A list that was taken in before with plain ids keeps them: with other ones every row
        would be new.

        Args:
            telling: Blocks whose ids tell who is meant: see ``list_keys``.
        """
        key = self.mapping.row.key
        is_of_content = key is not None and key.of_content
        if not (is_of_content or telling):
            return b"", frozenset()
        known = self.store.list_rows(self.source) if self.source is not None else ()
        is_row_marked = is_of_content or ROW in telling
        plain = (
            row.key
            for row in known
            if row.key and not row.key.startswith(ASIDE) and not _MARKED_ID.fullmatch(row.key)
        )
        if is_row_marked and next(plain, None) is not None:
            return b"", frozenset()
        if not is_row_marked and self.source is not None and not self._has_marked(telling):
            return b"", frozenset()
        return self.marks.content_key, telling

    def _has_marked(self, telling: frozenset[str]) -> bool:
        """Whether records of blocks with marked ids are there, so that later ones are marked too."""
        types = {block.type for block in self.mapping.blocks if block.id in telling}
        rows = self.store.find(RecordRow, "source", [self.source or 0])
        keys = [row.list_key for row in rows if row.record_type in types and row.list_key]
        return all(_MARKED_ID.fullmatch(key.partition(":")[2]) for key in keys if ":" in key)

    def _row_keys(self, reading: RowReading) -> tuple[str, ...]:
        """The key under which a reading is stored, and those under which it may have been."""
        if reading.status != "kept_aside":
            return (reading.key,)
        return (
            f"{ASIDE}{self.marks.of_aside(reading.digest)}",
            f"{ASIDE}{reading.digest.hex()[:32]}",
        )

    def _plain_digest(self, reading: RowReading) -> str:
        """The digest that rows were given before it was keyed."""
        return hashlib.sha256(self.mapping.reading_digest.encode() + reading.digest).hexdigest()


def key_digest(key: str) -> bytes:
    """A short digest, so that a million keys fit into memory."""
    return hashlib.blake2b(key.encode(), digest_size=16).digest()
