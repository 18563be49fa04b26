"""What the status of a case says, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from bayyina.orders.deadlines import Deadline, LimitStatus
from bayyina.orders.phases import Phase, Side
from bayyina.standards.order_file import (
    Duty,
    Event,
    Indicator,
    Measure,
    NotIndicated,
    Obligation,
    OrderFile,
    Published,
    Step,
    Watched,
)

ObligationState = Literal["in force", "due", "filing not recorded", "filed", "superseded", "ended"]
"""``due``, ``filing not recorded`` and ``filed`` are of obligations to file something."""


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence in both languages."""

    en: str
    """English."""

    ar: str
    """Arabic."""


@dataclass(frozen=True, slots=True)
class AxisCount:
    """An indicator counted by one of its dates."""

    query: str
    """The figure query that was asked."""

    value: int
    """Records certainly inside."""

    comparator: str
    """How the value is to be read."""

    range: tuple[int, int]
    """Records certainly and possibly inside."""

    methodology: str
    """Rules that were counted by."""

    custody_size: int
    """Log entries that were counted from."""


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """An indicator as of an earlier day."""

    to: date
    """The day."""

    value: int
    """Records certainly inside up to then."""


@dataclass(frozen=True, slots=True)
class IndicatorStatus:
    """An indicator as of a day."""

    id: str
    """Its id."""

    indicator: Indicator
    """As the file states it."""

    occurred: AxisCount | None
    """By when it happened; None when nothing was counted or the file does not ask for it."""

    documented: AxisCount | None
    """By when it was documented."""

    phases: dict[str, int]
    """Records certainly within each phase, by when they happened, and those that straddle."""

    trend: tuple[TrendPoint, ...]
    """The value as of earlier days, by when it happened."""

    published: tuple[Published, ...]
    """Values published for periods that end by the day."""

    reason: Words | None = None
    """Why nothing was counted."""


@dataclass(frozen=True, slots=True)
class EventStatus:
    """An event beside the steps of the case."""

    event: Event
    """As the file states it."""

    phase: Phase
    """The phase in which it wholly lies."""

    beside: dict[str, Side]
    """For each order by its id: before it, after it, or straddling it."""

    notes: tuple[Words, ...]
    """What follows from that, and what does not."""


@dataclass(frozen=True, slots=True)
class ObligationStatus:
    """An obligation as of a day."""

    id: str
    """``MEASURE.N``, counting from 1."""

    measure: Measure
    """The measure it is part of."""

    obligation: Obligation
    """As the file states it."""

    since: date
    """The day of the order."""

    state: ObligationState
    """Where it stands."""

    deadline: date | None
    """The day to look at: the next one ahead, or else the last one."""

    days_left: int | None
    """Days until then; negative when it has passed."""

    deadlines: tuple[Deadline, ...]
    """Every deadline of a rule up to the next one ahead."""

    indicators: tuple[str, ...]
    """Ids of the indicators watched under its measure."""

    events: tuple[str, ...]
    """Ids of the events that bear on its measure."""


@dataclass(frozen=True, slots=True)
class CaseStatus:
    """A case as of a day."""

    case: OrderFile
    """The case."""

    as_of: date
    """The day."""

    phase: Phase
    """The phase that the day itself lies in."""

    orders: tuple[Step, ...]
    """Orders made by then."""

    obligations: tuple[ObligationStatus, ...]
    """Obligations of the orders made by then."""

    limits: tuple[LimitStatus, ...]
    """Time-limits set by then."""

    indicators: tuple[IndicatorStatus, ...]
    """Indicators of measures indicated by then."""

    events: tuple[EventStatus, ...]
    """Events begun by then."""

    not_indicated: tuple[NotIndicated, ...]
    """What was asked for and left out by the orders made by then."""

    duties: tuple[Duty, ...]
    """Duties that wait for no order."""

    watch_list: tuple[Watched, ...]
    """Ways in which evidence could be destroyed."""

    open_questions: tuple[Words, ...]
    """What cannot be said."""
