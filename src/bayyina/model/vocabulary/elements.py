"""The parts a vocabulary is made of: record types, properties, terms, groups, units.

All are frozen and hold nothing but data; ``Vocabulary`` (``whole.py``) looks them up.
Labels are mappings from language (``en``, ``ar``) to text; both are always there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from bayyina.model.label_folding import fold_label

LANGUAGES: Final = ("en", "ar")
"""Languages that every label has."""

LEVELS: Final = ("public", "internal", "restricted", "sealed")
"""Sensitivity levels, from the least to the most protected."""

PROPERTY_TYPES: Final = (
    "text",
    "name",
    "date",
    "term",
    "quantity",
    "number",
    "place",
    "group",
    "link",
    "identifier",
    "flag",
    "geopoint",
    "url",
)
"""Every kind of value that a property can hold."""

QUANTITY_UNITS: Final = ("years", "cm", "m", "m2", "minutes", "bytes")
"""Units that a quantity can have; a quantity without one is a count."""

UNRECOGNISED: Final = "unrecognised"
"""Value of a term, place or group that was written but is not in the vocabulary."""

UNREADABLE: Final = "unreadable"
"""Value of a date, number or other value that was written but cannot be read."""

Label = Mapping[str, str]


SHORTEST_CODE: Final = 8
"""Digits that a HURIDOCS code of a term has at least, where a text is read as one."""


def is_stricter(level: str, than: str) -> bool:
    """Whether ``level`` protects more than ``than``."""
    return LEVELS.index(level) > LEVELS.index(than)


@dataclass(frozen=True)
class Property:
    """One kind of fact that can be stated about records of a type."""

    name: str
    """Name inside the type, such as ``birth_date`` or ``name.father``."""

    type: str
    """One of ``PROPERTY_TYPES``."""

    label: Label
    """What people read, per language."""

    of: str | None = None
    """Name of the term list, for the type ``term``."""

    to: tuple[str, ...] = ()
    """Record types that may be linked to, for the type ``link``."""

    multiple: bool = False
    """Whether several values can hold at once; otherwise several values disagree."""

    required: str | None = None
    """``for_counting`` when a record without it can only be counted as unknown."""

    level: str = "internal"
    """Sensitivity: one of ``LEVELS``."""

    unit: str | None = None
    """Unit of a quantity, one of ``QUANTITY_UNITS``: ``years`` for ages; None for a count."""

    huridocs: str | None = None
    """Field of the HURIDOCS Events Standard Formats, by its number there."""

    def __hash__(self) -> int:
        """Cheap and good enough for caches: equal properties share name and type."""
        return hash((self.name, self.type))


@dataclass(frozen=True, slots=True)
class Constraint:
    """Something that must hold between properties of one record."""

    kind: str
    """``at_most`` (quantities) or ``not_after`` (dates)."""

    properties: tuple[str, str]
    """The first must be at most, or not after, the second."""


@dataclass(frozen=True, slots=True)
class RecordType:
    """A kind of record: somebody, an act, a document, a site."""

    name: str
    """Name, such as ``Death``."""

    parent: str | None
    """The type it is a kind of."""

    label: Label
    """What people read for one record, per language."""

    properties: Mapping[str, Property]
    """All properties by name, inherited ones first."""

    ancestors: tuple[str, ...] = ()
    """Parent, parent's parent, and so on."""

    own_properties: tuple[str, ...] = ()
    """Names of the properties that the type adds or refines itself."""

    huridocs: str | None = None
    """Code in the HURIDOCS list of types of acts (4), or number of a record of the Formats."""

    abstract: bool = False
    """True for types that only gather properties; no record has such a type."""

    about: str | None = None
    """Name of the link property to whom or what the record is about."""

    custody: str | None = None
    """``start`` when the act puts somebody into custody, ``end`` when it ends it."""

    once: bool = False
    """True when it can happen only once to one person: several accounts are one act."""

    clarifies: tuple[str, ...] = ()
    """``fate``, ``whereabouts`` or both: what the act settles for a disappeared person."""

    constraints: tuple[Constraint, ...] = ()
    """What must hold between its properties, inherited ones included."""

    level: str = "internal"
    """Sensitivity of the properties that name none themselves."""

    def is_a(self, name: str) -> bool:
        """Whether it is the named type or a kind of it."""
        return name == self.name or name in self.ancestors

    def links_to(self, name: str) -> tuple[str, ...]:
        """Names of the link properties that accept a record of the type ``name``."""
        return tuple(p.name for p in self.properties.values() if name in p.to)


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a term list."""

    code: str
    """Stable code that statements hold."""

    label: Label
    """What people read, per language."""

    aliases: tuple[str, ...] = ()
    """Other ways in which it is written, in any language."""

    parent: str | None = None
    """The broader term."""

    huridocs: str | None = None
    """Code of the nearest term in the list's HURIDOCS micro-thesaurus."""

    level: str | None = None
    """Sensitivity of statements with this term, when stricter than the property's."""

    definition: Label | None = None
    """What the word means here, where it is not plain."""

    stated_count: int | None = None
    """How many narrower terms the source says there are; None when it gives no number."""

    uncertain: bool = False
    """True when the term rests on sources that disagree or on one that was not seen."""


@dataclass(frozen=True)
class TermList:
    """A closed list of words that a property chooses from."""

    name: str
    """Name, such as ``manners_of_death``."""

    title: Label
    """What people read for the list as a whole, per language."""

    terms: Mapping[str, Term]
    """The terms by code, in the order of the file."""

    ordered: bool = False
    """True when the order of the terms is a scale, from the least to the most."""

    huridocs_list: int | None = None
    """Number of the HURIDOCS micro-thesaurus that the terms' codes belong to."""

    _index: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    """Folded code, label or alias to code."""

    def read(self, text: str) -> str | None:
        """Code of the term that ``text`` names by code, label or alias; None if none does.

        A HURIDOCS code names a term too, if no other term of the list has it.
        """
        if text in self.terms:
            return text
        return self._index.get(fold_label(text)) or self._with_code(text.strip())

    def _with_code(self, text: str) -> str | None:
        """The only term with a HURIDOCS code; codes are long, so that no count is taken for one."""
        if len(text) < SHORTEST_CODE or not (text.isascii() and text.isdecimal()):
            return None
        found = [code for code, term in self.terms.items() if term.huridocs == text]
        return found[0] if len(found) == 1 else None

    def label(self, code: str, lang: str) -> str:
        """The label of a term; the code itself for a term that is not in the list."""
        term = self.terms.get(code)
        return code if term is None else term.label[lang]

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The broader terms of a term, nearest first."""
        return tuple(_climb(code, self.terms))

    def is_within(self, code: str, ancestor: str) -> bool:
        """Whether a term is the given one or a narrower one."""
        return code == ancestor or ancestor in _climb(code, self.terms)


@dataclass(frozen=True, slots=True)
class Group:
    """A body, force, branch or court to which acts are attributed."""

    code: str
    """Stable code that statements hold."""

    label: Label
    """What people read, per language."""

    kind: str
    """``state``, ``non_state`` or ``unknown``."""

    aliases: tuple[str, ...] = ()
    """Other ways in which it is written, in any language."""

    parent: str | None = None
    """The body that it is part of, or is counted under."""

    valid_from: str | None = None
    """First day of its existence, ISO 8601; None when not recorded."""

    valid_to: str | None = None
    """Last day of its existence, ISO 8601; None while it exists or when not recorded."""

    number: str | None = None
    """The number by which a branch is known, such as ``215``."""

    huridocs: str | None = None
    """Code in the HURIDOCS list of types of perpetrators (24)."""

    uncertain: bool = False
    """True when sources disagree or its place in the hierarchy was not checked."""

    note: str | None = None
    """What is uncertain, or why it stands where it does."""


@dataclass(frozen=True, slots=True)
class KnownFacility:
    """A place of detention or a hospital that many sources name."""

    code: str
    """Stable code that links may hold instead of a record."""

    label: Label
    """What people read, per language."""

    kind: str
    """Code of the list ``facility_kinds``."""

    aliases: tuple[str, ...] = ()
    """Other ways in which it is written, in any language."""

    group: str | None = None
    """Code of the group that ran it."""

    place: str | None = None
    """P-code of where it is."""

    valid_from: str | None = None
    """First day of its use, ISO 8601; None when not recorded."""

    valid_to: str | None = None
    """Last day of its use, ISO 8601; None when not recorded."""

    uncertain: bool = False
    """True when sources disagree or it was not checked."""

    note: str | None = None
    """What is uncertain."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Something that figures count."""

    name: str
    """Name in figure queries, such as ``persons``."""

    record: str
    """Record type that is counted."""

    filter: Mapping[str, str]
    """Property and value that a record must have; empty when all records count."""

    label: Mapping[str, Mapping[str, str]]
    """Per language, the noun for each plural category of Unicode CLDR."""

    def noun(self, count: int, lang: str) -> str:
        """The noun that stands after ``count`` in a language."""
        forms = self.label[lang]
        return forms.get(plural_category(count, lang), forms["other"])


def plural_category(count: int, lang: str) -> str:
    """CLDR plural category of a whole number (Unicode CLDR plural rules, en and ar)."""
    if lang != "ar":
        return "one" if count == 1 else "other"
    if count in (0, 1, 2):
        return ("zero", "one", "two")[count]
    rest = count % 100
    if 3 <= rest <= 10:
        return "few"
    return "many" if rest >= 11 else "other"


def _climb(code: str, elements: Mapping[str, Term]) -> Iterable[str]:
    """Codes above one, nearest first."""
    term = elements.get(code)
    while term is not None and term.parent is not None:
        yield term.parent
        term = elements.get(term.parent)
