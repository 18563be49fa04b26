"""Dating of one-year pixel series against interpreters: OPERA DIST-ALERT-HLS validation 2024.

Each pixel's product layers (VEG-IND, VEG-ANOM, GEN-ANOM) are dated as ``sites date`` does. The
threshold and the noise constants are chosen anew for every block from the pixels of all other
blocks, so no block is scored with what it helped to choose. Intervals come from resampling blocks.
"""

from __future__ import annotations

import csv
import io
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from gzip import open as open_gzip
from itertools import product
from pathlib import Path

import numpy as np

from bayyina.sites import noise
from bayyina.sites.calibration import Tail
from bayyina.sites.dating import Dating, date_series
from bayyina.sites.series import Series

BANDS = ("VEG-IND", "VEG-ANOM", "GEN-ANOM")
TARGET = 0.14
"""False alarms a no-change pixel-year that a fold may choose on the other blocks."""

THRESHOLDS = (12, 15, 18, 22, 26, 30, 34, 38, 42, 46, 50, 54, 58, 64, 70, 80)
NOISES = ((0.1, 0.2), (0.2, 0.4), (0.3, 0.5))
"""Candidates for ``ANOMALY_LASTING`` and ``ANOMALY_BRIEF``."""

GROUPS = ("built-up and mining", "clear cut", "fire", "clearing for crops")
BOOTSTRAPS = 2000


@dataclass(frozen=True)
class Pixel:
    """One pixel with what its interpreter saw."""

    name: str
    """Block and number."""

    group: str
    """Kind of change, or ``no change``."""

    last: int | None
    """Ordinal of the last image without loss; nothing where the onset cannot be dated."""

    onset: int | None
    """Ordinal of the first image with loss."""

    series: Series
    """The layers."""

    statuses: tuple[tuple[int, int], ...]
    """Day and vegetation status of the product."""

    @property
    def block(self) -> str:
        """The block it lies in."""
        return self.name.split("_")[0]


def read_pixels(folder: Path) -> list[Pixel]:
    """All pixels of the shared blocks whose kind of change is scored."""
    references = {}
    with open_gzip(folder / "reference_goodFirst.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            group = _group(row["changetype"])
            if group:
                references[row["ID"]] = (group, *_bracket(row))
    pixels = []
    with tarfile.open(folder / "DIST-ALERT-HLS_tables.tar.xz") as archive:
        for member in archive:
            name = "_".join(Path(member.name).name.split("_")[:2])
            opened = archive.extractfile(member) if member.isfile() else None
            if opened is None or name not in references:
                continue
            rows = list(csv.DictReader(io.TextIOWrapper(opened, encoding="utf-8")))
            pixels.append(Pixel(name, *references[name], _series(rows), _statuses(rows)))
    return sorted(pixels, key=lambda pixel: pixel.name)


def _group(kind: str) -> str:
    if "Built" in kind or "Mining" in kind:
        return GROUPS[0]
    known = {
        "Clear cut": GROUPS[1],
        "Fire": GROUPS[2],
        "Plantation clearing": GROUPS[3],
        "Shifting cultivation": GROUPS[3],
        "No Change": "no change",
        "No change": "no change",
    }
    return known.get(kind, "")


def _bracket(row: dict[str, str]) -> tuple[int | None, int | None]:
    """Last image without and first with loss or other change, where both are known."""
    last = None
    for k in range(1, 74):
        day, label = row[f"p{k}_date"], row[f"p{k}"]
        if day in ("", "NA") or label in ("", "NA", "noObs"):
            continue
        ordinal = datetime.strptime(day, "%m/%d/%Y").date().toordinal()  # noqa: DTZ007
        if label[:2] in ("VL", "OC"):
            return (last, ordinal) if last is not None else (None, None)
        last = ordinal
    return None, None


def _day(row: dict[str, str]) -> int:
    text = row["SensingTime"]
    return date(int(text[:4]), int(text[4:6]), int(text[6:8])).toordinal()


def _series(rows: list[dict[str, str]]) -> Series:
    values = [
        [float(row[b]) if row[b] not in ("", "NA") else np.nan for b in BANDS] for row in rows
    ]
    days = np.array([_day(row) for row in rows], dtype=np.int64)
    return Series(days, np.array(values).reshape(-1, 3), np.ones(len(rows)), BANDS)


def _statuses(rows: list[dict[str, str]]) -> tuple[tuple[int, int], ...]:
    return tuple(
        sorted(
            (_day(row), int(float(row["VEG-DIST-STATUS"])))
            for row in rows
            if row["VEG-DIST-STATUS"] not in ("", "NA")
        )
    )


@dataclass(frozen=True)
class Scored:
    """A pixel and what was found in it."""

    pixel: Pixel
    """The pixel."""

    found: list[int]
    """Onsets or alerts, ordinals, rising."""

    intervals: list[tuple[int, int]]
    """95 % intervals of the onsets; empty for a product that gives none."""


def _chosen(noises: tuple[float, float], threshold: float, pixel: Pixel) -> Dating:
    noise.ANOMALY_LASTING, noise.ANOMALY_BRIEF = noises
    return date_series(pixel.series, tail=Tail(threshold, 0.0))


def _scored(pixel: Pixel, dating: Dating) -> Scored:
    return Scored(
        pixel,
        [episode.onset.toordinal() for episode in dating.episodes],
        [
            (e.onset_interval95[0].toordinal(), e.onset_interval95[1].toordinal())
            for e in dating.episodes
        ],
    )


def cross_validated(pixels: list[Pixel]) -> list[Scored]:
    """Every pixel with the constants that the other blocks choose."""
    combinations = list(product(NOISES, THRESHOLDS))
    usual = noise.ANOMALY_LASTING, noise.ANOMALY_BRIEF
    results = {
        (choice, pixel.name): _scored(pixel, _chosen(*choice, pixel))
        for choice in combinations
        for pixel in pixels
    }
    noise.ANOMALY_LASTING, noise.ANOMALY_BRIEF = usual
    kept: list[Scored] = []
    for block in sorted({pixel.block for pixel in pixels}):
        others = [pixel for pixel in pixels if pixel.block != block]
        best = _best(combinations, others, results)
        kept.extend(results[best, pixel.name] for pixel in pixels if pixel.block == block)
    return kept


def _best(
    combinations: list[tuple[tuple[float, float], int]],
    others: list[Pixel],
    results: dict[tuple[tuple[tuple[float, float], int], str], Scored],
) -> tuple[tuple[float, float], int]:
    """Most detected, each group alike, among those that keep to the rate; ties to the higher threshold."""

    def worth(choice: tuple[tuple[float, float], int]) -> tuple[float, int]:
        scored = [results[choice, pixel.name] for pixel in others]
        if false_alarms(scored) > TARGET:
            return -1.0, choice[1]
        shares = [np.mean([first(s) is not None for s in part]) for part in _by_group(scored)]
        return float(np.mean(shares)), choice[1]

    return max(combinations, key=worth)


def _by_group(scored: list[Scored]) -> Iterator[list[Scored]]:
    for group in GROUPS:
        part = [s for s in scored if s.pixel.group == group and s.pixel.onset is not None]
        if part:
            yield part


def false_alarms(scored: list[Scored]) -> float:
    """Share of the pixels without change in which anything was found."""
    unchanged = [s for s in scored if s.pixel.group == "no change"]
    return float(np.mean([bool(s.found) for s in unchanged])) if unchanged else float("nan")


def first(scored: Scored) -> int | None:
    """Place of the first onset from 30 days before the interpreter's on."""
    onset = scored.pixel.onset
    if onset is None:
        return None
    return next((k for k, day in enumerate(scored.found) if day >= onset - 30), None)


def shipped(pixels: list[Pixel]) -> list[Scored]:
    """Every pixel as ``sites date`` dates it."""
    return [_scored(pixel, date_series(pixel.series)) for pixel in pixels]


def product_alerts(pixels: list[Pixel], statuses: frozenset[int]) -> list[Scored]:
    """What the operational product says: days on which its status is one of these."""
    return [
        Scored(pixel, [day for day, status in pixel.statuses if status in statuses], [])
        for pixel in pixels
    ]


def measures(scored: list[Scored], group: str) -> dict[str, float]:
    """Detected, within 30 days, median error, interval overlap of one group."""
    part = [s for s in scored if s.pixel.group == group and s.pixel.onset is not None]
    places = [first(s) for s in part]
    errors = [
        abs(s.found[k] - (s.pixel.onset or 0))
        for s, k in zip(part, places, strict=True)
        if k is not None
    ]
    held = [
        s.intervals[k][0] <= (s.pixel.onset or 0) and s.intervals[k][1] >= (s.pixel.last or 0)
        for s, k in zip(part, places, strict=True)
        if k is not None and s.intervals
    ]
    count = max(len(part), 1)
    return {
        "n": len(part),
        "detected": len(errors) / count,
        "within30": sum(e <= 30 for e in errors) / count,
        "median": float(np.median(errors)) if errors else float("nan"),
        "overlap": float(np.mean(held)) if held else float("nan"),
    }


def bootstrapped(
    scored: list[Scored], measure: Callable[[list[Scored]], float]
) -> tuple[float, float]:
    """95 % interval of a measure under resampling of blocks."""
    blocks: dict[str, list[Scored]] = {}
    for one in scored:
        blocks.setdefault(one.pixel.block, []).append(one)
    names = sorted(blocks)
    random = np.random.default_rng(1)
    values = []
    for _ in range(BOOTSTRAPS):
        drawn = random.choice(len(names), len(names))
        value = measure([s for k in drawn for s in blocks[names[k]]])
        if np.isfinite(value):
            values.append(value)
    return (
        (float(np.quantile(values, 0.025)), float(np.quantile(values, 0.975)))
        if values
        else (float("nan"), float("nan"))
    )


def report(folder: Path) -> None:
    """Print the table: each row with its interval and goal."""
    pixels = read_pixels(folder)
    rows = {
        "product, first alert": product_alerts(pixels, frozenset(range(1, 7))),
        "product, confirmed": product_alerts(pixels, frozenset({3, 6})),
        "sites date as shipped": shipped(pixels),
        "sites date, blocks held out": cross_validated(pixels),
    }
    for name, scored in rows.items():
        low, high = bootstrapped(scored, false_alarms)
        alarm = false_alarms(scored)
        print(f"{name}: {alarm:.2f} [{low:.2f}, {high:.2f}] false alarms a no-change pixel-year")
        for group in GROUPS:
            _print_group(scored, group)
        held = [measures(scored, group) for group in GROUPS]
        total = sum(m["n"] * m["detected"] for m in held if np.isfinite(m["overlap"]))
        if total:
            overlap = (
                sum(
                    m["n"] * m["detected"] * m["overlap"] for m in held if np.isfinite(m["overlap"])
                )
                / total
            )
            print(f"  intervals overlap the interpreter's bracket: {overlap:.2f} (goal .90-.98)")


def _print_group(scored: list[Scored], group: str) -> None:
    own = [s for s in scored if s.pixel.group == group and s.pixel.onset is not None]
    blocks = len({s.pixel.block for s in own})
    line = [f"  {group:22} n {len(own):3} in {blocks:2} blocks"]
    for name in ("detected", "within30", "median"):
        value = measures(own, group)[name]
        low, high = bootstrapped(own, lambda s, name=name: measures(s, group)[name])  # type: ignore[misc]
        line.append(f"{name} {value:.2f} [{low:.2f}, {high:.2f}]")
    print("  ".join(line), flush=True)
