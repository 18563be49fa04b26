"""Requests to witnesses (C2SP tlog-witness, add-checkpoint), as files or over a network.

A request says from which size the witness is to go on, shows that the newer checkpoint
continues that state, and holds the newer checkpoint:

    old 17
    <hash in base64, one a line: a consistency proof>

    <signed checkpoint>
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bayyina.custody.checkpoints import Checkpoint
from bayyina.custody.notes import decode_base64, read_note
from bayyina.custody.tiles import ReadTile, consistency_from_tiles
from bayyina.errors import CustodyError

MAX_PROOF_LINES = 63
"""Hashes that a request may have."""

_OLD = re.compile(r"old (0|[1-9][0-9]{0,17})")


@dataclass(frozen=True)
class WitnessRequest:
    """What a log asks of a witness."""

    old_size: int
    """Size that the witness is to go on from; 0 for a log that it has not seen."""

    proof: tuple[bytes, ...]
    """Consistency proof from that size."""

    note: str
    """The newer signed checkpoint."""

    @property
    def checkpoint(self) -> Checkpoint:
        """The newer checkpoint, nothing in which has been checked.

        Raises:
            CustodyError: it is none.
        """
        return Checkpoint.from_text(read_note(self.note).text)

    def to_text(self) -> str:
        """The request as it is sent."""
        lines = [f"old {self.old_size}", *map(_line, self.proof)]
        return "\n".join(lines) + "\n\n" + self.note

    @classmethod
    def from_text(cls, text: str) -> WitnessRequest:
        """Read a request; a checkpoint alone is one that goes on from nothing.

        Raises:
            CustodyError: it is neither.
        """
        head, separator, note = text.partition("\n\n")
        lines = head.split("\n")
        match = _OLD.fullmatch(lines[0])
        if match is None:
            request = cls(0, (), text)
            _ = request.checkpoint
            return request
        if not separator or len(lines) - 1 > MAX_PROOF_LINES:
            raise CustodyError("The request to a witness has no checkpoint, or too long a proof.")
        request = cls(int(match.group(1)), tuple(map(decode_base64, lines[1:])), note)
        if request.old_size > request.checkpoint.size or (not request.old_size and request.proof):
            raise CustodyError("The request to a witness goes on from a size that is not smaller.")
        return request


def make_request(read_log_tile: ReadTile, old_size: int, note: str) -> WitnessRequest:
    """A request that leads from a size to a checkpoint.

    Args:
        read_log_tile: Gives the log's tiles.
        old_size: Where the witness goes on; 0 if it has seen nothing.
        note: The newer signed checkpoint.

    Raises:
        CustodyError: the log was never of that size.
    """
    size = Checkpoint.from_text(read_note(note).text).size
    if not 0 <= old_size <= size:
        raise CustodyError(f"The log has {size} entries; it cannot go on from {old_size}.")
    proof: Sequence[bytes] = ()
    if 0 < old_size < size:
        proof = consistency_from_tiles(read_log_tile, old_size, size)
    return WitnessRequest(old_size, tuple(proof), note)


def _line(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")
