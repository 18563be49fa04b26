"""How far one image is shifted against another, to a hundredth of a pixel.

Cross-correlation without phase normalisation, on gradient magnitudes under a Hann window,
refined by an upsampled matrix Fourier transform (Guizar-Sicairos, Thurman and Fienup, Optics
Letters 33, 156, 2008). Normalised phase correlation is wrong by half a pixel on smooth
imagery, and is not used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

UPSAMPLING: Final = 100
"""Parts of a pixel that are told apart."""

SMALLEST: Final = 24
"""Rows and columns that an image must have for a shift to be measured."""

LARGEST_SHIFT: Final = 5.0
"""Pixels; a larger shift is not believed, and the images are left as they are."""

LEAST_PEAK: Final = 0.2
"""Correlation at the peak below which a shift is not believed."""


@dataclass(frozen=True, slots=True)
class Shift:
    """How an image lies against another."""

    rows: float
    """Pixels downwards that must be added to the second image."""

    columns: float
    """Pixels to the right that must be added to the second image."""

    peak: float
    """Correlation of the two at that shift, 0 to 1."""

    is_measured: bool
    """Whether it is believed; otherwise both numbers are 0."""


SMALLEST_SHIFT: Final = 0.15
"""Pixels; resampling for less would blur more than it mends."""

NONE: Final = Shift(0.0, 0.0, 0.0, is_measured=False)
"""No shift that could be measured."""


def shift_between(
    first: NDArray[np.float32], second: NDArray[np.float32], seen: NDArray[np.bool_]
) -> Shift:
    """The shift that lays the second image onto the first.

    Args:
        first: One band, shape (rows, columns).
        second: The same band of the other image.
        seen: Pixels that both have.
    """
    rows, columns = seen.shape
    if min(rows, columns) < SMALLEST or seen.mean() < 0.5:
        return NONE
    one, two = _features(first, seen), _features(second, seen)
    if one is None or two is None:
        return NONE
    spectrum = np.fft.fft2(one) * np.conj(np.fft.fft2(two))
    coarse = np.fft.ifft2(spectrum)
    at = np.unravel_index(int(np.argmax(coarse.real)), coarse.shape)
    whole = [float(p if p <= n // 2 else p - n) for p, n in zip(at, seen.shape, strict=True)]
    fine, value = _refined(spectrum, whole)
    peak = float(value / np.sqrt((one**2).sum() * (two**2).sum()))
    if np.hypot(*fine) > LARGEST_SHIFT or peak < LEAST_PEAK:
        return NONE
    return Shift(fine[0], fine[1], min(peak, 1.0), is_measured=True)


def _features(band: NDArray[np.float32], seen: NDArray[np.bool_]) -> NDArray[np.float64] | None:
    """Gradient magnitude under a Hann window, without its mean; None when it is flat."""
    filled = np.where(seen, band, np.median(band[seen])).astype(np.float64)
    low, high = np.percentile(filled, [1, 99])
    clipped = np.clip(filled, low, high)
    gradient = np.hypot(ndimage.sobel(clipped, 0), ndimage.sobel(clipped, 1))
    rows, columns = band.shape
    window = np.outer(np.hanning(rows), np.hanning(columns))
    centred = (gradient - gradient.mean()) * window
    return centred if np.any(centred) else None


def _refined(
    spectrum: NDArray[np.complex128], whole: list[float]
) -> tuple[tuple[float, float], float]:
    """The peak around a whole-pixel shift, on a grid of ``1 / UPSAMPLING`` pixels."""
    size = int(np.ceil(UPSAMPLING * 1.5))
    middle = size // 2
    offsets = (np.arange(size) - middle) / UPSAMPLING
    kernels = []
    for length, start in zip(spectrum.shape, whole, strict=True):
        frequencies = np.fft.fftfreq(length)
        kernels.append(np.exp(2j * np.pi * np.outer(start + offsets, frequencies)))
    surface = (kernels[0] @ spectrum @ kernels[1].T).real / spectrum.size
    at = np.unravel_index(int(np.argmax(surface)), surface.shape)
    found = (whole[0] + float(offsets[at[0]]), whole[1] + float(offsets[at[1]]))
    return found, float(surface[at])


def moved(
    bands: NDArray[np.float32], seen: NDArray[np.bool_], shift: Shift
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Bands moved by a shift (cubic splines); pixels that come from outside are not seen.

    A shift below ``SMALLEST_SHIFT`` is left as it is.
    """
    if not shift.is_measured or np.hypot(shift.rows, shift.columns) < SMALLEST_SHIFT:
        return bands, seen
    by = (shift.rows, shift.columns)
    out = np.empty_like(bands)
    for index, band in enumerate(bands):
        filled = np.where(seen, band, np.median(band[seen]))
        out[index] = ndimage.shift(filled, by, order=3, mode="nearest")
    inside = ndimage.shift(seen.astype(np.float32), by, order=1, mode="constant", cval=0.0)
    return out, inside > 0.999
