"""Parts and wholes: parts larger than wholes, sums that fail, addends that are missing."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, Literal

from bayyina.claims.claim_set import ClaimSet, Stated
from bayyina.claims.comparing import (
    are_one_origin,
    exceeds,
    have_like_units,
    ids_of,
    listed,
    total_of,
)
from bayyina.claims.findings import ClaimFinding, finding
from bayyina.claims.numbers import LOOSE, are_close, written
from bayyina.claims.scopes import (
    BroaderScopes,
    days_relation,
    differing,
    joined,
    key_relation,
)
from bayyina.claims.words import Relation

Apartness = Literal["known", "presumed"]

EXCLUSIVE: Final = frozenset({"by", "side", "sex", "age_class", "year", "month"})
"""Dimensions of which one act or person has one value only."""

MOSTLY_EXCLUSIVE: Final = EXCLUSIVE | {
    "place",
    "region",
    "province",
    "district",
    "city",
    "quarter",
    "outcome",
    "status",
    "penalty",
    "nationality",
    "age",
}
"""Dimensions of which one act or person has one value, unless the values lie in each other."""

MOST_PARTS: Final = 120
"""Parts of one whole among which every pair is compared; more are taken by their kind."""


def find_in_parts(facts: ClaimSet) -> Iterator[ClaimFinding]:
    """Findings about claims and the claims that are their parts."""
    for whole_id, parts in facts.parts.items():
        whole = facts.by_id[whole_id]
        yield from _outside(whole, parts, facts)
        if whole.number is None:
            continue
        numbered = [
            p
            for p in parts
            if p.number is not None
            and p.scope.key.per == whole.scope.key.per
            and have_like_units(p, whole)
        ]
        too_large = [(p, exceeds([p], whole)) for p in numbered]
        for part, verdict in too_large:
            if verdict is not None:
                yield _larger(part, whole, verdict)
        if not any(verdict for _, verdict in too_large):
            unnumbered = [p for p in parts if p.lacks_number]
            yield from _sums(whole, numbered, unnumbered, facts)


def _larger(
    part: Stated, whole: Stated, verdict: Literal["contradiction", "doubt"]
) -> ClaimFinding:
    certainty = "certain" if verdict == "contradiction" else "possible"
    return finding(
        "part-larger-than-whole",
        verdict,
        (part.id, whole.id),
        certainty,  # type: ignore[arg-type]
        part=part.named(),
        whole=whole.named(),
    )


def _outside(whole: Stated, parts: Sequence[Stated], facts: ClaimSet) -> Iterator[ClaimFinding]:
    for part in parts:
        key = key_relation(part.scope.key, whole.scope.key, facts.words)
        if Relation.DISJOINT in (key, days_relation(part.scope, whole.scope)):
            yield finding(
                "part-outside-whole",
                "doubt",
                (part.id, whole.id),
                "likely",
                part=part.named(),
                whole=whole.named(),
            )


def _sums(
    whole: Stated, parts: Sequence[Stated], unnumbered: Sequence[Stated], facts: ClaimSet
) -> Iterator[ClaimFinding]:
    if unnumbered:
        yield from missing_addends(whole, parts, unnumbered)
        return
    if whole.claim.complete and parts:
        yield from check_sum(whole, parts, "certain")
        return
    found = disjoint_group(parts, facts)
    if found is None:
        return
    group, apartness = found
    verdict = exceeds(group, whole)
    if verdict is not None:
        known = apartness == "known"
        sure = verdict == "contradiction" and (known or _is_one_division(group, whole))
        yield finding(
            "parts-exceed-whole",
            "contradiction" if sure else "doubt",
            (*ids_of(group), whole.id),
            "certain" if sure and known else "likely" if sure else "possible",
            parts=listed(group),
            total=total_text(group),
            whole=whole.named(),
        )
    else:
        yield from _short(whole, group)


def find_in_implied_parts(facts: ClaimSet) -> Iterator[ClaimFinding]:
    """Findings about figures of one document that divide another in one dimension.

    No relation is declared: the scopes say that each counts among the whole.
    """
    above = BroaderScopes(facts.by_key, facts.words)
    divided: dict[tuple[str, str], list[Stated]] = defaultdict(list)
    for key, parts in facts.by_key.items():
        for broader in above.of(key) if key.act and key.unit else ():
            names = differing(key, broader)
            if len(names) != 1 or key.act != broader.act:
                continue
            (name,) = names
            for whole, part in _of_one_place(facts.by_key[broader], parts):
                if part.claim.part_of is None:
                    divided[whole.id, name].append(part)
    for (whole_id, _), parts in divided.items():
        if len(parts) > 1:
            yield from _sums(facts.by_id[whole_id], parts, (), facts)


def _of_one_place(
    wholes: Sequence[Stated], parts: Sequence[Stated]
) -> Iterator[tuple[Stated, Stated]]:
    """Pairs of one document, of the same days, in its text."""
    by_place: dict[tuple[str, object], list[Stated]] = defaultdict(list)
    for whole in wholes:
        if not whole.is_heading:
            by_place[whole.document, whole.scope.days].append(whole)
    for part in parts:
        for whole in by_place.get((part.document, part.scope.days), ()):
            if not part.is_heading:
                yield whole, part


def _is_one_division(group: Sequence[Stated], whole: Stated) -> bool:
    """Whether parts that differ in the editor's own words can be trusted not to overlap.

    Those of a dimension of which an act has only one value can. Of places and outcomes
    exact counts can; of causes and kinds exact counts of anything but people can, since one
    person is often counted under several.
    """
    names = differing(group[0].scope.key, group[1].scope.key)
    counts = all(c.number is not None and c.number.is_exact for c in (*group, whole))
    is_of_people = whole.scope.key.unit in ("", "Person")
    if not are_one_origin([*group, whole]):
        return False
    return names <= EXCLUSIVE or (counts and (names <= MOSTLY_EXCLUSIVE or not is_of_people))


def total_text(group: Sequence[Stated]) -> str:
    """The sum of numbers as it is written: one number, or from the least to the greatest."""
    total = total_of(group, as_list=True)
    if total.low == total.high or total.high == math.inf:
        return written(total.low)
    return f"{written(total.low)}–{written(total.high)}"


def _short(whole: Stated, group: Sequence[Stated]) -> Iterator[ClaimFinding]:
    """Parts that come near their whole without reaching it leave a remainder to explain."""
    total = total_of(group, as_list=True)
    number = whole.number
    if number is None or len(group) < 2 or not are_one_origin([*group, whole]):
        return
    names = {frozenset(differing(p.scope.key, whole.scope.key)) for p in group}
    near = number.low * (1 - LOOSE) <= total.high < number.low
    if near and len(names) == 1 and all(p.number and p.number.is_exact for p in group):
        yield finding(
            "parts-fall-short",
            "doubt",
            (*ids_of(group), whole.id),
            "possible",
            parts=listed(group),
            total=written(total.stated),
            whole=whole.named(),
            remainder=written(number.stated - total.stated),
        )


def missing_addends(
    whole: Stated, parts: Sequence[Stated], unnumbered: Sequence[Stated]
) -> Iterator[ClaimFinding]:
    """What is left for parts that a source names without a number."""
    if whole.number is None or not parts:
        return
    total = total_of(parts, as_list=True)
    left = whole.number.stated - total.stated
    counts = left == int(left) and whole.number.is_exact and total.low == total.stated
    no_room = counts and left < len(unnumbered)
    yield finding(
        "missing-addends",
        "contradiction" if no_room else "doubt",
        (whole.id, *ids_of(parts), *ids_of(unnumbered)),
        "certain",
        variant="no_room" if no_room else "one_each" if left == len(unnumbered) else "",
        whole=whole.named(),
        total=written(total.stated),
        left=written(left),
        missing=listed(unnumbered),
        count=str(len(unnumbered)),
    )


def check_sum(
    whole: Stated, addends: Sequence[Stated], certainty: Literal["certain", "likely"]
) -> Iterator[ClaimFinding]:
    """A finding when addends that are all of a whole do not make it."""
    if whole.number is None or any(a.number is None for a in addends):
        return
    as_list = are_one_origin([*addends, whole])
    total = total_of(addends, as_list=as_list)
    low, high = (
        (whole.number.low, whole.number.high) if as_list else (whole.number.lo, whole.number.hi)
    )
    if total.low <= high and low <= total.high:
        return
    if are_close(total.stated, whole.number.stated, 1e-9):
        return
    rounded = not all(a.number is not None and a.number.is_exact for a in (*addends, whole))
    if (rounded or not as_list) and are_close(total.stated, whole.number.stated):
        return
    yield finding(
        "sum-fails",
        "contradiction",
        (*ids_of(addends), whole.id),
        certainty,
        parts=listed(addends),
        total=total_text(addends),
        whole=whole.named(),
        difference=written(abs(whole.number.stated - total.stated)),
    )


def find_in_declared_sums(facts: ClaimSet) -> Iterator[ClaimFinding]:
    """Findings about sums and nested figures that the file declares."""
    for relation in facts.relations:
        for whole_id, part_id in pairwise(relation.nested or ()):
            whole, part = facts.by_id[whole_id], facts.by_id[part_id]
            verdict = exceeds([part], whole) if part.number is not None else None
            if verdict is not None:
                yield _larger(part, whole, verdict)
        if relation.sum is None or relation.equals is None:
            continue
        whole = facts.by_id[relation.equals]
        addends = [facts.by_id[name] for name in relation.sum]
        unnumbered = [a for a in addends if a.lacks_number]
        if unnumbered:
            yield from missing_addends(whole, [a for a in addends if a.number], unnumbered)
        else:
            yield from check_sum(whole, addends, "certain")


def disjoint_group(
    parts: Sequence[Stated], facts: ClaimSet
) -> tuple[list[Stated], Apartness] | None:
    """The parts with the greatest sum of which nobody is counted twice; None if under two.

    Parts known to be disjoint come first; parts whose own words only look like one
    division join them when nothing speaks against it.
    """
    if len(parts) > MOST_PARTS:
        return None
    ordered = sorted(parts, key=lambda p: (-(p.number.stated if p.number else 0), p.position))
    for wanted in (("known",), ("known", "presumed")):
        group: list[Stated] = []
        for part in ordered:
            if all(apartness(part, other, facts) in wanted for other in group):
                group.append(part)
        if len(group) == len(ordered) or (len(group) > 1 and len(wanted) == 2):
            return (group, "known" if len(wanted) == 1 else "presumed") if len(group) > 1 else None
    return None


def apartness(one: Stated, other: Stated, facts: ClaimSet) -> Apartness | None:
    """Whether two claims are known, or by their words presumed, to count nobody twice."""
    if frozenset((one.id, other.id)) in facts.declared_disjoint:
        return "known"
    relation = joined(
        (key_relation(one.scope.key, other.scope.key, facts.words),)
        if one.scope.is_stock
        else (
            key_relation(one.scope.key, other.scope.key, facts.words),
            days_relation(one.scope, other.scope),
        )
    )
    if relation is Relation.DISJOINT:
        return "known"
    names = differing(one.scope.key, other.scope.key)
    if not names and one.scope.key.unit != "Person":
        siblings = one.claim.part_of is not None and one.claim.part_of == other.claim.part_of
        return "presumed" if siblings and one.document == other.document else None
    if len(names) != 1:
        return None
    (name,) = names
    first, second = one.scope.props.get(name), other.scope.props.get(name)
    people_overlap = name == "population" and one.scope.key.unit in ("", "Person")
    if first is None or second is None or people_overlap:
        return None
    return "presumed" if facts.words.may_be_told_apart(name, first, second) else None
