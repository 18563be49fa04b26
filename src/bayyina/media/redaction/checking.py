"""The last look at a copy: re-opened from the disk, nothing of the plan may be found in it.

A copy passes only if every check that belongs to its kind was made and found nothing.
"""

from __future__ import annotations

import csv
import io
import json
import math
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from pathlib import Path
from typing import Any, Final, NoReturn

from bayyina.media import tools
from bayyina.media.plain_data import DamagedFileError, FileLimitError
from bayyina.media.redaction.films import frame_at, loudest, statements_of
from bayyina.media.redaction.folding import find_texts
from bayyina.media.redaction.marking import Marker
from bayyina.media.redaction.pages import placed_words
from bayyina.media.redaction.results import Made, RedactionCheckError
from bayyina.media.redaction.shapes import Size, mask_of
from bayyina.media.redaction.sheets_reading import read_ods, read_xlsx
from bayyina.media.redaction.sheets_writing import ODS, XLSX
from bayyina.media.redaction.sides import surplus
from bayyina.media.redaction.tables import shown
from bayyina.standards.redaction_entries import Pages, Region, Words
from bayyina.standards.redaction_plan import RedactionPlan
from bayyina.tables.delimiters import declared_delimiter, sniff_delimiter

try:
    import numpy as np
    import pikepdf
    from PIL import Image
except ImportError:  # the extra ``media`` is absent; the parent said so before it came here
    np = pikepdf = Image = None  # type: ignore[assignment]

PICTURES: Final = ("image/png", "image/jpeg", "image/tiff")
TEXTS: Final = ("text/plain", "text/csv", "application/json", "application/x-ndjson")

SHORTEST: Final = 6
"""Bytes of a text that is looked for among bytes that are no text: a shorter one stands there by chance."""

MOST_FORMS: Final = 2_000
"""Forms of texts that are looked for among bytes."""

DARK: Final = 24
"""The lightest that a filled pixel is after lossy coding, of 255, away from the rim."""

RIM: Final = 16
"""Pixels along the rim of a box that lossy coding mixes with what lies beside it: two blocks."""

FAINT: Final = 16
"""The loudest sample, of 32,768, that lossy coding leaves of silence."""

_TAGS: Final = {
    "major_brand", "minor_version", "compatible_brands", "encoder", "language", "handler_name",
    "vendor_id",
}  # fmt: skip
_HANDLERS: Final = {"VideoHandler", "SoundHandler", ""}
_GROUPS: Final = {
    "ExifTool", "System", "File", "Composite", "JFIF", "PDF", "RIFF", "FLAC", "MPEG",
    "Opus", "Ogg", "Vorbis", "QuickTime", "Track1", "Track2", "ZIP", "XML",
}  # fmt: skip
"""Groups of exiftool that describe how a file is built."""

_NAMES: Final = {
    "PNG": {"ImageWidth", "ImageHeight", "BitDepth", "ColorType", "Compression", "Filter", "Interlace"},
}  # fmt: skip
_BUILT: Final = {
    "SubfileType", "ImageWidth", "ImageHeight", "BitsPerSample", "Compression", "SampleFormat",
    "PhotometricInterpretation", "StripOffsets", "SamplesPerPixel", "RowsPerStrip", "Predictor",
    "StripByteCounts", "PlanarConfiguration", "XResolution", "YResolution", "ResolutionUnit",
    "Orientation",
}  # fmt: skip
_TELLING: Final = ("Title", "Author", "Artist", "Comment", "Creator", "Copyright", "Keyword",
                   "Description", "Subject", "Make", "Model", "Software", "Location", "GPS",
                   "Owner", "Serial", "Producer")  # fmt: skip
"""Parts of names of tags that tell of people, places and devices."""


def check_copy(path: Path, plan: RedactionPlan, made: Made, seconds: float) -> list[str]:
    """What was checked in a copy that passed.

    Raises:
        RedactionCheckError: something was found, or a check could not be made.
    """
    try:
        return list(_checks(path, plan, made, seconds))
    except (FileLimitError, DamagedFileError, OSError) as error:
        raise RedactionCheckError(
            "The copy could not be checked, so it was removed.", hint="Try again, or cut the file."
        ) from error


def _checks(path: Path, plan: RedactionPlan, made: Made, seconds: float) -> Iterator[str]:
    kind = made.media_type
    for one in surplus(path, kind):
        _fail(f"it holds {one}")
    yield "structure: nothing but the content"
    if kind in TEXTS or kind in (XLSX, ODS):
        _check_texts(path, plan, kind)
        yield "texts read again: none of the plan's"
    _check_bytes(path, plan, made)
    yield "bytes, also unpacked and as UTF-16: none of the plan's texts"
    if kind in PICTURES:
        _check_pictures(path, plan, kind)
        yield "pixels of every region: filled"
    if kind == "application/pdf":
        _check_pdf(path, plan, made)
        yield "pages: no text to extract, and every box filled"
    if kind.startswith(("audio/", "video/")):
        _check_film(path, made, seconds)
        if made.numbers["muted"]:
            yield "sound in every muted span: silent"
        if made.numbers.get("boxes"):
            yield "pictures in every boxed span: filled"
        yield "tags of the file and its tracks: none that tell anything"
    if kind not in TEXTS and tools.found(tools.EXIFTOOL):
        _check_tags(path)
        yield "exiftool: no metadata"


def _fail(what: str) -> NoReturn:
    raise RedactionCheckError(
        f"The copy did not pass its check: {what}. It was removed.", hint="Nothing was kept."
    )


def _check_texts(path: Path, plan: RedactionPlan, kind: str) -> None:
    marker = Marker(plan, Made(kind))
    words = [one for one in plan.entries if isinstance(one, Words)]
    for text in _texts(path, kind):
        bare = marker.bare(text)
        for one in words:
            if find_texts(bare, one.texts, whole_words=one.whole_words):
                _fail("a text of the plan stands in it")


def _texts(path: Path, kind: str) -> Iterator[str]:
    """The texts of a copy, cell by cell or value by value."""
    if kind in (XLSX, ODS):
        for sheet in (read_xlsx if kind == XLSX else read_ods)(path, {}):
            yield sheet.name
            yield from (shown(value) for _, row in sheet.rows for value in row)
        return
    text = path.read_bytes().decode("utf-8")
    if kind == "text/plain":
        yield text
    elif kind == "text/csv":
        lines = text.splitlines(keepends=True)[:200]
        declared = declared_delimiter(lines[0]) if lines else None
        delimiter = declared or sniff_delimiter(lines, whole=False)
        csv.field_size_limit(1 << 26)
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield from row
    else:
        pieces = text.split("\n") if kind == "application/x-ndjson" else [text]
        for piece in pieces:
            if piece.strip():
                yield from _leaves(json.loads(piece))


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _leaves(inner)
    elif isinstance(value, list):
        for one in value:
            yield from _leaves(one)
    elif value is not None:
        yield str(value)


def _check_bytes(path: Path, plan: RedactionPlan, made: Made) -> None:
    """Look for the texts among the bytes of the copy, unpacked too.

    Text files were looked through as texts, so there UTF-16 alone is left to look for.
    """
    is_text = made.media_type in TEXTS or made.media_type in (XLSX, ODS)
    whole = {
        t for one in plan.entries if isinstance(one, Words) and one.whole_words for t in one.texts
    }
    texts = [t for one in plan.entries if isinstance(one, Words) for t in one.texts]
    forms = [one for one in dict.fromkeys([*texts, *made.secrets]) if one not in whole][:MOST_FORMS]
    encodings = ("utf-16-le", "utf-16-be") if is_text else ("utf-8", "utf-16-le", "utf-16-be")
    needles = {
        data
        for one in forms
        for encoding in encodings
        if len(data := one.encode(encoding, "surrogatepass")) >= SHORTEST
    }
    marks = {mark.encode("utf-8") for mark in Marker(plan, Made("")).marks}
    for block in _unpacked(path, made.media_type):
        held = block
        for mark in marks:
            held = held.replace(mark, b"\n")
        if any(needle in held for needle in needles):
            _fail("a text of the plan stands among its bytes")


def _unpacked(path: Path, kind: str) -> Iterator[bytes]:
    """The bytes of a file, and of what is packed in it; a film is read in pieces that overlap."""
    with path.open("rb") as file:
        tail = b""
        while piece := file.read(1 << 24):
            yield tail + piece
            tail = piece[-4096:]
    if kind in (XLSX, ODS):
        with zipfile.ZipFile(path) as archive:
            for one in archive.infolist():
                data = archive.read(one)
                yield data
                yield unescape(data.decode("utf-8", "replace")).encode("utf-8")
    elif kind == "application/pdf":
        with pikepdf.open(path) as pdf:
            for held in pdf.objects:
                if isinstance(held, pikepdf.Stream):
                    is_picture = held.get("/Subtype") == pikepdf.Name.Image
                    yield held.read_raw_bytes() if is_picture else held.read_bytes()


def _check_pictures(path: Path, plan: RedactionPlan, kind: str) -> None:
    with Image.open(path, formats=("PNG", "JPEG", "TIFF")) as picture:
        for page in range(1, getattr(picture, "n_frames", 1) + 1):
            if page > 1:
                picture.seek(page - 1)
            held = np.asarray(picture.convert("RGB"))
            size = Size(picture.width, picture.height, 0.0)
            _check_page(held, plan, page, size, exact=kind != "image/jpeg")


def _check_page(pixels: Any, plan: RedactionPlan, page: int, size: Size, *, exact: bool) -> None:
    for entry in plan.entries:
        if isinstance(entry, Region) and entry.page in (0, page):
            box, mask = mask_of(entry, size)
            held = pixels[box.top : box.bottom, box.left : box.right]
            if not _is_filled(held, np.asarray(mask) > 0, exact=exact):
                _fail(f"the region of line {entry.line} of the plan is not filled")
        elif isinstance(entry, Pages) and entry.holds(page):
            whole = np.ones(pixels.shape[:2], bool)
            if not _is_filled(pixels, whole, exact=exact):
                _fail(f"page {page} is not filled")


def _is_filled(held: Any, mask: Any, *, exact: bool) -> bool:
    """Whether the pixels of a mask are black; after lossy coding, dark away from its rim."""
    if exact:
        return bool((held[mask] == 0).all())
    inner = _worn(mask, RIM)
    is_dark = not inner.any() or bool(held[inner].max() <= DARK)
    return is_dark and bool(float(held[mask].mean()) <= 2 * DARK)


def _worn(mask: Any, width: int) -> Any:
    """The pixels of a mask that lie farther from its rim than ``width``."""
    inner = mask
    for axis in (0, 1):
        length = inner.shape[axis]
        if length <= 2 * width:
            return np.zeros_like(mask)
        padded = np.pad(inner, [(width, width) if a == axis else (0, 0) for a in (0, 1)])
        counts = np.cumsum(padded, axis=axis)
        zero = np.zeros_like(np.take(counts, [0], axis=axis))
        counts = np.concatenate([zero, counts], axis=axis)
        after = np.take(counts, range(2 * width + 1, 2 * width + 1 + length), axis=axis)
        before = np.take(counts, range(length), axis=axis)
        inner = (after - before) == 2 * width + 1
    return inner


def _check_pdf(path: Path, plan: RedactionPlan, made: Made) -> None:
    if any(placed_words(path).values()):
        _fail("text can be extracted from it")
    drawn: Sequence[Mapping[str, Any]] = made.numbers["drawn"]
    with pikepdf.open(path) as pdf:
        if len(pdf.pages) != len(drawn):
            _fail("it has another number of pages")
        for number, (page, told) in enumerate(zip(pdf.pages, drawn, strict=True), 1):
            stream = page.obj.Resources.XObject.P
            with Image.open(io.BytesIO(stream.read_raw_bytes()), formats=("JPEG",)) as picture:
                pixels = np.asarray(picture.convert("RGB"))
            height, width = pixels.shape[:2]
            if [width, height] != list(told["size"]):
                _fail(f"page {number} has another size")
            size = Size(width, height, width / float(told["points"][0]))
            _check_page(pixels, plan, number, size, exact=False)
            for left, top, right, bottom in told["words"]:
                held = pixels[top:bottom, left:right]
                if not _is_filled(held, np.ones(held.shape[:2], bool), exact=False):
                    _fail(f"a word on page {number} is not filled")


def _check_film(path: Path, made: Made, seconds: float) -> None:
    said = statements_of(path, seconds)
    tags = [said.get("format", {}).get("tags", {})]
    tags += [one.get("tags", {}) for one in said.get("streams", [])]
    for held in tags:
        for name, value in held.items():
            is_known = name.lower() in _TAGS
            if not is_known or (name == "handler_name" and value not in _HANDLERS):
                _fail(f"it has the tag {name}")
            if name.lower() == "encoder" and not str(value).startswith(("Lav", "libx264")):
                _fail("it names an encoder that is not ours")
    if said.get("chapters") or not said.get("streams") or len(said["streams"]) > 2:
        _fail("it has chapters or further tracks")
    lossless = made.media_type in ("audio/wav", "audio/flac")
    for start, end in made.numbers["muted"]:
        last = None if end is None or math.isinf(end) else end
        if loudest(path, start, last, seconds) > (0 if lossless else FAINT):
            _fail(f"there is sound at {start:.3f} seconds")
    for one in made.numbers.get("boxes", ()):
        _check_box(path, one, float(made.numbers["seconds"]), seconds)


def _check_box(path: Path, told: Mapping[str, Any], length: float, seconds: float) -> None:
    """Look at the pictures at the beginning, the middle and the end of a box's time."""
    start = float(told["start"])
    end = min(length, math.inf if told["end"] is None else float(told["end"]))
    last = start + 1.0 if math.isinf(end) else end
    left, top, right, bottom = told["box"]
    seen = 0
    for second in (start, (start + last) / 2, max(start, last - 0.2)):
        found = frame_at(path, second, seconds)
        if found is None:
            continue
        seen += 1
        width, height, data = found
        held = np.frombuffer(data, np.uint8).reshape(height, width, 3)[top:bottom, left:right]
        if not _is_filled(held, np.ones(held.shape[:2], bool), exact=False):
            _fail(f"a box of the film is not filled at {second:.3f} seconds")
    if not seen:
        _fail("no picture of the film could be looked at")


def _check_tags(path: Path) -> None:
    program = tools.found(tools.EXIFTOOL) or tools.EXIFTOOL
    reader = tools.ExifTool(program)
    try:
        with tools.plain_name(path) as link:
            tags = reader.dump(link)
    finally:
        reader.close()
    for key, value in tags.items():
        group, _, name = key.rpartition(":")
        if group in ("ExifTool", "System", "File", "Composite") and name != "Comment":
            continue
        is_built = ((group == "IFD0" or group.startswith("IFD")) and name in _BUILT) or name in (
            _NAMES.get(group) or ()
        )
        if not is_built and group not in _GROUPS and group:
            _fail(f"exiftool finds {group}:{name}")
        if any(part in name for part in _TELLING) and not _is_empty(name, value):
            _fail(f"exiftool finds {group}:{name}")


def _is_empty(name: str, value: Any) -> bool:
    """Whether a tag that could tell something does not."""
    if name == "HandlerDescription":
        return value in _HANDLERS
    return value in ("", 0, None)
