"""The ground that is read of every scene: the site, a ring of surroundings, and the grid they lie on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from bayyina.errors import FileUnreadableError, InputError
from bayyina.sites.polygons import LONGITUDE_LATITUDE, site_pixels
from bayyina.sites.positions import Box, box_of
from bayyina.sites.rasters import Grid, grid_of, opened_raster
from bayyina.sites.scene_layers import BANDS
from bayyina.sites.scenes import Scene

try:
    from rasterio.errors import RasterioError
    from rasterio.warp import transform_geom
except ImportError:  # the extra `imagery` is not installed
    transform_geom = None

RING_AREAS: Final = 4.0
"""Size of the ring in areas of the site, where the images reach so far."""

LEAST_RING: Final = 150
"""Pixels that a ring has at least."""

GAP: Final = 2
"""Pixels between site and ring, which belong to neither: light and earth spill over the edge."""

MARGIN: Final = 3
"""Pixels around the ring, for registration."""

LEAST_SIDE: Final = 96
"""Rows and columns that are read at least: registration needs them."""

LARGEST_SIDE: Final = 4000
"""Rows or columns beyond which it is no site."""

SAMPLED: Final = 40
"""Scenes that are asked for their grid."""

METRES_A_DEGREE: Final = 111_320.0


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The grid, and what of it is site and what is ring."""

    grid: Grid
    """In metres."""

    site: NDArray[np.bool_]
    """Pixels of the site, shape (rows, columns)."""

    ring: NDArray[np.bool_]
    """Pixels of the surroundings, same shape."""

    @property
    def resolution(self) -> float:
        """Metres a pixel."""
        return abs(self.grid.transform[0])

    @property
    def pixel_area(self) -> float:
        """Square metres a pixel."""
        return self.grid.pixel_area or self.resolution**2


def ground_of(scenes: Sequence[Scene], polygon: Mapping[str, Any]) -> Ground:
    """The ground of a site on the grid that most of its finest scenes have.

    Raises:
        InputError: the site lies on none of them, or is too large or smaller than a pixel.
        FileUnreadableError: no scene could be opened.
    """
    _check_degrees(polygon)
    grids = _grids(scenes)
    holding = [grid for grid in grids if _holds(grid, polygon)]
    if not holding:
        raise InputError(
            f"The site does not lie on any of the {len(scenes)} scenes"
            + (": they do not say where they lie." if all(g.crs is None for g in grids) else "."),
            hint="Check that both show the same place, and that longitude stands first.",
        )
    metric = [grid for grid in holding if grid.is_projected]
    chosen = _commonest(metric) if metric else _in_metres(_commonest(holding), polygon)
    return _around(chosen, polygon)


def _check_degrees(polygon: Mapping[str, Any]) -> None:
    """Refuse coordinates that are no longitudes and latitudes."""
    box = box_of(polygon)
    if box is None or not (
        -180 <= box.west <= box.east <= 180 and -90 <= box.south <= box.north <= 90
    ):
        raise InputError(
            "The coordinates of the site's outline are no degrees.",
            hint="Write it in WGS 84, longitude first, as GeoJSON asks (RFC 7946).",
        )


def _grids(scenes: Sequence[Scene]) -> list[Grid]:
    """Grids of scenes spread over the stack; of all, until one can be opened."""
    step = max(1, len(scenes) // SAMPLED)
    order = [*scenes[::step], *(s for k, s in enumerate(scenes) if k % step)]
    found: list[Grid] = []
    problem = "there is none"
    for place, scene in enumerate(order):
        if found and place >= SAMPLED + 1:
            break
        path = _finest(scene)
        if path is None:
            problem = scene.problem or problem
            continue
        try:
            with opened_raster(path) as source:
                found.append(grid_of(source))
        except FileUnreadableError as error:
            problem = error.message
    if not found:
        raise FileUnreadableError(
            f"None of the {len(scenes)} scenes can be opened; of one: {problem}",
            hint="Check the files; `gdalinfo` shows what is wrong with one.",
        )
    return found


def _finest(scene: Scene) -> Path | None:
    for band in BANDS:
        if band in scene.layers:
            return scene.layers[band].path
    if scene.stacked is not None:
        return scene.stacked
    files = scene.files
    return files[0] if files else None


def _bounds(grid: Grid, polygon: Mapping[str, Any]) -> Box | None:
    """The box around the polygon in the coordinates of the grid; None where they do not convert."""
    if grid.crs is None:
        return None
    try:
        box = box_of(transform_geom(LONGITUDE_LATITUDE, grid.crs, dict(polygon)))
    except (RasterioError, ValueError, TypeError, KeyError, IndexError):
        return None
    return box if box is not None and np.isfinite(box).all() else None


def _holds(grid: Grid, polygon: Mapping[str, Any]) -> bool:
    """Whether a part of the polygon lies on the image."""
    bounds = _bounds(grid, polygon)
    a, b, c, d, e, f = grid.transform
    if bounds is None or b or d:
        return False
    left, right = sorted((c, c + a * grid.width))
    low, high = sorted((f, f + e * grid.height))
    return bounds.west < right and bounds.east > left and bounds.south < high and bounds.north > low


def _commonest(grids: Sequence[Grid]) -> Grid:
    """The most frequent grid among the finest that at least a fifth have."""
    sizes = Counter(round(abs(grid.transform[0]), 9) for grid in grids)
    finest = min(size for size, count in sizes.items() if count >= len(grids) / 5)
    fine = [grid for grid in grids if round(abs(grid.transform[0]), 9) == finest]
    kinds = Counter(_kind(grid) for grid in fine)
    kind, _ = max(kinds.items(), key=lambda pair: (pair[1], pair[0]))
    return next(grid for grid in fine if _kind(grid) == kind)


def _kind(grid: Grid) -> tuple[str, float, float]:
    a, _, c, _, e, f = grid.transform
    return grid.crs or "", round(c % abs(a), 3), round(f % abs(e), 3)


def _in_metres(grid: Grid, polygon: Mapping[str, Any]) -> Grid:
    """A grid in the site's UTM zone with the pixel size of one in degrees (or feet)."""
    box = box_of(polygon) or Box(0.0, 0.0, 0.0, 0.0)
    zone = int(min(max(((box.west + box.east) / 2 + 180) // 6 + 1, 1), 60))
    code = f"EPSG:{32600 + zone if box.south + box.north >= 0 else 32700 + zone}"
    a, e = grid.transform[0], grid.transform[4]
    by_degree = abs(e) if abs(a) < 1 else 10.0 / METRES_A_DEGREE
    size = max(0.1, round(by_degree * METRES_A_DEGREE, 2))
    return Grid(0, 0, code, (size, 0.0, 0.0, 0.0, -size, 0.0), True)


def _around(grid: Grid, polygon: Mapping[str, Any]) -> Ground:
    """The window around a polygon on the raster of a grid, with its ring."""
    bounds = _bounds(grid, polygon)
    if bounds is None:
        raise InputError("The outline of the site cannot be converted to the images' coordinates.")
    size = abs(grid.transform[0])
    x0, y0 = grid.transform[2] % size, grid.transform[5] % size
    wide, high = (bounds.east - bounds.west) / size, (bounds.north - bounds.south) / size
    pad = int(np.ceil(0.62 * np.sqrt(max(wide * high, 1.0)))) + GAP + MARGIN + 6
    pad = max(pad, int(np.ceil((LEAST_SIDE - min(wide, high)) / 2)))
    left = int(np.floor((bounds.west - x0) / size)) - pad
    right = int(np.ceil((bounds.east - x0) / size)) + pad
    low = int(np.floor((bounds.south - y0) / size)) - pad
    top = int(np.ceil((bounds.north - y0) / size)) + pad
    rows, columns = top - low, right - left
    if max(rows, columns) > LARGEST_SIDE:
        raise InputError(
            f"The site is {rows} by {columns} pixels with its surroundings: too large for one scan.",
            hint="Draw the outline of one site, or scan it in parts.",
        )
    window = Grid(
        rows,
        columns,
        grid.crs,
        (size, 0.0, x0 + left * size, 0.0, -size, y0 + top * size),
        True,
    )
    try:
        site = site_pixels(polygon, window, "the images")
    except InputError as error:
        raise InputError(
            "The site holds the middle of no pixel: it is smaller than the images resolve.",
            hint="Draw a larger outline, or use finer images.",
        ) from error
    return Ground(window, site, _ring(site))


def _ring(site: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Pixels around the site beyond a gap, nearest first, until there are enough."""
    distance = ndimage.distance_transform_edt(~site)
    wanted = max(LEAST_RING, int(RING_AREAS * site.sum()))
    beyond = np.sort(distance[distance > GAP])
    if not len(beyond):
        return np.zeros_like(site)
    limit = beyond[min(wanted, len(beyond)) - 1]
    return np.asarray((distance > GAP) & (distance <= limit))
