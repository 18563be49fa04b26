"""Reading an item back: the whole of it, or any range, each chunk checked as it is opened."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from bayyina.vault.blob_format import (
    CHUNK,
    HEADER,
    SEALED_CHUNK,
    BlobDamagedError,
    ChunkOpener,
    content_size,
    open_header,
    sealed_size,
)
from bayyina.vault.blob_stores import BlobStore, missing
from bayyina.vault.item_keys import ItemKeys

CHUNKS_AT_A_TIME = 64
"""Chunks that are asked of the store in one call: 4 MiB of content."""


class _Sealed(threading.local):
    """Room for what is read: each thread's own, used again for every blob."""

    def __init__(self) -> None:
        self.room = bytearray()

    def of(self, size: int) -> memoryview:
        if len(self.room) < size:
            self.room = bytearray(size)
        return memoryview(self.room)[:size]


_sealed = _Sealed()


def item_parts(store: BlobStore, keys: ItemKeys, room: bytearray) -> Iterator[memoryview]:
    """The bytes of an item in parts that lie in a buffer and overwrite each other.

    The quick way through many items: one that fits is asked of the store in one call. Only the last
    part is shorter than the buffer, which holds a whole number of chunks; an item without bytes
    has one empty part.

    Raises:
        BlobMissingError: the store does not hold it.
        BlobDamagedError: it was changed, cut, or is that of another item.
        StorageError: the store cannot be read.
    """
    most = sealed_size(len(room))
    sealed = _sealed.of(most + 1)
    got = store.read_into(keys.address, 0, sealed)
    if got > most:
        yield from BlobReader(store, keys).parts_in(room)
        return
    size = content_size(got)
    opener = ChunkOpener(open_header(keys, bytes(sealed[:HEADER])), size, keys.address)
    yield memoryview(room)[: opener.open_into(sealed[HEADER:got], 0, room)]


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

    def parts_in(self, room: bytearray) -> Iterator[memoryview]:
        """The same in parts that lie in a buffer, as ``item_parts`` gives them."""
        count, step = -(-self.size // CHUNK) or 1, len(room) // CHUNK
        for first in range(0, count, step):
            yield self._chunks_in(first, min(step, count - first), room)

    def _chunks_in(self, first: int, count: int, room: bytearray) -> memoryview:
        start = HEADER + first * SEALED_CHUNK
        end = min(start + count * SEALED_CHUNK, sealed_size(self.size))
        sealed = _sealed.of(end - start)
        got = self._store.read_into(self._address, start, sealed)
        used = self._opener.open_into(sealed[:got], first, room)
        if used != min(count * CHUNK, self.size - first * CHUNK):
            raise BlobDamagedError(f"The blob {self._address} changed while it was read.")
        return memoryview(room)[:used]

    def _chunks(self, first: int, count: int) -> bytes:
        start = HEADER + first * SEALED_CHUNK
        sealed = self._store.read(self._address, start, count * SEALED_CHUNK)
        content = self._opener.open(sealed, first)
        if len(content) != min(count * CHUNK, self.size - first * CHUNK):
            raise BlobDamagedError(f"The blob {self._address} changed while it was read.")
        return content
