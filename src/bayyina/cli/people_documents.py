"""The JSON documents of members, cases and reviewers from outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict


class CaseDocument(TypedDict):
    """A case that was made."""

    case: str
    title: str
    batch: int


class CaseLineDocument(TypedDict):
    """A case, with how many records belong to it."""

    case: str
    title: str
    records: int


class CasesDocument(TypedDict):
    """The cases that the person at work may know of."""

    cases: list[CaseLineDocument]


class AssignedDocument(TypedDict):
    """Records that belong to a case from now on; ``batches`` are whole imports besides."""

    case: str
    records: int
    batches: list[int]
    batch: int


class MemberEventDocument(TypedDict):
    """Something that was done to a membership."""

    entry: int
    time: str
    by: str
    what: str
    member: str
    gained: list[str]
    lost: list[str]
    case: str
    formerly: str


class MemberLogDocument(TypedDict):
    """Who managed whom, oldest first."""

    events: list[MemberEventDocument]


class SecondFactorDocument(TypedDict):
    """Whether members of a workspace of invented data need a second factor."""

    required: bool
    batch: int


class OutsideReviewerDocument(TypedDict):
    """Somebody of another organisation, and the records that they may be asked about."""

    handle: str
    organisation: str
    records: list[str]
    batch: int


class RequestDocument(TypedDict):
    """A request for a decision that was written to a file; ``asked`` identifies it."""

    record: str
    reviewer: str
    asked: str
    file: str


class MadeKeyDocument(TypedDict):
    """A key that was made without a workspace, and the file with its public half."""

    file: str
    public: str
    sign: str
    box: str


class AnswerDocument(TypedDict):
    """An answer that was signed."""

    asked: str
    decision: str
    standard: str
    verdict: str
    file: str


class AcceptedDocument(TypedDict):
    """An answer that was taken, and what the record is now."""

    record: str
    reviewer: str
    state: str
    batch: int


DOCUMENTS: Mapping[str, Any] = {
    "cases add": CaseDocument,
    "cases list": CasesDocument,
    "cases assign": AssignedDocument,
    "people log": MemberLogDocument,
    "people second-factor": SecondFactorDocument,
    "people add-outside": OutsideReviewerDocument,
    "people name-records": OutsideReviewerDocument,
    "decide request": RequestDocument,
    "decide make-key": MadeKeyDocument,
    "decide sign": AnswerDocument,
    "decide accept": AcceptedDocument,
}
"""The document of each command."""
