"""Copying a blob from one store to another, as it is, a piece at a time."""

from __future__ import annotations

import io
from typing import BinaryIO, Final, cast

from bayyina.vault.blob_stores import BlobStore

PIECE: Final = 8 << 20
"""Bytes that are asked of the store in one call."""


class _BlobFile(io.RawIOBase):
    """A blob read like a file."""

    def __init__(self, store: BlobStore, address: str) -> None:
        self._store, self._address, self._at = store, address, 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes, and never more than a piece."""
        wanted = PIECE if size < 0 else min(size, PIECE)
        data = self._store.read(self._address, self._at, wanted)
        self._at += len(data)
        return data


def copy_blob(address: str, source: BlobStore, target: BlobStore) -> None:
    """Store a blob of ``source`` in ``target`` under the same address.

    Raises:
        BlobMissingError: ``source`` does not hold it.
        StorageError: one of the two refused.
    """
    target.put(address, cast(BinaryIO, _BlobFile(source, address)))
