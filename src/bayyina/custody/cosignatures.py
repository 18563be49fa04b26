"""Cosignatures of witnesses and post-quantum signatures (C2SP tlog-cosignature).

A witness states with ``cosignature/v1`` that, at a time, the checkpoint was the largest that it
had seen of this log and that it continued every earlier one. The form for ML-DSA-44
(algorithm byte ``0x06``) signs the same statement as a binary structure; a log signs its own
checkpoints with it beside Ed25519, so that they outlast a quantum computer.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bayyina.custody.checkpoints import Checkpoint
from bayyina.custody.notes import (
    ED25519,
    Ed25519Verifier,
    NoteSignature,
    Verifier,
    decode_base64,
    key_id,
    read_note,
    write_note,
)
from bayyina.errors import CustodyError

COSIGNATURE = 0x04
"""Algorithm byte of time-stamped Ed25519 cosignatures."""

ML_DSA_44 = 0x06
"""Algorithm byte of time-stamped ML-DSA-44 cosignatures."""

_LENGTHS = {ED25519: 32, COSIGNATURE: 32, ML_DSA_44: 1312}
_TIME_BYTES = 8
_SECOND_KEY = b"bayyina/log-ml-dsa-44/v1"
_LABEL = b"subtree/v1\n\x00"
_LATEST = datetime(9999, 12, 31, tzinfo=UTC)


class Cosignature(NamedTuple):
    """A cosignature that holds."""

    name: str
    """Name of the witness's key."""

    time: datetime
    """When the witness says that it signed, UTC; 1970 where it states no time."""

    algorithm: int
    """``COSIGNATURE`` or ``ML_DSA_44``."""


class NoteSigner(Protocol):
    """Adds a signature line to a checkpoint."""

    def sign(self, text: str) -> NoteSignature:
        """The signature over a checkpoint's text."""
        ...


@dataclass(frozen=True)
class Cosigner:
    """Cosigns checkpoints as a witness, at a stated time."""

    name: str
    """Name of the key: an address without scheme that stands for the witness."""

    key: Ed25519PrivateKey = field(repr=False)
    """The private key; it must serve for nothing else."""

    time: datetime
    """When it signs."""

    def sign(self, text: str) -> NoteSignature:
        """The cosignature over a checkpoint's text."""
        seconds = _seconds(self.time)
        public = self.key.public_key().public_bytes_raw()
        signature = self.key.sign(_message(seconds, text.encode()))
        stamped = seconds.to_bytes(_TIME_BYTES, "big") + signature
        return NoteSignature(self.name, key_id(self.name, COSIGNATURE, public), stamped)


@dataclass(frozen=True)
class MlDsaSigner:
    """Signs checkpoints with ML-DSA-44, at a stated time."""

    name: str
    """Name of the key; of a log's own second key, the origin."""

    key: MLDSA44PrivateKey = field(repr=False)
    """The private key."""

    time: datetime
    """When it signs."""

    def sign(self, text: str) -> NoteSignature:
        """The signature over a checkpoint's text."""
        seconds = _seconds(self.time)
        public = self.key.public_key().public_bytes_raw()
        signature = self.key.sign(_structure(self.name, seconds, Checkpoint.from_text(text)))
        stamped = seconds.to_bytes(_TIME_BYTES, "big") + signature
        return NoteSignature(self.name, key_id(self.name, ML_DSA_44, public), stamped)


@dataclass(frozen=True)
class CosignatureVerifier:
    """A known key of a witness: Ed25519 with time, or ML-DSA-44."""

    name: str
    """Name of the key."""

    public: bytes
    """Raw public key: 32 bytes, or 1,312 for ML-DSA-44."""

    algorithm: int = COSIGNATURE
    """``COSIGNATURE`` or ``ML_DSA_44``."""

    @property
    def key_id(self) -> bytes:
        """The four bytes that its signatures begin with."""
        return key_id(self.name, self.algorithm, self.public)

    @property
    def vkey(self) -> str:
        """The key as people exchange it."""
        encoded = base64.b64encode(bytes([self.algorithm]) + self.public).decode("ascii")
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    def has_signed(self, text: bytes, signature: bytes) -> bool:
        """Whether ``signature`` is this key's over ``text``, at the time it states."""
        try:
            stamped, rest = signature[:_TIME_BYTES], signature[_TIME_BYTES:]
            seconds = int.from_bytes(stamped, "big")
            if len(stamped) != _TIME_BYTES or seconds > _LATEST.timestamp():
                return False
            if self.algorithm == COSIGNATURE:
                Ed25519PublicKey.from_public_bytes(self.public).verify(
                    rest, _message(seconds, text)
                )
            else:
                checkpoint = Checkpoint.from_text(text.decode())
                MLDSA44PublicKey.from_public_bytes(self.public).verify(
                    rest, _structure(self.name, seconds, checkpoint)
                )
        except (InvalidSignature, ValueError, CustodyError):
            return False
        return True


def post_quantum_key(log_key: Ed25519PrivateKey) -> MLDSA44PrivateKey:
    """The log's second key, which follows from its first: ``HKDF-SHA256(seed, info)``.

    Who breaks Ed25519 learns the scalar and not the seed, which it is a hash of; so the
    second key stays unknown to them.
    """
    seed = HKDF(SHA256(), 32, salt=None, info=_SECOND_KEY).derive(log_key.private_bytes_raw())
    return MLDSA44PrivateKey.from_seed_bytes(seed)


def post_quantum_verifier(origin: str, log_key: Ed25519PrivateKey) -> CosignatureVerifier:
    """The public half of the log's second key."""
    public = post_quantum_key(log_key).public_key().public_bytes_raw()
    return CosignatureVerifier(origin, public, ML_DSA_44)


def sign_again(note: str, log_key: Ed25519PrivateKey, time: datetime) -> str:
    """A checkpoint of the log with the line of its second key added; its first lines stay.

    Raises:
        CustodyError: it is not a checkpoint.
    """
    origin = Checkpoint.from_text(read_note(note).text).origin
    return cosign(note, [MlDsaSigner(origin, post_quantum_key(log_key), time)])


def verifier_from_vkey(vkey: str) -> Verifier:
    """The verifier that a key in its exchanged form describes, of whichever algorithm.

    Raises:
        CustodyError: it is damaged, or of an algorithm that is not known.
    """
    name, _, rest = vkey.strip().partition("+")
    stated_id, _, encoded = rest.partition("+")
    data = decode_base64(encoded)
    if not name or not data or _LENGTHS.get(data[0]) != len(data) - 1:
        raise CustodyError("The verifier key is damaged, or of an algorithm that is not known.")
    if key_id(name, data[0], data[1:]).hex() != stated_id:
        raise CustodyError("The verifier key does not fit the key id that stands in it.")
    if data[0] == ED25519:
        return Ed25519Verifier(name, data[1:])
    return CosignatureVerifier(name, data[1:], data[0])


def cosign(note: str, signers: Sequence[NoteSigner]) -> str:
    """The note with further signature lines; a line that it has already is not repeated.

    Raises:
        CustodyError: it is not a note.
    """
    read = read_note(note)
    known = {(one.name, one.key_id): one for one in read.signatures}
    for signer in signers:
        made = signer.sign(read.text)
        known[made.name, made.key_id] = made
    return write_note(replace(read, signatures=tuple(known.values())))


def joined(note: str, other: str) -> str:
    """A checkpoint with the signatures of another copy of the same checkpoint added.

    Raises:
        CustodyError: they are not about the same text.
    """
    first, second = read_note(note), read_note(other)
    if first.text != second.text:
        raise CustodyError("The two checkpoints are not about the same state of the log.")
    lines = dict.fromkeys((*first.signatures, *second.signatures))
    return write_note(replace(first, signatures=tuple(lines)))


def cosignatures(note: str, verifiers: Sequence[Verifier]) -> list[Cosignature]:
    """The cosignatures on a note by known witnesses, all of which hold.

    Raises:
        CustodyError: a known witness's signature does not hold.
    """
    read = read_note(note)
    known = {(one.name, one.key_id): one for one in verifiers}
    found = []
    for name, identity, signature in read.signatures:
        verifier = known.get((name, identity))
        if not isinstance(verifier, CosignatureVerifier):
            continue
        if not verifier.has_signed(read.text.encode(), signature):
            raise CustodyError(f"The cosignature of {name} does not hold.")
        seconds = int.from_bytes(signature[:_TIME_BYTES], "big")
        found.append(Cosignature(name, datetime.fromtimestamp(seconds, UTC), verifier.algorithm))
    return found


def _message(seconds: int, text: bytes) -> bytes:
    """What an Ed25519 cosignature signs."""
    return f"cosignature/v1\ntime {seconds}\n".encode() + text


def _structure(name: str, seconds: int, checkpoint: Checkpoint) -> bytes:
    """What an ML-DSA-44 cosignature signs: ``cosigned_message`` over the whole tree."""
    signer, origin = name.encode(), checkpoint.origin.encode()
    if not 0 < len(signer) < 256 or not 0 < len(origin) < 256:
        raise CustodyError("The name of a key or of a log has more than 255 bytes.")
    return b"".join(
        (
            _LABEL,
            bytes([len(signer)]),
            signer,
            seconds.to_bytes(8, "big"),
            bytes([len(origin)]),
            origin,
            (0).to_bytes(8, "big"),
            checkpoint.size.to_bytes(8, "big"),
            checkpoint.root,
        )
    )


def _seconds(time: datetime) -> int:
    if time.tzinfo is None:
        raise CustodyError("A time without a time zone cannot be signed.")
    return int(time.timestamp())
