"""OpenTimestamps proofs: a small reader of ``.ots`` files, and what they come to.

A proof is a tree of operations from a file's digest to attestations. A calendar's promise
(pending) shows nothing. An attestation by Bitcoin says that a block's Merkle root is the
message reached: whoever has the block's 80-byte header can check that, and that the header
carries the work it claims; that the header stands in the chain is checked elsewhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, NamedTuple

from bayyina.errors import CustodyError

MAGIC: Final = bytes.fromhex("004f70656e54696d657374616d7073000050726f6f6600bf89e2e884e89294")
"""First bytes of a proof."""

PENDING: Final = "pending"
"""A calendar promised; nothing is shown."""

NO_HEADER: Final = "header missing"
"""A block is named whose header is not at hand; nothing is shown."""

MATCHES: Final = "matches the supplied header"
"""The block's header, as supplied, holds the message; the header is checked elsewhere."""

CONTRADICTS: Final = "contradicts the supplied header"
"""The block's header, as supplied, holds another root."""

UNKNOWN: Final = "unknown attestation"
"""Of a kind that this reader does not know."""

UNREACHED: Final = "not computed"
"""Behind an operation that cannot be computed here."""

HEADER_BYTES: Final = 80
"""Bytes of a Bitcoin block's header."""

MAX_MESSAGE: Final = 4_096
"""Bytes of the longest message, and of the longest argument of an operation."""

MAX_PAYLOAD: Final = 8_192
"""Bytes of the longest attestation."""

MAX_STEPS: Final = 100_000
"""Operations and attestations of a proof."""

_MAX_FILE = 1 << 20
_BITCOIN = bytes.fromhex("0588960d73d71901")
_PENDING = bytes.fromhex("83dfe30d2ef90c8e")
_OTHERS = {
    bytes.fromhex("06869a0d73d71b45"): "Litecoin",
    bytes.fromhex("30fe8087b5c7ead7"): "Ethereum",
}
FILE_DIGESTS: Final = {
    0x02: ("sha1", 20),
    0x03: ("ripemd160", 20),
    0x08: ("sha256", 32),
    0x67: ("keccak256", 32),
}
"""Name and length of each digest by the number of its operation."""

_LEAST_WORK = 1 << 220
"""Greatest hash that a header may have: the first block's bound lies below 2^224, and every
block since 2010 far below this."""


class Attestation(NamedTuple):
    """What one branch of a proof ends in."""

    kind: str
    """``bitcoin``, ``calendar``, the name of another chain, or ``unknown``."""

    detail: str
    """Height of the block, address of the calendar, or the tag in hex."""

    message: bytes
    """The message reached; empty where it could not be computed."""

    height: int | None = None
    """Height of the Bitcoin block."""


@dataclass(frozen=True)
class OpenTimeStamp:
    """A proof as read."""

    algorithm: str
    """How the file was digested; ``sha1`` is weak and is said to be so."""

    digest: bytes
    """The file's digest."""

    attestations: tuple[Attestation, ...]
    """All branches, in order."""

    @property
    def is_weak(self) -> bool:
        """Whether the file's digest can be forged today."""
        return self.algorithm == "sha1"


class BlockHeader(NamedTuple):
    """The parts of a block's header that matter here."""

    root: bytes
    """Merkle root, in the order of bytes in which it stands."""

    time: datetime
    """When the miner says that the block was made, UTC; true to about two hours."""

    has_work: bool
    """Whether its hash is as small as it claims, and no larger than any real block's."""


class Verdict(NamedTuple):
    """What an attestation comes to."""

    state: str
    """One of the words of this module."""

    attestation: Attestation
    """Which one."""

    time: datetime | None
    """The block's time, where a header matches."""


def read_open_time_stamp(data: bytes) -> OpenTimeStamp:
    """Read a detached proof.

    Raises:
        CustodyError: it is not an OpenTimestamps proof, or is damaged.
    """
    if len(data) > _MAX_FILE:
        raise CustodyError("The OpenTimestamps proof is too long.")
    reader = ProofReader(data)
    if reader.take(len(MAGIC)) != MAGIC:
        raise CustodyError("The file is not an OpenTimestamps proof.")
    version = reader.number()
    if version != 1:
        raise CustodyError(f"The OpenTimestamps proof is of version {version}, which is not known.")
    named = FILE_DIGESTS.get(reader.byte())
    if named is None:
        raise CustodyError("The OpenTimestamps proof is over a digest of a kind that is not known.")
    algorithm, length = named
    digest = reader.take(length)
    attestations = _branches(reader, digest)
    if not reader.is_done:
        raise CustodyError("There is something after the end of the OpenTimestamps proof.")
    return OpenTimeStamp(algorithm, digest, tuple(attestations))


def read_header(header: bytes) -> BlockHeader:
    """The parts of a block's header.

    Raises:
        CustodyError: it does not have 80 bytes.
    """
    if len(header) != HEADER_BYTES:
        raise CustodyError("A header of a Bitcoin block has 80 bytes.")
    bits = int.from_bytes(header[72:76], "little")
    exponent, mantissa = bits >> 24, bits & 0xFFFFFF
    target = mantissa << (8 * (exponent - 3)) if exponent >= 3 else mantissa >> (8 * (3 - exponent))
    work = int.from_bytes(hashlib.sha256(hashlib.sha256(header).digest()).digest(), "little")
    time = datetime.fromtimestamp(int.from_bytes(header[68:72], "little"), UTC)
    return BlockHeader(header[36:68], time, work <= target and work <= _LEAST_WORK)


def judge(stamp: OpenTimeStamp, headers: Mapping[int, bytes]) -> list[Verdict]:
    """What each attestation comes to, given headers by height of block.

    Raises:
        CustodyError: a header does not have 80 bytes.
    """
    return [_judged(one, headers) for one in stamp.attestations]


def fits(stamp: OpenTimeStamp, data: bytes) -> bool:
    """Whether the proof is about these bytes.

    Raises:
        CustodyError: its digest cannot be computed here.
    """
    computed = _digested(stamp.algorithm, data)
    if computed is None:
        raise CustodyError(f"The digest {stamp.algorithm} cannot be computed here.")
    return computed == stamp.digest


def _judged(one: Attestation, headers: Mapping[int, bytes]) -> Verdict:
    if one.kind == "calendar":
        return Verdict(PENDING, one, None)
    if one.kind != "bitcoin" or one.height is None:
        return Verdict(UNKNOWN, one, None)
    if not one.message:
        return Verdict(UNREACHED, one, None)
    if one.height not in headers:
        return Verdict(NO_HEADER, one, None)
    header = read_header(headers[one.height])
    if header.root != one.message or not header.has_work:
        return Verdict(CONTRADICTS, one, None)
    return Verdict(MATCHES, one, header.time)


class ProofReader:
    """Reads the bytes of a proof in order."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def is_done(self) -> bool:
        """Whether everything was read."""
        return self._at == len(self._data)

    def take(self, count: int) -> bytes:
        """So many bytes; raises ``CustodyError`` where there are fewer."""
        part = self._data[self._at : self._at + count]
        if len(part) != count:
            raise CustodyError("The OpenTimestamps proof ends too early.")
        self._at += count
        return part

    def byte(self) -> int:
        """One byte, as a number."""
        return self.take(1)[0]

    def number(self) -> int:
        """A number of seven bits a byte, the lowest first."""
        value = shift = 0
        while shift < 64:
            one = self.byte()
            value |= (one & 0x7F) << shift
            if not one & 0x80:
                return value
            shift += 7
        raise CustodyError("A number in the OpenTimestamps proof is too long.")

    def text(self, most: int, least: int = 0) -> bytes:
        """Bytes whose number stands before them."""
        count = self.number()
        if not least <= count <= most:
            raise CustodyError(
                "A part of the OpenTimestamps proof has a length that is not allowed."
            )
        return self.take(count)


def _branches(reader: ProofReader, digest: bytes) -> list[Attestation]:
    """Follow all branches; what cannot be computed goes on as None."""
    found: list[Attestation] = []
    waiting: list[bytes | None] = []
    message: bytes | None = digest
    for _ in range(MAX_STEPS):
        tag = reader.byte()
        if tag == 0xFF:
            waiting.append(message)
            continue
        if tag != 0x00:
            message = _applied(tag, reader, message)
            continue
        found.append(_attestation(reader, message))
        if not waiting:
            return found
        message = waiting.pop()
    raise CustodyError("The OpenTimestamps proof has too many steps.")


def _attestation(reader: ProofReader, message: bytes | None) -> Attestation:
    tag = reader.take(8)
    payload = ProofReader(reader.text(MAX_PAYLOAD))
    reached = message or b""
    if tag == _BITCOIN:
        height = payload.number()
        if not payload.is_done:
            raise CustodyError("An attestation of the OpenTimestamps proof is damaged.")
        return Attestation("bitcoin", str(height), reached, height)
    if tag == _PENDING:
        address = payload.text(1_000).decode("ascii", "backslashreplace")
        return Attestation("calendar", address, reached)
    return Attestation(_OTHERS.get(tag, "unknown"), tag.hex(), reached)


def _applied(tag: int, reader: ProofReader, message: bytes | None) -> bytes | None:
    """The message after an operation."""
    if tag in (0xF0, 0xF1):
        part = reader.text(MAX_MESSAGE, 1)
        if message is None:
            return None
        result = message + part if tag == 0xF0 else part + message
    elif tag in (0xF2, 0xF3):
        if message is None:
            return None
        result = message[::-1] if tag == 0xF2 else message.hex().encode()
    elif tag in FILE_DIGESTS:
        return None if message is None else _digested(FILE_DIGESTS[tag][0], message)
    else:
        raise CustodyError(
            f"The OpenTimestamps proof holds the operation {tag:02x}, which is none."
        )
    if len(result) > MAX_MESSAGE:
        raise CustodyError("A message of the OpenTimestamps proof is too long.")
    return result


def _digested(algorithm: str, data: bytes) -> bytes | None:
    """A digest; None where this machine cannot compute it."""
    if algorithm == "keccak256":
        return None
    make: Callable[..., hashlib._Hash] = hashlib.new
    try:
        return make(algorithm, data, usedforsecurity=False).digest()
    except ValueError:
        return None
