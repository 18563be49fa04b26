"""Two lists, where people defend by name that the conditions for it hold.

Chapman's estimator (1951) with the transformed logit interval of Sadinle ("Transformed
logit confidence intervals for small populations in single capture-recapture estimation",
Communications in Statistics - Simulation and Computation 38, 2009). It needs one closed
population and independence, neither of which two lists can show.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from scipy.special import ndtri

from bayyina.estimation.capture_table import CaptureTable
from bayyina.estimation.population_checks import Declared
from bayyina.estimation.requests import DRAWS
from bayyina.estimation.results import Diagnostics, Estimate

METHOD: Final = "chapman"
"""Name of the method in results."""


def estimate_two_lists(
    table: CaptureTable, declared: Declared, *, seed: int, level: float
) -> Estimate:
    """The population by Chapman's estimator.

    Args:
        table: Two lists that share somebody.
        declared: Why they drew from one population and are independent; both stand in the result.
        seed: Kept in the result; no random number is used.
        level: Probability of the interval.

    Raises:
        ValueError: the table has another number of lists, or the reasons are missing.
    """
    if len(table.lists) != 2 or not (declared.one_population and declared.independent):
        raise ValueError("Chapman's estimator needs two lists and both reasons.")
    both = int(table.overlaps[0, 1])
    first, second = (int(total) for total in table.list_totals)
    only_first, only_second = first - both, second - both
    population = (first + 1) * (second + 1) / (both + 1) - 1
    centre = (only_first + 0.5) * (only_second + 0.5) / (both + 0.5)
    spread = math.sqrt(
        1 / (only_first + 0.5)
        + 1 / (only_second + 0.5)
        + 1 / (both + 0.5)
        + (both + 0.5) / ((only_first + 0.5) * (only_second + 0.5))
    )
    documented = table.documented
    scores = ndtri((np.arange(DRAWS) + 0.5) / DRAWS)
    draws = documented + np.maximum(centre * np.exp(spread * scores) - 0.5, 0.0)
    z = float(ndtri(0.5 + level / 2))
    low = documented + max(centre * math.exp(-z * spread) - 0.5, 0.0)
    high = documented + centre * math.exp(z * spread) - 0.5
    variance = (
        (first + 1) * (second + 1) * only_first * only_second / ((both + 1) ** 2 * (both + 2))
    )
    return Estimate(
        documented=documented,
        median=population,
        mean=population,
        interval=(min(low, population), max(high, population)),
        level=level,
        method=METHOD,
        model="[1,2]",
        lists=table.lists,
        draws=draws,
        diagnostics=Diagnostics(converged=True, identifiable=True, exists=True),
        seed=seed,
        input_digest=table.digest,
        standard_error=math.sqrt(variance),
        parameters={
            "one_population": declared.one_population,
            "independent": declared.independent,
        },
    )
