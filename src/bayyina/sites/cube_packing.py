"""From scenes that were read to the cube: the pixels of site and ring, their kinds, the record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bayyina.sites.radar_witness import RadarImage, tracks
from bayyina.sites.scene_masks import SOURCES
from bayyina.sites.scene_work import SceneWork
from bayyina.sites.site_cubes import CLOUDED, MISSING, USED, SceneRecord, SiteCube, reflectance
from bayyina.sites.site_ground import Ground
from bayyina.sites.surroundings import kinds_of, mean_of_pixels, medians

LEAST_CLEAR: Final = 0.6
"""Share of the site that must be clear."""

RING_SAMPLE: Final = 3000
"""Pixels of the ring that are kept one by one."""


def packed(
    works: Sequence[SceneWork], ground: Ground, bands: tuple[str, ...], notes: tuple[str, ...]
) -> SiteCube:
    """The cube of what is left, with the record of everything."""
    kept: list[SceneWork] = []
    shares: dict[int, float] = {}
    for work in works:
        if work.outcome or work.values is None or work.clear is None:
            continue
        share = float(work.clear[ground.site].mean())
        shares[id(work)] = share
        if share < LEAST_CLEAR:
            work.outcome = CLOUDED
            work.reason = f"Only {share:.0%} of the site is seen and clear."
        else:
            work.outcome = USED
            work.reason = " ".join(work.notes)
            kept.append(work)
    places = np.flatnonzero(ground.ring.ravel())
    sample = places[:: max(1, len(places) // RING_SAMPLE)]
    values = [w.values.reshape(len(bands), -1) for w in kept if w.values is not None]
    clears = [w.clear.ravel() for w in kept if w.clear is not None]
    own = np.flatnonzero(ground.site.ravel())
    whole = _gather(values, places, len(bands))
    whole_clear = _gather_clear(clears, places)
    clusters, counts = _clusters(whole, whole_clear)
    records = tuple(_record(work, shares.get(id(work), 0.0)) for work in works)
    days = [w.scene.moment.toordinal() for w in kept if w.scene.moment is not None]
    return SiteCube(
        ground,
        bands,
        np.array(days, dtype=np.int64),
        tuple(w.family for w in kept),
        _gather(values, own, len(bands)),
        _gather_clear(clears, own),
        _gather(values, sample, len(bands)),
        _gather_clear(clears, sample),
        clusters,
        counts,
        whole_clear.mean(axis=1) if len(places) else np.zeros(len(kept)),
        records,
        notes,
        tracks(_radar_images(works, ground)),
    )


def _gather(
    values: list[NDArray[np.int16]], places: NDArray[np.intp], bands: int
) -> NDArray[np.int16]:
    if not values:
        return np.zeros((bands, 0, len(places)), dtype=np.int16)
    return np.ascontiguousarray(np.stack([v[:, places] for v in values], axis=1))


def _gather_clear(clears: list[NDArray[np.bool_]], places: NDArray[np.intp]) -> NDArray[np.bool_]:
    if not clears:
        return np.zeros((0, len(places)), dtype=bool)
    return np.ascontiguousarray(np.stack([c[places] for c in clears]))


def _clusters(
    values: NDArray[np.int16], clear: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], tuple[int, ...]]:
    """Series of the kinds of surroundings, and how many pixels each has."""
    bands, scenes, pixels = values.shape
    if not scenes or not pixels:
        return np.zeros((0, scenes, bands)), ()
    spectra = np.stack([medians(reflectance(v), clear & (v != MISSING)) for v in values], axis=1)
    usable = np.isfinite(spectra).all(axis=1)
    if not usable.any():
        return np.zeros((0, scenes, bands)), ()
    labels = kinds_of(spectra[usable])
    values, clear = values[:, :, usable], clear[:, usable]
    series = [
        mean_of_pixels(values[:, :, labels == k], clear[:, labels == k])[0]
        for k in range(int(labels.max()) + 1)
    ]
    return np.stack(series), tuple(int(n) for n in np.bincount(labels))


def _radar_images(works: Sequence[SceneWork], ground: Ground) -> list[RadarImage]:
    found = []
    for work in works:
        moment = work.scene.moment
        if work.radar is None or moment is None:
            continue
        with np.errstate(all="ignore"):
            site = _decibels(work.radar[:, ground.site])
            ring = _decibels(work.radar[:, ground.ring])
        if np.isfinite(site).all() and np.isfinite(ring).all():
            found.append(RadarImage(work.scene.orbit, work.bands, moment.toordinal(), site, ring))
        work.reason = "A second witness: it dates nothing by itself."
    return found


def _decibels(values: NDArray[np.float32]) -> NDArray[np.float64]:
    """Mean power of pixels, in decibels, shape (bands,)."""
    power = np.power(10.0, values.astype(np.float64) / 10.0)
    finite = np.isfinite(power)
    counts = finite.sum(axis=1)
    sums = np.where(finite, power, 0.0).sum(axis=1)
    return np.asarray(10.0 * np.log10(sums / counts))


def _record(work: SceneWork, share: float) -> SceneRecord:
    scene, shift = work.scene, work.shift
    moment = scene.moment.astimezone(UTC).isoformat() if scene.moment else ""
    measured = shift is not None and shift.is_measured
    return SceneRecord(
        scene.identifier,
        moment.replace("+00:00", "Z"),
        scene.platform,
        scene.baseline,
        scene.orbit,
        work.files,
        work.offset,
        SOURCES[work.mask],
        round(share, 4),
        (round(shift.rows, 2), round(shift.columns, 2)) if shift is not None and measured else None,
        work.outcome,
        work.reason,
    )
