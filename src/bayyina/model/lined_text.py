"""A text that people write, read into data, with the line of each thing in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from bayyina.errors import SmallFileError

Path: TypeAlias = tuple[str | int, ...]
"""Keys and positions that lead to a thing."""

DataT = TypeVar("DataT")


class TextSyntaxError(SmallFileError):
    """A text does not follow the syntax of its format."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(f"line {line}: {reason}.", hint="Correct that line.")
        self.reason = reason
        self.line = line


@dataclass(frozen=True)
class LinedDocument(Generic[DataT]):
    """What a text holds, and where."""

    data: DataT
    """The content."""

    lines: dict[Path, int]
    """Line (from 1) of each key, table and item that has one of its own."""

    def line(self, path: Path) -> int | None:
        """Line of what stands at a path, or of the nearest thing around it that has one."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[:-1]
        return None
