"""Hierarchical log-linear models: the choice by BIC, and an interval by profile likelihood."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import gammaln
from scipy.stats import chi2

from bayyina.estimation.capture_table import CaptureTable
from bayyina.estimation.existence import Existence, examine
from bayyina.estimation.hierarchy import facets, hierarchical_models, terms_up_to
from bayyina.estimation.poisson_fit import fit_models, fit_poisson, fit_terms, supported

MOST_LISTS_IN_FULL = 5
"""Lists up to which every hierarchical model is fitted; with more, models grow step by step."""

_FARTHEST = 1e7
"""A profile that has not fallen at this multiple of the documented count has no upper end."""

_NEAREST_EXAMINED = 40
"""Models, best first, that are examined for existence before giving up."""


class LogLinearFit(NamedTuple):
    """One model on one table."""

    terms: npt.NDArray[np.int64]
    """Its terms as bit masks of lists, the intercept first."""

    undocumented: float
    """Expected number of people on no list."""

    standard_error: float
    """Its standard error, with the Poisson variation of the number itself."""

    log_variance: float
    """Variance of the log of the expected number."""

    log_likelihood: float
    """Poisson log-likelihood without factorials."""

    bic: float
    """Bayesian information criterion, with the documented count as sample size."""

    existence: Existence
    """Whether its maximum exists and determines the number."""


class CellCounts(NamedTuple):
    """The cells that models are fitted to."""

    cells: npt.NDArray[np.int64]
    """Possible histories (c,) as bit masks."""

    counts: npt.NDArray[np.float64]
    """People with each (c,)."""


def possible_cells(table: CaptureTable) -> CellCounts:
    """The histories that people can have, with their counts, zeros included."""
    cells, counts = table.cells()
    possible = table.possible_cells()
    return CellCounts(cells[possible], counts[possible].astype(np.float64))


def fit_model(data: CellCounts, terms: npt.NDArray[np.int64]) -> LogLinearFit | None:
    """One model, or None when it has no maximum that determines the number.

    The standard error is that of Cormack and Jupp (Biometrika 78, 1991) for the expected
    number, plus the Poisson variation of the number around it.
    """
    likelihood, intercept, variance, state, size = fit_terms(terms, *data)
    if state != 0 or not np.isfinite(variance):
        return None
    existence = examine(terms, *data)
    if not existence.identifiable:
        return None
    missing = float(np.exp(intercept))
    error = float(np.sqrt(missing + missing**2 * variance))
    bic = -2.0 * likelihood + np.log(data.counts.sum()) * size
    return LogLinearFit(
        terms, missing, error, float(variance), float(likelihood), float(bic), existence
    )


def independence(data: CellCounts, lists: int) -> LogLinearFit | None:
    """The model in which being on one list says nothing about the others."""
    return fit_model(data, np.array(terms_up_to(lists, 1), dtype=np.int64))


def choose_by_bic(table: CaptureTable) -> LogLinearFit | None:
    """The hierarchical model of least BIC whose maximum determines the number.

    Up to five lists all models with all main effects are fitted; with more, terms of up
    to three lists are added, and taken away, one at a time while BIC falls.
    """
    data = possible_cells(table)
    if len(table.lists) > MOST_LISTS_IN_FULL:
        return _grow(data, len(table.lists))
    terms, models = hierarchical_models(len(table.lists))
    likelihoods, _, variances, states = fit_models(terms, models, *data)
    criterion = -2.0 * likelihoods + np.log(data.counts.sum()) * models.sum(axis=1)
    criterion[(states != 0) | ~np.isfinite(variances)] = np.inf
    order = np.argsort(criterion, kind="stable")
    for index in order[:_NEAREST_EXAMINED]:
        if not np.isfinite(criterion[index]):
            return None
        fit = fit_model(data, terms[models[index]])
        if fit is not None:
            return fit
    return None


def _grow(data: CellCounts, lists: int) -> LogLinearFit | None:
    terms = np.array(terms_up_to(lists, 3), dtype=np.int64)
    model = terms_mask = np.array([int(t).bit_count() <= 1 for t in terms])
    best = np.inf
    while True:
        neighbours = _neighbours(terms, model, terms_mask)
        candidates = np.array([model, *neighbours])
        likelihoods, _, variances, states = fit_models(terms, candidates, *data)
        criterion = -2.0 * likelihoods + np.log(data.counts.sum()) * candidates.sum(axis=1)
        criterion[(states != 0) | ~np.isfinite(variances)] = np.inf
        winner = int(np.argmin(criterion))
        if not criterion[winner] < best - 1e-9:
            return fit_model(data, terms[model])
        best = float(criterion[winner])
        model = candidates[winner]


def _neighbours(
    terms: npt.NDArray[np.int64], model: npt.NDArray[np.bool_], always: npt.NDArray[np.bool_]
) -> list[npt.NDArray[np.bool_]]:
    """Hierarchical models that have one term more or one less."""
    held = set(terms[model].tolist())
    found = []
    for i, term in enumerate(terms.tolist()):
        if always[i]:
            continue
        addable = term not in held and all(facet in held for facet in facets(term))
        removable = term in held and not any(t != term and t & term == term for t in held)
        if addable or removable:
            changed = model.copy()
            changed[i] = not changed[i]
            found.append(changed)
    return found


def profile_interval(data: CellCounts, fit: LogLinearFit, level: float) -> tuple[float, float]:
    """Interval of the undocumented count by multinomial profile likelihood.

    The likelihood of u people on no list is that of the full table with u in the empty
    cell, times the ways to choose them (Cormack, Biometrics 48, 1992; the definition that
    Rcapture uses). The upper limit is infinite when the profile never falls far enough.
    """
    profile = _profile(data, fit)
    centre = max(fit.undocumented, 0.5)
    grid = centre * np.exp(np.linspace(-1.5, 1.5, 25))
    values = np.array([profile(u) for u in grid])
    best = int(np.argmax(values))
    top, peak = float(values[best]), float(grid[best])
    drop = float(chi2.ppf(level, 1)) / 2.0

    def below(u: float) -> float:
        return profile(u) - (top - drop)

    lower = 0.0 if below(1e-6) > 0 else float(brentq(below, 1e-6, peak, xtol=1e-4))
    far = peak * 2.0
    limit = _FARTHEST * data.counts.sum()
    while below(far) > 0:
        far *= 2.0
        if far > limit:
            return lower, float(np.inf)
    return lower, float(brentq(below, peak, far, xtol=1e-4))


def _profile(data: CellCounts, fit: LogLinearFit) -> Callable[[float], float]:
    kept_terms, kept_cells = supported(fit.terms, *data)
    terms = fit.terms[kept_terms]
    cells = np.concatenate([[0], data.cells[kept_cells]]).astype(np.int64)
    seen = data.counts[kept_cells]
    offset = np.zeros(len(cells))
    documented = float(seen.sum())

    def profile(u: float) -> float:
        counts = np.concatenate([[u], seen])
        beta = np.zeros(len(terms))
        likelihood, _, _ = fit_poisson(terms, cells, counts, offset, beta)
        total = documented + u
        return float(
            likelihood + total - total * np.log(total) + gammaln(total + 1.0) - gammaln(u + 1.0)
        )

    return profile
