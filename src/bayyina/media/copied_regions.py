"""Pairs of regions of one picture that are alike down to fine structure: on request only.

The picture is averaged down and cut into tiles; each is laid over the whole picture at every
place (normalised correlation of a band of frequencies, by Fourier transform: J. P. Lewis, "Fast
normalized cross-correlation", 1995). Tiles without structure, and tiles that fit beside
themselves, such as a straight edge, are left out. Neighbouring tiles that fit at one distance
make a pair, if their fine structure agrees at full size too: what is made alike, such as tiles
of a floor, hardly ever lies so exactly. Only copies of the same size and turn are found.
"""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import Any, Final, NamedTuple

from scipy import fft, ndimage

from bayyina.media.pictures import decode_luminance

try:
    import numpy as np
except ImportError:  # the extra ``media`` is absent; the parent said so before it came here
    np = None  # type: ignore[assignment]

LARGEST: Final = 2_400
"""Pixels of the longer side at which fine structure is compared."""

SIDE: Final = 640
"""Pixels of the longer side at which tiles are laid over the picture."""

TILE: Final = 40
STEP: Final = 30
LEAST_STRUCTURE: Final = 2.5
"""Grey levels, root mean square within the band, that a tile needs."""

SHARP: Final = 0.6
"""What fits better than this at a few pixels beside itself has no place of its own."""

COARSE, FINE = 0.8, 0.9
"""Correlation of tiles averaged down, and of their fine structure at full size."""

AGREEING: Final = 2
"""Neighbouring tiles that must fit at the same distance."""

PARAMETERS: Final = {
    "side": SIDE, "tile": TILE, "step": STEP, "least_structure": LEAST_STRUCTURE, "sharp": SHARP,
    "coarse": COARSE, "fine": FINE, "agreeing": AGREEING,
}  # fmt: skip
"""What a finding says it was made with."""

MOST_COMPARED: Final = 80
MOST_PAIRS: Final = 20


class Match(NamedTuple):
    """A tile and the place where it fits best."""

    top: int
    left: int
    down: int
    """How far below it fits, in pixels of the small picture."""
    right: int
    likeness: float
    """Normalised correlation, up to 1."""


def find_copies(path: Path, seconds: float) -> dict[str, Any]:
    """Pairs of regions that are alike; places in pixels of the picture.

    Raises:
        DamagedFileError: the picture cannot be decoded.
        FileLimitError: it has more pixels than are decoded.
    """
    whole = decode_luminance(path)
    shrunk = _shrunk(whole, math.ceil(max(whole.shape) / LARGEST))
    return pairs_in(shrunk, round(whole.shape[0] / shrunk.shape[0]), seconds)


def pairs_in(pixels: Any, scale: int, seconds: float) -> dict[str, Any]:
    """Pairs in an array of rows and columns, of which each pixel stands for ``scale``.

    Args:
        pixels: Luminance, rows by columns, 0 to 255.
        scale: Pixels of the picture by pixel of the array.
        seconds: After so many, tiles that are left are not looked at, and that is said.
    """
    factor = math.ceil(max(pixels.shape) / SIDE)
    small = _shrunk(pixels, factor).astype(np.float32)
    found: dict[str, Any] = {
        "tiles": 0, "looked_at": 0, "pairs": [], "parameters": PARAMETERS
    }  # fmt: skip
    if min(small.shape) < 3 * TILE:
        return found
    matches = _matches(_band(small, 0.8, 3.0), time.monotonic() + seconds, found)
    clear = [
        group
        for group in _groups(matches)
        if len(group) >= AGREEING and _fits_finely(pixels, group, factor)
    ]
    found["pairs"] = [_pair(group, factor * scale) for group in _once(clear)[:MOST_PAIRS]]
    return found


def _shrunk(pixels: Any, factor: int) -> Any:
    if factor <= 1:
        return pixels
    rows, columns = (n // factor for n in pixels.shape)
    cut = pixels[: rows * factor, : columns * factor]
    averaged = cut.reshape(rows, factor, columns, factor).mean((1, 3), dtype=np.float32)
    return averaged.astype(np.float32)


def _band(pixels: Any, fine: float, coarse: float) -> Any:
    """What of a picture lies between two scales (difference of Gaussians)."""
    return ndimage.gaussian_filter(pixels, fine) - ndimage.gaussian_filter(pixels, coarse)


def _matches(band: Any, ends_at: float, found: dict[str, Any]) -> list[Match]:
    """Tiles that fit elsewhere."""
    rows, columns = band.shape
    shape = tuple(fft.next_fast_len(n + TILE, real=True) for n in band.shape)
    spectrum = fft.rfft2(band, shape)
    spread = _spread(band)
    places = [
        (top, left)
        for top in range(0, rows - TILE + 1, STEP)
        for left in range(0, columns - TILE + 1, STEP)
        if spread[top, left] >= LEAST_STRUCTURE * TILE
    ]
    found["tiles"] = len(places)
    matches = []
    for top, left in places:
        if time.monotonic() > ends_at:
            break
        found["looked_at"] += 1
        tile = band[top : top + TILE, left : left + TILE]
        own = spread[top, left]
        overlap = fft.irfft2(
            spectrum * np.conj(fft.rfft2((tile - tile.mean()) / own, shape)), shape
        )
        fits = overlap[: spread.shape[0], : spread.shape[1]] / np.maximum(spread, 0.7 * own)
        match = _best(fits, top, left)
        if match is not None:
            matches.append(match)
    return matches


def _spread(band: Any) -> Any:
    """The norm of each tile around its mean, by sums over rectangles."""
    sums = []
    for values in (band, band * band):
        total = np.pad(values, ((1, 0), (1, 0))).cumsum(0, dtype=np.float64).cumsum(1)
        sums.append(total[TILE:, TILE:] - total[:-TILE, TILE:] - total[TILE:, :-TILE] + total[:-TILE, :-TILE])  # fmt: skip
    return np.sqrt(np.maximum(sums[1] - sums[0] ** 2 / TILE**2, 0)).astype(np.float32)


def _best(fits: Any, top: int, left: int) -> Match | None:
    """Where else a tile fits best; None where nowhere, or where it fits beside itself."""
    beside = fits[max(0, top - 12) : top + 13, max(0, left - 12) : left + 13].copy()
    at_top, at_left = min(top, 12), min(left, 12)
    beside[max(0, at_top - 3) : at_top + 4, max(0, at_left - 3) : at_left + 4] = 0
    if beside.max() > SHARP:
        return None
    fits[max(0, top - TILE) : top + TILE, max(0, left - TILE) : left + TILE] = 0
    place = int(fits.argmax())
    likeness = float(fits.flat[place])
    row, column = divmod(place, fits.shape[1])
    return Match(top, left, row - top, column - left, likeness) if likeness >= COARSE else None


def _groups(matches: list[Match]) -> list[list[Match]]:
    """Tiles that touch and fit at the same distance."""
    left = sorted(matches)
    groups = []
    while left:
        group, waiting = [], [left.pop(0)]
        while waiting:
            one = waiting.pop()
            group.append(one)
            near = [other for other in left if _agree(one, other)]
            left = [other for other in left if other not in near]
            waiting += near
        groups.append(group)
    return groups


def _agree(one: Match, other: Match) -> bool:
    return (
        abs(one.top - other.top) <= STEP
        and abs(one.left - other.left) <= STEP
        and abs(one.down - other.down) <= 1
        and abs(one.right - other.right) <= 1
    )


def _fits_finely(pixels: Any, group: list[Match], factor: int) -> bool:
    """Whether the fine structure of one of the tiles agrees at full size."""
    best = sorted(group, key=lambda match: -match.likeness)[:MOST_COMPARED]
    return any(_fine(pixels, match, factor) >= FINE for match in best)


def _fine(pixels: Any, match: Match, factor: int) -> float:
    """Correlation of fine structure, at the best place within a pixel of the small picture."""
    side, reach = TILE * factor, factor + 1
    top, left = match.top * factor, match.left * factor
    to_top, to_left = top + match.down * factor, left + match.right * factor
    first_row, first_column = max(0, to_top - reach), max(0, to_left - reach)
    one = pixels[top : top + side, left : left + side].astype(np.float32)
    other = pixels[first_row : to_top + side + reach, first_column : to_left + side + reach]
    if min(one.shape) < side or other.shape[0] < side or other.shape[1] < side:
        return 0.0
    inner = _band(one, 0.4, 1.5)[4:-4, 4:-4]
    inner = inner - inner.mean()
    norm = float(np.linalg.norm(inner))
    fine = _band(other.astype(np.float32), 0.4, 1.5)
    best = 0.0
    for row in range(other.shape[0] - side + 1):
        for column in range(other.shape[1] - side + 1):
            piece = fine[row + 4 : row + side - 4, column + 4 : column + side - 4]
            piece = piece - piece.mean()
            product = norm * float(np.linalg.norm(piece))
            if product:
                best = max(best, float((inner * piece).sum()) / product)
    return best


def _once(groups: list[list[Match]]) -> list[list[Match]]:
    """The groups, largest first, without those that say the same from the other side."""
    kept: list[list[Match]] = []
    for group in sorted(groups, key=lambda one: (-len(one), one)):
        first = group[0]
        if not any(
            abs(other[0].down + first.down) <= 2 and abs(other[0].right + first.right) <= 2
            for other in kept
        ):
            kept.append(group)
    return kept


def _pair(group: list[Match], scale: int) -> dict[str, Any]:
    """A pair as plain data: where it begins, how large it is, and where it comes again."""
    top, left = min(m.top for m in group), min(m.left for m in group)
    bottom = max(m.top for m in group) + TILE
    right = max(m.left for m in group) + TILE
    best = max(group, key=lambda match: match.likeness)
    return {
        "region": [left * scale, top * scale, (right - left) * scale, (bottom - top) * scale],
        "again_at": [(left + best.right) * scale, (top + best.down) * scale],
        "tiles": len(group),
        "likeness": round(best.likeness, 2),
    }
