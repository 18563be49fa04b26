"""Dating on series that others made and labelled."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from bayyina.sites.dating import date_series
from bayyina.sites.series_files import read_series
from bench.sites_opera import GROUPS, false_alarms, measures, read_pixels, shipped

pytestmark = pytest.mark.data


def satellite(test_data: Path, name: str) -> Path:
    folder = test_data / "satellite" / name
    if not folder.exists():
        pytest.skip(f"{name} is not in the test data")
    return folder


def test_a_fire_known_to_the_day_lies_in_the_bracket(test_data: Path) -> None:
    series = read_series(satellite(test_data, "pyxccd_pixels") / "1_hls_sc.csv")
    first = date_series(series).episodes[0]
    assert (first.last_clear_before, first.first_changed) == (date(2024, 3, 15), date(2024, 3, 23))
    assert first.onset_interval95 == (date(2024, 3, 15), date(2024, 3, 23))


@pytest.mark.slow
def test_pixels_agree_with_their_interpreters(test_data: Path) -> None:
    scored = shipped(read_pixels(satellite(test_data, "opera_dist_2024")))
    assert false_alarms(scored) <= 0.15
    fire, cut = (measures(scored, GROUPS[k]) for k in (2, 1))
    assert fire["detected"] >= 0.8
    assert fire["median"] <= 5
    assert cut["within30"] >= 0.55
    assert cut["median"] <= 10
    overlaps = [measures(scored, group)["overlap"] for group in GROUPS]
    assert np.mean(overlaps) >= 0.75
