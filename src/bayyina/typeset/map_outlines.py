"""Outlines that maps are drawn on: governorates, the world's countries, boundaries of one's own.

A ring is a closed line of points, each with its latitude and longitude in degrees.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

Point = tuple[float, float]
Ring = tuple[Point, ...]

HOME: Final = "syria"
"""The outlines on which a map is drawn where nothing lies beyond them."""

HOME_COUNTRY: Final = "760"
"""The country of those outlines, which are finer than the one of the world."""

WORLD: Final = "world"


class Window(NamedTuple):
    """A part of the world."""

    south: float
    west: float
    north: float
    east: float

    def holds(self, point: Point) -> bool:
        """Whether a point lies in it."""
        return self.south <= point[0] <= self.north and self.west <= point[1] <= self.east

    def widened(self, share: float, least: float) -> Window:
        """The window with a margin: a share of its sides, of so many degrees at least."""
        up = max((self.north - self.south) * share, (least - (self.north - self.south)) / 2)
        across = max((self.east - self.west) * share, (least - (self.east - self.west)) / 2)
        return Window(
            max(-85.0, self.south - up),
            max(-180.0, self.west - across),
            min(85.0, self.north + up),
            min(180.0, self.east + across),
        )

    def meets(self, ring: Sequence[Point]) -> bool:
        """Whether the box around a ring shares anything with it."""
        around = window_of(ring)
        return (
            around.south <= self.north
            and around.north >= self.south
            and around.west <= self.east
            and around.east >= self.west
        )


class Area(NamedTuple):
    """A named area."""

    code: str
    """Its P-code, the ISO 3166-1 number of a country, or the name of one's own."""

    rings: tuple[Ring, ...]
    """Its lines."""


def window_of(points: Iterable[Point]) -> Window:
    """The smallest window that holds some points."""
    held = list(points)
    north_south, east_west = [one[0] for one in held], [one[1] for one in held]
    return Window(min(north_south), min(east_west), max(north_south), max(east_west))


@cache
def shipped(name: str) -> tuple[Area, ...]:
    """The areas of a file that is shipped."""
    areas = _read(name)["areas"]
    return tuple(
        Area(
            str(one["code"]),
            tuple(
                tuple((latitude, longitude) for longitude, latitude in ring)
                for ring in one["rings"]
            ),
        )
        for one in areas
    )


def source_of(name: str) -> str:
    """Where outlines come from, and how exact they are."""
    return str(_read(name)["source"])


@cache
def home_rings() -> tuple[Ring, ...]:
    """Every ring of the governorates."""
    return tuple(ring for area in shipped(HOME) for ring in area.rings)


def area_window(code: str) -> Window | None:
    """The window around a governorate or country; None where there is no such area."""
    for name in (HOME, WORLD):
        for area in shipped(name):
            if area.code == code and code:
                return window_of(point for ring in area.rings for point in ring)
    return None


def clipped(ring: Sequence[Point], window: Window) -> tuple[Point, ...]:
    """The part of an area that lies in a window (Sutherland and Hodgman, 1974)."""
    points = list(ring)
    sides = (
        (0, window.south, 1.0), (0, window.north, -1.0),
        (1, window.west, 1.0), (1, window.east, -1.0),
    )  # fmt: skip
    for axis, limit, sign in sides:
        points = list(_kept(points, axis, limit, sign))
        if not points:
            return ()
    return tuple(points)


def _kept(points: Sequence[Point], axis: int, limit: float, sign: float) -> Iterator[Point]:
    for one, other in zip([points[-1], *points[:-1]] if points else [], points, strict=True):
        is_in, was_in = (sign * (p[axis] - limit) >= 0 for p in (other, one))
        if is_in != was_in:
            share = (limit - one[axis]) / (other[axis] - one[axis])
            crossing = [one[k] + share * (other[k] - one[k]) for k in (0, 1)]
            crossing[axis] = limit
            yield crossing[0], crossing[1]
        if is_in:
            yield other


@cache
def _read(name: str) -> dict[str, Any]:
    text = files("bayyina.typeset").joinpath(f"outlines/{name}.json").read_text(encoding="utf-8")
    read: dict[str, Any] = json.loads(text)
    return read
