"""What people see of foreign files: pages, captures and messages; a child opens them."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import zipfile
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bayyina.errors import BusyError
from bayyina.media.plain_data import DamagedFileError
from bayyina.media.viewing import running
from bayyina.media.viewing.captures import is_package, list_captures, show_capture
from bayyina.media.viewing.messages import show_text
from bayyina.media.viewing.pictures import count_pages, draw_picture
from bayyina.media.viewing.running import UnshownError, ViewLimits, turn, view_file

PAGE = (
    "<html><head><title>خبر خيالي</title><script>alert('FICT-SCRIPT')</script></head>"
    "<body onload=x><p>FICTIONAL first</p><p>ثانٍ</p><style>p{}</style>"
    "<img src=http://x.example/track alt='FICT picture'></body></html>"
).encode()


def answered(kind: bytes, body: bytes, *more: bytes) -> bytes:
    head = [b"HTTP/1.1 200 OK", b"Content-Type: " + kind, *more]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


def record(address: str, block: bytes, *, kind: str = "response") -> bytes:
    digest = base64.b32encode(hashlib.sha1(block, usedforsecurity=False).digest()).decode()
    head = (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {address}\r\n"
        f"WARC-Date: 2013-05-12T10:00:00Z\r\nWARC-Block-Digest: sha1:{digest}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def photograph(size: tuple[int, int] = (320, 200)) -> bytes:
    file = io.BytesIO()
    pixels = np.random.default_rng(1).integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def archive() -> list[bytes]:
    changed = record("https://x.example/2", answered(b"text/html", b"<p>FICT-true</p>"))
    return [
        record("https://x.example/", b"software: x", kind="warcinfo"),
        record("https://x.example/1", answered(b"text/html; charset=utf-8", PAGE)),
        record("https://x.example/p.png", answered(b"image/png", photograph())),
        changed.replace(b"FICT-true", b"FICT-tree"),
        record(
            "https://x.example/3",
            answered(b"text/html", gzip.compress(b"<p>FICT-packed</p>"), b"Content-Encoding: gzip"),
        ),
        record("https://x.example/4", answered(b"text/html", b"x", b"Content-Encoding: br")),
    ]


def test_pages_of_a_web_archive_are_listed_with_their_digests(tmp_path: Path) -> None:
    path = tmp_path / "one.warc"
    path.write_bytes(b"".join(archive()))
    found = list_captures(path, "application/warc", 0, everything=False)
    assert [one["digest"] for one in found["lines"]] == ["fits", "wrong", "fits", "fits"]
    assert (found["count"], found["wrong"], found["fault"]) == (4, 1, "")
    assert found["lines"][0]["address"] == "https://x.example/1"
    assert found["lines"][0]["status"] == "200"
    everything = list_captures(path, "application/warc", 1, everything=True)
    assert (everything["count"], len(everything["lines"])) == (5, 4)
    cut = tmp_path / "cut.warc"
    cut.write_bytes(path.read_bytes()[:-40])
    assert list_captures(cut, "application/warc", 0, everything=False)["fault"]


@pytest.mark.parametrize("ending", ["warc", "warc.gz", "wacz"])
def test_a_captured_page_is_its_text_and_nothing_that_runs(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"one.{ending}"
    packed = b"".join(map(gzip.compress, archive()))
    kind = {"warc": "application/warc", "warc.gz": "application/warc+gzip"}.get(
        ending, "application/zip"
    )
    if ending == "wacz":
        with zipfile.ZipFile(path, "w") as file:
            file.writestr("datapackage.json", "{}")
            file.writestr("archive/data.warc.gz", packed)
        assert is_package(path)
    else:
        path.write_bytes(b"".join(archive()) if ending == "warc" else packed)
    shown = show_capture(path, kind, 1, veiled=True)
    assert shown["title"] == "خبر خيالي"
    assert shown["text"].splitlines() == ["FICTIONAL first", "ثانٍ", "[FICT picture]"]
    assert show_capture(path, kind, 4, veiled=True)["text"] == "FICT-packed"
    assert show_capture(path, kind, 5, veiled=True)["note"] == "coding"
    assert show_capture(path, kind, 2, veiled=True)["width"] == 320
    with pytest.raises(DamagedFileError):
        show_capture(path, kind, 9, veiled=True)


@pytest.mark.parametrize("odd", [b"<![x[", b"<![", b"<![>", b"<!x", b"<![CDATA[", b"<![if y]>"])
def test_no_declaration_hides_a_page(tmp_path: Path, odd: bytes) -> None:
    path = tmp_path / "one.warc"
    body = b"<p>FICT-before</p>" + odd + b" > <p>FICT-after</p>" + odd
    path.write_bytes(record("https://x.example/1", answered(b"text/html", body)))
    shown = show_capture(path, "application/warc", 1, veiled=True)["text"]
    assert "FICT-before" in shown
    assert "FICT-after" in shown


def test_a_covered_picture_has_nothing_left_to_recognise() -> None:
    source = photograph()
    clear, veiled = (draw_picture(source, veiled=one) for one in (False, True))
    pixels = [
        np.asarray(Image.open(io.BytesIO(base64.b64decode(one["jpeg"])))) for one in (clear, veiled)
    ]
    assert pixels[0].shape[:2] == pixels[1].shape[:2] == (200, 320)
    assert pixels[1].ndim == 2  # grey
    assert float(np.abs(np.diff(pixels[1].astype(float), axis=1)).max()) < 16
    assert float(np.abs(np.diff(pixels[0].astype(float), axis=1)).max()) > 100
    with pytest.raises(DamagedFileError):
        draw_picture(b"no picture", veiled=True)


def test_a_chat_is_its_messages_and_other_text_stays_text(tmp_path: Path) -> None:
    chat = tmp_path / "chat.txt"
    lines = [f"{1 + n % 28}/05/2013, 14:{n % 60:02d} - FICT Sami: رسالة {n}" for n in range(130)]
    chat.write_text("\n".join(lines), encoding="utf-8")
    first = show_text(chat, "text/plain", 0, 0)
    assert (first["count"], len(first["messages"])) == (130, 100)
    assert first["messages"][0]["sender"] == "FICT Sami"
    assert show_text(chat, "text/plain", 7, 100)["messages"][-1]["text"] == "رسالة 129"
    packed = tmp_path / "chat.zip"
    with zipfile.ZipFile(packed, "w") as file:
        file.write(chat, "WhatsApp Chat/_chat.txt")
    assert show_text(packed, "application/zip", 0, 0)["count"] == 130
    note = tmp_path / "note.txt"
    note.write_text("x" * 70_000, encoding="utf-8")
    assert show_text(note, "text/plain", 0, 0)["is_cut"]


def test_a_child_draws_a_page_and_its_faults_are_told(tmp_path: Path) -> None:
    path, work = tmp_path / "two.pdf", tmp_path / "work"
    work.mkdir()
    pages = [Image.new("RGB", (300, 400), colour) for colour in ("red", "blue")]
    pages[0].save(path, save_all=True, append_images=pages[1:])
    assert count_pages(path) == 2
    drawn = view_file(
        path, "application/pdf", {"show": "page", "page": 2, "veiled": False}, work=work
    )
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(drawn["jpeg"]))))
    assert pixels[10, 10].argmax() == 2
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 FICTIONAL")
    with pytest.raises(UnshownError):
        view_file(broken, "application/pdf", {"show": "pages", "page": 1}, work=work)
    with pytest.raises(UnshownError, match="too long"):
        view_file(
            path, "application/pdf", {"show": "page", "page": 1}, work=work,
            limits=ViewLimits(seconds=0.01),
        )  # fmt: skip


def test_more_requests_than_there_is_room_for_are_told_to_come_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(running, "WAIT", 0.01)
    with ExitStack() as shown:
        shown.enter_context(turn())
        shown.enter_context(turn())
        with pytest.raises(BusyError), turn():  # both children are at work, and go on being so
            pass
        for _ in range(2):
            running.ASKED.acquire()
            shown.callback(running.ASKED.release)
        monkeypatch.setattr(running, "AT_ONCE", None)  # who has no room does not even wait
        with pytest.raises(BusyError), turn():
            pass
        monkeypatch.undo()
    with turn():
        pass
