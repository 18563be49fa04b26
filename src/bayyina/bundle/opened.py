"""A bundle as it was read for checking: its JSON files, proofs and texts, each within bounds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bayyina.bundle.bag_checks import Bag
from bayyina.custody.checkpoints import Checkpoint, open_checkpoint
from bayyina.custody.entries import Entry
from bayyina.custody.merkle import leaf_hash, verify_consistency, verify_inclusion
from bayyina.custody.notes import Verifier, decode_base64
from bayyina.custody.proofs import EntryProof, RowProof
from bayyina.errors import CustodyError

MOST_JSON: Final = 256 << 20
"""Bytes that a JSON file of a bundle may have."""

MOST_TEXT: Final = 4 << 20
"""Bytes that a proof, checkpoint or certificate file may have."""

_REQUEST_LINES: Final = 63


@dataclass
class OpenedBundle:
    """A bundle being checked."""

    bag: Bag
    """The bag, with its digests."""

    document: dict[str, Any]
    """``bundle.json``; empty if it cannot be read."""

    verifiers: Sequence[Verifier]
    """Keys of the log: those that were given, or those of the bundle."""

    witnesses: Sequence[Verifier]
    """Keys of witnesses that were given, or those of the bundle."""

    _checkpoints: dict[str, Checkpoint] = field(default_factory=dict)
    _entries: dict[tuple[int, tuple[bytes, ...], str, bytes], Entry] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where the bundle is."""
        return self.bag.folder

    @property
    def origin(self) -> str:
        """Origin of the log, as the bundle says."""
        return text_of(self.document.get("origin"))

    def bytes_of(self, name: str, most: int = MOST_TEXT) -> bytes:
        """The bytes of a file of the bundle.

        Raises:
            CustodyError: it is not there, no plain file, or too long.
        """
        size = self.bag.listing.sizes.get(name)
        if size is None:
            raise CustodyError(f"There is no {name}.")
        if size > most:
            raise CustodyError(f"{name} is too long.")
        try:
            return (self.folder / name).read_bytes()
        except OSError as error:
            raise CustodyError(f"{name} cannot be read.") from error

    def text(self, name: str) -> str:
        """The text of a file of the bundle.

        Raises:
            CustodyError: it is not there, too long, or no UTF-8.
        """
        try:
            return self.bytes_of(name).decode()
        except UnicodeDecodeError as error:
            raise CustodyError(f"{name} is no text.") from error

    def json(self, name: str) -> dict[str, Any]:
        """The object in a JSON file of the bundle.

        Raises:
            CustodyError: it is not there, too long, or no JSON object.
        """
        try:
            value = json.loads(self.bytes_of(name, MOST_JSON))
        except (ValueError, RecursionError) as error:
            raise CustodyError(f"{name} is not JSON.") from error
        if not isinstance(value, dict):
            raise CustodyError(f"{name} is not a JSON object.")
        return value

    def checkpoint(self, note: str) -> Checkpoint:
        """The checkpoint in a note that the log signed; each note is checked once.

        Raises:
            CustodyError: the log did not sign it.
        """
        if note not in self._checkpoints:
            self._checkpoints[note] = open_checkpoint(note, self.origin, self.verifiers)
        return self._checkpoints[note]

    def entry(self, proof: EntryProof, data: bytes) -> Entry:
        """An entry that stands in the log, as its proof shows; each is checked once.

        Raises:
            CustodyError: it is not shown.
        """
        key = (proof.index, proof.path, proof.checkpoint, data)
        if key not in self._entries:
            checkpoint = self.checkpoint(proof.checkpoint)
            verify_inclusion(
                leaf_hash(data), proof.index, checkpoint.size, proof.path, checkpoint.root
            )
            self._entries[key] = Entry.from_bytes(data)
        return self._entries[key]

    def row(self, text: str) -> tuple[dict[str, Any], Entry]:
        """The row that a proof shows, and its entry.

        Raises:
            CustodyError: it is not shown.
        """
        proof = RowProof.from_text(text)
        entry = self.entry(proof.entry_proof, proof.entry)
        return proof.checked_row(entry), entry

    def continued(self, note: str, request: str) -> Checkpoint:
        """The checkpoint in a note, which the bundle's own checkpoint continues.

        Args:
            note: The older checkpoint, signed by the log.
            request: C2SP add-checkpoint request: old size, consistency proof, newer checkpoint.

        Raises:
            CustodyError: it is not shown that one continues the other.
        """
        old = self.checkpoint(note)
        head, _, newer = request.partition("\n\n")
        lines = head.split("\n")
        if lines[0] != f"old {old.size}" or len(lines) - 1 > _REQUEST_LINES:
            raise CustodyError("The consistency proof does not begin at the older checkpoint.")
        if newer != self.text("data/log/checkpoint.txt"):
            raise CustodyError("The consistency proof does not end at the bundle's checkpoint.")
        new = self.checkpoint(newer)
        path = [decode_base64(line) for line in lines[1:]]
        verify_consistency(old.size, new.size, old.root, new.root, path)
        return old


def text_of(value: object) -> str:
    """A text, or nothing where the value is none."""
    return value if isinstance(value, str) else ""


def list_of(value: object) -> list[Any]:
    """A list, or nothing where the value is none."""
    return value if isinstance(value, list) else []


def object_of(value: object) -> dict[str, Any]:
    """An object, or nothing where the value is none."""
    return value if isinstance(value, dict) else {}
