"""GeoJSON (RFC 7946): records that have a place, at the middle of that place, with its precision.

A place known by its governorate only is drawn at the governorate's middle and says so; exact
positions are restricted and leave only where they are asked for by name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from bayyina.exchange.records import OutRecord, in_words, property_of
from bayyina.model.vocabulary import Vocabulary


class Located(Protocol):
    """A place with its middle."""

    @property
    def code(self) -> str:
        """Its code."""
        ...

    @property
    def level(self) -> str:
        """Governorate, district, ..."""
        ...

    @property
    def lat(self) -> float | None:
        """Latitude of its middle, degrees."""
        ...

    @property
    def lon(self) -> float | None:
        """Longitude of its middle, degrees."""
        ...


class Places(Protocol):
    """Finds places by code."""

    def read(self, text: str, level: str | None = None) -> Located | None:
        """The place, or None."""
        ...


def features(
    records: Iterable[OutRecord], vocabulary: Vocabulary, places: Places, *, exact: bool
) -> Iterator[dict[str, Any]]:
    """A feature for each place of each record.

    Args:
        records: What to draw.
        vocabulary: Tells places from other values.
        places: Where places lie.
        exact: Whether exact positions may be written.
    """
    for record in records:
        for one in record.statements:
            prop = property_of(vocabulary, record.type, one.property)
            if prop is None or prop.type not in ("place", "geopoint"):
                continue
            point, precision = _point(prop.type, one.value, places)
            precision = "blurred" if one.blurred and precision == "position" else precision
            if point is None or (prop.type == "geopoint" and not exact):
                continue
            yield {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": list(point)},
                "properties": {
                    "record": record.id,
                    "type": record.type,
                    "property": one.property,
                    "place": in_words(vocabulary, record.type, one, "en"),
                    "precision": precision,
                    "date": record.first("date"),
                    "source": one.source,
                    "statement": one.id,
                },
            }


def _point(kind: str, value: str, places: Places) -> tuple[tuple[float, float] | None, str]:
    """Longitude and latitude, and how precise they are."""
    if kind == "geopoint":
        latitude, _, longitude = value.replace("|", ",").partition(",")
        try:
            return (float(longitude), float(latitude)), "position"
        except ValueError:
            return None, ""
    place = places.read(value)
    if place is None or place.lat is None or place.lon is None:
        return None, ""
    return (place.lon, place.lat), place.level


def collection(found: Iterable[dict[str, Any]]) -> Iterator[str]:
    """The features as one collection, in parts."""
    yield '{"type": "FeatureCollection", "features": [\n'
    for number, feature in enumerate(found):
        yield (",\n" if number else "") + json.dumps(feature, ensure_ascii=False)
    yield "\n]}\n"
