"""JSON document of ``seal``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict


class SealingDocument(TypedDict):
    """What was sealed afterwards."""

    reason: str
    records: list[str]
    statements: int
    kept_aside: int
    batch: int | None
    traces_left: bool


DOCUMENTS: Mapping[str, type] = {"seal": SealingDocument}
"""Documents by command."""
