"""What kind of quantity a band is, and the scale on which its noise is even.

Two kinds are told apart. A *level* (reflectance, backscatter, an index) follows the season
and may move either way. An *anomaly* already compares each day with the same season of
earlier years, as the layers VEG-ANOM and GEN-ANOM of OPERA DIST-ALERT-HLS do (Hansen et al.,
product specification 2023): it is zero or little where nothing happened and only a rise
means a disturbance. Anomalies are read on the square-root scale, on which their spread
does not grow with their size.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from bayyina.sites.series import Floats

ANOMALY_NAME = re.compile(r"anom", re.IGNORECASE)
PRODUCT_FLAG = re.compile(
    r"(?:veg|gen)[-_ ]?(?:dist[-_ ]?)?(?:hist|anom[-_ ]?max|status|conf|date|count|dur|last[-_ ]?date)$",
    re.IGNORECASE,
)
"""Layers of an alert product that hold its own conclusions, not what was seen that day."""

GREEN = re.compile(r"^(?:green|b0?3|grn|g)$", re.IGNORECASE)
NIR = re.compile(r"^(?:nir|nir08|b0?8a?|n)$", re.IGNORECASE)
SWIR = re.compile(r"^(?:swir1?|swir[-_ ]?16|b11|s1)$", re.IGNORECASE)

LEAST_VALUES = 10
"""Values without which nothing is told from what they are."""

MOSTLY = 0.6
"""Share of whole numbers from which a band counts as recorded in them; days are averaged."""

NEAR_ZERO = 4
"""Where a tenth of an anomaly lies at most: most places are as usual for some of the time."""

LARGEST_GRADE = 1000
"""Largest value of an anomaly; digital numbers of reflectance go beyond."""

SNOW_NDSI = 0.4
"""Normalised-difference snow index above which a day is left out (Hall et al. 1995)."""

SNOW_GREEN = 0.1
"""Green reflectance below which no snow is called, so that dark water stays (same source)."""


@dataclass(frozen=True)
class BandKinds:
    """Which bands are used, and which of them are anomalies."""

    used: tuple[int, ...]
    """Columns that are looked at."""

    anomaly: tuple[bool, ...]
    """For each used column, whether it is an anomaly."""

    notes: tuple[str, ...]
    """Why columns were left out."""

    @property
    def of_anomalies(self) -> bool:
        """Whether all used bands are anomalies."""
        return bool(self.anomaly) and all(self.anomaly)


def band_kinds(names: tuple[str, ...], values: Floats) -> BandKinds:
    """Tell the kinds of bands apart, by name and by what they hold.

    Where there are anomalies, plain levels beside them are left out: they hold the season
    that the anomalies were freed of.
    """
    notes, used, concluded = [], [], []
    for column, name in enumerate(names):
        seen = values[np.isfinite(values[:, column]), column]
        if PRODUCT_FLAG.search(name):
            concluded.append(name)
        elif len(seen) == 0:
            notes.append(f"The band {name} was never seen and was left out.")
        elif np.ptp(seen) <= 1e-9 * max(1.0, float(np.abs(seen).max())):
            notes.append(f"The band {name} never changes.")
        else:
            used.append(column)
    if concluded:
        notes.append(f"Left out as conclusions of a product: {', '.join(concluded)}.")
    by_name = [bool(ANOMALY_NAME.search(names[c])) for c in used]
    seen_in = [values[np.isfinite(values[:, c]), c] for c in used]
    told = any(by_name)
    anomaly = [
        float(seen.min()) >= 0 and (named if told else _looks_like_anomaly(seen))
        for named, seen in zip(by_name, seen_in, strict=True)
    ]
    if any(anomaly):
        levels = [names[c] for c, is_one in zip(used, anomaly, strict=True) if not is_one]
        if levels:
            notes.append(f"Beside anomalies, the levels {', '.join(levels)} were left out.")
        used = [c for c, is_one in zip(used, anomaly, strict=True) if is_one]
        anomaly = [True] * len(used)
    return BandKinds(tuple(used), tuple(anomaly), tuple(notes))


def _looks_like_anomaly(seen: Floats) -> bool:
    """Whole per cents that begin at zero and mostly stay near it; asked where no name says so."""
    whole = float(np.mean(seen == np.round(seen))) >= MOSTLY
    near_zero = float(np.quantile(seen, 0.1)) <= NEAR_ZERO and float(seen.max()) <= LARGEST_GRADE
    return whole and len(seen) >= LEAST_VALUES and near_zero


def even_scale(values: Floats) -> Floats:
    """Anomalies on a square-root scale of per cent (after Anscombe 1948).

    Two per cent are added, which evens the grain of the whole numbers near zero.
    """
    largest = float(np.nanmax(values)) if np.isfinite(values).any() else 0.0
    per_cent = np.maximum(values, 0.0) * (100.0 if largest <= 1.5 else 1.0)
    return np.asarray(1.25 * np.sqrt(per_cent + 2.0))


def units_of_one(values: Floats) -> float:
    """How many units stand for a reflectance of one: 10,000 for digital numbers, else 1."""
    return 10000.0 if float(np.nanmedian(np.abs(values))) > 20.0 else 1.0


def snowy(names: tuple[str, ...], values: Floats) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Days whose green and short-wave infrared bands look like snow; none without both bands."""
    green = next((c for c, name in enumerate(names) if GREEN.match(name)), None)
    swir = next((c for c, name in enumerate(names) if SWIR.match(name)), None)
    if green is None or swir is None:
        return np.zeros(len(values), dtype=bool)
    g, s = values[:, green], values[:, swir]
    total = g + s
    index = np.divide(g - s, total, out=np.zeros_like(total), where=total > 0)
    one = units_of_one(values[:, [green, swir]]) if np.isfinite(total).any() else 1.0
    return np.asarray((index > SNOW_NDSI) & (g > SNOW_GREEN * one))
