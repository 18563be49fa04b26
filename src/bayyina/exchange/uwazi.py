"""Uwazi: a ZIP with ``import.csv`` for each record type, and the mapping that reads it back here.

Uwazi's conventions: one row a record, ``title`` first, several values of a column joined by ``|``,
a column in several languages as ``name__ar`` and ``name__en``, positions as ``lat|long``. Where
sources disagree, all their values stand in the cell: Uwazi keeps no statements, so what
leaves this way can say that sources differ, not which of them says what.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from bayyina.exchange.records import OutRecord, OutStatement, in_words
from bayyina.exchange.tables import safe_cell
from bayyina.model.vocabulary import Property, RecordType, Vocabulary

LANGUAGES: Final = ("ar", "en")
"""Languages that have columns of their own."""

SKIPPED: Final = ("link",)
"""Types of properties that Uwazi keeps as relationships, which a CSV file cannot carry."""

SEPARATOR: Final = "|"
"""Between several values of a cell."""


def write_archive(
    path: Path, kind: RecordType, records: Iterable[OutRecord], vocabulary: Vocabulary
) -> int:
    """Write the records of a type as a ZIP for Uwazi's import; the answer is their number.

    Raises:
        OSError: the file cannot be written.
    """
    found = list(records)
    columns = _columns(kind, found)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["id", *(f"title__{lang}" for lang in LANGUAGES), *columns])
    for record in found:
        cells = [_cell(record, name, vocabulary) for name in columns]
        titles = [_title(record, lang) for lang in LANGUAGES]
        writer.writerow([safe_cell(cell) for cell in (record.id, *titles, *cells)])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("import.csv", text.getvalue().encode("utf-8-sig"))
    return len(found)


def _columns(kind: RecordType, records: Iterable[OutRecord]) -> list[str]:
    """Columns of what is stated at all, in the order of the vocabulary; names by language."""
    stated = {(one.property, one.lang) for record in records for one in record.statements}
    found = []
    for name, prop in kind.properties.items():
        if prop.type in SKIPPED:
            continue
        langs = {lang for known, lang in stated if known == name}
        if _has_languages(prop):
            found += [f"{name}__{lang}" for lang in LANGUAGES if lang in langs]
            langs -= set(LANGUAGES)
        if langs:
            found.append(name)
    return found


def _has_languages(prop: Property) -> bool:
    return prop.type in ("name", "text")


def _cell(record: OutRecord, column: str, vocabulary: Vocabulary) -> str:
    name, _, lang = column.partition("__")
    kind = vocabulary.types[record.type]
    prop = kind.properties[name]
    values = []
    for one in record.values(name):
        is_other = _has_languages(prop) and (one.lang if one.lang in LANGUAGES else "") != lang
        if not is_other:
            values.append(_value(record, one, prop, vocabulary))
    return SEPARATOR.join(dict.fromkeys(value for value in values if value))


def _value(record: OutRecord, one: OutStatement, prop: Property, vocabulary: Vocabulary) -> str:
    if prop.type == "geopoint":
        return one.value.replace(",", SEPARATOR)
    if prop.type in ("term", "group", "place", "date", "identifier", "quantity"):
        return one.value
    return in_words(vocabulary, record.type, one, one.lang or "en").replace(SEPARATOR, "/")


def _title(record: OutRecord, lang: str) -> str:
    """The name in a language, or in another, or the id: Uwazi asks for a title."""
    names = [one for one in record.values("name") if one.lang == lang] or record.values("name")
    return names[0].value if names else record.id


def mapping_text(
    kind: RecordType, columns: Iterable[str], *, fictional: bool, asserted_on: str
) -> str:
    """A mapping (``*.mapping.toml``) that reads such a file back into statements."""
    lines = [
        "version = 1",
        "[list]",
        f'name = "{kind.label["en"]}, from an Uwazi file"',
        f"asserted_on = {asserted_on}",
        'release = "partial"',
    ]
    if fictional:
        lines.append("fictional = true")
    lines += ["[row]", f'record = "{kind.name}"', 'key = "id"', "[columns]"]
    for column in columns:
        name, _, lang = column.partition("__")
        prop = kind.properties.get(name)
        if prop is None:
            continue
        options = [f'to = "{name}"']
        if lang:
            options.append(f'lang = "{lang}"')
        if prop.type != "geopoint":
            options.append(f'split = "{SEPARATOR}"')
        lines.append(f'"{column}" = {{ {", ".join(options)} }}')
    return "\n".join(lines) + "\n"


def columns_of(path: Path) -> list[str]:
    """The columns of an archive that was written."""
    with zipfile.ZipFile(path) as archive, archive.open("import.csv") as raw:
        return next(csv.reader(io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")))
