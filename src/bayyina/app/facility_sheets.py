"""What the records say of a facility: acts placed in it, alleged involvement, witnesses.

A sheet is for the people who work here: nothing on it is what an informant took back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bayyina.app.counting import open_engine
from bayyina.app.linked_records import pointers_at
from bayyina.app.live import live_batches, live_statements
from bayyina.app.permissions import require
from bayyina.app.person_papers import today
from bayyina.app.person_statements import Said, source_names, words_of
from bayyina.app.ports import Progress
from bayyina.app.recipients import INTERNAL, find_recipient
from bayyina.app.released_outputs import RestsOn
from bayyina.app.releasing import Release
from bayyina.app.rows import RecordRow, batch_of
from bayyina.app.short_ids import record_number
from bayyina.app.workspace import Workspace
from bayyina.app.writing_documents import log_run, write_pages
from bayyina.errors import InputError
from bayyina.figures.engine import FigureEngine
from bayyina.reporting.facility_pages import (
    FacilitySheet,
    PossibleWitness,
    Service,
    Stay,
    facility_page,
)
from bayyina.reporting.figure_results import FigureResult
from bayyina.reporting.submissions.form_file import Wording

UNITS: Final = (
    "arrests", "detentions", "transfers", "sightings", "acts_of_torture", "deaths", "executions",
)  # fmt: skip
"""Acts that place somebody in a facility."""

LISTED: Final = 2000
"""So many acts are listed at most."""

FACILITY: Final = "Facility"
"""Type of the records of facilities."""


@dataclass(frozen=True)
class _Found:
    """A facility that was named."""

    value: str
    """What acts name it by."""

    name: Wording
    """Its name."""


def facility_sheet(workspace: Workspace, named: str, progress: Progress) -> FacilitySheet:
    """What the records say of a facility.

    Args:
        workspace: Where the records are.
        named: Short id of a facility's record, or a code, name or alias.
        progress: Told questions asked.

    Raises:
        InputError: no facility has that id or name.
        PermissionRefusedError: the member may not read records.
    """
    require(workspace, "report")
    require(workspace, "export-records")
    found = _find(workspace, named)
    with open_engine(workspace, progress) as engine:
        asked = f'facility="{found.value}"'
        figures = {
            unit: FigureResult.of(engine.count(f"count {unit} with {asked}")) for unit in UNITS
        }
        held = " or ".join(f"{kind}({asked})" for kind in ("Arrest", "Detention", "Transfer"))
        figures["persons"] = FigureResult.of(engine.count(f"count persons with {held}"))
        acts = sorted({ref.number for unit in UNITS for ref in engine.open(
            f"count {unit} with {asked}") if ref.certain})  # fmt: skip
        freed = sorted(_released(engine, held))
    stays = sorted(_stays(workspace, acts[:LISTED]), key=lambda pair: (pair[0], pair[1].record))
    return FacilitySheet(
        code=found.value,
        name=found.name,
        day=today(workspace),
        custody_size=workspace.store.log_size(),
        figures=figures,
        stays=tuple(stay for _, stay in stays),
        acts=len(acts),
        services=tuple(_services(workspace, acts)),
        witnesses=(
            *(PossibleWitness(workspace.short_id(n), "released", "") for n in freed[:LISTED]),
            *_testimonies(workspace, acts, found.value),
        ),
    )


def write_facility_sheet(
    workspace: Workspace, sheet: FacilitySheet, *, languages: Sequence[str], out_folder: Path
) -> tuple[dict[str, tuple[Path, ...]], int]:
    """Write a sheet as web page and PDF by language; the files and the batch that records it."""
    fictional = workspace.identity.fictional
    files = write_pages(
        workspace,
        lambda lang: facility_page(sheet, lang, is_fictional=fictional),
        languages,
        out_folder / f"facility-{sheet.code}",
    )
    names = " ".join(languages)
    acts = {one.record for one in sheet.stays} | {one.record for one in sheet.witnesses}
    rests_on = RestsOn.of(
        (record_number(workspace, one) for one in acts),
        (figure.query for figure in sheet.figures.values()),
        sheet.custody_size,
    )
    parameters = {"facility": sheet.code, "languages": names, "rests_on": rests_on.to_json()}
    return files, log_run(workspace, "write-facility", "facility", parameters, {"languages": names})


def _find(workspace: Workspace, named: str) -> _Found:
    vocabulary = workspace.vocabulary
    code = vocabulary.read_facility(named)
    if code is not None:
        label = vocabulary.facilities[code].label
        return _Found(code, Wording(label["en"], label["ar"]))
    store = workspace.store
    batches = live_batches(store)
    rows = {
        row.number
        for row in store.find(RecordRow, "record_type", [FACILITY])
        if batch_of(row.number) in batches
    }
    names: dict[int, list[str]] = defaultdict(list)
    terms = {term: name for (_, name), term in store.terms().items()}
    for row in live_statements(store, sorted(rows), batches):
        if terms[row.term] in ("name", "alias") and row.value:
            names[row.record].append(row.wording or row.value)
    if named.startswith(f"{workspace.identity.prefix}-"):
        number = record_number(workspace, named)
        matches = [number] if number in rows else []
    else:
        matches = [n for n, known in names.items() if named.strip() in known]
    if len(matches) != 1:
        many = "Several facilities have" if matches else "No facility has"
        raise InputError(
            f"{many} the id or name {named}.",
            hint="Give the short id of its record, or a name as the vocabulary has it.",
            code="no-such-record",
        )
    name = next(iter(names[matches[0]]), named)
    return _Found(str(matches[0]), Wording(name, name))


def _released(engine: FigureEngine, held: str) -> Iterator[int]:
    """People held here whom a source knows to have been released."""
    for ref in engine.open(f"count persons released with {held}"):
        if ref.certain:
            yield ref.number


def _said(workspace: Workspace, records: Sequence[int]) -> dict[int, list[Said]]:
    names = {term: pair for pair, term in workspace.store.terms().items()}
    rows = live_statements(workspace.store, records, live_batches(workspace.store))
    release = Release(workspace, find_recipient(workspace, INTERNAL))
    by_record: dict[int, list[Said]] = defaultdict(list)
    for one in release.kept([Said(row, *names[row.term]) for row in rows]):
        by_record[one.row.record].append(one)
    return by_record


def _stays(workspace: Workspace, acts: Sequence[int]) -> Iterator[tuple[str, Stay]]:
    """The acts, each with the first day that is stated of it."""
    said = _said(workspace, acts)
    sources = source_names(
        workspace, (one.row.source for own in said.values() for one in own if one.row.source)
    )
    for number, own in said.items():
        label = workspace.vocabulary.types[own[0].record_type].label
        victim = next((o.row.value for o in own if o.property == "victim" and o.row.value), "")
        dates = [one for one in own if one.property == "date"]
        until = [one for one in own if one.property in ("end_date", "last_confirmed")]
        first = min((one.row.date_lo or "9999" for one in dates), default="9999")
        yield (
            first,
            Stay(
                record=workspace.short_id(number),
                label=Wording(label["en"], label["ar"]),
                person=workspace.short_id(int(victim)) if victim and victim.isdecimal() else "",
                day=words_of(workspace, dates[0]) if dates else None,
                until=words_of(workspace, until[0]) if until else None,
                sources=tuple(
                    dict.fromkeys(sources[o.row.source] for o in own if o.row.source is not None)
                ),
            ),
        )


def _services(workspace: Workspace, acts: Sequence[int]) -> Iterator[Service]:
    found = [p for p in pointers_at(workspace, acts) if p.record_type == "Involvement"]
    said = _said(workspace, [pointer.record for pointer in found])
    for pointer in found:
        own = said[pointer.record]
        person = next((o.row.value for o in own if o.property == "person" and o.row.value), "")
        roles = (
            words_of(workspace, o) for o in own if o.property in ("degree", "rank", "position")
        )
        yield Service(
            person=workspace.short_id(int(person)) if person and person.isdecimal() else "",
            act=workspace.short_id(pointer.target),
            role=tuple(role for role in roles if role is not None),
        )


def _testimonies(
    workspace: Workspace, acts: Sequence[int], facility: str
) -> Iterator[PossibleWitness]:
    targets = [*acts, *([int(facility)] if facility.isdecimal() else [])]
    found = {p.record for p in pointers_at(workspace, targets) if p.record_type == "Testimony"}
    said = _said(workspace, sorted(found))
    for number in sorted(found):
        names = (o.row.value for o in said[number] if o.property == "pseudonym")
        yield PossibleWitness(
            workspace.short_id(number), "testimony", next((name for name in names if name), "")
        )
