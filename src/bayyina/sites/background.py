"""What a place does without being disturbed: what its surroundings do, the season, a slow trend.

The control is a synthetic one (Abadie et al. 2010): each band of the site is predicted from
all control bands by ridge regression that is drawn towards the same band of the control with
coefficient one, so that haze, a changed processing baseline or rain, which touch both, cancel. The
regression is on what changes from one day to the next, so that a lasting disturbance of the site is
not explained away by something else that lasts.
Season and trend are harmonics as in Zhu and Woodcock (2014).
"""

from __future__ import annotations

import numpy as np

from bayyina.sites.noise import MAD_TO_SD
from bayyina.sites.series import Days, Floats

YEAR = 365.25
"""Days in a year."""

CONTROL_RIDGE = 0.05
"""Strength of the pull towards the plain difference, as a share of the number of days."""

EXACTLY = 30.0
"""Weight of the demand that what is added to all bands alike cancels."""

REACH = 10.0
"""Change of the surroundings, in medians, beyond which a day gains no more say in the prediction."""

SEASON_NEEDS = ((1.5, 24, 8), (3.0, 48, 10))
"""Years, days and months of the year that one and two harmonics need."""

TREND_IMAGES = 30
"""Days that a trend needs."""

SEASON_RIDGE = 0.02
"""Pull of the harmonics towards zero, as a share of the number of days."""


def less_control(values: Floats, control: Floats, weights: Floats) -> Floats:
    """The site less what its surroundings predict, shape of ``values``.

    A band without control values stays as it is; a day without them becomes NaN.
    """
    result = values.copy()
    known = np.isfinite(control).any(axis=0)
    columns = np.flatnonzero(known)
    if len(columns) == 0:
        return result
    complete = np.isfinite(control[:, columns]).all(axis=1) & (weights > 0)
    for band in columns:
        rows = complete & np.isfinite(values[:, band])
        result[:, band] = values[:, band] - control[:, band]
        if rows.sum() < 12 + 3 * len(columns):
            continue
        moved = np.diff(control[np.ix_(rows, columns)], axis=0)
        spread = np.maximum(np.sqrt(np.mean(moved**2, axis=0)), 1e-12)
        apart = np.diff(result[rows, band])
        reach = np.max(np.abs(moved) / np.maximum(np.median(np.abs(moved), axis=0), 1e-12), axis=1)
        trust = np.sqrt(np.minimum(weights[rows][1:], weights[rows][:-1]))
        limit = 3.0 * MAD_TO_SD * max(float(np.median(np.abs(apart))), 1e-12)
        trust = trust * np.minimum(1.0, limit / np.maximum(np.abs(apart), 1e-12))
        trust = trust * np.minimum(1.0, REACH / np.maximum(reach, 1e-12))
        # One row more: what is added to all bands alike, as by a processor, must cancel exactly.
        alike = (1.0 / spread) / np.linalg.norm(1.0 / spread) * EXACTLY * np.sqrt(len(apart))
        design = np.vstack([moved / spread * trust[:, None], alike])
        extra = _ridge(design, np.append(apart * trust, 0.0)[:, None], CONTROL_RIDGE)[:, 0]
        centre = np.nanmedian(control[:, columns], axis=0)
        shift = ((control[:, columns] - centre) / spread) @ extra
        result[:, band] -= np.where(np.isfinite(shift), shift, 0.0)
    return result


def season_basis(days: Days, *, trend: bool) -> Floats:
    """Harmonics and a trend at the days, shape (n, terms).

    One harmonic from a year and a half on, two from three years on, where enough days in enough
    months of the year were seen to tell a season from a change; else no terms.
    """
    span = float(days[-1] - days[0]) / YEAR if len(days) else 0.0
    months = len(np.unique((np.asarray(days, dtype=float) % YEAR) // (YEAR / 12.0)))
    count = 0
    for harmonics, (years, images, seen) in enumerate(SEASON_NEEDS, start=1):
        if span >= years and len(days) >= images and months >= seen:
            count = harmonics
    phase = 2.0 * np.pi * np.asarray(days, dtype=float) / YEAR
    terms = [f((k + 1) * phase) for k in range(count) for f in (np.cos, np.sin)]
    if trend and span >= 3.0 and len(days) >= TREND_IMAGES:
        terms.append((days - days.mean()) / (span * YEAR / 2.0))
    return np.column_stack(terms) if terms else np.zeros((len(days), 0))


def fit_season(
    basis: Floats,
    values: Floats,
    weights: Floats,
    groups: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> Floats:
    """The season and trend of each band, with a level of its own for each group of days.

    Args:
        basis: shape (n, terms).
        values: shape (n, bands), NaN allowed.
        weights: shape (n, bands); zero where a value is not to be used.
        groups: number of the segment of each day, from 0, shape (n,).

    Returns:
        What season and trend add at each day, shape (n, bands).
    """
    if basis.shape[1] == 0:
        return np.zeros_like(values)
    result = np.zeros_like(values)
    for band in range(values.shape[1]):
        weight = weights[:, band]
        design = _less_group_means(basis, weight, groups)
        rest = _less_group_means(np.nan_to_num(values[:, [band]]), weight, groups)
        trust = np.sqrt(weight)[:, None]
        coefficients = _ridge(design * trust, rest * trust, SEASON_RIDGE)
        result[:, band] = basis @ coefficients[:, 0]
    return result


def _less_group_means(
    columns: Floats, weight: Floats, groups: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> Floats:
    count = int(groups.max()) + 1 if len(groups) else 0
    total = np.maximum(np.bincount(groups, weight, count), 1e-12)
    means = np.column_stack(
        [np.bincount(groups, weight * column, count) / total for column in columns.T]
    )
    return np.asarray(columns - means[groups])


def _ridge(design: Floats, targets: Floats, strength: float) -> Floats:
    gram = design.T @ design
    gram[np.diag_indices_from(gram)] += strength * len(design) + 1e-9
    return np.asarray(np.linalg.solve(gram, design.T @ targets))
