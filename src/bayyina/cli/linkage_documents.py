"""The JSON document of ``bayyina link``, as types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict


class LinkEstimatesDocument(TypedDict):
    """What the model expects of its own links; null where nothing was linked or expected."""

    precision: float | None
    recall: float | None
    how: str


class LinkDecisionsDocument(TypedDict):
    """How many of the pairs in the file were decided in each way."""

    same: int
    unsure: int
    different: int


class LinkDocument(TypedDict):
    """Lists that were linked."""

    rows: dict[str, int]
    fields: list[str]
    candidates: int
    candidates_found: int
    pairs: LinkDecisionsDocument
    clusters: int
    clusters_of_several: int
    unique: list[str]
    unique_how: str
    threshold: float
    estimated: LinkEstimatesDocument
    seed: int
    model_digest: str
    notes: list[str]
    files: dict[str, str]


DOCUMENTS: Mapping[str, Any] = {"link": LinkDocument}
"""The document of each command of this area."""
