"""From the change statistic of a pair to a map of what changed, without any tuned number.

The statistic is chi-squared where nothing changed. Its cube root is then nearly normal
(Wilson and Hilferty, PNAS 17, 1931), so that it may be averaged over neighbours and told apart
by probabilities: unchanged pixels are one normal class, whose median and spread are read off
the lower half of all values, since change only raises the statistic. Whatever stands out
beyond it begins a second class, which is fitted by expectation maximisation with the first
held fixed. Where nothing stands out there is no second class, and nothing changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, special

NEIGHBOURHOOD: Final = 1.0
"""Standard deviation of the averaging over neighbours, pixels."""

STANDING_OUT: Final = 4.5
"""Standard deviations above the median of unchanged pixels from which on one stands out (three
in a million of a normal class)."""

FEWEST: Final = 10
"""Pixels that must stand out before there is a class of changed ones."""

CEILING: Final = 6.0
"""Deviations at which single values are cut off before averaging, so that one bright roof does
not spread over its neighbours."""

ROUNDS: Final = 200
"""Rounds of the expectation maximisation."""

SMALLEST: Final = 4
"""Changed pixels that must touch each other; fewer are left out of the map."""


@dataclass(frozen=True, slots=True, eq=False)
class ChangeMap:
    """Which pixels changed, and how surely."""

    changed: NDArray[np.bool_]
    """Whether a pixel rather changed than not, shape (rows, columns)."""

    probability: NDArray[np.float32]
    """Probability that it changed, 0 to 1; NaN where it is not seen in both."""

    threshold: float
    """Averaged cube root of the statistic from which on a pixel counts as changed."""

    background: tuple[float, float]
    """Median and standard deviation of unchanged pixels, on the same scale."""


@dataclass(frozen=True, slots=True)
class _Classes:
    """Unchanged and changed pixels as two normal classes."""

    median: float
    deviation: float
    mean: float
    spread: float
    share: float

    def probability(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probability of the changed class; rising with the value."""
        if self.share == 0:
            return np.zeros_like(values)
        own = np.log(self.share / self.spread) - ((values - self.mean) / self.spread) ** 2 / 2
        other = (
            np.log((1 - self.share) / self.deviation)
            - ((values - self.median) / self.deviation) ** 2 / 2
        )
        found = special.expit(own - other)
        # below the median the wider class wins again; beyond the changed mean it always does
        found = np.where(values <= self.median, 0.0, found)
        return np.where(values >= self.mean, np.maximum(found, 0.5), found)


def change_map(statistic: NDArray[np.float64], seen: NDArray[np.bool_]) -> ChangeMap:
    """The changed pixels of a pair.

    Args:
        statistic: The change statistic, shape (rows, columns); what is not seen is ignored.
        seen: Pixels that both images have.
    """
    if not seen.any():
        nothing = np.zeros(seen.shape, dtype=bool)
        return ChangeMap(nothing, np.full(seen.shape, np.nan, np.float32), np.inf, (0.0, 0.0))
    roots = np.cbrt(np.where(seen, statistic, 0.0))
    median, deviation = background(roots[seen])
    score = averaged(np.minimum(roots, median + CEILING * deviation), seen)
    classes = fitted(score[seen])
    probability = np.full(seen.shape, np.nan, dtype=np.float32)
    probability[seen] = classes.probability(score[seen])
    standing_out = seen & (score > classes.median + STANDING_OUT * classes.deviation)
    changed = in_patches(seen & (np.nan_to_num(probability) >= 0.5), standing_out)
    scores = score[changed]
    threshold = float(scores.min()) if scores.size else float("inf")
    return ChangeMap(changed, probability, threshold, (classes.median, classes.deviation))


def averaged(values: NDArray[np.float64], seen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Gaussian average over seen neighbours; NaN where a pixel itself is not seen."""
    weights = ndimage.gaussian_filter(seen.astype(np.float64), NEIGHBOURHOOD)
    sums = ndimage.gaussian_filter(np.where(seen, values, 0.0), NEIGHBOURHOOD)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(seen, sums / weights, np.nan)


def background(values: NDArray[np.float64]) -> tuple[float, float]:
    """Median and standard deviation of unchanged pixels, from the lower half of all values.

    The distance from the median down to the quantile that a normal class has one deviation
    below it.
    """
    below, median = np.quantile(values, [0.158655, 0.5])
    return float(median), float(max(median - below, 1e-9))


def fitted(values: NDArray[np.float64]) -> _Classes:
    """The two classes; the share of the changed one is 0 where nothing stands out."""
    median, deviation = background(values)
    out = values[values > median + STANDING_OUT * deviation]
    if out.size < FEWEST:
        return _Classes(median, deviation, median, deviation, 0.0)
    spread = max(float(out.std()), deviation)
    classes = _Classes(median, deviation, float(out.mean()), spread, out.size / values.size)
    for _ in range(ROUNDS):
        weights = classes.probability(values)
        total = float(weights.sum())
        mean = float(weights @ values / total)
        spread = max(float(np.sqrt(weights @ (values - mean) ** 2 / total)), deviation)
        following = _Classes(median, deviation, mean, spread, min(total / values.size, 0.999))
        if abs(following.mean - classes.mean) < 1e-6 * deviation:
            return following
        classes = following
    return classes


def in_patches(changed: NDArray[np.bool_], standing_out: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Changed pixels in patches that touch each other, of which at least one stands out.

    Smaller patches than ``SMALLEST`` are left out.
    """
    labels, number = ndimage.label(changed, structure=np.ones((3, 3)))
    if number == 0:
        return changed
    keep = np.bincount(labels.ravel()) >= SMALLEST
    keep &= np.bincount(labels.ravel(), weights=standing_out.ravel()) > 0
    keep[0] = False
    kept: NDArray[np.bool_] = keep[labels]
    return kept
