"""JSON documents of ``keys``, ``lock`` and of members' own keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict


class SealingHoldersDocument(TypedDict):
    """Who can open what was sealed with one key."""

    code: str
    case: str
    people: list[str]


class EvidenceHoldersDocument(TypedDict):
    """Who can open the bytes of evidence, and how many items take the evidence key."""

    code: str | None
    people: list[str]
    waiting: list[str]
    former: list[str]
    items: int
    earlier: int


class SharesStateDocument(TypedDict):
    """The set of shares in force."""

    set: str
    of: int
    needed: int
    made: str
    codes: list[str]


class RecoveryDoneDocument(TypedDict):
    """One use of shares."""

    time: str
    handle: str
    people: list[str]
    shares: list[int]
    reason: str
    signed: bool


class KeyStatusDocument(TypedDict):
    """The keys of a workspace, and who holds them."""

    case_key_since: str
    case_key_people: list[str]
    former: list[str]
    sealing: list[SealingHoldersDocument]
    evidence: EvidenceHoldersDocument
    former_cleared: list[str]
    shares: SharesStateDocument | None
    recoveries: list[RecoveryDoneDocument]


class RotationDocument(TypedDict):
    """A key that was replaced."""

    what: str
    records: int
    batches: int
    people: list[str]
    shares: bool
    traces_left: bool
    batch: int


class SharesMadeDocument(TypedDict):
    """A set of shares; the shares themselves only where they were not written to files."""

    set: str
    of: int
    needed: int
    batch: int
    files: list[str]
    shares: list[str]


class SharesWithdrawnDocument(TypedDict):
    """Shares open nothing that comes later."""

    batch: int


class RecoveryDocument(TypedDict):
    """What shares gave back."""

    handle: str
    codes: list[str]
    people: list[str]
    shares: list[int]
    batch: int


class MemberKeyDocument(TypedDict):
    """Whose key file was changed."""

    handle: str


class BindingDocument(TypedDict):
    """Whether a key file is bound to a security key now."""

    handle: str
    bound: bool


class LockDocument(TypedDict):
    """What was forgotten and removed."""

    told_server: bool
    removed: list[str]
    left: list[str]


DOCUMENTS: Mapping[str, type] = {
    "keys status": KeyStatusDocument,
    "keys rotate": RotationDocument,
    "keys shares make": SharesMadeDocument,
    "keys shares withdraw": SharesWithdrawnDocument,
    "keys recover": RecoveryDocument,
    "keys rescue": RecoveryDocument,
    "keys passphrase": MemberKeyDocument,
    "keys renew": MemberKeyDocument,
    "keys bind": BindingDocument,
    "keys unbind": BindingDocument,
    "lock": LockDocument,
}
"""Documents by command."""
