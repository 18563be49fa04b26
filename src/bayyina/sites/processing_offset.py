"""A jump that is the processor's, not the ground's: the same number added to every band.

From processing baseline 04.00 (25 January 2022) Sentinel-2 products carry 1,000 digital numbers
more unless the reader takes them off (ESA, Products Specification Document 14.9). A whole site seems to
brighten at once. Ground does not do this: its reflectance rises with wavelength.
"""

from __future__ import annotations

import numpy as np

from bayyina.sites.series import Floats

OFFSET = 0.1
"""The offset, as reflectance."""

TOLERANCE = 0.35
"""Share by which the mean jump may differ from the offset; season and haze add to it."""

EVENNESS = 0.12
"""Share of the mean jump by which that of a band may differ from it."""

LEAST_BANDS = 3
"""Bands below which the sameness of a jump says nothing."""

AROUND = 12
"""Images on each side that are compared."""


def offset_at(values: Floats, trusted: Floats, unit: float, row: int) -> float:
    """What was added to every band from ``row`` on, in the unit of the values; 0 if nothing was.

    Args:
        values: levels less season, shape (n, bands), NaN allowed.
        trusted: weight of each day, shape (n,).
        unit: what stands for a reflectance of one.
        row: first row after the jump.
    """
    if values.shape[1] < LEAST_BANDS:
        return 0.0
    sound = np.where((trusted > 0.5)[:, None], values, np.nan)
    before, after = sound[max(0, row - AROUND) : row], sound[row : row + AROUND]
    if not (np.isfinite(before).any(axis=0).all() and np.isfinite(after).any(axis=0).all()):
        return 0.0
    jump = np.nanmedian(after, axis=0) - np.nanmedian(before, axis=0)
    mean, offset = float(jump.mean()), OFFSET * unit
    even = bool(np.all(np.abs(jump - mean) <= EVENNESS * abs(mean)))
    if even and abs(abs(mean) - offset) <= TOLERANCE * offset:
        return float(np.copysign(offset, mean))
    return 0.0
