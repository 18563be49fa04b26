"""Scopes of claims and the algebra over them: equal, within, disjoint, overlapping, unknown.

A scope has dimensions: what is counted (unit, act), each property of the act and of the
people counted (party, place, sex, manner ...), the days, and the axis they are of. A
dimension that a claim does not name is not restricted by it. Two scopes are compared
dimension by dimension; one dimension in which they are disjoint makes them disjoint, one of
which nothing is known leaves the whole unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product
from typing import Final, NamedTuple

from bayyina.claims.days import Days, read_days
from bayyina.claims.words import Atoms, Relation, Words, folded_people
from bayyina.standards.claims_file import Claim, Word

NEAR_DAYS: Final = 31
"""Days of which a stock is given that lie no further apart are one day, less exactly told."""

_MOST_VARIANTS: Final = 512

Props = tuple[tuple[str, Atoms], ...]


class ScopeKey(NamedTuple):
    """Everything of a scope but its days."""

    unit: str
    """Record type that is counted, or a word of the editor; empty when not stated."""

    act: str
    """The act or state; empty when not stated."""

    props: Props
    """Properties by key, sorted."""

    per: str
    """What the number is for each of; empty for a total."""

    axis: str
    """``occurred`` or ``documented``; empty when not stated."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a figure is about."""

    key: ScopeKey
    """What is counted, of whom, by whom, where."""

    days: Days | None
    """The period, or for a stock the day or days as of which it is given."""

    is_stock: bool
    """Whether it counts a state as of a day, not acts in a period."""

    methodology: str
    """Rules by which the source counts; empty when not stated."""

    @property
    def props(self) -> dict[str, Atoms]:
        """Properties by key."""
        return dict(self.key.props)


def read_scope(claim: Claim, words: Words) -> Scope:
    """The scope of a figure or share."""
    axis = claim.axis if claim.axis in ("occurred", "documented") else ""
    said = tuple((k, _plain(w)) for k, w in (*(claim.what or {}).items(), *_short_forms(claim)))
    key = _read_key(claim.unit, said, words)._replace(per=claim.per or "", axis=axis)
    is_stock = words.is_state(key.act) or (claim.as_of is not None and claim.period is None)
    return Scope(key, _days(claim, is_stock=is_stock), is_stock, claim.methodology or "")


def _plain(word: Word) -> Word:
    """A word that is equal to no word of another kind: ``True`` would be equal to 1."""
    if isinstance(word, bool):
        return "yes" if word else "no"
    return word


@lru_cache(maxsize=8192)
def _read_key(unit: str | None, said: tuple[tuple[str, Word], ...], words: Words) -> ScopeKey:
    """What is counted, of whom, by whom, where; many claims say the same of it."""
    record, filters = words.unit(unit) if unit is not None else ("", ())
    stated = dict(said).get("act")
    act = words.act(stated) if isinstance(stated, str) else _act_of_unit(record, words)
    if record and record == act and words.happens_once(act):
        record = "Person"
    props: dict[str, Atoms] = {}
    for name, word in (*said, *filters):
        for key, value in folded_people(name, word):
            if key != "act":
                props[key] = words.read(act, key, value)
    return ScopeKey(record, act, tuple(sorted(props.items(), key=lambda p: p[0])), "", "")


def _short_forms(claim: Claim) -> Iterator[tuple[str, str]]:
    if claim.party is not None:
        yield "by", claim.party
    if claim.place is not None:
        yield "place", claim.place
    if claim.population is not None:
        said = list(folded_people("who", claim.population))
        yield ("who", claim.population) if said[0][0] != "who" else ("population", claim.population)


def _act_of_unit(unit: str, words: Words) -> str:
    return unit if unit in words.vocabulary.types and unit != "Person" else ""


def _days(claim: Claim, *, is_stock: bool) -> Days | None:
    if not is_stock:
        return read_days(claim.period)
    if claim.as_of is not None:
        return read_days(claim.as_of)
    days = read_days(claim.period)
    if days is None or "/" not in (claim.period or ""):
        return days
    return Days(days.end, days.end)


def relation_of(one: Scope, other: Scope, words: Words) -> Relation:
    """How the first scope lies to the second."""
    return joined((key_relation(one.key, other.key, words), days_relation(one, other)))


def key_relation(one: ScopeKey, other: ScopeKey, words: Words) -> Relation:
    """How two scopes lie to each other, their days left aside."""
    if one == other:
        return Relation.EQUAL
    if one.per != other.per or one.axis != other.axis or one.unit != other.unit:
        return Relation.UNKNOWN
    found = [_act_relation(one.act, other.act, words)]
    first, second = dict(one.props), dict(other.props)
    found.extend(
        _property_relation(name, first.get(name), second.get(name), words)
        for name in first.keys() | second.keys()
    )
    return joined(found)


def _act_relation(one: str, other: str, words: Words) -> Relation:
    if one == other:
        return Relation.EQUAL
    if one and other and words.is_kind_of(one, other):
        return Relation.WITHIN
    if one and other and words.is_kind_of(other, one):
        return Relation.CONTAINS
    return Relation.UNKNOWN


def _property_relation(name: str, one: Atoms | None, other: Atoms | None, words: Words) -> Relation:
    if one is None or other is None:
        if name == "population":
            return Relation.UNKNOWN
        return Relation.CONTAINS if one is None else Relation.WITHIN
    return words.relation(name, one, other)


def days_relation(one: Scope, other: Scope) -> Relation:
    """How the days of two scopes lie to each other."""
    if one.days is None or other.days is None:
        return Relation.EQUAL if one.days is other.days else Relation.UNKNOWN
    if one.is_stock != other.is_stock:
        return Relation.UNKNOWN
    if one.is_stock:
        gap = max(one.days.start, other.days.start) - min(one.days.end, other.days.end)
        return Relation.EQUAL if gap < NEAR_DAYS else Relation.UNKNOWN
    if one.days == other.days:
        return Relation.EQUAL
    if other.days.contains(one.days):
        return Relation.WITHIN
    if one.days.contains(other.days):
        return Relation.CONTAINS
    return Relation.OVERLAP if one.days.meets(other.days) else Relation.DISJOINT


def joined(relations: Iterable[Relation]) -> Relation:
    """The relation of two scopes from those of their dimensions."""
    found = set(relations)
    if Relation.DISJOINT in found:
        return Relation.DISJOINT
    if Relation.UNKNOWN in found:
        return Relation.UNKNOWN
    found.discard(Relation.EQUAL)
    if not found:
        return Relation.EQUAL
    return found.pop() if len(found) == 1 else Relation.OVERLAP


class BroaderScopes:
    """Finds, among the scopes of a file, those that contain a given one.

    Each property is left out, kept, or replaced by what lies above it in its hierarchy;
    only properties and values that the file has are tried.
    """

    def __init__(self, keys: Iterable[ScopeKey], words: Words) -> None:
        """Remember the scopes to be found."""
        self._keys = frozenset(keys)
        self._words = words
        self._values = frozenset(pair for key in self._keys for pair in key.props)
        self._shapes: dict[tuple[str, str, str], set[tuple[str, ...]]] = {}
        for key in self._keys:
            shapes = self._shapes.setdefault((key.unit, key.per, key.axis), set())
            shapes.add(tuple(name for name, _ in key.props))

    def of(self, key: ScopeKey) -> Iterator[ScopeKey]:
        """Scopes that contain the given one, itself left out; at most some hundreds are tried."""
        own = dict(key.props)
        for shape in self._shapes.get((key.unit, key.per, key.axis), ()):
            if not own.keys() >= set(shape) or "population" in own.keys() - set(shape):
                continue
            choices = [self._choices(name, own[name]) for name in shape]
            for props in islice(product(*choices), _MOST_VARIANTS):
                for act in self._words.parents_of(key.act):
                    broader = key._replace(act=act, props=props)
                    if broader != key and broader in self._keys:
                        yield broader

    def _choices(self, name: str, atoms: Atoms) -> list[tuple[str, Atoms]]:
        values = [(name, atoms)]
        if len(atoms) == 1:
            (atom,) = atoms
            values += [(name, frozenset({above})) for above in self._words.above(atom)]
        return [value for value in values if value in self._values]


def without(key: ScopeKey, *names: str) -> ScopeKey:
    """A key with some properties left out."""
    return key._replace(props=tuple(pair for pair in key.props if pair[0] not in names))


def differing(one: ScopeKey, other: ScopeKey) -> frozenset[str]:
    """Names of the dimensions in which two keys differ."""
    first, second = dict(one.props), dict(other.props)
    names = {n for n in first.keys() | second.keys() if first.get(n) != second.get(n)}
    names |= {n for n in ("unit", "act", "per", "axis") if getattr(one, n) != getattr(other, n)}
    return frozenset(names)
