"""The shape of site files (``*.site.geojson``): one GeoJSON Feature (RFC 7946).

Its properties are those of the vocabulary's ``Site``; ``ring`` (the ground around the site
that images are compared with), ``sensors`` and the members of ``site_register`` may stand
beside them. A site whose place is not known, or not told, has the geometry null.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from bayyina.errors import BayyinaError
from bayyina.model.places import Gazetteer
from bayyina.model.values import read_value
from bayyina.model.vocabulary import LANGUAGES, UNRECOGNISED, Property, Vocabulary
from bayyina.standards.shapes import Misfit, Path
from bayyina.standards.site_register import MEMBERS, check_register

GEOMETRIES: Final = ("Point", "MultiPoint", "Polygon", "MultiPolygon")
"""Kinds of geometry that a site can have."""

EXTRA_PROPERTIES: Final = ("id", "ring", "sensors", *MEMBERS)
"""Properties that are not of the vocabulary."""

_DEPTH: Final = {"Point": 0, "MultiPoint": 1, "Polygon": 2, "MultiPolygon": 3}
_LEAST_RING: Final = 4
_LONGITUDE, _LATITUDE = 180, 90


def check_site_content(
    data: object, vocabulary: Vocabulary, gazetteer: Gazetteer
) -> Iterator[Misfit]:
    """What does not hold in the content of a site file."""
    if not isinstance(data, Mapping):
        yield Misfit((), "must be one GeoJSON Feature")
        return
    if data.get("type") != "Feature":
        yield Misfit(("type",), "must be `Feature`: one file holds one site")
        return
    for key in data:
        if key not in ("type", "geometry", "properties", "id", "bbox"):
            yield Misfit((str(key),), "is not a member of a GeoJSON Feature")
    if "geometry" not in data or data["geometry"] is not None:
        yield from check_geometry(data.get("geometry"), ("geometry",))
    properties = data.get("properties")
    if not isinstance(properties, Mapping):
        yield Misfit(("properties",), "must be an object")
        return
    yield from _check_properties(properties, vocabulary, gazetteer)
    yield from check_register(properties, vocabulary, gazetteer)


def check_geometry(geometry: object, path: Path) -> Iterator[Misfit]:
    """What does not hold in a geometry."""
    if not isinstance(geometry, Mapping):
        yield Misfit(path, "must be a GeoJSON geometry")
        return
    kind = geometry.get("type")
    if not isinstance(kind, str) or kind not in GEOMETRIES:
        yield Misfit((*path, "type"), f"must be one of {', '.join(GEOMETRIES)}")
        return
    coordinates = geometry.get("coordinates")
    yield from _check_coordinates(coordinates, _DEPTH[kind], (*path, "coordinates"), kind)


def _check_coordinates(data: object, depth: int, path: Path, kind: str) -> Iterator[Misfit]:
    if not isinstance(data, Sequence) or isinstance(data, str) or not data:
        yield Misfit(path, "must be a list of coordinates")
        return
    if depth == 0:
        yield from _check_position(data, path)
        return
    is_ring = depth == 1 and kind.endswith("Polygon")
    if is_ring and (len(data) < _LEAST_RING or data[0] != data[-1]):
        yield Misfit(path, "must be a closed ring: four positions or more, the last as the first")
    for index, item in enumerate(data):
        yield from _check_coordinates(item, depth - 1, (*path, index), kind)


def _check_position(data: Sequence[object], path: Path) -> Iterator[Misfit]:
    numbers = [n for n in data if isinstance(n, int | float) and not isinstance(n, bool)]
    if len(numbers) != len(data) or len(data) not in (2, 3):
        yield Misfit(path, "must be a position: longitude, then latitude, in degrees")
    elif abs(numbers[0]) > _LONGITUDE or abs(numbers[1]) > _LATITUDE:
        yield Misfit(path, "lies outside the world: longitude comes first, then latitude")


def _check_properties(
    properties: Mapping[str, object], vocabulary: Vocabulary, gazetteer: Gazetteer
) -> Iterator[Misfit]:
    site = vocabulary.types["Site"]
    for key, value in properties.items():
        path: Path = ("properties", key)
        prop = site.properties.get(key)
        if key == "ring":
            yield from _check_ring(value, path)
        elif key == "sensors":
            yield from _check_sensors(value, path)
        elif key == "id":
            if not isinstance(value, str) or not value:
                yield Misfit(path, "must be a text")
        elif key in MEMBERS:
            continue
        elif prop is None:
            yield Misfit(path, "is not a property of `Site`")
        else:
            yield from _check_values(prop, value, path, vocabulary, gazetteer)
    if not {"name", "id"} & set(properties):
        yield Misfit(("properties",), "must give a `name` or an `id`")


def _check_ring(value: object, path: Path) -> Iterator[Misfit]:
    """A ring is a geometry, or the distances in metres between which it lies."""
    if isinstance(value, Mapping) and "type" not in value:
        inner, outer = value.get("inner_m"), value.get("outer_m")
        fits = isinstance(inner, int | float) and isinstance(outer, int | float)
        if not fits or set(value) != {"inner_m", "outer_m"} or not 0 <= inner < outer:  # type: ignore[operator]
            yield Misfit(path, "must be a geometry, or `inner_m` and a greater `outer_m`")
        return
    yield from check_geometry(value, path)


def _check_sensors(value: object, path: Path) -> Iterator[Misfit]:
    if not isinstance(value, list) or not value or not all(isinstance(v, str) for v in value):
        yield Misfit(path, "must be a list of names of sensors")


def _check_values(
    prop: Property, value: object, path: Path, vocabulary: Vocabulary, gazetteer: Gazetteer
) -> Iterator[Misfit]:
    if value is None:
        return
    if isinstance(value, Mapping) and prop.type in ("text", "name"):
        if not set(value) <= set(LANGUAGES) or not all(isinstance(v, str) for v in value.values()):
            yield Misfit(path, "must be a text, or one text for each of en and ar")
        return
    if isinstance(value, list) and not prop.multiple:
        yield Misfit(path, "has several values, but can have one only")
        return
    for index, item in enumerate(value if isinstance(value, list) else [value]):
        here = (*path, index) if isinstance(value, list) else path
        text = _text_of(item)
        if text is None:
            yield Misfit(here, "must be a text or a number")
            continue
        try:
            read = read_value(prop, text, vocabulary=vocabulary, gazetteer=gazetteer)
        except BayyinaError as error:
            yield Misfit(here, f"cannot be read: {error.message.rstrip('.')}")
            continue
        if read.value == UNRECOGNISED and text != UNRECOGNISED:
            kind = {"term": f"term of `{prop.of}`"}.get(prop.type, f"known {prop.type}")
            yield Misfit(here, f"is not a {kind}")


def _text_of(item: object) -> str | None:
    if isinstance(item, bool):
        return "yes" if item else "no"
    if isinstance(item, str) and item.strip():
        return item
    return str(item) if isinstance(item, int | float) else None
