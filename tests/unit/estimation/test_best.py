"""The combined estimate: calibration, invariances, refusals."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from bayyina.estimation.capture_table import CaptureTable
from bayyina.estimation.combining import Calibration, ask_methods, combine, load_calibration
from bayyina.estimation.dependence import HyperPrior, posterior_over_dependence
from bayyina.estimation.estimating import EstimationError, Method, estimate
from bayyina.estimation.joining import joined_to
from bayyina.estimation.results import Estimate, Refusal
from bayyina.estimation.simulation import simulate
from tests.unit.estimation.tables import (
    KOSOVO,
    NETHERLANDS,
    ROME,
    UK5,
    answered,
    drawn,
    four_lists,
    third_party,
    three_lists,
)

LEFT_OUT = {"UK": UK5, "Ned": NETHERLANDS, "Kosovo": KOSOVO, "HIV": ROME}


def _many_lists(lists: int, seed: int = 5) -> CaptureTable:
    rng = np.random.default_rng(seed)
    held = rng.random((1500, lists)) < rng.uniform(0.05, 0.2, lists)
    rows, counts = np.unique(held[held.any(axis=1)], axis=0, return_counts=True)
    return CaptureTable(tuple(f"l{j}" for j in range(lists)), rows.astype(np.uint8), counts)


@pytest.mark.parametrize("method", ["best", "loglinear", "sparse", "graphs"])
def test_order_of_lists_changes_nothing(method):
    table = four_lists()
    first = answered(table, method, seed=3)
    second = answered(table.pick([2, 0, 3, 1]), method, seed=3)
    assert first.median == second.median
    assert first.interval == second.interval
    assert np.array_equal(drawn(first), drawn(second))
    assert first.input_digest == second.input_digest


def test_another_process_gives_the_same_to_the_last_bit():
    methods: tuple[Method, ...] = ("best", "sparse", "latent")
    script = (
        "from tests.unit.estimation.tables import three_lists\n"
        "from bayyina.estimation.estimating import estimate\n"
        f"print([estimate(three_lists(), method=m, seed=9).interval for m in {methods}])"
    )
    elsewhere = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True
    ).stdout.strip()
    here = [answered(three_lists(), m, seed=9).interval for m in methods]
    assert elsewhere == str(here)


def test_documented_stands_below_the_interval_and_the_median_inside():
    answer = estimate(three_lists(), seed=1)
    assert isinstance(answer, Estimate)
    low, high = answer.interval
    assert answer.documented == 365 < low < answer.median < high
    assert answer.undocumented == answer.median - 365
    assert answer.diagnostics.identifiable
    assert sum(part.weight for part in answer.diagnostics.components) == pytest.approx(1.0)
    assert {part.method for part in answer.diagnostics.components} == {
        "dependence", "loglinear", "graphs", "sparse",
    }  # fmt: skip


def test_a_higher_level_is_a_wider_interval():
    ends = [answered(four_lists(), level=level).interval for level in (0.5, 0.8, 0.95)]
    assert ends[0][0] > ends[1][0] > ends[2][0]
    assert ends[0][1] < ends[1][1] < ends[2][1]


def test_more_shared_dependence_means_more_people_unseen():
    posterior = posterior_over_dependence(four_lists())
    none, much = (HyperPrior(m, 0.05, -1.0, 0.4) for m in (0.0, 0.75))
    assert posterior.quantile(much, 0.5) > posterior.quantile(none, 0.5) + 0.2


def test_without_dependence_the_averaging_is_independence():
    rng = np.random.default_rng(8)
    held = rng.random((4000, 4)) < [0.2, 0.15, 0.25, 0.1]
    rows, counts = np.unique(held[held.any(axis=1)], axis=0, return_counts=True)
    table = CaptureTable(tuple("abcd"), rows.astype(np.uint8), counts)
    posterior = posterior_over_dependence(table)
    independent = posterior.log_densities[0]  # m = 0 and the smallest t
    peak = float(np.exp(posterior.log_grid[np.argmax(independent)]))
    assert table.documented + peak == pytest.approx(4000, rel=0.06)


def test_wider_constants_widen_and_never_move_the_middle():
    opinions = ask_methods(four_lists())
    shipped, _ = load_calibration()
    wide = shipped._replace(floor=shipped.floor * 3)
    narrow_ends = combine(opinions, shipped).quantile([0.025, 0.5, 0.975])
    wide_ends = combine(opinions, wide).quantile([0.025, 0.5, 0.975])
    assert wide_ends[0] < narrow_ends[0]
    assert wide_ends[1] == pytest.approx(narrow_ends[1])
    assert wide_ends[2] > narrow_ends[2]


def test_shipped_constants_are_rewritten_as_they_are_read():
    calibration, document = load_calibration()
    assert calibration.to_json() == document["constants"]
    assert set(document["without"]) == set(LEFT_OUT)
    assert Calibration.from_json(document["without"]["UK"]).floor > 0


@pytest.mark.slow
def test_many_lists_are_joined_and_it_is_said():
    table = _many_lists(9)
    answer = estimate(table, seed=1)
    assert isinstance(answer, Estimate)
    assert answer.reasons[-1].code == "lists-joined"
    assert answer.documented == table.documented


def test_the_rarest_lists_are_joined_and_nobody_is_lost():
    table = _many_lists(9)
    joined, groups = joined_to(table, 7)
    assert len(joined.lists) == 7
    assert sorted(j for group in groups for j in group) == list(range(9))
    assert joined.documented == table.documented


def test_cost_does_not_grow_with_people():
    table = four_lists()
    many = CaptureTable(table.lists, table.histories, table.counts * 100_000)
    answer = estimate(many, seed=1)
    assert isinstance(answer, Estimate)
    assert answer.documented == table.documented * 100_000


@pytest.mark.parametrize(
    ("counts", "code"),
    [
        ({}, "nobody-documented"),
        ({(1, 0, 0): 9, (0, 1, 0): 8, (0, 0, 1): 7}, "no-overlap"),
        ({(1, 0, 0): 9, (0, 1, 0): 8, (0, 0, 1): 7, (1, 1, 0): 5}, "lists-not-tied"),
        ({(1, 0, 0): 9, (0, 1, 1): 1, (1, 1, 0): 1}, "too-few-shared"),
    ],
)
def test_what_cannot_be_estimated_is_refused_with_the_reason(counts, code):
    answer = estimate(CaptureTable.from_counts(["a", "b", "c"], counts), seed=1)
    assert isinstance(answer, Refusal)
    assert [reason.code for reason in answer.reasons] == [code]
    assert answer.diagnostics.identifiable is False


def _barely_tied(alone: int, shared: int) -> CaptureTable:
    counts = {(1, 0, 0): alone, (0, 1, 0): alone, (0, 0, 1): alone}
    pairs = {(1, 1, 0): shared, (1, 0, 1): shared, (0, 1, 1): shared}
    return CaptureTable.from_counts(["a", "b", "c"], {**counts, **pairs})


def test_where_the_data_set_no_upper_limit_there_is_no_number():
    answer = estimate(_barely_tied(200, 1), seed=1)
    assert isinstance(answer, Refusal)
    assert answer.reasons[0].code == "no-upper-limit"


def test_where_an_assumption_sets_the_upper_limit_it_is_said():
    answer = answered(_barely_tied(100, 2))
    assert [reason.code for reason in answer.reasons] == ["bounded-by-assumption"]
    assert answered(_barely_tied(100, 20)).reasons == ()


def test_one_and_two_lists_are_refused():
    one = estimate(CaptureTable.from_counts(["a"], {(1,): 9}), seed=1)
    two = estimate(CaptureTable.from_counts(["a", "b"], {(1, 0): 9, (1, 1): 4}), seed=1)
    assert isinstance(one, Refusal)
    assert isinstance(two, Refusal)
    assert one.reasons[0].code == "one-list"
    assert two.reasons[0].code == "two-lists"
    assert two.reasons[0].detail["shared"] == 4


@pytest.mark.parametrize("wrong", [{"method": "magic"}, {"seed": -1}, {"level": 1.2}])
def test_what_was_asked_wrongly_is_an_error(wrong):
    with pytest.raises(EstimationError):
        estimate(three_lists(), **{"method": "best", "seed": 1, **wrong})


def test_simulated_populations_repeat_with_the_seed():
    first, second = (simulate(np.random.default_rng(4)) for _ in range(2))
    assert first.true_size == second.true_size >= first.table.documented
    assert first.table.digest == second.table.digest


@pytest.mark.slow
def test_simulated_populations_are_covered():
    rng = np.random.default_rng(77)
    covered = []
    for _ in range(60):
        population = simulate(rng)
        answer = estimate(population.table, seed=1)
        assert isinstance(answer, Estimate)
        low, high = answer.interval
        covered.append(low <= population.true_size <= high)
    assert np.mean(covered) >= 0.85


@pytest.mark.data
def test_list_dropping_tests_hold_by_constants_that_never_saw_the_data_set(test_data):
    _, document = load_calibration()
    inside, errors, scores = [], [], []
    for source, name in LEFT_OUT.items():
        calibration = Calibration.from_json(document["without"][source])
        table = third_party(test_data, name)
        for dropped in table.lists:
            rest, truth = table.only(dropped)
            if rest.documented < 30 or isinstance(estimate(rest, seed=1), Refusal):
                continue
            counts = combine(ask_methods(rest), calibration).quantile([0.025, 0.5, 0.975])
            low, middle, high = np.log(rest.documented + counts)
            missed = max(low - np.log(truth), 0) + max(np.log(truth) - high, 0)
            inside.append(missed == 0)
            errors.append(middle - np.log(truth))
            scores.append(high - low + 40 * missed)
    assert len(inside) == 16
    assert np.mean(inside) >= 0.9
    assert np.sqrt(np.mean(np.square(errors))) <= 0.56
    assert np.mean(scores) < 2.84  # the best of the R packages on the sets it can answer at all
