"""The shape of claims files (``*.claims.yaml``): figures, shares, events and statements.

A claim says what somebody published, with its scope: what is counted, by whom it was done,
where, when, who is counted. ``claims_content`` checks what a shape cannot say; whether
claims contradict each other is found by comparing them (the package ``claims``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from bayyina.errors import DateUnreadableError
from bayyina.model.edtf import parse_edtf
from bayyina.standards.shapes import Spec

ID_PATTERN: Final = r"[a-z0-9]+(?:[-_.][a-z0-9]+)*"
"""How ids are written in the other small files."""

CLAIM_ID: Final = r"[^\W_](?:[\w.:/#-]*\w)?"
"""How ids of claims are written: letters and digits of any script, with joints between them."""

DATE_PATTERN: Final = r"[0-9X.~?%/-]+"
"""Signs that dates in EDTF consist of; ``parse_edtf`` says whether it is one."""

NOT_STATED: Final = "not stated"
"""Value of a part that a source names without giving its number."""

Word = str | bool | int | float | tuple[str, ...]
"""What a scope or an event says under one key."""

Comparator = Literal[
    "exactly",
    "=",
    "at least",
    "at_least",
    "no fewer than",
    "no less than",
    "minimum",
    ">=",
    "≥",
    "at most",
    "at_most",
    "no more than",
    "up to",
    "maximum",
    "<=",
    "≤",
    "more than",
    "more_than",
    "over",
    ">",
    "fewer than",
    "fewer_than",
    "less than",
    "under",
    "<",
    "about",
    "approximately",
    "around",
    "roughly",
    "~",
    "≈",
    "nearly",
    "almost",
    "range",
    "between",
    "order of magnitude",
]
"""How a number is meant; words of one meaning are read alike."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """A value given as a range; one end may be open."""

    low: Annotated[float | None, Spec(least=0)] = None
    """The least it is said to be."""

    high: Annotated[float | None, Spec(least=0)] = None
    """The greatest it is said to be."""

    best: Annotated[float | None, Spec(least=0)] = None
    """The value that the source holds to be the likeliest."""


@dataclass(frozen=True, slots=True)
class ClaimSource:
    """Where a claim stands."""

    document: str
    """Id of the document."""

    locator: str | None = None
    """Where in it: section, paragraph, page."""

    quote: str | None = None
    """Its words."""

    url: str | None = None
    """Where it is published."""

    title: str | None = None
    """Title of the document."""

    publisher: str | None = None
    """Who publishes it; figures of one publisher are held to each other more strictly."""

    published: Annotated[str | None, Spec(pattern=DATE_PATTERN, example="2023-10-10")] = None
    """When it was published, EDTF."""


@dataclass(frozen=True, slots=True)
class Asserted:
    """What a source says about the order of events."""

    phase: Literal["before", "after", "during"]
    """Before or after what it names."""

    of: Annotated[str, Spec(pattern=CLAIM_ID, example="order-o1")]
    """What it names: a claim of the file about an event, or an order that is known by its id."""


@dataclass(frozen=True, slots=True)
class Says:
    """A statement that is no number and no date."""

    about: Annotated[str, Spec(example="warrant-of-15-november")]
    """What it is about; claims about one thing use one word for it."""

    aspect: str
    """What is said of it: ``legal-basis``, ``term``, or a word of the editor."""

    value: Annotated[str, Spec(key="is")]
    """What the source says, such as ``icj-statute 41(2)``."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure, event or statement that somebody published."""

    id: Annotated[str, Spec(pattern=CLAIM_ID, example="deaths-2023")]
    """Id in the file."""

    source: ClaimSource
    """Where it stands."""

    value: Annotated[int | float | Bounds | Literal["not stated"] | None, Spec(least=0)] = None
    """The number, a range, or ``not stated`` for a part without a number."""

    share: Annotated[float | None, Spec(least=0, most=1)] = None
    """A part of another claim, between 0 and 1."""

    of: Annotated[str | None, Spec(pattern=CLAIM_ID)] = None
    """The claim that ``share`` is a part of."""

    comparator: Comparator | None = None
    """How the number is meant; a documented count is “at least”."""

    unit: str | None = None
    """What is counted: a unit of the vocabulary, or a word of the editor."""

    per: str | None = None
    """What the number is for each of, such as ``load`` or ``week``."""

    regularity: str | None = None
    """How regularly a rate held: ``throughout``, ``at times``."""

    what: Annotated[Mapping[str, Word] | None, Spec(filled=True)] = None
    """What happened: ``act`` and properties of it and of the people counted."""

    party: str | None = None
    """The party responsible; short for ``by`` under ``what``."""

    place: str | None = None
    """Where; short for ``place`` under ``what``."""

    population: str | None = None
    """Who is counted, in the source's words."""

    event: Annotated[Mapping[str, Word] | None, Spec(filled=True)] = None
    """The event that happened on ``date``: ``type`` and what tells it apart."""

    date: Annotated[str | None, Spec(pattern=DATE_PATTERN, example="2022-06")] = None
    """When the event happened, EDTF; ``XXXX-03-29`` where the year is not stated."""

    weekday: (
        Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] | None
    ) = None
    """The day of the week that the source gives for the date."""

    period: Annotated[str | None, Spec(pattern=DATE_PATTERN, example="2011-03/2023-10")] = None
    """The period that is counted over, EDTF."""

    as_of: Annotated[str | None, Spec(pattern=DATE_PATTERN, example="2023-08-31")] = None
    """The day as of which a stock is counted, EDTF."""

    between: Annotated[tuple[str, ...] | None, Spec(pattern=CLAIM_ID, filled=True)] = None
    """Two claims about events; the value is the time from the first to the second."""

    axis: Literal["occurred", "documented", "not stated"] | None = None
    """Whether the period is of the acts or of their documentation."""

    methodology: str | None = None
    """Name of the rules by which the source counts."""

    part_of: Annotated[str | None, Spec(pattern=CLAIM_ID)] = None
    """The claim whose number includes this one."""

    complete: bool | None = None
    """True when the source gives the parts of this number as all of it."""

    heading: bool | None = None
    """True when it stands in a title, a heading or a table of contents."""

    says: Says | None = None
    """What a statement says that is neither a number nor a date."""

    term: str | None = None
    """The word that the source uses for the event."""

    readings: tuple[str, ...] | None = None
    """The ways in which an unclear sentence can be read."""

    asserted: Asserted | None = None
    """What the source says about the order of events."""

    query: str | None = None
    """The figure query that asks the database for the same, for ``claims compare``."""

    note: str | None = None
    """A remark of the editor."""


@dataclass(frozen=True, slots=True)
class Relation:
    """What the source or the editor declares about several claims; exactly one kind."""

    sum: Annotated[tuple[str, ...] | None, Spec(pattern=CLAIM_ID, filled=True)] = None
    """Claims that add up to ``equals``."""

    equals: Annotated[str | None, Spec(pattern=CLAIM_ID)] = None
    """The claim that they add up to."""

    disjoint: Annotated[tuple[str, ...] | None, Spec(pattern=CLAIM_ID, filled=True)] = None
    """Claims that count nobody twice."""

    same_event: Annotated[tuple[str, ...] | None, Spec(pattern=CLAIM_ID, filled=True)] = None
    """Claims about one event."""

    same_fact: Annotated[tuple[str, ...] | None, Spec(pattern=CLAIM_ID, filled=True)] = None
    """Claims about one number."""

    not_same: Annotated[tuple[str, ...] | None, Spec(pattern=CLAIM_ID, filled=True)] = None
    """Claims that are different facts although they look alike."""

    nested: Annotated[tuple[str, ...] | None, Spec(pattern=CLAIM_ID, filled=True)] = None
    """Claims each of which includes the next."""

    note: str | None = None
    """Who declares it, and why."""


@dataclass(frozen=True, slots=True)
class ClaimsFile:
    """Claims and what is declared about them."""

    version: Literal[1]
    """Version of the format."""

    claims: Annotated[tuple[Claim, ...], Spec(filled=True)]
    """The claims."""

    relations: tuple[Relation, ...] = ()
    """What is declared about several of them."""


def edtf_fault(text: str) -> str | None:
    """What is wrong with a date that must be EDTF; None when it can be read."""
    try:
        span = parse_edtf(text)
    except DateUnreadableError as error:
        return f"is an impossible date: {error.message.rstrip('.')}"
    if span is None:
        return "is not a date in EDTF, such as 2013-05 or 2011-03/2023-10"
    return None
