"""Pictures decoded as small as the purpose allows, and their perceptual hash.

PDQ (Facebook, "Open-sourcing photo- and video-matching technology", 2019) gives 256 bits and
a quality of 0 to 100; pictures that look alike differ in few bits. A JPEG is decoded at a
half, quarter or eighth of its size ("draft"), which is many times faster and moves few bits.
"""

from __future__ import annotations

import struct
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bayyina.media.limits import DEFAULT
from bayyina.media.pdq import pdq
from bayyina.media.plain_data import DamagedFileError, FileLimitError

try:
    import numpy as np
    from PIL import Image, ImageFile
except ImportError:  # the extra ``media`` is absent; the parent said so before it came here
    np = Image = ImageFile = None  # type: ignore[assignment]

DRAFT: Final = 512
"""A JPEG is decoded at the smallest scale that leaves both sides at least so long."""

ENOUGH: Final = 360
"""A picture whose short side is at least twice as long is averaged down before it is hashed."""

SYMMETRIES: Final = (
    "original", "rotated 90", "rotated 180", "rotated 270",
    "flipped up-down", "flipped left-right", "flipped on the main diagonal", "flipped on the other",
)  # fmt: skip
"""The eight ways to lay a picture, in the order of the hashes."""

FORMATS: Final = ("JPEG", "PNG", "GIF", "TIFF", "BMP", "WEBP", "AVIF", "ICO", "JPEG2000")
"""Formats that are decoded; the many rare ones of the decoder stay closed."""


DECODER_ERRORS: Final = (
    OSError, ValueError, SyntaxError, TypeError, LookupError, EOFError, RuntimeError,
    ArithmeticError, AttributeError, AssertionError, struct.error,
)  # fmt: skip
"""What the decoder's plug-ins raise over a broken file; memory is not among them."""


@dataclass(frozen=True)
class PictureHash:
    """The perceptual hash of a picture and of the ways to lay it."""

    pdq: str
    """256 bits, hexadecimal."""

    quality: int
    """0 to 100: below 50 the picture has too little structure for the hash to mean much."""

    dihedral: tuple[str, ...]
    """The hash of the picture laid in each of ``SYMMETRIES``."""


def picture_size(path: Path) -> dict[str, Any]:
    """Format, mode, width, height by the decoder's own reading of the header.

    Raises:
        DamagedFileError: it is no picture that the decoder knows.
    """
    with _opened(path) as picture:
        found = {
            "format": picture.format,
            "mode": picture.mode,
            "width": picture.width,
            "height": picture.height,
        }
        # of these the header says how many frames there are; others would have to be walked
        if picture.format in ("WEBP", "PNG", "AVIF"):
            found["frames"] = _frames(picture)
        return found


def _frames(picture: Any) -> int | None:
    """How many frames the header states; None where it is broken."""
    try:
        return int(getattr(picture, "n_frames", 1))
    except DECODER_ERRORS:
        return None


def hash_picture(path: Path) -> PictureHash:
    """The perceptual hash of the picture in a file.

    Raises:
        DamagedFileError: it cannot be decoded to its end.
        FileLimitError: it has more pixels than are decoded.
    """
    return hash_pixels(decode_small(path))


def decode_small(path: Path) -> Any:
    """The luminance of a picture in rows and columns, about as small as hashing allows.

    Of a JPEG only the luminance is decoded, since the hash looks at nothing else.

    Raises:
        DamagedFileError: it cannot be decoded to its end.
        FileLimitError: it has more pixels than are decoded.
    """
    with _opened(path) as picture:
        picture.draft("L", (DRAFT, DRAFT))
        return _array(picture)


def decode_luminance(path: Path) -> Any:
    """The luminance of a picture at full size, as an array of rows and columns.

    Raises:
        DamagedFileError: it cannot be decoded to its end.
        FileLimitError: it has more pixels than are decoded.
    """
    with _opened(path) as picture:
        _check_size(picture)
        picture.draft("L", picture.size)
        return np.asarray(_loaded(picture).convert("L"))


def _opened(path: Path) -> Any:
    Image.init()  # knows all formats from here on; only ours are opened
    Image.MAX_IMAGE_PIXELS = None  # the size is checked below, with our own limit
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Image.open(path, formats=FORMATS)
    except DECODER_ERRORS as error:
        raise DamagedFileError("The picture's header cannot be read.") from error


def _check_size(picture: Any) -> None:
    pixels = picture.width * picture.height
    if pixels > DEFAULT.pixels:
        raise FileLimitError(
            f"The picture has {pixels / 1e6:,.0f} megapixels, more than the"
            f" {DEFAULT.pixels / 1e6:,.0f} that are decoded."
        )


def _loaded(picture: Any) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture.load()
    except DECODER_ERRORS as error:
        raise DamagedFileError("The picture cannot be decoded to its end.") from error
    return picture


def _array(picture: Any) -> Any:
    _check_size(picture)
    loaded = _loaded(picture)
    factor = min(loaded.size) // ENOUGH
    # by way of RGB, so that palettes, inks and transparency are laid as they are shown
    grey = loaded if loaded.mode == "L" else loaded.convert("RGB").convert("L")
    return np.ascontiguousarray(grey.reduce(factor) if factor > 1 else grey)


def hash_pixels(pixels: Any) -> PictureHash:
    """The perceptual hash of an array of rows and columns: luminance, or RGB as a third axis."""
    hashes, quality = pdq(pixels)
    return PictureHash(hashes[0], quality, hashes)
