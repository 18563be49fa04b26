"""Small fictional tables, and the third-party ones by name."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bayyina.estimation.capture_table import CaptureTable
from bayyina.estimation.estimating import Method, estimate
from bayyina.estimation.results import Estimate

KOSOVO = "kosovo_killings_1999.csv"
ROME = "hiv_rome_4lists.csv"
UK5 = "uk_modern_slavery_2013_5lists.csv"
UK6 = "uk_modern_slavery_2013_6lists.csv"
NETHERLANDS = "netherlands_trafficking_5lists.csv"
UNTIED = "artificial3_nonidentifiable.csv"


def three_lists() -> CaptureTable:
    """Three lists, every history seen. FICTIONAL."""
    return CaptureTable.from_counts(
        ["clinic", "families", "press"],
        {
            (1, 0, 0): 120,
            (0, 1, 0): 90,
            (0, 0, 1): 60,
            (1, 1, 0): 40,
            (1, 0, 1): 25,
            (0, 1, 1): 18,
            (1, 1, 1): 12,
        },
    )


def four_lists() -> CaptureTable:
    """Four lists with a dependence between the first two. FICTIONAL."""
    counts: dict[tuple[int, ...], int] = {
        (1, 0, 0, 0): 150, (0, 1, 0, 0): 110, (0, 0, 1, 0): 95, (0, 0, 0, 1): 70,
        (1, 1, 0, 0): 75, (1, 0, 1, 0): 22, (1, 0, 0, 1): 16, (0, 1, 1, 0): 15,
        (0, 1, 0, 1): 12, (0, 0, 1, 1): 11, (1, 1, 1, 0): 9, (1, 1, 0, 1): 7,
        (1, 0, 1, 1): 3, (0, 1, 1, 1): 2, (1, 1, 1, 1): 1,
    }  # fmt: skip
    return CaptureTable.from_counts(["A", "B", "C", "D"], counts)


def third_party(folder: Path, name: str) -> CaptureTable:
    """A third-party table of counts."""
    with (folder / "mse" / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    counts = {tuple(int(v) for v in row[:-1]): int(row[-1]) for row in rows[1:]}
    return CaptureTable.from_counts(rows[0][:-1], counts)


def answered(
    table: CaptureTable, method: Method = "best", seed: int = 1, level: float = 0.95
) -> Estimate:
    """The estimate, where there must be one."""
    answer = estimate(table, method=method, seed=seed, level=level)
    assert isinstance(answer, Estimate), answer.reasons
    return answer


def drawn(answer: Estimate) -> npt.NDArray[np.float64]:
    """The draws of an estimate, which must have some."""
    assert answer.draws is not None
    return answer.draws
