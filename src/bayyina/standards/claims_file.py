"""The shape of claims files (``*.claims.yaml``) and what can be checked of one by itself.

Whether claims contradict each other is found by comparing them; here only the form is
checked: that ids exist and differ, dates and words are readable, and nothing refers to
what is not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from bayyina.errors import DateUnreadableError
from bayyina.model.edtf import parse_edtf
from bayyina.model.vocabulary import Property, RecordType, Vocabulary
from bayyina.standards.shapes import Misfit, Path, Spec

ID_PATTERN: Final = r"[a-z0-9]+(?:[-_.][a-z0-9]+)*"
"""How ids are written."""

DATE_PATTERN: Final = r"[0-9X.~?%/-]+"
"""Signs that dates in EDTF consist of; ``parse_edtf`` says whether it is one."""

DERIVED_STATES: Final = ("EnforcedDisappearance", "Custody")
"""What claims count that is no act of the vocabulary but derived from acts."""

Comparator = Literal[
    "exactly", "=", "at least", "at most", "more than", "fewer than", "about", "range"
]


@dataclass(frozen=True, slots=True)
class Bounds:
    """A value given as a range."""

    low: Annotated[float, Spec(least=0)]
    """The least it is said to be."""

    high: Annotated[float, Spec(least=0)]
    """The greatest it is said to be."""


@dataclass(frozen=True, slots=True)
class ClaimSource:
    """Where a claim stands."""

    document: str
    """Id of the document."""

    locator: str | None = None
    """Where in it: section, paragraph, page."""

    quote: str | None = None
    """Its words."""

    url: str | None = None
    """Where it is published."""


@dataclass(frozen=True, slots=True)
class Asserted:
    """What a source says about the order of events."""

    phase: Literal["before", "after", "during"]
    """Before or after what it names."""

    of: Annotated[str, Spec(pattern=ID_PATTERN, example="order-o1")]
    """What it names: an order or another claim."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure or event that somebody published."""

    id: Annotated[str, Spec(pattern=ID_PATTERN, example="deaths-2023")]
    """Id in the file."""

    source: ClaimSource
    """Where it stands."""

    value: Annotated[int | float | Bounds | None, Spec(least=0)] = None
    """The number, or a range."""

    share: Annotated[float | None, Spec(least=0, most=1)] = None
    """A part of another claim, between 0 and 1."""

    of: Annotated[str | None, Spec(pattern=ID_PATTERN)] = None
    """The claim that ``share`` is a part of."""

    comparator: Comparator | None = None
    """How the number is meant; a documented count is “at least”."""

    unit: str | None = None
    """What is counted: a unit of the vocabulary."""

    per: str | None = None
    """What the number is for each of, such as ``load``."""

    what: Annotated[Mapping[str, str] | None, Spec(filled=True)] = None
    """What happened: ``act`` and properties of it."""

    population: str | None = None
    """Who is counted, in the source's words."""

    event: Annotated[Mapping[str, str] | None, Spec(filled=True)] = None
    """The event that happened on ``date``: ``type`` and what tells it apart."""

    date: Annotated[str | None, Spec(pattern=DATE_PATTERN, example="2022-06")] = None
    """When the event happened, EDTF."""

    period: Annotated[str | None, Spec(pattern=DATE_PATTERN, example="2011-03/2023-10")] = None
    """The period that is counted over, EDTF."""

    as_of: Annotated[str | None, Spec(pattern=DATE_PATTERN, example="2023-08-31")] = None
    """The day as of which a stock is counted, EDTF."""

    axis: Literal["occurred", "documented", "not stated"] | None = None
    """Whether the period is of the acts or of their documentation."""

    part_of: Annotated[str | None, Spec(pattern=ID_PATTERN)] = None
    """The claim whose number includes this one."""

    asserted: Asserted | None = None
    """What the source says about the order of events."""

    note: str | None = None
    """A remark of the editor."""


@dataclass(frozen=True, slots=True)
class Relation:
    """What the source or the editor declares about several claims; exactly one kind."""

    sum: Annotated[tuple[str, ...] | None, Spec(pattern=ID_PATTERN, filled=True)] = None
    """Claims that add up to ``equals``."""

    equals: Annotated[str | None, Spec(pattern=ID_PATTERN)] = None
    """The claim that they add up to."""

    disjoint: Annotated[tuple[str, ...] | None, Spec(pattern=ID_PATTERN, filled=True)] = None
    """Claims that count nobody twice."""

    same_event: Annotated[tuple[str, ...] | None, Spec(pattern=ID_PATTERN, filled=True)] = None
    """Claims about one event."""

    same_fact: Annotated[tuple[str, ...] | None, Spec(pattern=ID_PATTERN, filled=True)] = None
    """Claims about one number."""

    not_same: Annotated[tuple[str, ...] | None, Spec(pattern=ID_PATTERN, filled=True)] = None
    """Claims that are different facts although they look alike."""

    nested: Annotated[tuple[str, ...] | None, Spec(pattern=ID_PATTERN, filled=True)] = None
    """Claims each of which includes the next."""

    note: str | None = None
    """Who declares it, and why."""


@dataclass(frozen=True, slots=True)
class ClaimsFile:
    """Claims and what is declared about them."""

    version: Literal[1]
    """Version of the format."""

    claims: Annotated[tuple[Claim, ...], Spec(filled=True)]
    """The claims."""

    relations: tuple[Relation, ...] = ()
    """What is declared about several of them."""


def check_claims_content(content: ClaimsFile, vocabulary: Vocabulary) -> Iterator[Misfit]:
    """What does not hold in a file whose shape is right."""
    seen: dict[str, int] = {}
    for index, claim in enumerate(content.claims):
        path: Path = ("claims", index)
        if claim.id in seen:
            yield Misfit((*path, "id"), f"is already the id of claim {seen[claim.id] + 1}")
        seen.setdefault(claim.id, index)
        yield from _check_claim(claim, path, vocabulary)
    for index, claim in enumerate(content.claims):
        for key in ("part_of", "of"):
            target: str | None = getattr(claim, key)
            if target is not None and target not in seen:
                yield Misfit(("claims", index, key), "names no claim of this file")
        if claim.id in _parents(claim, content):
            yield Misfit(("claims", index, "part_of"), "makes the claim a part of itself")
    for index, relation in enumerate(content.relations):
        yield from _check_relation(relation, ("relations", index), seen)


def _parents(claim: Claim, content: ClaimsFile) -> list[str]:
    parent_of = {one.id: one.part_of for one in content.claims}
    found: list[str] = []
    parent = claim.part_of
    while parent is not None and parent not in found:
        found.append(parent)
        parent = parent_of.get(parent)
    return found


def _check_claim(claim: Claim, path: Path, vocabulary: Vocabulary) -> Iterator[Misfit]:
    stated = [k for k in ("value", "share", "date") if getattr(claim, k) is not None]
    if len(stated) != 1:
        yield Misfit(path, "must state exactly one of `value`, `share` and `date`")
    if claim.share is not None and claim.of is None:
        yield Misfit((*path, "share"), "needs the claim that it is a share of, under `of`")
    if (claim.date is None) != (claim.event is None):
        yield Misfit(path, "must give `event` and `date` together")
    if isinstance(claim.value, Bounds) and claim.value.low > claim.value.high:
        yield Misfit((*path, "value"), "has a `low` above its `high`")
    for key in ("date", "period", "as_of"):
        text: str | None = getattr(claim, key)
        fault = None if text is None else edtf_fault(text)
        if fault is not None:
            yield Misfit((*path, key), fault)
    if claim.unit is not None and claim.unit not in vocabulary.units:
        yield Misfit((*path, "unit"), "is not a unit of the vocabulary")
    if claim.event is not None and "type" not in claim.event:
        yield Misfit((*path, "event"), "must say its `type`")
    if claim.what is not None:
        yield from check_what(claim.what, (*path, "what"), vocabulary)


def check_what(what: Mapping[str, str], path: Path, vocabulary: Vocabulary) -> Iterator[Misfit]:
    """Check an act and its properties against the vocabulary."""
    act = what.get("act")
    if act is None:
        yield Misfit(path, "must say the `act`")
        return
    record = vocabulary.types.get("Act" if act in DERIVED_STATES else act)
    if record is None:
        yield Misfit((*path, "act"), "is not a record type of the vocabulary")
        return
    for key, word in what.items():
        if key != "act":
            yield from _check_word(record, key, word, (*path, key), vocabulary)


def _check_word(
    record: RecordType, key: str, word: str, path: Path, vocabulary: Vocabulary
) -> Iterator[Misfit]:
    prop: Property | None = record.properties.get(key)
    if prop is None:
        prop = vocabulary.types["Person"].properties.get(key)
    if prop is None:
        yield Misfit(path, f"is not a property of `{record.name}` or of `Person`")
    elif prop.type == "group" and vocabulary.read_group(word) is None:
        yield Misfit(path, "is not a group of the vocabulary")
    elif prop.type == "term" and vocabulary.term_lists[prop.of or ""].read(word) is None:
        yield Misfit(path, f"is not a term of `{prop.of}`")


def edtf_fault(text: str) -> str | None:
    """What is wrong with a date that must be EDTF; None when it can be read."""
    try:
        span = parse_edtf(text)
    except DateUnreadableError as error:
        return f"is an impossible date: {error.message.rstrip('.')}"
    if span is None:
        return "is not a date in EDTF, such as 2013-05 or 2011-03/2023-10"
    return None


def _check_relation(relation: Relation, path: Path, ids: Mapping[str, int]) -> Iterator[Misfit]:
    kinds = ("sum", "disjoint", "same_event", "same_fact", "not_same", "nested")
    given = [kind for kind in kinds if getattr(relation, kind) is not None]
    if len(given) != 1:
        yield Misfit(path, f"must be exactly one of {', '.join(kinds)}")
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
