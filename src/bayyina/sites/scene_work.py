"""A scene on its way into a cube."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bayyina.sites.registration import Shift
from bayyina.sites.scene_offsets import OffsetDecision
from bayyina.sites.scenes import Scene
from bayyina.sites.site_cubes import LEFT_OUT, SceneFile


@dataclass
class SceneWork:
    """A scene on its way into the cube."""

    scene: Scene
    """What the stack says of it."""

    family: str
    """Sensor family."""

    files: tuple[SceneFile, ...] = ()
    """Its files with their digests."""

    bands: tuple[str, ...] = ()
    """Bands that it has."""

    values: NDArray[np.int16] | None = None
    """Stored reflectance, shape (bands, rows, columns)."""

    radar: NDArray[np.float32] | None = None
    """Decibels, shape (bands, rows, columns)."""

    clear: NDArray[np.bool_] | None = None
    """Clear pixels."""

    mask: str = ""
    """Kind of mask."""

    stated: float | None = None
    """Offset that the file states."""

    offset: OffsetDecision | None = None
    """What was decided."""

    shift: Shift | None = None
    """What was measured."""

    outcome: str = ""
    """What became of it; empty while it is on its way."""

    reason: str = ""
    """Why."""

    notes: tuple[str, ...] = ()
    """What was assumed."""

    is_fictional: bool = False
    """Whether its files say that they are invented."""


def left_out(work: SceneWork, reason: str) -> None:
    """Leave a scene out for a reason."""
    work.outcome, work.reason = LEFT_OUT, reason
    work.values = work.clear = None
