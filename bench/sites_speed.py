"""Speed: pixels scanned against COLD and nrt, a site dated against Rbeast and ruptures, a folder of series.

All see the same arrays in the same process, on one thread where they can be told to.
"""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Callable
from datetime import date, datetime
from importlib import import_module
from typing import Any

import numpy as np

from bayyina.sites.dating import date_series
from bayyina.sites.pixel_scan import scan_pixels
from bayyina.sites.series import Series

PIXELS, IMAGES, BANDS = 4000, 730, 5
COLD_PIXELS = 40
SHARE_CLEAR = 0.41
HECTARES_50 = 5000
"""Pixels of ten metres in 50 hectares."""


def made(pixels: int, bands: int, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Days, values and masks of pixels with a season, noise and a step after two thirds."""
    random = np.random.default_rng(seed)
    days = date(2014, 1, 3).toordinal() + 5 * np.arange(IMAGES)
    season = 300 * np.sin(2 * np.pi * days / 365.25)
    values = (2000 + season[None, :, None]).repeat(pixels, 0).repeat(bands, 2)
    values = values + random.normal(0, 60, values.shape)
    values[:, IMAGES * 2 // 3 :] += 300
    return days, values.astype(np.float32), random.random((pixels, IMAGES)) < SHARE_CLEAR


def seconds(work: Callable[[], Any], times: int = 3) -> float:
    """Least wall time of a few runs."""
    least = np.inf
    for _ in range(times):
        begun = time.perf_counter()
        work()
        least = min(least, time.perf_counter() - begun)
    return float(least)


def peer(name: str) -> Any:
    """A peer, or nothing with a sentence on how to get it."""
    try:
        return import_module(name)
    except ImportError:
        print(f"{name} is not installed; `make bench` installs it. Its row is left out.")
        return None


def report() -> None:
    """Print the ratios with their goals."""
    days, values, clear = made(PIXELS, BANDS)
    begun = time.perf_counter()
    scan_pixels(days, values[:2], clear[:2])
    print(
        f"first call of the pixel scan, compiled or from the cache: {time.perf_counter() - begun:.1f} s"
    )
    own = seconds(lambda: scan_pixels(days, values, clear)) / PIXELS
    per_value = own / (float(clear.sum()) / PIXELS * BANDS)
    print(
        f"pixel scan: {1 / own:,.0f} pixels/s, {1 / per_value / 1e6:.1f} M pixel-band-observations/s"
    )
    _against_cold(days, values, clear, own)
    _against_nrt(days, values, clear, per_value)
    _site(days)


def _against_cold(days: np.ndarray, values: np.ndarray, clear: np.ndarray, own: float) -> None:
    cold = peer("pyxccd")
    if cold is None:
        return

    def run() -> None:
        for p in range(COLD_PIXELS):
            rows = clear[p]
            cold.cold_detect_flex(
                days[rows].astype(np.int64),
                np.ascontiguousarray(values[p, rows].astype(np.int64)),
                np.zeros(int(rows.sum()), dtype=np.int64),
                lam=20,
            )

    theirs = seconds(run, 2) / COLD_PIXELS
    print(
        f"COLD: {1 / theirs:,.0f} pixels/s; the scan is {theirs / own:.0f} times as fast (goal 100)"
    )


def _against_nrt(days: np.ndarray, values: np.ndarray, clear: np.ndarray, per_value: float) -> None:
    if peer("nrt.monitor.cusum") is None or peer("xarray") is None:
        return
    cusum, xarray = import_module("nrt.monitor.cusum"), import_module("xarray")
    side, history = 60, IMAGES // 2
    cube = np.where(clear[: side * side], values[: side * side, :, 0], np.nan)
    cube = np.tile(cube.T.reshape(IMAGES, side, side), (1, 2, 2))
    side *= 2
    stamps = np.array([np.datetime64(date.fromordinal(int(day))) for day in days])
    coordinates = {
        "time": stamps[:history].astype("datetime64[ns]"),
        "y": range(side),
        "x": range(side),
    }
    past = xarray.DataArray(cube[:history], dims=("time", "y", "x"), coords=coordinates)

    def run() -> None:
        with contextlib.redirect_stdout(io.StringIO()):
            monitor = cusum.CuSum(trend=True, harmonic_order=2, save_fit_start=False)
            monitor.fit(dataarray=past)
            for k in range(history, IMAGES):
                monitor.monitor(array=cube[k], date=datetime.fromordinal(int(days[k])))

    run()
    theirs = seconds(run, 2) / float(np.isfinite(cube).sum())
    print(
        f"nrt CuSum, fit and monitor: {1 / theirs / 1e6:.1f} M pixel-band-observations/s; "
        f"the scan is {theirs / per_value:.1f} times as fast (goal 5)"
    )


def _site(days: np.ndarray) -> None:
    _, values, clear = made(HECTARES_50, 6, seed=1)
    random = np.random.default_rng(2)

    def run() -> Any:
        scan_pixels(days, values, clear)
        means = np.where(clear[..., None], values, np.nan)[::5]
        with np.errstate(all="ignore"):
            site = np.nanmean(means, axis=0)
        ring = 2000 + random.normal(0, 5, site.shape)
        return date_series(Series(days, site, np.ones(IMAGES), tuple("bgrnst"), ring))

    run()
    print(f"a site of 50 ha, ten years, six bands, in memory: {seconds(run):.2f} s (goal 1)")
    series = Series(days, values[0].astype(float), clear[0] * 1.0, tuple("bgrnst"))
    own = seconds(lambda: date_series(series))
    print(f"one series of {int(clear[0].sum())} clear days and 6 bands dated: {own * 1000:.0f} ms")
    line = np.nan_to_num(values[0, clear[0], 0].astype(float))
    beast = peer("Rbeast")
    if beast is not None:
        quiet = {
            "quiet": True,
            "print_progress": False,
            "print_options": False,
            "print_warning": False,
        }
        theirs = seconds(lambda: beast.beast(line, period=30.0, **quiet), 1)
        print(f"Rbeast, one band of it: {theirs * 1000:.0f} ms; {theirs / own:.1f} times as long")
    ruptures = peer("ruptures")
    if ruptures is not None:
        signal = values[0, clear[0]].astype(float)
        theirs = seconds(
            lambda: ruptures.KernelCPD(kernel="linear").fit(signal).predict(pen=1e6), 1
        )
        print(
            f"ruptures KernelCPD, told the penalty, no season, no interval: {theirs * 1000:.1f} ms"
        )
