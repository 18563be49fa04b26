"""The ground of a site as pixels of an image: a GeoJSON polygon laid over its grid."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bayyina.errors import FileUnreadableError, InputError
from bayyina.model.json_reading import JsonSyntaxError, read_json
from bayyina.sites.positions import Box
from bayyina.sites.rasters import Grid, need_rasterio

try:
    from rasterio import Affine
    from rasterio.errors import RasterioError
    from rasterio.features import geometry_mask
    from rasterio.warp import transform_bounds, transform_geom
except ImportError:  # the extra `imagery` is not installed
    geometry_mask = None

LONGITUDE_LATITUDE = "OGC:CRS84"
"""Coordinates of GeoJSON (RFC 7946)."""

LARGEST = 20_000_000
"""Bytes of a file beyond which it is no site."""

POLYGONS = ("Polygon", "MultiPolygon")
"""Geometries that cover ground."""


def read_polygon(path: Path) -> Mapping[str, Any]:
    """The polygon that a GeoJSON file holds: a geometry, a Feature, or one Feature of several.

    Raises:
        FileUnreadableError: it cannot be read, or holds no polygon, or several sites.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise FileUnreadableError(f"{path.name} is too large to be a site.")
        document = read_json(path.read_text(encoding="utf-8-sig")).data
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnreadableError(
            f"{path.name} cannot be read: there is no such text file.", hint="Check the path."
        ) from error
    except JsonSyntaxError as error:
        raise FileUnreadableError(
            f"{path.name}, line {error.line}: this is not JSON: {error.reason}.",
            hint="Give a GeoJSON file.",
        ) from error
    geometry = _geometry(document, path.name)
    if not _has_area(geometry):
        raise FileUnreadableError(
            f"{path.name} holds a polygon without any area.", hint="Draw the outline of the site."
        )
    return geometry


def read_site_key(path: Path) -> str | None:
    """The id that a site file gives; None where it gives none or cannot be read."""
    try:
        document = read_json(path.read_text(encoding="utf-8-sig")).data
    except (OSError, UnicodeDecodeError, JsonSyntaxError):
        return None
    if isinstance(document, Mapping) and document.get("type") == "FeatureCollection":
        document = next(iter(document.get("features") or ()), None)
    properties = document.get("properties") if isinstance(document, Mapping) else None
    key = properties.get("id") if isinstance(properties, Mapping) else None
    return key if isinstance(key, str) else None


def _geometry(document: object, name: str) -> Mapping[str, Any]:
    found = document
    if isinstance(found, Mapping) and found.get("type") == "FeatureCollection":
        features = found.get("features")
        if not isinstance(features, list) or len(features) != 1:
            raise FileUnreadableError(
                f"{name} does not hold exactly one site.", hint="Give one file for each site."
            )
        found = features[0]
    if isinstance(found, Mapping) and found.get("type") == "Feature":
        found = found.get("geometry")
    if not isinstance(found, Mapping) or found.get("type") not in POLYGONS:
        raise FileUnreadableError(
            f"{name} holds no polygon.", hint="Give the outline of the site, not a point."
        )
    return found


def _has_area(geometry: Mapping[str, Any]) -> bool:
    try:
        parts = geometry["coordinates"]
        outlines = [parts[0]] if geometry["type"] == "Polygon" else [part[0] for part in parts]
        return any(abs(_shoelace(outline)) > 0 for outline in outlines)
    except (KeyError, IndexError, TypeError, ValueError):
        return False


def _shoelace(outline: list[Any]) -> float:
    points = [(float(point[0]), float(point[1])) for point in outline]
    if not all(math.isfinite(x) and math.isfinite(y) for x, y in points):
        return 0.0
    following = points[1:] + points[:1]
    return sum(x * v - u * y for (x, y), (u, v) in zip(points, following, strict=True)) / 2


def box_of_grid(grid: Grid) -> Box | None:
    """The box of degrees that an image covers; None where it does not say where it lies."""
    if grid.crs is None:
        return None
    a, b, c, d, e, f = grid.transform
    corners = [(0, 0), (grid.width, 0), (0, grid.height), (grid.width, grid.height)]
    across = [a * x + b * y + c for x, y in corners]
    along = [d * x + e * y + f for x, y in corners]
    sides = (min(across), min(along), max(across), max(along))
    try:
        return Box(*transform_bounds(grid.crs, LONGITUDE_LATITUDE, *sides))
    except (RasterioError, ValueError):
        return None


def site_pixels(geometry: Mapping[str, Any], grid: Grid, name: str) -> NDArray[np.bool_]:
    """The pixels whose middle lies within a polygon, shape (rows, columns).

    Raises:
        InputError: the image does not say where it lies, or the polygon lies outside it.
    """
    need_rasterio()
    if grid.crs is None:
        raise InputError(
            f"{name} does not say where it lies, so the site cannot be laid over it.",
            hint="Use an image with a coordinate reference system, or leave the site out.",
        )
    try:
        own = transform_geom(LONGITUDE_LATITUDE, grid.crs, dict(geometry))
        outside = geometry_mask(
            [own], (grid.height, grid.width), Affine(*grid.transform), all_touched=False
        )
    except (RasterioError, ValueError, TypeError, KeyError, IndexError) as error:
        raise InputError(
            "The outline of the site cannot be converted to the image's coordinates.",
            hint="Check that it is in degrees, longitude first.",
        ) from error
    inside: NDArray[np.bool_] = ~outside
    if not inside.any():
        raise InputError(
            f"The site does not lie on {name}.",
            hint="Check that both show the same place, and that longitude stands first.",
        )
    return inside
