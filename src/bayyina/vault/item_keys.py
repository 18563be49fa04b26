"""What the key of an item's record gives: an address, and the key that wraps the content key.

Both are derived by HKDF with an info of their own, so neither leads back to the record key
or to the other. Of an item with a secret of its own the wrapping key follows from the secret and
the record key together, so who has the record key alone finds the blob and cannot open it.
When the record key is destroyed, nobody can tell any more which blob was
the item's, or open it. The address says nothing about the bytes: a plain hash as an address
would tell everybody who holds a known picture that it is here.
"""

from __future__ import annotations

import re
from hashlib import blake2b

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bayyina.errors import KeyLockedError

KEY_LENGTH = 32
"""Bytes of every key here."""

_ADDRESS = b"bayyina/blob-address/v1"
_WRAP = b"bayyina/content-key-wrap/v1"
_WRAP_APART = b"bayyina/content-key-wrap/v2"
_DIGEST = b"bayyina/evidence-digest/v1"
_JOURNAL = b"bayyina/intake-journal/v1"
_FORM = re.compile(r"[0-9a-f]{64}")


class ItemKeys:
    """Address and wrapping key of one item."""

    __slots__ = ("_key", "_secret", "address", "is_closed")

    address: str
    """Where its bytes are kept: 64 hex digits."""

    is_closed: bool
    """Whether the item has a secret that is not at hand: its blob is found and does not open."""

    def __init__(
        self, record_key: bytes, secret: bytes | None = None, *, is_closed: bool = False
    ) -> None:
        """Derive them.

        Args:
            record_key: Key of the item's record (32 bytes).
            secret: Secret of the item (32 bytes); None for one that has none.
            is_closed: Whether it has one that is not at hand.
        """
        self.address = _derived(record_key, _ADDRESS).hex()
        self.is_closed = is_closed
        self._key, self._secret = record_key, secret

    def wrap(self) -> AESGCM:
        """The cipher that wraps the content key of this item.

        Raises:
            KeyLockedError: the item has a secret that is not at hand.
        """
        if self.is_closed:
            raise KeyLockedError(
                "The bytes of this item are open to those only who hold the evidence key.",
                hint="Somebody who holds it gives it to all whose roles read evidence: `bayyina keys "
                "rotate evidence-key --reason routine`.",
                code="no-evidence-key",
            )
        if self._secret is None:
            return AESGCM(_derived(self._key, _WRAP))
        return AESGCM(_derived(self._secret, _WRAP_APART, salt=self._key))

    def earlier(self) -> AESGCM | None:
        """The cipher of a header that was made before the item had a secret; None without one.

        Blobs in an older backup, and those whose headers are being wrapped anew, have such headers.
        """
        return None if self._secret is None else AESGCM(_derived(self._key, _WRAP))


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


def _derived(key: bytes, info: bytes, *, salt: bytes | None = None) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_LENGTH, salt=salt, info=info).derive(key)
