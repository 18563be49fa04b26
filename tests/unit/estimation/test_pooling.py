"""Answers over draws: the mixture of their distributions, and when it is a refusal."""

from __future__ import annotations

import numpy as np
import pytest

from bayyina.errors import InputError
from bayyina.estimation.capture_table import CaptureTable
from bayyina.estimation.estimating import estimate
from bayyina.estimation.linkage_draws import tables_of_linkages
from bayyina.estimation.pooling import estimate_over_draws, pool, undocumented_draws
from bayyina.estimation.results import Diagnostics, Estimate, Reason, Refusal
from bayyina.estimation.strata import add_strata


def answer(documented, middle, sd, *, seed=1, size=4000):
    rng = np.random.default_rng(seed)
    draws = np.sort(documented + np.exp(rng.normal(np.log(middle), sd, size)))
    low, median, high = np.quantile(draws, [0.025, 0.5, 0.975])
    return Estimate(
        documented=documented, median=float(median), mean=float(draws.mean()),
        interval=(float(low), float(high)), level=0.95, method="graphs", model="",
        lists=("A", "B", "C"), draws=draws,
        diagnostics=Diagnostics(rhat=1.0 + seed / 1000, ess=100.0 * seed, converged=True),
        seed=1, input_digest="x",
    )  # fmt: skip


def refusal():
    reasons = (Reason("not-identifiable"),)
    return Refusal(100, "graphs", ("A", "B", "C"), reasons, Diagnostics(), 1, "x")


def test_one_draw_is_the_answer_itself():
    one = answer(100, 400, 0.2)
    pooled, spread = pool([one])
    assert isinstance(pooled, Estimate)
    assert (pooled.median, *pooled.interval) == pytest.approx((one.median, *one.interval))
    assert spread.between == 0.0


def test_the_mixture_is_wider_than_each_draw_and_says_how_much_lies_between():
    low, high = answer(100, 300, 0.1, seed=1), answer(120, 900, 0.1, seed=2)
    pooled, spread = pool([low, high])
    assert isinstance(pooled, Estimate)
    assert pooled.interval[0] == pytest.approx(low.interval[0], rel=0.05)
    assert pooled.interval[1] == pytest.approx(high.interval[1], rel=0.05)
    assert spread.between > 0.9
    assert spread.documented == (100, 120)
    assert pooled.documented == 110
    assert (pooled.diagnostics.rhat, pooled.diagnostics.ess) == (1.002, 100.0)


def test_a_mixture_of_equal_draws_is_as_wide_as_they_are():
    parts = [answer(100, 400, 0.2, seed=seed) for seed in range(1, 9)]
    pooled, spread = pool(parts)
    assert isinstance(pooled, Estimate)
    assert pooled.interval == pytest.approx(parts[0].interval, rel=0.05)
    assert spread.between < 0.01


def test_refused_draws_refuse_the_answer_unless_they_are_few():
    sound = [answer(100, 400, 0.2, seed=seed) for seed in range(1, 40)]
    pooled, _ = pool([*sound, refusal()])
    assert isinstance(pooled, Estimate)
    assert pooled.reasons[-1].code == "draws-left-out"
    pooled, spread = pool([*sound[:9], refusal()])
    assert isinstance(pooled, Refusal)
    assert [reason.code for reason in pooled.reasons] == ["draws-refused", "not-identifiable"]
    assert (spread.draws, spread.refused) == (10, 1)


def test_equal_tables_are_estimated_once():
    asked = []

    def estimator(table):
        asked.append(table)
        return answer(table.documented, 400, 0.2)

    one = CaptureTable.from_counts("ABC", {(1, 0, 0): 4, (1, 1, 0): 2})
    same = CaptureTable.from_counts("ABC", {(1, 1, 0): 2, (1, 0, 0): 4})
    other = CaptureTable.from_counts("ABC", {(1, 0, 0): 5, (1, 1, 0): 2})
    _, spread = estimate_over_draws([one, same, other], estimator)
    assert len(asked) == 2
    assert spread.draws == 3


def test_no_draw_is_a_mistake():
    with pytest.raises(InputError):
        estimate_over_draws([], lambda _: refusal())


def test_an_estimate_without_draws_is_a_mistake():
    from dataclasses import replace

    with pytest.raises(ValueError, match="no draws"):
        undocumented_draws(replace(answer(1, 2, 0.1), draws=None))


def test_strata_share_half_of_their_error():
    parts = [answer(100, 400, 0.3, seed=seed) for seed in range(1, 17)]
    total = add_strata(parts)
    assert total.documented == 1600
    assert total.mean == pytest.approx(sum(part.mean for part in parts), rel=1e-3)
    width = total.interval[1] - total.interval[0]
    widths = np.array([part.interval[1] - part.interval[0] for part in parts])
    assert width / widths.sum() == pytest.approx(np.sqrt(0.5 + 0.5 / 16), rel=0.06)


def test_one_stratum_is_its_own_sum():
    part = answer(100, 400, 0.3)
    assert add_strata([part]).interval == part.interval


def test_each_drawn_linkage_has_its_table():
    lists = np.array([0, 0, 1, 1, 2])
    apart, joined = np.arange(5), np.array([7, 1, 7, 2, 7])
    one, two = tables_of_linkages(("A", "B", "C"), lists, [apart, joined])
    assert one.documented == 5
    assert one.list_totals.tolist() == [2, 2, 1]
    assert two.documented == 3
    assert two.histories.tolist() == [[0, 1, 0], [1, 0, 0], [1, 1, 1]]


def test_two_records_of_one_person_on_one_list_count_once():
    (table,) = tables_of_linkages(("A", "B"), np.array([0, 0, 1]), [np.array([4, 4, 4])])
    assert table.histories.tolist() == [[1, 1]]
    assert table.counts.tolist() == [1]


@pytest.mark.parametrize(
    ("lists", "people"),
    [
        (np.array([0, 2]), np.array([0, 1])),
        (np.array([0, 1]), np.array([0, 1, 2])),
        (np.array([[0, 1]]), np.array([0, 1])),
    ],
)
def test_linkages_that_do_not_fit(lists, people):
    with pytest.raises(InputError):
        tables_of_linkages(("A", "B"), lists, [people])


def test_uncertain_linkage_widens_the_estimate():
    """Lists of one population, in which each true pair was found with a chance of 0.7."""
    rng = np.random.default_rng(11)
    on = rng.random((1500, 3)) < (0.35, 0.4, 0.3)
    person, lists = np.nonzero(on)
    draws = []
    for share in rng.beta(14, 6, size=12):
        missed = rng.random(person.size) > share
        draws.append(np.where(missed, 10_000 + np.arange(person.size), person))
    tables = tables_of_linkages(("A", "B", "C"), lists, draws)

    def estimator(table):
        return estimate(table, method="loglinear", seed=1)

    pooled, spread = estimate_over_draws(tables, estimator)
    single = estimator(tables[0])
    assert isinstance(single, Estimate)
    assert isinstance(pooled, Estimate)
    assert pooled.interval[1] - pooled.interval[0] > 1.2 * (single.interval[1] - single.interval[0])
    assert spread.between > 0.2
    assert spread.documented[0] < spread.documented[1]
