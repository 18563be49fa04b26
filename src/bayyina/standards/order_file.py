"""The shape of order files (``*.order.yaml``); ``order_checks`` says what must hold in one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final, Literal

from bayyina.standards.claims_file import DATE_PATTERN, ID_PATTERN
from bayyina.standards.shapes import Spec

DAY_PATTERN: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
"""How days are written."""

DURATION_PATTERN: Final = r"P(?:[0-9]+Y)?(?:[0-9]+M)?(?:[0-9]+W)?(?:[0-9]+D)?"
"""How durations are written (ISO 8601, whole days and longer)."""

StepType = Literal[
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

    number: Annotated[int | None, Spec(least=1)] = None
    """Number in the Court's General List."""

    accepted: Annotated[str | None, Spec(pattern=DATE_PATTERN, example="2004")] = None
    """When the respondent became bound by the instrument, EDTF."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the proceedings."""

    type: StepType
    """What it was."""

    date: Annotated[str, Spec(pattern=DATE_PATTERN, example="2023-11-16")]
    """When, EDTF."""

    id: Annotated[str | None, Spec(pattern=ID_PATTERN, example="o1")] = None
    """Id; orders need one."""

    by: str | None = None
    """Who took it."""

    reference: str | None = None
    """Where it stands."""

    note: Title | str | None = None
    """A remark."""

    under: Annotated[str | None, Spec(pattern=ID_PATTERN, example="o1-4")] = None
    """Of a report: id of the measure that it answers."""

    for_due: Annotated[str | None, Spec(key="for", pattern=DAY_PATTERN, example="2020-05-23")] = (
        None
    )
    """Of a filing: the day by which it was due, where its own date leaves that open."""

    ends: tuple[str, ...] = ()
    """Ids of measures that ended with this step."""

    sources: tuple[str, ...] = ()
    """Documents that say so."""

    uncertain: Title | str | None = None
    """What is not certain about the step."""


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

    note: Title | str | None = None
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

    addressees: tuple[str, ...] = ()
    """Whom it binds; the respondent where nobody is named."""

    supersedes: tuple[str, ...] = ()
    """Ids of earlier measures whose place it takes."""

    uncertain: Title | str | None = None
    """What is not certain about it, such as a vote that no document at hand states."""


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

    order: Annotated[str | None, Spec(pattern=ID_PATTERN, example="o1")] = None
    """Id of the order that left it out; the first where none is named."""

    text: Title | str | None = None
    """What was asked for, in words."""

    sources: tuple[str, ...] = ()
    """Documents that say so."""

    note: Title | str | None = None
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

    uncertain: Title | str | None = None
    """What is not certain about it."""


@dataclass(frozen=True, slots=True)
class Published:
    """A value that somebody published for an indicator."""

    to: Annotated[str, Spec(pattern=DAY_PATTERN, example="2024-02-21")]
    """Last day of what was counted."""

    value: Annotated[int, Spec(least=0)]
    """The value, a lower bound unless it says otherwise."""

    axis: Literal["not stated", "occurred", "documented"] = "not stated"
    """Which date was counted by; most publications do not say."""

    comparator: Literal["at least", "=", "about", "at most"] = "at least"
    """How the value is to be read."""

    source: str | None = None
    """Who published it, where and when."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure that is watched under a measure."""

    measure: Annotated[str, Spec(pattern=ID_PATTERN, example="o1-1")]
    """Id of the measure."""

    figure: str
    """The figure query."""

    id: Annotated[str | None, Spec(pattern=ID_PATTERN, example="killed")] = None
    """Id; the measure's with a number where it is left out."""

    part_of: Annotated[str | None, Spec(pattern=ID_PATTERN, example="arrests")] = None
    """Id of the indicator of which it is a part."""

    published: tuple[Published, ...] = ()
    """What was published for it."""

    show: tuple[Literal["occurred", "documented"], ...] = ("occurred",)
    """The axes on which it is shown."""

    label: Title | str | None = None
    """What people read."""


@dataclass(frozen=True, slots=True)
class Asserted:
    """What somebody said of an event's place in time."""

    phase: Literal["before", "after"]
    """Before or after."""

    of: Annotated[str, Spec(pattern=ID_PATTERN, example="o1")]
    """Id of the step."""

    source: Title | str | None = None
    """Who said so."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, or is said to have happened, and bears on the measures."""

    id: Annotated[str, Spec(pattern=ID_PATTERN, example="levelling")]
    """Id."""

    what: Title | str
    """What happened, in words."""

    date: Annotated[str, Spec(pattern=DATE_PATTERN, example="2022-08/2023-01")]
    """When, EDTF."""

    measures: tuple[str, ...] = ()
    """Ids of the measures it bears on."""

    duties: tuple[str, ...] = ()
    """Ids of the duties it bears on."""

    watch: tuple[str, ...] = ()
    """Ids of the ways of destroying evidence that it would be."""

    asserted: tuple[Asserted, ...] = ()
    """What was said of its place in time."""

    sources: tuple[str, ...] = ()
    """Who says that it happened."""

    note: Title | str | None = None
    """A remark."""


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty that the instrument lays down by itself; it waits for no order."""

    id: Annotated[str, Spec(pattern=ID_PATTERN, example="cat-12")]
    """Id."""

    provision: Title | str
    """Where it stands, such as ``Convention against Torture, article 12``."""

    text: Title | str
    """What it obliges to, in our words."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A way in which evidence could be destroyed; an indicator, not a finding."""

    id: Annotated[str, Spec(pattern=ID_PATTERN, example="razing-graves")]
    """Id."""

    what: Title | str
    """The way, in words."""

    measures: tuple[str, ...] = ()
    """Ids of the measures it would bear on."""

    figure: str | None = None
    """The figure query that would show it, if records can."""

    sources: tuple[str, ...] = ()
    """Who warned of it."""


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """What cannot be said from what is at hand."""

    question: Title | str
    """The question."""

    since: Annotated[str | None, Spec(pattern=DAY_PATTERN, example="2024-12-08")] = None
    """The day from which it is open; always where none is named."""

    resolution: Title | str | None = None
    """What would settle it."""


@dataclass(frozen=True, slots=True)
class OrderFile:
    """A case with its steps, measures, time limits, indicators and events."""

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

    events: tuple[Event, ...] = ()
    """What happened that bears on the measures."""

    duties: tuple[Duty, ...] = ()
    """Duties that wait for no order."""

    watch_list: tuple[Watched, ...] = ()
    """Ways in which evidence could be destroyed."""

    open_questions: tuple[OpenQuestion, ...] = ()
    """What cannot be said."""
