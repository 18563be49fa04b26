"""Published numbers as intervals, and what the digits of two numbers have in common.

A number with its comparator says between which bounds the true value lies. A documented
count ("at least") is two things: a lower bound of the truth, and the exact size of the
list that its publisher holds. Between publishers the first counts, within one document
the second; ``Number`` carries both.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from bayyina.standards.claims_file import Bounds

LOWER: Final = frozenset(
    {"at least", "at_least", "no fewer than", "no less than", "minimum", ">=", "≥"}
)
ABOVE: Final = frozenset({"more than", "more_than", "over", ">"})
UPPER: Final = frozenset({"at most", "at_most", "no more than", "up to", "maximum", "<=", "≤"})
BELOW: Final = frozenset({"fewer than", "fewer_than", "less than", "under", "<"})
NEAR: Final = frozenset({"about", "approximately", "around", "roughly", "~", "≈"})
ALMOST: Final = frozenset({"nearly", "almost"})

CLOSE: Final = 0.02
"""Two values of one fact that differ by no more than this share are one rounded differently."""

LOOSE: Final = 0.1
"""What “about” allows to either side, and “nearly” above."""


@dataclass(frozen=True, slots=True)
class Number:
    """A published number."""

    stated: float
    """The number itself; the best or middle value of a range."""

    lo: float
    """Least value that the claim allows."""

    hi: float
    """Greatest value that the claim allows; infinite for a lower bound."""

    kind: str
    """``exact``, ``lower``, ``upper``, ``near``, ``range`` or ``vague``."""

    low: float
    """Least value of the list or estimate itself: the number, or the low end of a range."""

    high: float
    """Greatest value of the list or estimate itself."""

    @property
    def is_exact(self) -> bool:
        """Whether the number is given to the last digit: a count, or a documented minimum."""
        return self.kind in ("exact", "lower")


def read_number(value: float | Bounds, comparator: str | None) -> Number:
    """The number that a claim states."""
    if isinstance(value, Bounds):
        return _read_range(value)
    number = float(value)
    if comparator in LOWER:
        return Number(number, number, math.inf, "lower", number, number)
    if comparator in ABOVE:
        return Number(number, number, math.inf, "lower", number, math.inf)
    if comparator in UPPER:
        return Number(number, 0, number, "upper", 0, number)
    if comparator in BELOW:
        return Number(number, 0, number, "upper", 0, number)
    if comparator in NEAR:
        lo, hi = number * (1 - LOOSE), number * (1 + LOOSE)
        return Number(number, lo, hi, "near", lo, hi)
    if comparator in ALMOST:
        lo, hi = number * (1 - LOOSE), number * (1 + CLOSE)
        return Number(number, lo, hi, "near", lo, hi)
    if comparator == "order of magnitude":
        return Number(number, number, number * 10 - 1, "vague", number, number * 10 - 1)
    return Number(number, number, number, "exact", number, number)


def _read_range(value: Bounds) -> Number:
    low = value.low if value.low is not None else 0.0
    high = value.high if value.high is not None else math.inf
    kind = "range" if low != high else "exact"
    if value.high is None:
        kind = "lower"
    elif value.low is None:
        kind = "upper"
    middle = (low + high) / 2 if math.isfinite(high) else low
    stated = value.best if value.best is not None else middle
    return Number(float(stated), float(low), float(high), kind, float(low), float(high))


def are_close(one: float, other: float, share: float = CLOSE) -> bool:
    """Whether two values differ by no more than a share of the greater one."""
    return abs(one - other) <= share * max(abs(one), abs(other))


def is_rounding(one: float, other: float) -> bool:
    """Whether one value is the other one, rounded up, down or to the nearest.

    A value is taken for rounded as far as it ends in zeros: 9,200 may stand for 9,183, and
    9,210 for 9,206, but 9,210 never for 9,120.
    """
    if not are_close(one, other):
        return False
    return abs(one - other) < max(_grid(one), _grid(other))


def _grid(value: float) -> float:
    """The place of a number's last digit that is not zero: 100 for 9,200, 0.01 for 0.25."""
    if value == 0 or not math.isfinite(value):
        return 0.0
    exponent = Decimal(str(value)).normalize().as_tuple().exponent
    return float(Decimal(1).scaleb(int(exponent)))


def is_digit_swap(one: float, other: float) -> bool:
    """Whether two whole numbers have the same digits with two of them exchanged."""
    if one != int(one) or other != int(other) or one == other:
        return False
    first, second = str(int(one)), str(int(other))
    if len(first) != len(second):
        return False
    differing = [i for i in range(len(first)) if first[i] != second[i]]
    return (
        len(differing) == 2
        and first[differing[0]] == second[differing[1]]
        and first[differing[1]] == second[differing[0]]
    )


def significant_digits(value: float) -> int:
    """How many digits a whole number has before its closing zeros; 0 for other numbers."""
    return len(str(int(value)).rstrip("0")) if value == int(value) else 0


def written(value: float) -> str:
    """A number as people read it: ``15,051``, ``0.85``."""
    if math.isinf(value):
        return "∞"
    return f"{int(value):,}" if value == int(value) else f"{value:,.2f}".rstrip("0").rstrip(".")
