"""FollowTheMoney: entities (one JSON object a line) and statements (CSV), as Aleph reads them.

People become ``Person``, groups of the vocabulary ``Organization``, acts ``Event`` that involve
them, papers ``Document``-like ``Thing`` descriptions, relations ``Family`` and ``UnknownLink``. What has
no place there goes into ``notes``, with the property's name, so that nothing is lost. FollowTheMoney
keeps dates as prefixes: a partial date is written as far as it is known, never filled up; an
interval goes into start and end.

Format: followthemoney 4.11, ``docs`` of its statement model (columns of the CSV file).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bayyina.exchange.records import OutRecord, OutStatement, in_words, property_of
from bayyina.model.vocabulary import Vocabulary

STATEMENT_COLUMNS: Final = (
    "canonical_id",
    "entity_id",
    "prop",
    "prop_type",
    "schema",
    "value",
    "dataset",
    "origin",
    "lang",
    "original_value",
    "external",
    "first_seen",
    "last_seen",
    "id",
)
"""Columns of the statements file."""

PERSON: Final[Mapping[str, tuple[str, str]]] = {
    "name": ("name", "name"),
    "name.given": ("firstName", "string"),
    "name.father": ("fatherName", "string"),
    "name.family": ("lastName", "string"),
    "name.mother": ("motherName", "string"),
    "name.kunya": ("alias", "name"),
    "name.nickname": ("alias", "name"),
    "sex": ("gender", "gender"),
    "birth_date": ("birthDate", "date"),
    "birth_place": ("birthPlace", "string"),
    "identifier": ("idNumber", "identifier"),
    "occupation": ("position", "string"),
    "note": ("notes", "text"),
}
"""Properties of people, and the types of their values there."""

EVENT: Final[Mapping[str, tuple[str, str]]] = {
    "place": ("location", "string"),
    "facility": ("location", "string"),
    "note": ("notes", "text"),
}
"""Properties of acts."""

LANGUAGES: Final[Mapping[str, str]] = {
    "ar": "ara",
    "en": "eng",
    "fr": "fra",
    "tr": "tur",
    "ku": "kur",
}
"""Languages as three letters (ISO 639-3), which FollowTheMoney uses."""

_DAY_OR_LESS = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?[~?%]?")


@dataclass(frozen=True, slots=True)
class Claim:
    """A value of a FollowTheMoney property with where it comes from."""

    prop: str
    prop_type: str
    value: str
    lang: str | None
    original: str | None
    origin: str
    seen: str | None


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity with its claims."""

    id: str
    """Its id: our short id."""

    schema: str
    """Its schema."""

    claims: tuple[Claim, ...]
    """What is said of it."""

    def to_json(self, dataset: str) -> dict[str, Any]:
        """The entity as Aleph's bulk loader reads it."""
        properties: dict[str, list[str]] = {}
        for claim in self.claims:
            values = properties.setdefault(claim.prop, [])
            if claim.value not in values:
                values.append(claim.value)
        return {
            "id": self.id,
            "schema": self.schema,
            "properties": properties,
            "datasets": [dataset],
        }


def entities(records: Iterable[OutRecord], vocabulary: Vocabulary) -> Iterator[Entity]:
    """The entities of some records: people, acts, and the groups that are named."""
    groups: set[str] = set()
    for record in records:
        if record.type == "Person":
            yield _person(record, vocabulary)
        elif record.type == "Relationship":
            yield from _relationship(record)
        elif _is_act(vocabulary, record.type):
            yield _event(record, vocabulary)
        groups |= {
            one.value
            for one in record.statements
            if (prop := property_of(vocabulary, record.type, one.property)) is not None
            and prop.type == "group"
            and one.value in vocabulary.groups
        }
    for code in sorted(groups):
        yield _group(code, vocabulary)


def _is_act(vocabulary: Vocabulary, name: str) -> bool:
    kind = vocabulary.types.get(name)
    return kind is not None and "Act" in kind.ancestors


def _person(record: OutRecord, vocabulary: Vocabulary) -> Entity:
    claims = [
        claim for one in record.statements for claim in _claims(record, one, PERSON, vocabulary)
    ]
    if not any(claim.prop == "name" for claim in claims):
        given = [record.first(f"name.{part}") for part in ("given", "father", "family")]
        name = " ".join(part for part in given if part) or record.id
        claims.append(Claim("name", "name", name, None, None, "", None))
    return Entity(record.id, "Person", tuple(claims))


def _event(record: OutRecord, vocabulary: Vocabulary) -> Entity:
    label = vocabulary.types[record.type].label["en"]
    claims = [Claim("name", "name", f"{label} {record.id}", "eng", None, "", None)]
    for one in record.statements:
        prop = property_of(vocabulary, record.type, one.property)
        if prop is None:
            continue
        if prop.type == "link" and "Person" in prop.to:
            claims.append(_claim("involved", "entity", one.value, one))
        elif prop.type == "group" and one.value in vocabulary.groups:
            claims.append(_claim("organizer", "entity", group_id(one.value), one))
        elif one.property == "date":
            claims += _dates(one)
        else:
            claims += _claims(record, one, EVENT, vocabulary)
    return Entity(record.id, "Event", tuple(claims))


def _relationship(record: OutRecord) -> Iterator[Entity]:
    person, other = record.first("person"), record.first("related_to")
    if person is None or other is None:
        return
    claims = [
        Claim("person", "entity", person, None, None, "", None),
        Claim("relative", "entity", other, None, None, "", None),
    ]
    kind = record.first("kind")
    if kind is not None:
        claims.append(Claim("relationship", "string", kind, None, None, "", None))
    yield Entity(record.id, "Family", tuple(claims))


def _group(code: str, vocabulary: Vocabulary) -> Entity:
    group = vocabulary.groups[code]
    claims = [
        Claim("name", "name", group.label["en"], "eng", None, "", None),
        Claim("name", "name", group.label["ar"], "ara", None, "", None),
    ]
    return Entity(group_id(code), "Organization", tuple(claims))


def group_id(code: str) -> str:
    """The entity id of a group of the vocabulary."""
    return f"group-{code}"


def _claims(
    record: OutRecord,
    one: OutStatement,
    known: Mapping[str, tuple[str, str]],
    vocabulary: Vocabulary,
) -> Iterator[Claim]:
    """A statement as a claim; what has no place of its own is written into the notes."""
    if one.property in known:
        prop, kind = known[one.property]
        if kind == "date":
            yield from _dates(one, prop)
            return
        value = (
            one.value
            if kind in ("gender", "identifier")
            else in_words(vocabulary, record.type, one, "en")
        )
        yield _claim(prop, kind, value, one)
        return
    definition = property_of(vocabulary, record.type, one.property)
    if definition is None or definition.type == "link":
        return
    words = f"{definition.label['en']}: {in_words(vocabulary, record.type, one, 'en')}"
    yield _claim("notes", "text", words, one)


def _dates(one: OutStatement, prop: str = "date") -> Iterator[Claim]:
    """A date as far as it is known; an interval as start and end, outside people's birth dates."""
    found = _DAY_OR_LESS.fullmatch(one.value)
    if found is not None:
        prefix = "-".join(part for part in found.groups() if part)
        yield _claim(prop, "date", prefix, one)
    elif prop == "date":
        if one.date_lo:
            yield _claim("startDate", "date", one.date_lo, one)
        if one.date_hi:
            yield _claim("endDate", "date", one.date_hi, one)
    else:
        yield _claim("notes", "text", f"{prop}: {one.original or one.value}", one)


def _claim(prop: str, kind: str, value: str, one: OutStatement) -> Claim:
    lang = LANGUAGES.get(one.lang or "")
    original = one.original if one.original != value else None
    return Claim(prop, kind, value, lang, original, one.source or "", one.asserted_on)


def json_lines(found: Iterable[Entity], dataset: str) -> Iterator[str]:
    """The entities, one JSON object a line."""
    for entity in found:
        yield json.dumps(entity.to_json(dataset), ensure_ascii=False) + "\n"


def statement_rows(found: Iterable[Entity], dataset: str) -> Iterator[tuple[str | None, ...]]:
    """The rows of the statements file; every entity has an ``id`` row of its own."""
    for entity in found:
        digests = []
        for claim in entity.claims:
            digest = statement_key(dataset, entity.id, claim)
            digests.append(digest)
            yield (
                entity.id,
                entity.id,
                claim.prop,
                claim.prop_type,
                entity.schema,
                claim.value,
                dataset,
                claim.origin or None,
                claim.lang,
                claim.original,
                "f",
                claim.seen,
                claim.seen,
                digest,
            )
        checksum = hashlib.sha1(
            "".join(sorted(digests)).encode(), usedforsecurity=False
        ).hexdigest()
        yield (
            *(entity.id, entity.id, "id", "checksum", entity.schema, checksum, dataset),
            *(None, None, None, "f", None, None, checksum),
        )


def statement_key(dataset: str, entity: str, claim: Claim) -> str:
    """The id of a statement, SHA-1 as the peer works it out from what makes it unique."""
    key = f"{dataset}.{entity}.{claim.prop}.{claim.value}"
    if claim.lang is not None:
        key += f"@{claim.lang}"
    return hashlib.sha1(key.encode(), usedforsecurity=False).hexdigest()
