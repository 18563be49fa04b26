"""On which line of a TOML file a key stands, for messages that a person can act on.

Python's TOML reader forgets positions. This finds tables and keys that start a line;
keys inside an inline table share the line of the key that holds it.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any, Final

Path = tuple[str | int, ...]
"""Where something stands, such as ``("acts", 1, "when")``; arrays are counted from 0."""

_KEY: Final = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)"""
_DOTTED: Final = rf"{_KEY}(?:\s*\.\s*{_KEY})*"
_TABLE = re.compile(rf"\s*(\[\[?)\s*({_DOTTED})\s*\]")
_ASSIGNMENT = re.compile(rf"\s*({_DOTTED})\s*=")
_TRIPLE = re.compile(r'"""|\'\'\'')


def key_lines(text: str) -> dict[Path, int]:
    """Give the line (from 1) of every table and of every key that starts a line."""
    lines: dict[Path, int] = {}
    counts: dict[tuple[str, ...], int] = {}
    table: Path = ()
    inside_text = False
    for number, line in enumerate(text.splitlines(), 1):
        marks = len(_TRIPLE.findall(line))
        if inside_text:
            inside_text = marks % 2 == 0
            continue
        inside_text = marks % 2 == 1
        if match := _TABLE.match(line):
            names = _names(match.group(2))
            table = _table_path(names, match.group(1) == "[[", counts)
            lines.setdefault(table, number)
        elif match := _ASSIGNMENT.match(line):
            lines.setdefault((*table, *_names(match.group(1))), number)
    return lines


def line_of(lines: dict[Path, int], path: Path) -> int | None:
    """Give the line of a path, or of the nearest thing around it that has one."""
    while path:
        if path in lines:
            return lines[path]
        path = path[:-1]
    return None


def _table_path(names: tuple[str, ...], is_array: bool, counts: dict[tuple[str, ...], int]) -> Path:
    if is_array:
        counts[names] = counts.get(names, -1) + 1
    path: list[str | int] = []
    for index, name in enumerate(names, 1):
        path.append(name)
        if names[:index] in counts:
            path.append(counts[names[:index]])
    return tuple(path)


def _names(dotted: str) -> tuple[str, ...]:
    """Take a dotted key apart with the TOML reader itself, which knows the quoting."""
    here: Any = tomllib.loads(f"{dotted} = 0")
    names: list[str] = []
    while isinstance(here, dict):
        ((name, here),) = here.items()
        names.append(name)
    return tuple(names)
