"""The dossier of a person, and the letter to a family.

A letter tells of a death only after two people, none of whom entered the record, decided that
the family may be told (``released``, about the record of the death). Until then there is no
letter about somebody of whom a death is recorded: one that left the death out would deceive.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bayyina.app.consent_book import CONTACT, ConsentBook
from bayyina.app.family_releases import is_released
from bayyina.app.live import live_batches
from bayyina.app.permissions import require
from bayyina.app.person_statements import (
    PERSON,
    SEALED,
    Said,
    day_of,
    is_sealed,
    opened_statements,
    source_names,
    statements_of_person,
    words_of,
)
from bayyina.app.recipients import INTERNAL, find_recipient
from bayyina.app.released_outputs import RestsOn
from bayyina.app.releasing import Release
from bayyina.app.rows import DeterminationRow, MemberRow, batch_of
from bayyina.app.sealed_papers import (
    IN_CLEAR,
    UNCHOSEN,
    Handing,
    how_written,
    marked_stem,
    refuse_unchosen,
    will_hold_sealed,
    write_handed,
)
from bayyina.app.short_ids import record_number
from bayyina.app.source_origins import origins_by_name
from bayyina.app.workspace import Workspace
from bayyina.app.writing_documents import log_run
from bayyina.disclosure.records import DENIED
from bayyina.errors import CheckFailedError
from bayyina.keys.sealing import is_sealed as is_sealed_text
from bayyina.model.partial_dates import read_date, write_date
from bayyina.reporting.dossier_pages import (
    Dossier,
    DossierDecision,
    DossierLine,
    DossierPart,
    dossier_page,
)
from bayyina.reporting.family_letter import (
    DEADLY,
    EVENTS,
    GRAVE,
    Letter,
    LetterEvent,
    letter_page,
)
from bayyina.reporting.submissions.form_file import Wording

BEING_TOLD = "being_told"
"""The use that a wish not to know of a death refuses."""


@dataclass(frozen=True)
class WrittenLetter:
    """A letter and its files."""

    letter: Letter
    """What it says."""

    withheld: tuple[str, ...]
    """Short ids of grave records that nobody released and that it does not tell of."""

    files: Mapping[str, tuple[Path, ...]]
    """Page and PDF, by language."""

    batch: int
    """The batch that records the writing."""

    in_clear: bool = False
    """Whether its files hold sealed values that anybody can read."""


@dataclass(frozen=True)
class WrittenDossier:
    """A dossier and its files."""

    dossier: Dossier
    """What it holds."""

    files: Mapping[str, tuple[Path, ...]]
    """Page and PDF, by language."""

    batch: int
    """The batch that records the writing."""

    in_clear: bool = False
    """Whether its files hold sealed values that anybody can read."""


def write_dossier(
    workspace: Workspace,
    person: str,
    *,
    languages: Sequence[str],
    out_folder: Path,
    handing: Handing = UNCHOSEN,
) -> WrittenDossier:
    """Everything that stands of a person, as a document; sealed values where they may be opened.

    Raises:
        InputError: there is no such person, or it is not said who may read sealed values in it.
        PermissionRefusedError: the member may not build reports or read records.
    """
    whole, is_sealed_paper = _said(workspace, person, "dossier", handing, needed=False)
    said = Release(workspace, find_recipient(workspace, INTERNAL)).kept(whole)
    parts = _parts(workspace, said)
    numbers = {part.id: number for number, part in parts.items()}
    store = workspace.store
    events = [part for part in parts.values() if part.type != PERSON]
    order = {part.id: _first_day(said, numbers[part.id]) for part in events}
    dossier = Dossier(
        id=person,
        names=_names(said),
        day=today(workspace),
        custody_size=store.log_size(),
        persons=tuple(part for part in parts.values() if part.type == PERSON),
        events=tuple(sorted(events, key=lambda part: (order[part.id], numbers[part.id]))),
        decisions=tuple(_decisions(workspace, sorted(parts))),
        withheld=sum(is_sealed(workspace, one) for one in whole),
    )
    fictional = workspace.identity.fictional
    how = how_written(handing, is_sealed_paper)
    files = write_handed(
        workspace,
        lambda lang: dossier_page(dossier, lang, is_fictional=fictional),
        languages,
        out_folder / marked_stem(f"dossier-{person}", how),
        handing.recipients,
    )
    batch = _log(workspace, "dossier", person, languages, said, how)
    return WrittenDossier(dossier, files, batch, how == IN_CLEAR)


def write_letter(
    workspace: Workspace,
    person: str,
    *,
    languages: Sequence[str],
    out_folder: Path,
    handing: Handing = UNCHOSEN,
) -> WrittenLetter:
    """The letter to the family of a person.

    Raises:
        InputError: there is no such person, or it is not said who may read sealed values in it.
        CheckFailedError: a death is recorded, and two people have not decided that the family
            may be told; or the family does not want to know.
        PermissionRefusedError: the member may not build reports or read records.
    """
    whole, is_sealed_paper = _said(workspace, person, "letter", handing, needed=True)
    # Which death the letter may tell of is asked below, of two people; hence not here.
    family = replace(find_recipient(workspace, "family"), learns_of_deaths=True)
    said = Release(workspace, family).kept(whole)
    _refuse_unwanted(workspace, whole)
    by_record: dict[int, list[Said]] = defaultdict(list)
    for one in said:
        by_record[one.row.record].append(one)
    grave = [number for number, own in by_record.items() if own[0].record_type in GRAVE]
    free = {number for number in grave if is_released(workspace, number)}
    # Of all that stands, also of what may not leave: without it the letter would say that
    # nothing is known.
    deadly = {one.row.record for one in whole if one.record_type in DEADLY}
    if deadly and not deadly & free:
        names = ", ".join(workspace.short_id(number) for number in sorted(deadly))
        raise CheckFailedError(
            "A death is recorded, and two people have not decided that the family may be told.",
            hint=f"Two people who did not enter it decide: `bayyina determine ID --decision "
            f"released --standard family-may-be-told`, about one of {names}.",
            code="family-not-told",
        )
    if _has_name(whole) and not _has_name(said):
        raise CheckFailedError(
            f"Nothing that stands of {person} may be used for a letter, not even the name.",
            hint=f"`bayyina release check {person} --for family` says why.",
            code="nothing-may-be-told",
        )
    told = [
        number
        for number, own in by_record.items()
        if own[0].record_type in EVENTS and (number not in grave or number in free)
    ]
    told.sort(key=lambda number: (_first_day(said, number), number))
    letter = Letter(
        names=_names(said),
        day=today(workspace),
        events=_events(workspace, [by_record[number] for number in told]),
    )
    fictional = workspace.identity.fictional
    how = how_written(handing, is_sealed_paper)
    files = write_handed(
        workspace,
        lambda lang: letter_page(letter, lang, is_fictional=fictional),
        languages,
        out_folder / marked_stem(f"letter-{person}", how),
        handing.recipients,
    )
    withheld = tuple(workspace.short_id(n) for n in sorted(set(grave) - free))
    batch = _log(workspace, "letter", person, languages, said, how)
    return WrittenLetter(letter, withheld, files, batch, how == IN_CLEAR)


def _refuse_unwanted(workspace: Workspace, said: Sequence[Said]) -> None:
    """Refuse a letter about a death to a family that said that it does not want to know."""
    if not any(one.record_type in DEADLY for one in said):
        return
    book = ConsentBook(workspace)
    asked = {one.row.record for one in said if one.record_type in (PERSON, CONTACT)}
    answers = (book.answer(number, BEING_TOLD) for number in sorted(asked))
    if any(one is not None and one.state in DENIED for one in answers):
        raise CheckFailedError(
            "The family said that it does not want to know of a death.",
            hint="Only a newer answer of theirs changes this: `bayyina consent give`.",
            code="telling-does-not-want-to-know",
        )


def _said(
    workspace: Workspace, person: str, paper: str, handing: Handing, *, needed: bool
) -> tuple[list[Said], bool]:
    """What stands of a person, and whether what is sealed of it was opened."""
    require(workspace, "report")
    require(workspace, "export-records")
    said = statements_of_person(workspace, record_number(workspace, person), person)
    is_opened = will_hold_sealed(workspace, said)
    if is_opened:
        refuse_unchosen(handing)
    why = f"to write the {paper} of {person}"
    return opened_statements(workspace, said, paper, reason=why, needed=needed), is_opened


def _first_day(said: Sequence[Said], number: int) -> str:
    """The first day that is stated of a record; records without one come last."""
    days = [
        one.row.date_lo
        for one in said
        if one.row.record == number and one.row.date_lo and one.property == "date"
    ]
    return min(days, default="9999")


def _parts(workspace: Workspace, said: Sequence[Said]) -> dict[int, DossierPart]:
    sources = source_names(workspace, (one.row.source for one in said if one.row.source))
    parts: dict[int, DossierPart] = {}
    lines: dict[int, list[DossierLine]] = defaultdict(list)
    days: dict[int, Wording] = {}
    types: dict[int, str] = {}
    for one in said:
        kind = workspace.vocabulary.types[one.record_type]
        words = words_of(workspace, one)
        if words is None or kind.level == SEALED:
            continue
        number = one.row.record
        types[number] = one.record_type
        label = kind.properties[one.property].label
        source = sources.get(one.row.source, "") if one.row.source is not None else ""
        statement = workspace.statement_id(one.row.number)
        lines[number].append(
            DossierLine(Wording(label["en"], label["ar"]), words, source, statement)
        )
        if one.property == "date":
            days.setdefault(number, words)
    for number, own in sorted(lines.items()):
        label = workspace.vocabulary.types[types[number]].label
        parts[number] = DossierPart(
            id=workspace.short_id(number),
            type=types[number],
            label=Wording(label["en"], label["ar"]),
            day=days.get(number),
            lines=tuple(own),
        )
    return parts


def _decisions(workspace: Workspace, records: Sequence[int]) -> list[DossierDecision]:
    store = workspace.store
    standing = live_batches(store)
    return [
        DossierDecision(
            workspace.short_id(row.record),
            row.decision,
            row.verdict,
            row.standard,
            store.find(MemberRow, "number", [row.member])[0].handle,
        )
        for row in store.find(DeterminationRow, "record", records)
        if batch_of(row.number) in standing
    ]


def _events(workspace: Workspace, records: Sequence[Sequence[Said]]) -> tuple[LetterEvent, ...]:
    """Events of one kind on the same days are told once, by all their sources."""
    named = source_names(
        workspace, (one.row.source for own in records for one in own if one.row.source)
    )
    origins = origins_by_name(workspace)
    grouped: dict[tuple[str, tuple[Wording, ...]], list[Said]] = {}
    for own in records:
        when = _values(workspace, own, "date")
        grouped.setdefault((own[0].record_type, when), []).extend(own)
    events = []
    for (record_type, when), own in grouped.items():
        names = {named[one.row.source] for one in own if one.row.source is not None}
        dates = [one.row for one in own if one.property == "date"]
        events.append(
            LetterEvent(
                type=record_type,
                when=when,
                is_day=bool(dates) and all(_is_day(row.date_lo, row.date_hi) for row in dates),
                where=(*_values(workspace, own, "facility"), *_values(workspace, own, "place")),
                by=_values(workspace, own, "by"),
                detail=_values(workspace, own, "penalty"),
                origins=len({origins.get(name, name) for name in names}),
            )
        )
    return tuple(events)


def _is_day(first: str | None, last: str | None) -> bool:
    return first is not None and day_of(first) == day_of(last)


def _values(workspace: Workspace, own: Sequence[Said], name: str) -> tuple[Wording, ...]:
    found = (words_of(workspace, one) for one in own if one.property == name)
    return tuple(dict.fromkeys(words for words in found if words is not None))


def _has_name(said: Sequence[Said]) -> bool:
    """Whether some statements hold the name of a person."""
    return any((one.record_type, one.property) == (PERSON, "name") for one in said)


def _names(said: Sequence[Said]) -> dict[str, str]:
    """The name by language: one in the language if there is one, else any."""
    names = [
        one.row
        for one in said
        if (one.record_type, one.property) == (PERSON, "name") and not is_sealed_text(one.row.value)
    ]
    known = {row.lang: row.wording or row.value or "" for row in reversed(names)}
    anyone = next(iter(known.values()), "")
    return {lang: known.get(lang) or anyone or "—" for lang in ("en", "ar")}


def today(workspace: Workspace) -> Wording:
    """The day in words."""
    day = read_date(workspace.clock.now().date().isoformat())
    return Wording(write_date(day, "en"), write_date(day, "ar"))


def _log(
    workspace: Workspace,
    kind: str,
    person: str,
    languages: Sequence[str],
    said: Sequence[Said],
    how: str,
) -> int:
    names = " ".join(languages)
    rests_on = RestsOn.of(one.row.record for one in said)
    parameters = {"person": person, "languages": names, "rests_on": rests_on.to_json()}
    written = {"written": how} if how else {}
    details = {"languages": names, **written}
    return log_run(workspace, f"write-{kind}", kind, {**parameters, **written}, details)
