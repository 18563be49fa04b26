"""What kind of file bytes are, by how they begin: a quick first word, said by the bytes alone.

The name of a file is never asked. A look by several tools, and what it means when they
disagree, is another matter and comes later; this is what an item is filed under meanwhile.
Signatures are those that the formats' own specifications give.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias

HEAD: Final = 4096
"""Bytes from the beginning that are looked at."""


class FileIdentity(NamedTuple):
    """What a file is taken for."""

    media_type: str
    """Media type as registered with IANA, such as ``image/jpeg``."""


Identify: TypeAlias = Callable[[bytes], FileIdentity]
"""Says what a file is from its first ``HEAD`` bytes."""

EMPTY: Final = "application/x-empty"
"""What a file without bytes is."""

UNKNOWN: Final = "application/octet-stream"
"""What nothing is known of."""

_PREFIXES: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"II+\x00", "image/tiff"),
    (b"MM\x00+", "image/tiff"),
    (b"\xff\x0a", "image/jxl"),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "image/jxl"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "image/jp2"),
    (b"8BPS\x00\x01", "image/vnd.adobe.photoshop"),
    (b"%PDF-", "application/pdf"),
    (b"%!PS", "application/postscript"),
    (b"{\\rtf", "application/rtf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"SQLite format 3\x00", "application/vnd.sqlite3"),
    (b"PAR1", "application/vnd.apache.parquet"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"#!AMR", "audio/amr"),
    (b"ID3", "audio/mpeg"),
    (b"FLV\x01", "video/x-flv"),
    (b"\x00\x00\x01\xba", "video/mpeg"),
    (b"\x00\x00\x01\xb3", "video/mpeg"),
    (b"0&\xb2u\x8ef\xcf\x11\xa6\xd9\x00\xaa\x00b\xcel", "video/x-ms-asf"),
    (b"WARC/", "application/warc"),
    (b"-----BEGIN PGP", "application/pgp"),
    (b"age-encryption.org/v1", "application/x-age-encryption"),
    (b"BEGIN:VCARD", "text/vcard"),
    (b"BEGIN:VCALENDAR", "text/calendar"),
    (b"\x7fELF", "application/x-executable"),
    (b"MZ", "application/x-dosexec"),
)

_RIFF: Final = {b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo", b"WEBP": "image/webp"}
_FTYP: Final[tuple[tuple[bytes, str], ...]] = (
    (b"qt  ", "video/quicktime"),
    (b"heic", "image/heic"),
    (b"heix", "image/heic"),
    (b"heim", "image/heic"),
    (b"mif1", "image/heif"),
    (b"msf1", "image/heif-sequence"),
    (b"hevc", "image/heic-sequence"),
    (b"avif", "image/avif"),
    (b"avis", "image/avif"),
    (b"crx ", "image/x-canon-cr3"),
    (b"M4A ", "audio/mp4"),
    (b"M4B ", "audio/mp4"),
    (b"3gp", "video/3gpp"),
    (b"3g2", "video/3gpp2"),
)
_ZIPPED: Final[tuple[tuple[bytes, str], ...]] = (
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
)
_MIMETYPE: Final = re.compile(rb"mimetype(application/[\w.+-]{1,80}?)(?=PK|[^\w.+-]|$)")
_MARKUP: Final[tuple[tuple[re.Pattern[bytes], str], ...]] = (
    (re.compile(rb"<!doctype html|<html[\s>]", re.IGNORECASE), "text/html"),
    (re.compile(rb"<svg[\s>]"), "image/svg+xml"),
    (re.compile(rb"<\?xml"), "application/xml"),
)
_CONTROL: Final = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f]")


def identify_by_beginning(head: bytes) -> FileIdentity:
    """What a file is, by its first bytes."""
    return FileIdentity(_media_type(head[:HEAD]))


def _media_type(head: bytes) -> str:
    if not head:
        return EMPTY
    found = next((kind for prefix, kind in _PREFIXES if head.startswith(prefix)), None)
    return found or _container(head) or _text(head) or UNKNOWN


def _container(head: bytes) -> str | None:
    """Containers, whose kind stands further on."""
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return next((kind for mark, kind in _FTYP if brand.startswith(mark)), "video/mp4")
    if head[4:8] in (b"moov", b"mdat", b"wide"):
        return "video/quicktime"
    if head[:4] == b"\x1aE\xdf\xa3":
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
        return _zipped(head)
    if head[:3] == b"\x1f\x8b\x08":
        return "application/gzip"
    if head[257:262] == b"ustar":
        return "application/x-tar"
    if head[:2] == b"BM" and head[6:10] == bytes(4):
        return "image/bmp"
    if head[0] == 0xFF and len(head) > 1 and head[1] & 0xE6 == 0xE2:
        return "audio/mpeg"
    if len(head) > 188 and head[0] == 0x47 and head[188] == 0x47:
        return "video/mp2t"
    return None


def _zipped(head: bytes) -> str:
    declared = _MIMETYPE.search(head[:200])
    if declared is not None:
        return declared[1].decode("ascii")
    return next((kind for mark, kind in _ZIPPED if mark in head), "application/zip")


def _text(head: bytes) -> str | None:
    """Text in UTF-8 or UTF-16, as far as it can be told from the beginning."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text/plain"
    if _CONTROL.search(head):
        return None
    try:
        # A character may be cut in two by the end of what is looked at.
        codecs.getincrementaldecoder("utf-8")().decode(head, len(head) < HEAD)
    except UnicodeDecodeError:
        return None
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:512]
    for pattern, kind in _MARKUP:
        if pattern.search(start):
            return kind
    return "application/json" if start[:1] in (b"{", b"[") else "text/plain"
