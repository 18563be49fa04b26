"""Scores of all decomposable graphs on a few lists, compiled.

A graph is decomposable when its vertices can be taken away one by one, each with its
neighbours joined to each other (a perfect elimination order). Its probability is then a
product of conditional tables, one for each vertex given those neighbours, so the log
marginal likelihood of a graph is a sum of differences between marginals of sets of lists,
and these can be computed once for each set (Dawid and Lauritzen, Annals of Statistics 21,
1993).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bayyina.estimation.compiling import compiled

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@compiled
def eliminate(graph: int, lists: int, neighbours: Ints, parents: Ints) -> bool:
    """Finds a perfect elimination order of a graph.

    Args:
        graph: bit mask over the pairs (0,1), (0,2), (1,2), (0,3) ...
        lists: number of vertices.
        neighbours: (L,), scratch.
        parents: (L,), receives the neighbours, as a mask, that each vertex has when taken.

    Returns:
        Whether there is one: whether the graph is decomposable.
    """
    neighbours[:lists] = 0
    bit = 0
    for j in range(1, lists):
        for i in range(j):
            if graph >> bit & 1:
                neighbours[i] |= 1 << j
                neighbours[j] |= 1 << i
            bit += 1
    left = (1 << lists) - 1
    for _ in range(lists):
        taken = -1
        for v in range(lists):
            if not left >> v & 1:
                continue
            around = neighbours[v] & left
            clique = True
            for w in range(lists):
                if around >> w & 1 and (around & ~(neighbours[w] | (1 << w))) != 0:
                    clique = False
                    break
            if clique:
                taken = v
                parents[v] = around
                break
        if taken < 0:
            return False
        left &= ~(1 << taken)
    return True


@compiled
def average_graphs(marginals: Floats, base: Floats, lists: int) -> tuple[Floats, int, int, float]:
    """Posterior over a grid of undocumented counts, averaged over all decomposable graphs.

    Args:
        marginals: (2^L, G) log marginal likelihood of each set of lists at each grid point.
        base: (G,) log of prior, of the ways to choose the undocumented, and of the grid's
            step; added to every graph.
        lists: number L of lists.

    Returns:
        Posterior masses (G,); the graph with the largest posterior; how many graphs are
        decomposable; and that graph's posterior probability. The complete graph, under
        which the lists say nothing about the undocumented, is left out.
    """
    size = len(base)
    pairs = lists * (lists - 1) // 2
    neighbours = np.zeros(lists, dtype=np.int64)
    parents = np.zeros(lists, dtype=np.int64)
    posterior = np.zeros(size)
    scores = np.zeros(size)
    top = -np.inf
    best_graph = 0
    best_log = -np.inf
    number = 0
    for graph in range((1 << pairs) - 1):
        if not eliminate(graph, lists, neighbours, parents):
            continue
        number += 1
        scores[:] = base
        for v in range(lists):
            family = parents[v] | (1 << v)
            for g in range(size):
                scores[g] += marginals[family, g] - marginals[parents[v], g]
        peak = scores[0]
        for g in range(1, size):
            peak = max(peak, scores[g])
        if peak > top:
            if top > -np.inf:
                posterior *= np.exp(top - peak)
            top = peak
        if peak < top - 40.0:
            continue
        mass = 0.0
        for g in range(size):
            value = np.exp(scores[g] - top)
            mass += value
            posterior[g] += value
        total_log = np.log(mass) + top
        if total_log > best_log:
            best_log = total_log
            best_graph = graph
    total = posterior.sum()
    return posterior / total, best_graph, number, np.exp(best_log - top) / total
