"""Time series of a place under each other, with episodes shaded over all of them.

Dots are observations; what was not clear is a hollow grey ring. A light band spans the days on which an
episode may have begun or ended, a darker one the time between. Time runs from right to
left in Arabic, like the text around it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt
import vl_convert

from bayyina.errors import InputError
from bayyina.typeset.escaping import drawable
from bayyina.typeset.fonts import families
from bayyina.typeset.languages import language_of
from bayyina.typeset.vega import drawn

_DOT, _CLOUD, _INK = "#0b3c5d", "#9aa0a6", "#1a1a1a"
_EPISODE, _DOUBT = "#c46a1b", "#f0c9a0"
_WIDTH, _HEIGHT = 640, 96
_SCALE = 2.0
_ROWS, _NAME_SHARE = 2, 0.25
_FEW_YEARS, _MOST_TICKS = 2.5, 12
_YEAR = "format(datum.value, 'd')"
_MONTH = (
    "format(floor(datum.value + 0.01), 'd') + '-' + "
    "format(round((datum.value - floor(datum.value + 0.01)) * 12) + 1, '02d')"
)


@dataclass(frozen=True)
class SeriesPoint:
    """One observation of one band."""

    year: float
    """When, as a decimal year."""

    value: float
    """What was seen."""

    is_clear: bool
    """Whether the day was clear enough to be used."""


@dataclass(frozen=True)
class SeriesPanel:
    """One band."""

    label: str
    """Its name, in the chart's language."""

    points: tuple[SeriesPoint, ...]
    """In any order."""


@dataclass(frozen=True)
class ShadedEpisode:
    """One episode, in decimal years."""

    label: str
    """What is written above it."""

    onset: tuple[float, float, float]
    """Start of the interval, the day named, end of the interval."""

    end: tuple[float, float, float] | None
    """The same for the end; nothing while it goes on."""


@dataclass(frozen=True)
class SeriesChart:
    """Panels and episodes in one language."""

    lang: str
    """``en`` or ``ar``."""

    title: str
    """What is shown, above."""

    caption: str
    """What the shading means and what it does not, below."""

    panels: tuple[SeriesPanel, ...]
    """The bands, the first on top."""

    episodes: tuple[ShadedEpisode, ...]
    """Shaded over all panels."""


def series_svg(chart: SeriesChart) -> str:
    """The chart as SVG; the same chart gives the same bytes.

    Raises:
        InputError: there is nothing to draw, or it could not be drawn.
    """
    if not any(panel.points for panel in chart.panels):
        raise InputError("A series without values has no picture.")
    return drawn(_specification(chart).to_dict())


def series_png(chart: SeriesChart) -> bytes:
    """The same picture as pixels, two for each unit of the SVG.

    Raises:
        InputError: there is nothing to draw, or it could not be drawn.
    """
    try:
        return bytes(vl_convert.svg_to_png(series_svg(chart), scale=_SCALE))
    except ValueError as error:
        raise InputError("The chart could not be drawn.") from error


def _specification(chart: SeriesChart) -> alt.VConcatChart:
    years = [point.year for panel in chart.panels for point in panel.points]
    margin = 0.02 * max(max(years) - min(years), 0.1)
    span = (min(years) - margin, max(years) + margin)
    mirrored = language_of(chart.lang).is_right_to_left
    anchor: Literal["end", "start"] = "end" if mirrored else "start"
    panels = [
        _panel(chart, panel, span, is_first=place == 0, is_last=place == len(chart.panels) - 1)
        for place, panel in enumerate(chart.panels)
    ]
    lines = [_caption_line(text, mirrored=mirrored) for text in chart.caption.splitlines()]
    font = ", ".join((*families(chart.lang), "sans-serif"))
    specification: alt.VConcatChart = (
        alt.vconcat(*panels, *lines, spacing=10)
        .properties(
            padding=8,
            title=alt.TitleParams(
                drawable(chart.title), anchor=anchor, fontSize=14, color=_INK, offset=36
            ),
        )
        .configure(font=font, aria=False)
        .configure_view(stroke="#d5d9dd")
        .configure_axis(labelFontSize=11, labelColor=_INK, domainColor="#d5d9dd")
    )
    return specification


def _panel(
    chart: SeriesChart,
    panel: SeriesPanel,
    span: tuple[float, float],
    *,
    is_first: bool,
    is_last: bool,
) -> Any:
    mirrored = language_of(chart.lang).is_right_to_left
    values = [{"x": p.year, "y": p.value, "clear": p.is_clear} for p in panel.points]
    base = alt.Chart(alt.InlineData(values=values))
    across = _across(chart, span, is_last=is_last)
    known = sorted(p.value for p in panel.points if p.is_clear) or [0.0, 1.0]
    low, high = known[len(known) // 100], known[-1 - len(known) // 100]
    room = 0.15 * max(high - low, 1e-9)
    side: Literal["left", "right"] = "right" if mirrored else "left"
    up = alt.Y(
        "y:Q",
        axis=alt.Axis(title=None, tickCount=3, grid=True, gridColor="#eef0f2", orient=side),
        scale=alt.Scale(domain=[low - room, high + room], zero=False, nice=False, clamp=True),
    )
    layers: list[Any] = _shades(chart, across, with_names=is_first)
    layers.append(
        base.transform_filter("!datum.clear")
        .mark_point(size=14, filled=False, color=_CLOUD, strokeWidth=0.8, clip=True)
        .encode(x=across, y=up)
    )
    layers.append(
        base.transform_filter("datum.clear")
        .mark_circle(size=16, opacity=1, color=_DOT, clip=True)
        .encode(x=across, y=up)
    )
    layers.append(_name(panel, mirrored=mirrored))
    return alt.layer(*layers).properties(width=_WIDTH, height=_HEIGHT)


def _caption_line(text: str, *, mirrored: bool) -> alt.Chart:
    """One line below; a chart of its own, because lines of one right-to-left text overlap."""
    align: Literal["left", "right"] = "right" if mirrored else "left"
    line: alt.Chart = (
        alt.Chart(alt.InlineData(values=[{"text": drawable(text)}]))
        .mark_text(align=align, baseline="top", fontSize=11, color=_INK)
        .encode(x=alt.value(_WIDTH if mirrored else 0), y=alt.value(0), text="text:N")
        .properties(width=_WIDTH, height=8, view=alt.ViewConfig(stroke=None))
    )
    return line


def _name(panel: SeriesPanel, *, mirrored: bool) -> alt.Chart:
    align: Literal["left", "right"] = "right" if mirrored else "left"
    name: alt.Chart = (
        alt.Chart(alt.InlineData(values=[{"text": drawable(panel.label)}]))
        .mark_text(align=align, baseline="top", fontSize=11, fontWeight="bold", color=_INK)
        .encode(x=alt.value(_WIDTH - 6 if mirrored else 6), y=alt.value(5), text="text:N")
    )
    return name


def _across(chart: SeriesChart, span: tuple[float, float], *, is_last: bool) -> alt.X:
    axis = alt.Axis(
        title=None,
        values=_ticks(span),
        labelExpr=_MONTH if span[1] - span[0] < _FEW_YEARS else _YEAR,
        grid=False,
        labels=is_last,
        ticks=is_last,
    )
    mirrored = language_of(chart.lang).is_right_to_left
    return alt.X("x:Q", axis=axis, scale=_time(span, mirrored=mirrored))


def _ticks(span: tuple[float, float]) -> list[float]:
    """Quarters of short spans, years of long ones, at most about a dozen."""
    if span[1] - span[0] < _FEW_YEARS:
        return [k / 4 for k in range(math.ceil(span[0] * 4), math.floor(span[1] * 4) + 1)]
    step = math.ceil((span[1] - span[0]) / _MOST_TICKS)
    return [float(year) for year in range(math.ceil(span[0]), math.floor(span[1]) + 1, step)]


def _time(span: tuple[float, float], *, mirrored: bool) -> alt.Scale:
    return alt.Scale(domain=list(span), reverse=mirrored, nice=False, zero=False)


def _shades(chart: SeriesChart, across: alt.X, *, with_names: bool) -> list[alt.Chart]:
    mirrored = language_of(chart.lang).is_right_to_left
    doubt: list[dict[str, float]] = []
    sure: list[dict[str, float]] = []
    names: list[dict[str, Any]] = []
    years = [point.year for panel in chart.panels for point in panel.points]
    start, stop = min(years), max(years)
    for episode in chart.episodes:
        low, day, high = episode.onset
        last = episode.end[1] if episode.end else stop
        doubt.append({"a": low, "b": high})
        if episode.end:
            doubt.append({"a": episode.end[0], "b": min(episode.end[2], stop)})
        sure.append({"a": day, "b": max(last, day)})
        names.append(
            {
                "a": day,
                "text": drawable(episode.label),
                "high": -4 - 13 * _row(names, day, stop - start),
            }
        )
    x = across.copy()
    x["shorthand"] = "a:Q"
    layers = [
        alt.Chart(alt.InlineData(values=doubt))
        .mark_rect(color=_DOUBT, opacity=0.55, clip=True)
        .encode(x=x, x2="b:Q"),
        alt.Chart(alt.InlineData(values=sure))
        .mark_rect(color=_EPISODE, opacity=0.4, clip=True)
        .encode(x=x, x2="b:Q"),
        alt.Chart(alt.InlineData(values=sure))
        .mark_rule(color=_EPISODE, strokeWidth=1.2, clip=True)
        .encode(x=x),
    ]
    if with_names and names:
        align: Literal["left", "right"] = "right" if mirrored else "left"
        layers += [
            alt.Chart(alt.InlineData(values=[name]))
            .mark_text(align=align, baseline="bottom", dy=name["high"], fontSize=10, color=_INK)
            .encode(x=x, y=alt.value(0), text="text:N")
            for name in names
        ]
    return layers


def _row(names: list[dict[str, Any]], day: float, span: float) -> int:
    """The line above the panels that a name stands on, so that it does not run into its neighbour."""
    taken = {name["high"]: name["a"] for name in names}
    for row in range(_ROWS):
        last = taken.get(-4 - 13 * row)
        if last is None or abs(day - last) > _NAME_SHARE * span:
            return row
    return 0
