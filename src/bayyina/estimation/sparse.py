"""The method ``sparse``: stepwise Poisson log-linear model with a bootstrap interval.

The model is chosen anew in every resample, so the interval carries the choice; its limits
are those of Efron's bias-corrected and accelerated bootstrap (BCa; JASA 82, 1987), as in
Chan, Silverman and Vincent (JASA 116, 2021). Resamples are drawn from the counts, so the
work does not grow with the people in them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from bayyina.estimation.hierarchy import written
from bayyina.estimation.loglinear import CellCounts, LogLinearFit, fit_model, possible_cells
from bayyina.estimation.requests import DRAWS, Request
from bayyina.estimation.results import Diagnostics, Estimate, Reason, Refusal
from bayyina.estimation.stepwise import choose_stepwise, stepwise_undocumented

METHOD = "sparse"

THRESHOLD = 0.02
"""One-sided probability below which a two-list term enters."""

RESAMPLES = 1000
"""Bootstrap resamples."""

_MOST_FAILED = 0.1
"""Share of resamples without an estimate above which no interval is given."""


class Bootstrap(NamedTuple):
    """Resampled estimates with what the corrections need."""

    undocumented: npt.NDArray[np.float64]
    """Estimates from resamples that gave one, in order."""

    failed: float
    """Share of resamples that gave none."""

    bias: float
    """Bias correction z0."""

    acceleration: float
    """Acceleration a, from leaving one person out."""

    def quantile(self, probability: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """The bias-corrected and accelerated quantile."""
        shifted = self.bias + norm.ppf(np.asarray(probability, dtype=np.float64))
        corrected = norm.cdf(self.bias + shifted / (1.0 - self.acceleration * shifted))
        return np.asarray(np.quantile(self.undocumented, corrected), dtype=np.float64)


def fit_stepwise(data: CellCounts, lists: int, threshold: float = THRESHOLD) -> LogLinearFit | None:
    """The stepwise model, or None when not even independence determines the number."""
    terms, _, state = choose_stepwise(lists, *data, threshold)
    while state == 0:
        fit = fit_model(data, terms)
        if fit is not None or len(terms) == lists + 1:
            return fit
        terms = terms[:-1]
    return None


def bootstrap(
    data: CellCounts,
    lists: int,
    estimate: float,
    rng: np.random.Generator,
    resamples: int = RESAMPLES,
    threshold: float = THRESHOLD,
) -> Bootstrap:
    """Resamples people, chooses and fits anew each time."""
    documented = int(data.counts.sum())
    tables = rng.multinomial(documented, data.counts / documented, size=resamples)
    found = stepwise_undocumented(lists, data.cells, tables.astype(np.float64), threshold)
    good = np.sort(found[np.isfinite(found)])
    failed = 1.0 - len(good) / resamples
    if len(good) == 0:
        return Bootstrap(good, 1.0, 0.0, 0.0)
    below = (np.sum(good < estimate) + 0.5 * np.sum(good == estimate)) / len(good)
    bias = float(norm.ppf(np.clip(below, 0.5 / len(good), 1.0 - 0.5 / len(good))))
    return Bootstrap(good, failed, bias, _acceleration(data, lists, threshold))


def _acceleration(data: CellCounts, lists: int, threshold: float) -> float:
    """Skewness of the estimates that leave one person out, over six."""
    held = np.flatnonzero(data.counts > 0)
    tables = np.repeat(data.counts[None, :], len(held), axis=0)
    tables[np.arange(len(held)), held] -= 1.0
    found = stepwise_undocumented(lists, data.cells, tables, threshold)
    weights = np.where(np.isfinite(found), data.counts[held], 0.0)
    values = np.where(np.isfinite(found), found, 0.0)
    if weights.sum() == 0:
        return 0.0
    difference = np.average(values, weights=weights) - values
    square = float(np.sum(weights * difference**2))
    cube = float(np.sum(weights * difference**3))
    return cube / (6.0 * square**1.5) if square > 0 else 0.0


def estimate_sparse(request: Request) -> Estimate | Refusal:
    """The population under the stepwise model, with a BCa interval."""
    table = request.table
    lists = len(table.lists)
    data = possible_cells(table)
    fit = fit_stepwise(data, lists)
    parameters: dict[str, str | int | float] = {
        "threshold": THRESHOLD,
        "resamples": RESAMPLES,
        "interval": "BCa bootstrap",
    }
    if fit is None:
        diagnostics = Diagnostics(identifiable=False)
        return request.refuse(
            METHOD, Reason("not-identifiable"), diagnostics=diagnostics, parameters=parameters
        )
    resampled = bootstrap(data, lists, fit.undocumented, np.random.default_rng(request.seed))
    diagnostics = Diagnostics(converged=True, identifiable=True, exists=fit.existence.exists)
    if resampled.failed > _MOST_FAILED:
        reason = Reason("resamples-fail", {"share": resampled.failed})
        return request.refuse(METHOD, reason, diagnostics=diagnostics, parameters=parameters)
    documented = table.documented
    tail = (1.0 - request.level) / 2.0
    low, high = (float(limit) for limit in resampled.quantile([tail, 1.0 - tail]))
    draws = resampled.quantile((np.arange(DRAWS) + 0.5) / DRAWS) + documented
    return Estimate(
        documented=documented,
        median=documented + fit.undocumented,
        mean=documented + fit.undocumented,
        interval=(documented + low, documented + high),
        level=request.level,
        method=METHOD,
        model=written(fit.terms, request.labels),
        lists=request.lists,
        draws=draws,
        diagnostics=diagnostics,
        seed=request.seed,
        input_digest=request.digest,
        standard_error=fit.standard_error,
        parameters={**parameters, "failed_resamples": resampled.failed},
    )
