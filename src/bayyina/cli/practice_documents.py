"""What ``bayyina practice --json`` prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict


class PracticeDocument(TypedDict):
    """A practice workspace."""

    folder: str
    """Where it stands."""

    made: bool
    """Whether it was made now; false: it was there and is used as it stands."""

    people: list[str]
    """Handles of the invented people."""

    passphrase: str
    """Passphrase of each of them."""

    journeys: dict[str, list[str]]
    """Steps of each guided journey, in order."""

    fictional: bool
    """Always true."""


DOCUMENTS: Mapping[str, Any] = {"practice": PracticeDocument}
"""Documents by command."""
