"""A site scanned out of made stacks: what is found, and what accidents of images do to it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
import rasterio

from bayyina.errors import FileUnreadableError, InputError
from bayyina.sites.cube_files import keep, kept, key_of
from bayyina.sites.dating import DISTURBED, INSUFFICIENT, UNDISTURBED, date_series
from bayyina.sites.polygons import read_polygon
from bayyina.sites.scan_files import outline, write_map, write_series
from bayyina.sites.scanning import Scan, history, scan
from bayyina.sites.series_files import read_series
from bayyina.sites.site_cubes import CLOUDED, LEFT_OUT, USED
from tests.unit.sites.made_scenes import (
    BANDS,
    Place,
    baseline,
    every,
    site_file,
    square,
    stacked,
    write,
)

DAYS = every(date(2020, 6, 4), date(2023, 1, 20), 16)
ONSET = date(2021, 9, 5)
CHANGED = square(28, 28, 8)
CHANGED_AREA = 6400.0


def levelled(day: date) -> float:
    """All at once."""
    return 1.0 if day >= ONSET else 0.0


@pytest.fixture(scope="module")
def outlined(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    return dict(read_polygon(site_file(tmp_path_factory.mktemp("site") / "site.geojson")))


@pytest.fixture(scope="module")
def place() -> Place:
    return Place(
        DAYS,
        changed=CHANGED,
        course=levelled,
        offset_from=date(2022, 1, 25),
        cloudy=frozenset(DAYS[5::7]),
        covered=frozenset(DAYS[3::9]),
        shifted={DAYS[10]: (1.0, 0.0), DAYS[40]: (0.0, -0.8)},
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, place: Place) -> Path:
    return stacked(place, tmp_path_factory.mktemp("stack"))


@pytest.fixture(scope="module")
def found(folder: Path, outlined: dict[str, object]) -> Scan:
    return scan(folder, outlined)


def test_the_episode_is_dated_within_its_gap_and_its_area_within_its_interval(found: Scan) -> None:
    assert found.dating.state == DISTURBED
    (episode,) = found.dating.episodes
    assert episode.last_clear_before < ONSET <= episode.first_changed
    low, high = episode.onset_interval95
    assert low <= ONSET <= high + timedelta(days=1)
    (ground,) = found.grounds
    assert ground is not None
    assert ground.area == pytest.approx(CHANGED_AREA, rel=0.15)
    assert ground.interval95[0] <= CHANGED_AREA <= ground.interval95[1]
    shown = np.nan_to_num(ground.probability) >= 0.5
    assert shown.sum() * 100 == pytest.approx(CHANGED_AREA, rel=0.1)


def test_the_offset_is_taken_off_from_the_baseline_on_and_nowhere_else(found: Scan) -> None:
    for record in found.cube.records:
        assert record.offset is not None
        later = record.moment >= "2022-01-25"
        assert record.offset.removed == (0.1 if later else 0.0), record
        assert record.baseline == ("04.00" if later else "03.01")
    control = found.series.control
    assert control is not None
    assert np.ptp(control[:, 0]) < 0.05


def test_covered_scenes_are_called_clouded_and_all_are_answered_for(
    found: Scan, place: Place
) -> None:
    assert len(found.cube.records) == len(DAYS)
    clouded = {r.moment[:10] for r in found.cube.records if r.outcome == CLOUDED}
    assert clouded == {day.isoformat() for day in place.covered}
    assert all(len(file.sha256) == 64 for r in found.cube.records for file in r.files)
    assert all(r.mask == "scene classification (SCL)" for r in found.cube.records)


def test_shifted_scenes_are_moved_back(found: Scan, place: Place) -> None:
    shifts = {r.moment[:10]: r.shift for r in found.cube.records if r.outcome == USED}
    for day, (rows, columns) in place.shifted.items():
        shift = shifts[day.isoformat()]
        assert shift == pytest.approx((-rows, -columns), abs=0.15)
    still = [s for day, s in shifts.items() if date.fromisoformat(day) not in place.shifted if s]
    assert max(np.hypot(*s) for s in still) < 0.3


def test_a_stable_place_gives_nothing_in_spite_of_all_accidents(
    tmp_path: Path, place: Place, outlined: dict[str, object]
) -> None:
    stable = replace(place, changed=np.zeros_like(CHANGED), seed=4)
    result = scan(stacked(stable, tmp_path), outlined)
    assert result.dating.state == UNDISTURBED
    assert result.grounds == ()
    write_map(tmp_path / "map.tif", result)
    with rasterio.open(tmp_path / "map.tif") as source:
        assert source.count == 1
        assert np.nanmax(source.read(1)) == 0
    assert outline(result)["features"] == []


def test_a_wrong_flag_of_a_catalogue_is_overruled_by_the_data(
    tmp_path: Path, place: Place, outlined: dict[str, object]
) -> None:
    """Two scenes carry the offset although their metadata say it was taken off, and one the reverse."""
    wrong = {DAYS[50], DAYS[51]}
    for day in DAYS:
        numbers, classes = replace(place, covered=frozenset()).scene(day)
        name = f"S2A_MSIL2A_{day:%Y%m%d}T081241_{baseline(day)}_R078_T37SBT_{day:%Y%m%d}T120000"
        planes = np.concatenate([numbers, classes[np.newaxis].astype(np.uint16)])
        write(tmp_path / f"{name}.tif", planes, names=(*BANDS, "SCL"))
        if day in wrong:
            flag = {"properties": {"earthsearch:boa_offset_applied": True}}
            (tmp_path / f"{name}.json").write_text(json.dumps(flag), encoding="utf-8")
    result = scan(tmp_path, outlined)
    told = {r.moment[:10]: r.offset for r in result.cube.records}
    for day in wrong:
        decision = told[day.isoformat()]
        assert decision is not None
        assert (decision.removed, decision.metadata, decision.data) == (
            0.1, "not carried", "carried",
        )  # fmt: skip
        assert "contradict" in decision.reason


def test_a_damaged_file_loses_nothing_else(
    tmp_path: Path, place: Place, outlined: dict[str, object], found: Scan
) -> None:
    stacked(place, tmp_path)
    files = sorted(tmp_path.glob("*.tif"))
    whole = files[7].read_bytes()
    files[7].write_bytes(whole[: len(whole) // 2])
    files[12].write_bytes(b"")
    with rasterio.open(files[20]) as source:
        planes = source.read()
    write(files[20], planes, names=(*BANDS, "SCL"), crs="EPSG:32610")
    write(files[21], planes, names=(*BANDS, "SCL"), crs=None)
    write(files[22], planes, names=(*BANDS, "SCL"), left=900_000.0)
    result = scan(tmp_path, outlined)
    left = {r.files[0].name: r.reason for r in result.cube.records if r.outcome == LEFT_OUT}
    assert set(left) == {files[k].name for k in (7, 12, 20, 21, 22)}
    assert "cut short" in left[files[7].name]
    assert "does not say where it lies" in left[files[21].name]
    assert "does not reach the site" in left[files[22].name]
    assert result.dating.state == DISTURBED
    assert result.dating.episodes[0].kind == found.dating.episodes[0].kind
    assert abs(result.dating.episodes[0].onset - found.dating.episodes[0].onset).days <= 16


def test_one_scene_and_only_clouds_are_insufficient_not_an_error(
    tmp_path: Path, place: Place, outlined: dict[str, object]
) -> None:
    one = scan(stacked(replace(place, days=DAYS[:1]), tmp_path / "one"), outlined)
    assert one.dating.state == INSUFFICIENT
    assert one.cube.records[0].outcome == USED
    days = DAYS[:10]
    dark = scan(
        stacked(replace(place, days=days, covered=frozenset(days)), tmp_path / "all"), outlined
    )
    assert dark.dating.state == INSUFFICIENT
    assert {r.outcome for r in dark.cube.records} == {CLOUDED}


def test_years_without_scenes_are_said(
    tmp_path: Path, place: Place, outlined: dict[str, object]
) -> None:
    days = [*DAYS[:12], *(day + timedelta(days=900) for day in DAYS[12:24])]
    result = scan(stacked(replace(place, days=days, shifted={}), tmp_path), outlined)
    assert any("nothing is known of that time" in note for note in result.dating.notes)


def test_sites_off_the_scenes_or_below_a_pixel_are_refused(tmp_path: Path, folder: Path) -> None:
    far = read_polygon(site_file(tmp_path / "far.geojson", at=(200_000.0, 0.0)))
    with pytest.raises(InputError, match="does not lie on any of the"):
        scan(folder, far)
    tiny = json.loads((site_file(tmp_path / "tiny.geojson", side=1)).read_text(encoding="utf-8"))
    ring = tiny["geometry"]["coordinates"][0]
    x, y = ring[0]
    tiny["geometry"]["coordinates"][0] = [[x + (a - x) / 50, y + (b - y) / 50] for a, b in ring]
    (tmp_path / "tiny.geojson").write_text(json.dumps(tiny), encoding="utf-8")
    with pytest.raises(InputError, match="smaller than the images resolve"):
        scan(folder, read_polygon(tmp_path / "tiny.geojson"))
    metres = json.loads((tmp_path / "far.geojson").read_text(encoding="utf-8"))["geometry"]
    metres["coordinates"] = [[[p[0] * 1e4, p[1] * 1e5] for p in metres["coordinates"][0]]]
    with pytest.raises(InputError, match="are no degrees"):
        scan(folder, metres)
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileUnreadableError, match="holds no image"):
        scan(tmp_path / "empty", far)
    with pytest.raises(FileUnreadableError, match="no stack of scenes"):
        scan(tmp_path / "absent", far)


def test_a_site_at_the_edge_of_the_scenes_is_scanned_with_what_is_there(
    tmp_path: Path, folder: Path
) -> None:
    edge = read_polygon(site_file(tmp_path / "edge.geojson", row=-2, column=26))
    result = scan(folder, edge)
    assert result.dating.state in (DISTURBED, UNDISTURBED)
    assert result.cube.ground.site.sum() == 144


def test_the_series_says_the_same_when_it_is_dated_from_its_file(
    tmp_path: Path, found: Scan
) -> None:
    write_series(tmp_path / "series.csv", found)
    again = date_series(read_series(tmp_path / "series.csv"))
    assert [e.first_changed for e in again.episodes] == [
        e.first_changed for e in found.dating.episodes
    ]


def test_a_kept_cube_gives_the_same_and_a_damaged_one_is_not_believed(
    tmp_path: Path, folder: Path, outlined: dict[str, object], found: Scan
) -> None:
    key = key_of(folder, outlined)
    keep(found.cube, tmp_path, key)
    again = kept(tmp_path, key)
    assert again is not None
    assert again.records == found.cube.records
    assert again.digest == found.cube.digest
    assert history(again).dating == found.dating
    (file,) = tmp_path.glob("*.sitecube")
    content = bytearray(file.read_bytes())
    content[-5] ^= 1
    file.write_bytes(bytes(content))
    assert kept(tmp_path, key) is None
    assert kept(tmp_path, "0" * 64) is None
    assert key_of(folder, {**outlined, "type": "MultiPolygon"}) != key


def test_the_map_holds_the_probabilities_and_where_they_lie(tmp_path: Path, found: Scan) -> None:
    write_map(tmp_path / "map.tif", found)
    with rasterio.open(tmp_path / "map.tif") as source:
        plane = source.read(1)
        assert source.crs.to_epsg() == 32637
        assert source.res == (10.0, 10.0)
        assert "digging or levelling" in source.tags()["CONTENT"]
    assert np.nansum(plane) * 100 == pytest.approx(CHANGED_AREA, rel=0.15)
    (feature,) = outline(found)["features"]
    assert feature["geometry"]["type"] == "MultiPolygon"
    longitude, latitude = feature["geometry"]["coordinates"][0][0][0]
    assert 39.0 < longitude < 39.01
    assert 34.3 < latitude < 34.4
