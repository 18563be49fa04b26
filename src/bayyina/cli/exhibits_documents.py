"""The JSON document of ``bayyina exhibits``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from bayyina.cli.papers_documents import NameDocument


class ExhibitStatementDocument(TypedDict):
    """A statement with its place in the log; ``proof`` is empty where none may be given."""

    id: str
    property: NameDocument
    said: NameDocument
    is_blurred: bool
    source: str
    locator: str
    evidence: str
    entry: int
    recorded_at: str
    recorded_by: str
    leaf: str
    proof: str


class ExhibitDocument(TypedDict):
    """A record that is relied on."""

    mark: str
    record: str
    type: str
    label: NameDocument
    statements: list[ExhibitStatementDocument]


class ExhibitFileDocument(TypedDict):
    """An evidence item; ``sha256`` is empty where no digest is recorded."""

    item: str
    name: str
    kind: NameDocument | None
    size: int | None
    sha256: str
    exhibits: list[str]


class ExhibitSourceDocument(TypedDict):
    """Who says it: a list or a pseudonym."""

    id: str
    name: str


class ExhibitsDocument(TypedDict):
    """A list of exhibits; ``untold`` are deaths of which no family was told."""

    day: NameDocument
    exhibits: list[ExhibitDocument]
    files: list[ExhibitFileDocument]
    sources: list[ExhibitSourceDocument]
    withheld: int
    untold: list[str]
    custody_size: int
    checkpoint: str
    log_key: str
    written: dict[str, list[str]]
    batch: int


DOCUMENTS: Mapping[str, Any] = {"exhibits": ExhibitsDocument}
"""The document of this command."""
