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


DOCUMENTS: Mapping[str, Any] = {"claims check": ClaimsCheckDocument}
