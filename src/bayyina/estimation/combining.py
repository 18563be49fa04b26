"""The calibrated combination: where the methods meet, and how far the truth may be from there.

On the log of the undocumented count, the centre lies between the median of the averaging
over dependence (:mod:`bayyina.estimation.dependence`) and the log-linear model of least BIC; the
distance to each limit is that of the averaging over dependence, stretched so that its
standard deviation becomes sqrt((a s)^2 + (b d)^2 + f^2): s is the standard deviation of the averaging, d the
disagreement of the methods, f what remains even when the data are plenty and the methods agree.
The constants are data (``calibration.json``), made by ``scripts/calibrate_estimation.py``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import resources
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from bayyina.estimation.capture_table import CaptureTable
from bayyina.estimation.dependence import (
    DependencePosterior,
    HyperPrior,
    posterior_over_dependence,
)
from bayyina.estimation.graphs import average_over_graphs
from bayyina.estimation.loglinear import choose_by_bic, possible_cells
from bayyina.estimation.sparse import fit_stepwise

Floats = npt.NDArray[np.float64]

FARTHEST_APART = 2.0
"""A method further than this from the averaging over dependence (in logs) counts as this far."""

_OTHERS = ("loglinear", "graphs", "sparse")


class Calibration(NamedTuple):
    """The constants of the combination."""

    hyper_prior: HyperPrior
    """Prior over what lists share and how interactions spread."""

    loglinear_share: float
    """Share of the log-linear model in the centre."""

    within: float
    """Factor a on the standard deviation of the averaging over dependence."""

    between: float
    """Factor b on the disagreement of the methods."""

    floor: float
    """Standard deviation f that is always there."""

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Calibration:
        """The constants as they stand in ``calibration.json``."""
        values = {name: document[name] for name in cls._fields if name != "hyper_prior"}
        return cls(hyper_prior=HyperPrior(**document["hyper_prior"]), **values)

    def to_json(self) -> dict[str, Any]:
        """The constants as JSON-ready values."""
        return {**self._asdict(), "hyper_prior": self.hyper_prior._asdict()}


class Opinions(NamedTuple):
    """What every method says of one table, before they are combined."""

    dependence: DependencePosterior
    """The averaging over dependence."""

    others: tuple[float, float, float]
    """Logs of the undocumented by ``loglinear``, ``graphs`` and ``sparse``; not a number where
    a method has no answer."""

    documented: int
    """People on at least one list."""


class Combination(NamedTuple):
    """The combined distribution of the log of the undocumented count."""

    centre: float
    """Its median."""

    stretch: float
    """Factor on the distances of the averaging over dependence."""

    disagreement: float
    """Standard deviation of the methods' logs."""

    own_median: float
    """Median of the averaging over dependence alone."""

    opinions: Opinions
    """What was combined."""

    calibration: Calibration
    """By which constants."""

    def quantile(self, probabilities: npt.ArrayLike) -> Floats:
        """Quantiles of the undocumented count."""
        own = self.opinions.dependence.quantile(self.calibration.hyper_prior, probabilities)
        logs = self.centre + self.stretch * (own - self.own_median)
        counts: Floats = np.exp(logs)
        return counts


def load_calibration() -> tuple[Calibration, Mapping[str, Any]]:
    """The shipped constants, and the whole document with how they were made."""
    text = resources.files("bayyina.estimation").joinpath("calibration.json").read_text("utf-8")
    document: Mapping[str, Any] = json.loads(text)
    return Calibration.from_json(document["constants"]), document


def ask_methods(table: CaptureTable) -> Opinions:
    """Runs every method that the combination needs, on 3 to 7 lists."""
    data = possible_cells(table)
    chosen = choose_by_bic(table)
    stepwise = fit_stepwise(data, len(table.lists))
    logs = [np.nan if fit is None else _log(fit.undocumented) for fit in (chosen, stepwise)]
    graphs = np.nan if table.impossible else _median_of_graphs(table)
    return Opinions(posterior_over_dependence(table), (logs[0], graphs, logs[1]), table.documented)


def _log(undocumented: float) -> float:
    return float(np.log(undocumented + 0.5))


def _median_of_graphs(table: CaptureTable) -> float:
    posterior = average_over_graphs(table)
    at = int(np.searchsorted(np.cumsum(posterior.masses), 0.5))
    return _log(float(posterior.grid[min(at, len(posterior.grid) - 1)]))


def combine(opinions: Opinions, calibration: Calibration) -> Combination:
    """Combines what the methods say of one table by given constants."""
    prior = calibration.hyper_prior
    low, middle, high = opinions.dependence.quantile(prior, [0.1, 0.5, 0.9])
    own_sd = max(float(high - low) / 2.563, 1e-3)
    near = np.clip(
        np.nan_to_num(np.array(opinions.others) - middle, nan=0.0), -FARTHEST_APART, FARTHEST_APART
    )
    disagreement = float(np.std(np.append(near, 0.0)))
    wanted = np.sqrt(
        (calibration.within * own_sd) ** 2
        + (calibration.between * disagreement) ** 2
        + calibration.floor**2
    )
    return Combination(
        centre=float(middle + calibration.loglinear_share * near[0]),
        stretch=float(wanted / own_sd),
        disagreement=disagreement,
        own_median=float(middle),
        opinions=opinions,
        calibration=calibration,
    )


def other_methods(opinions: Opinions) -> dict[str, float]:
    """Population by each other method that has an answer."""
    return {
        name: opinions.documented + float(np.exp(log)) - 0.5
        for name, log in zip(_OTHERS, opinions.others, strict=True)
        if np.isfinite(log)
    }
