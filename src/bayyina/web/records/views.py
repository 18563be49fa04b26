"""The library of records, and one record with every statement and its source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from bayyina.app.clearances import OPEN_SEALED, is_cleared
from bayyina.app.consenting import INFORMANTS
from bayyina.app.opening_sealed import open_sealed
from bayyina.app.permissions import require
from bayyina.app.record_looks import looks_at, why_joined
from bayyina.app.record_reading import read_record
from bayyina.app.short_ids import record_number
from bayyina.app.workspace import Workspace
from bayyina.disclosure.rules import load_rules
from bayyina.errors import InputError, QueryError
from bayyina.figures.results import Figure
from bayyina.web.at_work import server
from bayyina.web.frame.asking import Asking, asking
from bayyina.web.records.facets import FACETS, Facet, facet, library_query
from bayyina.web.records.library_views import NEEDS, VIEWS, Drawing, on_map, over_years
from bayyina.web.records.statements import statement_lines
from bayyina.web.records.summaries import summaries
from bayyina.web.records.timeline import marks, timeline

PAGE: Final = 50
"""Records on a page."""

FIRST_UNIT: Final = "persons"

BESIDE: Final = 25
"""Statements of the record that stands beside the list."""


class Filter(NamedTuple):
    """One choice in the side bar."""

    label: str
    """What people read."""

    records: int
    """Records that it leaves."""

    href: str
    """Where it leads."""

    is_chosen: bool
    """Whether it is in force now."""


@require_GET
def library(request: HttpRequest) -> HttpResponse:
    """Records of one kind, with filters and their counts, a page at a time."""
    who = asking(request)
    workspace = who.at_work
    require(workspace, "export-records")
    asked = _asked(request, workspace)
    page = _page_number(request)
    query = library_query(asked)
    figure = server().count(workspace, query)
    shown = server().opened(workspace, query, (page - 1) * PAGE, page * PAGE + 1)
    with server().engine(workspace) as engine:
        fitting = [name for name in FACETS if _fits(engine, asked, name)]
    bars = [
        (
            name,
            _filters(
                who,
                asked,
                name,
                server().count(workspace, library_query(asked, divided=name)),
            ),
        )
        for name in fitting
    ]
    rows = summaries(workspace, [one.number for one in shown[:PAGE]], who.lang)
    beside = _beside(request, who)
    certain = {workspace.short_id(one.number): one.certain for one in shown[:PAGE]}
    words = {
        "units": _units(who, asked),
        "asked": asked,
        "figure": figure,
        "noun": workspace.vocabulary.units[asked["unit"]].noun(figure.range[1], who.lang),
        "query": library_query(asked),
        "rows": [(row, certain[row.id]) for row in rows],
        "filters": [(who.says(f"facet_{name}"), found) for name, found in bars if found],
        "views": [
            (name, _link(asked | {"view": name}), name == asked["view"])
            for name in VIEWS
            if NEEDS.get(name, "") in {"", *fitting}
        ],
        "drawing": _drawing(who, asked) if NEEDS.get(asked["view"], "") in fitting else None,
        "beside": beside,
        "here": _link(asked, page=page),
        "search_address": _link(asked),
        "uncounted": server().uncounted(workspace),
        "page": page,
        "before": _link(asked, page=page - 1) if page > 1 else "",
        "after": _link(asked, page=page + 1) if len(shown) > PAGE else "",
        "chosen": [
            (who.says(f"facet_{name}"), _label(who, name, asked[name]), _link(asked, without=name))
            for name in FACETS
            if name in asked
        ],
    }
    return render(request, "records/library.html", words)


@require_GET
def record(request: HttpRequest, short_id: str) -> HttpResponse:
    """Every statement about a record, with its source and place in it; what is linked and decided."""
    who = asking(request)
    return _page(request, who, short_id, read_record(who.at_work, short_id, history=True))


@require_POST
def open_record(request: HttpRequest, short_id: str) -> HttpResponse:
    """The same with what is sealed, for this one answer; why it is opened stands in the log."""
    who = asking(request)
    reason = request.POST.get("reason", "")
    document = open_sealed(who.at_work, short_id, reason=reason, history=True)
    response = _page(request, who, short_id, document)
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _page(
    request: HttpRequest, who: Asking, short_id: str, document: Mapping[str, Any]
) -> HttpResponse:
    workspace = who.at_work
    kind = workspace.vocabulary.types.get(document["type"])
    dated = marks(who, document.get("linked", ()))
    when: dict[str, list[str]] = {}
    for one in dated:
        when.setdefault(one.id, []).append(one.words)
    words = {
        "document": document,
        "timeline": timeline(dated, who.says("record_timeline"), mirrored=who.lang == "ar"),
        "may_consent": document["type"] in INFORMANTS,
        "is_death": document["type"] in load_rules().deaths,
        "may_bundle": who.may("bundle"),
        "may_write": document["type"] == "Person" and who.may("report"),
        "may_determine": who.may_for("determine", record_number(workspace, short_id)),
        "may_open": _is_sealed(document)
        and "opened_in" not in document
        and who.may(OPEN_SEALED)
        and is_cleared(workspace.store, workspace.member),
        "looks": looks_at(workspace, short_id)
        if _is_sealed(document) and who.may_for(OPEN_SEALED, record_number(workspace, short_id))
        else [],
        "joined": why_joined(workspace, short_id),
        "type_label": kind.label[who.lang] if kind else document["type"],
        "statements": list(statement_lines(who, document, "statements")),
        "history": list(statement_lines(who, document, "history")),
        "linked": [
            (one["id"], _type_label(who, one["type"]), when.get(one["id"], []))
            for one in document.get("linked", ())
        ],
        "summary": next(
            iter(summaries(workspace, [record_number(workspace, short_id)], who.lang)), None
        ),
    }
    return render(request, "records/record.html", words)


def _is_sealed(document: Mapping[str, Any]) -> bool:
    """Whether anything that is said of a record is sealed."""
    said = (*document.get("statements", ()), *document.get("history", ()))
    return any("sealed" in one or "wording_sealed" in one for one in said)


def _type_label(who: Asking, name: str) -> str:
    kind = who.at_work.vocabulary.types.get(name)
    return kind.label[who.lang] if kind else name


def _asked(request: HttpRequest, workspace: Workspace) -> dict[str, str]:
    """The kind of record and the filters that an address names; others are left out."""
    unit = request.GET.get("unit", FIRST_UNIT)
    if unit not in workspace.vocabulary.units:
        raise InputError(
            f"There is no kind of record named {unit}.", hint="Choose one of the list."
        )
    view = request.GET.get("view", "")
    asked = {"unit": unit, "view": view if view in VIEWS else VIEWS[0]}
    for name in FACETS:
        value = request.GET.get(name, "").strip()
        if value:
            asked[name] = value
    return asked


def _fits(engine: Any, asked: Mapping[str, str], name: str) -> bool:
    """Whether records of this kind can be divided by a facet."""
    if name in asked:
        return True
    try:
        engine.read(library_query(asked, divided=name))
    except QueryError:
        return False
    return True


def _filters(who: Asking, asked: Mapping[str, str], name: str, figure: Figure) -> list[Filter]:
    one: Facet = facet(name)
    found = [
        Filter(
            _label(who, name, group.key[one.key]),
            group.range[1],
            _link(asked, without=name)
            if asked.get(name) == group.key[one.key]
            else _link({**asked, name: group.key[one.key]}),
            asked.get(name) == group.key[one.key],
        )
        for group in figure.groups
        if group.range[1] and group.key[one.key] != "unknown"
    ]
    if not one.in_order:
        found.sort(key=lambda choice: -choice.records)
    return found[:12]


def _drawing(who: Asking, asked: Mapping[str, str]) -> Drawing | None:
    """The map or the years of what the filters leave."""
    name = NEEDS.get(asked["view"])
    if name is None:
        return None
    figure = server().count(who.at_work, library_query(asked, divided=name))

    def address(value: str) -> str:
        return _link({**asked, name: value, "view": VIEWS[0]})

    if name == "year":
        return over_years(figure, address, lang=who.lang, title=who.says("view_years"))
    return on_map(
        who.at_work,
        figure,
        lambda value: _label(who, name, value),
        address,
        lang=who.lang,
        kilometres=who.says("kilometres"),
    )


def _beside(request: HttpRequest, who: Asking) -> dict[str, Any] | None:
    """One record beside the list, if the address names one: what is said first, and where to go on."""
    short_id = request.GET.get("show", "")
    if not short_id:
        return None
    document = read_record(who.at_work, short_id)
    number = record_number(who.at_work, short_id)
    return {
        "id": short_id,
        "summary": next(iter(summaries(who.at_work, [number], who.lang)), None),
        "type_label": _type_label(who, document["type"]),
        "statements": list(statement_lines(who, document, "statements"))[:BESIDE],
        "more": max(0, len(document["statements"]) - BESIDE),
        "decisions": document["determinations"],
        "may_determine": who.may_for("determine", number),
    }


def _label(who: Asking, name: str, value: str) -> str:
    return who.labels.label(facet(name).key, value, who.lang)


def _units(who: Asking, asked: Mapping[str, str]) -> list[tuple[str, str, bool]]:
    """Kinds of records with their codes."""
    return [
        (unit.noun(100, who.lang), name, name == asked["unit"])
        for name, unit in who.at_work.vocabulary.units.items()
    ]


def _link(asked: Mapping[str, str], *, page: int = 1, without: str = "") -> str:
    values = {name: value for name, value in asked.items() if name != without}
    if values.get("view") == VIEWS[0]:
        del values["view"]
    if page > 1:
        values["page"] = str(page)
    return f"/records/?{urlencode(values)}"


def _page_number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return int(text) if text.isascii() and text.isdecimal() and 0 < int(text) <= 2000 else 1
