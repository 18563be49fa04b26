"""Cells that others wrote are no formula in any table that is written from them."""

from __future__ import annotations

import ast
import csv
import io
from pathlib import Path

import pytest

from bayyina.cli.name_files import write_row
from bayyina.exchange.tables import write_csv
from bayyina.tables.row_report import harmless_cell
from bayyina.typeset.escaping import csv_cell

SOURCE = Path(__file__).parents[3] / "src" / "bayyina"

HOSTILE = ("=cmd|'/C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠x")  # fmt: skip

WRITES_NO_TEXT_OF_OTHERS = {
    "scenario/forms.py": "invents lists",
    "sites/scan_files.py": "writes numbers alone",
}
"""Where rows are written as they are, with the reason."""


def is_formula(cell: str) -> bool:
    return cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_way_of_writing_a_cell_leaves_a_formula(text: str, tmp_path: Path) -> None:
    for cell in (csv_cell(text), harmless_cell(text)):
        assert not is_formula(cell)
        assert cell.endswith(text.replace("\r", "\n"))
    for delimiter in (",", ";"):
        file = io.StringIO(newline="")
        write_row(file, [text, "plain"], delimiter)
        write_row(file, [f"x{text}", "plain"], delimiter)
        told = csv.reader(io.StringIO(file.getvalue(), newline=""), delimiter=delimiter)
        assert not any(is_formula(cell) for row in told for cell in row)
        assert file.getvalue().count("plain") == 2
    write_csv(tmp_path / "t.csv", ["name"], [[text]])
    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert not any(is_formula(cell) for row in csv.reader(stream) for cell in row)


@pytest.mark.parametrize("number", ["-1", "+3.5", "-0.25", "2013"])
def test_a_number_stays_one(number: str) -> None:
    assert harmless_cell(number) == number


def test_every_writer_of_csv_makes_cells_safe_or_is_named_here() -> None:
    """A file that calls ``csv.writer`` names one of the functions that make a cell safe."""
    safe = {"safe_cell", "csv_cell", "harmless_cell", "_cell", "_safe"}
    found = set()
    for path in SOURCE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "csv.writer(" not in text and "csv.DictWriter(" not in text:
            continue
        names = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
        if not names & safe:
            found.add(path.relative_to(SOURCE).as_posix())
    assert found == set(WRITES_NO_TEXT_OF_OTHERS)
