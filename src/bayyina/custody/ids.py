"""UUIDv7 (RFC 9562) for batches, and for items in a form that can be turned back.

A batch id is 48 bits of Unix milliseconds and 74 random bits. The id of an item carries
the same millisecond, the first 36 random bits of its batch, a code for the kind of item,
and the item's position in the batch:

====  ====================================================
bits  meaning
====  ====================================================
48    Unix time in milliseconds, that of the batch
4     version, 7
12    first 12 random bits of the batch (its ``rand_a``)
2     variant, binary 10
24    next 24 random bits of the batch (top of ``rand_b``)
6     kind of item
32    position in the batch, from 0
====  ====================================================

So ids of one batch and kind sort by position, and an id leads back to its batch and row
without a table.
"""

from __future__ import annotations

import os
from typing import NamedTuple
from uuid import UUID

from bayyina.errors import CustodyError

KIND_CODES = {
    "record": 0,
    "statement": 1,
    "closure": 2,
    "list_row": 3,
    "member": 4,
    "case": 5,
    "case_key": 6,
    "judgement": 7,
    "determination": 8,
    "setting": 9,
    "closing": 10,
    "run": 11,
    "erasure": 12,
    "link": 13,
}
"""Codes of the kinds of items; a code is never given to another kind."""

MAX_POSITION = (1 << 32) - 1
"""Last position that an id can carry."""

_KINDS = {code: kind for kind, code in KIND_CODES.items()}
_VERSION_AND_VARIANT = (7 << 76) | (2 << 62)


class ItemId(NamedTuple):
    """What the id of an item says."""

    milliseconds: int
    """Unix time of its batch."""

    batch_prefix: int
    """First 36 random bits of its batch's id."""

    kind: str
    """Kind of item."""

    position: int
    """Position in the batch among items of that kind."""


def new_batch_id(milliseconds: int, *, random: bytes | None = None) -> UUID:
    """A fresh UUIDv7.

    Args:
        milliseconds: Unix time.
        random: 10 bytes, only for published vectors; fresh ones otherwise.
    """
    if not 0 <= milliseconds < 1 << 48:
        raise CustodyError(f"The time {milliseconds} ms does not fit into an id.")
    bits = int.from_bytes(os.urandom(10) if random is None else random, "big") & ((1 << 74) - 1)
    return UUID(int=_assemble(milliseconds, bits >> 62, bits & ((1 << 62) - 1)))


def item_id(batch: UUID, position: int, *, kind: str = "record") -> UUID:
    """The id of the item of ``kind`` at ``position`` of ``batch``: a UUIDv7 of the same time."""
    if not 0 <= position <= MAX_POSITION:
        raise CustodyError(f"The position {position} does not fit into an id.")
    if kind not in KIND_CODES:
        raise CustodyError(f"Items of kind {kind!r} have no ids.")
    prefix = _prefix(batch)
    low = ((prefix & ((1 << 24) - 1)) << 38) | (KIND_CODES[kind] << 32) | position
    return UUID(int=_assemble(batch.int >> 80, prefix >> 24, low))


def read_item_id(item: UUID) -> ItemId:
    """What the id of an item says.

    Raises:
        CustodyError: it is not an id that ``item_id`` makes.
    """
    code = (item.int >> 32) & 0x3F
    if item.int & (0xF << 76 | 3 << 62) != _VERSION_AND_VARIANT or code not in _KINDS:
        raise CustodyError(f"{item} is not the id of an item.")
    return ItemId(item.int >> 80, _prefix(item), _KINDS[code], item.int & MAX_POSITION)


def is_item_of(item: UUID, batch: UUID) -> bool:
    """Whether the item with this id came with ``batch``."""
    return item.int >> 80 == batch.int >> 80 and _prefix(item) == _prefix(batch)


def _prefix(identity: UUID) -> int:
    """The first 36 bits after the time, version and variant left out."""
    high, low = (identity.int >> 64) & 0xFFF, (identity.int >> 38) & ((1 << 24) - 1)
    return (high << 24) | low


def _assemble(milliseconds: int, rand_a: int, rand_b: int) -> int:
    return (milliseconds << 80) | _VERSION_AND_VARIANT | (rand_a << 64) | rand_b
