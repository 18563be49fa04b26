"""How much a band wavers: from one day to the next, and slowly over weeks.

The white part is the spread of the differences of neighbours in time. The slow part is
what the means of 45-day blocks move beyond what white noise would make them. Both are
medians of absolute values, so that a few disturbed days or one step do not raise them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bayyina.sites.series import Days, Floats

MAD_TO_SD = 1.4826
"""Median absolute deviation of a normal distribution to its standard deviation."""

BLOCK_DAYS = 45
"""Length of the blocks whose means show the slow part."""

ANOMALY_WHITE = 0.6
"""Least white noise of an anomaly on the square-root scale of per cent.

Anomalies are whole numbers clipped at zero, so a series may stay at zero for months and
show no noise of its own; this is the spread found in pixels without change.
"""

ANOMALY_LASTING = 0.1
"""Least difference of two long stretches of an anomaly, same scale: years differ."""

ANOMALY_BRIEF = 0.2
"""Least wavering of an anomaly over weeks, same scale: a dry spell, an early harvest."""

LEVEL_LASTING = 0.4
"""Least difference of two long stretches of a level, in units of its white noise."""

PERSISTENCE_DAYS = 30.0
"""Days over which the wavering over weeks forgets itself."""


@dataclass(frozen=True)
class Wander:
    """Slow wavering of each band, in units of its white noise."""

    lasting: Floats
    """Standard deviation of the difference between long stretches, shape (bands,)."""

    brief: Floats
    """Standard deviation of the level over weeks, shape (bands,)."""

    def variance(self, duration: float) -> Floats:
        """Variance that the brief part gives the mean of a stretch of ``duration`` days.

        An Ornstein-Uhlenbeck process averaged over T: 2 a (1 - a (1 - exp(-1/a))) with a = tau / T
        (Uhlenbeck and Ornstein 1930).
        """
        ratio = PERSISTENCE_DAYS / max(duration, 1.0)
        share = 2.0 * ratio * (1.0 - ratio * (1.0 - np.exp(-1.0 / ratio)))
        return np.asarray(self.brief**2 * share)

    @property
    def even(self) -> Floats:
        """Standard deviation of one day with everything in it, shape (bands,)."""
        return np.asarray(np.sqrt(1.0 + self.brief**2))


@dataclass(frozen=True)
class Noise:
    """The wavering of each band."""

    white: Floats
    """Standard deviation from day to day, shape (bands,)."""

    wander: Wander
    """Slow wavering."""


def noise_of(days: Days, values: Floats, weights: Floats, anomaly: tuple[bool, ...]) -> Noise:
    """Estimate both parts for each band; the values may hold NaN."""
    bands = values.shape[1]
    white, lasting, brief = np.zeros(bands), np.zeros(bands), np.zeros(bands)
    for band in range(bands):
        seen = np.isfinite(values[:, band]) & (weights > 0)
        series, times = values[seen, band], days[seen]
        if anomaly[band]:
            white[band] = max(_white(series), ANOMALY_WHITE)
            lasting[band] = ANOMALY_LASTING / white[band]
            brief[band] = ANOMALY_BRIEF / white[band]
        else:
            grain = _step_of_values(series) / np.sqrt(12.0)
            white[band] = max(_white(series), grain, 1e-12)
            brief[band] = _slow(times, series, white[band]) / white[band]
            lasting[band] = max(LEVEL_LASTING, brief[band])
    return Noise(white, Wander(lasting, brief))


def _white(series: Floats) -> float:
    """From each value's distance to the mean of its neighbours (second differences)."""
    if len(series) < 3:
        return 0.0
    second = series[1:-1] - 0.5 * (series[:-2] + series[2:])
    return float(MAD_TO_SD * np.median(np.abs(second)) / np.sqrt(1.5))


def _step_of_values(series: Floats) -> float:
    """The grain on which values are recorded: the least distance between two that differ."""
    distinct = np.unique(series)
    return float(np.diff(distinct).min()) if len(distinct) > 1 else 0.0


def _slow(days: Days, series: Floats, white: float) -> float:
    """Standard deviation of block means beyond white noise, from differences of neighbours."""
    if len(series) < 8:
        return 0.0
    blocks = (days - days[0]) // BLOCK_DAYS
    _, starts, counts = np.unique(blocks, return_index=True, return_counts=True)
    if len(starts) < 4:
        return 0.0
    means = np.add.reduceat(series, starts) / counts
    moved = np.diff(means)
    expected = white**2 * (1.0 / counts[1:] + 1.0 / counts[:-1])
    typical = (MAD_TO_SD * np.median(np.abs(moved))) ** 2 - float(np.median(expected))
    return float(np.sqrt(max(0.0, typical) / 2.0))
