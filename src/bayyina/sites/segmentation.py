"""The best division of a series into stretches of even level: exact, by dynamic programming.

The gain table holds, for each pair of days, what is left of the squared distances when the
days between are given one mean for each band; prefix sums make each entry a few operations
(Jackson et al. 2005, "optimal partitioning"). Whitened bands enter jointly.
"""

from __future__ import annotations

import numpy as np

from bayyina.sites.compiling import compiled
from bayyina.sites.noise import Wander
from bayyina.sites.series import Days, Floats


@compiled
def optimal_breaks(
    values: Floats, weights: Floats, penalty: float, least: float
) -> Floats:  # pragma: no cover - compiled
    """First rows of the stretches after the first, as floats.

    Args:
        values: whitened, shape (n, bands); 0 where not seen.
        weights: shape (n, bands); 0 where not seen.
        penalty: cost of one more stretch, in squared standard deviations.
        least: weight of observations that a stretch needs in its best-seen band.
    """
    n, bands = values.shape
    s0 = np.zeros((n + 1, bands))
    s1 = np.zeros((n + 1, bands))
    s2 = np.zeros((n + 1, bands))
    for i in range(n):
        for b in range(bands):
            s0[i + 1, b] = s0[i, b] + weights[i, b]
            s1[i + 1, b] = s1[i, b] + weights[i, b] * values[i, b]
            s2[i + 1, b] = s2[i, b] + weights[i, b] * values[i, b] * values[i, b]
    best = np.full(n + 1, np.inf)
    best[0] = -penalty
    origin = np.zeros(n + 1, dtype=np.int64)
    for j in range(1, n + 1):
        for i in range(j - 1, -1, -1):
            if best[i] == np.inf:
                continue
            seen = 0.0
            cost = 0.0
            for b in range(bands):
                w = s0[j, b] - s0[i, b]
                if w > seen:
                    seen = w
                if w > 0.0:
                    total = s1[j, b] - s1[i, b]
                    cost += s2[j, b] - s2[i, b] - total * total / w
            if seen < least and not (i == 0 and j == n):
                continue
            if best[i] + cost + penalty < best[j]:
                best[j] = best[i] + cost + penalty
                origin[j] = i
    count = 0
    at = n
    while at > 0:
        at = origin[at]
        count += 1
    found = np.empty(max(count - 1, 0))
    at = origin[n]
    for k in range(count - 2, -1, -1):
        found[k] = at
        at = origin[at]
    return found


def shift_between(
    days: Days,
    values: Floats,
    weights: Floats,
    stretches: tuple[slice, slice],
    wander: Wander,
) -> tuple[Floats, Floats]:
    """How the level moved from one stretch to the next, and how far beyond its wavering.

    The second is the squared shift over its variance, the wavering included, so that no
    number of images makes an everyday shift look large.

    Returns:
        Shift of each band (whitened) and its squared significance, both of shape (bands,);
        zero where a band was not seen on both sides.
    """
    before, after = stretches
    w1, w2 = weights[before].sum(axis=0), weights[after].sum(axis=0)
    seen = (w1 > 0) & (w2 > 0)
    safe1, safe2 = np.where(seen, w1, 1.0), np.where(seen, w2, 1.0)
    m1 = (values[before] * weights[before]).sum(axis=0) / safe1
    m2 = (values[after] * weights[after]).sum(axis=0) / safe2
    shift = np.where(seen, m2 - m1, 0.0)
    slow = wander.variance(_duration(days, before)) + wander.variance(_duration(days, after))
    variance = 1.0 / safe1 + 1.0 / safe2 + wander.lasting**2 + slow
    return shift, shift**2 / variance


def _duration(days: Days, rows: slice) -> float:
    return float(days[rows.stop - 1] - days[rows.start])
