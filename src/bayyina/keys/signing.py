"""Signing with a purpose: a signature made for one thing is worth nothing for another.

What is signed is ``"bayyina/" purpose "/v1" 0x0A body``. A checkpoint's text begins with
its origin and a decimal size, so no text of one purpose can be read as another.
"""

from __future__ import annotations

import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bayyina.errors import CustodyError

DETERMINATION = "determination"
"""Purpose of a signed determination."""

ERASURE = "erasure"
"""Purpose of a signed erasure."""

PUBLICATION = "publication"
"""Purpose of a signature that releases a report."""

HOLD = "legal-hold"
"""Purpose of a signature that places or lifts a legal hold."""

RECOVERY = "recovery"
"""Purpose of a signature under the use of recovery shares."""

OUTSIDE = "outside-decision"
"""Purpose of a decision that was signed outside the workspace, and of the request for one."""

_PURPOSE = re.compile(r"[a-z][a-z-]*")


def sign(key: Ed25519PrivateKey, purpose: str, body: bytes) -> bytes:
    """The Ed25519 signature (64 bytes) over ``body`` for ``purpose``."""
    return key.sign(signed_bytes(purpose, body))


def is_signed(public: bytes, purpose: str, body: bytes, signature: bytes) -> bool:
    """Whether ``signature`` was made over ``body`` for ``purpose`` by the key ``public``."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, signed_bytes(purpose, body))
    except (InvalidSignature, ValueError):
        return False
    return True


def signed_bytes(purpose: str, body: bytes) -> bytes:
    """The bytes that are signed."""
    if not _PURPOSE.fullmatch(purpose):
        raise CustodyError(f"{purpose!r} is not the name of a purpose: small letters and hyphens.")
    return b"bayyina/" + purpose.encode("ascii") + b"/v1\n" + body
