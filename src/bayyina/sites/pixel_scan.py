"""One step in each of many pixels: where it fits best and how much it explains, season taken out exactly.

Every candidate step is compared with the season and trend that it could be mistaken for, on the
clear days of that pixel, without fitting anything twice: prefix sums give the inner products of
all candidates with the basis at once, and one Cholesky factor serves all of them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bayyina.errors import InputError
from bayyina.sites.background import season_basis
from bayyina.sites.compiling import compiled
from bayyina.sites.series import Days, Floats


class PixelSteps(NamedTuple):
    """The best step of each pixel."""

    rows: NDArray[np.int64]
    """First image after it, shape (pixels,); -1 where there were too few clear images."""

    gains: Floats
    """What it explains, in squared standard deviations, shape (pixels,)."""

    shifts: Floats
    """Size in each band, in the unit of the values, shape (pixels, bands)."""


def scan_pixels(days: Days, values: NDArray[np.float32], clear: NDArray[np.bool_]) -> PixelSteps:
    """Find the best step of each pixel.

    Args:
        days: proleptic ordinals, rising, shape (n,).
        values: shape (pixels, n, bands); anything where not clear.
        clear: shape (pixels, n).

    Raises:
        InputError: the shapes do not fit each other.
    """
    if values.ndim != 3 or clear.shape != values.shape[:2] or len(days) != values.shape[1]:
        raise InputError("Days, values and masks of the pixels do not have the same length.")
    basis = season_basis(days, trend=True)
    full = np.ascontiguousarray(np.column_stack([np.ones(len(days)), basis]))
    rows, gains, shifts = _scan(
        full, np.ascontiguousarray(values, dtype=np.float32), np.ascontiguousarray(clear), 3
    )
    return PixelSteps(rows, gains, shifts)


@compiled
def _scan(
    basis: Floats, values: NDArray[np.float32], clear: NDArray[np.bool_], least: int
) -> tuple[NDArray[np.int64], Floats, Floats]:  # pragma: no cover - compiled
    pixels, n, bands = values.shape
    terms = basis.shape[1]
    rows = np.full(pixels, -1)
    gains = np.zeros(pixels)
    shifts = np.zeros((pixels, bands))
    gram = np.empty((terms, terms))
    factor = np.empty((terms, terms))
    scaled = np.empty((n, terms))
    coefficients = np.empty((terms, bands))
    rest = np.empty((n, bands))
    tail = np.empty(terms)
    total = np.empty(bands)
    noise = np.empty(bands)
    seen = np.empty(n, dtype=np.int64)
    for p in range(pixels):
        m = 0
        for k in range(n):
            if clear[p, k]:
                seen[m] = k
                m += 1
        if m < terms + 2 * least:
            continue
        for a in range(terms):
            for c in range(a + 1):
                s = 0.0
                for q in range(m):
                    s += basis[seen[q], a] * basis[seen[q], c]
                gram[a, c] = s
            gram[a, a] += 1e-6 * m
        for a in range(terms):
            for c in range(a + 1):
                s = gram[a, c]
                for d in range(c):
                    s -= factor[a, d] * factor[c, d]
                factor[a, c] = np.sqrt(s) if a == c else s / factor[c, c]
        # rows of the basis in coordinates in which it is orthonormal on the clear days
        for q in range(m):
            for a in range(terms):
                s = basis[seen[q], a]
                for d in range(a):
                    s -= factor[a, d] * scaled[q, d]
                scaled[q, a] = s / factor[a, a]
        for a in range(terms):
            for b in range(bands):
                coefficients[a, b] = 0.0
        for q in range(m):
            for b in range(bands):
                value = values[p, seen[q], b]
                for a in range(terms):
                    coefficients[a, b] += scaled[q, a] * value
        for b in range(bands):
            noise[b] = 0.0
            total[b] = 0.0
        for q in range(m):
            for b in range(bands):
                s = float(values[p, seen[q], b])
                for a in range(terms):
                    s -= scaled[q, a] * coefficients[a, b]
                rest[q, b] = s
                if q > 0:
                    step = s - rest[q - 1, b]
                    noise[b] += abs(step)
        for b in range(bands):
            # mean absolute difference of neighbours to a standard deviation
            noise[b] = max(noise[b] / (m - 1) * 0.8862269254527579, 1e-9)
        for a in range(terms):
            tail[a] = 0.0
        best = 0.0
        at = -1
        length = 0.0
        for q in range(m - 1, least - 1, -1):
            for a in range(terms):
                tail[a] += scaled[q, a]
            for b in range(bands):
                total[b] += rest[q, b]
            count = m - q
            if count < least:
                continue
            square = float(count)
            for a in range(terms):
                square -= tail[a] * tail[a]
            if square <= 1e-6 * count:
                continue
            gain = 0.0
            for b in range(bands):
                gain += total[b] * total[b] / (noise[b] * noise[b])
            gain /= square
            if gain > best:
                best = gain
                at = q
                length = square
                for b in range(bands):
                    shifts[p, b] = total[b] / square
        if at >= 0 and length > 0.0:
            rows[p] = seen[at]
            gains[p] = best
    return rows, gains, shifts
