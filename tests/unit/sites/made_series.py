"""Series of invented places, made from a seed."""

from __future__ import annotations

from datetime import date

import numpy as np

from bayyina.sites.series import Series

BANDS = ("blue", "green", "red", "nir", "swir1", "swir2")
SOIL = np.array([120.0, 180.0, 260.0, 300.0, 350.0, 250.0])
BASE = np.array([1600.0, 2000.0, 2500.0, 2900.0, 3300.0, 2800.0])
BEGIN = date(2017, 1, 3)


def ordinal(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def shape(days: np.ndarray, kind: str, onset: str, end: str) -> np.ndarray:
    a, b, t = ordinal(onset), ordinal(end), days.astype(float)
    return {
        "step": (t >= a) * 1.0,
        "ramp": np.clip((t - a) / max(b - a, 1), 0, 1),
        "pulse": ((t >= a) & (t < b)) * 1.0,
        "fading": np.where(t >= a, np.exp(-np.maximum(t - a, 0) / 60.0), 0.0),
    }[kind]


def made(
    *disturbances: tuple[str, str, str],
    seed: int = 0,
    years: float = 7,
    size: float = 1.0,
    share_clear: float = 0.6,
    with_control: bool = True,
    haze: float = 0.04,
    bands: int = 6,
) -> Series:
    """A desert place: season, noise that the surroundings share, haze, and disturbances."""
    random = np.random.default_rng(seed)
    days = BEGIN.toordinal() + 5 * np.arange(int(years * 73))
    days = days[random.random(len(days)) < share_clear]
    n = len(days)
    shared = random.normal(0, 60, (n, 1)) + 100 * np.sin(2 * np.pi * days / 365.25)[:, None]
    shared = shared + ((random.random(n) < haze) * random.uniform(300, 1500, n))[:, None]
    values = BASE + shared + random.normal(0, 35, (n, 6))
    for kind, onset, end in disturbances:
        values = values + size * shape(days, kind, onset, end)[:, None] * SOIL
    control = 0.97 * BASE + shared + random.normal(0, 15, (n, 6))
    return Series(
        days=days.astype(np.int64),
        values=values[:, :bands],
        weights=np.ones(n),
        bands=BANDS[:bands],
        control=control[:, :bands] if with_control else None,
    )
