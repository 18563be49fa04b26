"""Which characters our fonts can draw, read from the fonts' own ``cmap`` tables.

Formats 4 and 12 of the OpenType specification (section "cmap") are read; they are the two that
fonts with Unicode tables hold today.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import cache

from bayyina.errors import FileUnreadableError
from bayyina.typeset.fonts import font_files


@cache
def covered_characters() -> frozenset[int]:
    """Code points that at least one of our fonts draws."""
    return frozenset(
        point for path in font_files() for point in read_cmap(path.read_bytes(), path.name)
    )


def is_covered(character: str) -> bool:
    """Whether one of our fonts draws the character."""
    return ord(character) in covered_characters()


def read_cmap(font: bytes, name: str = "font") -> frozenset[int]:
    """The code points of one font file.

    Raises:
        FileUnreadableError: the bytes are not an OpenType font.
    """
    try:
        start = _table_offset(font, b"cmap")
        (count,) = struct.unpack_from(">H", font, start + 2)
        points: set[int] = set()
        for index in range(count):
            (offset,) = struct.unpack_from(">I", font, start + 4 + 8 * index + 4)
            points.update(_subtable(font, start + offset))
    except (struct.error, StopIteration) as error:
        raise FileUnreadableError(
            f"The font file {name} is damaged.", hint="Install the font packages again."
        ) from error
    return frozenset(points)


def _table_offset(font: bytes, tag: bytes) -> int:
    (count,) = struct.unpack_from(">H", font, 4)
    records = (struct.unpack_from(">4sIII", font, 12 + 16 * index) for index in range(count))
    return int(next(record[2] for record in records if record[0] == tag))


def _subtable(font: bytes, start: int) -> Iterator[int]:
    (kind,) = struct.unpack_from(">H", font, start)
    if kind == 4:
        yield from _format_4(font, start)
    elif kind == 12:
        (groups,) = struct.unpack_from(">I", font, start + 12)
        for index in range(groups):
            first, last, glyph = struct.unpack_from(">III", font, start + 16 + 12 * index)
            yield from range(first if glyph else first + 1, last + 1)


def _format_4(font: bytes, start: int) -> Iterator[int]:
    (doubled,) = struct.unpack_from(">H", font, start + 6)
    segments = f">{doubled // 2}H"
    ends = struct.unpack_from(segments, font, start + 14)
    starts = struct.unpack_from(segments, font, start + 16 + doubled)
    deltas = struct.unpack_from(segments, font, start + 16 + 2 * doubled)
    table = start + 16 + 3 * doubled
    offsets = struct.unpack_from(segments, font, table)
    for index, (first, last) in enumerate(zip(starts, ends, strict=True)):
        for point in range(first, last + 1):
            if offsets[index]:
                place = table + 2 * index + offsets[index] + 2 * (point - first)
                (glyph,) = struct.unpack_from(">H", font, place) if point != 0xFFFF else (0,)
            else:
                glyph = (point + deltas[index]) & 0xFFFF
            if glyph and point != 0xFFFF:
                yield point
