"""The method ``best``: all methods asked, combined, and the interval calibrated."""

from __future__ import annotations

import numpy as np

from bayyina.estimation.combining import (
    Combination,
    ask_methods,
    combine,
    load_calibration,
    other_methods,
)
from bayyina.estimation.requests import DRAWS, Request, from_draws
from bayyina.estimation.results import Component, Diagnostics, Estimate, Reason, Refusal

METHOD = "best"

WIDE = 10.0
"""An interval whose ends are further apart than this factor is said to be wide."""


def estimate_best(request: Request) -> Estimate | Refusal:
    """The combined estimate, with what each method said by itself.

    It needs no random numbers: its draws are quantiles at equal steps.
    """
    calibration, document = load_calibration()
    combination = combine(ask_methods(request.table), calibration)
    undocumented = combination.quantile((np.arange(DRAWS) + 0.5) / DRAWS)
    diagnostics = Diagnostics(
        converged=True,
        identifiable=True,
        spread=combination.disagreement,
        components=_components(request, combination),
    )
    estimate = from_draws(
        request,
        undocumented,
        method=METHOD,
        model="dependence between lists averaged, combined with log-linear models",
        diagnostics=diagnostics,
        parameters={
            "stretch": combination.stretch,
            "simulated_populations": int(document["simulated_populations"]),
            "list_dropping_tests": int(document["list_dropping_tests"]),
            **{name: float(value) for name, value in _numbers(document["constants"]).items()},
        },
    )
    low, high = estimate.interval
    if high <= WIDE * low:
        return estimate
    reason = Reason("wide-interval", {"ratio": high / low})
    return from_draws(
        request,
        undocumented,
        method=METHOD,
        model=estimate.model,
        diagnostics=diagnostics,
        parameters=estimate.parameters,
        reasons=(reason,),
    )


def _numbers(constants: dict[str, object]) -> dict[str, float]:
    return {name: float(v) for name, v in constants.items() if isinstance(v, int | float)}


def _components(request: Request, combination: Combination) -> tuple[Component, ...]:
    documented = request.table.documented
    calibration = combination.calibration
    tail = (1.0 - request.level) / 2.0
    own = combination.opinions.dependence.quantile(calibration.hyper_prior, [tail, 0.5, 1.0 - tail])
    low, middle, high = (documented + float(count) for count in np.exp(own))
    others = other_methods(combination.opinions)
    share = calibration.loglinear_share if "loglinear" in others else 0.0
    parts = [Component("dependence", 1.0 - share, middle, (low, high))]
    for name, median in others.items():
        weight = share if name == "loglinear" else 0.0
        parts.append(Component(name, weight, median, None))
    return tuple(parts)
