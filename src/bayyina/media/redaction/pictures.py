"""Pictures: decoded, turned as they are shown, filled, and written anew from their pixels alone.

The fill is opaque. A blur or a mosaic is never used: both keep enough of what lay below for
faces, letters and plates to be found again by trying (Hill, Zhou, Saul and Shacham, "On the
(in)effectiveness of mosaicing and blurring as tools for document redaction", PETS 2016).
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from bayyina.media.limits import DEFAULT
from bayyina.media.pictures import FORMATS
from bayyina.media.redaction.results import Made, only, refuse, refuse_entry
from bayyina.media.redaction.shapes import Size, mask_of
from bayyina.standards.redaction_entries import Entry, Pages, Region
from bayyina.standards.redaction_plan import RedactionPlan

try:
    import numpy as np
    from PIL import Image, ImageCms, ImageFile, ImageOps
except ImportError:  # the extra ``media`` is absent; the parent said so before it came here
    np = Image = ImageCms = ImageFile = ImageOps = None  # type: ignore[assignment]

QUALITY: Final = 92
"""Quality of a JPEG that is written, with its colours at full size."""

MOST_PAGES: Final = 500
"""Pages of one TIFF."""

_UNREADABLE: Final = (
    OSError, ValueError, SyntaxError, TypeError, KeyError, EOFError, IndexError,
)  # fmt: skip
_DEEP: Final = frozenset({"I", "F", "I;16", "I;16B", "I;16L", "I;16N"})
_HINT: Final = "A picture is redacted by regions."


def redact_picture(path: Path, plan: RedactionPlan, out: Path) -> Made:
    """Write a picture anew: JPEG stays JPEG, TIFF stays TIFF, everything else becomes PNG."""
    only(plan.entries, (Region, Pages), "a picture", _HINT)
    with open_picture(path) as picture:
        kind, frames = str(picture.format), int(getattr(picture, "n_frames", 1))
        if kind == "MPO":  # a JPEG with further pictures of the camera, which are left out
            kind, frames = "JPEG", 1
        if frames > 1 and kind != "TIFF":
            refuse(
                "A moving picture is not redacted as it stands.",
                "Make a film of it first (ffmpeg).",
            )
        if frames > MOST_PAGES:
            refuse(f"The file has more than {MOST_PAGES} pages.", "Split it.")
        _check_pages(plan.entries, frames, is_paged=kind == "TIFF")
        made = Made({"JPEG": "image/jpeg", "TIFF": "image/tiff"}.get(kind, "image/png"))
        made.done = [0] * len(plan.entries)
        sizes, pages, total = [], [], 0
        for page in range(1, frames + 1):
            if frames > 1:
                picture.seek(page - 1)
            total += picture.width * picture.height
            if total > DEFAULT.pixels:
                refuse("The pages have too many pixels together.", "Split the file.")
            pixels = as_shown(picture)
            fill_regions(pixels, plan.entries, page, Size(pixels.width, pixels.height, 0.0), made)
            sizes.append(list(pixels.size))
            pages.append(pixels)
    made.numbers["pages"] = sizes
    write_pixels(pages, made.media_type, out)
    return made


def _check_pages(entries: Sequence[Entry], frames: int, *, is_paged: bool) -> None:
    for one in entries:
        if isinstance(one, Region) and (one.start > 0 or one.end != float("inf")):
            refuse_entry(one, "a picture has no times")
        named = [one.page] if isinstance(one, Region) and one.page else []
        if isinstance(one, Pages):
            named = [last for _, last in one.ranges]
        if named and (max(named) > frames or not is_paged):
            refuse_entry(one, f"the picture has {frames} pages" if is_paged else "it has no pages")


def open_picture(path: Path) -> Any:
    """A picture in one of the formats that are decoded; raises ``RedactionRefusedError``."""
    Image.init()
    Image.MAX_IMAGE_PIXELS = None  # the size is checked below, with our own limit
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Image.open(path, formats=(*FORMATS, "MPO"))
    except _UNREADABLE:
        refuse("The picture's header cannot be read.", "Convert it to PNG or JPEG first.")


def as_shown(picture: Any) -> Any:
    """The pixels of an open picture as they are shown: turned, on white, in sRGB or grey.

    Raises:
        RedactionRefusedError: it is too large, or cannot be decoded to its end.
    """
    pixels = picture.width * picture.height
    if pixels > DEFAULT.pixels:
        refuse(
            f"The picture has {pixels / 1e6:,.0f} megapixels, more than the"
            f" {DEFAULT.pixels / 1e6:,.0f} that are decoded.",
            "Make it smaller first.",
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture.load()
            turned = ImageOps.exif_transpose(picture)
            flat = _flat(_in_srgb(turned, picture.info.get("icc_profile")))
    except _UNREADABLE:
        refuse("The picture cannot be decoded to its end.", "Convert it to PNG or JPEG first.")
    # a new picture of the same pixels: nothing that the file said goes with it
    clean = Image.new(flat.mode, flat.size)
    clean.paste(flat)
    return clean


def _in_srgb(picture: Any, profile: bytes | None) -> Any:
    """The picture in sRGB, so that it looks the same without its colour profile."""
    if not profile or picture.mode not in ("RGB", "CMYK"):
        return picture
    try:
        return ImageCms.profileToProfile(
            picture, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, *_UNREADABLE):
        return picture


def _flat(picture: Any) -> Any:
    """RGB or grey of eight bits; what is transparent shows white, and not what lies below it."""
    if picture.mode in _DEEP:
        return _eight_bits(picture)
    if picture.mode in ("1", "L"):
        return picture.convert("L")
    if picture.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in picture.info:
        held = picture.convert("RGBA")
        ground = Image.new("RGBA", held.size, (255, 255, 255, 255))
        return Image.alpha_composite(ground, held).convert("RGB")
    return picture.convert("RGB")


def _eight_bits(picture: Any) -> Any:
    """A deep grey picture scaled to eight bits by its own range."""
    values = np.asarray(picture).astype(np.float64)
    values = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
    most = 65535.0 if picture.mode.startswith("I;16") else float(values.max(initial=0.0))
    least = min(0.0, float(values.min(initial=0.0)))
    span = (most - least) or 1.0
    return Image.fromarray(np.rint((values - least) / span * 255).astype(np.uint8))


def fill_regions(pixels: Any, entries: Sequence[Entry], page: int, size: Size, made: Made) -> None:
    """Fill what the entries name on a page with black; counts go into ``made``."""
    black = 0 if pixels.mode == "L" else (0, 0, 0)
    for index, entry in enumerate(entries):
        if isinstance(entry, Region) and entry.page in (0, page):
            box, mask = mask_of(entry, size)
            pixels.paste(black, tuple(box), mask)
            made.done[index] += 1
        elif isinstance(entry, Pages) and entry.holds(page):
            pixels.paste(black, (0, 0, *pixels.size))
            made.done[index] += 1


def write_pixels(pages: Sequence[Any], media_type: str, out: Path) -> None:
    """Write pictures with nothing but their pixels."""
    first, rest = pages[0], list(pages[1:])
    with out.open("w+b") as file:
        if media_type == "image/jpeg":
            first.save(file, "JPEG", quality=QUALITY, subsampling=0, optimize=True)
        elif media_type == "image/tiff":
            first.save(
                file, "TIFF", compression="tiff_adobe_deflate", save_all=True, append_images=rest
            )
        else:
            first.save(file, "PNG")
