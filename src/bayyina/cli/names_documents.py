"""JSON documents of the commands under ``names``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict


class NamePartDocument(TypedDict):
    """One part of two names; the points of all parts sum to the score."""

    part: str
    a: str
    b: str
    score: float
    points: float
    reason: str


class NameComparisonDocument(TypedDict):
    """Two names compared: an indicator, never a verdict."""

    a: str
    b: str
    score: float
    decision: str
    parts: list[NamePartDocument]


class NamePairsDocument(TypedDict):
    """A file of pairs, compared: how many rows, and what was proposed for them."""

    pairs: str
    out: str
    rows: int
    same: int
    unsure: int
    different: int
    without_a_name: int
    thresholds: dict[str, float]


class NameMatchDocument(TypedDict):
    """One candidate for a query."""

    candidate: str
    score: float


class NameMatchesDocument(TypedDict):
    """The best candidates of one query, best first."""

    query: str
    matches: list[NameMatchDocument]


class SpellingDocument(TypedDict):
    """One way to write a name in the other script."""

    text: str
    score: float


class RomanizedDocument(TypedDict):
    """A name with ways to write it in the other script, likeliest first."""

    name: str
    script: str
    candidates: list[SpellingDocument]


DOCUMENTS: Mapping[str, Any] = {
    "names compare": NameComparisonDocument,
    "names compare --pairs": NamePairsDocument,
    "names match": list[NameMatchesDocument],
    "names romanize": list[RomanizedDocument],
}
"""The document of each command, by its words."""
