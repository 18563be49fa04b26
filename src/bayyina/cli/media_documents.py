"""JSON documents of ``bayyina media``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict


class IndicatorDocument(TypedDict):
    """One thing for a person to look at; never a verdict."""

    method: str
    version: str
    finding: str
    finding_ar: str
    false_alarm_rate: float | None
    reference_set: str
    explanations: list[str]
    explanations_ar: list[str]
    limits: str
    limits_ar: str
    parameters: dict[str, Any]
    numbers: dict[str, Any]
    input_sha256: str


class FileReportDocument(TypedDict):
    """What was found out about one file."""

    path: str
    sha256: str | None
    type: str | None
    types_by_tool: dict[str, str | None]
    metadata: dict[str, Any]
    hashes: dict[str, Any]
    indicators: list[IndicatorDocument]
    outcome: str
    detail: str


class NearFileDocument(TypedDict):
    """A file of a group."""

    path: str
    sha256: str | None


class NearLinkDocument(TypedDict):
    """Why two files are in one group."""

    first: str
    second: str
    distance: int | None
    how: str
    share: float | None


class NearGroupDocument(TypedDict):
    """Files that look alike."""

    files: list[NearFileDocument]
    links: list[NearLinkDocument]


class NotComparedDocument(TypedDict):
    """A file whose looks were not compared."""

    path: str
    outcome: str
    reason: str


class MediaNearDocument(TypedDict):
    """Groups of files that look alike; the unit is the file."""

    unit: str
    files: int
    distinct_files: int
    compared: int
    radius: int
    groups: list[NearGroupDocument]
    not_compared: list[NotComparedDocument]
    note: str
    note_ar: str


DOCUMENTS: Mapping[str, Any] = {
    "media inspect": list[FileReportDocument],
    "media near": MediaNearDocument,
}
"""The document of each command, by the command's words."""
