"""Plots of an estimation: how the lists overlap, and how the answer moves."""

from __future__ import annotations

import math
from collections.abc import Iterable

from bayyina.errors import CheckFailedError
from bayyina.estimation.overlaps import Overlap
from bayyina.estimation.results import Estimate
from bayyina.estimation.sensitivity import Variant
from bayyina.estimation.sentences import chart_words, method_in_words
from bayyina.estimation.study import Study
from bayyina.typeset.escaping import direction_of
from bayyina.typeset.languages import language_of
from bayyina.typeset.numbers import write_number
from bayyina.typeset.overlap_charts import (
    MOST_COLUMNS,
    OverlapChart,
    SetColumn,
    SetRow,
    overlap_svg,
)
from bayyina.typeset.range_charts import RangeChart, RangeRow, range_svg


def draw_overlap(overlap: Overlap, lang: str) -> str:
    """The overlaps of the lists as SVG: an UpSet plot.

    Args:
        overlap: How the lists overlap.
        lang: ``en`` or ``ar``.

    Raises:
        InputError: the language is not one of pages, or nobody is on any list.
    """
    order = sorted(overlap.totals, key=lambda part: -part.people)
    places = {part.name: i for i, part in enumerate(order)}
    rows = tuple(SetRow(part.name, write_number(part.people, lang)) for part in order)
    columns = tuple(
        SetColumn(
            frozenset(places[name] for name in part.lists),
            part.people,
            write_number(part.people, lang),
        )
        for part in overlap.intersections
    )
    left_out = columns[MOST_COLUMNS:]
    said = ""
    if left_out:
        people = sum(column.value for column in left_out)
        said = chart_words("left_out_columns", lang, columns=len(left_out), people=people)
    return overlap_svg(OverlapChart(lang, rows, columns, said))


def draw_estimate(study: Study, lang: str) -> str:
    """The estimate as SVG, beside other methods, without each list, and with other dependence.

    Args:
        study: What was estimated.
        lang: ``en`` or ``ar``.

    Raises:
        CheckFailedError: nothing was estimated, and a refusal has no picture.
        InputError: the language is not one of pages.
    """
    answer = study.answer
    if not isinstance(answer, Estimate):
        raise CheckFailedError(
            "Nothing was estimated, so there is no estimate to draw.",
            hint="The overlaps of the lists can be drawn without one.",
            code="nothing-estimated",
        )
    rows = [
        _row(chart_words("answer", lang), answer.median, answer.interval, lang, is_main=True),
        *(_of_variant(variant, lang) for variant in study.variants),
    ]
    text = chart_words("documented", lang, documented=answer.documented)
    return range_svg(RangeChart(lang, tuple(_unlike(rows)), float(answer.documented), text))


def _of_variant(variant: Variant, lang: str) -> RangeRow:
    match variant.kind:
        case "method":
            label = _named("method", lang, method_in_words(str(variant.what["method"]), lang))
        case "list-left-out":
            label = _named("left_out", lang, str(variant.what["list"]))
        case "dependence":
            label = chart_words("dependence", lang, factor=f"{variant.what['factor']:.2g}")
        case _:
            label = chart_words("not_divided", lang)
    return _row(label, variant.median, variant.interval, lang)


def _named(words: str, lang: str, name: str) -> str:
    """Words with a name, in the order in which a drawing from left to right shows them rightly.

    why: charts are drawn from left to right, so after Arabic words a Latin name would stand at
    their right, where reading begins; before them it stands at their left.
    """
    if language_of(lang).is_right_to_left and direction_of(name) == "ltr":
        return f"{name} {chart_words(words, lang).strip()}"
    return chart_words(words, lang, name=name)


def _row(
    label: str,
    middle: float | None,
    interval: tuple[float, float] | None,
    lang: str,
    *,
    is_main: bool = False,
) -> RangeRow:
    if middle is None:
        return RangeRow(label, chart_words("none", lang))
    if interval is None:
        text = chart_words("middle", lang, median=round(middle))
        return RangeRow(label, text, middle, middle, middle)
    low, high = math.floor(interval[0]), math.ceil(interval[1])
    text = chart_words("range", lang, median=round(middle), low=low, high=high)
    return RangeRow(label, text, middle, low, high, is_main)


def _unlike(rows: Iterable[RangeRow]) -> Iterable[RangeRow]:
    """The rows without any that repeats the name of an earlier one."""
    seen: set[str] = set()
    for row in rows:
        if row.label not in seen:
            seen.add(row.label)
            yield row
