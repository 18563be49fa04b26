"""Links that runs of the linkage found: which of them hold at a cut, and how good they are.

A run that linked everybody begins anew: links of earlier runs hold no longer. A run of new
lists adds to those before it. A run that was undone counts for nothing, and what it had
replaced holds again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import duckdb

from bayyina.figures.link_quality import LINK, SAMPLE, Stratum, quality_of, strata_of
from bayyina.figures.snapshot import Snapshot
from bayyina.figures.snapshot_tables import LINKS
from bayyina.figures.validity import Cut, relation_of

_DECISIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "strict": ("strict",),
    "lenient": ("strict", "lenient"),
    "": (),
}


class Run(NamedTuple):
    """A run that stands at a cut."""

    number: int
    """Number of its row."""

    kind: str
    """``link``, or ``link-sample`` for a sample of links to be judged."""

    parameters: Mapping[str, Any]
    """How it was made."""

    digest: str
    """SHA-256 (hex) over its parameters."""

    @property
    def is_whole(self) -> bool:
        """Whether it linked everybody anew."""
        return bool(self.parameters.get("whole"))


def standing_runs(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, cut: Cut) -> list[Run]:
    """Runs whose links hold at the cut, and samples of them, in the order of the log.

    The table ``standing_batch`` must be there.
    """
    if not snapshot.pointer.runs:
        return []
    path = (snapshot.folder / snapshot.pointer.runs).as_posix()
    rows = connection.execute(
        """
        SELECT number, kind, parameters, digest FROM read_parquet($path)
        SEMI JOIN standing_batch USING (batch)
        WHERE entry < $size ORDER BY entry, number
        """,
        {"path": path, "size": cut.custody_size},
    ).fetchall()
    runs = [Run(number, kind, json.loads(text), digest) for number, kind, text, digest in rows]
    begins = [place for place, run in enumerate(runs) if run.kind == LINK and run.is_whole]
    return runs[begins[-1] :] if begins else runs


def make_run_links(
    connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, cut: Cut, threshold: str
) -> list[Run]:
    """Create ``all_link(a, b, odds, decision)`` and, of it, ``run_link`` at a threshold.

    In both a > b, with one row for a pair: that of the latest run.
    """
    runs = standing_runs(connection, snapshot, cut)
    source = relation_of(snapshot, snapshot.pointer.links, cut, LINKS)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE all_link AS
        SELECT greatest(record_a, record_b) AS a, least(record_a, record_b) AS b,
               max_by(odds, number) AS odds, max_by(decision, number) AS decision
        FROM {source}
        WHERE list_contains($runs, run) AND batch IN (SELECT batch FROM standing_batch)
        GROUP BY ALL
        """,
        {"runs": [run.number for run in runs if run.kind == LINK]},
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE run_link AS"
        " SELECT a, b, odds FROM all_link WHERE list_contains($decisions, decision)",
        {"decisions": list(_DECISIONS[threshold])},
    )
    return runs


def about_runs(
    connection: duckdb.DuckDBPyConnection, runs: Sequence[Run], threshold: str, linked: int
) -> dict[str, str | int]:
    """The run that a figure rests on and, where its links were sampled, how right they are."""
    linking = [run for run in runs if run.kind == LINK]
    if not linking:
        return {}
    told: dict[str, str | int] = {
        "run": linking[-1].digest[:16],
        "runs": len(linking),
        "threshold": threshold,
        "linked_pairs": linked,
    }
    strata = sampled_strata(connection, runs)
    if not strata:
        return told
    quality = quality_of(strata, threshold)
    told |= {"sampled": quality.sampled, "reviewed": quality.judged}
    for name, bounds in (("precision", quality.precision), ("recall", quality.recall)):
        if bounds is not None:
            told[name] = f"{bounds.value:.3f} [{bounds.low:.3f}, {bounds.high:.3f}]"
    return told


def sampled_strata(connection: duckdb.DuckDBPyConnection, runs: Sequence[Run]) -> list[Stratum]:
    """The strata of the latest sample, with what people judged of its pairs; none: no sample.

    The tables ``all_link`` and ``verdict`` must be there.
    """
    samples = [run for run in runs if run.kind == SAMPLE]
    if not samples:
        return []
    return strata_of(connection, samples[-1].parameters)
