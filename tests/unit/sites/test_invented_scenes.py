"""The invented place: marked as such in every scene, and dated as it was made."""

from __future__ import annotations

import json
from datetime import date
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import rasterio

from bayyina.errors import InputError
from bayyina.sites.dating import date_series
from bayyina.sites.invented_place import EPISODES, InventedPlace
from bayyina.sites.invented_scenes import OFFSET_FROM, write_invented_scenes
from bayyina.sites.polygons import read_polygon
from bayyina.sites.scanning import scan
from bayyina.sites.scene_names import read_name


def test_equal_seeds_give_equal_scenes() -> None:
    one, other, third = (
        [scene.reflectance for scene in islice(InventedPlace(seed).scenes(), 5)]
        for seed in (1, 1, 2)
    )
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    assert not np.array_equal(one[0], third[0])


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("kept", "utf-8")
    with pytest.raises(InputError, match="holds something"):
        write_invented_scenes(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def likeness(band: np.ndarray, mark: np.ndarray) -> float:
    """How alike the corner of a band is to a mark that may lie up to a pixel away."""
    places = [(row, column) for row in (1, 2, 3) for column in (1, 2, 3)]
    corners = [band[row : row + 5, column : column + 35] for row, column in places]
    return max(float(np.corrcoef(corner.ravel(), mark.ravel())[0, 1]) for corner in corners)


@pytest.mark.slow
def test_every_scene_says_that_it_is_fictional_and_the_episodes_are_found(tmp_path: Path) -> None:
    made = write_invented_scenes(tmp_path / "demo")
    assert made.bytes <= 40e6
    scenes = sorted((tmp_path / "demo" / "scenes").glob("*.tif"))
    images = [path for path in scenes if not path.stem.endswith(("SCL", "QA_PIXEL"))]
    assert len(images) == made.scenes
    marks: dict[str, np.ndarray] = {}
    for path in images:
        named = read_name(path.stem)
        assert named is not None
        assert named.moment is not None
        with rasterio.open(path) as source:
            bands = source.read().astype(float)
            assert source.tags()["FICTIONAL"] == "yes"
            assert source.count == 6
            longitude, latitude = source.lnglat()
        assert abs(longitude) < 0.1
        assert abs(latitude) < 0.1
        if str(path.stem)[:3] not in marks:
            marks[path.stem[:3]] = bands[:, 2:7, 2:37]
        for band, first in zip(bands, marks[path.stem[:3]], strict=True):
            assert likeness(band, first) > 0.45, path.stem
    later = {read_name(p.stem).baseline for p in images if "N0400" in p.stem}  # type: ignore[union-attr]
    assert later == {"04.00"}
    assert all(
        (read_name(p.stem).moment.date() >= OFFSET_FROM) == ("N0400" in p.stem)  # type: ignore[union-attr]
        for p in images
        if p.stem.startswith("S2")
    )
    truth = json.loads(made.truth.read_text("utf-8"))
    found = scan(tmp_path / "demo" / "scenes", read_polygon(made.site))
    dated = date_series(found.series)
    assert len(dated.episodes) == len(truth["episodes"]) == len(EPISODES)
    for episode, known in zip(dated.episodes, truth["episodes"], strict=True):
        onset = date.fromisoformat(known["onset"])
        assert abs((episode.onset - onset).days) <= known["onset_within_days"]
        low, high = episode.onset_interval95
        assert low <= onset <= high
        assert episode.end is not None
        assert abs((episode.end - date.fromisoformat(known["end"])).days) <= 30
