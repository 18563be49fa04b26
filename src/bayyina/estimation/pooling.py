"""Several answers about one population, one for each way in which the records may be joined.

Who is on several lists follows from a linkage of records that is itself uncertain. Sadinle
("Bayesian propagation of record linkage uncertainty into population size estimation of
human rights violations", Annals of Applied Statistics 12, 2018) averages the estimates over
draws of the linkage: the pooled distribution is the mixture of theirs. The same is done
with people whose stratum is not known: each draw places them anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from bayyina.errors import InputError
from bayyina.estimation.capture_table import CaptureTable
from bayyina.estimation.results import DetailValue, Diagnostics, Estimate, Reason, Refusal

MOST_REFUSED: Final = 0.05
"""Share of draws without an estimate from which on the pooled answer is a refusal too.

why: leaving out the draws in which nothing can be estimated would make the answer look surer
than it is; one in twenty is as much as the interval itself may miss.
"""

_POOLED: Final = 4000

Answer = Estimate | Refusal
"""What a table is answered with."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How much of the uncertainty comes from the draws themselves."""

    draws: int
    """Tables that were estimated from."""

    refused: int
    """Tables without an estimate."""

    documented: tuple[int, int]
    """Fewest and most documented people over the draws."""

    medians: tuple[float, float]
    """Least and greatest median over the draws."""

    between: float
    """Share of the variance of the log of the undocumented that lies between the draws."""


def estimate_over_draws(
    tables: Sequence[CaptureTable], estimator: Callable[[CaptureTable], Answer]
) -> tuple[Answer, Spread]:
    """The answer over draws of a capture table, such as one for each drawn linkage.

    Args:
        tables: One table for each draw, all equally likely.
        estimator: Answers one table; tables that are equal are asked once.

    Returns:
        The pooled answer, and how far the draws differ.

    Raises:
        InputError: there is no table.
    """
    if not tables:
        raise InputError("There is no draw to pool.", hint="Draw at least one linkage.")
    known: dict[str, Answer] = {}
    answers = []
    for table in tables:
        if table.digest not in known:
            known[table.digest] = estimator(table)
        answers.append(known[table.digest])
    return pool(answers)


def pool(answers: Sequence[Answer]) -> tuple[Answer, Spread]:
    """The mixture of answers that are equally likely."""
    estimates = [answer for answer in answers if isinstance(answer, Estimate)]
    refusals = [answer for answer in answers if isinstance(answer, Refusal)]
    counted = [answer.documented for answer in answers]
    medians = [answer.median for answer in estimates] or [float("nan")]
    spread = Spread(
        draws=len(answers),
        refused=len(refusals),
        documented=(min(counted), max(counted)),
        medians=(min(medians), max(medians)),
        between=_between(estimates),
    )
    if len(refusals) > MOST_REFUSED * len(answers) or not estimates:
        return _refused(refusals, spread), spread
    return _mixed(estimates, spread), spread


def _refused(refusals: Sequence[Refusal], spread: Spread) -> Refusal:
    if spread.refused == spread.draws:
        return refusals[0]
    detail: dict[str, DetailValue] = {"refused": spread.refused, "draws": spread.draws}
    codes = {reason.code: reason for answer in refusals for reason in answer.reasons}
    reasons = (Reason("draws-refused", detail), *codes.values())
    return replace(refusals[0], reasons=reasons)


def _mixed(estimates: Sequence[Estimate], spread: Spread) -> Estimate:
    first = estimates[0]
    undocumented = np.concatenate([undocumented_draws(answer) for answer in estimates])
    documented = round(float(np.median([answer.documented for answer in estimates])))
    population = np.sort(
        np.concatenate([undocumented_draws(answer) + answer.documented for answer in estimates])
    )
    tail = (1 - first.level) / 2
    low, middle, high = np.quantile(population, [tail, 0.5, 1 - tail])
    reasons = {reason.code: reason for answer in estimates for reason in answer.reasons}
    if spread.refused:
        detail: dict[str, DetailValue] = {"refused": spread.refused, "draws": spread.draws}
        reasons["draws-left-out"] = Reason("draws-left-out", detail)
    steps = np.linspace(0, len(population) - 1, min(_POOLED, len(population))).round().astype(int)
    return replace(
        first,
        documented=documented,
        median=float(middle),
        mean=float(population.mean()),
        interval=(float(low), float(high)),
        draws=population[steps],
        standard_error=float(undocumented.std()),
        diagnostics=worst_diagnostics([answer.diagnostics for answer in estimates]),
        model=first.model if len({answer.model for answer in estimates}) == 1 else "several",
        parameters={**first.parameters, "draws": spread.draws, "draws_refused": spread.refused},
        reasons=tuple(reasons.values()),
    )


def undocumented_draws(answer: Estimate) -> npt.NDArray[np.float64]:
    """Draws of the undocumented count; every estimate to be pooled carries them.

    Raises:
        ValueError: it carries none.
    """
    if answer.draws is None or not len(answer.draws):
        raise ValueError(f"An estimate by {answer.method} carries no draws.")
    return np.maximum(np.asarray(answer.draws, dtype=np.float64) - answer.documented, 0.0)


def _between(estimates: Sequence[Estimate]) -> float:
    if len(estimates) < 2:
        return 0.0
    logs = [np.log1p(undocumented_draws(answer)) for answer in estimates]
    between = float(np.var([part.mean() for part in logs]))
    total = between + float(np.mean([part.var() for part in logs]))
    return between / total if total else 0.0


def worst_diagnostics(found: Sequence[Diagnostics]) -> Diagnostics:
    """The least favourable of each diagnostic."""

    def most(values: list[float | None], choose: Callable[[list[float]], float]) -> float | None:
        stated = [value for value in values if value is not None]
        return choose(stated) if stated else None

    def all_of(values: list[bool | None]) -> bool | None:
        stated = [value for value in values if value is not None]
        return all(stated) if stated else None

    return replace(
        found[0],
        rhat=most([d.rhat for d in found], max),
        ess=most([d.ess for d in found], min),
        converged=all_of([d.converged for d in found]),
        identifiable=all_of([d.identifiable for d in found]),
        exists=all_of([d.exists for d in found]),
        spread=most([d.spread for d in found], max),
        components=found[0].components if len(found) == 1 else (),
    )
