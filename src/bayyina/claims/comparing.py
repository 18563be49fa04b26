"""When one number may not be greater than another, and when two cannot both hold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

from bayyina.claims.claim_set import Stated
from bayyina.claims.numbers import CLOSE, are_close, is_rounding

Verdict = Literal["contradiction", "doubt"]


class Total(NamedTuple):
    """The sum of several numbers as bounds."""

    low: float
    """Least sum."""

    high: float
    """Greatest sum; infinite when an addend is a lower bound of the truth."""

    stated: float
    """Sum of the stated values."""


def are_one_origin(claims: Sequence[Stated]) -> bool:
    """Whether all stand in one document, or were published by one body."""
    first = claims[0]
    return all(c.document == first.document for c in claims) or (
        first.claim.source.publisher is not None
        and all(c.claim.source.publisher == first.claim.source.publisher for c in claims)
    )


def bounds_of(stated: Stated, *, as_list: bool) -> tuple[float, float]:
    """Bounds of a number: of the list that its publisher holds, or of the truth."""
    number = stated.number
    if number is None:
        return 0, math.inf
    return (number.low, number.high) if as_list else (number.lo, number.hi)


def total_of(addends: Sequence[Stated], *, as_list: bool) -> Total:
    """The sum of numbers of which nobody is counted twice."""
    bounds = [bounds_of(addend, as_list=as_list) for addend in addends]
    stated = sum(a.number.stated for a in addends if a.number is not None)
    return Total(sum(b[0] for b in bounds), sum(b[1] for b in bounds), stated)


def exceeds(parts: Sequence[Stated], whole: Stated) -> Verdict | None:
    """Whether parts that count nobody twice are more than their whole.

    Within one document documented minimums are sizes of one list and are compared as
    such; between publishers a whole that is “at least” so much may be more, so that
    greater parts only raise a doubt.
    """
    if whole.number is None:
        return None
    as_list = are_one_origin([*parts, whole])
    total = total_of(parts, as_list=as_list)
    limit = bounds_of(whole, as_list=as_list)[1]
    if total.low > limit and not are_close(total.low, limit, 1e-9):
        rounded = whole.number.kind != "exact" or not as_list
        return (
            "doubt" if rounded and are_close(total.low, limit) and not as_list else "contradiction"
        )
    both_lower = whole.number.kind == "lower" and total.stated > whole.number.stated
    if both_lower and not as_list and not are_close(total.stated, whole.number.stated):
        return "doubt"
    return None


def cannot_both_hold(one: Stated, other: Stated, *, as_list: bool) -> bool:
    """Whether two numbers of one fact exclude each other, rounding allowed for."""
    if one.number is None or other.number is None:
        return False
    lo_one, hi_one = bounds_of(one, as_list=as_list)
    lo_other, hi_other = bounds_of(other, as_list=as_list)
    if lo_one <= hi_other and lo_other <= hi_one:
        return False
    if {one.number.kind, other.number.kind} == {"vague"}:
        return True  # “hundreds” and “thousands” are not one number, rounded
    near_one, near_other = (hi_one, lo_other) if hi_one < lo_other else (lo_one, hi_other)
    if one.number.is_exact and other.number.is_exact:
        return not is_rounding(near_one, near_other)
    return not are_close(near_one, near_other, CLOSE)


def have_like_units(one: Stated, other: Stated) -> bool:
    """Whether two figures count the same kind of thing, as far as they say."""
    first, second = one.scope.key.unit, other.scope.key.unit
    return first == second or not first or not second


def ids_of(claims: Sequence[Stated]) -> list[str]:
    """Ids in the order given."""
    return [claim.id for claim in claims]


def listed(claims: Sequence[Stated], most: int = 8) -> dict[str, str]:
    """Claims as sentences list them, by language; the rest of a long list is counted."""
    result = {}
    for lang, joint, more in (("en", ", ", " and {} more"), ("ar", "، ", " و{} غيرها")):
        names = joint.join(claim.named()[lang] for claim in claims[:most])
        rest = len(claims) - most
        result[lang] = names + (more.format(rest) if rest > 0 else "")
    return result
