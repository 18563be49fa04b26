"""Regions of a plan as areas of pixels: never smaller than what was drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

from bayyina.media.redaction.results import refuse_entry
from bayyina.standards.redaction_entries import Region

try:
    import numpy as np
    from PIL import Image, ImageDraw
except ImportError:  # the extra ``media`` is absent; the parent said so before it came here
    np = Image = ImageDraw = None  # type: ignore[assignment]

POINTS_PER_INCH: Final = 72


class Size(NamedTuple):
    """Size of a picture as it is shown, and how its points become pixels."""

    width: int
    """Pixels."""

    height: int
    """Pixels."""

    per_point: float
    """Pixels of one point of a page; 0 where there are no points."""


class Box(NamedTuple):
    """A rectangle of pixels."""

    left: int
    """First column."""

    top: int
    """First row."""

    right: int
    """Column after the last."""

    bottom: int
    """Row after the last."""


def corners_of(region: Region, size: Size) -> list[tuple[float, float]]:
    """The corners of a region in pixels.

    Raises:
        RedactionRefusedError: its unit has no meaning here, or it lies outside the picture.
    """
    if region.unit == "points" and not size.per_point:
        refuse_entry(region, "only pages of a PDF are measured in points")
    if region.unit == "pixels" and size.per_point:
        refuse_entry(region, "a page has no pixels of its own; give points or shares")
    across, down = {
        "pixels": (1.0, 1.0),
        "points": (size.per_point, size.per_point),
        "share": (float(size.width), float(size.height)),
    }[region.unit]
    made = [(x * across, y * down) for x, y in region.corners]
    if not _is_inside(bounds_of(made), size):
        refuse_entry(
            region, f"the region lies outside the picture of {size.width} by {size.height}"
        )
    return made


def bounds_of(corners: Sequence[tuple[float, float]]) -> Box:
    """The smallest rectangle of whole pixels that holds all corners."""
    across, down = [x for x, _ in corners], [y for _, y in corners]
    left, top = math.floor(min(across)), math.floor(min(down))
    right, bottom = math.ceil(max(across)), math.ceil(max(down))
    return Box(left, top, max(right, left + 1), max(bottom, top + 1))


def clipped(box: Box, size: Size) -> Box:
    """The part of a rectangle that lies in a picture."""
    return Box(
        max(box.left, 0), max(box.top, 0), min(box.right, size.width), min(box.bottom, size.height)
    )


def _is_inside(box: Box, size: Size) -> bool:
    found = clipped(box, size)
    return found.left < found.right and found.top < found.bottom


def mask_of(region: Region, size: Size) -> tuple[Box, object]:
    """The rectangle around a region, and a mask of the same size: 255 where it is filled.

    A pixel that a region touches is filled: polygons are drawn with a rim of one pixel.
    """
    corners = corners_of(region, size)
    box = clipped(bounds_of(corners), size)
    width, height = box.right - box.left, box.bottom - box.top
    if _is_rectangle(region):
        return box, Image.new("L", (width, height), 255)
    mask = Image.new("L", (width, height), 0)
    moved = [(x - box.left, y - box.top) for x, y in corners]
    ImageDraw.Draw(mask).polygon(moved, fill=255, outline=255, width=2)
    return box, mask


def _is_rectangle(region: Region) -> bool:
    left, top, right, bottom = region.bounds
    return len(region.corners) == 4 and set(region.corners) == {
        (left, top), (right, top), (right, bottom), (left, bottom),
    }  # fmt: skip
