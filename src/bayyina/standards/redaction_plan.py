"""``*.redaction.yaml``: what of one file is to be made unreadable in a copy, and why.

::

    version: 1
    sha256: 9f86d0…                 # of the file that the plan is for; may be left out
    language: en                    # of the marks in texts: en or ar
    redact:
      - words: ["FICT Alif Ba", "0999 000 111"]
        reason: source
      - characters: {from: 120, to: 138}
        reason: witness
      - cells: {sheet: People, columns: [Name, D], rows: ["2-40", 44]}
        reason: contact
      - region: {kind: face, rectangle: [412, 96, 130, 150]}
        reason: child
      - region: {kind: plate, polygon: [[0.1, 0.2], [0.3, 0.2], [0.3, 0.3]], unit: share, page: 2}
        reason: place
      - pages: ["3-4"]
        reason: legal
      - mute: {from: "00:03:10.5", to: "00:03:12"}
        reason: survivor

A plan holds what it hides, so it is kept as carefully as the file. What can be wrong in it
beyond its form is found by ``redaction_entries``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bayyina.errors import SmallFileError
from bayyina.model.findings import Finding
from bayyina.model.yaml_reading import YamlList, YamlMap, YamlSyntaxError, read_yaml
from bayyina.standards.file_reading import read_text
from bayyina.standards.redaction_entries import (
    ENTRIES,
    Entry,
    Faults,
    check_keys,
    read_text_value,
)

SUFFIX: Final = ".redaction.yaml"
"""End of the name of such a plan."""

REASONS: Final[Mapping[str, Mapping[str, str]]] = {
    "source": {"en": "source", "ar": "مصدر"},
    "witness": {"en": "witness", "ar": "شاهد"},
    "survivor": {"en": "survivor", "ar": "ناجٍ"},
    "child": {"en": "child", "ar": "طفل"},
    "third_person": {"en": "third person", "ar": "شخص ثالث"},
    "staff": {"en": "staff", "ar": "العاملون"},
    "contact": {"en": "contact", "ar": "وسيلة اتصال"},
    "place": {"en": "place", "ar": "مكان"},
    "health": {"en": "health", "ar": "صحة"},
    "safety": {"en": "safety", "ar": "سلامة"},
    "consent": {"en": "no consent", "ar": "لا موافقة"},
    "legal": {"en": "law", "ar": "قانون"},
    "other": {"en": "other", "ar": "غير ذلك"},
}
"""Why something is redacted: the codes, and the word that stands in a mark."""

LANGUAGES: Final = ("en", "ar")
"""Languages of marks."""

MOST_ENTRIES: Final = 5_000
"""Entries of one plan."""

_TOP: Final = ("version", "sha256", "language", "note", "nothing", "redact")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class RedactionPlan:
    """A plan that was read and is sound in its form."""

    sha256: str
    """Digest of the file that it is for (hex); empty where it does not say."""

    language: str
    """Language of marks."""

    nothing: str
    """Why nothing is redacted; empty where something is."""

    entries: tuple[Entry, ...]
    """What is redacted, in order."""

    def mark(self, reason: str) -> str:
        """What stands where a text stood: as long for a short name as for a long one."""
        word = REASONS[reason][self.language]
        return f"[{'محجوب' if self.language == 'ar' else 'redacted'}: {word}]"

    def reasons(self) -> tuple[str, ...]:
        """The reasons that are given, each once, in order."""
        return tuple(dict.fromkeys(one.reason for one in self.entries))


def read_plan(path: Path) -> RedactionPlan:
    """Read a plan from a file.

    Raises:
        FileUnreadableError: the file cannot be read.
        SmallFileError: it is no sound plan; names the line.
    """
    return read_plan_text(read_text(path), str(path))


def read_plan_text(text: str, name: str) -> RedactionPlan:
    """Read a plan from its text.

    Raises:
        SmallFileError: it is no sound plan; names ``name`` and the line.
    """
    plan, faults = _read(text)
    if plan is None or faults:
        first = faults[0]
        more = f" ({len(faults) - 1} more)" if len(faults) > 1 else ""
        raise SmallFileError(
            f"{name}, line {first.line or 1}: {first.message.rstrip('.')}{more}.",
            hint="`bayyina check` names everything that is wrong; nothing was redacted.",
        )
    return plan


def check_plan(path: Path) -> list[Finding]:
    """Everything that is wrong in the form of a plan."""
    return _read(read_text(path))[1]


def _read(text: str) -> tuple[RedactionPlan | None, list[Finding]]:
    try:
        documents = read_yaml(text)
    except YamlSyntaxError as error:
        return None, [Finding(error.line, f"This is not YAML as it is used here: {error.reason}.")]
    top = documents[0] if len(documents) == 1 else None
    if not isinstance(top, YamlMap) or top.get("version") != 1:
        return None, [Finding(1, "A redaction plan begins with `version: 1`.")]
    faults = Faults()
    check_keys(top, _TOP, faults)
    sha256 = read_text_value(top, "sha256", faults).lower()
    if sha256 and not _DIGEST.fullmatch(sha256):
        faults.add(top.lines["sha256"], "`sha256` is 64 hexadecimal digits")
    language = read_text_value(top, "language", faults) or "en"
    if language not in LANGUAGES:
        faults.add(top.lines["language"], f"`language` is one of {', '.join(LANGUAGES)}")
    nothing = read_text_value(top, "nothing", faults)
    entries = _entries(top, faults)
    if bool(entries) == bool(nothing) and not faults.found:
        faults.add(
            top.lines.get("redact", top.line),
            "`redact` lists what is redacted; a plan that redacts nothing says why in `nothing`",
        )
    found = sorted(faults.found, key=lambda one: one.line or 0)
    return RedactionPlan(sha256, language, nothing, entries), found


def _entries(top: YamlMap, faults: Faults) -> tuple[Entry, ...]:
    listed = top.get("redact")
    if listed is None:
        return ()
    if not isinstance(listed, YamlList):
        faults.add(top.lines["redact"], "`redact` is a list")
        return ()
    if len(listed) > MOST_ENTRIES:
        faults.add(top.lines["redact"], f"a plan has at most {MOST_ENTRIES:,} entries")
        return ()
    made = []
    for one, line in zip(listed, listed.lines, strict=True):
        entry = _entry(one, line, faults)
        if entry is not None:
            made.append(entry)
    return tuple(made)


def _entry(part: object, line: int, faults: Faults) -> Entry | None:
    if not isinstance(part, YamlMap):
        faults.add(line, "an entry of `redact` says what is redacted, and the reason")
        return None
    kinds = [key for key in part if key in ENTRIES]
    if len(kinds) != 1:
        faults.add(line, f"an entry has one of {', '.join(ENTRIES)}")
        return None
    reason = read_text_value(part, "reason", faults)
    if reason not in REASONS:
        where = part.lines.get("reason", line)
        faults.add(where, f"an entry has a `reason`, one of {', '.join(REASONS)}")
        return None
    return ENTRIES[kinds[0]](part, reason, faults)
