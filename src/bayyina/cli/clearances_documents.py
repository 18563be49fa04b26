"""The JSON documents of clearances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict


class ClearanceDocument(TypedDict):
    """Whose clearance was changed, and who is cleared for the case now."""

    handle: str
    case: str
    cleared: list[str]


DOCUMENTS: Mapping[str, Any] = {
    "people clear": ClearanceDocument,
    "people unclear": ClearanceDocument,
    "people seal-key": ClearanceDocument,
}
"""The document of each command."""
