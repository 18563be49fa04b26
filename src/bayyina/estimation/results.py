"""What an estimation is answered with: an estimate, or a refusal with its reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

DetailValue = str | int | float | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an estimate was refused, or what has to be said beside one."""

    code: str
    """Stable kebab-case name; the sentence is written from it in each language."""

    detail: Mapping[str, DetailValue] = field(default_factory=dict)
    """What the sentence needs: names of lists, counts, thresholds."""

    def detail_to_json(self) -> dict[str, str | int | float | list[str]]:
        """The detail as JSON-ready values."""
        return {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in self.detail.items()
        }


@dataclass(frozen=True, slots=True)
class Component:
    """One method that took part in a combined answer."""

    method: str
    """Name of the method."""

    weight: float
    """Its share in the combination."""

    median: float
    """Population that the method alone would have given."""

    interval: tuple[float, float] | None
    """Its own interval, before any calibration, where it was computed."""


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """Whether the computation can be believed; None where a question does not arise."""

    rhat: float | None = None
    """Largest split R-hat (rank-normalised) over the chains; near 1 when they agree."""

    ess: float | None = None
    """Effective number of independent draws of the population."""

    converged: bool | None = None
    """Whether the iterations or chains came to rest."""

    identifiable: bool | None = None
    """Whether the data determine the number under the model."""

    exists: bool | None = None
    """Whether the maximum of the likelihood exists (extended sense) for the chosen model."""

    spread: float | None = None
    """Disagreement between methods: standard deviation of the log of the undocumented."""

    components: tuple[Component, ...] = ()
    """The methods that were combined."""


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """An estimated population, with how it was made."""

    documented: int
    """People on at least one list: the number that is never replaced by the estimate."""

    median: float
    """Middle of the estimated distribution of the population (for likelihood methods: the estimate)."""

    mean: float
    """Its mean (for likelihood methods: the estimate)."""

    interval: tuple[float, float]
    """Lower and upper limit of the population."""

    level: float
    """Probability that the interval is meant to hold, such as 0.95."""

    method: str
    """``best``, ``loglinear``, ``sparse``, ``graphs``, ``latent`` or ``strata``."""

    model: str
    """The model in the notation of its method, such as ``[123,14,34]`` with lists numbered."""

    lists: tuple[str, ...]
    """Names of the lists, numbered from 1 in the model."""

    draws: npt.NDArray[np.float64] | None
    """Draws of the population, for adding strata and for combination."""

    diagnostics: Diagnostics
    """Whether the computation can be believed."""

    seed: int
    """Seed of the random numbers."""

    input_digest: str
    """SHA-256 (hex) over the table that was estimated from."""

    standard_error: float | None = None
    """Standard error of the population, where the method has one."""

    parameters: Mapping[str, str | int | float] = field(default_factory=dict)
    """What the method was run with: thresholds, chains, iterations, calibration."""

    reasons: tuple[Reason, ...] = ()
    """What has to be said beside the number."""

    @property
    def undocumented(self) -> float:
        """The median less the documented."""
        return self.median - self.documented

    @property
    def undocumented_interval(self) -> tuple[float, float]:
        """The interval less the documented."""
        return self.interval[0] - self.documented, self.interval[1] - self.documented


@dataclass(frozen=True, slots=True)
class Refusal:
    """No number, because the data do not give one; and why."""

    documented: int
    """People on at least one list."""

    method: str
    """Method that was asked for."""

    lists: tuple[str, ...]
    """Names of the lists."""

    reasons: tuple[Reason, ...]
    """Why, most important first; never empty."""

    diagnostics: Diagnostics
    """What was found on the way."""

    seed: int
    """Seed of the random numbers."""

    input_digest: str
    """SHA-256 (hex) over the table."""

    parameters: Mapping[str, str | int | float] = field(default_factory=dict)
    """What the method was run with."""
