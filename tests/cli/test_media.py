"""``bayyina media`` by its commands: exit status, JSON, and what a terminal shows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bayyina.cli.main import run


def picture(path: Path, seed: int = 1) -> Path:
    numbers = np.random.default_rng(seed)
    coarse = numbers.integers(0, 255, (6, 8, 3), dtype=np.uint8)
    Image.fromarray(coarse).resize((640, 480), Image.Resampling.BICUBIC).save(path)
    return path


def answer(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    capsys.readouterr()
    status = run([str(word) for word in words])
    out, err = capsys.readouterr()
    return status, out, err


def test_hostile_files_are_reported_and_end_with_0(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "zero.jpg").touch()
    (tmp_path / "deep.json").write_bytes(b"[" * 300_000)
    (tmp_path / "laughs.xml").write_bytes(b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>')
    with zipfile.ZipFile(tmp_path / "slip.zip", "w") as archive:
        archive.writestr("../../evil.txt", "x")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    whole = picture(tmp_path / "a.jpg").read_bytes()
    (tmp_path / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    status, out, err = answer(capsys, "media", "inspect", tmp_path, "--json")
    reports = {Path(item["path"]).name: item for item in json.loads(out)}
    assert (status, err) == (0, "")
    assert {name: item["outcome"] for name, item in reports.items()} == {
        "a.jpg": "ok", "cut.jpg": "damaged", "deep.json": "too_large", "laughs.xml": "too_large",
        "loop": "not_a_file", "pipe": "not_a_file", "slip.zip": "ok", "zero.jpg": "empty",
    }  # fmt: skip
    assert all(item["detail"] for item in reports.values() if item["outcome"] != "ok")
    assert reports["slip.zip"]["indicators"][0]["method"] == "archive-dangers"
    assert not (tmp_path.parent.parent / "evil.txt").exists()


def test_a_name_that_is_missing_is_said_and_ends_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = picture(tmp_path / "a.jpg")
    status, out, err = answer(capsys, "media", "inspect", path, tmp_path / "absent.jpg", "--json")
    assert status == 2
    assert [item["outcome"] for item in json.loads(out)] == ["ok", "missing"]
    assert err.count("\n") == 1


def test_terminals_are_shown_no_control_characters(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = picture(tmp_path / "a\x1b[2J\u202eb\n.jpg")
    for words in (("inspect", path), ("near", path), ("inspect", path, "--lang", "ar")):
        status, out, _ = answer(capsys, "media", *words)
        assert status == 0
        assert "\x1b" not in out
        assert "\u202e" not in out


def test_near_groups_files_that_look_alike(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = picture(tmp_path / "a.jpg")
    picture(tmp_path / "b.jpg", seed=2)
    with Image.open(first) as image:
        image.resize((320, 240)).transpose(Image.Transpose.ROTATE_180).save(tmp_path / "c.png")
    status, out, _ = answer(capsys, "media", "near", tmp_path, "--json")
    (group,) = json.loads(out)["groups"]
    assert status == 0
    assert [Path(item["path"]).name for item in group["files"]] == ["a.jpg", "c.png"]
    assert group["links"][0]["how"] == "rotated 180"


def test_findings_are_in_arabic_where_it_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = picture(tmp_path / "a.jpg").rename(tmp_path / "a.pdf")
    _, out, _ = answer(capsys, "media", "inspect", path, "--lang", "ar")
    assert "تختلف الأدوات في النوع" in out


@pytest.mark.slow
def test_numbers_on_cards_are_looked_at_along_the_set(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    numbers = [1001, 1002, 1950, 1003, 1004, 1005]
    for at in range(len(numbers)):
        picture(folder / f"FICT_{at + 1:04}.png", seed=at)
    cards = tmp_path / "cards.csv"
    rows = "".join(f"set/FICT_{at + 1:04}.png,{n},215\n" for at, n in enumerate(numbers))
    cards.write_text(f"path,number,branch\n{rows}", encoding="utf-8")
    status, out, err = answer(capsys, "media", "inspect", folder, "--cards", cards, "--json")
    told = {Path(r["path"]).name: r["indicators"] for r in json.loads(out) if r["indicators"]}
    assert (status, err, list(told)) == (0, "", ["FICT_0003.png"])
    (one,) = told["FICT_0003.png"]
    assert (one["method"], one["false_alarm_rate"]) == ("series-cards", None)
    assert one["reference_set"].startswith("not measured: no series to measure on")
    assert answer(capsys, "media", "inspect", folder, "--json")[1].count("series-cards") == 0
    _, out, _ = answer(capsys, "media", "inspect", folder, "--cards", cards, "--lang", "ar")
    assert "عداد آلة التصوير" in out
    assert "not measured" not in out
    cards.write_text("path,number\nset/FICT_0001.png,?\ngone.png,4\n", encoding="utf-8")
    status, out, err = answer(capsys, "media", "inspect", folder, "--cards", cards, "--json")
    assert (status, len(json.loads(out))) == (2, 6)
    assert "1 of 2 rows of the table of cards are of no file that was looked into: gone.png." in err
    assert "give no number, and are in no series: set/FICT_0001.png." in err


def test_a_table_of_cards_that_cannot_be_used_stops_before_anything_is_looked_into(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = picture(tmp_path / "a.jpg")
    for text in (None, "file,number\na.jpg,1\n", ""):
        if text is not None:
            (tmp_path / "c.csv").write_text(text, encoding="utf-8")
        status, out, err = answer(capsys, "media", "inspect", path, "--cards", tmp_path / "c.csv")
        assert (status, out) == (2, "")
        assert "c.csv" in err


def test_missing_libraries_are_named_with_what_installs_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bayyina.media.inspecting.LIBRARIES", ("a_library_that_is_not_there",))
    status, out, err = answer(capsys, "media", "inspect", picture(tmp_path / "a.jpg"))
    assert (status, out) == (2, "")
    assert "pip install 'bayyina[media]'" in err


def test_no_framework_is_loaded(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png")
    code = (
        "import sys; from bayyina.cli.main import run; "
        f"status = run(['media', 'inspect', {str(path)!r}, '--json']); "
        "sys.exit(status or 'django' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, cwd=tmp_path, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)[0]["outcome"] == "ok"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.png"]
