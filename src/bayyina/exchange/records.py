"""Records as they leave the program: statements that stand, each with its source, no keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from bayyina.model.vocabulary import Property, Vocabulary


class OutStatement(NamedTuple):
    """One statement."""

    id: str
    """Short id of the statement."""

    property: str
    """Name of the property."""

    value: str
    """Normal form; for a link, the short id of the record that it points at."""

    original: str | None
    """Verbatim wording where it differs."""

    lang: str | None
    """Language of the text."""

    date_lo: str | None
    """First possible day of a date."""

    date_hi: str | None
    """Last possible day of a date."""

    certainty: str | None
    """How sure the source is."""

    source: str | None
    """Short id of the source."""

    locator: str | None
    """Where in the source."""

    asserted_on: str | None
    """When the source said it."""

    blurred: bool = False
    """Whether a coarser place or position stands in place of the one that is stated."""


@dataclass(frozen=True, slots=True)
class OutRecord:
    """A record with what stands of it."""

    id: str
    """Short id."""

    type: str
    """Record type."""

    list_key: str | None
    """The list's own id of it."""

    statements: tuple[OutStatement, ...]
    """In order of recording."""

    def values(self, name: str) -> list[OutStatement]:
        """The statements of a property."""
        return [one for one in self.statements if one.property == name]

    def first(self, name: str) -> str | None:
        """The first value of a property."""
        return next((one.value for one in self.statements if one.property == name), None)


def property_of(vocabulary: Vocabulary, record_type: str, name: str) -> Property | None:
    """The property of a statement, if the vocabulary knows it."""
    kind = vocabulary.types.get(record_type)
    return kind.properties.get(name) if kind is not None else None


def in_words(vocabulary: Vocabulary, record_type: str, one: OutStatement, lang: str) -> str:
    """A value as people read it: the label of a term or group, otherwise the wording."""
    prop = property_of(vocabulary, record_type, one.property)
    if prop is not None and prop.type == "term" and prop.of is not None:
        return vocabulary.term_lists[prop.of].label(one.value, lang)
    if prop is not None and prop.type == "group" and one.value in vocabulary.groups:
        return vocabulary.groups[one.value].label[lang]
    return one.original or one.value


def of_type(records: Iterable[OutRecord], record_type: str) -> Iterator[OutRecord]:
    """The records of one type."""
    return (record for record in records if record.type == record_type)
