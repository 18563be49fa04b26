"""Self-contained proofs: one row, its path to its entry, and the entry's path to a checkpoint.

A row proof is a text file. Its second half is a C2SP tlog-proof of the entry, which other
people's tools can read; its first half leads from the row's leaf to the entry:

    bayyina.row-proof/v1
    leaf {"asserted_on":…}
    index 17
    <hash in base64, one a line: siblings from the leaf up>
    entry {"action":…}

    c2sp.org/tlog-proof@v1
    index 4
    <hash in base64, one a line>

    <signed checkpoint>
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bayyina.custody.canonical import read_canonical, utf8
from bayyina.custody.checkpoints import Checkpoint, open_checkpoint
from bayyina.custody.entries import Entry
from bayyina.custody.merkle import leaf_hash, verify_inclusion
from bayyina.custody.notes import Verifier, decode_base64
from bayyina.custody.tiles import ReadTile, inclusion_from_tiles
from bayyina.errors import CustodyError

ROW_PROOF_HEADER = "bayyina.row-proof/v1"
"""First line of a row proof."""

TLOG_PROOF_HEADER = "c2sp.org/tlog-proof@v1"
"""First line of a C2SP tlog-proof."""

_INDEX = re.compile(r"index (0|[1-9][0-9]{0,17})")


@dataclass(frozen=True)
class EntryProof:
    """A C2SP tlog-proof: where an entry stands in a checkpointed log."""

    index: int
    """Position of the entry."""

    path: tuple[bytes, ...]
    """Siblings from the entry's hash up to the root."""

    checkpoint: str
    """The signed checkpoint, with all its signatures."""

    def to_text(self) -> str:
        """The proof as it is kept and exchanged."""
        lines = [TLOG_PROOF_HEADER, f"index {self.index}", *_write_path(self.path)]
        return "\n".join(lines) + "\n\n" + self.checkpoint

    @classmethod
    def from_text(cls, text: str) -> EntryProof:
        """Read a proof; extra data, which nothing vouches for, are passed over.

        Raises:
            CustodyError: it is not a tlog-proof.
        """
        return _entry_proof(text)


@dataclass(frozen=True)
class RowProof:
    """A row with everything that shows that it stands in the log."""

    leaf: bytes
    """The row's leaf: one line of canonical JSON."""

    index: int
    """Its position among the rows of its kind in its batch."""

    path: tuple[bytes, ...]
    """Siblings from the leaf's hash up to the root in the entry."""

    entry: bytes
    """The entry of its batch."""

    entry_proof: EntryProof
    """Where that entry stands."""

    def to_text(self) -> str:
        """The proof file's text."""
        lines = [
            ROW_PROOF_HEADER,
            f"leaf {self.leaf.decode('utf-8')}",
            f"index {self.index}",
            *_write_path(self.path),
            f"entry {self.entry.decode('utf-8')}",
        ]
        return "\n".join(lines) + "\n\n" + self.entry_proof.to_text()

    @classmethod
    def from_text(cls, text: str) -> RowProof:
        """Read a proof file; nothing in it has been checked yet.

        Raises:
            CustodyError: it is not a row proof.
        """
        head, separator, tail = text.partition("\n\n")
        lines = head.split("\n")
        if (
            len(lines) < 4
            or lines[0] != ROW_PROOF_HEADER
            or not lines[1].startswith("leaf ")
            or not lines[-1].startswith("entry ")
            or not separator
        ):
            raise CustodyError("The file is not a row proof.")
        index, path = _read_path(lines[2:-1])
        leaf, entry = utf8(lines[1][len("leaf ") :]), utf8(lines[-1][len("entry ") :])
        return cls(leaf, index, path, entry, EntryProof.from_text(tail))

    def checked_row(self, entry: Entry) -> dict[str, Any]:
        """The leaf's keys and values, once it is shown that the entry commits to it.

        (4) The leaf is canonical and says of what kind it is. (5) It stands in the tree that
        the entry names for that kind. (6) Its number, and what a statement says of its batch,
        fit the entry.

        Args:
            entry: The entry that ``self.entry`` holds.

        Raises:
            CustodyError: one of the steps does not hold.
        """
        # (4)
        row = read_canonical(self.leaf)
        kind = row.get("kind") if isinstance(row, dict) else None
        if not isinstance(kind, str) or kind not in entry.trees:
            raise CustodyError("The entry of the proof does not name a tree for rows of this kind.")
        # (5)
        head = entry.trees[kind]
        verify_inclusion(leaf_hash(self.leaf), self.index, head.size, self.path, head.root)
        # (6)
        expected: dict[str, object] = {"number": (entry.batch_number << 32) | self.index}
        if kind == "statement":
            expected |= {
                "batch": str(entry.batch),
                "recorded_at": entry.opened,
                "recorded_by": str(entry.actor),
            }
        if any(row.get(key) != value for key, value in expected.items()):
            raise CustodyError(
                "The leaf of the proof says other things of its batch than the entry."
            )
        return dict(row)


@dataclass(frozen=True)
class ProvedRow:
    """What a proof shows, once checked."""

    row: dict[str, Any]
    """The leaf's keys and values."""

    entry: Entry
    """The entry of its batch."""

    entry_index: int
    """Where the entry stands in the log."""

    checkpoint: Checkpoint
    """The signed state of the log in which it stands."""


def prove_entry(read_log_tile: ReadTile, index: int, checkpoint: str, size: int) -> EntryProof:
    """Proof that the entry at ``index`` stands in the log of ``size`` entries.

    Args:
        read_log_tile: Gives the log's tiles.
        index: Position of the entry.
        checkpoint: Signed checkpoint of the log at ``size``.
        size: Number of entries.
    """
    return EntryProof(index, tuple(inclusion_from_tiles(read_log_tile, index, size)), checkpoint)


def prove_row(
    leaf: bytes, index: int, read_tile: ReadTile, size: int, entry: bytes, entry_proof: EntryProof
) -> RowProof:
    """Proof that a row stands in the log.

    Args:
        leaf: The row's leaf.
        index: Position among the rows of its kind in its batch.
        read_tile: Gives the tiles of the batch's tree of that kind.
        size: Number of rows in that tree.
        entry: The batch's entry.
        entry_proof: Proof of that entry.
    """
    path = tuple(inclusion_from_tiles(read_tile, index, size))
    return RowProof(leaf, index, path, entry, entry_proof)


def verify_entry_proof(
    proof: EntryProof, entry: bytes, *, origin: str, verifiers: Sequence[Verifier]
) -> Checkpoint:
    """Check that an entry stands in a log, and give the signed state of that log.

    Raises:
        CustodyError: it is not shown.
    """
    checkpoint = open_checkpoint(proof.checkpoint, origin, verifiers)
    verify_inclusion(leaf_hash(entry), proof.index, checkpoint.size, proof.path, checkpoint.root)
    return checkpoint


def verify_row_proof(text: str, *, origin: str, verifiers: Sequence[Verifier]) -> ProvedRow:
    """Check a proof file against the log's key.

    (1) The checkpoint is signed by the log. (2) The entry stands in the checkpointed log.
    (3) The entry has the form of an entry. (4) The leaf is canonical and says of what kind
    it is. (5) The leaf stands in the tree that the entry names for that kind. (6) The
    leaf's number, and what a statement says of its batch, fit the entry.

    Args:
        text: The file's text.
        origin: Origin of the log that it must be of.
        verifiers: Known keys, the log's own among them.

    Raises:
        CustodyError: one of the steps does not hold.
    """
    proof = RowProof.from_text(text)
    # (1), (2)
    checkpoint = verify_entry_proof(
        proof.entry_proof, proof.entry, origin=origin, verifiers=verifiers
    )
    # (3)
    entry = Entry.from_bytes(proof.entry)
    # (4) to (6)
    row = proof.checked_row(entry)
    return ProvedRow(row, entry, proof.entry_proof.index, checkpoint)


@lru_cache(maxsize=64)
def _entry_proof(text: str) -> EntryProof:
    """The proof in a text; proofs of many rows of one batch hold the same."""
    head, separator, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if lines[0] != TLOG_PROOF_HEADER or not separator:
        raise CustodyError("The text is not a C2SP tlog-proof.")
    rest = lines[2:] if lines[1:2] and lines[1].startswith("extra ") else lines[1:]
    index, path = _read_path(rest)
    return EntryProof(index, path, checkpoint)


def _write_path(path: Sequence[bytes]) -> list[str]:
    return [base64.b64encode(value).decode("ascii") for value in path]


def _read_path(lines: Sequence[str]) -> tuple[int, tuple[bytes, ...]]:
    """The index and the hashes that follow it, one a line."""
    found = _INDEX.fullmatch(lines[0]) if lines else None
    if not found:
        raise CustodyError("The proof does not say at which index the leaf stands.")
    return int(found[1]), tuple(map(decode_base64, lines[1:]))
