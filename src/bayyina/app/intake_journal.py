"""What was taken in already, so that a second run does not read it again.

Each line is a keyed mark of a file as it lay there (path, size, time of change, number in the
file system), the record of its bytes, and a keyed check of both. It is written after the rows are stored: a line that
is missing costs a second reading and nothing else; one that is cut off or was changed is none.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Final

from bayyina.errors import StorageError
from bayyina.vault.item_keys import CaseMarks
from bayyina.vault.taking import Taken

JOURNAL: Final = "taken-in"
"""Name of the file in the vault's folder."""

_LENGTH: Final = 32
_DIGITS: Final = 20


class IntakeJournal:
    """Files known by mark."""

    def __init__(self, folder: Path, marks: CaseMarks) -> None:
        """Read what there is; raises ``StorageError``."""
        self._path = folder / JOURNAL
        self._marks = marks
        self._known: dict[str, int] = {}
        try:
            lines = self._path.read_text(encoding="ascii", errors="replace").split("\n")
        except FileNotFoundError:
            lines = [""]
        except OSError as error:
            raise self._refused(error) from error
        for line in lines[:-1]:
            mark, number, check = (*line.split(" "), "", "", "")[:3]
            is_line = len(mark) == _LENGTH and number.isascii() and number.isdecimal()
            if is_line and marks.of_line(mark, int(number[:_DIGITS])) == check:
                self._known[mark] = int(number)

    def mark(self, path: Path, facts: os.stat_result) -> str:
        """The mark of a file as it lies there."""
        return self._marks.of_file(
            os.fsencode(path), facts.st_size, facts.st_mtime_ns, facts.st_ino
        )

    def mark_taken(self, path: Path, taken: Taken) -> str:
        """The mark of a file as it was when it was read."""
        return self._marks.of_file(os.fsencode(path), taken.size, taken.mtime_ns, taken.inode)

    def records(self) -> set[int]:
        """Every record that a line names."""
        return set(self._known.values())

    def keep(self, records: Collection[int]) -> None:
        """Know only files of these records; others are read again."""
        self._known = {mark: number for mark, number in self._known.items() if number in records}

    def record(self, mark: str) -> int | None:
        """The record of a file's bytes, if it was taken in as it lies there."""
        return self._known.get(mark)

    def add(self, lines: Iterable[tuple[str, int]]) -> None:
        """Add files whose rows are stored; raises ``StorageError``."""
        fresh = [(mark, number) for mark, number in lines if self._known.get(mark) != number]
        if not fresh:
            return
        # A newline in front closes a line that was cut off.
        text = "\n" + "".join(
            f"{mark} {number} {self._marks.of_line(mark, number)}\n" for mark, number in fresh
        )
        try:
            with self._path.open("ab") as file:
                file.write(text.encode("ascii"))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise self._refused(error) from error
        self._known.update(fresh)

    def _refused(self, error: OSError) -> StorageError:
        return StorageError(
            f"{self._path} cannot be used: {error.strerror or error}.",
            hint="Check the free space and the rights of the workspace folder.",
        )
