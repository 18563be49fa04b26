"""The phase of an event: where its possible days lie beside the steps of a case.

Only an event dated wholly after an order is *after* it; one whose possible days lie on both
sides of it, or on its own day (whose hour nobody states), *straddles*. An event wholly before
the order belongs to the earliest of notice, application and order that it wholly precedes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from bayyina.model.partial_dates import read_date
from bayyina.standards.order_file import OrderFile, Step

Phase = Literal[
    "before_notice", "before_application", "before_order", "after_order", "straddles", "undated"
]
Side = Literal["before", "straddles", "after"]

PHASES: Final[tuple[Phase, ...]] = (
    "before_notice",
    "before_application",
    "before_order",
    "after_order",
    "straddles",
    "undated",
)
"""Every phase, in order of time."""

ORDERS: Final = ("order", "modification")
"""Types of steps that indicate measures, or say that none are indicated."""


@dataclass(frozen=True, slots=True)
class Days:
    """The days that a date may mean; None where it is open."""

    lo: date | None
    """First possible day."""

    hi: date | None
    """Last possible day."""


@dataclass(frozen=True, slots=True)
class Boundary:
    """A step that divides phases."""

    name: str
    """``notice``, ``application`` or ``order``."""

    days: Days
    """When it was."""


def days_of(text: str) -> Days:
    """The days that an EDTF text may mean."""
    read = read_date(text)
    return Days(read.lo, read.hi)


def first_step(case: OrderFile, types: tuple[str, ...], as_of: date | None = None) -> Step | None:
    """The earliest step of some types, among those begun by ``as_of``."""
    steps = [step for step in case.steps if step.type in types and has_begun(step, as_of)]
    return min(steps, key=lambda step: days_of(step.date).lo or date.min, default=None)


def has_begun(step: Step, as_of: date | None) -> bool:
    """Whether a step may have been taken by a day; every step where no day is named."""
    lo = days_of(step.date).lo
    return as_of is None or lo is None or lo <= as_of


def boundaries(case: OrderFile) -> tuple[Boundary, ...]:
    """The steps of a case that divide phases, in order of time; absent ones are left out.

    A case begun by an application without an earlier notice has no phase before a notice.
    """
    kinds = {"notice": ("notice",), "application": ("application",), "order": ORDERS}
    found = []
    for name, types in kinds.items():
        step = first_step(case, types)
        if step is not None:
            found.append(Boundary(name, days_of(step.date)))
    return tuple(found)


def side_of(event: Days, step: Days) -> Side:
    """On which side of a step the possible days of an event lie."""
    if event.hi is not None and step.lo is not None and event.hi < step.lo:
        return "before"
    if event.lo is not None and step.hi is not None and event.lo > step.hi:
        return "after"
    return "straddles"


def phase_of(event: Days, steps: tuple[Boundary, ...]) -> Phase:
    """The phase of an event: before the first step that it wholly precedes.

    What lies on both sides of the notice and wholly before the application is before the
    application; what lies wholly after the order is after it; what may lie on both sides of
    the order straddles. Without any step nothing can be said, and so of an undated event.
    """
    if not steps or (event.lo is None and event.hi is None):
        return "undated"
    for step in steps:
        if side_of(event, step.days) == "before":
            return BEFORE[step.name]
    last = steps[-1]
    if last.name == "order":
        return "after_order" if side_of(event, last.days) == "after" else "straddles"
    return "before_order"


BEFORE: Final[Mapping[str, Phase]] = {
    "notice": "before_notice",
    "application": "before_application",
    "order": "before_order",
}
"""The phase of what lies wholly before each step."""
