"""What commands about single records and about the workspace's own files print with ``--json``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NotRequired, TypedDict


class FoundRecordDocument(TypedDict):
    """A record that was found; ``matched``: ``id``, ``list_key``, ``list`` or ``name``.

    ``sealed``: whether it has a name that is sealed and was not opened.
    """

    id: str
    type: str
    list_key: str | None
    list: str
    names: list[str]
    sealed: bool
    matched: str
    score: float


class FindDocument(TypedDict):
    """Records that fit a text, best first, and whether there are more.

    ``opened_in`` is the batch that records that sealed names were opened for it.
    """

    text: str
    records: list[FoundRecordDocument]
    more: bool
    opened_in: NotRequired[int]


class OwnFileDocument(TypedDict):
    """One own file: its digest as it lies there and as the log holds it."""

    name: str
    sha256: str | None
    recorded: str | None
    fault: str | None
    is_recorded: bool


class OwnFilesDocument(TypedDict):
    """The workspace's own files; ``batch`` is the one that recorded them, if one did."""

    batch: int | None
    files: list[OwnFileDocument]


DOCUMENTS: Mapping[str, type] = {"find": FindDocument, "own-files": OwnFilesDocument}
"""The document of every command, by the command's words."""
