"""Preparing submissions: what the records of a person say, put into the form of a body.

Only what is not sealed is read; whose contact a family's is stays where it is, and only what
was agreed to is looked at. What was prepared, for whom and from which records is logged;
nothing is sent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bayyina.app.changes import change
from bayyina.app.linked_records import surroundings
from bayyina.app.live import live_batches, live_statements
from bayyina.app.permissions import require
from bayyina.app.rows import RecordRow, RunRow, StatementRow, batch_of
from bayyina.app.short_ids import link_targets, record_number
from bayyina.app.value_words import value_words
from bayyina.app.workspace import Workspace
from bayyina.custody.canonical import canonical_json
from bayyina.errors import InputError
from bayyina.reporting.data_files import write_file
from bayyina.reporting.submissions.form_file import load_form, treaties
from bayyina.reporting.submissions.pages import submission_page
from bayyina.reporting.submissions.preparing import Consent, Fact, Submission, prepare
from bayyina.typeset.documents import typst_pdf
from bayyina.typeset.html_pages import html_page
from bayyina.typeset.typst_pages import typst_document

PERSON = "Person"
"""Type of the records that submissions are about."""

DEATHS = frozenset({"Death", "Execution", "DeathRegistration"})
"""Types whose records say that somebody died."""

SYRIA = "SYR"
"""The State that is meant where none is named."""


@dataclass(frozen=True)
class PreparedSubmission:
    """A submission and its files."""

    submission: Submission
    """What was prepared, or why it was refused."""

    files: Mapping[str, tuple[Path, ...]]
    """Page and PDF, by language; empty where refused."""

    batch: int | None
    """The batch that records it; None where refused."""


@dataclass(frozen=True)
class _Said:
    """A statement with the names of its term."""

    row: StatementRow
    record_type: str
    property: str


def prepare_submission(
    workspace: Workspace,
    *,
    form: str,
    person: str,
    languages: Sequence[str],
    out_folder: Path,
    submitter: str = "",
    state: str = SYRIA,
    as_of: date | None = None,
) -> PreparedSubmission:
    """Fill a form for a person and write it in some languages.

    Args:
        workspace: Where the records are.
        form: Name of the form, such as ``wgeid``.
        person: Short id of a record of the person.
        languages: Of the documents.
        out_folder: Where they go.
        submitter: Name and address of who submits.
        state: ISO 3166 code of the State concerned.
        as_of: The day; today without it.

    Raises:
        InputError: there is no such form or person.
        PermissionRefusedError: the member may not build reports or read records.
    """
    require(workspace, "report")
    require(workspace, "export-records")
    day = as_of or workspace.clock.now().date()
    said = _said(workspace, record_number(workspace, person), person)
    filled = prepare(
        load_form(form),
        list(_facts(workspace, said)),
        consents=list(_consents(said)),
        dead_untold=_is_untold(said),
        state=state,
        treaties=treaties(),
        submitter=submitter,
        as_of=day,
    )
    if filled.refusal is not None:
        return PreparedSubmission(filled, {}, None)
    files = {lang: _written(workspace, filled, lang, out_folder) for lang in languages}
    return PreparedSubmission(filled, files, _log(workspace, filled, person, languages))


def _said(workspace: Workspace, number: int, short_id: str) -> list[_Said]:
    """Everything that stands of a person: of the records joined to it and those about them."""
    store = workspace.store
    found = store.find(RecordRow, "number", [number])
    batches = live_batches(store)
    if not found or batch_of(number) not in batches or found[0].record_type != PERSON:
        raise InputError(
            f"{short_id} is not the record of a person that stands.",
            hint="`bayyina figures open` lists records; a submission is about a person.",
            code="no-such-record",
        )
    own = live_statements(store, [number], batches)
    around = surroundings(workspace, found[0], link_targets(workspace, own))
    names = {term: pair for pair, term in store.terms().items()}
    rows = live_statements(store, sorted(around.circle), batches)
    people = {number, *around.same_as}
    kept = _about(workspace, people, rows, names)
    return [_Said(row, *names[row.term]) for row in rows if row.record in kept]


def _about(
    workspace: Workspace,
    people: Collection[int],
    rows: Sequence[StatementRow],
    names: Mapping[int, tuple[str, str]],
) -> set[int]:
    """The records of the person, and those that point at one of them."""
    kept = set(people)
    for row in rows:
        record_type, name = names[row.term]
        kind = workspace.vocabulary.types.get(record_type)
        prop = kind.properties.get(name) if kind is not None else None
        is_link = prop is not None and prop.type == "link"
        if is_link and row.value and row.value.isdecimal() and int(row.value) in people:
            kept.add(row.record)
    return kept


def _facts(workspace: Workspace, said: Sequence[_Said]) -> Iterator[Fact]:
    for one in said:
        kind = workspace.vocabulary.types.get(one.record_type)
        prop = kind.properties.get(one.property) if kind is not None else None
        if prop is None or kind is None or "sealed" in (prop.level, kind.level):
            continue
        words = value_words(workspace, prop, one.row)
        if words is None:
            continue
        yield Fact(
            f"{one.record_type}.{one.property}",
            words,
            _day(one.row.date_lo),
            _day(one.row.date_hi),
            one.row.lang,
            workspace.statement_id(one.row.number),
            _source(workspace, one.row.source),
        )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _source(workspace: Workspace, number: int | None) -> str:
    """The name of a list, or its short id; never who a confidential source is."""
    if number is None:
        return ""
    names = {term: pair for pair, term in workspace.store.terms().items()}
    batches = live_batches(workspace.store)
    said = {
        names[row.term][1]: row.value for row in live_statements(workspace.store, [number], batches)
    }
    named = (said.get(name) for name in ("pseudonym", "list_name", "name"))
    return next((name for name in named if name), workspace.short_id(number))


def _consents(said: Sequence[_Said]) -> Iterator[Consent]:
    """What each contact of the family agreed to."""
    contacts: dict[int, list[_Said]] = {}
    for one in said:
        if one.record_type == "FamilyContact":
            contacts.setdefault(one.row.record, []).append(one)
    for statements in contacts.values():
        purposes = {one.row.value for one in statements if one.property == "consent_for"}
        for one in statements:
            if one.property == "consent" and one.row.value:
                yield Consent(one.row.value, frozenset(p for p in purposes if p))


def _is_untold(said: Sequence[_Said]) -> bool:
    """Whether a death is recorded, and no notification of the family."""
    died = any(one.record_type in DEATHS for one in said)
    told = any(
        one.record_type == "FamilyNotification"
        or (
            one.record_type == "Document"
            and (one.property, one.row.value) == ("family_notified", "yes")
        )
        for one in said
    )
    return died and not told


def _written(workspace: Workspace, filled: Submission, lang: str, folder: Path) -> tuple[Path, ...]:
    page = submission_page(filled, lang, is_fictional=workspace.identity.fictional)
    document = typst_document(page)
    time = workspace.clock.now()
    pdf = typst_pdf(document.source, assets=document.assets, time=time)
    stem = f"{filled.form.form}.{lang}"
    return (
        write_file(folder / f"{stem}.html", html_page(page).encode()),
        write_file(folder / f"{stem}.pdf", pdf),
    )


def _log(workspace: Workspace, filled: Submission, person: str, languages: Sequence[str]) -> int:
    statements = sorted(fact.statement for answer in filled.answers for fact in answer.facts)
    parameters = canonical_json(
        {
            "form": filled.form.form,
            "as_of": filled.as_of.isoformat(),
            "languages": " ".join(languages),
            "person": person,
            "statements": " ".join(statements),
        }
    )
    with change(workspace, "prepare-submission") as writer:
        writer.add(
            RunRow,
            run_kind="submission",
            parameters=parameters.decode(),
            digest=hashlib.sha256(parameters).hexdigest(),
        )
        writer.finish({"form": filled.form.form, "languages": " ".join(languages)})
        return writer.batch
