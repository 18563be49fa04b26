"""Which values are sealed: by their level, and because of whose they are.

Levels are the vocabulary's. Whose identity is sealed besides (children, survivors of sexual
violence, witnesses, whoever was marked) and which properties tell it stands in
``protected_people.toml``. Nothing is sealed here: this says what has to be.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from bayyina.disclosure.file_names import escaped, tells_of_somebody
from bayyina.disclosure.told_in_words import TellingWords
from bayyina.disclosure.watched_properties import FILE, SEALED, RulesReader, Watched
from bayyina.model.drafts import RecordDraft, ValueDraft
from bayyina.model.toml_reading import read_toml
from bayyina.model.vocabulary import Vocabulary

PERSON: Final = "Person"
"""Type of the records of people."""

_WORD: Final = re.compile(r"[^\W\d_]{3}")
"""Letters that are a word, and not a code."""

_NONE: Final[frozenset[str]] = frozenset()


class Bounds(NamedTuple):
    """First and last possible day of a date, ISO 8601; None where it has none."""

    lo: str | None
    hi: str | None


class StatedFact(NamedTuple):
    """What of a statement matters for whether somebody is protected."""

    property: str
    """Name of the property."""

    value: str
    """Normal form."""

    date: Bounds
    """Bounds of a date."""

    least: int | None
    """Least value of an age."""

    most: int | None
    """Greatest value of an age."""


@dataclass(frozen=True, eq=False)
class Protection:
    """The rules, for one vocabulary."""

    by_level: Mapping[str, frozenset[str]]
    """Properties that are sealed whoever it is, by record type."""

    identity: Mapping[str, frozenset[str]]
    """Properties that are sealed where the record is a protected person's, by record type;
    those of ``by_level`` among them."""

    months: Mapping[str, frozenset[str]]
    """Those of ``identity`` that are dates whose month stays in clear, by record type."""

    child_below: int
    """Age at which nobody is a child any more."""

    watched: Mapping[str, Watched]
    """What is looked at, by record type."""

    identifiers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Those of ``identity`` whose shared value makes two records one person, by record type."""

    positions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Those of ``by_level`` that are exact positions, beside which a coarse one stays in clear."""

    file_names: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Names and paths of files, by record type: sealed where they may tell of somebody."""

    plain_words: frozenset[str] = _NONE
    """Words that tell of nobody in the name of a file."""

    confidential: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Properties that are stated of nobody but who is protected, by record type."""

    only_about: frozenset[str] = _NONE
    """Types of records that are protected by whom they are about alone, not by whom they name."""

    def names(self, record_type: str, *, is_protected: bool) -> frozenset[str]:
        """Properties of a record that are sealed."""
        chosen = self.identity if is_protected else self.by_level
        return chosen.get(record_type) or self.by_level.get(record_type, _NONE)

    def watched_properties(self, record_type: str) -> frozenset[str]:
        """Properties of a type that tell whether somebody is protected; links left out."""
        watched = self.watched.get(record_type)
        return _NONE if watched is None else watched.all

    def seals(self, record_type: str, draft: ValueDraft, *, is_protected: bool) -> bool:
        """Whether a value is stored sealed.

        A date whose month stays is so only where it says more than the month.
        """
        if draft.property in self.file_names.get(record_type, ()):
            is_raw = draft.property.endswith("_bytes")
            return self.tells_in_name(escaped(draft.value) if is_raw else draft.value)
        if draft.property not in self.names(record_type, is_protected=is_protected):
            return False
        if draft.property in self.by_level.get(record_type, _NONE):
            return True
        if draft.property not in self.months.get(record_type, _NONE):
            return True
        return (draft.date_lo, draft.date_hi) != month_around(draft.date_lo, draft.date_hi)

    def tells_in_name(self, name: str) -> bool:
        """Whether the name or path of a file may tell of somebody: by a word, or a long number.

        ``IMG-20130512-WA0003.jpg`` and ``page 2.pdf`` do not; a telephone number does.
        """
        return tells_of_somebody(name, self.plain_words)

    def seals_wording(self, record_type: str, draft: ValueDraft, *, is_protected: bool) -> bool:
        """Whether the wording beside a value in clear is stored sealed.

        Words that somebody chose for what was done to a protected person, or for where, tell of
        them what no code does. Figures and letters of a code (``12/05/2013``, ``F``) say no more
        than the value does.
        """
        return (
            is_protected
            and draft.original is not None
            and _WORD.search(draft.original) is not None
            and not self.seals(record_type, draft, is_protected=True)
        )

    def stays(self, record_type: str, draft: ValueDraft) -> Bounds:
        """The bounds of a date that stay in clear when it is sealed."""
        if draft.property in self.months.get(
            record_type, _NONE
        ) and draft.property not in self.by_level.get(record_type, _NONE):
            return month_around(draft.date_lo, draft.date_hi)
        return Bounds(None, None)

    def protected(self, records: Sequence[RecordDraft], said_on: str | None) -> frozenset[str]:
        """Keys of the records of a row that are a protected person's: people, papers about them.

        Args:
            records: What the row reports.
            said_on: The day on which the list says so, ISO 8601.
        """
        facts = _RowFacts()
        for record in records:
            watched = self.watched.get(record.type)
            if watched is not None:
                facts.read(record, watched, self.child_below)
        found = facts.found | facts.children(said_on, self.child_below)
        confidential = {
            record.key
            for record in records
            if record.type in self.confidential
            and any(one.property in self.confidential[record.type] for one in record.values)
        }
        if not found:
            return frozenset(confidential)
        return frozenset(found | confidential | self._papers(records, found))

    def is_child(
        self,
        births: Iterable[Bounds],
        acts: Iterable[Bounds],
        ages: Iterable[tuple[int | None, int | None]],
        said_on: str | None,
    ) -> bool:
        """Whether what is stated of somebody, and of acts about them, is or may be a child's."""
        if any(_is_young(least, most, self.child_below) for least, most in ages):
            return True
        days = [*acts, Bounds(said_on, said_on)]
        return any(
            _is_before(day, _coming_of_age(b, self.child_below)) for b in births for day in days
        )

    def _papers(self, records: Sequence[RecordDraft], people: set[str]) -> set[str]:
        """Records of other types with identity properties that belong to protected people."""
        papers = {r.key for r in records if r.type != PERSON and r.type in self.identity}
        if not papers:
            return set()
        about = {r.key for r in records if self._names(r, people)}
        pointed_at = {key for r in records if r.key in about for _, key in r.links}
        return papers & (
            about | pointed_at | {r.key for r in records if any(key in about for _, key in r.links)}
        )

    def _names(self, record: RecordDraft, people: set[str]) -> bool:
        """Whether a record is about some people or, unless its type forbids that, names them."""
        if record.type in self.only_about:
            watched = self.watched.get(record.type)
            return watched is not None and _linked(record, watched.about) in people
        return any(key in people for _, key in record.links)


class _RowFacts:
    """What one row states that matters, gathered by the key of the person."""

    def __init__(self) -> None:
        self.found: set[str] = set()
        self._births: dict[str, list[Bounds]] = {}
        self._days: dict[str, list[Bounds]] = {}

    def read(self, record: RecordDraft, watched: Watched, below: int) -> None:
        """Take in one record of the row."""
        person = record.key if record.type == PERSON else _linked(record, watched.about)
        for name, key in record.links:
            if name in watched.witness_links:
                self.found.add(key)
        if person is None:
            if any(one.property in watched.texts and watched.tells(one) for one in record.values):
                self.found.add(record.key)
            return
        names = watched.all
        for one in record.values:
            name = one.property
            if name not in names:
                continue
            if name in watched.dates:
                self._days.setdefault(person, []).append(Bounds(one.date_lo, one.date_hi))
            elif name in watched.births:
                self._births.setdefault(person, []).append(Bounds(one.date_lo, one.date_hi))
            elif name in watched.ages:
                if _is_young(one.num_lo, one.num_hi, below):
                    self.found.add(person)
            elif name in watched.flags:
                if one.value == "yes":
                    self.found.add(person)
            elif watched.tells(one):
                self.found.add(person)

    def children(self, said_on: str | None, below: int) -> set[str]:
        """People who were, or may have been, children at an act or on the day of the list."""
        found = set()
        for person, births in self._births.items():
            days = [*self._days.get(person, ()), Bounds(said_on, said_on)]
            if any(_is_before(day, _coming_of_age(b, below)) for b in births for day in days):
                found.add(person)
        return found


def month_around(lo: str | None, hi: str | None) -> Bounds:
    """The bounds of a date widened to whole months."""
    first = None if lo is None else f"{lo[:7]}-01"
    if hi is None:
        return Bounds(first, None)
    year, month = int(hi[:4]), int(hi[5:7])
    return Bounds(first, f"{hi[:7]}-{monthrange(year, month)[1]:02d}")


@lru_cache(maxsize=8)
def protection(vocabulary: Vocabulary) -> Protection:
    """The rules that come with the program, for a vocabulary."""
    text = files("bayyina.disclosure").joinpath(FILE).read_text(encoding="utf-8")
    return read_protection(text, vocabulary)


def read_protection(text: str, vocabulary: Vocabulary) -> Protection:
    """The rules that a text states, for a vocabulary.

    Raises:
        SmallFileError: it is not TOML, or names something that the vocabulary does not have.
    """
    data: Mapping[str, Any] = read_toml(text).data
    rules = RulesReader(vocabulary)
    in_clear = data["in_clear"]["properties"]
    for path in in_clear:
        rules.check(path)
    by_level = {
        name: frozenset(
            prop.name
            for prop in kind.properties.values()
            if SEALED in (kind.level, prop.level) and f"{name}.{prop.name}" not in in_clear
        )
        for name, kind in vocabulary.types.items()
    }
    positions = rules.by_type(data["positions"]["sealed"], "geopoint")
    always = rules.by_type(data["always"]["sealed"], "text")
    for name, own in (*positions.items(), *always.items()):
        by_level[name] = by_level.get(name, _NONE) | own
    identity: dict[str, frozenset[str]] = {}
    months: dict[str, frozenset[str]] = {}
    for name, one in data["identity"].items():
        dates = rules.properties(name, one.get("month_stays", ()), "date")
        for kind in vocabulary.kinds_of(name):
            if vocabulary.types[kind].abstract:
                continue
            own = rules.properties(name, one["sealed"]) | dates
            if one.get("texts", False):
                own |= rules.texts(kind) - rules.properties(name, one.get("texts_stay", ()))
            identity[kind] = identity.get(kind, by_level[kind]) | own
            months[kind] = months.get(kind, _NONE) | dates
    child, survivor = data["child"], data["survivor"]
    terms = rules.words_of_sealed_terms(survivor["terms_of"])
    words, papers = survivor["words"], survivor["papers"]
    in_papers = [one for one in words if one not in papers["without"]]
    watched = rules.watched(
        ages=child["ages"],
        births=child["births"],
        dates=child["acts"],
        flags=data["marked"]["flags"],
        codes={
            **{name: frozenset(codes) for name, codes in child["groups"].items()},
            **{name: rules.sealed_terms(name) for name in survivor["terms_of"]},
        },
        witness_links=data["witness"]["links"],
        told=(
            (TellingWords([*words, *terms]), survivor["texts"]),
            (TellingWords([*in_papers, *papers["words"], *terms]), papers["texts"]),
        ),
    )
    return Protection(
        {name: names for name, names in by_level.items() if names},
        identity,
        months,
        int(child["below"]),
        watched,
        {
            kind: frozenset(
                name
                for name in names
                if vocabulary.types[kind].properties[name].type == "identifier"
            )
            for kind, names in identity.items()
        },
        positions,
        rules.by_type(data["file_names"]["properties"], "text"),
        frozenset(data["file_names"]["plain_words"]),
        rules.by_type(data["confidential"]["stated"], "text"),
        frozenset(data["only_about"]["types"]),
    )


def _linked(record: RecordDraft, name: str | None) -> str | None:
    """The key that a link of a record names."""
    return next((key for link, key in record.links if link == name), None)


def _is_young(least: int | None, most: int | None, below: int) -> bool:
    """Whether an age is, or may be, a child's."""
    return (least is not None and least < below) or (
        least is None and most is not None and most < below
    )


def _coming_of_age(birth: Bounds, below: int) -> str:
    """The last day on which somebody may come of age; empty where nothing is known."""
    last = birth.hi or birth.lo
    return "" if last is None else f"{int(last[:4]) + below:04d}{last[4:]}"


def _is_before(day: Bounds, limit: str) -> bool:
    """Whether a day lies, or may lie, before another one."""
    if not limit:
        return False
    return (day.lo is not None and day.lo < limit) or (day.hi is not None and day.hi < limit)
