"""The shapes a disturbance may have, and how well each explains a stretch of a series.

Every shape rises from zero to one: a *ramp* between two images, of which a *step* is the
case with nothing between them, and a *pulse* that jumps and fades exponentially. For each
pair of images the gain is the drop of the squared distances when the shape is fitted beside
a mean, for all bands jointly; prefix sums give each pair in a few operations.
"""

from __future__ import annotations

import numpy as np

from bayyina.sites.compiling import compiled
from bayyina.sites.series import Floats

FADING_DAYS = (10.0, 20.0, 40.0, 80.0, 160.0, 320.0)
"""Time constants of the pulses that are tried, in days."""


@compiled
def ramp_gains(
    days: Floats, values: Floats, weights: Floats, rising: bool
) -> Floats:  # pragma: no cover - compiled
    """Gain of a ramp that is still zero at image i and complete at image j, shape (n, n).

    Args:
        days: shape (n,), rising.
        values: whitened, shape (n, bands), 0 where not seen.
        weights: shape (n, bands), 0 where not seen.
        rising: whether only a rise counts.

    Returns:
        Squared standard deviations; 0 where j <= i or the shape cannot be told from a mean.
    """
    n, bands = values.shape
    gains = np.zeros((n, n))
    t = days - days[0]
    for b in range(bands):
        w0 = np.zeros(n + 1)
        w1 = np.zeros(n + 1)
        w2 = np.zeros(n + 1)
        y0 = np.zeros(n + 1)
        y1 = np.zeros(n + 1)
        for k in range(n):
            w = weights[k, b]
            w0[k + 1] = w0[k] + w
            w1[k + 1] = w1[k] + w * t[k]
            w2[k + 1] = w2[k] + w * t[k] * t[k]
            y0[k + 1] = y0[k] + w * values[k, b]
            y1[k + 1] = y1[k] + w * values[k, b] * t[k]
        if w0[n] <= 0.0:
            continue
        for i in range(n - 1):
            for j in range(i + 1, n):
                length = t[j] - t[i]
                # rows i+1 .. j-1 lie on the slope, rows from j on are complete
                a0 = w0[j] - w0[i + 1]
                a1 = w1[j] - w1[i + 1]
                a2 = w2[j] - w2[i + 1]
                first = (a1 - t[i] * a0) / length
                second = (a2 - 2.0 * t[i] * a1 + t[i] * t[i] * a0) / (length * length)
                with_y = (y1[j] - y1[i + 1] - t[i] * (y0[j] - y0[i + 1])) / length
                rest = w0[n] - w0[j]
                mean = first + rest
                square = second + rest - mean * mean / w0[n]
                product = with_y + y0[n] - y0[j] - mean * y0[n] / w0[n]
                if square > 1e-9 and not (rising and product <= 0.0):
                    gains[i, j] += product * product / square
    return gains


def pulse_gains(days: Floats, values: Floats, weights: Floats) -> Floats:
    """Gain of a pulse that begins between image i and i + 1, shape (n, time constants)."""
    n = len(days)
    gains = np.zeros((n, len(FADING_DAYS)))
    total = weights.sum(axis=0)
    sums = (weights * values).sum(axis=0)
    for column, tau in enumerate(FADING_DAYS):
        for row in range(n - 1):
            shape = np.exp(-(days[row + 1 :] - days[row + 1]) / tau)
            w = weights[row + 1 :]
            first = shape @ w
            square = shape**2 @ w - first**2 / np.maximum(total, 1e-12)
            product = shape @ (w * values[row + 1 :]) - first * sums / np.maximum(total, 1e-12)
            gains[row, column] = np.sum(
                np.divide(product**2, square, out=np.zeros_like(square), where=square > 1e-9)
            )
    return gains
