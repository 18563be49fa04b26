"""Fixity of one stored item: whether its bytes are those that were taken in.

The blob is opened with the item's keys and every byte of its content is hashed, so a pass
says that the content is what it was, not merely that a file has not changed since.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from typing import Final, NamedTuple

from bayyina.errors import StorageError
from bayyina.vault.blob_format import FIXED, BlobDamagedError, sealed_size
from bayyina.vault.blob_reading import item_parts
from bayyina.vault.blob_stores import BlobMissingError, BlobStore
from bayyina.vault.item_keys import ItemKeys

_ROOM: Final = 1 << 20

HOLDS: Final = "holds"
"""The bytes are those that were taken in."""

MISSING: Final = "missing"
"""There is no blob."""

DAMAGED: Final = "damaged"
"""The blob was changed, cut, lengthened, or is that of another item."""

OTHER_BYTES: Final = "other-bytes"
"""The blob opens, and its content has another digest than the record states."""

UNREADABLE: Final = "unreadable"
"""The store cannot read it."""


class FixityOutcome(NamedTuple):
    """What a check of one item gave."""

    state: str
    """``holds``, ``missing``, ``damaged``, ``other-bytes`` or ``unreadable``."""

    detail: str
    """One sentence; empty where it holds."""

    size: int
    """Bytes of content that were hashed."""


class _Own(threading.local):
    """Room for content: each thread's own, used again for every item."""

    def __init__(self) -> None:
        self.room = bytearray(_ROOM)


_own = _Own()


def check_item(
    store: BlobStore, keys: ItemKeys, sha256: str, pace: Callable[[int], None]
) -> FixityOutcome:
    """Re-read one item.

    Args:
        store: Where its blob should be.
        keys: The item's keys.
        sha256: The digest (hex) of the bytes that were taken in.
        pace: Told how many bytes were read; may wait, so that a rate is kept to.
    """
    hashed, done = hashlib.sha256(), 0
    try:
        for part in item_parts(store, keys, _own.room):
            hashed.update(part)
            done += len(part)
            pace(len(part))
    except BlobMissingError as error:
        return FixityOutcome(MISSING, error.message, done)
    except BlobDamagedError as error:
        return FixityOutcome(DAMAGED, error.message, done)
    except StorageError as error:
        return FixityOutcome(UNREADABLE, error.message, done)
    if hashed.hexdigest() != sha256:
        return FixityOutcome(
            OTHER_BYTES, "The stored bytes have another SHA-256 than the record states.", done
        )
    return FixityOutcome(HOLDS, "", done)


def check_stored(store: BlobStore, keys: ItemKeys, size: int) -> FixityOutcome:
    """Look at a blob that cannot be opened: whether it is there, as long as it was, and begins as one.

    Args:
        store: Where it should be.
        keys: The item's keys; only the address is used.
        size: Bytes of the item that were taken in.
    """
    try:
        stored = store.size(keys.address)
        if stored is None:
            return FixityOutcome(MISSING, f"The blob {keys.address} is not there.", 0)
        if stored != sealed_size(size):
            detail = (
                f"The blob {keys.address} has {stored} bytes and should have {sealed_size(size)}."
            )
            return FixityOutcome(DAMAGED, detail, 0)
        if store.read(keys.address, 0, len(FIXED)) != FIXED:
            return FixityOutcome(DAMAGED, f"The blob {keys.address} does not begin as one.", 0)
    except BlobMissingError as error:
        return FixityOutcome(MISSING, error.message, 0)
    except StorageError as error:
        return FixityOutcome(UNREADABLE, error.message, 0)
    return FixityOutcome(HOLDS, "", 0)
