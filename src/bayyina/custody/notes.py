"""Signed notes (C2SP signed-note): a text, a blank line, and one line per signature.

Which signatures count is decided by the verifiers that the reader brings; signatures of
unknown keys are ignored, so witnesses and further algorithms can be added to a note later
without changing its text.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bayyina.errors import CustodyError

ED25519 = 0x01
"""Algorithm byte of plain Ed25519 signatures."""

MAX_SIGNATURES = 64
"""Signatures that a note may carry; the specification asks for at least 16."""

MAX_NOTE_CHARACTERS = 1 << 20
"""Length that a note may have; post-quantum signatures take up to 7 kB each."""

_CONTROL = re.compile("[\x00-\x09\x0b-\x1f]")
_SIGNATURE_START = "— "


class Verifier(Protocol):
    """A known key of a known name, whatever its algorithm."""

    @property
    def name(self) -> str:
        """Name of the key."""
        ...

    @property
    def key_id(self) -> bytes:
        """The four bytes that its signatures begin with."""
        ...

    def has_signed(self, text: bytes, signature: bytes) -> bool:
        """Whether ``signature`` (without the key id) is this key's over ``text``."""
        ...


class NoteSignature(NamedTuple):
    """One signature line."""

    name: str
    """Name of the key."""

    key_id: bytes
    """First four bytes: which key of that name."""

    signature: bytes
    """The rest; its form depends on the algorithm."""


@dataclass(frozen=True)
class Note:
    """A note as read; nothing in it has been checked yet."""

    text: str
    """The signed text, with its final newline."""

    signatures: tuple[NoteSignature, ...]
    """All signatures in order, of known and unknown keys."""


@dataclass(frozen=True)
class Ed25519Signer:
    """Signs notes as a named Ed25519 key."""

    name: str
    """Name of the key; of a log's key, the origin."""

    key: Ed25519PrivateKey = field(repr=False)
    """The private key."""

    def sign(self, text: str) -> NoteSignature:
        """The signature over a note's text."""
        return NoteSignature(self.name, self.key_id, self.key.sign(text.encode("utf-8")))

    @cached_property
    def key_id(self) -> bytes:
        """The four bytes that its signatures begin with."""
        return key_id(self.name, ED25519, self.key.public_key().public_bytes_raw())


@dataclass(frozen=True)
class Ed25519Verifier:
    """A known Ed25519 key."""

    name: str
    """Name of the key."""

    public: bytes
    """Raw public key (32 bytes)."""

    @classmethod
    def from_vkey(cls, vkey: str) -> Ed25519Verifier:
        """The verifier that ``name+keyid+base64(algorithm byte || public key)`` describes.

        Raises:
            CustodyError: it is damaged, or of another algorithm.
        """
        name, _, rest = vkey.partition("+")
        stated_id, _, encoded = rest.partition("+")
        data = decode_base64(encoded)
        if len(data) != 33 or data[0] != ED25519:
            raise CustodyError("The verifier key is not an Ed25519 key.")
        verifier = cls(name, data[1:])
        if verifier.key_id.hex() != stated_id:
            raise CustodyError("The verifier key does not fit the key id that stands in it.")
        return verifier

    @property
    def key_id(self) -> bytes:
        """The four bytes that its signatures begin with."""
        return key_id(self.name, ED25519, self.public)

    @property
    def vkey(self) -> str:
        """The key as people exchange it."""
        encoded = base64.b64encode(bytes([ED25519]) + self.public).decode("ascii")
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    def has_signed(self, text: bytes, signature: bytes) -> bool:
        """Whether ``signature`` is this key's over ``text``."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except (InvalidSignature, ValueError):
            return False
        return True


def key_id(name: str, algorithm: int, public: bytes) -> bytes:
    """``SHA-256(name || 0x0A || algorithm || public key)``, first four bytes."""
    return sha256(f"{name}\n".encode() + bytes([algorithm]) + public).digest()[:4]


def sign_note(text: str, signers: Sequence[Ed25519Signer]) -> str:
    """A signed note.

    Raises:
        CustodyError: the text or a key's name cannot stand in a note, or nobody signs.
    """
    if not signers:
        raise CustodyError("A note needs a signature.")
    note = Note(text, tuple(signer.sign(text) for signer in signers))
    written = write_note(note)
    if not _reads_as(note, written):
        raise CustodyError("The text cannot be told apart from its signatures.")
    return written


def _reads_as(note: Note, written: str) -> bool:
    """Whether a note that was just written is read as it was meant, told without reading it."""
    return (
        len(note.text) > 1
        and note.text.endswith("\n")
        and len(note.signatures) <= MAX_SIGNATURES
        and len(written) <= MAX_NOTE_CHARACTERS
        and not _CONTROL.search(written)
        and all(_is_key_name(one.name) for one in note.signatures)
    )


def write_note(note: Note) -> str:
    """The note as it is kept and exchanged."""
    lines = [
        f"{_SIGNATURE_START}{name} {base64.b64encode(identity + signature).decode('ascii')}\n"
        for name, identity, signature in note.signatures
    ]
    return f"{note.text}\n{''.join(lines)}"


def read_note(note: str) -> Note:
    """Take a note apart; checks its form and no signature.

    Raises:
        CustodyError: it is not a signed note.
    """
    if len(note) > MAX_NOTE_CHARACTERS or _CONTROL.search(note):
        raise CustodyError("The note is too long or holds control characters.")
    body, separator, tail = note.rpartition("\n\n")
    lines = tail.split("\n")
    if not separator or not body or lines.pop() != "" or not 0 < len(lines) <= MAX_SIGNATURES:
        raise CustodyError("The note is not a text, a blank line and its signatures.")
    return Note(body + "\n", tuple(map(_read_signature, lines)))


def open_note(note: str, verifiers: Sequence[Verifier]) -> tuple[str, tuple[str, ...]]:
    """The text of a note and the names of the known keys that signed it.

    Raises:
        CustodyError: no known key signed it, or one of them has a signature that fails.
    """
    read = read_note(note)
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    text = read.text.encode("utf-8")
    names: list[str] = []
    for name, identity, signature in read.signatures:
        verifier = known.get((name, identity))
        if verifier is None:
            continue
        if not verifier.has_signed(text, signature):
            raise CustodyError(f"The signature of {name} on the note does not hold.")
        if name not in names:
            names.append(name)
    if not names:
        raise CustodyError("The note is not signed by a key that is known.")
    return read.text, tuple(names)


def decode_base64(text: str) -> bytes:
    """The bytes of standard base64, written in the one canonical way.

    Raises:
        CustodyError: it is not.
    """
    try:
        data = binascii.a2b_base64(text)
    except ValueError as error:
        raise CustodyError("A text that should be base64 is not.") from error
    if binascii.b2a_base64(data, newline=False).decode("ascii") != text:
        raise CustodyError("A text that should be base64 is not in its canonical form.")
    return data


def _read_signature(line: str) -> NoteSignature:
    name, _, encoded = line.removeprefix(_SIGNATURE_START).partition(" ")
    if not line.startswith(_SIGNATURE_START) or not _is_key_name(name):
        raise CustodyError("A signature line of the note is not in the expected form.")
    data = decode_base64(encoded)
    if len(data) < 5:
        raise CustodyError("A signature line of the note is too short.")
    return NoteSignature(name, data[:4], data[4:])


def _is_key_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(map(str.isspace, name))
