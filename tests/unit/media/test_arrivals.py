"""Web archives, packages, forms and chats: verified and matched when they arrive."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bayyina.media.chats import (
    ZONE_KNOWN,
    ZONE_UNKNOWN,
    read_telegram,
)
from bayyina.media.packages import proof_beside, read_form, read_package
from bayyina.media.plain_data import DamagedFileError, FileLimitError
from bayyina.media.telegram_pages import ZONE_STATED, looks_like_pages, read_pages
from bayyina.media.web_archives import read_wacz, read_warc
from bayyina.media.web_records import digest_fits, read_records
from bayyina.media.whatsapp import looks_like_whatsapp, read_whatsapp

WARCS: Mapping[str, tuple[int, int, int]] = {
    # records, digests that do not fit, faults: as the files' names and their own digests say
    "example.warc": (6, 0, 0),
    "example.warc.gz": (6, 0, 0),
    "example.arc": (2, 0, 0),
    "example.arc.gz": (2, 0, 0),
    "example-resource.warc.gz": (3, 0, 0),
    "example-iana.org-chunked.warc": (3, 0, 0),
    "example-space-in-target-uri.warc.gz": (2, 0, 0),
    "example-wget-bad-target-uri.warc.gz": (6, 0, 0),
    "post-test.warc.gz": (6, 0, 0),
    "example-digest.warc": (4, 1, 0),
    "example-wrong-chunks.warc.gz": (2, 1, 0),
    "example-trunc.warc": (3, 2, 1),
    "example-bad-non-chunked.warc.gz": (6, 0, 1),
    "bad.arc": (0, 0, 1),
}


@pytest.mark.data
@pytest.mark.parametrize("name", WARCS)
def test_each_web_archive_of_the_suite_is_read_as_it_is(evidence: Path, name: str) -> None:
    found = read_warc(evidence / "warc" / name)
    records, wrong, faults = WARCS[name]
    assert sum(found["records"].values()) == records
    assert (len(found["mismatches"]), len(found["faults"])) == (wrong, faults)


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "wrong", "signature"),
    [
        ("valid_example_1", 0, "none"), ("valid_example_2", 0, "none"),
        ("valid_signed_example_1", 0, "fits"), ("invalid_signed_example_1", 0, "fits"),
        ("invalid_example_1", 1, "none"),
    ],
)  # fmt: skip
def test_each_package_of_the_suite_is_checked(
    evidence: Path, name: str, wrong: int, signature: str
) -> None:
    found = read_wacz(evidence / "wacz" / f"{name}.wacz")
    assert (len(found["mismatches"]), found["signature"]) == (wrong, signature)
    if name.startswith("invalid_signed"):  # what is wrong is whom its certificate comes from
        assert any("STAGING" in issuer for issuer in found["certificates"])


def changed(path: Path, target: Path, member: str, data: bytes | None) -> Path:
    """The archive with one member changed, or left out."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            if info.filename != member:
                new.writestr(info.filename, old.read(info))
            elif data is not None:
                new.writestr(info.filename, data)
        if member not in old.namelist() and data is not None:
            new.writestr(member, data)
    return target


@pytest.mark.data
@pytest.mark.parametrize(
    ("member", "data"),
    [
        ("pages/pages.jsonl", b"{}"), ("pages/pages.jsonl", None), ("archive/more.warc", b""),
        ("indexes/index.cdx.gz", b"\x1f\x8b"),
    ],
)  # fmt: skip
def test_each_change_of_a_package_is_named(
    evidence: Path, tmp_path: Path, member: str, data: bytes | None
) -> None:
    whole = evidence / "wacz" / "valid_signed_example_1.wacz"
    found = read_wacz(changed(whole, tmp_path / "changed.wacz", member, data))
    assert any(member in wrong for wrong in found["mismatches"])


@pytest.mark.data
def test_a_changed_list_no_longer_fits_its_signature(evidence: Path, tmp_path: Path) -> None:
    whole = evidence / "wacz" / "valid_signed_example_1.wacz"
    with zipfile.ZipFile(whole) as archive:
        raw = archive.read("datapackage.json").replace(b'"created": "2022', b'"created": "2021')
        digest = json.loads(archive.read("datapackage-digest.json"))
    path = changed(whole, tmp_path / "a.wacz", "datapackage.json", raw)
    assert read_wacz(path)["mismatches"] == ["datapackage.json: digest"]
    said = "sha256:" + hashlib.sha256(raw).hexdigest()
    digest["hash"] = digest["signedData"]["hash"] = said
    path = changed(
        path, tmp_path / "b.wacz", "datapackage-digest.json", json.dumps(digest).encode()
    )
    found = read_wacz(path)
    assert (found["mismatches"], found["bad_signatures"]) == ([], ["the signature does not fit"])


def test_digests_are_read_in_each_writing() -> None:
    data = b"hello"
    digest = hashlib.sha1(data).digest()  # noqa: S324
    assert digest_fits("sha1:VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2N", data)
    assert digest_fits("SHA-1:" + digest.hex(), data)
    assert digest_fits("sha256:" + hashlib.sha256(data).hexdigest(), data)
    assert not digest_fits("sha1:VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2A", data)
    assert digest_fits("crc:00", data) is None


@pytest.mark.parametrize(
    "data",
    [
        b"WARC/1.0\r\nContent-Length: 999999999999999999999\r\n\r\n",
        b"WARC/1.0\r\nContent-Length: 10\r\n\r\nshort",
        b"WARC/1.0\r\n" + b"a" * 3_000_000,
        b"nothing of the kind\n",
        b"\x1f\x8b\x08\0\0\0\0\0\0\x03broken",
    ],
)
def test_broken_web_archives_are_called_so(data: bytes) -> None:
    with pytest.raises(DamagedFileError):
        list(read_records(io.BytesIO(data)))


def test_a_record_that_is_too_long_is_refused() -> None:
    with pytest.raises(FileLimitError):
        list(read_records(io.BytesIO(b"WARC/1.0\r\nContent-Length: 99999999999\r\n\r\n")))


def package(path: Path, members: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_digests_that_came_with_files_are_computed_anew(tmp_path: Path) -> None:
    said = hashlib.sha256(b"picture").hexdigest()
    lists = {
        "a.jpg": b"picture",
        # a ragged table: the digest's column is not where the header has it
        "a.jpg.proof.csv": f"File,Modified,SHA256,IPV4\n/sdcard/a.jpg,x,y,{said},10.0.0.1\n".encode(),
        "meta.json": json.dumps([{"name": "a.jpg", "sha256": said}]).encode(),
        "a.jpg.asc": b"-----BEGIN PGP SIGNATURE-----",
    }
    found = read_package(package(tmp_path / "a.zip", lists))
    assert (found["checked"], found["mismatches"]) == (2, [])
    assert found["tells_of_the_documenter"] == ["ipv4"]
    assert found["signatures"] == "1 present; key unknown"
    found = read_package(package(tmp_path / "b.zip", {**lists, "a.jpg": b"another"}))
    assert len(found["mismatches"]) == 2


@pytest.mark.data
def test_the_sample_of_proofmode_fits_its_picture(evidence: Path, tmp_path: Path) -> None:
    folder = evidence / "proofmode" / "sample-proof-1"
    found = proof_beside(folder / "IMG_20161214_072053.jpg")
    assert found is not None
    assert (found["checked"], found["mismatches"]) == (1, [])
    assert found["signature"] == "present, key unknown"
    assert "wifi mac" not in found["tells_of_the_documenter"]
    assert "mac" in found["tells_of_the_documenter"]
    for path in folder.iterdir():
        shutil.copy(path, tmp_path / path.name)
    copy = tmp_path / "IMG_20161214_072053.jpg"
    copy.chmod(0o600)
    copy.write_bytes(copy.read_bytes() + b"\0")
    changed_copy = proof_beside(copy)
    assert changed_copy is not None
    assert len(changed_copy["mismatches"]) == 1


FORM = """<?xml version='1.0'?>
<visit id="site_visit" version="7" xmlns:jr="http://openrosa.org/javarosa">
 <start>2024-05-01T10:00:00.000+03:00</start>
 <people><name>FICTIONAL One</name></people><people><name>FICTIONAL Two</name></people>
 <photo>1714550400.jpg</photo><voice>note.m4a</voice>
 <meta><instanceID>uuid:1-2-3</instanceID></meta></visit>"""


def test_a_filled_form_is_read_with_its_attachments() -> None:
    form = read_form(FORM.encode(), ["1714550400.jpg"])
    assert form is not None
    assert (form.form, form.version, form.instance) == ("site_visit", "7", "uuid:1-2-3")
    assert form.answers["people/name"] == "FICTIONAL One"
    assert form.answers["people/name[2]"] == "FICTIONAL Two"
    assert (form.attachments, form.missing) == (("1714550400.jpg",), ("note.m4a",))
    assert read_form(b"<html><body/></html>", []) is None


def test_forms_in_a_package_are_found(tmp_path: Path) -> None:
    path = package(tmp_path / "a.zip", {"1/submission.xml": FORM.encode(), "1/note.m4a": b""})
    (form,) = read_package(path)["forms"]
    assert (form["attachments"], form["attachments_missing"]) == (["note.m4a"], ["1714550400.jpg"])
    assert "FICTIONAL" not in json.dumps(form)


def test_tables_of_forms_are_matched_with_their_attachments(tmp_path: Path) -> None:
    table = "SubmissionDate,photo,meta-instanceID,KEY\n2024,a.jpg,uuid:1,uuid:1\n2024,b.jpg,uuid:2,uuid:2\n"
    path = package(tmp_path / "a.zip", {"visit.csv": table.encode(), "media/a.jpg": b""})
    (form,) = read_package(path)["forms"]
    assert form == {
        "form": "visit", "submissions": 2, "attachments": ["a.jpg"], "attachments_missing": ["b.jpg"],
    }  # fmt: skip


ANDROID = """12/03/2014, 21:10 - Messages are end-to-end encrypted.
12/03/2014, 21:15 - FICTIONAL A: hello
second line: with a colon
13/03/2014, 09:00 - FICTIONAL B: IMG-20140313-WA0001.jpg (file attached)
13/03/2014, 09:01 - FICTIONAL B: <Media omitted>"""
IPHONE = """\u200e[3/13/14, 9:15:33\u202fPM] FICTIONAL A: hi
[3/14/14, 12:05:00 AM] FICTIONAL B: \u200e<attached: 00000012-PHOTO.jpg>"""
ARABIC = """١٣\u200f/٣\u200f/٢٠١٤، ٩:١٥ م - FICTIONAL أ: مرحبا
١٤\u200f/٣\u200f/٢٠١٤، ١٢:٠٥ ص - FICTIONAL ب: \u200fPTT-20140314-WA0002.opus (الملف مرفق)"""


def test_a_chat_of_one_kind_of_telephone() -> None:
    chat = read_whatsapp(ANDROID, beside=["IMG-20140313-WA0001.jpg", "stray.jpg"])
    assert [m.sender for m in chat.messages] == [None, "FICTIONAL A", "FICTIONAL B", "FICTIONAL B"]
    assert chat.messages[1].text == "hello\nsecond line: with a colon"
    assert chat.messages[1].place == "line 2"
    assert (chat.date_order, chat.zone) == ("day-month-year", ZONE_UNKNOWN)
    assert (chat.matched, chat.missing) == (("IMG-20140313-WA0001.jpg",), ())
    assert chat.unmentioned == ("stray.jpg",)
    assert chat.messages[3].is_omitted


def test_a_time_without_zone_is_a_span() -> None:
    message = read_whatsapp(ANDROID).messages[1]
    local = datetime(2014, 3, 12, 21, 15, tzinfo=UTC)
    assert message.earliest == local - timedelta(hours=14)
    assert message.latest == local + timedelta(hours=12)
    known = read_whatsapp(ANDROID, zone_minutes=120).messages[1]
    assert known.earliest == known.latest == local - timedelta(hours=2)


def test_a_chat_of_the_other_kind_of_telephone() -> None:
    chat = read_whatsapp(IPHONE, zone_minutes=0)
    assert chat.date_order == "month-day-year"
    assert [m.earliest for m in chat.messages] == [
        datetime(2014, 3, 13, 21, 15, 33, tzinfo=UTC), datetime(2014, 3, 14, 0, 5, tzinfo=UTC),
    ]  # fmt: skip
    assert chat.missing == ("00000012-PHOTO.jpg",)


def test_a_chat_in_arabic() -> None:
    chat = read_whatsapp(ARABIC, beside=["PTT-20140314-WA0002.opus"], zone_minutes=0)
    assert chat.date_order == "day-month-year"
    assert [m.earliest for m in chat.messages] == [
        datetime(2014, 3, 13, 21, 15, tzinfo=UTC), datetime(2014, 3, 14, 0, 5, tzinfo=UTC),
    ]  # fmt: skip
    assert chat.messages[0].text == "مرحبا"
    assert chat.matched == ("PTT-20140314-WA0002.opus",)


def test_the_order_of_day_and_month_follows_from_the_order_of_messages() -> None:
    lines = [f"{month:02}/{day:02}/2014, 10:00 - A: x" for month in (1, 2, 3) for day in (5, 9)]
    chat = read_whatsapp("\n".join(lines))
    assert chat.date_order == "month-day-year"
    assert chat.notes


def test_a_date_that_can_be_read_in_two_ways_is_given_for_both() -> None:
    chat = read_whatsapp("01/02/2014, 10:00 - A: x", zone_minutes=0)
    assert chat.date_order == "undecided"
    assert chat.notes
    assert chat.messages[0].earliest == datetime(2014, 1, 2, 10, tzinfo=UTC)
    assert chat.messages[0].latest == datetime(2014, 2, 1, 10, tzinfo=UTC)
    assert (chat.document()["first"], chat.document()["last"]) == (
        "2014-01-02T10:00:00Z", "2014-02-01T10:00:00Z",
    )  # fmt: skip


def test_other_texts_are_no_chats() -> None:
    for text in ("hello\nworld", "2014-03-12,21:15,value\n2014-03-13,21:15,value", "", "[1, 2]"):
        assert not looks_like_whatsapp(text)
    assert all(looks_like_whatsapp(text) for text in (ANDROID, IPHONE, ARABIC))
    with pytest.raises(DamagedFileError):
        read_whatsapp("hello")


def telegram(**more: Any) -> dict[str, Any]:
    messages = [
        {"id": 1, "type": "service", "date": "2014-03-12T21:00:00", "actor": "FICTIONAL A"},
        {
            "id": 2, "type": "message", "date": "2014-03-12T21:15:00", "date_unixtime": "1394655300",
            "from": "FICTIONAL A", "text": ["see ", {"type": "link", "text": "this"}],
            "photo": "photos/photo_1.jpg", "edited": "2014-03-12T21:16:00",
        },
        {"id": 3, "type": "message", "date": "2014-03-12T21:17:00", "from": "FICTIONAL B",
         "text": "", "file": "(File not included. Change data exporting settings to download.)"},
    ]  # fmt: skip
    return {"name": "FICTIONAL chat", "type": "personal_chat", "messages": messages, **more}


def test_a_chat_of_telegram_has_its_instants() -> None:
    (chat,) = read_telegram(telegram(), beside=["chats/photos/photo_1.jpg"])
    second = chat.messages[1]
    assert second.earliest == second.latest == datetime(2014, 3, 12, 20, 15, tzinfo=UTC)
    assert (second.text, second.is_edited) == ("see this", True)
    assert (chat.matched, chat.zone) == (("photos/photo_1.jpg",), ZONE_UNKNOWN)
    assert chat.messages[2].is_omitted
    for message in (whole := telegram())["messages"]:
        message["date_unixtime"] = "1394655300"
    assert read_telegram(whole)[0].zone == ZONE_KNOWN


def test_an_account_of_telegram_has_several_chats() -> None:
    assert len(read_telegram({"chats": {"list": [telegram(), telegram(), 3]}})) == 2
    others: list[Any] = [{}, [], 3, {"messages": [1, None]}, {"chats": 3}]
    for value in others:
        with pytest.raises(DamagedFileError):
            read_telegram(value)


PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"/><title>Exported Data</title></head>
<body><div class="page_wrap"><div class="page_header"><div class="content">
<div class="text bold">FICTIONAL chat</div></div></div>
<div class="page_body chat_page"><div class="history">
<div class="message service" id="message-1"><div class="body details">12 March 2014</div></div>
<div class="message default clearfix" id="message7"><div class="body">
<div class="pull_right date details" title="12.03.2014 21:15:00 UTC+01:00">21:15</div>
<div class="from_name">FICTIONAL A</div><div class="text">see <b>this</b><br>and this</div>
<div class="media_wrap clearfix"><a class="photo_wrap clearfix pull_left" href="photos/photo_1.jpg">
<img class="photo" src="photos/photo_1_thumb.jpg"/></a></div></div></div>
<div class="message default clearfix joined" id="message8"><div class="body">
<div class="pull_right date details" title="12.03.2014 21:16:00 UTC+01:00">21:16</div>
<div class="forwarded body"><div class="from_name">FICTIONAL C
<span class="date details" title="01.01.2010 00:00:00"> 01.01.2010</span></div>
<div class="text">older words</div></div>
<div class="media_wrap clearfix"><div class="media clearfix pull_left media_video">
<div class="status details">Not included, change data exporting settings to download.</div></div>
</div></div></div></div></div></div></body></html>"""


def test_a_chat_of_telegram_as_pages() -> None:
    chat = read_pages([PAGE.encode()], beside=["chats/photos/photo_1.jpg", "style.css"])
    notice, first, second = chat.messages
    assert (chat.title, chat.zone) == ("FICTIONAL chat", ZONE_STATED)
    assert (notice.sender, notice.text, notice.earliest) == (None, "12 March 2014", None)
    assert first.earliest == first.latest == datetime(2014, 3, 12, 20, 15, tzinfo=UTC)
    assert (first.place, first.sender) == ("message 7", "FICTIONAL A")
    assert (first.text, first.attachment) == ("see this\nand this", "photos/photo_1.jpg")
    assert (second.sender, second.text) == ("FICTIONAL A", "older words")
    assert second.earliest == datetime(2014, 3, 12, 20, 16, tzinfo=UTC)
    assert (second.attachment, second.is_omitted) == (None, True)
    assert (chat.matched, chat.unmentioned) == (("photos/photo_1.jpg",), ("style.css",))
    older = read_pages([PAGE.replace(" UTC+01:00", "").encode()])
    assert older.zone == ZONE_UNKNOWN
    earliest, latest = older.messages[1].earliest, older.messages[1].latest
    assert earliest is not None
    assert latest is not None
    assert latest - earliest == timedelta(hours=26)


def test_pages_of_one_folder_are_one_chat(tmp_path: Path) -> None:
    files = {f"export/messages{n}.html": PAGE.encode() for n in ("", "2", "10")}
    files["export/photos/photo_1.jpg"] = b"x"
    (chat,) = read_package(package(tmp_path / "a.zip", files))["chats"]
    assert (chat["messages"], chat["attachments"], chat["attachments_left_out"]) == (9, 3, 3)
    assert "FICTIONAL" not in json.dumps(chat)


@pytest.mark.parametrize("data", [b"", b"<html>", b"<div class='message '>" * 400])
def test_other_pages_are_no_chats(data: bytes) -> None:
    assert not looks_like_pages(data)
    with pytest.raises((DamagedFileError, FileLimitError)):
        read_pages([data])


def test_what_is_said_of_a_chat_holds_no_names_and_words(tmp_path: Path) -> None:
    path = package(tmp_path / "a.zip", {"_chat.txt": IPHONE.encode(), "00000012-PHOTO.jpg": b""})
    (chat,) = read_package(path)["chats"]
    assert (chat["messages"], chat["attachments_missing"]) == (2, [])
    assert "FICTIONAL" not in json.dumps(chat)


def test_a_name_as_long_as_the_system_allows_has_no_proof_beside_it(tmp_path: Path) -> None:
    picture = tmp_path / ("a" * 255)
    picture.write_bytes(b"FICTIONAL")
    assert proof_beside(picture) is None
