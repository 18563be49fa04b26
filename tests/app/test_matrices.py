"""Matrices of instruments: every question can be asked, and what is missing is said."""

from __future__ import annotations

import pytest
from pypdf import PdfReader

from bayyina.app.filling_matrices import fill_matrix, write_matrix
from bayyina.errors import InputError, PermissionRefusedError
from bayyina.reporting.matrix_files import Alleged, FilledMatrix, shipped_matrices
from bayyina.reporting.submissions.form_file import Wording
from tests.app.conftest import Bench, quiet
from tests.app.test_torture_and_sentences import accounts, row
from tests.app.test_use_cases_are_logged import check_change

ARTICLES = ["1", "2", "7", *map(str, range(10, 17))]


@pytest.fixture
def filled(bench: Bench) -> FilledMatrix:
    """The Convention's matrix over two accounts."""
    accounts(bench, "Interviews", row(1, "dulab"), row(2, "falaqa", ""))
    return fill_matrix(bench.amal, "convention-against-torture", quiet)


def test_each_article_stands_with_its_counts(filled: FilledMatrix) -> None:
    articles = [one.id.split("-")[1] for one in filled.matrix.elements]
    assert list(dict.fromkeys(articles)) == ARTICLES
    values = {one.id: [f.value for f in filled.figures[one.id]] for one in filled.matrix.elements}
    assert values["article-1-acts"] == [2, 0]
    assert values["article-1-purpose"] == [1]
    assert values["article-10"] == []
    missing = {one.id for one in filled.missing}
    assert "article-10" in missing
    assert "article-1-acts" not in missing


def test_another_party_has_other_counts(bench: Bench, filled: FilledMatrix) -> None:
    other = fill_matrix(bench.amal, filled.matrix.name, quiet, party="isis")
    assert other.figures["article-1-acts"][0].value == 0
    with pytest.raises(InputError, match="no group"):
        fill_matrix(bench.amal, filled.matrix.name, quiet, party="nobody at all")
    with pytest.raises(InputError, match="no matrix"):
        fill_matrix(bench.amal, "nothing", quiet)


@pytest.mark.parametrize("name", shipped_matrices())
def test_a_matrix_is_written_in_both_languages(bench: Bench, name: str) -> None:
    found = fill_matrix(bench.amal, name, quiet)
    assert found.missing
    files, _ = write_matrix(
        bench.amal, found, languages=("en", "ar"), out_folder=bench.folder / "out"
    )
    english = files["en"][0].read_text(encoding="utf-8")
    assert "What would be needed" in english
    assert "none is a finding" in english
    assert "ما يلزم" in files["ar"][0].read_text(encoding="utf-8")
    assert len(PdfReader(files["ar"][1]).pages) > 0


def test_whoever_is_named_is_alleged_and_has_no_name(bench: Bench) -> None:
    found = fill_matrix(bench.amal, "torture-elements", quiet)
    assert "link" in {one.id for one in found.missing}
    named = FilledMatrix(
        found.matrix, found.figures, (Alleged("FICT-2-1", 3, (Wording("Suspected", "مشتبه به"),)),)
    )
    assert "link" not in {one.id for one in named.missing}
    files, _ = write_matrix(bench.amal, named, languages=("en",), out_folder=bench.folder / "out")
    page = files["en"][0].read_text(encoding="utf-8")
    assert "People alleged to be involved" in page
    assert "FICT-2-1" in page


def test_writing_is_logged_and_needs_the_role(bench: Bench, filled: FilledMatrix) -> None:
    check_change(
        bench.amal,
        "write-matrix",
        lambda: write_matrix(
            bench.amal, filled, languages=("en",), out_folder=bench.folder / "out"
        ),
    )
    with pytest.raises(PermissionRefusedError):
        fill_matrix(bench.member("dima", "viewer"), filled.matrix.name, quiet)
