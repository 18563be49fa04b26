"""Consent of an informant: recorded by use, taken back at once, with what left before.

A withdrawal of a use stops it from then on. Where the keeping or counting of what somebody told is
withdrawn, their statements stand no longer: no figure, page or file made later rests on them. To
destroy them is another decision, of two people (``erase``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bayyina.app.case_scopes import case_of
from bayyina.app.cases import note_case
from bayyina.app.changes import ChangeWriter, change
from bayyina.app.consent_book import (
    CONSENT,
    CONTACT,
    NOT_WITHOUT,
    OWN_RECORDS,
    PERSON,
    SOURCE,
    TESTIMONY,
    Answer,
    ConsentBook,
)
from bayyina.app.linked_records import pointers_at, same_as_any
from bayyina.app.live import erased_records, live_batches, live_statements
from bayyina.app.permissions import require, sight
from bayyina.app.ports import Progress
from bayyina.app.recipients import recipients_of_workspace
from bayyina.app.released_outputs import WITHDRAW, Affected, affected_outputs
from bayyina.app.rows import ClosureRow, RecordRow, StatementRow, batch_of
from bayyina.app.short_ids import record_number
from bayyina.app.workspace import Workspace
from bayyina.disclosure.records import GIVEN
from bayyina.errors import InputError
from bayyina.model.drafts import ValueDraft
from bayyina.model.partial_dates import read_date

EVIDENCE: Final = "EvidenceItem"

INFORMANTS: Final = frozenset({SOURCE, TESTIMONY, CONTACT, PERSON, EVIDENCE})
"""Types of records that can answer."""

WITHDRAWN, REFUSED = "withdrawn", "refused"

USES: Final[Mapping[str, str]] = {
    "store": "keeping",
    "analyse": "statistics",
    "share": "other_groups",
    "publish": "publication_named",
    "publish-anonymously": "publication_anonymous",
    "teach": "teaching",
    "court": "courts",
    "un": "un_bodies",
    "contact": "contact_again",
    "being-told": "being_told",
}
"""Short words for uses, with the codes of ``consent_purposes`` that they stand for."""

BEING_TOLD: Final = "being_told"
"""Asked like a use, and none: to take all uses back says nothing of it."""

SEALED_SAID: Final = ("explained_by", "note")
"""What of an answer is sealed: it leads to whoever gave it."""

RECORD_CONSENT: Final = "record-consent"


@dataclass(frozen=True)
class Recorded:
    """An answer that was recorded."""

    record: str
    """Short id of the record that holds it."""

    informant: str
    """Short id of whose it is."""

    answer: Answer
    """What was answered."""

    closed: int
    """Statements that stand no longer."""

    affected: tuple[Affected, ...]
    """What left before and rests on the informant; of a withdrawal only."""

    batch: int
    """The batch that records it."""


def give_consent(
    workspace: Workspace,
    *,
    informant: str,
    uses: Sequence[str],
    explained_by: str,
    explained_in: str,
    day: str = "",
    recipients: Sequence[str] = (),
    way: str = "",
    note: str = "",
    refused: bool = False,
) -> Recorded:
    """Record what an informant agreed to, or with ``refused`` did not.

    Args:
        workspace: Where the informant is.
        informant: Short id of a source, testimony, file, family contact or person.
        uses: Words of ``USES`` or codes of ``consent_purposes``.
        explained_by: Who explained the uses.
        explained_in: Language of the explanation, such as ``ar``.
        day: When, YYYY-MM-DD or coarser; today if empty.
        recipients: Only these; all if empty.
        way: How, a code of ``interview_ways``.
        note: Conditions, as they were spoken.
        refused: Whether the answer was no.

    Raises:
        InputError: there is no such informant, use, recipient or way, or something is missing.
        PermissionRefusedError: the member may not record consent.
    """
    require(workspace, "record-consent", records=[record_number(workspace, informant)])
    informant_number(workspace, informant)
    if not explained_by.strip() or not explained_in.strip():
        raise InputError(
            "Consent needs who explained it, and in which language.",
            hint="Consent to what was not explained is none.",
        )
    said = {
        "explained_by": explained_by.strip(),
        "explained_in": explained_in.strip(),
        "way": way,
        "note": note.strip(),
    }
    state = REFUSED if refused else GIVEN
    with change(workspace, RECORD_CONSENT) as writer:
        made = _write(workspace, writer, informant, state, uses, recipients, day, said)
        writer.finish({"uses": len(made.answer.purposes), "state": state})
    return made


def withdraw_consent(
    workspace: Workspace,
    *,
    informant: str,
    uses: Sequence[str] = (),
    recipients: Sequence[str] = (),
    day: str = "",
    note: str = "",
    progress: Progress,
) -> Recorded:
    """Record that an informant took consent back, which holds at once.

    Args:
        workspace: Where the informant is.
        informant: Short id of a source, testimony, file, family contact or person.
        uses: As for ``give_consent``; all uses if empty.
        recipients: Only for these; all if empty.
        day: When; today if empty.
        note: What was said.
        progress: Told outputs looked at.

    Raises:
        InputError: there is no such informant, use or recipient.
        PermissionRefusedError: the member may not record consent.
    """
    require(workspace, "record-consent", records=[record_number(workspace, informant)])
    number = informant_number(workspace, informant)
    terms = workspace.vocabulary.term_lists["consent_purposes"].terms
    every = tuple(one for one in terms if one != BEING_TOLD)  # whether to be told is no use
    rests = resting_on(workspace, number)
    with change(workspace, WITHDRAW) as writer:
        made = _write(
            workspace, writer, informant, WITHDRAWN, uses or every, recipients, day, {"note": note}
        )
        closing: list[StatementRow] = []
        if not recipients and made.answer.purposes & NOT_WITHOUT:
            closing = _statements_of(workspace, number)
        today = workspace.clock.now().date().isoformat()
        for row in closing:
            writer.add(ClosureRow, statement=row.number, reason="withdrawn", asserted_on=today)
        writer.finish({"uses": len(made.answer.purposes), "statements": len(closing)})
    affected = affected_outputs(workspace, rests, progress)
    return Recorded(made.record, informant, made.answer, len(closing), tuple(affected), made.batch)


def consents_of(workspace: Workspace, informant: str | None = None) -> list[Answer]:
    """Answers that stand, in order; all, or those of one informant.

    Raises:
        InputError: there is no such informant.
        PermissionRefusedError: the member may not read records.
    """
    seen = sight(workspace, "export-records")
    if informant is not None:
        require(workspace, "export-records", records=[record_number(workspace, informant)])
    number = None if informant is None else informant_number(workspace, informant)
    found = ConsentBook(workspace).answers(number)
    return [one for one in found if seen.covers(one.informant)]


def informant_number(workspace: Workspace, informant: str) -> int:
    """The number of somebody or something that can answer.

    Raises:
        InputError: there is none of that id, or it cannot answer.
    """
    number = record_number(workspace, informant)
    rows = workspace.store.find(RecordRow, "number", [number])
    standing = live_batches(workspace.store)
    if not rows or batch_of(number) not in standing or number in erased_records(workspace.store):
        raise InputError(
            f"There is no record {informant} that stands.",
            hint="It may have come with an import that was undone, or was erased.",
            code="no-such-record",
        )
    if rows[0].record_type not in INFORMANTS:
        raise InputError(
            f"{informant} is a {rows[0].record_type}, which cannot consent.",
            hint=f"Consent is of a {', '.join(sorted(INFORMANTS))}.",
        )
    return number


def resting_on(workspace: Workspace, informant: int) -> set[int]:
    """Records about which an informant ever told something, and those of the informant.

    Of a person, and of the contact of a person's family, also what is recorded of the person.
    """
    found = {informant, *(row.record for row in _told_by(workspace, informant, ever=True))}
    people = same_as_any(workspace, ConsentBook(workspace).people_of({informant}))
    return found | people | {one.record for one in pointers_at(workspace, people)}


def _told_by(workspace: Workspace, informant: int, *, ever: bool) -> list[StatementRow]:
    """What an informant told: statements with this source or evidence, and of a testimony itself."""
    store = workspace.store
    rows = store.find(RecordRow, "number", [informant])
    found: dict[int, StatementRow] = {}
    for column in ("source", "evidence"):
        found |= {row.number: row for row in store.find(StatementRow, column, [informant])}
    if rows and rows[0].record_type == TESTIMONY:
        found |= {row.number: row for row in store.find(StatementRow, "record", [informant])}
    if ever:
        return list(found.values())
    standing = live_statements(
        store, sorted({row.record for row in found.values()}), live_batches(store)
    )
    return [row for row in standing if row.number in found]


def _statements_of(workspace: Workspace, informant: int) -> list[StatementRow]:
    """Statements that stand no longer when keeping or counting is withdrawn."""
    names = {term: pair for pair, term in workspace.store.terms().items()}
    kept = {"consent", "consent_for", "consent_date", "pseudonym", "kind"}
    return [
        row
        for row in _told_by(workspace, informant, ever=False)
        if names[row.term][1] not in kept and names[row.term][0] not in OWN_RECORDS
    ]


def _write(
    workspace: Workspace,
    writer: ChangeWriter,
    informant: str,
    state: str,
    uses: Sequence[str],
    recipients: Sequence[str],
    day: str,
    said: Mapping[str, str],
) -> Recorded:
    number = informant_number(workspace, informant)
    purposes = read_uses(workspace, uses)
    named = _named(workspace, recipients)
    ways = workspace.vocabulary.term_lists["interview_ways"].terms
    if said.get("way") and said["way"] not in ways:
        raise InputError(f"There is no way {said['way']}.", hint=f"Ways are {', '.join(ways)}.")
    when = read_date(day or workspace.clock.now().date().isoformat())
    note_case(writer, case_of(workspace.store, number))
    writer.describe_list(None, None)
    record, key = writer.add_record(CONSENT, None, None)
    lo, hi = (one.isoformat() if one is not None else None for one in (when.lo, when.hi))
    drafts = [
        ValueDraft("informant", str(number)),
        ValueDraft("state", state),
        *(ValueDraft("consent_for", purpose) for purpose in purposes),
        *(ValueDraft("recipient", name) for name in named),
        ValueDraft("date", str(when), date_lo=lo, date_hi=hi),
        *(ValueDraft(name, text) for name, text in said.items() if text),
    ]
    for draft in drafts:
        writer.add_statement(record, key, CONSENT, draft, None)
    answer = Answer(
        record, number, state, frozenset(purposes), frozenset(named), str(when), dict(said)
    )
    return Recorded(workspace.short_id(record), informant, answer, 0, (), writer.batch)


def read_uses(workspace: Workspace, uses: Collection[str]) -> tuple[str, ...]:
    """The codes of some uses.

    Raises:
        InputError: there is no such use, or none is named.
    """
    terms = workspace.vocabulary.term_lists["consent_purposes"].terms
    found = tuple(dict.fromkeys(USES.get(one, one) for one in uses))
    unknown = [one for one in found if one not in terms]
    if unknown or not found:
        raise InputError(
            f"There is no use {unknown[0]}." if unknown else "Name a use.",
            hint=f"Uses are {', '.join(USES)}, or the codes {', '.join(terms)}.",
        )
    return found


def _named(workspace: Workspace, recipients: Sequence[str]) -> tuple[str, ...]:
    known = recipients_of_workspace(workspace)
    unknown = [one for one in recipients if one not in known]
    if unknown:
        raise InputError(
            f"Nobody who can receive an output is called {unknown[0]}.",
            hint=f"Known are {', '.join(known)}; `bayyina release name` names another.",
            code="no-such-recipient",
        )
    return tuple(dict.fromkeys(recipients))


def answers_document(workspace: Workspace, answers: Sequence[Answer]) -> list[dict[str, Any]]:
    """Answers as JSON-ready documents.

    Who explained the uses, and the conditions as they were spoken, are sealed: there is that they
    are stated. `record ID --open --reason` opens them, to who is cleared.
    """
    return [
        {
            "record": workspace.short_id(one.record),
            "informant": workspace.short_id(one.informant),
            "state": one.state,
            "uses": sorted(one.purposes),
            "recipients": sorted(one.recipients),
            "date": one.date or None,
            "explained_by": None,
            "explained_in": one.said.get("explained_in") or None,
            "note": None,
            "sealed": [name for name in SEALED_SAID if one.said.get(name)],
        }
        for one in answers
    ]
