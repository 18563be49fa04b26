"""Mappings: what the columns of somebody's list mean in the vocabulary.

A mapping is a TOML file beside the list. It is read strictly: a key, column, property or
word that is not known is an error that names the line, so that nothing is passed over in
silence. It never gives a record a property that the row does not state.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from bayyina.errors import FileUnreadableError, MappingError
from bayyina.model.findings import Finding
from bayyina.model.vocabulary import Vocabulary
from bayyina.tables.columns import missing_columns, used_columns
from bayyina.tables.mapping_checks import resolve
from bayyina.tables.mapping_faults import did_you_mean
from bayyina.tables.mapping_parts import Block, Check, ListFacts
from bayyina.tables.mapping_reading import MappingParts, read_parts
from bayyina.tables.sources import file_source, read_whole

_MAX_SIZE = 4 << 20
_AT_LINE = re.compile(r", line (\d+): ")
_YEAR = dt.timedelta(days=366)


@dataclass(frozen=True)
class Mapping:
    """A mapping that fits a vocabulary."""

    label: str
    """How messages call it: the path of its file."""
    text: str
    """The file, verbatim."""
    facts: ListFacts
    """What it says of the list as a whole."""
    row: Block
    """The row's own record."""
    blocks: tuple[Block, ...]
    """Further records a row may state: persons and others first, then acts."""
    checks: tuple[Check, ...]
    """Counts of the row's record to compare."""
    ignored: tuple[str, ...]
    """Columns that are left out on purpose."""
    reading_digest: str
    """SHA-256 (hex) over what decides how a row is read; the list's date is not part of it."""

    @classmethod
    def load(cls, path: Path, vocabulary: Vocabulary) -> Self:
        """Read a mapping file.

        Raises:
            FileUnreadableError: The file is absent or not UTF-8.
            MappingError: It is wrong; the message names the line.
        """
        return cls.parse(_read_text(Path(path)), vocabulary, label=str(path))

    @classmethod
    def parse(cls, text: str, vocabulary: Vocabulary, *, label: str = "The mapping") -> Self:
        """Read a mapping from its text; raises ``MappingError``."""
        parts, faults = read_parts(text, label)
        row, blocks = resolve(parts, vocabulary, faults)
        if faults.found:
            raise faults.error(label)
        return cls(
            label=label,
            text=text,
            facts=parts.facts,
            row=row,
            blocks=blocks,
            checks=parts.checks,
            ignored=tuple(" ".join(name.split()) for name in parts.ignored),
            reading_digest=_reading_digest(parts),
        )

    @property
    def name(self) -> str:
        """Name of the list; releases of one list share it."""
        return self.facts.name

    @property
    def origin(self) -> str:
        """Who made the list, or an empty string."""
        return self.facts.origin

    @property
    def release(self) -> str:
        """``complete`` or ``partial``."""
        return self.facts.release

    @property
    def unique_rows(self) -> bool:
        """True when two rows of the list are always two people."""
        return self.facts.unique_rows

    @property
    def fictional(self) -> bool:
        """True for lists of invented people."""
        return self.facts.fictional

    @property
    def sheet(self) -> str | None:
        """Sheet of the spreadsheet to read, for ``open_table``."""
        return self.facts.sheet

    @property
    def header_row(self) -> int | None:
        """Row that names the columns, for ``open_table``; None for the first."""
        return self.facts.header_row

    @property
    def asserted_on(self) -> str:
        """Date of the release, ISO 8601.

        Raises:
            MappingError: It stands in the file's name; ``for_file`` was not called.
        """
        if self.facts.asserted_on is None:
            raise MappingError(
                f"{self.label}: the date of the release stands in the name of the list's file.",
                hint="Give the list under its own name.",
            )
        return self.facts.asserted_on

    def for_file(self, path: Path) -> Self:
        """Give the mapping for one file: with the date of release that its name holds.

        Raises:
            MappingError: The name does not follow ``asserted_on.file_name``.
        """
        form = self.facts.file_name
        if form is None:
            return self
        for name in (path.name, path.stem):
            try:
                day = dt.datetime.strptime(name, form).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
            return replace(self, facts=replace(self.facts, asserted_on=day.isoformat()))
        raise MappingError(
            f"{self.label}: the file name {path.name} does not follow “{form}”, which says when "
            "the list was released.",
            hint="Rename the file, or write asserted_on = 2023-08-31 under [list].",
        )

    def check_header(self, header: Sequence[str]) -> None:
        """Check that a list has the columns that the mapping reads.

        Raises:
            MappingError: Columns are missing.
        """
        missing = missing_columns((self.row, *self.blocks), header)
        if missing:
            named = ", ".join(f"“{name}”{did_you_mean(name, header)}" for name in missing[:5])
            more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
            raise MappingError(
                f"{self.label}: the list has no column {named}{more}.",
                hint="Its columns are " + ", ".join(f"“{name}”" for name in header[:40]) + ".",
            )

    def columns(self) -> tuple[str, ...]:
        """List the columns that a list must have."""
        return tuple(missing_columns((self.row, *self.blocks), ()))

    def unused(self, header: Sequence[str]) -> tuple[str, ...]:
        """List the columns of a header that the mapping neither reads nor ignores."""
        used = used_columns((self.row, *self.blocks), header) | set(self.ignored)
        return tuple(column for column in header if column not in used)

    def record_keys(self, row_key: str) -> tuple[str, ...]:
        """List the keys of the records that a row with this key may state.

        Records with a key column of their own are not among them: their keys depend on
        the row's cells.
        """
        return (
            row_key,
            *(block_key(row_key, block) for block in self.blocks if block.key is None),
        )


def block_key(row_key: str, block: Block) -> str:
    """Give the key of a record that is called after its row, such as ``A-17/Death:1``."""
    return f"{row_key}/{block.type}:{block.ordinal}"


def check_mapping(
    path: Path, vocabulary: Vocabulary, today: dt.date | None = None
) -> list[Finding]:
    """List everything that is wrong in a mapping file; an empty list when it is sound.

    With ``today``, a date of release far ahead of it is wrong as well.
    """
    try:
        parts, faults = read_parts(_read_text(path), str(path))
    except (MappingError, FileUnreadableError) as error:
        line = _AT_LINE.search(error.message)
        if line is None:
            return [Finding(None, str(error).removeprefix(f"{path}: "))]
        words = str(error).removeprefix(f"{path}, line {line.group(1)}: ")
        return [Finding(int(line.group(1)), words)]
    resolve(parts, vocabulary, faults)
    released = parts.facts.asserted_on
    if today is not None and released is not None and is_far_ahead(released, today):
        faults.add(
            ("list", "asserted_on"),
            f"the release is dated {released}, more than a year after today; is the year right?",
        )
    return faults.in_order()


def is_far_ahead(asserted_on: str, today: dt.date) -> bool:
    """Whether a release is dated more than a year after today, which no list can be."""
    return dt.date.fromisoformat(asserted_on) - today > _YEAR


def _read_text(path: Path) -> str:
    data = read_whole(file_source(path), _MAX_SIZE)
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise FileUnreadableError(
            f"{path}, line {line}: the mapping is not UTF-8 text.",
            hint="Save it as UTF-8 in a text editor.",
        ) from error


def _reading_digest(parts: MappingParts) -> str:
    """Digest what decides how cells are read, so that a changed mapping is noticed."""
    content: dict[str, Any] = {name: part for name, part in parts.raw.items() if name != "ignore"}
    about_list = content.get("list")
    if isinstance(about_list, dict):
        content["list"] = {
            name: about_list[name]
            for name in ("lang", "unknown_when", "repeated_key")
            if name in about_list
        }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
