"""The structure of a JPEG file, read by ourselves: markers, tables, thumbnail, what follows.

After ITU-T T.81, Annex B. Nothing is decoded; what is broken is named and the rest is read.
"""

from __future__ import annotations

import hashlib
import re
import struct
from dataclasses import dataclass, field
from typing import Any, Final

from bayyina.media.quantisation import Table, natural, standard_quality, tables_digest
from bayyina.media.tiff_directories import Directories, read_directories, thumbnail_of

MAX_SEGMENTS: Final = 4_000
_NEXT: Final = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])", re.DOTALL)
"""The next marker in a scan: stuffed zeros and restart markers belong to the scan."""

_FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_PROGRESSIVE: Final = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_XMP: Final = b"http://ns.adobe.com/xap/1.0/\0"
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
_IDENTIFIER: Final = re.compile(rb"[\x20-\x7e]{1,40}")


@dataclass
class JpegStructure:
    """What stands in a JPEG file, without decoding its picture."""

    markers: list[str] = field(default_factory=list)
    """Names of the segments in order, with the application's own identifier."""

    tables: dict[int, Table] = field(default_factory=dict)
    """Quantisation tables by number."""

    width: int = 0
    """Columns of pixels by the frame header."""

    height: int = 0
    """Rows of pixels by the frame header."""

    components: tuple[str, ...] = ()
    """Sampling factors of each component, such as 2x2."""

    precision: int = 0
    """Bits of a sample."""

    is_progressive: bool = False
    """Whether the picture comes in several passes."""

    scans: int = 0
    """Number of scans."""

    huffman: list[bytes] = field(default_factory=list)
    """Huffman tables as they stand in the file."""

    restart_interval: int = 0
    """Blocks between restart markers; 0 when there are none."""

    comments: list[str] = field(default_factory=list)
    """Comments (COM), cut at 200 characters."""

    exif: Directories | None = None
    """Directories of the EXIF segment."""

    thumbnail: tuple[int, int] | None = None
    """Where the EXIF thumbnail stands in the file, and its bytes."""

    end: int | None = None
    """Where the picture ends (after EOI); None when it never does."""

    size: int = 0
    """Bytes of the file."""

    trailing: str = ""
    """What stands after the end, in a word; empty when nothing does."""

    frames: int = 0
    """Number of frame headers."""

    faults: list[str] = field(default_factory=list)
    """Sentences about what is broken."""

    def document(self) -> dict[str, Any]:
        """The structure as plain data."""
        tables = [self.tables[number] for number in sorted(self.tables)]
        return {
            "markers": self.markers[:300],
            "width": self.width,
            "height": self.height,
            "components": list(self.components),
            "bits": self.precision,
            "progressive": self.is_progressive,
            "scans": self.scans,
            "restart_interval": self.restart_interval,
            "quantisation_tables": {str(n): list(t) for n, t in sorted(self.tables.items())},
            "quantisation_digest": tables_digest(tables) if tables else None,
            "ijg_quality": standard_quality(tables),
            "huffman_digest": hashlib.sha256(b"".join(self.huffman)).hexdigest()[:16],
            "marker_digest": hashlib.sha256("|".join(self.markers).encode()).hexdigest()[:16],
            "comments": self.comments,
            "thumbnail": list(self.thumbnail) if self.thumbnail else None,
            "end": self.end,
            "trailing_bytes": self.size - self.end if self.end is not None else 0,
            "trailing": self.trailing,
            "faults": self.faults,
        }


def read_jpeg(data: Any) -> JpegStructure:
    """The structure of the JPEG in ``data``, which may be bytes or a memory map."""
    found = JpegStructure(size=len(data))
    if data[:2] != b"\xff\xd8":
        found.faults.append("It does not begin with the JPEG mark.")
        return found
    found.markers.append("SOI")
    at = 2
    while found.end is None and len(found.markers) < MAX_SEGMENTS:
        at = _segment(data, at, found)
        if at < 0:
            break
    if found.end is None:
        found.faults.append("The picture has no end mark: the file is cut off or broken.")
    elif found.end < found.size:
        found.trailing = _what_follows(data[found.end : found.end + 4096])
    if not found.frames:
        found.faults.append("There is no frame header.")
    elif not found.width or (not found.height and "DNL" not in found.markers):
        found.faults.append("The frame header gives the picture no size.")
    if not found.scans:
        found.faults.append("There is no picture data.")
    return found


def _segment(data: Any, at: int, found: JpegStructure) -> int:
    """Read what stands at ``at``; where the next segment stands, or -1."""
    if at + 2 > found.size or data[at] != 0xFF:
        match = _NEXT.search(data, at)
        if match is None:
            return -1
        found.faults.append(f"{match.start() - at} bytes stand between two segments.")
        at = match.start()
    while at < found.size and data[at] == 0xFF:
        at += 1
    if at >= found.size:
        return -1
    marker = data[at]
    at += 1
    if marker == 0xD9:
        found.markers.append("EOI")
        found.end = at
        return at
    if marker == 0xD8:
        found.markers.append("SOI")
        found.faults.append("A second beginning of a picture stands inside of the first.")
        return at
    if marker in _ALONE or marker == 0:
        return at
    if at + 2 > found.size:
        return -1
    (length,) = struct.unpack(">H", data[at : at + 2])
    if length < 2 or at + length > found.size:
        found.faults.append("A segment is longer than the file.")
        found.markers.append(_name(marker, b""))
        return -1
    body = data[at + 2 : at + length]
    found.markers.append(_name(marker, body))
    _take(marker, body, at + 2, found)
    at += length
    if marker != 0xDA:
        return at
    found.scans += 1
    following = _NEXT.search(data, at)
    return following.start() if following else -1


def _name(marker: int, body: bytes) -> str:
    fixed = {0xDB: "DQT", 0xC4: "DHT", 0xDA: "SOS", 0xDD: "DRI", 0xFE: "COM", 0xDC: "DNL"}
    if marker in fixed:
        return fixed[marker]
    if marker in _FRAMES:
        return f"SOF{marker - 0xC0}"
    if 0xE0 <= marker <= 0xEF:
        identifier = _IDENTIFIER.match(body)
        name = identifier[0].decode("ascii") if identifier else ""
        return f"APP{marker - 0xE0}" + (f" {name}" if name else "")
    return f"{marker:02X}"


def _take(marker: int, body: bytes, at: int, found: JpegStructure) -> None:
    if marker == 0xDB:
        _take_quantisation(body, found)
    elif marker == 0xC4:
        found.huffman.append(bytes(body))
    elif marker in _FRAMES:
        _take_frame(marker, body, found)
    elif marker == 0xDD and len(body) >= 2:
        (found.restart_interval,) = struct.unpack(">H", body[:2])
    elif marker == 0xFE and len(found.comments) < 20:
        found.comments.append(bytes(body[:200]).decode("utf-8", "replace").rstrip("\0"))
    elif marker == 0xE1 and body[:6] in (b"Exif\0\0", b"Exif\0\xff") and found.exif is None:
        tiff = bytes(body[6:])
        found.exif = read_directories(tiff)
        found.faults.extend(found.exif.faults)
        thumbnail = thumbnail_of(tiff, found.exif)
        if thumbnail:
            found.thumbnail = (at + 6 + thumbnail[0], thumbnail[1])
    elif marker == 0xE1 and body[: len(_XMP)] == _XMP and b"<!ENTITY" in bytes(body):
        found.faults.append("An XMP packet declares entities, which may grow without bounds.")


def _take_quantisation(body: bytes, found: JpegStructure) -> None:
    at = 0
    while at < len(body):
        precision, number = body[at] >> 4, body[at] & 15
        size = 128 if precision else 64
        values = body[at + 1 : at + 1 + size]
        if len(values) < size:
            found.faults.append("A quantisation table is cut off.")
            return
        numbers = struct.unpack(">64H" if precision else ">64B", values)
        found.tables[number] = natural(numbers)
        at += 1 + size


def _take_frame(marker: int, body: bytes, found: JpegStructure) -> None:
    found.frames += 1
    if len(body) < 6:
        found.faults.append("The frame header is cut off.")
        return
    if found.frames > 1:
        found.faults.append("There is a second frame header.")
        return
    found.precision, found.height, found.width, count = struct.unpack(">BHHB", body[:6])
    parts = [body[6 + 3 * n : 9 + 3 * n] for n in range(count)]
    found.components = tuple(f"{p[1] >> 4}x{p[1] & 15}" for p in parts if len(p) == 3)
    found.is_progressive = marker in _PROGRESSIVE


def _what_follows(tail: bytes) -> str:
    """What the bytes after the end are, in a word."""
    if not tail.strip(b"\0"):
        return "zeros"
    for mark, name in (
        (b"\xff\xd8\xff", "another JPEG"),
        (b"PK\x03\x04", "a ZIP archive"),
        (b"%PDF-", "a PDF"),
        (b"SEFH", "Samsung's own data"),
        (b"Rar!", "a RAR archive"),
        (b"<?xpacket", "XMP"),
    ):
        if tail.startswith(mark):
            return name
    if tail[4:8] == b"ftyp":
        return "a video"
    if b"\xff\xd8\xff" in tail[:256]:
        return "another JPEG after padding"
    return "other bytes"
