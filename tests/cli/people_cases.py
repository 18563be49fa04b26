"""How the commands of people, cases and reviewers from outside are used in the test of documents."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bayyina.app.rows import CaseRow, MemberRow, RecordRow
from tests.cli.conftest import Program

Words = list[str | Path]


def first_people(program: Program) -> list[str]:
    """Short ids of the people, in order."""
    workspace = program.opened()
    people = [row for row in workspace.store.scan(RecordRow) if row.record_type == "Person"]
    ids = [workspace.short_id(row.number) for row in people]
    workspace.store.close()
    return ids


def words_of_case_add(program: Program) -> Words:
    workspace = program.opened()
    code = f"HAMA-{len(list(workspace.store.scan(CaseRow)))}"
    workspace.store.close()
    return ["cases", "add", code, "Hama, February 1982"]


def outside_key(program: Program) -> Path:
    """The key of somebody from outside, made once."""
    file, passphrase = program.folder / "outside.key", program.folder / "outside.pass"
    passphrase.write_text("four words nobody guesses", encoding="utf-8")
    if not file.exists():
        words = ("--owner", "zeina", "--passphrase-file", passphrase)
        assert program("decide", "make-key", file, *words).status == 0
    return file


def words_of_make_key(program: Program) -> Words:
    outside_key(program)
    number = len(list(program.folder.glob("made-*.key")))
    return [
        *("decide", "make-key", program.folder / f"made-{number}.key", "--owner", "z"),
        *("--passphrase-file", program.folder / "outside.pass"),
    ]


def words_of_add_outside(program: Program) -> Words:
    outside_key(program)
    workspace = program.opened()
    number = len(list(workspace.store.scan(MemberRow)))
    workspace.store.close()
    key = program.folder / f"outside-{number}.key"
    words = ("--owner", "o", "--passphrase-file", program.folder / "outside.pass")
    assert program("decide", "make-key", key, *words).status == 0
    return [
        *("people", "add-outside", f"outside-{number}", "--name", "O", "--organisation", "O"),
        *("--key", f"{key}.public", "--record", first_people(program)[0]),
    ]


def words_of_name_records(program: Program) -> Words:
    words = words_of_add_outside(program)
    assert program(*words).status == 0
    return ["people", "name-records", words[2], first_people(program)[1]]


def asked_outside(program: Program) -> tuple[str, Path, list[Path]]:
    """A death that somebody from outside may be asked about: its id, their key, free files."""
    key = outside_key(program)
    workspace = program.opened()
    death = next(row for row in workspace.store.scan(RecordRow) if row.record_type == "Death")
    known = {row.handle for row in workspace.store.scan(MemberRow)}
    short_id = workspace.short_id(death.number)
    workspace.store.close()
    if "zeina" not in known:
        who = ("people", "add-outside", "zeina", "--name", "Zeina", "--organisation", "Archive")
        assert program(*who, "--key", f"{key}.public", "--record", short_id).status == 0
    if "nour" not in known:
        passphrase = program.folder / "nour.pass"
        passphrase.write_text("amal", encoding="utf-8")
        words = ("--role", "verifier", "--new-passphrase-file", passphrase)
        assert program("people", "add", "nour", *words).status == 0
    number = len(list(program.folder.glob("decision-*")))
    return short_id, key, [program.folder / f"decision-{number + step}" for step in range(3)]


def words_of_outside_request(program: Program) -> Words:
    short_id, _, files = asked_outside(program)
    again = (program.folder / "accepted-once").exists()
    return [
        *("--as", "nour", "decide", "request", short_id, "--reviewer", "zeina"),
        *("--decision", "disputed" if again else "verified"),
        *("--standard", "family-may-be-told", "--line", f"account={short_id}", "--out", files[0]),
    ]


def words_of_outside_sign(program: Program) -> Words:
    words = words_of_outside_request(program)
    assert program(*words).status == 0
    _, key, files = asked_outside(program)
    return [
        *("decide", "sign", words[-1], "--key", key, "--reasons", "we hold it too"),
        *("--passphrase-file", program.folder / "outside.pass", "--out", files[0]),
    ]


def words_of_outside_accept(program: Program) -> Words:
    words = words_of_outside_sign(program)
    (program.folder / "accepted-once").touch()
    assert program(*words).status == 0
    return ["--as", "nour", "decide", "accept", words[words.index("--out") + 1]]


def words_of_people_add(program: Program) -> Words:
    number = len(list((program.workspace / "people").iterdir()))
    file = program.file("new-passphrase", "something else\n")
    handle = f"dima{number}"
    return ["people", "add", handle, "--role", "viewer", "--new-passphrase-file", file]


def words_of_people_clear(program: Program) -> Words:
    members = program("people", "list", "--json").document["members"]
    if any(one["cleared"] for one in members if one["handle"] == "badr"):
        assert program("people", "unclear", "badr").status == 0
    return ["people", "clear", "badr"]


def words_of_people_unclear(program: Program) -> Words:
    assert program(*words_of_people_clear(program)).status == 0
    return ["people", "unclear", "badr"]


def words_of_people_seal_key(program: Program) -> Words:
    made = program(*words_of_case_add(program), "--json").document
    return ["people", "seal-key", "--case", made["case"]]


PEOPLE_CASES: dict[str, Callable[[Program], Words]] = {
    "people log": lambda _: ["people", "log"],
    "people second-factor": lambda _: ["people", "second-factor", "--not-required"],
    "people add-outside": words_of_add_outside,
    "people name-records": words_of_name_records,
    "decide make-key": words_of_make_key,
    "decide request": words_of_outside_request,
    "decide sign": words_of_outside_sign,
    "decide accept": words_of_outside_accept,
    "cases add": words_of_case_add,
    "cases list": lambda _: ["cases", "list"],
    "cases assign": lambda program: ["cases", "assign", "main", first_people(program)[0]],
    "people add": words_of_people_add,
    "people roles": lambda _: ["people", "roles", "badr", "--role", "viewer"],
    "people clear": words_of_people_clear,
    "people unclear": words_of_people_unclear,
    "people seal-key": words_of_people_seal_key,
}
"""How each command is used."""
