"""Ask a figure, see its rule and its parts, open its records, take its table and chart along."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bayyina.app.output_decisions import decide_figures, shown_figure
from bayyina.app.permissions import require
from bayyina.errors import InputError, QueryError
from bayyina.exchange.parquet_bytes import parquet_bytes
from bayyina.figures.results import Figure
from bayyina.reporting.answers import figure_in_words
from bayyina.reporting.figure_results import FigureResult
from bayyina.reporting.grouped import readable_groups
from bayyina.reporting.wording import group_key_in_words
from bayyina.typeset.charts import Bar, BarChart, chart_svg
from bayyina.typeset.escaping import csv_cell
from bayyina.typeset.numbers import write_number
from bayyina.typeset.pixels import svg_png
from bayyina.web.at_work import server
from bayyina.web.frame.asking import Asking, asking
from bayyina.web.records.summaries import summaries

OPENED: Final = 200
"""So many records of a figure are shown on its page."""

BARS: Final = 60
"""A chart with more bars than this is not drawn."""

PARQUET: Final = "application/vnd.apache.parquet"

EXAMPLES: Final = (
    "count persons with Death(manner=torture) by year",
    "count persons held by sex, age_class",
    "count arrests in 2013 by governorate",
    "count deaths by month on documented",
)
"""Questions that show what can be asked."""


@require_GET
def ask(request: HttpRequest) -> HttpResponse:
    """The answer to a question, with how it was counted; the form when nothing is asked yet."""
    who = asking(request)
    require(who.at_work, "count")
    query = request.GET.get("q", "").strip()
    words: dict[str, object] = {"query": query, "examples": EXAMPLES}
    if query:
        try:
            figure = _count(who, query)
        except QueryError as error:
            return render(request, "figures/ask.html", words | {"refusal": error}, status=400)
        result = FigureResult.of(figure)
        groups = readable_groups(result, who.labels, who.lang)
        words |= {
            "figure": figure,
            "noun": who.at_work.vocabulary.units[figure.unit].noun(figure.value, who.lang),
            "answer": figure_in_words(result, who.labels, who.lang).splitlines()[0],
            "groups": groups,
            "keys": [
                group_key_in_words(key, who.lang)
                for key in (figure.groups[0].key if figure.groups else ())
            ],
            "may_report": who.may("report"),
            "has_chart": bool(groups) and len(groups) <= BARS and len(figure.groups[0].key) == 1,
        }
    return render(request, "figures/ask.html", words)


@require_GET
def opened(request: HttpRequest) -> HttpResponse:
    """The records that a figure counts."""
    who = asking(request)
    require(who.at_work, "export-records")
    query = request.GET.get("q", "")
    with server().engine(who.at_work) as engine:
        figure = engine.count(query)
        records = list(engine.open(query, limit=OPENED))
    rows = summaries(who.at_work, [one.number for one in records], who.lang)
    certain = {who.at_work.short_id(one.number): one.certain for one in records}
    words = {
        "may_bundle": who.may("bundle"),
        "query": figure.query,
        "figure": figure,
        "rows": [(row, certain[row.id]) for row in rows],
        "is_cut": figure.range[1] > OPENED,
        "shown": len(rows),
    }
    return render(request, "figures/opened.html", words)


@require_GET
def table(request: HttpRequest) -> HttpResponse:
    """The groups of a figure as CSV, without numbers that may not be published."""
    who = asking(request)
    require(who.at_work, "count")
    shown = _shown(who, request.GET.get("q", ""))
    groups = shown["groups"]
    keys = list(groups[0]["key"]) if groups else []
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*keys, "value", "possible"])
    for group in groups:
        writer.writerow([*(csv_cell(group["key"][key]) for key in keys), *_numbers(group)])
    if not groups:
        writer.writerow(_numbers(shown))
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="figure.csv"'
    return response


@require_GET
def parquet(request: HttpRequest) -> HttpResponse:
    """The same table as Parquet: keys as text, numbers as whole numbers, empty where hidden."""
    who = asking(request)
    require(who.at_work, "count")
    shown = _shown(who, request.GET.get("q", ""))
    cells = shown["groups"] or [shown | {"key": {}}]
    keys = list(cells[0]["key"])
    columns = {key: [str(cell["key"][key]) for cell in cells] for key in keys}
    table = {
        "value": [None if cell.get("hidden") else cell["value"] for cell in cells],
        "possible": [None if cell.get("hidden") else cell["range"][1] for cell in cells],
        "hidden": [cell.get("hidden") for cell in cells],
    }
    response = HttpResponse(parquet_bytes(columns, table), content_type=PARQUET)
    response["Content-Disposition"] = 'attachment; filename="figure.parquet"'
    return response


@require_GET
def chart(request: HttpRequest) -> HttpResponse:
    """The groups of a figure as a bar chart, without those that may not be published."""
    response = HttpResponse(_drawn(asking(request), request), content_type="image/svg+xml")
    # A drawing is shown as a picture alone; its own inline styles are allowed, scripts are not.
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; font-src data:"
    )
    return response


@require_GET
def chart_png(request: HttpRequest) -> HttpResponse:
    """The same chart as pixels, to take along."""
    response = HttpResponse(svg_png(_drawn(asking(request), request)), content_type="image/png")
    response["Content-Disposition"] = 'attachment; filename="figure.png"'
    return response


def _drawn(who: Asking, request: HttpRequest) -> str:
    require(who.at_work, "count")
    result = FigureResult.of(_shown(who, request.GET.get("q", "")))
    groups = [one for one in readable_groups(result, who.labels, who.lang) if not one.is_hidden]
    if not groups or len(groups) > BARS:
        raise InputError("This figure has no groups that a chart could show.")
    bars = tuple(
        Bar(
            label=" · ".join(group.labels),
            value=group.value,
            text=write_number(group.value, who.lang),
            possible=max(group.possible, group.value),
            is_unknown=group.is_unknown,
        )
        for group in groups
    )
    is_time = set(groups[0].key) <= {"year", "month"}
    return chart_svg(BarChart(lang=who.lang, bars=bars, is_upright=is_time and len(bars) <= 24))


def _shown(who: Asking, query: str) -> dict[str, Any]:
    """An answer as it may be taken along: what leaves as a file may end up with anybody."""
    with server().engine(who.at_work) as engine:
        document = engine.count(query).to_json()
        decision = decide_figures(who.at_work, engine, {"figure": document})
    return shown_figure(document, "figure", decision)


def _numbers(cell: Mapping[str, Any]) -> list[int | str]:
    """The value and what is possible; a hidden one names the rule that hides it."""
    if cell.get("hidden"):
        return [f"hidden:{cell['hidden']}", ""]
    return [cell["value"], cell["range"][1]]


def _count(who: Asking, query: str) -> Figure:
    with server().engine(who.at_work) as engine:
        return engine.count(query)
