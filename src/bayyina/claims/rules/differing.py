"""Different values that look like one fact and are told apart by their scopes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from bayyina.claims.claim_set import ClaimSet, Stated
from bayyina.claims.comparing import ids_of, listed
from bayyina.claims.findings import ClaimFinding, finding
from bayyina.claims.numbers import are_close
from bayyina.claims.scopes import NEAR_DAYS, ScopeKey, differing, without

FREE: Final = ("by", "population")
"""Properties in which claims of one fact may differ and still be taken for each other."""

LARGEST_RATIO: Final = 4
"""Values further apart than this are not taken for one fact."""

LONGEST_GAP: Final = 3 * 366
"""Stocks as of days further apart than this are not taken for one fact."""

DIMENSIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "by": {"en": "the responsible party", "ar": "الجهة المسؤولة"},
    "population": {"en": "who is counted", "ar": "من يُحصى"},
    "days": {"en": "the period or the day as of which they count", "ar": "الفترة أو تاريخ العدّ"},
    "axis": {"en": "the axis (occurred or documented)", "ar": "المحور (الوقوع أو التوثيق)"},
    "methodology": {"en": "the rules of counting", "ar": "قواعد العدّ"},
    "comparator": {"en": "the comparator", "ar": "أداة المقارنة"},
}
"""Dimensions as sentences name them."""


def find_different_scopes(facts: ClaimSet) -> Iterator[ClaimFinding]:
    """Findings about different values of different documents with different scopes."""
    clusters: dict[tuple[ScopeKey, bool], list[Stated]] = defaultdict(list)
    for claim in facts.figures:
        key = claim.scope.key
        if key.act and not claim.is_heading and not _is_within_its_kind(claim, facts):
            clusters[without(key, *FREE), claim.scope.is_stock].append(claim)
    for (_, is_stock), claims in clusters.items():
        for group in _of_one_time(claims, is_stock=is_stock):
            yield from _explained(_alike(group, facts))


def _is_within_its_kind(claim: Stated, facts: ClaimSet) -> bool:
    """Whether the claim is a part of one that counts the same, such as a share of a total."""
    whole = facts.by_id.get(claim.claim.part_of or "")
    if whole is None:
        return False
    return without(whole.scope.key, *FREE) == without(claim.scope.key, *FREE)


def _of_one_time(claims: Sequence[Stated], *, is_stock: bool) -> Iterator[list[Stated]]:
    """Claims whose days may be taken for each other: stocks of near days, periods of one start."""
    if len(claims) < 2:
        return
    dated = sorted((c for c in claims if c.scope.days is not None), key=lambda c: _anchor(c))
    undated = [c for c in claims if c.scope.days is None]
    widest = LONGEST_GAP if is_stock else NEAR_DAYS
    group: list[Stated] = []
    for claim in dated:
        if group and _anchor(claim) - _anchor(group[0]) > widest:
            yield [*group, *undated]
            group = []
        group.append(claim)
    yield [*group, *undated]


def _anchor(claim: Stated) -> int:
    days = claim.scope.days
    return days.start if days is not None else 0


def _alike(group: Sequence[Stated], facts: ClaimSet) -> list[Stated]:
    """The claims whose values are not too far from the greatest to be taken for it."""
    values = [c.number.stated for c in group if c.number is not None]
    limit = max(values, default=0) / LARGEST_RATIO
    kept: list[Stated] = []
    for claim in sorted(group, key=facts.standing):
        if claim.number is None or claim.number.stated < limit:
            continue
        if not any(_restates(claim, known) for known in kept):
            kept.append(claim)
    return kept


def _restates(claim: Stated, known: Stated) -> bool:
    """Whether a claim says the same as another one of its document, rounded."""
    if claim.document != known.document or claim.number is None or known.number is None:
        return False
    return are_close(claim.number.stated, known.number.stated)


def _explained(group: Sequence[Stated]) -> Iterator[ClaimFinding]:
    if len({c.origin for c in group}) < 2:
        return
    names = _differences(group)
    values = [c.number.stated for c in group if c.number is not None]
    if not names or are_close(min(values), max(values)):
        return
    ordered = sorted(group, key=lambda c: c.position)
    only_time = names <= {"days", "comparator"}
    yield finding(
        "different-scope",
        "explained",
        ids_of(ordered),
        "possible" if only_time else "likely",
        claims_=listed(ordered),
        dimensions=dimensions_text(names),
    )


def _differences(group: Sequence[Stated]) -> set[str]:
    first = group[0]
    names: set[str] = set()
    for other in group[1:]:
        names |= differing(first.scope.key, other.scope.key)
        if first.scope.days != other.scope.days:
            names.add("days")
        if first.scope.methodology != other.scope.methodology:
            names.add("methodology")
    if names and len({c.number.kind for c in group if c.number is not None}) > 1:
        names.add("comparator")
    return names


def dimensions_text(names: set[str]) -> dict[str, str]:
    """Names of dimensions as a sentence lists them, by language."""
    result = {}
    for lang, joint in (("en", ", "), ("ar", "، ")):
        result[lang] = joint.join(
            DIMENSIONS[name][lang] if name in DIMENSIONS else f"`{name}`" for name in sorted(names)
        )
    return result
