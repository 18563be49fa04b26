"""Whether a maximum of the likelihood exists, and whether it determines the number.

Fienberg and Rinaldo (Annals of Statistics 40, 2012): the maximum of a log-linear model's
likelihood exists exactly when its sufficient statistics lie inside the cone of the
design; otherwise they lie on a face, the extended maximum gives the mean zero to every
cell outside that face, and what is left may or may not determine the parameters. Both
are linear programs (Chan, Silverman and Vincent, JASA 116, 2021).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog

_ROOM = 1e-7
"""How far inside the face, relative to the counts, a cell must be able to go."""


class Existence(NamedTuple):
    """What the linear program found about one model on one table."""

    exists: bool
    """Whether the ordinary maximum exists: every cell can have a positive mean."""

    identifiable: bool
    """Whether the extended maximum determines the expected number of people on no list."""

    face: npt.NDArray[np.bool_]
    """Mask (c,): cells that can have a positive mean."""


def design(terms: npt.NDArray[np.int64], cells: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """The design (c, p): whether each term, a bit mask of lists, is a subset of each history."""
    columns: npt.NDArray[np.float64] = ((cells[:, None] & terms) == terms).astype(np.float64)
    return columns


def examine(
    terms: npt.NDArray[np.int64], cells: npt.NDArray[np.int64], counts: npt.NDArray[np.float64]
) -> Existence:
    """Examines one model, given by its terms with the intercept (0) first.

    The program asks for means, at least as large as the counts' face allows, that give
    the same sufficient statistics up to a common factor: it maximises the sum of z under
    0 <= z <= 1, z <= x, X'x = t X'n, t >= 1. Cells with z = 0 are outside the face.
    """
    columns = design(terms, cells)
    number, width = columns.shape
    statistics = columns.T @ counts
    # Variables: slack w = x - z (c), z (c), t (1).
    equal = np.hstack([columns.T, columns.T, -statistics[:, None]])
    objective = np.concatenate([np.zeros(number), -np.ones(number), [0.0]])
    bounds = [(0, None)] * number + [(0, 1)] * number + [(1, None)]
    found = linprog(objective, A_eq=equal, b_eq=np.zeros(width), bounds=bounds, method="highs")
    if found.status != 0:
        return Existence(exists=False, identifiable=False, face=np.zeros(number, dtype=np.bool_))
    face = np.asarray(found.x[number : 2 * number] > _ROOM, dtype=np.bool_)
    return Existence(bool(face.all()), _determines_intercept(columns[face]), face)


def _determines_intercept(columns: npt.NDArray[np.float64]) -> bool:
    """Whether the first parameter is a function of the means of the cells that are left."""
    if len(columns) == 0:
        return False
    rank = np.linalg.matrix_rank(columns)
    unit = np.zeros((1, columns.shape[1]))
    unit[0, 0] = 1.0
    return bool(np.linalg.matrix_rank(np.vstack([columns, unit])) == rank)
