"""``bayyina claims``: what it prints, and what it ends with. All claims FICTIONAL."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from bayyina.cli.main import run

SOUND = """\
version: 1
claims:
  - {id: whole, value: 90, unit: arrests, what: {act: Arrest, by: sdf}, period: 2015, source: {document: a, locator: page 1}}
  - {id: part, value: 80, unit: arrests, what: {act: Arrest, by: sdf, sex: male}, period: 2015, part_of: whole, source: {document: a, locator: page 1}}
"""
SCHEMA = Path(__file__).parents[2] / "docs" / "reference" / "schemas" / "claims-check.schema.json"


def written(folder: Path, text: str, name: str = "x.claims.yaml") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_sound_claims_end_with_zero(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["claims", "check", written(tmp_path, SOUND)]) == 0
    assert capsys.readouterr().out == "Claims: 2. Contradictions: 0. Doubts: 0. Explained: 0.\n"


def test_a_contradiction_ends_with_one_and_says_where(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path, SOUND.replace("80", "95"))
    assert run(["claims", "check", file]) == 1
    out = capsys.readouterr().out
    assert "CONTRADICTION (certain) part-larger-than-whole" in out
    assert "part (95 arrests) is given as a part of whole (90 arrests), and is greater." in out
    assert "part: a, page 1 (x.claims.yaml, line 4)" in out
    assert run(["claims", "check", file, "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, json.loads(SCHEMA.read_text(encoding="utf-8")))
    (found,) = document["findings"]
    assert document["claims"] == 2
    assert document["counts"] == {"contradiction": 1, "doubt": 0, "explained": 0}
    assert (found["class"], found["claims"]) == ("contradiction", ["part", "whole"])
    assert found["where"][0] == {
        "claim": "part",
        "file": "x.claims.yaml",
        "line": 4,
        "document": "a",
        "locator": "page 1",
    }
    assert run(["claims", "check", file, "--lang", "ar"]) == 1
    assert "تناقض (مؤكد)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (SOUND.replace("arrests", "arests"), "x.claims.yaml, line 3"),
        ("version: 1\n", "x.claims.yaml"),
        ("claims: [", "x.claims.yaml, line"),
    ],
)
def test_what_cannot_be_read_ends_with_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, words: str
) -> None:
    file = written(tmp_path, text)
    assert run(["claims", "check", file, "--json"]) == 2
    out, err = capsys.readouterr()
    assert words in json.loads(out)["error"]["message"]
    assert words in err
    assert run(["check", file]) == 1
    assert "line" in capsys.readouterr().out or words == "x.claims.yaml"


def test_a_missing_file_and_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["claims", "check", str(tmp_path / "none.claims.yaml")]) == 2
    assert "cannot be read" in capsys.readouterr().err
    assert run(["claims", "check"]) == 2
    assert "snhr-2023-10" in capsys.readouterr().err


def test_shipped_claims_by_name_and_all_together(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["claims", "check", "series", "--json"]) == 0
    few = json.loads(capsys.readouterr().out)
    assert run(["claims", "check", "--builtin", "--json"]) == 1
    every = json.loads(capsys.readouterr().out)
    assert every["claims"] > few["claims"] > 0
    assert every["counts"]["contradiction"] >= 10


def test_it_runs_without_django_and_without_a_workspace(tmp_path: Path) -> None:
    code = (
        "import sys; from bayyina.cli.main import run;"
        f"status = run(['claims', 'check', {written(tmp_path, SOUND)!r}]);"
        "assert 'django' not in sys.modules; sys.exit(status)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=False, timeout=240)
    assert done.returncode == 0
    assert not (tmp_path / "workspace").exists()
