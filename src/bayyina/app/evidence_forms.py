"""Taking a form in: documents, testimonies, examinations and notifications as statements.

Wording stays as it was written. A translation is a statement of its own, in its own language,
from the source that made it. Forms add; what no longer stands is closed by other commands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from bayyina.app.changes import ChangeWriter, change
from bayyina.app.evidence_form_file import Form, FormRecord, FormStatement, read_form
from bayyina.app.evidence_items import find_item
from bayyina.app.evidence_vault import EVIDENCE
from bayyina.app.known_lists import NAMED_KEY
from bayyina.app.live import erased_records, live_batches, live_statements
from bayyina.app.locators import read_locator
from bayyina.app.permissions import require
from bayyina.app.rows import RecordRow, batch_of
from bayyina.app.sealed_rows import SealedRows
from bayyina.app.sealing_existing import seal_after_import
from bayyina.app.short_ids import record_number
from bayyina.app.workspace import Workspace
from bayyina.errors import BusyError, InputError, SmallFileError
from bayyina.keys.erased_keys import ErasedKeyMarker
from bayyina.model.drafts import RecordDraft, ValueDraft
from bayyina.model.values import read_value
from bayyina.model.vocabulary import Property

DESCRIBE: Final = "describe-evidence"
"""What the log calls the taking in of a form."""

FORM_KEY: Final = "form:"
"""Prefix of the list key of a record that a form made."""


class FormedRecord(NamedTuple):
    """A record that a form speaks of."""

    key: str
    """The form's own id for it; of a record that was here, its short id."""

    id: str
    """Short id."""

    type: str
    """Its type."""


@dataclass
class Described:
    """What a form changed."""

    records: list[FormedRecord] = field(default_factory=list)
    """The records that it speaks of, in order."""

    added: int = 0
    """New records, sources among them."""

    statements: int = 0
    """New statements."""

    unchanged: int = 0
    """Statements that stood already."""

    batch: int | None = None
    """The batch; None where nothing was new."""


class _Held(NamedTuple):
    number: int
    key: bytes
    type: str


class _Value(NamedTuple):
    draft: ValueDraft
    statement: FormStatement
    source: int | None
    evidence: int | None
    said_on: str | None

    @property
    def content(self) -> tuple[Any, ...]:
        """What makes two statements the same."""
        d = self.draft
        return (
            d.property, d.value, d.original, d.lang, d.certainty, self.source, self.evidence,
            self.statement.locator, self.said_on,
        )  # fmt: skip


def describe_evidence(workspace: Workspace, *, form: Path) -> Described:
    """Take a form in.

    Raises:
        SmallFileError: the form is wrong; names the line, and nothing was changed.
        InputError: it is of the other world (invented, real).
        PermissionRefusedError: the member may not take evidence in.
    """
    require(workspace, "add-evidence")
    read = read_form(form)
    if read.fictional != workspace.identity.fictional:
        raise InputError(
            f"{form} and this workspace are not of one world: one is invented, the other real.",
            hint="A form of invented records says `fictional: true`; nothing was changed.",
            code="fictional",
        )
    return take_form(workspace, read, DESCRIBE, {"form_sha256": _digest(form)})


def take_form(
    workspace: Workspace, form: Form, action: str, details: Mapping[str, str | int]
) -> Described:
    """Write what a form says that was read already; who calls this has asked for permission.

    Args:
        workspace: Where it is taken in.
        form: The form; without the name of a file where people filled it in on a screen.
        action: What the log calls it.
        details: What the entry tells, besides the number of records.

    Raises:
        SmallFileError: the form is wrong; names the line, and nothing was changed.
    """
    with change(workspace, action) as writer:
        taking = _Taking(workspace, writer, form)
        done = taking.take_in()
        if not (done.added or done.statements):
            writer.discard()
            return done
        writer.finish({**details, "records": len(form.records)})
        done.batch = writer.batch
    if taking.reaches_others:
        with suppress(BusyError):  # `bayyina seal --due` does it then, and `doctor` says so
            seal_after_import(workspace, _unseen)
    return done


def _unseen(done: int, total: int | None, what: str) -> None:
    """Progress that nobody is shown."""


def _digest(form: Path) -> str:
    return hashlib.sha256(form.read_bytes()).hexdigest()


class _Taking:
    """Writes what one form says."""

    def __init__(self, workspace: Workspace, writer: ChangeWriter, form: Form) -> None:
        self._workspace, self._writer, self._form = workspace, writer, form
        self._batches = live_batches(workspace.store)
        self._names = {term: name for (_, name), term in workspace.store.terms().items()}
        left = erased_records(workspace.store).values()
        self._erased = {row.list_key for row in left}
        self._marker = ErasedKeyMarker(workspace.keys.marks)
        self._done = Described()
        self._held: dict[str, _Held] = {}
        self._sources: dict[str, int] = {}
        self._sealed = SealedRows(workspace)
        self.reaches_others = False
        """Whether it protects somebody whom what stood before may name."""

    def take_in(self) -> Described:
        """Sources, then all records so that links find them, then statements."""
        for key, said in self._form.sources.items():
            self._sources[key] = self._source(said)
        for record in self._form.records:
            name = record.key or record.id
            if name in self._held and record.key:
                raise self._wrong(record.line, f"`{name}` is there twice")
            self._held[name] = self._hold(record)
        told = []
        for record in self._form.records:
            held = self._held[record.key or record.id]
            told.append((held, list(self._values(record, held))))
        self._protect(told)
        for record, (held, values) in zip(self._form.records, told, strict=True):
            self._state(held, values)
            self._done.records.append(
                FormedRecord(
                    record.key or record.id, self._workspace.short_id(held.number), held.type
                )
            )
        return self._done

    def _protect(self, told: Sequence[tuple[_Held, Sequence[_Value]]]) -> None:
        """What tells whose a record is is sealed, if it is of a child, a survivor or a witness."""
        drafts, days = [], []
        for held, values in told:
            links = [d for d in (one.draft for one in values) if self._is_link(held.type, d)]
            pairs = tuple((d.property, d.value) for d in links)
            rest = tuple(one.draft for one in values if one.draft not in links)
            drafts.append(RecordDraft(held.type, str(held.number), rest, pairs))
            days += [one.said_on for one in values if one.said_on is not None]
        said_on = min(days, default=self._workspace.clock.now().date().isoformat())
        protected = {
            int(key) for key in self._writer.protected_keys(drafts, said_on) if key.isdecimal()
        }
        self._writer.protect(protected)
        self.reaches_others = any(batch_of(number) != self._writer.batch for number in protected)

    def _is_link(self, record_type: str, draft: ValueDraft) -> bool:
        return (
            self._workspace.vocabulary.types[record_type].properties[draft.property].type == "link"
        )

    def _source(self, said: Any) -> int:
        key = NAMED_KEY + said["name"]
        row = self._standing_row(key)
        if row is None:
            number, record_key = self._writer.add_record("Source", None, key)
            self._done.added += 1
            held = _Held(number, record_key, "Source")
        else:
            held = _Held(row.number, self._writer.record_key(row), "Source")
        values = [
            _Value(self._read("Source", name, text, None, 1), _blank(name, text), None, None, None)
            for name, text in said.items()
        ]
        self._state(held, values)
        return held.number

    def _hold(self, record: FormRecord) -> _Held:
        types = self._workspace.vocabulary.types
        if record.id:
            return self._named(record.id, record.line)
        kind = types.get(record.type)
        if kind is None or kind.abstract or record.type == EVIDENCE:
            raise self._wrong(record.line, f"`{record.type}` is no type that a form can make")
        key = FORM_KEY + record.key
        if self._marker.mark(key) in self._erased:
            raise self._wrong(
                record.line, f"`{record.key}` was erased here and is not taken in again"
            )
        row = self._standing_row(key)
        if row is None:
            self._done.added += 1
            return _Held(*self._writer.add_record(record.type, None, key), record.type)
        if row.record_type != record.type:
            raise self._wrong(record.line, f"`{record.key}` is a {row.record_type} here")
        return _Held(row.number, self._writer.record_key(row), record.type)

    def _named(self, short_id: str, line: int) -> _Held:
        try:
            number = record_number(self._workspace, short_id)
        except InputError as error:
            raise self._wrong(line, error.message.rstrip(".")) from error
        rows = self._workspace.store.find(RecordRow, "number", [number])
        if not rows or batch_of(number) not in self._batches or rows[0].wrapped_key is None:
            raise self._wrong(line, f"there is no record {short_id} that stands")
        return _Held(number, self._writer.record_key(rows[0]), rows[0].record_type)

    def _standing_row(self, key: str) -> RecordRow | None:
        rows = self._workspace.store.find(RecordRow, "list_key", [key])
        standing = [row for row in rows if batch_of(row.number) in self._batches]
        return standing[-1] if standing else None

    def _values(self, record: FormRecord, held: _Held) -> Iterator[_Value]:
        for one in record.statements:
            if one.source and one.source not in self._sources:
                raise self._wrong(one.line, f"the form has no source `{one.source}`")
            source = self._sources[one.source] if one.source else None
            evidence = self._item(one)
            said_on = self._day(one)
            one = one._replace(locator=self._place(one))
            draft = self._read(held.type, one.property, one.value, one.lang, one.line)
            if one.certainty:
                code = self._workspace.vocabulary.term_lists["certainties"].read(one.certainty)
                if code is None:
                    raise self._wrong(one.line, f"`{one.certainty}` is no certainty")
                draft = draft._replace(certainty=code)
            yield _Value(draft, one, source, evidence, said_on)

    def _item(self, one: FormStatement) -> int | None:
        if not one.item:
            return None
        try:
            return find_item(self._workspace, one.item).number
        except InputError as error:
            raise self._wrong(one.line, error.message.rstrip(".")) from error

    def _place(self, one: FormStatement) -> str | None:
        try:
            return read_locator(one.locator) if one.locator else None
        except InputError as error:
            words = f"`locator`: {error.message.rstrip('.')} ({error.hint.rstrip('.')})"
            raise self._wrong(one.line, words) from error

    def _day(self, one: FormStatement) -> str | None:
        if not one.said_on:
            return None
        return self._read("Source", "released_on", one.said_on, None, one.line).date_hi

    def _read(self, kind: str, name: str, text: str, lang: str | None, line: int) -> ValueDraft:
        prop = self._workspace.vocabulary.types[kind].properties.get(name)
        if prop is None:
            raise self._wrong(line, f"a {kind} has no `{name}`")
        if prop.type == "link" and not self._is_known_word(prop, text):
            return ValueDraft(name, str(self._linked(prop, text, line)))
        try:
            draft = read_value(
                prop, text, vocabulary=self._workspace.vocabulary,
                gazetteer=self._workspace.gazetteer, lang=lang,
            )  # fmt: skip
        except InputError as error:
            raise self._wrong(line, f"`{name}`: {error.message.rstrip('.')}") from error
        terms = (
            self._workspace.vocabulary.term_lists[prop.of].terms
            if prop.type == "term" and prop.of
            else None
        )
        if terms is not None and draft.value not in terms:
            raise self._wrong(line, f"`{text}` is no {name}; known are {', '.join(terms)}")
        return draft

    def _is_known_word(self, prop: Property, text: str) -> bool:
        """Whether a link is written as a facility that the vocabulary knows, as lists do."""
        if "Facility" not in prop.to or text in self._held:
            return False
        return self._workspace.vocabulary.read_facility(text) is not None

    def _linked(self, prop: Property, text: str, line: int) -> int:
        held = self._held[text] if text in self._held else self._named(text, line)
        kinds = {kind for to in prop.to for kind in self._workspace.vocabulary.kinds_of(to)}
        if held.type not in kinds:
            raise self._wrong(line, f"`{prop.name}` cannot point at a {held.type}")
        return held.number

    def _state(self, held: _Held, values: list[_Value]) -> None:
        rows = self._sealed.opened(
            live_statements(self._workspace.store, [held.number], self._batches)
        )
        standing = {
            (
                self._names[row.term], row.value, row.original, row.lang, row.certainty, row.source,
                row.evidence, row.locator, row.asserted_on,
            )
            for row in rows
        }  # fmt: skip
        for one in values:
            if one.content in standing:
                self._done.unchanged += 1
                continue
            standing.add(one.content)
            self._writer.describe_list(one.source, one.said_on)
            self._writer.add_statement(
                held.number, held.key, held.type, one.draft, one.statement.locator,
                evidence=one.evidence,
            )  # fmt: skip
            self._done.statements += 1

    def _wrong(self, line: int, what: str) -> SmallFileError:
        place = f"{self._form.path}, line {line}: " if self._form.path.name else ""
        return SmallFileError(f"{place}{what}.", hint="Nothing was changed.")


def _blank(name: str, text: str) -> FormStatement:
    return FormStatement(1, name, text, None, "", "", "", None, "")
