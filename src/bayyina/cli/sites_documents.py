"""JSON documents of the commands under ``sites``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict


class WithheldDocument(TypedDict):
    """A site under embargo, and which files were blurred for it."""

    site: str
    reason: str
    blurred: list[str]


class EpisodeDocument(TypedDict):
    """One disturbance; days as YYYY-MM-DD."""

    onset: str
    onset_interval95: tuple[str, str]
    last_clear_before: str
    first_changed: str
    end: str | None
    end_interval95: tuple[str, str] | None
    kind: str
    strength: float


class DatingDocument(TypedDict):
    """What was found in one series; ``file`` where several were given."""

    file: NotRequired[str]
    state: str
    episodes: list[EpisodeDocument]
    observations: int
    false_alarm_rate: float | None
    bands: list[str]
    reason: str | None
    notes: list[str]
    words: str


class ThroughputDocument(TypedDict):
    """What follows from an account of burials; there is never a total."""

    loads_a_week: tuple[float, float]
    bodies_a_week: tuple[int, int]
    period: str
    continuity: str
    total: None
    reasons: list[str]
    reasons_ar: list[str]


class ImageDocument(TypedDict):
    """An image that was compared."""

    file: str
    sha256: str
    bands: int
    crs: str | None


class ShiftDocument(TypedDict):
    """How the later image was moved, in pixels."""

    rows: float
    columns: float
    measured: bool


class ComparisonDocument(TypedDict):
    """What differs between two images of one place."""

    state: str
    changed_pixels: int
    seen_pixels: int
    changed_share: float
    area_m2: float | None
    area_range_m2: tuple[float, float] | None
    expected_area_m2: float | None
    pixel_area_m2: float | None
    threshold: float | None
    iterations: int
    converged: bool
    correlations: list[float]
    shift: ShiftDocument
    before: ImageDocument
    after: ImageDocument
    mask: str | None
    probability: str | None
    notes: list[str]
    notes_ar: list[str]
    words: str
    words_ar: str
    embargo: WithheldDocument | None


DOCUMENTS: Mapping[str, Any] = {
    "sites date": DatingDocument | list[DatingDocument],
    "sites compare": ComparisonDocument,
    "sites throughput": ThroughputDocument,
}
"""Documents by command."""
