"""Preparing submissions: what the records of a person say, put into the form of a body.

Whose contact a family's is stays where it is, and only what was agreed to is looked at. A form about a
child, a survivor or a witness holds what is sealed: as every such paper it is encrypted to those who
may read it, or in clear where that was chosen. What was prepared, for whom and from which records is
logged; nothing is sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bayyina.app.consent_book import CONTACT, PERSON, ConsentBook
from bayyina.app.family_told import FamilyTold
from bayyina.app.permissions import require
from bayyina.app.person_statements import (
    Said,
    day_of,
    opened_statements,
    source_names,
    statements_of_person,
    words_of,
)
from bayyina.app.recipients import recipient_for_use
from bayyina.app.released_outputs import RestsOn
from bayyina.app.releasing import Release
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
from bayyina.app.workspace import Workspace
from bayyina.app.writing_documents import log_run
from bayyina.disclosure.rules import Recipient
from bayyina.reporting.submissions.form_file import Wording, load_form, treaties
from bayyina.reporting.submissions.pages import submission_page
from bayyina.reporting.submissions.preparing import Consent, Fact, Submission, prepare

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

    left_out: tuple[Mapping[str, Any], ...] = ()
    """What the body may not have, by rule, with the reason in both languages."""

    in_clear: bool = False
    """Whether its files hold sealed values that anybody can read."""

    sealed: frozenset[str] = frozenset()
    """Ids of the statements in it that are sealed: their words stand in the files alone."""


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
    handing: Handing = UNCHOSEN,
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
        handing: Who may read the files, where they hold what is sealed.

    Raises:
        InputError: there is no such form or person, or it is not said who may read sealed values
            in it.
        PermissionRefusedError: the member may not build reports or read records.
    """
    require(workspace, "report")
    require(workspace, "export-records")
    day = as_of or workspace.clock.now().date()
    stands = statements_of_person(workspace, record_number(workspace, person), person)
    is_sealed_paper = will_hold_sealed(workspace, stands)
    if is_sealed_paper:
        refuse_unchosen(handing)
    said = opened_statements(
        workspace,
        stands,
        "submission",
        reason=f"to fill the form {form} about {person}",
        needed=True,
    )
    wanted = load_form(form)
    release = Release(workspace, recipient_for_use(workspace, wanted.consent_for))
    filled = prepare(
        wanted,
        list(_facts(workspace, release.kept(said))),
        consents=list(_consents(workspace, said, release.recipient)),
        dead_untold=_is_untold(workspace, said),
        state=state,
        treaties=treaties(),
        submitter=submitter,
        as_of=day,
    )
    sealed = frozenset(workspace.statement_id(o.row.number) for o in stands if o.row.has_sealed)
    if filled.refusal is not None:
        return PreparedSubmission(filled, {}, None, sealed=sealed)
    fictional = workspace.identity.fictional
    how = how_written(handing, is_sealed_paper)
    files = write_handed(
        workspace,
        lambda lang: submission_page(filled, lang, is_fictional=fictional),
        languages,
        out_folder / marked_stem(filled.form.form, how),
        handing.recipients,
    )
    batch = _log(workspace, filled, person, languages, said, how)
    return PreparedSubmission(
        filled, files, batch, tuple(release.left_out()), how == IN_CLEAR, sealed
    )


def _facts(workspace: Workspace, said: Sequence[Said]) -> Iterator[Fact]:
    sources = source_names(workspace, (one.row.source for one in said if one.row.source))
    for one in said:
        words = words_of(workspace, one)
        if words is not None:
            yield Fact(
                f"{one.record_type}.{one.property}",
                _named(workspace, one, words),
                day_of(one.row.date_lo),
                day_of(one.row.date_hi),
                one.row.lang,
                workspace.statement_id(one.row.number),
                sources.get(one.row.source, "") if one.row.source is not None else "",
            )


def _named(workspace: Workspace, one: Said, words: Wording) -> Wording:
    """A part of a name with what part it is, so that it is not taken for a name of its own."""
    if not one.property.startswith("name."):
        return words
    label = workspace.vocabulary.types[one.record_type].properties[one.property].label
    return Wording(f"{label['en']}: {words.en}", f"{label['ar']}: {words.ar}")


def _consents(
    workspace: Workspace, said: Sequence[Said], recipient: Recipient
) -> Iterator[Consent]:
    """What the person, and each contact of the family, answered; the newest answer holds."""
    book = ConsentBook(workspace)
    use = frozenset({recipient.consent})
    contacts: dict[int, list[Said]] = {}
    for one in said:
        if one.record_type in (CONTACT, PERSON):
            contacts.setdefault(one.row.record, []).append(one)
    for number, statements in contacts.items():
        answer = book.answer(number, recipient.consent, recipient.id)
        if answer is not None:
            yield Consent(answer.state, use)
            continue
        purposes = {one.row.value for one in statements if one.property == "consent_for"}
        for one in statements:
            if one.property == "consent" and one.row.value:
                yield Consent(one.row.value, frozenset(p for p in purposes if p))


def _is_untold(workspace: Workspace, said: Sequence[Said]) -> bool:
    """Whether a death is recorded of which the family was not told."""
    told = FamilyTold(workspace)
    own: dict[int, list[Said]] = {}
    for one in said:
        own.setdefault(one.row.record, []).append(one)
    return any(
        told.is_untold(lines[0].record_type, [one.row for one in lines]) for lines in own.values()
    )


def _log(
    workspace: Workspace,
    filled: Submission,
    person: str,
    languages: Sequence[str],
    said: Sequence[Said],
    how: str,
) -> int:
    statements = sorted(fact.statement for answer in filled.answers for fact in answer.facts)
    written = {"written": how} if how else {}
    parameters = {
        **written,
        "form": filled.form.form,
        "as_of": filled.as_of.isoformat(),
        "languages": " ".join(languages),
        "person": person,
        "statements": " ".join(statements),
        "rests_on": RestsOn.of(one.row.record for one in said).to_json(),
    }
    details = {"form": filled.form.form, "languages": " ".join(languages), **written}
    return log_run(workspace, "prepare-submission", "submission", parameters, details)
