"""The steps of looking into one file: which apply to it, and what each gives."""

from __future__ import annotations

import mmap
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

from bayyina.media import tools
from bayyina.media.box_structure import read_boxes
from bayyina.media.compression_traces import compare_thumbnail, second_compression
from bayyina.media.copied_regions import find_copies
from bayyina.media.file_types import types_of
from bayyina.media.films import hash_film, probe_film
from bayyina.media.form_tables import read_sheets, tables_of_forms
from bayyina.media.jpeg_structure import read_jpeg
from bayyina.media.limits import COPIES
from bayyina.media.markup import MAX_BYTES, acting_parts, read_json, read_xml
from bayyina.media.office_files import read_office
from bayyina.media.packages import (
    MAX_CHAT,
    cells_of,
    chats_in,
    form_document,
    proof_beside,
    read_form,
    read_package,
)
from bayyina.media.pdf_files import read_pdf
from bayyina.media.pictures import hash_picture, picture_size
from bayyina.media.plain_data import FileLimitError
from bayyina.media.png_structure import read_png
from bayyina.media.provenance import TYPES as WITH_MANIFEST
from bayyina.media.provenance import read_provenance
from bayyina.media.texts import decode_text
from bayyina.media.tiff_directories import MAX_PAGES, directories_document, read_directories
from bayyina.media.web_archives import read_wacz, read_warc
from bayyina.media.zip_archives import list_archive, open_archive

Facts = Mapping[str, Any]

PICTURES: Final = frozenset(
    {"image/jpeg", "image/png", "image/gif", "image/tiff", "image/bmp", "image/webp",
     "image/avif", "image/vnd.microsoft.icon", "image/jp2", "image/x-jp2-codestream"}
)  # fmt: skip
"""Types that the picture decoder opens."""

BOXED: Final = frozenset(
    {"video/mp4", "video/quicktime", "video/3gpp", "video/3gpp2", "audio/mp4", "image/heic",
     "image/heif", "image/avif", "image/x-canon-cr3", "image/heic-sequence"}
)  # fmt: skip


WEB_ARCHIVES: Final = frozenset(
    {"application/warc", "application/warc+gzip", "application/x-internet-archive",
     "application/x-internet-archive+gzip"}
)  # fmt: skip
RAW: Final = ("image/tiff", "image/x-adobe", "image/x-nikon", "image/x-canon-cr2", "image/x-sony")
"""Beginnings of types that are TIFF or built like it: files of cameras as the sensor gave them."""

SHEETS: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""A workbook, in which KoBo exports submissions."""

MAX_BESIDE: Final = 20_000
"""Files of a folder among which attachments are looked up."""

MOST_MEMBERS: Final = 2_000
"""Members of an archive that exiftool is asked about: it walks through all to tell of the first."""

SHARE: Final = 0.85
"""Of a step's seconds, what a program gets: it ends before the step is ended from outside."""


class Step(NamedTuple):
    """One step."""

    name: str
    """Its name, under which its result is kept."""

    applies: Callable[[Facts], bool]
    """Whether there is something for it to do, by what is known so far."""

    run: Callable[[Path, Facts, float], Any]
    """What it gives for a file, within so many seconds; plain data, or None."""


def kind_of(facts: Facts) -> str:
    """The media type found in the first step."""
    return str((facts.get("types") or {}).get("best") or "")


class FileWindow:
    """A file of any size as if it were bytes: pieces are read when they are asked for."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        """Read from an open file of ``size`` bytes."""
        self.file = file
        self.size = size

    def __len__(self) -> int:
        """Bytes of the file."""
        return self.size

    def __getitem__(self, piece: slice) -> bytes:
        """The bytes of a slice without step."""
        start, stop, _ = piece.indices(self.size)
        self.file.seek(start)
        return self.file.read(max(0, stop - start))


@contextmanager
def mapped(path: Path) -> Iterator[Any]:
    """The file's bytes, mapped and not read; a very large file is refused.

    Raises:
        FileLimitError: it does not fit into the address space that is allowed.
    """
    with path.open("rb") as file:
        try:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError, OverflowError, MemoryError) as error:
            raise FileLimitError("The file is too large for its structure to be read.") from error
        try:
            yield data
        finally:
            data.close()


def _types(path: Path, _facts: Facts, _seconds: float) -> Any:
    types = types_of(path)
    return {**types._asdict(), "best": types.best, "conflicts": types.conflicts()}


def _jpeg(path: Path, _facts: Facts, _seconds: float) -> Any:
    with mapped(path) as data:
        return read_jpeg(data).document()


def _png(path: Path, _facts: Facts, _seconds: float) -> Any:
    with mapped(path) as data:
        return read_png(data).document()


def _tiff(path: Path, _facts: Facts, _seconds: float) -> Any:
    with path.open("rb") as file:
        window = FileWindow(file, path.stat().st_size)
        if window[0:4] not in (b"II*\0", b"MM\0*"):
            return None
        with mapped(path) as data, memoryview(data) as view:
            return directories_document(read_directories(view, MAX_PAGES))


def _boxes(path: Path, _facts: Facts, _seconds: float) -> Any:
    with path.open("rb") as file:
        return read_boxes(FileWindow(file, path.stat().st_size)).document()


def _zip(path: Path, _facts: Facts, _seconds: float) -> Any:
    with path.open("rb") as file, open_archive(file) as archive:
        listing = list_archive(archive)
    found = listing.document()
    if listing.is_bomb:
        found["limit"] = (
            f"The archive's {len(listing.members):,} members would inflate to"
            f" {listing.size:,} bytes; they are not read."
        )
    return found


def _markup(path: Path, facts: Facts, _seconds: float) -> Any:
    if path.stat().st_size > MAX_BYTES:
        raise FileLimitError(f"The text is longer than the {MAX_BYTES} bytes that are read.")
    data = path.read_bytes()
    if kind_of(facts) != "application/json":
        root = read_xml(data)
        found = {"root": root.name, "elements": len(root.children)}
        acting = acting_parts(root) if root.name.lower() in ("svg", "html") else []
        return {**found, "active": acting} if acting else found
    lines = [line for line in data.splitlines() if line.strip()]
    if len(lines) > 1 and lines[0].endswith(b"}"):
        return {"lines": len(lines), "first_line": type(read_json(lines[0])).__name__}
    value = read_json(data)
    names = list(value)[:50] if isinstance(value, dict) else []
    return {"value": type(value).__name__, "names": names}


def _pdf(path: Path, _facts: Facts, _seconds: float) -> Any:
    return read_pdf(path)


def _office(path: Path, _facts: Facts, _seconds: float) -> Any:
    return read_office(path)


def _film(path: Path, _facts: Facts, seconds: float) -> Any:
    return probe_film(path, seconds * SHARE)


def _film_hashes(path: Path, facts: Facts, seconds: float) -> Any:
    return hash_film(path, dict(facts["ffprobe"]), seconds * SHARE)


def _recompression(path: Path, facts: Facts, _seconds: float) -> Any:
    return second_compression(path, facts["jpeg"])


def _thumbnail(path: Path, facts: Facts, _seconds: float) -> Any:
    return compare_thumbnail(path, facts["jpeg"])


def _is_office(facts: Facts) -> bool:
    kind = kind_of(facts)
    return (
        kind.startswith(("application/vnd.openxmlformats", "application/vnd.oasis.opendocument"))
        or kind.endswith("macroEnabled.12")
        or kind in ("application/msword", "application/x-ole-storage", "application/vnd.ms-excel")
        or kind in ("application/vnd.ms-powerpoint", "application/vnd.ms-outlook")
    )


def _is_zip(facts: Facts) -> bool:
    structure = str((facts.get("types") or {}).get("structure") or "")
    return structure in ("application/zip", "application/wacz", "application/java-archive") or (
        structure.startswith(("application/vnd.openxmlformats", "application/vnd.oasis"))
        or structure.endswith("macroEnabled.12")
    )


def _is_film(facts: Facts) -> bool:
    return kind_of(facts).startswith(("video/", "audio/"))


def _warc(path: Path, _facts: Facts, _seconds: float) -> Any:
    return read_warc(path)


def _wacz(path: Path, _facts: Facts, _seconds: float) -> Any:
    return read_wacz(path)


def _package(path: Path, _facts: Facts, _seconds: float) -> Any:
    return read_package(path)


def _proof(path: Path, _facts: Facts, _seconds: float) -> Any:
    return proof_beside(path)


def _chat(path: Path, _facts: Facts, _seconds: float) -> Any:
    size = path.stat().st_size
    if size > MAX_CHAT:
        return None
    beside = [entry.name for entry in islice(os.scandir(path.parent), MAX_BESIDE)]
    chats = list(chats_in(path.read_bytes(), path.name, beside))
    return (
        {"chats": [{k: v for k, v in c.items() if k != "files_not_mentioned"} for c in chats]}
        if chats
        else None
    )


def _form(path: Path, facts: Facts, _seconds: float) -> Any:
    beside = {entry.name for entry in islice(os.scandir(path.parent), MAX_BESIDE)} - {path.name}
    if kind_of(facts) == "text/xml":
        form = read_form(path.read_bytes(), beside)
        return form_document(form) if form else None
    if path.stat().st_size > MAX_CHAT:
        return None
    found = list(tables_of_forms(_tables(path, kind_of(facts)), beside))
    return {"forms": found} if found else None


def _tables(path: Path, kind: str) -> dict[str, list[list[str]]]:
    """The tables of a CSV file or a workbook, as text."""
    if kind == SHEETS:
        return read_sheets(path)
    return {path.stem: list(cells_of(decode_text(path.read_bytes()).text))}


def _may_be_form(facts: Facts) -> bool:
    if kind_of(facts) == SHEETS:
        return not (facts.get("zip") or {}).get("limit")
    return kind_of(facts) == "text/csv" or (
        kind_of(facts) == "text/xml" and bool(facts.get("markup"))
    )


def _holds_words(facts: Facts) -> bool:
    """Whether its dump would repeat what people said: of chats, forms, tables and data."""
    is_data = kind_of(facts) in ("application/json", "text/csv", "text/tab-separated-values")
    return is_data or bool(facts.get("chat") or facts.get("form"))


def _is_dumped(facts: Facts) -> bool:
    return not (facts.get("zip") or {}).get("limit") and not _holds_words(facts)


def _is_plain_zip(facts: Facts) -> bool:
    is_bomb = bool((facts.get("zip") or {}).get("limit"))
    return kind_of(facts) == "application/zip" and not is_bomb


class _Dumper:
    """exiftool, started when it is first needed and again when it has ended."""

    def __init__(self) -> None:
        self.running: tools.ExifTool | None = None

    def dump(self, path: Path, facts: Facts, _seconds: float) -> Any:
        members = int((facts.get("zip") or {}).get("members") or 0)
        if members > MOST_MEMBERS:
            return {"left_out": f"exiftool is not asked about an archive of {members:,} members."}
        program = tools.found(tools.EXIFTOOL)
        if program is None:
            return {"absent": "exiftool is not installed: no metadata dump was made."}
        if self.running is None or not self.running.is_running():
            self.running = tools.ExifTool(program)
        with tools.plain_name(path) as name:
            tags = self.running.dump(name)
        return {key: value for key, value in tags.items() if key != "SourceFile"}


def _c2pa(path: Path, facts: Facts, _seconds: float) -> Any:
    return read_provenance(path, kind_of(facts))


def _picture(path: Path, _facts: Facts, _seconds: float) -> Any:
    return picture_size(path)


def _pdq(path: Path, _facts: Facts, _seconds: float) -> Any:
    return asdict(hash_picture(path))


def _copies(path: Path, _facts: Facts, seconds: float) -> Any:
    return find_copies(path, seconds * SHARE / 2)


def _has_pixels(facts: Facts) -> bool:
    """Whether it is worth decoding: a picture that is not already known to hold none."""
    jpeg = facts.get("jpeg")
    if isinstance(jpeg, Mapping) and not (jpeg.get("width") and jpeg.get("scans")):
        return False
    return kind_of(facts) in PICTURES


def _is(*kinds: str) -> Callable[[Facts], bool]:
    return lambda facts: kind_of(facts) in kinds


TYPES_STEP: Final = Step("types", lambda _facts: True, _types)
PDQ_STEP: Final = Step("pdq", _has_pixels, _pdq)

FILM_STEP: Final = Step(
    "video_pdq", lambda facts: bool((facts.get("ffprobe") or {}).get("streams")), _film_hashes
)

INSPECT: Final = (
    TYPES_STEP,
    Step("jpeg", _is("image/jpeg"), _jpeg),
    Step("png", _is("image/png"), _png),
    Step("tiff", lambda facts: kind_of(facts).startswith(RAW), _tiff),
    Step("picture", _has_pixels, _picture),
    Step("boxes", lambda facts: kind_of(facts) in BOXED, _boxes),
    Step("markup", _is("application/json", "text/xml", "image/svg+xml"), _markup),
    Step("zip", _is_zip, _zip),
    Step("package", _is_plain_zip, _package),
    Step("wacz", _is("application/wacz"), _wacz),
    Step("warc", lambda facts: kind_of(facts) in WEB_ARCHIVES, _warc),
    Step("chat", _is("text/plain", "text/csv", "text/html", "application/json"), _chat),
    Step("form", _may_be_form, _form),
    Step(
        "proofmode", lambda facts: kind_of(facts).startswith(("image/", "video/", "audio/")), _proof
    ),
    Step("pdf", _is("application/pdf"), _pdf),
    Step("office", _is_office, _office),
    Step("ffprobe", _is_film, _film),
    Step("exiftool", _is_dumped, _Dumper().dump),
    Step("c2pa", lambda facts: kind_of(facts) in WITH_MANIFEST, _c2pa),
    PDQ_STEP,
    FILM_STEP,
    Step("thumbnail", lambda facts: bool((facts.get("jpeg") or {}).get("thumbnail")), _thumbnail),
    Step(
        "recompression",
        lambda facts: bool(facts.get("jpeg")) and _has_pixels(facts),
        _recompression,
    ),
)

PLANS: Final[Mapping[str, tuple[Step, ...]]] = {
    "inspect": INSPECT,
    COPIES: (*INSPECT, Step("copies", _has_pixels, _copies)),
    "near": (TYPES_STEP, PDQ_STEP, Step("ffprobe", _is_film, _film), FILM_STEP),
}
"""What is done for ``media inspect`` and for ``media near``."""
