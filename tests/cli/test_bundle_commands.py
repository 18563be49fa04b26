"""``bayyina bundle`` and ``bayyina log witness`` as programs: statuses, words, refusals."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pyrage
import pytest

from bayyina.bundle.bag_writing import BagWriter, PayloadFile, bytes_blocks
from tests.cli.conftest import Program


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    with BagWriter(tmp_path / "bag") as writer:
        writer.add([PayloadFile("a.txt", bytes_blocks(b"FICTIONAL"))])
        writer.write_manifests()
        writer.finish([])
    return tmp_path / "bag"


def test_a_plain_bag(program: Program, bag: Path) -> None:
    answer = program("bundle", "verify", bag, "--json")
    assert answer.status == 0
    document = answer.document
    assert (document["ok"], document["bundle"], len(document["checks"])) == (True, False, 7)
    assert "plain BagIt bag" in document["not_proved"][0]
    (bag / "data/a.txt").write_text("other")
    (bag / "data/new").write_text("new")
    answer = program("bundle", "verify", bag, "--json")
    assert answer.status == 1
    problems = {
        (one["path"], one["change"])
        for check in answer.document["checks"]
        for one in check["problems"]
    }
    assert ("data/a.txt", "edited") in problems
    assert ("data/new", "inserted") in problems
    words = program("bundle", "verify", bag)
    assert words.status == 1
    assert "data/a.txt: edited" in words.out


@pytest.mark.parametrize("name", ["nothing", "file"])
def test_what_is_no_folder(program: Program, tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("x")
    answer = program("bundle", "verify", tmp_path / name)
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.count("\n") == 1


@pytest.mark.parametrize("option", ["--key", "--witness"])
def test_keys_that_are_none(program: Program, bag: Path, option: str) -> None:
    answer = program("bundle", "verify", bag, option, "nonsense")
    assert answer.status == 2
    assert "cannot be used" in answer.err
    assert program("bundle", "verify", bag, "--authority", bag / "bagit.txt").status == 2


def test_verifying_loads_neither_django_nor_a_workspace(bag: Path) -> None:
    code = (
        "import sys; sys.argv = ['bayyina', '-w', '/nowhere', 'bundle', 'verify', sys.argv[1]]\n"
        "from bayyina.cli.main import main\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "assert not any(name.partition('.')[0] == 'django' for name in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, bag], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_an_encrypted_bundle_leaves_nothing_in_plain(filled: Program, tmp_path: Path) -> None:
    identity = pyrage.x25519.Identity.generate()
    (tmp_path / "key").write_text(str(identity))
    out = tmp_path / "out"
    answer = filled(
        "bundle", "create", "--case", "--out", out / "b.tar.age", "--redacted", out / "r.tar.age",
        "--recipient", str(identity.to_public()), "--json",
    )  # fmt: skip
    assert answer.status == 0, answer.err
    assert sorted(path.name for path in out.iterdir()) == ["b.tar.age", "r.tar.age"]
    plain = subprocess.run(
        ["age", "-d", "-i", tmp_path / "key", out / "b.tar.age"], capture_output=True, check=True
    )
    subprocess.run(["tar", "x", "-C", tmp_path], input=plain.stdout, check=True)
    checked = filled("bundle", "verify", tmp_path / "b", "--key", answer.document["key"], "--json")
    assert checked.document["ok"]


def test_refusals_leave_nothing(filled: Program, tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    before = sorted(path.name for path in tmp_path.iterdir())
    refused: tuple[list[str | Path], ...] = (
        ["--out", tmp_path / "b"],
        ["--case", "--query", "count persons", "--out", tmp_path / "b"],
        ["--case", "--out", tmp_path / "taken"],
        ["--case", "--out", tmp_path / "b", "--redacted", tmp_path / "b"],
        ["--case", "--out", tmp_path / "b", "--recipient", "age1x"],
        [
            "--case",
            "--out",
            tmp_path / "b",
            "--recipient",
            str(pyrage.x25519.Identity.generate().to_public()),
        ],
        ["--query", "count nonsense", "--out", tmp_path / "b"],
        ["FICT-99-1", "--out", tmp_path / "b"],
    )
    for words in refused:
        answer = filled("bundle", "create", *words)
        assert answer.status == 2, words
        assert answer.err.count("\n") == 1, answer.err
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_witness_of_the_command_line(program: Program, filled: Program, tmp_path: Path) -> None:
    state, request = tmp_path / "witness", tmp_path / "request.txt"
    assert program("log", "witness", "--state", state).status == 2
    made = program("log", "witness", "--state", state, "--new", "w.example/1", "--json")
    assert made.status == 0, made.err
    assert program("log", "witness", "--state", state, "--new", "w.example/1").status == 2
    assert filled("log", "checkpoint", "--since", "0", "--out", request).status == 0
    refused = program("log", "witness", "--state", state, request, "--json")
    assert (refused.status, refused.document["answers"][0]["outcome"]) == (1, "unknown-log")
    assert not request.with_name("request.txt.cosigned").exists()
    key = filled("log", "checkpoint", "--json").document["key"]
    good = program("log", "witness", "--state", state, "--trust", key, request, "--json")
    assert good.status == 0, good.err
    assert Path(good.document["answers"][0]["answer"]).is_file()
    listed = program("log", "witness", "--state", state, "--json")
    assert listed.document["logs"][0]["size"] == good.document["answers"][0]["size"]
    secret = json.loads((state / "witness.key.json").read_text())
    assert secret["format"] == "bayyina-personal-key"
    assert program("log", "witness", "--state", state, tmp_path / "absent").status == 2
    assert program("log", "witness", "--state", tmp_path / "w2", "--new", "a b").status == 2


def test_a_second_signature_on_request(filled: Program) -> None:
    plain = filled("log", "checkpoint", "--json").document
    twice = filled("log", "checkpoint", "--post-quantum", "--json").document
    assert twice["checkpoint"].startswith(plain["checkpoint"])
    assert twice["second_key"].split("+")[0] == plain["key"].split("+")[0]
    assert "second_key" not in plain
