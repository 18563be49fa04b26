"""Log-linear models: closed forms, published results, existence."""

from __future__ import annotations

import numpy as np
import pytest

from bayyina.estimation.capture_table import CaptureTable
from bayyina.estimation.estimating import estimate
from bayyina.estimation.existence import examine
from bayyina.estimation.hierarchy import hierarchical_models, written
from bayyina.estimation.loglinear import fit_model, possible_cells, profile_interval
from bayyina.estimation.results import Estimate, Refusal
from tests.unit.estimation.tables import (
    KOSOVO,
    ROME,
    UNTIED,
    four_lists,
    third_party,
    three_lists,
)

ALL_PAIRS = np.array([0, 1, 2, 4, 3, 5, 6])


def test_all_pairs_of_three_lists_have_a_closed_form():
    # Fienberg 1972: n100 n010 n001 n111 / (n110 n101 n011)
    fit = fit_model(possible_cells(three_lists()), ALL_PAIRS)
    assert fit is not None
    assert fit.undocumented == pytest.approx(120 * 90 * 60 * 12 / (40 * 25 * 18), rel=1e-6)
    cells = [120, 90, 60, 12, 40, 25, 18]
    assert fit.log_variance == pytest.approx(sum(1 / c for c in cells), rel=1e-6)


def test_two_lists_independent_given_the_third_have_a_closed_form():
    # Lists 1 and 2 given 3: among those not on list 3, n100 n010 / n110
    fit = fit_model(possible_cells(three_lists()), np.array([0, 1, 2, 4, 5, 6]))
    assert fit is not None
    assert fit.undocumented == pytest.approx(120 * 90 / 40, rel=1e-8)


@pytest.mark.parametrize(("lists", "number"), [(3, 8), (4, 113), (5, 6893)])
def test_number_of_hierarchical_models(lists, number):
    _, models = hierarchical_models(lists)
    assert len(models) == number
    assert len(np.unique(models, axis=0)) == number


def test_a_model_is_written_with_the_numbers_of_the_given_lists():
    assert written([0, 1, 2, 4, 8, 3, 9], ["4", "2", "1", "3"]) == "[24,34,1]"
    assert written([0, 1, 2, 3], ["8+9", "10"]) == "[8+9.10]"


def test_profile_falls_by_the_quantile_at_both_limits():
    data = possible_cells(four_lists())
    fit = fit_model(data, np.array([0, 1, 2, 4, 8, 3]))
    assert fit is not None
    low, high = profile_interval(data, fit, 0.95)
    narrow = profile_interval(data, fit, 0.8)
    assert 0 < low < narrow[0] < fit.undocumented < narrow[1] < high


def test_existence_and_identification_are_two_questions():
    cells = np.arange(1, 8)
    full = np.array([30.0, 20, 6, 25, 5, 4, 2])
    assert examine(ALL_PAIRS, cells, full)[:2] == (True, True)
    # Nobody on lists 1 and 3 but not 2: the mean of that cell goes to zero, and with one cell
    # fewer than terms nothing determines the number.
    empty = np.array([30.0, 20, 6, 25, 0, 4, 2])
    found = examine(ALL_PAIRS, cells, empty)
    assert not found.exists
    assert not found.identifiable
    assert found.face.tolist() == [True, True, True, True, False, True, True]
    assert examine(np.array([0, 1, 2, 4]), cells, empty)[:2] == (True, True)


def test_an_impossible_history_is_no_empty_one():
    counts = {(1, 0, 0): 50, (0, 1, 0): 40, (0, 0, 1): 30, (1, 0, 1): 10, (0, 1, 1): 8}
    counted = CaptureTable.from_counts(["a", "b", "c"], counts)
    barred = CaptureTable.from_counts(["a", "b", "c"], counts, [(1, 1, 0), (1, 1, 1)])
    independence = np.array([0, 1, 2, 4])
    first = fit_model(possible_cells(counted), independence)
    second = fit_model(possible_cells(barred), independence)
    assert first is not None
    assert second is not None
    # Where nobody can be on both, that nobody is on both is no sign of many others.
    assert second.undocumented < first.undocumented


@pytest.mark.data
def test_kosovo_is_reproduced(test_data):
    answer = estimate(third_party(test_data, KOSOVO), method="loglinear", seed=1)
    assert isinstance(answer, Estimate)
    assert answer.model == "[123,14,34]"
    assert answer.median == pytest.approx(10356.5, rel=1e-5)
    assert answer.standard_error == pytest.approx(785.9, rel=1e-4)
    assert answer.interval == pytest.approx((8994, 12110), rel=1e-4)


@pytest.mark.data
def test_rome_is_reproduced(test_data):
    answer = estimate(third_party(test_data, ROME), method="loglinear", seed=1)
    assert isinstance(answer, Estimate)
    assert answer.median == pytest.approx(11125, rel=1e-4)
    assert answer.standard_error == pytest.approx(905, rel=1e-3)


@pytest.mark.data
@pytest.mark.parametrize("method", ["best", "loglinear", "sparse", "graphs", "latent"])
def test_lists_that_are_not_tied_are_refused_by_every_method(test_data, method):
    answer = estimate(third_party(test_data, UNTIED), method=method, seed=1)
    assert isinstance(answer, Refusal)
    assert answer.reasons[0].code == "lists-not-tied"
    assert answer.diagnostics.identifiable is False
