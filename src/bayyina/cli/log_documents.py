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
    second_key: NotRequired[str]


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


class WitnessAnswerDocument(TypedDict):
    """What a witness answered to one file."""

    file: str
    outcome: str
    origin: str
    size: int
    last_size: int
    detail: str
    answer: NotRequired[str]


class WitnessedLogDocument(TypedDict):
    """A log that a witness trusts."""

    origin: str
    size: int


class WitnessDocument(TypedDict):
    """The work of a witness."""

    witness: str
    trusted: list[str]
    answers: list[WitnessAnswerDocument]
    key: NotRequired[str]
    logs: NotRequired[list[WitnessedLogDocument]]


class CosignatureDocument(TypedDict):
    """A witness's cosignature."""

    witness: str
    time: str


class CosignedDocument(TypedDict):
    """The cosignatures that were kept."""

    cosignatures: list[CosignatureDocument]


class StampRequestDocument(TypedDict):
    """The request for a time-stamp that was written."""

    file: str
    size: int


class StampDocument(TypedDict):
    """The time-stamp that was kept."""

    time: str
    authority: str
    policy: str
    serial: str
    accuracy: str
    revocation: str


class AttestationDocument(TypedDict):
    """What one branch of a calendar's proof comes to."""

    kind: str
    detail: str
    state: str


class CalendarDocument(TypedDict):
    """The calendar's proof that was kept."""

    attestations: list[AttestationDocument]


class OutsideWitnessDocument(TypedDict):
    """A cosignature that is kept."""

    size: int
    time: str
    witness: str


class OutsideStampDocument(TypedDict):
    """A time-stamp that is kept."""

    size: int
    time: str
    authority: str
    revocation: str


class OutsideCalendarDocument(TypedDict):
    """An attestation that is kept."""

    size: int
    state: str
    detail: str


class OutsideDocument(TypedDict):
    """What others said of the log."""

    witnesses: list[OutsideWitnessDocument]
    time_stamps: list[OutsideStampDocument]
    calendars: list[OutsideCalendarDocument]
    enough_authorities: bool


class TilesDocument(TypedDict):
    """The log as tiles."""

    folder: str
    size: int
    files: int
    key: str


DOCUMENTS: Mapping[str, type] = {
    "log verify": VerificationDocument,
    "log checkpoint": CheckpointDocument,
    "log proof": ProofDocument,
    "log check-proof": CheckedProofDocument,
    "log show": LogDocument,
    "log witness": WitnessDocument,
    "log cosigned": CosignedDocument,
    "log stamp-request": StampRequestDocument,
    "log stamp": StampDocument,
    "log calendar": CalendarDocument,
    "log outside": OutsideDocument,
    "log tiles": TilesDocument,
}
"""Documents by command."""
