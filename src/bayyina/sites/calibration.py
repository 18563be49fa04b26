"""How large a shift must be so that a place where nothing happens is called so often a year, and no more.

The thresholds are squared significances that stable places reach. Those of anomalies are read
from pixels in which interpreters saw no change (OPERA DIST-ALERT-HLS validation 2024, of which the
blocks that `bench/sites.py` finds); the bench fits them anew for every block from the other
blocks, so that what it reports is never scored on its own calibration. Those of levels are read
from undisturbed site-minus-ring series of a forest in Romania (Sentinel-2), which wander more than
bare ground; farmland (Slovenia) and radar (Sentinel-1) stay below them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

DEFAULT_RATE_SITE = 0.05
"""False alarms a year that are accepted for a site, unless another rate is asked for."""

DEFAULT_RATE_PRODUCT = 0.12
"""The same for one pixel of an alert product: a hint where to look, from one year of anomalies."""

LEAST_RATE, LARGEST_RATE = 0.001, 0.5
"""Rates outside these have no support in the places the thresholds were read from."""


@dataclass(frozen=True)
class Tail:
    """Threshold against rate: a straight line in the logarithm of the rate."""

    at_default: float
    """Squared significance at a rate of 0.1 a year."""

    for_e: float
    """What is added when the rate is divided by e."""

    def threshold(self, rate: float) -> float:
        """Squared significance that stable places exceed ``rate`` times a year."""
        return max(4.0, self.at_default - self.for_e * math.log(rate / 0.1))

    def rate(self, significance: float) -> float:
        """How often a year a stable place reaches this."""
        return 0.1 * math.exp((self.at_default - significance) / self.for_e)


ANOMALIES = Tail(53.5, 60.0)
"""Two anomaly layers of one pixel: of 96 pixels without change, .14, .12, .09 and .08 pass 30, 43, 54 and 64."""


def levels(bands: int) -> Tail:
    """For levels; each further band adds room for chance."""
    return Tail(10.0 + 4.5 * bands, 4.0 + 3.5 * bands)


def tail_of(*, anomalies: bool, bands: int) -> Tail:
    """The tail for a kind of series."""
    return ANOMALIES if anomalies else levels(bands)


def default_rate(*, anomalies: bool) -> float:
    """False alarms a year where none are asked for."""
    return DEFAULT_RATE_PRODUCT if anomalies else DEFAULT_RATE_SITE
