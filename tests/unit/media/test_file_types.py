"""Types by content and by name, and when they disagree."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from bayyina.media.file_types import Types, agree, type_of_name, types_of
from bayyina.media.signatures import structural_type
from tests.unit.media.conftest import jpeg, picture


def zipped(path: Path, names: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in names.items():
            archive.writestr(name, text)
    return path


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        ("image/png", "PNG"), ("image/gif", "GIF"), ("image/tiff", "TIFF"),
        ("image/webp", "WEBP"), ("image/bmp", "BMP"), ("image/jpeg", "JPEG"),
    ],
)  # fmt: skip
def test_two_tools_agree_on_sound_pictures(tmp_path: Path, kind: str, form: str) -> None:
    path = tmp_path / f"made.{form.lower()}"
    picture(64, 48).save(path, form)
    types = types_of(path)
    assert (types.libmagic, types.structure, types.best) == (kind, kind, kind)
    assert types.conflicts() == []


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        ({"[Content_Types].xml": "", "word/document.xml": ""},
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ({"[Content_Types].xml": "", "xl/vbaProject.bin": "", "xl/workbook.xml": ""},
         "application/vnd.ms-excel.sheet.macroEnabled.12"),
        ({"datapackage.json": "{}", "archive/a.warc": ""}, "application/wacz"),
        ({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": ""},
         "application/vnd.oasis.opendocument.text"),
        ({"a.txt": ""}, "application/zip"),
    ],
)  # fmt: skip
def test_archives_are_named_by_what_they_hold(
    tmp_path: Path, names: dict[str, str], kind: str
) -> None:
    assert structural_type(zipped(tmp_path / "made.zip", names)) == kind


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "application/x-empty"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "image/heic"),
        (b"\0\0\0\x14ftypisom\0\0\0\0isom", "video/mp4"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "video/quicktime"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav"),
        (b"junk\n%PDF-1.7\n", "application/pdf"),
        (b"\x1f\x8b\x08\0junk", "application/gzip"),
        (b'{"a": 1}', "application/json"),
        (b"[12/03/2014, 21:15:33] A: b", "text/plain"),
        (b"<?xml version='1.0'?><svg/>", "image/svg+xml"),
        ("بيان".encode(), "text/plain"),
        (b"\x01\x02\x03\x00", None),
    ],
)
def test_bytes_tell_the_type(tmp_path: Path, data: bytes, kind: str | None) -> None:
    (tmp_path / "made").write_bytes(data)
    assert structural_type(tmp_path / "made") == kind


def test_a_renamed_file_is_in_conflict_with_its_name(tmp_path: Path) -> None:
    path = jpeg(tmp_path / "made.jpg").rename(tmp_path / "made.pdf")
    conflicts = types_of(path).conflicts()
    assert ("libmagic", "extension") in conflicts
    assert ("structure", "extension") in conflicts


def test_narrow_types_are_no_conflict_with_wide_ones() -> None:
    assert agree("application/zip", "application/wacz")
    assert agree("video/mp4", "video/quicktime")
    assert not agree("image/png", "image/jpeg")
    assert Types("application/zip", "application/wacz", None).best == "application/wacz"
    assert type_of_name("a.WARC.gz") == "application/warc+gzip"
    assert type_of_name("noextension") is None


@pytest.mark.data
def test_hardly_any_file_of_the_suites_is_in_conflict(evidence: Path) -> None:
    folders = ("exif-samples", "photoshop-jpegs", "c2pa-public-testfiles", "pdq", "vpdq", "warc")
    paths = [p for name in folders for p in (evidence / name).rglob("*") if p.is_file()]
    assert len(paths) > 200
    conflicts = [path.name for path in paths if types_of(path).conflicts()]
    assert conflicts == []


def test_a_broken_directory_of_an_archive_is_still_a_zip(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a", "b")
    (tmp_path / "cut.zip").write_bytes(buffer.getvalue()[:-10])
    assert structural_type(tmp_path / "cut.zip") == "application/zip"
