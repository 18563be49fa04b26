"""``find`` and ``own-files`` on the command line; figures that rest on edited rules say so."""

from __future__ import annotations

from tests.app.conftest import ROWS
from tests.cli.conftest import Program

RULES = 'version = 1\nname = "ours"\nnote = "Ours."\nchild_under = {age}\nwoman = "adult female"\n'
CHILDREN = "count persons with Arrest(age_class=child) under ours"


def test_a_record_is_found_by_key_and_by_name(program: Program) -> None:
    assert program("import", program.list_file(*ROWS), "--mapping", program.mapping()).status == 0
    by_key = program("find", "FICT-2", "--json").document
    assert [one["matched"] for one in by_key["records"]] == ["list_key"]
    by_name = program("find", "Baa Too")
    assert (by_name.status, by_name.out.count("FICT-2")) == (0, 1)
    nothing = program("find", "nobody of this name")
    assert (nothing.status, nothing.out) == (0, "Nothing found.\n")
    assert program("find", "").status == 2


def test_edited_rules_are_told_of_and_recorded(program: Program) -> None:
    folder = program.workspace / "methodologies"
    folder.mkdir()
    path = folder / "ours.methodology.toml"
    path.write_text(RULES.format(age=18), encoding="utf-8")
    assert program("import", program.list_file(*ROWS), "--mapping", program.mapping()).status == 0
    assert "recorded" in program("own-files").out
    size = program("figures", "count", CHILDREN, "--json").document["custody_size"]
    path.write_text(RULES.format(age=30), encoding="utf-8")
    edited = program("figures", "count", CHILDREN)
    assert "edited since" in edited.out
    assert "methodologies/ours.methodology.toml" in edited.out
    assert "عدلت" in program("figures", "count", CHILDREN, "--lang", "ar").out
    now = program("figures", "count", CHILDREN, "--json").document
    held = program("figures", "count", f"{CHILDREN} recorded at {size}", "--json").document
    assert now["unrecorded_files"] == ["methodologies/ours.methodology.toml"]
    assert now["value"] > held["value"]
    assert held["unrecorded_files"] == []
    done = program("own-files", "--record", "--json").document
    assert done["batch"] is not None
    assert [one["is_recorded"] for one in done["files"]] == [True]
    assert "edited since" not in program("figures", "count", CHILDREN).out
    assert program("own-files", "--record", "--json").document["batch"] is None
    assert program("log", "verify").status == 0
    (folder / "bad.methodology.toml").write_text("name =", encoding="utf-8")
    assert "CANNOT BE USED" in program("own-files").out


def test_a_list_that_nobody_imported_is_refused(program: Program) -> None:
    assert program("import", program.list_file(*ROWS), "--mapping", program.mapping()).status == 0
    query = 'count persons with Arrest(source="{}")'
    known = program("figures", "count", query.format("Register of invented arrests"))
    assert known.status == 0
    missing = program("figures", "count", query.format("Register of invented arrest"))
    assert missing.status == 2
    assert "Register of invented arrests" in missing.err
    other = program("figures", "open", query.format("Zebra"))
    assert other.status == 2
    assert "The lists are" in other.err
    early = program(
        "figures", "count", query.format("Register of invented arrests") + " recorded at 1"
    )
    assert early.status == 0
