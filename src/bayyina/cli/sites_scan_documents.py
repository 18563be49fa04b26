"""JSON document of ``sites scan``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from bayyina.cli.sites_documents import EpisodeDocument, WithheldDocument


class RadarWitnessDocument(TypedDict):
    """What radar on one orbit says of an episode; it dates nothing by itself."""

    orbit: str
    images_before: int
    images_after: int
    shift_db: list[float]
    log_likelihood_ratio: float


class ScanEpisodeDocument(EpisodeDocument):
    """One disturbance with the ground it changed."""

    changed_area_m2: float | None
    changed_area_interval95_m2: tuple[float, float] | None
    changed_share: float | None
    radar: list[RadarWitnessDocument]


class SceneFileDocument(TypedDict):
    """A file of a scene."""

    file: str
    sha256: str


class OffsetDocument(TypedDict):
    """Whether a processing offset was taken off, and why."""

    removed: float
    metadata: str
    data: str
    reason: str


class ScenePositionDocument(TypedDict):
    """How a scene was moved, in pixels."""

    rows: float
    columns: float


class SceneDocument(TypedDict):
    """One scene: where it came from and what was done to it."""

    id: str
    time: str | None
    platform: str
    baseline: str | None
    orbit: str | None
    files: list[SceneFileDocument]
    offset: OffsetDocument | None
    mask: str
    clear_share: float
    shift: ScenePositionDocument | None
    outcome: str
    reason: str | None


class SiteDocument(TypedDict):
    """The ground that was read."""

    pixels: int
    area_m2: float
    pixel_size_m: float
    crs: str | None


class KindDocument(TypedDict):
    """A kind of surroundings, and its share in the control."""

    pixels: int
    share: float


class RingDocument(TypedDict):
    """The surroundings that the site is compared with."""

    pixels: int
    area_m2: float
    kinds: list[KindDocument]


class KeptScanDocument(TypedDict):
    """What keeping a scan in the register came to."""

    site: str
    scenes: int
    disturbances: list[str]
    batch: int | None


class ScanDocument(TypedDict):
    """What a stack of scenes says of a site."""

    state: str
    episodes: list[ScanEpisodeDocument]
    observations: int
    false_alarm_rate: float | None
    bands: list[str]
    reason: str | None
    notes: list[str]
    words: str
    words_ar: str
    site: SiteDocument
    ring: RingDocument
    scenes: list[SceneDocument]
    scenes_used: int
    cube_sha256: str
    written: dict[str, str]
    embargo: WithheldDocument | None
    recorded: KeptScanDocument | None


DOCUMENTS: Mapping[str, Any] = {"sites scan": ScanDocument}
"""Documents by command."""
