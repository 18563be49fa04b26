"""Proofs of OpenTimestamps over one digest, put together as one.

A calendar's promise is completed weeks later by a proof that leads on to a block. Whoever
brings the completed file brings it for the same digest; the trees of both, joined where they
agree, hold everything that either shows. The bytes are those that the reference program
writes: attestations before operations, both in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from bayyina.custody.open_time_stamps import (
    FILE_DIGESTS,
    MAGIC,
    MAX_MESSAGE,
    MAX_PAYLOAD,
    MAX_STEPS,
    ProofReader,
    read_open_time_stamp,
)
from bayyina.errors import CustodyError

_WITH_ARGUMENT: Final = (0xF0, 0xF1)
_VERSION: Final = b"\x01"


@dataclass
class _Node:
    """A message of a proof: what attests it, and what is computed from it."""

    attestations: set[tuple[bytes, bytes]] = field(default_factory=set)
    branches: dict[bytes, _Node] = field(default_factory=dict)


def merge_open_time_stamps(proofs: Sequence[bytes]) -> bytes:
    """One proof with all that some proofs over one digest show.

    Args:
        proofs: The files, at least one.

    Raises:
        CustodyError: one is damaged, or they are over different digests.
    """
    root = _Node()
    heads = {_take_in(proof, root) for proof in proofs}
    if len(heads) != 1:
        raise CustodyError("The OpenTimestamps proofs are over different digests.")
    return MAGIC + _VERSION + heads.pop() + _written(root)


def _take_in(proof: bytes, root: _Node) -> bytes:
    """Add a proof's tree to another; the bytes of the digest that it is over."""
    read_open_time_stamp(proof)
    reader = ProofReader(proof[len(MAGIC) + len(_VERSION) :])
    tag = reader.byte()
    head = bytes([tag]) + reader.take(FILE_DIGESTS[tag][1])
    waiting: list[_Node] = []
    here = root
    for _ in range(MAX_STEPS):
        tag = reader.byte()
        if tag == 0xFF:
            waiting.append(here)
        elif tag == 0x00:
            here.attestations.add((reader.take(8), reader.text(MAX_PAYLOAD)))
            if not waiting:
                return head
            here = waiting.pop()
        else:
            argument = reader.text(MAX_MESSAGE, 1) if tag in _WITH_ARGUMENT else b""
            here = here.branches.setdefault(bytes([tag]) + argument, _Node())
    raise CustodyError("The OpenTimestamps proof has too many steps.")


def _written(root: _Node) -> bytes:
    """The bytes of a tree."""
    parts: list[bytes] = []
    waiting: list[tuple[bytes, _Node]] = [(b"", root)]
    while waiting:
        before, node = waiting.pop()
        parts.append(before)
        ends = [
            b"\x00" + tag + _number(len(payload)) + payload
            for tag, payload in sorted(node.attestations)
        ]
        operations = sorted(node.branches)
        count = len(ends) + len(operations)
        parts += [(b"\xff" if n < count else b"") + end for n, end in enumerate(ends, 1)]
        further = [
            ((b"\xff" if n < count else b"") + _operation(one), node.branches[one])
            for n, one in enumerate(operations, len(ends) + 1)
        ]
        waiting += reversed(further)
    return b"".join(parts)


def _operation(key: bytes) -> bytes:
    if key[0] not in _WITH_ARGUMENT:
        return key
    return key[:1] + _number(len(key) - 1) + key[1:]


def _number(value: int) -> bytes:
    """A number of seven bits a byte, the lowest first."""
    parts = bytearray()
    while value >= 0x80:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)
