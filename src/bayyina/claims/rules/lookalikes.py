"""Equal values that stand for different facts, and must not be merged because of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from bayyina.claims.claim_set import ClaimSet, Stated
from bayyina.claims.comparing import ids_of, listed
from bayyina.claims.findings import ClaimFinding, finding
from bayyina.claims.numbers import significant_digits, written
from bayyina.claims.scopes import differing, relation_of
from bayyina.claims.words import Relation

LEAST_VALUE: Final = 2
"""Lesser values are equal too often to be taken for one another."""

LEAST_PART: Final = 10
"""Lesser values of parts are equal too often to be taken for one another."""

TELLING_DIGITS: Final = 3
"""Digits that an equal value needs before facts of different kinds are taken for one."""

MANY: Final = 500
"""Figures of one unit among which equal values of unlike scopes are to be expected by chance."""

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
    counted = Counter(unit for (_, unit), claims in groups.items() for _ in claims)
    for (value, unit), claims in groups.items():
        if 1 < len(claims) <= MOST_ALIKE:
            alike = _different_facts(claims, value, facts, is_many=counted[unit] > MANY)
            if len(alike) > 1:
                yield finding(
                    "same-value",
                    "explained",
                    ids_of(alike),
                    "likely",
                    value=written(value),
                    claims_=listed(alike),
                )


def _different_facts(
    claims: Sequence[Stated], value: float, facts: ClaimSet, *, is_many: bool
) -> list[Stated]:
    """The claims that another one with the same value could be mistaken for."""
    kept: dict[str, Stated] = {}
    is_telling = significant_digits(value) >= TELLING_DIGITS and not is_many
    for one, other in combinations(claims, 2):
        is_part = one.claim.part_of is not None or other.claim.part_of is not None
        if facts.are_kin(one, other) or (is_part and value < LEAST_PART):
            continue
        alike = is_telling or _differ_in_one_dimension(one, other)
        if facts.are_kept_apart(one, other) or (alike and _are_apart(one, other, facts)):
            kept.update({one.id: one, other.id: other})
    return sorted(kept.values(), key=lambda c: c.position)


def _differ_in_one_dimension(one: Stated, other: Stated) -> bool:
    """Whether only the days, or only one other dimension, tell two scopes of an act apart."""
    if one.scope.key.act != other.scope.key.act:
        return False
    names = differing(one.scope.key, other.scope.key) - {"axis"}
    return len(names) + (one.scope.days != other.scope.days) <= 1


def _are_apart(one: Stated, other: Stated, facts: ClaimSet) -> bool:
    relation = relation_of(one.scope, other.scope, facts.words)
    return relation in (Relation.DISJOINT, Relation.UNKNOWN, Relation.OVERLAP)
