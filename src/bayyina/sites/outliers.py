"""Days that agree neither with those before them nor with those after: haze, a shadow, a shifted scene."""

from __future__ import annotations

import numpy as np

from bayyina.sites.series import Floats

NEIGHBOURS = 3
"""Days on each side whose median a day is held against."""

TOLERATED = 3.0
"""Distance, in standard deviations of a band, up to which a day has its full weight."""


def trust(values: Floats, slow: Floats) -> Floats:
    """Weight of each day from its own values, 0 to 1, shape (n,).

    A day counts as odd by its distance to the nearer of two medians, of the three days before
    and of the three after, so that the first days after a true change keep their weight.
    The weight falls with the square of the distance, as in a robust likelihood.

    Args:
        values: whitened, shape (n, bands), NaN where not seen.
        slow: slow wavering of each band in units of its white noise, shape (bands,).
    """
    n = len(values)
    if n < 2 * NEIGHBOURS:
        return np.ones(n)
    before = _distance(values, _medians(values, -1), slow)
    after = _distance(values, _medians(values, 1), slow)
    distance = np.fmin(before, after)
    distance = np.where(np.isfinite(distance), distance, 0.0)
    return np.asarray(np.minimum(1.0, (TOLERATED / np.maximum(distance, 1e-9)) ** 2))


def _medians(values: Floats, side: int) -> Floats:
    n = len(values)
    stacked = np.full((NEIGHBOURS, *values.shape), np.nan)
    for k in range(1, NEIGHBOURS + 1):
        if side < 0:
            stacked[k - 1, k:] = values[: n - k]
        else:
            stacked[k - 1, : n - k] = values[k:]
    ordered = np.sort(stacked, axis=0)  # NaN last
    count = np.isfinite(stacked).sum(axis=0)
    middle = np.where(count == NEIGHBOURS, ordered[1], (ordered[0] + ordered[1]) / 2.0)
    return np.asarray(np.where(count >= 2, middle, np.nan))


def _distance(values: Floats, medians: Floats, slow: Floats) -> Floats:
    """Root mean square over the bands, each in its own spread; NaN without neighbours."""
    squared = (values - medians) ** 2 / (1.4 + slow**2)
    seen = np.isfinite(squared)
    count = seen.sum(axis=1)
    total = np.where(seen, squared, 0.0).sum(axis=1)
    return np.asarray(
        np.sqrt(np.divide(total, count, out=np.full(len(values), np.nan), where=count > 0))
    )
