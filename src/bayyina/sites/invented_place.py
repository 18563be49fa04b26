"""An invented place seen by satellites that never saw it: ground, weather, three disturbances.

Nothing here is a picture of anything. The place lies in the open sea in the Gulf of Guinea, where
the equator meets the meridian of Greenwich, so that it cannot be taken for a real one, and
the word FICTIONAL is part of the pixels of every scene. Made pictures of real graves would
serve those who deny them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from bayyina.sites.scenes import MARK

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]

CRS: Final = "EPSG:32631"
"""UTM zone 31 north."""

MIDDLE: Final = (166_600.0, 600.0)
"""Easting and northing of the middle of the site, metres; open sea."""

SITE_METRES: Final = 120.0
"""Side of the site."""

FINE_METRES: Final = 10.0
"""Size of the pixels that the ground is made of."""

EXTENT: Final = 132
"""Pixels of the ground along each side."""

BARE: Final = (0.145, 0.195, 0.255, 0.315, 0.385, 0.345)
"""Reflectance of the undisturbed ground in blue, green, red, near and two short-wave infrared."""

FRESH: Final = (0.024, 0.032, 0.042, 0.046, -0.030, -0.036)
"""What turned subsoil adds: brighter, and darker where moisture absorbs."""

LEVELLED: Final = (0.040, 0.050, 0.062, 0.066, 0.058, 0.050)
"""What levelled, dry ground adds."""


@dataclass(frozen=True)
class Truth:
    """One invented disturbance."""

    kind: str
    """``digging``, ``re-opening`` or ``levelling``."""

    onset: date
    """First day of the work."""

    end: date
    """Last day of the work."""

    onset_within_days: int
    """By how much a dating may miss the onset."""


DIGGING: Final = Truth("digging", date(2013, 3, 10), date(2013, 6, 20), 60)
REOPENING: Final = Truth("re-opening", date(2019, 4, 15), date(2021, 3, 10), 30)
LEVELLING: Final = Truth("levelling", date(2022, 8, 27), date(2023, 1, 14), 30)
EPISODES: Final = (DIGGING, REOPENING, LEVELLING)
"""What happens at the place, in order of time."""


@dataclass(frozen=True)
class Sensor:
    """An invented satellite."""

    name: str
    """``LE07``, ``LC08``, ``S2A`` or ``S2B``."""

    metres: float
    """Size of its pixels."""

    pixels: int
    """Pixels along each side of its scenes."""

    gain: tuple[float, ...]
    """How it sees each band, against the ground."""

    first: date
    """First scene."""

    last: date
    """No scene after it."""

    every: int
    """Days between scenes."""


SENSORS: Final = (
    Sensor("LE07", 30.0, 40, (0.97, 0.98, 0.97, 0.98, 1.02, 1.02), date(2010, 1, 6), date(2013, 5, 1), 16),
    Sensor("LC08", 30.0, 40, (1.0, 1.0, 1.01, 1.0, 0.99, 0.99), date(2013, 4, 20), date(2016, 12, 31), 16),
    Sensor("S2A", 10.0, 100, (1.02, 1.01, 1.0, 1.01, 1.0, 1.01), date(2015, 12, 5), date(2024, 2, 28), 20),
    Sensor("S2B", 10.0, 100, (1.01, 1.01, 1.0, 1.0, 1.0, 1.0), date(2017, 7, 10), date(2024, 2, 28), 20),
)  # fmt: skip
"""Satellites, one after the other and side by side."""

_GLYPHS: Final = {
    "F": ("111", "100", "110", "100", "100"),
    "I": ("111", "010", "010", "010", "111"),
    "C": ("111", "100", "100", "100", "111"),
    "T": ("111", "010", "010", "010", "010"),
    "O": ("111", "101", "101", "101", "111"),
    "N": ("110", "101", "101", "101", "101"),
    "A": ("111", "101", "111", "101", "101"),
    "L": ("100", "100", "100", "100", "111"),
}

SCL_CLEAR, SCL_SHADOW, SCL_CLOUD = 5, 3, 9


@dataclass(frozen=True)
class Seen:
    """One invented scene."""

    sensor: Sensor
    """Who took it."""

    day: date
    """When."""

    reflectance: Floats
    """Shape (bands, rows, columns)."""

    clouds: Flags
    """Where clouds are, shape (rows, columns)."""

    shift: tuple[float, float]
    """Rows and columns by which it is out of place, pixels."""

    hazy: bool
    """Whether haze lies over it that its mask does not show."""


class InventedPlace:
    """The ground of the invented place; equal seeds give equal scenes."""

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        random = np.random.default_rng(seed)
        fine = ndimage.gaussian_filter(random.normal(size=(EXTENT, EXTENT)), 1.0)
        broad = ndimage.gaussian_filter(random.normal(size=(EXTENT, EXTENT)), 7.0)
        self._texture = 1 + 0.05 * fine / fine.std() + 0.04 * broad / broad.std()
        half = int(SITE_METRES / FINE_METRES / 2)
        inner = slice(EXTENT // 2 - half, EXTENT // 2 + half)
        self._site = np.zeros((EXTENT, EXTENT))
        self._site[inner, inner] = 1.0
        rows = np.arange(EXTENT)[:, None] % 4 < 2
        self._trenches = self._site * np.where(rows, 1.0, 0.35)

    def scenes(self) -> Iterator[Seen]:
        """Every scene, in order of time."""
        days = sorted(
            (sensor.first + timedelta(days=step), sensor.name, sensor)
            for sensor in SENSORS
            for step in range(0, (sensor.last - sensor.first).days + 1, sensor.every)
        )
        for day, _, sensor in days:
            yield self._seen(sensor, day)

    def _seen(self, sensor: Sensor, day: date) -> Seen:
        random = np.random.default_rng(
            [self._seed, day.toordinal(), len(sensor.name), sensor.every]
        )
        ground = self._ground(day) * (1 + random.normal(0, 0.012))
        hazy = bool(random.random() < 0.06)
        if hazy:
            veil = ndimage.gaussian_filter(random.normal(size=(EXTENT, EXTENT)), 30)
            thick = 0.03 + 0.008 * veil / veil.std()
            falling = np.array([1.0, 0.85, 0.7, 0.5, 0.2, 0.1])
            ground = ground + falling[:, None, None] * thick
        clouds = self._clouds(random)
        ground = np.where(clouds, 0.55 + 0.05 * self._texture, ground)
        step = int(sensor.metres / FINE_METRES)
        seen = _coarser(ground, step, sensor.pixels) * np.array(sensor.gain)[:, None, None]
        covered = _coarser(clouds[None].astype(float), step, sensor.pixels)[0] > 0.05
        seen = seen + random.normal(0, 0.0035, seen.shape)
        seen = _marked(seen)
        shift = tuple(float(part) for part in random.normal(0, 0.25 if step == 1 else 0.12, 2))
        moved = np.stack([ndimage.shift(band, shift, order=1, mode="nearest") for band in seen])
        return Seen(sensor, day, moved, covered, (shift[0], shift[1]), hazy)

    def _ground(self, day: date) -> Floats:
        """The ground without weather, shape (bands, rows, columns)."""
        season = 1 + 0.05 * np.sin(2 * np.pi * (day.timetuple().tm_yday - 40) / 365.25)
        ground = np.array(BARE)[:, None, None] * self._texture * season
        fresh, levelled = np.array(FRESH), np.array(LEVELLED)
        dug = _grown(day, DIGGING) * 0.55
        opened = _grown(day, REOPENING, fast_days=20) * 0.75
        if day > REOPENING.end:
            opened = 0.0
        flat = _grown(day, LEVELLING)
        trenches = (dug + opened) * (1 - flat)
        change = trenches * fresh[:, None, None] * self._trenches
        return np.asarray(ground + change + flat * levelled[:, None, None] * self._site)

    @staticmethod
    def _clouds(random: np.random.Generator) -> Flags:
        """Clouds over part, all or none of the place."""
        fate = random.random()
        if fate < 0.55:
            return np.zeros((EXTENT, EXTENT), dtype=bool)
        if fate < 0.75:
            return np.ones((EXTENT, EXTENT), dtype=bool)
        field = ndimage.gaussian_filter(random.normal(size=(EXTENT, EXTENT)), 12)
        return np.asarray(field > np.quantile(field, random.uniform(0.4, 0.95)))


def _grown(day: date, truth: Truth, *, fast_days: int | None = None) -> float:
    """How far a work has come on a day, 0 to 1."""
    length = fast_days or (truth.end - truth.onset).days
    return float(np.clip(((day - truth.onset).days + 1) / length, 0.0, 1.0))


def _coarser(bands: Floats, step: int, pixels: int) -> Floats:
    """The middle of the ground in pixels of a sensor, each the mean of what it covers."""
    size = step * pixels
    first = (EXTENT - size) // 2
    middle = bands[:, first : first + size, first : first + size]
    return np.asarray(middle.reshape(len(bands), pixels, step, pixels, step).mean(axis=(2, 4)))


def _marked(bands: Floats) -> Floats:
    """The scene with the word in its upper left corner, in every band.

    Where pixels are small enough it stands above the site as well, so that a detail cut out of
    the scene shows it too.
    """
    marked = bands.copy()
    width = 4 * len(MARK) + 1
    _write_mark(marked, 1, 1)
    middle = marked.shape[1] // 2
    if middle > width:
        _write_mark(marked, middle - 20, middle - width // 2)
    return marked


def _write_mark(bands: Floats, row: int, column: int) -> None:
    dark, bright = (np.array(BARE)[:, None, None] * factor for factor in (0.75, 1.45))
    bands[:, row : row + 7, column : column + 4 * len(MARK) + 1] = dark
    for place, letter in enumerate(MARK):
        glyph = np.array([[cell == "1" for cell in line] for line in _GLYPHS[letter]])
        first = column + 1 + 4 * place
        bands[:, row + 1 : row + 6, first : first + 3] = np.where(glyph, bright, dark)
