"""A series of observations of one place: days, bands, how clear each day was, and a control beside it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Days: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True)
class Series:
    """What was seen of one place, in order of time, at most one row for each day."""

    days: Days
    """Proleptic Gregorian ordinals, shape (n,), rising."""

    values: Floats
    """Shape (n, bands); NaN where a band was not seen."""

    weights: Floats
    """How clear each day was, 0 (not at all) to 1, shape (n,)."""

    bands: tuple[str, ...]
    """Names of the bands."""

    control: Floats | None = None
    """The stable surroundings in the same bands, shape (n, bands); NaN where unknown."""

    notes: tuple[str, ...] = field(default=())
    """What was left out or repaired on reading, one sentence each."""

    def clear(self) -> Series:
        """Only the days on which at least one band was seen through a sky that is not all cloud."""
        keep = (self.weights > 0) & np.isfinite(self.values).any(axis=1)
        control = None if self.control is None else self.control[keep]
        return replace(
            self,
            days=self.days[keep],
            values=self.values[keep],
            weights=self.weights[keep],
            control=control,
        )

    def span_years(self) -> float:
        """From the first day to the last."""
        return float(self.days[-1] - self.days[0]) / 365.25 if len(self.days) else 0.0


def merge_days(series: Series) -> Series:
    """Sort by day and make one row of several on one day, each band by its weighted mean."""
    order = np.argsort(series.days, kind="stable")
    days, starts = np.unique(series.days[order], return_index=True)
    if len(days) == len(order) and np.array_equal(order, np.arange(len(order))):
        return series
    weights = series.weights[order]
    values = _means(series.values[order], weights, starts)
    control = None if series.control is None else _means(series.control[order], weights, starts)
    notes = series.notes
    if len(days) < len(order):
        again = len(order) - len(days)
        said = (
            "1 row repeats a day and was" if again == 1 else f"{again} rows repeat a day and were"
        )
        notes = (*notes, f"{said} averaged with it.")
    return replace(
        series,
        days=days,
        values=values,
        weights=np.maximum.reduceat(weights, starts) if len(days) else weights,
        control=control,
        notes=notes,
    )


def _means(values: Floats, weights: Floats, starts: NDArray[np.intp]) -> Floats:
    """Weighted means of the groups of rows that begin at ``starts``; NaN where nothing was seen."""
    seen = np.isfinite(values) & (weights > 0)[:, None]
    weight = np.where(seen, weights[:, None], 0.0)
    total = np.add.reduceat(weight, starts, axis=0)
    sums = np.add.reduceat(np.where(seen, values, 0.0) * weight, starts, axis=0)
    return np.asarray(np.divide(sums, total, out=np.full_like(sums, np.nan), where=total > 0))
