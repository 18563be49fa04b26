"""The encrypted form of an item's bytes: a header of 72 bytes, then sealed chunks.

The chunks are the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizar: "Online
Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", CRYPTO 2015, section 7; the
same that age and Tink use) over AES-256-GCM: every chunk but the last holds 65,536 bytes of
content, and the nonce of chunk ``i`` is ``i`` in 11 bytes, big endian, and one byte that is 1
for the last chunk and 0 for every other. So a chunk that was changed, moved, repeated, left
out, or cut off at the end is noticed when it is opened. The content key is random and serves
for one item only, which is why a counter can be the nonce.

====== ====== ==========================================================
offset length content
====== ====== ==========================================================
0      8      ``BAYBLOB`` and a zero byte
8      1      version, 1
9      1      binary logarithm of the chunk's length, 16
10     2      zero
12     12     nonce under which the content key is wrapped, random
24     48     the content key, AES-256-GCM under the item's wrapping key: ciphertext (32), tag (16)
72     ...    chunks: ciphertext, then a tag of 16 bytes
====== ====== ==========================================================

Additional data of the wrapped content key: ``bayyina/content-key/v1``, a newline, the first 12
bytes of the header and the 32 bytes of the address, so that a blob that was put in the place
of another one does not open. Additional data of each chunk: the first 12 bytes of the header.
An item without bytes has one empty chunk; no other item has an empty chunk.
"""

from __future__ import annotations

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bayyina.errors import CustodyError
from bayyina.vault.item_keys import KEY_LENGTH, ItemKeys

CHUNK: Final = 1 << 16
"""Bytes of content in every chunk but the last."""

TAG: Final = 16
"""Bytes by which a sealed chunk is longer."""

SEALED_CHUNK: Final = CHUNK + TAG
"""Bytes of a sealed chunk that is not the last."""

FIXED: Final = b"BAYBLOB\x00\x01\x10\x00\x00"
"""The first 12 bytes of every header of version 1."""

HEADER: Final = len(FIXED) + 12 + KEY_LENGTH + TAG
"""Bytes of the header, 72."""

_NONCE = 12
_WRAP_INFO = b"bayyina/content-key/v1\n"


class BlobDamagedError(CustodyError):
    """Stored bytes are not those that were stored."""

    code = "blob-damaged"


def sealed_size(size: int) -> int:
    """Bytes of the blob of an item of ``size`` bytes."""
    return HEADER + size + TAG * chunk_count(size)


def chunk_count(size: int) -> int:
    """Chunks of an item of ``size`` bytes: at least one."""
    return max(1, -(-size // CHUNK))


def content_size(sealed: int) -> int:
    """Bytes of the item whose blob has ``sealed`` bytes.

    Raises:
        BlobDamagedError: no blob has that many.
    """
    body = sealed - HEADER
    chunks = -(-body // SEALED_CHUNK)
    size = body - TAG * chunks
    if body < TAG or size < 0 or sealed_size(size) != sealed:
        raise BlobDamagedError(f"No blob has {sealed} bytes; it was cut or lengthened.")
    return size


def make_header(keys: ItemKeys, content_key: bytes, *, nonce: bytes | None = None) -> bytes:
    """The header of an item's blob; ``nonce`` (12 bytes) only for published vectors."""
    chosen = os.urandom(_NONCE) if nonce is None else nonce
    return FIXED + chosen + keys.wrap().encrypt(chosen, content_key, _bound_to(keys.address))


def open_header(keys: ItemKeys, header: bytes) -> bytes:
    """The content key (32 bytes) that a header holds.

    Raises:
        BlobDamagedError: it is not a header, was changed, or is that of another item.
        KeyLockedError: the item has a secret that is not at hand.
    """
    if len(header) < HEADER or header[: len(FIXED)] != FIXED:
        raise BlobDamagedError(f"The blob {keys.address} does not begin as one.")
    for cipher in filter(None, (keys.wrap(), keys.earlier())):
        if (found := _unwrapped(cipher, keys, header)) is not None:
            return found
    raise BlobDamagedError(
        f"The blob {keys.address} is not of its item, or its header was changed."
    )


def renewed_header(keys: ItemKeys, header: bytes) -> bytes | None:
    """The header with its content key wrapped under the item's secret; None where it is already.

    Raises:
        BlobDamagedError: it is not a header, was changed, or is that of another item.
    """
    if len(header) >= HEADER and _unwrapped(keys.wrap(), keys, header) is not None:
        return None
    return make_header(keys, open_header(keys, header))


def _unwrapped(cipher: AESGCM, keys: ItemKeys, header: bytes) -> bytes | None:
    try:
        return cipher.decrypt(header[12:24], header[24:HEADER], _bound_to(keys.address))
    except InvalidTag:
        return None


class ChunkSealer:
    """Seals the chunks of one item, block after block."""

    __slots__ = ("_cipher", "_next")

    def __init__(self, content_key: bytes) -> None:
        """Begin with chunk 0 under a key that serves for this item only (32 bytes)."""
        self._cipher = AESGCM(content_key)
        self._next = 0

    def seal(
        self, block: bytes | memoryview, into: bytearray | memoryview, *, is_last: bool
    ) -> int:
        """Seal a block into the front of a buffer; how many bytes of it were used.

        Args:
            block: Content; a whole number of chunks unless it is the last block.
            into: A buffer of at least ``sealed_size(len(block)) - HEADER`` bytes.
            is_last: Whether the item ends with this block.
        """
        source, target, at = memoryview(block), memoryview(into), 0
        count = chunk_count(len(source)) if is_last else len(source) // CHUNK
        for number in range(count):
            part = source[number * CHUNK : (number + 1) * CHUNK]
            nonce = _chunk_nonce(self._next, is_last and number == count - 1)
            end = at + len(part) + TAG
            self._cipher.encrypt_into(nonce, part, FIXED, target[at:end])
            self._next += 1
            at = end
        return at


class ChunkOpener:
    """Opens chunks of one item, in any order."""

    __slots__ = ("_address", "_cipher", "_count")

    def __init__(self, content_key: bytes, size: int, address: str) -> None:
        """Open chunks of an item of ``size`` bytes; ``address`` is named in errors."""
        self._cipher = AESGCM(content_key)
        self._count = chunk_count(size)
        self._address = address

    def open(self, sealed: bytes | memoryview, first: int) -> bytes:
        """The content of neighbouring chunks, of which the first has the number ``first``.

        Raises:
            BlobDamagedError: a chunk was changed or is not in its place.
        """
        content = bytearray(len(sealed))
        return bytes(memoryview(content)[: self.open_into(sealed, first, content)])

    def open_into(
        self, sealed: bytes | memoryview, first: int, into: bytearray | memoryview
    ) -> int:
        """Open neighbouring chunks into a buffer; how many bytes of it were used.

        A buffer that serves for many files is several times as quick as new memory for each.

        Raises:
            BlobDamagedError: a chunk was changed or is not in its place.
        """
        view, target, used = memoryview(sealed), memoryview(into), 0
        for number, at in enumerate(range(0, len(view), SEALED_CHUNK), start=first):
            part = view[at : at + SEALED_CHUNK]
            nonce = _chunk_nonce(number, number == self._count - 1)
            end = used + max(0, len(part) - TAG)
            try:
                self._cipher.decrypt_into(nonce, part, FIXED, target[used:end])
            except InvalidTag as error:
                raise BlobDamagedError(
                    f"The blob {self._address} was changed at byte "
                    f"{HEADER + number * SEALED_CHUNK} or in the {SEALED_CHUNK} bytes after it."
                ) from error
            used = end
        return used


def _chunk_nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(_NONCE - 1, "big") + (b"\x01" if is_last else b"\x00")


def _bound_to(address: str) -> bytes:
    return _WRAP_INFO + FIXED + bytes.fromhex(address)
