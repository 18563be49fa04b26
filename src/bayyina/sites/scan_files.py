"""What a scan is written as: a map (GeoTIFF), the outline of the changed ground (GeoJSON), the series (CSV)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from bayyina.errors import StorageError
from bayyina.sites.dating import WORDS, Episode
from bayyina.sites.polygons import LONGITUDE_LATITUDE
from bayyina.sites.positions import Position
from bayyina.sites.rasters import write_raster
from bayyina.sites.scanning import Scan
from bayyina.sites.scenes import FICTIONAL

try:
    import rasterio
    from rasterio.features import shapes
    from rasterio.warp import transform_geom
except ImportError:  # the extra `imagery` is not installed
    rasterio = None

CHANGED: Final = 0.5
"""Probability from which a pixel belongs to the outline."""

DISCLOSURE: Final = (
    "Coordinates of a site that is not protected endanger it. Pass this file on only to those who must "
    "have it."
)


class Withheld(NamedTuple):
    """A site whose position may not be told."""

    site: str
    """Its short id in the register."""

    told: Position | None
    """What is told in place of its position; None where nothing may be told."""

    reason: str
    """Why, one sentence."""


def whole_or_not(path: Path, write: Callable[[Path], None]) -> None:
    """Have a file written beside its place and moved there only when it is complete.

    Raises:
        StorageError: it cannot be written.
    """
    aside = path.with_name(f".{path.name}.part")
    try:
        write(aside)
        aside.replace(path)
    except (OSError, ValueError) as error:
        raise StorageError(
            f"{path.name} cannot be written.", hint="Check the folder, its rights and its space."
        ) from error
    finally:
        aside.unlink(missing_ok=True)


def write_map(path: Path, scan: Scan, withheld: Withheld | None = None) -> None:
    """Probability of change of every pixel, one band for each episode; NaN outside the site.

    Without an episode there is one band, which is 0 over the site. The map of a withheld site
    says nothing of where it lies.

    Raises:
        StorageError: it cannot be written.
    """
    site = scan.cube.ground.site
    planes, names = [], []
    for episode, ground in zip(scan.dating.episodes, scan.grounds, strict=True):
        unknown = np.full(site.shape, np.nan, dtype=np.float32)
        planes.append(unknown if ground is None else ground.probability)
        names.append(f"{episode.onset} {episode.kind}")
    nothing = np.where(site, 0.0, np.nan).astype(np.float32)
    grid = scan.cube.ground.grid
    tags = {
        "CONTENT": f"Probability of {WORDS}; an indicator, never a verdict",
        "STATE": scan.dating.state,
        "CUBE_SHA256": scan.cube.digest,
        "DISCLOSURE": DISCLOSURE if withheld is None else withheld.reason,
        **fictional_tag(scan),
    }
    write_raster(
        path,
        np.stack(planes or [nothing]),
        grid if withheld is None else grid.without_place(),
        tags,
        names or ["none"],
    )


def fictional_tag(scan: Scan) -> dict[str, str]:
    """The mark of invented scenes, for what is made of them."""
    return {"FICTIONAL": FICTIONAL} if is_fictional(scan) else {}


def is_fictional(scan: Scan) -> bool:
    """Whether the scenes say of themselves that they are invented."""
    return FICTIONAL in scan.cube.notes


def write_outline(path: Path, scan: Scan, withheld: Withheld | None = None) -> None:
    """The outline of the changed ground of each episode, in degrees.

    Raises:
        StorageError: it cannot be written.
    """
    text = json.dumps(outline(scan, withheld), ensure_ascii=False, indent=1) + "\n"
    whole_or_not(path, lambda aside: _write_text(aside, text))


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="")


def outline(scan: Scan, withheld: Withheld | None = None) -> dict[str, Any]:
    """A GeoJSON FeatureCollection with one feature for each episode that changed ground.

    Of a withheld site each feature is the point that may be told, or has no geometry.
    """
    grid = scan.cube.ground.grid
    features = []
    for episode, ground in zip(scan.dating.episodes, scan.grounds, strict=True):
        if ground is None:
            continue
        changed = (np.nan_to_num(ground.probability) >= CHANGED).astype(np.uint8)
        parts = [
            transform_geom(grid.crs, LONGITUDE_LATITUDE, geometry, precision=7)["coordinates"]
            for geometry, value in shapes(changed, transform=rasterio.Affine(*grid.transform))
            if value
        ]
        if not parts:
            continue
        features.append(
            {
                "type": "Feature",
                "geometry": {"type": "MultiPolygon", "coordinates": parts}
                if withheld is None
                else _told(withheld.told),
                "properties": {
                    "what": WORDS,
                    "onset": _day(episode.onset),
                    "onset_interval95": [_day(day) for day in episode.onset_interval95],
                    "end": _day(episode.end) if episode.end else None,
                    "kind": episode.kind,
                    "area_m2": ground.area,
                    "area_interval95_m2": list(ground.interval95),
                    "cube_sha256": scan.cube.digest,
                },
            }
        )
    note = DISCLOSURE if withheld is None else withheld.reason
    invented = {"fictional": FICTIONAL} if is_fictional(scan) else {}
    return {"type": "FeatureCollection", "note": note, **invented, "features": features}


def _told(position: Position | None) -> dict[str, Any] | None:
    if position is None:
        return None
    return {"type": "Point", "coordinates": [position.longitude, position.latitude]}


def _day(day: date) -> str:
    return day.isoformat()


def write_series(path: Path, scan: Scan) -> None:
    """The series as CSV that ``sites date`` reads.

    Raises:
        StorageError: it cannot be written.
    """
    series = scan.series
    text = io.StringIO()
    if is_fictional(scan):
        text.write(f"# {FICTIONAL}\n")
    writer = csv.writer(text, lineterminator="\n")
    controls = [f"control_{band}" for band in series.bands] if series.control is not None else []
    writer.writerow(["date", *series.bands, "clear", *controls])
    for row, day in enumerate(series.days):
        numbers = [*map(_number, series.values[row]), _number(series.weights[row])]
        if series.control is not None:
            numbers.extend(map(_number, series.control[row]))
        writer.writerow([date.fromordinal(int(day)).isoformat(), *numbers])
    whole_or_not(path, lambda aside: _write_text(aside, text.getvalue()))


def _number(value: float) -> str:
    return f"{value:.6g}" if np.isfinite(value) else ""


def strongest(scan: Scan) -> tuple[int, Episode] | None:
    """Place and episode of the strongest disturbance; None without one."""
    if not scan.dating.episodes:
        return None
    return max(enumerate(scan.dating.episodes), key=lambda pair: pair[1].strength)


def edges(mask: NDArray[np.bool_]) -> list[list[tuple[float, float]]]:
    """Closed lines around the true pixels, as (column, row) of their corners."""
    if not mask.any():
        return []
    filled = mask.astype(np.uint8)
    return [
        [(float(x), float(y)) for x, y in line]
        for geometry, value in shapes(filled, transform=rasterio.Affine.identity())
        if value
        for line in geometry["coordinates"]
    ]


def smoothed(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """A mask without single pixels, for drawing."""
    labels, _ = ndimage.label(mask, structure=np.ones((3, 3)))
    keep = np.bincount(labels.ravel()) >= 2
    keep[0] = False
    return np.asarray(keep[labels])
