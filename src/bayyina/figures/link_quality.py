"""How right the links of a run are, estimated from a stratified sample that people judged.

Pairs are divided into strata by their log-odds. Within a stratum the sample is a simple random
one: pairs in the order of a digest of the pair and the sample's seed. The share of pairs of one
person in a stratum has the posterior Beta(x + 1/2, n - x + 1/2) (Jeffreys; Brown, Cai, DasGupta,
Statistical Science 16, 2001); the pairs of a stratum that were judged are known, the others
follow the share. The estimate itself takes the shares among those judged, an open pair for half: precision is the sum over linked strata of right pairs by that of pairs; recall
the sum of right pairs in linked strata by that over all strata (Cochran, Sampling Techniques,
chapter 5). Intervals are the 2.5 and 97.5 per cent points of draws with a fixed seed. Pairs that
were judged ``unsure`` count as wrong for the lower end and as right for the upper one.

Recall is of the pairs that the run compared; people whose rows share no key are not in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import duckdb
import numpy as np

LINK: Final = "link"
"""Kind of runs that link people."""

SAMPLE: Final = "link-sample"
"""Kind of runs that draw pairs to be judged."""

EDGES: Final = (-3000, -2000, -1000, 0, 1000, 2000, 3000, 4500, 6000, 9000)
"""Where strata begin, in thousandths of the log-odds; the first is below all of them."""

_DRAWS: Final = 4000
_SEED: Final = 1951
_FEWEST: Final = 10


class Stratum(NamedTuple):
    """Pairs of like log-odds and one decision."""

    decision: str
    """Decision of the run about them."""

    pairs: int
    """How many there are."""

    sampled: int
    """How many were drawn."""

    same: int
    """Of those drawn, judged to be one person."""

    different: int
    """Judged to be two."""

    unsure: int
    """Judged, and left open."""


class Bounds(NamedTuple):
    """An estimate with its interval of 95 per cent."""

    value: float
    """The estimate."""

    low: float
    """Lower end."""

    high: float
    """Upper end."""


class Quality(NamedTuple):
    """What a sample says of a run."""

    sampled: int
    """Pairs that were drawn."""

    judged: int
    """Those that people judged."""

    precision: Bounds | None
    """Share of linked pairs that are one person; None where too few were judged."""

    recall: Bounds | None
    """Share of the pairs of one person, of those compared, that are linked; None likewise."""


def stratum_sql(odds: str) -> str:
    """An expression that numbers strata by log-odds, from 0."""
    return "(" + " + ".join(f"CAST({odds} >= {edge} AS INTEGER)" for edge in EDGES) + ")"


def sample_order_sql(seed: str) -> str:
    """An expression by which pairs ``a``, ``b`` stand in the order of a sample."""
    return f"md5('{int(seed)}-' || a || '-' || b)"


def strata_of(
    connection: duckdb.DuckDBPyConnection, parameters: Mapping[str, Any]
) -> list[Stratum]:
    """The strata of a sample, from the tables ``all_link`` and ``verdict``."""
    make_sample(connection, parameters)
    rows = connection.execute(
        """
        SELECT p.decision, p.pairs, count(s.a), count(*) FILTER (v.joins),
               count(*) FILTER (v.parts), count(*) FILTER (v.a IS NOT NULL)
        FROM stratum_size p
        LEFT JOIN sampled s USING (stratum, decision)
        LEFT JOIN verdict v ON v.a = s.a AND v.b = s.b
        GROUP BY ALL ORDER BY ALL
        """
    ).fetchall()
    return [
        Stratum(decision, pairs, drawn, same, different, judged - same - different)
        for decision, pairs, drawn, same, different, judged in rows
    ]


def make_sample(connection: duckdb.DuckDBPyConnection, parameters: Mapping[str, Any]) -> None:
    """Create ``sampled(a, b, stratum, decision)`` and ``stratum_size(stratum, decision, pairs)``.

    Pairs that a run held apart stand in the table of links as a sample of their own, so
    their strata are as large as the run says.
    """
    wanted = [
        (int(part["stratum"]), str(part["decision"]), int(part["pairs"]), int(part["draw"]))
        for part in parameters["strata"]
    ]
    values = ", ".join(f"({s}, '{d}', {p}, {n})" for s, d, p, n in wanted) or "(0, '', 0, 0)"
    order = sample_order_sql(str(parameters["seed"]))
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE stratum_size AS
        SELECT * FROM (VALUES {values}) t(stratum, decision, pairs, draw)
        """
    )
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE sampled AS
        SELECT a, b, stratum, decision FROM (
            SELECT a, b, decision, {stratum_sql("odds")} AS stratum,
                   row_number() OVER (
                       PARTITION BY {stratum_sql("odds")}, decision ORDER BY {order}
                   ) AS place
            FROM all_link
        ) JOIN stratum_size USING (stratum, decision)
        WHERE place <= draw
        """
    )


def quality_of(strata: Sequence[Stratum], threshold: str) -> Quality:
    """Precision and recall of the links at a threshold."""
    linked = ("strict",) if threshold == "strict" else ("strict", "lenient")
    joined = [one for one in strata if one.decision in linked]
    judged = sum(one.same + one.different + one.unsure for one in strata)
    enough = sum(one.same + one.different for one in joined) >= _FEWEST
    enough &= all(one.same + one.different or not one.pairs for one in joined)
    precision = _precision(joined) if enough else None
    whole = enough and all(one.same + one.different or not one.pairs for one in strata)
    recall = _recall(joined, [one for one in strata if one not in joined]) if whole else None
    return Quality(sum(one.sampled for one in strata), judged, precision, recall)


def _precision(joined: Sequence[Stratum]) -> Bounds:
    total = max(1, sum(one.pairs for one in joined))
    low, _, high = (_right(joined, way) / total for way in _WAYS)
    return _bounds(low, _expected(joined) / total, high)


def _recall(joined: Sequence[Stratum], rest: Sequence[Stratum]) -> Bounds:
    found = [_right(joined, way) for way in _WAYS]
    missed = [_right(rest, way) for way in _WAYS]
    low, _, high = (found[way] / np.maximum(found[way] + missed[2 - way], 1e-9) for way in range(3))
    right = _expected(joined)
    return _bounds(low, right / max(right + _expected(rest), 1e-9), high)


_WAYS: Final = (0.0, 0.5, 1.0)
"""What a pair that was left open counts as: wrong, half, right."""


def _bounds(low: Any, value: float, high: Any) -> Bounds:
    """The estimate and its interval, which always holds it."""
    return Bounds(
        value,
        min(value, float(np.clip(np.quantile(low, 0.025), 0.0, 1.0))),
        max(value, float(np.clip(np.quantile(high, 0.975), 0.0, 1.0))),
    )


def _expected(strata: Sequence[Stratum]) -> float:
    """How many pairs of some strata are of one person, by the shares among those judged."""
    total = 0.0
    for one in strata:
        judged = one.same + one.different + one.unsure
        total += one.pairs * (one.same + 0.5 * one.unsure) / judged if judged else 0.0
    return total


def _right(strata: Sequence[Stratum], unsure: float) -> Any:
    """Draws of how many pairs of some strata are of one person, shape (draws,)."""
    random = np.random.default_rng(_SEED)
    total = np.zeros(_DRAWS)
    for one in strata:
        same = one.same + unsure * one.unsure
        judged = one.same + one.different + one.unsure
        share = random.beta(same + 0.5, judged - same + 0.5, _DRAWS)
        total += same + share * max(0, one.pairs - judged)
    return total
