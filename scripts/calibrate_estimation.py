"""Makes ``src/bayyina/estimation/calibration.json``: the constants of the combined estimate.

    python scripts/calibrate_estimation.py [--data FOLDER]

1. 300 populations are simulated with a fixed seed; where the folder of third-party tables is
   given, list-dropping tests are made from them (Binette and Steorts, JRSS A 185, 2022): take
   those on one list, drop it, estimate how many they are. Both kinds count equally.
2. The prior over dependence and the starting values are assumed in round numbers, not fitted;
   they were settled on while the results of such tests were known, so the scores of
   ``without`` are blind to a data set only in what is fitted. The share of the log-linear model and the
   three parts of the stretch are moved from round starting values, with a pull back to them, so
   that intervals score best (interval score of Gneiting and Raftery, JASA 102, 2007, on the log
   of the population). For every data set this is done once more without it; the constants
   under ``without`` are the ones by which that data set may be scored.
3. The constants are applied to 300 other simulated populations; what they miss is written down too.

No row of any table is written to the file: only constants, counts of tests and scores.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from bayyina.estimation.capture_table import CaptureTable
from bayyina.estimation.combining import Calibration, Opinions, ask_methods, combine
from bayyina.estimation.dependence import HyperPrior
from bayyina.estimation.preconditions import reasons_against
from bayyina.estimation.simulation import FEWEST_DOCUMENTED, simulate

TARGET = Path(__file__).parents[1] / "src" / "bayyina" / "estimation" / "calibration.json"
POPULATIONS = 300
SEEDS = (20130, 20131)
SETS = {
    "UK": "uk_modern_slavery_2013_5lists.csv",
    "Ned": "netherlands_trafficking_5lists.csv",
    "Kosovo": "kosovo_killings_1999.csv",
    "HIV": "hiv_rome_4lists.csv",
}
LEVEL = 0.95

PRIOR = HyperPrior(shared_mean=0.35, shared_sd=0.33, log_spread_mean=-0.9, log_spread_sd=0.6)
"""Assumed, in round numbers: two lists share, on average, odds 1.4 times those of independence."""

START = np.array([np.log(0.15 / 0.85), np.log(0.65), np.log(0.25), np.log(0.3)])
PULL = 1.0


class Case(NamedTuple):
    """One table with its truth and what the methods say of it."""

    source: str
    opinions: Opinions
    truth: int


class Score(NamedTuple):
    """How a set of intervals did."""

    tests: int
    coverage: float
    rmse_log: float
    bias_log: float
    interval_score: float
    median_ratio: float


def read_table(path: Path) -> CaptureTable:
    """A table of 0/1 columns and a count, as the third-party files hold it."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    counts = {tuple(int(v) for v in row[:-1]): int(row[-1]) for row in rows[1:]}
    return CaptureTable.from_counts(rows[0][:-1], counts)


def simulated(seed: int) -> list[Case]:
    """Simulated cases."""
    rng = np.random.default_rng(seed)
    drawn = [simulate(rng) for _ in range(POPULATIONS)]
    return [Case("simulated", ask_methods(p.table), p.true_size) for p in drawn]


def list_dropping(folder: Path) -> list[Case]:
    """Tests with a known truth from the third-party tables that are estimable."""
    cases = []
    for source, name in SETS.items():
        table = read_table(folder / name)
        for dropped in table.lists:
            rest, truth = table.only(dropped)
            if rest.documented >= FEWEST_DOCUMENTED and not reasons_against(rest):
                cases.append(Case(source, ask_methods(rest), truth))
    return cases


def to_calibration(free: npt.NDArray[np.float64]) -> Calibration:
    """Constants from free parameters (a logit and three logs), rounded as they are shipped."""
    share, within, between, floor = free
    return Calibration(
        PRIOR,
        round(float(1.0 / (1.0 + np.exp(-share))), 3),
        round(float(np.exp(within)), 3),
        round(float(np.exp(between)), 3),
        round(float(np.exp(floor)), 3),
    )


def limits(case: Case, calibration: Calibration) -> npt.NDArray[np.float64]:
    """Logs (3,) of the population at 2.5, 50 and 97.5 percent."""
    counts = combine(case.opinions, calibration).quantile([0.025, 0.5, 0.975])
    logs: npt.NDArray[np.float64] = np.log(case.opinions.documented + counts)
    return logs


def loss(cases: Sequence[Case], calibration: Calibration) -> float:
    """Mean interval score plus the error of the median."""
    total = 0.0
    for case in cases:
        q, truth = limits(case, calibration), np.log(case.truth)
        missed = max(q[0] - truth, 0.0) + max(truth - q[2], 0.0)
        total += q[2] - q[0] + 2.0 / (1.0 - LEVEL) * missed
        total += abs(q[1] - truth)
    return total / len(cases)


def score(cases: Sequence[Case], calibrations: Sequence[Calibration]) -> Score:
    """Scores of 95 percent intervals."""
    q = np.array([limits(c, k) for c, k in zip(cases, calibrations, strict=True)])
    truth = np.log([case.truth for case in cases])
    low, middle, high = q[:, 0], q[:, 1], q[:, 2]
    missed = np.maximum(low - truth, 0.0) + np.maximum(truth - high, 0.0)
    error = middle - truth
    return Score(
        len(cases),
        round(float(np.mean(missed == 0.0)), 3),
        round(float(np.sqrt(np.mean(error**2))), 3),
        round(float(np.mean(error)), 3),
        round(float(np.mean(high - low + 40.0 * missed)), 3),
        round(float(np.exp(np.median(high - low))), 2),
    )


def both(made: Sequence[Case], real: Sequence[Case], calibration: Calibration) -> float:
    """The loss, simulated and real cases counting equally."""
    own = loss(made, calibration)
    return 0.5 * own + 0.5 * loss(real, calibration) if real else own


def choose(made: Sequence[Case], real: Sequence[Case]) -> Calibration:
    """Step 2."""

    def objective(free: npt.NDArray[np.float64]) -> float:
        pull = PULL * float(np.sum((free - START) ** 2))
        return both(made, real, to_calibration(free)) + pull

    options = {"maxfev": 80, "xatol": 0.02, "fatol": 0.001}
    found = minimize(objective, START, method="Nelder-Mead", options=options)
    return to_calibration(np.asarray(found.x, dtype=np.float64))


def main() -> None:
    """Chooses the constants and writes them with their scores."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder of third-party tables (mse)")
    parser.add_argument("--out", type=Path, default=TARGET)
    arguments = parser.parse_args()
    made = simulated(SEEDS[0])
    real = list_dropping(arguments.data) if arguments.data else []
    constants = choose(made, real)
    without = {
        name: choose(made, [case for case in real if case.source != name]) for name in SETS if real
    }
    other = simulated(SEEDS[1])
    document: dict[str, Any] = {
        "made_by": "scripts/calibrate_estimation.py",
        "simulated_populations": POPULATIONS,
        "simulation_seeds": list(SEEDS),
        "list_dropping_tests": len(real),
        "constants": constants.to_json(),
        "without": {name: chosen.to_json() for name, chosen in without.items()},
        "scores": {
            "simulated_same": score(made, [constants] * len(made))._asdict(),
            "simulated_other": score(other, [constants] * len(other))._asdict(),
        },
    }
    if real:
        left_out = [without[case.source] for case in real]
        document["scores"]["list_dropping_left_out"] = score(real, left_out)._asdict()
        document["scores"]["list_dropping_same"] = score(real, [constants] * len(real))._asdict()
    arguments.out.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(document, indent=2))


if __name__ == "__main__":
    main()
