"""The single-file verifier that travels in bundles: what it may need, and what hostile bundles do."""

from __future__ import annotations

import ast
import html
import json
import os
import random
import subprocess
import sys
import time
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from bayyina.bundle.bag_writing import BagWriter, PayloadFile, bytes_blocks
from bayyina.bundle.limits import LIMITS
from bayyina.bundle.standalone import verify as verify_alone
from bayyina.bundle.verify_page import VerifyFacts, verify_page
from bayyina.bundle.verifying import Trusted, verify_bundle
from bayyina.custody.notes import Ed25519Verifier
from bayyina.typeset.html_pages import html_page

SOURCE = files("bayyina.bundle").joinpath("standalone.py").read_text(encoding="utf-8")
MOST_LINES = 400
"""Lines of code that can be read in an hour; blank lines, comments and docstrings apart."""

SECONDS = 120.0


def test_it_needs_nothing_but_python_and_cryptography() -> None:
    tree = ast.parse(SOURCE, feature_version=(3, 9))
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
    assert names - sys.stdlib_module_names == {"cryptography"}
    assert "match" not in {type(node).__name__.lower() for node in ast.walk(tree)}


def test_it_can_be_read_in_an_hour() -> None:
    tree = ast.parse(SOURCE)
    documented: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node
        ):
            text = node.body[0]
            documented.update(range(text.lineno, (text.end_lineno or text.lineno) + 1))
    lines = [
        line
        for number, line in enumerate(SOURCE.splitlines(), 1)
        if line.strip() and not line.strip().startswith("#") and number not in documented
    ]
    assert len(lines) <= MOST_LINES


def test_it_opens_no_socket_and_runs_only_openssl() -> None:
    for word in (
        "socket",
        "urllib",
        "http.client",
        "eval(",
        "exec(",
        "pickle",
        "os.system",
        "shell=True",
    ):
        assert word not in SOURCE
    assert SOURCE.count("subprocess.run(") == 1


JUNK: tuple[Any, ...] = (None, True, -1, 10**30, "x", "../../etc/passwd", [], [[]], {}, {"x": []})


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A bag that claims to be a bundle, with JSON of any form."""
    folder = tmp_path / "bundle"
    names = [
        "bundle.json",
        "log/keys.json",
        "log/checkpoint.txt",
        "premis.xml",
        "ro-crate-metadata.json",
    ]
    with BagWriter(folder) as writer:
        writer.add([PayloadFile(name, bytes_blocks(b"{}")) for name in names])
        writer.write_manifests()
        for name in ("custody/entry.json", "custody/entry.tlog-proof", "verify_bundle.py"):
            writer.add_tag(name, b"{}")
        writer.finish([("Bayyina-Bundle", "bayyina-bundle/v1")])
    return folder


def test_json_of_any_form_is_a_finding_and_no_crash(made: Path) -> None:
    dice = random.Random(3)
    keys = ["format", "origin", "records", "files", "beside", "definition", "definition_sha256",
            "evidence", "set", "not_shown", "log", "witnesses", "@graph"]  # fmt: skip
    for _ in range(150):
        for name in ("bundle.json", "log/keys.json", "ro-crate-metadata.json"):
            value = {key: dice.choice(JUNK) for key in keys if dice.random() < 0.8}
            (made / "data" / name).write_text(json.dumps(value))
        assert not verify_bundle(made).report.ok
        results, _ = verify_alone(made, [], [])
        assert any(outcome == "FAILED" for _, outcome, _ in results)


@pytest.mark.parametrize("number", [14, 15, 16, 17])
def test_an_error_that_nobody_foresaw_is_a_check_that_does_not_hold(
    made: Path, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {14: "witnesses", 15: "stamps", 16: "calendars", 17: "descriptions"}

    def fails(*_: object) -> None:
        raise OverflowError

    monkeypatch.setattr(f"bayyina.bundle.verifying.check_{names[number]}", fails)
    (check,) = [one for one in verify_bundle(made).report.checks if one.number == number]
    assert not check.ok
    assert "OverflowError" in check.findings[0].why


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 200_000,
        b'{"a":' * 200_000,
        b"\xff\xfe\x00",
        b"1" * 100_000,
        b'{"records": ["' + b"x" * 1_000_000 + b'"]}',
        b"",
    ],
)
def test_bombs_in_json(made: Path, content: bytes) -> None:
    start = time.monotonic()
    for name in ("bundle.json", "log/keys.json", "ro-crate-metadata.json"):
        (made / "data" / name).write_bytes(content)
    assert not verify_bundle(made).report.ok
    assert any(outcome == "FAILED" for _, outcome, _ in verify_alone(made, [], [])[0])
    assert time.monotonic() - start < SECONDS


@pytest.mark.parametrize(
    "content",
    [
        b'<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode(
            "utf-16"
        ),
        b'<?xml version="1.0" encoding="UTF-8"?>' + b"<a>" * 100_000,
    ],
)
def test_bombs_in_xml(made: Path, content: bytes) -> None:
    (made / "data/bundle.json").write_text('{"format": "bayyina-bundle/v1"}')
    (made / "data/log/keys.json").write_text('{"log": [], "witnesses": []}')
    (made / "data/premis.xml").write_bytes(content)
    found = verify_bundle(made)
    assert "data/premis.xml" in {one.kind for one in found.report.checks[-1].findings}
    verify_alone(made, [], [])


def test_a_manifest_of_many_thousand_lines(made: Path) -> None:
    start = time.monotonic()
    with (made / "manifest-sha256.txt").open("a") as manifest:
        for number in range(30_000):
            manifest.write(f"{'0' * 64}  data/{'x/' * 20}{number}\n")
    found = verify_bundle(made)
    assert not found.report.ok
    assert len(found.report.findings) > 30_000
    assert time.monotonic() - start < SECONDS


def test_names_that_no_terminal_should_see(made: Path) -> None:
    (made / "data").joinpath(os.fsdecode(b"\xff\x1b[2J\n")).write_text("x")
    found = verify_bundle(made)
    text = " ".join(check.detail for check in found.report.checks)
    assert "\x1b" not in text
    json.dumps(text).encode()


def alone(folder: Path) -> str:
    """What the single file prints of a folder, and that it refuses it in time."""
    done = subprocess.run(
        [sys.executable, "-I", str(files("bayyina.bundle").joinpath("standalone.py")), folder],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    return done.stdout


@pytest.mark.parametrize("place", ["/dev/zero", "../../../../../../dev/zero", "data/none"])
def test_no_file_outside_is_opened_because_the_bundle_names_it(made: Path, place: str) -> None:
    document = {
        "files": {}, "beside": {}, "definition": {}, "definition_sha256": "", "set": "full",
        "not_shown": {"en": ["\x1b[2Ja\nThe bundle holds."]}, "origin": "FICTIONAL", "records": [],
        "evidence": [{"path": place, "sha256": "0" * 64, "digest_statement": "FICT-S-1-1"}],
    }  # fmt: skip
    (made / "data/bundle.json").write_text(json.dumps(document))
    (made / "data/log/keys.json").write_text('{"log": [], "witnesses": []}')
    printed = alone(made)
    assert f"{place} is missing" in printed
    assert "\x1b" not in printed  # nor may a text of the bundle look like a line of the verifier
    assert not [line for line in printed.splitlines() if line.startswith("The bundle holds")]


@pytest.mark.parametrize("name", ["data/sparse", "beside", "data/premis.xml"])
def test_a_giant_file_without_content_does_not_hold_it_up(made: Path, name: str) -> None:
    path = made / name
    path.touch()
    os.truncate(path, 1 << 40)
    printed = alone(made)
    assert f"{name} is too long" in printed or f"{name} is not listed" in printed


@pytest.mark.parametrize("states", [True, False], ids=["with its size", "without its size"])
@pytest.mark.parametrize("name", ["data/sparse", "data/log/checkpoint.txt"])
def test_the_program_names_a_giant_file_and_still_reads_the_others(
    made: Path, name: str, states: bool
) -> None:
    def unread() -> set[tuple[str, str]]:
        payload = verify_bundle(made).report.checks[3:5]
        return {(one.kind, one.change) for check in payload for one in check.findings}

    info = made / "bag-info.txt"
    if not states:
        lines = info.read_text().splitlines(keepends=True)
        info.write_text("".join(one for one in lines if not one.startswith("Payload-Oxum")))
    assert unread() == set()
    (made / name).touch()
    os.truncate(made / name, 1 << 40)
    assert unread() == {(name, "inserted" if name == "data/sparse" else "not checked")}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
def test_a_pipe_in_the_place_of_a_file_holds_nobody_up(made: Path) -> None:
    for name in ("data/bundle.json", "data/premis.xml"):
        (made / name).unlink()
        os.mkfifo(made / name)
    assert "data/bundle.json" in alone(made)


@pytest.mark.skipif(os.mkdir not in os.supports_dir_fd, reason="paths cannot be so long here")
def test_folders_nested_deeper_than_paths_may_be_long(made: Path) -> None:
    here = os.open(made, os.O_RDONLY)
    for _ in range(30):
        os.mkdir("x" * 200, dir_fd=here)
        inner = os.open("x" * 200, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    assert not verify_bundle(made).report.ok
    assert "FAILED" in alone(made)


def test_a_plain_bag_is_judged_as_a_bag_and_told_to_be_one(tmp_path: Path) -> None:
    with BagWriter(tmp_path / "bag") as writer:
        writer.add([PayloadFile("a", bytes_blocks(b"a"))])
        writer.write_manifests()
        writer.finish([])
    found = verify_bundle(tmp_path / "bag")
    assert found.report.ok
    assert not found.is_bundle
    assert [one.code for one in found.limits] == ["plain-bag"]
    key = Ed25519Verifier("log", bytes(32))
    assert not verify_bundle(tmp_path / "bag", Trusted(keys=(key,))).report.ok


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_page_names_common_tools_only(lang: str) -> None:
    facts = VerifyFacts(
        "FICTIONAL", "log", "2026-01-01", "redacted", True, ["key"], [("data/time-stamps/1", 5)],
        True, LIMITS,
    )  # fmt: skip
    text = html_page(verify_page(facts, lang))
    for word in ("sha256sum", "openssl ts -verify", "-attime 5", "age -d", "bagit.py", "exiftool"):
        assert word in text
    assert "bayyina" not in text.lower()
    for limit in LIMITS:
        assert html.escape(getattr(limit, lang))[:20] in text
