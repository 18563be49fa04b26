"""Ranges under each other: a dot for the middle, a line for the interval, the numbers beside.

One axis serves all rows, so that the eye compares what the numbers say. A line marks a
count that stands whatever is estimated. In Arabic the drawing is mirrored.
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

_MARK, _OTHER, _INK = "#0b3c5d", "#5f6b76", "#1a1a1a"
_WIDTH, _ROW = 430, 26
_FAR: Final = 2.5
_PADDING: Final = {"top": 8, "bottom": 6, "left": 30, "right": 30}
"""Room at the sides: whoever opens the drawing without our fonts sees wider letters."""


@dataclass(frozen=True)
class RangeRow:
    """One range."""

    label: str
    """What it stands for, in the chart's language; unlike that of every other row."""

    text: str
    """The numbers, or why there are none, as written beside it."""

    middle: float | None = None
    """Where the dot stands; None for a row without a range."""

    low: float = 0.0
    """Lower end of the line."""

    high: float = 0.0
    """Upper end of the line; where it lies outside the axis, the line is cut there."""

    is_main: bool = False
    """Whether it is the one that the others are compared with; drawn dark and thick."""


@dataclass(frozen=True)
class RangeChart:
    """Ranges in one language."""

    lang: str
    """``en`` or ``ar``."""

    rows: tuple[RangeRow, ...]
    """The ranges, the first on top."""

    standing: float
    """Where the line stands that marks a count, in the units of the ranges."""

    standing_text: str
    """What the line marks, as written under it."""


def range_svg(chart: RangeChart) -> str:
    """The chart as SVG; the same chart gives the same bytes.

    Raises:
        InputError: no row has a range, or the chart could not be drawn.
    """
    if not any(row.middle is not None for row in chart.rows):
        raise InputError("A chart of ranges needs at least one range.")
    return drawn(_specification(chart).to_dict())


def _specification(chart: RangeChart) -> alt.LayerChart:
    top = axis_end(chart)
    rows = [_values(row, top) for row in chart.rows]
    known = [row for row in rows if row["middle"] is not None]
    base, every = alt.Chart(alt.InlineData(values=known)), alt.Chart(alt.InlineData(values=rows))
    shade = alt.when("datum.main").then(alt.value(_MARK)).otherwise(alt.value(_OTHER))
    thick = alt.when("datum.main").then(alt.value(3.2)).otherwise(alt.value(1.6))
    down = _down(chart)
    layers = [
        *_standing(chart, top),
        base.mark_rule().encode(
            x=_across(chart, "low", top), x2="high:Q", y=down, color=shade, strokeWidth=thick
        ),
        base.transform_filter("datum.shown")
        .mark_circle(size=80, opacity=1)
        .encode(x=_across(chart, "middle", top), y=down, color=shade),
        base.transform_filter("datum.cut")
        .mark_point(shape=_arrow(chart), size=60, filled=True, opacity=1)
        .encode(x=_across(chart, "end", top), y=down, color=shade),
        _texts(every, chart, down),
    ]
    specification: alt.LayerChart = (
        alt.layer(*layers)
        .properties(width=_WIDTH, height=len(rows) * _ROW, padding=_PADDING)
        .configure(font=", ".join((*families(chart.lang), "sans-serif")), aria=False)
        .configure_view(stroke=None)
        .configure_axis(labelFontSize=12, labelColor=_INK, domainColor=_INK, labelLimit=330)
    )
    return specification


def axis_end(chart: RangeChart) -> float:
    """Where the axis ends: room for all ranges, but not for those far beyond the main one.

    A line that reaches further is cut there with an arrow; its numbers stand beside it.
    """
    highs = [row.high for row in chart.rows if row.middle is not None]
    mains = [row.high for row in chart.rows if row.is_main and row.middle is not None]
    wanted = min(max(highs), _FAR * max(mains)) if mains else max(highs)
    return max(wanted, chart.standing * 1.05, 1.0) * 1.03


def _values(row: RangeRow, top: float) -> dict[str, Any]:
    return {
        "label": drawable(row.label),
        "text": drawable(row.text),
        "middle": row.middle,
        "low": min(row.low, top),
        "high": min(row.high, top),
        "end": top,
        "shown": row.middle is not None and row.middle <= top,
        "cut": row.middle is not None and row.high > top,
        "main": row.is_main,
    }


def _standing(chart: RangeChart, top: float) -> list[alt.Chart]:
    values = [{"at": chart.standing, "text": drawable(chart.standing_text)}]
    base = alt.Chart(alt.InlineData(values=values)).encode(x=_across(chart, "at", top))
    line: alt.Chart = base.mark_rule(color=_INK, strokeDash=[3, 3], strokeWidth=1)
    mirrored = language_of(chart.lang).is_right_to_left
    near: Literal["left", "right"] = "right" if mirrored else "left"
    name: alt.Chart = base.mark_text(
        baseline="bottom", dy=-5, align=near, fontSize=11, color=_INK
    ).encode(y=alt.value(0), text="text:N")
    return [line, name]


def _texts(base: alt.Chart, chart: RangeChart, down: alt.Y) -> alt.Chart:
    """The numbers, in a column beyond the end of the axis."""
    mirrored = language_of(chart.lang).is_right_to_left
    align: Literal["left", "right"] = "right" if mirrored else "left"
    place = alt.value(-12) if mirrored else alt.value(_WIDTH + 12)
    texts: alt.Chart = base.mark_text(align=align, fontSize=11, color=_INK).encode(
        x=place, y=down, text="text:N"
    )
    return texts


def _arrow(chart: RangeChart) -> str:
    """The shape of an arrow's head at the end of the axis."""
    mirrored = language_of(chart.lang).is_right_to_left
    return "triangle-left" if mirrored else "triangle-right"


def _across(chart: RangeChart, name: str, top: float) -> alt.X:
    mirrored = language_of(chart.lang).is_right_to_left
    axis = alt.Axis(title=None, format=",.0f", tickCount=6, grid=False)
    return alt.X(
        f"{name}:Q", axis=axis, scale=alt.Scale(domain=[0, top], reverse=mirrored, nice=False)
    )


def _down(chart: RangeChart) -> alt.Y:
    names = [drawable(row.label) for row in chart.rows]
    side: Literal["left", "right"] = "right" if language_of(chart.lang).is_right_to_left else "left"
    axis = alt.Axis(title=None, ticks=False, domain=False, labelPadding=10, orient=side)
    return alt.Y("label:N", sort=names, axis=axis, scale=alt.Scale(domain=names))
