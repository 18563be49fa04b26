"""``bayyina link`` on files: what it writes, what it says, what it refuses."""

from __future__ import annotations

import csv
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.linkage.conftest import Row, invent, mistaken

COLUMNS = ("id", "name", "born", "sex", "place")
ROLES = ["--id", "id", "--name", "name", "--birth", "born", "--sex", "sex", "--place", "place"]


def write(path: Path, rows: list[Row], first: int = 0, encoding: str = "utf-8") -> Path:
    with path.open("w", newline="", encoding=encoding) as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for number, row in enumerate(rows):
            writer.writerow([first + number, *(row[key] for key in COLUMNS[1:])])
    return path


@pytest.fixture
def lists(tmp_path: Path) -> tuple[Path, Path]:
    dice = random.Random(11)
    people = [invent(dice) for _ in range(250)]
    first = write(tmp_path / "a.csv", people[:150])
    second = write(
        tmp_path / "b.csv", [mistaken(one, dice) for one in people[100:]], encoding="utf-16"
    )
    return first, second


def run(*words: object, hash_seed: str = "0") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bayyina", "link", *map(str, words)],
        capture_output=True, text=True, env={"PYTHONPATH": "src", "PYTHONHASHSEED": hash_seed},
    )  # fmt: skip


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_two_lists_are_linked_alike_in_two_processes(lists, tmp_path: Path) -> None:
    answers = []
    for seed in ("1", "2"):
        out = ["--pairs", tmp_path / "pairs.csv", "--clusters", tmp_path / "who.csv"]
        ended = run(*lists, *ROLES, *out, "--json", hash_seed=seed)
        assert ended.returncode == 0, ended.stderr
        document = json.loads(ended.stdout)
        texts = [(tmp_path / name).read_text("utf-8") for name in ("pairs.csv", "who.csv")]
        answers.append((document, texts))
    assert answers[0] == answers[1]
    pairs, who = read(tmp_path / "pairs.csv"), read(tmp_path / "who.csv")
    assert list(pairs[0]) == ["id_a", "id_b", "score", "decision", "reasons"]
    assert list(who[0]) == ["id", "cluster", "list"]
    assert [row["list"] for row in who] == ["A"] * 150 + ["B"] * 150
    same = {(int(p["id_a"]), int(p["id_b"])) for p in pairs if p["decision"] == "same"}
    truth = {(100 + number, number) for number in range(50)}  # ids of both lists begin at 0
    assert len(same & truth) >= 0.9 * len(truth)
    assert len(same & truth) >= 0.9 * len(same)
    cluster = {(row["list"], row["id"]): row["cluster"] for row in who}
    for a, b in same:
        assert cluster["A", str(a)] == cluster["B", str(b)]
    assert all(0 <= float(p["score"]) <= 1 and p["reasons"] for p in pairs)
    document = answers[0][0]
    assert document["rows"] == {"A": 150, "B": 150}
    assert document["pairs"]["same"] == len(same)
    assert document["clusters"] == len({row["cluster"] for row in who})


def test_one_list_with_odd_rows_is_linked_and_they_are_reported(tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text(
        "id,name,age\n1,Baro Fen,30\n1,Baro Fen,30\n,Dalo Kem,400\n4,,7\n5,Gari Lon,-2\n", "utf-8"
    )
    out = ["--pairs", tmp_path / "p.csv", "--clusters", tmp_path / "c.csv"]
    ended = run(path, "--id", "id", "--name", "name", "--age", "age", *out, "--json")
    assert ended.returncode == 0, ended.stderr
    notes = " ".join(json.loads(ended.stdout)["notes"])
    assert "1 rows of list A have no id" in notes
    assert "1 rows of list A repeat an id" in notes
    assert "1 of 5 rows state no name" in notes
    assert "2 rows of age:age hold no age" in notes
    assert [row["id"] for row in read(tmp_path / "c.csv")] == ["1", "1", "row 4", "4", "5"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--id", "no", "--name", "name"], "There is no column 'no' in"),
        (["--id", "id", "--name", "nmae"], "There is no column 'nmae' in"),
        (["--id", "id", "--age", "born"], "No column with names is given"),
        (["--id", "id", "--name", "name", "--name", "name"], "given twice"),
        (["--id", "id", "--name", "name", "--unique", "B"], "There is only one list"),
    ],
)
def test_wrong_columns_end_with_one_sentence(lists, tmp_path: Path, words, message: str) -> None:
    out = ["--pairs", tmp_path / "p.csv", "--clusters", tmp_path / "c.csv"]
    ended = run(lists[0], *words, *out)
    assert ended.returncode == 2
    assert message in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "p.csv").exists()


def test_results_never_overwrite_a_list_or_each_other(lists, tmp_path: Path) -> None:
    before = lists[0].read_bytes()
    ended = run(lists[0], *ROLES, "--pairs", lists[0], "--clusters", tmp_path / "c.csv")
    assert (ended.returncode, lists[0].read_bytes()) == (2, before)
    ended = run(lists[0], *ROLES, "--pairs", tmp_path / "c.csv", "--clusters", tmp_path / "c.csv")
    assert ended.returncode == 2
    ended = run(
        lists[0], *ROLES, "--pairs", tmp_path / "no" / "p.csv", "--clusters", tmp_path / "c"
    )
    assert ended.returncode == 2
    assert not (tmp_path / "c").exists()


def test_the_model_is_written_and_the_reasons_are_arabic(lists, tmp_path: Path) -> None:
    out = ["--pairs", tmp_path / "p.csv", "--clusters", tmp_path / "c.csv"]
    ended = run(
        *lists, *ROLES, *out, "--model", tmp_path / "m.json", "--lang", "ar", "--unique", "A"
    )
    assert ended.returncode == 0, ended.stderr
    model = json.loads((tmp_path / "m.json").read_text("utf-8"))
    assert {one["label"] for one in model["comparisons"]} >= {"given name", "birth:born"}
    assert "الاسم" in (tmp_path / "p.csv").read_text("utf-8")
