"""The structure of a PNG file: chunks in order, their checksums, the picture data's length.

After the PNG specification (W3C, third edition), sections 5 and 11. Common decoders load a
picture although a checksum does not fit; so the checksums are computed here.
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass, field
from typing import Any, Final

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
MAX_CHUNKS: Final = 20_000
MAX_INFLATED: Final = 512 << 20
"""Bytes of picture data that are inflated to see whether they are whole."""

_DEPTHS: Final = {0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}
_CHANNELS: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_NAME: Final = re.compile(rb"[A-Za-z]{4}")
_PASSES: Final = (
    (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2),
)  # fmt: skip
"""Adam7: first column, first row, step of columns, step of rows of each pass."""


@dataclass
class PngStructure:
    """What stands in a PNG file."""

    chunks: list[str] = field(default_factory=list)
    """Names of the chunks in order; a run of one name is written once with its count."""

    width: int = 0
    """Columns of pixels."""

    height: int = 0
    """Rows of pixels."""

    depth: int = 0
    """Bits of a sample."""

    colour: int = -1
    """Colour type: 0 grey, 2 colours, 3 palette, 4 grey with alpha, 6 colours with alpha."""

    is_interlaced: bool = False
    """Whether the picture comes in seven passes."""

    bad_checksums: list[str] = field(default_factory=list)
    """Names of the chunks whose checksum does not fit."""

    trailing: int = 0
    """Bytes after the last chunk."""

    limit: str = ""
    """What was met that is beyond the limits of reading; empty when nothing was."""

    faults: list[str] = field(default_factory=list)
    """Sentences about what is broken."""

    def document(self) -> dict[str, Any]:
        """The structure as plain data."""
        return {
            "chunks": self.chunks[:300],
            "width": self.width,
            "height": self.height,
            "bits": self.depth,
            "colour_type": self.colour,
            "interlaced": self.is_interlaced,
            "bad_checksums": self.bad_checksums[:50],
            "trailing_bytes": self.trailing,
            "faults": self.faults[:50],
            "limit": self.limit,
        }


class _Inflating:
    """The picture data, inflated only to be counted."""

    def __init__(self) -> None:
        self.stream = zlib.decompressobj()
        self.size = 0
        self.fault = ""

    def take(self, data: bytes) -> None:
        if self.fault or self.stream.eof:
            return
        try:
            while data and self.size <= MAX_INFLATED:
                self.size += len(self.stream.decompress(data, 1 << 20))
                data = self.stream.unconsumed_tail
        except zlib.error:
            self.fault = "The picture data cannot be inflated."


def read_png(data: Any) -> PngStructure:
    """The structure of the PNG in ``data``, which may be bytes or a memory map."""
    found = PngStructure()
    if data[:8] != SIGNATURE:
        found.faults.append("It does not begin with the PNG mark: perhaps sent as text.")
    inflating = _Inflating()
    names: list[str] = []
    at = 8
    while at + 12 <= len(data) and len(names) < MAX_CHUNKS:
        (length,) = struct.unpack(">I", data[at : at + 4])
        name = bytes(data[at + 4 : at + 8])
        if not _NAME.fullmatch(name) or length > 0x7FFFFFFF or at + 12 + length > len(data):
            found.faults.append("A chunk is broken or cut off.")
            break
        names.append(name.decode("ascii"))
        _take(data, at, length, names, found, inflating)
        at += 12 + length
        if name == b"IEND":
            break
    if len(names) >= MAX_CHUNKS:
        found.limit = f"There are more than {MAX_CHUNKS} chunks; the rest is not read."
        found.chunks = _runs(names)
        return found
    found.trailing = max(0, len(data) - at) if names[-1:] == ["IEND"] else 0
    found.chunks = _runs(names)
    _judge(names, found, inflating)
    return found


def _take(
    data: Any, at: int, length: int, names: list[str], found: PngStructure, inflating: _Inflating
) -> None:
    body = bytes(data[at + 8 : at + 8 + length])
    (checksum,) = struct.unpack(">I", data[at + 8 + length : at + 12 + length])
    if zlib.crc32(body, zlib.crc32(data[at + 4 : at + 8])) != checksum:
        found.bad_checksums.append(names[-1])
    if names[-1] == "IHDR" and len(names) == 1 and length == 13:
        found.width, found.height, found.depth, found.colour, *_, interlace = struct.unpack(
            ">IIBBBBB", body
        )
        found.is_interlaced = interlace == 1
    elif names[-1] == "IDAT":
        inflating.take(body)


def _judge(names: list[str], found: PngStructure, inflating: _Inflating) -> None:
    if found.bad_checksums:
        which = ", ".join(sorted(set(found.bad_checksums)))
        found.faults.append(f"The checksum of these chunks does not fit: {which}.")
    if names[:1] != ["IHDR"]:
        found.faults.append("It does not begin with its header.")
    elif found.depth not in _DEPTHS.get(found.colour, set()):
        found.faults.append(
            f"Colour type {found.colour} with {found.depth} bits is not in the specification."
        )
    elif not found.width or not found.height:
        found.faults.append("The header gives the picture no size.")
    if "IDAT" not in names:
        found.faults.append("There is no picture data.")
    if names[-1:] != ["IEND"]:
        found.faults.append("There is no end mark: the file is cut off or broken.")
    if inflating.fault:
        found.faults.append(inflating.fault)
    elif not found.faults:
        expected = _expected(found)
        if inflating.size < min(expected, MAX_INFLATED):
            found.faults.append("The picture data is shorter than the header says.")
        elif inflating.size > expected:
            found.faults.append("The picture data is longer than the header says.")


def _expected(found: PngStructure) -> int:
    """Bytes of picture data by the header, filter bytes included."""
    bits = _CHANNELS[found.colour] * found.depth

    def size(width: int, height: int) -> int:
        return height * (1 + (width * bits + 7) // 8) if width and height else 0

    if not found.is_interlaced:
        return size(found.width, found.height)
    return sum(
        size(-(-(found.width - x) // dx), -(-(found.height - y) // dy))
        for x, y, dx, dy in _PASSES
        if found.width > x and found.height > y
    )


def _runs(names: list[str]) -> list[str]:
    runs: list[list[Any]] = []
    for name in names:
        if runs and runs[-1][0] == name:
            runs[-1][1] += 1
        else:
            runs.append([name, 1])
    return [name if count == 1 else f"{name} x{count}" for name, count in runs]
