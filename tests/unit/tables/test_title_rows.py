"""Title rows above the header: named in the mapping, guessed for a draft."""

from __future__ import annotations

import tomllib
from pathlib import Path

import openpyxl
import pytest

from bayyina.errors import FileUnreadableError, MappingError
from bayyina.model.places import Gazetteer
from bayyina.model.vocabulary import Vocabulary
from bayyina.tables.mapping import Mapping
from bayyina.tables.reading import open_table
from bayyina.tables.suggesting import suggest
from bayyina.tables.title_rows import guess_header_row

TITLED = [["Register of the missing"], [], ["Full name", "Age", "Sex"], ["x", "30", "male"]]


@pytest.fixture(params=["csv", "xlsx"])
def titled(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / f"list.{request.param}"
    if request.param == "csv":
        path.write_text("\n".join(",".join(row) for row in TITLED) + "\n", encoding="utf-8")
    else:
        book = openpyxl.Workbook()
        for number, row in enumerate(TITLED, 1):
            for column, cell in enumerate(row, 1):
                book.active.cell(number, column, cell)
        book.save(path)
    return path


def test_the_header_is_read_from_its_row(titled: Path) -> None:
    table = open_table(titled, header_row=3)
    assert table.header == ("Full name", "Age", "Sex")
    assert list(table.rows()) == [(4, ("x", "30", "male"), ())]


def test_a_draft_guesses_the_row(titled: Path, vocabulary: Vocabulary, gazetteer: Gazetteer):
    text = suggest(open_table(titled, guess_header=True), vocabulary, gazetteer)
    assert tomllib.loads(text)["list"]["header_row"] == 3
    mapping = Mapping.parse(text, vocabulary)
    again = open_table(titled, header_row=mapping.header_row)
    mapping.check_header(again.header)


@pytest.mark.parametrize("row", [2, 9])
def test_a_row_with_nothing_in_it_is_no_header(titled: Path, row: int) -> None:
    with pytest.raises(FileUnreadableError, match=f"no header in row {row}"):
        open_table(titled, header_row=row)


@pytest.mark.parametrize("value", ["0", "-1", "true", '"3"', "1.5"])
def test_a_header_row_is_a_number_from_one(value: str, vocabulary: Vocabulary) -> None:
    text = (
        f'version = 1\n[list]\nname = "n"\nasserted_on = 2023-01-01\nheader_row = {value}\n'
        '[row]\nrecord = "Person"\nkey = { content = true }\n[columns]\na = { to = "name" }\n'
    )
    with pytest.raises(MappingError, match="the number of a row is needed"):
        Mapping.parse(text, vocabulary)


@pytest.mark.parametrize(
    ("rows", "guessed"),
    [
        (TITLED, 3),
        (TITLED[2:], None),
        ([[], *TITLED[2:]], None),
        ([["a", "b", ""], ["1", "2", "3"]], None),
        ([["a"], ["1", "2", "3"], ["4", "5", "6"]], None),
        ([["a"], ["x", "x", "y"]], None),
        ([], None),
    ],
)
def test_the_guess_is_careful(rows: list[list[str]], guessed: int | None) -> None:
    assert guess_header_row(rows) == guessed


def test_cells_of_several_lines_are_whole_below_title_rows(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text('Title\na,b\n1,"two\nlines"\n2,c\n', encoding="utf-8")
    rows = [(number, cells) for number, cells, _ in open_table(path, header_row=2).rows()]
    assert rows == [(3, ("1", "two\nlines")), (4, ("2", "c"))]


def test_json_has_no_header_row(tmp_path: Path) -> None:
    path = tmp_path / "list.jsonl"
    path.write_text('{"a": 1}\n{"a": 2}\n', encoding="utf-8")
    with pytest.raises(FileUnreadableError, match="no header row"):
        open_table(path, header_row=2)
