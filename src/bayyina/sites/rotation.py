"""Bands that waver together are turned into components that do not.

Haze or a wet day moves all bands at once; added up band by band it would count several times.
The covariance of the bands' day-to-day noise is estimated from second differences, outlying ones
drawn in (winsorised), and its inverse square root takes the bands to components of even,
unrelated noise (Mahalanobis whitening; Kessy et al. 2018, "ZCA-cor").
"""

from __future__ import annotations

import numpy as np

from bayyina.sites.series import Floats

WINSOR = 2.5
"""Standard deviations to which a difference is drawn in."""

LEAST_SHARE = 0.1
"""Least variance of a component, so that noise shared almost wholly is not blown up."""

LEAST_ROWS = 12
"""Complete differences below which bands are taken as unrelated."""


def whitening_matrix(rest: Floats) -> Floats:
    """Matrix that takes scaled bands to unrelated components, shape (bands, bands).

    Args:
        rest: bands without season, white standard deviation one, shape (n, bands), NaN allowed.
    """
    bands = rest.shape[1]
    complete = rest[np.isfinite(rest).all(axis=1)]
    if bands == 1 or len(complete) < LEAST_ROWS + 2:
        return np.eye(bands)
    second = (complete[1:-1] - 0.5 * (complete[:-2] + complete[2:])) / np.sqrt(1.5)
    second = np.clip(second, -WINSOR, WINSOR)
    spread = np.sqrt(np.maximum(np.mean(second**2, axis=0), 1e-12))
    correlation = (second / spread).T @ (second / spread) / len(second)
    shrink = min(1.0, bands / len(second))
    correlation = (1.0 - shrink) * correlation + shrink * np.eye(bands)
    values, vectors = np.linalg.eigh(correlation)
    return np.asarray(vectors @ np.diag(np.maximum(values, LEAST_SHARE) ** -0.5) @ vectors.T)


def rotate(white: Floats, matrix: Floats) -> Floats:
    """The components; a band not seen on a day counts as expected, a day without any stays NaN."""
    seen = np.isfinite(white).any(axis=1)
    turned = np.nan_to_num(white) @ matrix
    turned[~seen] = np.nan
    return np.asarray(turned)
