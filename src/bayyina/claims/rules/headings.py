"""Headings and the texts beneath them: what a title says and the body does not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from bayyina.claims.claim_set import ClaimSet, Stated
from bayyina.claims.comparing import bounds_of, have_like_units, ids_of, listed
from bayyina.claims.findings import ClaimFinding, finding
from bayyina.claims.numbers import CLOSE, are_close
from bayyina.claims.rules.values import gap_text
from bayyina.claims.scopes import days_relation, key_relation
from bayyina.claims.words import Relation

MOST_APART: Final = 2
"""How many times greater one figure may be to be taken for the other, wrongly stated."""


def find_in_headings(facts: ClaimSet) -> Iterator[ClaimFinding]:
    """Findings about figures in headings, titles and captions."""
    bodies: dict[str, list[Stated]] = defaultdict(list)
    for claim in facts.figures:
        if not claim.is_heading:
            bodies[claim.document].append(claim)
    for heading in facts.figures:
        if heading.is_heading and heading.number is not None:
            yield from _check(heading, bodies[heading.document], facts)


def _check(heading: Stated, body: Sequence[Stated], facts: ClaimSet) -> Iterator[ClaimFinding]:
    same = [c for c in body if _is_same_fact(heading, c, facts)]
    supporting = [c for c in same if _supports(c, heading)]
    if supporting:
        best = min(supporting, key=facts.standing)
        if _value(best) != _value(heading):
            yield finding(
                "rounded-restatement",
                "explained",
                (heading.id, best.id),
                "likely",
                claims_=listed([heading, best]),
            )
        return
    restated = [c for c in body if c not in same and _is_near(heading, c)]
    restated.sort(key=facts.standing)
    excluded = [c for c in same if _excludes(c, heading, facts)]
    excluded.sort(key=facts.standing)
    if excluded:
        yield _overstated(heading, excluded, restated)
    else:
        yield _unsupported(heading, restated)


def _is_same_fact(heading: Stated, claim: Stated, facts: ClaimSet) -> bool:
    """Whether the body's figure is of what the heading names, as far as both say."""
    if not have_like_units(heading, claim):
        return False
    relation = key_relation(heading.scope.key, claim.scope.key, facts.words)
    days = days_relation(heading.scope, claim.scope)
    known = heading.scope.days is not None and claim.scope.days is not None
    if known and days is not Relation.EQUAL:
        return False
    allowed = (Relation.EQUAL, Relation.CONTAINS, Relation.WITHIN)
    if relation not in allowed:
        return False
    breakdown = claim.scope.props.keys() - heading.scope.props.keys()
    return not breakdown & {"sex", "age_class", "category", "population"}


def _excludes(claim: Stated, heading: Stated, facts: ClaimSet) -> bool:
    """Whether the body's figure leaves no room for the heading's.

    A figure that is several times the other is taken for one of something else.
    """
    low, high = sorted((_value(claim), _value(heading)))
    if high > MOST_APART * low:
        return False
    relation = key_relation(heading.scope.key, claim.scope.key, facts.words)
    if relation is Relation.EQUAL:
        return True
    high = bounds_of(claim, as_list=True)[1]
    return relation is Relation.WITHIN and bounds_of(heading, as_list=True)[0] > high


def _supports(claim: Stated, heading: Stated) -> bool:
    low, high = bounds_of(claim, as_list=True)
    if heading.number is None or claim.number is None:
        return False
    if are_close(heading.number.stated, claim.number.stated, CLOSE):
        return True
    return (
        heading.number.kind != "exact"
        and heading.number.low <= high
        and low <= (heading.number.high)
    )


def _is_near(heading: Stated, claim: Stated) -> bool:
    return (
        heading.number is not None
        and claim.number is not None
        and are_close(heading.number.stated, claim.number.stated, CLOSE)
    )


def _overstated(
    heading: Stated, same: Sequence[Stated], restated: Sequence[Stated]
) -> ClaimFinding:
    nearest = same[0]
    return finding(
        "heading-differs",
        "contradiction",
        (heading.id, nearest.id, *ids_of(restated[:1])),
        "likely",
        variant="restates" if restated else "",
        heading=heading.named(),
        body=nearest.named(),
        gap=gap_text(heading, nearest),
        restated=restated[0].named() if restated else "",
    )


def _unsupported(heading: Stated, restated: Sequence[Stated]) -> ClaimFinding:
    return finding(
        "heading-unsupported",
        "doubt",
        (heading.id, *ids_of(restated[:1])),
        "likely",
        variant="restates" if restated else "",
        heading=heading.named(),
        restated=restated[0].named() if restated else "",
    )


def _value(claim: Stated) -> float:
    return claim.number.stated if claim.number is not None else 0
