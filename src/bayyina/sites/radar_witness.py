"""Radar as second witness: whether backscatter changed within the days that optical images give.

Radar alone dates nothing here: on fields and forests it alarms too often. Site less ring, on one
relative orbit, before against after the bracket of an episode; the log-likelihood ratio of a
shift against none, with the spread of the orbit's own images, is added to what is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bayyina.sites.noise import MAD_TO_SD
from bayyina.sites.site_cubes import RadarTrack

FEWEST: Final = 4
"""Images on each side of the bracket."""

LONGEST_DAYS: Final = 400
"""Days on each side that are compared."""

LEAST_SPREAD: Final = 0.15
"""Decibels; site less ring wavers at least so much."""


class RadarImage(NamedTuple):
    """Site and ring in one radar image."""

    orbit: str
    """Relative orbit."""

    bands: tuple[str, ...]
    """Polarisations."""

    day: int
    """Proleptic ordinal."""

    site: NDArray[np.float64]
    """Decibels, shape (bands,)."""

    ring: NDArray[np.float64]
    """Decibels, shape (bands,)."""


class RadarWitness(NamedTuple):
    """What radar says of one episode on one orbit."""

    orbit: str
    """Relative orbit."""

    images: tuple[int, int]
    """Images before and after."""

    shift_db: tuple[float, ...]
    """Change of site less ring in each polarisation, decibels."""

    log_likelihood_ratio: float
    """Of a shift against none, natural logarithm; above 3 it agrees, near 0 it says nothing."""


def tracks(images: Sequence[RadarImage]) -> tuple[RadarTrack, ...]:
    """Images joined by orbit and polarisations, in order of time."""
    groups: dict[tuple[str, tuple[str, ...]], list[RadarImage]] = {}
    for image in sorted(images, key=lambda image: image.day):
        groups.setdefault((image.orbit, image.bands), []).append(image)
    return tuple(
        RadarTrack(
            orbit,
            bands,
            np.array([i.day for i in group], dtype=np.int64),
            np.array([i.site for i in group]),
            np.array([i.ring for i in group]),
        )
        for (orbit, bands), group in sorted(groups.items())
    )


def witness(track: RadarTrack, last_before: int, first_after: int) -> RadarWitness | None:
    """What a track says of a change between two days; None where it has too few images."""
    rest = track.site - track.ring
    before = (track.days <= last_before) & (track.days >= last_before - LONGEST_DAYS)
    after = (track.days >= first_after) & (track.days <= first_after + LONGEST_DAYS)
    if before.sum() < FEWEST or after.sum() < FEWEST:
        return None
    one, two = rest[before], rest[after]
    shift = np.median(two, axis=0) - np.median(one, axis=0)
    left = np.concatenate([one - np.median(one, axis=0), two - np.median(two, axis=0)])
    spread = np.maximum(MAD_TO_SD * np.median(np.abs(left), axis=0), LEAST_SPREAD)
    # why 1.57: variance of a median over that of a mean (pi / 2)
    variance = 1.57 * spread**2 * (1.0 / len(one) + 1.0 / len(two))
    # a penalty of half a unit for each polarisation: the shift is fitted to it (Akaike 1973)
    ratio = float((0.5 * shift**2 / variance - 1.0).sum())
    return RadarWitness(
        track.orbit,
        (len(one), len(two)),
        tuple(round(float(s), 2) for s in shift),
        round(ratio, 2),
    )
