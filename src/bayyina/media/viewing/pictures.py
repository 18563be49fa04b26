"""Pages of PDFs, and pictures that browsers do not show or should not, drawn anew as JPEG."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any, Final

from bayyina.media import tools
from bayyina.media.limits import DEFAULT
from bayyina.media.plain_data import DamagedFileError, FileLimitError, plain_text

try:
    import pikepdf
    from PIL import Image, ImageFilter, ImageOps
except ImportError:  # the extra ``media`` is absent; the parent said so before it came here
    pikepdf = Image = ImageFilter = ImageOps = None  # type: ignore[assignment]

RASTER: Final = "pdftoppm"
TEXT: Final = "pdftotext"
"""Programs of poppler that draw pages and read their text."""

LONG_SIDE: Final = 1_600
"""Pixels of the longer side of what is shown."""

MOST_PAGES: Final = 20_000
SECONDS: Final = 25.0
"""For drawing one page."""

MOST_TEXT: Final = 64_000
"""Characters of a page that are shown as text."""

QUALITY: Final = 85
COARSE: Final = 24
"""Pixels of the longer side of what a covered picture is made from: no face is left in it."""

FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "JPEG2000")
"""Formats of pictures that are opened."""


def count_pages(path: Path) -> int:
    """How many pages a PDF has.

    Raises:
        DamagedFileError: it cannot be read without a password, or at all.
        FileLimitError: there are more than are counted.
    """
    try:
        with pikepdf.open(path) as pdf:
            count = len(pdf.pages)
    except pikepdf.PasswordError as error:
        raise DamagedFileError("The PDF needs a password.") from error
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError) as error:
        raise DamagedFileError("The pages of the PDF cannot be read.") from error
    if count > MOST_PAGES:
        raise FileLimitError(f"The PDF has more than {MOST_PAGES} pages.")
    return count


def page_text(path: Path, page: int) -> str:
    """The text that a PDF says stands on a page; empty where none does, or nobody can know."""
    program = tools.found(TEXT)
    if program is None:
        return ""
    words = ["-f", str(page), "-l", str(page), "-enc", "UTF-8", "-nopgbrk"]
    with tools.plain_name(path) as name:
        answer = tools.run(program, [*words, str(name), "-"], seconds=SECONDS)
    text = answer.text.decode("utf-8", "replace") if answer.status == 0 else ""
    return plain_text(text.strip(), MOST_TEXT)


def draw_page(path: Path, page: int, *, veiled: bool) -> dict[str, Any]:
    """A page of a PDF as a picture.

    Raises:
        DamagedFileError: it cannot be drawn, or the program that draws is missing.
        FileLimitError: it took too long or asked for too much.
    """
    program = tools.found(RASTER)
    if program is None:
        raise DamagedFileError("Showing a PDF needs pdftoppm (poppler-utils), which is missing.")
    target = Path.cwd() / "page"
    words = ["-f", str(page), "-l", str(page), "-cropbox", "-singlefile"]
    words += ["-scale-to", str(LONG_SIDE)]
    with tools.plain_name(path) as name:
        answer = tools.run(program, [*words, str(name), str(target)], seconds=SECONDS)
    drawn = target.with_suffix(".ppm")
    if answer.status != 0 or not drawn.is_file():
        raise DamagedFileError(f"Page {page} cannot be drawn.")
    try:
        return draw_picture(drawn, veiled=veiled, formats=("PPM",))
    finally:
        drawn.unlink()


def draw_picture(
    source: Path | bytes, *, veiled: bool, formats: tuple[str, ...] = FORMATS
) -> dict[str, Any]:
    """The first picture of a file, upright, without anything else that the file says.

    Args:
        source: The file, or its bytes.
        veiled: Whether it is made unrecognisable: grey and coarse.
        formats: What it may be.

    Raises:
        DamagedFileError: it is no such picture.
        FileLimitError: it has more pixels than are decoded.
    """
    held = io.BytesIO(source) if isinstance(source, bytes) else source
    Image.MAX_IMAGE_PIXELS = None
    try:
        with Image.open(held, formats=formats) as picture:
            if picture.width * picture.height > DEFAULT.pixels:
                raise FileLimitError("The picture has more pixels than are decoded.")
            picture.draft("RGB", (LONG_SIDE, LONG_SIDE))
            pixels = _on_white(ImageOps.exif_transpose(picture))
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError) as error:
        raise DamagedFileError("The picture cannot be decoded.") from error
    pixels.thumbnail((LONG_SIDE, LONG_SIDE))
    if veiled:
        pixels = _veiled(pixels)
    made = io.BytesIO()
    pixels.save(made, "JPEG", quality=QUALITY)
    return {
        "width": pixels.width,
        "height": pixels.height,
        "jpeg": base64.b64encode(made.getvalue()).decode("ascii"),
    }


def _on_white(picture: Any) -> Any:
    """The pixels in colour, what is transparent in white."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        full = picture.convert("RGBA")
        ground = Image.new("RGBA", full.size, "white")
        return Image.alpha_composite(ground, full).convert("RGB")
    if picture.mode.startswith(("I", "F")):
        low, high = picture.getextrema()
        span = (high - low) or 1
        return picture.convert("F").point(lambda v: (v - low) * (255 / span)).convert("RGB")
    return picture.convert("RGB")


def _veiled(pixels: Any) -> Any:
    """Grey, and so coarse that nothing in it is recognised; of the same size."""
    size = pixels.size
    coarse = pixels.convert("L")
    coarse.thumbnail((COARSE, COARSE))
    return coarse.resize(size, Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(12))
