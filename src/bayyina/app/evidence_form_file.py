"""``*.evidence.yaml``: what people say of items, written down as a form.

::

    version: 1
    fictional: true                 # only in a workspace where everything is invented
    sources:
      leak: {name: "Channel seven", kind: insider}
    records:
      - key: certificate-12         # the form's own id, known again later
        type: Document
        item: R-2-0                 # the item in which all this stands
        source: leak
        said_on: 2023-01
        statements:
          - {property: kind, value: death_certificate}
          - {property: register_number, value: "1447", locator: page 1}
          - {property: named, value: "…", lang: ar, locator: page 1}
      - id: R-2-0                   # a record that is here already
        statements:
          - {property: shows, value: certificate-12}

A link's value is a key of the form or the short id of a record. ``item``, ``source``,
``said_on`` and ``locator`` stand at a record for all its statements, or at one of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from bayyina.errors import SmallFileError
from bayyina.model.yaml_reading import YamlList, YamlMap, YamlSyntaxError, read_yaml
from bayyina.standards.file_reading import read_text
from bayyina.standards.site_register import text_of

SUFFIX: Final = ".evidence.yaml"
"""End of the name of such a form."""

_TOP: Final = {"version", "fictional", "sources", "records"}
_RECORD: Final = {"key", "id", "type", "item", "source", "said_on", "locator", "statements"}
_STATEMENT: Final = {
    "property", "value", "lang", "item", "source", "said_on", "locator", "certainty",
}  # fmt: skip


class FormStatement(NamedTuple):
    """One statement of a form, with what its record says for all."""

    line: int
    property: str
    value: str
    lang: str | None
    item: str
    """Short id of the item in which it stands; may be empty."""
    source: str
    """Key of the source in the form; may be empty."""
    said_on: str
    locator: str | None
    certainty: str


class FormRecord(NamedTuple):
    """One record of a form."""

    line: int
    key: str
    """The form's own id; empty where ``id`` names a record."""
    id: str
    """Short id of a record that is here; empty for the form's own."""
    type: str
    statements: tuple[FormStatement, ...]


class Form(NamedTuple):
    """A form as it was read."""

    path: Path
    fictional: bool
    sources: Mapping[str, Mapping[str, str]]
    records: tuple[FormRecord, ...]


def read_form(path: Path) -> Form:
    """Read a form.

    Raises:
        FileUnreadableError: the file cannot be read.
        SmallFileError: it is not such a form; names the line.
    """
    try:
        documents = read_yaml(read_text(path))
    except YamlSyntaxError as error:
        raise SmallFileError(f"{path}, {error.message}", hint=error.hint) from error
    top = documents[0] if len(documents) == 1 else None
    if not isinstance(top, YamlMap) or top.get("version") != 1:
        raise _wrong(path, 1, "a form begins with `version: 1`")
    reader = _Reader(path)
    reader.check_keys(top, _TOP)
    sources = top.get("sources", YamlMap(1))
    if not isinstance(sources, YamlMap):
        raise _wrong(path, top.lines["sources"], "`sources` holds sources by key")
    return Form(
        path,
        top.get("fictional") is True,
        {key: reader.source(value, sources.lines[key]) for key, value in sources.items()},
        tuple(reader.record(one) for one in reader.items(top, "records")),
    )


class _Reader:
    """Reads the parts of one form."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def items(self, within: YamlMap, name: str) -> Sequence[YamlMap]:
        """The mappings of a list that must be there."""
        found = within.get(name)
        if not isinstance(found, YamlList) or not found:
            raise _wrong(self._path, within.lines.get(name, within.line), f"`{name}` lists nothing")
        for one, line in zip(found, found.lines, strict=True):
            if not isinstance(one, YamlMap):
                raise _wrong(self._path, line, f"an element of `{name}` is no mapping")
        return [one for one in found if isinstance(one, YamlMap)]

    def check_keys(self, part: YamlMap, known: set[str]) -> None:
        """Refuse a key that means nothing here."""
        for key in part:
            if key not in known:
                words = f"`{key}` is not known here; known are {', '.join(sorted(known))}"
                raise _wrong(self._path, part.lines[key], words)

    def source(self, value: object, line: int) -> Mapping[str, str]:
        """What a form says of a source."""
        if not isinstance(value, YamlMap) or not self._text(value, "name"):
            raise _wrong(self._path, line, "a source has a `name`")
        return {name: self._text(value, name) for name in value}

    def record(self, part: YamlMap) -> FormRecord:
        """A record with its statements."""
        self.check_keys(part, _RECORD)
        key, short_id = self._text(part, "key"), self._text(part, "id")
        record_type = self._text(part, "type")
        if bool(key) == bool(short_id) or (key and not record_type):
            words = "a record has either a `key` with a `type`, or the `id` of one that is here"
            raise _wrong(self._path, part.line, words)
        statements = tuple(self._statement(one, part) for one in self.items(part, "statements"))
        return FormRecord(part.line, key, short_id, record_type, statements)

    def _statement(self, part: YamlMap, record: YamlMap) -> FormStatement:
        self.check_keys(part, _STATEMENT)
        name, value = self._text(part, "property"), self._text(part, "value")
        if not name or not value:
            raise _wrong(self._path, part.line, "a statement has a `property` and a `value`")

        def said(key: str) -> str:
            return self._text(part, key) or self._text(record, key)

        return FormStatement(
            part.line, name, value, self._text(part, "lang") or None, said("item"),
            said("source"), said("said_on"), said("locator") or None, self._text(part, "certainty"),
        )  # fmt: skip

    def _text(self, part: YamlMap, name: str) -> str:
        if name not in part:
            return ""
        text = text_of(part[name])
        if text is None:
            raise _wrong(self._path, part.lines[name], f"`{name}` is no text")
        return text


def _wrong(path: Path, line: int, what: str) -> SmallFileError:
    return SmallFileError(
        f"{path}, line {line}: {what}.",
        hint="docs/how-to/keep-evidence.md shows a form; nothing was changed.",
    )
