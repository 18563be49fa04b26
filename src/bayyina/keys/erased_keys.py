"""Marks of erased records: what a list's own id turns into, so that it can be known again.

A list names an erased record in its next release as well. To leave that row out, the
workspace must know its id again without holding it. The mark is keyed: only somebody who
has the case key, and the list, can tell which row was meant.
"""

from __future__ import annotations

from hashlib import blake2b

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bayyina.keys.salts import KEY_LENGTH

ERASED = "erased:"
"""What every mark begins with."""

_INFO = b"bayyina/erased-list-key/v1"


class ErasedKeyMarker:
    """Makes the marks of one case."""

    __slots__ = ("_key",)

    def __init__(self, case_key: bytes) -> None:
        hkdf = HKDF(algorithm=SHA256(), length=KEY_LENGTH, salt=None, info=_INFO)
        self._key = hkdf.derive(case_key)

    def mark(self, list_key: str, within: str = "") -> str:
        """The mark of ``list_key``; ``within`` is the mark of its list, if it is of one."""
        state = blake2b(within.encode() + b"\n", key=self._key, digest_size=32)
        state.update(list_key.encode())
        return ERASED + state.hexdigest()

    def mark_in_list(self, list_key: str, source_key: str) -> str:
        """The mark of an id in the list whose Source has ``source_key``, itself erased or not."""
        if source_key.startswith(ERASED):
            return self.mark(list_key, source_key)
        return self.mark(list_key, self.mark(source_key))
