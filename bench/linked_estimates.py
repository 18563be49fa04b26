"""From records to an estimate: lists with a known truth, linked by us and then estimated.

Lists are drawn from a register whose people are known, linked by our own linkage without
labels, and estimated with the doubt of the linkage carried.

The register (50,578 spoilt records of 5,156 historical persons) is split into four lists, in
three ways by turns: everybody has the same chance to be on a list; each person has a chance of
their own; that, and those on the first list are more often on the second. Of every person on a
list one record is taken. The truth, 5,156, is used for the score
alone. Beside our answer stands what is usual: the likeliest linkage taken as true, and the
log-linear model of least BIC.

Usage: python -m bench.linked_estimates [REPLICATES [FIRST_SEED]]
"""

from __future__ import annotations

import sys
import time
from typing import Final, NamedTuple

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from bayyina.app.estimating_linked import estimate_linked
from bayyina.estimation.estimating import estimate
from bayyina.estimation.population_checks import Declared
from bayyina.estimation.results import Estimate
from bayyina.estimation.study import Settings
from bayyina.linkage.columns import Field, PersonList
from bayyina.linkage.linking import link_lists
from bench.running import data_folder

GOAL: Final = 0.90
LISTS: Final = ("A", "B", "C", "D")
FIELDS: Final = (
    Field("name", "full_name"),
    Field("birth", "dob"),
    Field("place", "birth_place"),
    Field("text", "postcode_fake"),
    Field("sex", "gender"),
    Field("text", "occupation"),
)
DESIGNS: Final = ("alike", "unlike", "unlike and dependent")


class Outcome(NamedTuple):
    """One replicate."""

    design: str
    """How people came onto lists."""

    ratio: float
    """Our median over the truth; not a number after a refusal."""

    width: float
    """Upper limit over lower limit."""

    held: bool
    """Whether our interval holds the truth."""

    held_fixed: bool
    """Whether that of the likeliest linkage and the log-linear model does."""

    between: float
    """Share of the variance that lies between linkages."""


def on_lists(people: int, design: str, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Who is on which list: array (people, 4)."""
    chances = rng.uniform(0.15, 0.45, size=4)
    if design == "alike":
        return rng.random((people, 4)) < chances
    own = np.exp(rng.normal(0.0, 0.7, size=(people, 1)))
    odds = chances / (1 - chances) * own
    share = odds / (1 + odds)
    on: NDArray[np.bool_] = rng.random((people, 4)) < share
    if design == DESIGNS[2]:
        leaning = odds[:, 1] * np.where(on[:, 0], 2.0, 1.0)
        on[:, 1] = rng.random(people) < leaning / (1 + leaning)
    return on


def drawn_rows(
    cluster: NDArray[np.int64], on: NDArray[np.bool_], rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """One record of each person for each of their lists, all different while they last."""
    order = rng.permutation(len(cluster))
    order = order[np.argsort(cluster[order], kind="stable")]
    starts = np.searchsorted(cluster[order], np.arange(on.shape[0] + 1))
    rows, lists = [], []
    for person in range(on.shape[0]):
        own = order[starts[person] : starts[person + 1]]
        for at, number in enumerate(np.flatnonzero(on[person])):
            rows.append(own[at % len(own)])
            lists.append(number)
    return np.array(rows), np.array(lists, dtype=np.int32)


def replicate(columns: dict[str, list[str]], cluster: NDArray[np.int64], seed: int) -> Outcome:
    """Draw lists, link them, estimate."""
    rng = np.random.default_rng(seed)
    design = DESIGNS[seed % len(DESIGNS)]
    truth = int(cluster.max()) + 1
    rows, lists = drawn_rows(cluster, on_lists(truth, design, rng), rng)
    texts = {name: [values[row] for row in rows] for name, values in columns.items()}
    register = PersonList("A", [str(n) for n in range(len(rows))], texts)
    linkage = link_lists([register], FIELDS)
    settings = Settings(seed=seed, with_sensitivity=False)
    study = estimate_linked(linkage, LISTS, Declared(), settings, list_of=lists.tolist())
    fixed = estimate(study.captures.table, method="loglinear", seed=seed)
    held_fixed = isinstance(fixed, Estimate) and fixed.interval[0] <= truth <= fixed.interval[1]
    answer = study.answer
    between = 0.0 if study.spread is None else study.spread.between
    if not isinstance(answer, Estimate):
        return Outcome(design, float("nan"), float("nan"), False, held_fixed, between)
    low, high = answer.interval
    return Outcome(
        design, answer.median / truth, high / low, low <= truth <= high, held_fixed, between
    )


def main(arguments: list[str]) -> None:
    """Print the table."""
    path = data_folder() / "linkage" / "historical_50k.parquet"
    if not path.is_file():
        print("The register is not on this machine; nothing was measured.")
        return
    count = int(arguments[0]) if arguments else 12
    first = int(arguments[1]) if len(arguments) > 1 else 0
    table = pq.read_table(path).to_pydict()
    columns = {f.column: [str(v or "") for v in table[f.column]] for f in FIELDS}
    _, cluster = np.unique(np.array(table["cluster"]), return_inverse=True)
    started = time.perf_counter()
    outcomes = [replicate(columns, cluster, seed) for seed in range(first, first + count)]
    seconds = (time.perf_counter() - started) / count
    for design in DESIGNS:
        _show(design, [outcome for outcome in outcomes if outcome.design == design])
    _show("all", outcomes)
    held = sum(outcome.held for outcome in outcomes) / count
    print(f"  {seconds:.1f} s each; goal {GOAL}: {'met' if held >= GOAL else 'missed'}")


def _show(name: str, outcomes: list[Outcome]) -> None:
    if not outcomes:
        return
    ratios = np.array([outcome.ratio for outcome in outcomes])
    print(
        f"  {name:22} {len(outcomes):4} replicates  held {np.mean([o.held for o in outcomes]):.2f}  "
        f"usual way {np.mean([o.held_fixed for o in outcomes]):.2f}  "
        f"median/truth {np.nanmedian(ratios):.2f}  "
        f"high/low {np.nanmedian([o.width for o in outcomes]):.2f}  "
        f"between linkages {np.median([o.between for o in outcomes]):.2f}"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
