"""``bayyina redact`` as a program: what it ends with, and that nothing half-written is left."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from bayyina.media.redaction import running
from bayyina.media.redaction.results import RedactionRefusedError
from bayyina.media.redaction.running import RedactionLimits, redact_file
from tests.cli.conftest import Program

PLAN = 'version: 1\n{head}redact:\n  - words: ["FICT Alif Ba"]\n    reason: source\n'
TEXT = "The courier is FICT Alif Ba.\n"


def files(folder: Path, plan: str = PLAN.format(head="")) -> tuple[Path, Path, Path]:
    text, written = folder / "told.txt", folder / "one.redaction.yaml"
    text.write_text(TEXT, encoding="utf-8")
    written.write_text(plan, encoding="utf-8")
    return text, written, folder / "out" / "copy.txt"


def names(folder: Path) -> set[str]:
    return {one.name for one in folder.iterdir()}


def test_a_copy_or_nothing(program: Program, tmp_path: Path) -> None:
    text, plan, out = files(tmp_path)
    out.parent.mkdir()
    done = program("redact", text, "--plan", plan, "--out", out, "--json")
    assert done.status == 0, done.err
    assert out.read_text() == "The courier is [redacted: source].\n"
    assert done.document["copy_sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert "Alif" not in done.out
    again = program("redact", text, "--plan", plan, "--out", out)
    assert (again.status, again.sentence()) == (2, f"{out} is there already. Choose another name.")
    out.unlink()

    plan.write_text(PLAN.format(head="").replace("Alif", "Alef"), encoding="utf-8")
    absent = program("redact", text, "--plan", plan, "--out", out)
    assert absent.status == 2
    assert "do not occur" in absent.sentence()
    plan.write_text(PLAN.format(head=f"sha256: {'0' * 64}\n"), encoding="utf-8")
    other = program("redact", text, "--plan", plan, "--out", out)
    assert other.status == 2
    assert "for another file" in other.sentence()
    assert names(out.parent) == set()
    assert text.read_text() == TEXT


@pytest.mark.parametrize(
    ("name", "said"),
    [("absent.txt", "no file"), ("..", "no file")],
)
def test_what_is_no_file(program: Program, tmp_path: Path, name: str, said: str) -> None:
    _, plan, _ = files(tmp_path)
    answer = program("redact", tmp_path / name, "--plan", plan, "--out", tmp_path / "copy")
    assert answer.status == 2
    assert said in answer.sentence()
    nowhere = program("redact", plan, "--plan", plan, "--out", tmp_path / "no" / "copy")
    assert nowhere.status == 2


def test_a_copy_that_does_not_pass_ends_with_1(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, plan, out = files(tmp_path)
    out.parent.mkdir()
    asked = running._ask

    def spoiling(job: dict[str, object], folder: Path, limits: RedactionLimits) -> object:
        said = asked(job, folder, limits)
        if job["do"] == "make":
            with Path(str(job["out"])).open("ab") as file:
                file.write("FICT Alif Ba".encode("utf-16-le"))
        return said

    monkeypatch.setattr(running, "_ask", spoiling)
    answer = program("redact", text, "--plan", plan, "--out", out)
    assert answer.status == 1
    assert "did not pass its check" in answer.sentence() or "be checked" in answer.sentence()
    assert names(out.parent) == set()


def test_a_fault_of_the_reader_is_a_refusal(tmp_path: Path) -> None:
    text, plan, out = files(tmp_path)
    out.parent.mkdir()
    with pytest.raises(RedactionRefusedError):
        redact_file(text, plan, out, limits=RedactionLimits(memory=64 << 20))
    assert names(out.parent) == set()
