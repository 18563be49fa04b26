"""Copying a blob from one store to another, a piece at a time; wrapping its content key anew."""

from __future__ import annotations

import io
from typing import BinaryIO, Final, cast

from bayyina.vault.blob_format import HEADER, renewed_header
from bayyina.vault.blob_stores import BlobStore, missing
from bayyina.vault.item_keys import ItemKeys

PIECE: Final = 8 << 20
"""Bytes that are asked of the store in one call."""


class _BlobFile(io.RawIOBase):
    """A blob read like a file."""

    def __init__(self, store: BlobStore, address: str, head: bytes = b"") -> None:
        self._store, self._address, self._at = store, address, 0
        self._head = head

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes, and never more than a piece."""
        wanted = PIECE if size < 0 else min(size, PIECE)
        if self._at < len(self._head):
            data = self._head[self._at : self._at + wanted]
            self._at += len(data)
            return data
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


def renew_header(store: BlobStore, keys: ItemKeys) -> bool:
    """Wrap the content key of a blob under its item's secret; whether it was not yet.

    The blob is written anew beside itself and put in its place whole.

    Raises:
        BlobMissingError: the store does not hold it.
        BlobDamagedError: its header was changed.
        StorageError: the store refused.
    """
    if store.size(keys.address) is None:
        raise missing(keys.address, store.place)
    head = renewed_header(keys, store.read(keys.address, 0, HEADER))
    if head is None:
        return False
    store.put(keys.address, cast(BinaryIO, _BlobFile(store, keys.address, head)))
    return True
