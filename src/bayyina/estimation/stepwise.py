"""Forward stepwise choice of two-list terms on sparse tables, compiled for the bootstrap."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from bayyina.estimation.compiling import compiled
from bayyina.estimation.poisson_fit import fit_poisson, supported

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@compiled
def poisson_tail(observed: float, mean: float) -> float:
    """The smaller one-sided probability of a Poisson count as far out as the observed one."""
    at = math.exp(observed * math.log(mean) - mean - math.lgamma(observed + 1.0))
    total = at
    term = at
    k = observed
    if observed < mean:
        while k > 0.0 and term > 1e-14 * total:
            term *= k / mean
            total += term
            k -= 1.0
    else:
        while term > 1e-14 * total:
            k += 1.0
            term *= mean / k
            total += term
    return min(total, 1.0)


@compiled
def model_means(terms: Ints, cells: Ints, counts: Floats, means: Floats) -> tuple[float, int]:
    """Extended maximum of one model.

    Args:
        terms: (p,) terms, the intercept first.
        cells: (c,) histories.
        counts: (c,) people with each.
        means: (c,) receives the fitted means, zero outside the face.

    Returns:
        The intercept and a state: 0 found, 1 not determined, 2 not converged.
    """
    kept_terms, kept_cells = supported(terms, cells, counts)
    chosen = terms[kept_terms]
    left = cells[kept_cells]
    means[:] = 0.0
    if len(left) < len(chosen):
        return 0.0, 1
    beta = np.zeros(len(chosen))
    _, variance, state = fit_poisson(chosen, left, counts[kept_cells], np.zeros(len(left)), beta)
    if state != 0 or not variance < 1e6:
        return 0.0, max(state, 1)
    for c in range(len(cells)):
        if kept_cells[c]:
            total = 0.0
            for t in range(len(chosen)):
                if (cells[c] & chosen[t]) == chosen[t]:
                    total += beta[t]
            means[c] = math.exp(total)
    return beta[0], 0


@compiled
def choose_stepwise(
    lists: int, cells: Ints, counts: Floats, threshold: float
) -> tuple[Ints, float, int]:
    """Adds two-list terms one by one while their overlap is unlikely without them.

    At each step the total on each pair of lists is compared with the Poisson distribution
    that the model so far gives it; the least likely pair enters if its one-sided
    probability is below the threshold and the larger model still determines the number
    (Chan, Silverman and Vincent, JASA 116, 2021, section 4).

    Returns:
        The chosen terms, the intercept, and the state of the last fit.
    """
    terms = np.zeros(1 + lists + lists * (lists - 1) // 2, dtype=np.int64)
    for j in range(lists):
        terms[1 + j] = 1 << j
    size = 1 + lists
    pairs = np.zeros(lists * (lists - 1) // 2, dtype=np.int64)
    barred = np.zeros(len(pairs), dtype=np.bool_)
    number = 0
    for j in range(1, lists):
        for i in range(j):
            pairs[number] = (1 << i) | (1 << j)
            number += 1
    means = np.zeros(len(cells))
    wider = np.zeros(len(cells))
    intercept = 0.0
    begun = False
    while True:
        width = size
        if begun:
            least = threshold
            best = -1
            for k in range(len(pairs)):
                observed = 0.0
                mean = 0.0
                for c in range(len(cells)):
                    if (cells[c] & pairs[k]) == pairs[k]:
                        observed += counts[c]
                        mean += means[c]
                if mean > 0.0 and not barred[k]:
                    tail = poisson_tail(observed, mean)
                    if tail < least:
                        least = tail
                        best = k
            if best < 0:
                return terms[:size].copy(), intercept, 0
            terms[size] = pairs[best]
            barred[best] = True
            width = size + 1
        value, state = model_means(terms[:width], cells, counts, wider)
        if state == 0:
            size = width
            intercept = value
            for c in range(len(cells)):
                means[c] = wider[c]
        elif not begun:
            return terms[:size].copy(), intercept, state
        begun = True


@compiled
def stepwise_undocumented(lists: int, cells: Ints, tables: Floats, threshold: float) -> Floats:
    """Undocumented count by stepwise choice for many tables (B, c); not a number on failure."""
    found = np.empty(len(tables))
    for b in range(len(tables)):
        keep = np.ones(lists, dtype=np.bool_)
        for j in range(lists):
            total = 0.0
            for c in range(len(cells)):
                if cells[c] >> j & 1:
                    total += tables[b, c]
            keep[j] = total > 0.0
        if not keep.all():
            found[b] = np.nan
            continue
        _, intercept, state = choose_stepwise(lists, cells, tables[b], threshold)
        found[b] = math.exp(intercept) if state == 0 else np.nan
    return found
