"""The status of a case as of a day: what was ordered, what is due, what lies before and after.

Only what had been done by the day is looked at: steps taken, time-limits set, filings made.
``figures``, when given, counts the indicators; without it they are listed uncounted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import count as counting
from typing import Final

from bayyina.orders.deadlines import Deadline, due_days, foremost, limits, with_filings
from bayyina.orders.indicators import Count, ReadQuery, counted, uncounted
from bayyina.orders.phases import (
    ORDERS,
    Boundary,
    Days,
    boundaries,
    days_of,
    has_begun,
    phase_of,
    side_of,
)
from bayyina.orders.results import (
    CaseStatus,
    EventStatus,
    IndicatorStatus,
    ObligationState,
    ObligationStatus,
    Words,
)
from bayyina.orders.wording import NO_WORKSPACE, both, event_notes
from bayyina.standards.order_file import (
    Event,
    Indicator,
    Measure,
    NotIndicated,
    Obligation,
    OrderFile,
    Step,
)

FINAL: Final = ("judgment", "discontinuance")
"""Types of steps that end a case, and with it what was ordered until the final decision."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How the indicators of a case are counted."""

    read: ReadQuery
    """Reads the text of a query."""

    count: Count
    """Answers a query."""


def case_status(
    case: OrderFile, as_of: date, figures: Figures | None = None, why_not: Words = NO_WORKSPACE
) -> CaseStatus:
    """The status of a case as of a day.

    Args:
        case: The case.
        as_of: The day; what was done later is left out.
        figures: Counts the indicators; without it they are listed with ``why_not``.
        why_not: Why nothing was counted.
    """
    taken = [step for step in case.steps if has_begun(step, as_of)]
    orders = {step.id: step for step in taken if step.type in ORDERS and step.id is not None}
    steps = boundaries(case)
    measures = [measure for measure in case.measures if measure.order in orders]
    indicators = _indicators(case, measures, as_of, steps, figures, why_not)
    obligations = [
        _obligation(case, measure, number, obligation, orders[measure.order], taken, as_of)
        for measure in measures
        for number, obligation in enumerate(measure.obligations, 1)
    ]
    return CaseStatus(
        case,
        as_of,
        phase_of(Days(as_of, as_of), steps),
        tuple(orders.values()),
        tuple(obligations),
        tuple(limits(case, taken, as_of)),
        tuple(indicators),
        tuple(_events(case, as_of, steps, orders)),
        tuple(_not_indicated(case, orders)),
        case.duties,
        case.watch_list,
        tuple(_questions(case, as_of, taken)),
    )


def _indicators(
    case: OrderFile,
    measures: list[Measure],
    as_of: date,
    steps: tuple[Boundary, ...],
    figures: Figures | None,
    why_not: Words,
) -> list[IndicatorStatus]:
    known = {measure.id for measure in measures}
    found = []
    for name, indicator in named_indicators(case):
        if indicator.measure not in known:
            continue
        if figures is None:
            found.append(uncounted(indicator, name, as_of, why_not))
        else:
            found.append(counted(indicator, name, as_of, steps, figures.read, figures.count))
    return found


def named_indicators(case: OrderFile) -> list[tuple[str, Indicator]]:
    """The indicators of a case with their ids; the measure's and a number where none is given."""
    numbers = {measure.id: counting(1) for measure in case.measures}
    return [
        (indicator.id or f"{indicator.measure}-{next(numbers[indicator.measure])}", indicator)
        for indicator in case.indicators
    ]


def _obligation(
    case: OrderFile,
    measure: Measure,
    number: int,
    obligation: Obligation,
    order: Step,
    taken: list[Step],
    as_of: date,
) -> ObligationStatus:
    since = days_of(order.date).lo or as_of
    ended = _end(case, measure, taken)
    deadlines: list[Deadline] = []
    if obligation.due is not None:
        last = as_of if ended is None else min(as_of, ended)
        days = due_days(obligation.due, since, last)
        if ended is not None:
            days = [day for day in days if day <= ended]
        deadlines = with_filings(days, _reports(case, measure, taken), as_of)
    shown = foremost(deadlines, as_of)
    return ObligationStatus(
        f"{measure.id}.{number}",
        measure,
        obligation,
        since,
        _state(measure, taken, case, ended, deadlines, as_of),
        shown.due if shown is not None else None,
        (shown.due - as_of).days if shown is not None else None,
        tuple(deadlines),
        tuple(name for name, one in named_indicators(case) if one.measure == measure.id),
        tuple(event.id for event in case.events if measure.id in event.measures),
    )


def _reports(case: OrderFile, measure: Measure, taken: list[Step]) -> list[Step]:
    """The reports on record that may answer a measure.

    A report that names its measure answers that one; any other answers every measure that
    asks for reports and was indicated by then.
    """
    asking = {one.id for one in case.measures for part in one.obligations if part.due is not None}
    start = next(step for step in case.steps if step.id == measure.order)
    first = days_of(start.date).lo or date.min
    return [
        step
        for step in taken
        if step.type == "report"
        and (step.under == measure.id or (step.under is None and measure.id in asking))
        and (days_of(step.date).hi or date.max) >= first
    ]


def _end(case: OrderFile, measure: Measure, taken: list[Step]) -> date | None:
    """The day on which a measure ended; None while it stands."""
    ends = [
        days_of(step.date).lo for step in taken if step.type in FINAL or measure.id in step.ends
    ]
    by_id = {step.id: step for step in taken if step.id is not None}
    ends += [
        days_of(by_id[later.order].date).lo
        for later in case.measures
        if measure.id in later.supersedes and later.order in by_id
    ]
    return min((day for day in ends if day is not None), default=None)


def _state(
    measure: Measure,
    taken: list[Step],
    case: OrderFile,
    ended: date | None,
    deadlines: list[Deadline],
    as_of: date,
) -> ObligationState:
    if ended is not None:
        by_id = {step.id for step in taken if step.id is not None}
        replaced = any(
            measure.id in later.supersedes and later.order in by_id for later in case.measures
        )
        return "superseded" if replaced else "ended"
    if not deadlines:
        return "in force"
    passed = [one for one in deadlines if one.due < as_of]
    if passed and passed[-1].state == "filing not recorded":
        return "filing not recorded"
    ahead = [one for one in deadlines if one.due >= as_of]
    if ahead and ahead[0].state == "due":
        return "due"
    return "filed"


def _events(
    case: OrderFile, as_of: date, steps: tuple[Boundary, ...], orders: dict[str, Step]
) -> list[EventStatus]:
    found = []
    for event in case.events:
        days = days_of(event.date)
        if days.lo is not None and days.lo > as_of:
            continue
        sides = {name: side_of(days, days_of(order.date)) for name, order in orders.items()}
        notes = tuple(event_notes(case, event, sides, orders))
        found.append(EventStatus(event, phase_of(days, steps), sides, notes))
    return sorted(found, key=_first_day)


def _first_day(status: EventStatus) -> tuple[date, str]:
    event: Event = status.event
    return days_of(event.date).lo or date.min, event.id


def _not_indicated(case: OrderFile, orders: dict[str, Step]) -> list[NotIndicated]:
    first = next((step.id for step in case.steps if step.type in ORDERS), None)
    return [one for one in case.not_indicated if (one.order or first) in orders]


def _questions(case: OrderFile, as_of: date, taken: list[Step]) -> list[Words]:
    """What cannot be said: stated questions, and what is uncertain about steps and time-limits."""
    found = []
    for question in case.open_questions:
        if question.since is None or date.fromisoformat(question.since) <= as_of:
            asked, settle = both(question.question), both(question.resolution)
            found.append(
                Words(f"{asked.en} {settle.en}".strip(), f"{asked.ar} {settle.ar}".strip())
            )
    known = [limit for limit in case.time_limits if date.fromisoformat(limit.set_on) <= as_of]
    orders = {step.id for step in taken}
    stated = [measure for measure in case.measures if measure.order in orders]
    uncertain = [thing.uncertain for thing in taken]
    uncertain += [thing.uncertain for thing in known]
    uncertain += [thing.uncertain for thing in stated]
    return found + [both(text) for text in uncertain if text is not None]
