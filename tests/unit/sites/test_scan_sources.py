"""Names of files and static catalogues: which scene, which band, which sensor."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from bayyina.errors import FileUnreadableError
from bayyina.sites.dating import DISTURBED
from bayyina.sites.polygons import read_polygon
from bayyina.sites.radar_witness import RadarImage, tracks, witness
from bayyina.sites.scanning import scan, scenes_at
from bayyina.sites.scene_layers import layer_of
from bayyina.sites.scene_names import family_of, read_name
from bayyina.sites.site_cubes import RADAR, USED
from tests.unit.sites.made_scenes import BANDS, Place, every, site_file, square, write

DAYS = every(date(2021, 1, 5), date(2022, 7, 1), 16)
ONSET = date(2021, 10, 10)


def made() -> Place:
    return Place(DAYS, changed=square(28, 28, 8), course=lambda day: float(day >= ONSET))


NAMES = [
    ("S2A_MSIL2A_20220120T081241_N0301_R078_T37SBT_20220120T102030", "Sentinel-2A", "03.01", "", None),
    ("T37SBT_20220120T081241_B8A_20m", "Sentinel-2", "", "2022-01-20T08:12:41", "nir08"),
    ("S2B_37SBT_20220120_0_L2A_B11", "Sentinel-2B", "", "2022-01-20T00:00:00", "swir1"),
    ("LC08_L2SP_174037_20220115_20220123_02_T1_SR_B5", "Landsat 8", "Collection 02", "", "nir"),
    ("LE07_L2SP_174037_20120115_20200123_02_T1_SR_B4", "Landsat 7", "Collection 02", "", "nir"),
    ("LT05_L2SP_174037_20060115_20200123_02_T1_QA_PIXEL", "Landsat 5", "Collection 02", "", "qa_pixel"),
    ("HLS.L30.T37SBT.2022020T081241.v2.0.Fmask", "HLS L30", "", "2022-01-20T08:12:41", "fmask"),
    (
        "OPERA_L2_RTC-S1_T137-292320-IW2_20211119T015900Z_20250830T120333Z_S1A_30_v1.0_VH",
        "Sentinel-1A", "1.0", "2021-11-19T01:59:00", "vh",
    ),
    ("S1B_IW_20211101T033000_DVP_RTC30_G_gpuned_ABCD_VV", "Sentinel-1B", "", "", "vv"),
    ("20220115_075812_12_2436_3B_udm2_clip", "Planet", "", "2022-01-15T07:58:12", "udm2"),
    ("pit 2022-01-15 red", "unknown", "", "2022-01-15T00:00:00", "red"),
    ("red_20220115", "unknown", "", "2022-01-15T00:00:00", "red"),
    ("landsat8_20220115_B4", "Landsat 8", "", "", "red"),
]  # fmt: skip


@pytest.mark.parametrize(("stem", "platform", "baseline", "moment", "layer"), NAMES)
def test_names_of_archives_are_read(
    stem: str, platform: str, baseline: str, moment: str, layer: str | None
) -> None:
    found = read_name(stem)
    assert found is not None
    assert (found.platform, found.baseline) == (platform, baseline)
    if moment:
        assert found.moment == datetime.fromisoformat(moment).replace(tzinfo=UTC)
    if layer:
        assert layer_of(found.layer, family_of(platform)) == layer


@pytest.mark.parametrize(
    "stem", ["B02", "20221399", "site", "20220231", "T37SBT_20229920T081241_B02"]
)
def test_names_without_a_day_are_not_guessed(stem: str) -> None:
    found = read_name(stem)
    assert found is None or found.moment is None


def test_of_two_products_of_one_pass_the_newer_baseline_is_used(tmp_path: Path) -> None:
    for day in DAYS[:10]:
        numbers, _ = made().scene(day)
        for version, added in (("N0301", 0), ("N0500", 1000)):
            stem = f"S2A_MSIL2A_{day:%Y%m%d}T081241_{version}_R078_T37SBT_{day:%Y%m%d}T120000"
            write(tmp_path / f"{stem}.tif", (numbers + added).astype(np.uint16), names=BANDS)
    result = scan(tmp_path, read_polygon(site_file(tmp_path / "site.geojson")))
    used = [r for r in result.cube.records if r.outcome == USED]
    assert [r.baseline for r in used] == ["05.00"] * 10
    assert {r.offset.removed for r in used if r.offset} == {0.1}
    left = [r for r in result.cube.records if r.outcome != USED]
    assert len(left) == 10
    assert all("same pass" in r.reason for r in left)


def test_one_file_for_each_band_in_a_folder_for_each_scene(tmp_path: Path) -> None:
    place = made()
    for day in DAYS:
        numbers, classes = place.scene(day)
        folder = tmp_path / f"S2A_37SBT_{day:%Y%m%d}_0_L2A"
        for band, plane in zip(BANDS, numbers, strict=True):
            coarse = band in ("B11", "B12")
            write(
                folder / f"{band}.tif",
                plane[::2, ::2] if coarse else plane,
                size=20.0 if coarse else 10.0,
            )
        write(folder / "SCL.tif", classes[::2, ::2], size=20.0)
        write(folder / "TCI.tif", numbers[:3])
    result = scan(tmp_path, read_polygon(site_file(tmp_path / "site.geojson")))
    assert result.cube.bands == ("blue", "green", "red", "nir", "swir1", "swir2")
    assert {r.platform for r in result.cube.records} == {"Sentinel-2A"}
    assert len(result.cube.records) == len(DAYS)
    assert result.dating.state == DISTURBED
    assert (
        result.dating.episodes[0].last_clear_before
        < ONSET
        <= result.dating.episodes[0].first_changed
    )


@pytest.mark.parametrize(
    "form", ["{band}/{day}.tif", "{band}_{day}.tif", "{day}/{band}.tif", "s2_{day}.tif"]
)
def test_bands_in_folders_or_names_of_ones_own(tmp_path: Path, form: str) -> None:
    day = DAYS[0]
    numbers, _ = made().scene(day)
    if "{band}" not in form:
        write(tmp_path / form.format(day=day), numbers, names=("B", "G", "R", "N", "S1", "S2"))
    else:
        for band, plane in zip(("B02", "B03", "B04", "B08"), numbers, strict=False):
            write(tmp_path / form.format(band=band, day=day), plane)
    result = scan(tmp_path, read_polygon(site_file(tmp_path / "site.geojson")))
    (record,) = result.cube.records
    assert record.outcome == USED, record.reason
    assert result.cube.bands[:4] == ("blue", "green", "red", "nir")
    assert len(result.cube.bands) == (4 if "{band}" in form else 6)


def test_landsat_is_scaled_and_masked_by_its_quality_band(tmp_path: Path) -> None:
    place = made()
    for number, day in enumerate(DAYS):
        numbers, _ = place.scene(day)
        stem = f"LC09_L2SP_174037_{day:%Y%m%d}_{day:%Y%m%d}_02_T1"
        for band, plane in zip(("B2", "B3", "B4", "B5", "B6", "B7"), numbers, strict=True):
            scaled = np.rint((plane / 10_000 + 0.2) / 2.75e-5).astype(np.uint16)
            write(tmp_path / f"{stem}_SR_{band}.TIF", scaled)
        quality = np.full(numbers.shape[1:], 21824, dtype=np.uint16)
        if number == 4:
            quality[:] = 22280
        write(tmp_path / f"{stem}_QA_PIXEL.TIF", quality)
    result = scan(tmp_path, read_polygon(site_file(tmp_path / "site.geojson")))
    assert [r.outcome for r in result.cube.records].count(USED) == len(DAYS) - 1
    assert result.cube.records[4].outcome == "clouded"
    assert float(np.median(result.series.values[:, 2])) == pytest.approx(0.25, abs=0.03)
    assert result.dating.state == DISTURBED


def catalogue(folder: Path) -> Path:
    """A static catalogue with a collection, items in folders of their own, and links to nowhere."""
    place = made()
    links = []
    for day in DAYS:
        numbers, classes = place.scene(day)
        name = f"scene-{day:%Y%m%d}"
        home = folder / "items" / name
        write(home / "six.tif", numbers)
        write(home / "classes.tif", classes)
        bands = [
            {"name": b, "eo:common_name": c}
            for b, c in zip(BANDS, ("blue", "green", "red", "nir", "swir16", "swir22"), strict=True)
        ]
        item = {
            "type": "Feature", "stac_version": "1.1.0", "id": name,
            "properties": {"datetime": f"{day}T08:12:41.024Z", "platform": "sentinel-2b", "s2:processing_baseline": "03.01"},
            "assets": {
                "reflectance": {"href": "./six.tif", "type": "image/tiff; application=geotiff", "bands": bands},
                "scl": {"href": "classes.tif", "type": "image/tiff"},
                "red": {"href": "https://example.org/B04.tif", "type": "image/tiff"},
                "thumbnail": {"href": "https://example.org/t.png", "type": "image/png", "roles": ["thumbnail"]},
            },
        }  # fmt: skip
        (home / "item.json").write_text(json.dumps(item), encoding="utf-8")
        links.append({"rel": "item", "href": f"../items/{name}/item.json"})
    links.append({"rel": "item", "href": "https://example.org/item.json"})
    links.append({"rel": "item", "href": "../../../outside.json"})
    links.append({"rel": "item", "href": "broken.json"})
    (folder / "collection").mkdir()
    (folder / "collection" / "broken.json").write_text("{", encoding="utf-8")
    collection = {"type": "Collection", "id": "c", "links": links}
    (folder / "collection" / "collection.json").write_text(json.dumps(collection), encoding="utf-8")
    root = {"type": "Catalog", "id": "r", "links": [
        {"rel": "self", "href": "https://example.org/catalog.json"},
        {"rel": "child", "href": "./collection/collection.json"},
    ]}  # fmt: skip
    (folder / "catalog.json").write_text(json.dumps(root), encoding="utf-8")
    return folder


def test_a_static_catalogue_is_followed_on_disk_only(tmp_path: Path) -> None:
    stack = catalogue(tmp_path / "stack")
    (tmp_path / "outside.json").write_text('{"type": "Feature", "id": "no"}', encoding="utf-8")
    polygon = read_polygon(site_file(tmp_path / "site.geojson"))
    result = scan(stack, polygon)
    assert [r.identifier for r in result.cube.records] == [f"scene-{d:%Y%m%d}" for d in DAYS]
    assert {r.platform for r in result.cube.records} == {"Sentinel-2B"}
    assert result.cube.records[0].moment.startswith("2021-01-05T08:12:41")
    assert result.dating.state == DISTURBED
    notes = " ".join(result.notes)
    assert "were not followed" in notes
    assert "broken.json was left out" in notes
    assert scenes_at(stack / "catalog.json").scenes()[0].identifier == "scene-20210105"


def test_a_catalogue_of_addresses_only_is_refused(tmp_path: Path) -> None:
    root = {"type": "Catalog", "links": [{"rel": "item", "href": "https://example.org/i.json"}]}
    (tmp_path / "catalog.json").write_text(json.dumps(root), encoding="utf-8")
    with pytest.raises(FileUnreadableError, match="lists no item on this machine"):
        scenes_at(tmp_path).scenes()


def test_radar_stands_beside_and_dates_nothing(tmp_path: Path) -> None:
    place = made()
    random = np.random.default_rng(3)
    for day in DAYS:
        numbers, classes = place.scene(day)
        planes = np.concatenate([numbers, classes[np.newaxis].astype(np.uint16)])
        write(tmp_path / f"s2_{day:%Y%m%d}.tif", planes, names=(*BANDS, "SCL"))
        power = 0.05 * random.gamma(4, 0.25, (2, 64, 64))
        power[:, place.changed] *= 2.5 if day >= ONSET else 1.0
        stem = (
            f"OPERA_L2_RTC-S1_T137-292320-IW2_{day:%Y%m%d}T015900Z_{day:%Y%m%d}T120333Z_S1A_30_v1.0"
        )
        write(tmp_path / f"{stem}_VV.tif", power[0].astype(np.float32))
        write(tmp_path / f"{stem}_VH.tif", power[1].astype(np.float32))
    result = scan(tmp_path, read_polygon(site_file(tmp_path / "site.geojson")))
    assert sum(r.outcome == RADAR for r in result.cube.records) == len(DAYS)
    assert result.dating.observations == len(DAYS)
    ((one,),) = result.witnesses
    assert one.orbit == "137"
    assert one.log_likelihood_ratio > 3
    assert all(shift > 1 for shift in one.shift_db)


def test_radar_of_a_place_that_stayed_says_nothing() -> None:
    random = np.random.default_rng(8)
    images = [
        RadarImage("80", ("vv",), day, random.normal(-12, 0.4, 1), random.normal(-12, 0.1, 1))
        for day in range(738_000, 738_600, 12)
    ]
    (track,) = tracks(images)
    found = witness(track, 738_300, 738_312)
    assert found is not None
    assert found.log_likelihood_ratio < 3
    assert witness(track, 738_010, 738_020) is None
