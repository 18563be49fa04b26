"""Building a site's cube: read every scene, decide its offset, lay it onto the others, keep the record.

A scene that cannot be used is left out with its reason; the others lose nothing by it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from scipy import ndimage

from bayyina.errors import BayyinaError, InputError
from bayyina.sites.cube_packing import packed
from bayyina.sites.rasters import digest_of, need_rasterio
from bayyina.sites.scene_layers import BANDS
from bayyina.sites.scene_names import LANDSAT_NEW, LANDSAT_OLD, SENTINEL_2, family_of
from bayyina.sites.scene_offsets import Level, decide
from bayyina.sites.scene_registration import box_of, laid, reference_of, strangers
from bayyina.sites.scene_windows import is_radar, read_scene
from bayyina.sites.scene_work import SceneWork, left_out
from bayyina.sites.scenes import FICTIONAL, SceneSource
from bayyina.sites.site_cubes import MISSING, RADAR, SceneFile, SiteCube, reflectance, stored
from bayyina.sites.site_ground import Ground, ground_of
from bayyina.sites.surroundings import medians

THREADS: Final = 2
"""Scenes that are read at a time; decoding happens outside the interpreter's lock."""

COMPARED: Final = ("green", "red", "nir")
"""Bands that shifts are measured on, where there are."""

MOST_BYTES: Final = 3_000_000_000
"""Memory that the windows of all scenes may take."""

CLOUDLIKE: Final = 0.08
"""Reflectance by which a pixel without a mask must differ from its median to look like cloud."""

CLOUDLIKE_SHARE: Final = 0.1
"""Share of such pixels in the ring from which on they are taken for cloud or its shadow."""

Progress = Callable[[int, int, str], None]


def build_cube(
    source: SceneSource,
    root: Path,
    polygon: Mapping[str, Any],
    progress: Progress | None = None,
) -> SiteCube:
    """Read a stack around a site.

    Args:
        source: The stack.
        root: Folder that paths of files are given from.
        polygon: Outline of the site, GeoJSON.
        progress: Told how many scenes were read.

    Raises:
        InputError: the site lies on no scene, or is too large.
        FileUnreadableError: the stack cannot be listed, or no scene can be opened.
    """
    need_rasterio()
    scenes = list(source.scenes())
    works = [SceneWork(scene, family_of(scene.platform)) for scene in scenes]
    for work in works:
        if work.scene.problem:
            left_out(work, work.scene.problem)
    usable = [work.scene for work in works if not work.outcome]
    ground = ground_of(usable or scenes, polygon)
    size = len(works) * len(BANDS) * ground.grid.height * ground.grid.width * 2
    if size > MOST_BYTES:
        raise InputError(
            f"{len(works)} scenes of {ground.grid.height} by {ground.grid.width} pixels are too many.",
            hint="Draw the outline of one site, or scan fewer years at a time.",
        )
    _read_all(works, ground, root, progress)
    optical = [work for work in works if not work.outcome]
    bands = _bands(optical)
    _align(optical, bands)
    _without_repeats(optical, ground)
    _take_offsets(optical, ground, bands)
    _mask_by_brightness([w for w in optical if not w.outcome], ground, bands)
    _register([w for w in optical if not w.outcome], bands)
    invented = (FICTIONAL,) if any(work.is_fictional for work in works) else ()
    notes = (*invented, *source.notes)
    return packed(works, ground, bands, notes)


def _read_all(
    works: list[SceneWork], ground: Ground, root: Path, progress: Progress | None
) -> None:
    def one(work: SceneWork) -> None:
        work.files = tuple(_file(path, root) for path in work.scene.files)
        if work.outcome:
            return
        try:
            seen = read_scene(work.scene, ground.grid)
        except BayyinaError as error:
            left_out(work, error.message)
            return
        work.bands, work.clear, work.mask = seen.bands, seen.clear, seen.mask
        work.stated, work.notes = seen.stated_offset, seen.notes
        work.is_fictional = seen.is_fictional
        if is_radar(seen):
            work.radar, work.outcome = seen.values, RADAR
        else:
            work.values = stored(seen.values)

    with ThreadPoolExecutor(THREADS) as pool:
        for done, _ in enumerate(pool.map(one, works), start=1):
            if progress is not None:
                progress(done, len(works), "scenes")


def _file(path: Path, root: Path) -> SceneFile:
    name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
    try:
        return SceneFile(name, digest_of(path))
    except OSError:
        return SceneFile(name, "")


def _bands(works: Sequence[SceneWork]) -> tuple[str, ...]:
    """Bands that at least half of the scenes have, by wavelength, then by name."""
    counts: dict[str, int] = {}
    for work in works:
        for band in work.bands:
            counts[band] = counts.get(band, 0) + 1
    held = [band for band, count in counts.items() if count >= len(works) / 2]
    return (*[b for b in BANDS if b in held], *sorted(b for b in held if b not in BANDS))


def _align(works: Sequence[SceneWork], bands: tuple[str, ...]) -> None:
    """Give all scenes the same bands in the same order; missing ones hold nothing."""
    for work in works:
        if work.values is None:
            continue
        if not set(bands) & set(work.bands):
            left_out(work, f"It has none of the bands {', '.join(bands)}.")
            continue
        if work.bands != bands:
            empty = np.full(work.values.shape[1:], MISSING, dtype=np.int16)
            planes = dict(zip(work.bands, work.values, strict=True))
            work.values = np.stack([planes.get(band, empty) for band in bands])


def _without_repeats(works: Sequence[SceneWork], ground: Ground) -> None:
    """Of several products of one pass keep the one that shows most, then the newest baseline."""
    groups: dict[tuple[str, datetime], list[SceneWork]] = {}
    for work in works:
        moment = work.scene.moment
        if work.outcome or moment is None:
            continue
        if work.family in (SENTINEL_2, LANDSAT_NEW, LANDSAT_OLD):
            key = (work.scene.platform, moment.replace(second=0, microsecond=0))
            groups.setdefault(key, []).append(work)
    for group in groups.values():
        best = max(group, key=lambda w: (_seen_share(w, ground), w.scene.baseline))
        for work in group:
            if work is not best:
                left_out(work, f"It shows the same pass as {best.scene.identifier}.")


def _seen_share(work: SceneWork, ground: Ground) -> float:
    values = work.values
    return 0.0 if values is None else round(float((values[:, ground.site] != MISSING).mean()), 2)


def _visible(bands: tuple[str, ...]) -> list[int]:
    found = [k for k, band in enumerate(bands) if band in ("blue", "green", "red")]
    return found or list(range(len(bands)))


def _take_offsets(works: Sequence[SceneWork], ground: Ground, bands: tuple[str, ...]) -> None:
    levels = [_level(work, ground, _visible(bands)) for work in works]
    decisions = decide(
        [work.scene for work in works],
        [work.family for work in works],
        [work.stated for work in works],
        levels,
    )
    for work, decision in zip(works, decisions, strict=True):
        work.offset = decision
        if decision.removed and work.values is not None:
            taken = np.int16(round(decision.removed * 10_000))
            work.values = np.where(work.values == MISSING, work.values, work.values - taken)


def _level(work: SceneWork, ground: Ground, visible: list[int]) -> Level | None:
    if work.values is None or work.clear is None:
        return None
    around = work.clear & (ground.ring if ground.ring.any() else np.ones_like(ground.ring))
    if around.sum() < 20:
        return None
    values = reflectance(work.values[visible])
    ring = values[:, around]
    if not np.isfinite(ring).any(axis=1).all():
        return None
    darkest = min(float(np.nanpercentile(plane[work.clear], 1)) for plane in values)
    return Level(np.nanmedian(ring, axis=1).astype(np.float64), darkest)


def _mask_by_brightness(works: Sequence[SceneWork], ground: Ground, bands: tuple[str, ...]) -> None:
    """For scenes without a mask: what is far brighter or darker than usual over much of the ring."""
    bare = [w for w in works if not w.mask and w.values is not None and w.clear is not None]
    if len(bare) < 3:
        return
    visible = _visible(bands)
    means = np.stack(
        [reflectance(w.values[visible]).mean(axis=0) for w in bare if w.values is not None]
    )
    flat = means.reshape(len(bare), -1)
    usual = medians(flat, np.isfinite(flat)).reshape(means.shape[1:])
    for work, mean in zip(bare, means, strict=True):
        odd = np.abs(mean - usual) > CLOUDLIKE
        if odd[ground.ring].mean() > CLOUDLIKE_SHARE and work.clear is not None:
            work.clear = work.clear & ~ndimage.binary_dilation(odd, iterations=2)


def _register(works: Sequence[SceneWork], bands: tuple[str, ...]) -> None:
    if len(works) < 3:
        return
    planes = [bands.index(b) for b in COMPARED if b in bands] or [0]
    clears = [w.clear for w in works if w.clear is not None]
    if not any(clear.any() for clear in clears):
        return
    box = box_of(clears)
    references = {
        plane: reference_of(
            [reflectance(w.values[plane]) for w in works if w.values is not None], clears
        )
        for plane in planes
    }
    shifts = []
    for work in works:
        if work.values is None or work.clear is None:
            continue
        found = laid(reflectance(work.values), work.clear, references, box)
        work.shift = found.shift
        shifts.append(found.shift)
        if found.problem:
            left_out(work, found.problem)
        elif found.clear is not work.clear:
            work.values = stored(np.where(found.clear, found.values, np.nan))
            work.clear = found.clear
    odd = strangers(shifts, clears, box)
    for work, is_stranger in zip(works, odd, strict=True):
        if is_stranger and not work.outcome:
            left_out(work, "It matches none of the others: shifted too far, or another place.")
