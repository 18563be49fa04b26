"""JSON documents of ``bundle``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NotRequired, TypedDict


class BundleProblemDocument(TypedDict):
    """Something that a check found."""

    path: str
    change: str
    why: str


class BundleCheckDocument(TypedDict):
    """The outcome of one numbered check."""

    number: int
    name: str
    ok: bool
    checked: bool
    asked: bool
    detail: str
    problems: list[BundleProblemDocument]
    warnings: list[str]


class VerifiedBundleDocument(TypedDict):
    """Whether a bundle holds, and what it does not show even then."""

    ok: bool
    bundle: bool
    checks: list[BundleCheckDocument]
    not_proved: list[str]


class BundleSetDocument(TypedDict):
    """A set that was written."""

    set: str
    path: str
    manifest_sha256: str
    files: int
    bytes: int
    records: int
    statements: int
    withheld: int
    evidence: int
    absent: list[str]
    unredacted: list[str]
    entry: int
    encrypted: NotRequired[bool]


class CreatedBundleDocument(TypedDict):
    """The bundle that was written: the full set and, where asked for, the redacted one."""

    sets: list[BundleSetDocument]
    key: str


DOCUMENTS: Mapping[str, type] = {
    "bundle create": CreatedBundleDocument,
    "bundle verify": VerifiedBundleDocument,
}
"""Documents by command."""
