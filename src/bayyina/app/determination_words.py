"""What determinations decide, and what each of them says for or against a record."""

from __future__ import annotations

from typing import Final

from bayyina.app.rows import DeterminationRow

AFFIRMING: Final = ("verified", "identified", "sufficient")
"""Decisions that a record meets a standard."""

OBJECTING: Final = ("disputed", "rejected")
"""Decisions that it does not, or that this is not settled."""

DECISIONS: Final = (*AFFIRMING, *OBJECTING, "released")
"""What may be decided about a record. ``released`` says nothing about what it states."""

FOR: Final = "for"
AGAINST: Final = "against"
NEITHER: Final = "none"


def word_of(row: DeterminationRow) -> str | None:
    """What a determination says: ``for``, ``against`` or ``none``; None if nothing of the kind.

    To be against "verified" is an objection; to be against "disputed" takes one back.
    """
    if row.decision in AFFIRMING:
        return row.verdict
    if row.decision in OBJECTING:
        return AGAINST if row.verdict == FOR else NEITHER
    return None
