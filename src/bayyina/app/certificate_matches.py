"""Matches of certificates that are made here: proposed, signed by two people, then settled.

Only a settled match touches a person's timeline: it adds the registration of a death with what
the paper states of it, as the paper's words. It adds no death, no manner of death, and no
notification of anybody. A match that does not hold any more takes the registration back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bayyina.app.changes import ChangeWriter, change
from bayyina.app.decided_states import HOLDS, REJECTED, DecidedState, decided_states
from bayyina.app.evidence_lines import EvidenceReader
from bayyina.app.identifying import (
    check_not_proposed,
    close,
    day_draft,
    links_of,
    refuse_signer,
    replace_state,
    standing_record,
)
from bayyina.app.identifying_reading import one_link, one_people, values_of
from bayyina.app.linked_records import surroundings
from bayyina.app.live import erased_records, live_batches, live_statements
from bayyina.app.matching_certificates import DOCUMENT, KINDS, MATCH, STANDARD
from bayyina.app.permissions import require
from bayyina.app.ports import Progress
from bayyina.app.rows import RecordRow, batch_of
from bayyina.app.snapshots import refresh_snapshot
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError
from bayyina.figures.case_rows import CaseRow, reading_cases
from bayyina.figures.relations import PERSON
from bayyina.keys.sealing import is_sealed
from bayyina.model.drafts import ValueDraft

PROPOSE: Final = "propose-certificate-match"
SETTLE: Final = "settle-certificate-matches"
REGISTRATION: Final = "DeathRegistration"
MATCHED, BEING_VERIFIED, WITHDRAWN = "matched", "being_verified", "withdrawn"
STATES: Final = (BEING_VERIFIED, MATCHED, WITHDRAWN)

_KEY: Final = "certificate-match:"
_REGISTRATION_KEY: Final = "certificate-registration:"
_COPIED: Final = {
    "stated_date": "stated_date_of_death",
    "stated_cause": "stated_cause",
    "stated_place": "stated_place",
    "registry_office": "registry_office",
    "family_notified": "family_notified",
    "documented_on": "documented_on",
    "issued_on": "date",
}
"""Properties of the paper, and of the registration that repeats them."""


@dataclass(frozen=True)
class MatchState:
    """Where one match stands."""

    record: int
    """Its record."""

    document: int
    """The paper."""

    person: int
    """The person, as named."""

    stated: str
    """The state that its record states."""

    state: str
    """The state that the signatures come to."""

    people: tuple[str, ...]
    """Who signed."""

    conflicts: tuple[str, ...]
    """``rival_match``, ``disputed``, ``evidence_lost``, ``erased``; empty where nothing blocks."""


def propose_match(
    workspace: Workspace, *, document: str, person: str, basis: Sequence[str]
) -> dict[str, Any]:
    """Record that a paper may be about a person, with what that rests on.

    Args:
        workspace: Where both are.
        document: Short id of a certificate or register extract.
        person: Short id of a person.
        basis: Lines of evidence, each ``line=ID`` of the statement or record that states it.

    Raises:
        InputError: a record does not stand, is of another type or kind, or a line is not known
            or cites nothing that has to do with either.
        CheckFailedError: the same was proposed before and stands.
        PermissionRefusedError: the member may not take records in.
    """
    require(workspace, "import")
    if not basis:
        raise InputError(
            "A proposal needs what it rests on.",
            hint="Name it with --line LINE=ID; `bayyina certificates candidates ID` shows lines.",
        )
    with change(workspace, PROPOSE) as writer:
        paper = standing_record(workspace, document, DOCUMENT)
        _check_kind(workspace, paper, document)
        named = standing_record(workspace, person, PERSON)
        circle = surroundings(workspace, named, ()).circle
        circle |= surroundings(workspace, paper, links_of(workspace, paper.number)).circle
        lines = EvidenceReader(workspace, circle).lines(basis)
        key_of_match = f"{_KEY}{paper.number}:{named.number}"
        check_not_proposed(workspace, key_of_match)
        writer.describe_list(None, None)
        number, key = writer.add_record(MATCH, None, key_of_match)
        drafts = [
            ValueDraft("document", str(paper.number)),
            ValueDraft("person", str(named.number)),
            ValueDraft("state", BEING_VERIFIED),
            day_draft("date", workspace.clock.now().date().isoformat()),
            *(ValueDraft("basis", name) for name in dict.fromkeys(one.name for one in lines)),
        ]
        for draft in drafts:
            writer.add_statement(number, key, MATCH, draft, None)
        writer.finish({"lines": len(lines)})
    return {
        "record": workspace.short_id(number),
        "state": BEING_VERIFIED,
        "standard": STANDARD,
        "lines": [one._asdict() for one in lines],
        "batch": writer.batch,
    }


def match_states(workspace: Workspace, progress: Progress) -> list[MatchState]:
    """Every match that stands, in order of record.

    Raises:
        PermissionRefusedError: the member may not read records.
    """
    require(workspace, "export-records")
    with reading_cases(refresh_snapshot(workspace, progress), workspace.vocabulary) as reader:
        rows = _by_record(reader.statements([MATCH]))
    decided = decided_states(workspace, set(rows), STANDARD)
    people = one_people(workspace, {one_link(said, "person") for said in rows.values()}, progress)
    holding: dict[int, set[int]] = defaultdict(set)
    for record, said in rows.items():
        outcome = decided.get(record)
        if outcome is not None and outcome.state == HOLDS:
            holding[one_link(said, "document")].add(people[one_link(said, "person")])
    gone = erased_records(workspace.store)
    return [
        _match(record, said, decided.get(record), holding, gone) for record, said in rows.items()
    ]


def settle_matches(workspace: Workspace, progress: Progress) -> list[dict[str, Any]]:
    """Bring records and timelines in line with what the signatures came to.

    Raises:
        CheckFailedError: the person at work signed one of them.
        PermissionRefusedError: the member may not take records in.
    """
    require(workspace, "import")
    waiting = [one for one in match_states(workspace, progress) if one.state != one.stated]
    for one in waiting:
        refuse_signer(workspace, one.record, one.people)
    if not waiting:
        return []
    told = []
    with change(workspace, SETTLE) as writer:
        for one in waiting:
            registration = _settle(workspace, writer, one)
            told.append(
                {
                    "record": workspace.short_id(one.record),
                    "document": workspace.short_id(one.document),
                    "person": workspace.short_id(one.person),
                    "before": one.stated,
                    "after": one.state,
                    "people": list(one.people),
                    "registration": workspace.short_id(registration) if registration else None,
                }
            )
        writer.finish({"matches": len(waiting)})
    return told


def _match(
    record: int,
    said: Sequence[CaseRow],
    outcome: DecidedState | None,
    holding: Mapping[int, set[int]],
    gone: Mapping[int, RecordRow],
) -> MatchState:
    document, person = one_link(said, "document"), one_link(said, "person")
    stated = next(iter(values_of(said, "state")), "")
    conflicts = []
    if document in gone or person in gone:
        conflicts.append("erased")
    if outcome is not None and outcome.state not in (HOLDS, REJECTED, "open"):
        conflicts.append("disputed")
    if outcome is not None and outcome.state == HOLDS:
        if outcome.evidence_lost:
            conflicts.append("evidence_lost")
        if len(holding[document]) > 1:
            conflicts.append("rival_match")
    state = BEING_VERIFIED
    if outcome is not None and outcome.state == REJECTED:
        state = WITHDRAWN
    elif outcome is not None and outcome.state == HOLDS and not conflicts:
        state = MATCHED
    people = outcome.people if outcome is not None else ()
    return MatchState(record, document, person, stated, state, people, tuple(conflicts))


def _settle(workspace: Workspace, writer: ChangeWriter, one: MatchState) -> int | None:
    """Write one match's state; the registration that stands for it afterwards."""
    replace_state(workspace, writer, one.record, MATCH, one.state, None)
    key = f"{_REGISTRATION_KEY}{one.record}"
    store = workspace.store
    batches = live_batches(store)
    old = [r for r in store.find(RecordRow, "list_key", [key]) if batch_of(r.number) in batches]
    for row in old:
        close(writer, live_statements(store, [row.number], batches))
    if one.state != MATCHED:
        return None
    number, record_key = writer.add_record(REGISTRATION, None, key)
    writer.describe_list(None, None)
    for name, target in (("victim", one.person), ("document", one.document)):
        writer.add_statement(number, record_key, REGISTRATION, ValueDraft(name, str(target)), None)
    _copy(workspace, writer, one.document, number, record_key)
    return number


def _copy(
    workspace: Workspace, writer: ChangeWriter, document: int, number: int, key: bytes
) -> None:
    """Repeat what the paper states, each statement with the source that states it."""
    store = workspace.store
    names = {term: pair[1] for pair, term in store.terms().items()}
    for row in live_statements(store, [document], live_batches(store)):
        name = _COPIED.get(names[row.term])
        if name is None or row.value is None or is_sealed(row.value):
            continue
        draft = ValueDraft(
            name, row.value, row.date_lo, row.date_hi, row.num_lo, row.num_hi,
            row.original, row.lang, row.certainty,
        )  # fmt: skip
        writer.describe_list(row.source, row.asserted_on)
        writer.add_statement(number, key, REGISTRATION, draft, row.locator)
    writer.describe_list(None, None)


def _check_kind(workspace: Workspace, paper: RecordRow, short_id: str) -> None:
    store = workspace.store
    names = {term: pair[1] for pair, term in store.terms().items()}
    said = live_statements(store, [paper.number], live_batches(store))
    kinds = {row.value for row in said if names[row.term] == "kind"}
    if not kinds & set(KINDS):
        raise InputError(
            f"{short_id} is no certificate or register extract.",
            hint=f"Documents of the kinds {', '.join(KINDS)} are matched.",
        )


def _by_record(rows: Iterable[CaseRow]) -> dict[int, list[CaseRow]]:
    found: dict[int, list[CaseRow]] = defaultdict(list)
    for row in rows:
        found[row.record].append(row)
    return dict(found)
