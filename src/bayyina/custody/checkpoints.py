"""Checkpoints (C2SP tlog-checkpoint): the log's size and root, signed.

A checkpoint that is kept elsewhere (with another organisation, on paper) is what lets an
outsider notice that the log was cut or written again.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bayyina.custody.merkle import HASH_LENGTH
from bayyina.custody.notes import Ed25519Signer, Verifier, decode_base64, open_note, sign_note
from bayyina.errors import CustodyError

_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")


@dataclass(frozen=True)
class Checkpoint:
    """What the log was when it had a certain size."""

    origin: str
    """Which log."""

    size: int
    """Number of entries."""

    root: bytes
    """Merkle root over them (32 bytes)."""

    @property
    def text(self) -> str:
        """The text that is signed: origin, size, root, a line each."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode('ascii')}\n"

    @classmethod
    def from_text(cls, text: str) -> Checkpoint:
        """Read the signed text.

        Raises:
            CustodyError: it is not exactly an origin, a size and a root.
        """
        lines = text.split("\n")
        if len(lines) != 4 or lines[3] or not lines[0] or not _SIZE.fullmatch(lines[1]):
            raise CustodyError("The text is not a checkpoint: an origin, a size and a root.")
        digest = decode_base64(lines[2])
        if len(digest) != HASH_LENGTH:
            raise CustodyError("The root in the checkpoint does not have 32 bytes.")
        return cls(lines[0], int(lines[1]), digest)


def log_origin(workspace: UUID, *, fictional: bool) -> str:
    """The origin of a workspace's log; invented data have an origin of their own."""
    return f"{'bayyina-fictional' if fictional else 'bayyina'}/{workspace}"


def sign_checkpoint(checkpoint: Checkpoint, *keys: Ed25519PrivateKey) -> str:
    """The checkpoint as a note, signed by the log's key under the log's origin.

    While the key is replaced, both sign: first the one that was trusted so far.
    """
    return sign_note(checkpoint.text, log_signers(checkpoint.origin, *keys))


def log_signers(origin: str, *keys: Ed25519PrivateKey) -> list[Ed25519Signer]:
    """What signs the checkpoints of a log, for who signs many."""
    return [Ed25519Signer(origin, key) for key in keys]


def open_checkpoint(note: str, origin: str, verifiers: Sequence[Verifier]) -> Checkpoint:
    """The checkpoint in a note that the log itself signed.

    Args:
        note: The signed note.
        origin: The log that it must be of.
        verifiers: Known keys; at least one of them named ``origin`` must have signed.

    Raises:
        CustodyError: it is of another log, or the log's key did not sign it.
    """
    text, names = open_note(note, verifiers)
    checkpoint = Checkpoint.from_text(text)
    if checkpoint.origin != origin:
        raise CustodyError(f"The checkpoint is of the log {checkpoint.origin}, not of {origin}.")
    if origin not in names:
        raise CustodyError("The checkpoint is not signed by the log itself.")
    return checkpoint
