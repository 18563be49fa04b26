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


DOCUMENTS: Mapping[str, Any] = {
    "cases add": CaseDocument,
    "cases list": CasesDocument,
    "cases assign": AssignedDocument,
    "people log": MemberLogDocument,
    "people second-factor": SecondFactorDocument,
}
"""The document of each command."""
