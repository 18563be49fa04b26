"""When the ground of a place was disturbed, from a series of observations.

The steps are (1) keep the clear days; (2) choose bands and scale; (3) take out what the
surroundings did, the season and a slow trend; (4) divide the rest into stretches of even level,
exactly; (5) keep the shifts that a stable place shows no more often than the rate asked for;
(6) join shifts that belong together; (7) give each episode its shape, its first and last day and
their intervals. A finding is an indicator of ground disturbance consistent with digging or
levelling. It does not say who did it, or why, or what lies below.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

import numpy as np

from bayyina.errors import InputError
from bayyina.sites.bands import band_kinds, units_of_one
from bayyina.sites.calibration import LARGEST_RATE, LEAST_RATE, Tail, default_rate, tail_of
from bayyina.sites.episodes import Found, episodes_of
from bayyina.sites.processing_offset import offset_at
from bayyina.sites.series import Days, Series, merge_days
from bayyina.sites.whitening import Whitened, whiten

DISTURBED = "disturbance found"
UNDISTURBED = "no disturbance found"
INSUFFICIENT = "insufficient images"
UNREADABLE = "unreadable"

LEAST_DAYS = 8
"""Clear days below which nothing is said: three on each side of a change and two to judge them by."""

LONG_GAP_DAYS = 300
"""Days without a clear image that a reader is told of."""

WORDS = "ground disturbance consistent with digging or levelling"
"""What an episode is called, always."""


@dataclass(frozen=True)
class Episode:
    """One disturbance, dated."""

    onset: date
    """Day by which it had most likely begun."""

    onset_interval95: tuple[date, date]
    """Days between which it began, with 95 % probability."""

    last_clear_before: date
    """Last image before the onset."""

    first_changed: date
    """First image after the onset."""

    end: date | None
    """Day by which the ground had come to rest or was back; nothing while it goes on."""

    end_interval95: tuple[date, date] | None
    """Days between which that was, with 95 % probability."""

    kind: str
    """``step`` (between two images), ``ramp`` (over several) or ``pulse`` (it went back)."""

    strength: float
    """Size of the shift in standard deviations of what is usual there."""


@dataclass(frozen=True)
class Dating:
    """What was found in one series."""

    state: str
    """One of the states of this module."""

    episodes: tuple[Episode, ...]
    """In order of time."""

    observations: int
    """Clear days that were used."""

    false_alarm_rate: float | None
    """False alarms a year that the threshold allows; nothing where nothing was judged."""

    bands: tuple[str, ...]
    """Bands that were used."""

    reason: str
    """Why nothing could be said, or an empty text."""

    notes: tuple[str, ...]
    """What was left out or repaired."""


def date_series(
    series: Series, *, false_alarms_per_year: float | None = None, tail: Tail | None = None
) -> Dating:
    """Date all disturbances of a series.

    Args:
        series: observations in any order.
        false_alarms_per_year: rate accepted for a place where nothing happens; by default that
            of `calibration.default_rate`.
        tail: thresholds in place of the built-in ones, for calibration.

    Raises:
        InputError: the rate is outside what the thresholds support.
    """
    check_rate(false_alarms_per_year)
    clear = merge_days(series).clear()
    clear = replace(clear, notes=(*clear.notes, *gap_notes(clear.days)))
    kinds = band_kinds(clear.bands, clear.values)
    rate = false_alarms_per_year or default_rate(anomalies=kinds.of_anomalies)
    notes = (*clear.notes, *kinds.notes)
    if len(clear.days) < LEAST_DAYS:
        reason = f"Only {len(clear.days)} clear days; at least {LEAST_DAYS} are needed."
        return Dating(INSUFFICIENT, (), len(clear.days), None, (), reason, clear.notes)
    if not kinds.used:
        if clear.values.size and np.isfinite(clear.values).any():
            return Dating(UNDISTURBED, (), len(clear.days), rate, (), "No band changes.", notes)
        return Dating(INSUFFICIENT, (), 0, None, (), "No band holds a value on a clear day.", notes)
    tail = tail or tail_of(anomalies=kinds.of_anomalies, bands=len(kinds.used))
    clear, white = _without_offset(clear, tail.threshold(rate))
    notes = (*notes, *clear.notes[len(notes) - len(kinds.notes) :])
    names = tuple(clear.bands[c] for c in kinds.used)
    if white is None or len(white.days) < LEAST_DAYS:
        count = 0 if white is None else len(white.days)
        reason = f"Only {count} clear days without snow; at least {LEAST_DAYS} are needed."
        return Dating(INSUFFICIENT, (), count, None, names, reason, notes)
    episodes = tuple(_dated(found) for found in episodes_of(white))
    state = DISTURBED if episodes else UNDISTURBED
    return Dating(state, episodes, len(white.days), rate, names, "", notes)


def gap_notes(days: Days) -> tuple[str, ...]:
    """One sentence for each long time without a clear day."""
    return tuple(
        f"No clear image between {date.fromordinal(int(a))} and {date.fromordinal(int(b))}: "
        "nothing is known of that time."
        for a, b in pairwise(days)
        if b - a > LONG_GAP_DAYS
    )


def check_rate(false_alarms_per_year: float | None) -> None:
    """Refuse a rate for which there is no threshold."""
    if false_alarms_per_year is None:
        return
    if not LEAST_RATE <= false_alarms_per_year <= LARGEST_RATE:
        raise InputError(
            f"{false_alarms_per_year} false alarms a year cannot be set.",
            hint=f"Give a rate from {LEAST_RATE} to {LARGEST_RATE}.",
        )


def _without_offset(series: Series, threshold: float) -> tuple[Series, Whitened | None]:
    """The series whitened, once a jump of the processor has been taken off.

    Where there are surroundings, the jump is looked for in them, and taken off both.
    """
    around = series
    if series.control is not None and np.isfinite(series.control).any():
        around = replace(series, values=series.control, control=None)
    looked_at = whiten(around, threshold)
    if looked_at is None or looked_at.kinds.of_anomalies:
        return series, looked_at if around is series else whiten(series, threshold)
    row, added = _offset(around, looked_at)
    if not added:
        return series, looked_at if around is series else whiten(series, threshold)
    control = series.control
    values = series.values.copy()
    values[row:] -= added
    if control is not None:
        control = control.copy()
        control[row:] -= added
    day = date.fromordinal(int(series.days[row])).isoformat()
    note = f"From {day} every band is {added:g} higher: a processing offset, taken off."
    series = replace(series, values=values, control=control, notes=(*series.notes, note))
    return series, whiten(series, threshold)


def _offset(series: Series, white: Whitened) -> tuple[int, float]:
    """First row and size of a processing offset; size 0 if there is none."""
    columns = list(white.kinds.used)
    unit = units_of_one(series.values[:, columns])
    for row in white.breaks:
        added = offset_at(white.rest, white.trusted, unit, row)
        if added:
            return int(np.searchsorted(series.days, white.days[row])), added
    return 0, 0.0


def _dated(found: Found) -> Episode:
    end = None if found.end is None else _day(found.end)
    interval = found.end_interval
    return Episode(
        onset=_day(found.onset),
        onset_interval95=(_day(found.onset_interval[0]), _day(found.onset_interval[1], up=True)),
        last_clear_before=date.fromordinal(found.last_clear_before),
        first_changed=date.fromordinal(found.first_changed),
        end=end,
        end_interval95=None
        if interval is None
        else (_day(interval[0]), _day(interval[1], up=True)),
        kind=found.kind,
        strength=round(float(np.sqrt(found.significance)), 2),
    )


def _day(moment: float, *, up: bool = False) -> date:
    """The day of a moment; the later one where an interval must not lose part of a day."""
    return date.fromordinal(int(np.ceil(moment)) if up else int(np.floor(moment)))
