"""What can be wrong in a claims file whose shape is right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from bayyina.model.vocabulary import RecordType, Vocabulary
from bayyina.standards.claim_words import (
    DERIVED_STATES,
    property_of,
    read_act,
    read_term,
    read_unit,
    slip_of,
)
from bayyina.standards.claims_file import Bounds, Claim, ClaimsFile, Relation, Word, edtf_fault
from bayyina.standards.shapes import Misfit, Path

YEARLESS: Final = re.compile(r"XXXX-(\d\d)(?:-(\d\d))?")
"""A month or day whose year the source does not state."""

RELATION_KINDS: Final = ("sum", "disjoint", "same_event", "same_fact", "not_same", "nested")
"""What can be declared about several claims."""

_LONGEST_MONTHS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def check_claims_content(content: ClaimsFile, vocabulary: Vocabulary) -> Iterator[Misfit]:
    """What does not hold in a file whose shape is right."""
    fault_of = _WordFaults(vocabulary)
    seen: dict[str, int] = {}
    for index, claim in enumerate(content.claims):
        path: Path = ("claims", index)
        if claim.id in seen:
            yield Misfit((*path, "id"), f"is already the id of claim {seen[claim.id] + 1}")
        seen.setdefault(claim.id, index)
        yield from _check_claim(claim, path, fault_of)
    yield from _check_references(content, seen)
    for index, relation in enumerate(content.relations):
        yield from _check_relation(relation, ("relations", index), seen)


def _check_references(content: ClaimsFile, seen: Mapping[str, int]) -> Iterator[Misfit]:
    parent_of = {claim.id: claim.part_of for claim in content.claims}
    for index, claim in enumerate(content.claims):
        for key in ("part_of", "of"):
            target: str | None = getattr(claim, key)
            if target is not None and target not in seen:
                yield Misfit(("claims", index, key), "names no claim of this file")
        for position, name in enumerate(claim.between or ()):
            if name not in seen:
                yield Misfit(("claims", index, "between", position), "names no claim of this file")
        if claim.part_of is not None and _is_above_itself(claim.id, parent_of):
            yield Misfit(("claims", index, "part_of"), "makes the claim a part of itself")


def _is_above_itself(name: str, parent_of: Mapping[str, str | None]) -> bool:
    passed: set[str] = set()
    above = parent_of.get(name)
    while above is not None and above not in passed:
        passed.add(above)
        above = parent_of.get(above)
    return name in passed


def _check_claim(claim: Claim, path: Path, fault_of: _WordFaults) -> Iterator[Misfit]:
    stated = [k for k in ("value", "share", "date", "says") if getattr(claim, k) is not None]
    is_part = claim.part_of is not None and not stated  # a part whose number is not stated
    if len(stated) != 1 and not is_part:
        yield Misfit(path, "must state exactly one of `value`, `share` and `date` (or `says`)")
    if claim.value == "not stated" and claim.part_of is None:
        yield Misfit((*path, "value"), "can be “not stated” only of a `part_of` another claim")
    if claim.share is not None and claim.of is None:
        yield Misfit((*path, "share"), "needs the claim that it is a share of, under `of`")
    if (claim.date is None) != (claim.event is None):
        yield Misfit(path, "must give `event` and `date` together")
    if isinstance(claim.value, Bounds):
        yield from _check_bounds(claim.value, (*path, "value"))
    if claim.between is not None and len(claim.between) != 2:
        yield Misfit((*path, "between"), "must name two claims")
    for place, text in _dates_of(claim):
        fault = _date_fault(text, may_lack_year=place == ("date",))
        if fault is not None:
            yield Misfit((*path, *place), fault)
    if claim.event is not None and "type" not in claim.event:
        yield Misfit((*path, "event"), "must say its `type`")
    yield from fault_of.claim(claim, path)


def _check_bounds(value: Bounds, path: Path) -> Iterator[Misfit]:
    if value.low is None and value.high is None:
        yield Misfit(path, "must have a `low` or a `high`")
    elif value.low is not None and value.high is not None and value.low > value.high:
        yield Misfit(path, "has a `low` above its `high`")
    elif value.best is not None and not (
        (value.low or 0) <= value.best <= (value.high if value.high is not None else value.best)
    ):
        yield Misfit(path, "has a `best` outside its range")


def _dates_of(claim: Claim) -> Iterator[tuple[Path, str]]:
    for key in ("date", "period", "as_of"):
        text: str | None = getattr(claim, key)
        if text is not None:
            yield (key,), text
    if claim.source.published is not None:
        yield ("source", "published"), claim.source.published


@cache
def _date_fault(text: str, *, may_lack_year: bool) -> str | None:
    found = YEARLESS.fullmatch(text)
    if found is None or not may_lack_year:
        return edtf_fault(text)
    month, day = int(found[1]), int(found[2] or 1)
    if not 1 <= month <= 12 or not 1 <= day <= _LONGEST_MONTHS[month - 1]:
        return "is an impossible date: there is no such day in any year"
    return None


class _WordFaults:
    """Faults of words, each word looked up once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._known: dict[tuple[str, str, str], str | None] = {}

    def claim(self, claim: Claim, path: Path) -> Iterator[Misfit]:
        """Faults of all words of a claim."""
        if claim.unit is not None and (fault := self._fault("", "unit", claim.unit)):
            yield Misfit((*path, "unit"), fault)
        if claim.party is not None and (fault := self._fault("", "by", claim.party)):
            yield Misfit((*path, "party"), fault)
        if claim.what is not None:
            yield from self._what(claim.what, (*path, "what"))

    def _what(self, what: Mapping[str, Word], path: Path) -> Iterator[Misfit]:
        act = what.get("act")
        if not isinstance(act, str):
            yield Misfit(path, "must say the `act`")
            return
        fault = self._fault("", "act", act)
        if fault is not None:
            yield Misfit((*path, "act"), fault)
            return
        for key, value in what.items():
            fault = self._fault(act, "key", key) if key != "act" else None
            words = value if isinstance(value, tuple) else (value,)
            for word in words if key != "act" and fault is None else ():
                fault = fault or (self._fault(act, key, word) if isinstance(word, str) else None)
            if fault is not None:
                yield Misfit((*path, key), fault)

    def _fault(self, act: str, key: str, word: str) -> str | None:
        asked = (act, key, word)
        if asked not in self._known:
            self._known[asked] = self._look_up(act, key, word)
        return self._known[asked]

    def _look_up(self, act: str, key: str, word: str) -> str | None:
        vocabulary = self._vocabulary
        if key == "unit":
            known = read_unit(word, vocabulary) is not None
            return None if known else _slip(word, vocabulary.units, "a unit of the vocabulary")
        if key == "act":
            types = (*vocabulary.types, *DERIVED_STATES)
            known = read_act(word, vocabulary) is not None
            return None if known else _slip(word, types, "a record type of the vocabulary")
        record = self._record(act)
        if key == "key":
            known = property_of(word, record, vocabulary) is not None
            name = record.name if record is not None else act
            props = dict.fromkeys(
                (
                    *(record.properties if record is not None else ()),
                    *vocabulary.types["Person"].properties,
                )
            )
            return None if known else _slip(word, props, f"a property of `{name}` or of `Person`")
        prop = property_of(key, record, vocabulary)
        if prop is None:
            return None
        if prop.type == "group" and vocabulary.read_group(word) is None:
            return _slip(word, vocabulary.groups, "a group of the vocabulary")
        if prop.type == "term" and prop.of is not None:
            terms = vocabulary.term_lists[prop.of]
            known = read_term(word, terms) is not None
            return None if known else _slip(word, terms.terms, f"a term of `{prop.of}`")
        return None

    def _record(self, act: str) -> RecordType | None:
        name = read_act(act, self._vocabulary)
        return self._vocabulary.types.get("Act" if name in DERIVED_STATES else name or "")


def _slip(word: str, known: Mapping[str, object] | tuple[str, ...], what: str) -> str | None:
    near = slip_of(word, known)
    return f"is not {what}; did you mean `{near}`?" if near is not None else None


def _check_relation(relation: Relation, path: Path, ids: Mapping[str, int]) -> Iterator[Misfit]:
    given = [kind for kind in RELATION_KINDS if getattr(relation, kind) is not None]
    if len(given) != 1:
        yield Misfit(path, f"must be exactly one of {', '.join(RELATION_KINDS)}")
    if (relation.sum is None) != (relation.equals is None):
        yield Misfit(path, "must give `sum` and `equals` together")
    if relation.equals is not None and relation.equals not in ids:
        yield Misfit((*path, "equals"), "names no claim of this file")
    for kind in given:
        members: tuple[str, ...] = getattr(relation, kind)
        if len(set(members)) < 2:
            yield Misfit((*path, kind), "must name two different claims at least")
        for position, name in enumerate(members):
            if name not in ids:
                yield Misfit((*path, kind, position), "names no claim of this file")
