"""The leak scanner finds a planted secret in every container and form: else its silence says nothing."""

from __future__ import annotations

import base64
import bz2
import gzip
import html
import io
import json
import lzma
import quopri
import random
import sqlite3
import struct
import tarfile
import urllib.parse
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bayyina.names.keys import sound_keys
from bayyina.names.normal_forms import normal_form
from bayyina.names.romanizing import romanize
from tests.leak_scanner import LEAST_TEXT, LEAST_WORD, LeakScanner, Secret, forms_of

LATIN = Secret("latin name", "Qambartani Vexlerhoum", "name")
ARABIC = Secret("arabic name", "زعطوطان القمبرطاني", "name")
PHONE = Secret("phone", "+963 944 517 302", "number")
PLACE = Secret("place", "35.918273", "degrees")
SENTENCE = Secret("sentence", "He waits at the mill by the broken bridge")
ALL = (LATIN, ARABIC, PHONE, PLACE, SENTENCE)
TEXTS = [secret.text for secret in ALL]


@pytest.fixture(scope="module")
def scanner() -> LeakScanner:
    return LeakScanner(ALL)


def _parquet(text: str) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table({"a": ["x", text]}), sink, compression="zstd")
    return sink.getvalue()


def _parquet_metadata(text: str) -> bytes:
    sink = io.BytesIO()
    schema = pa.schema([("a", pa.string())], metadata={"note": text})
    pq.write_table(pa.table({"a": ["x"]}, schema=schema), sink)
    return sink.getvalue()


def _arrow(text: str) -> bytes:
    sink = io.BytesIO()
    table = pa.table({"a": [text]})
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_file(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    return sink.getvalue()


def _zip(text: str) -> bytes:
    return _zip_of({"inner/file.txt": text.encode()})


def _zip_of(members: dict[str, bytes]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return sink.getvalue()


def _tar(text: str) -> bytes:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w:gz") as archive:
        entry = tarfile.TarInfo("inner.txt")
        entry.size = len(text.encode())
        archive.addfile(entry, io.BytesIO(text.encode()))
    return sink.getvalue()


def _pdf_stream(text: str) -> bytes:
    pdf = pikepdf.new()
    page = pdf.add_blank_page()
    page.Contents = pdf.make_stream(text.encode())
    return _saved(pdf)


def _pdf_title(text: str) -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.docinfo["/Title"] = text
    return _saved(pdf)


def _pdf_attachment(text: str) -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.attachments["note.txt"] = text.encode()
    return _saved(pdf)


def _saved(pdf: pikepdf.Pdf) -> bytes:
    sink = io.BytesIO()
    pdf.save(sink, compress_streams=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return sink.getvalue()


def _png(text: str) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    note = b"Comment\0\1\0\0\0" + zlib.compress(text.encode())
    return b"\x89PNG\r\n\x1a\n" + chunk(b"iTXt", note) + chunk(b"IEND", b"")


CONTAINERS: dict[str, Callable[[str], bytes]] = {
    "plain": lambda text: b"\0\1" + text.encode() + b"\xff",
    "upper case": lambda text: text.upper().encode(),
    "no blanks": lambda text: "".join(text.split()).encode(),
    "broken lines": lambda text: text.replace(" ", "\n  ").encode(),
    "utf-16-le": lambda text: b"xyz" + text.encode("utf-16-le"),
    "utf-16-be": lambda text: text.encode("utf-16-be"),
    "utf-32": lambda text: text.encode("utf-32-le"),
    "base64": lambda text: base64.b64encode(text.encode()),
    "base64 in a sentence": lambda text: b"data: " + base64.b64encode(b"ab" + text.encode()) + b".",
    "base64 of base64": lambda text: base64.b64encode(base64.b64encode(text.encode())),
    "base64 in lines": lambda text: base64.encodebytes(b"x" * 50 + text.encode() + b"y" * 90),
    "base64 for URLs": lambda text: base64.urlsafe_b64encode(b"\xfb\xff" + text.encode()),
    "hex": lambda text: text.encode().hex().encode(),
    "HEX": lambda text: b"x" + text.encode().hex().upper().encode(),
    "json": lambda text: json.dumps({"a": text}).encode(),
    "json in json": lambda text: json.dumps(json.dumps({"a": text})).encode(),
    "python bytes": lambda text: repr(text.encode()).encode(),
    "html": lambda text: "".join(f"&#{ord(c)};" for c in text).encode(),
    "html, hex": lambda text: "".join(f"&#x{ord(c):X};" for c in text).encode(),
    "html twice": lambda text: html.escape("".join(f"&#{ord(c)};" for c in text)).encode(),
    "percent": lambda text: urllib.parse.quote(text, safe="").encode(),
    "percent, small": lambda text: urllib.parse.quote(text, safe="").lower().encode(),
    "percent of each": lambda text: "".join(f"%{b:02X}" for b in text.encode()).encode(),
    "percent twice": lambda text: urllib.parse.quote(urllib.parse.quote(text)).encode(),
    "quoted-printable": lambda text: quopri.encodestring(text.encode()),
    "gzip": lambda text: gzip.compress(text.encode()),
    "bzip2": lambda text: bz2.compress(text.encode()),
    "xz": lambda text: lzma.compress(text.encode()),
    "zlib": lambda text: zlib.compress(text.encode()),
    "zip": _zip,
    "name in a zip": lambda text: _zip_of({f"{text}.txt": b""}),
    "zip in a zip": lambda text: _zip_of({"inner.zip": _zip(text)}),
    "zip with bytes before it": lambda text: b"#!/bin/sh\n" + _zip(text),
    "tar.gz": _tar,
    "parquet": _parquet,
    "parquet metadata": _parquet_metadata,
    "arrow": _arrow,
    "pdf stream": _pdf_stream,
    "pdf title": _pdf_title,
    "pdf attachment": _pdf_attachment,
    "png text chunk": _png,
    "pdf in base64 in a zip": lambda t: _zip_of({"a.eml": base64.encodebytes(_pdf_title(t))}),
}


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("secret", ALL, ids=lambda secret: secret.label)
def test_it_finds_a_planted_secret(scanner: LeakScanner, container: str, secret: Secret) -> None:
    leaks = scanner.scan(CONTAINERS[container](secret.text), "here")
    assert secret.label in {leak.label for leak in leaks}
    assert {leak.label for leak in leaks} == {secret.label}


@pytest.mark.parametrize("container", CONTAINERS)
def test_it_finds_nothing_where_nothing_is(scanner: LeakScanner, container: str) -> None:
    harmless = "سُجّل النزيل رقم 4 في السجل, and nobody else was named on 2013-05-12 at 35.9"
    assert scanner.scan(CONTAINERS[container](harmless), "here") == []


@pytest.mark.parametrize("secret", [LATIN, ARABIC], ids=lambda secret: secret.label)
def test_it_finds_every_derived_form_of_a_name(scanner: LeakScanner, secret: Secret) -> None:
    forms = {normal_form(secret.text), *secret.text.split()}
    for word in secret.text.split():
        forms.update(key for key in sound_keys(word) if len(key) >= 5)
        forms.update(spelling.text for spelling in romanize(word)[:3])
    assert len(forms) > 6
    for form in forms:
        assert scanner.scan(f"key: {form}, next", "here"), form


def test_an_arabic_name_is_found_however_it_is_written(scanner: LeakScanner) -> None:
    for text in ("زَعْطُوطان", "زعـطوطان", "\u202bزعطوطان\u202c", "ﺰﻌﻄﻮﻃﺎﻥ"):
        assert scanner.scan(text, "here"), text


def test_numbers_are_found_as_machines_keep_them(scanner: LeakScanner) -> None:
    for form in (
        "963944517302",
        "35.9183",
        "35918273",
        struct.pack("<d", 35.918273),
        struct.pack(">d", 35.918273),
        struct.pack("<f", 35.918273),
    ):
        assert scanner.scan(form, "here"), form
    assert not scanner.scan("35.9 and 35.92", "here")


def test_folders_and_databases_are_read_whole(scanner: LeakScanner, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.txt").write_text(SENTENCE.text)
    (tmp_path / f"{LATIN.text}.txt").touch()
    connection = sqlite3.connect(tmp_path / "a.db")
    connection.execute("CREATE TABLE t (a TEXT, b BLOB)")
    connection.execute("INSERT INTO t VALUES (?, ?)", ("x" * 9000 + ARABIC.text, b""))
    connection.execute("INSERT INTO t VALUES ('', ?)", (zlib.compress(PHONE.text.encode()),))
    connection.commit()
    connection.close()
    found = scanner.scan_tree(tmp_path)
    assert {leak.label for leak in found} == {s.label for s in ALL} - {PLACE.label}
    assert scanner.scan_tree(tmp_path, skip=[tmp_path / "sub" / "a.txt", tmp_path / "a.db"]) == [
        leak for leak in found if leak.label == LATIN.label
    ]


def test_a_deleted_row_is_found_in_the_file(scanner: LeakScanner, tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "a.db")
    connection.execute("CREATE TABLE t (a TEXT)")
    connection.execute("INSERT INTO t VALUES (?)", (SENTENCE.text,))
    connection.commit()
    connection.execute("PRAGMA secure_delete=OFF")
    connection.execute("DELETE FROM t")
    connection.commit()
    connection.close()
    assert scanner.scan_tree(tmp_path)


def test_findings_never_show_the_secret(scanner: LeakScanner) -> None:
    for leak in scanner.scan(" ".join(TEXTS), "here"):
        assert not any(text in str(leak) for text in TEXTS)


def test_every_secret_has_forms() -> None:
    assert all(len(forms_of(secret)) >= 1 for secret in ALL)
    assert len(forms_of(ARABIC)) >= 12


def test_no_word_and_no_number_is_found_in_random_bytes_by_chance(scanner: LeakScanner) -> None:
    """Five letters or four bytes stand somewhere in megabytes of encrypted ones."""
    made = random.Random(5)
    word = next(
        text for text, form in forms_of(LATIN).items() if LEAST_WORD <= len(text) < LEAST_TEXT
    )
    number = struct.pack("<f", 35.918273)
    for short in (word.encode(), number):
        noise = made.randbytes(2_000) + b"\x01" + short + b"\x02" + made.randbytes(2_000)
        assert not scanner.scan(noise, "encrypted")
    encoded = base64.urlsafe_b64encode(made.randbytes(300)).decode()
    assert not scanner.scan(f"{encoded[:200]}-{word}_{encoded[200:]}", "encoded")
    for text in (word, f"key={word};", f"{encoded} {word}", f"/a/path/of/a/few/words/{word}/2"):
        assert scanner.scan(text, "text"), text
    assert scanner.scan(
        b"\0\1" + f"a few words before {word} and after it".encode() + b"\xff", "cell"
    )


def test_two_numbers_of_four_bytes_are_a_place(tmp_path: Path) -> None:
    places = (Secret("north", "35.918273", "degrees"), Secret("east", "36.614972", "degrees"))
    held = struct.pack("<3f2f", 1.5, 35.918273, 2.5, 36.614972, 0.5)
    assert {leak.label for leak in LeakScanner(places).scan(held, "array")} == {"north", "east"}


def test_what_was_clean_is_not_read_again_and_what_was_not_is(scanner: LeakScanner) -> None:
    clean, held = b"nothing at all is here", f"a line\n{SENTENCE.text}\nanother".encode()
    for _ in range(2):
        assert not scanner.scan(clean, "clean")
        assert scanner.scan(held, "held")
        assert scanner.scan(zlib.compress(held), "deeper")
