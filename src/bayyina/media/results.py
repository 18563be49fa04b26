"""What looking into a file gives: its report, and the indicators in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

OK: Final = "ok"
DAMAGED: Final = "damaged"
TOO_LARGE: Final = "too_large"
TIMED_OUT: Final = "timed_out"
CRASHED: Final = "crashed"
EMPTY: Final = "empty"
NOT_A_FILE: Final = "not_a_file"
UNREADABLE: Final = "unreadable"
MISSING: Final = "missing"

OUTCOMES: Final[Mapping[str, str]] = {
    OK: "everything that applies to this kind of file was read",
    DAMAGED: "its structure is broken; what could be read is reported",
    TOO_LARGE: "a limit of size, memory or depth was met; what was read before is reported",
    TIMED_OUT: "a step took longer than its time; the other steps are reported",
    CRASHED: "a program that reads such files ended by a fault; the other steps are reported",
    EMPTY: "it has no bytes",
    NOT_A_FILE: "it is a folder, a pipe, a device or a link that leads nowhere",
    UNREADABLE: "the system did not let it be read",
    MISSING: "there is nothing of that name",
}
"""What can come of looking into a file, from the best to the worst."""

NOTHING_READ: Final = frozenset({NOT_A_FILE, UNREADABLE, MISSING})
"""Outcomes of what was not read at all."""


@dataclass(frozen=True)
class Indicator:
    """One thing for a person to look at; never a verdict."""

    method: str
    """Name of the method, a section of ``wording.toml``."""

    version: str
    """Version of the method: its findings are comparable only within one version."""

    finding: Mapping[str, str]
    """One sentence in each language: what was seen."""

    parameters: Mapping[str, Any]
    """Thresholds and settings that the method ran with."""

    numbers: Mapping[str, Any]
    """What was measured, as plain data."""

    input_sha256: str
    """SHA-256 of the bytes looked at, hexadecimal; empty for a set of files."""

    false_alarm_rate: float | None
    """Share of the reference set, of which none is known to be altered, that gives it too."""

    reference_set: Mapping[str, str]
    """The reference set in words of each language, with its size; or why there is no rate."""

    explanations: Mapping[str, tuple[str, ...]]
    """Innocent explanations in each language."""

    limits: Mapping[str, str]
    """What the method cannot see, in each language."""

    def document(self) -> dict[str, Any]:
        """The indicator as plain data for JSON."""
        return {
            "method": self.method,
            "version": self.version,
            "finding": self.finding["en"],
            "finding_ar": self.finding["ar"],
            "false_alarm_rate": self.false_alarm_rate,
            "reference_set": self.reference_set["en"],
            "explanations": list(self.explanations["en"]),
            "explanations_ar": list(self.explanations["ar"]),
            "limits": self.limits["en"],
            "limits_ar": self.limits["ar"],
            "parameters": dict(self.parameters),
            "numbers": dict(self.numbers),
            "input_sha256": self.input_sha256,
        }


@dataclass(frozen=True)
class FileReport:
    """Everything that was found out about one file."""

    path: str
    """Its path as given, with what no text can hold written as escapes."""

    sha256: str | None
    """SHA-256 of its bytes, hexadecimal; None when it could not be read to its end."""

    type: str | None
    """Its media type by content."""

    outcome: str
    """A word of ``OUTCOMES``."""

    detail: str
    """Sentences that say what happened when the outcome is not ``ok``; else empty."""

    types_by_tool: Mapping[str, str | None] = field(default_factory=dict)
    """The type that each tool gives: libmagic, structure (our own reading), extension."""

    metadata: Mapping[str, Any] = field(default_factory=dict)
    """What the file says of itself, by the reader that says it."""

    hashes: Mapping[str, Any] = field(default_factory=dict)
    """Digests and perceptual hashes, hexadecimal."""

    indicators: tuple[Indicator, ...] = ()
    """What a person should look at."""

    def document(self) -> dict[str, Any]:
        """The report as plain data for JSON."""
        return {
            "path": self.path,
            "sha256": self.sha256,
            "type": self.type,
            "types_by_tool": dict(self.types_by_tool),
            "metadata": dict(self.metadata),
            "hashes": dict(self.hashes),
            "indicators": [indicator.document() for indicator in self.indicators],
            "outcome": self.outcome,
            "detail": self.detail,
        }
