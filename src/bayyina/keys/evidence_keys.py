"""What opens the bytes of an item, wrapped under the evidence key, and where it stands.

A record's wrapped key has 60 bytes (``record_keys``). That of an item of evidence is longer:

====== ====== ==========================================================
offset length content
====== ====== ==========================================================
0      60     the record's key under the case key
60     1      state: 1 where the header of the blob is under the item's secret, 2 where it may
              be under the record's key still
61     12     nonce, random
73     48     the item's secret (32 bytes) under the evidence key, AES-256-GCM
====== ====== ==========================================================

Additional data: ``bayyina/evidence-secret/v1``, a newline, and the record's number in 8 bytes, big
endian. Wrapped keys stand in no leaf, so this is no part of what the log commits to.
"""

from __future__ import annotations

import os
from hashlib import blake2b
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bayyina.errors import CustodyError
from bayyina.keys.record_keys import NONCE_LENGTH, WRAPPED_LENGTH
from bayyina.keys.salts import KEY_LENGTH

APART: Final = 1
"""State: the blob's header is under the item's secret."""

PENDING: Final = 2
"""State: the blob's header may be under the record's key still."""

WITH_SECRET: Final = WRAPPED_LENGTH + 1 + NONCE_LENGTH + KEY_LENGTH + 16
"""Bytes of the wrapped key of a record whose item has a secret of its own."""

_ID_PERSON: Final = b"bayyina ekid v1"
_INFO: Final = b"bayyina/evidence-secret/v1\n"


class WrappedSecret(NamedTuple):
    """What stands behind the wrapped key of an item's record."""

    state: int
    """``APART`` or ``PENDING``."""

    wrapped: bytes
    """Nonce, ciphertext and tag (60 bytes)."""

    @property
    def stored(self) -> bytes:
        """The bytes that are put behind the record's wrapped key."""
        return bytes([self.state]) + self.wrapped


def evidence_key_id(key: bytes) -> str:
    """What an evidence key is known by (16 hex digits), without telling anything of it."""
    return blake2b(key, digest_size=8, person=_ID_PERSON).hexdigest()


def wrapped_secret(wrapped_key: bytes) -> WrappedSecret | None:
    """What stands behind a record's wrapped key; None where nothing does.

    Raises:
        CustodyError: it has no length that there is.
    """
    if len(wrapped_key) == WRAPPED_LENGTH:
        return None
    if len(wrapped_key) != WITH_SECRET:
        raise CustodyError("The wrapped key of an item of evidence was cut or lengthened.")
    return WrappedSecret(wrapped_key[WRAPPED_LENGTH], wrapped_key[WRAPPED_LENGTH + 1 :])


class EvidenceWrap:
    """Wraps and opens the secrets of items under one evidence key."""

    __slots__ = ("_cipher",)

    def __init__(self, evidence_key: bytes) -> None:
        """Use an evidence key (32 bytes)."""
        self._cipher = AESGCM(evidence_key)

    def wrap(self, number: int, secret: bytes) -> bytes:
        """The secret of the item whose record has this number, wrapped (60 bytes)."""
        nonce = os.urandom(NONCE_LENGTH)
        return nonce + self._cipher.encrypt(nonce, secret, _bound_to(number))

    def open(self, number: int, wrapped: bytes) -> bytes:
        """The secret of an item (32 bytes).

        Raises:
            CustodyError: it was changed, moved, or wrapped under another evidence key.
        """
        try:
            nonce, sealed = wrapped[:NONCE_LENGTH], wrapped[NONCE_LENGTH:]
            return self._cipher.decrypt(nonce, sealed, _bound_to(number))
        except (InvalidTag, ValueError) as error:
            raise CustodyError(
                f"The wrapped secret of item {number} does not open under this evidence key."
            ) from error


def _bound_to(number: int) -> bytes:
    return _INFO + number.to_bytes(8, "big")
