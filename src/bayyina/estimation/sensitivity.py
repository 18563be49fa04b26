"""How the answer moves when what cannot be tested is otherwise. It is part of the number.

Whatever the model, observed data say nothing of people on no list; an assumption about one
quantity does: the odds ratio of all lists together. Under any fit of what is observed,
multiplying that odds ratio by a factor multiplies the undocumented by the same factor
(Aleshin-Guendel, Sadinle and Wakefield, "The central role of the identifying assumption in
population size estimation", arXiv:2101.09304; for two lists Gerritse, van der Heijden and
Bakker, "Sensitivity of population size estimation for violating parametric assumptions in
log-linear models", Journal of Official Statistics 31, 2015). So the sweep is exact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bayyina.estimation.results import Estimate, Reason, Refusal

FACTORS: Final = (0.5, 2 / 3, 1.5, 2.0)
"""Factors on the odds ratio of all lists together that are swept."""

FEWEST_TO_LEAVE_OUT: Final = 3
"""With fewer lists nothing is left to compare when one is gone."""

Answer = Estimate | Refusal
"""What a table is answered with."""


@dataclass(frozen=True, slots=True)
class Variant:
    """The answer under one other choice or assumption."""

    kind: str
    """``dependence``, ``list-left-out``, ``not-divided``, ``method`` or ``records``."""

    what: Mapping[str, str | float] = field(default_factory=dict)
    """What was chosen: ``factor``, ``list`` or ``method``."""

    documented: int = 0
    """People on at least one of the lists that were used."""

    median: float | None = None
    """Middle of the population; None where it was refused."""

    interval: tuple[float, float] | None = None
    """Its interval; None where it was refused, and for a method asked for its middle only."""

    reasons: tuple[Reason, ...] = ()
    """Why it was refused."""


def swept_dependence(answer: Estimate, factors: Iterable[float] = FACTORS) -> list[Variant]:
    """The answer where the lists together depend otherwise on each other than was assumed.

    A factor above 1 says that people on no list are more numerous than assumed: those who
    are hard to reach for one list are hard to reach for all of them.
    """
    low, high = answer.undocumented_interval
    return [
        Variant(
            kind="dependence",
            what={"factor": factor},
            documented=answer.documented,
            median=answer.documented + factor * answer.undocumented,
            interval=(answer.documented + factor * low, answer.documented + factor * high),
        )
        for factor in factors
    ]


def lists_left_out(lists: Sequence[str], answer_without: Callable[[str], Answer]) -> list[Variant]:
    """The answer without each of the lists in turn; nothing with fewer than three lists."""
    if len(lists) < FEWEST_TO_LEAVE_OUT:
        return []
    return [variant_of("list-left-out", {"list": name}, answer_without(name)) for name in lists]


def methods_combined(answer: Estimate) -> list[Variant]:
    """What each method that took part in a combined answer would have given alone."""
    return [
        Variant(
            kind="method",
            what={"method": part.method, "weight": part.weight},
            documented=answer.documented,
            median=part.median,
            interval=part.interval,
        )
        for part in answer.diagnostics.components
    ]


def variant_of(kind: str, what: Mapping[str, str | float], answer: Answer) -> Variant:
    """An answer as the outcome of another choice."""
    if isinstance(answer, Refusal):
        return Variant(kind, what, answer.documented, reasons=answer.reasons)
    return Variant(kind, what, answer.documented, answer.median, answer.interval)
