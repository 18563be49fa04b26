"""What ``bayyina serve --json`` prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict


class ServeDocument(TypedDict):
    """Where the server answers, printed once it does."""

    address: str
    """Address of the first page."""


DOCUMENTS: Mapping[str, Any] = {"serve": ServeDocument}
"""Documents by command."""
