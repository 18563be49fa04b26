"""Sites as the register knows them: states, history, counts, sufficiency, steps, embargo.

Nothing is chosen between sources: two counts stand as two counts, each with who says it. What
images show is told apart from what people say.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bayyina.app.live import erased_records, live_batches, live_statements, setting
from bayyina.app.opening_sealed import rows_needed
from bayyina.app.permissions import require
from bayyina.app.rows import RecordRow, StatementRow, batch_of
from bayyina.app.sealed_rows import SealedRows
from bayyina.app.short_ids import record_number
from bayyina.app.site_disclosure import EXACT, Embargo, embargo_of, site_place, term_names
from bayyina.app.site_files import SITE_KEY
from bayyina.app.site_sufficiency import at_hand, decided_about
from bayyina.app.site_views import (
    NearFacility,
    SiteEvent,
    SiteRecord,
    SiteStatement,
    SourceNote,
    StepState,
)
from bayyina.app.source_origins import origins_by_name
from bayyina.app.value_words import value_words
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError
from bayyina.reporting.submissions.form_file import Wording
from bayyina.sites.positions import Position, distance_km, read_position
from bayyina.standards.site_steps import load_steps

SITE: Final = "Site"
FACILITY: Final = "Facility"
EVENTS: Final = {
    "SiteDisturbance": ("site",),
    "Relocation": ("from_site", "to_site"),
    "Exhumation": ("site",),
}
"""What can happen to a site, with the links that name sites."""

COUNTS: Final = ("person_count", "exhumed_count", "identified_count", "trenches", "length_m")
"""Properties of a site that are counts or measures."""

MILITARY: Final = frozenset(
    {"military_camp", "headquarters", "military_prison", "military_hospital", "security_branch"}
)
"""Kinds of facilities that are military or of the security services."""

WATCH_SETTING: Final = "site-watch:"
"""Prefix of the setting that keeps the state of watching a site."""

IMAGES, ACCOUNT = "images", "account"
"""What an event rests on."""


def read_sites(workspace: Workspace) -> list[SiteRecord]:
    """Every site of the register, in order of registration.

    Raises:
        PermissionRefusedError: the member may not read records.
    """
    require(workspace, "export-records")
    reader = _Reader(workspace)
    return [reader.read(row) for row in _site_rows(workspace)]


def read_site(workspace: Workspace, site: str, *, reason: str | None = None) -> SiteRecord:
    """One site, by the id of its file or its short id.

    Args:
        workspace: Where it is registered.
        site: Its id.
        reason: Why its exact position is opened, which the log keeps; None: it is not opened.
            Of a site under embargo it is told only to who may have exact positions besides.

    Raises:
        InputError: there is no such site, or the reason is empty.
        PermissionRefusedError: the member may not read records, or not open what is asked for.
        KeyLockedError: the position is to be opened, and the member is not cleared.
    """
    require(workspace, "export-records")
    row = find_site(workspace, site)
    reader = _Reader(workspace)
    if reason is None:
        return reader.read(row)
    if reader.is_withheld(row.number):
        require(workspace, EXACT)
    return reader.read(row, rows_needed(workspace, "record", [row.number], reason=reason))


def find_site(workspace: Workspace, site: str) -> RecordRow:
    """The record of a site, by the id of its file or its short id.

    Raises:
        InputError: there is no such site.
    """
    rows = _site_rows(workspace)
    for row in rows:
        if row.list_key == SITE_KEY + site or workspace.short_id(row.number) == site:
            return row
    known = [(row.list_key or "").removeprefix(SITE_KEY) for row in rows]
    if site.startswith(f"{workspace.identity.prefix}-"):
        record_number(workspace, site)
    raise InputError(
        f"There is no site {site} in the register.",
        hint=f"Known are {', '.join(filter(None, known[:10]))}."
        if any(known)
        else "Register one with `bayyina sites register FILE`.",
        code="no-such-site",
    )


def _site_rows(workspace: Workspace) -> list[RecordRow]:
    store = workspace.store
    batches, erased = live_batches(store), erased_records(store)
    return [
        row
        for row in store.find(RecordRow, "record_type", [SITE])
        if batch_of(row.number) in batches and row.number not in erased
    ]


class _Reader:
    """Reads sites of one workspace, what they share looked up once."""

    def __init__(self, workspace: Workspace) -> None:
        store = workspace.store
        self._workspace = workspace
        self._batches = live_batches(store)
        self._names = term_names(workspace)
        self._embargo: Embargo = embargo_of(workspace)
        self._sources = self._all_of("Source")
        self._events = {kind: self._all_of(kind) for kind in EVENTS}
        self._facilities = self._all_of(FACILITY)
        origins = origins_by_name(workspace)
        self._origins = {
            number: origins.get(self._text(rows, "name"), str(number))
            for number, rows in self._sources.items()
        }
        self._kinds = {n: self._text(rows, "kind") for n, rows in self._sources.items()}

    def is_withheld(self, site: int) -> bool:
        """Whether a site is under embargo."""
        return site in self._embargo.withheld

    def read(self, row: RecordRow, sealed: SealedRows | None = None) -> SiteRecord:
        """One site; ``sealed`` opens its position."""
        number = row.number
        own = live_statements(self._workspace.store, [number], self._batches)
        events = self._events_of(number)
        statements = self._statements(SITE, number, own)
        records = {number, *(record for record, _, _ in events)}
        given = {one.source for one in own if one.source is not None}
        given |= {one.source for _, _, rows in events for one in rows if one.source is not None}
        position, position_of = self._position(own, sealed)
        history = [self._event(kind, record, rows) for record, kind, rows in events]
        return SiteRecord(
            number=number,
            id=self._workspace.short_id(number),
            key=(row.list_key or "").removeprefix(SITE_KEY),
            name=self._name(row, own),
            statements=tuple(statements),
            history=tuple(sorted(history, key=lambda e: (e.first or "9", e.last or "9", e.id))),
            facilities=tuple(self._near(own, position)),
            witnesses=tuple(self._witness(n) for n in sorted(given) if self._is_protected(n)),
            decided=decided_about(self._workspace, row),
            at_hand=at_hand(
                self._workspace,
                records,
                {self._names[one.term][1] for one in own if one.value},
                self._kinds,
                self._origins,
            ),
            steps=tuple(self._steps(number, own)),
            embargo=number in self._embargo.withheld,
            position=position,
            position_of=position_of,
        )

    def _all_of(self, record_type: str) -> dict[int, list[StatementRow]]:
        store = self._workspace.store
        numbers = [
            row.number
            for row in store.find(RecordRow, "record_type", [record_type])
            if batch_of(row.number) in self._batches
        ]
        found: dict[int, list[StatementRow]] = {}
        for row in live_statements(store, numbers, self._batches):
            found.setdefault(row.record, []).append(row)
        return found

    def _text(self, rows: Sequence[StatementRow], name: str) -> str:
        said = (row.value for row in rows if self._names[row.term][1] == name and row.value)
        return next(said, "")

    def _events_of(self, site: int) -> list[tuple[int, str, list[StatementRow]]]:
        return [
            (record, kind, rows)
            for kind, of_kind in self._events.items()
            for record, rows in of_kind.items()
            if any(
                self._names[row.term][1] in EVENTS[kind] and row.value == str(site) for row in rows
            )
        ]

    def _event(self, kind: str, record: int, rows: list[StatementRow]) -> SiteEvent:
        label = self._workspace.vocabulary.types[kind].label
        begun = [row for row in rows if self._names[row.term][1] == "date"]
        ended = [row for row in rows if self._names[row.term][1] == "end_date"]
        firsts = [row.date_lo for row in begun if row.date_lo]
        lasts = [row.date_hi for row in ended or begun if row.date_hi]
        sources = {row.source for row in rows if row.source is not None}
        images = bool(sources) and all(self._kinds.get(n) == "satellite" for n in sources)
        return SiteEvent(
            id=self._workspace.short_id(record),
            type=kind,
            label=Wording(label["en"], label["ar"]),
            basis=IMAGES if images else ACCOUNT,
            first=min(firsts, default=None),
            last=max(lasts, default=None),
            statements=tuple(self._statements(kind, record, rows)),
            sites={
                self._names[row.term][1]: self._workspace.short_id(int(row.value))
                for row in rows
                if self._names[row.term][1] in EVENTS[kind]
                and (row.value or "").isdecimal()
                and row.value is not None
            },
        )

    def _statements(
        self, kind: str, record: int, rows: Sequence[StatementRow]
    ) -> list[SiteStatement]:
        site = self._embargo.covers(record, rows)
        properties = self._workspace.vocabulary.types[kind].properties
        told = []
        for row in rows:
            name = self._names[row.term][1]
            prop = properties.get(name)
            if prop is None or prop.type == "link" or prop.level == "sealed":
                continue
            shown = self._embargo.shown(site, row)
            words = value_words(
                self._workspace, prop, row._replace(value=shown.value, original=shown.original)
            )
            if words is not None:
                told.append(
                    SiteStatement(
                        self._workspace.statement_id(row.number),
                        name,
                        Wording(prop.label["en"], prop.label["ar"]),
                        shown.value or "",
                        words,
                        row.num_lo,
                        row.num_hi,
                        self._note(row.source),
                        row.locator or "",
                        row.asserted_on,
                        row.certainty,
                        row.lang,
                    )
                )
        return told

    def _note(self, source: int | None) -> SourceNote | None:
        if source is None:
            return None
        rows = self._sources.get(source, [])
        name = self._text(rows, "pseudonym") or self._text(rows, "name")
        short = self._workspace.short_id(source)
        return SourceNote(short, name or short, self._kinds.get(source, ""))

    def _witness(self, source: int) -> SourceNote:
        note = self._note(source)
        return note if note is not None else SourceNote("", "", "")

    def _is_protected(self, source: int) -> bool:
        return bool(self._text(self._sources.get(source, []), "pseudonym"))

    def _position(
        self, own: list[StatementRow], sealed: SealedRows | None
    ) -> tuple[Position | None, str]:
        """The position and what it is of; exact where it may be told or was opened."""
        site = own[0].record if own else 0
        place = site_place(self._workspace, sealed.opened(own) if sealed is not None else own)
        if place.exact is not None and (sealed is not None or not self.is_withheld(site)):
            return place.exact, "exact"
        told = place.told()
        return (told.position, told.of) if told is not None else (None, "")

    def _name(self, row: RecordRow, own: list[StatementRow]) -> Wording:
        names = [one for one in own if self._names[one.term][1] == "name" and one.value]
        fallback = (row.list_key or "").removeprefix(SITE_KEY) or self._workspace.short_id(
            row.number
        )

        def in_language(lang: str) -> str:
            own_words = (one.value for one in names if one.lang == lang and one.value)
            any_words = (one.value for one in names if one.value)
            return next(own_words, None) or next(any_words, None) or fallback

        return Wording(in_language("en"), in_language("ar"))

    def _near(self, own: list[StatementRow], position: Position | None) -> list[NearFacility]:
        numbers = dict.fromkeys(
            int(row.value)
            for row in own
            if self._names[row.term][1] == "near_facility" and row.value and row.value.isdecimal()
        )
        kinds = self._workspace.vocabulary.term_lists["facility_kinds"]
        found = []
        for number in numbers:
            rows = self._facilities.get(number, [])
            kind = self._text(rows, "kind")
            there = read_position(self._text(rows, "position"))
            far = distance_km(position, there) if position and there else None
            found.append(
                NearFacility(
                    self._workspace.short_id(number),
                    self._text(rows, "name") or self._workspace.short_id(number),
                    Wording(kinds.label(kind, "en"), kinds.label(kind, "ar")) if kind else None,
                    kind in MILITARY,
                    None if far is None else round(far, 1),
                )
            )
        return found

    def _steps(self, number: int, own: list[StatementRow]) -> list[StepState]:
        """The checklist; what the program itself does at the site counts as done."""
        done = {row.value for row in own if self._names[row.term][1] == "step_done"}
        if number in self._embargo.withheld:
            done.add("withhold_position")
        if setting(self._workspace.store, f"{WATCH_SETTING}{number}") is not None:
            done.add("watch_images")
        terms = self._workspace.vocabulary.term_lists["site_steps"]
        return [
            StepState(
                step.step,
                phase.id,
                Wording(terms.label(step.step, "en"), terms.label(step.step, "ar")),
                step.protocols,
                step.step in done,
            )
            for phase in load_steps().phases
            for step in phase.steps
        ]
