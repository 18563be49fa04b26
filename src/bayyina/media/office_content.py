"""What an office document holds that a reader does not see: changes kept, notes, hidden parts.

Each part of the document is read as a stream, without building a tree, and without entities.
Counts, names of authors and times are told; the words themselves are not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from xml.parsers import expat
from zipfile import ZipFile

from bayyina.media.plain_data import DamagedFileError, FileLimitError, plain_text
from bayyina.media.zip_archives import read_member

MAX_PART: Final = 24 << 20
MAX_ALL: Final = 64 << 20
"""Bytes of one part, and of all parts together, that are read."""

MAX_ELEMENTS: Final = 2_000_000
MAX_NAMES: Final = 50
_OFF: Final = frozenset({"0", "false", "off", "none"})
_CHANGES: Final[Mapping[str, str]] = {
    "ins": "inserted", "del": "deleted", "moveFrom": "moved away", "moveTo": "moved here",
    "rPrChange": "format changed", "pPrChange": "format changed",
    "insertion": "inserted", "deletion": "deleted", "format-change": "format changed",
}  # fmt: skip
"""Elements that keep a change, in WordprocessingML and in OpenDocument."""

_READ: Final = ("word/", "xl/", "ppt/")


@dataclass
class HiddenContent:
    """What a document holds beside what it shows."""

    changes: Counter[str] = field(default_factory=Counter)
    """Changes that are kept, by their kind."""

    authors: set[str] = field(default_factory=set)
    """Who made changes or comments, as the document names them."""

    times: list[str] = field(default_factory=list)
    """Times of changes and comments, as they are written; the first and last are told."""

    comments: int = 0
    """Comments and annotations."""

    deleted_characters: int = 0
    """Characters of text that is deleted and still there."""

    hidden_characters: int = 0
    """Characters of text that is set to be hidden."""

    hidden: Counter[str] = field(default_factory=Counter)
    """Hidden sheets, rows, columns and slides."""

    fields: Counter[str] = field(default_factory=Counter)
    """Fields that fetch from elsewhere or start a program."""

    sessions: int = 0
    """Sessions of editing that left their number in the document."""

    faults: list[str] = field(default_factory=list)
    """Sentences about parts that could not be read."""

    limits: list[str] = field(default_factory=list)
    """Sentences about parts that are longer than is read."""

    def document(self) -> dict[str, Any]:
        """The same as plain data, without what is not there."""
        times = sorted(self.times)
        found: dict[str, Any] = {
            "changes_kept": dict(self.changes),
            "deleted_characters": self.deleted_characters,
            "comments": self.comments,
            "changed_by": sorted(self.authors)[:MAX_NAMES],
            "changed_between": [times[0], times[-1]] if times else [],
            "hidden_characters": self.hidden_characters,
            "hidden": dict(self.hidden),
            "fields_that_fetch": dict(self.fields),
            "sessions_of_editing": self.sessions,
            "faults": self.faults[:20],
            "limit": " ".join(self.limits[:3]),
        }
        return {name: value for name, value in found.items() if value}

    def kinds(self) -> list[str]:
        """Words for what is hidden, for a finding."""
        found = []
        if self.changes:
            found.append("changes that are kept")
        if self.comments:
            found.append("comments")
        if self.hidden_characters:
            found.append("hidden text")
        found += [f"hidden {name}" for name in sorted(self.hidden)]
        return found


def read_hidden(archive: ZipFile, names: list[str]) -> HiddenContent:
    """What the parts of a document hold beside what they show.

    Raises:
        FileLimitError: a part declares entities.
    """
    found = HiddenContent()
    left = MAX_ALL
    for name in _parts(names):
        size = archive.getinfo(name).file_size
        if size > MAX_PART or size > left:
            found.limits.append(f"The part {plain_text(name, 100)} is longer than is read.")
            continue
        left -= size
        try:
            _Part(found, name).read(read_member(archive, name, MAX_PART))
        except DamagedFileError as error:
            found.faults.append(f"{plain_text(name, 100)}: {error.message}")
    return found


def _parts(names: list[str]) -> Iterator[str]:
    for name in names:
        is_part = name.startswith(_READ) and name.endswith(".xml") and "/theme/" not in name
        if is_part or name in ("content.xml", "styles.xml"):
            yield name


class _Part:
    """Reads one part as a stream."""

    def __init__(self, found: HiddenContent, name: str) -> None:
        self._found, self._name = found, name
        self._elements = 0
        self._deleted, self._hidden_run = 0, False
        self._in_text = False
        self._instruction: list[str] | None = None
        self._is_signed = False
        self._signed: list[str] | None = None
        self._takes: Mapping[str, Callable[[Mapping[str, str]], None]] = {
            "comment": self._comment, "annotation": self._comment, "cm": self._comment,
            "vanish": self._vanish, "sheet": self._sheet, "row": self._row, "col": self._column,
            "sld": self._slide, "rsid": self._session,
            "fldSimple": self._simple_field, "ddeLink": self._link, "table-row": self._row,
            "dde-connection-decl": self._link,
            "hidden-text": self._hidden_text, "hidden-paragraph": self._hidden_text,
        }  # fmt: skip

    def read(self, data: bytes) -> None:
        """Read the part.

        Raises:
            DamagedFileError: it is no XML.
            FileLimitError: it declares entities or has too many elements.
        """
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.EntityDeclHandler = self._refuse
        try:
            parser.Parse(data, True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise DamagedFileError("The XML is not well formed.") from error

    def _refuse(self, *_: Any) -> None:
        raise FileLimitError("The XML declares entities, which may grow without bounds.")

    def _start(self, whole: str, given: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            raise FileLimitError("A part of the document has too many elements.")
        name = whole.rpartition(":")[2]
        attributes = {key.rpartition(":")[2]: value for key, value in given.items()}
        if name in _CHANGES and (name != "del" or self._name.startswith("word/")):
            self._found.changes[_CHANGES[name]] += 1
            self._made_by(attributes)
        if name in ("del", "moveFrom", "deletion"):
            self._deleted += 1
        elif name == "r":
            self._hidden_run = False
        elif name in ("instrText", "delInstrText"):
            self._instruction = []
        self._in_text = name in ("t", "delText", "p", "span", "h")
        if name in ("change-info", "annotation"):
            self._is_signed = True
        elif name in ("creator", "date") and self._is_signed:
            self._signed = []
        if name in self._takes:
            self._takes[name](attributes)

    def _end(self, whole: str) -> None:
        name = whole.rpartition(":")[2]
        if name in ("del", "moveFrom", "deletion"):
            self._deleted = max(0, self._deleted - 1)
        elif name == "instrText" and self._instruction is not None:
            self._field("".join(self._instruction))
            self._instruction = None
        elif name in ("creator", "date") and self._signed is not None:
            key = "author" if name == "creator" else "date"
            self._made_by({key: "".join(self._signed)})
            self._signed = None
        elif name in ("change-info", "annotation"):
            self._is_signed = False
        self._in_text = self._in_text and name in ("span", "s", "tab")

    def _characters(self, text: str) -> None:
        if self._instruction is not None:
            self._instruction.append(text[:500])
        elif self._signed is not None:
            self._signed.append(text[:200])
        elif self._in_text and self._deleted:
            self._found.deleted_characters += len(text)
        elif self._in_text and self._hidden_run:
            self._found.hidden_characters += len(text)

    def _made_by(self, attributes: Mapping[str, str]) -> None:
        author, time = attributes.get("author"), attributes.get("date")
        if author and len(self._found.authors) < MAX_NAMES:
            self._found.authors.add(plain_text(author, 100))
        if time and len(self._found.times) < 10_000:
            self._found.times.append(plain_text(time, 40))

    def _comment(self, attributes: Mapping[str, str]) -> None:
        self._found.comments += 1
        self._made_by(attributes)

    def _vanish(self, attributes: Mapping[str, str]) -> None:
        self._hidden_run = attributes.get("val", "1").lower() not in _OFF

    def _hidden_text(self, attributes: Mapping[str, str]) -> None:
        self._found.hidden_characters += len(attributes.get("string-value", "")) or 1

    def _sheet(self, attributes: Mapping[str, str]) -> None:
        if attributes.get("state") in ("hidden", "veryHidden"):
            self._found.hidden["sheets"] += 1

    def _row(self, attributes: Mapping[str, str]) -> None:
        if attributes.get("hidden") in ("1", "true") or attributes.get("visibility") == "collapse":
            self._found.hidden["rows"] += 1

    def _column(self, attributes: Mapping[str, str]) -> None:
        if attributes.get("hidden") in ("1", "true"):
            self._found.hidden["columns"] += 1

    def _slide(self, attributes: Mapping[str, str]) -> None:
        if attributes.get("show") in ("0", "false"):
            self._found.hidden["slides"] += 1

    def _session(self, _attributes: Mapping[str, str]) -> None:
        self._found.sessions += 1

    def _simple_field(self, attributes: Mapping[str, str]) -> None:
        self._field(attributes.get("instr", ""))

    def _link(self, _attributes: Mapping[str, str]) -> None:
        self._found.fields["DDE"] += 1

    def _field(self, instruction: str) -> None:
        word = instruction.strip().partition(" ")[0].upper()
        if word in (
            "DDE",
            "DDEAUTO",
            "INCLUDETEXT",
            "INCLUDEPICTURE",
            "IMPORT",
            "LINK",
            "DATABASE",
        ):
            self._found.fields[word] += 1
