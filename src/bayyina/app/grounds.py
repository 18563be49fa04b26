"""What a determination rests on, as the text that is signed and stands in the log.

The column ``reasons`` of a determination holds canonical JSON (RFC 8785) with the keys
``reasons`` (the person's words), ``standard`` (digest of the rules that were applied),
``lines`` and ``conditions`` (each a ``name``, what it ``cites``, and the ``origin`` it goes
back to), and ``practice`` where the decision was brought from an earlier one; ``asked`` and ``seen``
where it was signed outside the workspace (``custody.outside_decisions``). Keys without content are
left out. Determinations of the first version hold the person's words alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, NamedTuple

from bayyina.custody.canonical import canonical_json


class Ground(NamedTuple):
    """One line of evidence, or one condition, with what states it."""

    name: str
    """The line, such as ``family_recognition``, or the condition."""

    cites: str
    """Id of the statement or the record that states it."""

    origin: str
    """What that goes back to; copies of one origin bear the same word."""


@dataclass(frozen=True)
class Grounds:
    """Everything a determination rests on."""

    reasons: str
    """The person's words."""

    lines: tuple[Ground, ...] = ()
    """Lines of evidence."""

    conditions: tuple[Ground, ...] = ()
    """Conditions that are recorded."""

    standard: str = ""
    """SHA-256 (hex) over the rules of the standard."""

    practice: str = ""
    """Whose earlier practice the decision was brought from."""

    asked: str = ""
    """Of a decision signed outside the workspace: the request that it answers (hex)."""

    seen: str = ""
    """Of such a decision: digest (hex) of what was said about the record when it was asked for."""

    def to_text(self) -> str:
        """The canonical text."""
        content: dict[str, Any] = {
            "reasons": self.reasons,
            "lines": [ground._asdict() for ground in self.lines],
            "conditions": [ground._asdict() for ground in self.conditions],
            "standard": self.standard,
            "practice": self.practice,
            "asked": self.asked,
            "seen": self.seen,
        }
        return canonical_json({key: value for key, value in content.items() if value}).decode()

    @classmethod
    def of(cls, text: str) -> Grounds:
        """What a text states; a text of another form is the person's words."""
        try:
            content = json.loads(text)
            grounds = cls(
                reasons=str(content["reasons"]),
                lines=tuple(Ground(**item) for item in content.get("lines", ())),
                conditions=tuple(Ground(**item) for item in content.get("conditions", ())),
                standard=str(content.get("standard", "")),
                practice=str(content.get("practice", "")),
                asked=str(content.get("asked", "")),
                seen=str(content.get("seen", "")),
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            return cls(text)
        return grounds if grounds.to_text() == text else cls(text)

    def to_json(self) -> dict[str, Any]:
        """The same for a document that people's programs read."""
        document: dict[str, Any] = {"reasons": self.reasons}
        for name in ("lines", "conditions"):
            document[name] = [ground._asdict() for ground in getattr(self, name)]
        if self.practice:
            document["practice"] = self.practice
        return document
