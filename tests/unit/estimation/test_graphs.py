"""Averaging over decomposable graphs, checked against a slow computation by cliques."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.special import gammaln, logsumexp

from bayyina.estimation.capture_table import CaptureTable
from bayyina.estimation.estimating import estimate
from bayyina.estimation.graph_scores import average_graphs
from bayyina.estimation.graphs import average_over_graphs
from bayyina.estimation.results import Estimate
from tests.unit.estimation.tables import KOSOVO, third_party, three_lists

# Cliques and separators of the decomposable graphs on three lists, the complete one left out.
GRAPHS: list[tuple[list[tuple[int, ...]], list[tuple[int, ...]]]] = [
    ([(0,), (1,), (2,)], []),
    ([(0, 1), (2,)], []),
    ([(0, 2), (1,)], []),
    ([(1, 2), (0,)], []),
    ([(0, 1), (0, 2)], [(0,)]),
    ([(0, 1), (1, 2)], [(1,)]),
    ([(0, 2), (1, 2)], [(2,)]),
]


def _slow_posterior(table, numbers, weight):
    counts = {
        tuple(map(int, h)): int(c) for h, c in zip(table.histories, table.counts, strict=True)
    }
    logs = []
    for unseen in numbers:
        full = {h: counts.get(h, 0) for h in product((0, 1), repeat=3)}
        full[0, 0, 0] = unseen
        total = sum(full.values())

        def marginal(lists, full=full, total=total):
            cells: dict[tuple[int, ...], int] = {}
            for history, count in full.items():
                key = tuple(history[j] for j in lists)
                cells[key] = cells.get(key, 0) + count
            prior = weight * 2 ** (3 - len(lists))
            value = gammaln(prior * len(cells)) - gammaln(prior * len(cells) + total)
            return value + sum(gammaln(c + prior) - gammaln(prior) for c in cells.values())

        graphs = [
            sum(marginal(c) for c in cliques) - sum(marginal(s) for s in separators)
            for cliques, separators in GRAPHS
        ]
        ways = gammaln(total + 1) - gammaln(unseen + 1)
        logs.append(logsumexp(graphs) + ways - np.log(total))
    return np.exp(np.array(logs) - logsumexp(logs))


def test_posterior_is_that_of_a_slow_sum_over_cliques_and_separators():
    table = three_lists()
    numbers = np.arange(3000)
    slow = np.cumsum(_slow_posterior(table, numbers, 1 / 8))
    fast = average_over_graphs(table)
    cumulative = np.cumsum(fast.masses)
    for probability in (0.1, 0.5, 0.9):
        expected = numbers[np.searchsorted(slow, probability)]
        found = np.interp(probability, cumulative - fast.masses / 2, fast.grid)
        assert found == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize(("lists", "number"), [(3, 8), (4, 61), (5, 822), (6, 18154)])
def test_number_of_decomposable_graphs(lists, number):
    marginals = np.zeros((2**lists, 2))
    _, _, found, _ = average_graphs(marginals, np.zeros(2), lists)
    assert found == number - 1  # the complete graph is left out


def test_the_most_probable_graph_is_the_planted_one():
    # The third list holds one in eleven of everybody, whatever the first two say. FICTIONAL.
    counts = {
        (1, 0, 0): 100, (0, 1, 0): 100, (0, 0, 1): 100, (1, 1, 0): 200,
        (1, 0, 1): 10, (0, 1, 1): 10, (1, 1, 1): 20,
    }  # fmt: skip
    table = CaptureTable.from_counts(["a", "b", "c"], counts)
    assert sorted(average_over_graphs(table).best_terms) == [0b011, 0b100]


@pytest.mark.data
def test_kosovo_agrees_with_the_published_package(test_data):
    answer = estimate(third_party(test_data, KOSOVO), method="graphs", seed=1)
    assert isinstance(answer, Estimate)
    assert answer.median == pytest.approx(12595, rel=0.002)
    assert answer.interval == pytest.approx((9827, 16544), rel=0.005)


@pytest.mark.slow
def test_seven_lists_are_averaged_over_all_graphs():
    rng = np.random.default_rng(3)
    held = rng.random((3000, 7)) < 0.15
    rows, counts = np.unique(held[held.any(axis=1)], axis=0, return_counts=True)
    table = CaptureTable(tuple("abcdefg"), rows.astype(np.uint8), counts)
    posterior = average_over_graphs(table)
    assert posterior.graphs == 617674
    median = posterior.grid[np.searchsorted(np.cumsum(posterior.masses), 0.5)]
    assert table.documented + median == pytest.approx(3000, rel=0.05)
