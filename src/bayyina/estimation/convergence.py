"""Whether chains agree, and how many independent draws they are worth.

Rank-normalised split R-hat and bulk effective sample size of Vehtari, Gelman, Simpson,
Carpenter and Bürkner (Bayesian Analysis 16, 2021); the autocorrelations are summed by
Geyer's initial monotone sequence.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri
from scipy.stats import rankdata

Floats = npt.NDArray[np.float64]


def _split(chains: Floats) -> Floats:
    half = chains.shape[1] // 2
    return np.concatenate([chains[:, :half], chains[:, -half:]])


def _normal_scores(chains: Floats) -> Floats:
    ranks = rankdata(chains, axis=None).reshape(chains.shape)
    scores: Floats = ndtri((ranks - 0.375) / (chains.size + 0.25))
    return scores


def _ratio(chains: Floats) -> float:
    length = chains.shape[1]
    within = float(chains.var(axis=1, ddof=1).mean())
    between = float(chains.mean(axis=1).var(ddof=1))
    if within == 0.0:
        return 1.0 if between == 0.0 else float("inf")
    return float(np.sqrt((length - 1) / length + between / within))


def split_rhat(chains: Floats) -> float:
    """Rank-normalised split R-hat of chains (C, n): the larger of that of place and of spread."""
    halves = _split(chains)
    folded = np.abs(halves - np.median(halves))
    return max(_ratio(_normal_scores(halves)), _ratio(_normal_scores(folded)))


def bulk_ess(chains: Floats) -> float:
    """Bulk effective sample size of chains (C, n)."""
    return effective_size(_normal_scores(_split(chains)))


def effective_size(chains: Floats) -> float:
    """Effective sample size of chains (C, n) as they are."""
    number, length = chains.shape
    centred = chains - chains.mean(axis=1, keepdims=True)
    spectrum = np.fft.rfft(centred, 2 * length, axis=1)
    covariance = np.fft.irfft(spectrum * np.conj(spectrum), axis=1)[:, :length] / length
    within = float(covariance[:, 0].mean()) * length / (length - 1)
    between = float(chains.mean(axis=1).var(ddof=1)) if number > 1 else 0.0
    total = within * (length - 1) / length + between
    if total == 0.0:
        return float(chains.size)
    correlation = 1.0 - (within - covariance.mean(axis=0)) / total
    correlation[0] = 1.0
    pairs = correlation[: length // 2 * 2].reshape(-1, 2).sum(axis=1)
    negative = np.flatnonzero(pairs < 0)
    kept = np.minimum.accumulate(pairs[: negative[0]] if len(negative) else pairs)
    time = max(2.0 * float(kept.sum()) - 1.0, 1.0 / np.log10(chains.size))
    return float(chains.size / time)
