"""JSON documents of the register of sites."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict


class RegisteredSiteDocument(TypedDict):
    """A site that was registered."""

    key: str
    id: str


class RegistrationDocument(TypedDict):
    """What a registration changed."""

    batch: int | None
    sites: list[RegisteredSiteDocument]
    records: int
    statements: int
    closures: int
    erased: int


class SiteStatementDocument(TypedDict):
    """One statement about a site or event, with who says it."""

    id: str
    property: str
    label: dict[str, str]
    value: str
    words: dict[str, str]
    low: int | None
    high: int | None
    source: str | None
    source_id: str | None
    locator: str
    asserted_on: str | None
    certainty: str | None


class SiteLineDocument(TypedDict):
    """A site in the list."""

    id: str
    key: str
    name: dict[str, str]
    states: list[SiteStatementDocument]
    embargo: bool
    events: int
    watch: str | None


class SiteListDocument(TypedDict):
    """The register."""

    sites: list[SiteLineDocument]


class PositionDocument(TypedDict):
    """What may be told of a position, degrees; ``of``: district, grid or exact."""

    latitude: float
    longitude: float
    of: str


class SiteEventDocument(TypedDict):
    """Something done to a site; ``basis``: images or account."""

    id: str
    type: str
    label: dict[str, str]
    basis: str
    first: str | None
    last: str | None
    sites: dict[str, str]
    statements: list[SiteStatementDocument]


class NearFacilityDocument(TypedDict):
    """A facility near a site."""

    id: str
    name: str
    kind: dict[str, str] | None
    military: bool
    distance_km: float | None


class DecidedDocument(TypedDict):
    """What people decided about the evidence of a site."""

    standard: str
    sufficient: bool
    people: list[str]
    against: list[str]


class LineDocument(TypedDict):
    """A line of evidence at hand, and what it goes back to."""

    line: str
    origin: str


class AtHandDocument(TypedDict):
    """What the evidence at hand comes to; it decides nothing."""

    standard: str
    met: bool
    lines: list[LineDocument]
    reasons: list[dict[str, str]]


class StepDocument(TypedDict):
    """A step of the checklist."""

    step: str
    phase: str
    words: dict[str, str]
    protocols: list[str]
    done: bool


class SiteDocument(TypedDict):
    """A site as the register knows it."""

    id: str
    key: str
    name: dict[str, str]
    embargo: bool
    position: PositionDocument | None
    states: list[SiteStatementDocument]
    counts: list[SiteStatementDocument]
    statements: list[SiteStatementDocument]
    history: list[SiteEventDocument]
    watch: str | None
    witnesses: list[str]
    facilities: list[NearFacilityDocument]
    decided: list[DecidedDocument]
    at_hand: list[AtHandDocument]
    steps: list[StepDocument]
    words: str


class AlertDocument(TypedDict):
    """A confirmed episode; days as YYYY-MM-DD."""

    record: str
    new: bool
    last_clear_before: str
    first_changed: str
    confirmed_on: str
    ended_by: str | None
    strength: float


class WatchDocument(TypedDict):
    """What a call of watching came to."""

    site: str
    key: str
    state: str
    history_until: str
    watched_until: str
    taken_in: int
    false_alarm_rate: float
    alerts: list[AlertDocument]
    series_sha256: str
    batch: int | None
    words: str


class UnwatchedDocument(TypedDict):
    """A series of a folder that could not be judged."""

    key: str
    file: str
    reason: str


class SiteReportDocument(TypedDict):
    """The files of a site's report, by language."""

    site: str
    embargo: bool
    files: dict[str, list[str]]
    batch: int


class DemonstrationDocument(TypedDict):
    """The invented scenes that were written."""

    folder: str
    scenes: int
    bytes: int
    truth: str
    site: str
    fictional: bool


DOCUMENTS: Mapping[str, Any] = {
    "sites register": RegistrationDocument,
    "sites list": SiteListDocument,
    "sites show": SiteDocument,
    "sites watch": WatchDocument | list[WatchDocument | UnwatchedDocument],
    "sites report": SiteReportDocument,
    "sites demo": DemonstrationDocument,
}
"""Documents by command."""
