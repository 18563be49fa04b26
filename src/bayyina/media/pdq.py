"""The perceptual hash PDQ, from an array of pixels to 256 bits.

Facebook, "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm", 2019:
luminance, two passes of a box filter whose window follows the size (Jarosz), 64 × 64 samples, a
discrete cosine transform whose frequencies 1 to 16 are kept, and one bit for each of the 256
coefficients that exceeds their median. Laying the picture otherwise transposes the coefficients or
turns the signs of every other row or column, so the eight ways cost one transform.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.ndimage import uniform_filter1d

SAMPLES: Final = 64
"""Samples along each side of what is transformed."""

KEPT: Final = 16
"""Frequencies kept along each side."""

LEAST: Final = 5
"""Pixels that a side must have to be hashed."""

PASSES: Final = 2
"""Times that the box filter runs along each side."""

Floats = npt.NDArray[np.float32]


class Pdq(NamedTuple):
    """Hash and quality of a picture."""

    hashes: tuple[str, ...]
    """256 bits each, hexadecimal, for the picture as it is; rotated by 90, 180, 270 degrees; flipped
    up-down, left-right; flipped on the main and on the other diagonal."""

    quality: int
    """0 to 100: how much structure there is."""


def pdq(pixels: npt.NDArray[np.uint8]) -> Pdq:
    """The hash of an array of rows and columns of luminance, or with RGB as a third axis.

    A picture with a side of fewer than five pixels has no hash: all zeros, of quality 0.
    """
    if min(pixels.shape[:2]) < LEAST:
        return Pdq(("0" * 64,) * 8, 0)
    luminance = pixels.astype(np.float32) if pixels.ndim == 2 else _luminance(pixels)
    samples = _samples(luminance)
    coefficients = (_COSINES @ samples @ _COSINES.T).astype(np.float32)
    return Pdq(tuple(_bits(one) for one in _laid(coefficients)), _quality(samples))


def _luminance(pixels: npt.NDArray[np.uint8]) -> Floats:
    """Luminance of an array of shape ``(rows, columns, 3)``."""
    red, green, blue = (pixels[:, :, channel].astype(np.float32) for channel in range(3))
    made: Floats = red * np.float32(0.299) + green * np.float32(0.587) + blue * np.float32(0.114)
    return made


def _samples(luminance: Floats) -> Floats:
    """64 × 64 values of the filtered picture, at the middles of equal parts."""
    rows, columns = luminance.shape
    for _ in range(PASSES):
        luminance = _boxed(luminance, _window(columns), axis=1)
        luminance = _boxed(luminance, _window(rows), axis=0)
    places = np.arange(SAMPLES) + 0.5
    down = (places * rows / SAMPLES).astype(np.intp)
    across = (places * columns / SAMPLES).astype(np.intp)
    return luminance[np.ix_(down, across)]


def _window(length: int) -> int:
    """Width of the box filter along a side of so many pixels."""
    return (length + 2 * SAMPLES - 1) // (2 * SAMPLES)


def _boxed(values: Floats, window: int, *, axis: int) -> Floats:
    """The running mean over a window along an axis; the window is shorter at both ends.

    It reaches ``(window + 2) // 2 - 1`` values ahead and the rest of it behind.
    """
    if window == 1:
        return values
    ahead = (window + 2) // 2 - 1
    behind = window - ahead - 1
    origin = behind - window // 2
    means = uniform_filter1d(values, window, axis=axis, mode="constant", origin=origin)
    length = values.shape[axis]
    places = np.arange(length)
    counted = np.minimum(places + ahead + 1, length) - np.maximum(places - behind, 0)
    shape = (1, length) if axis == 1 else (length, 1)
    made: Floats = means * (window / counted).astype(np.float32).reshape(shape)
    return made


def _cosines() -> Floats:
    """The transform's rows for the frequencies 1 to 16 (shape ``(16, 64)``)."""
    frequency = np.arange(1, KEPT + 1)[:, None]
    place = 2 * np.arange(SAMPLES)[None, :] + 1
    scale = np.sqrt(2.0 / SAMPLES)
    rows: Floats = (scale * np.cos(np.pi / 2 / SAMPLES * frequency * place)).astype(np.float32)
    return rows


_COSINES: Final = _cosines()


def _laid(coefficients: Floats) -> tuple[Floats, ...]:
    """The coefficients of the picture laid in the eight ways."""
    odd = np.where(np.arange(KEPT) % 2 == 0, -1, 1).astype(np.float32)
    by_row, by_column = odd[:, None], odd[None, :]
    turned = coefficients.T
    return (
        coefficients,
        turned * by_row,
        coefficients * by_row * by_column,
        turned * by_column,
        coefficients * by_row,
        coefficients * by_column,
        turned,
        turned * by_row * by_column,
    )


def _bits(coefficients: Floats) -> str:
    """One bit for each coefficient above the median, the last coefficient first."""
    flat = coefficients.ravel()
    middle = np.partition(flat, flat.size // 2 - 1)[flat.size // 2 - 1]
    return np.packbits((flat > middle)[::-1]).tobytes().hex()


def _quality(samples: Floats) -> int:
    """Sum of the steps between neighbours, in hundredths of the whole range, over 90."""
    steps = [np.diff(samples, axis=axis) for axis in (0, 1)]
    total = sum(int(np.abs(np.trunc(step * 100 / 255)).sum()) for step in steps)
    return min(100, total // 90)
