"""The report of an intake: one line for every file, saying what became of it.

It lies among the reports of imports and has their first columns, so that the erasure of an
item empties its line too.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

from bayyina.app.evidence_files import name_of
from bayyina.errors import StorageError
from bayyina.tables.row_report import safe_cell

ADDED, ALREADY, KEPT_ASIDE = "added", "already", "kept_aside"
"""What can become of a file."""

FOUND: Final = "found"
"""Of a preview: a file that would be read."""

COLUMNS: Final = ("file", "key", "status", "code", "id", "sha256", "type", "path", "reason", "row")


class FileLine(NamedTuple):
    """What became of one file."""

    status: str
    """``added``, ``already`` or ``kept_aside``."""

    path: str
    """Where it lay."""

    id: str | None
    """Short id of its item; None where it was kept aside."""

    sha256: str | None
    """Digest of its bytes, hex; None where they were not read."""

    media_type: str | None
    """What it is by its first bytes."""

    code: str = ""
    """Why it was kept aside."""

    reason: str = ""
    """The same as a sentence."""

    key: str = ""
    """The keyed mark of its bytes."""

    row: int | None = None
    """The row of the table that is about it, where one was given."""

    def to_json(self) -> dict[str, Any]:
        """The element of ``items`` that ``evidence add --json`` prints."""
        return {
            "id": self.id,
            "sha256": self.sha256,
            "type": self.media_type,
            "path": name_of(self.path).text,
            "outcome": self.status,
            "code": self.code or None,
            "reason": self.reason or None,
            "row": self.row,
        }


class FileReport:
    """Writes the report while files are taken in."""

    def __init__(self, path: Path, shown: Callable[[str], str] = str) -> None:
        """Begin the report; raises ``StorageError``.

        Args:
            path: Where it is written.
            shown: What stands in it for where a file lay.
        """
        self._path, self._count, self._shown = path, 0, shown
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("w", encoding="utf-8-sig", newline="", errors="backslashreplace")
            self._writer = csv.writer(self._file)
            self._writer.writerow(COLUMNS)
        except OSError as error:
            raise self._refused(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._file.close()
        except OSError as failure:
            if error is None:
                raise self._refused(failure) from failure

    def write(self, line: FileLine) -> None:
        """Add a file."""
        self._count += 1
        cells = (
            str(self._count), line.key, line.status, line.code, line.id or "", line.sha256 or "",
            line.media_type or "", self._shown(line.path), line.reason, str(line.row or ""),
        )  # fmt: skip
        try:
            self._writer.writerow([safe_cell(cell) for cell in cells])
        except OSError as error:
            raise self._refused(error) from error

    def flush(self) -> None:
        """Hand what was written to the system; raises ``StorageError``."""
        try:
            self._file.flush()
        except OSError as error:
            raise self._refused(error) from error

    def _refused(self, error: OSError) -> StorageError:
        return StorageError(
            f"The report {self._path} cannot be written: {error.strerror or error}.",
            hint="Choose another place with --report, or make room on the disk.",
        )
