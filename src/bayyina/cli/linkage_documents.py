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


class LinkRunDocument(TypedDict):
    """A run over the people of a workspace; its batch is null where nothing was new."""

    batch: int | None
    run: str
    whole: bool
    rows: int
    new_rows: int
    candidates: int
    decisions: dict[str, int]
    keyed: bool
    notes: list[str]


class BroughtPairsDocument(TypedDict):
    """Pairs of linked files that were brought into the workspace."""

    batch: int
    run: str
    pairs: int
    unknown: int


class ListAnswerDocument(TypedDict):
    """The people of a list: in other lists too, perhaps, or nowhere else."""

    list: str
    rows: int
    people: int
    known: int
    to_review: int
    new: int


class WorkspaceLinkDocument(TypedDict):
    """People of a workspace that were linked."""

    linked: LinkRunDocument | None
    brought: BroughtPairsDocument | None
    lists: list[ListAnswerDocument]
    rows: list[dict[str, str]] | None
    file: str | None


DOCUMENTS: Mapping[str, Any] = {"link": LinkDocument | WorkspaceLinkDocument}
"""The document of each command of this area."""
