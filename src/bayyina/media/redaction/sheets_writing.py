"""Spreadsheets written from nothing but cells: no styles, strings of others, remarks or properties.

XLSX by ECMA-376 part 1 (SpreadsheetML), ODS by OASIS OpenDocument 1.3: the least that spreadsheet
programs open. Times in the archive are its own beginning, 1980.
"""

from __future__ import annotations

import math
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, TypeAlias
from xml.sax.saxutils import escape

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODS: Final = "application/vnd.oasis.opendocument.spreadsheet"

Value: TypeAlias = str | int | float | bool | None
"""What a cell holds."""

Rows: TypeAlias = Sequence[Sequence[Value]]
"""Rows of cells."""

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_SHEET_NAME: Final = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))
_LONGEST_NAME: Final = 31
_WHOLE: Final = 2**53


def write_xlsx(out: Path, sheets: Sequence[tuple[str, Rows]]) -> None:
    """Write a workbook."""
    names = _names([name for name, _ in sheets])
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    numbers = range(1, len(sheets) + 1)
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kind}.worksheet+xml"/>'
        for n in numbers
    )
    parts = {
        "[Content_Types].xml": (
            f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>{types}</Types>'
        ),
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": (
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>'
            + "".join(
                f'<sheet name="{_attribute(name)}" sheetId="{n}" r:id="rId{n}"/>'
                for n, name in zip(numbers, names, strict=True)
            )
            + "</sheets></workbook>"
        ),
        "xl/_rels/workbook.xml.rels": _relations(
            [("worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
        ),
    }
    for n, (_, rows) in zip(numbers, sheets, strict=True):
        parts[f"xl/worksheets/sheet{n}.xml"] = "".join(_xlsx_sheet(rows))
    _write(out, parts.items())


def _relations(listed: Sequence[tuple[str, str]]) -> str:
    inner = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(listed, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'


def _xlsx_sheet(rows: Rows) -> Iterator[str]:
    yield f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'
    for row in rows:
        yield "<row>"
        for value in row:
            if value is None or value == "":
                yield "<c/>"
            elif isinstance(value, bool):
                yield f'<c t="b"><v>{int(value)}</v></c>'
            elif _is_number(value):
                yield f"<c><v>{value!r}</v></c>"
            else:
                text = _text(str(value))
                yield f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
        yield "</row>"
    yield "</sheetData></worksheet>"


def write_ods(out: Path, sheets: Sequence[tuple[str, Rows]]) -> None:
    """Write an OpenDocument spreadsheet."""
    base = "urn:oasis:names:tc:opendocument:xmlns"
    names = _names([name for name, _ in sheets])
    tables = "".join(
        "".join(_ods_sheet(name, rows)) for name, (_, rows) in zip(names, sheets, strict=True)
    )
    content = (
        f'{_HEAD}<office:document-content xmlns:office="{base}:office:1.0" '
        f'xmlns:table="{base}:table:1.0" xmlns:text="{base}:text:1.0" office:version="1.3">'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    manifest = (
        f'{_HEAD}<manifest:manifest xmlns:manifest="{base}:manifest:1.0" manifest:version="1.3">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        "</manifest:manifest>"
    )
    parts = [("mimetype", ODS), ("content.xml", content), ("META-INF/manifest.xml", manifest)]
    _write(out, parts)


def _ods_sheet(name: str, rows: Rows) -> Iterator[str]:
    width = max((len(row) for row in rows), default=1) or 1
    yield f'<table:table table:name="{_attribute(name)}">'
    yield f'<table:table-column table:number-columns-repeated="{width}"/>'
    for row in rows or [[None]]:
        yield "<table:table-row>"
        for value in row or [None]:
            if value is None or value == "":
                yield "<table:table-cell/>"
            elif isinstance(value, bool):
                truth = "true" if value else "false"
                yield (
                    f'<table:table-cell office:value-type="boolean" office:boolean-value="{truth}">'
                    f"<text:p>{truth.upper()}</text:p></table:table-cell>"
                )
            elif _is_number(value):
                yield (
                    f'<table:table-cell office:value-type="float" office:value="{value!r}">'
                    f"<text:p>{value!r}</text:p></table:table-cell>"
                )
            else:
                yield '<table:table-cell office:value-type="string">'
                yield from (f"<text:p>{_spaced(one)}</text:p>" for one in str(value).split("\n"))
                yield "</table:table-cell>"
        yield "</table:table-row>"
    yield "</table:table>"


def _spaced(text: str) -> str:
    """A paragraph; runs of spaces are written out, because XML readers fold them."""
    return _text(text).replace("\t", "<text:tab/>").replace("  ", ' <text:s text:c="1"/>')


def _is_number(value: Value) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, int) and abs(value) < _WHOLE


def _names(given: Sequence[str]) -> list[str]:
    """Names that a workbook may have: short, each once, without signs that they may not hold."""
    made: list[str] = []
    for number, name in enumerate(given, 1):
        own = name.translate(_SHEET_NAME).strip("' ")[:_LONGEST_NAME] or f"Sheet{number}"
        if own.casefold() in {one.casefold() for one in made}:
            own = f"{own[: _LONGEST_NAME - 4]} {number}"
        made.append(own)
    return made


def _text(text: str) -> str:
    return escape("".join(one if _may_stand(one) else "\ufffd" for one in text))


def _attribute(text: str) -> str:
    return _text(text).replace('"', "&quot;")


def _may_stand(one: str) -> bool:
    """Whether XML 1.0 can hold a character."""
    return one in "\t\n\r" or " " <= one < "\ud800" or "\ue000" <= one <= "\ufffd" or one > "\uffff"


def _write(out: Path, parts: Iterable[tuple[str, str]]) -> None:
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in parts:
            info = zipfile.ZipInfo(name)  # of 1980, without owner and rights
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(info, text.encode("utf-8"))
