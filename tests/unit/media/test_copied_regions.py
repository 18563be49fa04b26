"""Regions of one picture that are alike: found where they were copied, silent where they were not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from bayyina.media.copied_regions import find_copies, pairs_in
from bayyina.media.findings import measured_rate
from bayyina.media.indicators import indicators_of
from bayyina.media.limits import COPIES
from bayyina.media.steps import PLANS


def structured(height: int = 360, width: int = 480) -> Any:
    """Luminance with structure everywhere and nothing twice."""
    chance = np.random.default_rng(7)
    made = sum(
        ndimage.gaussian_filter(chance.normal(size=(height, width)), size) * size * weight
        for size, weight in ((1.0, 60), (2.5, 60), (8, 60))
    )
    return np.clip(made + 128, 0, 255).astype(np.uint8)


def copied(pixels: Any) -> Any:
    made = pixels.copy()
    made[220:330, 300:420] = pixels[40:150, 60:180]
    return made


def test_nothing_is_said_of_a_picture_without_copies() -> None:
    found = pairs_in(structured(), 1, 60)
    assert found["pairs"] == []
    assert found["looked_at"] == found["tiles"] > 50


@pytest.mark.parametrize("quality", [95, 85])
def test_a_copied_region_is_found_with_both_places(tmp_path: Path, quality: int) -> None:
    path = tmp_path / "a.jpg"
    Image.fromarray(copied(structured())).save(path, quality=quality)
    found = find_copies(path, 60)
    (pair,) = found["pairs"]
    left, top, width, height = pair["region"]
    to_left, to_top = pair["again_at"]
    assert max((to_left - left, to_top - top), (left - to_left, top - to_top)) == pytest.approx((240, 180), abs=1)  # fmt: skip
    assert (width >= 60, height >= 60) == (True, True)
    (seen,) = (one for one in indicators_of({"copies": found}, "ab", datetime.now(UTC)))
    assert (seen.method, seen.numbers["count"]) == ("copied-regions", 1)
    assert seen.parameters["fine"] == 0.9
    assert str(to_left) in seen.finding["en"]
    assert str(to_left) in seen.finding["ar"]


def test_edges_stripes_and_flat_grounds_are_no_pairs() -> None:
    flat = np.full((360, 480), 200, np.uint8)
    edge = flat.copy()
    edge[:, 200:] = 40
    stripes = (np.indices((360, 480))[1] % 16 * 15).astype(np.uint8)
    assert [pairs_in(one, 1, 60)["pairs"] for one in (flat, edge, stripes)] == [[], [], []]


def test_what_is_alike_by_nature_but_not_in_its_fine_structure_is_no_pair() -> None:
    """One pattern twice, each with a grain of its own, as two things of one make."""
    chance = np.random.default_rng(3)
    twice = copied(structured()).astype(float) + chance.normal(scale=14, size=(360, 480))
    assert pairs_in(np.clip(twice, 0, 255).astype(np.uint8), 1, 60)["pairs"] == []


def test_when_time_is_up_it_is_said_how_much_was_looked_at() -> None:
    found = pairs_in(structured(), 1, 0.0)
    assert found["looked_at"] < found["tiles"]


def test_it_is_done_on_request_only_and_its_rate_is_measured() -> None:
    names = {plan: [step.name for step in steps] for plan, steps in PLANS.items()}
    assert [plan for plan, steps in names.items() if "copies" in steps] == [COPIES]
    rate = measured_rate("copied-regions", "pairs")
    assert (rate["set"], rate["files"] > 50) == ("photographs", True)
