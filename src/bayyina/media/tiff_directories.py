"""Directories of TIFF files and of EXIF, read with bounds (TIFF 6.0, section 2)."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Final, NamedTuple

Bytes = bytes | memoryview

MAX_DIRECTORIES: Final = 64
MAX_PAGES: Final = 5_000
"""Directories of a whole file, whose pages may be many."""

MAX_ENTRIES: Final = 4_096
_SIZES: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_FORMS: Final = {1: "B", 3: "H", 4: "I", 13: "I"}

WIDTH, HEIGHT, THUMBNAIL_AT, THUMBNAIL_LENGTH = 0x100, 0x101, 0x201, 0x202


class Directory(NamedTuple):
    """One directory of entries."""

    offset: int
    """Where it stands, from the TIFF header."""

    numbers: Mapping[int, tuple[int, ...]]
    """Whole numbers by tag; at most 16 of each."""


class Directories(NamedTuple):
    """The chain of directories, and what is wrong with it."""

    chain: tuple[Directory, ...]
    """In the order of the chain."""

    faults: tuple[str, ...]
    """Sentences about what is broken."""


def read_directories(data: Bytes, most: int = MAX_DIRECTORIES) -> Directories:
    """The chain of directories of TIFF data; broken parts are left out and named."""
    if len(data) < 8 or bytes(data[:4]) not in (b"II*\0", b"MM\0*"):
        return Directories((), ("The TIFF header is not one.",))
    order = "<" if bytes(data[:2]) == b"II" else ">"
    (offset,) = struct.unpack_from(order + "I", data, 4)
    chain: list[Directory] = []
    seen: set[int] = set()
    faults: list[str] = []
    while offset:
        if offset in seen:
            faults.append("The chain of TIFF directories runs in a circle.")
            break
        if len(chain) >= most:
            faults.append(f"There are more than {most} TIFF directories.")
            break
        seen.add(offset)
        if offset + 2 > len(data):
            faults.append("A TIFF directory lies outside of the file.")
            break
        directory, offset = _directory(data, offset, order, faults)
        chain.append(directory)
    return Directories(tuple(chain), tuple(faults))


def _directory(data: Bytes, offset: int, order: str, faults: list[str]) -> tuple[Directory, int]:
    (count,) = struct.unpack_from(order + "H", data, offset)
    if count > MAX_ENTRIES:
        faults.append(f"A TIFF directory claims {count} entries.")
    numbers: dict[int, tuple[int, ...]] = {}
    at = offset + 2
    for _ in range(min(count, MAX_ENTRIES)):
        if at + 12 > len(data):
            faults.append("A TIFF directory is cut off.")
            return Directory(offset, numbers), 0
        tag, kind, length = struct.unpack_from(order + "HHI", data, at)
        values = _numbers(data, at, order, kind, length)
        if values is not None:
            numbers[tag] = values
        at += 12
    if at + 4 > len(data):
        return Directory(offset, numbers), 0
    (following,) = struct.unpack_from(order + "I", data, at)
    return Directory(offset, numbers), int(following)


def _numbers(data: Bytes, at: int, order: str, kind: int, length: int) -> tuple[int, ...] | None:
    form = _FORMS.get(kind)
    if form is None:
        return None
    taken = min(length, 16)
    place = at + 8
    if _SIZES[kind] * length > 4:
        (place,) = struct.unpack_from(order + "I", data, at + 8)
    if place + _SIZES[kind] * taken > len(data):
        return None
    return tuple(int(n) for n in struct.unpack_from(f"{order}{taken}{form}", data, place))


def directories_document(found: Directories) -> dict[str, object]:
    """The directories of a whole file as plain data: pages or previews, with their sizes."""
    sizes = [
        [one.numbers.get(WIDTH, (0,))[0], one.numbers.get(HEIGHT, (0,))[0]]
        for one in found.chain[:50]
    ]
    return {"directories": len(found.chain), "sizes": sizes, "faults": list(found.faults)}


def thumbnail_of(data: Bytes, directories: Directories) -> tuple[int, int] | None:
    """Where the JPEG thumbnail stands, from the TIFF header, and its length in bytes."""
    for directory in directories.chain[1:]:
        at = directory.numbers.get(THUMBNAIL_AT, (0,))[0]
        length = directory.numbers.get(THUMBNAIL_LENGTH, (0,))[0]
        if at and length and at + length <= len(data):
            return at, length
    return None
