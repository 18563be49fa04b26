"""Stacks of scenes of an invented place, written as GeoTIFF files. FICTIONAL: nothing of it exists."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import rasterio
from rasterio.warp import transform
from scipy import ndimage

CRS = "EPSG:32637"
LEFT, TOP, SIZE = 500_000.0, 3_800_000.0, 10.0
ROWS = 64
BANDS = ("B02", "B03", "B04", "B08", "B11", "B12")
BARE = np.array([0.14, 0.19, 0.25, 0.31, 0.38, 0.35])
SOIL = np.array([0.03, 0.04, 0.055, 0.05, 0.06, 0.05])


def square(row: int, column: int, side: int) -> np.ndarray:
    """Pixels of a square."""
    mask = np.zeros((ROWS, ROWS), dtype=bool)
    mask[row : row + side, column : column + side] = True
    return mask


@dataclass
class Place:
    """How the scenes are made."""

    days: Sequence[date]
    changed: np.ndarray = field(default_factory=lambda: np.zeros((ROWS, ROWS), dtype=bool))
    course: Callable[[date], float] = lambda day: 0.0
    offset_from: date | None = None
    cloudy: frozenset[date] = frozenset()
    covered: frozenset[date] = frozenset()
    shifted: dict[date, tuple[float, float]] = field(default_factory=dict)
    noise: float = 0.004
    seed: int = 1

    def ground(self) -> np.ndarray:
        """The land without any change, shape (bands, rows, columns)."""
        random = np.random.default_rng(self.seed)
        texture = ndimage.gaussian_filter(random.normal(size=(ROWS + 20, ROWS + 20)), 1.5)
        texture = texture[10:-10, 10:-10] / texture.std()
        fields = ndimage.gaussian_filter(random.normal(size=(ROWS, ROWS)), 6)
        patches = np.where(fields > 0, 0.02, -0.02)
        return np.asarray(BARE[:, None, None] * (1 + 0.09 * texture + patches))

    def scene(self, day: date) -> tuple[np.ndarray, np.ndarray]:
        """Digital numbers (bands, rows, columns) and scene classes of a day."""
        random = np.random.default_rng([self.seed, day.toordinal()])
        season = 1 + 0.06 * np.sin(2 * np.pi * day.timetuple().tm_yday / 365.25)
        values = self.ground() * season * (1 + random.normal(0, 0.02))
        values = values + self.course(day) * self.changed * SOIL[:, None, None]
        values = values + random.normal(0, self.noise, values.shape)
        classes = np.full((ROWS, ROWS), 5, dtype=np.uint8)
        if day in self.cloudy:
            cloud = np.zeros((ROWS, ROWS), dtype=bool)
            cloud[:, : ROWS // 4] = True
            values[:, cloud] += 0.4
            classes[cloud] = 9
        if day in self.covered:
            values += 0.4
            classes[:] = 9
        if day in self.shifted:
            values = np.stack(
                [ndimage.shift(b, self.shifted[day], order=3, mode="nearest") for b in values]
            )
        numbers = np.clip(np.rint(values * 10_000), 1, 30_000)
        if self.offset_from is not None and day >= self.offset_from:
            numbers = numbers + 1000
        return numbers.astype(np.uint16), classes


def every(first: date, last: date, days: int) -> list[date]:
    """Days at even distances."""
    return [first + timedelta(days=k) for k in range(0, (last - first).days + 1, days)]


def write(
    path: Path,
    planes: np.ndarray,
    *,
    crs: str | None = CRS,
    left: float = LEFT,
    names: Sequence[str] = (),
    tags: dict[str, str] | None = None,
    size: float = SIZE,
) -> None:
    """One GeoTIFF."""
    path.parent.mkdir(parents=True, exist_ok=True)
    planes = planes if planes.ndim == 3 else planes[np.newaxis]
    affine = rasterio.Affine(size, 0, left, 0, -size, TOP)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=planes.shape[1],
        width=planes.shape[2],
        count=len(planes),
        dtype=planes.dtype.name,
        crs=crs,
        transform=affine,
        compress="deflate",
        tiled=True,
        blockxsize=64,
        blockysize=64,
    ) as target:
        target.write(planes)
        for index, name in enumerate(names, start=1):
            target.set_band_description(index, name)
        target.update_tags(FICTIONAL="yes", **(tags or {}))


def baseline(day: date) -> str:
    """The baseline of a day, as in file names."""
    return "N0400" if day >= date(2022, 1, 25) else "N0301"


def stacked(place: Place, folder: Path) -> Path:
    """One file for each scene, bands and scene classes named in it, Sentinel-2 names."""
    for day in place.days:
        numbers, classes = place.scene(day)
        name = f"S2A_MSIL2A_{day:%Y%m%d}T081241_{baseline(day)}_R078_T37SBT_{day:%Y%m%d}T120000.tif"
        write(
            folder / name,
            np.concatenate([numbers, classes[np.newaxis].astype(np.uint16)]),
            names=(*BANDS, "SCL"),
        )
    return folder


def site_file(
    path: Path,
    *,
    row: int = 26,
    column: int = 26,
    side: int = 12,
    at: tuple[float, float] = (0.0, 0.0),
) -> Path:
    """GeoJSON outline of a square of pixels, moved by metres."""
    left, top = LEFT + column * SIZE + at[0], TOP - row * SIZE + at[1]
    xs = [left, left + side * SIZE, left + side * SIZE, left, left]
    ys = [top, top, top - side * SIZE, top - side * SIZE, top]
    lon, lat = transform(CRS, "EPSG:4326", xs, ys)
    geometry = {"type": "Polygon", "coordinates": [[list(p) for p in zip(lon, lat, strict=True)]]}
    path.write_text(
        json.dumps({"type": "Feature", "properties": {}, "geometry": geometry}), encoding="utf-8"
    )
    return path
