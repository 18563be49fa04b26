"""The one entry: how many people a table of capture histories says there were."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal

from bayyina.errors import InputError
from bayyina.estimation.best import estimate_best
from bayyina.estimation.capture_table import CaptureTable
from bayyina.estimation.graphs import estimate_graphs
from bayyina.estimation.latent import estimate_latent
from bayyina.estimation.likelihood_methods import estimate_loglinear
from bayyina.estimation.preconditions import reasons_against
from bayyina.estimation.requests import Request
from bayyina.estimation.results import Diagnostics, Estimate, Reason, Refusal
from bayyina.estimation.sparse import estimate_sparse

Method = Literal["best", "loglinear", "sparse", "graphs", "latent"]

METHODS: Mapping[str, Callable[[Request], Estimate | Refusal]] = {
    "best": estimate_best,
    "loglinear": estimate_loglinear,
    "sparse": estimate_sparse,
    "graphs": estimate_graphs,
    "latent": estimate_latent,
}
"""Every method by name."""


MOST_LISTS_APART = 7
"""With more lists every method but ``latent`` joins the rarest."""


class EstimationError(InputError):
    """An estimation was asked for in a way that has no answer."""

    code = "estimation"


def estimate(
    table: CaptureTable, *, method: Method = "best", seed: int, level: float = 0.95
) -> Estimate | Refusal:
    """Estimates how many people there were, documented or not, from the overlap of lists.

    The same table, method and seed give the same answer to the last bit, in whatever
    order the lists and rows stand.

    Args:
        table: people by capture history.
        method: ``best`` (combined and calibrated), ``loglinear``, ``sparse``, ``graphs``
            or ``latent``.
        seed: of the random numbers, from 0 to 2^32 - 1.
        level: probability of the interval, between 0.5 and 0.999.

    Returns:
        An estimate, or a refusal with reasons where the data do not give a number.

    Raises:
        EstimationError: if the method, seed or level is not one.
    """
    if method not in METHODS:
        raise EstimationError(
            f"There is no method {method!r}.", hint=f"The methods are {', '.join(METHODS)}."
        )
    if not 0 <= seed < 2**32:
        raise EstimationError("A seed is a whole number from 0 to 4294967295.")
    if not 0.5 <= level <= 0.999:
        raise EstimationError("The level of an interval lies between 0.5 and 0.999.")
    request = Request.of(table, seed, level)
    against = reasons_against(request.table)
    if against:
        return request.refuse(method, *against, diagnostics=Diagnostics(identifiable=False))
    if method == "latent" or len(table.lists) <= MOST_LISTS_APART:
        return METHODS[method](request)
    return _with_rare_lists_joined(request, method)


def _with_rare_lists_joined(request: Request, method: Method) -> Estimate | Refusal:
    """The answer from the table with its rarest lists joined, which it says."""
    if request.table.impossible:
        return request.refuse(method, Reason("impossible-histories-not-supported"))
    fewer = request.with_at_most(MOST_LISTS_APART)
    joined = tuple(label for label in fewer.labels if "+" in label)
    said = Reason("lists-joined", {"joined": joined, "most": MOST_LISTS_APART})
    against = reasons_against(fewer.table)
    if against:
        diagnostics = Diagnostics(identifiable=False)
        return fewer.refuse(method, *against, said, diagnostics=diagnostics)
    answer = METHODS[method](fewer)
    return replace(answer, reasons=(*answer.reasons, said))
