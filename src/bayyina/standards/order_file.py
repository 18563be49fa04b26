"""The shape of order files (``*.order.yaml``) and what can be checked of one by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final, Literal

from bayyina.errors import QueryError
from bayyina.model.vocabulary import Vocabulary
from bayyina.standards.claims_file import DATE_PATTERN, ID_PATTERN, edtf_fault
from bayyina.standards.shapes import Misfit, Spec

DAY_PATTERN: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
"""How days are written."""

DURATION_PATTERN: Final = r"P(?:[0-9]+Y)?(?:[0-9]+M)?(?:[0-9]+W)?(?:[0-9]+D)?"
"""How durations are written (ISO 8601, whole days and longer)."""

_STEPS = Literal[
    "notice",
    "application",
    "request",
    "hearing",
    "order",
    "modification",
    "memorial",
    "counter_memorial",
    "report",
    "judgment",
    "discontinuance",
    "other",
]


@dataclass(frozen=True, slots=True)
class Title:
    """A title in one language or more."""

    en: str
    """English."""

    ar: str | None = None
    """Arabic."""

    fr: str | None = None
    """French, the other language of the Court."""


@dataclass(frozen=True, slots=True)
class Case:
    """The case."""

    id: Annotated[str, Spec(pattern=ID_PATTERN, example="icj-188")]
    """Id that other files use."""

    title: Title | str
    """Its title."""

    instrument: str | None = None
    """The instrument relied on, such as ``CAT``."""

    court: str | None = None
    """The court."""

    applicants: tuple[str, ...] = ()
    """Who brought it."""

    respondent: str | None = None
    """Against whom."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the proceedings."""

    type: _STEPS
    """What it was."""

    date: Annotated[str, Spec(pattern=DATE_PATTERN, example="2023-11-16")]
    """When, EDTF."""

    id: Annotated[str | None, Spec(pattern=ID_PATTERN, example="o1")] = None
    """Id; orders need one."""

    by: str | None = None
    """Who took it."""

    reference: str | None = None
    """Where it stands."""

    note: str | None = None
    """A remark."""


@dataclass(frozen=True, slots=True)
class Votes:
    """How judges voted."""

    in_favour: Annotated[int, Spec(key="for", least=0, most=30)]
    """Votes for."""

    against: Annotated[int, Spec(least=0, most=30)]
    """Votes against."""


@dataclass(frozen=True, slots=True)
class Due:
    """When something must be done: on a day, or by a rule from the order on."""

    on: Annotated[str | None, Spec(pattern=DAY_PATTERN, example="2025-02-03")] = None
    """The day."""

    after: Annotated[str | None, Spec(pattern=DURATION_PATTERN, example="P4M")] = None
    """The first time, counted from the order."""

    then_every: Annotated[str | None, Spec(pattern=DURATION_PATTERN, example="P6M")] = None
    """Every later time."""

    until: str | None = None
    """When it ends: ``final_decision`` or a day."""


@dataclass(frozen=True, slots=True)
class Obligation:
    """One thing that a measure obliges to."""

    kind: str
    """A term of ``obligation_kinds``."""

    of: tuple[str, ...] = ()
    """What must be prevented, refrained from or disclosed."""

    what: str | tuple[str, ...] | None = None
    """What must be preserved, prevented or reported."""

    whom: tuple[str, ...] = ()
    """Whose conduct must be ensured."""

    due: Due | None = None
    """When."""

    note: str | None = None
    """A remark."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure that was indicated."""

    id: Annotated[str, Spec(pattern=ID_PATTERN, example="o1-1")]
    """Id."""

    order: Annotated[str, Spec(pattern=ID_PATTERN, example="o1")]
    """Id of the step that indicated it."""

    obligations: Annotated[tuple[Obligation, ...], Spec(filled=True)]
    """What it obliges to."""

    text: Title | str | None = None
    """Its words."""

    votes: Votes | None = None
    """How judges voted."""

    reference: str | None = None
    """Where it stands."""


@dataclass(frozen=True, slots=True)
class NotIndicated:
    """What was asked for and not indicated."""

    what: str
    """What was asked for."""

    of: str | None = None
    """Of what."""

    after: Annotated[str | None, Spec(pattern=DURATION_PATTERN, example="P6M")] = None
    """By when it was asked for."""

    every: Annotated[str | None, Spec(pattern=DURATION_PATTERN, example="P6M")] = None
    """How often it was asked for."""

    note: str | None = None
    """A remark."""


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """A day by which a party must file something; a later one supersedes, both stay."""

    what: str
    """What must be filed."""

    by: str
    """By whom."""

    due: Annotated[str, Spec(pattern=DAY_PATTERN, example="2025-02-03")]
    """The day."""

    set_on: Annotated[str, Spec(pattern=DAY_PATTERN, example="2024-02-01")]
    """When it was set."""

    reference: str | None = None
    """Where it stands."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure that is watched under a measure."""

    measure: Annotated[str, Spec(pattern=ID_PATTERN, example="o1-1")]
    """Id of the measure."""

    figure: str
    """The figure query."""

    show: tuple[Literal["occurred", "documented"], ...] = ("occurred",)
    """The axes on which it is shown."""

    label: Title | str | None = None
    """What people read."""


@dataclass(frozen=True, slots=True)
class OrderFile:
    """A case with its steps, measures, time limits and indicators."""

    version: Literal[1]
    """Version of the format."""

    case: Case
    """The case."""

    steps: Annotated[tuple[Step, ...], Spec(filled=True)]
    """Steps of the proceedings."""

    measures: tuple[Measure, ...] = ()
    """Measures; an order may indicate none."""

    not_indicated: tuple[NotIndicated, ...] = ()
    """What was asked for and not indicated."""

    time_limits: tuple[TimeLimit, ...] = ()
    """Days for the parties' filings."""

    indicators: tuple[Indicator, ...] = ()
    """Figures that are watched."""


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
    measures = {measure.id for measure in content.measures}
    for index, indicator in enumerate(content.indicators):
        if indicator.measure not in measures:
            yield Misfit(("indicators", index, "measure"), "names no measure of this file")
        fault = _query_fault(indicator.figure, check_query)
        if fault is not None:
            yield Misfit(("indicators", index, "figure"), fault)


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
        if getattr(due, key) == "P":
            yield Misfit((*path, key), "is not a duration, such as P4M")
    if due.until not in (None, "final_decision") and not is_day(str(due.until)):
        yield Misfit((*path, "until"), "must be `final_decision` or a day")


def is_day(text: str) -> bool:
    """Whether a text is a day of the calendar in ISO 8601."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
