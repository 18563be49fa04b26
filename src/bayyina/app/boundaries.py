"""Boundaries of one's own, drawn over the shipped outlines of maps: a GeoJSON file beside the workspace.

Whoever looks after a workspace puts ``boundaries.geojson`` into its folder: districts, front
lines, claims as a court names them. They are drawn and say nothing; no record rests on them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from bayyina.app.permissions import require
from bayyina.app.workspace import Workspace
from bayyina.errors import SmallFileError
from bayyina.typeset.map_outlines import Area, Ring

FILE: Final = "boundaries.geojson"
"""Its name in the folder of the workspace."""

LARGEST: Final = 8 << 20
"""Bytes of it."""

MOST_POINTS: Final = 100_000
"""Points of all lines together."""

NAMES: Final = ("name", "name_en", "code", "id")
"""Properties that name an area, the first that is there."""

_DEPTH: Final = {"Polygon": 1, "MultiPolygon": 2}


def read_boundaries(workspace: Workspace) -> tuple[Area, ...]:
    """The boundaries of this workspace; empty where there are none.

    Raises:
        PermissionRefusedError: the member may not read records.
        SmallFileError: the file is too large, no GeoJSON, or not in degrees.
    """
    require(workspace, "export-records")
    path = workspace.folder / FILE
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError:
        return ()
    if len(data) > LARGEST:
        raise _wrong("is larger than is drawn", f"Thin its lines to {LARGEST >> 20} MiB.")
    try:
        read = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _wrong("cannot be read", "Export it as GeoJSON in UTF-8.") from error
    return _areas(read)


def _areas(read: Any) -> tuple[Area, ...]:
    features = read.get("features") if isinstance(read, Mapping) else None
    if not isinstance(features, list):
        raise _wrong("is no collection of features", "Export it as GeoJSON.")
    areas, points = [], 0
    for number, feature in enumerate(features, 1):
        rings = tuple(_rings(feature))
        points += sum(map(len, rings))
        if points > MOST_POINTS:
            raise _wrong("has more points than are drawn", f"Thin its lines to {MOST_POINTS}.")
        if rings:
            areas.append(Area(_name(feature, number), rings))
    return tuple(areas)


def _name(feature: Mapping[str, Any], number: int) -> str:
    said = feature.get("properties")
    found = [said.get(name) for name in NAMES] if isinstance(said, Mapping) else []
    name = next((str(one)[:80] for one in found if one), str(number))
    return name.encode("utf-8", "replace").decode("utf-8")  # what is no text stops no page


def _rings(feature: Any) -> Iterator[Ring]:
    shape = feature.get("geometry") if isinstance(feature, Mapping) else None
    depth = _DEPTH.get(str(shape.get("type"))) if isinstance(shape, Mapping) else None
    if shape is None or depth is None:
        return
    held = shape.get("coordinates")
    polygons = held if depth == 2 else [held]
    for polygon in polygons if isinstance(polygons, list) else ():
        for ring in polygon if isinstance(polygon, list) else ():
            yield _ring(ring)


def _ring(ring: Any) -> Ring:
    points = []
    for point in ring if isinstance(ring, list) else ():
        try:
            east, north = float(point[0]), float(point[1])
        except (TypeError, ValueError, IndexError, KeyError, OverflowError) as error:
            raise _wrong("has a point that is none", "Export it as GeoJSON.") from error
        if not (-90 <= north <= 90 and -180 <= east <= 180):
            raise _wrong("is not in degrees", "Export it in WGS 84 (EPSG:4326).")
        points.append((north, east))
    if len(points) < 3:
        raise _wrong("has a line that closes nothing", "Export areas.")
    return tuple(points)


def _wrong(what: str, how: str) -> SmallFileError:
    return SmallFileError(f"{FILE} {what}.", hint=how)
