"""Known disturbances put into real image cubes; what stable places and accidents of images give.

The Sentinel-2 cube (Romania, 2015-2021) is a forest in hills in which parts were really cut or died, so
sites are drawn from the half of it whose summers differ least from year to year; that is judged
without the detector. The errors of onsets are bounded below by the gaps between clear images, which are
printed beside them.
"""

from __future__ import annotations

import gzip
import re
import shutil
import tempfile
import warnings
from dataclasses import dataclass, replace
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from rasterio.errors import NotGeoreferencedWarning

from bayyina.sites.dating import INSUFFICIENT, date_series
from bayyina.sites.series import Series

S2_BANDS = ("B2", "B3", "B4", "B8")
SOIL = np.array([0.6, 0.8, 1.0, 0.7])
CLEAR_CLASSES = (4, 5, 7)
SITES = 40
SIZE, RING = 6, 10
FORCED = 0.5
BLOCK = 20
BOOTSTRAPS = 1000
ANY_GAP, DENSE = 10_000, 12


@dataclass(frozen=True)
class Cube:
    """Images of a place."""

    name: str
    """What it is."""

    days: np.ndarray
    """Ordinals, shape (n,)."""

    values: np.ndarray
    """Shape (n, rows, columns, bands)."""

    clear: np.ndarray
    """Shape (n, rows, columns)."""

    bands: tuple[str, ...]
    """Names."""


@dataclass(frozen=True)
class Place:
    """A square site in a cube and its ring."""

    series: Series
    """Means of the site, and of the ring as control."""

    corner: tuple[int, int]
    """Upper left pixel."""

    @property
    def block(self) -> tuple[int, int]:
        """The part of the cube that it lies in."""
        return self.corner[0] // BLOCK, self.corner[1] // BLOCK


def romania(folder: Path) -> Cube:
    """The 10 m cube, read with rasterio."""
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "cube.nc"
        packed = folder / "nrt_romania_s2" / "sentinel2_cube_subset_romania_10m.nc.gz"
        with gzip.open(packed) as source, file.open("wb") as target:
            shutil.copyfileobj(source, target)
        layers = {band: _layer(file, band) for band in (*S2_BANDS, "SCL")}
        begin = date(2015, 8, 1).toordinal()
        days = np.array(_times(file)) + begin
    values = np.stack([layers[band] for band in S2_BANDS], axis=-1).astype(float)
    clear = np.isin(layers["SCL"], CLEAR_CLASSES) & (values > 0).all(axis=-1)
    return Cube("Sentinel-2, Romania", days, values, clear, S2_BANDS)


def _layer(file: Path, band: str) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(f"netcdf:{file}:{band}") as source:
            return np.asarray(source.read())


def _times(file: Path) -> list[int]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(f"netcdf:{file}:B2") as source:
            return [int(float(source.tags(k)["NETCDF_DIM_time"])) for k in source.indexes]


def radar(folder: Path) -> Cube:
    """The Sentinel-1 RTC stack in decibels."""
    images: dict[str, dict[str, np.ndarray]] = {}
    for path in sorted((folder / "opera_rtc_s1_stack").glob("*.tif")):
        stamp = re.search(r"_(\d{8})T", path.name)
        if stamp:
            with rasterio.open(path) as source:
                image = 10 * np.log10(np.maximum(source.read(1), 1e-4))
            images.setdefault(stamp[1], {})[path.stem[-2:]] = image
    days = [day for day in sorted(images) if len(images[day]) == 2]
    values = np.stack([np.stack([images[day][p] for p in ("VV", "VH")], -1) for day in days])
    ordinals = [datetime.strptime(day, "%Y%m%d").date().toordinal() for day in days]  # noqa: DTZ007
    clear = np.isfinite(values).all(axis=-1)
    return Cube("Sentinel-1, stable scene", np.array(ordinals), values, clear, ("VV", "VH"))


def places(cube: Cube, *, seed: int = 1, count: int = SITES, calm: bool = True) -> list[Place]:
    """Squares drawn at random, the calmer half of them where asked for."""
    random = np.random.default_rng(seed)
    height, width = cube.clear.shape[1:]
    drawn = []
    for _ in range(2 * count if calm else count):
        row, column = (int(random.integers(RING, size - RING - SIZE)) for size in (height, width))
        drawn.append(Place(_series(cube, row, column), (row, column)))
    return sorted(drawn, key=_unrest)[:count] if calm else drawn


def _unrest(place: Place) -> float:
    """How much the summers of a site differ, in units of how much a summer varies in itself."""
    series = place.series.clear()
    dates = [date.fromordinal(int(day)) for day in series.days]
    control = series.control if series.control is not None else 0.0
    rest = series.values - control
    summers = [
        rest[[k for k, d in enumerate(dates) if d.year == year and d.month in (6, 7, 8, 9)]]
        for year in sorted({d.year for d in dates})
    ]
    medians = [np.median(part, axis=0) for part in summers if len(part) >= 3]
    within = np.median([np.std(part, axis=0) for part in summers if len(part) >= 3], axis=0)
    return float(np.sum(np.std(medians, axis=0) / within)) if len(medians) > 1 else np.inf


def _series(cube: Cube, row: int, column: int) -> Series:
    site = np.zeros(cube.clear.shape[1:], dtype=bool)
    site[row : row + SIZE, column : column + SIZE] = True
    ring = np.zeros_like(site)
    ring[row - RING : row + SIZE + RING, column - RING : column + SIZE + RING] = True
    ring[row - 1 : row + SIZE + 1, column - 1 : column + SIZE + 1] = False
    own, share = _mean(cube, site)
    around, seen = _mean(cube, ring)
    weights = np.where((share >= 0.6) & (seen >= 0.3), 1.0, 0.0)
    return Series(cube.days.astype(np.int64), own, weights, cube.bands, around)


def _mean(cube: Cube, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    clear = cube.clear[:, mask]
    total = np.where(clear[..., None], cube.values[:, mask], 0.0).sum(axis=1)
    count = clear.sum(axis=1)
    mean = np.divide(
        total, count[:, None], out=np.full_like(total, np.nan), where=count[:, None] > 0
    )
    return mean, clear.mean(axis=1)


def course(days: np.ndarray, kind: str, onset: int, end: int) -> np.ndarray:
    """Share of the disturbance on each day, 0 to 1."""
    if kind == "step":
        return (days >= onset) * 1.0
    if kind == "ramp":
        return np.clip((days - onset) / (end - onset), 0, 1)
    return ((days >= onset) & (days < end)) * 1.0


def draw(series: Series, random: np.random.Generator, kind: str, widest: int) -> tuple[int, int]:
    """Onset and end, a year of days before and half a year after, in gaps no wider than ``widest``."""
    days = series.clear().days
    while True:
        onset = int(random.integers(days[0] + 365, days[-1] - 330))
        end = onset + (0 if kind == "step" else int(random.integers(40, 150)))
        if max(_gap(days, onset), _gap(days, end)) <= widest:
            return onset, end


def _gap(days: np.ndarray, day: int) -> int:
    after = int(np.searchsorted(days, day))
    return int(days[after] - days[after - 1])


def report(folder: Path) -> None:
    """Print what is found of what was put in, and what is found where nothing was."""
    cube = romania(folder)
    found = places(cube)
    cold = _peer("pyxccd")
    print(f"{cube.name}: {len(found)} sites of {SIZE * SIZE} pixels with their ring")
    for kind in ("step", "ramp", "pulse"):
        for size in (100.0, 200.0, 400.0):
            _injected(cube, found, kind, size * SOIL, cold if size == 400.0 else None)
    print(
        f"The same, on days between clear images at most {DENSE} days apart (goal: 6, 20, end 15)"
    )
    for kind in ("step", "ramp", "pulse"):
        for size in (200.0, 400.0):
            _injected(cube, found, kind, size * SOIL, cold if size == 400.0 else None, widest=DENSE)
    stack = radar(folder)
    print(f"{stack.name}: {len(stack.days)} images")
    for kind in ("step", "pulse"):
        _injected(stack, places(stack, calm=False), kind, np.array([3.0, 3.0]), None)
    print("Nothing put in (goal: at most 0.05 alerts a site-year)")
    for name, drawn in {
        f"{cube.name}, calm half": found,
        f"{cube.name}, all, real losses among them": places(cube, calm=False),
        stack.name: places(stack, calm=False),
    }.items():
        _print_alerts(name, drawn)
    print("Accidents put into calm sites, as new alerts (goal: none)")
    for name, spoiled in _accidents(found).items():
        print(f"  {name:24} {spoiled}")


def _peer(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        print(f"{name} is not installed; `make bench` installs it. Its column is left out.")
        return None


def _injected(
    cube: Cube,
    found: list[Place],
    kind: str,
    size: np.ndarray,
    cold: Any,
    widest: int = ANY_GAP,
) -> None:
    random = np.random.default_rng(7)
    errors, ends, gaps, held, theirs = [], [], [], [], []
    blocks, end_blocks = [], []
    for place in found:
        onset, end = draw(place.series, random, kind, widest)
        put = course(cube.days, kind, onset, end)[:, None] * size
        series = replace(place.series, values=place.series.values + put)
        gaps.append(_gap(series.clear().days, onset))
        episodes = date_series(series).episodes
        if episodes:
            nearest = min(episodes, key=lambda e: abs(e.onset.toordinal() - onset))
            blocks.append(place.block)
            errors.append(abs(nearest.onset.toordinal() - onset))
            low, high = nearest.onset_interval95
            held.append(low.toordinal() <= onset <= high.toordinal() + 1)
            if nearest.end is not None:
                end_blocks.append(place.block)
                ends.append(abs(nearest.end.toordinal() - end))
        if cold is not None:
            theirs.append(_cold_error(cube, place, put, onset, cold))
    line = [
        f"  {kind:5} of {np.max(size):5.0f}: found {len(errors) / len(found):.2f}",
        f"onset error median {_middle(errors)}{_interval(errors, blocks)} d",
        f"90th {_middle(errors, 90)}{_interval(errors, blocks, 90)} d",
        f"end {_middle(ends)}{_interval(ends, end_blocks)} d",
        f"95 % interval holds {np.mean(held):.2f}{_interval(held, blocks, None)}" if held else "",
        f"gap between clear images {_middle(gaps)} d",
    ]
    if theirs:
        line.append(f"COLD {_middle([t for t in theirs if np.isfinite(t)])} d")
    print("; ".join(part for part in line if part), flush=True)


def _interval(values: list[Any], blocks: list[tuple[int, int]], percent: float | None = 50) -> str:
    """95 % interval of a percentile, or of the mean, under resampling of blocks."""
    if not values:
        return ""
    parts: dict[tuple[int, int], list[float]] = {}
    for value, block in zip(values, blocks, strict=True):
        parts.setdefault(block, []).append(float(value))
    own, random = list(parts.values()), np.random.default_rng(1)
    drawn = []
    for _ in range(BOOTSTRAPS):
        sample = np.concatenate([own[k] for k in random.choice(len(own), len(own))])
        drawn.append(sample.mean() if percent is None else np.percentile(sample, percent))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return f" [{low:.2f}, {high:.2f}]" if percent is None else f" [{low:.0f}, {high:.0f}]"


def _middle(values: list[Any], percent: float = 50) -> str:
    return f"{np.percentile(values, percent):.0f}" if values else "-"


def _cold_error(cube: Cube, place: Place, put: np.ndarray, onset: int, cold: Any) -> float:
    """Median over the pixels of the distance to the nearest break of COLD; infinite without one."""
    row, column = place.corner
    errors = []
    for r in range(row, row + SIZE):
        for c in range(column, column + SIZE):
            clear = cube.clear[:, r, c]
            values = np.ascontiguousarray((cube.values[:, r, c] + put)[clear].astype(np.int64))
            try:
                records = cold.cold_detect_flex(
                    np.ascontiguousarray(cube.days[clear].astype(np.int64)),
                    values,
                    np.zeros(int(clear.sum()), dtype=np.int64),
                    lam=20,
                )
            except RuntimeError:
                continue
            breaks = [int(b) for b in records["t_break"] if b > 0]
            errors.append(min((abs(b - onset) for b in breaks), default=np.inf))
    return float(np.median(errors)) if errors else np.inf


def _print_alerts(name: str, drawn: list[Place]) -> None:
    found = [date_series(place.series) for place in drawn]
    years = [place.series.span_years() for place in drawn]
    alerts = [len(one.episodes) for one in found]
    few = sum(one.state == INSUFFICIENT for one in found)
    rates = [count / span for count, span in zip(alerts, years, strict=True)]
    interval = _interval(rates, [place.block for place in drawn], None)
    print(
        f"  {name}: {sum(alerts)} in {sum(years):.0f} site-years = "
        f"{sum(alerts) / sum(years):.3f}{interval} ({few} with too few)"
    )


def _accidents(found: list[Place]) -> dict[str, str]:
    """New alerts within 90 days of the accident; those that it tips elsewhere are counted apart."""
    random = np.random.default_rng(3)
    outcome = {}
    for name in ("+1000 DN from a day on", "one hazy scene", "one scene shifted", "snow", "rain"):
        near = tipped = 0
        for place in found:
            before = date_series(place.series).episodes
            spoiled = _spoiled(place.series, name, random)
            changed = np.nan_to_num(np.abs(spoiled.values - place.series.values)).max(axis=1) > 0
            day = int(place.series.days[np.flatnonzero(changed)[0]])
            after = date_series(spoiled).episodes
            if len(after) > len(before):
                here = any(abs(e.onset.toordinal() - day) <= 90 for e in after)
                near, tipped = near + here, tipped + (not here)
        outcome[name] = (
            f"{near} of {len(found)} ({tipped} sites near their threshold tipped elsewhere)"
        )
    return outcome


def _spoiled(series: Series, name: str, random: np.random.Generator) -> Series:
    values = series.values.copy()
    control = np.array(series.control)
    clear = np.flatnonzero((series.weights > 0) & np.isfinite(values).all(axis=1))
    row = int(clear[random.integers(10, len(clear) - 10)])
    if name.startswith("+1000"):
        values[row:] += 1000.0
        control[row:] += 1000.0
    elif name == "one hazy scene":
        values[row] += np.array([1500.0, 1300.0, 1100.0, 600.0])
        control[row] += np.array([1200.0, 1000.0, 900.0, 500.0])
    elif name == "one scene shifted":
        values[row] += FORCED * (control[row] - values[row]) + 60.0
    elif name == "snow":
        few = clear[np.searchsorted(clear, row) :][:2]
        values[few], control[few] = 6000.0, 5800.0
    else:
        few = clear[np.searchsorted(clear, row) :][:2]
        values[few] *= 0.8
        control[few] *= 0.8
    return replace(series, values=values, control=control)
