"""Maps, sites and orders where the prose places them.

What is told of a site or an order comes as a JSON-ready document, which the twin of the report
keeps, so that the released pages are written from the very same facts as the draft.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bayyina.reporting.definitions import Block as ReportBlock
from bayyina.reporting.grouped import ReadableGroup, readable_groups
from bayyina.reporting.moments import date_in_words
from bayyina.reporting.notes import note_of
from bayyina.reporting.order_pages import obligation_blocks
from bayyina.reporting.references import Issue, caption_of
from bayyina.typeset.blocks import (
    Block,
    Code,
    Column,
    FactSheet,
    Inlines,
    ItemList,
    Paragraph,
    Picture,
    Styled,
    Table,
    Text,
    Value,
)
from bayyina.typeset.maps import MapMark, MapSite, PlaceMap, map_svg


def map_blocks(issue: Issue, block: ReportBlock) -> tuple[Block, ...]:
    """A map of a figure's areas, of the register's sites, or of both, and what it means."""
    groups = _groups(issue, block)
    marks = tuple(mark for group in groups for mark in _marks(issue, group))
    sites = tuple(_on_map(issue, site) for site in issue.context.sites.get(block.id, ()))
    shown = tuple(site for site in sites if site is not None)
    spoken = "; ".join([f"{mark.label}: {mark.text}" for mark in marks] + [s.label for s in shown])
    title = block.title.get(issue.lang) or block.id
    plan = PlaceMap(issue.lang, marks, shown, issue.phrase("kilometres"))
    picture = Picture(
        name=f"map-{block.id}",
        svg=map_svg(plan),
        alternative=f"{title}. {spoken}",
        caption=caption_of(issue, block),
    )
    return picture, Paragraph(tuple(_meaning(issue, block, groups, plan)))


def site_blocks(issue: Issue, block: ReportBlock) -> tuple[Block, ...]:
    """What may be told of a site."""
    title: tuple[Block, ...] = (Paragraph((Styled(caption_of(issue, block), strong=True),)),)
    found = [part for site in issue.context.sites.get(block.id, ()) for part in _site(issue, site)]
    return (*title, *found, *_noted(issue, block))


def order_blocks(issue: Issue, block: ReportBlock) -> tuple[Block, ...]:
    """The obligations of a case with their states as of a day, and what cannot be said."""
    document = issue.context.orders.get(block.id)
    if document is None:
        return ()
    lang, numerals = issue.lang, issue.context.numerals
    day = date_in_words(document["as_of"], lang, numerals)
    return (
        Paragraph((Styled((Text(document["title"][lang]),), strong=True),)),
        Paragraph(issue.filled("order_as_of", day=(Value(day),))),
        *obligation_blocks(document, lang, numerals, caption=caption_of(issue, block)),
        *_questions(issue, document),
        *_noted(issue, block),
    )


def _questions(issue: Issue, document: Mapping[str, Any]) -> Iterator[Block]:
    questions = document["open_questions"]
    if questions:
        yield Paragraph((Text(issue.phrase("order_questions")),))
        yield ItemList(tuple((Paragraph((Text(one[issue.lang]),)),) for one in questions))


def _groups(issue: Issue, block: ReportBlock) -> tuple[ReadableGroup, ...]:
    if not block.query:
        return ()
    found = readable_groups(issue.results[block.id], issue.context.labels, issue.lang)
    return tuple(group for group in found if not group.is_unknown)


def _marks(issue: Issue, group: ReadableGroup) -> Iterator[MapMark]:
    place = issue.context.position(next(iter(group.key.values())))
    if place is not None and group.possible:
        yield MapMark(
            group.labels[0], *place, group.value, issue.write(group.value), group.possible
        )


def _on_map(issue: Issue, site: Mapping[str, Any]) -> MapSite | None:
    if site["position"] is None:
        return None
    latitude, longitude = site["position"]
    is_blurred = site["position_of"] != "exact"
    return MapSite(_name(issue, site), latitude, longitude, is_blurred)


def _name(issue: Issue, site: Mapping[str, Any]) -> str:
    name: Mapping[str, str] | None = site["name"]
    return str(site["id"]) if name is None else name[issue.lang]


def _meaning(
    issue: Issue, block: ReportBlock, groups: Sequence[ReadableGroup], plan: PlaceMap
) -> Iterator[Text | Any]:
    absent = [
        group.labels[0]
        for group in groups
        if group.possible and issue.context.position(next(iter(group.key.values()))) is None
    ]
    note = note_of(issue, block)
    if note and not block.query:  # with a query the table below says it
        yield from (*note, Text(" "))
    if plan.marks:
        yield Text(f"{issue.phrase('map_circles')} ")
    if any(site.is_blurred for site in plan.sites):
        yield Text(f"{issue.phrase('map_blurred')} ")
    if absent:
        between = "، " if issue.lang == "ar" else ", "
        yield from issue.filled("map_no_place", names=(Value(between.join(absent)),))
        yield Text(" ")
    yield Text(issue.phrase("map_outlines"))


def _noted(issue: Issue, block: ReportBlock) -> Iterator[Block]:
    note = note_of(issue, block)
    if note:
        yield Paragraph(note)


def _site(issue: Issue, site: Mapping[str, Any]) -> Iterator[Block]:
    day = date_in_words(site["as_of"], issue.lang, issue.context.numerals)
    if site["withheld"]:
        yield Paragraph((Text(issue.phrase("site_withheld_why")),))
    yield FactSheet(tuple(_facts(issue, site)))
    if site["history"]:
        columns = ("what", "period", "site_source")
        yield Table(
            (Text(issue.phrase("site_history")),),
            tuple(Column((Text(issue.phrase(name)),)) for name in columns),
            tuple(_row(issue, event["what"], event["date"], event) for event in site["history"]),
        )
    yield Paragraph(issue.filled("site_as_of", day=(Value(day),)))


def _facts(issue: Issue, site: Mapping[str, Any]) -> Iterator[tuple[str, Inlines]]:
    heading = issue.phrase("site_withheld") if site["withheld"] else _name(issue, site)
    yield issue.phrase("what"), (Text(heading), Text(" "), Code(site["id"]))
    where: Inlines = (Text(issue.phrase(f"site_{site['position_of'] or 'nothing'}")),)
    if site["position"] is not None:
        latitude, longitude = site["position"]
        where = (Code(f"{latitude:.4f}, {longitude:.4f}"), Text(" ("), *where, Text(")"))
    yield issue.phrase("site_position"), where
    for one in site["statements"]:
        source: Inlines = ()
        if one["source"] is not None:
            source = (Text(" ("), Value(one["source"][issue.lang]), Text(")"))
        yield one["label"][issue.lang], (Value(one["said"][issue.lang]), *source)


def _row(
    issue: Issue, what: Mapping[str, str], said: Mapping[str, str], event: Mapping[str, Any]
) -> tuple[Inlines, ...]:
    source = event["source"][issue.lang] if event["source"] is not None else ""
    return ((Text(what[issue.lang]),), (Value(said[issue.lang]),), (Value(source),))
