"""Boxes of ISO base media files: MP4, QuickTime, 3GP, HEIC (ISO/IEC 14496-12, section 4)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

MAX_BOXES: Final = 5_000
MAX_DEPTH: Final = 12
_CONTAINERS: Final = frozenset(
    {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"udta", b"edts", b"moof", b"traf", b"dinf"}
)
_EPOCH: Final = datetime(1904, 1, 1, tzinfo=UTC)
"""Times of these files are seconds since then (ISO/IEC 14496-12, 8.2.2)."""


@dataclass
class BoxStructure:
    """The boxes of a file."""

    order: list[str] = field(default_factory=list)
    """Names of the outermost boxes, in order."""

    brands: list[str] = field(default_factory=list)
    """Major brand, then the compatible ones."""

    handlers: list[str] = field(default_factory=list)
    """Kind of each track: vide, soun, ..."""

    created: str | None = None
    """Creation time of the film, UTC as the format has it; None when it is not set."""

    modified: str | None = None
    """Modification time of the film."""

    seconds: float | None = None
    """Length of the film."""

    boxes: int = 0
    """Boxes that were read."""

    faults: list[str] = field(default_factory=list)
    """Sentences about what is broken."""

    def document(self) -> dict[str, Any]:
        """The structure as plain data."""
        return {
            "boxes": self.order[:200],
            "brands": self.brands[:40],
            "tracks": self.handlers[:50],
            "created": self.created,
            "modified": self.modified,
            "seconds": self.seconds,
            "faults": self.faults[:50],
        }


def read_boxes(data: Any) -> BoxStructure:
    """The boxes of the file in ``data``, which may be bytes or a memory map."""
    found = BoxStructure()
    _walk(data, 0, len(data), 0, found)
    if found.boxes >= MAX_BOXES:
        found.faults.append(f"There are more than {MAX_BOXES} boxes; the rest is not read.")
    names = set(found.order)
    if not names & {"moov", "meta", "moof"}:
        found.faults.append("The box that describes the contents is missing.")
    if "moov" in names and not names & {"mdat", "moof", "idat"}:
        found.faults.append("The box with the contents themselves is missing.")
    return found


def _walk(data: Any, start: int, end: int, depth: int, found: BoxStructure) -> None:
    if depth > MAX_DEPTH:
        if not any("nested" in fault for fault in found.faults):
            found.faults.append(f"Boxes are nested more than {MAX_DEPTH} deep.")
        return
    at = start
    while at + 8 <= end and found.boxes < MAX_BOXES:
        size, name = struct.unpack(">I4s", data[at : at + 8])
        header = 8
        if size == 1 and at + 16 <= end:
            (size,) = struct.unpack(">Q", data[at + 8 : at + 16])
            header = 16
        elif size == 0:
            size = end - at
        found.boxes += 1
        shown = name.decode("latin-1")
        if depth == 0:
            found.order.append(shown)
        if size < header or at + size > end:
            found.faults.append(f"The box {shown!r} is longer than what holds it.")
            return
        _take(data, name, at + header, at + size, found)
        if name in _CONTAINERS:
            _walk(data, at + header, at + size, depth + 1, found)
        at += size
    if depth == 0 and at < end and found.boxes < MAX_BOXES:
        found.faults.append("Bytes stand after the last box.")


def _take(data: Any, name: bytes, start: int, end: int, found: BoxStructure) -> None:
    body = bytes(data[start : min(end, start + 256)])
    if name == b"ftyp" and len(body) >= 8:
        raw = [body[:4], *(body[at : at + 4] for at in range(8, len(body) - 3, 4))]
        found.brands = [brand.decode("latin-1") for brand in raw]
    elif name == b"hdlr" and len(body) >= 12:
        found.handlers.append(body[8:12].decode("latin-1"))
    elif name == b"mvhd" and len(body) >= 32:
        form = ">QQIQ" if body[0] == 1 else ">IIII"
        created, modified, scale, length = struct.unpack_from(form, body, 4)
        found.created, found.modified = _time(created), _time(modified)
        found.seconds = round(length / scale, 3) if scale else None


def _time(seconds: int) -> str | None:
    if not seconds or seconds > 0x2_0000_0000:
        return None
    return (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
