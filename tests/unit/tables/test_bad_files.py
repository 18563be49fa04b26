"""A golden set of files that are no lists: each gives one clear sentence and no trace of Python."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from bayyina.errors import FileUnreadableError
from bayyina.tables.reading import open_table
from bayyina.tables.sources import table_in_archive


def zipped(members: dict[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def workbook(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.Workbook()
    fill(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def two_sheets(book: openpyxl.Workbook) -> None:
    book.active.append(["id"])
    book.create_sheet("more").append(["id"])


def protected_zip() -> bytes:
    """A ZIP whose member is flagged as encrypted."""
    data = bytearray(zipped({"import.csv": "id\n1\n"}, zipfile.ZIP_STORED))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def protected_ods() -> bytes:
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": "scrambled",
            "META-INF/manifest.xml": "<m><manifest:encryption-data/></m>",
        }
    )


ENCRYPTED_XLSX = (
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
)

BAD_FILES: dict[str, tuple[str, bytes, str]] = {
    "no bytes": ("a.csv", b"", "is empty (0 bytes)"),
    "blank lines": ("a.csv", b"\n\n  \n", "holds no text but blank lines"),
    "only separators": ("a.csv", b",,,\n,,\n", "has no header row"),
    "only a mark": ("a.csv", b"\xef\xbb\xbf", "holds no text"),
    "twice the same name": ("a.csv", b"id,name,id\n1,2,3\n", "“id” (columns 1 and 3) more than once"),
    "a column without a name": ("a.csv", b"id,,name\n1,2,3\n", "column 2 has no name"),
    "a PDF": ("a.csv", b"%PDF-1.7\n...", "is a PDF document, not a list"),
    "a picture": ("a.xlsx", b"\x89PNG\r\n\x1a\n", "is a picture, not a list"),
    "a web page": ("a.xls", b"<html><table></table></html>", "is a web page, not a list"),
    "a gzip archive": ("a.csv.gz", b"\x1f\x8b\x08\x00", "is a gzip archive"),
    "binary": ("a.csv", bytes(range(32)) * 20, "is not text"),
    "a cut ZIP": ("a.zip", zipped({"import.csv": "id\n" * 99})[:60], "is damaged or cut off"),
    "a cut XLSX": ("a.xlsx", workbook(lambda b: b.active.append(["id"]))[:2000], "is damaged or cut off"),
    "an empty ZIP": ("a.zip", zipped({}), "is an archive without a table"),
    "a ZIP without a table": ("a.zip", zipped({"a.txt.exe": "x"}), "is an archive without a table"),
    "a ZIP in a ZIP": ("a.zip", zipped({"import.csv": zipped({"x.csv": "id"})}), "an archive inside an archive"),
    "an empty member": ("a.zip", zipped({"import.csv": ""}), "is empty"),
    "a protected ZIP": ("a.zip", protected_zip(), "is protected by a password"),
    "a protected XLSX": ("a.xlsx", ENCRYPTED_XLSX, "is protected by a password"),
    "a protected ODS": ("a.ods", protected_ods(), "is protected by a password"),
    "an empty workbook": ("a.xlsx", workbook(lambda _: None), "no visible sheet that holds anything"),
    "two sheets": ("a.xlsx", workbook(two_sheets), "has 2 sheets: “Sheet”, “more”"),
    "broken old XLS": ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "is damaged or cut off"),
    "one JSON object": ("a.json", b'{\n"id": 1\n}', "is one JSON object, not a list"),
    "a cut JSON list": ("a.json", b'[{"id": 1}, {"id": ', "is damaged or cut off at item 2"),
    "more after a JSON list": ("a.json", b'[{"id": 1}] [2]', "is damaged or cut off"),
    "a JSON list of numbers": ("a.json", b"[1, 2]", "holds no readable JSON object"),
    "no line of JSON": ("a.jsonl", b"hello\nworld\n", "holds no readable JSON object"),
    "an empty JSON list": ("a.json", b"[]", "holds no readable JSON object"),
    "empty JSON objects": ("a.jsonl", b"{}\n{}\n", "has no header row"),
    "a deep JSON list": ("a.json", b'[{"a":' * 3000, "nested too deeply"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD_FILES)
def test_each_bad_file_gives_one_clear_sentence(tmp_path: Path, kind: str) -> None:
    name, content, expected = BAD_FILES[kind]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(FileUnreadableError) as caught:
        list(open_table(path).rows())
    message = caught.value.message
    assert expected in message
    assert message.endswith(".")
    assert "\n" not in message
    assert "Error" not in message


def test_a_path_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadableError, match="There is no file"):
        open_table(tmp_path / "absent.csv")
    with pytest.raises(FileUnreadableError, match="is a folder"):
        open_table(tmp_path)


def test_a_sheet_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook(two_sheets))
    with pytest.raises(FileUnreadableError, match="no sheet “other”"):
        open_table(path, sheet="other")
    assert open_table(path, sheet="more").header == ("id",)


def test_an_archive_of_one_folder_gives_the_import_csv_in_it(tmp_path: Path) -> None:
    """A zipped folder is read although notes lie beside its list; two such lists are asked about."""
    names = ["list/notes.txt", "list/import.csv"]
    assert "list/import.csv" in table_in_archive(tmp_path / "a.zip", names).label
    with pytest.raises(FileUnreadableError, match="2 tables"):
        table_in_archive(tmp_path / "a.zip", ["one/import.csv", "two/import.csv"])
