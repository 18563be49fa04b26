"""Which part of a site an episode changed: pixel by pixel, with an area and its interval.

1. Each pixel, less the surroundings, is fitted by least squares on its clear days: a level, the
   season, and the course of every episode in time. What the course of an episode adds is the pixel's shift.
2. Pixels of the ring, where nothing happened, say how such shifts scatter without a disturbance.
3. The shifts are read along the direction in which the site's differ most from the ring's
   (Fisher 1936), in units of the ring's scatter.
4. Unchanged pixels are the ring's class, changed ones a second normal class, fitted by expectation
   maximisation; neighbours make each other likelier (mean field of a Potts model).
5. The area is the sum of the probabilities. Its interval counts pixels that are in doubt, pixels at the
   edge, how far the two classes overlap, and what the same rule would call changed in the ring.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, special

from bayyina.sites.dating import Episode
from bayyina.sites.noise import MAD_TO_SD
from bayyina.sites.site_cubes import MISSING, SCALE, SiteCube

FEWEST: Final = 3
"""Clear images that a pixel needs while the ground was as before, and as after."""

LEAST_RING: Final = 30
"""Pixels of the ring without which no scatter is known."""

ROUNDS: Final = 60

FADING_DAYS: Final = 400.0
"""Days away from an episode in which an image loses most of its weight."""

NEIGHBOURS: Final = 2.5
"""How much a pixel whose neighbours all changed is likelier to have, in the logarithm of odds."""

EDGE_SPREAD: Final = 0.29
"""Standard deviation of the share of a pixel at the edge: it may be anything from none to all."""

CLASS_SPREAD: Final = 0.04
"""Relative standard deviation of the area because the changed class is not known exactly."""

CALLED: Final = 0.5
"""Probability from which a pixel is called changed."""

FAINT: Final = 0.6
"""Mean of what is called unchanged, in the ring's scatter, from which a faint change may cover the rest."""

LEAST_MEAN: Final = 1.0
"""Least distance of the changed class from the unchanged one, in the scatter of that."""

SEPARABLE: Final = 2.5
"""Distance of the two classes, in the scatter of the unchanged one, below which the area may be anything."""

CLUMPING: Final = 4.0
"""Pixels that err together, roughly."""


@dataclass(frozen=True, slots=True, eq=False)
class ChangedGround:
    """The part of a site that one episode changed."""

    probability: NDArray[np.float32]
    """Of having changed, shape (rows, columns) of the ground; NaN outside the site or where unknown."""

    area: float
    """Square metres."""

    interval95: tuple[float, float]
    """Square metres."""


def changed_ground(
    cube: SiteCube, control: NDArray[np.float64], episodes: Sequence[Episode]
) -> list[ChangedGround | None]:
    """The changed part of the site for each episode; None where too little is known.

    Args:
        cube: The site's pixels.
        control: What the surroundings did, shape (scenes, bands); NaN where unknown.
        episodes: In order of time.
    """
    if not episodes or cube.ring.shape[2] < LEAST_RING:
        return [None] * len(episodes)
    courses = np.stack([course(cube.days, episode) for episode in episodes], axis=1)
    found: list[ChangedGround | None] = []
    for place, episode in enumerate(episodes):
        near = _nearness(cube.days, episode)
        site, own = _shifts(cube, cube.site, cube.site_clear, control, courses, place, near)
        ring, others = _shifts(cube, cube.ring, cube.ring_clear, control, courses, place, near)
        if own.sum() < 1 or others.sum() < LEAST_RING:
            found.append(None)
            continue
        scores = np.full(len(site), np.nan)
        scores[own], around = _scores(site[own], ring[others])
        found.append(_ground(cube, scores, around))
    return found


def _nearness(days: NDArray[np.int64], episode: Episode) -> NDArray[np.float32]:
    """Weight of each day: full during the episode, fading away from it, as ground drifts over years."""
    begun = episode.last_clear_before.toordinal()
    ended = episode.end.toordinal() if episode.end is not None else begun
    away = np.maximum(np.maximum(begun - days, days - max(begun, ended)), 0)
    return np.asarray(np.exp(-away / FADING_DAYS), dtype=np.float32)


def course(days: NDArray[np.int64], episode: Episode) -> NDArray[np.float64]:
    """Share of an episode's shift that is there on each day, 0 to 1."""
    onset = episode.first_changed.toordinal() if episode.kind == "step" else _day(episode.onset)
    end = _day(episode.end) if episode.end is not None else int(days[-1]) + 1
    if episode.kind == "step":
        return np.asarray(days >= onset, dtype=np.float64)
    if episode.kind == "pulse":
        begun = episode.first_changed.toordinal()
        return np.asarray((days >= begun) & (days < max(end, onset + 1)), dtype=np.float64)
    return np.asarray(np.clip((days - onset) / max(end - onset, 1), 0.0, 1.0), dtype=np.float64)


def _day(day: date) -> int:
    return day.toordinal()


def _shifts(
    cube: SiteCube,
    stored: NDArray[np.int16],
    clear: NDArray[np.bool_],
    control: NDArray[np.float64],
    courses: NDArray[np.float64],
    place: int,
    near: NDArray[np.float32],
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Shift of each pixel in one episode, shape (pixels, bands), and whether it was seen often enough."""
    known = np.asarray(np.isfinite(control).all(axis=1))
    seen = clear & known[:, None]
    for plane in stored:
        seen &= plane != MISSING
    weights = seen.astype(np.float32)
    design = np.column_stack([_fixed_terms(cube), courses]).astype(np.float32)
    column = design.shape[1] - courses.shape[1] + place
    terms = design.shape[1]
    weighted = design * near[:, None]
    products = (weighted[:, :, None] * design[:, None, :]).reshape(len(design), -1)
    gram = (weights.T @ products).reshape(-1, terms, terms).astype(np.float64)
    # a weak pull to zero keeps pixels solvable that were seen on few days
    gram += np.eye(terms) * 1e-3
    level = np.nan_to_num(control).astype(np.float32)
    right = np.empty((stored.shape[2], terms, len(stored)))
    for band, plane in enumerate(stored):
        values = plane * np.float32(1.0 / SCALE)
        values -= level[:, band : band + 1]
        values *= weights
        right[:, :, band] = values.T @ weighted
    shifts = np.asarray(np.linalg.solve(gram, right)[:, column], dtype=np.float64)
    share = courses[:, place]
    often = (weights[share < 0.25].sum(axis=0) >= FEWEST) & (
        weights[share > 0.75].sum(axis=0) >= FEWEST
    )
    return shifts, np.asarray(often)


def _fixed_terms(cube: SiteCube) -> NDArray[np.float64]:
    """Level, season and, of several sensors, the level of each further one, shape (scenes, terms)."""
    phase = 2 * np.pi * cube.days / 365.25
    columns = [np.ones(len(cube.days)), np.cos(phase), np.sin(phase)]
    main = max(set(cube.families), key=cube.families.count)
    columns.extend(
        np.array([f == family for f in cube.families], dtype=float)
        for family in sorted(set(cube.families) - {main})
    )
    return np.column_stack(columns)


def _scores(
    site: NDArray[np.float64], ring: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Shifts of site and ring along the direction in which they differ, in the ring's scatter."""
    middle = np.median(ring, axis=0)
    apart = np.abs(ring - middle).max(axis=1)
    calm = ring[apart <= np.quantile(apart, 0.9)]
    scatter = np.atleast_2d(np.cov(calm.T)) + np.eye(ring.shape[1]) * 1e-7
    direction = site.mean(axis=0) - middle
    scores, around = np.zeros(len(site)), np.zeros(len(ring))
    for _ in range(4):
        weights = np.linalg.solve(scatter, direction)
        theirs = (ring - middle) @ weights
        low, centre, _ = np.quantile(theirs, [0.158655, 0.5, 0.841345])
        spread = max(float(MAD_TO_SD * np.median(np.abs(theirs - centre))), float(centre - low))
        spread = max(spread, 1e-12)
        scores = ((site - middle) @ weights - centre) / spread
        around = (theirs - centre) / spread
        strong = scores > max(3.0, float(np.quantile(scores, 0.7)))
        if strong.sum() < 3:
            break
        direction = site[strong].mean(axis=0) - middle
    return np.asarray(scores), np.asarray(around)


def _ground(
    cube: SiteCube, scores: NDArray[np.float64], around: NDArray[np.float64]
) -> ChangedGround:
    known = np.isfinite(scores)
    shape = cube.ground.site.shape
    share, mean, spread = _changed_class(scores[known])
    odds = np.full(shape, np.nan)
    values = np.full(len(scores), np.nan)
    values[known] = _log_likelihoods(scores[known], mean, spread)
    odds[cube.ground.site] = values
    probability = _with_neighbours(odds, share)
    pixel = cube.ground.pixel_area
    inside = np.isfinite(probability)
    chances = probability[inside].astype(np.float64)
    unknown = int(cube.ground.site.sum() - inside.sum())
    area = float(chances.sum()) * (1.0 + unknown / max(int(inside.sum()), 1))
    changed = np.nan_to_num(probability) >= CALLED
    prior = np.log(share / (1.0 - share))
    false = float(special.expit(_log_likelihoods(around, mean, spread) + prior).mean())
    mistaken = false * max(float(inside.sum()) - area, 0.0)
    overlap = 2.0 * float(special.ndtr(-mean / 2.0))
    edge = int((changed & ~ndimage.binary_erosion(changed)).sum())
    variance = (
        CLUMPING * float((chances * (1 - chances)).sum())
        + CLUMPING * EDGE_SPREAD**2 * edge
        + ((CLASS_SPREAD + overlap) * area) ** 2
        + mistaken**2
        + unknown**2 / 12.0
    )
    half = 1.96 * float(np.sqrt(variance))
    whole = float(cube.ground.site.sum())
    low, high = max(0.0, area - half), min(whole, area + half)
    if mean < SEPARABLE or _left_over(scores, probability[cube.ground.site]) > FAINT:
        high = whole
    return ChangedGround(
        probability,
        round(area * pixel, 1),
        (round(low * pixel, 1), round(max(high, area) * pixel, 1)),
    )


def _left_over(scores: NDArray[np.float64], probability: NDArray[np.float32]) -> float:
    """Mean score of the pixels that rather did not change; 0 where there are none."""
    rest = scores[np.nan_to_num(probability, nan=1.0) < CALLED]
    return float(np.nanmean(rest)) if len(rest) else 0.0


def _changed_class(scores: NDArray[np.float64]) -> tuple[float, float, float]:
    """Share, mean and spread of the changed class; the unchanged one is standard normal.

    Fitted from three starts (what stands out, the upper half, everything); the likeliest is taken.
    """
    strong = scores[scores > 3.0]
    starts = [
        (0.9, float(scores.mean()), float(scores.std())),
        (0.5, float(np.mean(scores[scores >= np.median(scores)])), 1.0),
    ]
    if len(strong):
        starts.insert(0, (len(strong) / len(scores), float(strong.mean()), float(strong.std())))
    fits = [_fitted(scores, *start) for start in starts]
    return max(fits, key=lambda fit: fit[0])[1]


def _fitted(
    scores: NDArray[np.float64], share: float, mean: float, spread: float
) -> tuple[float, tuple[float, float, float]]:
    """Log-likelihood, and share, mean and spread after expectation maximisation from a start."""
    share, mean, spread = min(max(share, 0.02), 0.98), max(mean, LEAST_MEAN), max(spread, 1.0)
    gain = 0.0
    for _ in range(ROUNDS):
        ratios = _log_likelihoods(scores, mean, spread)
        gain = float(np.logaddexp(np.log(1.0 - share), np.log(share) + ratios).sum())
        weights = special.expit(ratios + np.log(share / (1.0 - share)))
        total = float(weights.sum())
        if total < 1e-6:
            break
        following = max(float(weights @ scores / total), LEAST_MEAN)
        spread = max(float(np.sqrt(weights @ (scores - following) ** 2 / total)), 1.0)
        share = min(max(total / len(scores), 0.005), 0.995)
        if abs(following - mean) < 1e-4:
            break
        mean = following
    return gain, (share, mean, spread)


def _log_likelihoods(
    scores: NDArray[np.float64], mean: float, spread: float
) -> NDArray[np.float64]:
    """Logarithm of the likelihood of having changed over that of not."""
    changed = -0.5 * ((scores - mean) / spread) ** 2 - np.log(spread)
    # the wider class must not win again below the unchanged middle
    changed = np.where(scores < 0, np.minimum(changed, -0.5 * scores**2 - 3.0), changed)
    changed = np.where(scores > mean, -np.log(spread), changed)
    return np.asarray(np.clip(changed + 0.5 * scores**2, -30.0, 30.0))


def _with_neighbours(odds: NDArray[np.float64], share: float) -> NDArray[np.float32]:
    """Probabilities from likelihoods, the share and what neighbours say."""
    known = np.isfinite(odds)
    filled = np.where(known, odds, 0.0)
    prior = np.log(share / (1.0 - share))
    probability = special.expit(filled + prior)
    kernel = np.array([[0.5, 1, 0.5], [1, 0, 1], [0.5, 1, 0.5]])
    counts = ndimage.convolve(known.astype(float), kernel, mode="constant")
    for _ in range(8):
        sums = ndimage.convolve(np.where(known, probability, 0.0), kernel, mode="constant")
        around = np.divide(sums, counts, out=np.full_like(sums, share), where=counts > 0)
        probability = special.expit(filled + prior + NEIGHBOURS * (around - share))
    return np.where(known, probability, np.nan).astype(np.float32)
