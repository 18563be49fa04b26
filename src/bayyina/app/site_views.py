"""What the register says of a site, as values: nothing is chosen between sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bayyina.app.site_sufficiency import AtHand, Decided
from bayyina.reporting.submissions.form_file import Wording
from bayyina.sites.positions import Position


@dataclass(frozen=True)
class SourceNote:
    """Who says something."""

    id: str
    """Short id of the source."""

    name: str
    """Its name or, of a protected witness, the pseudonym."""

    kind: str
    """A term of ``source_kinds``; empty where it is not stated."""


@dataclass(frozen=True)
class SiteStatement:
    """One statement about a site or event."""

    id: str
    """Short id of the statement."""

    property: str
    """What is stated."""

    label: Wording
    """What the property is called."""

    value: str
    """Normal form."""

    words: Wording
    """The same in both languages."""

    low: int | None
    """Least value of a count."""

    high: int | None
    """Greatest value of a count."""

    source: SourceNote | None
    """Who says so."""

    locator: str
    """Where in the source."""

    asserted_on: str | None
    """When."""

    certainty: str | None
    """How sure the source is."""

    lang: str | None = None
    """Language of a text, where it is known."""


@dataclass(frozen=True)
class SiteEvent:
    """Something done to a site, as one record states it."""

    id: str
    """Short id of the record."""

    type: str
    """Its record type."""

    label: Wording
    """What the type is called."""

    basis: str
    """``images`` or ``account``."""

    first: str | None
    """First possible day."""

    last: str | None
    """Last possible day of its end or, without one, of its beginning."""

    statements: tuple[SiteStatement, ...]
    """All that is stated of it."""

    sites: Mapping[str, str]
    """Ids of the sites that its links name, by the link."""


@dataclass(frozen=True)
class NearFacility:
    """A facility near a site."""

    id: str
    """Short id."""

    name: str
    """Its name."""

    kind: Wording | None
    """Its kind."""

    military: bool
    """Whether it is of the army or the security services."""

    distance_km: float | None
    """From the position that may be told; None where either position is not known."""


@dataclass(frozen=True)
class StepState:
    """A step of the checklist."""

    step: str
    """A term of ``site_steps``."""

    phase: str
    """Phase of the work."""

    words: Wording
    """What it is."""

    protocols: tuple[str, ...]
    """Who asks for it."""

    done: bool
    """Whether it is recorded as done."""


@dataclass(frozen=True)
class SiteRecord:
    """A site as the register knows it."""

    number: int
    """Number of the record."""

    id: str
    """Short id."""

    key: str
    """Its id in the site file; empty where it came otherwise."""

    name: Wording
    """Its name."""

    statements: tuple[SiteStatement, ...]
    """All that is stated of it and may be told, in order of recording."""

    history: tuple[SiteEvent, ...]
    """What was done to it, in order of time."""

    facilities: tuple[NearFacility, ...]
    """What is near it."""

    witnesses: tuple[SourceNote, ...]
    """Protected witnesses who say something of it."""

    decided: tuple[Decided, ...]
    """What people decided about its evidence."""

    at_hand: tuple[AtHand, ...]
    """What the evidence at hand comes to."""

    steps: tuple[StepState, ...]
    """The checklist."""

    embargo: bool
    """Whether it is withheld."""

    position: Position | None
    """What may be told of its position, or the exact one where that was opened."""

    position_of: str
    """``district``, ``grid`` or ``exact``; empty where nothing is known."""

    def of(self, *properties: str) -> list[SiteStatement]:
        """The statements of some properties."""
        return [one for one in self.statements if one.property in properties]
