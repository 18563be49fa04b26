"""Fitting many Poisson log-linear models to one small table, compiled.

The mean of the cell with history s is exp(sum of the parameters of all terms that are
subsets of s), so the parameter of the empty term is the log of the expected number of
people on no list (Fienberg, Biometrika 59, 1972; Cormack, Biometrics 45, 1989).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bayyina.estimation.compiling import compiled

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@compiled
def solve_spd(matrix: Floats, right: Floats, solution: Floats, size: int) -> bool:
    """Solves a positive definite system in place by Cholesky's factorisation.

    Args:
        matrix: (p, p), overwritten by its lower factor.
        right: (p,), not changed.
        solution: (p,), receives the solution.
        size: number p of rows in use.

    Returns:
        False when the matrix is numerically singular.
    """
    largest = 0.0
    for i in range(size):
        largest = max(largest, matrix[i, i])
    for i in range(size):
        for j in range(i + 1):
            total = matrix[i, j]
            for k in range(j):
                total -= matrix[i, k] * matrix[j, k]
            if i == j:
                if total <= 1e-11 * largest:
                    return False
                matrix[i, i] = np.sqrt(total)
            else:
                matrix[i, j] = total / matrix[j, j]
    for i in range(size):
        total = right[i]
        for k in range(i):
            total -= matrix[i, k] * solution[k]
        solution[i] = total / matrix[i, i]
    for i in range(size - 1, -1, -1):
        total = solution[i]
        for k in range(i + 1, size):
            total -= matrix[k, i] * solution[k]
        solution[i] = total / matrix[i, i]
    return True


@compiled
def inverse_corner(factor: Floats, size: int) -> float:
    """The first diagonal element of the inverse, from the lower factor of :func:`solve_spd`."""
    unit = np.zeros(size)
    total = 0.0
    for i in range(size):
        value = 1.0 if i == 0 else 0.0
        for k in range(i):
            value -= factor[i, k] * unit[k]
        unit[i] = value / factor[i, i]
        total += unit[i] * unit[i]
    return total


@compiled
def fit_poisson(
    terms: Ints, cells: Ints, counts: Floats, offset: Floats, beta: Floats
) -> tuple[float, float, int]:
    """Maximum likelihood of one model by Newton's method with step halving.

    Args:
        terms: (p,) subsets of lists as bit masks; the first must be 0, the intercept.
        cells: (c,) histories as bit masks, only those whose mean is not forced to zero.
        counts: (c,) people with each history.
        offset: (c,) added to the log of each mean.
        beta: (p,) zeros, receives the parameters.

    Returns:
        Log-likelihood (without factorials), variance of the intercept, and a state:
        0 converged, 1 singular (the model is not identified), 2 not converged.
    """
    size = len(terms)
    number = len(cells)
    information = np.zeros((size, size))
    score = np.zeros(size)
    target = np.zeros(size)
    step = np.zeros(size)
    means = counts + 0.5
    likelihood = -np.inf
    for turn in range(200):
        # One step of iterated least squares: of the working response less what is there now.
        for t in range(size):
            score[t] = 0.0
            for s in range(t + 1):
                information[t, s] = 0.0
        for c in range(number):
            residual = counts[c] - means[c]
            if turn == 0:
                residual = means[c] * (np.log(means[c]) - offset[c])
            for t in range(size):
                if (cells[c] & terms[t]) == terms[t]:
                    score[t] += residual
                    for s in range(t + 1):
                        if (cells[c] & terms[s]) == terms[s]:
                            information[t, s] += means[c]
        if not solve_spd(information, score, step, size):
            return likelihood, np.inf, 1
        gain = 0.0
        for t in range(size):
            gain += score[t] * step[t]
        if turn > 0 and gain < 1e-10:
            return likelihood, inverse_corner(information, size), 0
        scale = 1.0
        value = -np.inf
        for _ in range(30):
            for t in range(size):
                target[t] = beta[t] + scale * step[t]
            value = _likelihood(target, terms, cells, counts, offset, means)
            if turn == 0 or value >= likelihood - 1e-12 * abs(likelihood):
                break
            scale *= 0.5
        if turn > 0 and value < likelihood - 1e-12 * abs(likelihood):
            return likelihood, np.inf, 2
        likelihood = value
        for t in range(size):
            beta[t] = target[t]
            if t > 0 and abs(beta[t]) > 60.0:
                return likelihood, np.inf, 2
    return likelihood, np.inf, 2


@compiled
def _likelihood(
    beta: Floats, terms: Ints, cells: Ints, counts: Floats, offset: Floats, means: Floats
) -> float:
    """Log-likelihood; the means are written into the last argument."""
    total = 0.0
    for c in range(len(counts)):
        log_mean = offset[c]
        for t in range(len(beta)):
            if (cells[c] & terms[t]) == terms[t]:
                log_mean += beta[t]
        if log_mean > 300.0:
            return -np.inf
        means[c] = np.exp(log_mean)
        total += counts[c] * log_mean - means[c]
    return total


@compiled
def supported(terms: Ints, cells: Ints, counts: Floats) -> tuple[Bools, Bools]:
    """Which terms and cells are left when unsupported terms go to minus infinity.

    A term whose histories hold nobody has the estimate minus infinity, and its cells the
    mean zero (Chan, Silverman and Vincent, JASA 116, 2021, section 2).

    Returns:
        Masks over the terms (p,) and the cells (c,) that stay.
    """
    kept_terms = np.ones(len(terms), dtype=np.bool_)
    kept_cells = np.ones(len(cells), dtype=np.bool_)
    for t in range(1, len(terms)):
        total = 0.0
        for c in range(len(cells)):
            if (cells[c] & terms[t]) == terms[t]:
                total += counts[c]
        if total == 0.0:
            kept_terms[t] = False
            for c in range(len(cells)):
                if (cells[c] & terms[t]) == terms[t]:
                    kept_cells[c] = False
    return kept_terms, kept_cells


@compiled
def fit_terms(terms: Ints, cells: Ints, counts: Floats) -> tuple[float, float, float, int, int]:
    """One model with its unsupported terms at minus infinity.

    Returns:
        Log-likelihood, intercept, its variance, the state of :func:`fit_poisson`, and the
        number of finite parameters.
    """
    kept_terms, kept_cells = supported(terms, cells, counts)
    chosen = terms[kept_terms]
    beta = np.zeros(len(chosen))
    left = cells[kept_cells]
    if len(left) < len(chosen):
        return -np.inf, np.inf, np.inf, 1, len(chosen)
    likelihood, variance, state = fit_poisson(
        chosen, left, counts[kept_cells], np.zeros(len(left)), beta
    )
    return likelihood, beta[0], variance, state, len(chosen)


@compiled
def fit_models(
    terms: Ints, models: Bools, cells: Ints, counts: Floats
) -> tuple[Floats, Floats, Floats, Ints]:
    """Many models on one table.

    Args:
        terms: (P,) all terms, the intercept first.
        models: (M, P) which terms each model holds.
        cells: (c,) histories.
        counts: (c,) people with each history.

    Returns:
        Log-likelihoods, intercepts, their variances and states, each (M,).
    """
    number = len(models)
    likelihoods = np.empty(number)
    intercepts = np.empty(number)
    variances = np.empty(number)
    states = np.empty(number, dtype=np.int64)
    for m in range(number):
        likelihoods[m], intercepts[m], variances[m], states[m], _ = fit_terms(
            terms[models[m]], cells, counts
        )
    return likelihoods, intercepts, variances, states
