"""Placing people whose stratum is not known, many times over.

Leaving them out would lose people who are documented, and placing them once would pretend
to know. Each draw places them by the strata of the people with the same capture history,
whose shares are themselves drawn (Dirichlet, with half a person for each stratum added,
in proportion to its size), so that the estimate carries how little is known of where they belong.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from bayyina.estimation.capture_table import CaptureTable
from bayyina.estimation.captures import Captures, History, Stratum

IMPUTATIONS: Final = 20
"""Draws; the variance between them is small beside that of the estimates."""

_PRIOR: Final = 0.5


def imputed_strata(
    captures: Captures, *, seed: int, draws: int = IMPUTATIONS
) -> list[tuple[Stratum, ...]]:
    """Strata with everybody placed, one set for each draw; one set alone when nobody is unplaced.

    Args:
        captures: People by stratum, some of them perhaps in none.
        seed: Of the random numbers.
        draws: How many sets.
    """
    left = captures.unplaced
    if left is None or not captures.strata:
        return [captures.strata]
    rng = np.random.default_rng([seed, 0x57A7])
    known = [_counts(stratum.table) for stratum in captures.strata]
    sizes = np.array([stratum.table.documented for stratum in captures.strata], dtype=np.float64)
    made = []
    for _ in range(draws):
        placed = [dict(part) for part in known]
        for history, people in sorted(_counts(left).items()):
            seen = np.array([part.get(history, 0) for part in known], dtype=np.float64)
            weights = seen + _PRIOR * len(sizes) * sizes / sizes.sum()
            shares = rng.dirichlet(np.maximum(weights, 1e-9))
            for part, more in zip(placed, rng.multinomial(people, shares), strict=True):
                if more:
                    part[history] = part.get(history, 0) + int(more)
        made.append(
            tuple(
                Stratum(
                    stratum.key,
                    CaptureTable.from_counts(stratum.table.lists, part, stratum.table.impossible),
                )
                for stratum, part in zip(captures.strata, placed, strict=True)
            )
        )
    return made


def _counts(table: CaptureTable) -> dict[History, int]:
    return {
        tuple(int(bit) for bit in row): int(count)
        for row, count in zip(table.histories, table.counts, strict=True)
    }
