"""Dates of events: dates that contradict, weekdays, missing years, phases, elapsed times."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations
from typing import Final, NamedTuple

from bayyina.claims.claim_set import ClaimSet, Stated
from bayyina.claims.comparing import ids_of, listed
from bayyina.claims.days import Days, day_text, read_days
from bayyina.claims.findings import ClaimFinding, finding
from bayyina.claims.reference import folded_type, is_recurring, known_order_date
from bayyina.model.label_folding import fold_label
from bayyina.standards.claims_content import YEARLESS

STEP_KEYS: Final = frozenset({"step", "stage", "part", "version", "kind", "session"})
"""Keys of an event that tell steps of one matter apart."""

NEAR_STEPS: Final = 31
"""Days between two steps of one matter that explain why sources give different dates."""

MOST_ALIKE: Final = 60

WEEKDAYS: Final = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)

Mapped = Mapping[str, str]


def find_in_dates(facts: ClaimSet) -> Iterator[ClaimFinding]:
    """Findings about the dates of events."""
    events = [claim for claim in facts.claims if claim.claim.event is not None]
    groups: dict[tuple[tuple[str, str], ...], list[Stated]] = defaultdict(list)
    for claim in events:
        yield from _weekday(claim)
        yield from _year_missing(claim)
        groups[tuple(sorted(told_apart(claim).items()))].append(claim)
    for said, claims in groups.items():
        yield from _same_event(claims, facts, sure=len(said) > 1)
    yield from _like_events(groups, facts)
    for relation in facts.relations:
        if relation.same_event is not None:
            yield from _same_event([facts.by_id[n] for n in relation.same_event], facts, sure=True)


def told_apart(claim: Stated) -> dict[str, str]:
    """What tells an event apart, folded for comparison."""
    said = claim.claim.event or {}
    told = {
        fold_label(key): folded_type(str(word)) if key == "type" else fold_label(_text(word))
        for key, word in said.items()
    }
    if claim.claim.place is not None:
        told.setdefault("place", fold_label(claim.claim.place))
    return told


def _text(word: object) -> str:
    return " ".join(map(str, word)) if isinstance(word, tuple) else str(word)


def _same_event(claims: Sequence[Stated], facts: ClaimSet, *, sure: bool) -> Iterator[ClaimFinding]:
    apart = [
        (one, other)
        for one, other in combinations(claims[:MOST_ALIKE], 2)
        if are_dates_apart(one, other) and not facts.are_kept_apart(one, other)
    ]
    if not apart:
        return
    concerned = sorted({c.id: c for pair in apart for c in pair}.values(), key=lambda c: c.position)
    may_recur = is_recurring(str((concerned[0].claim.event or {}).get("type", "")))
    declared = any(
        relation.same_event is not None and set(ids_of(concerned)) <= set(relation.same_event)
        for relation in facts.relations
    )
    certain = declared or (sure and not may_recur)
    one, other = apart[0]
    yield finding(
        "dates-contradict",
        "contradiction" if certain else "doubt",
        ids_of(concerned),
        "certain" if certain else "possible",
        claims_=listed(concerned),
        gap=str(_gap(one.days, other.days)),
        variant="" if certain else "may_recur",
    )


def are_dates_apart(one: Stated, other: Stated) -> bool:
    """Whether two dates have no day in common."""
    return one.days is not None and other.days is not None and not one.days.meets(other.days)


def _gap(one: Days | None, other: Days | None) -> int:
    if one is None or other is None:
        return 0
    return max(one.start, other.start) - min(one.end, other.end)


def _like_events(
    groups: Mapping[tuple[tuple[str, str], ...], list[Stated]], facts: ClaimSet
) -> Iterator[ClaimFinding]:
    """Events of one type that agree in all that both say, or differ only in the step."""
    by_word: dict[tuple[str, str, str], list[tuple[tuple[str, str], ...]]] = defaultdict(list)
    for said in groups:
        kind = dict(said).get("type", "")
        for key, word in said:
            if key != "type":
                by_word[kind, key, word].append(said)
    seen: set[frozenset[tuple[tuple[str, str], ...]]] = set()
    for alike in by_word.values():
        for one, other in combinations(alike[:MOST_ALIKE], 2):
            pair = frozenset((one, other))
            if pair not in seen:
                seen.add(pair)
                yield from _compare_like(dict(one), dict(other), groups[one], groups[other], facts)


def _compare_like(
    one: Mapped, other: Mapped, first: Sequence[Stated], second: Sequence[Stated], facts: ClaimSet
) -> Iterator[ClaimFinding]:
    conflicting = {key for key in one.keys() & other.keys() if one[key] != other[key]}
    if conflicting - STEP_KEYS:
        return
    for a in first[:MOST_ALIKE]:
        for b in second[:MOST_ALIKE]:
            if not are_dates_apart(a, b) or facts.are_kept_apart(a, b):
                continue
            near = _gap(a.days, b.days) <= NEAR_STEPS
            if conflicting and near:
                yield finding(
                    "steps-of-one-matter",
                    "explained",
                    (a.id, b.id),
                    "likely",
                    claims_=listed([a, b]),
                )
            elif not conflicting:
                yield finding(
                    "dates-contradict",
                    "doubt",
                    (a.id, b.id),
                    "possible",
                    claims_=listed([a, b]),
                    gap=str(_gap(a.days, b.days)),
                    variant="may_recur",
                )


def _weekday(claim: Stated) -> Iterator[ClaimFinding]:
    said, days = claim.claim.weekday, claim.days
    if said is None or days is None or days.start != days.end:
        return
    real = WEEKDAYS[date.fromordinal(days.start).weekday()]
    if real != said:
        yield finding(
            "weekday-wrong",
            "contradiction",
            (claim.id,),
            "certain",
            claim=claim.named(),
            said=said,
            real=real,
        )


def _year_missing(claim: Stated) -> Iterator[ClaimFinding]:
    if claim.claim.date is not None and YEARLESS.fullmatch(claim.claim.date):
        yield finding("year-not-stated", "doubt", (claim.id,), "certain", claim=claim.named())


def find_in_phases(facts: ClaimSet) -> Iterator[ClaimFinding]:
    """Findings about events that are said to lie before, after or during another."""
    for claim in facts.claims:
        asserted = claim.claim.asserted
        if asserted is None or claim.days is None:
            continue
        found = _reference(claim, asserted.of, facts)
        if found is None:
            yield finding(
                "phase-open",
                "doubt",
                (claim.id,),
                "possible",
                variant="unknown",
                claim=claim.named(),
                of=asserted.of,
            )
        else:
            yield from _phase(claim, asserted.phase, found, facts)


class _Moment(NamedTuple):
    """What a phase refers to."""

    name: str
    """The claim or order."""

    days: Days
    """The days that it may mean."""

    is_told: bool
    """Whether the name itself tells it; otherwise it is the only one that can be meant."""


def _reference(asserting: Stated, name: str, facts: ClaimSet) -> _Moment | None:
    """The event that a phase refers to; events of its own document come first."""
    claim = facts.by_id.get(name)
    if claim is not None and claim.days is not None:
        return _Moment(claim.id, claim.days, True)
    folded = fold_label(name)
    events = sorted(
        (c for c in facts.claims if c.claim.event is not None and c.days is not None),
        key=lambda c: (c.document != asserting.document, c.position),
    )
    named = [c for c in events if folded in set(told_apart(c).values())]
    orders = [c for c in events if told_apart(c).get("type") == "order"]
    for choice in ([c for c in named if c in orders], orders):
        if len({c.days for c in choice}) == 1 and choice[0].days is not None:
            return _Moment(choice[0].id, choice[0].days, choice[0] in named)
    cases = sorted({told_apart(c)["case"] for c in events if "case" in told_apart(c)})
    known = known_order_date(name, cases)
    days = read_days(known[0]) if known is not None else None
    return _Moment(name, days, known[1]) if known is not None and days is not None else None


def _phase(
    claim: Stated, phase: str, reference: _Moment, facts: ClaimSet
) -> Iterator[ClaimFinding]:
    name, days, is_told = reference
    own = claim.days
    if own is None:
        return
    wrong = {
        "after": own.end <= days.start,
        "before": own.start >= days.end,
        "during": not own.meets(days),
    }[phase]
    holds = {
        "after": own.start >= days.end,
        "before": own.end <= days.start,
        "during": days.contains(own),
    }[phase]
    if holds and not wrong:
        return
    real = "before" if own.end <= days.start else "after"
    ids = [claim.id, *([name] if name in facts.by_id else [])]
    yield finding(
        "phase-contradicted" if wrong else "phase-open",
        "contradiction" if wrong else "doubt",
        ids,
        ("certain" if is_told else "likely") if wrong else "possible",
        claim=claim.named(),
        of=name,
        day=day_text(days.start),
        end=day_text(own.end if real == "before" else own.start),
        said={"en": phase, "ar": _PHASES[phase]},
        real={"en": real, "ar": _PHASES[real]},
        gap=str(abs(days.start - own.end if real == "before" else own.start - days.end)),
    )


_PHASES: Final = {"before": "قبل", "after": "بعد", "during": "أثناء"}
