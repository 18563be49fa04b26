"""`bayyina sites scan`: documents, files and plates, and what is refused before anything is read."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio.warp import transform

from bayyina.app.drawing_plates import plate_of
from bayyina.cli.main import run
from bayyina.sites.plate_images import UNSEEN, pair_of, stretched
from bayyina.sites.polygons import read_polygon
from bayyina.sites.scanning import scan
from tests.unit.sites.made_scenes import (
    BANDS,
    Place,
    every,
    site_file,
    square,
    stacked,
    write,
)

DAYS = every(date(2021, 1, 5), date(2022, 9, 1), 16)
ONSET = date(2021, 10, 10)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = Place(DAYS, changed=square(28, 28, 8), course=lambda day: float(day >= ONSET))
    return stacked(place, tmp_path_factory.mktemp("scenes"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return site_file(tmp_path_factory.mktemp("place") / "site.geojson")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def answered(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    capsys.readouterr()
    status = run([str(word) for word in words])
    out, err = capsys.readouterr()
    return status, out, err


def scanned(
    capsys: pytest.CaptureFixture[str], stack: Path, site: Path, *words: str | Path
) -> dict[str, Any]:
    status, out, err = answered(capsys, "sites", "scan", stack, "--site", site, *words, "--json")
    assert status == 0, err
    document: dict[str, Any] = json.loads(out)
    return document


def test_everything_is_written_and_the_series_dates_alike(
    capsys: pytest.CaptureFixture[str], stack: Path, site: Path, cache: Path, tmp_path: Path
) -> None:
    files = {
        name: tmp_path / name for name in ("map.tif", "outline.geojson", "series.csv", "plate.svg")
    }
    document = scanned(
        capsys, stack, site, "--map", files["map.tif"], "--geojson", files["outline.geojson"],
        "--series", files["series.csv"], "--plate", files["plate.svg"], "--cache", cache,
    )  # fmt: skip
    (episode,) = document["episodes"]
    assert episode["last_clear_before"] < ONSET.isoformat() <= episode["first_changed"]
    low, high = episode["changed_area_interval95_m2"]
    assert low <= 6400 <= high
    assert document["scenes_used"] == len(document["scenes"]) == len(DAYS)
    assert all(path.stat().st_size for path in files.values())
    assert set(document["written"]) == {"map", "geojson", "series", "plate"}
    status, out, _ = answered(capsys, "sites", "date", files["series.csv"], "--json")
    assert status == 0
    assert json.loads(out)["episodes"][0]["first_changed"] == episode["first_changed"]
    again = scanned(capsys, stack, site, "--cache", cache)
    assert again["episodes"] == document["episodes"]
    assert again["cube_sha256"] == document["cube_sha256"]


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_a_plate_names_its_scenes_in_both_languages_and_says_no_more_than_it_may(
    capsys: pytest.CaptureFixture[str],
    stack: Path,
    site: Path,
    cache: Path,
    tmp_path: Path,
    lang: str,
) -> None:
    plate = tmp_path / "plate.svg"
    document = scanned(capsys, stack, site, "--plate", plate, "--lang", lang, "--cache", cache)
    text = plate.read_text(encoding="utf-8")
    plain = re.sub("[\u200e\u202b\u202c]", "", text)
    assert "Ground disturbance consistent with digging or levelling" in plain
    assert "اضطراب في التربة" in plain
    assert not re.search(r"\bgraves?\b|قبر|قبور|مقبرة|مقابر", plain, re.IGNORECASE)
    before, after = (
        document["episodes"][0]["last_clear_before"],
        document["episodes"][0]["first_changed"],
    )
    shown = [s for s in document["scenes"] if s["id"] in plain]
    assert [s["time"][:10] for s in shown] == [before, after]
    assert all(s["files"][0]["sha256"] in plain for s in shown)
    assert len(set(re.findall(r'xlink:href="data:image/png;base64,[^"]+"', text))) == 2
    assert "http" not in text.replace("http://www.w3.org/", "")


def test_plates_are_drawn_as_pixels_and_pages_too(
    capsys: pytest.CaptureFixture[str], stack: Path, site: Path, cache: Path, tmp_path: Path
) -> None:
    for name, start in (("plate.png", b"\x89PNG"), ("plate.pdf", b"%PDF")):
        scanned(capsys, stack, site, "--plate", tmp_path / name, "--cache", cache)
        assert (tmp_path / name).read_bytes().startswith(start)


def test_outputs_that_cannot_be_written_are_refused_before_reading(
    capsys: pytest.CaptureFixture[str], stack: Path, site: Path, tmp_path: Path
) -> None:
    refused: list[tuple[list[str | Path], str]] = [
        (["--map", tmp_path / "no" / "map.tif"], "there is no folder"),
        (["--plate", tmp_path / "plate.jpeg"], "cannot be written as"),
        (["--map", tmp_path], "is a folder"),
        (["--map", tmp_path / "a", "--series", tmp_path / "a"], "the same name"),
        (["--false-alarms-per-year", "9"], "cannot be set"),
    ]
    for words, said in refused:
        status, out, err = answered(capsys, "sites", "scan", stack, "--site", site, *words)
        assert (status, out) == (2, "")
        assert said in err
        assert "scenes: " not in err
    assert list(tmp_path.iterdir()) == []


def test_an_episode_that_is_not_there_is_refused(
    capsys: pytest.CaptureFixture[str], stack: Path, site: Path, cache: Path, tmp_path: Path
) -> None:
    plate = tmp_path / "plate.svg"
    words: list[str | Path] = ["--plate", plate, "--episode", "4", "--cache", cache]
    status, _, err = answered(capsys, "sites", "scan", stack, "--site", site, *words)
    assert status == 2
    assert "There is no episode 4" in err
    assert not plate.exists()


def test_in_words_every_scene_that_was_left_out_is_named(
    capsys: pytest.CaptureFixture[str], site: Path, tmp_path: Path
) -> None:
    stacked(Place(DAYS[:12]), tmp_path)
    broken = sorted(tmp_path.glob("*.tif"))[3]
    broken.write_bytes(broken.read_bytes()[:300])
    status, out, _ = answered(capsys, "sites", "scan", tmp_path, "--site", site)
    assert status == 0
    assert "1 left out, 11 used" in out
    assert f"{DAYS[3]:%Y%m%d}" in out
    assert "cut short" in out


def test_one_scene_is_answered_for_and_needs_no_plate(
    capsys: pytest.CaptureFixture[str], site: Path, tmp_path: Path
) -> None:
    stack = stacked(Place(DAYS[:1]), tmp_path / "one")
    plate, table = tmp_path / "plate.svg", tmp_path / "series.csv"
    document = scanned(capsys, stack, site, "--plate", plate, "--series", table)
    assert document["state"] == "insufficient images"
    assert "Only 1 clear days" in (document["reason"] or "")
    assert document["scenes"][0]["outcome"] == "used"
    assert not plate.exists()
    assert set(document["written"]) == {"series"}
    assert any("No plate was drawn" in note for note in document["notes"])
    mark, _, row = table.read_text(encoding="utf-8").splitlines()
    assert mark.startswith("# FICTIONAL")
    assert row.startswith("2021-01-05,")


def test_a_plate_shows_grey_where_a_scene_ends_and_no_time_that_nobody_stated(
    site: Path, tmp_path: Path
) -> None:
    place = Place(DAYS, changed=square(28, 28, 8), course=lambda day: float(day >= ONSET))
    for number, day in enumerate(DAYS):
        numbers, _ = place.scene(day)
        shown = numbers[:, :, :50] if number > 5 else numbers
        write(tmp_path / "stack" / f"{day}.tif", shown, names=BANDS)
    found = scan(tmp_path / "stack", read_polygon(site))
    before, after = pair_of(tmp_path / "stack", found, found.dating.episodes[0])
    images = stretched(before, after)
    unseen = ~np.isfinite(after.colours).all(axis=0)
    assert unseen.any()
    assert (images[1][unseen] == UNSEEN).all()
    ground = np.isfinite(before.colours).all(axis=0) & ~unseen
    brighter = images[1][ground].mean() - images[0][ground].mean()
    assert brighter > 0
    plate = plate_of(tmp_path / "stack", found, lang="en")
    assert plate.panels[0].lines[0].startswith(f"Taken on {before.record.moment[:10]} by")


@pytest.mark.data
def test_radar_alone_is_listed_and_dates_nothing(
    capsys: pytest.CaptureFixture[str], test_data: Path, tmp_path: Path
) -> None:
    stack = test_data / "satellite" / "opera_rtc_s1_stack"
    with rasterio.open(next(iter(sorted(stack.glob("*_VV.tif"))))) as source:
        middle_x = (source.bounds.left + source.bounds.right) / 2
        middle_y = (source.bounds.top + source.bounds.bottom) / 2
        xs = [middle_x + d for d in (-200, 200, 200, -200, -200)]
        ys = [middle_y + d for d in (-200, -200, 200, 200, -200)]
        longitudes, latitudes = transform(source.crs, "EPSG:4326", xs, ys)
    corners = [list(pair) for pair in zip(longitudes, latitudes, strict=True)]
    outline = tmp_path / "site.geojson"
    outline.write_text(json.dumps({"type": "Polygon", "coordinates": [corners]}), encoding="utf-8")
    document = scanned(capsys, stack, outline)
    assert document["state"] == "insufficient images"
    assert {scene["outcome"] for scene in document["scenes"]} == {"radar"}
    assert {scene["orbit"] for scene in document["scenes"]} == {"137"}
    assert any("radar dates nothing" in note for note in document["notes"])
