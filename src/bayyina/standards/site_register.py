"""What a site file can hold for a register: who says what of the site, event by event.

These members stand beside the properties of the site in ``*.site.geojson``. Each claim names
its source, so that two counts or two dates of one event stand side by side and none of them
takes the place of another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from bayyina.errors import BayyinaError
from bayyina.model.places import Gazetteer
from bayyina.model.values import read_value
from bayyina.model.vocabulary import LANGUAGES, UNRECOGNISED, Vocabulary
from bayyina.standards.shapes import Misfit, Path, Spec, read_shape

SITE_ID: Final = r"[a-z0-9]+(?:-[a-z0-9]+)*"
"""How the ids of sites, sources, acts and facilities of a register are written."""

Scalar = str | int | float | bool
"""One value of a property, as JSON gives it."""

ACTS: Final = ("SiteDisturbance", "Relocation", "Exhumation")
"""What can happen to a site, by record type; the first link to ``Site`` is the site itself."""


@dataclass(frozen=True, slots=True)
class SiteSource:
    """Somebody or something that says something of a site."""

    name: str
    """What it is called; a source of one name is one source in all files."""

    kind: str | None = None
    """A term of ``source_kinds``."""

    publisher: str | None = None
    """Who published it."""

    url: str | None = None
    """Where it stands."""

    released_on: str | None = None
    """When it was published."""

    pseudonym: str | None = None
    """What a protected witness is called; who it is stands nowhere in the file."""

    origin: Annotated[str | None, Spec(pattern=SITE_ID, example="an-article")] = None
    """Id of the source that it goes back to, where it copies or retells one."""

    note: str | None = None
    """What else is to be known of it."""


@dataclass(frozen=True, slots=True)
class SiteClaim:
    """What one source says of the site."""

    property: str
    """A property of the vocabulary's ``Site``."""

    value: str | int | float | bool
    """Its value, as the source gives it."""

    source: Annotated[str, Spec(pattern=SITE_ID, example="an-article")]
    """Id of the source."""

    locator: str
    """Where in the source."""

    said_on: str | None = None
    """When it said so, where that is not the day of its release."""

    certainty: str | None = None
    """A term of ``certainties``."""

    lang: Literal["en", "ar"] | None = None
    """Language of a text."""


@dataclass(frozen=True, slots=True)
class SiteAct:
    """What one source says was done to the site."""

    id: Annotated[str, Spec(pattern=SITE_ID, example="levelling-2022")]
    """Its id within the file."""

    type: Literal["SiteDisturbance", "Relocation", "Exhumation"]
    """Its record type."""

    values: Annotated[Mapping[str, str | int | float | bool], Spec(filled=True)]
    """Values of its properties; a link to a site or facility names its id."""

    source: Annotated[str, Spec(pattern=SITE_ID, example="an-article")]
    """Id of the source."""

    locator: str
    """Where in the source."""

    said_on: str | None = None
    """When it said so, where that is not the day of its release."""

    certainty: str | None = None
    """A term of ``certainties``."""


@dataclass(frozen=True, slots=True)
class SiteFacility:
    """A facility near the site, such as a barracks."""

    id: Annotated[str, Spec(pattern=SITE_ID, example="a-barracks")]
    """Its id in all files."""

    values: Annotated[Mapping[str, str | int | float | bool], Spec(filled=True)]
    """Values of properties of the vocabulary's ``Facility``."""

    source: Annotated[str, Spec(pattern=SITE_ID, example="an-article")]
    """Id of the source."""

    locator: str
    """Where in the source."""


@dataclass(frozen=True, slots=True)
class SiteRegister:
    """The members of a site file for a register."""

    fictional: bool = False
    """Whether all of it is invented."""

    sources: Mapping[str, SiteSource] | None = None
    """Sources by id."""

    claims: tuple[SiteClaim, ...] = ()
    """What sources say of the site."""

    acts: tuple[SiteAct, ...] = ()
    """What sources say was done to it."""

    facilities: tuple[SiteFacility, ...] = ()
    """Facilities near it."""


MEMBERS: Final = ("fictional", "sources", "claims", "acts", "facilities")
"""Members of ``properties`` that are read here."""


def register_of(properties: Mapping[str, object]) -> tuple[SiteRegister | None, list[Misfit]]:
    """The register members of a site file; None and the misfits when they do not fit."""
    given = {key: value for key, value in properties.items() if key in MEMBERS}
    return read_shape(SiteRegister, given)


def check_register(
    properties: Mapping[str, object], vocabulary: Vocabulary, gazetteer: Gazetteer
) -> Iterator[Misfit]:
    """What does not hold in the register members of a site file."""
    register, misfits = register_of(properties)
    for misfit in misfits:
        yield Misfit(("properties", *misfit.path), misfit.message)
    if register is not None:
        for misfit in _contradictions(register, vocabulary, gazetteer):
            yield Misfit(("properties", *misfit.path), misfit.message)


def _contradictions(
    register: SiteRegister, vocabulary: Vocabulary, gazetteer: Gazetteer
) -> Iterator[Misfit]:
    known = set(register.sources or {})
    for key, source in (register.sources or {}).items():
        if source.origin is not None and source.origin not in known:
            yield Misfit(("sources", key, "origin"), "names no source of this file")
        values = {"kind": source.kind, "released_on": source.released_on, "url": source.url}
        path: Path = ("sources", key)
        yield from _check("Source", values, path, vocabulary, gazetteer)
    for index, claim in enumerate(register.claims):
        here: Path = ("claims", index)
        if claim.source not in known:
            yield Misfit((*here, "source"), "names no source of this file")
        yield from _check("Site", {claim.property: claim.value}, here, vocabulary, gazetteer)
        yield from _certainty(claim.certainty, here, vocabulary)
    groups: tuple[tuple[str, tuple[SiteAct | SiteFacility, ...]], ...] = (
        ("acts", register.acts),
        ("facilities", register.facilities),
    )
    for name, items in groups:
        seen: set[str] = set()
        for index, item in enumerate(items):
            here = (name, index)
            if item.source not in known:
                yield Misfit((*here, "source"), "names no source of this file")
            if item.id in seen:
                yield Misfit((*here, "id"), "is there twice")
            seen.add(item.id)
            record_type = item.type if isinstance(item, SiteAct) else "Facility"
            yield from _check(record_type, item.values, (*here, "values"), vocabulary, gazetteer)
            if isinstance(item, SiteAct):
                yield from _certainty(item.certainty, here, vocabulary)


def _certainty(code: str | None, path: Path, vocabulary: Vocabulary) -> Iterator[Misfit]:
    if code is not None and vocabulary.term_lists["certainties"].read(code) is None:
        yield Misfit((*path, "certainty"), "is not a term of `certainties`")


def _check(
    record_type: str,
    values: Mapping[str, object],
    path: Path,
    vocabulary: Vocabulary,
    gazetteer: Gazetteer,
) -> Iterator[Misfit]:
    """What does not hold in values of a record type; links are looked up later."""
    for name, value in values.items():
        prop = vocabulary.types[record_type].properties.get(name)
        if value is None:
            continue
        if prop is None:
            yield Misfit((*path, name), f"is not a property of `{record_type}`")
            continue
        text = text_of(value)
        if text is None:
            yield Misfit((*path, name), "must be a text or a number")
            continue
        if prop.type == "link":
            continue
        try:
            read = read_value(prop, text, vocabulary=vocabulary, gazetteer=gazetteer)
        except BayyinaError as error:
            yield Misfit((*path, name), f"cannot be read: {error.message.rstrip('.')}")
            continue
        if read.value == UNRECOGNISED and text != UNRECOGNISED:
            what = f"term of `{prop.of}`" if prop.type == "term" else f"known {prop.type}"
            yield Misfit((*path, name), f"is not a {what}")


def text_of(value: object) -> str | None:
    """A JSON value as the text that values are read from; None for what is no value."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value if value.strip() else None
    return str(value) if isinstance(value, int | float) else None


def texts_of(value: object) -> tuple[tuple[str, str | None], ...]:
    """The texts of a property at the top of a site file, each with its language if it says."""
    if value is None:
        return ()
    if isinstance(value, Mapping):
        return tuple((str(value[code]), code) for code in LANGUAGES if value.get(code))
    items = value if isinstance(value, list) else [value]
    return tuple((text, None) for item in items if (text := text_of(item)) is not None)
