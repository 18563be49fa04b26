"""Reading an item back: the whole of it, or any range, each chunk checked as it is opened."""

from __future__ import annotations

from collections.abc import Iterator

from bayyina.vault.blob_format import (
    CHUNK,
    HEADER,
    SEALED_CHUNK,
    BlobDamagedError,
    ChunkOpener,
    content_size,
    open_header,
)
from bayyina.vault.blob_stores import BlobStore, missing
from bayyina.vault.item_keys import ItemKeys

CHUNKS_AT_A_TIME = 64
"""Chunks that are asked of the store in one call: 4 MiB of content."""


class BlobReader:
    """The bytes of one item, opened chunk by chunk."""

    def __init__(self, store: BlobStore, keys: ItemKeys) -> None:
        """Read the header of an item's blob.

        Raises:
            BlobMissingError: the store does not hold it.
            BlobDamagedError: it was changed, cut, or is that of another item.
            StorageError: the store cannot be read.
        """
        sealed = store.size(keys.address)
        if sealed is None:
            raise missing(keys.address, store.place)
        self.size = content_size(sealed)
        """Bytes of the item."""
        content_key = open_header(keys, store.read(keys.address, 0, HEADER))
        self._store, self._address = store, keys.address
        self._opener = ChunkOpener(content_key, self.size, keys.address)

    def read(self, start: int, length: int) -> bytes:
        """At most ``length`` bytes of the item from ``start`` on; only their chunks are opened.

        Raises:
            BlobDamagedError: a chunk of that range was changed.
        """
        end = min(start + length, self.size)
        if start < 0 or start >= end:
            return b""
        first, last = start // CHUNK, (end - 1) // CHUNK
        content = self._chunks(first, last - first + 1)
        return content[start - first * CHUNK : end - first * CHUNK]

    def parts(self) -> Iterator[bytes]:
        """The whole item in order, at most 4 MiB at a time; raises ``BlobDamagedError``."""
        count = -(-self.size // CHUNK) or 1
        for first in range(0, count, CHUNKS_AT_A_TIME):
            yield self._chunks(first, min(CHUNKS_AT_A_TIME, count - first))

    def _chunks(self, first: int, count: int) -> bytes:
        start = HEADER + first * SEALED_CHUNK
        sealed = self._store.read(self._address, start, count * SEALED_CHUNK)
        content = self._opener.open(sealed, first)
        if len(content) != min(count * CHUNK, self.size - first * CHUNK):
            raise BlobDamagedError(f"The blob {self._address} changed while it was read.")
        return content
