"""Blobs in memory: for tests, and as the plainest reading of what a store promises."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from bayyina.vault.blob_stores import StoredBlob, missing


class MemoryStore:
    """Keeps blobs until the process ends."""

    def __init__(self) -> None:
        self._blobs: dict[str, bytes] = {}

    @property
    def place(self) -> str:
        """Where it is, for a person."""
        return "memory"

    def put(self, address: str, source: BinaryIO) -> None:
        """Store all bytes that ``source`` gives."""
        self._blobs[address] = source.read()

    def adopt(self, files: Sequence[tuple[str, Path]]) -> None:
        """Take files over."""
        for address, path in files:
            self._blobs[address] = path.read_bytes()
            path.unlink()

    def read(self, address: str, start: int = 0, length: int | None = None) -> bytes:
        """Bytes from ``start`` on; raises ``BlobMissingError``."""
        if address not in self._blobs:
            raise missing(address, self.place)
        return self._blobs[address][start : None if length is None else start + length]

    def read_into(self, address: str, start: int, into: memoryview) -> int:
        """Fill a buffer from ``start`` on; raises ``BlobMissingError``."""
        found = self.read(address, start, len(into))
        into[: len(found)] = found
        return len(found)

    def size(self, address: str) -> int | None:
        """Length of a blob, or None."""
        found = self._blobs.get(address)
        return None if found is None else len(found)

    def list(self) -> Iterator[StoredBlob]:
        """Everything that is kept, in order of address."""
        for address in sorted(self._blobs):
            yield StoredBlob(address, len(self._blobs[address]))

    def delete(self, address: str) -> None:
        """Remove a blob."""
        self._blobs.pop(address, None)
