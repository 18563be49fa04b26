"""What the words of a figure query mean: units, types, properties, values, keys.

Every refusal names the position, what was expected, and the nearest known word.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from bayyina.errors import DateUnreadableError, QueryError
from bayyina.figures.assembled import UNVERIFIED, VERIFICATIONS
from bayyina.figures.ports import PlaceTree
from bayyina.figures.query_tokens import Token
from bayyina.figures.query_tree import DERIVED_KEYS, STATES, Comparison, Interval
from bayyina.figures.relations import (
    NUMBER_TYPES,
    PERSON,
    VERIFICATION,
    VERIFIED,
    FoundProperty,
    find_property,
    is_about_person,
    links_between,
    occurred_property,
    property_names,
    record_types,
    relation,
)
from bayyina.model.partial_dates import read_date
from bayyina.model.vocabulary import Property, Vocabulary

DEMOGRAPHICS: Final = ("child", "woman", "man")
"""Values of ``demographic``: children, and adults by sex."""

AGE_CLASSES: Final = ("child", "adult")
"""Values of ``age_class``."""

IDENTIFICATION: Final = "Identification"
"""Record type that says whose body it is."""

_SIZE_DIGITS: Final = 7
_ORDERED: Final = ("<", "<=", ">", ">=")
_PERSON_STATES: Final = frozenset(STATES) - {"identified"}
_PLACE_LEVELS: Final = ("governorate", "district", "subdistrict")
_FLAGS: Final = {"yes": "yes", "no": "no", "true": "yes", "false": "no", "نعم": "yes", "لا": "no"}


@dataclass(frozen=True)
class QueryWords:
    """The words that queries may use."""

    vocabulary: Vocabulary
    """Units, record types, properties, terms, groups."""

    places: PlaceTree
    """Places by code and name."""

    methodologies: Collection[str] = ()
    """Names after ``under``."""

    standards: Collection[str] | None = None
    """Names of documentation standards; None: any name may stand after ``verified=``."""

    def unit(self, token: Token) -> str:
        """The unit that the word names."""
        if token.text in self.vocabulary.units:
            return token.text
        raise unknown("a unit", token, self.vocabulary.units)

    def state(self, token: Token, unit: str) -> str:
        """The state that the word names, if records of the unit can be in it."""
        record = self.vocabulary.units[unit].record
        fits = (
            token.text in _PERSON_STATES
            if record == PERSON
            else token.text == "identified"
            and bool(links_between(self.vocabulary, IDENTIFICATION, record))
        )
        if token.text == "identified" and record == PERSON:
            fits = True
        if fits:
            return token.text
        raise QueryError(
            f"Position {token.position}: `{unit}` cannot be {token.text}.",
            hint="Only persons are held, disappeared, released, dead or located; "
            "bodies and persons are identified.",
        )

    def act(self, token: Token, unit: str) -> str:
        """The record type that the word names, if it has to do with the unit."""
        if not record_types(self.vocabulary, token.text):
            names = [*self.vocabulary.types, *property_names(self.vocabulary, self._record(unit))]
            raise unknown("a record type, or a property followed by `=`", token, names)
        if relation(self.vocabulary, self._record(unit), token.text) is None:
            raise QueryError(
                f"Position {token.position}: nothing links {token.text} to {unit}.",
                hint=f"Count a unit that {token.text} is about.",
            )
        return token.text

    def property(self, token: Token, record: str) -> FoundProperty:
        """The property that the word names, as seen from a record type."""
        found = find_property(self.vocabulary, record, token.text)
        if found is None:
            names = property_names(self.vocabulary, record)
            raise unknown(f"a property of {record}", token, names)
        return found

    def comparison(
        self, name: Token, operator: str, values: list[Token], record: str
    ) -> Comparison:
        """A comparison with its values in normal form."""
        found = self.property(name, record)
        kind = "" if found.property is None else found.property.type
        if operator in _ORDERED and (found.origin == "derived" or kind not in _orderable()):
            raise QueryError(
                f"Position {name.position}: `{name.text}` has no order, so `{operator}` "
                "says nothing about it.",
                hint="Use =, != or in (…).",
            )
        texts = tuple(self._value(found, name.text, value) for value in values)
        return Comparison(name.text, operator, texts)

    def key(self, token: Token, unit: str, rows: Collection[str], *, or_group: bool = False) -> str:
        """The key that the word names.

        Args:
            token: The word.
            unit: What is counted.
            rows: Record types whose records divide the figure, the unit's own included.
            or_group: Whether a group could stand there too, as after ``held by``.
        """
        name = token.text
        possible = set(DERIVED_KEYS)
        for record in (self._record(unit), *rows):
            possible.update(self._groupable(record))
        if name not in possible:
            if or_group:
                raise unknown("a group or a key", token, {*possible, *self.vocabulary.groups})
            raise unknown("a key", token, possible)
        if name == "already_known" and not self._is_identified(unit):
            raise QueryError(
                f"Position {token.position}: `already_known` divides identified bodies only.",
                hint="Write: count bodies identified by already_known.",
            )
        dated = any(occurred_property(self.vocabulary, record) for record in rows)
        if name in ("year", "month", "age_class", "demographic") and not dated:
            raise QueryError(
                f"Position {token.position}: `{name}` is that of an act, and no act is named.",
                hint="Name one: with Death(…), or a state such as held.",
            )
        return name

    def group(self, token: Token) -> str:
        """The group that the word names by code, label or alias."""
        code = self.vocabulary.read_group(token.text)
        if code is None:
            raise unknown("a group", token, self.vocabulary.groups)
        return code

    def methodology(self, token: Token) -> str:
        """The methodology that the word names."""
        if token.text not in self.methodologies:
            raise unknown("a methodology", token, self.methodologies)
        return token.text

    def _value(self, found: FoundProperty, name: str, token: Token) -> str:
        if name == "demographic":
            return _one_of(DEMOGRAPHICS, token)
        if name == "age_class":
            return self._age_class(token)
        if name == VERIFICATION:
            return _one_of((*VERIFICATIONS, UNVERIFIED), token)
        if name == VERIFIED and self.standards is not None:
            if token.text not in self.standards:
                raise unknown("a documentation standard", token, self.standards)
            return token.text
        if found.property is None:
            return token.text
        return self._property_value(found.property, token)

    def _age_class(self, token: Token) -> str:
        """A class by its code or, where the vocabulary lists them, by its label."""
        terms = self.vocabulary.term_lists.get("age_classes")
        code = None if terms is None else terms.read(token.text)
        return code if code in AGE_CLASSES else _one_of(AGE_CLASSES, token)

    def _property_value(self, prop: Property, token: Token) -> str:
        if prop.type == "term" and prop.of is not None:
            return self._term(prop.of, token)
        if prop.type == "group":
            return self.group(token)
        if prop.type == "place":
            return self._place(token)
        if prop.type == "flag":
            flag = _FLAGS.get(token.text.casefold())
            return flag if flag is not None else _one_of(("yes", "no"), token)
        if prop.type == "date":
            return read_interval(token).text
        if prop.type in NUMBER_TYPES:
            return _whole_number(token)
        if prop.type == "link":
            return self.vocabulary.read_facility(token.text) or token.text
        return token.text

    def _term(self, list_name: str, token: Token) -> str:
        terms = self.vocabulary.term_lists[list_name]
        code = terms.read(token.text)
        if code is None:
            raise unknown(f"a term of `{list_name}`", token, terms.terms)
        return code

    def _place(self, token: Token) -> str:
        place = self.places.read(token.text, None)
        if place is None:
            raise QueryError(
                f"Position {token.position}: `{token.text}` is not a place of the gazetteer.",
                hint="Write a P-code such as SY01, or a name of the gazetteer in quotes.",
            )
        return str(place.code)

    def _record(self, unit: str) -> str:
        return self.vocabulary.units[unit].record

    def _is_identified(self, unit: str) -> bool:
        record = self._record(unit)
        return record != PERSON and bool(links_between(self.vocabulary, IDENTIFICATION, record))

    def _groupable(self, record: str) -> list[str]:
        """Properties that may divide a figure: nothing that is sealed or names somebody."""
        records = [record, *record_types(self.vocabulary, record)]
        if is_about_person(self.vocabulary, record):
            records.append(PERSON)
        return [
            prop.name
            for kind in records
            for prop in self.vocabulary.types[kind].properties.values()
            if may_divide(prop)
        ]


def may_divide(prop: Property) -> bool:
    """Whether figures may be divided by a property: its groups must not single people out."""
    kinds = ("term", "group", "place", "flag", "text", "link")
    return prop.type in kinds and prop.level in ("public", "internal")


def read_interval(token: Token) -> Interval:
    """The days that an EDTF date or interval spans.

    Raises:
        QueryError: it is not one.
    """
    try:
        read = read_date(token.text)
    except DateUnreadableError as error:
        raise QueryError(
            f"Position {token.position}: {token} is not a date or an interval of dates.",
            hint="Write EDTF: 2013, 2013-05, 2011-03/2023-10, or 2023-11-17/.. for an open end.",
        ) from error
    return Interval(read.edtf, read.lo, read.hi)


def read_day(token: Token) -> date:
    """A whole day, ISO 8601.

    Raises:
        QueryError: it is not one.
    """
    try:
        return date.fromisoformat(token.text)
    except ValueError as error:
        raise QueryError(
            f"Position {token.position}: expected a whole day, not {token}.",
            hint="Write it as 2023-08-31.",
        ) from error


def read_size(token: Token) -> int | None:
    """A number of entries of the custody log; None when the word is none."""
    is_number = token.kind == "word" and token.text.isascii() and token.text.isdecimal()
    return int(token.text) if is_number and len(token.text) <= _SIZE_DIGITS else None


def unknown(wanted: str, token: Token, known: Collection[str]) -> QueryError:
    """The error for a word that is not among the known ones."""
    near = difflib.get_close_matches(token.text, sorted(known), n=3, cutoff=0.6)
    if near:
        hint = f"Did you mean {' or '.join(f'`{word}`' for word in near)}?"
    else:
        few = sorted(known)[:12]
        hint = f"Known: {', '.join(few)}{', …' if len(known) > len(few) else ''}."
    return QueryError(f"Position {token.position}: expected {wanted}, not {token}.", hint=hint)


def _one_of(values: Collection[str], token: Token) -> str:
    if token.text in values:
        return token.text
    raise unknown("one of " + ", ".join(values), token, values)


def _whole_number(token: Token) -> str:
    try:
        return str(int(token.text))
    except ValueError as error:
        raise QueryError(
            f"Position {token.position}: expected a whole number, not {token}."
        ) from error


def _orderable() -> tuple[str, ...]:
    return (*NUMBER_TYPES, "date")
