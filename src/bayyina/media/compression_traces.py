"""Traces of compression in a JPEG: a second compression, and a thumbnail of another picture.

A coefficient that was divided by one step and then by another takes some values more often
than others, at regular distances (Popescu and Farid, "Statistical tools for digital
forensics", 2004). The strength is the highest peak of the histogram's spectrum beside its
median. Measured rates, on files that were saved twice on purpose, stand in the documentation:
most second savings are missed.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from bayyina.media.pictures import decode_luminance, decode_small
from bayyina.media.plain_data import DamagedFileError

try:
    import numpy as np
    from PIL import Image
except ImportError:  # the extra ``media`` is absent; the parent said so before it came here
    np = Image = None  # type: ignore[assignment]

MIN_SIDE: Final = 256
MAX_SIDE: Final = 1536
"""The middle of larger pictures is looked at."""

FREQUENCIES: Final = ((0, 1), (1, 0), (1, 1), (0, 2), (2, 0), (1, 2), (2, 1), (0, 3), (3, 0))
"""Row and column of the coefficients that are looked at."""

REACH: Final = 64
"""Coefficients of this size and less go into the histogram."""

COMPRESSION_THRESHOLD: Final = 6.7
"""Set so that about one in twenty pictures of the reference set lies above."""

THUMBNAIL_THRESHOLD: Final = 0.85
THUMBNAIL_SIDE: Final = 32


def second_compression(path: Path, structure: Mapping[str, Any]) -> dict[str, Any] | None:
    """The strength of periodic traces; None where the picture is too small to say.

    Raises:
        DamagedFileError: the picture cannot be decoded.
        FileLimitError: it has more pixels than are decoded.
    """
    table = (structure.get("quantisation_tables") or {}).get("0")
    if not table or len(table) != 64 or structure.get("bits") != 8:
        return None
    pixels = decode_luminance(path)
    height, width = pixels.shape
    if min(height, width) < MIN_SIDE:
        return None
    side_y, side_x = (min(n // 8 * 8, MAX_SIDE) for n in (height, width))
    top, left = ((n - s) // 16 * 8 for n, s in ((height, side_y), (width, side_x)))
    middle = pixels[top : top + side_y, left : left + side_x].astype(np.float32) - 128
    blocks = middle.reshape(side_y // 8, 8, side_x // 8, 8).transpose(0, 2, 1, 3).reshape(-1, 8, 8)
    basis = _basis()
    coefficients = np.einsum("ij,njk,lk->nil", basis, blocks, basis, optimize=True)
    strengths = {}
    for row, column in FREQUENCIES:
        step = table[8 * row + column]
        levels = np.rint(coefficients[:, row, column] / step).astype(np.int64)
        strengths[f"{row},{column}"] = round(periodicity(levels), 3)
    values = sorted(strengths.values())
    return {
        "score": values[-3],
        "threshold": COMPRESSION_THRESHOLD,
        "by_coefficient": strengths,
        "side": MAX_SIDE,
        "coefficients": len(FREQUENCIES),
    }


def _basis() -> Any:
    """The DCT of 8 points as a matrix, orthonormal (ITU-T T.81, A.3.3)."""
    k, n = np.mgrid[0:8, 0:8]
    basis = np.cos((2 * n + 1) * k * np.pi / 16) / 2
    basis[0] /= np.sqrt(2)
    return basis.astype(np.float32)


def periodicity(levels: Any) -> float:
    """The highest peak in the spectrum of the levels' histogram, beside its median.

    The histogram is divided by its own smoothed course first, so that only what repeats at
    short distances is left. Levels are whole numbers.
    """
    kept = levels[(np.abs(levels) <= REACH) & (levels != 0)]
    if len(kept) < 500:
        return 0.0
    histogram = np.bincount(kept + REACH, minlength=2 * REACH + 1).astype(np.float64)
    reach = int(np.quantile(np.abs(kept), 0.98))
    if reach < 6:
        return 0.0
    course = histogram[REACH - reach : REACH + reach + 1]
    course[reach] = (course[reach - 1] + course[reach + 1]) / 2
    smooth = np.convolve(np.pad(course, 4, mode="edge"), np.ones(9) / 9, mode="valid")
    residual = (course - smooth) / np.sqrt(smooth + 1)
    spectrum = np.abs(np.fft.rfft(residual * np.hanning(len(residual))))
    upper = spectrum[max(2, len(spectrum) // 6) :]
    return float(upper.max() / (np.median(upper) + 1e-9)) if len(upper) > 2 else 0.0


def compare_thumbnail(path: Path, structure: Mapping[str, Any]) -> dict[str, Any] | None:
    """How like the thumbnail in the file is to the picture, from 0 to 1; None if there is none.

    Raises:
        DamagedFileError: the thumbnail or the picture cannot be decoded.
        FileLimitError: the picture has more pixels than are decoded.
    """
    place = structure.get("thumbnail")
    if not place:
        return None
    with path.open("rb") as file:
        file.seek(place[0])
        data = file.read(min(place[1], 1 << 20))
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as small:
            width = small.width
            if small.width * small.height > 4_000_000:
                return None
            thumbnail = np.asarray(small.convert("L"), np.float32)
    except (OSError, ValueError, SyntaxError) as error:
        raise DamagedFileError("The thumbnail in the file cannot be decoded.") from error
    picture = decode_small(path)
    likeness = max(
        _correlation(_square(cut), _square(np.rot90(picture, turns)))
        for turns in range(4)
        for cut in _cuts(thumbnail, np.rot90(picture, turns).shape)
    )
    return {
        "likeness": round(likeness, 3),
        "threshold": THUMBNAIL_THRESHOLD,
        "side": THUMBNAIL_SIDE,
        "width": width,
    }


def _cuts(thumbnail: Any, shape: tuple[int, ...]) -> list[Any]:
    """The thumbnail whole, and without the bars that a picture of other proportions leaves."""
    height, width = thumbnail.shape
    rows = min(height, max(8, round(width * shape[0] / shape[1])))
    columns = min(width, max(8, round(height * shape[1] / shape[0])))
    top, left = (height - rows) // 2, (width - columns) // 2
    return [thumbnail, thumbnail[top : top + rows, left : left + columns]]


def _square(pixels: Any) -> Any:
    image = Image.fromarray(np.ascontiguousarray(pixels).astype(np.uint8))
    side = (THUMBNAIL_SIDE, THUMBNAIL_SIDE)
    return np.asarray(image.resize(side, Image.Resampling.BOX), np.float64)


def _correlation(one: Any, other: Any) -> float:
    """Pearson's correlation; two pictures of one grey are alike."""
    a, b = one - one.mean(), other - other.mean()
    power = float(np.sqrt((a * a).sum() * (b * b).sum()))
    if power < 1e-6:
        return 1.0 if abs(one.mean() - other.mean()) < 16 else 0.0
    return max(0.0, float((a * b).sum() / power))
