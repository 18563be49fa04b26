"""The two images of a before/after plate: the last clear scene before an episode, and one after it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bayyina.errors import InputError
from bayyina.sites.dating import Episode
from bayyina.sites.registration import Shift, moved
from bayyina.sites.scanning import Scan, scenes_at
from bayyina.sites.scene_windows import read_scene
from bayyina.sites.site_cubes import USED, SceneRecord

COLOURS: Final = ("red", "green", "blue")

CLEAR_ENOUGH: Final = 0.98
"""Share of the site that must be clear; the clearest is taken where no scene reaches it."""

AROUND: Final = 4
"""Pixels that a plate shows around the ring."""

UNSEEN: Final = 222
"""Grey of what an image does not show."""

NEAR_DAYS: Final = 60
"""Days around the day that is wanted in which a clear scene is looked for."""


@dataclass(frozen=True, slots=True, eq=False)
class PlateImage:
    """One image of the plate."""

    record: SceneRecord
    """Where it came from."""

    colours: NDArray[np.float32]
    """Red, green and blue reflectance, shape (3, rows, columns); NaN where nothing was read."""

    clear: NDArray[np.bool_]
    """Pixels that show the ground, shape (rows, columns)."""


def pair_of(stack: Path, scan: Scan, episode: Episode | None) -> tuple[PlateImage, PlateImage]:
    """The images before and after an episode; the first and the last without one.

    Raises:
        InputError: fewer than two scenes were used.
        FileUnreadableError: a scene can no longer be read.
    """
    used = [record for record in scan.cube.records if record.outcome == USED]
    if len(used) < 2:
        raise InputError(
            "A plate needs two usable scenes.", hint="Look at the scenes' reasons in the result."
        )
    if episode is None:
        chosen = used[0], used[-1]
    else:
        before = [r for r in used if _day(r) <= episode.last_clear_before]
        settled = episode.end if episode.end is not None and episode.kind != "pulse" else None
        settled = max(settled or episode.first_changed, episode.first_changed)
        after = [r for r in used if _day(r) >= settled] or used[-1:]
        chosen = _clearest(before[::-1] or used[:1]), _clearest(after)
    by_name = {scene.identifier: scene for scene in scenes_at(stack).scenes()}
    images = []
    for record in chosen:
        scene = by_name.get(record.identifier)
        if scene is None:
            raise InputError(f"The scene {record.identifier} is no longer in the stack.")
        seen = read_scene(scene, scan.cube.ground.grid)
        bands = COLOURS if all(b in seen.bands for b in COLOURS) else (seen.bands[0],) * 3
        values = seen.values[[seen.bands.index(band) for band in bands]]
        if record.offset is not None:
            values = values - np.float32(record.offset.removed)
        if record.shift is not None:
            known = np.isfinite(values).all(axis=0)
            shift = Shift(record.shift[0], record.shift[1], 1.0, is_measured=True)
            values, shown = moved(values, np.asarray(known), shift)
            values = np.where(shown, values, np.float32(np.nan))
        images.append(PlateImage(record, values, seen.clear))
    return images[0], images[1]


def _day(record: SceneRecord) -> date:
    return datetime.fromisoformat(record.moment).date()


def _clearest(records: list[SceneRecord]) -> SceneRecord:
    """The first that is clear enough within some weeks; else the clearest of them."""
    start = _day(records[0])
    near = [r for r in records if abs((_day(r) - start).days) <= NEAR_DAYS]
    for record in near:
        if record.clear_share >= CLEAR_ENOUGH:
            return record
    return max(near, key=lambda record: record.clear_share)


def frame_of(scan: Scan) -> tuple[slice, slice]:
    """Rows and columns that a plate shows: the site, its ring and a little more, square if possible."""
    ground = scan.cube.ground
    shown = ground.site | ground.ring
    places = [np.flatnonzero(shown.any(axis=axis)) for axis in (1, 0)]
    side = max(int(p[-1] - p[0]) + 1 for p in places) + 2 * AROUND
    found = []
    for one, length in zip(places, shown.shape, strict=True):
        middle = (int(one[0]) + int(one[-1]) + 1) // 2
        first = max(0, min(middle - side // 2, length - side))
        found.append(slice(first, min(first + side, length)))
    return found[0], found[1]


def stretched(one: PlateImage, other: PlateImage) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Both images as colours from 0 to 255 by the same stretch, shape (rows, columns, 3).

    What was not seen is light grey, which no dark ground is. From the 1st to the 99th percentile of what is clear in both together, for each colour.
    """
    parts = [image.colours[:, image.clear] for image in (one, other) if image.clear.any()]
    both = np.concatenate(parts or [one.colours.reshape(3, -1)], axis=1)
    low, high = np.nanpercentile(both, [1, 99], axis=1)
    room = np.maximum(high - low, 1e-6)[:, None, None]
    found = []
    for image in (one, other):
        scaled = np.clip((image.colours - low[:, None, None]) / room, 0, 1)
        whole = np.rint(255 * np.nan_to_num(scaled)).astype(np.uint8)
        whole[:, ~np.isfinite(image.colours).all(axis=0)] = UNSEEN
        found.append(np.moveaxis(whole, 0, -1))
    return found[0], found[1]


def digest_of_scene(record: SceneRecord) -> tuple[str, int]:
    """SHA-256 of the scene's file and 1; of several files, that of their list, and their number.

    The list has a line for each file, in order of names: digest, two spaces, name, line feed, as
    ``sha256sum`` writes it.
    """
    files = sorted(record.files, key=lambda file: file.name)
    if len(files) == 1:
        return files[0].sha256, 1
    listed = "".join(f"{file.sha256}  {file.name}\n" for file in files)
    return hashlib.sha256(listed.encode()).hexdigest(), len(files)
