"""A watched place is called within three clear observations, again and again, and not for nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from bayyina.errors import InputError, ValueUnreadableError
from bayyina.sites.series import Series
from bayyina.sites.watching import (
    CONFIRMED,
    PROBABLE,
    QUIET,
    WATCH,
    WatchState,
    begin_watching,
    observe,
)
from tests.unit.sites.made_series import made, ordinal

START = ordinal("2020-01-01")


def begun(series: Series) -> WatchState:
    rows = series.days < START
    control = None if series.control is None else series.control[rows]
    return begin_watching(
        replace(
            series,
            days=series.days[rows],
            values=series.values[rows],
            weights=series.weights[rows],
            control=control,
        )
    )


def watched(series: Series) -> tuple[WatchState, list[tuple[int, str]]]:
    """All later observations, the state written and read between any two."""
    state = begun(series)
    course = []
    for row in np.flatnonzero(series.days >= START):
        control = None if series.control is None else list(series.control[row])
        state = observe(
            WatchState.from_json(json.loads(json.dumps(state.to_json()))),
            date.fromordinal(int(series.days[row])),
            list(series.values[row]),
            control=control,
        )
        course.append((int(series.days[row]), state.state))
    return state, course


@pytest.mark.parametrize("with_control", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_confirmed_within_three_clear_observations(seed: int, with_control: bool) -> None:
    series = made(
        ("step", "2021-04-10", "2021-04-10"),
        seed=seed,
        size=2.0,
        with_control=with_control,
        haze=0.0,
    )
    state, course = watched(series)
    after = [name for day, name in course if day >= ordinal("2021-04-10")]
    assert after[:3] == [WATCH, PROBABLE, CONFIRMED]
    episode = state.episodes[0]
    assert episode.last_clear_before < "2021-04-10" <= episode.first_changed
    assert episode.ended_by is not None


def test_watching_goes_on_after_an_episode() -> None:
    series = made(
        ("step", "2020-06-10", "2020-06-10"),
        ("step", "2021-08-10", "2021-08-10"),
        ("step", "2022-10-10", "2022-10-10"),
        size=1.5,
    )
    state, _ = watched(series)
    assert len(state.episodes) == 3


def test_stable_places_stay_quiet() -> None:
    episodes = years = 0.0
    for seed in range(8):
        series = made(seed=seed)
        state, course = watched(series)
        episodes += len(state.episodes)
        years += (course[-1][0] - course[0][0]) / 365.25
    assert episodes / years <= 0.05


@pytest.mark.parametrize("with_control", [True, False])
def test_the_processing_offset_is_no_disturbance(with_control: bool) -> None:
    series = made(with_control=with_control, haze=0.0)
    later = (series.days >= ordinal("2022-01-25"))[:, None] * 1000.0
    control = None if series.control is None else series.control + later
    state, _ = watched(replace(series, values=series.values + later, control=control))
    assert state.episodes == ()


def test_one_hazy_scene_is_watched_and_forgotten() -> None:
    state = begun(made(with_control=False, haze=0.0))
    usual = np.array([1600.0, 2000.0, 2500.0, 2900.0, 3300.0, 2800.0])
    hazy = observe(state, date(2020, 3, 1), list(usual + 1500))
    assert hazy.state == WATCH
    after = observe(hazy, date(2020, 3, 6), list(usual))
    assert (after.state, after.odd, after.episodes) == (QUIET, (), ())


def test_what_is_not_clear_not_whole_or_not_new_changes_nothing() -> None:
    state = begun(made(with_control=False))
    odd = [9000.0] * 6
    assert observe(state, date(2020, 3, 1), odd, weight=0.0) == state
    assert observe(state, date(2020, 3, 1), [float("nan"), *odd[1:]]) == state
    assert observe(state, date(2019, 3, 1), odd) == state


def test_a_wrong_observation_is_refused() -> None:
    state = begun(made())
    with pytest.raises(InputError, match="needs the bands"):
        observe(state, date(2020, 3, 1), [1.0])
    with pytest.raises(InputError, match="surroundings"):
        observe(state, date(2020, 3, 1), [1.0] * 6)


def test_a_place_without_a_past_cannot_be_watched() -> None:
    series = made(years=0.2)
    with pytest.raises(InputError, match="cannot be watched"):
        begin_watching(series)


@pytest.mark.parametrize("document", [{}, {"format": 9}, {"format": 1, "bands": 3}])
def test_what_is_no_state_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(ValueUnreadableError):
        WatchState.from_json(document)
