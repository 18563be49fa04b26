"""How lists overlap, as an UpSet plot: a column for each exclusive intersection.

Above, how many people are on exactly those lists that are dotted below; beside each list's
name, how many people are on it (Lex et al., "UpSet: Visualization of Intersecting Sets",
IEEE TVCG 20, 2014). In Arabic the drawing is mirrored: the largest column stands at the right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import altair as alt

from bayyina.errors import InputError
from bayyina.typeset.escaping import drawable
from bayyina.typeset.fonts import families
from bayyina.typeset.languages import language_of
from bayyina.typeset.vega import drawn

MOST_COLUMNS: Final = 30
"""More intersections than this are not told apart on a page; the last ones are left out."""

_PADDING: Final = {"top": 6, "bottom": 6, "left": 30, "right": 30}
"""Room at the sides: whoever opens the drawing without our fonts sees wider letters."""

_Layers = alt.LayerChart | alt.FacetChart

_MARK, _FAINT, _INK = "#0b3c5d", "#d5d9dd", "#1a1a1a"
_COLUMN, _ROW, _HEIGHT = 26, 22, 190


@dataclass(frozen=True)
class SetRow:
    """One list."""

    label: str
    """Its name, unlike that of every other list."""

    text: str
    """How many people are on it, as written beside its name."""


@dataclass(frozen=True)
class SetColumn:
    """People who are on exactly these lists."""

    members: frozenset[int]
    """Positions of the lists among the rows."""

    value: int
    """How many."""

    text: str
    """The number as written above the column."""


@dataclass(frozen=True)
class OverlapChart:
    """An UpSet plot in one language."""

    lang: str
    """``en`` or ``ar``."""

    rows: tuple[SetRow, ...]
    """The lists, the first on top."""

    columns: tuple[SetColumn, ...]
    """The intersections in reading order."""

    left_out_text: str = ""
    """What is said below of the intersections that are not drawn; empty where all are."""


def overlap_svg(chart: OverlapChart) -> str:
    """The chart as SVG; the same chart gives the same bytes.

    Raises:
        InputError: there is no list or no intersection, or it could not be drawn.
    """
    if not chart.rows or not chart.columns:
        raise InputError("An overlap chart needs a list and somebody on it.")
    return drawn(_specification(chart).to_dict())


def _specification(chart: OverlapChart) -> alt.VConcatChart:
    shown = chart.columns[:MOST_COLUMNS]
    width = max(len(shown), 3) * _COLUMN
    parts = (_columns(chart, shown, width), _dots(chart, shown, width))
    specification: alt.VConcatChart = (
        alt.vconcat(*parts, spacing=6)
        .resolve_scale(x="shared")
        .properties(padding=_PADDING, **_said_below(chart))
        .configure(font=", ".join((*families(chart.lang), "sans-serif")), aria=False)
        .configure_view(stroke=None)
        .configure_concat(spacing=6)
        .configure_axis(
            labelFontSize=12, labelColor=_INK, domain=False, ticks=False, grid=False, labelLimit=320
        )
    )
    return specification


def _said_below(chart: OverlapChart) -> dict[str, alt.TitleParams]:
    if not chart.left_out_text:
        return {}
    anchor: Literal["start", "end"] = "end" if language_of(chart.lang).is_right_to_left else "start"
    title = alt.TitleParams(
        drawable(chart.left_out_text),
        anchor=anchor,
        orient="bottom",
        fontSize=11,
        fontWeight="normal",
        color=_INK,
    )
    return {"title": title}


def _columns(chart: OverlapChart, shown: tuple[SetColumn, ...], width: int) -> _Layers:
    rows = [{"at": i, "value": c.value, "text": drawable(c.text)} for i, c in enumerate(shown)]
    top = max(column.value for column in shown) or 1
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=_across(chart),
        y=alt.Y("value:Q", axis=None, scale=alt.Scale(domain=[0, top * 1.1])),
    )
    bars = base.mark_bar(color=_MARK, size=_COLUMN * 0.62)
    numbers = base.mark_text(dy=-4, baseline="bottom", fontSize=10, color=_INK).encode(
        text="text:N"
    )
    return alt.layer(bars, numbers).properties(width=width, height=_HEIGHT)


def _dots(chart: OverlapChart, shown: tuple[SetColumn, ...], width: int) -> _Layers:
    names = [drawable(f"{row.label}  {row.text}") for row in chart.rows]
    dots = [
        {"at": at, "name": name, "inside": row in column.members}
        for at, column in enumerate(shown)
        for row, name in enumerate(names)
    ]
    lines = [
        {"at": at, "from": names[min(column.members)], "to": names[max(column.members)]}
        for at, column in enumerate(shown)
        if len(column.members) > 1
    ]
    side: Literal["left", "right"] = "right" if language_of(chart.lang).is_right_to_left else "left"
    axis = alt.Axis(title=None, labelPadding=10, orient=side)
    up: dict[str, Any] = {"sort": names, "axis": axis, "scale": alt.Scale(domain=names)}
    shade = alt.when("datum.inside").then(alt.value(_MARK)).otherwise(alt.value(_FAINT))
    layers: list[alt.Chart] = [
        alt.Chart(alt.InlineData(values=dots))
        .mark_circle(size=95, opacity=1)
        .encode(x=_across(chart), y=alt.Y("name:N", **up), color=shade)
    ]
    if lines:
        rules = alt.Chart(alt.InlineData(values=lines)).mark_rule(color=_MARK, strokeWidth=2.5)
        layers.append(rules.encode(x=_across(chart), y=alt.Y("from:N", **up), y2=alt.Y2("to:N")))
    return alt.layer(*layers).properties(width=width, height=len(names) * _ROW)


def _across(chart: OverlapChart) -> alt.X:
    mirrored = language_of(chart.lang).is_right_to_left
    scale = alt.Scale(reverse=mirrored, paddingInner=0, paddingOuter=0.2)
    return alt.X("at:O", axis=None, scale=scale, sort=None)
