"""Record keys and batch keys: 32 random bytes each, wrapped under the case key.

A wrapped key is ``nonce (12) || AES-256-GCM ciphertext (32) || tag (16)``: 60 bytes. The
additional data ties it to its place: the record number as 8 bytes (big endian), or
``"batch"`` and the 16 bytes of the batch's UUID. A wrapped key that was moved to another
record does not open.
"""

from __future__ import annotations

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bayyina.errors import CustodyError
from bayyina.keys.salts import KEY_LENGTH

NONCE_LENGTH = 12
"""Bytes of an AES-GCM nonce."""

WRAPPED_LENGTH = NONCE_LENGTH + KEY_LENGTH + 16
"""Bytes of a wrapped record or batch key."""


def new_key() -> bytes:
    """A fresh record key, batch key or case key."""
    return os.urandom(KEY_LENGTH)


class KeyWrap:
    """Wraps and opens record and batch keys under one case key.

    Nonces are random: up to 2**32 keys may be wrapped under one case key.
    """

    __slots__ = ("_cipher",)

    def __init__(self, case_key: bytes) -> None:
        if len(case_key) != KEY_LENGTH:
            raise CustodyError(f"A case key has {KEY_LENGTH} bytes, this one has {len(case_key)}.")
        self._cipher = AESGCM(case_key)

    def wrap_record(self, number: int, key: bytes, *, nonce: bytes | None = None) -> bytes:
        """The key of the record ``number``, wrapped; ``nonce`` only for published vectors."""
        return self._wrap(key, _record_place(number), nonce)

    def wrap_batch(self, batch: UUID, key: bytes, *, nonce: bytes | None = None) -> bytes:
        """The key of ``batch``, wrapped; ``nonce`` only for published vectors."""
        return self._wrap(key, _batch_place(batch), nonce)

    def open_record(self, number: int, wrapped: bytes) -> bytes:
        """The key of the record ``number``; what stands behind it (``evidence_keys``) is not read.

        Raises:
            CustodyError: it was changed, moved, or wrapped under another case key.
        """
        try:
            return self._cipher.decrypt(
                wrapped[:NONCE_LENGTH],
                wrapped[NONCE_LENGTH:WRAPPED_LENGTH],
                _record_place(number),
            )
        except (InvalidTag, ValueError) as error:
            raise CustodyError(
                f"The wrapped key of record {number} does not open under this case key."
            ) from error

    def open_batch(self, batch: UUID, wrapped: bytes) -> bytes:
        """The key of ``batch``.

        Raises:
            CustodyError: it was changed, moved, or wrapped under another case key.
        """
        try:
            return self._cipher.decrypt(
                wrapped[:NONCE_LENGTH], wrapped[NONCE_LENGTH:], _batch_place(batch)
            )
        except (InvalidTag, ValueError) as error:
            raise CustodyError(
                f"The wrapped key of batch {batch} does not open under this case key."
            ) from error

    def _wrap(self, key: bytes, place: bytes, nonce: bytes | None) -> bytes:
        if len(key) != KEY_LENGTH:
            raise CustodyError(f"A key to wrap has {KEY_LENGTH} bytes, this one has {len(key)}.")
        chosen = os.urandom(NONCE_LENGTH) if nonce is None else nonce
        return chosen + self._cipher.encrypt(chosen, key, place)


def _record_place(number: int) -> bytes:
    return number.to_bytes(8, "big")


def _batch_place(batch: UUID) -> bytes:
    return b"batch" + batch.bytes
