"""The method ``graphs``: averaging over decomposable graphs of dependence.

Madigan and York (Biometrika 84, 1997): each decomposable graph on the lists says which
of them depend on each other; under a hyper-Dirichlet prior its marginal likelihood is
exact for every number of undocumented people; the answer averages over all graphs and
all numbers. The work grows with the histories and graphs, never with people.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

from bayyina.estimation.capture_table import CaptureTable
from bayyina.estimation.graph_scores import average_graphs
from bayyina.estimation.hierarchy import generators, written
from bayyina.estimation.requests import DRAWS, Request, from_draws
from bayyina.estimation.results import Diagnostics, Estimate, Reason, Refusal

METHOD = "graphs"

MOST_LISTS = 7
"""With eight lists there are thirty million graphs."""

_DENSE = 64
"""Undocumented counts up to this number are all on the grid; beyond it, it is geometric."""

_STEP = 0.04
"""Step of the geometric part of the grid."""

_FARTHEST = 200.0
"""Largest undocumented count on the grid, as a multiple of the documented."""


class GraphPosterior(NamedTuple):
    """The posterior of the undocumented count, averaged over graphs."""

    grid: npt.NDArray[np.float64]
    """Undocumented counts (G,)."""

    masses: npt.NDArray[np.float64]
    """Posterior probability of the stretch around each (G,)."""

    best_terms: tuple[int, ...]
    """Cliques of the most probable graph, as bit masks of lists."""

    best_probability: float
    """Its posterior probability."""

    graphs: int
    """Decomposable graphs that were averaged."""


def average_over_graphs(table: CaptureTable, delta: float | None = None) -> GraphPosterior:
    """Averages over all decomposable graphs on 3 to 7 lists.

    Args:
        table: the counts.
        delta: weight of the prior in each cell of the full table; 1 / 2^L when None, as
            in the package dga.

    Returns:
        The posterior under a prior proportional to 1 / N.
    """
    lists = len(table.lists)
    weight = 1.0 / 2**lists if delta is None else delta
    grid, steps = _grid(table.documented)
    total = grid + table.documented
    base = gammaln(total + 1.0) - gammaln(grid + 1.0) - np.log(total) + np.log(steps)
    marginals = _marginals(table, grid, weight)
    masses, best, number, probability = average_graphs(marginals, base, lists)
    return GraphPosterior(grid, masses, _cliques(best, lists), float(probability), number)


def _grid(documented: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Undocumented counts and how many whole numbers each stands for."""
    dense = np.arange(_DENSE + 1, dtype=np.float64)
    far = max(_FARTHEST * documented, 10.0 * _DENSE)
    number = int(np.log(far / _DENSE) / _STEP) + 2
    geometric = np.unique(np.rint(np.geomspace(_DENSE, far, number)))[1:]
    grid = np.concatenate([dense, geometric])
    middle = (grid[1:] + grid[:-1]) / 2.0
    edges = np.concatenate([[-0.5], middle, [grid[-1] + (grid[-1] - middle[-1])]])
    return grid, np.diff(edges)


def _marginals(
    table: CaptureTable, grid: npt.NDArray[np.float64], weight: float
) -> npt.NDArray[np.float64]:
    """Log marginal likelihood (2^L, G) of the margin over each set of lists."""
    lists = len(table.lists)
    codes, counts = table.codes, table.counts.astype(np.float64)
    total = grid + counts.sum()
    marginals = np.zeros((2**lists, len(grid)))
    for subset in range(1, 2**lists):
        margin = np.zeros(2**lists)
        np.add.at(margin, codes & subset, counts)
        cells = 2 ** int(subset).bit_count()
        prior = weight * 2**lists / cells
        seen = margin[1:][margin[1:] > 0]
        fixed = float(np.sum(gammaln(seen + prior) - gammaln(prior)))
        empty = gammaln(margin[0] + grid + prior) - gammaln(prior)
        whole = gammaln(prior * cells) - gammaln(prior * cells + total)
        marginals[subset] = fixed + empty + whole
    return marginals


def _cliques(graph: int, lists: int) -> tuple[int, ...]:
    """The maximal cliques of a graph."""
    joined = set()
    bit = 0
    for j in range(1, lists):
        for i in range(j):
            if graph >> bit & 1:
                joined.add((i, j))
            bit += 1
    complete = [
        subset
        for subset in range(1, 2**lists)
        if all(
            (i, j) in joined
            for j in range(lists)
            for i in range(j)
            if subset >> i & 1 and subset >> j & 1
        )
    ]
    return tuple(generators(complete))


def draw_undocumented(
    posterior: GraphPosterior, rng: np.random.Generator, size: int = DRAWS
) -> npt.NDArray[np.float64]:
    """Draws of the undocumented count from an averaged posterior, by its inverse."""
    cumulative = np.cumsum(posterior.masses)
    points = (np.arange(size) + rng.random(size)) / size
    edges = np.concatenate([[0.0], cumulative / cumulative[-1]])
    middle = (posterior.grid[1:] + posterior.grid[:-1]) / 2.0
    limits = np.concatenate([[0.0], middle, [2.0 * posterior.grid[-1] - middle[-1]]])
    return np.asarray(np.interp(points, edges, limits), dtype=np.float64)


def estimate_graphs(request: Request) -> Estimate | Refusal:
    """The population, averaged over decomposable graphs."""
    table = request.table
    if len(table.lists) > MOST_LISTS:
        reason = Reason("too-many-lists", {"lists": len(table.lists), "most": MOST_LISTS})
        return request.refuse(METHOD, reason)
    if table.impossible:
        return request.refuse(METHOD, Reason("impossible-histories-not-supported"))
    posterior = average_over_graphs(table)
    draws = draw_undocumented(posterior, np.random.default_rng(request.seed))
    diagnostics = Diagnostics(converged=True, identifiable=True)
    return from_draws(
        request,
        draws,
        method=METHOD,
        model=written(posterior.best_terms, request.labels),
        diagnostics=diagnostics,
        parameters={
            "delta": 1.0 / 2 ** len(table.lists),
            "graphs": posterior.graphs,
            "model_probability": posterior.best_probability,
        },
    )
