"""What must hold in an order file whose shape is right: ids that meet, days that exist."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from bayyina.errors import QueryError
from bayyina.model.vocabulary import Vocabulary
from bayyina.standards.claims_file import edtf_fault
from bayyina.standards.order_file import Due, OrderFile
from bayyina.standards.shapes import Misfit

QueryCheck = Callable[[str], object]
"""Reads a figure query and raises QueryError when it cannot be read."""


def check_order_content(
    content: OrderFile, vocabulary: Vocabulary, check_query: QueryCheck | None = None
) -> Iterator[Misfit]:
    """What does not hold in a file whose shape is right.

    Figure queries are read by ``check_query``; without it only their beginning is looked at.
    """
    yield from _check_steps(content)
    yield from _check_measures(content, vocabulary)
    for index, limit in enumerate(content.time_limits):
        for key in ("due", "set_on"):
            if not is_day(getattr(limit, key)):
                yield Misfit(("time_limits", index, key), "is not a day of the calendar")
        if limit.set_on > limit.due:
            yield Misfit(("time_limits", index, "due"), "is before the day on which it was set")
    yield from _check_indicators(content, check_query)
    yield from _check_events(content)


def _check_indicators(content: OrderFile, check_query: QueryCheck | None) -> Iterator[Misfit]:
    measures = {measure.id for measure in content.measures}
    own = [indicator.id for indicator in content.indicators if indicator.id is not None]
    for index, indicator in enumerate(content.indicators):
        path = ("indicators", index)
        if indicator.measure not in measures:
            yield Misfit((*path, "measure"), "names no measure of this file")
        fault = _query_fault(indicator.figure, check_query)
        if fault is not None:
            yield Misfit((*path, "figure"), fault)
        if indicator.id is not None and own.count(indicator.id) > 1:
            yield Misfit((*path, "id"), "is the id of another indicator too")
        if indicator.part_of is not None and indicator.part_of not in own:
            yield Misfit((*path, "part_of"), "names no indicator of this file")
        for at, published in enumerate(indicator.published):
            if not is_day(published.to):
                yield Misfit((*path, "published", at, "to"), "is not a day of the calendar")
    for index, watched in enumerate(content.watch_list):
        yield from _names(watched.measures, measures, ("watch_list", index, "measures"), "measure")
        fault = watched.figure and _query_fault(watched.figure, check_query)
        if fault:
            yield Misfit(("watch_list", index, "figure"), fault)


def _check_events(content: OrderFile) -> Iterator[Misfit]:
    measures = {measure.id for measure in content.measures}
    duties = {duty.id for duty in content.duties}
    watched = {way.id for way in content.watch_list}
    steps = {step.id for step in content.steps if step.id is not None}
    seen: set[str] = set()
    for index, event in enumerate(content.events):
        path = ("events", index)
        if event.id in seen:
            yield Misfit((*path, "id"), "is already the id of another event")
        seen.add(event.id)
        fault = edtf_fault(event.date)
        if fault is not None:
            yield Misfit((*path, "date"), fault)
        yield from _names(event.measures, measures, (*path, "measures"), "measure")
        yield from _names(event.duties, duties, (*path, "duties"), "duty")
        yield from _names(event.watch, watched, (*path, "watch"), "way of the watch-list")
        for at, asserted in enumerate(event.asserted):
            yield from _names([asserted.of], steps, (*path, "asserted", at, "of"), "step")


def _names(
    ids: Iterable[str], known: set[str], path: tuple[str | int, ...], what: str
) -> Iterator[Misfit]:
    for one in ids:
        if one not in known:
            yield Misfit(path, f"names no {what} of this file: {one}")


def _query_fault(query: str, check_query: QueryCheck | None) -> str | None:
    """What is wrong with a figure query; None when nothing is."""
    if not query.lstrip().startswith("count "):
        return "is not a figure query: it begins with `count`"
    if check_query is not None:
        try:
            check_query(query)
        except QueryError as error:
            return f"cannot be read as a figure query: {error}"
    return None


def _check_steps(content: OrderFile) -> Iterator[Misfit]:
    seen: set[str] = set()
    for index, step in enumerate(content.steps):
        fault = edtf_fault(step.date)
        if fault is not None:
            yield Misfit(("steps", index, "date"), fault)
        if step.type == "order" and step.id is None:
            yield Misfit(("steps", index), "is an order and needs an `id`")
        if step.id is not None and step.id in seen:
            yield Misfit(("steps", index, "id"), "is already the id of another step")
        seen.add(step.id or "")
        measures = {measure.id for measure in content.measures}
        yield from _names(step.ends, measures, ("steps", index, "ends"), "measure")
        if step.under is not None:
            yield from _names([step.under], measures, ("steps", index, "under"), "measure")
        if step.for_due is not None and not is_day(step.for_due):
            yield Misfit(("steps", index, "for"), "is not a day of the calendar")


def _check_measures(content: OrderFile, vocabulary: Vocabulary) -> Iterator[Misfit]:
    orders = {step.id for step in content.steps if step.type in ("order", "modification")}
    kinds = vocabulary.term_lists["obligation_kinds"].terms
    seen: set[str] = set()
    for index, measure in enumerate(content.measures):
        if measure.id in seen:
            yield Misfit(("measures", index, "id"), "is already the id of another measure")
        seen.add(measure.id)
        if measure.order not in orders:
            yield Misfit(("measures", index, "order"), "names no order among the steps")
        others = {other.id for other in content.measures} - {measure.id}
        yield from _names(measure.supersedes, others, ("measures", index, "supersedes"), "measure")
        for position, obligation in enumerate(measure.obligations):
            path = ("measures", index, "obligations", position)
            if obligation.kind not in kinds:
                words = f"is not a term of `obligation_kinds`: {', '.join(kinds)}"
                yield Misfit((*path, "kind"), words)
            if obligation.due is not None:
                yield from _check_due(obligation.due, (*path, "due"))


def _check_due(due: Due, path: tuple[str | int, ...]) -> Iterator[Misfit]:
    if (due.on is None) == (due.after is None):
        yield Misfit(path, "must say either `on` a day or `after` a duration")
    if due.on is not None and not is_day(due.on):
        yield Misfit((*path, "on"), "is not a day of the calendar")
    for key in ("after", "then_every"):
        text = getattr(due, key)
        if text is not None and not any(digit in text for digit in "123456789"):
            yield Misfit((*path, key), "is not a duration that takes any time, such as P4M")
    if due.until not in (None, "final_decision") and not is_day(str(due.until)):
        yield Misfit((*path, "until"), "must be `final_decision` or a day")


def is_day(text: str) -> bool:
    """Whether a text is a day of the calendar in ISO 8601."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
