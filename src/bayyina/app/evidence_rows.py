"""Rows of a table laid to the files that were found: which row is about which file.

A row names its file as people do: by its name, or by a path that counts from the table, from
a folder that was given, or from anywhere if every part of it agrees. Names are compared in
one normal form, so that a name written on one system is found on another; capitals count only
where names differ by nothing else. Nothing is guessed: where several files could be meant, or
none, the row is kept aside.
"""

from __future__ import annotations

import os
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bayyina.app.evidence_files import FoundFile, name_of
from bayyina.app.evidence_report import KEPT_ASIDE, FileLine
from bayyina.app.evidence_table import FileTable, TableRow
from bayyina.tables.problems import ACCEPTED, KEY_DUPLICATE, WARNED

ABSENT: Final = "file-absent"
AMBIGUOUS: Final = "file-ambiguous"
DIFFER: Final = "rows-differ"
ROW_ASIDE: Final = "row-kept-aside"
ROW_WARNED: Final = "row-warned"
SHOWN: Final = 50
"""Rows that a preview shows."""


@dataclass
class LaidTable:
    """A table whose rows were laid to files."""

    table: FileTable
    """The table."""

    rows: dict[str, TableRow] = field(default_factory=dict)
    """What is said of a file, by its path; only rows that are taken over."""

    aside: dict[str, FileLine] = field(default_factory=dict)
    """Files that are kept aside because their row is, by path."""

    unlaid: list[FileLine] = field(default_factory=list)
    """Rows of no file, as lines of the report."""

    problems: Counter[str] = field(default_factory=Counter)
    """How many rows have a problem, by its code."""

    without_row: int = 0
    """Files that no row is about, the table itself left out."""

    kept: int = 0
    """Rows that are kept aside."""

    def say(self, line: FileLine) -> FileLine:
        """The line of a file with the number of its row, and what a person should know of it."""
        row = self.rows.get(line.path)
        if row is None:
            return line
        if row.problems and not line.code:
            reason = f"Row {row.number}: {_sentences(row)}"
            return line._replace(row=row.number, code=ROW_WARNED, reason=reason)
        return line._replace(row=row.number)

    def to_json(self) -> dict[str, Any]:
        """The part ``table`` of the document that ``evidence add --json`` prints."""
        counts = Counter(WARNED if row.problems else ACCEPTED for row in self.rows.values())
        return {
            "file": name_of(str(self.table.file)).text,
            "sha256": self.table.sha256,
            "columns": [column._asdict() for column in self.table.columns],
            "unread_columns": list(self.table.unread),
            "rows": len(self.table.rows),
            "accepted": counts[ACCEPTED],
            "warned": counts[WARNED],
            "kept_aside": self.kept,
            "problems": dict(sorted(self.problems.items())),
            "files_without_row": self.without_row,
        }

    def preview(self, sealed: frozenset[str]) -> list[dict[str, Any]]:
        """What the first rows say, by file; the words of sealed properties are left out."""
        shown = []
        for path, row in list(self.rows.items())[:SHOWN]:
            says: dict[str, list[str]] = defaultdict(list)
            for draft in (*row.common, *row.arrival):
                words = "(sealed)" if draft.property in sealed else draft.original or draft.value
                says[draft.property].append(words)
            if row.source:
                says["source"].append(row.source)
            shown.append({"row": row.number, "path": name_of(path).text, "says": dict(says)})
        return shown


def lay_rows(table: FileTable, found: Sequence[FoundFile], roots: Iterable[Path]) -> LaidTable:
    """Lay the rows of a table to the files that were found.

    Args:
        table: The table.
        found: Files, and what is none, under the paths that were given.
        roots: The paths that were given.
    """
    laid = LaidTable(table)
    index = _Index(found, _folders(table.file, roots))
    about: dict[str, list[TableRow]] = defaultdict(list)
    for row in table.rows:
        laid.problems.update({problem.code for problem in row.problems})
        paths = index.paths(row.path) if row.path else []
        if len(paths) == 1:
            about[paths[0]].append(row)
            continue
        code, words = _why_unlaid(row, paths)
        laid.problems.update([code] if row.path else [])
        laid.unlaid.append(_line(row.path, row, code, words))
    for path, rows in about.items():
        _lay(laid, path, rows)
    laid.kept += len(laid.unlaid)
    own = str(table.file.absolute())
    laid.without_row = sum(
        one.facts is not None and str(one.path) not in about and str(one.path) != own
        for one in found
    )
    return laid


def _folders(table: Path, roots: Iterable[Path]) -> list[Path]:
    """Folders from which paths in a table may count, each once: there may be as many paths as files."""
    given = (root if root.is_dir() else root.parent for root in (table, *roots))
    return list(dict.fromkeys(folder.absolute() for folder in (*given, Path.cwd())))


def _lay(laid: LaidTable, path: str, rows: Sequence[TableRow]) -> None:
    """Lay one file's rows to it: one that stands, or none."""
    first = rows[0]
    if any(row.digest != first.digest for row in rows[1:]):
        numbers = ", ".join(str(row.number) for row in rows)
        words = f"Rows {numbers} say different things of this file; settle which one stands."
        laid.aside[path] = _line(path, first, DIFFER, words)
        laid.problems[DIFFER] += len(rows)
        laid.kept += len(rows)
        return
    for row in rows[1:]:
        words = f"Row {row.number} says the same as row {first.number}."
        laid.unlaid.append(_line(path, row, KEY_DUPLICATE, words))
        laid.problems[KEY_DUPLICATE] += 1
    if first.is_aside:
        words = f"Row {first.number} is kept aside, and so is its file: {_sentences(first)}"
        laid.aside[path] = _line(path, first, ROW_ASIDE, words)
        laid.kept += 1
        return
    laid.rows[path] = first


def _why_unlaid(row: TableRow, paths: Sequence[str]) -> tuple[str, str]:
    if not row.path:
        return ROW_ASIDE, f"Row {row.number}: {_sentences(row)}"
    if paths:
        words = f"Row {row.number} could be about {len(paths)} files; write a longer path."
        return AMBIGUOUS, words
    words = f"Row {row.number} is about a file that is not among those that were given."
    return ABSENT, words


def _line(path: str, row: TableRow, code: str, reason: str) -> FileLine:
    return FileLine(KEPT_ASIDE, path, None, None, None, code, reason, row=row.number)


def _sentences(row: TableRow) -> str:
    return " ".join(dict.fromkeys(problem.message for problem in row.problems))


def _normal(text: str) -> str:
    """A path in one normal form: separators of one kind, letters composed."""
    return unicodedata.normalize("NFC", text.replace("\\", "/"))


class _Index:
    """Finds files by what rows call them."""

    def __init__(self, found: Sequence[FoundFile], folders: Sequence[Path]) -> None:
        self._folders = [_normal(str(folder)).rstrip("/") for folder in folders]
        self._known = frozenset(self._folders)
        self._names: Mapping[str, list[str]] = _grouped(
            (_normal(one.path.name).casefold(), str(one.path)) for one in found
        )

    def paths(self, text: str) -> list[str]:
        """The files that a row can mean: one, several or none."""
        whole = _normal(text)
        if ".." in whole.split("/"):
            whole = _normal(os.path.normpath(f"{self._folders[0]}/{whole}"))
        parts = [part for part in whole.split("/") if part not in ("", ".")]
        if not parts:
            return []
        end = "/" + "/".join(parts)
        named = self._names.get(parts[-1].casefold(), ())
        folded = end.casefold()
        alike = [path for path in named if _normal(path).endswith(end)] or [
            path for path in named if _normal(path).casefold().endswith(folded)
        ]
        return self._nearest(alike, end, text) if len(alike) > 1 else alike

    def _nearest(self, alike: list[str], end: str, text: str) -> list[str]:
        """Of files whose path ends so: that which lies by the table, else in a folder given.

        Of names that differ only in how their letters are composed, the one as it is written.
        """
        before = {path: _normal(path)[: -len(end)] for path in alike}
        by_table = [path for path in alike if before[path] == self._folders[0]]
        given = [path for path in alike if before[path] in self._known]
        near = by_table or given or alike
        written = [path for path in near if path.endswith(text)]
        return written if len(written) == 1 else near


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups
