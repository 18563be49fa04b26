"""TOML as people write it, with the line of every table and key for messages.

Python's reader forgets positions; they are found again by looking for tables and for keys
that start a line. Keys inside an inline table share the line of the key that holds it.
"""

from __future__ import annotations

import re
import tomllib

from bayyina.model.lined_text import LinedDocument, Path, TextSyntaxError

_KEY = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)"""
_DOTTED = rf"{_KEY}(?:\s*\.\s*{_KEY})*"
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_DOTTED})\s*\]")
_ASSIGNMENT = re.compile(rf"\s*({_DOTTED})\s*=")
_LONG_TEXT = re.compile(r'"""|\'\'\'')
_POSITION = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)\Z")


class TomlSyntaxError(TextSyntaxError):
    """A text is not TOML."""

    code = "toml-syntax"


TomlDocument = LinedDocument[dict[str, object]]
"""What a TOML text holds, and where."""


def read_toml(text: str) -> TomlDocument:
    """Read a TOML text.

    Raises:
        TomlSyntaxError: the text is not TOML; names the line.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _POSITION.search(str(error))
        line = int(found[1]) if found and found[1] else text.rstrip().count("\n") + 1
        reason = _POSITION.sub("", str(error)) or "this is not TOML"
        raise TomlSyntaxError(reason[:1].lower() + reason[1:], line) from error
    return TomlDocument(data, _lines(text))


def _lines(text: str) -> dict[Path, int]:
    lines: dict[Path, int] = {}
    counts: dict[tuple[str, ...], int] = {}
    table: Path = ()
    in_long_text = False
    for number, line in enumerate(text.split("\n"), 1):
        odd = len(_LONG_TEXT.findall(line)) % 2 == 1
        if in_long_text:
            in_long_text = not odd
            continue
        in_long_text = odd
        if header := _HEADER.match(line):
            table = _table(_names(header[2]), header[1] == "[[", counts)
            lines.setdefault(table, number)
        elif assignment := _ASSIGNMENT.match(line):
            names = _names(assignment[1])
            for length in range(1, len(names) + 1):
                lines.setdefault((*table, *names[:length]), number)
    return lines


def _table(names: tuple[str, ...], is_array: bool, counts: dict[tuple[str, ...], int]) -> Path:
    if is_array:
        counts[names] = counts.get(names, -1) + 1
    path: list[str | int] = []
    for length, name in enumerate(names, 1):
        path.append(name)
        if names[:length] in counts:
            path.append(counts[names[:length]])
    return tuple(path)


def _names(dotted: str) -> tuple[str, ...]:
    """The names of a dotted key, taken apart by the reader, which knows the quoting."""
    try:
        here: object = tomllib.loads(f"{dotted} = 0")
    except tomllib.TOMLDecodeError:  # text inside a list that only looks like a key
        return (dotted,)
    names: list[str] = []
    while isinstance(here, dict):
        ((name, here),) = here.items()
        names.append(name)
    return tuple(names)
