"""What a figure query is answered with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple


class RecordRef(NamedTuple):
    """One record that a figure counts."""

    number: int
    """Record number; of a person or an act with several accounts, the lowest of them."""

    certain: bool
    """Whether it is certainly inside; otherwise it possibly is."""

    last_confirmed: date | None = None
    """Of somebody held: the day on which a source last knew them to be in custody; None when
    no source says so, and in figures about anything else."""


class LastConfirmed(NamedTuple):
    """On which days the custody of the counted people was last confirmed."""

    earliest: date | None
    """The earliest of these days; None when nobody has one."""

    median: date | None
    """The day in the middle, people without one left out."""

    latest: date | None
    """The latest of them."""

    none: int
    """People of whom no source says on which day they were last known to be in custody."""

    def to_json(self) -> dict[str, Any]:
        """The days as JSON-ready values."""
        days = (self.earliest, self.median, self.latest)
        names = ("earliest", "median", "latest")
        return {**dict(zip(names, map(_text, days), strict=True)), "none": self.none}


class FigureGroup(NamedTuple):
    """One group of a divided figure."""

    key: Mapping[str, str]
    """Value of each key; ``unknown`` for records that cannot be placed."""

    value: int
    """Records in it."""

    range: tuple[int, int]
    """Records certainly and possibly in it."""

    def to_json(self) -> dict[str, Any]:
        """The group as JSON-ready values."""
        return {"key": dict(self.key), "value": self.value, "range": list(self.range)}


@dataclass(frozen=True, slots=True)
class Figure:
    """The answer to a figure query, with all that is needed to ask it again."""

    value: int
    """Records certainly inside; in a lenient figure, those possibly inside."""

    comparator: str
    """How the value is to be read: ``at least``, ``=`` or ``about``."""

    unit: str
    """What was counted."""

    range: tuple[int, int]
    """Records certainly and possibly inside."""

    groups: tuple[FigureGroup, ...]
    """The groups of the keys, in order; empty without keys."""

    unknown: int
    """Counted records that no group certainly holds; without keys, records possibly but not
    certainly inside."""

    groups_sum: bool
    """Whether the values of the groups add up to the value; they need not."""

    query: str
    """The query in its canonical text."""

    as_of: date
    """Day whose state was asked for."""

    known_at: date | None
    """Last day of assertion that counted."""

    recorded_at: date | None
    """Day at whose end the log was cut."""

    axis: str
    """``occurred`` or ``documented``."""

    meaning: str
    """What a state means in words; empty without a state."""

    last_confirmed: LastConfirmed | None
    """When the people of a ``held`` figure were last known to be in custody; None for others."""

    methodology: str
    """Name of the rules."""

    methodology_digest: str
    """SHA-256 (hex) over the rules."""

    vocabulary_digest: str
    """SHA-256 (hex) over the vocabulary."""

    linkage: Mapping[str, str | int]
    """How records of people were joined."""

    custody_size: int
    """Number of log entries that were counted from."""

    verification: Mapping[str, int]
    """How many of the counted records two people verified (``two_people``), were verified
    before they were brought here (``earlier_practice``), are ``disputed`` or ``rejected``,
    or are ``unverified``; they add up to the value."""

    own_files: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 (hex) of each vocabulary, standard and methodology file of the workspace's own
    that held when it was counted, by name."""

    unrecorded_files: tuple[str, ...] = ()
    """Those of them that the custody log does not hold as they were used."""

    lost_evidence: int = 0
    """How many of the counted records were decided about on evidence that stands no longer."""

    coarse: int = 0
    """Numbers are rounded down to multiples of this, and groups with fewer are left out, because
    whoever asks may not know of small groups; 0: they are as counted."""

    def to_json(self) -> dict[str, Any]:
        """The figure as JSON-ready values."""
        return {
            "value": self.value,
            "comparator": self.comparator,
            "unit": self.unit,
            "range": list(self.range),
            "groups": [group.to_json() for group in self.groups],
            "unknown": self.unknown,
            "groups_sum": self.groups_sum,
            "query": self.query,
            "as_of": self.as_of.isoformat(),
            "known_at": _text(self.known_at),
            "recorded_at": _text(self.recorded_at),
            "axis": self.axis,
            "meaning": self.meaning,
            "last_confirmed": None
            if self.last_confirmed is None
            else self.last_confirmed.to_json(),
            "methodology": self.methodology,
            "methodology_digest": self.methodology_digest,
            "vocabulary_digest": self.vocabulary_digest,
            "linkage": dict(self.linkage),
            "custody_size": self.custody_size,
            "verification": dict(self.verification),
            "own_files": dict(self.own_files),
            "unrecorded_files": list(self.unrecorded_files),
            "lost_evidence": self.lost_evidence,
            **({"coarse": self.coarse} if self.coarse else {}),
        }


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
