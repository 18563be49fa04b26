"""Scanning a site: cold reading against bare decoding, a kept cube, and changed areas put into a real cube.

``python -m bench.scan``. The stack for speed is made here (ten years of an invented place, written as tiled
GeoTIFF); the areas are put into the real Romania cube where it is on this machine.
"""

from __future__ import annotations

import tempfile
import time
import warnings
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from rasterio.warp import transform
from rasterio.windows import Window

from bayyina.sites.changed_ground import changed_ground
from bayyina.sites.cube_files import keep, kept, key_of
from bayyina.sites.dating import Episode
from bayyina.sites.rasters import Grid
from bayyina.sites.scanning import history, scan, scenes_at, series_of
from bayyina.sites.scene_windows import read_scene
from bayyina.sites.scenes import Scene
from bayyina.sites.site_cubes import SiteCube, stored
from bayyina.sites.site_ground import Ground, ground_of
from bayyina.sites.surroundings import kinds_of, mean_of_pixels, medians
from bench.running import data_folder
from bench.sites_made import SOIL, Cube, romania

BANDS = ("B02", "B03", "B04", "B08", "B11", "B12")
SIDE = 1024
COLD_SCENES = 60
HECTARES_50 = 71
SITE, MARGIN = 14, 18
PLACES = 40
PASSES, SHARE_USABLE = 730, 0.41
SIZES = (100.0, 200.0, 400.0)
GOAL_COLD, GOAL_CACHED, GOAL_AREA = 1.25, 1.0, 0.15


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        _cold(folder / "cold")
        _cached(folder)
    satellite = data_folder() / "satellite"
    if not (satellite / "nrt_romania_s2").is_dir():
        print("The Romania cube is not on this machine; areas were not measured.")
        return
    _areas(romania(satellite))


def _made(folder: Path, count: int) -> None:
    """Scenes of one file for each band, 512-pixel tiles, deflate with predictor, as archives have them."""
    folder.mkdir(parents=True)
    random = np.random.default_rng(1)
    land = 1500 + 400 * random.random((SIDE, SIDE))
    affine = rasterio.Affine(10, 0, 500_000, 0, -10, 3_800_000)
    layout = {"tiled": True, "blockxsize": 512, "blockysize": 512}
    for number in range(count):
        day = date(2020, 1, 1) + timedelta(days=5 * number)
        for band in (*BANDS, "SCL"):
            values = (land + random.normal(0, 40, land.shape)).astype(np.uint16)
            if band == "SCL":
                values = np.full(land.shape, 5, dtype=np.uint8)
            with rasterio.open(
                folder / f"S2A_37SBT_{day:%Y%m%d}_0_L2A_{band}.tif",
                "w",
                driver="GTiff",
                height=SIDE,
                width=SIDE,
                count=1,
                dtype=values.dtype.name,
                crs="EPSG:32637",
                transform=affine,
                compress="deflate",
                predictor=2,
                **layout,
            ) as target:
                target.write(values, 1)


def _outline(side: int) -> dict[str, Any]:
    """A square of pixels in the middle of the made scenes."""
    middle = SIDE // 2
    left, top = 500_000 + 10 * (middle - side // 2), 3_800_000 - 10 * (middle - side // 2)
    size = 10 * side
    xs = [left, left, left + size, left + size, left]
    ys = [top, top - size, top - size, top, top]
    lon, lat = transform("EPSG:32637", "EPSG:4326", xs, ys)
    return {"type": "Polygon", "coordinates": [[list(p) for p in zip(lon, lat, strict=True)]]}


def _bare(scenes: list[Scene], grid: Grid) -> float:
    """Seconds to open every file of the scenes and decode the window, and nothing else."""
    column = round((grid.transform[2] - 500_000) / 10)
    row = round((3_800_000 - grid.transform[5]) / 10)
    window = Window(column, row, grid.width, grid.height)
    begun = time.perf_counter()
    for scene in scenes:
        for path in scene.files:
            with rasterio.open(path) as source:
                source.read(1, window=window)
    return time.perf_counter() - begun


def _cold(folder: Path) -> None:
    _made(folder, COLD_SCENES)
    scenes = list(scenes_at(folder).scenes())
    outline = _outline(HECTARES_50)
    grid = ground_of(scenes, outline).grid
    _bare(scenes, grid)
    pairs = []
    for _ in range(3):
        bare = _bare(scenes, grid)
        begun = time.perf_counter()
        for scene in scenes:
            read_scene(scene, grid)
        pairs.append((bare, time.perf_counter() - begun))
    bare, own = (float(np.median(values)) for values in zip(*pairs, strict=True))
    begun = time.perf_counter()
    scan(folder, outline)
    whole = time.perf_counter() - begun
    files = sum(len(scene.files) for scene in scenes)
    print(f"Cold reading, {files} files, window {grid.height} x {grid.width}, one thread:")
    print(f"  bare rasterio {bare:.2f} s; scenes read, masked and scaled {own:.2f} s")
    print(f"  ratio {own / bare:.2f} (goal at most {GOAL_COLD})")
    print(
        f"  whole scan of the stack {whole:.2f} s = {whole / bare:.2f} x: digests, offsets, "
        "registration and dating with it, reading on two threads"
    )


def _cached(folder: Path) -> None:
    """A cube of 50 ha, ten years, 730 scenes, six bands: from the file to the answer."""
    random = np.random.default_rng(2)
    ring, pixels = 3000, HECTARES_50**2
    passes = date(2014, 1, 3).toordinal() + 5 * np.arange(PASSES)
    days = passes[random.random(PASSES) < SHARE_USABLE]
    scenes = len(days)
    clear = np.ones(scenes, dtype=bool)
    season = 0.03 * np.sin(2 * np.pi * days / 365.25)

    def made(count: int, jump: float) -> np.ndarray:
        noise = random.normal(0, 0.006, (6, scenes, count)).astype(np.float32)
        values = noise + 0.2 + season[None, :, None]
        values[:, scenes * 2 // 3 :] += jump
        return stored(values.astype(np.float32))

    side = HECTARES_50 + 2 * 52
    site = np.zeros((side, side), dtype=bool)
    site[52:-52, 52:-52] = True
    around = ~np.pad(np.ones((HECTARES_50 + 4,) * 2, dtype=bool), 50)
    grid = Grid(side, side, "EPSG:32637", (10, 0, 5e5, 0, -10, 38e5), True)
    kinds = np.stack([0.2 + season[:, None] + random.normal(0, 0.001, (scenes, 6)) for _ in "1234"])
    cube = SiteCube(
        Ground(grid, site, around),
        ("blue", "green", "red", "nir", "swir1", "swir2"),
        days.astype(np.int64),
        ("Sentinel-2",) * scenes,
        made(pixels, 0.03),
        np.repeat(clear[:, None], pixels, axis=1),
        made(ring, 0.0),
        np.repeat(clear[:, None], ring, axis=1),
        kinds,
        (5000,) * 4,
        clear * 1.0,
        (),
        (),
        (),
    )
    stack = folder / "cold"
    key = key_of(stack, _outline(HECTARES_50))
    keep(cube, folder / "kept", key)
    taken, busy = [], []
    found = None
    for _ in range(3):
        begun, used = time.perf_counter(), time.process_time()
        again = kept(folder / "kept", key_of(stack, _outline(HECTARES_50)))
        middle = time.perf_counter()
        found = history(again) if again is not None else None
        taken.append((middle - begun, time.perf_counter() - middle))
        busy.append(time.process_time() - used)
    loading, working = min(taken, key=sum)
    episodes = 0 if found is None else len(found.dating.episodes)
    print(
        f"Cached site of 50 ha, ten years, {PASSES} passes, {scenes} of them usable, six bands: load and check {loading:.2f} s, "
        f"series, dating and area {working:.2f} s, together {loading + working:.2f} s "
        f"(goal {GOAL_CACHED}; of the processor {min(busy):.2f} s); {episodes} episode"
    )


def _areas(cube: Cube) -> None:
    """Known areas in the calmer places of the real cube: error of the area, and its interval."""
    random = np.random.default_rng(5)
    print(
        "Changed area put into the Romania cube (step of soil colour in the middle of the series):"
    )
    corners = _calm(cube)
    for size in SIZES:
        for share in (0.25, 0.5, 1.0):
            errors, held = [], []
            for corner in corners:
                result = _one_area(cube, corner, random, size, share)
                if result is not None:
                    errors.append(result[0])
                    held.append(result[1])
            middle, high = np.percentile(np.abs(errors), [50, 90])
            print(
                f"  red +{size / 10_000:.3f}, {share:4.0%} of the site: median error {middle:.1%}, "
                f"90th percentile {high:.1%}, bias {np.mean(errors):+.1%}, interval holds "
                f"{np.mean(held):.0%} of {len(held)} (goal {GOAL_AREA:.0%}, 90 %)"
            )


def _calm(cube: Cube) -> list[tuple[int, int]]:
    """Corners of windows in the calmer half of random places, by how their summers differ."""
    random = np.random.default_rng(11)
    window = SITE + 2 * MARGIN
    height, width = cube.clear.shape[1:]
    dates = [date.fromordinal(int(day)) for day in cube.days]
    summers = [
        [k for k, d in enumerate(dates) if d.year == year and d.month in (6, 7, 8, 9)]
        for year in range(2016, 2022)
    ]
    drawn = []
    for _ in range(2 * PLACES):
        row, column = (int(random.integers(0, length - window)) for length in (height, width))
        own = np.s_[row + MARGIN : row + MARGIN + SITE, column + MARGIN : column + MARGIN + SITE]
        means = []
        for rows in summers:
            seen = cube.clear[rows][(slice(None), *own)][..., None]
            values = np.where(seen, cube.values[rows][(slice(None), *own)], np.nan)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", RuntimeWarning)
                means.append(np.nanmedian(values, axis=0))
        unrest = float(np.nanpercentile(np.nanstd(means, axis=0) / np.nanmean(means, axis=0), 90))
        drawn.append((unrest, (row, column)))
    return [corner for _, corner in sorted(drawn)[:PLACES]]


def _one_area(
    cube: Cube, corner: tuple[int, int], random: np.random.Generator, size: float, share: float
) -> tuple[float, bool] | None:
    window = SITE + 2 * MARGIN
    row, column = corner
    part = np.s_[:, row : row + window, column : column + window]
    values, clear = cube.values[part] / 10_000, cube.clear[part]
    site = np.zeros((window, window), dtype=bool)
    site[MARGIN:-MARGIN, MARGIN:-MARGIN] = True
    changed = site.copy()
    changed[:, MARGIN + max(2, round(SITE * np.sqrt(share))) :] = False
    changed[MARGIN + max(2, round(SITE * share / np.sqrt(share))) :] = False
    onset = int(np.quantile(cube.days, random.uniform(0.4, 0.7)))
    after = cube.days >= onset
    put = values + (after[:, None, None] & changed)[..., None] * (size / 10_000 * SOIL)
    made = _site_cube(cube, put, clear, site)
    _, control, _, _ = series_of(made)
    later = date.fromordinal(int(made.days[np.searchsorted(made.days, onset)]))
    episode = Episode(later, (later, later), later, later, None, None, "step", 10.0)
    found = changed_ground(made, control, [episode])[0]
    if found is None:
        return None
    true = float(changed.sum()) * 100.0
    low, high = found.interval95
    return (found.area - true) / true, low <= true <= high


def _site_cube(cube: Cube, values: np.ndarray, clear: np.ndarray, site: np.ndarray) -> SiteCube:
    """A window of the real cube as a site's cube."""
    around = np.zeros_like(site)
    around[4:-4, 4:-4] = True
    around[MARGIN - 2 : -MARGIN + 2, MARGIN - 2 : -MARGIN + 2] = False
    usable = (clear[:, site].mean(axis=1) >= 0.6) & (clear[:, around].mean(axis=1) >= 0.3)
    planes = np.moveaxis(values[usable], -1, 0).astype(np.float32)
    own, ring = planes[:, :, site], planes[:, :, around]
    own_clear, ring_clear = clear[usable][:, site], clear[usable][:, around]
    spectra = np.stack([medians(plane, ring_clear) for plane in ring], axis=1)
    labels = kinds_of(spectra)
    kinds = np.stack(
        [
            mean_of_pixels(stored(ring[:, :, labels == k]), ring_clear[:, labels == k])[0]
            for k in range(int(labels.max()) + 1)
        ]
    )
    rows, columns = site.shape
    grid = Grid(rows, columns, "EPSG:32634", (10, 0, 0, 0, -10, 0), True)
    days = np.asarray(cube.days[usable], dtype=np.int64)
    return SiteCube(
        Ground(grid, site, around),
        ("blue", "green", "red", "nir"),
        days,
        ("Sentinel-2",) * len(days),
        stored(own),
        own_clear,
        stored(ring),
        ring_clear,
        kinds,
        tuple(int(n) for n in np.bincount(labels)),
        ring_clear.mean(axis=1),
        (),
        (),
        (),
    )


if __name__ == "__main__":
    print(f"{datetime.now(UTC):%Y-%m-%d}")
    main()
