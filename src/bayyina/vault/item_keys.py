"""What the key of an item's record gives: an address, and the key that wraps the content key.

Both are derived by HKDF with an info of their own, so neither leads back to the record key
or to the other. When the record key is destroyed, nobody can tell any more which blob was
the item's, or open it. The address says nothing about the bytes: a plain hash as an address
would tell everybody who holds a known picture that it is here.
"""

from __future__ import annotations

import re
from hashlib import blake2b

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_LENGTH = 32
"""Bytes of every key here."""

_ADDRESS = b"bayyina/blob-address/v1"
_WRAP = b"bayyina/content-key-wrap/v1"
_DIGEST = b"bayyina/evidence-digest/v1"
_JOURNAL = b"bayyina/intake-journal/v1"
_FORM = re.compile(r"[0-9a-f]{64}")


class ItemKeys:
    """Address and wrapping key of one item."""

    __slots__ = ("_key", "address")

    address: str
    """Where its bytes are kept: 64 hex digits."""

    def __init__(self, record_key: bytes) -> None:
        """Derive them from the key of the item's record (32 bytes)."""
        self.address = _derived(record_key, _ADDRESS).hex()
        self._key = record_key

    def wrap(self) -> AESGCM:
        """The cipher that wraps the content key of this item."""
        return AESGCM(_derived(self._key, _WRAP))


class CaseMarks:
    """Keyed marks of one case: the same bytes give the same mark, and nobody else can make it."""

    __slots__ = ("_digest", "_journal")

    def __init__(self, case_key: bytes) -> None:
        """Derive the keys of the marks from the case key (32 bytes)."""
        self._digest = _derived(case_key, _DIGEST)
        self._journal = _derived(case_key, _JOURNAL)

    def of_digest(self, sha256: bytes) -> str:
        """The mark (64 hex digits) of bytes with this SHA-256."""
        return blake2b(sha256, key=self._digest, digest_size=32).hexdigest()

    def of_file(self, path: bytes, size: int, mtime_ns: int, inode: int) -> str:
        """The mark (32 hex digits) of a file as it lay there."""
        facts = b"%s\x00%d\x00%d\x00%d" % (path, size, mtime_ns, inode)
        return blake2b(facts, key=self._journal, digest_size=16).hexdigest()

    def of_line(self, mark: str, number: int) -> str:
        """The check (16 hex digits) of a journal's line, so that a changed one counts for nothing."""
        return blake2b(
            b"%s %d" % (mark.encode(), number), key=self._journal, digest_size=8
        ).hexdigest()


def is_address(text: str) -> bool:
    """Whether a text has the form of an address."""
    return _FORM.fullmatch(text) is not None


def _derived(key: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_LENGTH, salt=None, info=info).derive(key)
