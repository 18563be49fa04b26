"""JSON documents of redaction, and the same in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from bayyina.media.redaction.results import Redaction


class RedactedPlaceDocument(TypedDict):
    """An entry of the plan, and how many places it redacted."""

    kind: str
    reason: str
    line: int
    count: int


class CopyMadeDocument(TypedDict):
    """A redacted copy that passed its check."""

    sha256: str
    copy_sha256: str
    bytes: int
    type: str
    plan_sha256: str
    places: list[RedactedPlaceDocument]
    left_out: dict[str, int]
    checks: list[str]
    tools: dict[str, str]


class RedactedDocument(CopyMadeDocument):
    """A redacted copy of a file."""

    file: str
    out: str


class RedactedItemDocument(CopyMadeDocument):
    """An item that was made from another by redaction, and the item that the plan is kept as."""

    parent: str
    id: str
    plan: str
    batch: int


DOCUMENTS: Mapping[str, Any] = {
    "redact": RedactedDocument,
    "evidence redact": RedactedItemDocument,
}
"""Documents by command."""


def redacted_document(done: Redaction) -> CopyMadeDocument:
    """What was made, as plain data."""
    return {
        "sha256": done.sha256,
        "copy_sha256": done.copy_sha256,
        "bytes": done.size,
        "type": done.media_type,
        "plan_sha256": done.plan_sha256,
        "places": [
            {"kind": kind, "reason": reason, "line": line, "count": count}
            for kind, reason, line, count in done.places
        ],
        "left_out": dict(done.left_out),
        "checks": list(done.checks),
        "tools": dict(done.tools),
    }


def redaction_text(done: Redaction) -> str:
    """What was made, in words."""
    lines = [f"  SHA-256 {done.copy_sha256}, {done.size:,} bytes, {done.media_type}"]
    lines += [
        f"  line {line} of the plan: {kind}, {reason}: {count} place{'' if count == 1 else 's'}"
        for kind, reason, line, count in done.places
    ]
    lines += [f"  left out: {count} {what}" for what, count in done.left_out.items()]
    lines += [f"  checked: {one}" for one in done.checks]
    lines.append("A person looks at the copy before it leaves: a plan hides only what it names.")
    return "\n".join(lines)
