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
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from bayyina.custody.canonical import MAX_INTEGER, canonical_json, read_canonical, utf8
from bayyina.custody.merkle import HASH_LENGTH
from bayyina.errors import CustodyError

VERSION = 1
"""Version of the form of entries."""

MAX_ENTRY_BYTES = 65_535
"""Longest entry that a bundle of C2SP tlog-tiles can carry."""

MAX_BATCH = MAX_INTEGER >> 32
"""Greatest batch number whose rows have numbers of at most 53 bits: 2,097,151."""

MAX_LEAVES = 1 << 32
"""Most rows of a kind that a batch can have."""

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_NAME = re.compile(r"[a-z][a-z0-9_.-]*")
_HEX = re.compile(r"[0-9a-f]{64}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
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
        if type(self.actor) is UUID and type(self.batch) is UUID:
            quick = _quickly_written(self, str(self.actor), str(self.batch), self.time, self.salt)
            if quick is not None:
                return quick
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


class EntryFacts(Protocol):
    """What an entry says, whatever holds it; as in ``Entry``."""

    @property
    def action(self) -> str:
        """What was done."""
        ...

    @property
    def batch_number(self) -> int:
        """Number of the batch."""
        ...

    @property
    def case(self) -> str:
        """Code of the case."""
        ...

    @property
    def details(self) -> Mapping[str, str | int]:
        """Further facts."""
        ...

    @property
    def opened(self) -> str:
        """When the batch was begun."""
        ...

    @property
    def trees(self) -> Mapping[str, tuple[int, bytes]]:
        """Size and root of what the batch brought, by kind of row."""
        ...

    @property
    def clock_behind_ms(self) -> int | None:
        """How far the clock was behind."""
        ...


def new_entry(facts: EntryFacts, *, actor: str, batch: str, time: str) -> bytes:
    """The bytes of a new entry with a salt of its own.

    Args:
        facts: What it says.
        actor: UUID of the member.
        batch: UUIDv7 of the change set.
        time: When it is appended.

    Raises:
        CustodyError: something in it has no place in an entry.
    """
    quick = _quickly_written(facts, actor, batch, time, os.urandom(32).hex())
    if quick is not None:
        return quick
    return Entry(
        action=facts.action,
        actor=UUID(actor),
        batch=UUID(batch),
        batch_number=facts.batch_number,
        case=facts.case,
        details=facts.details,
        opened=facts.opened,
        time=time,
        trees={kind: TreeHead(*head) for kind, head in facts.trees.items()},
        clock_behind_ms=facts.clock_behind_ms,
    ).to_bytes()


def _quickly_written(
    facts: EntryFacts, actor: str, batch: str, time: str, salt: str
) -> bytes | None:
    """The bytes of an entry, several times quicker; None where something needs a closer look.

    Byte for byte what ``canonical_json`` gives, which the tests hold it to: what stands here
    without escapes can hold nothing that needs one.
    """
    trees, behind, number = _written_trees(facts.trees), facts.clock_behind_ms, facts.batch_number
    is_plain = (
        trees is not None
        and _is_like(actor, _UUID)
        and _is_like(batch, _UUID)
        and type(facts.case) is str
        and type(number) is int
        and 1 <= number <= MAX_BATCH
        and _is_like(facts.action, _NAME)
        and _is_like(salt, _HEX)
        and _is_time(facts.opened)
        and _is_time(time)
        and (behind is None or (type(behind) is int and 1 <= behind <= MAX_INTEGER))
    )
    if not is_plain:
        return None
    details = "{}"
    if facts.details:
        told = dict(facts.details)
        details = canonical_json(told).decode("utf-8")
        _details(told)
    late = "" if behind is None else f'"clock_behind_ms":{behind},'
    data = utf8(
        f'{{"action":"{facts.action}","actor":"{actor}","batch":"{batch}","batch_number":{number},'
        f'"case":{encode_basestring(facts.case)},{late}"details":{details},'
        f'"opened":"{facts.opened}","salt":"{salt}","time":"{time}","trees":{trees},"v":{VERSION}}}'
    )
    return data if len(data) <= MAX_ENTRY_BYTES else None


def _written_trees(trees: Mapping[str, tuple[int, bytes]]) -> str | None:
    parts = []
    for kind in sorted(trees):
        size, root = trees[kind]
        is_plain = type(size) is int and 1 <= size <= MAX_LEAVES and _is_like(kind, _NAME)
        if not is_plain or type(root) is not bytes or len(root) != HASH_LENGTH:
            return None
        parts.append(f'"{kind}":{{"n":{size},"root":"{root.hex()}"}}')
    return f"{{{','.join(parts)}}}"


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


def _is_like(value: object, pattern: re.Pattern[str]) -> bool:
    return type(value) is str and pattern.fullmatch(value) is not None


@lru_cache(maxsize=256)
def _is_time(text: str) -> bool:
    """Whether a text is a time as entries write it; many entries state the same one."""
    try:
        read_time(text)
    except (CustodyError, TypeError):
        return False
    return True


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
        size = _integer(head["n"], 1, MAX_LEAVES, "n")
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
