"""The JSON documents of ``bayyina report publish`` and ``report compare``, as types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict


class DifferenceDocument(TypedDict):
    """Two numbers from which a small group follows; ``report`` is empty within one report."""

    number: str
    other: str
    report: str
    records: int


class PublicationDocument(TypedDict):
    """A signature under a report; ``state`` is ``published`` once two people have signed."""

    report: str
    digest: str
    state: str
    people: list[str]
    recipients: list[str]
    small_groups: int
    differences: list[DifferenceDocument]
    differences_whole: bool
    entered_by: list[str]
    files: list[str]
    batch: int


class GroupRevisionDocument(TypedDict):
    """A group whose value changed."""

    key: dict[str, str]
    published: int
    now: int


class RevisionDocument(TypedDict):
    """What became of one figure of a report, and how many records each reason holds of."""

    id: str
    title: dict[str, str]
    query: str
    changed: bool
    published: int
    then: int
    now: int
    difference: int
    entered: int
    left: int
    groups: list[GroupRevisionDocument]
    reasons: dict[str, int]
    rules_changed: list[str]


class LedgerDocument(TypedDict):
    """Which figures of an earlier report changed; recipients when any did."""

    report: str
    digest: str
    built_here: bool
    published: bool
    changed: int
    since: dict[str, int]
    figures: list[RevisionDocument]
    recipients: list[str]


DOCUMENTS: Mapping[str, Any] = {
    "report publish": PublicationDocument,
    "report compare": LedgerDocument,
}
"""The documents of these commands."""
