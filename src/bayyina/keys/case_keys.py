"""Case keys, wrapped to custodians: X25519, HKDF-SHA256, AES-256-GCM.

A wrapped case key, version 1, is 81 bytes:

``0x01 || ephemeral public key (32) || ciphertext (32) || tag (16)``

``secret = X25519(ephemeral private key, custodian's public key)``;
``key = HKDF-SHA256(secret, salt = ephemeral public || custodian's public,
info = "bayyina/case-key/v1", 32 bytes)``; the nonce is 12 zero bytes, since each key is
used once; the additional data are ``info || 0x0A || place``, where ``place`` says which
case key it is (the case's code or UUID, UTF-8).
"""

from __future__ import annotations

from hashlib import blake2b

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bayyina.errors import KeyLockedError
from bayyina.keys.salts import KEY_LENGTH

VERSION = 1
"""First byte of a wrapped case key."""

WRAPPED_LENGTH = 1 + 32 + KEY_LENGTH + 16
"""Bytes of a wrapped case key."""

ID_LENGTH = 8
"""Bytes of the id of a case key."""

_ID_PERSON = b"bayyina ckid v1"
_INFO = b"bayyina/case-key/v1"
_NONCE = bytes(12)


def case_key_id(case_key: bytes) -> str:
    """What a case key is known by (16 hex digits), without telling anything of it."""
    return blake2b(case_key, digest_size=ID_LENGTH, person=_ID_PERSON).hexdigest()


def wrap_case_key(
    case_key: bytes,
    custodian: bytes,
    *,
    place: str,
    ephemeral: X25519PrivateKey | None = None,
) -> bytes:
    """The case key, to be opened by one custodian only.

    Args:
        case_key: The 32 bytes to wrap: a case key, or another secret of that length.
        custodian: Raw X25519 public key of the custodian.
        place: Which secret it is; opening needs the same text.
        ephemeral: Only for published vectors; a fresh key otherwise.

    Raises:
        KeyLockedError: the custodian's public key cannot be used.
    """
    if len(case_key) != KEY_LENGTH:
        raise KeyLockedError(f"A case key has {KEY_LENGTH} bytes, this one has {len(case_key)}.")
    sender = ephemeral or X25519PrivateKey.generate()
    sender_public = sender.public_key().public_bytes_raw()
    cipher = _cipher(sender, custodian, sender_public + custodian)
    return bytes([VERSION]) + sender_public + cipher.encrypt(_NONCE, case_key, _bound_to(place))


def open_case_key(wrapped: bytes, custodian: X25519PrivateKey, *, place: str) -> bytes:
    """The case key that was wrapped to this custodian.

    Raises:
        KeyLockedError: it was wrapped to somebody else, for another place, or changed.
    """
    if len(wrapped) != WRAPPED_LENGTH or wrapped[0] != VERSION:
        raise KeyLockedError(
            "The wrapped case key is not of a version that this program knows.",
            hint="Open the workspace with a newer version of the program.",
        )
    sender, sealed = wrapped[1:33], wrapped[33:]
    own_public = custodian.public_key().public_bytes_raw()
    cipher = _cipher(custodian, sender, sender + own_public)
    try:
        return cipher.decrypt(_NONCE, sealed, _bound_to(place))
    except InvalidTag as error:
        raise KeyLockedError(
            f"The case key of {place!r} was not wrapped to this person's key, or was changed.",
            hint="Ask a custodian of the case to wrap its key to you again.",
        ) from error


def _cipher(own: X25519PrivateKey, other: bytes, salt: bytes) -> AESGCM:
    try:
        secret = own.exchange(X25519PublicKey.from_public_bytes(other))
    except ValueError as error:
        raise KeyLockedError("A public key is not a usable X25519 key.") from error
    return AESGCM(HKDF(SHA256(), length=32, salt=salt, info=_INFO).derive(secret))


def _bound_to(place: str) -> bytes:
    return _INFO + b"\n" + place.encode("utf-8")
