"""Undoing missed links: what was cut off is put back, on average, and lists keep their totals."""

from __future__ import annotations

import numpy as np
import pytest

from bayyina.estimation.capture_table import CaptureTable
from bayyina.estimation.linkage_draws import tables_of_linkages
from bayyina.estimation.missed_links import undo_missed_links

LISTS = ("A", "B", "C")


@pytest.fixture
def spoilt():
    """A table whose records were cut off with the probability 0.1, the true one, and the recall."""
    rng = np.random.default_rng(4)
    person, lists = np.nonzero(rng.random((20_000, 3)) < (0.3, 0.4, 0.35))
    cut = rng.random(person.size) < 0.1
    people = np.where(cut, 100_000 + np.arange(person.size), person)
    true, seen = tables_of_linkages(LISTS, lists, [person, people])
    return true, seen, 0.9**2


def test_the_true_table_is_found_again(spoilt):
    true, seen, recall = spoilt
    found = undo_missed_links(seen, recall, np.random.default_rng(1))
    assert seen.overlaps[0, 1] < 0.85 * true.overlaps[0, 1]
    assert found.overlaps == pytest.approx(true.overlaps, rel=0.03)
    assert found.documented == pytest.approx(true.documented, rel=0.01)


def test_lists_keep_their_totals(spoilt):
    _, seen, recall = spoilt
    found = undo_missed_links(seen, recall, np.random.default_rng(1))
    assert found.list_totals == pytest.approx(seen.list_totals, abs=4)


def test_where_no_link_was_missed_nothing_changes(spoilt):
    _, seen, _ = spoilt
    assert undo_missed_links(seen, 1.0, np.random.default_rng(1)) is seen


def test_one_list_stays_as_it_is():
    table = CaptureTable.from_counts("A", {(1,): 7})
    assert undo_missed_links(table, 0.5, np.random.default_rng(1)).documented == 7


@pytest.mark.parametrize("recall", [0.0, -1.0, 1.5, float("nan")])
def test_a_recall_that_is_none(recall):
    with pytest.raises(ValueError, match="recall"):
        undo_missed_links(
            CaptureTable.from_counts("A", {(1,): 7}), recall, np.random.default_rng(1)
        )
