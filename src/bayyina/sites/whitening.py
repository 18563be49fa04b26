"""From a series to even noise: bands chosen and scaled, surroundings and season taken out, breaks found.

Season and breaks depend on each other, so they are found in turns: the season is fitted with a
level of its own for each stretch between breaks, and the breaks in what it leaves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bayyina.sites.background import fit_season, less_control, season_basis
from bayyina.sites.bands import BandKinds, band_kinds, even_scale, snowy
from bayyina.sites.noise import Noise, Wander, noise_of
from bayyina.sites.outliers import trust
from bayyina.sites.rotation import rotate, whitening_matrix
from bayyina.sites.segmentation import optimal_breaks, shift_between
from bayyina.sites.series import Days, Floats, Series

ROUNDS = 3
"""Turns of season and breaks; the third changes little."""

TRUSTED = 0.5
"""Weight above which a day tells about the noise."""

BREAK_PENALTY = 14.0
BREAK_PENALTY_PER_BAND = 3.0
"""Cost of a break in the division, before its shift is tested; low, so that none is missed."""

LEAST_IMAGES = 2.5
"""Weight of the images that a stretch needs: three, of which one may be hazy."""

LEAST_KNOWN = 6
"""Days of the surroundings on each side below which they say nothing of the sky."""

BEFORE_DAYS, AFTER_DAYS = 400, 366
"""How far a shift looks to each side: far enough to average, near enough to be about this break."""


@dataclass(frozen=True)
class Whitened:
    """A series in units of its own noise, and where its level shifts."""

    days: Days
    """Clear days, shape (n,)."""

    values: Floats
    """Shape (n, bands), white standard deviation one, 0 where not seen."""

    weights: Floats
    """Shape (n, bands), 0 where not seen."""

    trusted: Floats
    """Weight of each day, shape (n,)."""

    wander: Wander
    """Slow wavering of each band in units of its white noise."""

    kinds: BandKinds
    """Which bands are used, and of what kind."""

    noise: Noise
    """White and slow parts in the units of the bands."""

    rest: Floats
    """Bands less surroundings and season, in their own units, shape (n, bands), NaN allowed."""

    breaks: tuple[int, ...]
    """First rows of the stretches after the first."""

    @property
    def rising(self) -> bool:
        """Whether only a rise means a disturbance."""
        return self.kinds.of_anomalies


def whiten(series: Series, threshold: float) -> Whitened | None:
    """Prepare a series and find its breaks; nothing where no band is left.

    Args:
        series: clear days only, one row a day.
        threshold: squared significance that a shift has to reach.
    """
    kinds = band_kinds(series.bands, series.values)
    if not kinds.used:
        return None
    columns = list(kinds.used)
    values = series.values[:, columns]
    if kinds.of_anomalies:
        values = even_scale_columns(values)
    elif series.control is not None:
        control = series.control[:, columns]
        values = less_control(values, control, series.weights)
    clear = series.weights.copy()
    if not kinds.of_anomalies:
        clear[snowy(series.bands, series.values)] = 0.0
        if series.control is not None:
            clear *= even_sky(series.days, series.control[:, columns], clear)
    rows = (clear > 0) & np.isfinite(values).any(axis=1)
    days, values, clear = series.days[rows], values[rows], clear[rows]
    return _in_turns(days, values, clear, kinds, threshold) if len(days) else None


def even_sky(days: Days, control: Floats, clear: Floats) -> Floats:
    """Weight of each day from the surroundings alone, 0 to 1: less where they look unlike their season.

    Haze over both leaves a difference between them that is larger than on clear days.
    """
    known = np.isfinite(control).any(axis=0)
    if not known.any() or len(days) < 2 * LEAST_KNOWN:
        return np.ones(len(days))
    control = control[:, known]
    kinds = (False,) * control.shape[1]
    rough = control / noise_of(days, control, clear, kinds).white
    trusted = clear * trust(rough, np.ones(control.shape[1]))
    used = np.where(np.isfinite(control), trusted[:, None], 0.0)
    season = fit_season(
        season_basis(days, trend=True), control, used, np.zeros(len(days), dtype=np.int64)
    )
    rest = control - season
    noise = noise_of(days, rest, np.where(trusted > TRUSTED, clear, 0.0), kinds)
    return trust(rest / noise.white, np.zeros(control.shape[1]))


def even_scale_columns(values: Floats) -> Floats:
    """Each anomaly band on its even scale."""
    return np.column_stack([even_scale(column) for column in values.T])


def _in_turns(
    days: Days, values: Floats, clear: Floats, kinds: BandKinds, threshold: float
) -> Whitened | None:
    if kinds.of_anomalies:
        return _judged(days, values, clear, kinds, threshold)
    rough = values / noise_of(days, values, clear, kinds.anomaly).white
    trusted = clear * trust(rough, np.ones(values.shape[1]))
    breaks: tuple[int, ...] = ()
    result: Whitened | None = None
    for turn in range(ROUNDS):
        # A trend is fitted within stretches, so a change in a gap is not taken for one.
        basis = season_basis(days, trend=turn > 0)
        used = np.where(np.isfinite(values), trusted[:, None], 0.0)
        season = fit_season(basis, values, used, _groups(len(days), breaks))
        result = _judged(days, values - season, clear, kinds, threshold, trusted=trusted)
        breaks, trusted = result.breaks, result.trusted
    return result


def _judged(
    days: Days,
    rest: Floats,
    clear: Floats,
    kinds: BandKinds,
    threshold: float,
    *,
    trusted: Floats | None = None,
) -> Whitened:
    """Noise, components, trust and breaks of values without season.

    Noise is estimated from the days that were trusted before, where that is known.
    """
    sound = clear if trusted is None else np.where(trusted > TRUSTED, clear, 0.0)
    noise = noise_of(days, rest, sound, kinds.anomaly)
    white = rest / noise.white
    seen = np.isfinite(rest)
    wander = noise.wander
    if not kinds.of_anomalies:
        white = rotate(white, whitening_matrix(white[sound > 0]))
        seen = np.isfinite(white)
        again = noise_of(days, white, sound, kinds.anomaly)
        white = white / again.white
        wander = again.wander
    trusted = clear * trust(white, wander.brief)
    weights = trusted[:, None] * seen
    filled = np.where(seen, white, 0.0)
    breaks = find_breaks(days, filled, weights, wander, threshold, rising=kinds.of_anomalies)
    return Whitened(days, filled, weights, trusted, wander, kinds, noise, rest, breaks)


def _groups(rows: int, breaks: tuple[int, ...]) -> NDArray[np.int64]:
    marks = np.zeros(rows, dtype=np.int64)
    marks[list(breaks)] = 1
    return np.cumsum(marks)


def find_breaks(
    days: Days, values: Floats, weights: Floats, wander: Wander, threshold: float, *, rising: bool
) -> tuple[int, ...]:
    """The best division, less the breaks whose shift does not reach the threshold.

    The weakest break is taken out and its neighbours are judged anew until all hold.
    """
    penalty = BREAK_PENALTY + BREAK_PENALTY_PER_BAND * values.shape[1]
    found = [int(b) for b in optimal_breaks(values / wander.even, weights, penalty, LEAST_IMAGES)]
    while found:
        strengths = [
            significance(days, values, weights, wander, found, k, rising=rising)[0]
            for k in range(len(found))
        ]
        weakest = int(np.argmin(strengths))
        if strengths[weakest] >= threshold:
            break
        del found[weakest]
    return tuple(found)


def stretches(days: Days, breaks: list[int], which: int) -> tuple[slice, slice]:
    """The rows before and after a break, to the neighbouring breaks and no further than a year."""
    row = breaks[which]
    start = breaks[which - 1] if which else 0
    stop = breaks[which + 1] if which + 1 < len(breaks) else len(days)
    start = max(start, int(np.searchsorted(days, days[row] - BEFORE_DAYS)))
    stop = min(stop, int(np.searchsorted(days, days[row] + AFTER_DAYS, side="right")))
    if start >= row:
        start = breaks[which - 1] if which else 0
    return slice(start, row), slice(row, stop)


def significance(
    days: Days,
    values: Floats,
    weights: Floats,
    wander: Wander,
    breaks: list[int],
    which: int,
    *,
    rising: bool,
) -> tuple[float, Floats]:
    """How far the shift at a break goes beyond its wavering, and the shift itself.

    Where only a rise means a disturbance, rises and falls are added up apart, and the larger
    of both counts; a fall is then the end of something, never its beginning.
    """
    shift, squared = shift_between(days, values, weights, stretches(days, breaks, which), wander)
    if not rising:
        return float(squared.sum()), shift
    up, down = float(squared[shift > 0].sum()), float(squared[shift < 0].sum())
    return max(up, down), shift if up >= down else -np.abs(shift)
