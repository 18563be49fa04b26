"""Whether a scene's numbers carry the 1,000 that Sentinel-2 adds since baseline 04.00, by metadata and by data.

From 25 January 2022 (baseline 04.00), and in Collection 1 (baseline 05.00, older images processed
again), 1,000 is added to every number so that it cannot be negative (ESA, Products Specification
Document 14.9). Archives take it off, or not, and their flags are wrong in places. So two witnesses
are heard. *Metadata*: a stated offset, a flag, the baseline. *Data*: an image whose darkest pixels
lie below the offset cannot carry it; and the surroundings of the site, which are stable, must
lie where they lie in other images of the same season. Where the data contradict the metadata
clearly, the data are believed, and the decision says so. Haze lifts all bands too; so a scene without any
metadata is only believed to carry the offset if its neighbours in time do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bayyina.sites.scene_names import SENTINEL_2, UNKNOWN
from bayyina.sites.scenes import Scene

OFFSET: Final = 0.1
"""The offset, as reflectance."""

DARK: Final = 0.088
"""Reflectance of the darkest pixels below which the offset cannot be in it (correction for the
air may leave shadows slightly below zero)."""

NEAR: Final = 0.045
"""Distance from the surroundings' usual level up to which an image lies where it should."""

SEASON_DAYS: Final = 45
"""Days of the year around which images are of one season."""

FEWEST: Final = 3
"""Images of one season below which all images are compared."""

ROUNDS: Final = 6

CARRIED, NOT_CARRIED, UNCLEAR = "carried", "not carried", "unclear"


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """What the data of one scene say."""

    surroundings: NDArray[np.float64]
    """Median reflectance of the ring in the visible bands, as the file has it."""

    darkest: float
    """First percentile of the darkest band over the window, as the file has it."""


@dataclass(frozen=True, slots=True)
class OffsetDecision:
    """What was decided for one scene, and why."""

    removed: float
    """Reflectance that was taken off every band: 0 or 0.1."""

    metadata: str
    """What the metadata say: ``carried``, ``not carried`` or ``unclear``."""

    data: str
    """What the data say, in the same words."""

    reason: str
    """The decision in one sentence."""


NO_MATTER: Final = OffsetDecision(0.0, NOT_CARRIED, UNCLEAR, "This sensor has no such offset.")


def decide(
    scenes: Sequence[Scene],
    families: Sequence[str],
    stated: Sequence[float | None],
    levels: Sequence[Level | None],
) -> list[OffsetDecision]:
    """Decide for all scenes together, because each is judged by the others.

    Args:
        scenes: The scenes.
        families: Their families; only Sentinel-2 and unknown sensors can carry the offset.
        stated: Summand that each file states for its values (reflectance), if any.
        levels: What the data say; None where the surroundings were not seen.
    """
    concerned = [k for k, family in enumerate(families) if family in (SENTINEL_2, UNKNOWN)]
    told = {k: _by_metadata(scenes[k], families[k], stated[k]) for k in concerned}
    carried = {k: told[k][0] == CARRIED for k in concerned}
    judged = dict.fromkeys(concerned, UNCLEAR)
    known = [k for k in concerned if levels[k] is not None]
    _start(known, levels, told, carried)
    for _ in range(ROUNDS):
        before = dict(carried)
        for k in known:
            judged[k] = _by_data(k, known, scenes, levels, carried)
            if judged[k] != UNCLEAR:
                carried[k] = judged[k] == CARRIED
            else:
                carried[k] = told[k][0] == CARRIED
        if carried == before:
            break
    for k in _alone(concerned, told, carried):
        judged[k], carried[k] = UNCLEAR, False
    decisions = []
    for k in range(len(scenes)):
        if k not in told:
            decisions.append(NO_MATTER)
            continue
        reason = _reason(told[k], judged[k], carried=carried[k])
        removed = OFFSET if carried[k] else 0.0
        decisions.append(OffsetDecision(removed, told[k][0], judged[k], reason))
    return decisions


def _by_metadata(scene: Scene, family: str, stated: float | None) -> tuple[str, str]:
    """What the metadata say, and which of them says it."""
    facts = scene.facts
    if facts.get("boa_offset_applied", "").lower() in ("true", "1"):
        return NOT_CARRIED, "the catalogue's flag that it was taken off"
    for name, value in (("BOA_ADD_OFFSET", facts.get("boa_add_offset")), ("offset", stated)):
        try:
            if value is not None and float(value) < 0:
                return CARRIED, f"the stated {name}"
        except ValueError:
            continue
    if facts.get("band_offset", "").startswith("-"):
        return CARRIED, "the catalogue's offset of the band"
    try:
        baseline = float(scene.baseline) if family == SENTINEL_2 else 0.0
    except ValueError:
        baseline = 0.0
    if baseline >= 4:
        return CARRIED, f"processing baseline {scene.baseline}"
    if baseline > 0:
        return NOT_CARRIED, f"processing baseline {scene.baseline}"
    return UNCLEAR, "no metadata"


def _start(
    known: Sequence[int],
    levels: Sequence[Level | None],
    told: dict[int, tuple[str, str]],
    carried: dict[int, bool],
) -> None:
    """First guess for scenes without metadata: those far above the lower ones, if nothing forbids it."""
    silent = [k for k in known if told[k][0] == UNCLEAR]
    anchors = [k for k in known if told[k][0] != UNCLEAR] or silent
    heights = {k: _height(levels[k]) - (OFFSET if carried[k] else 0.0) for k in known}
    if not silent:
        return
    quantile = 50 if anchors is not silent else 20
    usual = float(np.percentile([heights[k] for k in anchors], quantile))
    for k in silent:
        carried[k] = heights[k] - usual > OFFSET - NEAR and not _forbidden(levels[k])


def _alone(
    concerned: Sequence[int], told: dict[int, tuple[str, str]], carried: dict[int, bool]
) -> list[int]:
    """Scenes without metadata that seem to carry the offset while those around them do not: haze."""
    silent = [k for k in concerned if told[k][0] == UNCLEAR]
    found = []
    for place, k in enumerate(silent):
        around = [*silent[max(0, place - 2) : place], *silent[place + 1 : place + 3]]
        if carried[k] and sum(carried[j] for j in around) < min(2, len(around)):
            found.append(k)
    return found


def _height(level: Level | None) -> float:
    return float(level.surroundings.mean()) if level is not None else np.nan


def _forbidden(level: Level | None) -> bool:
    return level is not None and level.darkest < DARK


def _by_data(
    k: int,
    known: Sequence[int],
    scenes: Sequence[Scene],
    levels: Sequence[Level | None],
    carried: dict[int, bool],
) -> str:
    """What the darkest pixels and the level of the surroundings say of one scene."""
    own = levels[k]
    if own is None:
        return UNCLEAR
    if _forbidden(own):
        return NOT_CARRIED
    others = [j for j in known if j != k]
    alike = [j for j in others if _same_season(scenes[k].moment, scenes[j].moment)]
    near = alike if len(alike) >= FEWEST else others
    if len(near) < FEWEST:
        return UNCLEAR
    rows = [
        level.surroundings - (OFFSET if carried[j] else 0.0)
        for j in near
        if (level := levels[j]) is not None and len(level.surroundings) == len(own.surroundings)
    ]
    if len(rows) < FEWEST:
        return UNCLEAR
    usual = np.median(np.array(rows), axis=0)
    without = float(np.abs(own.surroundings - usual).max())
    with_it = float(np.abs(own.surroundings - OFFSET - usual).max())
    if with_it < NEAR < without:
        return CARRIED
    if without < NEAR < with_it:
        return NOT_CARRIED
    return UNCLEAR


def _same_season(one: datetime | None, other: datetime | None) -> bool:
    if one is None or other is None:
        return False
    apart = abs(one.timetuple().tm_yday - other.timetuple().tm_yday)
    return min(apart, 365 - apart) <= SEASON_DAYS


def _reason(told: tuple[str, str], judged: str, *, carried: bool) -> str:
    says, source = told
    outcome = "1,000 was taken off" if carried else "nothing was taken off"
    if says == UNCLEAR and judged == UNCLEAR:
        return f"No metadata and no clear data: {outcome}."
    if judged == UNCLEAR:
        return f"By {source}; the data do not contradict it: {outcome}."
    if says == UNCLEAR:
        return f"No metadata; by the level of the surroundings: {outcome}."
    if says == judged:
        return f"By {source}, and the data agree: {outcome}."
    return f"Against {source}, because the data contradict it: {outcome}."
