"""What happened to a person in order of time, as a drawing made on the server.

A date that is known to the day is a point; one that is known to the month, the year, or as a span is
a bar as long as what is not known. Nothing is drawn at the middle of an unknown span.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from bayyina.app.live import live_batches, live_statements
from bayyina.app.rows import StatementRow
from bayyina.app.short_ids import record_number
from bayyina.app.site_disclosure import embargo_of
from bayyina.app.value_words import value_words
from bayyina.web.frame.asking import Asking
from bayyina.web.records.summaries import HIDDEN

WIDTH: Final = 720
ROW: Final = 34
LEFT: Final = 12
LONGEST: Final = 40
"""Spans of more years are told and not drawn."""

MOST: Final = 40
"""More acts than this are not drawn; the list below the drawing has them all."""


class Mark(NamedTuple):
    """One statement of when something happened."""

    id: str
    """Short id of the act."""

    label: str
    """What kind of act it is."""

    words: str
    """The date as people read it."""

    first: date
    """First day on which it may have been."""

    last: date
    """Last day."""


def marks(who: Asking, linked: Sequence[Mapping[str, Any]]) -> list[Mark]:
    """When the acts that point at a record happened, in order; each account of a date by itself."""
    workspace = who.at_work
    types = workspace.vocabulary.types
    acts = {
        record_number(workspace, one["id"]): one
        for one in linked
        if one["type"] in types and types[one["type"]].level not in HIDDEN
    }
    store = workspace.store
    with store.read():
        rows = live_statements(store, list(acts), live_batches(store))
        terms = {number: pair for pair, number in store.terms().items()}
    by_record: dict[int, list[StatementRow]] = {}
    for row in rows:
        by_record.setdefault(row.record, []).append(row)
    embargoed = embargo_of(workspace)
    found: dict[Mark, None] = {}
    for number, said in by_record.items():
        if embargoed.covers(number, said):
            continue
        for row in said:
            kind, name = terms[row.term]
            prop = types[kind].properties.get(name) if kind in types else None
            if name != "date" or prop is None or prop.level in HIDDEN:
                continue
            words = value_words(workspace, prop, row)
            if words is None or not row.date_lo or not row.date_hi:
                continue
            text = words.ar if who.lang == "ar" else words.en
            first, last = date.fromisoformat(row.date_lo), date.fromisoformat(row.date_hi)
            if last.year - first.year > LONGEST:
                continue  # "before 2015" has no beginning that a drawing could show
            label = types[kind].label[who.lang]
            found[Mark(workspace.short_id(number), label, text, first, last)] = None
    return sorted(found, key=lambda one: (one.first, one.last, one.id))


def timeline(found: Sequence[Mark], title: str, *, mirrored: bool) -> SafeString:
    """The drawing; empty where there is nothing to draw.

    ``mirrored`` lets time run from right to left, as Arabic readers expect it.
    """
    shown = found[:MOST]
    if not shown:
        return SafeString("")
    first, last = min(one.first for one in shown).year, max(one.last for one in shown).year + 1
    begin, end = date(first, 1, 1).toordinal(), date(min(last, date.max.year), 1, 1).toordinal()
    height = ROW * len(shown) + 26

    def across(day: int) -> float:
        place = LEFT + (WIDTH - 2 * LEFT) * (day - begin) / max(end - begin, 1)
        return round(WIDTH - place if mirrored else place, 1)

    every = max(1, (last - first) // 10)
    years = format_html_join(
        "",
        '<line class="tick" x1="{0}" x2="{0}" y1="0" y2="{1}"/>'
        '<text class="year" x="{0}" y="{2}" text-anchor="middle">{3}</text>',
        (
            (across(date(year, 1, 1).toordinal()), height - 22, height - 6, year)
            for year in range(first, last, every)
        ),
    )
    rows = format_html_join(
        "",
        '<a href="/records/{0}/"><title>{1}: {2}</title>{3}<text class="act" x="{4}" y="{5}"'
        ' text-anchor="{6}">{1} · {2}</text></a>',
        (_row(one, place, across) for place, one in enumerate(shown)),
    )
    return format_html(
        '<svg class="timeline" viewBox="0 0 {} {}" role="group" aria-label="{}">{}{}</svg>',
        WIDTH, height, title, years, rows,
    )  # fmt: skip


def _row(one: Mark, place: int, across: Any) -> tuple[object, ...]:
    top = ROW * place + 6
    ends = sorted((across(one.first.toordinal()), across(one.last.toordinal() + 1)))
    if one.first == one.last:
        shape = format_html('<circle class="day" cx="{}" cy="{}" r="5"/>', ends[0], top + 20)
    else:
        shape = format_html(
            '<rect class="span" x="{}" y="{}" width="{}" height="8" rx="4"/>',
            ends[0], top + 16, max(round(ends[1] - ends[0], 1), 4),
        )  # fmt: skip
    # The words stand where there is room: towards the middle of the drawing.
    is_late = (ends[0] + ends[1]) / 2 > WIDTH / 2
    at = ends[1] if is_late else ends[0]
    anchor = "end" if is_late else "start"
    return (one.id, one.label, one.words, shape, at, top + 11, anchor)
