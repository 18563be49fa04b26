"""Known disturbances are found, dated, and given their shape; nothing is found where nothing is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayyina.errors import InputError
from bayyina.sites.dating import (
    DISTURBED,
    INSUFFICIENT,
    UNDISTURBED,
    Dating,
    date_series,
)
from bayyina.sites.series import Series
from tests.unit.sites.made_series import made, ordinal


def apart(found: date | None, truth: str) -> int:
    assert found is not None
    return abs(found.toordinal() - ordinal(truth))


def holds(interval: tuple[date, date] | None, truth: str) -> bool:
    assert interval is not None
    return interval[0].toordinal() <= ordinal(truth) <= interval[1].toordinal() + 1


@pytest.mark.parametrize("seed", range(4))
def test_a_step_is_dated_within_the_gap_between_two_images(seed: int) -> None:
    found = date_series(made(("step", "2020-05-17", "2020-05-17"), seed=seed))
    (episode,) = found.episodes
    assert episode.kind == "step"
    assert apart(episode.onset, "2020-05-17") <= 12
    assert holds(episode.onset_interval95, "2020-05-17")
    assert episode.last_clear_before < episode.first_changed
    assert episode.last_clear_before <= date(2020, 5, 17) <= episode.first_changed
    assert apart(episode.end, "2020-05-17") <= 12


@pytest.mark.parametrize("seed", range(4))
def test_levelling_over_months_is_a_ramp_with_both_ends(seed: int) -> None:
    series = made(("ramp", "2022-08-24", "2023-01-10"), seed=seed, size=1.5)
    (episode,) = date_series(series).episodes
    assert episode.kind == "ramp"
    assert apart(episode.onset, "2022-08-24") <= 25
    assert apart(episode.end, "2023-01-10") <= 25
    assert holds(episode.onset_interval95, "2022-08-24")
    assert holds(episode.end_interval95, "2023-01-10")


@pytest.mark.parametrize("seed", range(4))
def test_what_goes_back_is_a_pulse_that_ends_when_it_is_back(seed: int) -> None:
    (episode,) = date_series(made(("pulse", "2019-03-07", "2019-09-20"), seed=seed)).episodes
    assert episode.kind == "pulse"
    assert apart(episode.onset, "2019-03-07") <= 12
    assert apart(episode.end, "2019-09-20") <= 15
    assert holds(episode.end_interval95, "2019-09-20")


def test_fading_is_a_pulse_dated_by_its_beginning() -> None:
    (episode,) = date_series(made(("fading", "2020-02-01", "2020-02-01"), size=2.5)).episodes
    assert episode.kind == "pulse"
    assert apart(episode.onset, "2020-02-01") <= 15
    assert episode.end is not None
    assert episode.end > episode.onset


def test_every_episode_is_found_and_none_ends_the_search() -> None:
    history = (
        ("pulse", "2018-03-05", "2018-10-01"),
        ("pulse", "2020-02-10", "2021-01-15"),
        ("ramp", "2022-08-24", "2022-12-20"),
    )
    found = date_series(made(*history, size=1.5))
    assert [e.kind for e in found.episodes] == ["pulse", "pulse", "ramp"]
    for episode, (_, onset, end) in zip(found.episodes, history, strict=True):
        assert apart(episode.onset, onset) <= 25
        assert apart(episode.end, end) <= 25


@pytest.mark.parametrize("with_control", [True, False])
def test_stable_places_stay_below_the_rate_that_was_set(with_control: bool) -> None:
    series = [made(seed=seed, with_control=with_control) for seed in range(24)]
    alarms = sum(len(date_series(s).episodes) for s in series)
    assert alarms / sum(s.span_years() for s in series) <= 0.05


def _with_offset(series: Series) -> Series:
    later = (series.days >= ordinal("2022-01-25"))[:, None] * 1000.0
    control = None if series.control is None else series.control + later
    return replace(series, values=series.values + later, control=control)


def _with_haze(series: Series) -> Series:
    values = series.values.copy()
    values[100] += np.array([1800.0, 1600.0, 1400.0, 1200.0, 600.0, 400.0])
    return replace(series, values=values)


def _with_shifted_scene(series: Series) -> Series:
    values = series.values.copy()
    values[150] += 0.6 * np.array([120.0, 180.0, 260.0, 300.0, 350.0, 250.0])
    return replace(series, values=values)


def _with_snow(series: Series) -> Series:
    rows = (series.days >= ordinal("2019-01-05")) & (series.days <= ordinal("2019-02-05"))
    values = series.values.copy()
    values[rows] = np.array([7000.0, 7200.0, 7000.0, 6500.0, 900.0, 700.0])
    return replace(series, values=values)


def _with_rain(series: Series) -> Series:
    values = series.values.copy()
    control = None if series.control is None else series.control.copy()
    values[120:122] *= 0.8
    if control is not None:
        control[120:122] *= 0.8
    return replace(series, values=values, control=control)


@pytest.mark.parametrize("with_control", [True, False])
@pytest.mark.parametrize(
    "accident", [_with_offset, _with_haze, _with_shifted_scene, _with_snow, _with_rain]
)
def test_accidents_of_images_are_no_disturbance(accident, with_control: bool) -> None:
    for seed in range(5):
        found = date_series(accident(made(seed=seed, with_control=with_control)))
        assert found.state == UNDISTURBED, found.episodes


def test_the_processing_offset_is_said_and_hides_no_disturbance() -> None:
    series = _with_offset(made(("step", "2020-05-17", "2020-05-17"), with_control=False, size=2))
    found = date_series(series)
    assert any("processing offset" in note for note in found.notes)
    (episode,) = found.episodes
    assert apart(episode.onset, "2020-05-17") <= 20


def test_a_lower_rate_never_finds_more() -> None:
    series = made(("step", "2020-05-17", "2020-05-17"), size=0.4)
    counts = [
        len(date_series(series, false_alarms_per_year=rate).episodes)
        for rate in (0.5, 0.1, 0.01, 0.001)
    ]
    assert counts == sorted(counts, reverse=True)


@pytest.mark.parametrize("rate", [0.0, -1.0, 0.7, float("nan")])
def test_a_rate_without_support_is_refused(rate: float) -> None:
    with pytest.raises(InputError, match="false alarms"):
        date_series(made(), false_alarms_per_year=rate)


def _cut(series: Series, rows: np.ndarray) -> Series:
    control = None if series.control is None else series.control[rows]
    return replace(
        series,
        days=series.days[rows],
        values=series.values[rows],
        weights=series.weights[rows],
        control=control,
    )


def test_a_change_in_a_gap_of_years_is_found_and_its_doubt_is_the_gap() -> None:
    series = made(("step", "2020-05-17", "2020-05-17"))
    gap = (series.days < ordinal("2019-01-01")) | (series.days > ordinal("2022-01-01"))
    (episode,) = date_series(_cut(series, np.flatnonzero(gap))).episodes
    low, high = episode.onset_interval95
    assert (high - low) > timedelta(days=900)
    assert holds(episode.onset_interval95, "2020-05-17")


@pytest.mark.parametrize("rows", [0, 1, 3, 7])
def test_too_few_clear_days_are_a_state_with_a_reason(rows: int) -> None:
    found = date_series(_cut(made(), np.arange(rows)))
    assert (found.state, found.episodes, found.false_alarm_rate) == (INSUFFICIENT, (), None)
    assert "at least 8" in found.reason
    assert found.observations == rows


def test_all_cloud_is_too_few_days() -> None:
    series = made()
    found = date_series(replace(series, weights=np.zeros(len(series.days))))
    assert (found.state, found.observations) == (INSUFFICIENT, 0)


def test_order_and_repeated_days_do_not_matter() -> None:
    series = made(("step", "2020-05-17", "2020-05-17"))
    plain = date_series(series)
    mixed = np.random.default_rng(1).permutation(np.repeat(np.arange(len(series.days)), 2))
    again = date_series(_cut(series, mixed))
    assert again.episodes == plain.episodes
    assert any("repeat a day" in note for note in again.notes)


def test_units_do_not_matter() -> None:
    series = made(("step", "2020-05-17", "2020-05-17"))
    assert series.control is not None
    small = replace(series, values=series.values / 10000, control=series.control / 10000)
    assert date_series(small).episodes == date_series(series).episodes


def test_bands_without_change_or_values_are_left_out_and_named() -> None:
    series = made(("step", "2020-05-17", "2020-05-17"))
    values = series.values.copy()
    values[:, 0], values[:, 1] = 7.0, np.nan
    found = date_series(replace(series, values=values))
    assert found.state == DISTURBED
    assert found.bands == ("red", "nir", "swir1", "swir2")
    assert len(found.notes) == 2


def test_nothing_that_changes_is_no_disturbance() -> None:
    series = made()
    found = date_series(replace(series, values=np.full_like(series.values, 3.0)))
    assert (found.state, found.episodes) == (UNDISTURBED, ())


def _anomalies(onset: int | None, seed: int = 0) -> Series:
    random = np.random.default_rng(seed)
    days = np.unique(ordinal("2024-01-02") + random.integers(0, 360, 70))
    vegetation = random.poisson(0.3, len(days)) * 1.0
    generic = random.poisson(3, len(days)) * 1.0
    season = 50 + 40 * np.sin(2 * np.pi * days / 365.25)
    if onset is not None:
        vegetation += (days >= onset) * random.integers(25, 45, len(days))
        generic += (days >= onset) * random.integers(10, 30, len(days))
    values = np.column_stack([season, vegetation, generic])
    return Series(days, values, np.ones(len(days)), ("VEG-IND", "VEG-ANOM", "GEN-ANOM"))


def test_one_year_of_anomalies_of_an_alert_product_is_dated() -> None:
    onset = ordinal("2024-07-10")
    for seed in range(5):
        found = date_series(_anomalies(onset, seed))
        assert found.bands == ("VEG-ANOM", "GEN-ANOM")
        assert found.false_alarm_rate == 0.12
        assert abs(found.episodes[0].onset.toordinal() - onset) <= 15
        assert holds(found.episodes[0].onset_interval95, "2024-07-10")


def test_a_fall_of_anomalies_alone_is_no_disturbance() -> None:
    series = _anomalies(None)
    values = series.values.copy()
    values[series.days < ordinal("2024-06-01"), 1] += 40
    assert date_series(replace(series, values=values)).episodes == ()
    assert date_series(_anomalies(None)).state == UNDISTURBED


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 4000), min_size=0, max_size=60),
    st.integers(1, 4),
    st.integers(0, 2**32 - 1),
)
def test_any_series_gets_an_answer_that_is_consistent(
    offsets: list[int], bands: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    n = len(offsets)
    values = random.normal(0, 1, (n, bands)) * 10 ** random.uniform(-6, 6, bands)
    values[random.random((n, bands)) < 0.2] = np.nan
    days = np.array(offsets, dtype=np.int64) + ordinal("2010-01-01")
    found = date_series(Series(days, values, random.random(n), tuple("abcd"[:bands])))
    _is_consistent(found)


def _is_consistent(found: Dating) -> None:
    assert (found.state == DISTURBED) == bool(found.episodes)
    assert (found.state == INSUFFICIENT) == (found.false_alarm_rate is None)
    assert bool(found.reason) or found.state != INSUFFICIENT
    for episode in found.episodes:
        low, high = episode.onset_interval95
        assert low <= episode.onset <= high
        assert episode.last_clear_before < episode.first_changed
        assert episode.strength > 0
        if episode.end is not None:
            assert episode.end >= episode.onset
            assert episode.end_interval95 is not None
            assert episode.end_interval95[0] <= episode.end <= episode.end_interval95[1]


def test_years_without_a_clear_image_are_said() -> None:
    days = np.concatenate([np.arange(0, 300, 10), np.arange(1400, 1700, 10)]) + ordinal(
        "2016-01-05"
    )
    values = np.random.default_rng(1).normal(0.2, 0.01, (len(days), 3))
    series = Series(days, values, np.ones(len(days)), ("blue", "green", "red"))
    (said,) = [note for note in date_series(series).notes if "nothing is known" in note]
    assert "2016-10-21" in said
    assert "2019-11-05" in said
    few = replace(series, days=days[[0, -1]], values=values[[0, -1]], weights=np.ones(2))
    assert [said[:20]] == [note[:20] for note in date_series(few).notes]
