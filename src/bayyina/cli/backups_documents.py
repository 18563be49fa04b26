"""JSON documents of ``backup``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict


class BackupDocument(TypedDict):
    """A backup that was made."""

    file: str
    bytes: int
    sha256: str
    entries: int
    records: int
    statements: int
    recipients: list[str]
    key_files: int
    blobs: int
    blobs_copied: int
    blobs_removed: int
    blobs_missing: int
    blobs_foreign: int
    before_erasure: list[str]
    batch: int


class BackupStateDocument(TypedDict):
    """What a backup holds, and whether it holds."""

    ok: bool
    time: str
    origin: str
    entries: int
    records: int
    statements: int
    counts_agree: bool
    log_holds: bool
    broken: list[str]
    unchecked: list[str]
    blobs: int
    blobs_read: int
    blobs_wrong: list[str]
    blobs_wrong_count: int
    behind: int | None


class RestoredDocument(BackupStateDocument):
    """A workspace that was made of a backup."""

    workspace: str


DOCUMENTS: Mapping[str, type] = {
    "backup create": BackupDocument,
    "backup verify": BackupStateDocument,
    "backup restore": RestoredDocument,
}
"""Documents by command."""
