"""Comparing two images of one place: register, find what changed, say how large it is.

The words are "ground disturbance consistent with digging or levelling" at most: a pair shows
that the ground looks different, never why.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bayyina.errors import InputError
from bayyina.sites.changed_areas import ChangeMap, change_map
from bayyina.sites.irmad import Alteration, alteration
from bayyina.sites.rasters import Image, onto_grid
from bayyina.sites.registration import NONE, Shift, moved, shift_between

LEAST_PIXELS = 200
"""Pixels that both images must have for a comparison."""


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What changed between two images."""

    before: Image
    """The earlier image."""

    after: Image
    """The later image, laid over the earlier one."""

    seen: NDArray[np.bool_]
    """Pixels that both have, within the site if one was given."""

    shift: Shift
    """How the later image was moved."""

    alteration: Alteration
    """The statistic and how it was worked out."""

    map: ChangeMap
    """The changed pixels."""

    notes: tuple[str, ...]
    """What a reader must know, in codes of ``NOTES``."""

    @property
    def changed(self) -> int:
        """Changed pixels within the site."""
        return int((self.map.changed & self.seen).sum())

    @property
    def mask(self) -> NDArray[np.uint8]:
        """1 changed, 0 unchanged, 255 not seen."""
        values = np.where(self.map.changed, 1, 0)
        return np.where(self.seen, values, 255).astype(np.uint8)


NOTES = {
    "not-georeferenced": "The images do not say where they lie; they were compared pixel by "
    "pixel, and areas are given in pixels only.",
    "not-registered": "No shift between the images could be measured; they were compared as "
    "they lie.",
    "few-bands": "One band only: changes of brightness alone, and seasons show as change.",
    "partly-unseen": "More than a tenth of the place is not seen in both images.",
    "not-converged": "The iteration did not settle; most of the scene may have changed, and the "
    "map is uncertain.",
    "mostly-changed": "More than a third of the place differs: season, light or sensor may be "
    "the reason.",
}
"""What the notes of a comparison say."""

NOTES_AR = {
    "not-georeferenced": "لا تقول الصورتان أين تقعان؛ فقورنتا بكسلًا ببكسل، والمساحات بالبكسل فقط.",
    "not-registered": "لم يمكن قياس إزاحة بين الصورتين؛ فقورنتا كما هما.",
    "few-bands": "نطاق واحد فقط: تظهر تغيّرات السطوع وحدها، وتظهر الفصول تغيّرًا.",
    "partly-unseen": "أكثر من عُشر المكان لا يُرى في الصورتين معًا.",
    "not-converged": "لم يستقرّ الحساب؛ ربّما تغيّر معظم المشهد، والخريطة غير مؤكّدة.",
    "mostly-changed": "يختلف أكثر من ثلث المكان: قد يكون السبب الفصل أو الضوء أو المستشعر.",
}
"""The same in Arabic."""


def compare(
    before: Image, after: Image, *, site: NDArray[np.bool_] | None = None, register: bool = True
) -> Comparison:
    """What changed between two images.

    Args:
        before: The earlier image; its grid is kept.
        after: The later image; resampled and moved onto the earlier one.
        site: Pixels of the site; the statistic is worked out over the whole scene, changes
            are counted within the site only. The whole scene when None.
        register: Whether to measure and undo a shift of the later image.

    Raises:
        InputError: the images have different numbers of bands, or hardly overlap.
        FileUnreadableError: one cannot be laid over the other.
    """
    if len(before.bands) != len(after.bands):
        raise InputError(
            f"{before.name} has {len(before.bands)} bands and {after.name} has {len(after.bands)}.",
            hint="Give two images with the same bands in the same order.",
        )
    later = onto_grid(after, before.grid)
    seen = before.seen & later.seen
    if int(seen.sum()) < LEAST_PIXELS:
        raise InputError(
            f"{before.name} and {after.name} have {int(seen.sum())} clear pixels in common.",
            hint="Check that both show the same place, and that clouds do not cover it.",
        )
    shift = _measured(before, later, seen) if register else NONE
    bands, moved_seen = moved(later.bands, later.seen, shift)
    seen = before.seen & moved_seen
    found = alteration(before.bands[:, seen], bands[:, seen])
    statistic = np.zeros(seen.shape)
    statistic[seen] = found.statistic
    areas = change_map(statistic, seen)
    within = seen if site is None else seen & site
    laid = Image(
        later.name, bands, moved_seen, later.band_names, before.grid, later.digest, later.tags
    )
    whole = np.ones_like(seen) if site is None else site
    notes = _notes(before, found, areas, shift if register else None, within, whole)
    return Comparison(before, laid, within, shift, found, areas, notes)


def _measured(before: Image, later: Image, seen: NDArray[np.bool_]) -> Shift:
    """The shift by the band in which the two images agree best."""
    shifts = [
        shift_between(one, two, seen) for one, two in zip(before.bands, later.bands, strict=True)
    ]
    return max(shifts, key=lambda shift: shift.peak, default=NONE)


def _notes(
    before: Image,
    found: Alteration,
    areas: ChangeMap,
    shift: Shift | None,
    within: NDArray[np.bool_],
    whole: NDArray[np.bool_],
) -> tuple[str, ...]:
    wanted = max(1, int(whole.sum()))
    visible = max(1, int(within.sum()))
    holds = {
        "not-georeferenced": before.grid.crs is None,
        "not-registered": shift is not None and not shift.is_measured,
        "few-bands": found.degrees < 2,
        "partly-unseen": within.sum() / wanted < 0.9,
        "not-converged": not found.converged,
        "mostly-changed": (areas.changed & within).sum() / visible > 1 / 3,
    }
    return tuple(code for code, is_so in holds.items() if is_so)
