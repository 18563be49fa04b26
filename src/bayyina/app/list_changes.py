"""What a release of a list changes: new rows, corrected rows, rows that are gone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeAlias

from bayyina.app.changes import ChangeWriter
from bayyina.app.live import live_batches, live_statements
from bayyina.app.rows import (
    BatchRow,
    ClosureRow,
    ListRow,
    RecordRow,
    StatementRow,
    batch_of,
)
from bayyina.app.workspace import Workspace
from bayyina.model.drafts import RecordDraft, RowReading, ValueDraft

if TYPE_CHECKING:
    from bayyina.tables.mapping import Mapping

SOURCE_KEY = "list:"
"""Prefix of the list key of the Source record that a list becomes."""

OTHER_LIST = "\x1f"
"""Between the name of another list and a key in it, in links across lists."""


_NumberAndKey: TypeAlias = tuple[int | None, bytes | None]


class Counts(Protocol):
    """Where unchanged and withdrawn rows are counted."""

    unchanged: int
    withdrawn: int


@dataclass
class KnownList:
    """What the workspace holds of a list before an import."""

    mapping: Mapping
    """How the list is read."""

    source: int | None
    """Record number of its Source; None when it is new."""

    batches: dict[int, BatchRow]
    """Batches that stand."""

    reading_digest: bytes
    """Digest of how cells are read: a changed mapping makes every row a changed one."""

    present: set[bytes] = field(default_factory=set)
    """Digests of the keys it holds, for a release that says it is complete."""

    @classmethod
    def load(cls, workspace: Workspace, mapping: Mapping) -> KnownList:
        """Look the list up by its name."""
        batches = live_batches(workspace.store)
        known = cls(mapping, None, batches, bytes.fromhex(mapping.reading_digest))
        for row in workspace.store.find(RecordRow, "list_key", [SOURCE_KEY + mapping.name]):
            if row.record_type == "Source" and batch_of(row.number) in batches:
                known.source = row.number
        if known.source is not None and mapping.release == "complete":
            for listed in workspace.store.list_rows(known.source):
                if batch_of(listed.number) in batches:
                    change = known.present.add if listed.state == "present" else known.present.discard
                    change(_key_digest(listed.key))
        return known


class ListWriter:
    """Writes what a chunk of rows changes; with no writer it only counts (a dry run)."""

    def __init__(
        self, workspace: Workspace, writer: ChangeWriter | None, known: KnownList, counts: Counts
    ) -> None:
        """Write into ``writer`` what differs from ``known``."""
        self.records = 0
        self.statements = 0
        self.closures = 0
        self._workspace = workspace
        self._writer = writer
        self._known = known
        self._counts = counts
        self._seen: set[bytes] = set()
        self._asserted_on = known.mapping.asserted_on
        self._source = known.source
        self._known_total = len(known.present)
        self._pending_links: dict[str, int] = {}
        if writer is not None:
            self._source = known.source or self._add_source(writer)

    def write(self, chunk: Sequence[RowReading]) -> None:
        """Write one chunk and, in one transaction, store it."""
        before = self._rows_before(chunk)
        existing = self._existing_records({r.key for r in chunk}) if before else {}
        targets = self._link_targets(chunk)
        for reading in chunk:
            if reading.status == "kept_aside":
                self._keep_aside(reading, before)
                continue
            self._seen.add(_key_digest(reading.key))
            digest = self._digest(reading)
            held = before.get(reading.key)
            if held is not None and held.state == "present" and held.digest == digest:
                self._counts.unchanged += 1
                continue
            if held is None:
                record, key = self._write_new(reading, targets)
            else:
                record, key = self._write_changed(reading, existing, targets)
            self._add_list_row(reading.key, digest, "present", record, key)
        if self._writer is not None:
            self._writer.flush()

    def missing(self) -> tuple[int, int]:
        """How many known rows this release did not hold, and how many were known."""
        return len(self._known.present - self._seen), self._known_total

    def withdraw_missing(self) -> None:
        """Close what the rows that are gone had stated."""
        gone = self._known.present - self._seen
        if not gone or self._known.source is None:
            return
        latest: dict[str, ListRow] = {}
        for row in self._workspace.store.list_rows(self._known.source):
            if batch_of(row.number) in self._known.batches and _key_digest(row.key) in gone:
                latest[row.key] = row
        for start in range(0, len(latest), 1000):
            rows = list(latest.values())[start : start + 1000]
            records = self._existing_records({row.key for row in rows})
            numbers = [row.number for row in records.values()]
            for statement in live_statements(self._workspace.store, numbers, self._known.batches):
                if statement.source == self._source:
                    self._close(statement, "withdrawn")
            by_number = {row.number: row for row in records.values()}
            for listed in rows:
                self._counts.withdrawn += 1
                about = by_number.get(listed.record) if listed.record is not None else None
                self._add_list_row(
                    listed.key,
                    listed.digest,
                    "withdrawn",
                    about.number if about else None,
                    self._record_key(about) if about else None,
                )
            if self._writer is not None:
                self._writer.flush()

    # one row

    def _write_new(self, reading: RowReading, targets: dict[str, int]) -> _NumberAndKey:
        writer = self._writer
        self.records += len(reading.records)
        if writer is None:
            self.statements += sum(len(r.values) + len(r.links) for r in reading.records)
            return None, None
        locator = f"row {reading.number}"
        inside: dict[str, int] = {}
        first: _NumberAndKey = (None, None)
        for draft in reading.records:
            number, key = writer.add_record(draft.type, self._source, draft.key)
            inside[draft.key] = number
            if first[0] is None:
                first = (number, key)
            for value in draft.values:
                writer.add_statement(number, key, draft.type, value, locator)
            for name, target in draft.links:
                link = _link(name, target, inside, targets)
                writer.add_statement(number, key, draft.type, link, locator)
            self.statements += len(draft.values) + len(draft.links)
        return first

    def _write_changed(
        self, reading: RowReading, existing: dict[str, RecordRow], targets: dict[str, int]
    ) -> _NumberAndKey:
        numbers = {draft.key: existing[draft.key].number for draft in reading.records if draft.key in existing}
        gone = [
            existing[key]
            for key in self._known.mapping.record_keys(reading.key)
            if key in existing and key not in {draft.key for draft in reading.records}
        ]
        held = self._statements_of([*numbers.values(), *(row.number for row in gone)])
        for row in gone:
            for statement in held.get(row.number, []):
                self._close(statement, "withdrawn")
        locator = f"row {reading.number}"
        first: _NumberAndKey = (None, None)
        for draft in reading.records:
            known = existing.get(draft.key)
            if known is None:
                number, key = self._new_record(draft)
                numbers[draft.key] = number
            else:
                number, key = known.number, self._record_key(known)
            values = [*draft.values]
            values += [_link(name, target, numbers, targets) for name, target in draft.links]
            self._replace(number, key, draft.type, values, held.get(number, []), locator)
            first = (number, key) if first[0] is None else first
        return first

    def _replace(
        self,
        number: int,
        key: bytes,
        record_type: str,
        values: Sequence[ValueDraft],
        held: Sequence[StatementRow],
        locator: str,
    ) -> None:
        names = self._term_names()
        remaining = {(names[row.term][1], *_content_of(row)): row for row in held}
        added: list[ValueDraft] = []
        for value in values:
            if remaining.pop((value.property, *_content(value)), None) is None:
                added.append(value)
        closed = list(remaining.values())
        for statement in closed:
            self._close(statement, "superseded")
        by_property = {names[row.term][1]: row.number for row in closed}
        for value in added:
            self.statements += 1
            if self._writer is not None:
                corrects = by_property.pop(value.property, None)
                self._writer.add_statement(number, key, record_type, value, locator, corrects)

    def _keep_aside(self, reading: RowReading, before: dict[str, ListRow]) -> None:
        digest = self._digest(reading)
        key = _aside_key(reading)
        held = before.get(key)
        if held is not None and held.digest == digest:
            self._counts.unchanged += 1
            return
        cells = json.dumps(reading.cells, ensure_ascii=False)
        self._add_list_row(key, digest, "kept_aside", None, None, cells)

    # rows and look-ups

    def _add_source(self, writer: ChangeWriter) -> int:
        mapping = self._known.mapping
        number, key = writer.add_record("Source", None, SOURCE_KEY + mapping.name)
        writer.describe_list(number, mapping.asserted_on)
        for name, text in (("name", mapping.name), ("origin", mapping.origin)):
            if text:
                writer.add_statement(number, key, "Source", ValueDraft(name, text), "mapping")
        self.records += 1
        return number

    def _new_record(self, draft: RecordDraft) -> tuple[int, bytes]:
        self.records += 1
        if self._writer is None:
            return -self.records, b""
        return self._writer.add_record(draft.type, self._source, draft.key)

    def _record_key(self, row: RecordRow) -> bytes:
        return self._writer.record_key(row) if self._writer is not None else b""

    def _add_list_row(
        self,
        key: str,
        digest: str,
        state: str,
        record: int | None,
        record_key: bytes | None,
        cells: str | None = None,
    ) -> None:
        if self._writer is not None and self._source is not None:
            self._writer.add(
                ListRow,
                salted_by=record_key,
                source=self._source,
                key=key,
                digest=digest,
                state=state,
                record=record,
                cells=cells,
            )

    def _close(self, statement: StatementRow, reason: str) -> None:
        self.closures += 1
        if self._writer is not None:
            self._writer.add(
                ClosureRow,
                statement=statement.number,
                reason=reason,
                asserted_on=self._asserted_on,
            )

    def _rows_before(self, chunk: Sequence[RowReading]) -> dict[str, ListRow]:
        if self._known.source is None:
            return {}
        keys = [_aside_key(r) if r.status == "kept_aside" else r.key for r in chunk]
        return {
            row.key: row
            for row in self._workspace.store.find(ListRow, "key", keys)
            if row.source == self._known.source and batch_of(row.number) in self._known.batches
        }

    def _existing_records(self, row_keys: set[str]) -> dict[str, RecordRow]:
        """Records that rows with these keys made, by the list's id of each record."""
        wanted = {name for key in row_keys for name in self._known.mapping.record_keys(key)}
        return {
            row.list_key: row
            for row in self._workspace.store.find(RecordRow, "list_key", wanted)
            if row.source == self._known.source
            and row.list_key is not None
            and batch_of(row.number) in self._known.batches
        }

    def _statements_of(self, records: Sequence[int]) -> dict[int, list[StatementRow]]:
        held: dict[int, list[StatementRow]] = {}
        store = self._workspace.store
        for row in live_statements(store, records, self._known.batches):
            if row.source == self._source:
                held.setdefault(row.record, []).append(row)
        return held

    def _link_targets(self, chunk: Sequence[RowReading]) -> dict[str, int]:
        """Record numbers of what links point at outside their own row."""
        wanted: set[str] = set()
        for reading in chunk:
            inside = {draft.key for draft in reading.records}
            for draft in reading.records:
                wanted |= {target for _, target in draft.links if target not in inside}
        if not wanted:
            return {}
        sources = self._sources_by_name({target.rpartition(OTHER_LIST)[0] for target in wanted} - {""})
        plain = {target.split(OTHER_LIST)[-1] for target in wanted}
        found: dict[str, int] = {}
        standing = set(self._known.batches)
        if self._writer is not None:
            self._writer.flush()
            standing.add(self._writer.batch)
        rows = self._workspace.store.find(RecordRow, "list_key", plain)
        by_place = {
            (row.source, row.list_key): row.number
            for row in rows
            if batch_of(row.number) in standing
        }
        for target in wanted:
            name, _, key = target.rpartition(OTHER_LIST)
            source = sources.get(name) if name else self._source
            if (source, key) in by_place:
                found[target] = by_place[source, key]
        return found

    def _sources_by_name(self, names: set[str]) -> dict[str, int]:
        rows = self._workspace.store.find(RecordRow, "list_key", {SOURCE_KEY + n for n in names})
        return {
            row.list_key.removeprefix(SOURCE_KEY): row.number
            for row in rows
            if row.list_key is not None and batch_of(row.number) in self._known.batches
        }

    def _term_names(self) -> dict[int, tuple[str, str]]:
        return {number: pair for pair, number in self._workspace.store.terms().items()}

    def _digest(self, reading: RowReading) -> str:
        return hashlib.sha256(self._known.reading_digest + reading.digest).hexdigest()


def _aside_key(reading: RowReading) -> str:
    return f"aside:{reading.digest.hex()[:32]}"


def _key_digest(key: str) -> bytes:
    return hashlib.blake2b(key.encode(), digest_size=16).digest()


def _link(name: str, target: str, inside: dict[str, int], targets: dict[str, int]) -> ValueDraft:
    number = inside.get(target, targets.get(target))
    if number is None:
        return ValueDraft(name, "unrecognised", original=target.replace(OTHER_LIST, ": "))
    return ValueDraft(name, str(number), num_lo=number, num_hi=number)


def _content(value: ValueDraft) -> tuple[object, ...]:
    return (value.value, value.original, value.lang, value.certainty, value.date_lo, value.date_hi)


def _content_of(row: StatementRow) -> tuple[object, ...]:
    return (row.value, row.original, row.lang, row.certainty, row.date_lo, row.date_hi)
