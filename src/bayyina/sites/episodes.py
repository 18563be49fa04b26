"""From shifts of level to episodes: what belongs together, of which shape, from when to when."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from bayyina.sites.posterior import DayDistribution, normalised, ramp_days
from bayyina.sites.series import Floats
from bayyina.sites.shapes import FADING_DAYS, pulse_gains, ramp_gains
from bayyina.sites.whitening import BEFORE_DAYS, Whitened, significance

SAME_WORK_DAYS = 120
SAME_RISE_DAYS = 75
"""Shifts in one direction within so many days of each other are one work; fewer for anomalies."""

RETURN_DAYS = 730
"""A shift back within so many days ends the episode it takes back."""

WEATHER = ((25, 10_000), (45, 5), (75, 3))
"""A level that is all back within so many days, seen in no more than so many images, was weather.

Turned ground does not heal within weeks; haze, rain and snow pass, and come in clusters.
"""

BACK_AT_ONCE = 21
"""Days within which an anomaly that is gone again was weather."""

LEFT_BEHIND = 0.5
"""Share of a shift that may stay for it to count as all back."""

ALIKE = 0.5
"""Cosine between shifts (over the bands) from which they have one direction."""

SLOPE_GAIN = 10.0
"""What a ramp has to explain beyond a step, in squared standard deviations."""

FADED = 0.1
"""Share of a pulse that is left when it is said to have ended."""

LOOSENESS = 2.0
"""By how much likelihoods are flattened for what neighbouring days share beyond the model."""

SLOPE_SHARE = 0.4
"""Prior probability that a work took longer than from one image to the next."""


@dataclass(frozen=True)
class Found:
    """One episode, in days as fractions of proleptic ordinals."""

    kind: str
    """``step``, ``ramp`` or ``pulse``."""

    onset: float
    """Middle of the distribution of the first day."""

    onset_interval: tuple[float, float]
    """95 % interval of the first day."""

    last_clear_before: int
    """Day of the last image before the onset."""

    first_changed: int
    """Day of the first image that shows the change."""

    end: float | None
    """Middle of the distribution of the last day; nothing while it goes on."""

    end_interval: tuple[float, float] | None
    """95 % interval of the last day."""

    significance: float
    """Squared significance of its strongest shift."""


@dataclass(frozen=True)
class _Group:
    rises: list[int]
    """Breaks that go away from the level before, by their place in the list of breaks."""

    returns: list[int]
    """Breaks that come back."""

    significance: float
    """Of the strongest rise."""


def episodes_of(series: Whitened) -> list[Found]:
    """All episodes of a series, in order of time."""
    groups = _grouped(series)
    found = []
    for place, group in enumerate(groups):
        following = groups[place + 1].rises[0] if place + 1 < len(groups) else None
        stop = series.breaks[following] if following is not None else len(series.days)
        found.append(_described(series, group, stop=stop))
    return found


def _grouped(series: Whitened) -> list[_Group]:
    breaks = list(series.breaks)
    judged = [
        significance(
            series.days,
            series.values,
            series.weights,
            series.wander,
            breaks,
            k,
            rising=series.rising,
        )
        for k in range(len(breaks))
    ]
    near = SAME_RISE_DAYS if series.rising else SAME_WORK_DAYS
    groups: list[_Group] = []
    for place, (strength, shift) in enumerate(judged):
        day = series.days[breaks[place]]
        previous = groups[-1] if groups else None
        if previous is not None:
            first_shift = judged[previous.rises[0]][1]
            onset = series.days[breaks[previous.rises[0]]]
            latest = series.days[breaks[(previous.returns or previous.rises)[-1]]]
            alike = _cosine(first_shift, shift)
            if alike <= -ALIKE and day - onset <= RETURN_DAYS:
                previous.returns.append(place)
                continue
            if alike >= ALIKE and not previous.returns and day - latest <= near:
                previous.rises.append(place)
                groups[-1] = _Group(
                    previous.rises, previous.returns, max(previous.significance, strength)
                )
                continue
        if series.rising and not np.any(shift > 0):
            continue
        groups.append(_Group([place], [], strength))
    if series.rising:
        return [group for group in groups if not _is_nothing_new(series, group)]
    return [group for group in groups if not _is_weather(series, group, judged)]


def _is_nothing_new(series: Whitened, group: _Group) -> bool:
    """Whether an anomaly rises no higher than it had stood before, or is gone again at once.

    What leaves and comes back within one series is the wavering of the place, such as a dry spell
    or a harvest; turned ground looks unlike all that the place was before.
    """
    row = series.breaks[group.rises[0]]
    if group.returns:
        back = series.breaks[group.returns[0]]
        if series.days[back] - series.days[row] < BACK_AT_ONCE:
            return True
    edges = (0, *series.breaks, len(series.days))
    levels = [_level(series, slice(a, b)) for a, b in pairwise(edges)]
    place = group.rises[0] + 1
    return max(levels[place : place + 2]) < max(levels[:place])


def _level(series: Whitened, rows: slice) -> float:
    """How high the bands of a stretch stand together."""
    weights = series.weights[rows]
    means = (series.values[rows] * weights).sum(axis=0) / np.maximum(weights.sum(axis=0), 1e-9)
    return float(means.sum())


def _is_weather(series: Whitened, group: _Group, judged: list[tuple[float, Floats]]) -> bool:
    """Whether the level was all back before ground could have come to rest."""
    if not group.returns:
        return False
    away, returned = judged[group.rises[0]][1], judged[group.returns[0]][1]
    if float(np.linalg.norm(away + returned)) > LEFT_BEHIND * float(np.linalg.norm(away)):
        return False
    first, back = series.breaks[group.rises[0]], series.breaks[group.returns[0]]
    days = int(series.days[back] - series.days[first])
    return any(days < least and back - first <= images for least, images in WEATHER)


def _cosine(one: Floats, other: Floats) -> float:
    length = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / length if length > 0 else 0.0


def _described(series: Whitened, group: _Group, *, stop: int) -> Found:
    """Shape, onset and end of one episode from the rows around it."""
    first_break = group.rises[0]
    row = series.breaks[first_break]
    start = series.breaks[first_break - 1] if first_break else 0
    start = max(start, int(np.searchsorted(series.days, series.days[row] - BEFORE_DAYS)))
    start = min(start, row - 1)
    back = series.breaks[group.returns[0]] if group.returns else stop
    soon = int(np.searchsorted(series.days, series.days[row] + RETURN_DAYS, side="right"))
    rows = slice(start, min(back, max(soon, row + 2)))
    days = series.days[rows].astype(float)
    values, weights = _with_spread(series, rows)
    gains = ramp_gains(days, values, weights, series.rising)
    pairs = _pair_probabilities(days, gains, _looseness(values, weights, gains))
    onset, end = ramp_days(days, pairs)
    kind = _kind(gains)
    ended = end
    if group.returns:
        kind = "pulse"
        ended = _return_days(series, row, group, stop)
    else:
        faded = _fading(days, values, weights, gains)
        if faded is not None and not series.rising:
            kind = "pulse"
            begun = onset.point(late=series.rising)
            ended = DayDistribution(
                np.array([begun + 0.7 * faded, begun + faded, begun + 1.5 * faded]),
                np.array([0.5, 0.5]),
            )
    return _found(series, group, kind, onset, ended)


def _with_spread(series: Whitened, rows: slice) -> tuple[Floats, Floats]:
    """Values and weights with the slow wavering counted as noise."""
    return series.values[rows] / series.wander.even, series.weights[rows]


def _looseness(values: Floats, weights: Floats, gains: Floats) -> float:
    """By how much neighbouring days say the same: variance left, times its persistence."""
    total = weights.sum(axis=0)
    mean = (weights * values).sum(axis=0) / np.maximum(total, 1e-12)
    left = float((weights * (values - mean) ** 2).sum() - gains.max())
    images = float((weights > 0).sum())
    return LOOSENESS * float(max(1.0, left / max(images - 2.0 * values.shape[1], 1.0)))


def _pair_probabilities(days: Floats, gains: Floats, looseness: float) -> Floats:
    """Probability of each pair of images: likelihood, and a prior even over the days.

    A step between two images is as likely as the gap between them is long.
    """
    n = len(days)
    prior = np.full((n, n), -np.inf)
    gaps = np.diff(days)
    above = np.triu_indices(n, 2)
    if len(above[0]):
        lengths = np.concatenate([gaps, [gaps[-1]]])
        area = lengths[above[0]] * lengths[above[1]]
        prior[above] = np.log(SLOPE_SHARE * area / area.sum())
    prior[np.arange(n - 1), np.arange(1, n)] = np.log((1 - SLOPE_SHARE) * gaps / gaps.sum())
    return normalised(prior + gains / (2.0 * looseness))


def _kind(gains: Floats) -> str:
    steps = float(np.diagonal(gains, 1).max())
    begin, end = np.unravel_index(int(np.argmax(gains)), gains.shape)
    slope = float(gains[begin, end]) - steps > SLOPE_GAIN and end - begin >= 3
    return "ramp" if slope else "step"


def _return_days(series: Whitened, row: int, group: _Group, stop: int) -> DayDistribution:
    """When the level had come back: the last of the shifts that return."""
    last = series.breaks[group.returns[-1]]
    start = series.breaks[group.returns[-2]] if len(group.returns) > 1 else row
    days = series.days[start:stop].astype(float)
    values, weights = _with_spread(series, slice(start, stop))
    gains = ramp_gains(days, values, weights, False)
    if last - start < 1 or len(days) < 2:
        return DayDistribution(series.days[last - 1 : last + 1].astype(float), np.ones(1))
    pairs = _pair_probabilities(days, gains, _looseness(values, weights, gains))
    return ramp_days(days, pairs)[1]


def _fading(days: Floats, values: Floats, weights: Floats, gains: Floats) -> float | None:
    """Days until a pulse has faded, where fading explains more than any step or slope."""
    fades = pulse_gains(days, values, weights)
    _, column = np.unravel_index(int(np.argmax(fades)), fades.shape)
    if float(fades.max()) - float(gains.max()) <= SLOPE_GAIN:
        return None
    return float(FADING_DAYS[int(column)] * -np.log(FADED))


def _found(
    series: Whitened, group: _Group, kind: str, onset: DayDistribution, ended: DayDistribution
) -> Found:
    begun = onset.point(late=series.rising)
    after = int(np.searchsorted(series.days, begun, side="left"))
    after = min(max(after, 1), len(series.days) - 1)
    end = max(ended.quantile(0.5), begun)
    interval = ended.interval()
    last_day = float(series.days[-1])
    open_end = kind == "ramp" and end >= last_day - 1
    return Found(
        kind=kind,
        onset=begun,
        onset_interval=onset.interval(),
        last_clear_before=int(series.days[after - 1]),
        first_changed=int(series.days[after]),
        end=None if open_end or end > last_day else end,
        end_interval=None if open_end or end > last_day else (interval[0], max(interval)),
        significance=group.significance,
    )
