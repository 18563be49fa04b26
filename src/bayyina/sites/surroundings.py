"""Kinds of ground around a site, and the mixture of them that moves as the site does.

The surroundings stand for what the site would have done without a disturbance (a synthetic
control, after Abadie, Diamond and Hainmueller, JASA 105, 2010). They take out whatever is common: haze,
sun angle, season, rain, and an offset of the processor.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from bayyina.sites.site_cubes import MISSING, SCALE

KINDS: Final = 4
"""Kinds of ground that are told apart."""

LEAST_PIXELS: Final = 30
"""Pixels of a kind, below which it is joined to another."""

ROUNDS: Final = 30

TOWARDS_EVEN: Final = 0.3
"""How strongly the mixture is drawn to the shares of the kinds, in units of the mean square change."""

SUDDEN: Final = 0.9
"""Quantile of changes beyond which they do not shape the mixture: among them are disturbances."""


def kinds_of(spectra: NDArray[np.float64]) -> NDArray[np.int64]:
    """The kind of each pixel by k-means on its spectrum, always the same for the same pixels.

    Args:
        spectra: Median reflectance, shape (pixels, bands); no NaN.
    """
    count = max(1, min(KINDS, len(spectra) // LEAST_PIXELS))
    brightness = spectra.mean(axis=1)
    places = np.quantile(brightness, (np.arange(count) + 0.5) / count)
    centres = np.stack([spectra[int(np.argmin(np.abs(brightness - p)))] for p in places])
    labels = np.zeros(len(spectra), dtype=np.int64)
    for _ in range(ROUNDS):
        distances = ((spectra[:, None, :] - centres[None]) ** 2).sum(axis=2)
        following = np.argmin(distances, axis=1)
        if np.array_equal(following, labels) and _ > 0:
            break
        labels = following
        for k in range(count):
            if (labels == k).any():
                centres[k] = spectra[labels == k].mean(axis=0)
    return _without_small(labels, spectra, centres)


def _without_small(
    labels: NDArray[np.int64], spectra: NDArray[np.float64], centres: NDArray[np.float64]
) -> NDArray[np.int64]:
    counts = np.bincount(labels, minlength=len(centres))
    kept = np.flatnonzero(counts >= min(LEAST_PIXELS, counts.max()))
    distances = ((spectra[:, None, :] - centres[None, kept]) ** 2).sum(axis=2)
    return np.asarray(np.argmin(distances, axis=1), dtype=np.int64)


def mean_of_pixels(
    values: NDArray[np.int16], clear: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean of pixels in each scene as if all were clear, and the share that was.

    A pixel under cloud is taken to differ from its own mean as the clear ones differ from
    theirs, so that the mean does not jump with the place of the clouds.

    Args:
        values: Stored reflectance, shape (bands, scenes, pixels).
        clear: Shape (scenes, pixels).

    Returns:
        Means, shape (scenes, bands), NaN where nothing was clear; shares, shape (scenes,).
    """
    bands, scenes, _ = values.shape
    means = np.full((scenes, bands), np.nan)
    share = np.asarray(clear.mean(axis=1), dtype=np.float64)
    for band in range(bands):
        seen = clear & (values[band] != MISSING)
        counts = seen.sum(axis=1)
        known = values[band] * np.float32(1.0 / SCALE)
        known *= seen
        often = seen.sum(axis=0)
        usable = often > 0
        if not usable.any():
            continue
        sums = known.sum(axis=0, dtype=np.float64)
        usual = np.divide(sums, often, out=np.zeros(len(often)), where=usable)
        # what the pixels that were seen would be on a usual day
        expected = seen.astype(np.float32) @ usual.astype(np.float32)
        apart = known.sum(axis=1, dtype=np.float64) - expected
        means[:, band] = float(usual[usable].mean()) + np.divide(
            apart, counts, out=np.full(scenes, np.nan), where=counts > 0
        )
    return means, share


def medians(values: NDArray[np.float32], seen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Median over the scenes in which a pixel was seen, shape (pixels,); NaN if never."""
    filled = np.where(seen, values, np.float32(np.inf))
    filled.sort(axis=0)
    counts = seen.sum(axis=0)
    low = np.maximum((counts - 1) // 2, 0)
    high = np.minimum(counts // 2, len(values) - 1)
    places = np.arange(values.shape[1])
    found = 0.5 * (filled[low, places].astype(np.float64) + filled[high, places])
    return np.where(counts > 0, found, np.nan)


def mixture(
    site: NDArray[np.float64], kinds: NDArray[np.float64], pixels: tuple[int, ...]
) -> NDArray[np.float64]:
    """Shares of the kinds whose mixture changes from scene to scene as the site does.

    Args:
        site: Shape (scenes, bands).
        kinds: Shape (kinds, scenes, bands).
        pixels: Pixels of each kind.

    Returns:
        Shares of at least 0 that add up to 1, shape (kinds,).
    """
    even = np.array(pixels, dtype=float) / sum(pixels)
    if len(kinds) == 1:
        return even
    rows = np.isfinite(site).all(axis=1) & np.isfinite(kinds).all(axis=(0, 2))
    if rows.sum() < 12:
        return even
    own = np.diff(site[rows], axis=0)
    theirs = np.diff(kinds[:, rows], axis=1)
    spread = np.maximum(np.median(np.abs(own), axis=0), 1e-6)
    own, theirs = own / spread, theirs / spread
    apart = np.abs(own - np.tensordot(even, theirs, axes=1)).max(axis=1)
    calm = apart <= np.quantile(apart, SUDDEN)
    matrix = theirs[:, calm].reshape(len(kinds), -1).T
    target = own[calm].ravel()
    size = float(np.sqrt((matrix**2).mean() * len(matrix)))
    pull = np.sqrt(TOWARDS_EVEN) * size
    whole = 1e3 * size
    system = np.vstack([matrix, pull * np.eye(len(kinds)), whole * np.ones((1, len(kinds)))])
    right = np.concatenate([target, pull * even, [whole]])
    shares, _ = optimize.nnls(system, right)
    total = float(shares.sum())
    return np.asarray(shares / total) if total > 0 else even
