"""Rows out of JSON Lines, and out of a JSON file that is one list of objects.

The columns are all keys that any object has, in the order of their first appearance, so
a file is read twice: once when it is opened, once for its rows. A row's number is that
of its line, or its place in the list, counted from 1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from bayyina.errors import FileUnreadableError
from bayyina.model.drafts import RowProblem
from bayyina.tables import problems
from bayyina.tables.csv_files import RawRow
from bayyina.tables.encodings import Line, TextPlan, decoded_lines, text_chunks
from bayyina.tables.flattening import Cells, FlattenError, flatten, pairs_once
from bayyina.tables.headers import clean_header
from bayyina.tables.sources import ByteSource

JSON_SUFFIXES: Final = frozenset({".json", ".jsonl", ".ndjson"})
MAX_ELEMENT: Final = 16 << 20
"""Most characters of one object."""

_STARTS_LIKE_JSON = re.compile(r'\s*(\{\s*"|\[\s*\{)')
_BETWEEN = re.compile(r"[\s,]*")
_DECODER = json.JSONDecoder(
    object_pairs_hook=pairs_once, parse_int=str, parse_float=str, parse_constant=str
)
_SURROGATE = re.compile(r"[\ud800-\udfff]")


class JsonTable(NamedTuple):
    """A list of objects that was looked at."""

    kind: str
    """``jsonl`` or ``json``."""
    header: tuple[str, ...]
    """All keys, flattened."""
    row_count: int
    """Number of rows."""
    rows: Callable[[], Iterator[RawRow]]
    """Reads the rows from the start of the file."""


class _Element(NamedTuple):
    """One element of the list: its cells, or the text that is no object."""

    number: int
    cells: Cells | None
    text: str
    problems: tuple[RowProblem, ...]


def looks_like_json(source: ByteSource, plan: TextPlan) -> bool:
    """Say whether a text file is JSON, by its name or its first characters."""
    if source.suffix in JSON_SUFFIXES:
        return True
    first = next(text_chunks(source, plan), None)
    return first is not None and bool(_STARTS_LIKE_JSON.match(first.text))


def open_json(source: ByteSource, plan: TextPlan) -> JsonTable:
    """Read a JSON file once to know its columns and that it is whole.

    Raises:
        FileUnreadableError: It is no list of objects, or is damaged.
    """
    first = _first_text(source, plan)
    is_array = first.startswith("[")
    if not is_array and first.strip() == "{":
        raise _one_object(source.label)

    def elements() -> Iterator[_Element]:
        if is_array:
            return _Array(source, plan).elements()
        return _elements_of_lines(source, plan)

    header, count, good = _survey(elements())
    if not good:
        raise FileUnreadableError(
            f"{source.label} holds no readable JSON object.",
            hint="Each line, or each item of its one list, must be an object.",
        )
    names = clean_header(header, source.label)

    def rows() -> Iterator[RawRow]:
        return (_row(element, names) for element in elements())

    return JsonTable("json" if is_array else "jsonl", names, count, rows)


def _first_text(source: ByteSource, plan: TextPlan) -> str:
    for line in decoded_lines(source, plan):
        if line.text.strip():
            return line.text.lstrip()
    raise FileUnreadableError(f"{source.label} holds nothing but blank lines.")


def _one_object(label: str) -> FileUnreadableError:
    return FileUnreadableError(
        f"{label} is one JSON object, not a list of objects.",
        hint="Save its list by itself: [ {…}, {…} ], or one object per line.",
    )


def _survey(elements: Iterator[_Element]) -> tuple[list[str], int, int]:
    """Collect the columns; count the elements and the readable ones."""
    names: dict[str, None] = {}
    count = good = 0
    for element in elements:
        count += 1
        if element.cells is not None:
            good += 1
            names.update(dict.fromkeys(element.cells))
    return list(names), count, good


def _row(element: _Element, names: tuple[str, ...]) -> RawRow:
    if element.cells is None:
        return element.number, (element.text,), element.problems
    get = element.cells.get
    return element.number, tuple(get(name, "") for name in names), element.problems


def _elements_of_lines(source: ByteSource, plan: TextPlan) -> Iterator[_Element]:
    for number, line in enumerate(decoded_lines(source, plan), 1):
        if line.text.strip():
            yield _element_of_line(number, line)


def _element_of_line(number: int, line: Line) -> _Element:
    text, found = line.text.rstrip("\r\n"), line.problems
    if problems.status_of(found) == problems.KEPT_ASIDE:
        return _Element(number, None, text, found)
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        reason = f"{error.msg.lower()} at character {error.pos + 1}"
        return _broken(number, text, found, reason)
    except (FlattenError, RecursionError) as error:
        return _broken(number, text, found, _reason(error))
    return _element(number, value, text, found)


def _element(number: int, value: Any, text: str, found: tuple[RowProblem, ...]) -> _Element:
    if not isinstance(value, dict):
        return _broken(number, text, found, "it is not an object")
    try:
        cells = flatten(value)
    except (FlattenError, RecursionError) as error:
        return _broken(number, text, found, _reason(error))
    if "\\u" in text:
        cells, found = _without_bad_escapes(cells, found)
    return _Element(number, cells, "", found)


def _reason(error: FlattenError | RecursionError) -> str:
    return str(error) if isinstance(error, FlattenError) else "it is nested too deeply"


def _broken(number: int, text: str, found: tuple[RowProblem, ...], reason: str) -> _Element:
    return _Element(number, None, text, (*found, problems.json_unreadable(reason)))


def _without_bad_escapes(
    cells: Cells, found: tuple[RowProblem, ...]
) -> tuple[Cells, tuple[RowProblem, ...]]:
    """Take out NUL characters and halves of characters that escapes can write."""
    joined = "".join(cells.values())
    if "\0" in joined:
        cells = {name: text.replace("\0", "") for name, text in cells.items()}
        found = (*found, problems.nul_removed())
    if _SURROGATE.search(joined):
        cells = {name: _SURROGATE.sub("\ufffd", text) for name, text in cells.items()}
        found = (*found, problems.encoding_damaged())
    return cells, found


class _Array:
    """Reads one long JSON list object by object, holding little of it at a time."""

    def __init__(self, source: ByteSource, plan: TextPlan) -> None:
        self._label = source.label
        self._chunks = text_chunks(source, plan)
        self._buffer = ""
        self._at = 0
        self._found: dict[RowProblem, None] = {}

    def elements(self) -> Iterator[_Element]:
        """Give the elements of the list in order."""
        self._next_character()
        self._at += 1
        number = 0
        while self._next_character() != "]":
            number += 1
            value, text = self._decode(number)
            found = tuple(self._found)
            self._found.clear()
            yield _element(number, value, text, found)
        self._at += 1
        if self._next_character(end_is_good=True):
            raise self._broken(number + 1)

    def _next_character(self, *, end_is_good: bool = False) -> str:
        """Skip blanks and commas; give the character that follows them."""
        while True:
            match = _BETWEEN.match(self._buffer, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._more():
                if end_is_good:
                    return ""
                raise self._broken(0)

    def _decode(self, number: int) -> tuple[Any, str]:
        """Decode one element; reads on while it may be cut by the end of the buffer."""
        while True:
            try:
                value, end = _DECODER.raw_decode(self._buffer, self._at)
            except json.JSONDecodeError as error:
                size = len(self._buffer) - self._at
                if size > MAX_ELEMENT or not self._more():
                    raise self._broken(number) from error
                continue
            except (FlattenError, RecursionError) as error:
                raise self._broken(number, _reason(error)) from error
            if end == len(self._buffer) and self._more():
                continue
            text = self._buffer[self._at : end]
            self._at = end
            return value, text

    def _more(self) -> bool:
        """Read on; forget what was decoded."""
        chunk = next(self._chunks, None)
        if chunk is None:
            return False
        self._buffer = self._buffer[self._at :] + chunk.text
        self._at = 0
        self._found.update(dict.fromkeys(chunk.problems))
        return True

    def _broken(self, number: int, reason: str = "") -> FileUnreadableError:
        where = f" at item {number} of its list" if number else ""
        what = reason or "is damaged or cut off"
        return FileUnreadableError(
            f"{self._label}: the JSON text {what}{where}.",
            hint="Ask for the file again, or save it as JSON Lines so that one fault keeps "
            "only one line aside.",
        )
