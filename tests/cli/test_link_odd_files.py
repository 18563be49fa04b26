"""``bayyina link`` on files as they come: encodings, delimiters, ids, and what cannot be linked."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from openpyxl import Workbook

from bayyina.cli.main import run

LIST = "id,name,born\n001,محمد خالد الحسن,1980-02-01\n002,أحمد علي سليم,1975\n1,محمد خالد حسن,1980-02-01\n"
ROLES = ("--id", "id", "--name", "name")
BORN = (*ROLES, "--birth", "born")


@pytest.fixture
def link(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Link files; gives the exit code, what was said, and the groups of ids by their numbers."""

    def linked(*words: object) -> tuple[int, str, list[tuple[str, str]]]:
        who = tmp_path / "who.csv"
        out = ("--pairs", tmp_path / "pairs.csv", "--clusters", who)
        code = run(["link", *map(str, words), *map(str, out)])
        said = "".join(capsys.readouterr())
        if not who.exists():
            assert not (tmp_path / "pairs.csv").exists()
            return code, said, []
        with who.open(encoding="utf-8", newline="") as stream:
            return code, said, [(row["id"], row["cluster"]) for row in csv.DictReader(stream)]

    return linked


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1256"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_usual_encoding_and_delimiter(
    link, tmp_path: Path, encoding: str, delimiter: str
) -> None:
    file = written(tmp_path / "list.csv", LIST.replace(",", delimiter), encoding)
    code, said, groups = link(file, *BORN)
    assert (code, groups) == (0, [("001", "1"), ("002", "2"), ("1", "1")]), said


def test_ids_of_a_spreadsheet_stay_as_they_are(link, tmp_path: Path) -> None:
    book = Workbook()
    for row in (["id", "name"], ["007", "محمد خالد"], [7, "محمد خالد"], ["7", None], [None, "x"]):
        book.active.append(row)
    book.save(tmp_path / "list.xlsx")
    code, said, groups = link(tmp_path / "list.xlsx", *ROLES)
    assert (code, [one for one, _ in groups]) == (0, ["007", "7", "7", "row 5"])
    assert "repeat an id" in said
    assert "state no name" in said


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("id,name\n1,محمد\n", 1),
        ("id,name\n1,\n2,\n", 2),
        ("id,name\n1,???\n2,---\n3,ـــ\n4,😀\n", 4),
        ("id,name\n" + "5,محمد أحمد الحسن\n" * 3000, 3000),
        ("id,name\n1," + "محمد " * 50_000 + "\n2," + "x" * 300_000 + "\n", 2),
    ],
)
def test_what_says_little_keeps_people_apart(link, tmp_path: Path, text: str, people: int) -> None:
    code, said, groups = link(written(tmp_path / "list.csv", text), *ROLES)
    assert (code, len({number for _, number in groups})) == (0, people), said


@pytest.mark.parametrize(
    ("text", "words", "message"),
    [
        (LIST, ("--id", "id", "--name", "nom"), "no column 'nom'"),
        (LIST, ("--id", "nr", "--name", "name"), "no column 'nr'"),
        (LIST, ("--id", "id", "--birth", "born"), "No column with names"),
        ("id,name\n", ROLES, "no rows to link"),
        ("", ROLES, "is empty"),
        ("id,name,name\n1,a,b\n", ROLES, "more than once"),
        (LIST, (*ROLES, "--threshold", "nan"), "not a number"),
        (LIST, (*ROLES, "--threshold", "1"), "not in the range"),
        (LIST, (*ROLES, "--unique", "Z"), "A and B"),
    ],
)
def test_what_cannot_be_linked_ends_with_a_sentence(
    link, tmp_path: Path, text: str, words: tuple[str, ...], message: str
) -> None:
    code, said, groups = link(written(tmp_path / "list.csv", text), *words)
    assert (code, groups) == (2, [])
    assert message in said


def test_a_list_without_the_columns_of_the_other(link, tmp_path: Path) -> None:
    first = written(tmp_path / "a.csv", LIST)
    second = written(tmp_path / "b.csv", "id;name\n9;محمد خالد الحسن\n")
    code, said, groups = link(first, second, *BORN)
    assert (code, len(groups)) == (0, 4)
    assert "List B (b.csv) has no column 'born'" in said


def test_two_scripts_in_one_field_meet(link, tmp_path: Path) -> None:
    rows = (
        "1,محمد Alhassan,1980-02-01",
        "2,\u200fمـحـمد\u200e الحسن,1980-02-01",
        "3,سليم,1975-03-04",
    )
    code, said, groups = link(
        written(tmp_path / "list.csv", "\n".join(("id,name,born", *rows))), *BORN
    )
    assert (code, groups) == (0, [("1", "1"), ("2", "1"), ("3", "2")]), said
