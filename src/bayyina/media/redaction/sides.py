"""The pieces of the file formats that copies are written in: what else stands there is a fault."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from bayyina.media.redaction.sheets_writing import ODS, XLSX

try:
    import pikepdf
    from PIL import Image
except ImportError:  # the extra ``media`` is absent; the parent said so before it came here
    pikepdf = Image = None  # type: ignore[assignment]

_PNG_CHUNKS: Final = frozenset({b"IHDR", b"IDAT", b"IEND"})
_JPEG_MARKERS: Final = frozenset({0xDB, 0xC0, 0xC2, 0xC4, 0xDD})
_TIFF_TAGS: Final = frozenset(
    {254, 256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 282, 283, 284, 296, 297, 317, 338, 339}
)  # fmt: skip
"""Size, depth, compression, strips and the like: nothing that is told."""

_PDF_KEYS: Final = {
    "/Catalog": {"/Type", "/Pages"},
    "/Pages": {"/Type", "/Kids", "/Count"},
    "/Page": {"/Type", "/Parent", "/MediaBox", "/Contents", "/Resources"},
    "/XObject": {"/Type", "/Subtype", "/Width", "/Height", "/ColorSpace", "/BitsPerComponent",
                 "/Filter", "/Length"},
    "": {"/Length", "/Filter", "/XObject", "/P", "/Font"},
}  # fmt: skip


def surplus(path: Path, media_type: str) -> Iterator[str]:
    """What a copy holds besides its content, in words; nothing for a clean one."""
    if media_type == "image/png":
        yield from _of_png(path.read_bytes())
    elif media_type == "image/jpeg":
        yield from _of_jpeg(path.read_bytes())
    elif media_type == "image/tiff":
        yield from _of_tiff(path)
    elif media_type == "application/pdf":
        yield from _of_pdf(path)
    elif media_type in (XLSX, ODS):
        yield from _of_sheets(path, media_type)


def _of_png(data: bytes) -> Iterator[str]:
    at = 8
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        if kind not in _PNG_CHUNKS:
            yield f"PNG chunk {kind!r}"
        at += 12 + size
        if kind == b"IEND":
            break
    if at != len(data):
        yield "bytes after the end of the PNG"


def _of_jpeg(data: bytes) -> Iterator[str]:
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker, size = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == 0xDA:
            break
        held = data[at + 4 : at + 2 + size]
        is_plain = marker == 0xE0 and held[:5] == b"JFIF\0" and held[12:] == b"\0\0"
        if marker not in _JPEG_MARKERS and not is_plain:
            yield f"JPEG segment FF{marker:02X}"
        at += 2 + size
    else:
        yield "a JPEG that cannot be read"
    # inside the coded picture FF is followed by zero or a restart, so the first of these is its end
    if data.find(b"\xff\xd9", at) + 2 != len(data):
        yield "bytes after the end of the JPEG"


def _of_tiff(path: Path) -> Iterator[str]:
    opened: Any = Image.open(path, formats=("TIFF",))
    with opened as picture:
        for page in range(picture.n_frames):
            picture.seek(page)
            for tag in picture.tag_v2:
                if tag not in _TIFF_TAGS:
                    yield f"TIFF tag {tag}"


def _of_pdf(path: Path) -> Iterator[str]:
    data = path.read_bytes()
    if data.count(b"%%EOF") != 1 or not data.rstrip().endswith(b"%%EOF"):
        yield "more than one revision of the PDF"
    with pikepdf.open(path) as pdf:
        for key in pdf.trailer.keys():  # noqa: SIM118 - a dictionary of another library
            if key not in ("/Root", "/Size", "/ID"):
                yield f"{key} in the trailer of the PDF"
        reached: set[tuple[int, int]] = set()
        _reach(pdf.Root, reached)
        for one in pdf.objects:
            yield from _of_pdf_object(one)
            is_reached = not one.is_indirect or one.objgen in reached
            if not is_reached:
                yield "an object of the PDF that nothing leads to"


def _reach(one: Any, reached: set[tuple[int, int]]) -> None:
    waiting = [one]
    while waiting:
        held = waiting.pop()
        if not isinstance(held, pikepdf.Object):
            continue
        if held.is_indirect:
            if held.objgen in reached:
                continue
            reached.add(held.objgen)
        if isinstance(held, pikepdf.Dictionary | pikepdf.Stream):
            waiting += [held[key] for key in held.keys()]  # noqa: SIM118
        elif isinstance(held, pikepdf.Array):
            waiting += list(held)


def _of_pdf_object(one: Any) -> Iterator[str]:
    if not isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
        if isinstance(one, pikepdf.String):
            yield "a text of the PDF"
        return
    kind = str(one.get("/Type", ""))
    known = _PDF_KEYS.get(kind)
    if known is None:
        yield f"a PDF object of type {kind}"
        return
    for key in one.keys():  # noqa: SIM118
        if key not in known:
            yield f"{key} in a PDF object {kind}"
    if isinstance(one, pikepdf.Stream) and kind == "":
        operators = {str(step.operator) for step in pikepdf.parse_content_stream(one)}
        if operators - {"q", "Q", "cm", "Do"}:
            yield "further operators on a page of the PDF"


def _of_sheets(path: Path, media_type: str) -> Iterator[str]:
    known = {
        XLSX: {
            "[Content_Types].xml",
            "_rels/.rels",
            "xl/workbook.xml",
            "xl/_rels/workbook.xml.rels",
        },
        ODS: {"mimetype", "content.xml", "META-INF/manifest.xml"},
    }[media_type]
    with zipfile.ZipFile(path) as archive:
        if archive.comment:
            yield "a remark of the archive"
        for one in archive.infolist():
            is_sheet = media_type == XLSX and one.filename.startswith("xl/worksheets/sheet")
            if one.filename not in known and not is_sheet:
                yield f"{one.filename} in the archive"
            if one.extra or one.comment or one.date_time[:1] != (1980,):
                yield f"a time or remark at {one.filename}"
            text = archive.read(one)
            if b"<f>" in text or b"<f " in text or b"table:formula" in text:
                yield f"a formula in {one.filename}"
