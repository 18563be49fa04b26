"""JSON documents of ``log``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NotRequired, TypedDict


class LogCheckDocument(TypedDict):
    """The outcome of one numbered check."""

    number: int
    name: str
    ok: bool
    checked: bool
    asked: bool
    detail: str


class VerificationDocument(TypedDict):
    """Whether the custody log holds."""

    ok: bool
    checks: list[LogCheckDocument]


class CheckpointDocument(TypedDict):
    """The newest signed checkpoint, and the key to check it with."""

    size: int
    checkpoint: str
    key: str


class ProofDocument(TypedDict):
    """A proof of one statement, or the file that it was written to."""

    statement: str
    proof: NotRequired[str]
    file: NotRequired[str]


class CheckedProofDocument(TypedDict):
    """Whether a proof holds, and the statement that it shows."""

    ok: bool
    checks: list[LogCheckDocument]
    origin: str
    size: int
    statement: dict[str, str | int]


class EntryDocument(TypedDict):
    """One entry of the custody log."""

    entry: int
    batch: int
    action: str
    time: str
    person: str
    list: str | None
    rows: dict[str, int]
    details: dict[str, str | int]
    stands: bool


class LogDocument(TypedDict):
    """The entries of the custody log."""

    entries: list[EntryDocument]


DOCUMENTS: Mapping[str, type] = {
    "log verify": VerificationDocument,
    "log checkpoint": CheckpointDocument,
    "log proof": ProofDocument,
    "log check-proof": CheckedProofDocument,
    "log show": LogDocument,
}
"""Documents by command."""
