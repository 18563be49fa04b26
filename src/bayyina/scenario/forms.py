"""The file forms that documentation groups use, written so that equal rows give equal bytes.

Workbooks are written as zipped XML directly: it is many times quicker than a spreadsheet
library, and nothing in them depends on the clock.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain
from pathlib import Path
from xml.sax.saxutils import escape

Cell = str | int | date
"""A cell: text, a whole number, or a date that a workbook holds as a date."""

Row = Sequence[Cell]
"""The cells of one row; rows that were damaged on purpose may have too few or too many."""

_EPOCH = date(1899, 12, 30)
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ODF = "urn:oasis:names:tc:opendocument:xmlns:"


def write_csv(
    path: Path,
    header: Sequence[str],
    rows: Iterable[Row],
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
) -> int:
    """Write delimited text and return the number of rows below the header."""
    counter = _Counter()
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(header)
        writer.writerows(counter.counting(rows))
    return counter.rows


def write_mixed_csv(path: Path, header: Sequence[str], rows: Iterable[Row]) -> int:
    """Write a CSV whose lines were pasted together from UTF-8 and Windows-1256 files."""
    counter = _Counter()
    with path.open("wb") as file:
        file.write(_line(header).encode("utf-8"))
        for row in counter.counting(rows):
            # why: pasted blocks, not single lines, are how such files come about
            file.write(_line(row).encode("cp1256" if counter.rows // 40 % 5 == 3 else "utf-8"))
    return counter.rows


def write_json_lines(path: Path, header: Sequence[str], rows: Iterable[Row]) -> int:
    """Write one JSON object a line; empty cells are left out."""
    counter = _Counter()
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in counter.counting(rows):
            full = {name: cell for name, cell in zip(header, row, strict=False) if cell != ""}
            file.write(json.dumps(full, ensure_ascii=False) + "\n")
    return counter.rows


def write_zip_csv(path: Path, header: Sequence[str], rows: Iterable[Row]) -> int:
    """Write a ZIP archive that holds ``import.csv``."""
    counter = _Counter()
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(counter.counting(rows))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "import.csv", text.getvalue())
    return counter.rows


def write_xlsx(path: Path, header: Sequence[str], rows: Iterable[Row]) -> int:
    """Write an Excel workbook with one sheet."""
    counter = _Counter()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for name, text in _XLSX_PARTS.items():
            _add(archive, name, text)
        with archive.open(_entry("xl/worksheets/sheet1.xml"), "w") as sheet:
            sheet.write(f'{_XML}<worksheet xmlns="{_SHEET}"><sheetData>'.encode())
            for row in chain([header], counter.counting(rows)):
                cells = "".join(_xlsx_cell(cell) for cell in row)
                sheet.write(f"<row>{cells}</row>".encode())
            sheet.write(b"</sheetData></worksheet>")
    return counter.rows


def write_ods(path: Path, header: Sequence[str], rows: Iterable[Row]) -> int:
    """Write an OpenDocument spreadsheet with one table."""
    counter = _Counter()
    names = " ".join(f'xmlns:{key}="{_ODF}{key}:1.0"' for key in ("office", "table", "text"))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        mimetype = "application/vnd.oasis.opendocument.spreadsheet"
        archive.writestr(_entry("mimetype", zipfile.ZIP_STORED), mimetype)
        _add(archive, "META-INF/manifest.xml", _ODS_MANIFEST)
        with archive.open(_entry("content.xml"), "w") as content:
            start = f'{_XML}<office:document-content {names} office:version="1.2"><office:body>'
            start += '<office:spreadsheet><table:table table:name="FICTIONAL">'
            content.write(start.encode())
            for row in chain([header], counter.counting(rows)):
                cells = "".join(_ods_cell(cell) for cell in row)
                content.write(f"<table:table-row>{cells}</table:table-row>".encode())
            end = "</table:table></office:spreadsheet></office:body></office:document-content>"
            content.write(end.encode())
    return counter.rows


class _Counter:
    """Counts the rows below the header while they are written."""

    def __init__(self) -> None:
        self.rows = 0

    def counting(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            self.rows += 1
            yield row


def _line(row: Row) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerow(row)
    return text.getvalue()


def _entry(name: str, method: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    """Return an archive entry whose time is fixed, so that equal rows give equal bytes."""
    entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.compress_type = method
    return entry


def _add(archive: zipfile.ZipFile, name: str, text: str) -> None:
    archive.writestr(_entry(name), text.encode("utf-8"))


def _xlsx_cell(cell: Cell) -> str:
    if isinstance(cell, date):
        return f'<c s="1"><v>{(cell - _EPOCH).days}</v></c>'
    if isinstance(cell, int):
        return f"<c><v>{cell}</v></c>"
    if cell == "":
        return "<c/>"
    return f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>'


def _ods_cell(cell: Cell) -> str:
    if isinstance(cell, date):
        kind = f'office:value-type="date" office:date-value="{cell.isoformat()}"'
        return f"<table:table-cell {kind}><text:p>{cell.isoformat()}</text:p></table:table-cell>"
    if isinstance(cell, int):
        kind = f'office:value-type="float" office:value="{cell}"'
        return f"<table:table-cell {kind}><text:p>{cell}</text:p></table:table-cell>"
    if cell == "":
        return "<table:table-cell/>"
    text = f"<text:p>{escape(cell)}</text:p>"
    return f'<table:table-cell office:value-type="string">{text}</table:table-cell>'


_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XLSX_PARTS = {
    "[Content_Types].xml": (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_CONTENT}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_CONTENT}.styles+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml"'
        f' ContentType="{_CONTENT}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
        f' Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'{_XML}<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="FICTIONAL" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/styles.xml": (
        f'{_XML}<styleSheet xmlns="{_SHEET}"><fonts count="1"><font/></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
        "</styleSheet>"
    ),
}
_ODS_MANIFEST = (
    f'{_XML}<manifest:manifest xmlns:manifest="{_ODF}manifest:1.0" manifest:version="1.2">'
    '<manifest:file-entry manifest:full-path="/" manifest:version="1.2"'
    ' manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
