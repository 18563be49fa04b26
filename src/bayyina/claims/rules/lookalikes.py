"""Equal values that stand for different facts, and must not be merged because of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from bayyina.claims.claim_set import ClaimSet, Stated
from bayyina.claims.comparing import ids_of, listed
from bayyina.claims.findings import ClaimFinding, finding
from bayyina.claims.numbers import significant_digits, written
from bayyina.claims.scopes import relation_of
from bayyina.claims.words import Relation

LEAST_VALUE: Final = 2
"""Lesser values are equal too often to be taken for one another."""

LEAST_PART: Final = 10
"""Lesser values of parts are equal too often to be taken for one another."""

TELLING_DIGITS: Final = 3
"""Digits that an equal value needs before facts of different kinds are taken for one."""

MOST_ALIKE: Final = 60
"""Claims of one value beyond which the value is a habit of the source, not a likeness."""


def find_equal_values(facts: ClaimSet) -> Iterator[ClaimFinding]:
    """Findings about equal values of one unit with different scopes."""
    groups: dict[tuple[float, str], list[Stated]] = defaultdict(list)
    for claim in facts.figures:
        number = claim.number
        is_value = number is not None and number.is_exact and number.stated >= LEAST_VALUE
        if is_value and number is not None and not claim.is_heading and claim.scope.key.unit:
            groups[number.stated, claim.scope.key.unit].append(claim)
    for (value, _), claims in groups.items():
        if 1 < len(claims) <= MOST_ALIKE:
            alike = _different_facts(claims, value, facts)
            if len(alike) > 1:
                yield finding(
                    "same-value",
                    "explained",
                    ids_of(alike),
                    "likely",
                    value=written(value),
                    claims_=listed(alike),
                )


def _different_facts(claims: Sequence[Stated], value: float, facts: ClaimSet) -> list[Stated]:
    """The claims that another one with the same value could be mistaken for."""
    kept: dict[str, Stated] = {}
    is_telling = significant_digits(value) >= TELLING_DIGITS
    for index, one in enumerate(claims):
        for other in claims[index + 1 :]:
            is_part = one.claim.part_of is not None or other.claim.part_of is not None
            if facts.are_kin(one, other) or (is_part and value < LEAST_PART):
                continue
            relation = relation_of(one.scope, other.scope, facts.words)
            apart = relation in (Relation.DISJOINT, Relation.UNKNOWN, Relation.OVERLAP)
            alike = one.scope.key.act == other.scope.key.act or is_telling
            if facts.are_kept_apart(one, other) or (apart and alike):
                kept.update({one.id: one, other.id: other})
    return sorted(kept.values(), key=lambda c: c.position)
