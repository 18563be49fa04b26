"""The method ``best``: all methods asked, combined, and the interval calibrated."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bayyina.estimation.combining import (
    Combination,
    ask_methods,
    combine,
    load_calibration,
    other_methods,
)
from bayyina.estimation.dependence import FARTHEST
from bayyina.estimation.requests import DRAWS, Request, from_draws
from bayyina.estimation.results import Component, Diagnostics, Estimate, Reason, Refusal

METHOD = "best"

OPEN_ABOVE = 0.5
"""Relative density at the largest count considered from which on the data set no upper limit."""

NEARLY_OPEN_ABOVE = 0.05
"""Relative density there from which on it is said that the upper limit rests on an assumption."""

WIDE = 10.0
"""An interval whose ends are further apart than this factor is said to be wide."""


def estimate_best(request: Request) -> Estimate | Refusal:
    """The combined estimate, with what each method said by itself.

    It needs no random numbers: its draws are quantiles at equal steps.
    """
    calibration, document = load_calibration()
    combination = combine(ask_methods(request.table), calibration)
    diagnostics = Diagnostics(
        converged=True,
        identifiable=True,
        spread=combination.disagreement,
        components=_components(request, combination),
    )
    edge = combination.opinions.dependence.at_the_edge(calibration.hyper_prior)
    if edge > OPEN_ABOVE:
        reason = Reason("no-upper-limit", {"level": request.level})
        return request.refuse(METHOD, reason, diagnostics=replace(diagnostics, identifiable=False))
    estimate = from_draws(
        request,
        combination.quantile((np.arange(DRAWS) + 0.5) / DRAWS),
        method=METHOD,
        model="dependence between lists averaged, combined with log-linear models",
        diagnostics=diagnostics,
        parameters={
            "stretch": combination.stretch,
            "simulated_populations": int(document["simulated_populations"]),
            "list_dropping_tests": int(document["list_dropping_tests"]),
            **_numbers(document["constants"]),
        },
    )
    return replace(estimate, reasons=_said_beside(estimate, edge))


def _said_beside(estimate: Estimate, edge: float) -> tuple[Reason, ...]:
    found = []
    low, high = estimate.interval
    if edge > NEARLY_OPEN_ABOVE:
        found.append(Reason("bounded-by-assumption", {"most": FARTHEST}))
    if high > WIDE * low:
        found.append(Reason("wide-interval", {"ratio": high / low}))
    return tuple(found)


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
