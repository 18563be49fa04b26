"""Entries of the log: one for each change, as canonical JSON.

An entry says who did what when, and commits by Merkle roots to every row that the change
brought. It holds no personal data: those stand in rows, whose leaves are salted. An
entry's bytes are its leaf: ``SHA-256(0x00 || bytes)``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from bayyina.custody.canonical import MAX_INTEGER, canonical_json, read_canonical
from bayyina.errors import CustodyError

VERSION = 1
"""Version of the form of entries."""

MAX_ENTRY_BYTES = 65_535
"""Longest entry that a bundle of C2SP tlog-tiles can carry."""

MAX_BATCH = MAX_INTEGER >> 32
"""Greatest batch number whose rows have numbers of at most 53 bits: 2,097,151."""

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_NAME = re.compile(r"[a-z][a-z0-9_.-]*")
_HEX = re.compile(r"[0-9a-f]{64}")
_REQUIRED = {
    "v", "action", "actor", "batch", "batch_number", "case", "details", "opened", "salt", "time",
    "trees",
}  # fmt: skip
_OPTIONAL = {"clock_behind_ms"}


class TreeHead(NamedTuple):
    """Size and root of the tree over a batch's rows of one kind."""

    size: int
    """Number of rows, at least 1."""

    root: bytes
    """Merkle root over their leaves (32 bytes)."""


@dataclass(frozen=True)
class Entry:
    """One change, as the log tells it."""

    action: str
    """What was done, such as ``import`` or ``record-determination``."""

    actor: UUID
    """The member who did it."""

    batch: UUID
    """UUIDv7 of the change set."""

    batch_number: int
    """Its number; the rows it brought are numbered ``(batch_number << 32) | n``."""

    case: str
    """Code of the case under whose key the batch's keys are wrapped; may be empty."""

    details: Mapping[str, str | int]
    """Further facts for a reader; texts and integers, no personal data."""

    opened: str
    """When the batch was begun; ``recorded_at`` of its statements."""

    time: str
    """When the entry was appended (RFC 3339, UTC, milliseconds)."""

    trees: Mapping[str, TreeHead]
    """What the batch brought, by kind of row."""

    salt: str = field(default_factory=lambda: os.urandom(32).hex())
    """64 hex digits, so that the entry's hash alone tells nobody what it says."""

    clock_behind_ms: int | None = None
    """How far the clock was behind the latest time in the log, where it was set back."""

    def to_bytes(self) -> bytes:
        """The entry's bytes.

        Raises:
            CustodyError: something in it has no place in an entry.
        """
        fields = self._fields()
        data = canonical_json(fields)
        if len(data) > MAX_ENTRY_BYTES:
            raise CustodyError(
                f"An entry of {len(data)} bytes is too long: at most {MAX_ENTRY_BYTES} fit."
            )
        if type(self.actor) is not UUID or type(self.batch) is not UUID:
            raise CustodyError("In an entry of the log, an id is not a UUID.")
        _check_fields(fields)
        return data

    @classmethod
    def from_bytes(cls, data: bytes) -> Entry:
        """Read an entry; any other form than the one this version writes is refused.

        Raises:
            CustodyError: the bytes are not an entry.
        """
        fields = read_canonical(data)
        if not isinstance(fields, dict) or fields.get("v") != VERSION:
            raise CustodyError(
                "An entry of the log is not of a version that this program knows.",
                hint="Update the program.",
            )
        if not _REQUIRED <= fields.keys() <= _REQUIRED | _OPTIONAL:
            raise CustodyError("An entry of the log lacks a key, or has one too many.")
        return _read_fields(fields)

    def _fields(self) -> dict[str, object]:
        fields: dict[str, object] = {
            "v": VERSION,
            "action": self.action,
            "actor": str(self.actor),
            "batch": str(self.batch),
            "batch_number": self.batch_number,
            "case": self.case,
            "details": dict(self.details),
            "opened": self.opened,
            "salt": self.salt,
            "time": self.time,
            "trees": {
                kind: {"n": head.size, "root": head.root.hex()} for kind, head in self.trees.items()
            },
        }
        if self.clock_behind_ms is not None:
            fields["clock_behind_ms"] = self.clock_behind_ms
        return fields


def time_text(moment: datetime) -> str:
    """A time as entries write it: ``2026-11-21T08:32:00.123Z``.

    Raises:
        CustodyError: the time has no time zone.
    """
    if moment.tzinfo is None:
        raise CustodyError("A time without a time zone cannot be logged.")
    whole = moment.astimezone(UTC).replace(tzinfo=None)
    return f"{whole.isoformat(timespec='milliseconds')}Z"


def read_time(text: str) -> datetime:
    """The time that an entry states.

    Raises:
        CustodyError: it is not written as entries write times.
    """
    if _TIME.fullmatch(text):
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
    raise CustodyError(f"{text!r} is not a time as the log writes it (2026-11-21T08:32:00.123Z).")


def clock_behind(latest: str | None, now: str) -> int | None:
    """Milliseconds by which ``now`` lies before the latest time in the log, if it does."""
    if latest is None or read_time(now) >= read_time(latest):
        return None
    return (read_time(latest) - read_time(now)) // timedelta(milliseconds=1)


def _read_fields(fields: dict[str, Any]) -> Entry:
    """The entry of fields that came from somewhere."""
    actor, batch = _uuid(fields["actor"]), _uuid(fields["batch"])
    _check_fields(fields)
    return Entry(
        action=fields["action"],
        actor=actor,
        batch=batch,
        batch_number=fields["batch_number"],
        case=fields["case"],
        details=fields["details"],
        opened=fields["opened"],
        time=fields["time"],
        trees=_trees(fields["trees"]),
        salt=fields["salt"],
        clock_behind_ms=fields.get("clock_behind_ms"),
    )


def _check_fields(fields: dict[str, Any]) -> None:
    """Refuse fields that no entry has; the UUIDs apart.

    Raises:
        CustodyError: something has not the form that it must have.
    """
    _matching(fields["action"], _NAME, "action")
    _integer(fields["batch_number"], 1, MAX_BATCH, "batch_number")
    _text(fields["case"], "case")
    _details(fields["details"])
    for key in ("opened", "time"):
        read_time(_text(fields[key], key))
    _trees(fields["trees"])
    _matching(fields["salt"], _HEX, "salt")
    if fields.get("clock_behind_ms") is not None:
        _integer(fields["clock_behind_ms"], 1, MAX_INTEGER, "clock_behind_ms")


def _details(value: object) -> dict[str, str | int]:
    if not isinstance(value, dict) or not all(
        isinstance(cell, (str, int)) for cell in value.values()
    ):
        raise CustodyError("The details of an entry hold something that is no text or integer.")
    return value


def _trees(value: object) -> dict[str, TreeHead]:
    if not isinstance(value, dict):
        raise CustodyError("The trees of an entry are not given by kind.")
    heads: dict[str, TreeHead] = {}
    for kind, head in value.items():
        if not _NAME.fullmatch(kind) or not isinstance(head, dict) or head.keys() != {"n", "root"}:
            raise CustodyError("A tree of an entry is not a size and a root.")
        size = _integer(head["n"], 1, 1 << 32, "n")
        heads[kind] = TreeHead(size, bytes.fromhex(_matching(head["root"], _HEX, "root")))
    return heads


def _text(value: object, key: str) -> str:
    if not isinstance(value, str):
        raise CustodyError(f"In an entry of the log, {key!r} is not a text.")
    return value


def _matching(value: object, pattern: re.Pattern[str], key: str) -> str:
    text = _text(value, key)
    if not pattern.fullmatch(text):
        raise CustodyError(f"In an entry of the log, {key!r} does not have the form it must have.")
    return text


def _integer(value: object, least: int, greatest: int, key: str) -> int:
    if not isinstance(value, int) or not least <= value <= greatest:
        raise CustodyError(f"In an entry of the log, {key!r} is not an integer that is allowed.")
    return value


def _uuid(value: object) -> UUID:
    text = _text(value, "uuid")
    try:
        found = UUID(text)
    except ValueError as error:
        raise CustodyError("In an entry of the log, an id is not a UUID.") from error
    if str(found) != text:
        raise CustodyError("In an entry of the log, a UUID is not written in its usual form.")
    return found
