"""The JSON documents of ``bayyina dossier`` and ``bayyina letter``, as types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict


class DossierDocument(TypedDict):
    """A dossier that was written; ``withheld`` counts sealed statements."""

    person: str
    records: int
    events: int
    decisions: int
    withheld: int
    files: dict[str, list[str]]
    batch: int


class LetterDocument(TypedDict):
    """A letter that was written; ``withheld`` are records that nobody released."""

    person: str
    events: list[str]
    unknown: list[str]
    withheld: list[str]
    files: dict[str, list[str]]
    batch: int


DOCUMENTS: Mapping[str, Any] = {"dossier": DossierDocument, "letter": LetterDocument}
"""The documents of these commands."""
