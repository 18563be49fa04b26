"""`bayyina sites date` and `sites throughput`: one file, many files, pictures, and bad input."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from bayyina.cli.main import run

ANSWER = ["sites", "throughput", "--trucks", "2", "--times-a-week", "2", "--bodies", "150-600"]


def write_series(path: Path, *, step: float = 0.04, seed: int = 0, rows: int = 240) -> Path:
    made = np.random.default_rng(seed)
    days = [date(2019, 1, 4) + timedelta(days=7 * k) for k in range(rows)]
    red = 0.25 + made.normal(0, 0.004, rows) + step * (np.arange(rows) >= 130)
    nir = 0.30 + made.normal(0, 0.004, rows) + 1.2 * step * (np.arange(rows) >= 130)
    lines = [f"{d},{a:.4f},{b:.4f},1" for d, a, b in zip(days, red, nir, strict=True)]
    path.write_text("date,red,nir,clear\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def answered(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    capsys.readouterr()
    status = run([str(word) for word in words])
    out, err = capsys.readouterr()
    return status, out, err


def test_one_file_gives_one_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_series(tmp_path / "site.csv")
    status, out, _ = answered(capsys, "sites", "date", path, "--json")
    document = json.loads(out)
    assert status == 0
    assert "file" not in document
    assert (document["state"], document["observations"]) == ("disturbance found", 240)
    (episode,) = document["episodes"]
    assert episode["onset_interval95"] == ["2021-06-25", "2021-07-02"]
    assert (episode["last_clear_before"], episode["first_changed"]) == ("2021-06-25", "2021-07-02")
    assert episode["kind"] == "step"
    assert "grave" not in out
    assert document["words"] == "ground disturbance consistent with digging or levelling"


def test_a_folder_gives_a_list_in_which_no_file_is_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for k in range(4):
        write_series(tmp_path / f"{k}.csv", seed=k, step=0.04 * (k % 2))
    (tmp_path / "empty.csv").write_text("", encoding="utf-8")
    (tmp_path / "few.csv").write_text("date,red\n2020-01-01,1\n", encoding="utf-8")
    (tmp_path / "notes.md").write_text("not a series", encoding="utf-8")
    status, out, err = answered(capsys, "sites", "date", tmp_path, "--json")
    assert (status, err) == (0, "")
    found = {Path(entry["file"]).name: entry["state"] for entry in json.loads(out)}
    assert found == {
        "0.csv": "no disturbance found",
        "1.csv": "disturbance found",
        "2.csv": "no disturbance found",
        "3.csv": "disturbance found",
        "empty.csv": "unreadable",
        "few.csv": "insufficient images",
    }
    missing = answered(capsys, "sites", "date", tmp_path / "0.csv", tmp_path / "no.csv", "--json")
    states = [(e["state"], bool(e["reason"])) for e in json.loads(missing[1])]
    assert states == [("no disturbance found", False), ("unreadable", True)]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["none.csv"], "cannot be read"),
        (["empty.csv"], "is empty"),
        (["site.csv", "--false-alarms-per-year", "0"], "cannot be set"),
        (["site.csv", "--plot", "plot.jpg"], ".svg or .png"),
        (["site.csv", "site.csv", "--plot", "plot.svg"], "one series"),
        (["folder"], "holds no CSV file"),
    ],
)
def test_wrong_use_is_one_sentence_and_leaves_nothing(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    write_series(tmp_path / "site.csv")
    (tmp_path / "empty.csv").write_text("", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    status, out, err = answered(capsys, "sites", "date", *arguments)
    assert (status, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1
    assert {p.name for p in tmp_path.iterdir()} == {"site.csv", "empty.csv", "folder"}


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_pictures_are_drawn_in_both_languages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    path = write_series(tmp_path / "site.csv")
    svg, png = tmp_path / "plot.svg", tmp_path / "plot.png"
    for picture in (svg, png):
        words: list[str | Path] = ["sites", "date", path, "--plot", picture, "--lang", lang]
        assert answered(capsys, *words)[0] == 0
    drawn = svg.read_text(encoding="utf-8")
    assert ("consistent with digging" in drawn) == (lang == "en")
    assert ("اضطراب" in drawn) == (lang == "ar")
    assert png.read_bytes().startswith(b"\x89PNG")


def test_a_series_that_nothing_can_be_said_of_is_drawn_as_such(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_series(tmp_path / "site.csv", rows=5)
    words: list[str | Path] = ["sites", "date", path, "--plot", tmp_path / "plot.svg"]
    assert answered(capsys, *words)[0] == 0
    assert "too few clear images" in (tmp_path / "plot.svg").read_text(encoding="utf-8")


def test_dating_needs_no_django(tmp_path: Path) -> None:
    path = write_series(tmp_path / "site.csv")
    code = (
        "import sys; from bayyina.cli.main import run; "
        f"status = run(['sites', 'date', {str(path)!r}, '--json']); "
        "assert not [m for m in sys.modules if m.split('.')[0] == 'django']; sys.exit(status)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["episodes"]


def test_burials_are_a_range_for_a_week_and_no_total(capsys: pytest.CaptureFixture[str]) -> None:
    words = [*ANSWER, "--continuity", "at-times", "--period", "six years"]
    status, out, _ = answered(capsys, *words, "--json")
    document = json.loads(out)
    assert status == 0
    assert document["bodies_a_week"] == [600, 2400]
    assert document["total"] is None
    assert "only at times" in document["reasons"][0]
    text = answered(capsys, *words)[1]
    assert "600 to 2,400" in text
    for product in ("187", "751", "31,2", "124,", "748", "2,400 to"):
        assert product not in text.replace("600 to 2,400", "")


@pytest.mark.parametrize("bodies", ["many", "600-150", "1.5", "1-2-3", ""])
def test_what_is_no_range_is_refused(capsys: pytest.CaptureFixture[str], bodies: str) -> None:
    status, out, err = answered(capsys, *ANSWER[:-1], bodies)
    assert (status, out) == (2, "")
    assert err.strip().count("\n") == 0
