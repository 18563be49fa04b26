"""Marks of the rows of lists: whether a row is the one that was there, told only to who has the key.

A plain hash over a row's cells is no secret: who holds the database and guesses a name, a
day and a place can confirm the guess by hashing it. So what is stored of a row's content is
a BLAKE2b under a key derived from the first case key by HKDF with an info of its own.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bayyina.keys.salts import KEY_LENGTH

KEYED: Final = "keyed:"
"""What a keyed digest of a row begins with; one of before is 64 hex digits of SHA-256."""

_ID = b"bayyina id v1"
_ID_BYTES = 8
_ROW_BYTES = 29  # with the prefix, as long as the 64 digits of before
_INFO = b"bayyina/list-row-mark/v1"
_ROW = b"bayyina row v1"
_ASIDE = b"bayyina aside v1"
_CONTENT = b"bayyina cells v1"
_PLAIN = re.compile(r"[0-9a-f]{64}")


class RowMarks:
    """Makes the marks of one case."""

    __slots__ = ("_key",)

    def __init__(self, marks: bytes) -> None:
        """Derive from what keyed marks derive from (32 bytes): the first case key."""
        hkdf = HKDF(algorithm=SHA256(), length=KEY_LENGTH, salt=None, info=_INFO)
        self._key = hkdf.derive(marks)

    def of_row(self, cells: bytes, reading: str) -> str:
        """The digest of a row: of its ``cells`` (SHA-256) and of how they are read."""
        state = blake2b(cells, key=self._key, digest_size=_ROW_BYTES, person=_ROW)
        state.update(reading.encode())
        return KEYED + state.hexdigest()

    def of_aside(self, cells: bytes) -> str:
        """What a row kept aside is known by (32 hex digits)."""
        return blake2b(cells, key=self._key, digest_size=16, person=_ASIDE).hexdigest()

    def of_id(self, list_key: str) -> str:
        """What tells, to who has the key, that a row kept aside names a list's own id (16 digits)."""
        return blake2b(
            list_key.encode(), key=self._key, digest_size=_ID_BYTES, person=_ID
        ).hexdigest()

    @property
    def content_key(self) -> bytes:
        """The key (32 bytes) of ``mark_of_content``, which the reader of a list is given."""
        return blake2b(key=self._key, digest_size=KEY_LENGTH, person=_CONTENT).digest()


def mark_of_content(key: bytes, cells: bytes) -> str:
    """What stands for the id of a row whose list has no ids (24 hex digits after a ``k``)."""
    return "k" + blake2b(cells, key=key, digest_size=12, person=_CONTENT).hexdigest()


def is_plain(digest: str) -> bool:
    """Whether a row's digest is one of before, which anybody can make."""
    return _PLAIN.fullmatch(digest) is not None
