"""How record types hang together: what a condition on one says about another.

Everything is read from the vocabulary: ``about`` names the link to whom a record is about,
other link properties name bodies, sites, sources.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bayyina.model.vocabulary import Property, Vocabulary

PERSON: Final = "Person"
"""Record type of people; its records are clustered, and a cluster is counted as one."""

OCCURRED: Final = ("date", "issued_on", "photographed_on", "found_on", "released_on")
"""Properties that say when something happened; the first that a type has counts."""

DOCUMENTED_ON: Final = ("documented_on", "received_on")
"""Properties that say when something was documented; the first that a type has counts."""

LAST_CONFIRMED: Final = "last_confirmed"
"""Property of an act of custody: the last day on which a source knew the person to be there.
Of several such days the latest counts, for none of them contradicts it."""

VERIFICATION: Final = "verification"
"""Derived property: whether people have verified a record (``VERIFICATIONS``)."""

VERIFIED: Final = "verified"
"""Derived property: the standards under which a record stands verified by two people."""

DERIVED_PROPERTIES: Final = ("age_class", "demographic", "source", VERIFICATION, VERIFIED)
"""Properties that records of every type have without anybody stating them."""

EARLIER_PRACTICE: Final = "earlier_practice"
"""Property with which a record, or a whole list (its Source), says under whose earlier
practice it had been verified before it was brought here."""

CODED_TYPES: Final = ("term", "group", "place", "flag")
"""Property types whose values are few and come from the vocabulary."""

NUMBER_TYPES: Final = ("quantity", "number")
"""Property types whose values are bounds on a whole number."""


@dataclass(frozen=True, slots=True)
class Relation:
    """How records of one type are found from a record of another."""

    kind: str
    """``person``: both are about the same person; ``to``: the other links to this one;
    ``from``: this one links to the other."""

    property: str = ""
    """The link property, for ``to`` and ``from``."""


@dataclass(frozen=True, slots=True)
class FoundProperty:
    """A property as seen from a record type."""

    origin: str
    """``own``, ``person`` (of the person it is about) or ``derived``."""

    property: Property | None
    """The property; None for a derived one."""


def record_types(vocabulary: Vocabulary, name: str) -> tuple[str, ...]:
    """Names of the types of records that count as ``name``."""
    return tuple(vocabulary.kinds_of(name))


def person_link(vocabulary: Vocabulary, type_name: str) -> Property | None:
    """The link from a record to the person it is about, if the type has one.

    It is the link named by ``about``; where that leads elsewhere (an identification is
    about a body) it is the link named ``person``.
    """
    record_type = vocabulary.types[type_name]
    for name in (record_type.about, "person"):
        prop = record_type.properties.get(name or "")
        if prop is not None and prop.type == "link" and PERSON in prop.to:
            return prop
    return None


def is_about_person(vocabulary: Vocabulary, type_name: str) -> bool:
    """Whether records of the type are about a person (or are one)."""
    return type_name == PERSON or person_link(vocabulary, type_name) is not None


def links_between(vocabulary: Vocabulary, here: str, other: str) -> tuple[str, ...]:
    """Names of the link properties of ``here`` that accept a record of the type ``other``."""
    target = vocabulary.types[other]
    return tuple(
        prop.name
        for prop in vocabulary.types[here].properties.values()
        if prop.type == "link" and any(target.is_a(name) for name in prop.to)
    )


def relation(vocabulary: Vocabulary, here: str, other: str) -> Relation | None:
    """How records of the type ``other`` are found from one of ``here``; None if they are not.

    Two records about people are related through the person. Otherwise a link between them
    counts, from the other record first: an identification of a body is found by the body.
    """
    kinds = record_types(vocabulary, other)
    if is_about_person(vocabulary, here) and any(is_about_person(vocabulary, k) for k in kinds):
        return Relation("person")
    for kind in kinds:
        links = links_between(vocabulary, kind, here)
        if links:
            return Relation("to", links[0])
    for kind in kinds:
        links = links_between(vocabulary, here, kind)
        if links:
            return Relation("from", links[0])
    return None


def occurred_property(vocabulary: Vocabulary, type_name: str) -> str | None:
    """Name of the property that says when a record of the type happened."""
    return _first_date(vocabulary, type_name, OCCURRED)


def documented_property(vocabulary: Vocabulary, type_name: str) -> str | None:
    """Name of the property that says when a record of the type was documented."""
    return _first_date(vocabulary, type_name, DOCUMENTED_ON)


def find_property(vocabulary: Vocabulary, type_name: str, name: str) -> FoundProperty | None:
    """The property ``name`` as seen from a record type: its own, its kinds', its person's."""
    if name in DERIVED_PROPERTIES:
        return FoundProperty("derived", None)
    for kind in (type_name, *record_types(vocabulary, type_name)):
        prop = vocabulary.types[kind].properties.get(name)
        if prop is not None:
            return FoundProperty("own", prop)
    if is_about_person(vocabulary, type_name):
        prop = vocabulary.types[PERSON].properties.get(name)
        return None if prop is None else FoundProperty("person", prop)
    return None


def property_names(vocabulary: Vocabulary, type_name: str) -> list[str]:
    """Names that ``find_property`` finds, for suggestions."""
    names = set(DERIVED_PROPERTIES)
    for kind in (type_name, *record_types(vocabulary, type_name)):
        names.update(vocabulary.types[kind].properties)
    if is_about_person(vocabulary, type_name):
        names.update(vocabulary.types[PERSON].properties)
    return sorted(names)


def _first_date(vocabulary: Vocabulary, type_name: str, names: tuple[str, ...]) -> str | None:
    properties = vocabulary.types[type_name].properties
    found = (name for name in names if name in properties and properties[name].type == "date")
    return next(found, None)
