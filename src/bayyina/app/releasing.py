"""Deciding what of records may leave for a recipient: the one way by which writers ask.

A writer gathers records and their statements, asks ``Release.decide``, and writes what the answer
shows. What an answer refuses or generalises is told with rule and reason, never with the value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final, NamedTuple

from bayyina.app.consent_book import OWN_RECORDS, SOURCE, ConsentBook
from bayyina.app.family_told import FamilyTold
from bayyina.app.linked_records import pointers_at, same_as_any
from bayyina.app.live import live_batches, live_statements
from bayyina.app.person_statements import Said, is_sealed
from bayyina.app.recipients import INTERNAL, find_recipient
from bayyina.app.rows import RecordRow, StatementRow
from bayyina.app.site_disclosure import Shown, embargo_of
from bayyina.app.workspace import Workspace
from bayyina.disclosure.deciding import decide_output
from bayyina.disclosure.outputs import REFUSED, Output, RecordLine, Removal, StatementLine
from bayyina.disclosure.rules import Recipient, load_rules
from bayyina.errors import CheckFailedError
from bayyina.keys.sealing import is_sealed as is_sealed_text
from bayyina.model.vocabulary import Property

PERSON: Final = "Person"

OF_STAFF: Final = frozenset({"file_path"})
"""Properties that lead to the people who work here: where a file lay on somebody's machine."""

_MONTH, _YEAR = 7, 4
"""Characters of a day, as it is written, that give its month and its year."""


class Allowed(NamedTuple):
    """What of some records may leave."""

    refused: Mapping[int, Removal]
    """Records that do not, by number."""

    removals: Mapping[int, Removal]
    """Statements of the others that do not as they are, by number."""

    embargoed: Mapping[int, Shown]
    """What may be told of statements under an embargo, by number."""

    def refuses(self, statement: int) -> bool:
        """Whether a statement of a record that leaves does not leave itself."""
        found = self.removals.get(statement)
        return found is not None and found.action == REFUSED

    def is_out(self, row: StatementRow) -> bool:
        """Whether a statement does not leave at all."""
        return row.record in self.refused or self.refuses(row.number)


@dataclass(frozen=True)
class _Term:
    """What of a property matters here."""

    level: str
    is_sealed: bool
    may_be_sealed: bool
    of_staff: bool
    kind: str


def refuse_unconsented(workspace: Workspace, row: RecordRow) -> None:
    """Refuse to hand out a file whose informant took the consent back.

    Raises:
        CheckFailedError: somebody refuses that it is used.
    """
    release = Release(workspace, find_recipient(workspace, INTERNAL))
    refused = release.decide_numbers([row.number]).refused.get(row.number)
    if refused is not None and refused.rule in ("refused", "objected"):
        raise CheckFailedError(
            f"{refused.id} may not be handed out: {refused.reason.en}",
            hint="`bayyina consent show` tells who answered what; nothing was written.",
            code="disclosure",
        )


def refuse_taken_back(workspace: Workspace, statement: int) -> None:
    """Refuse to hand out, as a proof does, a statement whose informant took consent back.

    Raises:
        CheckFailedError: somebody refuses that it is used.
    """
    store = workspace.store
    for row in store.find(StatementRow, "number", [statement]):
        rows = store.find(RecordRow, "number", [row.record])
        release = Release(workspace, find_recipient(workspace, INTERNAL))
        allowed = release.decide({one.number: one for one in rows}, {row.record: [row]})
        found = allowed.refused.get(row.record) or allowed.removals.get(row.number)
        if found is not None and found.rule == "refused":
            raise CheckFailedError(
                f"{workspace.statement_id(statement)} may not be handed out: {found.reason.en}",
                hint="`bayyina consent show` tells who answered what; nothing was written.",
                code="disclosure",
            )


class Release:
    """Decides what of records may leave for one recipient."""

    def __init__(
        self,
        workspace: Workspace,
        recipient: Recipient,
        *,
        level: str = "",
        of_deaths: bool = False,
    ) -> None:
        """Decide for ``recipient``.

        Args:
            workspace: Where the records are.
            recipient: Who receives the output.
            level: The most sensitive properties that were asked for; empty: all it may have.
            of_deaths: Whether being in this output says that somebody died, as in an answer to
                a question about deaths; people with an untold death are then refused too.
        """
        self._workspace, self.recipient, self._level = workspace, recipient, level
        self._of_deaths = of_deaths and not recipient.learns_of_deaths
        self._names = {number: pair for pair, number in workspace.store.terms().items()}
        self._book = ConsentBook(workspace)
        self.embargo = embargo_of(workspace)
        self._terms: dict[int, _Term] = {}
        self._sources: dict[int, tuple[str, ...]] = {}
        self._denied = self._denied_people()
        self.tally: Counter[tuple[str, str]] = Counter()
        """How many records and statements each rule took out: by (``record`` or ``statement``, rule)."""

    @cached_property
    def _told(self) -> FamilyTold:
        return FamilyTold(self._workspace)

    def decide(
        self,
        rows: Mapping[int, RecordRow],
        stated: Mapping[int, Sequence[StatementRow]],
        closed: Mapping[int, Sequence[StatementRow]] | None = None,
    ) -> Allowed:
        """What of some records may leave.

        Args:
            rows: The records by number.
            stated: Their statements that stand, by number of the record.
            closed: Further statements of them that stand no longer.
        """
        former = closed or {}
        everything = [
            one for number in rows for one in (*stated.get(number, ()), *former.get(number, ()))
        ]
        self._book.know_sources({one.source for one in everything if one.source is not None})
        self._book.know_cited({one.evidence for one in everything if one.evidence is not None})
        untold_people = self._untold_people(rows.values(), everything)
        lines, embargoed = [], dict[int, Shown]()
        for number, row in rows.items():
            own = stated.get(number, ())
            both = (*own, *former.get(number, ()))
            site = self.embargo.covers(number, both)
            is_near = bool(untold_people and untold_people & {number, *self._told.people(own)})
            record = self._record_line(row, own, is_near)
            statements = []
            for one in both:
                shown = self.embargo.shown(site, one) if site is not None else None
                if shown is not None and shown.blurred:
                    embargoed[one.number] = shown
                statements.append(self._statement_line(one, one.number in embargoed))
            lines.append((record, tuple(statements)))
        output = Output(
            self.recipient.purpose,
            records=tuple(lines),
            recipient=self.recipient,
            level=self._level,
        )
        return self._allowed(rows, decide_output(output).removals, embargoed)

    def decide_numbers(self, numbers: Iterable[int]) -> Allowed:
        """What of the records with some numbers may leave, by what stands of them now."""
        store, wanted = self._workspace.store, sorted(set(numbers))
        stated: dict[int, list[StatementRow]] = {number: [] for number in wanted}
        for row in live_statements(store, wanted, live_batches(store)):
            stated[row.record].append(row)
        return self.decide(
            {row.number: row for row in store.find(RecordRow, "number", wanted)}, stated
        )

    def kept(self, said: Sequence[Said]) -> list[Said]:
        """Statements of some records that may leave, as they may be told."""
        numbers = {one.row.record for one in said}
        rows = self._workspace.store.find(RecordRow, "number", sorted(numbers))
        stated: dict[int, list[StatementRow]] = {number: [] for number in numbers}
        for one in said:
            stated[one.row.record].append(one.row)
        allowed = self.decide({row.number: row for row in rows}, stated)
        return [
            Said(self.told(one.row, allowed), one.record_type, one.property)
            for one in said
            if not allowed.is_out(one.row)
        ]

    def told(self, row: StatementRow, allowed: Allowed) -> StatementRow:
        """A statement that may leave, as it may be told."""
        shown = self.shown(row, allowed)
        if not shown.blurred:
            return row._replace(original=row.wording) if row.has_sealed else row
        lo, hi = (row.date_lo, row.date_hi)
        if lo and hi and self._term(row).kind == "date":
            lo, hi = _bounds(lo, hi, len(shown.value or ""))
        return row._replace(value=shown.value, original=shown.original, date_lo=lo, date_hi=hi)

    def shown(self, row: StatementRow, allowed: Allowed) -> Shown:
        """What may be told of a statement that leaves."""
        if row.number in allowed.embargoed:
            return allowed.embargoed[row.number]
        removal = allowed.removals.get(row.number)
        if removal is None or removal.action == REFUSED or row.value is None:
            return Shown(row.value, row.wording, False)
        if self._term(row).kind == "place":
            gazetteer = self._workspace.gazetteer
            coarse = gazetteer.ancestor(row.value, removal.to) if gazetteer.get(row.value) else None
            return Shown(coarse or "", None, True)
        keep = _MONTH if removal.to == "month" else _YEAR
        return Shown((row.date_lo or "")[:keep], None, True)

    def left_out(self) -> list[dict[str, Any]]:
        """What was taken out so far, by rule: how much, and why in both languages."""
        reasons = load_rules().reasons
        rules = dict.fromkeys(rule for _, rule in sorted(self.tally))
        return [
            {
                "rule": rule,
                "reason": reasons[rule].to_json(),
                "records": self.tally["record", rule],
                "statements": self.tally["statement", rule],
            }
            for rule in rules
        ]

    def _allowed(
        self,
        rows: Mapping[int, RecordRow],
        removals: Iterable[Removal],
        embargoed: Mapping[int, Shown],
    ) -> Allowed:
        refused: dict[int, Removal] = {}
        changed: dict[int, Removal] = {}
        for one in removals:
            is_record = one.id.startswith("r")
            (refused if is_record else changed)[int(one.id[1:])] = one
            self.tally["record" if is_record else "statement", one.rule] += 1
        told = {n: shown for n, shown in embargoed.items() if n in changed}
        short = self._workspace.short_id
        named = {n: _renamed(one, short(n)) for n, one in refused.items() if n in rows}
        identifier = self._workspace.statement_id
        return Allowed(named, {n: _renamed(one, identifier(n)) for n, one in changed.items()}, told)

    def _record_line(
        self, row: RecordRow, own: Sequence[StatementRow], is_near_untold: bool
    ) -> RecordLine:
        kind = self._workspace.vocabulary.types.get(row.record_type)
        is_own = row.record_type in OWN_RECORDS and self.recipient.id != INTERNAL
        named = self._told.people(own) if self._denied else set()
        consents = self._book.of_record(row.number, row.record_type, own, self.recipient)
        if row.record_type == SOURCE:
            consents = self._book.of_source(row.number, self.recipient)
        return RecordLine(
            id=f"r{row.number}",
            level=kind.level if kind is not None else "sealed",
            is_sealed=is_own or any(self._flags_sealed(one) for one in own),
            reveals_untold=not self.recipient.learns_of_deaths
            and (is_near_untold or self._told.is_untold(row.record_type, own)),
            is_objected=bool(self._denied & (named | {row.number})),
            consents=consents,
        )

    def _flags_sealed(self, row: StatementRow) -> bool:
        return row.value == "yes" and self._names[row.term][1] == "sealed"

    def _statement_line(self, row: StatementRow, is_blurred: bool) -> StatementLine:
        term = self._term(row)
        consents: tuple[str, ...] = ()
        if row.source is not None:
            if row.source not in self._sources:
                self._sources[row.source] = self._book.of_source(row.source, self.recipient)
            consents = self._sources[row.source]
        if row.evidence is not None:
            consents = (*consents, *self._book.of_cited(row.evidence, self.recipient))
        is_closed = (
            term.is_sealed
            or (is_sealed_text(row.value) and not is_blurred)
            or (
                term.may_be_sealed and is_sealed(self._workspace, Said(row, *self._names[row.term]))
            )
        )
        return StatementLine(
            f"s{row.number}",
            term.level,
            is_closed,
            term.of_staff,
            is_blurred,
            consents,
            term.kind if row.value else "",
            self._precision(row, term.kind) if term.kind else "",
        )

    def _precision(self, row: StatementRow, kind: str) -> str:
        if kind == "place":
            place = self._workspace.gazetteer.get(row.value or "")
            return place.level if place is not None else "position"
        lo, hi = row.date_lo, row.date_hi
        if lo is None or hi is None or lo[:_YEAR] != hi[:_YEAR]:
            return "year"
        if lo == hi:
            return "day"
        return "month" if lo[:_MONTH] == hi[:_MONTH] else "year"

    def _term(self, row: StatementRow) -> _Term:
        found = self._terms.get(row.term)
        if found is None:
            record_type, name = self._names[row.term]
            kind = self._workspace.vocabulary.types.get(record_type)
            prop = kind.properties.get(name) if kind is not None else None
            found = self._terms[row.term] = _term_of(name, prop)
        return found

    def _denied_people(self) -> set[int]:
        return same_as_any(self._workspace, self._book.denied_people(self.recipient))

    def _untold_people(self, rows: Iterable[RecordRow], stated: Iterable[StatementRow]) -> set[int]:
        """People of some records with a death that the family was not told of, where it matters."""
        if not self._of_deaths:
            return set()
        people = {row.number for row in rows if row.record_type == PERSON}
        people |= self._told.people(stated)
        deaths = load_rules().may_tell_of_a_death
        at = [one for one in pointers_at(self._workspace, people) if one.record_type in deaths]
        untold = self._told.untold_records({one.record for one in at})
        return {one.target for one in at if one.record in untold}


def _term_of(name: str, prop: Property | None) -> _Term:
    if prop is None:
        return _Term("sealed", True, False, False, "")
    kinds = {"place": "place", "geopoint": "place", "date": "date"}
    return _Term(
        level=prop.level,
        is_sealed=prop.level == "sealed",
        may_be_sealed=prop.type == "term",
        of_staff=name in OF_STAFF,
        kind=kinds.get(prop.type, ""),
    )


def _renamed(removal: Removal, identifier: str) -> Removal:
    return Removal(
        identifier, removal.key, removal.action, removal.rule, removal.reason, removal.to
    )


def _bounds(lo: str, hi: str, length: int) -> tuple[str, str]:
    """First and last day of the month or year of a day."""
    year, month = int(lo[:_YEAR]), int(lo[5:_MONTH])
    if length == _YEAR:
        return f"{lo[:_YEAR]}-01-01", f"{hi[:_YEAR]}-12-31"
    following = date(year + month // 12, month % 12 + 1, 1)
    return f"{lo[:_MONTH]}-01", date.fromordinal(following.toordinal() - 1).isoformat()
