"""What a decision took out of an output, as commands print it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict


class ReasonDocument(TypedDict):
    """A reason in both languages."""

    en: str
    ar: str


class LeftOutDocument(TypedDict):
    """How much a rule left out or made coarser, and why; never what."""

    rule: str
    reason: ReasonDocument
    records: int
    statements: int


def in_words(one: Mapping[str, Any]) -> str:
    """What a rule took out, for a person."""
    parts = [f"{one[name]:,} {name}" for name in ("records", "statements") if one[name]]
    return f"Left out or made coarser: {' and '.join(parts)} ({one['rule']}): {one['reason']['en']}"
