"""Laying all scenes of a stack onto one: shifts against a robust median, and what cannot be mended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bayyina.sites.registration import NONE, SMALLEST_SHIFT, Shift, moved, shift_between

LARGEST_LEFT: Final = 0.5
"""Pixels by which a scene may lie wrong; beyond, the scene is left out."""

BELIEVED: Final = 0.45
"""Correlation from which a shift is mended; seasons and haze lower it, and blur the peak."""

AGREEING: Final = 0.4
"""Pixels by which the shifts of single bands may differ for their median to be believed."""

SAME_PLACE: Final = 0.6
"""Usual correlation of a stack from which a scene that matches nothing is another place."""

MOST_REFERENCES: Final = 60
"""Scenes whose median is the reference."""


Box: TypeAlias = tuple[slice, slice]
"""Rows and columns."""


class Laid(NamedTuple):
    """One scene after registration."""

    values: NDArray[np.float32]
    """Bands, moved; NaN where nothing is seen."""

    clear: NDArray[np.bool_]
    """Clear pixels, moved."""

    shift: Shift
    """What was measured."""

    problem: str
    """Why the scene must not be used; empty where it may."""


def box_of(clears: Sequence[NDArray[np.bool_]]) -> Box:
    """The rows and columns in which any scene shows anything."""
    ever = np.logical_or.reduce(list(clears))
    rows, columns = np.flatnonzero(ever.any(axis=1)), np.flatnonzero(ever.any(axis=0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def reference_of(
    planes: Sequence[NDArray[np.float32]], clears: Sequence[NDArray[np.bool_]]
) -> NDArray[np.float32]:
    """Median of the clearest scenes, pixel by pixel; the median of all where a pixel was never clear."""
    shares = np.array([clear.mean() for clear in clears])
    order = np.argsort(-shares, kind="stable")[:MOST_REFERENCES]
    chosen = sorted(int(k) for k in order if shares[k] >= shares.max() / 2)
    stack = np.stack([np.where(clears[k], planes[k], np.nan) for k in chosen])
    empty = ~np.isfinite(stack).any(axis=0)
    stack[:, empty] = 0.0
    middle = np.nanmedian(stack, axis=0)
    if not empty.all():
        middle[empty] = np.median(middle[~empty])
    return np.asarray(middle, dtype=np.float32)


def laid(
    values: NDArray[np.float32],
    clear: NDArray[np.bool_],
    references: Mapping[int, NDArray[np.float32]],
    box: Box,
) -> Laid:
    """Lay one scene onto the reference.

    Args:
        values: Bands, shape (bands, rows, columns).
        clear: Clear pixels.
        references: Reference of some of the bands, by their place; each of shape (rows, columns).
        box: Rows and columns that the scenes show at all.
    """
    shift = _agreed(values, clear, references, box)
    if not shift.is_measured:
        return Laid(values, clear, shift, "")
    size = float(np.hypot(shift.rows, shift.columns))
    if size < SMALLEST_SHIFT:
        return Laid(values, clear, shift, "")
    bands, seen = moved(values, clear, shift)
    left = _agreed(bands, seen, references, box)
    rest = float(np.hypot(left.rows, left.columns))
    if left.is_measured and rest > LARGEST_LEFT:
        problem = f"It lies {rest:.1f} pixels off after registration."
        return Laid(values, clear, shift, problem)
    return Laid(bands, seen, shift, "")


def _agreed(
    values: NDArray[np.float32],
    clear: NDArray[np.bool_],
    references: Mapping[int, NDArray[np.float32]],
    box: Box,
) -> Shift:
    """The median shift of the bands; none where they disagree, or the images are too unlike."""
    shifts = [
        shift
        for plane, reference in references.items()
        if (shift := shift_between(reference[box], values[plane][box], clear[box])).is_measured
        and shift.peak >= BELIEVED
    ]
    if len(shifts) < max(1, (len(references) + 1) // 2):
        return NONE
    rows = np.array([shift.rows for shift in shifts])
    columns = np.array([shift.columns for shift in shifts])
    if max(np.ptp(rows), np.ptp(columns)) > AGREEING:
        return NONE
    peak = max(shift.peak for shift in shifts)
    return Shift(float(np.median(rows)), float(np.median(columns)), peak, is_measured=True)


def strangers(shifts: Sequence[Shift], clears: Sequence[NDArray[np.bool_]], box: Box) -> list[bool]:
    """Scenes that match nothing although they are clear and the others of the stack do match."""
    peaks = [s.peak for s in shifts if s.is_measured]
    if len(peaks) < 5 or float(np.median(peaks)) < SAME_PLACE or len(peaks) < 0.8 * len(shifts):
        return [False] * len(shifts)
    return [
        not shift.is_measured and float(clear[box].mean()) > 0.9
        for shift, clear in zip(shifts, clears, strict=True)
    ]
