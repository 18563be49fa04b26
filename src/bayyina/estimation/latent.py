"""The method ``latent``: people of unequal kinds, by a Dirichlet process of latent classes.

Several chains start far apart; the draws are given only when R-hat and the effective sample
size say that they agree. Where the posterior has peaks that chains do not travel
between, as in very sparse tables, there is a refusal, not the answer of whichever peak was met.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bayyina.estimation.capture_table import CaptureTable
from bayyina.estimation.convergence import bulk_ess, split_rhat
from bayyina.estimation.latent_sampler import lists_of, run_chain
from bayyina.estimation.requests import Request, from_draws
from bayyina.estimation.results import Diagnostics, Estimate, Reason, Refusal

METHOD = "latent"

CLASSES = 10
"""Classes at which the Dirichlet process is cut off."""

CHAINS = 8
"""Chains, each from its own place."""

STEPS = 30
"""Most steps of a trajectory."""

ONE_KIND = 3.0
"""Population, for each documented person, at which chains begin that know one kind of people."""

LENGTHS = ((1500, 2500), (3000, 8000))
"""Trajectories burnt and kept, in turn, until the chains agree."""

MOST_WORK = 6e10
"""Products that may be computed: about a minute of one core. It is counted, not timed, so
that the same table, method and seed give the same answer on every machine."""

HIGHEST_RHAT = 1.01
FEWEST_EFFECTIVE = 400.0


class Chains(NamedTuple):
    """What the chains gave."""

    undocumented: npt.NDArray[np.float64]
    """Undocumented counts (C, n)."""

    rhat: float
    """Split R-hat of their logs; not below that of them and shorter chains together."""

    ess: float
    """Bulk effective sample size of their logs."""

    trajectories: int
    """Trajectories kept of each chain."""

    @property
    def converged(self) -> bool:
        """Whether the chains agree well enough to be read."""
        return self.rhat <= HIGHEST_RHAT and self.ess >= FEWEST_EFFECTIVE

    def with_shorter(self, shorter: Chains) -> Chains:
        """These chains, with the R-hat of them and shorter ones together where that is larger.

        Long chains that agree have not met every peak where shorter ones had found another.
        """
        length = shorter.undocumented.shape[1]
        steps = np.linspace(0, self.undocumented.shape[1] - 1, length).round().astype(int)
        together = np.concatenate([shorter.undocumented, self.undocumented[:, steps]])
        return self._replace(rhat=max(self.rhat, split_rhat(np.log1p(together))))


def run_chains(
    table: CaptureTable, seed: int, lengths: tuple[int, int], chains: int = CHAINS
) -> Chains:
    """Runs chains from places far apart.

    Every other chain warms up from chances of being listed from one in a hundred to even. The
    others begin, without warming up, where nearly all people are of one kind: warmth
    alone leads most chains to the peak of the largest mass of classes, and a peak near
    independence would be met by none of them.
    """
    lists = len(table.lists)
    counts = table.counts.astype(np.float64)
    listed = lists_of(table.codes, lists)
    documented = table.documented
    streams = np.random.SeedSequence(seed).spawn(chains)
    rows = []
    burn, kept = lengths
    totals = np.maximum(table.list_totals, 0.5)
    one_kind = np.log(totals / (ONE_KIND * documented - totals))
    for number, stream in enumerate(streams):
        rng = np.random.default_rng(stream)
        start = np.empty(CLASSES + CLASSES * lists)
        start[0] = rng.normal(-1.0, 0.5)
        start[1:CLASSES] = rng.normal(0.0, 1.0, CLASSES - 1)
        start[CLASSES:] = rng.normal(rng.uniform(-4.0, 0.0), 1.0, CLASSES * lists)
        warming = burn // 3
        if number % 2:
            start[1] = 3.0
            start[CLASSES : CLASSES + lists] = one_kind + rng.normal(0.0, 0.3, lists)
            warming = 0
        none, _ = run_chain(
            int(rng.integers(2**32)),
            listed,
            counts,
            lists,
            CLASSES,
            start,
            burn,
            warming,
            kept,
            STEPS,
        )
        rows.append(rng.negative_binomial(documented, np.clip(1.0 - none, 1e-9, 1.0)))
    undocumented = np.array(rows, dtype=np.float64)
    logs = np.log1p(undocumented)
    return Chains(undocumented, split_rhat(logs), bulk_ess(logs), lengths[1])


def run_until_agreed(table: CaptureTable, seed: int) -> Chains:
    """Runs longer chains until they agree, the longest have been run, or it would take too long."""
    result = run_chains(table, seed, LENGTHS[0])
    done = work_of(table, LENGTHS[0])
    for lengths in LENGTHS[1:]:
        done += work_of(table, lengths)
        if result.converged or done > MOST_WORK:
            break
        result = run_chains(table, seed, lengths).with_shorter(result)
    return result


def work_of(table: CaptureTable, lengths: tuple[int, int], chains: int = CHAINS) -> float:
    """Products that chains of these lengths compute, near enough."""
    rows, lists = table.histories.shape
    each = CLASSES * (2 * rows + int(table.histories.sum()) + 3 * lists)
    return float(each) * chains * sum(lengths) * (STEPS + 1) / 2


def estimate_latent(request: Request) -> Estimate | Refusal:
    """The population under the latent class model, or a refusal when the chains disagree."""
    if request.table.impossible:
        return request.refuse(METHOD, Reason("impossible-histories-not-supported"))
    if work_of(request.table, LENGTHS[0]) > MOST_WORK:
        histories = len(request.table.counts)
        return request.refuse(METHOD, Reason("too-many-histories", {"histories": histories}))
    result = run_until_agreed(request.table, request.seed)
    diagnostics = Diagnostics(
        rhat=result.rhat, ess=result.ess, converged=result.converged, identifiable=True
    )
    parameters = {
        "chains": CHAINS,
        "classes": CLASSES,
        "trajectories": result.trajectories,
        "steps": STEPS,
    }
    if not result.converged:
        medians = np.median(result.undocumented, axis=1) + request.table.documented
        reason = Reason(
            "chains-disagree",
            {
                "rhat": result.rhat,
                "ess": result.ess,
                "lowest_median": float(medians.min()),
                "highest_median": float(medians.max()),
            },
        )
        return request.refuse(METHOD, reason, diagnostics=diagnostics, parameters=parameters)
    return from_draws(
        request,
        result.undocumented.ravel(),
        method=METHOD,
        model=f"latent classes ({CLASSES})",
        diagnostics=diagnostics,
        parameters=parameters,
    )
