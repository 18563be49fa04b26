"""Groupings that are also possible: drawn, each link with its probability.

A count of people rests on links that are probable, not certain. Drawing groupings and counting
each of them carries that doubt into the count (linkage averaging: Sadinle, Annals of Applied
Statistics 2018, uses the same idea with a Bayesian linkage). Here each step of the clustering
that was taken or nearly taken stands or falls by itself, with the probability that the mean
log-odds between the two groups give. Rows that are known to be two people are in no
draw together, since no step joins groups that hold such rows.

What this leaves out: a row that was joined to one of two rivals is never drawn with the other,
and the weights of the model are taken as known.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bayyina.errors import InputError
from bayyina.linkage.arrays import Ints32
from bayyina.linkage.components import components
from bayyina.linkage.decisions import probabilities
from bayyina.linkage.linking import Linkage


def draw_linkages(linkage: Linkage, count: int, seed: int) -> Iterator[Ints32]:
    """Draw groupings of the rows.

    Args:
        linkage: What was linked.
        count: How many groupings to draw.
        seed: The same seed gives the same groupings.

    Yields:
        The smallest row of each row's group, shape (rows,).

    Raises:
        InputError: ``count`` is negative.
    """
    if count < 0:
        raise InputError("A number of draws cannot be negative.", hint="Ask for 0 or more.")
    steps = linkage.clusters.steps
    chance = probabilities(steps.odds)
    random = np.random.default_rng(seed)
    for _ in range(count):
        stands = random.random(len(chance)) < chance
        yield components(linkage.people.rows, steps.left, steps.right, stands)
