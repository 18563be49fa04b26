"""What a release of a list changes: new rows, corrected rows, rows that are gone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bayyina.app.known_lists import NAMED_KEY, SOURCE_KEY, KnownList, key_digest
from bayyina.app.link_targets import LinkTargets, link_targets, with_links_told
from bayyina.app.live import live_statements
from bayyina.app.row_sealing import KeptCells
from bayyina.app.row_writer import ListCounts, RowWriter
from bayyina.app.rows import (
    KEPT_ROW,
    ClosureRow,
    ListRow,
    RecordRow,
    StatementRow,
)
from bayyina.errors import CheckFailedError
from bayyina.figures.relations import EARLIER_PRACTICE
from bayyina.keys.row_marks import is_plain
from bayyina.model.drafts import RecordDraft, RowReading, ValueDraft
from bayyina.tables.mapping import Mapping
from bayyina.tables.mapping_parts import OTHER_LIST
from bayyina.tables.problems import UNRECOGNISED
from bayyina.tables.sourced_values import source_of

SAME_RECORD = "same_record"
"""What a mapping says of rows that repeat a key: they speak of one record."""

WITHDRAW_CHUNK = 1_000
"""Rows withdrawn in one transaction."""


class _Held(NamedTuple):
    """A record and its key; in a dry run neither is real."""

    number: int
    key: bytes
    is_erased: bool = False


def refuse_silenced(source: int | None, silenced: frozenset[int]) -> None:
    """Refuse to take in what a source took back that it is kept.

    Raises:
        CheckFailedError: it is one of these.
    """
    if source in silenced:
        raise CheckFailedError(
            "A source of this list took back that what it told is kept or counted.",
            hint="`bayyina consent show` lists answers; a newer answer of the source opens it again. "
            "Nothing was changed.",
            code="consent-withdrawn",
        )


class ListWriter:
    """Writes what rows change, chunk by chunk; with no writer it only counts (a dry run)."""

    def __init__(
        self,
        known: KnownList,
        writer: RowWriter | None,
        silenced: frozenset[int] = frozenset(),
    ) -> None:
        """Write into ``writer`` what differs from what is ``known``.

        Nothing is taken from sources that are ``silenced``: they took consent to it back.
        """
        self._silenced = silenced
        self.counts = ListCounts()
        self.rewritten = 0
        """Rows that the list held, and that this release says otherwise or brings back."""
        self._known = known
        self._writer = writer
        self._asserted_on = known.mapping.asserted_on
        self._seen: set[bytes] = set()
        self._shared: dict[str, _Held] = {}
        self._shared_content: set[tuple[object, ...]] = set()
        self._named: dict[str, int] = {}
        self._terms: dict[int, str] = {}
        self._repeats = known.mapping.facts.repeated_key == SAME_RECORD
        self._is_plain = not self._repeats and all(
            block.key is None for block in known.mapping.blocks
        )
        self._links = LinkTargets({}, frozenset())
        self._written: dict[str, int] = {}
        self.reaches_others = False
        """Whether a row protects somebody whom other rows, or what stood before, may name."""
        self._has_links = has_links(known.mapping)
        self._source = self._begin_source()
        self._names_sources = names_sources(known.mapping)

    # a chunk of rows

    def look_up(self, chunk: Sequence[RowReading]) -> Sequence[RowReading]:
        """The same rows, with a warning where a link leads nowhere; to be called before `write`."""
        if not self._has_links:
            return chunk
        self._links = link_targets(self._known, self._writer, self._source, chunk)
        if self._writer is not None:
            self._written.clear()  # what was written before is stored, and found there
        return with_links_told(self._known, chunk, self._links, self._written)

    def write(self, chunk: Sequence[RowReading]) -> None:
        """Write one chunk and store it in one transaction."""
        before = self._known.list_rows(chunk)
        existing = self._known.records(self._keys(chunk)) if self._known.source else {}
        if existing and self._writer is not None:
            self._writer.look_up_protected(row.number for row in existing.values())
        for reading in chunk:
            if self._known.is_erased(reading):
                self.counts.erased += 1
                continue
            key = self._known.row_key(reading)
            held = before.get(key)
            if reading.status != "kept_aside":
                self._seen.add(key_digest(key))
            if held is not None and self._known.is_same(held, reading):
                self.counts.unchanged += 1
                continue
            digest = self._known.row_digest(reading)
            if reading.status == "kept_aside":
                self._add_list_row(
                    key, digest, "kept_aside", self._holder(), self._kept_cells(reading, existing)
                )
            else:
                self.rewritten += held is not None
                first = self._write_row(reading, existing, is_new=held is None)
                self._add_list_row(key, digest, "present", first, None)
        if self._writer is not None:
            self._writer.flush()

    def missing(self) -> tuple[int, int]:
        """How many known rows the release did not show, and how many were known."""
        return len(self._known.present - self._seen), len(self._known.present)

    def gone_keys(self) -> list[str]:
        """The keys of the known rows that the release did not show, in their order."""
        return [row.key for row in self._known.gone_rows(self._seen)]

    def withdraw_missing(self) -> None:
        """Close what the rows that are gone had stated."""
        rows = self._known.gone_rows(self._seen)
        for start in range(0, len(rows), WITHDRAW_CHUNK):
            self._withdraw(rows[start : start + WITHDRAW_CHUNK])

    # one row

    def _write_row(
        self,
        reading: RowReading,
        existing: dict[str, RecordRow],
        *,
        is_new: bool,
    ) -> _Held:
        if is_new and self._is_plain:
            return self._write_plain(reading)
        own_keys = set(self._known.mapping.record_keys(reading.key))
        if self._repeats:
            # Several rows speak of one record: none of them may close what another states.
            own_keys -= {reading.records[0].key, reading.key}
        inside: dict[str, _Held] = {}
        statements: dict[int, list[StatementRow]] = {}
        if not is_new:
            numbers = [existing[key].number for key in own_keys if key in existing]
            statements = self._known.statements(numbers)
            stated = {draft.key for draft in reading.records}
            for key in own_keys - stated:
                if key in existing:
                    self._close(statements.get(existing[key].number, []), "withdrawn")
        for draft in reading.records:
            inside[draft.key] = self._held(draft, existing, shared=draft.key not in own_keys)
        self._remember(inside)
        self._protect(reading, inside, is_fresh=False)
        for draft in reading.records:
            held = inside[draft.key]
            if held.is_erased:
                continue
            values = [*draft.values, *(self._link(*link, inside) for link in draft.links)]
            if draft.key not in own_keys:
                values = self._unsaid(draft, values)
                self._add(held, draft.type, values, reading.number, {})
            elif is_new:
                self._add(held, draft.type, values, reading.number, {})
            else:
                self._replace(held, draft, values, statements.get(held.number, []), reading.number)
        return inside[reading.records[0].key]

    def _write_plain(self, reading: RowReading) -> _Held:
        """Write a new row of a list in which every record belongs to one row."""
        inside: dict[str, _Held] = {}
        self.counts.records += len(reading.records)
        for draft in reading.records:
            if self._writer is None:
                inside[draft.key] = _Held(-self.counts.records, b"")
            else:
                inside[draft.key] = _Held(
                    *self._writer.add_record(draft.type, self._source, draft.key)
                )
        self._remember(inside)
        self._protect(reading, inside, is_fresh=True)
        for draft in reading.records:
            values: Sequence[ValueDraft] = draft.values
            if draft.links:
                values = [*values, *(self._link(*link, inside) for link in draft.links)]
            self._add(inside[draft.key], draft.type, values, reading.number, {})
        return inside[reading.records[0].key]

    def _protect(self, reading: RowReading, inside: dict[str, _Held], *, is_fresh: bool) -> None:
        """What tells whose the row is is sealed, if it is of a child, a survivor or a witness."""
        if self._writer is None:
            return
        keys = self._writer.protected_keys(reading.records, self._asserted_on)
        if keys:
            self._writer.protect(inside[key].number for key in keys if key in inside)
            self.reaches_others |= not (is_fresh and inside.keys() >= keys)

    def _remember(self, inside: dict[str, _Held]) -> None:
        """Keep the records of a row for links of the rows after it."""
        if self._has_links:
            self._written.update({key: held.number for key, held in inside.items()})

    def _link(self, name: str, target: str, inside: dict[str, _Held]) -> ValueDraft:
        held = inside.get(target)
        number = self._links.numbers.get(target) if held is None else held.number
        if number is None:
            number = self._written.get(target)
        if number is None:
            return ValueDraft(name, UNRECOGNISED, original=target.replace(OTHER_LIST, ": "))
        return ValueDraft(name, str(number))

    def _held(self, draft: RecordDraft, existing: dict[str, RecordRow], *, shared: bool) -> _Held:
        """The record of a draft: the one that exists, or a new one."""
        erased = self._known.erased_record(draft.key)
        if erased is not None:
            return _Held(erased, b"", is_erased=True)
        if shared and draft.key in self._shared:
            return self._shared[draft.key]
        row = existing.get(draft.key)
        if row is not None:
            held = _Held(row.number, self._key_of(row))
        else:
            self.counts.records += 1
            if self._writer is None:
                held = _Held(-self.counts.records, b"")
            else:
                held = _Held(*self._writer.add_record(draft.type, self._source, draft.key))
        if shared:
            self._shared[draft.key] = held
            if row is not None:
                for statement in self._known.statements([row.number]).get(row.number, []):
                    self._shared_content.add((draft.key, *self._content_of(statement)))
        return held

    def _unsaid(self, draft: RecordDraft, values: Iterable[ValueDraft]) -> list[ValueDraft]:
        """Values that no row has stated yet of a record that several rows speak of."""
        fresh = []
        for value in values:
            content = (draft.key, value.property, *_content(value))
            if content not in self._shared_content:
                self._shared_content.add(content)
                fresh.append(value)
        return fresh

    def _replace(
        self,
        held: _Held,
        draft: RecordDraft,
        values: Sequence[ValueDraft],
        standing: Sequence[StatementRow],
        row: int,
    ) -> None:
        """State what is new, and close what the row no longer says."""
        remaining = {self._content_of(statement): statement for statement in standing}
        added = [v for v in values if remaining.pop((v.property, *_content(v)), None) is None]
        corrects = {content[0]: statement.number for content, statement in remaining.items()}
        self._close(remaining.values(), "superseded")
        self._add(held, draft.type, added, row, corrects)

    def _add(
        self,
        held: _Held,
        record_type: str,
        values: Sequence[ValueDraft],
        row: int,
        corrects: dict[object, int],
    ) -> None:
        self.counts.statements += len(values)
        writer = self._writer
        if writer is None:
            if self._names_sources:
                for named in filter(None, map(source_of, values)):
                    self._named_source(named)
            return
        locator = f"row {row}"
        if not (corrects or self._names_sources):
            writer.add_statements(held.number, held.key, record_type, values, locator)
            return
        for value in values:
            supersedes = corrects.pop(value.property, None) if corrects else None
            name = source_of(value)
            if name is None:
                writer.add_statement(held.number, held.key, record_type, value, locator, supersedes)
            else:
                writer.describe_list(self._named_source(name), self._asserted_on)
                writer.add_statement(held.number, held.key, record_type, value, locator, supersedes)
                writer.describe_list(self._source, self._asserted_on)

    # rows of other kinds

    def _withdraw(self, rows: Sequence[ListRow]) -> None:
        mapping = self._known.mapping
        records = self._known.records(name for row in rows for name in mapping.record_keys(row.key))
        by_number = {record.number: record for record in records.values()}
        for statements in self._known.statements(list(by_number)).values():
            self._close(statements, "withdrawn")
        for row in rows:
            self.counts.withdrawn += 1
            record = by_number.get(row.record) if row.record is not None else None
            held = _Held(record.number, self._key_of(record)) if record is not None else None
            digest = "" if is_plain(row.digest) else row.digest
            self._add_list_row(row.key, digest, "withdrawn", held, None)
        if self._writer is not None:
            self._writer.flush()

    def _add_list_row(
        self, key: str, digest: str, state: str, about: _Held | None, cells: KeptCells | None
    ) -> None:
        if self._writer is None or self._source is None:
            return
        if state == "present" and about is not None:
            self._writer.add_list_row(self._source, key, digest, about.number, about.key)
        else:
            self._writer.add(
                ListRow,
                salted_by=about.key if about else None,
                source=self._source,
                key=key,
                digest=digest,
                state=state,
                record=about.number if about else None,
                cells=cells,
            )

    def _kept_cells(self, reading: RowReading, existing: dict[str, RecordRow]) -> KeptCells:
        """The cells of a row kept aside, why it was, and which ids of the list it names."""
        reasons = "|".join(dict.fromkeys(problem.code for problem in reading.problems))
        cells = dict.fromkeys(cell.strip() for cell in reading.cells)
        ids = [
            self._known.marks.of_id(cell)
            for cell in cells
            if cell and (cell in existing or key_digest(cell) in self._seen)
        ]
        return KeptCells(json.dumps(reading.cells, ensure_ascii=False), reasons, "|".join(ids))

    def _holder(self) -> _Held | None:
        """A record that stands for a row kept aside, so that the row has a key of its own."""
        if self._writer is None:
            return None
        return _Held(*self._writer.add_record(KEPT_ROW, self._source, None))

    def _close(self, statements: Iterable[StatementRow], reason: str) -> None:
        for statement in statements:
            self.counts.closures += 1
            if self._writer is not None:
                self._writer.add(
                    ClosureRow,
                    statement=statement.number,
                    reason=reason,
                    asserted_on=self._asserted_on,
                )

    def _begin_source(self) -> int | None:
        mapping, source = self._known.mapping, self._known.source
        if source is None:
            source = self._add_source(SOURCE_KEY + mapping.name, mapping.name, mapping.origin)
        else:
            self._add_practice(source)
        if self._writer is None:
            return self._known.source
        self._writer.describe_list(source, self._asserted_on)
        return source

    def _add_practice(self, source: int) -> None:
        """What a later release says first of the practice under which the list was verified."""
        practice = self._known.mapping.facts.earlier_practice
        known = live_statements(self._known.store, [source], self._known.batches)
        if not practice or any(row.value == practice for row in known):
            return
        row = self._known.store.find(RecordRow, "number", [source])[0]
        if row.wrapped_key is None:
            return
        self.counts.statements += 1
        if self._writer is None:
            return
        self._writer.describe_list(source, self._asserted_on)
        draft = ValueDraft(EARLIER_PRACTICE, practice)
        self._writer.add_statement(source, self._key_of(row), "Source", draft, "mapping")

    def _named_source(self, name: str) -> int:
        """The Source that a row names for a value, shared by all lists."""
        if name not in self._named:
            key = NAMED_KEY + name
            known = self._known.source_named(key)
            refuse_silenced(known, self._silenced)
            self._named[name] = known or self._add_source(key, name, "")
        return self._named[name]

    def _add_source(self, key: str, name: str, origin: str) -> int:
        self.counts.records += 1
        writer, number, record_key = self._writer, -self.counts.records, b""
        if writer is not None:
            number, record_key = writer.add_record("Source", None, key)
            writer.describe_list(number, self._asserted_on)
        own = key == SOURCE_KEY + self._known.mapping.name
        practice = self._known.mapping.facts.earlier_practice if own else ""
        unique = "yes" if own and self._known.mapping.unique_rows else ""
        for title, text in (
            ("name", name),
            ("origin", origin),
            (EARLIER_PRACTICE, practice),
            ("unique_rows", unique),
        ):
            if text:
                self.counts.statements += 1
                if writer is not None:
                    draft = ValueDraft(title, text)
                    writer.add_statement(number, record_key, "Source", draft, "mapping")
        return number

    # look-ups

    def _keys(self, chunk: Sequence[RowReading]) -> set[str]:
        keys = {draft.key for reading in chunk for draft in reading.records}
        for reading in chunk:
            keys.update(self._known.mapping.record_keys(reading.key))
            if reading.status == "kept_aside":
                keys.update(cell.strip() for cell in reading.cells)
        return keys

    def _key_of(self, row: RecordRow) -> bytes:
        return b"" if self._writer is None else self._writer.record_key(row)

    def _content_of(self, row: StatementRow) -> tuple[object, ...]:
        if row.term not in self._terms:
            terms = self._known.store.terms().items()
            self._terms = {number: name for (_, name), number in terms}
        return (
            self._terms[row.term], row.value, row.original, row.lang, row.certainty,
            row.date_lo, row.date_hi,
        )  # fmt: skip


def has_links(mapping: Mapping) -> bool:
    """Whether a column of the list holds keys of other records."""
    return any(rule.is_link for b in (mapping.row, *mapping.blocks) for rule in b.columns)


def names_sources(mapping: Mapping) -> bool:
    """Whether rows of the list name a source for single values."""
    blocks = (mapping.row, *mapping.blocks)
    return any(rule.source_column is not None for block in blocks for rule in block.columns)


def _content(value: ValueDraft) -> tuple[object, ...]:
    return (
        value.value, value.original, value.lang, value.certainty, value.date_lo, value.date_hi
    )  # fmt: skip
