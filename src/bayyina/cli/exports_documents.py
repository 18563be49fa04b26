"""The JSON document of ``bayyina export``, as types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from bayyina.cli.left_out import LeftOutDocument


class ExportDocument(TypedDict):
    """An export that was written."""

    form: str
    files: list[str]
    records: int
    rows: int
    sha256: str
    level: str
    recipient: str
    left_out: list[LeftOutDocument]
    batch: int


DOCUMENTS: Mapping[str, Any] = {"export": ExportDocument}
"""The documents of these commands."""
