"""Estimates: published results again, tests with a known truth, seeds, and speed.

The R packages cannot be installed here; their results, of the same tables, stand frozen
beside the tables (R 4.2.2 with LCMCR, dga, SparseMSE and Rcapture).

Usage: python -m bench.estimation [SEEDS]
"""

from __future__ import annotations

import csv
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from bayyina.estimation.capture_table import CaptureTable
from bayyina.estimation.combining import Calibration, ask_methods, combine, load_calibration
from bayyina.estimation.convergence import bulk_ess
from bayyina.estimation.estimating import estimate
from bayyina.estimation.graphs import average_over_graphs
from bayyina.estimation.latent import run_chains
from bayyina.estimation.loglinear import possible_cells
from bayyina.estimation.preconditions import reasons_against
from bayyina.estimation.results import Estimate
from bayyina.estimation.simulation import simulate
from bayyina.estimation.sparse import bootstrap, fit_stepwise
from bench.published_sampler import run_published
from bench.running import data_folder

KOSOVO, ROME = "kosovo_killings_1999.csv", "hiv_rome_4lists.csv"
UK5, UK6 = "uk_modern_slavery_2013_5lists.csv", "uk_modern_slavery_2013_6lists.csv"
NETHERLANDS = "netherlands_trafficking_5lists.csv"
SETS: Final = {"UK": UK5, "Ned": NETHERLANDS, "Kosovo": KOSOVO, "HIV": ROME}

BCA_SECONDS, GRAPHS_SECONDS = 15.4, 14.0
"""SparseMSE, 200 resamples of the UK's five lists; dga, five lists."""

SWEEPS_A_SECOND: Final = 110_000 / 1.35
"""Iterations of LCMCR on Kosovo."""


class Interval(NamedTuple):
    """One test with a known truth; not finite where there was no answer."""

    truth: float
    middle: float
    low: float
    high: float


def main() -> None:
    """Run all parts."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    folder = data_folder() / "mse"
    if not folder.is_dir():
        print("The third-party tables are not on this machine.")
        return
    reproductions(folder)
    list_dropping(folder)
    simulated()
    seed_independence(folder, seeds)
    speeds(folder)


def read(path: Path) -> CaptureTable:
    """A third-party table."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    counts = {tuple(int(v) for v in row[:-1]): int(row[-1]) for row in rows[1:]}
    return CaptureTable.from_counts(rows[0][:-1], counts)


def reproductions(folder: Path) -> None:
    """Published results beside ours."""
    print(f"{'published results':34}{'published':>28}{'here':>32}{'off by':>9}")
    for label, name, published in [
        ("Kosovo, log-linear", KOSOVO, (10356.5, 8994, 12110)),
        ("Rome, log-linear", ROME, (11125, None, None)),
    ]:
        answer = estimate(read(folder / name), method="loglinear", seed=1)
        assert isinstance(answer, Estimate)
        _line(label, published, (answer.median, *answer.interval))
    for label, name, published in [
        ("UK five lists, stepwise", UK5, (11313, 9884, 13027)),
        ("UK six lists, stepwise", UK6, (11418, 9977, 13146)),
        ("Netherlands five lists, stepwise", NETHERLANDS, (121522, 98675, 150139)),
    ]:
        table = read(folder / name)
        fit = fit_stepwise(possible_cells(table), len(table.lists))
        assert fit is not None
        wide = 1.959964 * np.sqrt(fit.log_variance)
        ours = table.documented + fit.undocumented * np.exp([0.0, -wide, wide])
        _line(label, published, tuple(ours))
    for label, method, published in [
        ("Kosovo, graphs", "graphs", (12595, 9827, 16544)),
        ("Kosovo, latent (R: 10,406-10,600)", "latent", (10503, None, None)),
    ]:
        answer = estimate(read(folder / KOSOVO), method=method, seed=1)
        if isinstance(answer, Estimate):
            _line(label, published, (answer.median, *answer.interval))


def _line(label: str, published: Sequence[float | None], ours: Sequence[float]) -> None:
    def text(values: Sequence[float | None]) -> str:
        middle, low, high = values
        return f"{middle:,.0f}" + (f" [{low:,.0f}; {high:,.0f}]" if low and high else "")

    middle = published[0] or np.nan
    off = abs(ours[0] / middle - 1)
    print(f"{label:34}{text(published):>28}{text(ours):>32}{off:>9.2%}")


def list_dropping(folder: Path) -> None:
    """Tests with a known truth: take those on one list, drop it, estimate how many they are."""
    print("\nlist-dropping tests: goal coverage >= .90, error <= .56, score below every R package")
    peers: dict[str, dict[str, Interval]] = defaultdict(dict)
    with (folder / "internal_consistency_peer_runs.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if "seedmin" not in row["method"]:
                values = [_number(row[key]) for key in ("true", "est", "lo", "hi")]
                peers[row["method"]][row["set"]] = Interval(*values)
    names = set(peers["dga"])
    shipped, document = load_calibration()
    for title, without in [("bayyina, shipped constants", False), ("bayyina, left out", True)]:
        found = {}
        for source, file_name in SETS.items():
            own = Calibration.from_json(document["without"][source]) if without else shipped
            table = read(folder / file_name)
            for dropped in table.lists:
                if f"{source} {dropped}" in names:
                    found[f"{source} {dropped}"] = _test(*table.only(dropped), own)
        peers[title] = found
    _heading()
    for title, found in peers.items():
        _scores(title, found)
    print("without the one test that we refuse (nobody on two of the lists left):")
    for title, found in peers.items():
        _scores(title, {key: value for key, value in found.items() if key != "Ned K"})


def _number(text: str) -> float:
    return float(text) if text not in {"NA", ""} else np.inf


def _test(rest: CaptureTable, truth: int, calibration: Calibration) -> Interval:
    if reasons_against(rest):
        return Interval(truth, np.nan, np.nan, np.nan)
    counts = combine(ask_methods(rest), calibration).quantile([0.5, 0.025, 0.975])
    return Interval(truth, *(float(c) + rest.documented for c in counts))


def _heading() -> None:
    print(
        f"{'method':28}{'tests':>6}{'answered':>9}{'coverage':>9}{'error':>7}{'bias':>7}"
        f"{'score':>7}{'hi/lo':>7}"
    )


def _scores(title: str, found: dict[str, Interval]) -> None:
    """A line of scores; tests without a finite answer count as missed, and are in no average."""
    values = np.array(list(found.values()))
    truth, middle, low, high = np.log(values).T
    answered = np.isfinite(values).all(axis=1)
    missed = np.maximum(low - truth, 0) + np.maximum(truth - high, 0)
    inside = np.where(np.isfinite(middle), (low <= truth) & (truth <= high), False)
    score = (high - low + 40 * missed)[answered]
    error = (middle - truth)[answered]
    print(
        f"{title:28}{len(values):>6}{answered.sum():>9}{inside.mean():>9.3f}"
        f"{np.sqrt(np.mean(error**2)):>7.3f}{error.mean():>7.2f}{score.mean():>7.2f}"
        f"{np.exp(np.median((high - low)[answered])):>7.2f}"
    )


def simulated(number: int = 200) -> None:
    """Simulated populations that the constants were not chosen on."""
    print(f"\n{number} simulated populations, unlike and dependent (seed 990)")
    rng = np.random.default_rng(990)
    shipped, _ = load_calibration()
    found: dict[str, dict[str, Interval]] = {"bayyina": {}, "loglinear (BIC)": {}}
    for index in range(number):
        population = simulate(rng)
        found["bayyina"][str(index)] = _test(population.table, population.true_size, shipped)
        plain = estimate(population.table, method="loglinear", seed=1)
        ends = (plain.median, *plain.interval) if isinstance(plain, Estimate) else (np.nan,) * 3
        found["loglinear (BIC)"][str(index)] = Interval(population.true_size, *ends)
    _heading()
    for title, tests in found.items():
        _scores(title, tests)


def seed_independence(folder: Path, seeds: int) -> None:
    """Largest over smallest median over seeds; LCMCR: 1.66 and 2.92 over four."""
    print(f"\nmedians over {seeds} seeds: goal within 3 percent, or refused")
    for label, name, peer in [("UK five lists", UK5, 1.66), ("Netherlands", NETHERLANDS, 2.92)]:
        table = read(folder / name)
        for method in ("best", "sparse", "latent"):
            began = time.perf_counter()
            answers = [estimate(table, method=method, seed=seed) for seed in range(seeds)]
            each = (time.perf_counter() - began) / seeds
            medians = [answer.median for answer in answers if isinstance(answer, Estimate)]
            ratio = f"{max(medians) / min(medians):.3f}" if medians else "-"
            print(
                f"{label:16}{method:10} max/min {ratio:>6} (LCMCR {peer}), refused "
                f"{seeds - len(medians)} of {seeds}, {each:.2f} s each"
            )


def speeds(folder: Path) -> None:
    """Seconds beside those of the R packages on this kind of machine."""
    print("\nspeed (kernels compiled beforehand)")
    uk, kosovo = read(folder / UK5), read(folder / KOSOVO)
    data = possible_cells(uk)
    fit = fit_stepwise(data, 5)
    assert fit is not None
    rng = np.random.default_rng(1)
    seconds = _seconds(lambda: bootstrap(data, 5, fit.undocumented, rng, 200))
    print(
        f"BCa, 200 resamples, UK five lists: {seconds:.3f} s, {BCA_SECONDS / seconds:,.0f} times "
        f"faster than {BCA_SECONDS} s (goal 20)"
    )
    seconds = _seconds(lambda: average_over_graphs(uk))
    print(f"graphs, five lists: {seconds:.3f} s (goal 1 s; dga {GRAPHS_SECONDS} s)")
    held = rng.random((3000, 7)) < 0.15
    rows, counts = np.unique(held[held.any(axis=1)], axis=0, return_counts=True)
    seven = CaptureTable(tuple("abcdefg"), rows.astype(np.uint8), counts)
    print(f"graphs, seven lists: {_seconds(lambda: average_over_graphs(seven)):.2f} s (goal 30 s)")
    began = time.perf_counter()
    ours = run_chains(kosovo, 1, (1500, 2500))
    rate = ours.ess / (time.perf_counter() - began)
    chains = [run_published(kosovo.histories, kosovo.counts, s, 3000, 12000) for s in range(4)]
    worth = bulk_ess(np.log1p(np.array(chains))) / 48000
    peer = worth * SWEEPS_A_SECOND
    print(
        f"latent classes, Kosovo: {rate:,.0f} effective draws a second, burning in counted; "
        f"published sampler {worth:.5f} a sweep x {SWEEPS_A_SECOND:,.0f} sweeps a second "
        f"= {peer:,.0f}: {rate / peer:.1f} times (goal 10)"
    )


def _seconds(work: object) -> float:
    assert callable(work)
    work()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
