"""How sources count: waiting periods, axes that are not stated, unions of unclear overlap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations
from typing import Final

import numpy as np

from bayyina.claims.claim_set import ClaimSet, Stated
from bayyina.claims.days import Days, day_text, read_days
from bayyina.claims.findings import ClaimFinding, finding
from bayyina.claims.numbers import written
from bayyina.claims.scopes import differing, key_relation
from bayyina.claims.words import Relation
from bayyina.standards.methodology import Methodology, built_in_methodologies

ARRESTS: Final = frozenset({"Arrest", "Detention"})
DISAPPEARANCES: Final = frozenset({"EnforcedDisappearance", "ReportedDisappearance"})
MANY: Final = 500
"""Claims of one document from which on scopes are compared instead of claims."""

BREAKDOWN: Final = frozenset({"sex", "age_class", "category", "population", "place"})


def find_waiting_periods(facts: ClaimSet) -> Iterator[ClaimFinding]:
    """Findings about arrests all of which are counted as disappearances or releases.

    Under rules with a waiting period, arrests of the last days of a period cannot have
    become disappearances yet, so that either nobody was arrested then or another rule was
    used.
    """
    arrests: list[tuple[Stated, Days]] = []
    others: dict[tuple[str, int], list[Stated]] = defaultdict(list)
    for claim in facts.figures:
        days = _counted_over(claim, facts)
        if days is None or not days.is_bounded:
            continue
        if claim.scope.key.act in ARRESTS:
            arrests.append((claim, days))
        elif claim.scope.key.act in DISAPPEARANCES or claim.scope.key.act == "Release":
            others[claim.document, days.end].append(claim)
    for whole, days in arrests:
        yield from _all_accounted(whole, others[whole.document, days.end], days)


def _counted_over(claim: Stated, facts: ClaimSet) -> Days | None:
    """The period of a claim, or of the claim that it is a part of, or the day of a stock."""
    days = read_days(claim.claim.period)
    if days is None and claim.claim.part_of is not None:
        days = read_days(facts.by_id[claim.claim.part_of].claim.period)
    return days or read_days(claim.claim.as_of)


def _all_accounted(whole: Stated, others: Sequence[Stated], days: Days) -> Iterator[ClaimFinding]:
    if whole.number is None:
        return
    related = [c for c in others if _has_same_scope(c, whole) and c.number is not None]
    released = [c for c in related if c.scope.key.act == "Release"]
    for gone in (c for c in related if c.scope.key.act in DISAPPEARANCES):
        for addends in ([gone], *([gone, r] for r in released)):
            total = sum(c.number.stated for c in addends if c.number is not None)
            waiting = _waiting_days(gone)
            if total == whole.number.stated and waiting is not None:
                yield finding(
                    "waiting-period",
                    "doubt",
                    (whole.id, *(c.id for c in addends)),
                    "likely" if gone.claim.methodology else "possible",
                    whole=whole.named(),
                    gone=gone.named(),
                    days=str(waiting[1]),
                    rule=waiting[0],
                    since=day_text(days.end - waiting[1] + 1),
                    until=day_text(days.end),
                )


def _has_same_scope(claim: Stated, whole: Stated) -> bool:
    """Whether two figures are of the same people apart from what happened to them."""
    if claim.claim.part_of == whole.id:
        return not (claim.scope.props.keys() - whole.scope.props.keys()) & BREAKDOWN
    return claim.scope.key.props == whole.scope.key.props


def _waiting_days(claim: Stated) -> tuple[str, int] | None:
    """The rules and their waiting period; None when the claim's own rules have none."""
    known = _waiting_periods()
    named = claim.claim.methodology
    if named in known:
        return (named, known[named]) if named and known[named] else None
    longest = max(known, key=lambda name: known[name])
    return (longest, known[longest]) if known[longest] else None


@cache
def _waiting_periods() -> dict[str, int]:
    """Days after which somebody counts as disappeared, by the shipped methodologies' names."""
    rules = {name: Methodology.load(name).disappeared for name in built_in_methodologies()}
    return {name: rule.after_days for name, rule in rules.items() if rule is not None}


def find_unclear(facts: ClaimSet) -> Iterator[ClaimFinding]:
    """Findings about claims that say themselves that they can be read in more than one way."""
    for claim in facts.claims:
        if claim.claim.axis == "not stated":
            yield finding("axis-not-stated", "doubt", (claim.id,), "certain", claim=claim.named())
        if claim.claim.readings is not None and len(claim.claim.readings) > 1:
            ids = [claim.id, *([claim.claim.part_of] if claim.claim.part_of else [])]
            yield finding(
                "ambiguous",
                "doubt",
                ids,
                "certain",
                claim=claim.named(),
                readings="; ".join(claim.claim.readings),
            )


def find_unions(facts: ClaimSet) -> Iterator[ClaimFinding]:
    """Findings about deaths counted in two ways of which no source says how they overlap."""
    groups: dict[str, list[Stated]] = defaultdict(list)
    for claim in facts.figures:
        key = claim.scope.key
        deadly = facts.words.happens_once(key.act) or _is_carried_out(claim)
        if (
            deadly
            and not claim.is_heading
            and not claim.scope.props.keys() & BREAKDOWN
            and claim.scope.days is not None
        ):
            groups[claim.document].append(claim)
    for claims in groups.values():
        for one, other in _alike_in_days(claims):
            if _may_overlap(one, other, facts):
                yield _union(one, other)


def _alike_in_days(claims: Sequence[Stated]) -> Iterator[tuple[Stated, Stated]]:
    """Pairs of claims about different acts in periods of like length, in the order of the claims.

    Where a document has very many claims, the first of one scope stands for all of it: that
    they differ is the matter of another rule.
    """
    order = {claim.id: place for place, claim in enumerate(claims)}
    first: dict[object, Stated] = {}
    for claim in claims:
        scope = (claim.scope.key, claim.scope.days)
        first.setdefault(scope if len(claims) > MANY else claim.id, claim)
    by_act: dict[str, list[tuple[Stated, Days]]] = defaultdict(list)
    for claim in first.values():
        if claim.scope.days is not None:
            by_act[claim.scope.key.act].append((claim, claim.scope.days))
    pairs = []
    for some, others in combinations(by_act.values(), 2):
        starts = np.array([days.start for _, days in others], dtype=np.float64)
        ends = np.array([days.end for _, days in others], dtype=np.float64)
        for claim, days in some:
            shared = np.minimum(ends, days.end) - np.maximum(starts, days.start) + 1
            alike = 2 * shared > np.maximum(ends - starts + 1, days.length)
            pairs += [(claim, others[k][0]) for k in np.flatnonzero(alike)]
    ordered = [sorted(pair, key=lambda one: order[one.id]) for pair in pairs]
    ordered.sort(key=lambda pair: [order[one.id] for one in pair])
    yield from ((one, other) for one, other in ordered)


def _is_carried_out(claim: Stated) -> bool:
    """Whether it counts death sentences that were carried out."""
    outcome = claim.scope.props.get("outcome", frozenset())
    return claim.scope.key.act == "Sentence" and {a.code for a in outcome} == {"carried_out"}


def _may_overlap(one: Stated, other: Stated, facts: ClaimSet) -> bool:
    if facts.are_kept_apart(one, other) or frozenset((one.id, other.id)) in facts.declared_disjoint:
        return False
    first, second = one.scope.days, other.scope.days
    if first is None or second is None or not _are_of_like_length(first, second):
        return False
    if one.scope.key.act == other.scope.key.act:
        return False
    parties = [claim.scope.props.get("by") for claim in (one, other)]
    if parties[0] is not None and parties[1] is not None:
        relation = facts.words.relation("by", parties[0], parties[1])
        if relation is Relation.DISJOINT:
            return False
    names = differing(one.scope.key, other.scope.key)
    return key_relation(one.scope.key, other.scope.key, facts.words) is Relation.UNKNOWN and not (
        names & BREAKDOWN
    )


def _are_of_like_length(one: Days, other: Days) -> bool:
    """Whether two periods have most of their days in common, so that a reader would add up."""
    shared = min(one.end, other.end) - max(one.start, other.start) + 1
    return 2 * shared > max(one.length, other.length)


def _union(one: Stated, other: Stated) -> ClaimFinding:
    values = [c.number.stated for c in (one, other) if c.number is not None]
    return finding(
        "union-not-sum",
        "doubt",
        (one.id, other.id),
        "likely",
        one=one.named(),
        other=other.named(),
        low=written(max(values)),
        high=written(sum(values)),
    )
