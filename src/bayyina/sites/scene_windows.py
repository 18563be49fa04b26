"""Reading the ground of a site out of a scene: windows only, scaled to reflectance or decibels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bayyina.errors import FileUnreadableError, InputError
from bayyina.sites.rasters import COLOURS, Grid, grid_of, opened_raster
from bayyina.sites.scene_layers import (
    IGNORED,
    MASKS,
    ORDERS,
    RADAR,
    layer_of,
    scale_of,
)
from bayyina.sites.scene_masks import clear_by
from bayyina.sites.scene_names import SENTINEL_1, family_of
from bayyina.sites.scenes import MARK, Scene

try:
    from rasterio import Affine
    from rasterio.enums import MaskFlags, Resampling
    from rasterio.vrt import WarpedVRT
    from rasterio.windows import Window
except ImportError:  # the extra `imagery` is not installed
    Window = None

REFLECTANCE_AT_MOST: Final = 3.0
"""Values up to which numbers are reflectances and not 10,000 times as much."""

LEAST_BACKSCATTER: Final = 1e-5
"""Radar power below which nothing is told apart (-50 dB)."""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """The window of one scene."""

    bands: tuple[str, ...]
    """Bands that the scene has, as canonical names."""

    values: NDArray[np.float32]
    """Reflectance (decibels for radar), shape (bands, rows, columns); NaN where nothing was read."""

    clear: NDArray[np.bool_]
    """Pixels that have values and that the mask calls clear, shape (rows, columns)."""

    mask: str
    """Kind of the mask, empty without one."""

    stated_offset: float | None
    """Summand that the file itself states for its values; None where it states none."""

    notes: tuple[str, ...]
    """What was assumed."""

    is_fictional: bool
    """Whether a file says of itself that it is invented."""


class OutsideError(InputError):
    """A scene does not show the site."""


def read_scene(scene: Scene, grid: Grid) -> Seen:
    """Read the window of one scene.

    Raises:
        OutsideError: the scene does not reach the window.
        FileUnreadableError: a file of it cannot be read, does not say where it lies, or has no known band.
    """
    family = family_of(scene.platform)
    layers, notes = _layers(scene, family)
    names = [name for name in layers if name not in MASKS]
    if not names:
        raise FileUnreadableError(f"{scene.identifier} has no band that is known.")
    masks = [name for name in layers if name in MASKS]
    read: dict[str, NDArray[np.float32]] = {}
    by_file: dict[Path, list[str]] = {}
    for name in [*names, *masks[:1]]:
        by_file.setdefault(layers[name][0], []).append(name)
    stated: float | None = None
    is_fictional = False
    for path, wanted in by_file.items():
        found, offset, invented = _read(path, [(name, layers[name][1]) for name in wanted], grid)
        is_fictional = is_fictional or invented
        read.update(found)
        stated = offset if offset is not None else stated
    values = np.stack([read[name] for name in names])
    seen = np.asarray(np.isfinite(values).all(axis=0))
    if len(names) >= COLOURS:
        seen &= (values != 0).any(axis=0)
    if not seen.any():
        raise OutsideError(f"{scene.identifier} holds no values where the site lies.")
    kind = masks[0] if masks else ""
    clear = seen & clear_by(kind, read[kind]) if kind else seen
    scaled = _scaled(values, seen, family, scene.platform)
    return Seen(tuple(names), scaled, clear, kind, stated, tuple(notes), is_fictional)


def _layers(scene: Scene, family: str) -> tuple[dict[str, tuple[Path, int]], list[str]]:
    """Bands and masks of a scene by name; those of a stacked file are asked of the file."""
    layers = {name: (layer.path, layer.index) for name, layer in scene.layers.items()}
    notes: list[str] = []
    if scene.stacked is None:
        return layers, notes
    with opened_raster(scene.stacked) as source:
        described = [str(text or "") for text in source.descriptions]
    names = [layer_of(text, family, is_band_name=True) if text else None for text in described]
    if not any(names):
        order = ORDERS[family].get(len(described)) if family in ORDERS else None
        if order is not None and len(described) > 1:
            names = list(order)
            notes.append("The file does not name its bands; the usual order was taken.")
        else:
            names = [f"band{index}" for index in range(1, len(described) + 1)]
    for index, name in enumerate(names, start=1):
        if name and name != IGNORED:
            layers.setdefault(name, (scene.stacked, index))
    if "nir08" in layers:
        narrow = layers.pop("nir08")
        layers.setdefault("nir", narrow)
    return layers, notes


def _read(
    path: Path, wanted: Sequence[tuple[str, int]], grid: Grid
) -> tuple[dict[str, NDArray[np.float32]], float | None, bool]:
    """Layers of one file on the grid, the offset that it states, and whether it is invented."""
    with opened_raster(path) as source:
        own = grid_of(source)
        if own.crs is None:
            raise FileUnreadableError(f"{path.name} does not say where it lies.")
        if any(index > source.count for _, index in wanted):
            raise FileUnreadableError(f"{path.name} has only {source.count} bands.")
        indexes = [index for _, index in wanted]
        categorical = [name in MASKS for name, _ in wanted]
        same = own.crs == grid.crs and own.transform[1] == own.transform[3] == 0
        same = same and own.transform[0] > 0 and own.transform[4] < 0
        if same:
            planes = _windowed(source, own, grid, indexes, categorical)
        else:
            planes = _warped(source, grid, indexes, categorical)
        offset = float(source.offsets[indexes[0] - 1] or 0.0)
        scale = float(source.scales[indexes[0] - 1] or 1.0)
        states = offset != 0.0 or scale != 1.0
        invented = MARK in source.tags()
    found = {name: plane for (name, _), plane in zip(wanted, planes, strict=True)}
    return found, (offset / scale * 1e-4 if scale and states else None), invented


def _windowed(
    source: Any, own: Grid, grid: Grid, indexes: list[int], categorical: list[bool]
) -> list[NDArray[np.float32]]:
    """The part of the grid that lies on an image in the same coordinates."""
    a, _, c, _, e, f = own.transform
    ga, _, gc, _, ge, gf = grid.transform
    # rows and columns of the grid that lie wholly on the image
    first_column, last_column = _inside((gc - c) / a, ga / a, grid.width, own.width)
    first_row, last_row = _inside((gf - f) / e, ge / e, grid.height, own.height)
    shape = (last_row - first_row, last_column - first_column)
    out = [np.full((grid.height, grid.width), np.nan, dtype=np.float32) for _ in indexes]
    if min(shape) <= 0:
        raise OutsideError("The scene does not reach the site.")
    column, row = (gc - c + first_column * ga) / a, (gf - f + first_row * ge) / e
    wide, high = shape[1] * ga / a, shape[0] * ge / e
    exact = abs(ga / a - 1) < 1e-6 and all(abs(v - round(v)) < 1e-3 for v in (column, row))
    if exact:
        window = Window(round(column), round(row), shape[1], shape[0])
    else:
        window = Window(column, row, wide, high)
    area = (slice(first_row, last_row), slice(first_column, last_column))
    for method in (Resampling.nearest, Resampling.bilinear):
        own_places = [
            k for k, one in enumerate(categorical) if one == (method == Resampling.nearest)
        ]
        if not own_places:
            continue
        chosen = [indexes[k] for k in own_places]
        more = {} if exact else {"out_shape": (len(chosen), *shape), "resampling": method}
        planes = source.read(chosen, window=window, **more).astype(np.float32)
        _without_nodata(source, chosen, planes, window, shape, categorical[own_places[0]])
        for k, plane in zip(own_places, planes, strict=True):
            out[k][area] = plane
    return out


def _inside(start: float, step: float, count: int, size: int) -> tuple[int, int]:
    """First and last-but-one cells of a row of ``count`` cells that lie within 0 and ``size``."""
    edges = start + step * np.arange(count + 1)
    good = np.flatnonzero((edges[:-1] >= -1e-6) & (edges[1:] <= size + 1e-6))
    return (int(good[0]), int(good[-1]) + 1) if len(good) else (0, 0)


def _without_nodata(
    source: Any,
    chosen: list[int],
    planes: NDArray[np.float32],
    window: Any,
    shape: tuple[int, int],
    is_mask: bool,
) -> None:
    """Set to NaN, in place, what the file calls no data."""
    for place, index in enumerate(chosen):
        nodata = source.nodatavals[index - 1]
        if nodata is not None and not is_mask:
            planes[place][planes[place] == nodata] = np.nan
        flags = source.mask_flag_enums[index - 1]
        if MaskFlags.all_valid not in flags and MaskFlags.nodata not in flags:
            mask = source.read_masks(index, window=window, out_shape=shape)
            planes[place][mask == 0] = np.nan


def _warped(
    source: Any, grid: Grid, indexes: list[int], categorical: list[bool]
) -> list[NDArray[np.float32]]:
    """An image in other coordinates, resampled onto the grid."""
    out: list[NDArray[np.float32]] = []
    for index, is_mask in zip(indexes, categorical, strict=True):
        method = Resampling.nearest if is_mask else Resampling.bilinear
        with WarpedVRT(
            source,
            crs=grid.crs,
            transform=Affine(*grid.transform),
            width=grid.width,
            height=grid.height,
            resampling=method,
            src_nodata=source.nodatavals[index - 1],
            nodata=np.nan,
            working_dtype="float32",
            dtype="float32",
        ) as warped:
            out.append(warped.read(index, out_dtype="float32"))
    if not any(np.isfinite(plane).any() for plane in out):
        raise OutsideError("The scene does not reach the site.")
    return out


def _scaled(
    values: NDArray[np.float32], seen: NDArray[np.bool_], family: str, platform: str
) -> NDArray[np.float32]:
    """Reflectance of whatever the file holds; decibels for radar."""
    if family == SENTINEL_1:
        power = values if np.nanmin(values[:, seen]) >= 0 else np.power(10.0, values / 10.0)
        return np.asarray(10.0 * np.log10(np.maximum(power, LEAST_BACKSCATTER)), dtype=np.float32)
    largest = float(np.percentile(values[:, seen], 98))
    if largest <= REFLECTANCE_AT_MOST:
        return values.astype(np.float32)
    factor, summand = scale_of(family, platform) or (1e-4, 0.0)
    return np.asarray(values * np.float32(factor) + np.float32(summand), dtype=np.float32)


def is_radar(seen: Seen) -> bool:
    """Whether a scene is radar."""
    return all(band in RADAR for band in seen.bands)
