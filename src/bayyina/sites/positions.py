"""Positions of sites: how far apart two are, and what may be told of one that is withheld.

A site that is known too early may be emptied. What is told in place of its position is the
same every time and for every asker, so that no number of outputs says more than one does:
the middle of its district or, where no district is known, of a cell of a fixed grid.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

GRID_DEGREES: Final = 0.2
"""Width of a cell of the grid, about 20 km."""

EARTH_KM: Final = 6371.0088
"""Mean radius of the Earth (IUGG)."""

DISTRICT, GRID = "district", "grid"
"""What the middle is of."""


class Position(NamedTuple):
    """A point, WGS 84."""

    latitude: float
    """Degrees north."""

    longitude: float
    """Degrees east."""


class BlurredPosition(NamedTuple):
    """What may be told of a position."""

    position: Position
    """The middle of a district or cell."""

    of: str
    """``district`` or ``grid``."""


def publishable_position(
    exact: Position | None, district: Position | None
) -> BlurredPosition | None:
    """What may be told of a site's position; None where nothing is known.

    Args:
        exact: Where it is; looked at only where no district is known.
        district: The middle of the district, or of a larger area around it.
    """
    if district is not None:
        return BlurredPosition(district, DISTRICT)
    if exact is None:
        return None
    return BlurredPosition(cell_of(exact), GRID)


def cell_of(exact: Position) -> Position:
    """The middle of the cell of the grid in which a position lies; that of a middle is itself."""
    latitude = min(_middle(exact.latitude), 90 - GRID_DEGREES / 2)
    return Position(latitude, _middle(exact.longitude))


def ground_of(cell: Position) -> Box:
    """The cell of the grid of which a position is the middle."""
    half = GRID_DEGREES / 2
    return Box(
        cell.longitude - half, cell.latitude - half, cell.longitude + half, cell.latitude + half
    )


def distance_km(one: Position, other: Position) -> float:
    """Great-circle distance in kilometres (haversine formula, Sinnott 1984)."""
    lat1, lat2 = math.radians(one.latitude), math.radians(other.latitude)
    half_lat = (lat2 - lat1) / 2
    half_lon = math.radians(other.longitude - one.longitude) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(half_lon) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, chord)))


def read_position(text: str | None) -> Position | None:
    """A position in its normal form, ``latitude|longitude``; None for any other text."""
    latitude, bar, longitude = (text or "").partition("|")
    try:
        return Position(float(latitude), float(longitude)) if bar else None
    except ValueError:
        return None


def write_position(position: Position) -> str:
    """The normal form, to ten metres."""
    return f"{position.latitude:.4f}|{position.longitude:.4f}"


def _middle(degrees: float) -> float:
    """The middle of the cell of the grid that holds a degree."""
    return round((math.floor(degrees / GRID_DEGREES) + 0.5) * GRID_DEGREES, 6)


class Box(NamedTuple):
    """A box: of degrees, WGS 84, that does not cross the antimeridian, or of any other coordinates."""

    west: float
    """Least longitude, or coordinate to the right."""

    south: float
    """Least latitude, or coordinate upwards."""

    east: float
    """Greatest longitude, or coordinate to the right."""

    north: float
    """Greatest latitude, or coordinate upwards."""

    def widened(self, degrees: float) -> Box:
        """The box with so many degrees of latitude more on each side, and as much ground east and west."""
        across = degrees / max(math.cos(math.radians((self.south + self.north) / 2)), 0.01)
        return Box(
            self.west - across, self.south - degrees, self.east + across, self.north + degrees
        )

    def meets(self, other: Box) -> bool:
        """Whether both share any ground."""
        return (
            self.west <= other.east
            and other.west <= self.east
            and self.south <= other.north
            and other.south <= self.north
        )

    def holds(self, position: Position) -> bool:
        """Whether a position lies in it."""
        return (
            self.west <= position.longitude <= self.east
            and self.south <= position.latitude <= self.north
        )


def box_of(geometry: Mapping[str, Any]) -> Box | None:
    """The box around a GeoJSON geometry; None where it has no coordinates."""
    points = list(_points(geometry.get("coordinates")))
    if not points:
        return None
    longitudes, latitudes = [x for x, _ in points], [y for _, y in points]
    return Box(min(longitudes), min(latitudes), max(longitudes), max(latitudes))


def _points(part: object) -> Iterator[tuple[float, float]]:
    if not isinstance(part, Sequence) or isinstance(part, str):
        return
    if len(part) >= 2 and all(isinstance(n, int | float) for n in part[:2]):
        yield float(part[0]), float(part[1])
        return
    for inner in part:
        yield from _points(inner)
