"""Pairs of images: what changed is found, what did not is left alone, bad files are refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from numpy.typing import NDArray
from scipy import ndimage

from bayyina.cli.main import run
from bayyina.errors import BayyinaError
from bayyina.sites.pairs import compare
from bayyina.sites.polygons import read_polygon, site_pixels
from bayyina.sites.rasters import Grid, Image, read_image, write_raster
from bayyina.sites.registration import shift_between

pytestmark = pytest.mark.slow

SIZE = 160
EAST, NORTH, STEP = 250_000.0, 3_730_000.0, 10.0
UTM = "EPSG:32637"
GRID = Grid(SIZE, SIZE, UTM, (STEP, 0.0, EAST, 0.0, -STEP, NORTH), is_projected=True)


def ground(bands: int = 4, seed: int = 7) -> NDArray[np.float32]:
    """Invented ground: fields, a road and texture, in bands that go together."""
    rng = np.random.default_rng(seed)
    base = ndimage.gaussian_filter(rng.normal(size=(SIZE, SIZE)), 6) * 400
    base += ndimage.gaussian_filter(rng.normal(size=(SIZE, SIZE)), 1.5) * 60
    base[:, 40:44] += 150
    base += np.where(np.add.outer(np.arange(SIZE), np.arange(SIZE)) % 70 < 35, 90, 0)
    other = ndimage.gaussian_filter(rng.normal(size=(SIZE, SIZE)), 4) * 200
    mix = rng.uniform(0.4, 1.2, size=(bands, 2))
    return np.stack([1500 + a * base + b * other for a, b in mix]).astype(np.float32)


def image(bands: NDArray[np.floating], name: str = "image.tif", grid: Grid = GRID) -> Image:
    values = bands.astype(np.float32)
    names = ("",) * len(values)
    seen = np.asarray(np.isfinite(values).all(axis=0))
    return Image(name, values, seen, names, grid, "0" * 64, {})


def seen_again(bands: NDArray[np.float32], seed: int, noise: float = 12.0) -> NDArray[np.float32]:
    """The same ground through another sensor: another gain, offset and noise in each band."""
    rng = np.random.default_rng(seed)
    gains = rng.uniform(0.8, 1.25, size=(len(bands), 1, 1))
    offsets = rng.uniform(-100, 1000, size=(len(bands), 1, 1))
    return (bands * gains + offsets + rng.normal(0, noise, bands.shape)).astype(np.float32)


def levelled(bands: NDArray[np.float32], rows: slice, columns: slice) -> NDArray[np.float32]:
    out = bands.copy()
    steps = np.linspace(200, -150, len(bands))[:, np.newaxis, np.newaxis]
    out[:, rows, columns] = out[:, rows, columns].mean() + steps
    return out


PATCH = (slice(60, 90), slice(100, 130))


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_found_where_nothing_changed(seed: int) -> None:
    bands = ground(seed=seed)
    found = compare(image(seen_again(bands, 1)), image(seen_again(bands, 2)))
    assert found.changed == 0


@pytest.mark.parametrize("seed", range(4))
def test_a_levelled_patch_is_found_with_its_area(seed: int) -> None:
    before = ground(seed=seed)
    after = levelled(before, *PATCH)
    found = compare(image(seen_again(before, 1)), image(seen_again(after, 2)))
    truth = np.zeros((SIZE, SIZE), dtype=bool)
    truth[PATCH] = True
    both = (found.map.changed & truth).sum()
    assert both / truth.sum() > 0.9
    assert abs(found.changed - truth.sum()) / truth.sum() < 0.2


def test_a_shift_is_measured_and_undone() -> None:
    before = seen_again(ground(), 1)
    after = seen_again(levelled(ground(), *PATCH), 2)
    moved = np.stack([ndimage.shift(band, (1.4, -2.3), order=3, mode="nearest") for band in after])
    found = compare(image(before), image(moved))
    assert found.shift.is_measured
    assert (found.shift.rows, found.shift.columns) == pytest.approx((-1.4, 2.3), abs=0.1)
    left = compare(image(before), image(moved), register=False)
    assert left.changed > found.changed


@pytest.mark.parametrize(("rows", "columns"), [(0.3, -0.7), (2.5, 3.1), (-4.2, 0.0)])
def test_shifts_are_measured_to_a_tenth_of_a_pixel(rows: float, columns: float) -> None:
    band = ndimage.zoom(ground(1)[0], 1, order=1)
    other = ndimage.shift(band, (rows, columns), order=3, mode="nearest")
    shift = shift_between(band, other, np.ones(band.shape, dtype=bool))
    assert (shift.rows, shift.columns) == pytest.approx((-rows, -columns), abs=0.1)


def test_a_shift_that_cannot_be_measured_is_none() -> None:
    flat = np.ones((SIZE, SIZE), dtype=np.float32)
    assert not shift_between(flat, flat, flat > 0).is_measured
    rng = np.random.default_rng(3)
    noise = [rng.normal(size=(SIZE, SIZE)).astype(np.float32) for _ in range(2)]
    assert not shift_between(noise[0], noise[1], flat > 0).is_measured


def test_clouds_and_gaps_are_left_out() -> None:
    before, after = seen_again(ground(), 1), seen_again(levelled(ground(), *PATCH), 2)
    after[:, 60:90, 100:115] = np.nan
    found = compare(image(before), image(after))
    assert not found.map.changed[60:90, 100:115].any()
    assert (found.mask[60:90, 101:114] == 255).all()
    assert 300 < found.changed < 560


def test_images_on_other_grids_are_laid_over_each_other() -> None:
    before = seen_again(ground(), 1)
    after = seen_again(levelled(ground(), *PATCH), 2)
    cut = Grid(
        SIZE - 20, SIZE - 10, UTM, (STEP, 0, EAST + 10 * STEP, 0, -STEP, NORTH - 20 * STEP), True
    )
    found = compare(image(before), image(after[:, 20:, 10:], grid=cut))
    assert not found.seen[:19].any()
    assert found.changed == pytest.approx(900, rel=0.2)


def test_what_does_not_fit_is_refused() -> None:
    one = image(ground())
    with pytest.raises(BayyinaError, match=r"4 bands and .* has 3"):
        compare(one, image(ground(3)))
    far = Grid(SIZE, SIZE, UTM, (STEP, 0, EAST + 1e6, 0, -STEP, NORTH), True)
    with pytest.raises(BayyinaError, match="0 clear pixels in common"):
        compare(one, image(ground(), grid=far))
    nowhere = Grid(SIZE, SIZE, None, (1, 0, 0, 0, 1, 0), False)
    with pytest.raises(BayyinaError, match="not both say where they lie"):
        compare(one, image(ground(), grid=nowhere))
    covered = ground()
    covered[:] = np.nan
    with pytest.raises(BayyinaError, match="clear pixels"):
        compare(one, image(covered))


def test_an_image_against_itself_has_no_change() -> None:
    one = image(ground())
    assert compare(one, one).changed == 0


def test_constant_bands_say_nothing() -> None:
    bands = ground()
    bands[1] = 7
    found = compare(image(bands), image(seen_again(levelled(bands, *PATCH), 2)))
    assert found.alteration.degrees == 3


# ----- files -----


@pytest.fixture
def on_disk(tmp_path: Path) -> Callable[..., Path]:
    def write(name: str, bands: NDArray[np.floating], grid: Grid = GRID) -> Path:
        path = tmp_path / name
        with rasterio.open(
            path,
            "w",
            driver="GTiff",
            height=bands.shape[1],
            width=bands.shape[2],
            count=len(bands),
            dtype="uint16",
            crs=grid.crs,
            transform=rasterio.Affine(*grid.transform),
        ) as target:
            target.write(np.clip(bands, 1, 65535).astype(np.uint16))
        return path

    return write


def square(east: float, north: float, size: float) -> dict[str, Any]:
    corners = [
        (east, north),
        (east + size, north),
        (east + size, north - size),
        (east, north - size),
    ]
    xs, ys = rasterio.warp.transform(UTM, "EPSG:4326", *zip(*corners, strict=True))
    ring = [list(point) for point in zip(xs, ys, strict=True)]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def feature(tmp_path: Path, geometry: object) -> Path:
    path = tmp_path / "place.site.geojson"
    content = {"type": "Feature", "properties": {}, "geometry": geometry}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_the_command_writes_mask_and_document(
    on_disk: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = on_disk("before.tif", seen_again(ground(), 1))
    after = on_disk("after.tif", seen_again(levelled(ground(), *PATCH), 2))
    site = feature(tmp_path, square(EAST + 1000, NORTH - 600, 300))
    mask, chance = tmp_path / "mask.tif", tmp_path / "chance.tif"
    words = ["sites", "compare", before, after, "--mask", mask, "--probability", chance, "--json"]
    assert run(list(map(str, words))) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["area_m2"] == pytest.approx(90_000, rel=0.2)
    low, high = document["area_range_m2"]
    assert low <= document["area_m2"] <= high
    with rasterio.open(mask) as written:
        values = written.read(1)
        assert written.crs.to_string() == UTM
        assert written.tags()["BEFORE_SHA256"] == document["before"]["sha256"]
    assert int((values == 1).sum()) == document["changed_pixels"]
    with rasterio.open(chance) as written:
        assert np.nanmax(written.read(1)) <= 1
    assert run(["sites", "compare", str(before), str(after), "--site", str(site), "--json"]) == 0
    within = json.loads(capsys.readouterr().out)
    assert within["seen_pixels"] == 900
    assert within["changed_share"] > 0.9


def test_no_grave_and_no_verdict_is_spoken_of(
    on_disk: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    before = on_disk("before.tif", seen_again(ground(), 1))
    after = on_disk("after.tif", seen_again(levelled(ground(), *PATCH), 2))
    assert run(["sites", "compare", str(before), str(after)]) == 0
    said = capsys.readouterr().out
    assert "ground disturbance consistent with digging or levelling" in said
    assert "grave" not in said


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:3000]), "damaged, cut short"),
        (lambda path: path.write_bytes(b""), "damaged, cut short"),
        (lambda path: path.write_text("date,red\n"), "damaged, cut short"),
        (
            lambda path: path.write_text(
                "<VRTDataset rasterXSize='9' rasterYSize='9'><SRS>EPSG:4326</SRS></VRTDataset>"
            ),
            "damaged, cut short",
        ),
        (lambda path: path.unlink(), "no file of that name"),
    ],
    ids=["cut short", "empty", "text", "virtual", "absent"],
)
def test_a_bad_file_is_one_sentence(
    on_disk: Callable[..., Path],
    capsys: pytest.CaptureFixture[str],
    spoil: Callable[[Path], object],
    message: str,
) -> None:
    before = on_disk("before.tif", ground())
    after = on_disk("after.tif", ground())
    spoil(after)
    assert run(["sites", "compare", str(before), str(after)]) == 2
    said = capsys.readouterr()
    assert message in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""


@pytest.mark.parametrize(
    ("geometry", "message"),
    [
        ({"type": "Point", "coordinates": [36.6, 33.7]}, "no polygon"),
        ({"type": "Polygon", "coordinates": [[[1, 1], [1, 1], [1, 1], [1, 1]]]}, "without any"),
        ({"type": "Polygon", "coordinates": []}, "without any area"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}, "does not lie"),
        ({"type": "Polygon", "coordinates": [[["x", 0], [1, 0], [1, 1]]]}, "without any area"),
        (None, "no polygon"),
    ],
    ids=["point", "no area", "no ring", "elsewhere", "no numbers", "nothing"],
)
def test_a_bad_outline_is_one_sentence(tmp_path: Path, geometry: object, message: str) -> None:
    path = feature(tmp_path, geometry)
    with pytest.raises(BayyinaError, match=message):
        site_pixels(read_polygon(path), GRID, "before.tif")


def test_a_mask_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(BayyinaError, match="cannot be written"):
        write_raster(tmp_path / "none" / "m.tif", np.zeros((9, 9), np.uint8), GRID, {})
    assert list(tmp_path.iterdir()) == []


def test_filling_at_the_edge_is_not_seen(on_disk: Callable[..., Path], tmp_path: Path) -> None:
    bands = ground()
    path = on_disk("edge.tif", bands)
    with rasterio.open(path, "r+") as target:
        values = target.read()
        values[:, :, :20] = 0
        target.write(values)
    assert not read_image(path).seen[:, :20].any()
    assert read_image(path).seen[:, 20:].all()


@pytest.mark.data
def test_the_labelled_landsat_pair_is_matched(test_data: Path) -> None:
    folder = test_data / "satellite" / "landsat_pairs" / "taizhou"
    found = compare(read_image(folder / "2000TM"), read_image(folder / "2003TM")).map.changed
    changed = read_image(folder / "change.bmp").bands[0] > 0
    unchanged = read_image(folder / "unchanged.bmp").bands[0] > 0
    hits, false = (found & changed).sum(), (found & unchanged).sum()
    missed = (~found & changed).sum()
    assert 2 * hits / (2 * hits + false + missed) >= 0.95
