"""Watching a place: what each new clear observation says, for as long as it is watched.

Every observation is held against what the place did before: its season, its noise, its slow
wavering. The statistic is that of dating, for the mean of the last one, two and three clear
observations (a windowed likelihood ratio, Lai 1995), and the thresholds are those that set the rate of
false alarms there. One departure is a reason to *watch*, two that agree make a disturbance
*probable*, three make it *confirmed*. A confirmed episode ends when the ground has come to rest; the
level it rests at becomes the new usual, and watching goes on: a place may be opened again.

A state is a value: it can be written as JSON and taken up again by another process.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from bayyina.errors import InputError, ValueUnreadableError
from bayyina.sites.background import fit_season, season_basis
from bayyina.sites.bands import band_kinds, units_of_one
from bayyina.sites.calibration import DEFAULT_RATE_SITE, levels
from bayyina.sites.noise import noise_of
from bayyina.sites.processing_offset import EVENNESS, LEAST_BANDS, OFFSET, TOLERANCE
from bayyina.sites.rotation import rotate, whitening_matrix
from bayyina.sites.series import Floats, Series, merge_days
from bayyina.sites.whitening import whiten

QUIET, WATCH, PROBABLE, CONFIRMED = "quiet", "watch", "probable", "confirmed"
STATES = (QUIET, WATCH, PROBABLE, CONFIRMED)
"""What may be said of a place after an observation, from nothing to most."""

LEAST_HISTORY = 20
"""Clear days before which nothing is usual yet."""

SHARES = (0.35, 0.6, 1.0)
"""Share of the threshold for one, two and three observations."""

AGREEMENT = 0.5
"""Cosine between departures from which they point one way."""

REST = 3
"""Observations that must lie together for the ground to be at rest."""

FIRM = 20
"""Observations from which a level counts as known; fewer add their own doubt to a departure."""

FORMAT = 1
"""Version of the written state."""


@dataclass(frozen=True)
class WatchedEpisode:
    """A confirmed disturbance; days as YYYY-MM-DD."""

    last_clear_before: str
    """Last observation that looked usual."""

    first_changed: str
    """First observation that did not."""

    confirmed_on: str
    """Observation that made it certain enough to alert."""

    ended_by: str | None
    """Observation from which the ground was at rest; nothing while it goes on."""

    strength: float
    """Size of the departure in standard deviations of what is usual there."""


@dataclass(frozen=True)
class WatchState:
    """All that watching needs to know, as plain numbers and texts."""

    bands: tuple[str, ...]
    """Names of the bands, in order."""

    has_control: bool
    """Whether observations are held against their surroundings."""

    unit: float
    """What stands for a reflectance of one."""

    season: tuple[tuple[float, ...], ...]
    """Cosine and sine of one and two cycles a year for each band."""

    level: tuple[float, ...]
    """Usual level of each band without season."""

    behind: int
    """Observations that the level rests on, at most ``FIRM``."""

    white: tuple[float, ...]
    """Noise of each band."""

    components: tuple[tuple[float, ...], ...]
    """Matrix from scaled bands to unrelated components of noise one."""

    slow: tuple[float, ...]
    """Slow wavering of each component."""

    threshold: float
    """Squared significance that confirms."""

    state: str
    """One of ``STATES``."""

    last_day: int
    """Ordinal of the last observation that was taken in."""

    last_usual: int
    """Ordinal of the last observation that looked usual."""

    odd: tuple[tuple[int, tuple[float, ...]], ...]
    """The latest departures (day, components), at most three, all pointing one way."""

    recent: tuple[tuple[float, ...], ...]
    """Bands less season of the latest observations, at most three."""

    episodes: tuple[WatchedEpisode, ...]
    """All confirmed episodes, the last perhaps still open."""

    def to_json(self) -> dict[str, Any]:
        """The state as a JSON object."""
        return {"format": FORMAT, **asdict(self)}

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> WatchState:
        """A state written by ``to_json``.

        Raises:
            ValueUnreadableError: it was not.
        """
        try:
            if document["format"] != FORMAT:
                raise ValueUnreadableError("The state of watching has another format.")
            known = {name: document[name] for name in cls.__dataclass_fields__}
            known["episodes"] = tuple(WatchedEpisode(**e) for e in known["episodes"])
            known["odd"] = tuple((int(day), tuple(values)) for day, values in known["odd"])
            for name in ("season", "components", "recent"):
                known[name] = tuple(tuple(map(float, row)) for row in known[name])
            for name in ("level", "white", "slow"):
                known[name] = tuple(map(float, known[name]))
            known["bands"] = tuple(known["bands"])
            return cls(**known)
        except (KeyError, TypeError, ValueError) as error:
            raise ValueUnreadableError(
                "This is no state of watching.", hint="Begin anew from the history of the place."
            ) from error


def begin_watching(
    history: Series, *, false_alarms_per_year: float = DEFAULT_RATE_SITE
) -> WatchState:
    """Learn from the history what is usual at a place; later disturbances in it set the level.

    Raises:
        InputError: there are too few clear days, or only anomalies or no bands.
    """
    clear = merge_days(history).clear()
    kinds = band_kinds(clear.bands, clear.values)
    if kinds.of_anomalies or not kinds.used or len(clear.days) < LEAST_HISTORY:
        raise InputError(
            f"A place with {len(clear.days)} clear days of bands cannot be watched.",
            hint=f"Give at least {LEAST_HISTORY} clear days of reflectance or backscatter.",
        )
    threshold = levels(len(kinds.used)).threshold(false_alarms_per_year)
    white = whiten(clear, threshold)
    columns = list(kinds.used)
    values = clear.values[:, columns]
    has_control = clear.control is not None and bool(np.isfinite(clear.control[:, columns]).any())
    if has_control and clear.control is not None:
        values = values - clear.control[:, columns]
    groups = np.zeros(len(clear.days), dtype=np.int64)
    trusted = clear.weights
    if white is not None:
        groups = np.searchsorted([white.days[b] for b in white.breaks], clear.days, side="right")
        trusted = np.where(np.isin(clear.days, white.days[white.trusted > 0.5]), trusted, 0.0)
    coefficients = _season_coefficients(clear, values, trusted, groups)
    rest = values - _season(coefficients, clear.days)
    latest = rest[(groups == groups.max()) & (trusted > 0)]
    centred = rest - _group_medians(rest, trusted, groups)
    noise = noise_of(clear.days, centred, trusted, (False,) * len(columns))
    matrix = whitening_matrix((centred / noise.white)[trusted > 0])
    turned = rotate(centred / noise.white, matrix)
    again = noise_of(clear.days, turned, trusted, (False,) * len(columns))
    return WatchState(
        bands=tuple(clear.bands[c] for c in columns),
        has_control=has_control,
        unit=units_of_one(clear.values[:, columns]),
        season=_plain(coefficients.T),
        level=tuple(map(float, np.nanmedian(latest if len(latest) else rest, axis=0))),
        behind=FIRM,
        white=tuple(map(float, noise.white)),
        components=_plain(matrix / again.white),
        slow=tuple(map(float, np.hypot(again.wander.brief, again.wander.lasting))),
        threshold=threshold,
        state=QUIET,
        last_day=int(clear.days[-1]),
        last_usual=int(clear.days[-1]),
        odd=(),
        recent=(),
        episodes=(),
    )


def observe(
    state: WatchState,
    day: date,
    values: Sequence[float],
    *,
    control: Sequence[float] | None = None,
    weight: float = 1.0,
) -> WatchState:
    """The state after one more observation.

    An observation that is not clear, lacks a band, or is not later than the last changes nothing.

    Raises:
        InputError: the number of bands is another, or the surroundings are missing.
    """
    if len(values) != len(state.bands) or (control is not None and len(control) != len(values)):
        raise InputError(f"An observation needs the bands {', '.join(state.bands)}.")
    if state.has_control and control is None:
        raise InputError("This place is held against its surroundings, and they are missing.")
    seen = np.asarray(values, dtype=float)
    if state.has_control and control is not None:
        seen = seen - np.asarray(control, dtype=float)
    if weight < 0.5 or not np.isfinite(seen).all() or day.toordinal() <= state.last_day:
        return state
    rest = seen - _season(np.array(state.season).T, np.array([day.toordinal()]))[0]
    departed = rest - np.array(state.level)
    components = (departed / np.array(state.white)) @ np.array(state.components)
    state = replace(
        state,
        last_day=day.toordinal(),
        recent=(*state.recent, tuple(map(float, rest)))[-REST:],
    )
    if state.episodes and state.episodes[-1].ended_by is None:
        return _during(state, day)
    return _before(state, day, departed, components)


def _before(state: WatchState, day: date, departed: Floats, components: Floats) -> WatchState:
    """No episode is open: is one beginning?"""
    if _significance(state, [components]) < SHARES[0] * state.threshold:
        return replace(_firmer(state, departed), state=QUIET, odd=(), last_usual=day.toordinal())
    kept = [item for item in state.odd if _agree(np.array(item[1]), components)]
    odd = (*kept, (day.toordinal(), tuple(map(float, components))))[-3:]
    strength = _significance(state, [np.array(item[1]) for item in odd])
    if strength < SHARES[len(odd) - 1] * state.threshold:
        odd = odd[-1:]
        return replace(state, state=WATCH, odd=odd)
    if len(odd) < 3:
        return replace(state, state=(WATCH, PROBABLE)[len(odd) - 1], odd=odd)
    if not state.has_control and _is_offset(state, departed):
        shifted = tuple(np.median(np.array(state.recent), axis=0))
        return replace(
            state, state=QUIET, odd=(), level=shifted, behind=REST, last_usual=day.toordinal()
        )
    episode = WatchedEpisode(
        last_clear_before=date.fromordinal(state.last_usual).isoformat(),
        first_changed=date.fromordinal(odd[0][0]).isoformat(),
        confirmed_on=day.isoformat(),
        ended_by=None,
        strength=round(float(np.sqrt(strength)), 2),
    )
    return replace(state, state=CONFIRMED, odd=(), episodes=(*state.episodes, episode))


def _during(state: WatchState, day: date) -> WatchState:
    """An episode is open: has the ground come to rest?"""
    recent = np.array(state.recent)
    rest = len(recent) == REST
    if rest:
        white = np.array(state.white)
        moved = ((recent - recent.mean(axis=0)) / white) @ np.array(state.components)
        usual = 1.0 + np.array(state.slow) ** 2
        rest = bool(np.sum(moved**2 / usual) <= 3.0 * recent.size)
    if not rest:
        return replace(state, state=CONFIRMED)
    episode = replace(state.episodes[-1], ended_by=day.isoformat())
    return replace(
        state,
        state=QUIET,
        level=tuple(map(float, np.median(recent, axis=0))),
        behind=REST,
        last_usual=day.toordinal(),
        episodes=(*state.episodes[:-1], episode),
    )


def _significance(state: WatchState, departures: list[Floats]) -> float:
    """Squared mean departure over its variance, slow wavering and doubt of the level included."""
    mean = np.mean(departures, axis=0)
    doubt = 1.0 / state.behind if state.behind < FIRM else 0.0
    variance = 1.0 / len(departures) + np.array(state.slow) ** 2 + doubt
    return float(np.sum(mean**2 / variance))


def _firmer(state: WatchState, departed: Floats) -> WatchState:
    """The level after an episode, known a little better by one more usual observation."""
    if state.behind >= FIRM:
        return state
    level = np.array(state.level) + departed / (state.behind + 1)
    return replace(state, level=tuple(map(float, level)), behind=state.behind + 1)


def _agree(one: Floats, other: Floats) -> bool:
    length = float(np.linalg.norm(one) * np.linalg.norm(other))
    return length > 0 and float(one @ other) / length >= AGREEMENT


def _is_offset(state: WatchState, departed: Floats) -> bool:
    """Whether every band moved by the processor's offset alike."""
    if len(departed) < LEAST_BANDS:
        return False
    mean, offset = float(departed.mean()), OFFSET * state.unit
    even = bool(np.all(np.abs(departed - mean) <= EVENNESS * abs(mean)))
    return even and abs(abs(mean) - offset) <= TOLERANCE * offset


def _season_coefficients(
    clear: Series,
    values: Floats,
    trusted: Floats,
    groups: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> Floats:
    """Shape (4, bands): harmonics of one and two cycles, zero where the history is too short."""
    basis = season_basis(clear.days, trend=False)
    full = np.zeros((4, values.shape[1]))
    if basis.shape[1]:
        weights = np.where(np.isfinite(values), trusted[:, None], 0.0)
        season = fit_season(basis, values, weights, groups)
        full[: basis.shape[1]] = np.linalg.lstsq(basis, season, rcond=None)[0]
    return full


def _season(coefficients: Floats, days: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Floats:
    phase = 2.0 * np.pi * np.asarray(days, dtype=float) / 365.25
    basis = np.column_stack([np.cos(phase), np.sin(phase), np.cos(2 * phase), np.sin(2 * phase)])
    return np.asarray(basis @ coefficients)


def _group_medians(
    rest: Floats, trusted: Floats, groups: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> Floats:
    result = np.zeros_like(rest)
    for group in np.unique(groups):
        rows = groups == group
        sound = rest[rows & (trusted > 0)]
        result[rows] = np.nanmedian(sound if len(sound) else rest[rows], axis=0)
    return result


def _plain(matrix: Floats) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(map(float, row)) for row in matrix)
