"""Adding strata up with their uncertainty, those without an estimate of their own included.

A stratum in which nothing can be estimated keeps its documented people. How many were
undocumented there for each of them is drawn from what the other strata say: the log of that ratio is
normal around their mean, with the spread within and between them, widened for how few they are
(the predictive distribution of a new stratum). This is done only while the documented people
of such strata are few, because strata that cannot be estimated may be unlike the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import norm, t

from bayyina.estimation.pooling import undocumented_draws, worst_diagnostics
from bayyina.estimation.results import Estimate, Reason, Refusal

Floats = npt.NDArray[np.float64]

METHOD: Final = "strata"
"""Name of the method in results."""

SHARED: Final = 0.5
"""Share of the strata's error that they have in common.

why: the same people made the same lists in every stratum, so where the assumption misses the
truth it tends to miss it in the same direction everywhere. Adding as if the errors were
independent would make the sum of many strata look far surer than any of them; adding their
limits would be right only if all erred alike. Half is between the two, and stands in the result.
"""

FEWEST_ANSWERED: Final = 3
"""Strata with an estimate that are needed before one without is imputed; two show no spread."""

MOST_IMPUTED: Final = 0.25
"""Largest share of the documented people that may be in strata without an estimate.

why: such strata may have more undocumented than the others, which nothing shows, so they must
not carry the sum. A judgement, like the half above; it stands in the documentation.
"""

_SUMS: Final = 4000
_TWO_SIDED: Final = 0.975


class Unanswered(NamedTuple):
    """A stratum without an estimate of its own."""

    name: str
    """Its name in sentences."""

    answer: Refusal
    """Why it has none."""


def may_be_imputed(known: Sequence[Estimate], missing: Sequence[Unanswered]) -> bool:
    """Whether the strata that are known say enough of those without an estimate."""
    if not missing:
        return True
    people = sum(part.answer.documented for part in missing)
    whole = people + sum(part.documented for part in known)
    return len(known) >= FEWEST_ANSWERED and people <= MOST_IMPUTED * whole


def add_strata(parts: Sequence[Estimate], missing: Sequence[Unanswered] = ()) -> Estimate:
    """The population of all strata together.

    A draw of the sum adds one draw of each stratum; their ranks are those of normal scores
    with the correlation ``SHARED``. Means add up exactly, medians and limits do not.

    Args:
        parts: The strata with an estimate, all with draws, in a fixed order.
        missing: Those without one, which :func:`may_be_imputed`.

    Raises:
        ValueError: there is none, one carries no draws, or what is missing cannot be imputed.
    """
    if not parts:
        raise ValueError("There is no stratum to add up.")
    if not may_be_imputed(parts, missing):
        raise ValueError("The strata with an estimate are too few for those without one.")
    first = parts[0]
    rng = np.random.default_rng([first.seed, 0x5EED])
    common = rng.standard_normal(_SUMS)
    total = np.zeros(_SUMS)
    for part in parts:
        steps = (_ranks(rng, common) + 0.5) / _SUMS
        total += np.quantile(undocumented_draws(part), steps, method="hazen")
    imputed = np.zeros(_SUMS)
    for refused in missing:
        steps = (_ranks(rng, common) + 0.5) / _SUMS
        imputed += refused.answer.documented * np.exp(_log_ratios(parts, steps))
    if len(parts) == 1:
        return replace(first, method=METHOD, parameters={**first.parameters, "of": first.method})
    documented = sum(part.documented for part in parts)
    documented += sum(part.answer.documented for part in missing)
    population = np.sort(total + imputed) + documented
    tail = (1 - first.level) / 2
    low, middle, high = np.quantile(population, [tail, 0.5, 1 - tail])
    reasons = {reason.code: reason for part in parts for reason in part.reasons}
    if missing:
        reasons["strata-imputed"] = _said_of(missing)
    tests = [int(part.parameters.get("list_dropping_tests", 0)) for part in parts]
    return replace(
        first,
        documented=documented,
        median=float(middle),
        mean=float(sum(undocumented_draws(part).mean() for part in parts) + imputed.mean())
        + documented,
        interval=(float(low), float(high)),
        method=METHOD,
        model=f"sum of {len(parts) + len(missing)} strata",
        draws=population,
        standard_error=float(population.std()),
        diagnostics=worst_diagnostics([part.diagnostics for part in parts]),
        parameters={
            "strata": len(parts) + len(missing),
            "strata_imputed": len(missing),
            "of": first.method,
            "shared_error": SHARED,
            "list_dropping_tests": min(tests),
        },
        reasons=tuple(reasons.values()),
    )


def _ranks(rng: np.random.Generator, common: Floats) -> npt.NDArray[np.int64]:
    """Ranks (D,) of normal scores that share ``SHARED`` of their variance with the other strata."""
    own = rng.standard_normal(_SUMS)
    mixed = np.sqrt(SHARED) * common + np.sqrt(1 - SHARED) * own
    return np.argsort(np.argsort(mixed))


def _log_ratios(known: Sequence[Estimate], steps: Floats) -> Floats:
    """Quantiles (D,) of the log of the undocumented for each documented person of a new stratum.

    The normal spread is widened so that its 95 % limits are those of Student's t with one
    degree of freedom less than there are strata; the t itself has no mean once it is exponentiated.
    """
    logs = [np.log(np.maximum(undocumented_draws(a), 0.5) / a.documented) for a in known]
    means = np.array([values.mean() for values in logs])
    variance = float(np.mean([values.var() for values in logs])) + float(means.var(ddof=1))
    widening = float(t.ppf(_TWO_SIDED, len(known) - 1) / norm.ppf(_TWO_SIDED))
    spread = widening * np.sqrt(variance * (1.0 + 1.0 / len(known)))
    ratios: Floats = means.mean() + spread * norm.ppf(steps)
    return ratios


def _said_of(missing: Sequence[Unanswered]) -> Reason:
    people = sum(part.answer.documented for part in missing)
    return Reason(
        "strata-imputed", {"strata": tuple(part.name for part in missing), "people": people}
    )
