"""Pairs of images: the labelled Landsat pair, against plain IR-MAD split by k-means.

The peer is written here as the paper has it: the chi-squared statistic of the converged
iteration, its square root split into two by k-means, pixel by pixel. Both sides see the same arrays in
the same run; no label is used before the score.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from bayyina.sites.irmad import alteration
from bayyina.sites.pairs import compare
from bayyina.sites.rasters import read_image
from bench.running import data_folder

GOAL = 0.95
BLOCK, BOOTSTRAPS = 40, 2000


def plain(before: NDArray[np.float32], after: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Plain IR-MAD: the root of the statistic, split by k-means into two."""
    bands = before.shape[0]
    roots = np.sqrt(alteration(before.reshape(bands, -1), after.reshape(bands, -1)).statistic)
    centres = np.percentile(roots, [25, 95])
    for _ in range(100):
        middle = centres.mean()
        following = np.array([roots[roots <= middle].mean(), roots[roots > middle].mean()])
        if np.allclose(following, centres):
            break
        centres = following
    return np.asarray((roots > centres.mean()).reshape(before.shape[1:]), dtype=np.bool_)


def score(
    found: NDArray[np.bool_], changed: NDArray[np.bool_], unchanged: NDArray[np.bool_]
) -> tuple[float, float, float]:
    """F1, precision and recall on the labelled pixels."""
    hits = int((found & changed).sum())
    precision = hits / max(hits + int((found & unchanged).sum()), 1)
    recall = hits / max(int(changed.sum()), 1)
    return 2 * precision * recall / max(precision + recall, 1e-9), precision, recall


def interval(
    found: NDArray[np.bool_], changed: NDArray[np.bool_], unchanged: NDArray[np.bool_]
) -> tuple[float, float]:
    """95 % interval of F1 when blocks of the image are drawn again."""
    rows, columns = (size // BLOCK for size in found.shape)
    counts = []
    for row in range(rows):
        for column in range(columns):
            part = np.s_[row * BLOCK : (row + 1) * BLOCK, column * BLOCK : (column + 1) * BLOCK]
            hits = int((found[part] & changed[part]).sum())
            false = int((found[part] & unchanged[part]).sum())
            missed = int((~found[part] & changed[part]).sum())
            counts.append((hits, false, missed))
    table, random = np.array(counts), np.random.default_rng(1)
    drawn = []
    for _ in range(BOOTSTRAPS):
        hits, false, missed = table[random.choice(len(table), len(table))].sum(axis=0)
        drawn.append(2 * hits / max(2 * hits + false + missed, 1))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def main() -> None:
    """Print the table."""
    folder = data_folder() / "satellite" / "landsat_pairs" / "taizhou"
    if not folder.is_dir():
        print("The labelled pair is not on this machine; nothing was measured.")
        return
    before, after = read_image(folder / "2000TM"), read_image(folder / "2003TM")
    changed = read_image(folder / "change.bmp").bands[0] > 0
    unchanged = read_image(folder / "unchanged.bmp").bands[0] > 0
    ways: dict[str, Callable[[], NDArray[np.bool_]]] = {
        "Bayyina": lambda: compare(before, after).map.changed,
        "plain IR-MAD, k-means": lambda: plain(before.bands, after.bands),
    }
    print(f"Taizhou, {int(changed.sum()):,} changed and {int(unchanged.sum()):,} unchanged pixels")
    for name, way in ways.items():
        started = time.perf_counter()
        found = way()
        seconds = time.perf_counter() - started
        f1, precision, recall = score(found, changed, unchanged)
        goal = f"  goal {GOAL}: {'met' if f1 >= GOAL else 'missed'}" if name == "Bayyina" else ""
        low, high = interval(found, changed, unchanged)
        print(
            f"  {name:24} F1 {f1:.3f} [{low:.3f}, {high:.3f}]  P {precision:.3f}  R {recall:.3f}  {seconds:.2f} s{goal}"
        )


if __name__ == "__main__":
    main()
