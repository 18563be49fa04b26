"""Iteratively reweighted multivariate alteration detection (IR-MAD) of two images.

Nielsen, "The regularized iteratively reweighted MAD method", IEEE Transactions on Image
Processing 16(2), 2007: canonical variates of both images, weights from the probability of no
change, repeated until the canonical correlations stand still. It is invariant to gain and
offset of every band, so that calibration, haze over the whole scene and sensor changes
drop out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, special

ITERATIONS: Final = 60
"""Rounds after which the iteration ends in any case."""

TOLERANCE: Final = 1e-4
"""Largest change of a canonical correlation at which it ends."""

SAMPLE: Final = 1_000_000
"""Pixels, evenly spread, that the canonical variates are worked out from."""

RIDGE: Final = 1e-9
"""Share of the mean variance added to each, so that bands that repeat each other do no harm."""

ROWS: Final = 1 << 20
"""Pixels that are worked through at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Alteration:
    """What two images have not in common."""

    statistic: NDArray[np.float64]
    """Per pixel: sum of squared standardised MAD variates; chi-squared where nothing changed."""

    degrees: int
    """Degrees of freedom: the number of bands that say something."""

    correlations: tuple[float, ...]
    """Canonical correlations, the largest first."""

    iterations: int
    """Rounds that were needed."""

    converged: bool
    """Whether the correlations stood still."""


def alteration(first: NDArray[np.floating], second: NDArray[np.floating]) -> Alteration:
    """The change statistic of two images of the same pixels.

    Args:
        first: Values, shape (bands, pixels).
        second: The same pixels later; it may have other bands.
    """
    one, two = _varied(first), _varied(second)
    degrees = min(len(one), len(two))
    if degrees == 0:
        return Alteration(np.zeros(first.shape[1]), 0, (), 0, converged=True)
    step = max(1, first.shape[1] // SAMPLE)
    variates, iterations, converged = _iterated(one[:, ::step], two[:, ::step], degrees)
    statistic = np.empty(first.shape[1])
    for start in range(0, first.shape[1], ROWS):
        part = slice(start, start + ROWS)
        statistic[part] = variates.statistic(one[:, part], two[:, part])
    return Alteration(
        statistic, degrees, tuple(map(float, variates.correlations)), iterations, converged
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Variates:
    """Canonical variates of two images under weights."""

    mean_one: NDArray[np.float64]
    mean_two: NDArray[np.float64]
    one: NDArray[np.float64]
    two: NDArray[np.float64]
    correlations: NDArray[np.float64]

    def statistic(
        self, one: NDArray[np.floating], two: NDArray[np.floating]
    ) -> NDArray[np.float64]:
        """Sum of squared MAD variates over their no-change variance 2 (1 - rho)."""
        mad = self.one.T @ (one - self.mean_one) - self.two.T @ (two - self.mean_two)
        variance = np.maximum(2 * (1 - self.correlations), 1e-12)
        total: NDArray[np.float64] = np.einsum("ij,i->j", mad**2, 1 / variance)
        return total


def _iterated(
    one: NDArray[np.floating], two: NDArray[np.floating], degrees: int
) -> tuple[_Variates, int, bool]:
    found = _variates(one, two, np.ones(one.shape[1]), degrees)
    for iteration in range(1, ITERATIONS + 1):
        weights = special.chdtrc(degrees, found.statistic(one, two))
        if weights.sum() < 10 * (len(one) + len(two)):
            return found, iteration, False
        following = _variates(one, two, weights, degrees)
        change = np.abs(following.correlations - found.correlations).max()
        found = following
        if change < TOLERANCE:
            return found, iteration, True
    return found, ITERATIONS, False


def _variates(
    one: NDArray[np.floating],
    two: NDArray[np.floating],
    weights: NDArray[np.float64],
    degrees: int,
) -> _Variates:
    total = weights.sum()
    mean_one = (one @ weights / total)[:, np.newaxis]
    mean_two = (two @ weights / total)[:, np.newaxis]
    centred_one, centred_two = one - mean_one, two - mean_two
    weighted = centred_one * weights
    own_one = _steadied(weighted @ centred_one.T / total)
    own_two = _steadied((centred_two * weights) @ centred_two.T / total)
    across = weighted @ centred_two.T / total
    root_one = linalg.cholesky(own_one, lower=True)
    root_two = linalg.cholesky(own_two, lower=True)
    half = linalg.solve_triangular(root_one, across, lower=True)
    core = linalg.solve_triangular(root_two, half.T, lower=True).T
    left, values, right = linalg.svd(core)
    return _Variates(
        mean_one,
        mean_two,
        linalg.solve_triangular(root_one.T, left[:, :degrees]),
        linalg.solve_triangular(root_two.T, right.T[:, :degrees]),
        np.clip(values[:degrees], 0.0, 1.0),
    )


def _steadied(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    size = len(covariance)
    steadied: NDArray[np.float64] = covariance + np.eye(size) * (
        RIDGE * np.trace(covariance) / size
    )
    return steadied


def _varied(bands: NDArray[np.floating]) -> NDArray[np.float64]:
    """The bands that vary, scaled to unit spread; a constant band says nothing."""
    values = bands.astype(np.float64)
    spread = values.std(axis=1)
    kept = values[spread > 0]
    scaled: NDArray[np.float64] = kept / spread[spread > 0][:, np.newaxis]
    return scaled
