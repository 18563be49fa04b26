"""Maps as SVG, the same drawing in page and PDF: outlines, counts as circles, sites as marks.

The area of a circle is in proportion to its number, which stands beside it. A ring around it goes on
to what is possible. A site stands as a square; one whose position may not be told is a dashed
circle around the middle of its district, so that nobody takes it for the place itself. The
projection is equirectangular, true at the middle parallel: good to a few per cent for one
country, and north is up everywhere.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from bayyina.typeset.escaping import drawable
from bayyina.typeset.fonts import families
from bayyina.typeset.languages import language_of
from bayyina.typeset.map_outlines import (
    HOME,
    HOME_COUNTRY,
    WORLD,
    Area,
    Point,
    Window,
    clipped,
    home_rings,
    shipped,
    source_of,
    window_of,
)
from bayyina.typeset.numbers import write_number

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
_LONGEST_BAR, _SHORTEST_BAR = 200.0, 20.0

_HIGHEST, _LOWEST = 1.1, 0.5
"""Height of a map's picture as a part of its width, at most and at least."""

_APART = 1.2
"""Points that lie nearer to each other on the map are one."""

_EDGE = 100.0
"""How far beyond the frame outlines are drawn, which is all that the margins can show."""


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

    window: Window | None = None
    """What is shown; None: the governorates, or all that is marked where it lies beyond them."""

    areas: tuple[Area, ...] = ()
    """Boundaries of one's own, drawn over the others."""


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
    parts = _ground(plan, frame)
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


def outline_source(plan: PlaceMap | None = None) -> str:
    """Where the outlines of a map come from, and how exact they are."""
    return source_of(WORLD if plan is not None and lies_beyond(plan) else HOME)


def lies_beyond(plan: PlaceMap) -> bool:
    """Whether a map shows more, or other parts of the world, than the governorates."""
    if plan.window is not None:
        return True
    home = window_of(point for ring in home_rings() for point in ring).widened(0.1, 0.0)
    return not all(home.holds(point) for point in _marked(plan))


def _marked(plan: PlaceMap) -> list[tuple[float, float]]:
    marks = [(one.latitude, one.longitude) for one in plan.marks]
    return marks + [(one.latitude, one.longitude) for one in plan.sites]


def _frame(plan: PlaceMap) -> _Frame:
    if lies_beyond(plan):
        shown = plan.window or window_of(_marked(plan)).widened(0.12, 3.0)
        south, west, north, east = _in_proportion(shown)
    else:
        points = [point for ring in home_rings() for point in ring] + _marked(plan)
        south, west, north, east = window_of(points)
    across = (_WIDTH - 2 * _MARGIN - _SIDE) / (east - west)
    up = across / math.cos(math.radians((south + north) / 2))
    return _Frame(west, north, across, up, (north - south) * up + 2 * _MARGIN + 22)


def _in_proportion(shown: Window) -> Window:
    """The window made wider or higher, so that its picture is neither a strip nor a tower."""
    middle = (shown.south + shown.north) / 2, (shown.west + shown.east) / 2
    wide = max(shown.east - shown.west, 0.05)
    high = max(shown.north - shown.south, 0.04) / math.cos(math.radians(middle[0]))
    wide, high = max(wide, high / _HIGHEST), max(high, wide * _LOWEST)
    up, across = high * math.cos(math.radians(middle[0])) / 2, wide / 2
    return Window(middle[0] - up, middle[1] - across, middle[0] + up, middle[1] + across)


def _ground(plan: PlaceMap, frame: _Frame) -> list[str]:
    """The outlines below the marks."""
    if not lies_beyond(plan):
        drawn = [_outline(ring, frame) for ring in home_rings()]
    else:
        others = [one for one in shipped(WORLD) if one.code != HOME_COUNTRY]
        drawn = [*_within(others, frame), *_within(shipped(HOME), frame)]
    return drawn + [path.replace(_BORDER, _QUIET) for path in _within(plan.areas, frame)]


def _within(areas: Iterable[Area], frame: _Frame) -> Iterator[str]:
    """What of some areas lies in the frame, with a little beyond its edges."""
    west, east = frame.west - _EDGE / frame.across, frame.west + _WIDTH / frame.across
    south = frame.north - frame.height / frame.up
    shown = Window(south, west, frame.north + _EDGE / frame.up, east)
    for area in areas:
        for ring in area.rings:
            if not shown.meets(ring):
                continue
            seen = _seen(clipped(ring, shown), frame)
            if len(seen) > 2:
                yield _outline(seen, frame)


def _seen(ring: Sequence[Point], frame: _Frame) -> list[Point]:
    """The points of a ring that can be told apart on the map."""
    kept: list[Point] = []
    last = (math.inf, math.inf)
    for point in ring:
        place = frame.point(*point)
        if max(abs(place[0] - last[0]), abs(place[1] - last[1])) >= _APART:
            kept.append(point)
            last = place
    return kept


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
    kilometres = _bar_length(frame)
    length = kilometres / _KM_OF_DEGREE * frame.up
    x = _MARGIN if language_of(plan.lang).is_right_to_left else _WIDTH - _MARGIN - length
    y = frame.height - 10
    words = f"{write_number(kilometres, plan.lang)} {drawable(plan.kilometres)}"
    if language_of(plan.lang).is_right_to_left:
        words = f"\u202b{words}\u202c"
    return (
        f'<path d="M{x:.1f} {y - 4:.1f}V{y:.1f}H{x + length:.1f}V{y - 4:.1f}" fill="none" '
        f'stroke="{_INK}" stroke-width="1.2"/>'
        f'<text x="{x + length / 2:.1f}" y="{y - 5:.1f}" font-size="10" text-anchor="middle" '
        f'fill="{_INK}">{html.escape(words)}</text>'
    )


def _bar_length(frame: _Frame) -> int:
    """A round number of kilometres that the bar stands for."""
    per_km = frame.up / _KM_OF_DEGREE
    if _SHORTEST_BAR <= _BAR_KM * per_km <= _LONGEST_BAR:
        return _BAR_KM
    rounds = [step * 10**power for power in range(5) for step in (1, 2, 5)]
    return max((one for one in rounds if one * per_km <= _LONGEST_BAR * 0.7), default=1)
