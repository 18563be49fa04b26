"""The numeric parts against slow and obvious versions of themselves."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from bayyina.errors import InputError
from bayyina.sites.background import less_control, season_basis
from bayyina.sites.calibration import ANOMALIES, levels
from bayyina.sites.pixel_scan import scan_pixels
from bayyina.sites.posterior import DayDistribution, ramp_days
from bayyina.sites.segmentation import optimal_breaks
from bayyina.sites.shapes import ramp_gains


def test_the_division_is_the_best_of_all() -> None:
    random = np.random.default_rng(0)
    for _ in range(10):
        values = random.normal(0, 1, (12, 2)) + (np.arange(12) >= random.integers(3, 9))[:, None]
        weights = random.random((12, 2)) + 0.1

        def cost(rows: slice, y: np.ndarray = values, w: np.ndarray = weights) -> float:
            mean = (w[rows] * y[rows]).sum(0) / w[rows].sum(0)
            return float((w[rows] * (y[rows] - mean) ** 2).sum())

        divisions = [c for k in range(4) for c in combinations(range(1, 12), k)]
        best = min(
            divisions,
            key=lambda c: sum(
                cost(slice(a, b)) + 2.0 for a, b in zip((0, *c), (*c, 12), strict=True)
            ),
        )
        found = optimal_breaks(values, weights, 2.0, 0.0)
        if len(found) < 4:
            assert tuple(found.astype(int)) == best


def test_gains_of_ramps_are_those_of_least_squares() -> None:
    random = np.random.default_rng(1)
    days = np.cumsum(random.integers(1, 9, 14)).astype(float)
    values, weights = random.normal(0, 1, (14, 2)), random.random((14, 2)) + 0.1
    gains = ramp_gains(days, values, weights, False)
    for i, j in combinations(range(14), 2):
        ramp = np.clip((days - days[i]) / (days[j] - days[i]), 0, 1)
        gain = 0.0
        for b in range(2):
            root = np.sqrt(weights[:, b])
            full = np.column_stack([np.ones(14), ramp]) * root[:, None]
            y = values[:, b] * root
            rests = [
                float(((y - x @ np.linalg.lstsq(x, y, rcond=None)[0]) ** 2).sum())
                for x in (full[:, :1], full)
            ]
            gain += rests[0] - rests[1]
        assert gains[i, j] == pytest.approx(gain, abs=1e-8)


def test_pixels_are_scanned_as_least_squares_would() -> None:
    random = np.random.default_rng(2)
    days = np.arange(730000, 730000 + 5 * 260, 5)
    values = random.normal(0, 1, (5, 260, 3)).astype(np.float32)
    values[:4, 150:] += 4.0
    clear = random.random((5, 260)) < 0.6
    clear[4, 5:] = False
    found = scan_pixels(days, values, clear)
    basis = np.column_stack([np.ones(260), season_basis(days, trend=True)])
    for pixel in range(4):
        rows = np.flatnonzero(clear[pixel])
        y = values[pixel, rows].astype(float)
        rest = y - basis[rows] @ np.linalg.lstsq(basis[rows], y, rcond=None)[0]
        noise = np.abs(np.diff(rest, axis=0)).mean(0) * np.sqrt(np.pi) / 2
        gains = {}
        for row in rows[3:-2]:
            step = (rows >= row) * 1.0
            full = np.column_stack([basis[rows], step])
            left = ((y - full @ np.linalg.lstsq(full, y, rcond=None)[0]) ** 2).sum(0)
            gains[int(row)] = float((((rest**2).sum(0) - left) / noise**2).sum())
        assert found.rows[pixel] == max(gains, key=lambda k: gains[k])
        assert found.gains[pixel] == pytest.approx(max(gains.values()), rel=1e-3)
        assert found.shifts[pixel] == pytest.approx([4, 4, 4], abs=1.5)
    assert (found.rows[4], found.gains[4]) == (-1, 0)


def test_pixels_whose_shapes_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError):
        scan_pixels(np.arange(3), np.zeros((1, 4, 1), np.float32), np.ones((1, 4), bool))


def test_days_of_a_step_lie_in_its_gap_and_those_of_a_ramp_around_its_corners() -> None:
    days = np.array([0.0, 10.0, 20.0, 30.0, 40.0])
    step = np.zeros((5, 5))
    step[1, 2] = 1.0
    onset, end = ramp_days(days, step)
    assert onset.interval() == end.interval() == (10.0, 20.0)
    assert onset.point() == 17.5
    ramp = np.zeros((5, 5))
    ramp[1, 3] = 1.0
    onset, end = ramp_days(days, ramp)
    assert onset.interval() == (0.0, 20.0)
    assert end.interval() == (20.0, 40.0)


def test_quantiles_of_a_distribution() -> None:
    even = DayDistribution(np.array([0.0, 50.0, 100.0]), np.array([0.49, 0.51]))
    assert even.quantile(0.49) == pytest.approx(50.0)
    assert even.interval(0.5)[0] == pytest.approx(25.5, abs=0.1)


def test_the_control_takes_out_what_both_saw_and_leaves_what_only_one_did() -> None:
    random = np.random.default_rng(3)
    both = random.normal(0, 100, (200, 2))
    mixed = both + 0.5 * (both[:, [0]] - both[:, [1]]) * np.array([1.0, -1.0])
    offset = (np.arange(200) >= 120)[:, None] * 1000.0
    step = (np.arange(200) >= 90)[:, None] * np.array([50.0, 80.0])
    site = mixed + offset + step + random.normal(0, 5, (200, 2))
    control = both + offset + random.normal(0, 2, (200, 2))
    rest = less_control(site, control, np.ones(200))
    assert np.std(rest[:90], axis=0).max() < 15
    assert rest[90:120].mean(0) - rest[:90].mean(0) == pytest.approx([50, 80], abs=10)
    assert rest[120:].mean(0) - rest[90:120].mean(0) == pytest.approx([0, 0], abs=10)


@pytest.mark.parametrize("tail", [ANOMALIES, levels(1), levels(6)])
def test_thresholds_fall_with_the_rate_and_read_back(tail) -> None:
    thresholds = [tail.threshold(rate) for rate in (0.01, 0.05, 0.1, 0.2)]
    assert thresholds == sorted(thresholds, reverse=True)
    assert tail.rate(tail.threshold(0.05)) == pytest.approx(0.05)
