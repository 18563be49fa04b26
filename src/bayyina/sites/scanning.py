"""A site's history out of a stack of scenes: cube, series, dating, changed ground, second witness."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from bayyina.errors import FileUnreadableError
from bayyina.sites.changed_ground import ChangedGround, changed_ground
from bayyina.sites.cube_building import build_cube
from bayyina.sites.cube_files import keep, kept, key_of
from bayyina.sites.dating import Dating, check_rate, date_series
from bayyina.sites.radar_witness import RadarWitness, witness
from bayyina.sites.scene_catalogues import CatalogueScenes, opened_stack
from bayyina.sites.scene_folders import FolderScenes
from bayyina.sites.scenes import SceneSource
from bayyina.sites.series import Series
from bayyina.sites.site_cubes import SiteCube
from bayyina.sites.surroundings import mean_of_pixels, mixture

LEAST_CORE: Final = 12
"""Pixels that the site must keep when its edge is left out."""

LEAST_RING_SHARE: Final = 0.3
"""Share of the ring that must be clear."""

PAIR_DAYS: Final = 16
"""Days between two scenes of two sensors that are compared."""

FEWEST_PAIRS: Final = 5
"""Pairs without which two sensors cannot be laid onto each other."""

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """What a stack says of a site."""

    cube: SiteCube
    """The pixels."""

    series: Series
    """Site and surroundings."""

    mixture: NDArray[np.float64]
    """Shares of the kinds of surroundings in the control, shape (kinds,)."""

    dating: Dating
    """Episodes."""

    grounds: tuple[ChangedGround | None, ...]
    """Changed ground of each episode."""

    witnesses: tuple[tuple[RadarWitness, ...], ...]
    """What radar says of each episode."""

    notes: tuple[str, ...]
    """What a reader must know, of stack and series."""


def scenes_at(stack: Path) -> SceneSource:
    """The stack at a path: a STAC catalogue if there is one, else a folder of images.

    Raises:
        FileUnreadableError: there is neither.
    """
    catalogue = opened_stack(stack) if stack.exists() else None
    if catalogue is not None:
        return CatalogueScenes(catalogue)
    if stack.is_dir():
        return FolderScenes(stack)
    what = "a file" if stack.is_file() else "nothing"
    raise FileUnreadableError(
        f"{stack.name} is no stack of scenes: there is {what} of that name.",
        hint="Give a folder of GeoTIFF files, or the catalog.json of a STAC catalogue.",
    )


def scan(
    stack: Path,
    polygon: Mapping[str, Any],
    *,
    false_alarms_per_year: float | None = None,
    cache: Path | None = None,
    progress: Progress | None = None,
) -> Scan:
    """Scan a site.

    Args:
        stack: Folder, or the first document of a STAC catalogue.
        polygon: Outline of the site, GeoJSON, degrees.
        false_alarms_per_year: See ``date_series``.
        cache: Folder in which cubes are kept; not kept when None.
        progress: Told how many scenes were read.

    Raises:
        FileUnreadableError: the stack cannot be listed, or no scene can be opened.
        InputError: the site lies on no scene, is too large or too small, or the rate cannot be set.
        StorageError: the cache cannot be written.
    """
    check_rate(false_alarms_per_year)
    return history(_cube(stack, polygon, cache, progress), false_alarms_per_year)


def _cube(
    stack: Path, polygon: Mapping[str, Any], cache: Path | None, progress: Progress | None
) -> SiteCube:
    source = scenes_at(stack)
    root = stack if stack.is_dir() else stack.parent
    if cache is None:
        return build_cube(source, root, polygon, progress)
    key = key_of(stack, polygon)
    found = kept(cache, key)
    if found is None:
        found = build_cube(source, root, polygon, progress)
        keep(found, cache, key)
    return found


def history(cube: SiteCube, false_alarms_per_year: float | None = None) -> Scan:
    """The history that a cube holds."""
    series, control, shares, notes = series_of(cube)
    dating = date_series(series, false_alarms_per_year=false_alarms_per_year)
    grounds = changed_ground(cube, control, dating.episodes)
    witnesses = tuple(
        tuple(
            found
            for track in cube.radar
            if (found := _witness(track, episode.last_clear_before, episode.first_changed))
        )
        for episode in dating.episodes
    )
    if cube.radar and not len(cube.days):
        notes = (*notes, "Only radar was usable, and radar dates nothing by itself.")
    notes = (*cube.notes, *notes)
    return Scan(cube, series, shares, dating, tuple(grounds), witnesses, notes)


def _witness(track: Any, before: date, after: date) -> RadarWitness | None:
    return witness(track, before.toordinal(), after.toordinal())


def series_of(
    cube: SiteCube,
) -> tuple[Series, NDArray[np.float64], NDArray[np.float64], tuple[str, ...]]:
    """Series of the site with its control, the control of each scene, the mixture, and notes."""
    core = _core(cube)
    own, _ = mean_of_pixels(cube.site, cube.site_clear & core)
    share = np.asarray(cube.site_clear[:, core].mean(axis=1), dtype=np.float64)
    notes: list[str] = []
    control, shares = None, np.zeros(0)
    around = np.zeros_like(own)
    if len(cube.clusters):
        shares = mixture(own, cube.clusters, cube.cluster_pixels)
        around = np.tensordot(shares, cube.clusters, axes=1)
        control = around
    elif len(cube.days):
        notes.append(
            "There are no surroundings to compare with; the site is judged by itself, and no area is given."
        )
    own = _levelled(cube, own, around, notes)
    weights = np.where(np.isfinite(own).any(axis=1), share, 0.0)
    if control is not None:
        clear_around = (cube.ring_share >= LEAST_RING_SHARE) & np.isfinite(control).any(axis=1)
        hidden = int(((weights > 0) & ~clear_around).sum())
        if hidden:
            notes.append(f"In {hidden} scenes the surroundings are clouded; they were left out.")
        weights = np.where(clear_around, weights, 0.0)
    series = Series(cube.days, own, weights, cube.bands, control)
    return series, around, shares, tuple(notes)


def _core(cube: SiteCube) -> NDArray[np.bool_]:
    """Pixels of the site that do not touch its edge; all, where too few would be left."""
    site = cube.ground.site
    inner = ndimage.binary_erosion(site)[site]
    return np.asarray(inner if inner.sum() >= LEAST_CORE else np.ones(len(inner), dtype=bool))


def _levelled(
    cube: SiteCube, own: NDArray[np.float64], around: NDArray[np.float64], notes: list[str]
) -> NDArray[np.float64]:
    """Site values of other sensors moved to the level of the commonest, by pairs of near days."""
    families = np.array(cube.families)
    names = sorted(set(cube.families))
    if len(names) < 2:
        return own
    main = max(names, key=cube.families.count)
    rest = own - around
    levelled = own.copy()
    for family in names:
        if family == main:
            continue
        pairs = _pairs(cube.days, families == family, families == main)
        if len(pairs) < FEWEST_PAIRS:
            notes.append(
                f"{family} and {main} hardly overlap in time: a difference between the sensors may "
                "look like a change of the ground."
            )
            continue
        apart = np.nanmedian([rest[a] - rest[b] for a, b in pairs], axis=0)
        levelled[families == family] -= np.nan_to_num(apart)
        notes.append(f"{family} was laid onto {main} by {len(pairs)} pairs of near days.")
    return levelled


def _pairs(
    days: NDArray[np.int64], these: NDArray[np.bool_], those: NDArray[np.bool_]
) -> list[tuple[int, int]]:
    """Scenes of one sensor with the nearest of the other, where it is near."""
    others = np.flatnonzero(those)
    found = []
    for a in np.flatnonzero(these):
        b = int(others[np.argmin(np.abs(days[others] - days[a]))])
        if abs(int(days[a] - days[b])) <= PAIR_DAYS:
            found.append((int(a), b))
    return found
