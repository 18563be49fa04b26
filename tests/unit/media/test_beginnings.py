"""What an intake files items under, by their first bytes."""

from __future__ import annotations

import io
import zipfile

import pytest

from bayyina.media.beginnings import identify_by_structure
from bayyina.vault.identifying import HEAD


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, b"FICTIONAL" * 2000)
    return out.getvalue()


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "application/x-empty"),
        (b"\xff\xd8\xff\xe0" + bytes(5000), "image/jpeg"),
        (b"  %PDF-1.4 after two spaces", "application/pdf"),
        (b"<?xml version='1.0'?><form/>", "text/xml"),
        (b"{\\rtf1 text}", "text/rtf"),
        (b"[12/05/2013, 10:00:00] A: hello", "text/plain"),
        (b'{"name": "FICTIONAL"}', "application/json"),
        (b"caff\0\1" + bytes(40), "audio/x-caf"),
        (zipped("word/document.xml", "[Content_Types].xml"), WORD),
        (zipped("a.txt", "b.txt"), "application/zip"),
        (b"PAR1" + bytes(100), "application/vnd.apache.parquet"),
        (bytes(range(256)) * 4, "application/octet-stream"),
    ],
)
def test_the_first_bytes_say_what_it_is(data: bytes, expected: str) -> None:
    assert identify_by_structure(data[:HEAD]).media_type == expected
