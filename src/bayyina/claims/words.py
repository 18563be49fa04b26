"""What the words of a claim's scope mean, and how two of them lie to each other.

Words of the vocabulary are compared by its hierarchies: a branch lies within its
directorate, a district within its governorate, a manner of death within a broader one. A
word that the vocabulary does not know is equal to itself; of two different such words
nothing is known, since one may be another name for the other or a part of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from functools import lru_cache
from typing import Final, NamedTuple

from bayyina.model.label_folding import fold_label
from bayyina.model.places import Gazetteer
from bayyina.model.vocabulary import Vocabulary
from bayyina.standards.claim_words import (
    DERIVED_STATES,
    property_of,
    read_act,
    read_term,
    read_unit,
)
from bayyina.standards.claims_file import Word

KEYS: Final[Mapping[str, str]] = {
    "party": "by",
    "perpetrator": "by",
    "gender": "sex",
    "location": "place",
    "governorate": "place",
    "country": "place",
    "age_group": "age_class",
}
"""Other words for the keys of a scope."""

PEOPLE: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "women": (("sex", "female"), ("age_class", "adult")),
    "woman": (("sex", "female"), ("age_class", "adult")),
    "men": (("sex", "male"), ("age_class", "adult")),
    "man": (("sex", "male"), ("age_class", "adult")),
    "girls": (("sex", "female"), ("age_class", "child")),
    "boys": (("sex", "male"), ("age_class", "child")),
    "children": (("age_class", "child"),),
    "minors": (("age_class", "child"),),
    "adults": (("age_class", "adult"),),
    "females": (("sex", "female"),),
    "males": (("sex", "male"),),
    "civilians": (("category", "civilian"),),
}
"""Words for groups of people that say sex, age or both."""

_PEOPLE_KEYS: Final = ("sex", "age_class", "category", "group", "who", "demographic")
_OVERLAPPING: Final = frozenset({"method", "methods", "purpose", "charge", "injury", "violation"})
_STATES: Final = frozenset(DERIVED_STATES)


class Relation(Enum):
    """How one scope lies to another."""

    EQUAL = "equal"
    WITHIN = "within"
    CONTAINS = "contains"
    DISJOINT = "disjoint"
    OVERLAP = "overlap"
    UNKNOWN = "unknown"


class Atom(NamedTuple):
    """One word of a scope, read."""

    kind: str
    """``group``, ``place``, ``term:LIST``, ``plain`` (a number or yes/no), or ``own``."""

    code: str
    """The vocabulary's code, or the word folded for comparison."""


Atoms = frozenset[Atom]


class Words:
    """Reads and compares the words of scopes; one vocabulary, each word looked up once."""

    def __init__(self, vocabulary: Vocabulary, gazetteer: Gazetteer) -> None:
        """Use the words of a vocabulary and the places of a gazetteer."""
        self.vocabulary = vocabulary
        self._gazetteer = gazetteer
        self.read = lru_cache(maxsize=65536)(self._read)
        self.relation = lru_cache(maxsize=65536)(self._relation)
        self.unit = lru_cache(maxsize=4096)(self._unit)
        self.act = lru_cache(maxsize=4096)(self._act)

    def _act(self, word: str) -> str:
        """The act that a word names: the vocabulary's name, or the word folded."""
        return read_act(word, self.vocabulary) or fold_label(word)

    def _unit(self, word: str) -> tuple[str, tuple[tuple[str, str], ...]]:
        """What a unit counts (a record type, or the word itself), and what that restricts."""
        name = read_unit(word, self.vocabulary)
        if name is None:
            return fold_label(word).removesuffix("s"), ()
        unit = self.vocabulary.units[name]
        return unit.record, tuple(sorted((k, str(v)) for k, v in unit.filter.items()))

    def happens_once(self, act: str) -> bool:
        """Whether an act can happen to a person only once, so that acts and people are equal."""
        record = self.vocabulary.types.get(act)
        return record is not None and record.once

    def is_state(self, act: str) -> bool:
        """Whether it is a state as of a day rather than an act in a period."""
        return act in _STATES

    def is_kind_of(self, act: str, other: str) -> bool:
        """Whether an act is another one or a kind of it."""
        record = self.vocabulary.types.get(act)
        return act == other or (record is not None and record.is_a(other))

    def parents_of(self, act: str) -> tuple[str, ...]:
        """The act and every kind of act that it is, apart from those without meaning here."""
        record = self.vocabulary.types.get(act)
        above = record.ancestors if record is not None else ()
        return (act, *(name for name in above if name not in ("Act", "Record")))

    def above(self, atom: Atom) -> tuple[Atom, ...]:
        """Everything that a word lies within, nearest first."""
        codes: list[str] = []
        if atom.kind == "group":
            group = self.vocabulary.groups.get(atom.code)
            while group is not None and group.parent is not None:
                codes.append(group.parent)
                group = self.vocabulary.groups.get(group.parent)
        elif atom.kind == "place":
            place = self._gazetteer.get(atom.code)
            while place is not None and place.parent is not None:
                codes.append(place.parent)
                place = self._gazetteer.get(place.parent)
        elif atom.kind.startswith("term:"):
            name = atom.kind.removeprefix("term:").removesuffix("*")
            codes.extend(self.vocabulary.term_lists[name].ancestors(atom.code))
        return tuple(Atom(atom.kind, code) for code in codes)

    def _read(self, act: str, key: str, word: Word) -> Atoms:
        """What a word means under a key of the scope of an act."""
        if isinstance(word, tuple):
            return frozenset(atom for one in word for atom in self.read(act, key, one))
        if not isinstance(word, str):
            return frozenset({Atom("plain", f"{float(word):.12g}")})
        return frozenset({self._atom(act, key, word)})

    def _atom(self, act: str, key: str, word: str) -> Atom:
        record = self.vocabulary.types.get("Act" if self.is_state(act) else act)
        prop = property_of(key, record, self.vocabulary)
        kind = prop.type if prop is not None else ""
        if kind == "group" or key == "by":
            code = self.vocabulary.read_group(word)
            return Atom("group", code) if code is not None else Atom("own", fold_label(word))
        if kind == "place" or key == "place":
            place = self._gazetteer.read(word)
            return Atom("place", place.code) if place else Atom("own", fold_label(word))
        if kind == "term" and prop is not None and prop.of is not None:
            code = read_term(word, self.vocabulary.term_lists[prop.of])
            several = "*" if prop.multiple else ""
            return Atom(f"term:{prop.of}{several}" if code else "own", code or fold_label(word))
        folded = fold_label(word)
        if kind == "flag" or folded in ("yes", "no") or folded.isdigit():
            return Atom("plain", folded)
        return Atom("own", folded)

    def _relation(self, key: str, one: Atoms, other: Atoms) -> Relation:
        """How what one value of a key covers lies to what another covers."""
        if one == other:
            return Relation.EQUAL
        inside = all(any(self._covers(b, a) for b in other) for a in one)
        around = all(any(self._covers(a, b) for a in one) for b in other)
        if inside or around:
            return Relation.WITHIN if inside else Relation.CONTAINS
        if any(self._covers(a, b) or self._covers(b, a) for a in one for b in other):
            return Relation.OVERLAP
        apart = all(self._are_apart(key, a, b) for a in one for b in other)
        return Relation.DISJOINT if apart else Relation.UNKNOWN

    def _covers(self, one: Atom, other: Atom) -> bool:
        if one == other:
            return True
        if one.kind != other.kind:
            return False
        if one.kind == "group":
            return self.vocabulary.is_group_within(other.code, one.code)
        if one.kind == "place":
            return self._gazetteer.is_within(other.code, one.code)
        if one.kind.startswith("term:"):
            name = one.kind.removeprefix("term:").removesuffix("*")
            return self.vocabulary.term_lists[name].is_within(other.code, one.code)
        return False

    def _are_apart(self, key: str, one: Atom, other: Atom) -> bool:
        if one.kind != other.kind or one.kind == "own" or one.kind.endswith("*"):
            return False
        return "unknown" not in (one.code, other.code) and key not in _OVERLAPPING

    def may_be_told_apart(self, key: str, one: Atoms, other: Atoms) -> bool:
        """Whether two own words under a key look like two parts of one division.

        They do not where one person or act can have several of them, or where one word
        contains the other ("north gaza", "gaza").
        """
        if key in _OVERLAPPING:
            return False
        pairs = [(a.code.split(), b.code.split()) for a in one for b in other]
        if any(a.kind.endswith("*") for a in (*one, *other)):
            return False
        return not any(set(a) <= set(b) or set(b) <= set(a) for a, b in pairs)


def folded_people(key: str, word: Word) -> Iterable[tuple[str, Word]]:
    """A key and word of a scope with words such as “women” told in sex and age."""
    name = KEYS.get(key, key)
    if name in _PEOPLE_KEYS and isinstance(word, str):
        said = PEOPLE.get(word.strip().lower())
        if said is not None:
            return said
    return ((name, word),)
