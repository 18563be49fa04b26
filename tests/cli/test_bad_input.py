"""Whatever cannot be used: one clear sentence, exit status 2, and nothing changed."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.app.conftest import HEADER, ROWS
from tests.cli.conftest import Program
from tests.cli.test_json_documents import check_shape

Words = list[str | Path]


def importing(program: Program, file: Path | None = None, mapping: Path | None = None) -> Words:
    used = program.list_file(*ROWS) if file is None else file
    return ["import", used, "--mapping", program.mapping() if mapping is None else mapping]


def changed_mapping(program: Program, old: str, new: str) -> Words:
    """An import with a mapping in which ``old`` was replaced."""
    text = program.mapping().read_text(encoding="utf-8")
    assert old in text
    return importing(program, mapping=program.file("other.mapping.toml", text.replace(old, new)))


def in_the_way(program: Program) -> Path:
    """A path below a file, where nothing can be written."""
    return program.file("file", "in the way") / "below"


def dated_by_name(program: Program) -> Words:
    old, new = "asserted_on = 2024-01-31", 'asserted_on = { file_name = "list_%Y-%m-%d.csv" }'
    return changed_mapping(program, old, new)


BAD_IMPORTS: dict[str, tuple[Callable[[Program], Words], str]] = {
    "absent file": (lambda p: importing(p, p.folder / "none.csv"), "none.csv"),
    "a directory": (lambda p: importing(p, p.folder), "directory|is a folder"),
    "an empty file": (lambda p: importing(p, p.file("empty.csv", "")), "empty"),
    "a damaged workbook": (lambda p: importing(p, p.file("x.xlsx", b"PK\3\4 no")), "x.xlsx"),
    "a damaged ZIP": (lambda p: importing(p, p.file("x.zip", b"PK\3\4 no")), "x.zip"),
    "an unknown kind": (lambda p: importing(p, p.file("x.docx", b"\0\1")), "x.docx"),
    "not JSON Lines": (lambda p: importing(p, p.file("x.jsonl", "{not json\n")), "x.jsonl"),
    "zero bytes": (lambda p: importing(p, p.file("x.csv", b"\0" * 500)), "x.csv"),
    "an absent mapping": (lambda p: importing(p, mapping=p.folder / "no.toml"), "no.toml"),
    "a list as mapping": (lambda p: importing(p, mapping=p.list_file(*ROWS)), "list.csv"),
    "a mapping that is no text": (
        lambda p: importing(p, mapping=p.file("b.mapping.toml", b"\xff\xfe\0")), "b.mapping.toml",
    ),
    "no mapping": (lambda p: ["import", p.list_file(*ROWS)], "needs a mapping"),
    "another list's columns": (lambda p: importing(p, p.file("l.csv", "a,b\n1,2\n")), "id"),
    "an unknown column": (
        lambda p: changed_mapping(p, "born = {", "birthday = {"), "birthday",
    ),
    "an unknown property": (lambda p: changed_mapping(p, '"birth_date"', '"brith"'), "brith"),
    "an unknown record type": (lambda p: changed_mapping(p, '"Arrest"', '"Arest"'), "Arest"),
    "an unknown term": (lambda p: changed_mapping(p, '"female"', '"femael"'), "femael"),
    "an unknown key": (lambda p: changed_mapping(p, "release =", "relaese ="), "relaese"),
    "an impossible date": (lambda p: changed_mapping(p, "2024-01-31", "2024-02-31"), "line 5"),
    "a date that is none": (lambda p: changed_mapping(p, "2024-01-31", '"soon"'), "asserted_on"),
    "a file without its date": (dated_by_name, "list.csv"),
    "rows that are not invented": (
        lambda p: importing(p, p.list_file(ROWS[0], ROWS[1].replace("FICT-", "R-"))), "Row 3",
    ),
    "a mapping of a real list": (
        lambda p: changed_mapping(p, "fictional = true\n", ""), "real",
    ),
    "a report that cannot be written": (
        lambda p: [*importing(p), "--report", in_the_way(p)], "below",
    ),
    "a report over a folder": (lambda p: [*importing(p), "--report", p.folder], "report"),
}  # fmt: skip
"""What is wrong with an import, and a word that the sentence must hold."""


def check_refused(
    program: Program, words: Words, said: str, *, at: Path | None = None, code: str = ""
) -> None:
    """The command says one sentence, ends with 2 and changes nothing; with --json likewise."""
    before = program.everything()
    in_words = program(*words, at=at)
    assert in_words.status == 2, in_words.out
    assert in_words.out == ""
    assert re.search(said, in_words.sentence())
    as_json = program(*words, "--json", at=at)
    assert as_json.status == 2
    check_shape("error", as_json.document)
    error = as_json.document["error"]
    assert f"{error['message']} {error['hint']}".strip() == as_json.sentence()
    assert error["message"].endswith((".", "?"))
    if code:
        assert error["code"] == code
    assert program.everything() == before


@pytest.mark.parametrize("case", BAD_IMPORTS)
def test_an_import_that_cannot_be_done_changes_nothing(filled: Program, case: str) -> None:
    words, said = BAD_IMPORTS[case]
    check_refused(filled, words(filled), said)


@pytest.mark.parametrize("case", ["absent file", "a directory", "a damaged workbook", "zero bytes"])
def test_no_mapping_is_drafted_from_what_cannot_be_read(filled: Program, case: str) -> None:
    words, said = BAD_IMPORTS[case]
    check_refused(filled, ["import", words(filled)[1], "--suggest"], said)


def test_columns_that_the_mapping_leaves_out_are_named(filled: Program) -> None:
    file = filled.file("l.csv", f"{HEADER},mother,remarks\n{ROWS[0]},x,y\n")
    answer = filled(*importing(filled, file), "--dry-run", "--json")
    assert answer.document["unread_columns"] == ["mother", "remarks"]
    in_words = filled(*importing(filled, file), "--dry-run")
    assert "does not read these columns: mother, remarks." in in_words.out


def test_an_impossible_date_in_a_row_is_kept_as_it_is_written(filled: Program) -> None:
    row = ROWS[0].replace("FICT-1", "FICT-7").replace("12/05/2013", "31/02/2013")
    answer = filled(*importing(filled, filled.list_file(row)), "--json")
    assert answer.status == 0
    assert (answer.document["warned"], answer.document["kept_aside"]) == (1, 0)
    assert answer.document["problems"] == {"date-unreadable": 1}


OTHERS: dict[str, tuple[Callable[[Program], Words], str]] = {
    "an unknown unit": (lambda _: ["figures", "count", "count poeple"], "poeple"),
    "an unknown state": (lambda _: ["figures", "count", "count persons hled"], "hled"),
    "an unknown type": (lambda _: ["figures", "count", "count persons with Deth"], "Deth"),
    "an unknown property in a query": (
        lambda _: ["figures", "count", "count deaths with mannr=torture"], "mannr",
    ),
    "an unknown value": (
        lambda _: ["figures", "count", "count deaths with manner=tortre"], "tortre",
    ),
    "an unknown key of a division": (
        lambda _: ["figures", "count", "count deaths by planet"], "planet",
    ),
    "an unknown methodology": (
        lambda _: ["figures", "count", "count persons disappeared under by-heart"], "by-heart",
    ),
    "an impossible day in a query": (
        lambda _: ["figures", "count", "count persons held as of 2023-02-30"], "2023-02-30",
    ),
    "two times that exclude each other": (
        lambda _: [
            "figures", "count", "count deaths known at 2023-01-01 recorded at 2023-01-01",
        ],
        "recorded at",
    ),
    "an empty query": (lambda _: ["figures", "count", ""], "count"),
    "a query to open": (lambda _: ["figures", "open", "count poeple"], "poeple"),
    "a query to digest": (lambda _: ["figures", "digest", "count poeple"], "poeple"),
    "a limit below nothing": (
        lambda _: ["figures", "open", "count persons", "--limit", "-1"], "limit",
    ),
    "an unknown report": (lambda _: ["report", "build", "october-2032"], "october-2032"),
    "a language it has not": (
        lambda _: ["report", "build", "october-2023", "--lang", "fr"], "fr",
    ),
    "a report where nothing can be written": (
        lambda p: ["report", "build", "october-2023", "--out", in_the_way(p)], "below",
    ),
    "a checkpoint where nothing can be written": (
        lambda p: ["log", "checkpoint", "--out", in_the_way(p)], "below",
    ),
    "a checkpoint that is none": (
        lambda p: ["log", "verify", "--checkpoint", p.file("c", b"\xff\0")], "cannot be read",
    ),
    "an absent checkpoint": (lambda p: ["log", "verify", "--checkpoint", p.folder / "c"], "c"),
    "a key that is none": (lambda _: ["log", "verify", "--key", "no key"], "key that was given"),
    "a proof of nothing": (lambda _: ["log", "proof", "FICT-77-1"], "FICT-77-1"),
    "a record that is none": (lambda _: ["record", "somebody"], "somebody"),
    "an absent record": (lambda _: ["record", "FICT-3-999"], "FICT-3-999"),
    "a record of a number without end": (lambda _: ["record", f"FICT-{9**40}-1"], "id"),
    "a batch that is none": (lambda _: ["undo", "99"], "99"),
    "a batch of a number without end": (lambda _: ["undo", str(9**40)], "no import"),
    "a batch that is no import": (lambda _: ["undo", "1"], "no import"),
    "a batch in letters": (lambda _: ["undo", "last"], "last"),
    "a judgement about nobody": (
        lambda _: ["judge", "FICT-3-99", "FICT-3-1", "same", "--reasons", "x"], "FICT-3-99",
    ),
    "a judgement about one": (
        lambda _: ["judge", "FICT-3-1", "FICT-3-1", "same", "--reasons", "x"], "itself",
    ),
    "a judgement of no known kind": (
        lambda _: ["judge", "FICT-3-1", "FICT-3-2", "perhaps", "--reasons", "x"], "perhaps",
    ),
    "a standard that is none": (
        lambda _: ["determine", "FICT-3-1", "--standard", "mine", "--reasons", "x"], "mine",
    ),
    "a role that is none": (lambda _: ["people", "roles", "badr", "--role", "king"], "king"),
    "nobody left to manage": (lambda _: ["people", "roles", "amal"], "manage"),
    "a passphrase file that is no text": (
        lambda p: [
            "people", "add", "dima", "--role", "viewer", "--new-passphrase-file",
            p.file("secret", b"\xff\xfe\xfd"),
        ],
        "secret",
    ),
    "a file to check that is absent": (lambda p: ["check", p.folder / "x.toml"], "x.toml"),
    "a file to check of no known kind": (lambda p: ["check", p.file("x.txt", "hello")], "x.txt"),
    "an unknown command": (lambda _: ["figure", "count"], "figure"),
    "an unknown option": (lambda _: ["log", "verify", "--quick"], "--quick"),
    "a missing argument": (lambda _: ["figures", "count"], "QUERY"),
}  # fmt: skip
"""Wrong use of other commands, and a word that the sentence must hold."""


@pytest.mark.parametrize("case", OTHERS)
def test_wrong_use_changes_nothing(filled: Program, case: str) -> None:
    words, said = OTHERS[case]
    check_refused(filled, words(filled), said)


TARGETS: dict[str, tuple[str | bytes, str]] = {
    "half-written": ('{"held": 12', "not JSON"),
    "no text": (b"\xff\xfe\0\1", "not JSON"),
    "empty": ("", "not JSON"),
    "a list": ("[1, 2]", "object"),
    "an unknown figure": ('{"hled": 12}', "hled"),
    "a negative number": ('{"held": -1}', "held"),
    "a text": ('{"held": "12"}', "held"),
    "half a person": ('{"held": 1.5}', "held"),
    "no number at all": ('{"held": NaN}', "held"),
    "nested without end": ("[" * 100_000, "JSON"),
    "contradicting": ('{"held": 5, "held-children": 9}', "held-children"),
}
"""Files of targets that cannot be used, and a word of the sentence."""


@pytest.mark.parametrize("case", TARGETS)
def test_targets_that_cannot_be_used_leave_no_demonstration(program: Program, case: str) -> None:
    content, said = TARGETS[case]
    file = program.file("targets.json", content)
    folder = program.folder / "demo"
    check_refused(program, ["demo", "--targets", file, "--folder", folder], said)
    assert not folder.exists()


def test_a_demonstration_replaces_nothing_but_a_demonstration(program: Program) -> None:
    folder = program.folder / "letters"
    folder.mkdir()
    (folder / "letter.txt").write_text("keep me", encoding="utf-8")
    check_refused(program, ["demo", "--folder", folder], "something else")
    assert (folder / "letter.txt").read_text(encoding="utf-8") == "keep me"
    check_refused(program, ["demo", "--folder", in_the_way(program)], "below")
    check_refused(program, ["demo", "--scale", "nan"], "scale")


def test_a_workspace_path_that_is_none(program: Program) -> None:
    elsewhere = program.folder / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "letter.txt").write_text("keep me", encoding="utf-8")
    for place in (elsewhere, program.folder / "absent", elsewhere / "letter.txt"):
        for words in (["log", "show"], importing(program)):
            check_refused(program, [*words], "is not a workspace", at=place, code="workspace")
    assert [path.name for path in elsewhere.iterdir()] == ["letter.txt"]
    check_refused(program, ["init", elsewhere, "--person", "a"], "not an empty folder")


def test_a_workspace_without_its_database(program: Program) -> None:
    bare = program.folder / "bare"
    bare.mkdir()
    marker = (program.workspace / "workspace.json").read_text(encoding="utf-8")
    (bare / "workspace.json").write_text(marker, encoding="utf-8")
    check_refused(program, ["log", "show"], "database", at=bare, code="workspace")
    assert [path.name for path in bare.iterdir()] == ["workspace.json"]


def test_a_workspace_of_a_newer_version(program: Program) -> None:
    newer = program.folder / "newer"
    newer.mkdir()
    marker = json.loads((program.workspace / "workspace.json").read_text(encoding="utf-8"))
    text = json.dumps(marker | {"bayyina-workspace": 99})
    (newer / "workspace.json").write_text(text, encoding="utf-8")
    check_refused(program, importing(program), "newer version", at=newer, code="workspace")


def test_a_database_of_a_newer_version(program: Program) -> None:
    newer = program.folder / "newer"
    shutil.copytree(program.workspace, newer)
    with sqlite3.connect(newer / "records.sqlite3") as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) "
            "VALUES ('bayyina', '9999_future', '2030-01-01')"
        )
        before = list(database.iterdump())
    database.close()
    check_refused(program, importing(program), "newer version", at=newer, code="workspace")
    with sqlite3.connect(newer / "records.sqlite3") as database:
        assert list(database.iterdump()) == before
    database.close()


def test_a_vocabulary_file_of_the_workspace_that_is_wrong(program: Program) -> None:
    odd = program.folder / "odd"
    shutil.copytree(program.workspace, odd)
    (odd / "vocabulary").mkdir()
    own = odd / "vocabulary" / "own.vocabulary.yaml"
    for text in ("types: [", "lists: {sexes: {terms: {male: 7}}}\n", "colour: red\n"):
        own.write_text(text, encoding="utf-8")
        answer = program("log", "show", "--json", at=odd)
        assert answer.status == 2
        assert "own.vocabulary.yaml" in answer.sentence()
    own.write_bytes(b"\xff\xfe\0")
    assert program("log", "show", at=odd).status == 2


def test_two_imports_at_once(filled: Program) -> None:
    """The second one is refused while another process imports; tests/app has the rest."""
    other = filled.opened()
    before = filled.everything()
    with other.store.import_lock():
        answer = filled(*importing(filled), "--json")
    other.store.close()
    assert (answer.status, answer.document["error"]["code"]) == (2, "busy")
    assert "Another import is running" in answer.sentence()
    assert filled.everything() == before


def test_a_wrong_passphrase(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    before = program.everything()
    monkeypatch.setenv("BAYYINA_PASSPHRASE", "wrong")
    answer = program(*importing(program), "--json")
    assert (answer.status, answer.document["error"]["code"]) == (2, "key-locked")
    assert "passphrase is wrong" in answer.sentence()
    assert program.everything() == before


def test_no_passphrase(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    before = program.everything()
    monkeypatch.delenv("BAYYINA_PASSPHRASE")
    answer = program(*importing(program), "--json")
    assert (answer.status, answer.document["error"]["code"]) == (2, "key-locked")
    assert "BAYYINA_PASSPHRASE_FILE" in answer.sentence()
    made = program("init", program.folder / "new", "--person", "amal")
    assert made.status == 2
    assert "passphrase" in made.sentence()
    assert not (program.folder / "new").exists()
    missing = program.folder / "no-such-file"
    monkeypatch.setenv("BAYYINA_PASSPHRASE_FILE", str(missing))
    answer = program("log", "show")
    assert answer.status == 2
    assert "BAYYINA_PASSPHRASE_FILE" in answer.sentence()
    monkeypatch.delenv("BAYYINA_PASSPHRASE_FILE")
    assert program.everything() == before


def test_a_key_file_that_is_gone_or_damaged(program: Program) -> None:
    key = program.workspace / "people" / "amal.key"
    kept = key.read_bytes()
    for content in (None, b"", b"{}", kept[: len(kept) // 2]):
        key.unlink(missing_ok=True)
        if content is not None:
            key.write_bytes(content)
        answer = program("log", "show", "--json")
        assert answer.status == 2
        assert "amal" in answer.sentence()
    key.write_bytes(kept)
    assert program("log", "show").status == 0


def test_a_role_that_there_is_not_is_told_before_anything_is_asked_for(filled: Program) -> None:
    answer = filled("people", "add", "dima", "--role", "verifer", "--json")
    assert answer.status == 2
    assert "no role named verifer" in answer.sentence()


def test_people_who_may_not(filled: Program) -> None:
    before = filled.everything()
    for words in (importing(filled), ["undo", "3"], ["people", "roles", "amal"]):
        answer = filled("--as", "badr", *words, "--json")
        assert (answer.status, answer.document["error"]["code"]) == (2, "permission")
        assert "badr may not do this" in answer.sentence()
        assert "takes the role" in answer.document["error"]["hint"]
    verified = filled("--as", "badr", "log", "verify", "--json")
    assert verified.status == 1, "what needs no key is verified for everybody"
    checks = verified.document["checks"]
    assert [check["number"] for check in checks if check["ok"]] == [1, 2, 3, 4, 5, 6, 7, 11]
    assert "badr may not open the rows" in checks[7]["detail"]
    answer = filled("--as", "eve", "log", "show")
    assert answer.status == 2
    assert "eve is not a member" in answer.sentence()
    assert filled.everything() == before


def test_withdrawals_that_nobody_confirmed(filled: Program) -> None:
    mapping = filled.mapping(release="complete")
    words: Words = ["import", filled.list_file(ROWS[0]), "--mapping", mapping]
    check_refused(filled, words, "lacks 2 of the 3 rows", code="withdrawals")
    assert filled(*words, "--confirm-withdrawals").status == 0
