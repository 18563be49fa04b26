"""JSON documents of ``bayyina claims``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict


class ClaimPlaceDocument(TypedDict):
    """Where a claim stands: in the file of claims, and in its source."""

    claim: str
    file: str
    line: int | None
    document: str
    locator: str | None


ClaimFindingDocument = TypedDict(
    "ClaimFindingDocument",
    {
        "id": str,
        "class": str,
        "kind": str,
        "claims": list[str],
        "detail": str,
        "detail_ar": str,
        "certainty": str,
        "resolution": str,
        "resolution_ar": str,
        "rule": str,
        "where": list[ClaimPlaceDocument],
    },
)
ClaimFindingDocument.__doc__ = "One thing that follows from comparing claims."


class ClaimsCheckDocument(TypedDict):
    """What contradicts what in the claims of some files."""

    claims: int
    files: list[str]
    counts: dict[str, int]
    findings: list[ClaimFindingDocument]


class OtherAnswerDocument(TypedDict):
    """What the database answers when one dimension of the question is changed."""

    dimension: str
    query: str
    value: int


class ComparedClaimDocument(TypedDict):
    """A published number beside the database's own."""

    claim: str
    published: float | None
    comparator: str | None
    document: str
    verdict: str
    query: str
    value: int | None
    range: list[int] | None
    dimension: str
    others: list[OtherAnswerDocument]
    reason: str


class ClaimsCompareDocument(TypedDict):
    """The workspace's own figures beside published ones."""

    claims: int
    counts: dict[str, int]
    compared: list[ComparedClaimDocument]


DOCUMENTS: Mapping[str, Any] = {
    "claims check": ClaimsCheckDocument,
    "claims compare": ClaimsCompareDocument,
}
