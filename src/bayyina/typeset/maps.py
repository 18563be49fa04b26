"""Maps as SVG, the same drawing in page and PDF: outlines, counts as circles, sites as marks.

The area of a circle is in proportion to its number, which stands beside it. A ring around it goes on
to what is possible. A site stands as a square; one whose position may not be told is a dashed
circle around the middle of its district, so that nobody takes it for the place itself. The
projection is equirectangular, true at the middle parallel: good to a few per cent for one
country, and north is up everywhere.
"""

from __future__ import annotations

import html
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from bayyina.typeset.escaping import drawable
from bayyina.typeset.fonts import families
from bayyina.typeset.languages import language_of

_INK, _QUIET, _LAND, _BORDER = "#1a1a1a", "#555b61", "#f1f3f4", "#b4bbc2"
_CIRCLE, _SITE = "#0b3c5d", "#a3341f"
_WIDTH, _MARGIN, _SIDE = 640.0, 10.0, 84.0
_LARGEST, _SMALLEST = 25.0, 2.5
_SIZE, _LINE = 10.5, 12.0
_LETTER = 0.6
"""Mean width of a letter as a part of its size; a little more than fonts have, for room."""

_BLURRED = 15.0
_KM_OF_DEGREE: Final = 111.195
"""Kilometres of a degree of latitude on a sphere of 6371.0088 km (IUGG)."""

_BAR_KM: Final = 100


@dataclass(frozen=True)
class MapMark:
    """A count at a place."""

    label: str
    """The place's name, in the map's language."""

    latitude: float
    """Degrees north."""

    longitude: float
    """Degrees east."""

    value: int
    """What is certainly counted: the area of the circle."""

    text: str
    """The number as written beside it."""

    possible: int = 0
    """What is counted if every uncertain record is: the ring around it."""


@dataclass(frozen=True)
class MapSite:
    """A site of the register."""

    label: str
    """Its name, in the map's language."""

    latitude: float
    """Degrees north."""

    longitude: float
    """Degrees east."""

    is_blurred: bool
    """Whether the point is the middle of a district or cell, in place of the position."""


@dataclass(frozen=True)
class PlaceMap:
    """A map in one language."""

    lang: str
    """``en`` or ``ar``."""

    marks: tuple[MapMark, ...]
    """Counts."""

    sites: tuple[MapSite, ...] = ()
    """Sites."""

    kilometres: str = "km"
    """The unit at the scale bar, in the map's language."""


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: _Box) -> float:
        """The area that two boxes share."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return wide * high if wide > 0 and high > 0 else 0.0


class _Label(NamedTuple):
    lines: tuple[str, ...]
    x: float
    y: float
    radius: float
    weight: float


class _Frame(NamedTuple):
    west: float
    north: float
    across: float
    up: float
    height: float

    def point(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Where a position is drawn."""
        return (
            _MARGIN + _SIDE + (longitude - self.west) * self.across,
            _MARGIN + (self.north - latitude) * self.up,
        )


def map_svg(plan: PlaceMap) -> str:
    """The map as SVG; the same map gives the same bytes."""
    frame = _frame(plan)
    top = max((max(mark.value, mark.possible) for mark in plan.marks), default=1) or 1
    radii = [_radius(mark.value, top) for mark in plan.marks]
    parts = [_outline(ring, frame) for ring in _rings()]
    parts += [
        _circle(mark, radius, top, frame) for mark, radius in zip(plan.marks, radii, strict=True)
    ]
    parts += [_site(site, frame) for site in plan.sites]
    parts += _labels(plan, radii, frame)
    parts.append(_bar(plan, frame))
    family = html.escape(", ".join((*families(plan.lang), "sans-serif")))
    width, height = f"{_WIDTH:.0f}", f"{frame.height:.0f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" direction="ltr" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="{family}">'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(parts)}</svg>'
    )


def outline_source() -> str:
    """Where the outlines come from, and how exact they are."""
    return str(_outlines()["source"])


@cache
def _outlines() -> dict[str, object]:
    text = files("bayyina.typeset").joinpath("outlines/syria.json").read_text(encoding="utf-8")
    read: dict[str, object] = json.loads(text)
    return read


@cache
def _rings() -> tuple[tuple[tuple[float, float], ...], ...]:
    """Every ring as points of latitude and longitude."""
    areas = _outlines()["areas"]
    return tuple(
        tuple((latitude, longitude) for longitude, latitude in ring)
        for area in (areas if isinstance(areas, list) else ())
        for ring in area["rings"]
    )


def _frame(plan: PlaceMap) -> _Frame:
    points = [point for ring in _rings() for point in ring]
    points += [(one.latitude, one.longitude) for one in plan.marks]
    points += [(one.latitude, one.longitude) for one in plan.sites]
    south, north = min(p[0] for p in points), max(p[0] for p in points)
    west, east = min(p[1] for p in points), max(p[1] for p in points)
    across = (_WIDTH - 2 * _MARGIN - _SIDE) / (east - west)
    up = across / math.cos(math.radians((south + north) / 2))
    return _Frame(west, north, across, up, (north - south) * up + 2 * _MARGIN + 22)


def _radius(value: int, top: int) -> float:
    return max(_SMALLEST, _LARGEST * math.sqrt(value / top)) if value else 0.0


def _outline(ring: Sequence[tuple[float, float]], frame: _Frame) -> str:
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in (frame.point(*point) for point in ring))
    return f'<path d="M{path}Z" fill="{_LAND}" stroke="{_BORDER}" stroke-width="0.8"/>'


def _circle(mark: MapMark, radius: float, top: int, frame: _Frame) -> str:
    x, y = frame.point(mark.latitude, mark.longitude)
    drawn = ""
    if mark.possible > mark.value:
        drawn = (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_radius(mark.possible, top):.1f}" fill="none" '
            f'stroke="{_INK}" stroke-width="0.9"/>'
        )
    if radius:
        drawn += (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{_CIRCLE}" '
            f'fill-opacity="0.82"/>'
        )
    return drawn


def _site(site: MapSite, frame: _Frame) -> str:
    x, y = frame.point(site.latitude, site.longitude)
    if site.is_blurred:
        return (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_BLURRED}" fill="{_SITE}" fill-opacity="0.08" '
            f'stroke="{_SITE}" stroke-width="1.2" stroke-dasharray="4 3"/>'
        )
    return f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" fill="{_SITE}"/>'


def _labels(plan: PlaceMap, radii: Sequence[float], frame: _Frame) -> list[str]:
    """The names, each where it covers least; a line leads to those that stand apart."""
    top = max((max(mark.value, mark.possible) for mark in plan.marks), default=1) or 1
    wanted = [
        _Label(
            (mark.label, mark.text),
            *frame.point(mark.latitude, mark.longitude),
            max(radius, _radius(mark.possible, top)),
            mark.value,
        )
        for mark, radius in zip(plan.marks, radii, strict=True)
    ]
    wanted += [
        _Label(
            (site.label,),
            *frame.point(site.latitude, site.longitude),
            _BLURRED if site.is_blurred else 5.0,
            0.0,
        )
        for site in plan.sites
    ]
    taken = [
        _Box(one.x - one.radius, one.y - one.radius, one.x + one.radius, one.y + one.radius)
        for one in wanted
    ]
    room = _Box(2, 2, _WIDTH - 2, frame.height - 24)
    drawn = []
    for one in sorted(wanted, key=lambda label: (-label.weight, label.x, label.y)):
        box = min(_places(one), key=lambda place: _cost(one, place, taken, room))
        taken.append(box)
        drawn.append(_label(one, box))
    return drawn


def _places(label: _Label) -> Iterator[_Box]:
    """Where a name may stand, the nearest places first."""
    wide = max(len(line) for line in label.lines) * _SIZE * _LETTER
    high = _LINE * len(label.lines)
    for gap in (3.0, 12.0, 24.0, 40.0, 58.0, 80.0):
        for eighth in (2, 6, 4, 0, 3, 5, 1, 7):
            angle = eighth * math.pi / 4
            x = label.x + math.cos(angle) * (label.radius + gap + wide / 2)
            y = label.y + math.sin(angle) * (label.radius + gap + high / 2)
            yield _Box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)


def _cost(label: _Label, place: _Box, taken: Iterable[_Box], room: _Box) -> float:
    """What a name would cover, and a little for standing apart."""
    area = (place.right - place.left) * (place.bottom - place.top)
    covered = sum(place.meets(other) for other in taken)
    outside = area - place.meets(room)
    middle = ((place.left + place.right) / 2, (place.top + place.bottom) / 2)
    return 10 * covered + 100 * outside + math.dist(middle, (label.x, label.y))


def _label(label: _Label, box: _Box) -> str:
    x = (box.left + box.right) / 2
    lines = "".join(
        f'<text x="{x:.1f}" y="{box.top + _LINE * (k + 0.82):.1f}" font-size="{_SIZE}" '
        f'text-anchor="middle" font-weight="{700 if k else 400}" fill="{_INK}">'
        f"{html.escape(drawable(line))}</text>"
        for k, line in enumerate(label.lines)
    )
    near = (min(max(label.x, box.left), box.right), min(max(label.y, box.top), box.bottom))
    away = math.dist(near, (label.x, label.y))
    if away < label.radius + 10:
        return lines
    start = label.radius / away
    return (
        f'<path d="M{label.x + (near[0] - label.x) * start:.1f} '
        f'{label.y + (near[1] - label.y) * start:.1f}L{near[0]:.1f} {near[1]:.1f}" '
        f'stroke="{_QUIET}" stroke-width="0.7"/>{lines}'
    )


def _bar(plan: PlaceMap, frame: _Frame) -> str:
    length = _BAR_KM / _KM_OF_DEGREE * frame.up
    x = _MARGIN if language_of(plan.lang).is_right_to_left else _WIDTH - _MARGIN - length
    y = frame.height - 10
    words = f"{_BAR_KM} {drawable(plan.kilometres)}"
    if language_of(plan.lang).is_right_to_left:
        words = f"\u202b{words}\u202c"
    return (
        f'<path d="M{x:.1f} {y - 4:.1f}V{y:.1f}H{x + length:.1f}V{y - 4:.1f}" fill="none" '
        f'stroke="{_INK}" stroke-width="1.2"/>'
        f'<text x="{x + length / 2:.1f}" y="{y - 5:.1f}" font-size="10" text-anchor="middle" '
        f'fill="{_INK}">{html.escape(words)}</text>'
    )
