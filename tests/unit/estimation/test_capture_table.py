"""The table of capture histories."""

from __future__ import annotations

import numpy as np
import pytest

from bayyina.estimation.capture_table import CaptureTable, CaptureTableError
from tests.unit.estimation.tables import four_lists, three_lists


def test_totals_and_overlaps_count_people():
    table = three_lists()
    assert table.documented == 365
    assert table.list_totals.tolist() == [197, 160, 115]
    assert table.overlaps[0, 1] == 52
    assert table.overlaps[1, 2] == 30


def test_all_histories_are_spread_out_with_zeros():
    table = CaptureTable.from_counts(["a", "b"], {(1, 0): 3, (1, 1): 2})
    codes, counts = table.cells()
    assert codes.tolist() == [1, 2, 3]
    assert counts.tolist() == [3, 0, 2]


def test_dropping_a_list_loses_those_who_were_only_on_it():
    table = three_lists().drop("press")
    assert table.lists == ("clinic", "families")
    assert table.documented == 365 - 60
    assert table.overlaps[0, 1] == 52


def test_those_on_one_list_are_a_table_with_a_known_truth():
    rest, truth = three_lists().only("press")
    assert truth == 115
    assert rest.documented == 25 + 18 + 12
    assert rest.overlaps[0, 1] == 12


def test_order_of_lists_and_rows_does_not_change_the_digest():
    table = four_lists()
    turned = table.pick([3, 1, 0, 2])
    assert turned.lists == ("D", "B", "A", "C")
    assert turned.digest == table.digest
    assert np.array_equal(turned.in_name_order().histories, table.histories)


def test_impossible_histories_follow_their_lists():
    table = CaptureTable.from_counts(
        ["a", "b", "c"], {(1, 0, 0): 5, (0, 1, 0): 4}, [(1, 1, 0), (1, 1, 1)]
    )
    assert table.pick([1, 0, 2]).impossible == {(1, 1, 0), (1, 1, 1)}
    assert table.drop("c").impossible == {(1, 1)}
    assert table.drop("b").impossible == frozenset()
    assert table.possible_cells().sum() == 5


@pytest.mark.parametrize(
    ("lists", "counts", "says"),
    [
        (["a", "a"], {(1, 0): 1}, "same name"),
        (["a", "b"], {(0, 0): 1}, "on no list"),
        (["a", "b"], {(1, 0): -1}, "below 1"),
        (["a", "b"], {(1, 2): 1}, "only 0 and 1"),
        ([], {}, "1 to 30 lists"),
    ],
)
def test_what_is_no_table_is_refused(lists, counts, says):
    with pytest.raises(CaptureTableError, match=says):
        CaptureTable.from_counts(lists, counts)


def test_people_with_an_impossible_history_are_refused():
    with pytest.raises(CaptureTableError, match="impossible"):
        CaptureTable.from_counts(["a", "b"], {(1, 1): 2}, [(1, 1)])
