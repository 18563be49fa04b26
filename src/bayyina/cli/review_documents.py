"""JSON documents of ``bayyina review``, as types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict


class BoundsDocument(TypedDict):
    """An estimate with its interval of 95 per cent."""

    value: float
    low: float
    high: float


class LinkQualityDocument(TypedDict):
    """How right links at a threshold are; null where too few pairs were judged."""

    precision: BoundsDocument | None
    recall: BoundsDocument | None


class SampleStateDocument(TypedDict):
    """The latest sample, and what its judgements tell."""

    pairs: int
    judged: int
    waiting: int
    strict: LinkQualityDocument
    lenient: LinkQualityDocument


class ReviewStateDocument(TypedDict):
    """How far the review has come."""

    run: str
    waiting: int
    worth: float
    judged: dict[str, int]
    sample: SampleStateDocument | None


class QueuedPairDocument(TypedDict):
    """A pair that waits for a person."""

    id: str
    a: str
    b: str
    decision: str
    score: float
    effect: float
    worth: float


class QueueDocument(TypedDict):
    """Pairs that wait, those that matter most first."""

    pairs: list[QueuedPairDocument]


class NamePartDocument(TypedDict):
    """What one part of two names adds to their score."""

    a: str
    b: str
    part: str
    score: float
    points: float
    reason: str


class ComparedNamesDocument(TypedDict):
    """Two names compared, by part."""

    a: str
    b: str
    score: float
    decision: str
    parts: list[NamePartDocument]


class StatedNameDocument(TypedDict):
    """A name, or a part of one, with a spelling in Latin letters."""

    part: str
    text: str
    latin: str


class SideDocument(TypedDict):
    """One record of a pair."""

    record: str
    list: str
    list_key: str
    names: list[StatedNameDocument]
    stated: dict[str, str]
    acts: list[dict[str, str]]


class LinkReasonDocument(TypedDict):
    """How one comparison of the linkage came out, and its weight in natural logarithms."""

    field: str
    level: str
    weight: float


class JudgementDocument(TypedDict):
    """A judgement: whose, when and why; it stands, was replaced, or was undone."""

    id: str
    verdict: str
    person: str
    at: str
    reasons: str
    score: float | None
    batch: int
    state: str


class PairDocument(TypedDict):
    """A pair side by side."""

    id: str
    decision: str
    score: float | None
    sides: list[SideDocument]
    names: ComparedNamesDocument | None
    reasons: list[LinkReasonDocument]
    judgements: list[JudgementDocument]


class DecidedDocument(TypedDict):
    """Judgements that were written."""

    batch: int
    decided: int


class HistoryDocument(TypedDict):
    """Judgements in the order of the log."""

    judgements: list[JudgementDocument]


class StratumDocument(TypedDict):
    """Pairs of like log-odds and one decision, and how many of them were drawn."""

    stratum: int
    decision: str
    pairs: int
    draw: int


class SampleDocument(TypedDict):
    """A sample that was drawn."""

    batch: int
    run: str
    sample: str
    pairs: int
    strata: list[StratumDocument]


DOCUMENTS: Mapping[str, Any] = {
    "review state": ReviewStateDocument,
    "review next": QueueDocument,
    "review show": PairDocument,
    "review decide": DecidedDocument,
    "review batch": DecidedDocument,
    "review history": HistoryDocument,
    "review sample": SampleDocument,
}
"""The document of each command of this area."""
