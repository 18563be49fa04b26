"""What making a redacted copy gives, and why one is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from bayyina.errors import CheckFailedError, InputError
from bayyina.standards.redaction_entries import Entry


class RedactionRefusedError(InputError):
    """A plan cannot be carried out on a file as it stands; nothing was written."""

    code = "redaction-refused"


class RedactionCheckError(CheckFailedError):
    """A copy was made and did not pass its own check; it was removed."""

    code = "redaction-check"


@dataclass
class Made:
    """A copy that was made, before it is checked."""

    media_type: str
    """What the copy is."""

    done: list[int] = field(default_factory=list)
    """For each entry of the plan, how many places it redacted."""

    secrets: list[str] = field(default_factory=list)
    """Texts that may not occur in the copy, as they stood in the file."""

    left_out: dict[str, int] = field(default_factory=dict)
    """What the copy lacks besides: hidden sheets, further streams, chapters."""

    numbers: dict[str, Any] = field(default_factory=dict)
    """Sizes and settings, for the check and for who repeats it."""


@dataclass(frozen=True)
class Redaction:
    """A copy that stands, and passed its check."""

    sha256: str
    """Digest of the file that it was made from, hex."""

    copy_sha256: str
    """Digest of the copy."""

    size: int
    """Bytes of the copy."""

    media_type: str
    """What the copy is."""

    plan_sha256: str
    """Digest of the plan."""

    places: tuple[tuple[str, str, int, int], ...]
    """For each entry its kind, its reason, its line in the plan, and how many places it redacted."""

    left_out: Mapping[str, int]
    """What the copy lacks besides."""

    checks: tuple[str, ...]
    """What was checked in the copy."""

    tools: Mapping[str, str]
    """Programs and libraries that made it, with their versions."""


def refuse(what: str, hint: str = "Nothing was written.") -> NoReturn:
    """Refuse a plan; raises ``RedactionRefusedError``."""
    raise RedactionRefusedError(what, hint=hint)


def refuse_entry(entry: Entry, what: str) -> NoReturn:
    """Refuse an entry of a plan by its line; raises ``RedactionRefusedError``."""
    refuse(f"Line {entry.line} of the plan: {what}.")


def only(entries: Sequence[Entry], kinds: tuple[type, ...], what: str, hint: str) -> None:
    """Refuse entries that mean nothing for a file, so that nobody believes they were done."""
    for one in entries:
        if not isinstance(one, kinds):
            name = type(one).__name__.lower()
            raise RedactionRefusedError(
                f"Line {one.line} of the plan: `{name}` means nothing for {what}.", hint=hint
            )
