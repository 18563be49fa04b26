"""Averaging over how lists may depend on each other: all interactions, shrunk, none assumed zero.

The model. With 0/1 coding the log mean of a history is a sum over the subsets of its
lists. Main effects are free. The interaction of two lists is normal with mean m and
standard deviation t; of three lists with mean -m/5 and standard deviation 0.75 t; of more with
mean 0 and half of that. m stands for what all pairs share: people who are easy or hard to
find (heterogeneity makes lists depend positively, and makes independence count too few).
m and t are not fixed: the answer averages over a grid of both, weighted by a prior
learned from simulated populations and by how well each explains the table. So no
interaction, the highest included, is set to zero in order to get an answer; the data are
free to say how dependent the lists are, and where they cannot, the prior widens the answer.

The computation. For each number u of undocumented people on a grid, the table with u in
its empty cell is complete, and the probability of the table is computed by Laplace's method
(Tierney and Kadane, JASA 81, 1986) around the penalised maximum, which Newton's method finds
for all u at once. The work does not grow with people.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln, logsumexp

from bayyina.estimation.capture_table import CaptureTable
from bayyina.estimation.existence import design
from bayyina.estimation.hierarchy import terms_up_to

Floats = npt.NDArray[np.float64]

SHARED = (0.0, 0.25, 0.5, 0.75)
"""Values of m: the mean interaction of two lists."""

SPREADS = (0.12, 0.25, 0.5, 1.0, 2.0)
"""Values of t: the standard deviation of interactions of two lists."""

MOST_LISTS = 7
"""With more lists the rarest are joined first."""

_TRIPLE_MEAN, _TRIPLE_SPREAD, _HIGHER_SPREAD = -0.2, 0.75, 0.5
_FLAT = 1e-4
"""Precision of intercept and main effects: as good as free."""

_NEWTON_STEPS, _HALVINGS, _CLOSE_ENOUGH = 60, 30, 1e-7
FARTHEST = 60.0
"""Largest undocumented count considered, as a multiple of the documented."""

_COARSE, _FINE = 36, 48
_NEGLIGIBLE = 14.0
"""Log probability below the top at which the grid of counts ends."""


class HyperPrior(NamedTuple):
    """Prior over the grid of m and t: normal in m and in log t."""

    shared_mean: float
    """Mean of m."""

    shared_sd: float
    """Standard deviation of m."""

    log_spread_mean: float
    """Mean of log t."""

    log_spread_sd: float
    """Standard deviation of log t."""

    def log_weights(self) -> Floats:
        """Log prior weight (A,) of each pair of m and t, in the order of :func:`atoms`."""
        pairs = np.array(atoms())
        shared = (pairs[:, 0] - self.shared_mean) / self.shared_sd
        spread = (np.log(pairs[:, 1]) - self.log_spread_mean) / self.log_spread_sd
        logs = -0.5 * (shared**2 + spread**2)
        weights: Floats = logs - logsumexp(logs)
        return weights


class DependencePosterior(NamedTuple):
    """Log probability of the table for each undocumented count and each pair of m and t."""

    log_grid: Floats
    """Logs (G,) of undocumented counts, at equal steps."""

    log_densities: Floats
    """Array (A, G): log density with respect to the log of the count, without the prior of m and t."""

    documented: int
    """People on at least one list."""

    def quantile(self, prior: HyperPrior, probabilities: npt.ArrayLike) -> Floats:
        """Quantiles of the log of the undocumented count."""
        logs = logsumexp(self.log_densities + prior.log_weights()[:, None], axis=0)
        density = np.exp(logs - logs.max())
        steps = (density[1:] + density[:-1]) / 2.0 * np.diff(self.log_grid)
        cumulative = np.concatenate([[0.0], np.cumsum(steps)])
        wanted = np.asarray(probabilities, dtype=np.float64)
        found: Floats = np.interp(wanted, cumulative / cumulative[-1], self.log_grid)
        return found

    def at_the_edge(self, prior: HyperPrior) -> float:
        """Density at the largest count considered, relative to the highest: 0 when it does not matter.

        Where it is not small, the upper limit rests on the assumption that at least one in
        ``FARTHEST`` people is documented, and not on the data.
        """
        logs = logsumexp(self.log_densities + prior.log_weights()[:, None], axis=0)
        return float(np.exp(logs[-1] - logs.max()))

    def shares(self, prior: HyperPrior) -> Floats:
        """Posterior probability (A,) of each pair of m and t."""
        logs = self.log_densities + prior.log_weights()[:, None]
        totals = logsumexp(logs, axis=1)
        shares: Floats = np.exp(totals - logsumexp(totals))
        return shares


def atoms() -> list[tuple[float, float]]:
    """The pairs (m, t) that are averaged over."""
    return [(m, t) for m in SHARED for t in SPREADS]


class _Layout(NamedTuple):
    """Cells, terms and counts of one table, ready for the fits."""

    columns: Floats
    """Design (c, p), the empty cell first."""

    order: npt.NDArray[np.int64]
    """Number of lists (p,) in each term."""

    counts: Floats
    """People (c - 1,) in the cells that are not empty."""

    totals: Floats
    """People (L,) on each list."""

    documented: int
    """People on at least one list."""


def posterior_over_dependence(table: CaptureTable) -> DependencePosterior:
    """Examines all undocumented counts that a table of 3 to 7 lists leaves possible."""
    layout = _layout(table)
    documented = layout.documented
    ends = np.log([max(0.01 * documented, 0.3), FARTHEST * documented])
    coarse = np.linspace(ends[0], ends[1], _COARSE)
    pairs = atoms()
    outer = [_log_density(layout, coarse, *pair, None)[0] for pair in _corners()]
    near = np.flatnonzero(np.max([d - d.max() for d in outer], axis=0) > -_NEGLIGIBLE)
    low, high = coarse[max(near[0] - 1, 0)], coarse[min(near[-1] + 1, _COARSE - 1)]
    grid = np.linspace(low, high, _FINE)
    start: Floats | None = None
    densities = np.empty((len(pairs), _FINE))
    for index, pair in enumerate(pairs):
        densities[index], start = _log_density(layout, grid, *pair, start)
    return DependencePosterior(grid, densities, documented)


def _corners() -> list[tuple[float, float]]:
    return [(m, t) for m in (SHARED[0], SHARED[-1]) for t in (SPREADS[0], SPREADS[-1])]


def _layout(table: CaptureTable) -> _Layout:
    lists = len(table.lists)
    highest = lists if lists <= 4 else 3
    terms = np.array(terms_up_to(lists, highest), dtype=np.int64)
    cells, counts = table.cells()
    possible = table.possible_cells()
    codes = np.concatenate([[0], cells[possible]]).astype(np.int64)
    order = np.array([int(term).bit_count() for term in terms], dtype=np.int64)
    totals = table.list_totals.astype(np.float64)
    seen = counts[possible].astype(np.float64)
    return _Layout(design(terms, codes), order, seen, totals, table.documented)


def _prior(order: npt.NDArray[np.int64], m: float, t: float) -> tuple[Floats, Floats]:
    """Means and precisions (p,) of all parameters."""
    triple = _TRIPLE_SPREAD * t
    mean = np.select([order == 2, order == 3], [m, _TRIPLE_MEAN * m], 0.0)
    spread = np.select([order == 2, order == 3], [t, triple], _HIGHER_SPREAD * triple)
    return mean, np.where(order < 2, _FLAT, 1.0 / spread**2)


def _log_density(
    layout: _Layout, log_grid: Floats, m: float, t: float, start: Floats | None
) -> tuple[Floats, Floats]:
    """Log density (G,) of the log of the undocumented count, and the parameters (G, p)."""
    columns, order = layout.columns, layout.order
    mean, precision = _prior(order, m, t)
    undocumented = np.exp(log_grid)
    counts = np.empty((len(log_grid), len(columns)))
    counts[:, 0] = undocumented
    counts[:, 1:] = layout.counts
    beta = _independent_start(layout, undocumented) if start is None else start.copy()
    beta, value, hessian = _maximise(columns, counts, mean, precision, beta)
    log_determinant = np.linalg.slogdet(hessian)[1]
    scale = 0.5 * np.sum(np.log(precision[order >= 2]))
    log_likelihood = value - gammaln(counts + 1.0).sum(axis=1)
    return log_likelihood - 0.5 * log_determinant + scale + log_grid, beta


def _independent_start(layout: _Layout, undocumented: Floats) -> Floats:
    population = layout.documented + undocumented
    shares = np.clip(layout.totals[None, :] / population[:, None], 1e-6, 0.999)
    beta = np.zeros((len(undocumented), len(layout.order)))
    lists = len(layout.totals)
    beta[:, 1 : lists + 1] = np.log(shares) - np.log1p(-shares)
    beta[:, 0] = np.log(population) + np.log1p(-shares).sum(axis=1)
    return beta


def _maximise(
    columns: Floats, counts: Floats, mean: Floats, precision: Floats, beta: Floats
) -> tuple[Floats, Floats, Floats]:
    """Penalised Poisson maximum for every row of counts at once.

    Returns:
        Parameters (G, p), penalised log-likelihoods (G,) and Hessians (G, p, p).
    """

    def value(at: Floats) -> Floats:
        log_means = at @ columns.T
        fit = (counts * log_means - np.exp(np.minimum(log_means, 60.0))).sum(axis=1)
        result: Floats = fit - 0.5 * (precision * (at - mean) ** 2).sum(axis=1)
        return result

    def curvature(at: Floats) -> tuple[Floats, Floats]:
        means = np.exp(np.minimum(at @ columns.T, 60.0))
        gradient: Floats = (counts - means) @ columns - precision * (at - mean)
        hessian = (means @ products).reshape(-1, width, width)
        hessian[:, np.arange(width), np.arange(width)] += precision
        return gradient, hessian

    width = columns.shape[1]
    products = (columns[:, :, None] * columns[:, None, :]).reshape(len(columns), width**2)
    current = value(beta)
    gradient, hessian = curvature(beta)
    for _ in range(_NEWTON_STEPS):
        step = np.linalg.solve(hessian, gradient[:, :, None])[:, :, 0]
        if float((gradient * step).sum(axis=1).max()) < _CLOSE_ENOUGH:
            break
        scale = np.ones((len(beta), 1))
        for _ in range(_HALVINGS):
            worse = ~(value(beta + scale * step) >= current - 1e-9 * np.abs(current))
            scale[worse] *= 0.5
            if not worse.any():
                break
        beta = beta + scale * step
        current = value(beta)
        gradient, hessian = curvature(beta)
    return beta, current, hessian
