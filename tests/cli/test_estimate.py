"""``bayyina estimate``: the document, the exit status, the plots, and what it refuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from bayyina.cli.main import run
from tests.cli.conftest import Answer, Program
from tests.cli.test_json_documents import check_shape

COUNTS = (
    "A,B,C,D,year,count\n"
    + "".join(
        f"{a},{b},{c},{d},{year},{round(size * (0.3, 0.7)[1 - a] * (0.4, 0.6)[1 - b] * (0.35, 0.65)[1 - c] * (0.25, 0.75)[1 - d])}\n"
        for year, size in (("2012", 900), ("2013", 1600))
        for a in (0, 1)
        for b in (0, 1)
        for c in (0, 1)
        for d in (0, 1)
        if a + b + c + d
    )
)  # fmt: skip
"""Invented counts: four independent lists over 900 and 1,600 people."""

QUICK = ("--method", "loglinear", "--json")


class Estimate:
    """The command, without a workspace."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capture = capture

    def __call__(self, *words: object, text: str | bytes | None = COUNTS) -> Answer:
        self.capture.readouterr()
        arguments = [str(word) for word in words]
        if text is not None:
            path = self.folder / "counts.csv"
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
            arguments = [str(path), *arguments]
        status = run(["estimate", *arguments])
        out, err = self.capture.readouterr()
        return Answer(status, out, err)


@pytest.fixture
def estimate(tmp_path, capsys, monkeypatch) -> Estimate:
    monkeypatch.chdir(tmp_path)
    return Estimate(tmp_path, capsys)


def test_the_document_is_the_published_one(estimate):
    answer = estimate(*QUICK)
    assert answer.status == 0, answer.err
    document = answer.document
    check_shape("estimate", document)
    low, high = document["estimate"]["interval95"]
    assert low < 2500 < high
    assert document["documented"] < low
    for name in ("median", "mean"):
        less = document["estimate"][name] - document["documented"]
        assert document["undocumented"][name] == pytest.approx(less)
    assert document["reasons"] == []
    assert document["seed"] == 1
    assert document["inputs"]["file"] == "counts.csv"
    assert {v["kind"] for v in document["sensitivity"]} == {"dependence", "list-left-out"}
    assert set(document["sentence"]) == {"en", "ar"}


def test_a_person_reads_the_same_numbers(estimate):
    document = estimate(*QUICK).document
    words = estimate("--method", "loglinear").out
    assert f"{document['documented']:,} people are documented" in words
    assert f"{round(document['estimate']['median']):,}" in words
    assert "Without A" in words
    assert "بافتراض" in estimate("--method", "loglinear", "--lang", "ar").out


def test_strata_add_up(estimate):
    document = estimate("--by", "year", "--no-sensitivity", *QUICK).document
    check_shape("estimate", document)
    strata = document["strata"]
    assert [part["stratum"] for part in strata] == [{"year": "2012"}, {"year": "2013"}]
    assert sum(part["documented"] for part in strata) == document["documented"]
    total = sum(part["estimate"]["median"] for part in strata)
    assert document["estimate"]["median"] == pytest.approx(total, rel=0.01)
    assert document["method"] == "strata"
    assert [v["kind"] for v in document["sensitivity"]] == ["dependence"] * 4


def test_what_cannot_be_estimated_is_null_with_reasons(estimate):
    apart = "A,B,C,count\n0,0,1,20\n0,1,0,30\n1,0,0,40\n1,1,0,6\n"
    answer = estimate("--json", text=apart)
    assert answer.status == 1
    assert answer.err == ""
    document = answer.document
    check_shape("estimate", document)
    assert document["estimate"] is None
    assert document["undocumented"] is None
    assert document["sensitivity"] == []
    assert document["reasons"]
    assert all(reason["en"] and reason["ar"] for reason in document["reasons"])
    assert "No total is estimated" in document["sentence"]["en"]


TWO = "database,identified,count\n1,0,600\n0,1,40\n1,1,300\n"


def test_two_lists_need_reasons_which_are_recorded(estimate):
    refused = estimate("--json", text=TWO)
    assert refused.status == 1
    codes = [reason["code"] for reason in refused.document["reasons"]]
    assert codes == ["one-population-undefended", "independence-undefended"]
    reasons = ("--one-population", "one prison", "--independent", "made apart")
    defended = estimate("--json", *reasons, text=TWO)
    assert defended.status == 0
    assert defended.document["method"] == "chapman"
    assert defended.document["declared"] == {
        "one_population": "one prison", "independent": "made apart",
    }  # fmt: skip
    assert "made apart" in defended.document["assumption"]
    check_shape("estimate", defended.document)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--open-population",), "open-population"),
        (("--populations-differ", "other years"), "populations-differ"),
        (("--dependent", "one was checked against another"), "list-made-from-another"),
    ],
)
def test_what_people_know_against_it_is_an_option(estimate, words, code):
    answer = estimate(*words, *QUICK)
    assert answer.status == 1
    assert [reason["code"] for reason in answer.document["reasons"]] == [code]


def test_the_built_in_refusal(estimate):
    answer = estimate("--example", "identified-bodies", "--json", text=None)
    assert answer.status == 1
    document = answer.document
    check_shape("estimate", document)
    assert document["estimate"] is None
    pair = document["overlap"]["pairs"][0]
    assert (pair["both"], pair["people"]) == (836, [15051, 1017])
    assert len(document["reasons"]) == 2


def test_overlaps_are_described_without_an_answer(estimate):
    answer = estimate("--overlap-only", "--json", text=TWO)
    assert answer.status == 0
    check_shape("estimate", answer.document)
    assert answer.document["estimate"] is None
    assert answer.document["reasons"] == []
    assert (
        "300 of the 340 people on “identified” are also on “database”"
        in (answer.document["sentence"]["en"])
    )


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_plots_are_drawings(estimate, lang):
    pictures = (estimate.folder / "e.svg", estimate.folder / "o.svg")
    answer = estimate("--plot", pictures[0], "--overlap", pictures[1], "--lang", lang, *QUICK)
    assert answer.status == 0, answer.err
    for picture in pictures:
        assert ET.parse(picture).getroot().tag.endswith("svg")  # noqa: S314
    assert "الموثقون" in pictures[0].read_text(encoding="utf-8") or lang == "en"


def test_a_refusal_has_no_picture_but_its_overlaps_do(estimate):
    plot, overlap = estimate.folder / "e.svg", estimate.folder / "o.svg"
    answer = estimate("--plot", plot, "--overlap", overlap, "--json", text=TWO)
    assert answer.status == 1
    assert answer.document["estimate"] is None
    assert "nothing was estimated" in answer.sentence()
    assert not plot.exists()
    assert overlap.exists()


def test_the_order_of_rows_and_columns_changes_nothing(estimate):
    head, *rows = COUNTS.splitlines()
    turned = "\n".join(",".join(reversed(row.split(","))) for row in [head, *reversed(rows)])
    one, two = estimate(*QUICK).document, estimate(*QUICK, text=turned + "\n").document
    assert one["estimate"] == two["estimate"]
    assert one["digest"] == two["digest"]


WRONG = {
    "nothing": (None, ()),
    "a file and a query": (COUNTS, ("--query", "count persons")),
    "no such file": (None, ("none.csv",)),
    "an empty file": ("", ()),
    "no lists": ("name,count\nAlif,3\n", ()),
    "a cell that is no mark": ("A,B,count\n1,0,3\n2,1,4\n1,1,4\n0,1,9\n", ()),
    "a column that is not there": (COUNTS, ("--by", "month")),
    "a method that is none": (COUNTS, ("--method", "magic")),
    "a seed that is none": (COUNTS, ("--seed", "-1")),
    "a picture that is none": (COUNTS, ("--plot", "x.png")),
    "a picture nowhere": (COUNTS, ("--overlap", "nowhere/x.svg")),
    "a history that is none": (COUNTS, ("--impossible", "12")),
    "an example that is none": (None, ("--example", "magic")),
    "bytes": (bytes(range(256)), ()),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_use_is_one_sentence_and_two(estimate, wrong):
    text, words = WRONG[wrong]
    answer = estimate(*words, text=text)
    assert answer.status == 2
    assert answer.out == ""
    answer.sentence()
    as_json = estimate(*words, "--json", text=text)
    assert as_json.status == 2
    assert set(as_json.document) == {"error"}


def test_a_file_needs_no_django(tmp_path):
    path = tmp_path / "counts.csv"
    path.write_text(COUNTS, encoding="utf-8")
    code = (
        "import sys\nfrom bayyina.cli.main import run\n"
        f"status = run(['estimate', {str(path)!r}, '--method', 'loglinear', '--json'])\n"
        "assert not {'django', 'altair'} & set(sys.modules), 'loaded'\nsys.exit(status)\n"
    )
    environment = {**os.environ, "PYTHONWARNINGS": "error"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["estimate"]


def test_a_workspace_is_asked_with_a_query(filled: Program):
    answer = filled("estimate", "--query", "count persons with Death", "--json")
    assert answer.status == 1
    check_shape("estimate", answer.document)
    assert [reason["code"] for reason in answer.document["reasons"]] == ["one-list"]
    assert answer.document["inputs"]["query"] == "count persons with Death"
    held = filled("estimate", "--query", "count persons held", "--json")
    assert held.document["reasons"][0]["code"] == "open-population"
    wrong = filled("estimate", "--query", "count persons with Nothing")
    assert wrong.status == 2
    wrong.sentence()


def test_a_drawing_says_which_combinations_it_leaves_out(estimate, tmp_path):
    rows = [
        f"{n >> 5 & 1},{n >> 4 & 1},{n >> 3 & 1},{n >> 2 & 1},{n >> 1 & 1},{n & 1},{n}"
        for n in range(1, 64)
    ]
    text = "A,B,C,D,E,F,count\n" + "\n".join(rows) + "\n"
    answer = estimate("--overlap-only", "--overlap", tmp_path / "o.svg", "--json", text=text)
    assert answer.status == 0, answer.err
    shown = json.loads(answer.out)["overlap"]["intersections"]
    assert len(shown) == 63
    people = sum(part["people"] for part in shown[30:])
    said = f"33 smaller combinations of lists, with {people:,} people"
    drawing = (tmp_path / "o.svg").read_text(encoding="utf-8")
    assert said in drawing


def test_slow_work_is_told_of(estimate, monkeypatch):
    monkeypatch.setattr("bayyina.cli.estimation.SECONDS_UNSEEN", -1.0)
    answer = estimate(*QUICK)
    assert answer.status == 0
    assert "tables estimated: 1 of 5" in answer.err
    assert "tables estimated: 5 of 5" in answer.err
