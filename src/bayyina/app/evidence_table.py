"""A table that says of each file what is known of it: one row a file, in either script.

The first row names the columns. Which property a column is about follows from its heading; a
heading that is not understood is named and never guessed. A cell that cannot be read is kept
as it was written, with a warning, except where the protection of people hangs on it: a row
whose consent or seal cannot be read is kept aside, and so is its file.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, NamedTuple

from bayyina.app.evidence_vault import EVIDENCE
from bayyina.app.workspace import Workspace
from bayyina.errors import BayyinaError, InputError
from bayyina.model.digits import plain_text
from bayyina.model.drafts import RowProblem, ValueDraft
from bayyina.model.label_folding import fold_label
from bayyina.model.values import read_value
from bayyina.model.vocabulary import UNRECOGNISED, Property
from bayyina.tables.problems import (
    DATE_UNREADABLE,
    KEY_MISSING,
    PLACE_UNRECOGNISED,
    RECORD_UNREADABLE,
    TERM_UNRECOGNISED,
    UNREADABLE,
    VALUE_UNREADABLE,
)
from bayyina.tables.reading import open_table

PATH, NAME, SOURCE, LATITUDE, LONGITUDE = "path", "name", "source", "latitude", "longitude"
ARRIVING: Final = frozenset({"received_on", "brought_by"})
"""Properties of an arrival, not of the bytes."""

BY_THE_BYTES: Final = frozenset(
    {"digest", "sha512", "size", "media_type", "file_path", "file_name_bytes", "file_time",
     "derived_from", "derivation", "tool", "tool_version", "tool_parameters", "shows",
     "identifier", "earlier_practice", "not_known"}
)  # fmt: skip
"""Properties that no table states: they are found by reading the file, or need a form."""

PROTECTING: Final = frozenset({"consent", "consent_for", "sealed"})
"""Properties on which the protection of people hangs: what cannot be read keeps the row aside."""

MAX_ROWS: Final = 200_000
_LANGUAGE: Final = re.compile(r"^(.*?)[\s_(\[-]+(ar|en|fr|es|arabic|english|عربي|بالعربية|إنكليزي|بالإنكليزية)[)\]]?$", re.IGNORECASE)  # fmt: skip
_LANGUAGES: Final[Mapping[str, str]] = {
    "arabic": "ar", "english": "en", "عربي": "ar", "بالعربية": "ar", "إنكليزي": "en",
    "بالإنكليزية": "en",
}  # fmt: skip
_SEVERAL: Final = re.compile(r"[,;|\n،؛]")


class Column(NamedTuple):
    """A column that is understood."""

    header: str
    """Its heading."""

    about: str
    """Name of a property of an item; or path, name, source, latitude, longitude."""

    lang: str | None
    """Language of its texts, where the heading says one."""


class TableRow(NamedTuple):
    """What one row says."""

    number: int
    """As a person counts: the header is row 1."""

    path: str
    """The file, as the row names it."""

    source: str
    """Name of the source; empty for that of the command."""

    common: tuple[ValueDraft, ...]
    """What it says of the item."""

    arrival: tuple[ValueDraft, ...]
    """What it says of how the item came."""

    problems: tuple[RowProblem, ...]
    """What a person should know."""

    is_aside: bool
    """Whether nothing of it is taken over, nor its file."""

    digest: bytes
    """SHA-256 over its cells: equal cells give an equal digest."""

    @property
    def locator(self) -> str:
        """Where in the table its statements stand."""
        return f"row {self.number}"


class FileTable(NamedTuple):
    """A table of files as it was read."""

    file: Path
    """Where it lies."""

    sha256: str
    """SHA-256 of it, hexadecimal."""

    columns: tuple[Column, ...]
    """The columns that are understood."""

    unread: tuple[str, ...]
    """Headings of those that are not."""

    rows: tuple[TableRow, ...]
    """In their order."""


def read_file_table(workspace: Workspace, file: Path) -> FileTable:
    """A table of files.

    Raises:
        FileUnreadableError: it is absent, damaged, or no table.
        InputError: no column names the files, or two say the same.
    """
    table = open_table(file)
    properties = workspace.vocabulary.types[EVIDENCE].properties
    columns = {at: found for at, name in enumerate(table.header)
               if (found := column_of(name, properties))}  # fmt: skip
    _check(file, list(columns.values()))
    reader = _RowReader(workspace, columns)
    rows: list[TableRow] = []
    for number, cells, problems in table.rows():
        if len(rows) >= MAX_ROWS:
            raise InputError(
                f"{file.name} has more than {MAX_ROWS:,} rows.", hint="Cut it into several."
            )
        rows.append(reader.read(number, cells, problems))
    return FileTable(
        file,
        _digest(file),
        tuple(columns.values()),
        tuple(name for at, name in enumerate(table.header) if at not in columns),
        tuple(rows),
    )


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@lru_cache(maxsize=1)
def _words() -> Mapping[str, Any]:
    text = files("bayyina.app").joinpath("evidence_table_words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@lru_cache(maxsize=8)
def _short_words(name: str) -> Mapping[str, str]:
    """What people write in short for the terms of a property."""
    terms = _words()["values"].get(name, {})
    return {fold_label(word): code for code, words in terms.items() for word in words}


def column_of(header: str, properties: Mapping[str, Property]) -> Column | None:
    """What a column is about by its heading; None where that is not understood."""
    names = _headings(properties)
    plain = plain_text(header)
    whole = names.get(fold_label(plain))
    if whole:
        return Column(header, whole, None)
    match = _LANGUAGE.match(plain)
    about = names.get(fold_label(match[1])) if match else None
    if match is None or about is None:
        return None
    lang = match[2].casefold()
    return Column(header, about, _LANGUAGES.get(lang, lang))


def _headings(properties: Mapping[str, Property]) -> dict[str, str]:
    words = _words()
    known: dict[str, str] = {}
    for name, prop in properties.items():
        if name not in BY_THE_BYTES and name != "file_name":
            for word in (name, *prop.label.values(), *words["properties"].get(name, ())):
                known[fold_label(word)] = name
    for name in (PATH, NAME, SOURCE, LATITUDE, LONGITUDE):
        for word in words[name]:
            known[fold_label(word)] = name
    return known


def _check(file: Path, columns: Sequence[Column]) -> None:
    about = [column.about for column in columns]
    if PATH not in about and NAME not in about:
        raise InputError(
            f"{file.name} has no column that names the files.",
            hint="Its first row names the columns; call the one with the files `path` or `file name`.",
            code="table-unreadable",
        )
    seen: dict[tuple[str, str | None], str] = {}
    for column in columns:
        first = seen.setdefault((column.about, column.lang), column.header)
        if first != column.header:
            raise InputError(
                f"{file.name} has two columns for one thing: {first} and {column.header}.",
                hint="Leave one of them out, or call it otherwise.",
                code="table-unreadable",
            )


class _RowReader:
    """Reads the rows of one table."""

    def __init__(self, workspace: Workspace, columns: Mapping[int, Column]) -> None:
        self._workspace, self._columns = workspace, columns
        self._properties = workspace.vocabulary.types[EVIDENCE].properties
        about = {column.about for column in columns.values()}
        self._by = PATH if PATH in about else NAME

    def read(self, number: int, cells: Sequence[str], found: Sequence[RowProblem]) -> TableRow:
        """What a row says."""
        said: dict[str, str] = {}
        drafts: list[ValueDraft] = []
        problems = list(found)
        is_aside = bool(found) and any(problem.code.startswith("too-") or
                                       problem.code in ("quote-not-closed", "line-too-long",
                                                        "json-unreadable") for problem in found)  # fmt: skip
        for at, column in self._columns.items():
            text = cells[at].strip() if at < len(cells) else ""
            if not text:
                continue
            if column.about in (PATH, NAME, SOURCE, LATITUDE, LONGITUDE):
                said[column.about] = text
                continue
            for draft, problem in self._values(column, text):
                drafts += [draft] if draft is not None else []
                problems += [problem] if problem is not None else []
                is_aside = is_aside or (problem is not None and problem.code == RECORD_UNREADABLE)
        drafts += self._position(said, problems)
        path = said.get(self._by, "")
        if not path:
            problems.append(RowProblem("", KEY_MISSING, "The row names no file."))
        elif self._by == PATH and said.get(NAME):
            drafts.append(ValueDraft("file_name", said[NAME]))
        digest = hashlib.sha256("\x1f".join(cells).encode("utf-8", "backslashreplace")).digest()
        return TableRow(
            number, path, said.get(SOURCE, ""),
            tuple(d for d in drafts if d.property not in ARRIVING),
            tuple(d for d in drafts if d.property in ARRIVING),
            tuple(problems), is_aside or not path, digest,
        )  # fmt: skip

    def _values(
        self, column: Column, text: str
    ) -> Iterator[tuple[ValueDraft | None, RowProblem | None]]:
        prop = self._properties[column.about]
        several = prop.type == "term" and prop.multiple
        for part in _SEVERAL.split(text) if several else [text]:
            if part.strip():
                yield self._value(column, prop, part.strip())

    def _value(
        self, column: Column, prop: Property, text: str
    ) -> tuple[ValueDraft | None, RowProblem | None]:
        meant = _short_words(prop.name).get(fold_label(text), text)
        try:
            draft = read_value(
                prop, meant, vocabulary=self._workspace.vocabulary,
                gazetteer=self._workspace.gazetteer, lang=column.lang,
            )  # fmt: skip
        except BayyinaError:
            return self._unread(column, prop, text)
        if draft.value == UNRECOGNISED:
            return self._unread(column, prop, text)
        return draft if meant == text else draft._replace(original=text), None

    def _unread(
        self, column: Column, prop: Property, text: str
    ) -> tuple[ValueDraft | None, RowProblem]:
        """What is kept of a cell that cannot be read, and what is said of it."""
        if prop.name in PROTECTING:
            known = ", ".join(self._workspace.vocabulary.term_lists[prop.of].terms) if prop.of else "yes, no"  # fmt: skip
            words = f"“{column.header}” cannot be read, and people may be in danger if it is guessed; write one of: {known}."  # fmt: skip
            return None, RowProblem(column.header, RECORD_UNREADABLE, words)
        code = {"term": TERM_UNRECOGNISED, "place": PLACE_UNRECOGNISED, "date": DATE_UNREADABLE}
        kept = UNRECOGNISED if prop.type in ("term", "place", "group") else UNREADABLE
        words = f"The text in “{column.header}” cannot be read as what it should be; it is kept as it is written."  # fmt: skip
        return ValueDraft(prop.name, kept, original=text), RowProblem(
            column.header, code.get(prop.type, VALUE_UNREADABLE), words
        )

    def _position(self, said: Mapping[str, str], problems: list[RowProblem]) -> list[ValueDraft]:
        """The position of two columns that hold its halves."""
        halves = [said.get(LATITUDE, ""), said.get(LONGITUDE, "")]
        if not any(halves):
            return []
        column = Column(LATITUDE, "position", None)
        draft, problem = self._value(column, self._properties["position"], "|".join(halves))
        problems += [problem] if problem is not None else []
        return [draft] if draft is not None else []
