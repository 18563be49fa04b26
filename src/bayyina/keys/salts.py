"""Salts of leaves: derived, never stored, gone when their key is destroyed.

``salt = BLAKE2b-256(key = record or batch key, data = "<kind>:<number>")`` in hex. A leaf
that is shown to somebody carries its salt; that gives away nothing about another leaf,
because the key stays unknown.
"""

from __future__ import annotations

from hashlib import blake2b

KEY_LENGTH = 32
"""Bytes of a record key, a batch key or a case key."""

_PAIR = b"bayyina pair v1"
"""BLAKE2b personalisation of ``pair_key`` (at most 16 bytes)."""


def salt(key: bytes, kind: str, number: int) -> str:
    """The salt (64 hex digits) of the row ``number`` of ``kind`` under ``key``."""
    return blake2b(b"%s:%d" % (kind.encode("ascii"), number), key=key, digest_size=32).hexdigest()


def pair_key(first: bytes, second: bytes) -> bytes:
    """The key under which a row about two records is salted.

    Without either record's key it cannot be made, so erasing one of the two records
    closes the row as well.
    """
    return blake2b(second, key=first, digest_size=KEY_LENGTH, person=_PAIR).digest()


class SaltSeries:
    """Salts of many rows of one kind under one key; equal to ``salt`` and quicker."""

    __slots__ = ("_begun",)

    def __init__(self, key: bytes, kind: str) -> None:
        self._begun = blake2b(kind.encode("ascii") + b":", key=key, digest_size=32)

    def salt(self, number: int) -> str:
        """The salt of the row ``number``."""
        state = self._begun.copy()
        state.update(b"%d" % number)
        return state.hexdigest()
