"""The program from outside: as a process, with what the environment says."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bayyina import __version__
from bayyina.app.demonstrating import ComparedFigure
from tests.app.conftest import ROWS
from tests.cli.conftest import PASSPHRASE, Program
from tests.cli.test_json_documents import check_shape, first_ids

HEAVY = (
    "django",
    "duckdb",
    "pyarrow",
    "cryptography",
    "yaml",
    "openpyxl",
    "rich",
    "typst",
    "altair",
)
"""Libraries that a person who only wants help need not wait for."""

SCALE = "0.003"


def process(
    *words: str | Path, cwd: Path | None = None, variables: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run ``python -m bayyina`` as a person does."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("BAYYINA_")}
    return subprocess.run(
        [sys.executable, "-m", "bayyina", *words],
        cwd=cwd,
        env=kept | {"PYTHONIOENCODING": "utf-8"} | (variables or {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def one_document(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.stdout.count("\n") == 1
    return json.loads(done.stdout)


@pytest.mark.parametrize("words", [["--help"], ["--version"], []])
def test_help_loads_no_library_that_is_slow_to_load(words: list[str]) -> None:
    script = (
        "import sys\n"
        "from bayyina.cli.main import run\n"
        f"run({words!r})\n"
        f"sys.stderr.write(' '.join(name for name in {HEAVY!r} if name in sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = done.stderr.split("\n")[-1]
    assert not set(loaded.split()) & set(HEAVY)


def test_help_and_version() -> None:
    done = process("--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "figures" in done.stdout
    assert process("--version").stdout == f"bayyina, version {__version__}\n"
    below = process("figures", "count", "--help")
    assert below.returncode == 0
    assert "--json" in below.stdout


def test_a_whole_working_day_from_outside(tmp_path: Path) -> None:
    secret = tmp_path / "passphrase"
    secret.write_text("a long sentence nobody guesses\n", encoding="utf-8")
    variables = {"BAYYINA_PASSPHRASE_FILE": str(secret)}
    made = process(
        "init", tmp_path / "workspace", "--person", "amal", "--json", variables=variables
    )
    check_shape("init", one_document(made))
    file = tmp_path / "قائمة.csv"
    file.write_text("id,الاسم\n1,ألف\n2,باء\n", encoding="utf-8")
    mapping = tmp_path / "list.mapping.toml"
    mapping.write_text(
        'version = 1\n[list]\nname = "قائمة"\nasserted_on = 2023-08-31\nrelease = "partial"\n'
        '[row]\nrecord = "Person"\nkey = "id"\n[columns]\n"الاسم" = { to = "name", lang = "ar" }\n',
        encoding="utf-8",
    )
    # No --workspace: ./workspace is the one.
    taken = process(
        "import", file, "--mapping", mapping, "--json", cwd=tmp_path, variables=variables
    )
    assert (taken.returncode, taken.stderr) == (0, "")
    document = one_document(taken)
    check_shape("import", document)
    assert (document["rows"], document["accepted"]) == (2, 2)
    assert Path(tmp_path, document["report"]).is_file()
    counted = process(
        "figures", "count", "count persons", "--json", cwd=tmp_path, variables=variables
    )
    assert one_document(counted)["value"] == 2
    verified = process("log", "verify", cwd=tmp_path, variables=variables)
    assert verified.returncode == 0
    assert verified.stdout.endswith(
        "The log holds, by all checks but 4, which was not asked for.\n"
    )


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """The folder of a small demonstration, and what it answered."""
    folder = tmp_path_factory.mktemp("demo") / "fictional"
    done = process("demo", "--scale", SCALE, "--folder", folder, "--json")
    assert done.returncode == 0, done.stderr
    assert "lists invented: 1 of 1" in done.stderr
    assert 5 < done.stderr.count("\n") < 60
    return folder, one_document(done)


def test_the_demonstration_answers_with_figures_and_reports(
    demonstration: tuple[Path, Any],
) -> None:
    folder, document = demonstration
    check_shape("demo", document)
    assert len(document["figures"]) >= 20
    assert all(figure["equal"] for figure in document["figures"])
    assert set(document["report"]) == {"en", "ar"}
    for path in (path for paths in document["report"].values() for path in paths):
        assert Path(path).stat().st_size > 0
    for taken in document["lists"]:
        assert taken["rows"] == taken["accepted"] + taken["warned"] + taken["kept_aside"]
    assert (
        "FICTIONAL"
        in (folder / "report")
        .joinpath(Path(document["report"]["en"][0]).name)
        .read_text(encoding="utf-8")
        .upper()
    )


def test_the_demonstration_links_by_name_beside_the_truth(
    demonstration: tuple[Path, Any],
) -> None:
    folder, document = demonstration
    found = document["linkage"]
    assert 0.0 < found["reviewers"]["error_rate"] < 0.5
    assert found["reviewers"]["pairs_reviewed"] > 0
    automatic, reviewed = (
        found["accuracy"][name]["pairwise"] for name in ("automatic", "reviewed")
    )
    assert automatic["precision"] > 0.9
    assert automatic["recall"] < reviewed["recall"]
    assert reviewed["f1"] < 1.0  # people correct, and err
    held = {one["id"]: one for one in document["figures"]}["held"]
    assert held["automatic"] >= held["computed"] == held["published"]
    workspace = folder / "workspace"
    secret = {"BAYYINA_PASSPHRASE": "fictional"}
    query = "count persons held as of 2023-08-31"
    then = f"{query} recorded at {found['custody_size']}"
    now, before = (
        one_document(process("-w", workspace, "figures", "count", text, "--json", variables=secret))
        for text in (query, then)
    )
    assert "run" not in now["linkage"]  # it was taken back
    assert before["linkage"]["run"] == found["run"]


def test_a_scaled_demonstration_attributes_its_targets_to_nobody(
    demonstration: tuple[Path, Any],
) -> None:
    _, document = demonstration
    for lang, denied, attributed in (
        ("en", "Nobody published them", "were published by the Syrian Network"),
        ("ar", "لم ينشرها أحد", "نشرتها الشبكة السورية"),
    ):
        page = Path(document["report"][lang][0]).read_text(encoding="utf-8")
        assert denied in page
        assert attributed not in page


def test_a_report_is_built_from_the_demonstration_s_workspace(
    demonstration: tuple[Path, Any], program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = demonstration
    monkeypatch.setenv("BAYYINA_PASSPHRASE", "fictional")
    monkeypatch.delenv("BAYYINA_PERSON")
    out = program.folder / "report"
    words: list[str | Path] = [
        "report",
        "build",
        "october-2023",
        "--lang",
        "en",
        "--lang",
        "ar",
        "--out",
        out,
    ]
    answer = program(*words, "--json", at=folder / "workspace")
    assert (answer.status, answer.err) == (0, "")
    check_shape("report build", answer.document)
    assert {Path(path).parent for path in answer.document["report"]["ar"]} == {out}
    in_words = program(*words[:3], "--out", out, at=folder / "workspace")
    assert (in_words.status, in_words.err) == (0, "")
    *lines, draft = in_words.out.splitlines()
    assert draft.startswith("A draft until two people release it")
    named = [Path(line) for line in lines]
    assert {path.name for path in named} == {
        f"october-2023.{end}" for end in ("en.html", "en.pdf", "ar.html", "ar.pdf")
    }
    assert all(path.is_file() for path in named)


@pytest.mark.slow
def test_a_demonstration_that_misses_its_targets_ends_with_1(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ComparedFigure, "equal", property(lambda figure: figure.computed > 0))
    answer = program("demo", "--scale", SCALE, "--folder", program.folder / "demo")
    assert answer.status == 1
    assert "Traceback" not in answer.err
    assert "FICTIONAL" in answer.out
    assert "DIFFERENT" in answer.out


@pytest.mark.slow
def test_documents_are_utf_8_whatever_the_machine_s_own_encoding_is(filled: Program) -> None:
    name = "قائمة"
    mapping = filled.mapping().read_text(encoding="utf-8")
    mapping = mapping.replace("Register of invented arrests", name)
    file = filled.file("list2.mapping.toml", mapping)
    variables = {"BAYYINA_PASSPHRASE": PASSPHRASE, "BAYYINA_PERSON": "amal"}
    variables |= {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"}
    listed = filled.list_file(ROWS[1])
    taken = process(
        "-w", filled.workspace, "import", listed, "--mapping", file, variables=variables
    )
    assert taken.returncode == 0, taken.stderr
    words: list[str | Path] = [
        "-w",
        filled.workspace,
        "figures",
        "count",
        "count persons by source",
    ]
    for asked in ([*words, "--json"], words):
        done = process(*asked, variables=variables)
        assert done.returncode == 0, done.stderr
        assert name in done.stdout
    odd = {"PYTHONCOERCECLOCALE": "0"} | variables
    absent = process("-w", filled.folder / name, "log", "show", "--json", variables=odd)
    assert absent.returncode == 2
    assert one_document(absent)["error"]["code"] == "workspace"
    assert absent.stderr.count("\n") == 1


def test_a_log_that_does_not_hold_ends_with_1(filled: Program) -> None:
    with sqlite3.connect(filled.workspace / "records.sqlite3") as database:
        database.execute("UPDATE statement SET value = 'SY01' WHERE value = 'SY02'")
    database.close()
    answer = filled("log", "verify", "--json")
    assert answer.status == 1
    check_shape("log verify", answer.document)
    assert not answer.document["ok"]
    in_words = filled("log", "verify")
    assert in_words.status == 1
    assert "edited" in in_words.out
    assert in_words.out.splitlines()[-1].startswith("The log does NOT hold: see ")


def test_a_file_with_faults_ends_with_1(program: Program) -> None:
    text = program.mapping().read_text(encoding="utf-8")
    line = next(n for n, part in enumerate(text.splitlines(), 1) if "birth_date" in part)
    broken = program.file("other.mapping.toml", text.replace("birth_date", "brith_date"))
    answer = program("check", broken, "--json")
    assert answer.status == 1
    check_shape("check", answer.document)
    assert answer.document["findings"][0]["line"] == line
    in_words = program("check", broken)
    assert in_words.status == 1
    assert f"line {line}" in in_words.out


def test_a_job_that_does_not_wait_is_not_cancelled(program: Program) -> None:
    answer = program("jobs", "cancel", "17", "--json")
    assert (answer.status, answer.document["cancelled"]) == (1, False)


def test_an_error_is_one_document_too(tmp_path: Path) -> None:
    done = process(
        "-w", tmp_path, "log", "show", "--json", variables={"BAYYINA_PASSPHRASE": PASSPHRASE}
    )
    assert done.returncode == 2
    check_shape("error", one_document(done))
    assert one_document(done)["error"]["code"] == "workspace"
    assert done.stderr.count("\n") == 1


def test_a_withdrawn_record_says_so_and_lists_are_named(filled: Program) -> None:
    record, _, _ = first_ids(filled)
    shown = filled("record", record)
    assert "<- Register of invented arrests, row 2" in shown.out
    assert "WITHDRAWN" not in shown.out
    log = filled("log", "show", "--json").document["entries"]
    assert [(entry["person"], entry["list"]) for entry in log[-1:]] == [
        ("amal", "Register of invented arrests")
    ]
    assert "import “Register of invented arrests” by amal: " in filled("log", "show").out
    mapping = filled.mapping(release="complete")
    words: list[str | Path] = [
        "import",
        filled.list_file(*ROWS[1:3]),
        "--mapping",
        mapping,
        "--confirm-withdrawals",
    ]
    assert filled(*words).status == 0
    gone = filled("record", record)
    assert "WITHDRAWN: the list's release of 2024-01-31 no longer holds it" in gone.out
    document = filled("record", record, "--json").document
    check_shape("record", document)
    assert (document["withdrawn"], document["list"]) == (
        "2024-01-31",
        "Register of invented arrests",
    )


def test_a_figure_is_told_in_words_of_either_language(filled: Program) -> None:
    query = "count persons with Death by sex, governorate"
    english = filled("figures", "count", query)
    assert english.out.splitlines()[0].startswith("at least 2 people (certain 2, possible ")
    assert "Sex: Female, Governorate: " in english.out
    assert "by sex" in english.out.splitlines()[-1]
    one = filled("figures", "count", "count persons with Death and sex=female")
    assert one.out.startswith("at least 1 person (")
    arabic = filled("figures", "count", query, "--lang", "ar")
    assert arabic.out.startswith("ما لا يقل عن شخصين (2) (المؤكد 2، والممكن ")
    assert "الجنس: أنثى، المحافظة: " in arabic.out
    assert english.out.splitlines()[-1] == arabic.out.splitlines()[-1]
    assert filled("figures", "count", query, "--lang", "fr").status == 2
