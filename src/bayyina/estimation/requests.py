"""What every method is asked with, and how its answer is put together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from bayyina.estimation.capture_table import CaptureTable
from bayyina.estimation.joining import joined_to
from bayyina.estimation.results import Diagnostics, Estimate, Reason, Refusal

DRAWS = 4000
"""Draws of the population that an estimate carries."""


class Request(NamedTuple):
    """One table to estimate from, with what all methods share."""

    table: CaptureTable
    """The table with its lists in the order of their names, so that column order cannot matter."""

    labels: tuple[str, ...]
    """Number, from 1, that each list had in the table that was given; ``8+9`` for joined ones."""

    lists: tuple[str, ...]
    """Names of the lists in the order in which they were given."""

    digest: str
    """SHA-256 (hex) over the table."""

    seed: int
    """Seed of the random numbers."""

    level: float
    """Probability of the interval."""

    @classmethod
    def of(cls, table: CaptureTable, seed: int, level: float) -> Request:
        """The request for a table as it was given."""
        order = sorted(range(len(table.lists)), key=lambda j: table.lists[j])
        labels = tuple(str(j + 1) for j in order)
        return cls(table.in_name_order(), labels, table.lists, table.digest, seed, level)

    def with_at_most(self, most: int) -> Request:
        """The request with its rarest lists joined until there are few enough."""
        joined, groups = joined_to(self.table, most)
        labels = tuple(
            "+".join(sorted((self.labels[j] for j in group), key=int)) for group in groups
        )
        return self._replace(table=joined, labels=labels)

    def refuse(
        self,
        method: str,
        *reasons: Reason,
        diagnostics: Diagnostics | None = None,
        parameters: Mapping[str, str | int | float] | None = None,
    ) -> Refusal:
        """No number, for these reasons."""
        return Refusal(
            documented=self.table.documented,
            method=method,
            lists=self.lists,
            reasons=reasons,
            diagnostics=diagnostics or Diagnostics(),
            seed=self.seed,
            input_digest=self.digest,
            parameters=parameters or {},
        )


def from_draws(
    request: Request,
    undocumented: npt.NDArray[np.float64],
    *,
    method: str,
    model: str,
    diagnostics: Diagnostics,
    parameters: Mapping[str, str | int | float],
    reasons: tuple[Reason, ...] = (),
) -> Estimate:
    """An estimate from draws of the undocumented count; the interval has equal tails."""
    documented = request.table.documented
    population = np.sort(undocumented) + documented
    tail = (1.0 - request.level) / 2.0
    low, middle, high = np.quantile(population, [tail, 0.5, 1.0 - tail])
    return Estimate(
        documented=documented,
        median=float(middle),
        mean=float(population.mean()),
        interval=(float(low), float(high)),
        level=request.level,
        method=method,
        model=model,
        lists=request.lists,
        draws=np.asarray(population, dtype=np.float64),
        diagnostics=diagnostics,
        seed=request.seed,
        input_digest=request.digest,
        standard_error=float(population.std()),
        parameters=parameters,
        reasons=reasons,
    )


def two_piece_draws(
    middle: float, low: float, high: float, level: float, size: int = DRAWS
) -> npt.NDArray[np.float64]:
    """Values of a two-piece log-normal quantity with a given median and interval, in order.

    They are its quantiles at equal steps of probability, so they need no random numbers.

    Args:
        middle: median, above zero.
        low: lower limit of the interval; may be zero.
        high: upper limit.
        level: probability between the limits.
        size: how many.
    """
    z = float(norm.ppf(0.5 + level / 2.0))
    middle = max(middle, 1e-3)
    down = np.log(middle / max(low, middle * 1e-3, 1e-6)) / z
    up = np.log(max(high, middle) / middle) / z
    scores = norm.ppf((np.arange(size) + 0.5) / size)
    values: npt.NDArray[np.float64] = middle * np.exp(np.where(scores < 0, down, up) * scores)
    return values
