"""What is owed to people: promised answers, objections, needs for another interview.

An objection to being named holds from the moment it is recorded, whatever becomes of the deadline
by which it must be answered. Nobody is interviewed again without a need that was written down
before, and never against their word.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bayyina.app.case_scopes import case_of
from bayyina.app.cases import note_case
from bayyina.app.changes import ChangeWriter, change
from bayyina.app.consent_book import PERSON, TESTIMONY, ConsentBook
from bayyina.app.live import erased_records, live_batches, live_statements
from bayyina.app.permissions import require, sight
from bayyina.app.protected_records import is_about_protected, unmarked_people
from bayyina.app.rows import RecordRow, batch_of
from bayyina.app.short_ids import record_number
from bayyina.app.workspace import Workspace
from bayyina.disclosure.protected_people import protection
from bayyina.disclosure.records import DENIED
from bayyina.errors import CheckFailedError, InputError
from bayyina.keys.sealing import is_sealed
from bayyina.model.drafts import ValueDraft

TASK: Final = "Task"
"""Type of the records of tasks."""

PROTECTED: Final = "protected"
"""Flag of a person whom everything protects that is said of them."""

OBJECTION: Final = "objection"
AGAIN: Final = "interview_again"

CONSENT: Final = "Consent"

NAMING: Final = ("publication_named", "teaching", "other_groups", "un_bodies")
"""Uses that name somebody; an objection refuses all of them if not said otherwise."""

ADD: Final = "add-task"
DONE: Final = "finish-task"
OBJECT: Final = "record-objection"

TO_ANSWER: Final = timedelta(days=30)
"""Time in which an objection is answered, if no day is given."""


@dataclass(frozen=True)
class Task:
    """Something that is owed."""

    id: str
    """Short id."""

    kind: str
    """A code of ``task_kinds``."""

    about: str
    """Short id of whom or what it is about; empty where that was erased."""

    what: str
    """What is to be done."""

    due: str
    """Day, YYYY-MM-DD."""

    done: str
    """Day on which it was done; empty while it is not."""

    outcome: str
    """What came of it."""

    is_overdue: bool
    """Whether the day has passed and it is not done."""

    is_sealed: bool = False
    """Whether what is to be done, or came of it, is sealed: opened of the task's record, for a reason."""


def add_task(workspace: Workspace, *, about: str, kind: str, what: str, due: date) -> Task:
    """Write down what is owed.

    Args:
        workspace: Where.
        about: Short id of whom or what it is about.
        kind: A code of ``task_kinds``.
        what: What is to be done; of another interview, why it is needed.
        due: By when.

    Raises:
        InputError: there is no such record or kind, or it is not said what.
        CheckFailedError: another interview is asked for, of somebody who said not to be
            contacted again.
        PermissionRefusedError: the member may not.
    """
    require(workspace, "record-consent", records=[record_number(workspace, about)])
    number = _standing(workspace, about).number
    kinds = workspace.vocabulary.term_lists["task_kinds"].terms
    if kind not in kinds:
        raise InputError(f"There is no kind {kind}.", hint=f"Kinds are {', '.join(kinds)}.")
    if not what.strip():
        raise InputError("Say what is to be done.", hint="Of another interview, why it is needed.")
    if kind == AGAIN:
        answer = ConsentBook(workspace).answer(number, "contact_again")
        if answer is not None and answer.state in DENIED:
            raise CheckFailedError(
                f"{about} said not to be contacted again.",
                hint="What is needed has to come from elsewhere.",
                code="no-contact",
            )
    with change(workspace, ADD) as writer:
        note_case(writer, case_of(workspace.store, number))
        record = write_task(workspace, writer, number, kind, what.strip(), due)
        writer.finish({"kind": kind})
    return _one(workspace, record)


def finish_task(workspace: Workspace, task: str, *, outcome: str) -> Task:
    """Write down that it was done, and what came of it.

    Raises:
        InputError: there is no such task, it is done, or no outcome is given.
        PermissionRefusedError: the member may not.
    """
    number = record_number(workspace, task)
    require(workspace, "record-consent", records=[number])
    if not outcome.strip():
        raise InputError("Say what came of it.")
    found = next((one for one in _tasks(workspace) if one.id == task), None)
    if found is None or found.done:
        raise InputError(f"There is no open task {task}.", code="no-such-record")
    row = workspace.store.find(RecordRow, "number", [number])[0]
    with change(workspace, DONE) as writer:
        key = writer.record_key(row)
        writer.describe_list(None, None)
        about = record_number(workspace, found.about) if found.about else None
        is_protected = about is not None and is_about_protected(workspace, about)
        if found.is_sealed or is_protected or _tells(workspace, outcome):
            writer.protect([number])
        if about is not None:
            _protect_whom(workspace, writer, about, outcome)
        day = workspace.clock.now().date().isoformat()
        writer.add_statement(number, key, TASK, _day("done", day), None)
        writer.add_statement(number, key, TASK, ValueDraft("outcome", outcome.strip()), None)
        writer.finish({"kind": found.kind})
    return _one(workspace, number)


def record_objection(
    workspace: Workspace,
    *,
    person: str,
    reasons: str,
    received_by: str,
    uses: Sequence[str] = NAMING,
    due: date | None = None,
) -> Task:
    """Record that a person objects to being named; it holds at once, and is answered by a day.

    Args:
        workspace: Where.
        person: Short id of the person.
        reasons: What they said.
        received_by: Who took the objection.
        uses: Codes of the uses that they object to.
        due: By when they are answered.

    Raises:
        InputError: there is no such person, or it is not said who took it and what was said.
        PermissionRefusedError: the member may not.
    """
    require(workspace, "record-consent", records=[record_number(workspace, person)])
    row = _standing(workspace, person)
    if row.record_type != PERSON:
        raise InputError(f"{person} is a {row.record_type}; a person objects to being named.")
    if not reasons.strip() or not received_by.strip():
        raise InputError("An objection needs what was said, and who took it.")
    today = workspace.clock.now().date()
    with change(workspace, OBJECT) as writer:
        note_case(writer, case_of(workspace.store, row.number))
        writer.describe_list(None, None)
        record, key = writer.add_record(CONSENT, None, None)
        drafts = [
            ValueDraft("informant", str(row.number)),
            ValueDraft("state", "refused"),
            *(ValueDraft("consent_for", use) for use in uses),
            _day("date", today.isoformat()),
            ValueDraft("explained_by", received_by.strip()),
            ValueDraft("note", reasons.strip()),
        ]
        for draft in drafts:
            writer.add_statement(record, key, CONSENT, draft, None)
        what = "Answer the objection to being named."
        task = write_task(workspace, writer, row.number, OBJECTION, what, due or today + TO_ANSWER)
        writer.finish({"uses": len(uses)})
    return _one(workspace, task)


def list_tasks(workspace: Workspace, *, everything: bool = False) -> list[Task]:
    """What is owed, the nearest day first; with ``everything`` also what is done.

    Raises:
        PermissionRefusedError: the member may not read records.
    """
    seen = sight(workspace, "export-records")
    found = [
        one
        for one in _tasks(workspace)
        if (everything or not one.done) and seen.covers(record_number(workspace, one.id))
    ]
    return sorted(found, key=lambda one: (bool(one.done), one.due, one.id))


def again_without_need(workspace: Workspace) -> list[tuple[str, str]]:
    """Later testimonies of one informant for which no need was written down: them, and the first.

    Informants are told apart by pseudonym.

    Raises:
        PermissionRefusedError: the member may not read records.
    """
    seen = sight(workspace, "export-records")
    store = workspace.store
    batches = live_batches(store)
    names = {term: pair[1] for pair, term in store.terms().items()}
    numbers = [
        row.number
        for row in store.find(RecordRow, "record_type", [TESTIMONY])
        if batch_of(row.number) in batches and seen.covers(row.number)
    ]
    said: dict[int, dict[str, str]] = defaultdict(dict)
    for row in live_statements(store, numbers, batches):
        if names[row.term] in ("pseudonym", "date") and row.value:
            said[row.record].setdefault(names[row.term], row.value)
    by_name: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for number, own in said.items():
        if own.get("pseudonym") and own.get("date"):
            by_name[own["pseudonym"]].append((own["date"], number))
    needed = {one.about for one in _tasks(workspace) if one.kind == AGAIN}
    found = []
    for held in by_name.values():
        days = sorted(held)
        first = workspace.short_id(days[0][1])
        later = [number for day, number in days if day != days[0][0]]
        if not needed & {workspace.short_id(number) for _, number in held}:
            found += [(workspace.short_id(number), first) for number in later]
    return sorted(found)


def write_task(
    workspace: Workspace, writer: ChangeWriter, about: int, kind: str, what: str, due: date
) -> int:
    """Add a task to a change that is being made; the number of its record.

    What is to be done is sealed where it is about somebody who is protected, or tells it.
    """
    writer.describe_list(None, None)
    record, key = writer.add_record(TASK, None, None)
    if is_about_protected(workspace, about) or _tells(workspace, what):
        writer.protect([record])
    _protect_whom(workspace, writer, about, what)
    drafts = (
        ValueDraft("about", str(about)),
        ValueDraft("kind", kind),
        ValueDraft("what", what),
        _day("due", due.isoformat()),
    )
    for draft in drafts:
        writer.add_statement(record, key, TASK, draft, None)
    return record


def _tells(workspace: Workspace, text: str) -> bool:
    """Whether a text tells of somebody who survived sexual violence."""
    watched = protection(workspace.vocabulary).watched[TASK]
    return watched.tells(ValueDraft("what", text))


def _protect_whom(workspace: Workspace, writer: ChangeWriter, about: int, text: str) -> None:
    """Mark people as protected of whom a text that is sealed at once tells that they survived.

    What stands of them is sealed by ``seal --due``, or after the next import.
    """
    for row in unmarked_people(workspace, about) if _tells(workspace, text) else ():
        key = writer.record_key(row)
        writer.add_statement(row.number, key, PERSON, ValueDraft(PROTECTED, "yes"), None)


def _in_clear(text: str) -> str:
    return "" if is_sealed(text) else text


def _day(name: str, day: str) -> ValueDraft:
    return ValueDraft(name, day, date_lo=day, date_hi=day)


def _standing(workspace: Workspace, short_id: str) -> RecordRow:
    number = record_number(workspace, short_id)
    rows = workspace.store.find(RecordRow, "number", [number])
    batches = live_batches(workspace.store)
    if not rows or batch_of(number) not in batches or number in erased_records(workspace.store):
        raise InputError(f"There is no record {short_id} that stands.", code="no-such-record")
    return rows[0]


def _one(workspace: Workspace, number: int) -> Task:
    return next(one for one in _tasks(workspace) if one.id == workspace.short_id(number))


def _tasks(workspace: Workspace) -> Iterator[Task]:
    store = workspace.store
    if not any(record_type == TASK for record_type, _ in store.terms()):
        return
    batches = live_batches(store)
    names = {term: pair[1] for pair, term in store.terms().items()}
    numbers = [
        row.number
        for row in store.find(RecordRow, "record_type", [TASK])
        if batch_of(row.number) in batches
    ]
    said: dict[int, dict[str, str]] = defaultdict(dict)
    for row in live_statements(store, numbers, batches):
        said[row.record][names[row.term]] = row.value or ""
    gone = erased_records(store)
    today = workspace.clock.now().date().isoformat()
    for number, own in sorted(said.items()):
        about = int(own.get("about") or 0)
        due, done = own.get("due", ""), own.get("done", "")
        yield Task(
            id=workspace.short_id(number),
            kind=own.get("kind", ""),
            about=workspace.short_id(about) if about and about not in gone else "",
            what=_in_clear(own.get("what", "")),
            due=due,
            done=done,
            outcome=_in_clear(own.get("outcome", "")),
            is_overdue=not done and bool(due) and due < today,
            is_sealed=any(is_sealed(own.get(name)) for name in ("what", "outcome")),
        )
