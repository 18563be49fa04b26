"""The latent class model: its density, its chains, and when they are not believed."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from bayyina.estimation.convergence import bulk_ess, effective_size, split_rhat
from bayyina.estimation.estimating import estimate
from bayyina.estimation.latent import Chains, run_chains, run_until_agreed, work_of
from bayyina.estimation.latent_sampler import lists_of, log_density, swap_neighbours
from bayyina.estimation.results import Estimate, Refusal
from tests.unit.estimation.tables import (
    KOSOVO,
    NETHERLANDS,
    answered,
    drawn,
    four_lists,
    third_party,
    three_lists,
)

CLASSES = 4


def _place(seed: int, lists: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(-0.5, 1.0, CLASSES + CLASSES * lists)


def _parts(place: np.ndarray, lists: int) -> tuple[np.ndarray, np.ndarray]:
    sticks = np.append(1 / (1 + np.exp(-place[1:CLASSES])), 1.0)
    weights = sticks * np.cumprod(np.append(1.0, 1 - sticks[:-1]))
    return weights, 1 / (1 + np.exp(-place[CLASSES:].reshape(CLASSES, lists)))


def _slow_density(place: np.ndarray, table) -> float:
    lists = len(table.lists)
    weights, chances = _parts(place, lists)
    chance = {
        h: float(weights @ np.prod(np.where(np.array(h), chances, 1 - chances), axis=1))
        for h in product((0, 1), repeat=lists)
    }
    value = sum(
        c * np.log(chance[tuple(map(int, h))])
        for h, c in zip(table.histories, table.counts, strict=True)
    )
    value -= table.documented * np.log(1 - chance[(0,) * lists])
    alpha = np.exp(place[0])
    sticks = 1 / (1 + np.exp(-place[1:CLASSES]))
    value += 0.25 * place[0] - 0.25 * alpha  # Gamma(1/4, 1/4) in its logarithm
    value += np.sum(np.log(alpha) + alpha * np.log(1 - sticks) + np.log(sticks))
    return float(value + np.sum(np.log(chances) + np.log(1 - chances)))


def test_density_is_that_of_the_model_written_out():
    table = three_lists()
    places = [_place(seed, 3) for seed in range(4)]
    slope = np.empty_like(places[0])
    counts = table.counts.astype(np.float64)
    fast = [log_density(p, lists_of(table.codes, 3), counts, 3, CLASSES, slope)[0] for p in places]
    slow = [_slow_density(p, table) for p in places]
    assert np.diff(fast) == pytest.approx(np.diff(slow), rel=1e-9)


def test_slope_is_that_of_finite_differences():
    table = four_lists()
    counts = table.counts.astype(np.float64)
    place = _place(7, 4)
    slope, unused = np.empty_like(place), np.empty_like(place)
    log_density(place, lists_of(table.codes, 4), counts, 4, CLASSES, slope)
    for i in range(len(place)):
        step = np.zeros_like(place)
        step[i] = 1e-5
        up, _ = log_density(place + step, lists_of(table.codes, 4), counts, 4, CLASSES, unused)
        down, _ = log_density(place - step, lists_of(table.codes, 4), counts, 4, CLASSES, unused)
        assert slope[i] == pytest.approx((up - down) / 2e-5, rel=1e-4, abs=1e-4)


def test_exchanged_classes_keep_weights_and_chances():
    before = _place(3, 4)
    after = before.copy()
    while not swap_neighbours(after, 4, CLASSES):
        pass
    (old_weights, old), (new_weights, new) = _parts(before, 4), _parts(after, 4)
    order, turned = np.argsort(old_weights), np.argsort(new_weights)
    assert old_weights[order] == pytest.approx(new_weights[turned])
    assert old[order] == pytest.approx(new[turned])
    assert not np.allclose(before, after)


def test_independent_chains_agree_and_are_worth_their_length():
    chains = np.random.default_rng(1).standard_normal((4, 4000))
    assert split_rhat(chains) == pytest.approx(1.0, abs=0.003)
    assert bulk_ess(chains) == pytest.approx(16000, rel=0.1)


def test_correlated_chains_are_worth_what_theory_says():
    rng = np.random.default_rng(2)
    noise = rng.standard_normal((4, 50000))
    chains = np.empty_like(noise)
    chains[:, 0] = noise[:, 0]
    for t in range(1, 50000):
        chains[:, t] = 0.8 * chains[:, t - 1] + 0.6 * noise[:, t]
    assert effective_size(chains) == pytest.approx(200000 / 9, rel=0.1)  # (1 - .8) / (1 + .8)


def test_chains_in_different_places_or_of_different_spread_disagree():
    chains = np.random.default_rng(3).standard_normal((4, 1000))
    apart = chains + np.array([[0.0], [0.0], [0.0], [2.0]])
    assert split_rhat(apart) > 1.2
    wide = chains * np.array([[1.0], [1.0], [1.0], [4.0]])
    assert split_rhat(wide) > 1.1


def test_answer_repeats_with_the_seed_and_says_how_it_was_made():
    first = answered(three_lists(), "latent", seed=11)
    other = answered(three_lists(), "latent", seed=12)
    assert not np.array_equal(drawn(first), drawn(other))
    assert first.median == pytest.approx(other.median, rel=0.03)
    once, again = (run_chains(four_lists(), 11, (20, 50), chains=2) for _ in range(2))
    assert np.array_equal(once.undocumented, again.undocumented)
    made = first.diagnostics
    assert made.converged
    assert made.rhat is not None
    assert made.ess is not None
    assert made.rhat < 1.01
    assert made.ess > 400
    assert first.parameters["chains"] == 8


def test_disagreeing_chains_are_refused(monkeypatch):
    monkeypatch.setattr("bayyina.estimation.latent.LENGTHS", ((4, 20),))
    answer = estimate(four_lists(), method="latent", seed=1)
    assert isinstance(answer, Refusal)
    assert answer.reasons[0].code == "chains-disagree"
    assert answer.diagnostics.converged is False


def test_agreeing_chains_are_refused_where_shorter_ones_stayed_elsewhere(monkeypatch):
    draws = np.random.default_rng(1).lognormal(5.0, 0.2, (8, 1000))
    elsewhere = draws[:, :300].copy()
    elsewhere[3] /= 4.0
    runs = iter([Chains(elsewhere, 1.3, 20.0, 300), Chains(draws, 1.0, 8000.0, 1000)])
    monkeypatch.setattr("bayyina.estimation.latent.run_chains", lambda *_: next(runs))
    answer = estimate(three_lists(), method="latent", seed=1)
    assert isinstance(answer, Refusal)
    assert [reason.code for reason in answer.reasons] == ["chains-disagree"]
    assert answer.diagnostics.converged is False
    agreeing = iter([Chains(draws[:, :300], 1.02, 300.0, 300), Chains(draws, 1.0, 8000.0, 1000)])
    monkeypatch.setattr("bayyina.estimation.latent.run_chains", lambda *_: next(agreeing))
    assert run_until_agreed(three_lists(), 1).converged


def test_work_is_bounded(monkeypatch):
    one = work_of(three_lists(), (1500, 2500))
    assert work_of(three_lists(), (3000, 5000)) == 2 * one
    asked = []

    def run(table, seed, lengths):
        asked.append(lengths)
        return Chains(np.ones((8, 10)), 2.0, 5.0, lengths[1])

    monkeypatch.setattr("bayyina.estimation.latent.run_chains", run)
    monkeypatch.setattr("bayyina.estimation.latent.MOST_WORK", 1.5 * one)
    answer = estimate(three_lists(), method="latent", seed=1)
    assert isinstance(answer, Refusal)
    assert answer.reasons[0].code == "chains-disagree"
    assert asked == [(1500, 2500)]
    monkeypatch.setattr("bayyina.estimation.latent.MOST_WORK", 0.5 * one)
    answer = estimate(three_lists(), method="latent", seed=1)
    assert isinstance(answer, Refusal)
    assert answer.reasons[0].code == "too-many-histories"
    assert len(asked) == 1


def test_lists_of_histories():
    assert lists_of(np.array([0b101, 0b010]), 3).tolist() == [[2, 0, 2, 0], [1, 1, 0, 0]]


@pytest.mark.data
def test_kosovo_lies_inside_the_spread_of_the_published_package(test_data):
    answer = estimate(third_party(test_data, KOSOVO), method="latent", seed=4)
    assert isinstance(answer, Estimate)
    assert 10350 <= answer.median <= 10600
    assert answer.interval == pytest.approx((9050, 14400), rel=0.08)


@pytest.mark.slow
@pytest.mark.data
def test_peaks_that_chains_do_not_travel_between_are_found(test_data):
    table = third_party(test_data, NETHERLANDS)
    found = {round(float(np.median(row)), -4) for seed in range(3)
             for row in run_chains(table, seed, (300, 1000)).undocumented}  # fmt: skip
    assert min(found) < 90000
    assert max(found) > 120000
