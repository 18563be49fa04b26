"""UpSet plots and plots of ranges: everything is named, and both run with the script."""

from __future__ import annotations

import re

import pytest

from bayyina.errors import InputError
from bayyina.typeset.overlap_charts import (
    MOST_COLUMNS,
    OverlapChart,
    SetColumn,
    SetRow,
    overlap_svg,
)
from bayyina.typeset.range_charts import RangeChart, RangeRow, axis_end, range_svg
from tests.unit.typeset.test_charts import places

ROWS = (SetRow("Register", "150"), SetRow("Families", "90"), SetRow("Court", "12"))
COLUMNS = (
    SetColumn(frozenset({0}), 100, "100"),
    SetColumn(frozenset({0, 1}), 45, "45"),
    SetColumn(frozenset({1, 2}), 7, "7"),
)


def test_lists_and_intersections_are_named():
    shown = places(overlap_svg(OverlapChart("en", ROWS, COLUMNS)))
    assert {"100", "45", "7"} <= set(shown)
    assert any(text.startswith("Register") and "150" in text for text in shown)


def test_the_largest_stands_where_reading_begins():
    english = places(overlap_svg(OverlapChart("en", ROWS, COLUMNS)))
    arabic = places(overlap_svg(OverlapChart("ar", ROWS, COLUMNS)))
    assert english["100"] < english["45"] < english["7"]
    assert arabic["100"] > arabic["45"] > arabic["7"]


def test_more_columns_than_fit_leave_out_the_smallest():
    many = tuple(SetColumn(frozenset({0}), 900 - n, str(900 - n)) for n in range(50))
    shown = places(overlap_svg(OverlapChart("en", ROWS, many)))
    assert "900" in shown
    assert str(900 - MOST_COLUMNS) not in shown


def test_what_is_left_out_is_said_below():
    for lang in ("en", "ar"):
        shown = places(overlap_svg(OverlapChart(lang, ROWS, COLUMNS, "left out 20")))
        assert "left out 20" in shown
        assert "left out 20" not in places(overlap_svg(OverlapChart(lang, ROWS, COLUMNS)))


def test_one_list_alone_is_drawn():
    assert "<svg" in overlap_svg(OverlapChart("ar", ROWS[:1], COLUMNS[:1]))


def test_nothing_to_draw_is_refused():
    with pytest.raises(InputError):
        overlap_svg(OverlapChart("en", ROWS, ()))
    with pytest.raises(InputError):
        range_svg(RangeChart("en", (RangeRow("x", "none"),), 4.0, "4"))


def ranges(lang="en", **more):
    rows = (
        RangeRow("Estimate", "300 (200-500)", 300, 200, 500, is_main=True),
        RangeRow("Without A", "250 (180-400)", 250, 180, 400),
        RangeRow("Without B", "no estimate"),
        *more.get("rows", ()),
    )
    return RangeChart(lang, rows, 150.0, "documented: 150")


def test_ranges_are_named_with_their_numbers_and_the_standing_count():
    shown = places(range_svg(ranges()))
    wanted = {"Estimate", "Without B", "no estimate", "300 (200-500)", "documented: 150"}
    assert wanted <= set(shown)
    assert shown["Estimate"] < shown["300 (200-500)"]
    arabic = places(range_svg(ranges("ar")))
    assert arabic["Estimate"] > arabic["300 (200-500)"]


def test_a_range_far_beyond_does_not_press_the_others_together():
    far = RangeRow("Without C", "90000 (70-900000)", 90_000, 70, 900_000)
    chart = ranges(rows=(far,))
    assert axis_end(chart) == pytest.approx(2.5 * 500 * 1.03)
    assert "90000 (70-900000)" in places(range_svg(chart))


def test_the_same_chart_gives_the_same_bytes():
    assert range_svg(ranges()) == range_svg(ranges())
    assert not re.search(r'href="http', range_svg(ranges()))
