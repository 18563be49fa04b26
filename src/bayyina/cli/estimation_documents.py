"""The JSON document of ``bayyina estimate``, as types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict


class RangeDocument(TypedDict):
    """An estimated number of people."""

    median: float
    mean: float
    interval95: tuple[float, float]


class VariantRangeDocument(TypedDict):
    """An estimated number of people under another choice; a middle alone has no interval."""

    median: float
    interval95: tuple[float, float] | None


class EstimateReasonDocument(TypedDict):
    """A reason or a caution: its code, what it is about, and as a sentence in both languages."""

    code: str
    detail: dict[str, str | int | float | list[str]]
    en: str
    ar: str


class ComponentDocument(TypedDict):
    """One method of a combined answer."""

    method: str
    weight: float
    median: float
    interval95: tuple[float, float] | None


class EstimateDiagnosticsDocument(TypedDict):
    """Whether the computation can be believed; null where a question does not arise."""

    rhat: float | None
    ess: float | None
    converged: bool | None
    identifiable: bool | None
    exists: bool | None
    spread: float | None
    components: list[ComponentDocument]


class VariantDocument(TypedDict):
    """The answer under one other choice; ``estimate`` is null where it was refused."""

    kind: str
    what: dict[str, str | float]
    documented: int
    estimate: VariantRangeDocument | None
    reasons: list[EstimateReasonDocument]


class StratumDocument(TypedDict):
    """One stratum."""

    stratum: dict[str, str]
    documented: int
    estimate: RangeDocument | None
    undocumented: RangeDocument | None
    model: str
    reasons: list[EstimateReasonDocument]


class EstimateListDocument(TypedDict):
    """One list: people on it, and on it alone."""

    name: str
    people: int
    alone: int


class SharedPairDocument(TypedDict):
    """Two lists: people on both, and on each."""

    lists: tuple[str, str]
    both: int
    people: tuple[int, int]
    odds_ratio: float | None


class IntersectionDocument(TypedDict):
    """People who are on exactly these lists."""

    lists: list[str]
    people: int


class OverlapDocument(TypedDict):
    """How the lists overlap: a description, without an interval."""

    on_several: int
    pairs: list[SharedPairDocument]
    intersections: list[IntersectionDocument]
    contained: list[tuple[str, str]]


class DrawsDocument(TypedDict):
    """How far the answers over draws differ, where people were placed by chance."""

    draws: int
    refused: int
    documented: tuple[int, int]
    medians: tuple[float, float]
    between: float


class BothLanguagesDocument(TypedDict):
    """A text in both languages."""

    en: str
    ar: str


class EstimateDocument(TypedDict):
    """How many people there were, documented or not; or why that cannot be said."""

    documented: int
    estimate: RangeDocument | None
    undocumented: RangeDocument | None
    method: str
    model: str
    diagnostics: EstimateDiagnosticsDocument
    sensitivity: list[VariantDocument]
    assumption: str
    assumptions: BothLanguagesDocument
    sentence: BothLanguagesDocument
    reasons: list[EstimateReasonDocument]
    cautions: list[EstimateReasonDocument]
    calibration_tests: int
    lists: list[EstimateListDocument]
    overlap: OverlapDocument
    strata: list[StratumDocument]
    by: list[str]
    draws: DrawsDocument | None
    declared: dict[str, str | bool]
    parameters: dict[str, str | int | float]
    seed: int
    digest: str
    inputs: dict[str, str | int]


DOCUMENTS: Mapping[str, Any] = {
    "estimate": EstimateDocument,
    "estimate-lists": EstimateDocument,
}
"""The document of the command."""
