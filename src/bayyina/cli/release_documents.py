"""JSON documents of consent, objections, tasks, holds, telling families and release."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from bayyina.cli.left_out import ReasonDocument


class AnswerDocument(TypedDict):
    """An answer of an informant; ``sealed`` names what is stated and opened with a reason alone."""

    record: str
    informant: str
    state: str
    uses: list[str]
    recipients: list[str]
    date: str | None
    explained_by: None
    explained_in: str | None
    note: None
    sealed: list[str]


class AffectedDocument(TypedDict):
    """Something that left; ``rests``: ``rests``, ``perhaps`` or ``not-known``."""

    kind: str
    batch: int
    day: str
    rests: str
    recipients: list[str]
    what: str


class ConsentDocument(TypedDict):
    """An answer that was recorded; ``closed`` counts statements that stand no longer."""

    answer: AnswerDocument
    closed: int
    affected: list[AffectedDocument]
    batch: int


class ConsentsDocument(TypedDict):
    """Answers in order."""

    answers: list[AnswerDocument]


class TaskDocument(TypedDict):
    """Something that is owed; ``sealed``: what is to be done is opened of its record, for a reason."""

    id: str
    kind: str
    about: str | None
    what: str
    due: str
    done: str | None
    outcome: str | None
    overdue: bool
    sealed: bool


class AgainDocument(TypedDict):
    """A testimony of somebody who was interviewed before."""

    testimony: str
    first: str


class TasksDocument(TypedDict):
    """What is owed, and interviews that were held again without a recorded need."""

    tasks: list[TaskDocument]
    again_without_need: list[AgainDocument]


class LiftingDocument(TypedDict):
    """A person's word that a hold be lifted."""

    person: str
    reasons: str


class HoldDocument(TypedDict):
    """A legal hold."""

    id: str
    state: str
    whole: bool
    records: list[str]
    ground: str
    reference: str | None
    placed_by: str
    day: str
    lifting: list[LiftingDocument]


class HoldsDocument(TypedDict):
    """All holds."""

    holds: list[HoldDocument]


class TellingDocument(TypedDict):
    """How far telling the family of a death has come."""

    record: str
    type: str
    people: list[str]
    state: str
    decided_by: list[str]
    since: str | None


class ToldDocument(TellingDocument):
    """A family that was told."""

    notification: str
    batch: int


class TellingsDocument(TypedDict):
    """Deaths of which telling is under way."""

    tellings: list[TellingDocument]


class RecipientDocument(TypedDict):
    """Somebody who can receive an output."""

    id: str
    purpose: str
    label: ReasonDocument
    consent: str
    asks: bool
    level: str
    learns_of_deaths: bool


class RecipientsDocument(TypedDict):
    """Everybody who can."""

    recipients: list[RecipientDocument]


class RemovalDocument(TypedDict):
    """Something that does not leave as it is."""

    id: str
    key: dict[str, str]
    action: str
    rule: str
    reason: ReasonDocument
    to: str


class ReleaseCheckDocument(TypedDict):
    """What of records would not leave as it is."""

    recipient: str
    removals: list[RemovalDocument]


DOCUMENTS: Mapping[str, Any] = {
    "consent give": ConsentDocument,
    "consent withdraw": ConsentDocument,
    "consent show": ConsentsDocument,
    "objection": TaskDocument,
    "tasks list": TasksDocument,
    "tasks add": TaskDocument,
    "tasks done": TaskDocument,
    "hold place": HoldDocument,
    "hold lift": HoldDocument,
    "hold list": HoldsDocument,
    "notification propose": TellingDocument,
    "notification agree": TellingDocument,
    "notification record": ToldDocument,
    "notification list": TellingsDocument,
    "release recipients": RecipientsDocument,
    "release name": RecipientDocument,
    "release check": ReleaseCheckDocument,
}
"""The documents of these commands."""
