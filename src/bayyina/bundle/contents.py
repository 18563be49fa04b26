"""What a bundle holds, as plain values: filled from a workspace, written without one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bayyina.custody.canonical import canonical_json

FORMAT: Final = "bayyina-bundle/v1"
"""Stands in ``data/bundle.json`` and, as ``Bayyina-Bundle``, in ``bag-info.txt``."""

FULL: Final = "full"
"""The set with everything that may leave."""

REDACTED: Final = "redacted"
"""The set without what only some may read; made from the same definition."""

ENTRY: Final = "custody/entry.json"
"""The log's entry about this bundle."""

ENTRY_PROOF: Final = "custody/entry.tlog-proof"
"""Where that entry stands in the log (C2SP tlog-proof)."""

STATES: Final = ("stands", "superseded", "withdrawn", "undone")
"""What can be said of a statement: it stands, was corrected, taken back, or its import undone."""


def bag_info(origin: str, made_at: str, which: str) -> tuple[tuple[str, str], ...]:
    """Labels and values of ``bag-info.txt``, all of which follow from ``bundle.json``."""
    return (
        ("Bagging-Date", made_at[:10]),
        ("Bag-Software-Agent", "Bayyina"),
        ("Bayyina-Bundle", FORMAT),
        ("External-Identifier", origin),
        ("Internal-Sender-Description", f"{which} set"),
    )


def definition_digest(definition: Mapping[str, Any]) -> str:
    """SHA-256 (hex) over the canonical JSON of what was asked for."""
    return hashlib.sha256(canonical_json(definition)).hexdigest()


@dataclass(frozen=True)
class BundledStatement:
    """A statement or a decision that is shown, with its proof."""

    id: str
    """Its id, such as ``R-S-2-17``; of a decision, ``R-D-2-17``."""

    state: str
    """One of ``STATES``."""

    row: Mapping[str, str | int]
    """Its leaf without kind and salt."""

    proof: str
    """Text of its row proof."""

    shown: str = ""
    """What a link points at, as an id."""


@dataclass(frozen=True)
class Withheld:
    """A statement that is left out of a set."""

    id: str
    """Its id."""

    leaf: str
    """Hash of its leaf (hex), which tells nothing without the salt."""

    why: str
    """``sealed``, ``level``, ``embargo``, ``detail``, ``consent``, ``staff`` or ``erased``."""


@dataclass(frozen=True)
class BundledRecord:
    """A record with what is said of it."""

    id: str
    """Its id, such as ``R-2-17``."""

    type: str
    """Type in the vocabulary."""

    statements: tuple[BundledStatement, ...]
    """What is shown: what stands, and what was corrected, withdrawn or undone."""

    withheld: tuple[Withheld, ...] = ()
    """What is left out."""

    determinations: tuple[BundledStatement, ...] = ()
    """What people decided, for and against."""

    files: tuple[str, ...] = ()
    """SHA-256 (hex) of the evidence files that it is about."""


@dataclass(frozen=True)
class BundledFile:
    """An evidence file."""

    sha256: str
    """Digest (hex) at intake."""

    size: int
    """Bytes."""

    media_type: str
    """What it is, such as ``image/jpeg``."""

    original_name: str
    """Its name when it was taken in, with whatever characters; what it is called here where that
    is withheld."""

    record: str
    """Id of the record of it."""

    open: Callable[[bytearray], Iterator[bytes | memoryview]] = field(repr=False)
    """Gives its bytes in blocks; those that lie in the room that it is given are overwritten by
    the next one, and only the last of them is shorter than the room."""

    digest_statement: str = ""
    """Id of the statement that states its digest."""

    derived_from: str = ""
    """SHA-256 (hex) of the file that it was made from."""

    tool: str = ""
    """What it was made with, where it was made from another."""

    name_withheld: bool = False
    """Whether its own name is sealed or may not be told."""


@dataclass(frozen=True)
class RedactedItem:
    """An evidence item, and what stands for it in a redacted set."""

    of: str
    """Id of the item."""

    shown_as: str
    """Id of its redacted copy; empty where there is none in the set."""

    why: str
    """Why there is none: ``none`` was made, it is ``sealed``, or ``consent`` forbids it."""


@dataclass(frozen=True)
class CustodyEvent:
    """Something that happened to a file or record (PREMIS)."""

    id: str
    """Stable within the bundle."""

    type: str
    """A PREMIS event type, such as ``ingestion`` or ``fixity check``."""

    time: str
    """RFC 3339."""

    detail: str
    """What was done."""

    outcome: str
    """How it ended."""

    agent: str
    """Code of the person or name of the program."""

    objects: tuple[str, ...]
    """SHA-256 of files, or ids of records."""


@dataclass(frozen=True)
class Gap:
    """A time before intake of which the log says nothing."""

    record: str
    """Id of the record."""

    since: str
    """The earliest time that is stated of it; empty if none is."""

    until: str
    """When it was taken in."""

    known: tuple[str, ...]
    """Ids of statements that say where it was meanwhile."""


@dataclass(frozen=True)
class CosignedCheckpoint:
    """A checkpoint that witnesses cosigned."""

    checkpoint: str
    """The signed checkpoint with all its signatures."""

    consistency: str
    """C2SP add-checkpoint request that leads from it to the bundle's checkpoint."""


@dataclass(frozen=True)
class StampedCheckpoint:
    """A time-stamp by an authority, with all that it is checked with."""

    checkpoint: str
    """The signed checkpoint whose bytes were stamped."""

    token: bytes
    """The authority's answer (DER)."""

    chain: bytes
    """Certificates, PEM."""

    revoked: bytes
    """Lists of revoked certificates, PEM; may be empty."""

    consistency: str
    """C2SP add-checkpoint request that leads from it to the bundle's checkpoint."""


@dataclass(frozen=True)
class CalendarProof:
    """An OpenTimestamps proof."""

    checkpoint: str
    """The signed checkpoint whose bytes were stamped."""

    proof: bytes
    """The ``.ots`` file."""

    headers: Mapping[int, str]
    """Block headers (hex, 80 bytes) by height."""

    consistency: str
    """C2SP add-checkpoint request that leads from it to the bundle's checkpoint."""


@dataclass(frozen=True)
class BundleContent:
    """Everything that one set of a bundle holds."""

    title: str
    """What it is, in words."""

    origin: str
    """Origin of the log."""

    fictional: bool
    """Whether everything in it is invented."""

    made_at: str
    """RFC 3339."""

    definition: Mapping[str, Any]
    """What was asked for: the query or ids, level, purpose."""

    set: str
    """``FULL`` or ``REDACTED``."""

    checkpoint: str
    """Signed checkpoint that all proofs lead to."""

    log_keys: Sequence[str]
    """The log's public keys, in C2SP form."""

    witness_keys: Sequence[str]
    """Public keys of witnesses that cosigned, in C2SP form."""

    records: Sequence[BundledRecord]
    """In order."""

    files: Sequence[BundledFile] = ()
    """Evidence files."""

    events: Sequence[CustodyEvent] = ()
    """What happened, in order of time."""

    gaps: Sequence[Gap] = ()
    """Custody before intake."""

    staff: Sequence[Mapping[str, Any]] = ()
    """People by code, with their roles and keys, without names."""

    cosigned: Sequence[CosignedCheckpoint] = ()
    """Checkpoints that witnesses cosigned."""

    stamps: Sequence[StampedCheckpoint] = ()
    """Time-stamps by authorities."""

    calendars: Sequence[CalendarProof] = ()
    """OpenTimestamps proofs."""

    twin: str = ""
    """Of a redacted set: SHA-256 (hex) of the full set's ``manifest-sha256.txt``."""

    redactions: Sequence[RedactedItem] = ()
    """Of a redacted set: every evidence item, and the redacted copy that stands for it."""

    absent: Sequence[str] = ()
    """Ids of records that were asked for and may not leave, or were erased."""
