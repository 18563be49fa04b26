"""When something began or ended: a distribution over days, from likelihoods of image pairs.

Between two images the day is unknown, so a likelihood for "after image i, before image
i + 1" spreads evenly over the days between them. Intervals are read from the sum of these.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bayyina.sites.series import Floats

HEAVY = 0.5
"""Share of the probability from which one gap speaks for the whole."""

LATE = 0.75
"""How far into such a gap the day is put that is named."""


@dataclass(frozen=True)
class DayDistribution:
    """A distribution over time that is even between the images."""

    edges: Floats
    """Days of the images, shape (n,), rising."""

    mass: Floats
    """Probability of each gap between neighbours, shape (n - 1,), sum 1."""

    def quantile(self, share: float) -> float:
        """The day before which ``share`` of the probability lies."""
        cumulative = np.concatenate([[0.0], np.cumsum(self.mass / self.mass.sum())])
        gap = min(int(np.searchsorted(cumulative[1:], share)), len(self.mass) - 1)
        within = (share - cumulative[gap]) / max(cumulative[gap + 1] - cumulative[gap], 1e-300)
        low, high = self.edges[gap : gap + 2]
        return float(low + min(max(within, 0.0), 1.0) * (high - low))

    def point(self, *, late: bool = False) -> float:
        """The middle of the distribution; in a gap that holds most of it, three quarters through.

        Within a gap between images any day is as likely as another. The third quarter is as near
        to the truth in the median as the middle, and closer to what an image can bear out.

        Args:
            late: name the third quarter in any case, for what has to be seen before it counts.
        """
        heavy = np.flatnonzero(self.mass / self.mass.sum() >= HEAVY - 1e-9)
        if len(heavy) and not late:
            low, high = self.edges[heavy[0] : heavy[0] + 2]
            return float(low + LATE * (high - low))
        return self.quantile(LATE if late else 0.5)

    def interval(self, share: float = 0.95) -> tuple[float, float]:
        """The central interval that holds ``share`` of the probability.

        A gap that alone holds nearly everything is given whole: no image says where in it.
        """
        rest = (1.0 - share) / 2.0
        low, high = self.quantile(rest), self.quantile(1.0 - rest)
        heavy = np.flatnonzero(self.mass / self.mass.sum() >= HEAVY - 1e-9)
        if len(heavy):
            low = min(low, float(self.edges[heavy[0]]))
            high = max(high, float(self.edges[heavy[-1] + 1]))
        return low, high


def normalised(log_likelihood: Floats) -> Floats:
    """Probabilities from log likelihoods of any shape."""
    weight = np.exp(log_likelihood - log_likelihood.max())
    return np.asarray(weight / weight.sum())


def ramp_days(days: Floats, pairs: Floats) -> tuple[DayDistribution, DayDistribution]:
    """Onset and end from the probability of each pair of images, shape (n, n).

    Pair (i, j) says that nothing had changed at image i and everything at image j. For
    neighbours both lie in the gap; otherwise the corner of the slope is known to about half
    a gap on either side of its image.
    """
    n = len(days)
    onset, end = np.zeros(n - 1), np.zeros(n - 1)
    steps = np.diagonal(pairs, 1).copy()
    onset += steps
    end += steps
    slopes = np.triu(pairs, 2)
    begins, ends = slopes.sum(axis=1), slopes.sum(axis=0)
    for row in range(n):
        if row > 0:
            onset[row - 1] += begins[row] * (0.5 if row < n - 1 else 1.0)
            end[row - 1] += ends[row] * (0.5 if row < n - 1 else 1.0)
        if row < n - 1:
            onset[row] += begins[row] * (0.5 if row > 0 else 1.0)
            end[row] += ends[row] * (0.5 if row > 0 else 1.0)
    return DayDistribution(days, onset), DayDistribution(days, end)
