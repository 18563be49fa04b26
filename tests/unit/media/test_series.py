"""Photographs as a series: what does not run with the others is pointed out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest

from bayyina.media.results import OK, FileReport
from bayyina.media.series import SeriesCollector, longest_run, looked_at, unwrapped, with_series


def shot(
    number: int,
    minute: int,
    *,
    table: str = "t1",
    software: str = "Ver.1.00",
    more: Mapping[str, Any] = MappingProxyType({}),
) -> FileReport:
    """A photograph of one camera, an invented one."""
    tags = {
        "IFD0:Make": "Invented",
        "IFD0:Model": "Camera One",
        "IFD0:Software": software,
        "ExifIFD:DateTimeOriginal": f"2013:05:{1 + minute // 1440:02} {minute // 60 % 24:02}:{minute % 60:02}:00",
        **more,
    }
    jpeg = {"quantisation_digest": table, "marker_digest": "m", "width": 4000, "height": 3000}
    return FileReport(
        f"DSC_{number:04}.jpg", f"{number}-{minute}-{table}", "image/jpeg", OK, "",
        metadata={"exiftool": tags, "jpeg": jpeg},
    )  # fmt: skip


def found(reports: list[FileReport]) -> list[tuple[str, str]]:
    return [
        (report.path, indicator.finding["en"].split(",")[0].split(" ")[0] + " " + indicator.method)
        for report in with_series(reports)
        for indicator in report.indicators
    ]


def test_a_series_that_runs_has_nothing_to_point_out() -> None:
    assert found([shot(n, 10 * n) for n in range(1, 30)]) == []


def test_a_photograph_whose_clock_does_not_run_with_its_counter_is_named() -> None:
    reports = [shot(n, 10 * n) for n in range(1, 30)]
    reports[12] = shot(13, 9_000)
    assert [path for path, _ in found(reports)] == ["DSC_0013.jpg"]


def test_a_photograph_with_other_tables_and_firmware_is_named() -> None:
    reports = [shot(n, 10 * n) for n in range(1, 30)]
    reports[7] = shot(8, 80, table="t9", software="Editor 3")
    marked = with_series(reports)[7].indicators
    assert [i.method for i in marked] == ["series-structure"]
    assert marked[0].numbers["what"] == ["quantisation tables", "firmware"]
    assert marked[0].finding["ar"]


def test_a_gap_in_an_unbroken_run_is_named() -> None:
    reports = [shot(n, 10 * n) for n in range(1, 40) if n not in (20, 21)]
    marked = [r for r in with_series(reports) if r.indicators]
    assert [r.path for r in marked] == ["DSC_0022.jpg"]
    assert marked[0].indicators[0].numbers["missing"] == 2


def test_two_photographs_with_one_counter_and_one_time_are_named() -> None:
    reports = [shot(n, 10 * n) for n in range(1, 10)] + [shot(4, 40, table="t2")]
    assert {path for path, what in found(reports) if "order" in what} == {"DSC_0004.jpg"}


def test_few_photographs_or_several_cameras_make_no_series() -> None:
    assert found([shot(4, 10), shot(3, 20), shot(2, 30), shot(1, 40)]) == []
    mixed = [shot(n, 10 * n, more={"ExifIFD:SerialNumber": n}) for n in range(20, 1, -1)]
    assert found(mixed) == []


def test_counters_unrelated_to_the_clock_give_no_outliers() -> None:
    numbers = [5, 1, 9, 3, 7, 2, 8, 4, 6, 10]
    reports = [shot(n, 10 * at) for at, n in enumerate(numbers)]
    assert [what for _, what in found(reports) if "order" in what] == []


def test_a_check_looks_only_at_series_that_it_applies_to() -> None:
    collector = SeriesCollector()
    for place, number in enumerate(range(10, 45, 4)):
        collector.add(place, shot(number, 10 * number))
    (sparse,) = collector.series().values()
    assert looked_at(sparse) == {
        "series-order/order": 9, "series-order/gap": 0,
        "series-order/twice": 9, "series-structure/differs": 9,
    }  # fmt: skip
    for place, number in enumerate(range(10, 45), 9):
        collector.add(place, shot(number, 10 * number, software="Ver.1.01"))
    (dense,) = collector.series().values()
    assert looked_at(dense)["series-order/gap"] == len(dense)


def test_counters_go_on_after_9999() -> None:
    assert unwrapped([9_998, 9_999, 1, 2, 9_997, 3]) == [
        9_998,
        9_999,
        10_001,
        10_002,
        9_997,
        10_003,
    ]
    assert found([shot(n % 10_000, 10 * n) for n in range(9_980, 10_020)]) == []


@pytest.mark.parametrize(
    ("values", "length"), [([], 0), ([3], 1), ([1, 2, 2, 3], 4), ([5, 4, 3], 1), ([1, 9, 2, 3], 3)]
)
def test_a_longest_run_does_not_fall(values: list[int], length: int) -> None:
    kept = [values[place] for place in sorted(longest_run(values))]
    assert len(kept) == length
    assert kept == sorted(kept)
