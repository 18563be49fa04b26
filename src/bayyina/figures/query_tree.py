"""What a figure query says, as frozen values, and its canonical text.

Two queries with equal trees ask the same question; ``str(query)`` is the one way in which
it is written down, and reading it again gives an equal tree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from bayyina.figures.query_tokens import quoted

STATES: Final = ("held", "disappeared", "released", "dead", "located", "identified")
"""States that are derived as of a date."""

AXES: Final = ("occurred", "documented")
"""Which date of a record counts: when it happened, or when it was documented."""

LINKED: Final = (
    "none",
    "identifiers",
    "reviewed",
    "strict",
    "lenient",
    "automatic",
    "corrected",
)
"""What joins records of people: nothing; shared identifiers alone; identifiers and what people
judged; these and the links of the linkage at the strict, or at the lenient threshold; the strict
links alone; the strict links and what people judged, without identifiers."""

DERIVED_KEYS: Final = (
    "year",
    "month",
    "governorate",
    "district",
    "subdistrict",
    "age_class",
    "demographic",
    "group",
    "party",
    "source",
    "already_known",
    "verification",
    "verified",
)
"""Keys that are worked out rather than stated as a property."""

OPERATORS: Final = ("=", "!=", "<", "<=", ">", ">=", "in")
"""How a property may be compared."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A span of days, both ends included."""

    text: str
    """The EDTF text, such as ``2011-03/2023-10``."""

    lo: date | None
    """First day; None when open."""

    hi: date | None
    """Last day; None when open."""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Comparison:
    """A property compared with values."""

    property: str
    """Name of the property, or of a derived one such as ``age_class``."""

    operator: str
    """One of ``OPERATORS``."""

    values: tuple[str, ...]
    """Codes, dates or numbers in normal form; several only after ``in``."""

    def __str__(self) -> str:
        values = ", ".join(quoted(value) for value in self.values)
        if self.operator == "in":
            return f"{self.property} in ({values})"
        return f"{self.property}{self.operator}{values}"


@dataclass(frozen=True, slots=True)
class Act:
    """There is a record of a type, about what is counted, of which all comparisons hold."""

    type: str
    """Record type; kinds of it count too."""

    comparisons: tuple[Comparison, ...] = ()
    """What must hold of one and the same record."""

    def __str__(self) -> str:
        if not self.comparisons:
            return self.type
        return f"{self.type}({', '.join(map(str, self.comparisons))})"


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition
    """What is denied."""

    def __str__(self) -> str:
        return f"not {_inner(self.part, And | Or)}"


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold."""

    parts: tuple[Condition, ...]
    """Two or more."""

    def __str__(self) -> str:
        return " and ".join(_inner(part, And | Or) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part holds."""

    parts: tuple[Condition, ...]
    """Two or more."""

    def __str__(self) -> str:
        return " or ".join(_inner(part, Or) for part in self.parts)


Condition: TypeAlias = Comparison | Act | Not | And | Or


@dataclass(frozen=True, slots=True)
class State:
    """A state derived as of a date."""

    name: str
    """One of ``STATES``."""

    by: str | None = None
    """Group that the person is held by, or was taken by."""

    def __str__(self) -> str:
        if self.by is None:
            return self.name
        group = f'"{self.by}"' if self.by in DERIVED_KEYS else quoted(self.by)
        return f"{self.name} by {group}"


@dataclass(frozen=True, slots=True)
class Query:
    """A whole question."""

    unit: str
    """What is counted, a unit of the vocabulary."""

    state: State | None = None
    """State that it must be in."""

    condition: Condition | None = None
    """What else must hold."""

    interval: Interval | None = None
    """Days between which it must have happened, or have been documented."""

    axis: str = "occurred"
    """One of ``AXES``: the date that ``interval`` and the keys year and month look at."""

    keys: tuple[str, ...] = ()
    """What the figure is divided by."""

    as_of: date | None = None
    """The day whose state is asked for."""

    known_at: date | None = None
    """Only what sources had said by then."""

    recorded_at: date | None = None
    """Only what stood in the custody log by the end of that day (UTC)."""

    recorded_size: int | None = None
    """Only the first so many entries of the custody log."""

    methodology: str | None = None
    """Name of the rules to count by."""

    lenient: bool = False
    """Count what is possible, and join people by likely links too."""

    linked: str = ""
    """What joins records of people, one of ``LINKED``; empty: as strict or lenient says."""

    def __str__(self) -> str:
        words = ["count", self.unit]
        words += [] if self.state is None else [str(self.state)]
        words += [] if self.condition is None else ["with", str(self.condition)]
        words += [] if self.interval is None else ["in", quoted(self.interval.text)]
        words += ["on documented"] if self.axis == "documented" else []
        words += ["by", ", ".join(self.keys)] if self.keys else []
        for name in ("as_of", "known_at", "recorded_at"):
            day: date | None = getattr(self, name)
            words += [] if day is None else [name.replace("_", " "), day.isoformat()]
        words += [] if self.recorded_size is None else ["recorded at", str(self.recorded_size)]
        words += [] if self.methodology is None else ["under", quoted(self.methodology)]
        words += ["linked", self.linked] if self.linked else []
        words += ["lenient"] if self.lenient else []
        return " ".join(words)


def _inner(part: Condition, bracketed: type | object) -> str:
    """The text of a part, in parentheses when it binds less tightly than its surroundings."""
    needs = isinstance(part, bracketed)  # type: ignore[arg-type]
    return f"({part})" if needs else str(part)
