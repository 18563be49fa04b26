"""Exports as they come in: languages, encodings, calendars, tables of forms, and hostile ones."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from bayyina.media.form_tables import read_sheets, tables_of_forms
from bayyina.media.packages import cells_of, chats_in, read_package
from bayyina.media.signatures import structural_type
from bayyina.media.texts import decode_text
from bayyina.media.whatsapp import looks_like_whatsapp, read_whatsapp

NINE_PAST = datetime(2013, 5, 14, 9, 10, tzinfo=UTC)

LINES = {
    "English, Android": "14/05/2013, 09:10 - FICT Alif: hello",
    "American": "5/14/13, 9:10\u202fAM - FICT Alif: hello",
    "iOS": "[14/05/2013, 9:10:05 AM] FICT Alif: hello",
    "Arabic, Android": "\u200f١٤/٠٥/٢٠١٣، ٩:١٠ ص - أ: مرحبا",
    "Arabic, iOS": "\u200f[١٤\u200f/٥\u200f/٢٠١٣، ٩:١٠:٠٥ ص] أ: مرحبا",
    "Arabic letter mark": "١٤\u061c/٠٥\u061c/٢٠١٣, ٩:١٠ ص - أ: مرحبا",
    "Arabic, full word": "14/05/2013, 9:10 صباحًا - أ: مرحبا",
    "Persian digits": "۱۴/۰۵/۲۰۱۳, ۰۹:۱۰ - الف: سلام",
    "German": "14.05.13, 09:10 - FICT Alif: hallo",
    "German with a word": "14.05.13 um 09:10 - FICT Alif: hallo",
    "Dutch": "14-05-13 09:10 - FICT Alif: hallo",
    "Swedish": "2013-05-14 09:10 - FICT Alif: hej",
    "Spanish": "14/5/13 9:10\u00a0a.\u00a0m. - FICT Alif: hola",
    "French, Canada": "2013-05-14 09h10 - FICT Alif: salut",
    "Turkish": "14.05.2013 ÖÖ 9:10 - FICT Alif: selam",
    "Kurdish": "14/05/2013 9:10 BN - FICT Alif: silav",
    "Hijri": "٤/٧/١٤٣٤، ٩:١٠ ص - أ: مرحبا",
}


@pytest.mark.parametrize("name", LINES)
def test_times_are_read_in_every_language(name: str) -> None:
    text = f"{LINES[name]}\n" * 3
    assert looks_like_whatsapp(text)
    chat = read_whatsapp(text, zone_minutes=0)
    assert len(chat.messages) == 3
    message = chat.messages[0]
    assert message.sender is not None
    assert message.earliest is not None
    assert message.latest is not None
    assert message.earliest <= NINE_PAST.replace(second=0 if message.earliest.second == 0 else 5)
    assert message.latest >= NINE_PAST
    assert message.latest.date() == NINE_PAST.date()


def test_the_half_of_the_day_may_stand_before_the_clock() -> None:
    evening = read_whatsapp("14.05.2013 ÖS 9:10 - FICT: selam", zone_minutes=0).messages[0]
    assert evening.earliest == evening.latest == NINE_PAST.replace(hour=21)
    chinese = read_whatsapp("2013/5/14 下午9:10 - FICT: hi", zone_minutes=0).messages[0]
    assert chinese.earliest == NINE_PAST.replace(hour=21)


def test_what_is_not_sure_of_a_time_is_said() -> None:
    assert any("both halves" in note for note in read_whatsapp(LINES["Kurdish"]).notes)
    assert any("Umm al-Qura" in note for note in read_whatsapp(LINES["Hijri"]).notes)
    persian = read_whatsapp("۲۴/۰۲/۱۳۹۲, ۰۹:۱۰ - الف: سلام")
    assert any("Persian" in note for note in persian.notes)
    assert persian.messages[0].earliest is None


@pytest.mark.parametrize(
    "words",
    [
        "IMG-20130514-WA0001.jpg (file attached)", "\u200eIMG-20130514-WA0001.jpg (الملف مرفق)",
        "IMG-20130514-WA0001.jpg (Datei angehängt)", "IMG-20130514-WA0001.jpg (dosya ekli)",
        "\u200e<attached: IMG-20130514-WA0001.jpg>", "<المرفق: IMG-20130514-WA0001.jpg>",
        "<pièce jointe : IMG-20130514-WA0001.jpg>", "<Anhang: IMG-20130514-WA0001.jpg>",
    ],
)  # fmt: skip
def test_attachments_are_known_by_their_form(words: str) -> None:
    chat = read_whatsapp(f"14/05/2013, 09:10 - FICT: {words}\n", beside=["IMG-20130514-WA0001.jpg"])
    assert (chat.matched, chat.missing) == (("IMG-20130514-WA0001.jpg",), ())


def test_a_remark_in_brackets_is_no_attachment() -> None:
    chat = read_whatsapp("14/05/2013, 09:10 - FICT: see report.pdf (the old one)\n")
    assert (chat.matched, chat.missing) == ((), ())


def test_deleted_edited_and_left_out_messages_are_counted() -> None:
    words = (
        "This message was deleted", "تم حذف هذه الرسالة", "hello <This message was edited>",
        "<Media omitted>", "<Médias omis>", "صورة <تم تعديل هذه الرسالة>",
    )  # fmt: skip
    text = "".join(f"14/05/2013, 09:10 - FICT: {one}\n" for one in words)
    found = read_whatsapp(text).document()
    assert (found["deleted"], found["edited"], found["attachments_left_out"]) == (2, 2, 2)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "windows-1256"])
def test_a_chat_is_read_in_the_encodings_that_occur(tmp_path: Path, encoding: str) -> None:
    data = ("14/05/2013, 09:10 - سامر: مرحبا\n14/05/2013, 09:11 - ليلى: أهلا\n" * 20).encode(
        encoding
    )
    (chat,) = chats_in(data, "chat.txt", [])
    assert (chat["messages"], chat["senders"]) == (40, 2)
    assert bool(decode_text(data).note) == (not encoding.startswith("utf-8"))
    path = tmp_path / "chat.txt"
    path.write_bytes(data)
    assert structural_type(path) != "audio/mpeg"


def test_a_separator_of_lines_within_a_message_makes_no_message() -> None:
    text = "14/05/2013, 09:10 - FICT: one\u202814/05/2013, 09:11 - Other: two\n"
    assert len(read_whatsapp(text).messages) == 1


def test_groups_that_repeat_are_joined_with_their_submissions(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    main = book.active
    assert main is not None
    main.append(["start", "photo", "_id", "_uuid", "_index"])
    main.append(["2024", "a.jpg", 1, "u1", 1])
    main.append(["2024", "b.jpg", 2, "u2", 2])
    group = book.create_sheet("children")
    group.append(["name", "_index", "_parent_index", "_submission__uuid"])
    group.append(["x", 1, 1, "u1"])
    group.append(["y", 2, 9, "u9"])
    path = tmp_path / "kobo.xlsx"
    book.save(path)
    first, second = tables_of_forms(read_sheets(path), ["a.jpg"])
    assert (first["submissions"], first["attachments"], first["attachments_missing"]) == (2, ["a.jpg"], ["b.jpg"])  # fmt: skip
    assert (second["rows_of_a_group"], second["without_submission"]) == (2, 1)


def test_tables_of_kobo_are_read_with_semicolons() -> None:
    rows = list(cells_of('"start";"photo";"_uuid"\n"2024";"a.jpg";"u1"\n"2024";"";"u1"\n'))
    (found,) = tables_of_forms({"kobo": rows}, ["a.jpg"])
    assert (found["submissions"], found["submitted_twice"]) == (2, 1)


def package(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def test_a_name_in_two_folders_is_compared_with_the_one_that_is_meant(tmp_path: Path) -> None:
    digests = {name: hashlib.sha256(name.encode()).hexdigest() for name in ("a/x", "b/x")}
    rows = "".join(f"{name},{digest}\n" for name, digest in digests.items())
    files = {"a/x": b"a/x", "b/x": b"b/x", "list.csv": rows.encode()}
    assert read_package(package(tmp_path / "a.zip", files))["mismatches"] == []
    files["b/x"] = b"another"
    assert len(read_package(package(tmp_path / "b.zip", files))["mismatches"]) == 1


def test_of_many_members_some_are_looked_at_and_the_rest_is_said(tmp_path: Path) -> None:
    files = {f"{n}.xml": b'<data id="x"><meta><instanceID>uuid:1</instanceID></meta></data>' for n in range(2_500)}  # fmt: skip
    files |= {f"{n}.txt": b"" for n in range(5_000)}
    found = read_package(package(tmp_path / "many.zip", files))
    assert "first 2,000 were read as forms" in found["limit"]
    assert "first 3,000 were looked at" in found["limit"]


def test_a_list_of_digests_without_end_is_cut_and_said(tmp_path: Path) -> None:
    rows = io.BytesIO()
    for number in range(1_200):
        rows.write(b"%064x,a.bin\n" % number)
    files = {f"d{n}/a.bin": b"x" for n in range(200)} | {"list.csv": rows.getvalue()}
    found = read_package(package(tmp_path / "a.zip", files))
    assert "was not compared" in found["limit"]
    assert len(found["mismatches"]) == 200
    assert found["mismatches_not_named"] > 0
