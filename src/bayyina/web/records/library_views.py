"""Ways to look at what the library found: a table, cards, a map, years.

The map and the years are drawn on the server from the same counts as the filters. A record's
own place is never drawn: a circle stands for all records of an area, in the area's middle. What
has no known year or area stands in words below the drawing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from bayyina.app.workspace import Workspace
from bayyina.figures.results import Figure, FigureGroup
from bayyina.typeset.maps import MapMark, PlaceMap, map_svg, outline_source
from bayyina.typeset.numbers import write_number

VIEWS: Final = ("table", "cards", "map", "years")
"""Names of the ways, the usual one first."""

NEEDS: Final = {"map": "governorate", "years": "year"}
"""The filter that a way of looking counts by."""

WIDTH: Final = 720
BAR: Final = 22
LEFT: Final = 60


class Drawing(NamedTuple):
    """A drawn answer."""

    svg: SafeString
    """The picture."""

    rows: list[tuple[str, int, str]]
    """Label, number and address of each part, as a table beside it."""

    unplaced: int
    """Records that stand nowhere in it."""

    source: str
    """Where outlines come from; empty where there are none."""


def on_map(
    workspace: Workspace, figure: Figure, label: Callable[[str], str],
    address: Callable[[str], str], *, lang: str, kilometres: str,
) -> Drawing:  # fmt: skip
    """Counts by area as circles on the outlines."""
    marks, rows, unplaced = [], [], 0
    for group, code in _parts(figure):
        most = group.range[1]
        place = workspace.gazetteer.get(code)
        if place is None or place.lat is None or place.lon is None:
            unplaced += most
            continue
        text = write_number(group.value, lang)
        marks.append(MapMark(label(code), place.lat, place.lon, group.value, text, most))
        rows.append((label(code), most, address(code)))
    svg = map_svg(PlaceMap(lang, tuple(marks), (), kilometres)) if marks else ""
    rows.sort(key=lambda row: -row[1])
    return Drawing(
        mark_safe(svg),  # noqa: S308 - drawn here, its texts escaped
        rows,
        unplaced + _unknown(figure),
        outline_source(),
    )


def over_years(figure: Figure, address: Callable[[str], str], *, lang: str, title: str) -> Drawing:
    """Counts by year as bars: the dark part is certain, the light one possible."""
    found = [(code, group) for group, code in _parts(figure)]
    rows = [(code, group.range[1], address(code)) for code, group in found]
    top = max((group.range[1] for _, group in found), default=0)
    if not top:
        return Drawing(SafeString(""), [], _unknown(figure), "")
    across = WIDTH - LEFT - 90
    bars = format_html_join("", _BAR, _bars(found, across / top, address, lang))
    height = BAR * len(found) + 8
    svg = format_html(
        '<svg class="years" viewBox="0 0 {} {}" role="group" aria-label="{}">{}</svg>',
        WIDTH, height, title, bars,
    )  # fmt: skip
    return Drawing(svg, rows, _unknown(figure), "")


_BAR: Final = (
    '<a href="{0}"><title>{1}: {2}</title><text class="year" x="{3}" y="{4}" text-anchor="end">{1}'
    '</text><rect class="possible" x="{5}" y="{6}" width="{7}" height="14"/>'
    '<rect class="certain" x="{5}" y="{6}" width="{8}" height="14"/>'
    '<text x="{9}" y="{4}">{2}</text></a>'
)


def _bars(
    found: Sequence[tuple[str, FigureGroup]], scale: float, address: Callable[[str], str], lang: str
) -> list[tuple[object, ...]]:
    return [
        (
            address(code), code, write_number(group.range[1], lang), LEFT - 8, BAR * place + 17,
            LEFT, BAR * place + 6, round(group.range[1] * scale, 1), round(group.value * scale, 1),
            round(LEFT + group.range[1] * scale + 6, 1),
        )
        for place, (code, group) in enumerate(found)
    ]  # fmt: skip


def _parts(figure: Figure) -> list[tuple[FigureGroup, str]]:
    """Groups with records, and the value of their only key."""
    return [
        (group, str(next(iter(group.key.values()))))
        for group in figure.groups
        if group.range[1] and next(iter(group.key.values())) != "unknown"
    ]


def _unknown(figure: Figure) -> int:
    """Records whose group is not known."""
    return sum(
        group.range[1] for group in figure.groups if next(iter(group.key.values())) == "unknown"
    )
