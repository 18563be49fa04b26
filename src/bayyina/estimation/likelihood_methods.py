"""The method ``loglinear`` as one answer."""

from __future__ import annotations

import numpy as np

from bayyina.estimation.hierarchy import written
from bayyina.estimation.loglinear import choose_by_bic, possible_cells, profile_interval
from bayyina.estimation.requests import Request, two_piece_draws
from bayyina.estimation.results import Diagnostics, Estimate, Reason, Refusal

METHOD = "loglinear"


def estimate_loglinear(request: Request) -> Estimate | Refusal:
    """The hierarchical model of least BIC, with a profile likelihood interval."""
    fit = choose_by_bic(request.table)
    if fit is None:
        diagnostics = Diagnostics(identifiable=False)
        return request.refuse(METHOD, Reason("not-identifiable"), diagnostics=diagnostics)
    data = possible_cells(request.table)
    low, high = profile_interval(data, fit, request.level)
    diagnostics = Diagnostics(converged=True, identifiable=True, exists=fit.existence.exists)
    if not np.isfinite(high):
        reason = Reason("no-upper-limit", {"level": request.level})
        return request.refuse(METHOD, reason, diagnostics=diagnostics)
    documented = request.table.documented
    draws = two_piece_draws(fit.undocumented, low, high, request.level) + documented
    return Estimate(
        documented=documented,
        median=documented + fit.undocumented,
        mean=documented + fit.undocumented,
        interval=(documented + low, documented + high),
        level=request.level,
        method=METHOD,
        model=written(fit.terms, request.labels),
        lists=request.lists,
        draws=draws,
        diagnostics=diagnostics,
        seed=request.seed,
        input_digest=request.digest,
        standard_error=fit.standard_error,
        parameters={"criterion": "BIC", "interval": "profile likelihood"},
    )
