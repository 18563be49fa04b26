"""``bayyina evidence`` as people use it: exit statuses, sentences, what stays out of sight."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest

from bayyina.app import intake_reading
from bayyina.vault import taking
from tests.cli.conftest import Program
from tests.cli.evidence_cases import item, new_file, words_of_derive


def test_a_check_that_finds_something_ends_with_one(filled: Program) -> None:
    one = item(filled)
    (blob,) = (path for path in (filled.workspace / "vault" / "blobs").rglob("*") if path.is_file())
    blob.write_bytes(blob.read_bytes()[:-1])
    answer = filled("evidence", "check")
    assert answer.status == 1
    assert f"{one} damaged in the store" in answer.out
    found = filled("evidence", "check", "--json")
    assert (found.status, found.document["ok"]) == (1, False)
    assert [one["state"] for one in found.document["findings"]] == ["damaged"]


def test_a_disk_that_is_full_is_told_with_what_was_done_before(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = program.folder / "many"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.txt").write_text(f"FICTIONAL {number}")
    real = taking._write

    def filling(blob: int, view: memoryview) -> None:
        if bytes(view[:8]) == b"BAYBLOB\x00" and len(written) == 2:
            raise taking._refused(OSError(errno.ENOSPC, "No space left on device"))
        written.append(1)
        real(blob, view)

    written: list[int] = []
    monkeypatch.setattr(intake_reading, "READERS", 1)
    with monkeypatch.context() as patch:
        patch.setattr(taking, "_write", filling)
        answer = program("evidence", "add", folder, "--json")
    assert answer.status == 2
    assert "No space left on device" in answer.err
    done = answer.document
    assert (done["added"], len(done["items"])) == (2, 2)
    assert "No space left on device" in done["stopped"]["message"]
    again = program("evidence", "add", folder, "--json")
    assert (again.status, again.document["stopped"]) == (0, None)
    assert (again.document["added"], again.document["already"]) == (1, 2)


def test_a_copy_is_the_original_and_is_logged(filled: Program) -> None:
    path = new_file(filled)
    answer = filled("evidence", "add", path, "--json")
    one = answer.document["items"][0]
    out = filled.folder / "out.png"
    refused = filled("evidence", "show", one["id"], "--out", out)
    assert refused.status == 2
    assert "--reason" in refused.sentence()
    assert not out.exists()
    shown = filled("evidence", "show", one["id"], "--out", out, "--reason", "a hearing", "--json")
    assert out.read_bytes() == path.read_bytes()
    assert shown.document["copy"]["file"] == str(out)
    assert shown.document["events"][-1]["detail"] == "a hearing"


def test_names_of_a_sealed_item_are_in_no_list(filled: Program) -> None:
    path = filled.file("FICT-name-of-somebody.png", b"x")
    assert filled("evidence", "add", path, "--sealed").status == 0
    listed = filled("evidence", "list")
    assert "FICT-name" not in listed.out
    assert "sealed" in listed.out
    document = filled("evidence", "list", "--json").document
    one = document["items"][0]
    assert (one["names"], one["sealed"]) == ([], True)
    assert filled("evidence", "show", one["id"]).status == 2
    assert filled("evidence", "show", one["id"], "--reason", "a look").status == 0


def test_an_erased_item_is_a_tombstone(filled: Program) -> None:
    one = item(filled)
    for person in ("amal", "badr"):
        roles = [
            word
            for role in ("administrator", "intake", "data-protection")
            for word in ("--role", role)
        ]
        assert filled("people", "roles", person, *roles).status == 0
    for person in ("badr", "amal"):
        answer = filled("--as", person, "erase", one, "--reason", "danger")
        assert answer.status == 0, answer.err
    shown = filled("evidence", "show", one, "--json").document
    assert (shown["sha256"], shown["erased"]["reason"]) == (None, "danger")
    assert "was erased on" in filled("evidence", "show", one).out
    checked = filled("evidence", "check", "--json")
    assert (checked.status, checked.document["erased"]) == (0, 1)
    assert filled("log", "verify").status == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["evidence", "add", "nothing"], "There is no nothing"),
        (["evidence", "add", ".", "--case", "x"], "no case x"),
        (["evidence", "add", ".", "--captured", "soon"], "--captured"),
        (["evidence", "show", "FICT-9-9"], "no evidence item"),
        (["evidence", "show", "x"], "not the id"),
        (["evidence", "check", "--limit", "-1"], "limit"),
        (["evidence", "check", "--rate-limit", "0"], "rate"),
        (["evidence", "describe", "absent.evidence.yaml"], "absent.evidence.yaml"),
        (["evidence", "derive", "FICT-9-9", "x", "--tool", "t"], "no evidence item"),
    ],
)
def test_wrong_use_is_one_sentence(words: list[str], said: str, filled: Program) -> None:
    answer = filled(*words)
    assert answer.status == 2
    assert said in answer.sentence()
    assert list((filled.workspace / "vault" / "blobs").rglob("?" * 64)) == []


def test_reading_by_machine_is_marked_and_says_what_is_missing(
    filled: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = item(filled)
    answer = filled("evidence", "ocr", one, "--lang", "xxx")
    assert answer.status == 2
    assert "apt-get install" in answer.sentence()
    read = filled("evidence", "ocr", one, "--lang", "eng", "--json").document
    out = filled.folder / "read.txt"
    assert filled("evidence", "show", read["id"], "--out", out, "--reason", "r").status == 0
    assert out.read_text(encoding="utf-8").startswith("Machine reading, a lead")
    shown = filled("evidence", "show", read["id"], "--json").document
    assert (shown["derivation"], shown["derived_from"]) == ("machine_reading", one)
    monkeypatch.setattr(shutil, "which", lambda *_: None)
    assert "needs tesseract" in filled("evidence", "ocr", one).sentence()


def test_a_text_is_not_read_by_machine(filled: Program) -> None:
    path = filled.file("a.txt", "FICTIONAL")
    one = filled("evidence", "add", path, "--json").document["items"][0]["id"]
    assert "tesseract does not read" in filled("evidence", "ocr", one).sentence()


def test_what_is_made_from_a_sealed_item_is_sealed(filled: Program) -> None:
    assert filled("evidence", "add", new_file(filled), "--sealed").status == 0
    parent = filled("evidence", "list", "--json").document["items"][0]["id"]
    words = words_of_derive(filled)
    words[2] = parent
    made = filled(*words, "--json").document["id"]
    listed = filled("evidence", "list", "--of", parent, "--json").document["items"]
    assert [(one["id"], one["sealed"]) for one in listed] == [(made, True)]


def test_files_that_nobody_can_read_are_named(filled: Program, tmp_path: Path) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "good").write_bytes(b"x")
    (folder / "loop").symlink_to(folder)
    answer = filled("evidence", "add", folder, "--json")
    document = answer.document
    assert (answer.status, document["added"], document["kept_aside"]) == (0, 1, 1)
    assert [one["outcome"] for one in document["items"]] == ["added", "kept_aside"]
    assert "symlink" in filled("evidence", "add", folder).out


def test_a_table_is_previewed_and_then_taken_over(program: Program) -> None:
    folder = program.folder / "card"
    folder.mkdir()
    (folder / "one.jpg").write_bytes(b"\xff\xd8\xff\xe0FICTIONAL one")
    table = program.file(
        "card.csv", "اسم الملف,التقطها,متى,الموافقة\none.jpg,FICT hand,2013,نعم\ntwo.jpg,,,\n"
    )
    words = ("evidence", "add", folder, "--mapping", table)
    shown = program(*words, "--dry-run")
    assert shown.status == 0, shown.err
    assert "FICT hand" not in shown.out
    assert "captured_on: 2013" in shown.out
    assert "file-absent" in shown.out
    found = program(*words, "--dry-run", "--json").document
    assert (found["added"], found["dry_run"], found["table"]["accepted"]) == (0, True, 1)
    taken = program(*words, "--json").document
    assert (taken["added"], taken["kept_aside"], taken["items"][0]["row"]) == (1, 1, 2)


def test_a_name_cannot_write_to_the_terminal(program: Program) -> None:
    path = program.folder / "\x1b[31mred\u202egpj.exe"
    path.write_bytes(b"FICTIONAL")
    added = program("evidence", "add", path)
    assert "\\x1b[31mred\\u202egpj.exe" in added.out
    one = program("evidence", "list", "--json").document["items"][0]["id"]
    for answer in (added, program("evidence", "list"), program("evidence", "show", one)):
        assert "\x1b" not in answer.out
        assert "\u202e" not in answer.out
