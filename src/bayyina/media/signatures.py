"""The type of a file by its own bytes: first marks, then a look at the structure behind them.

The marks are those of the formats' own specifications; containers (ISO base media, RIFF,
ZIP, OLE compound files) are opened far enough to say what they hold.
"""

from __future__ import annotations

import json
import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO, Final

HEAD: Final = 1 << 16
"""Bytes at the beginning that are looked at."""

MARKS: Final[tuple[tuple[int, bytes, str], ...]] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"II+\0", "image/tiff"),
    (0, b"MM\0+", "image/tiff"),
    (0, b"8BPS", "image/vnd.adobe.photoshop"),
    (0, b"\0\0\0\x0cJXL \r\n\x87\n", "image/jxl"),
    (0, b"\xff\x0a", "image/jxl"),
    (0, b"\0\0\0\x0cjP  \r\n\x87\n", "image/jp2"),
    (0, b"\xff\x4f\xff\x51", "image/x-jp2-codestream"),
    (0, b"\0\0\x01\0", "image/vnd.microsoft.icon"),
    (0, b"\x1a\x45\xdf\xa3", "video/x-matroska"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"FLV\x01", "video/x-flv"),
    (0, b"0&\xb2u\x8ef\xcf\x11", "video/x-ms-asf"),
    (0, b"\0\0\x01\xba", "video/mpeg"),
    (0, b"\0\0\x01\xb3", "video/mpeg"),
    (0, b"caff", "audio/x-caf"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"{\\rtf", "text/rtf"),
    (0, b"%!PS", "application/postscript"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\0", "application/x-xz"),
    (0, b"\x28\xb5\x2f\xfd", "application/zstd"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (257, b"ustar", "application/x-tar"),
    (0, b"\x7fELF", "application/x-executable"),
    (0, b"MZ", "application/vnd.microsoft.portable-executable"),
    (0, b"\xca\xfe\xba\xbe", "application/x-mach-binary"),
    (0, b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    (0, b"SQLite format 3\0", "application/vnd.sqlite3"),
    (0, b"wOFF", "font/woff"),
    (0, b"wOF2", "font/woff2"),
    (0, b"WARC/", "application/warc"),
    (0, b"filedesc://", "application/x-internet-archive"),
    (0, b"\x00OpenTimestamps\x00\x00Proof\x00", "application/vnd.opentimestamps.ots"),
    (0, b"-----BEGIN PGP SIGNATURE-----", "application/pgp-signature"),
    (0, b"-----BEGIN PGP PUBLIC KEY", "application/pgp-keys"),
    (0, b"age-encryption.org/v1", "application/age"),
)
"""Where which bytes stand, and the type that they mark; the first that fits is taken."""

BRANDS: Final = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"hevc": "image/heic-sequence",
    b"mif1": "image/heif",
    b"msf1": "image/heif",
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"crx ": "image/x-canon-cr3",
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"M4V ": "video/mp4",
    b"3gp": "video/3gpp",
    b"3g2": "video/3gpp2",
}
_BOXES: Final = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_RIFF: Final = {b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo", b"WEBP": "image/webp"}
_DIB_HEADERS: Final = frozenset({12, 40, 52, 56, 64, 108, 124})
_CONTROL: Final = re.compile(rb"[\x00-\x07\x0b\x0e-\x1a\x1c-\x1f]")
"""Control characters that no text holds."""

_ODF: Final = re.compile(rb"application/[\w.+-]{3,80}")
_XML_ROOT: Final = re.compile(rb"<(?:[\w-]+:)?(svg|html|kml|gpx|rdf|xmpmeta)\b", re.IGNORECASE)


def structural_type(path: Path) -> str | None:
    """The media type by the file's own bytes; None where nothing is recognised.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
        return type_of_beginning(head, file)


def type_of_beginning(head: bytes, file: BinaryIO) -> str | None:
    """The media type by the first bytes, and by ``file`` for containers that are opened."""
    if not head:
        return "application/x-empty"
    marked = _by_marks(head)
    if marked == "application/gzip":
        return _gzipped(head)
    if marked == "application/x-ole-storage":
        return _compound(head, file)
    if marked == "video/x-matroska":
        return "video/webm" if b"webm" in head[:64] else marked
    if marked == "audio/ogg":
        return "video/ogg" if b"theora" in head[:4096] else marked
    if marked is not None:
        return marked
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
        return _zipped(file)
    if b"%PDF-" in head[:1024]:
        return "application/pdf"
    return _by_structure(head) or _as_text(head)


def _by_marks(head: bytes) -> str | None:
    for offset, mark, kind in MARKS:
        if head.startswith(mark, offset):
            return kind
    return None


def _by_structure(head: bytes) -> str | None:
    if head[:4] in (b"RIFF", b"RIFX", b"RF64"):
        return _RIFF.get(head[8:12], "application/x-riff")
    if head[4:8] in _BOXES:
        return _iso_media(head)
    if head[:2] == b"BM" and len(head) >= 18:
        (header_size,) = struct.unpack_from("<I", head, 14)
        return "image/bmp" if header_size in _DIB_HEADERS else None
    if b"IHDR" in head[8:24]:
        return "image/png"  # its mark was damaged, such as by a transfer as text
    if len(head) >= 377 and head[0] == 0x47 and head[188] == 0x47 and head[376] == 0x47:
        return "video/mp2t"
    if len(head) >= 4 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] & 0x06:
        if head[1] == 0xFE and head[3] in (0x00, 0x06):
            return None  # the mark of UTF-16, and a letter of Latin or Arabic script
        return "audio/mpeg" if _is_mpeg_audio(head) else None
    if len(head) >= 2 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0:
        return "audio/aac"
    return None


def _is_mpeg_audio(head: bytes) -> bool:
    """Whether the first frame's header has no forbidden value (ISO/IEC 11172-3, 2.4.2.3)."""
    return head[2] >> 4 != 15 and head[2] >> 2 & 3 != 3 and head[1] >> 3 & 3 != 1


def _iso_media(head: bytes) -> str:
    if head[4:8] != b"ftyp":
        return "video/quicktime"  # before ISO base media, QuickTime files had no brand
    (size,) = struct.unpack_from(">I", head)
    brands = head[8:12], *(head[at : at + 4] for at in range(16, min(size, 256), 4))
    for brand in brands:
        kind = BRANDS.get(brand) or BRANDS.get(brand[:3])
        if kind:
            return kind
    return "video/mp4"


def _gzipped(head: bytes) -> str:
    try:
        inner = zlib.decompressobj(31).decompress(head, 64)
    except zlib.error:
        inner = b""
    if inner.startswith(b"WARC/"):
        return "application/warc+gzip"
    if inner.startswith(b"filedesc://"):
        return "application/x-internet-archive+gzip"
    return "application/gzip"


def _compound(head: bytes, file: BinaryIO) -> str:
    """A compound file by the names of its streams, which are UTF-16 in the directory."""
    try:
        sector = 1 << struct.unpack_from("<H", head, 30)[0]
        (first,) = struct.unpack_from("<I", head, 48)
        file.seek((first + 1) * sector)
        directory = file.read(4 * sector)
    except (struct.error, OverflowError, OSError, ValueError):
        return "application/x-ole-storage"
    if sector not in (512, 4096):
        return "application/x-ole-storage"
    names = {
        "WordDocument": "application/msword",
        "Workbook": "application/vnd.ms-excel",
        "Book": "application/vnd.ms-excel",
        "PowerPoint Document": "application/vnd.ms-powerpoint",
        "__properties_version1.0": "application/vnd.ms-outlook",
    }
    for name, kind in names.items():
        if name.encode("utf-16-le") + b"\0\0" in directory:
            return kind
    return "application/x-ole-storage"


def _zipped(file: BinaryIO) -> str:
    """What a ZIP holds, by the names in its directory."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = {info.filename for info in archive.infolist()[:20_000]}
            kind = _by_names(names)
            if kind is None and "mimetype" in names:
                info = archive.getinfo("mimetype")
                text = archive.read(info)[:100].strip() if info.file_size < 200 else b""
                kind = text.decode("ascii") if _ODF.fullmatch(text) else None
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError, zlib.error):
        kind = None
    return kind or "application/zip"


def _by_names(names: set[str]) -> str | None:
    office = "application/vnd.openxmlformats-officedocument."
    macros = any(name.lower().endswith("vbaproject.bin") for name in names)
    for part, kind, with_macros in (
        ("word/", office + "wordprocessingml.document", "word.document.macroEnabled.12"),
        ("xl/", office + "spreadsheetml.sheet", "excel.sheet.macroEnabled.12"),
        ("ppt/", office + "presentationml.presentation", "powerpoint.presentation.macroEnabled.12"),
    ):
        if "[Content_Types].xml" in names and any(name.startswith(part) for name in names):
            return f"application/vnd.ms-{with_macros}" if macros else kind
    if "datapackage.json" in names and any(name.startswith("archive/") for name in names):
        return "application/wacz"
    if "AndroidManifest.xml" in names and "classes.dex" in names:
        return "application/vnd.android.package-archive"
    if "META-INF/MANIFEST.MF" in names:
        return "application/java-archive"
    return None


def _as_text(head: bytes) -> str | None:
    """Text that can be read, and which text it is."""
    text = head.removeprefix(b"\xef\xbb\xbf")
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "text/plain"
    if b"\0" in text or _CONTROL.search(text, 0, 4096):
        return None
    start = text.lstrip()[:512]
    lowered = start.lower()
    if lowered.startswith((b"<!doctype html", b"<html")):
        return "text/html"
    if start.startswith((b"<?xml", b"<")):
        root = _XML_ROOT.search(text[:4096])
        kinds = {b"svg": "image/svg+xml", b"html": "text/html"}
        return kinds.get(root[1].lower(), "text/xml") if root else "text/xml"
    if start.startswith(b"#!"):
        return "text/x-shellscript"
    if start.startswith((b"{", b"[")):
        return _json_or_text(head)
    if lowered.startswith((b"from:", b"received:", b"return-path:", b"delivered-to:")):
        return "message/rfc822"
    return "text/plain"


_BRACKETED_TIME: Final = re.compile(
    "\\[[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]*\\d{1,4}[\u200e\u200f]*[/.-]"
)


def _json_or_text(head: bytes) -> str:
    """JSON when the beginning reads as JSON, as far as it goes."""
    text = head.decode("utf-8", "ignore").lstrip("\ufeff \t\r\n")
    if _BRACKETED_TIME.match(text):
        return "text/plain"  # a chat export, whose lines begin with a bracketed time
    try:
        json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        is_cut = len(head) == HEAD
        return "application/json" if is_cut or re.match(r"[{\[]\s*[\"{\[]", text) else "text/plain"
    return "application/json"
