"""Bar charts as SVG, the same drawing in page and PDF.

Vega-Lite draws them in this process; the data stands in the specification and every address is
refused. In Arabic the drawing is mirrored: bars grow from the right, and time runs from right to
left like the text around it. Each bar carries its number, so there is no number axis to read off.
All bars of a chart are one dark blue and the unknown are light grey, so that nothing depends
on telling hues apart, and a black-and-white printer loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import altair as alt

from bayyina.errors import InputError
from bayyina.typeset.escaping import drawable
from bayyina.typeset.fonts import families
from bayyina.typeset.languages import language_of
from bayyina.typeset.vega import drawn

_BAR, _UNKNOWN = "#0b3c5d", "#9aa0a6"
_INK = "#1a1a1a"
_WIDTH = 620
_ROW, _COLUMN_HEIGHT = 24, 190


@dataclass(frozen=True)
class Bar:
    """One bar."""

    label: str
    """What it stands for, in the chart's language; unlike that of every other bar."""

    value: int
    """Its length: what is certainly counted."""

    text: str
    """The number as written beside it."""

    possible: int
    """Where a thin line ends: what is counted if every uncertain record is; at least ``value``."""

    is_unknown: bool = False
    """Whether it counts what could not be placed; such bars are grey."""


@dataclass(frozen=True)
class BarChart:
    """A bar chart in one language."""

    lang: str
    """``en`` or ``ar``."""

    bars: tuple[Bar, ...]
    """In reading order."""

    is_upright: bool
    """Columns side by side (time) when true, else rows under each other (names)."""


def chart_svg(chart: BarChart) -> str:
    """The chart as SVG; the same chart gives the same bytes.

    Raises:
        InputError: there is no bar, or the chart could not be drawn.
    """
    if not chart.bars:
        raise InputError("A chart needs at least one bar.")
    return drawn(_specification(chart).to_dict())


def _specification(chart: BarChart) -> alt.LayerChart:
    rows = [_row(bar) for bar in chart.bars]
    base = alt.Chart(alt.InlineData(values=rows))
    layers = [_bars(base, chart)]
    if any(bar.possible > bar.value for bar in chart.bars):
        layers.append(_possible(base, chart))
    layers.append(_numbers(base, chart))
    if chart.is_upright:
        layers.extend(_names_below(base, chart))
    height = _COLUMN_HEIGHT if chart.is_upright else len(chart.bars) * _ROW
    specification: alt.LayerChart = (
        alt.layer(*layers)
        .properties(width=_WIDTH, height=height, padding=4)
        .configure(font=", ".join((*families(chart.lang), "sans-serif")), aria=False)
        .configure_view(stroke=None)
        .configure_axis(labelFontSize=12, labelColor=_INK, domainColor=_INK, labelLimit=330)
    )
    return specification


def _row(bar: Bar) -> dict[str, Any]:
    label = drawable(bar.label)
    first, _, second = label.rpartition(" ")
    return {
        "label": label,
        "first": first or second,
        "second": second if first else "",
        "value": bar.value,
        "possible": max(bar.possible, bar.value),
        "text": drawable(bar.text),
        "unknown": bar.is_unknown,
    }


def _bars(base: alt.Chart, chart: BarChart) -> alt.Chart:
    grey = alt.when("datum.unknown").then(alt.value(_UNKNOWN)).otherwise(alt.value(_BAR))
    bars: alt.Chart = base.mark_bar().encode(**_place(chart), color=grey)
    return bars


def _possible(base: alt.Chart, chart: BarChart) -> alt.Chart:
    end = {"y2": alt.Y2("possible:Q")} if chart.is_upright else {"x2": alt.X2("possible:Q")}
    lines: alt.Chart = base.mark_rule(color=_INK, strokeWidth=1.5).encode(**_place(chart), **end)
    return lines


def _numbers(base: alt.Chart, chart: BarChart) -> alt.Chart:
    if chart.is_upright:
        style = base.mark_text(dy=-4, baseline="bottom", fontSize=10.5, color=_INK)
    else:
        align: Literal["left", "right"] = "right" if _is_mirrored(chart) else "left"
        offset = -5 if _is_mirrored(chart) else 5
        style = base.mark_text(dx=offset, align=align, fontSize=11.5, color=_INK)
    numbers: alt.Chart = style.encode(**_place(chart, "possible"), text="text:N")
    return numbers


def _names_below(base: alt.Chart, chart: BarChart) -> list[alt.Chart]:
    """Names of columns, the last word below the others.

    why: drawn as marks, because the lines of one axis label become parts of one SVG text, and
    Typst joins Arabic letters across such parts.
    """
    names = _place(chart)["x"]
    lines = [("first", 6), ("second", 20)]
    if not any(" " in bar.label for bar in chart.bars):
        lines.pop()
    return [
        base.mark_text(dy=dy, baseline="top", fontSize=11.5, color=_INK).encode(
            x=names, y=alt.value(_COLUMN_HEIGHT), text=f"{line}:N"
        )
        for line, dy in lines
    ]


def _place(chart: BarChart, length: str = "value") -> dict[str, Any]:
    """Where marks stand: names on one axis, in our order, and lengths on the other."""
    mirrored = _is_mirrored(chart)
    order = [drawable(bar.label) for bar in chart.bars]
    top = max(max(bar.possible, bar.value) for bar in chart.bars) or 1
    if chart.is_upright:
        axis = alt.Axis(title=None, ticks=False, labels=False)
        places = alt.Scale(reverse=mirrored, paddingInner=0.25)
        return {
            "x": alt.X("label:N", sort=order, axis=axis, scale=places),
            "y": alt.Y(f"{length}:Q", axis=None, scale=alt.Scale(domain=[0, top * 1.08])),
        }
    axis = alt.Axis(title=None, ticks=False, labelPadding=8, orient="right" if mirrored else "left")
    lengths = alt.Scale(domain=[0, top * 1.12], reverse=mirrored)
    return {
        "x": alt.X(f"{length}:Q", axis=None, scale=lengths),
        "y": alt.Y("label:N", sort=order, axis=axis, scale=alt.Scale(paddingInner=0.3)),
    }


def _is_mirrored(chart: BarChart) -> bool:
    return language_of(chart.lang).is_right_to_left
