"""Adding strata up with their uncertainty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from bayyina.estimation.pooling import undocumented_draws, worst_diagnostics
from bayyina.estimation.results import Estimate

METHOD: Final = "strata"
"""Name of the method in results."""

SHARED: Final = 0.5
"""Share of the strata's error that they have in common.

why: the same people made the same lists in every stratum, so where the assumption misses the
truth it tends to miss it in the same direction everywhere. Adding as if the errors were
independent would make the sum of many strata look far surer than any of them; adding their
limits would be right only if all erred alike. Half is between the two, and stands in the result.
"""

_SUMS: Final = 4000


def add_strata(parts: Sequence[Estimate]) -> Estimate:
    """The population of all strata together.

    A draw of the sum adds one draw of each stratum; their ranks are those of normal scores
    with the correlation ``SHARED``. Means add up exactly, medians and limits do not.

    Args:
        parts: The strata, all with draws, in a fixed order.

    Raises:
        ValueError: there is none, or one carries no draws.
    """
    if not parts:
        raise ValueError("There is no stratum to add up.")
    first = parts[0]
    rng = np.random.default_rng([first.seed, 0x5EED])
    common = rng.standard_normal(_SUMS)
    total = np.zeros(_SUMS)
    for part in parts:
        own = rng.standard_normal(_SUMS)
        ranks = np.argsort(np.argsort(np.sqrt(SHARED) * common + np.sqrt(1 - SHARED) * own))
        steps = (ranks + 0.5) / _SUMS
        total += np.quantile(undocumented_draws(part), steps, method="hazen")
    if len(parts) == 1:
        return replace(first, method=METHOD)
    documented = sum(part.documented for part in parts)
    population = np.sort(total) + documented
    tail = (1 - first.level) / 2
    low, middle, high = np.quantile(population, [tail, 0.5, 1 - tail])
    reasons = {reason.code: reason for part in parts for reason in part.reasons}
    tests = [int(part.parameters.get("list_dropping_tests", 0)) for part in parts]
    return replace(
        first,
        documented=documented,
        median=float(middle),
        mean=float(sum(undocumented_draws(part).mean() for part in parts)) + documented,
        interval=(float(low), float(high)),
        method=METHOD,
        model=f"sum of {len(parts)} strata",
        draws=population,
        standard_error=float(population.std()),
        diagnostics=worst_diagnostics([part.diagnostics for part in parts]),
        parameters={
            "strata": len(parts),
            "of": first.method,
            "shared_error": SHARED,
            "list_dropping_tests": min(tests),
        },
        reasons=tuple(reasons.values()),
    )
