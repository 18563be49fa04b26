"""The JSON document of ``bayyina export``, as types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict


class ExportDocument(TypedDict):
    """An export that was written."""

    form: str
    files: list[str]
    records: int
    rows: int
    sha256: str
    level: str
    batch: int


DOCUMENTS: Mapping[str, Any] = {"export": ExportDocument}
"""The documents of these commands."""
