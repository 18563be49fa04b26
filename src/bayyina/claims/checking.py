"""The checker: every rule over a set of claims, its findings in one order and without doubles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from bayyina.claims.claim_set import ClaimSet
from bayyina.claims.findings import CLASSES, ClaimFinding
from bayyina.claims.rules.counting import find_unclear, find_unions, find_waiting_periods
from bayyina.claims.rules.dates import find_in_dates, find_in_phases
from bayyina.claims.rules.differing import find_different_scopes
from bayyina.claims.rules.headings import find_in_headings
from bayyina.claims.rules.legal import find_in_statements, find_in_terms
from bayyina.claims.rules.lookalikes import find_equal_values
from bayyina.claims.rules.nested import find_in_nested_scopes, find_in_series
from bayyina.claims.rules.rates import find_in_durations, find_in_rates
from bayyina.claims.rules.series import find_in_periods, find_out_of_line
from bayyina.claims.rules.shares import find_in_shares
from bayyina.claims.rules.sums import (
    find_in_declared_sums,
    find_in_implied_parts,
    find_in_parts,
)
from bayyina.claims.rules.values import find_in_equal_scopes

RULES: Final[tuple[Callable[[ClaimSet], Iterator[ClaimFinding]], ...]] = (
    find_in_declared_sums,
    find_in_parts,
    find_in_implied_parts,
    find_in_periods,
    find_in_equal_scopes,
    find_in_nested_scopes,
    find_in_series,
    find_out_of_line,
    find_in_shares,
    find_in_headings,
    find_different_scopes,
    find_equal_values,
    find_in_dates,
    find_in_phases,
    find_in_statements,
    find_in_terms,
    find_in_rates,
    find_in_durations,
    find_waiting_periods,
    find_unions,
    find_unclear,
)
"""Every rule; each reads the whole set and gives findings."""


def check_claims(facts: ClaimSet) -> list[ClaimFinding]:
    """Everything that follows from the claims, the gravest first, each thing once."""
    found = without_doubles(finding for rule in RULES for finding in rule(facts))
    positions = {claim.id: claim.position for claim in facts.claims}
    return sorted(found, key=lambda f: _order(f, positions))


def without_doubles(found: Iterable[ClaimFinding]) -> list[ClaimFinding]:
    """Findings of which each kind concerns the same claims once, with its gravest class."""
    kept: dict[tuple[str, frozenset[str]], ClaimFinding] = {}
    for one in found:
        name = (one.kind, frozenset(one.claims))
        known = kept.get(name)
        if known is None or CLASSES.index(one.grade) < CLASSES.index(known.grade):
            kept[name] = one
    return list(kept.values())


def _order(found: ClaimFinding, positions: Mapping[str, int]) -> tuple[int, int, str]:
    return (CLASSES.index(found.grade), min(positions[c] for c in found.claims), found.kind)
