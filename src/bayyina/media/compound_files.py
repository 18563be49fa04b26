"""OLE compound files read by ourselves: streams by name (MS-CFB), with bounds against circles."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Final, NamedTuple

from bayyina.media.plain_data import DamagedFileError, FileLimitError

SIGNATURE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_SECTORS: Final = 1 << 20
MAX_STREAM: Final = 64 << 20
_LAST_REGULAR: Final = 0xFFFFFFFA
_STORAGE, _STREAM, _ROOT = 1, 2, 5


class Entry(NamedTuple):
    """A stream or storage."""

    kind: int
    """1 storage, 2 stream, 5 root."""

    start: int
    """First sector."""

    size: int
    """Bytes."""


class CompoundFile:
    """The streams of a compound file, held in memory."""

    def __init__(self, data: bytes) -> None:
        """Read the tables.

        Raises:
            DamagedFileError: it is no compound file, or its tables are broken.
        """
        if data[:8] != SIGNATURE or len(data) < 512:
            raise DamagedFileError("It is no compound file.")
        self.data = data
        shift, mini_shift = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise DamagedFileError("The compound file's sectors have no size that there is.")
        self.sector = 1 << shift
        (self.table_count, directory_start) = struct.unpack_from("<I I", data, 44)
        (self.cutoff, mini_start) = struct.unpack_from("<II", data, 56)
        self.table = self._allocation()
        self.entries = self._directory(self._chain(directory_start))
        root = next((e for e in self.entries.values() if e.kind == _ROOT), None)
        self.mini_table = self._numbers(self._chain(mini_start))
        self.mini_data = self._chain(root.start)[: root.size] if root else b""

    def _at(self, sector: int) -> bytes:
        return self.data[(sector + 1) * self.sector : (sector + 2) * self.sector]

    @staticmethod
    def _numbers(data: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])

    def _allocation(self) -> tuple[int, ...]:
        sectors = [n for n in self._numbers(self.data[76:512]) if n < _LAST_REGULAR]
        (following,) = struct.unpack_from("<I", self.data, 68)
        for _ in range(min(self.table_count, 4_096)):
            if following >= _LAST_REGULAR:
                break
            numbers = self._numbers(self._at(following))
            if not numbers:
                break
            sectors.extend(n for n in numbers[:-1] if n < _LAST_REGULAR)
            following = numbers[-1]
        return self._numbers(b"".join(self._at(n) for n in sectors[: MAX_SECTORS // 128]))

    def _chain(self, start: int) -> bytes:
        """The sectors of a chain, joined; a circle ends it."""
        parts: list[bytes] = []
        seen: set[int] = set()
        while start < _LAST_REGULAR and start < len(self.table):
            if start in seen:
                raise DamagedFileError("A chain of sectors runs in a circle.")
            if len(seen) * self.sector > MAX_STREAM:
                raise FileLimitError("A stream of the compound file is longer than is read.")
            seen.add(start)
            parts.append(self._at(start))
            start = self.table[start]
        return b"".join(parts)

    def _directory(self, data: bytes) -> Mapping[str, Entry]:
        """Entries by their whole path; siblings are a tree, walked without recursion."""
        raw = [data[at : at + 128] for at in range(0, len(data) - 127, 128)]
        entries: dict[str, Entry] = {}
        waiting = [(0, "")]
        seen: set[int] = set()
        while waiting:
            number, parent = waiting.pop()
            if number >= len(raw) or number in seen:
                continue
            seen.add(number)
            item = raw[number]
            length, kind = struct.unpack_from("<HB", item, 64)
            left, right, child = struct.unpack_from("<III", item, 68)
            start, size = struct.unpack_from("<IQ", item, 116)
            name = item[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            path = f"{parent}/{name}" if parent else name
            if kind in (_STORAGE, _STREAM, _ROOT):
                entries[path] = Entry(kind, start, size & 0xFFFFFFFF)
            waiting.extend(((left, parent), (right, parent)))
            if kind in (_STORAGE, _ROOT):
                waiting.append((child, "" if kind == _ROOT else path))
        return entries

    def names(self) -> list[str]:
        """Paths of the streams."""
        return [path for path, entry in self.entries.items() if entry.kind == _STREAM]

    def stream(self, path: str) -> bytes:
        """A stream's bytes.

        Raises:
            DamagedFileError: there is none, or its chain is broken.
        """
        entry = self.entries.get(path)
        if entry is None or entry.kind != _STREAM:
            raise DamagedFileError("The compound file lacks a stream.")
        if entry.size >= self.cutoff:
            return self._chain(entry.start)[: entry.size]
        parts, seen, at = [], set(), entry.start
        while at < len(self.mini_table) and at not in seen:
            seen.add(at)
            parts.append(self.mini_data[at * 64 : at * 64 + 64])
            at = self.mini_table[at]
        return b"".join(parts)[: entry.size]
