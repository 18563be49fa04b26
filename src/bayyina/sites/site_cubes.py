"""A site's pixels in all usable scenes, with where each scene came from and what was done to it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bayyina.sites.scene_offsets import OffsetDecision
from bayyina.sites.site_ground import Ground

SCALE = 10_000.0
"""Stored numbers for a reflectance of one."""

MISSING = -32768
"""Stored number of what was not read."""

USED, CLOUDED, LEFT_OUT, RADAR = "used", "clouded", "left out", "radar"
"""What became of a scene."""


@dataclass(frozen=True, slots=True)
class SceneFile:
    """A file of a scene, as evidence."""

    name: str
    """Path within the stack."""

    sha256: str
    """SHA-256 (hex) of the whole file; empty where it could not be read."""


@dataclass(frozen=True, slots=True)
class SceneRecord:
    """One scene: where it came from and what was done to it."""

    identifier: str
    """Its name."""

    moment: str
    """When it was taken, ISO 8601, UTC; empty where unknown."""

    platform: str
    """Satellite."""

    baseline: str
    """Processing baseline; empty where unknown."""

    orbit: str
    """Relative orbit; empty where unknown."""

    files: tuple[SceneFile, ...]
    """Its files."""

    offset: OffsetDecision | None
    """Whether a processing offset was taken off; None where the scene was not read."""

    mask: str
    """Which mask told clouds."""

    clear_share: float
    """Share of the site that is clear, 0 to 1."""

    shift: tuple[float, float] | None
    """Rows and columns it was moved by; None where no shift was measured."""

    outcome: str
    """``used``, ``clouded``, ``left out`` or ``radar``."""

    reason: str
    """Why it was not used, or what was assumed; empty where nothing is to be said."""


@dataclass(frozen=True, slots=True, eq=False)
class SiteCube:
    """Site and surroundings in all usable optical scenes, in order of time."""

    ground: Ground
    """Grid, site and ring."""

    bands: tuple[str, ...]
    """Bands."""

    days: NDArray[np.int64]
    """Proleptic ordinals, shape (scenes,); a day may stand twice."""

    families: tuple[str, ...]
    """Sensor family of each scene."""

    site: NDArray[np.int16]
    """Reflectance times ``SCALE``, shape (bands, scenes, site pixels), in row order of the grid."""

    site_clear: NDArray[np.bool_]
    """Shape (scenes, site pixels)."""

    ring: NDArray[np.int16]
    """The same of a sample of the ring, shape (bands, scenes, sampled pixels)."""

    ring_clear: NDArray[np.bool_]
    """Shape (scenes, sampled pixels)."""

    clusters: NDArray[np.float64]
    """Mean reflectance of each kind of surroundings, shape (clusters, scenes, bands); NaN if unseen."""

    cluster_pixels: tuple[int, ...]
    """Pixels of each kind."""

    ring_share: NDArray[np.float64]
    """Share of the ring that is clear, shape (scenes,)."""

    records: tuple[SceneRecord, ...]
    """All scenes of the stack, used or not, in order of time."""

    notes: tuple[str, ...]
    """What a reader must know of the stack."""

    radar: tuple[RadarTrack, ...]
    """Radar by relative orbit, as second witness."""

    @property
    def digest(self) -> str:
        """SHA-256 over everything that the findings rest on."""
        running = hashlib.sha256()
        for array in (self.days, self.site, self.site_clear, self.clusters, self.ring_share):
            running.update(np.ascontiguousarray(array).data)
        running.update(repr((self.ground.grid, self.bands, self.families)).encode())
        return running.hexdigest()


@dataclass(frozen=True, slots=True, eq=False)
class RadarTrack:
    """Mean backscatter of site and ring on one relative orbit."""

    orbit: str
    """Relative orbit."""

    bands: tuple[str, ...]
    """Polarisations."""

    days: NDArray[np.int64]
    """Proleptic ordinals, rising."""

    site: NDArray[np.float64]
    """Decibels, shape (days, bands)."""

    ring: NDArray[np.float64]
    """Decibels, shape (days, bands)."""


def reflectance(stored: NDArray[np.int16]) -> NDArray[np.float32]:
    """Stored numbers as reflectance, NaN where missing."""
    values = stored.astype(np.float32) / np.float32(SCALE)
    values[stored == MISSING] = np.nan
    return values


def stored(values: NDArray[np.float32]) -> NDArray[np.int16]:
    """Reflectance as stored numbers."""
    clipped = np.clip(np.rint(values * np.float32(SCALE)), -32767, 32767)
    return np.where(np.isfinite(values), clipped, MISSING).astype(np.int16)
