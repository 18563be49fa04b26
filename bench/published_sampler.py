"""The published sampler of the latent class model, written down plainly to count its effective draws.

Manrique-Vallier (Biometrics 72, 2016), section 3: everybody's class, the weights, the chances,
the concentration and the number of undocumented people are drawn in turn. It serves to find how many independent
draws an iteration is worth; how many iterations a second the R package makes is known
from its own run.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def run_published(
    histories: npt.NDArray[np.uint8],
    counts: npt.NDArray[np.int64],
    seed: int,
    burn: int,
    kept: int,
    classes: int = 10,
) -> Floats:
    """Undocumented counts (kept,) of one chain.

    Args:
        histories: (m, L) different histories.
        counts: (m,) people with each.
        seed: of the random numbers.
        burn: sweeps thrown away.
        kept: sweeps kept.
        classes: where the Dirichlet process is cut off.
    """
    rng = np.random.default_rng(seed)
    held = histories.astype(np.float64)
    documented = int(counts.sum())
    weights = rng.dirichlet(np.full(classes, 0.5))
    chances = rng.uniform(0.02, 0.6, (classes, histories.shape[1]))
    alpha = 0.5
    draws = np.empty(kept)
    for sweep in range(burn + kept):
        logs = np.log(weights) + held @ np.log(chances).T + (1 - held) @ np.log1p(-chances).T
        shares = np.exp(logs - logs.max(axis=1, keepdims=True))
        members = rng.multinomial(counts, shares / shares.sum(axis=1, keepdims=True))
        unlisted = weights * np.prod(1 - chances, axis=1)
        none = min(max(float(unlisted.sum()), 1e-300), 1 - 1e-9)
        unseen = rng.multinomial(rng.negative_binomial(documented, 1 - none), unlisted / none)
        on = members.T @ held
        total = members.sum(axis=0) + unseen
        chances = np.clip(rng.beta(1 + on, 1 + total[:, None] - on), 1e-12, 1 - 1e-12)
        after = total.sum() - np.cumsum(total)
        sticks = np.append(rng.beta(1 + total[:-1], alpha + after[:-1]), 1.0)
        sticks[:-1] = np.clip(sticks[:-1], 1e-12, 1 - 1e-12)
        weights = sticks * np.cumprod(np.append(1.0, 1 - sticks[:-1])) + 1e-300
        weights /= weights.sum()
        alpha = rng.gamma(classes - 0.75, 1.0 / (0.25 - float(np.log1p(-sticks[:-1]).sum())))
        if sweep >= burn:
            draws[sweep - burn] = unseen.sum()
    return draws
