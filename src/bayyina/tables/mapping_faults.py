"""Collecting what is wrong in a mapping, each with its line, to show all at once."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from bayyina.errors import MappingError
from bayyina.model.findings import Finding
from bayyina.tables.toml_lines import Path, line_of


@dataclass
class Faults:
    """The faults of one mapping, in the order in which they were found."""

    lines: dict[Path, int]
    """Line of each key of the file."""
    found: list[Finding] = field(default_factory=list)
    """What is wrong so far."""

    def add(self, path: Path, message: str) -> None:
        """Note what is wrong with the key at ``path``."""
        self.found.append(Finding(line_of(self.lines, path), f"{describe_path(path)}: {message}"))

    def in_order(self) -> list[Finding]:
        """Give the faults in the order of the file."""
        return sorted(self.found, key=lambda finding: finding.line or 0)

    def error(self, label: str) -> MappingError:
        """Make one error of all faults: the first in words, the others counted."""
        first, *others = self.in_order()
        where = f"{label}, line {first.line}" if first.line else label
        more = f" {len(others)} more: run `bayyina check` on the file." if others else ""
        return MappingError(f"{where}: {first.message}", hint=f"Correct the mapping.{more}")


def describe_path(path: Path) -> str:
    """Write a path as a person finds it in the file: ``[[acts]] 2, when``."""
    words: list[str] = []
    for part in path:
        if isinstance(part, int):
            words[-1] = f"[{words[-1]}] {part + 1}"
        elif not words:
            words.append(f"[{part}]")
        else:
            words.append(f"`{part}`")
    return ", ".join(words) or "the file"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Give `` (did you mean `x`?)`` for a word spelled nearly like a known one."""
    folded = {name.casefold().replace("-", "_"): name for name in known}
    wanted = word.casefold().replace("-", "_")
    near = difflib.get_close_matches(wanted, folded, n=1, cutoff=0.6)
    return f" (did you mean `{folded[near[0]]}`?)" if near else ""


def choices(known: Collection[str]) -> str:
    """List what is allowed, shortened when there is much."""
    shown = sorted(known)[:12]
    more = "" if len(known) <= 12 else f" and {len(known) - 12} more"
    return ", ".join(f"`{name}`" for name in shown) + more
