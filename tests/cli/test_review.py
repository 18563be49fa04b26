"""`link` without files and `review`, as a person uses them."""

from __future__ import annotations

import csv
import json

import pytest

from tests.cli.conftest import Program
from tests.cli.test_json_documents import check_shape, link_pairs

REGISTER = "Register of invented arrests"


def test_the_workspace_is_linked_and_each_list_is_answered(filled: Program) -> None:
    answer = filled("link", "--json")
    assert answer.status == 0, answer.err
    check_shape("link", answer.document)
    assert answer.document["linked"]["whole"]
    (told,) = answer.document["lists"]
    assert (told["list"], told["rows"], told["new"]) == (REGISTER, 3, 3)
    again = filled("link")
    assert "Nothing is new" in again.out
    out = filled.folder / "answers.csv"
    answer = filled("link", "--list", REGISTER, "--out", out)
    assert answer.status == 0, answer.err
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert [row["key"] for row in rows] == ["FICT-1", "FICT-2", "FICT-3"]
    assert {row["answer"] for row in rows} == {"new"}


def test_pairs_are_shown_decided_and_taken_back(filled: Program) -> None:
    pair = link_pairs(filled)
    shown = filled("review", "show", pair)
    assert "Alif One" in shown.out
    assert "names:" in shown.out
    decided = filled("review", "decide", pair, "same", "--reason", "one life", "--json")
    state = filled("review")
    assert "judged: 1 same" in state.out
    refused = filled("--as", "badr", "review", "decide", pair, "different", "--reason", "no")
    assert refused.status == 1
    assert "amal judged" in refused.sentence()
    taken = filled(
        "--as", "badr", "review", "decide", pair, "different", "--reason", "no", "--replace"
    )
    assert taken.status == 0, taken.err
    back = filled("undo", str(decided.document["batch"] + 1), "--reason", "a slip")
    assert back.status == 0, back.err
    states = [one["state"] for one in filled("review", "history", "--json").document["judgements"]]
    assert states == ["stands", "undone"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["link", "--id", "x"], "--id goes with files"),
        (["link", "--out", "x.csv"], "--out goes with --list"),
        (["link", "--list", "Nobody's"], "no list named"),
        (["link", "--strict", "0.4"], "threshold"),
        (["link", "--of", "x"], "--of goes with --from"),
        (["link", "--from", "absent.csv", "--of", REGISTER], "cannot be read"),
        (["review", "decide", "x", "same", "--reason", "r"], "not the id of a pair"),
        (["review", "show", "FICT-9-9:FICT-9-8"], "no person"),
        (["review", "batch", "absent.csv"], "cannot be read"),
        (["review", "sample"], "no links"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_sentence(
    filled: Program, words: list[str], said: str
) -> None:
    before = filled.everything()
    answer = filled(*words)
    assert answer.status in (1, 2)
    assert said in answer.sentence()
    assert filled.everything() == before


def test_options_of_the_workspace_do_not_go_with_files(filled: Program) -> None:
    file = filled.file("a.csv", "id,name\n1,Alif One\n")
    words = ["--id", "id", "--name", "name", "--pairs", "p.csv", "--clusters", "c.csv"]
    answer = filled("link", file, *words, "--anew")
    assert answer.status == 2
    assert "--anew goes with the workspace" in answer.sentence()
    missing = filled("link", file, "--name", "name")
    assert "Missing option" in missing.err


def test_a_pair_with_two_verdicts_in_one_table_is_refused_with_its_rows(filled: Program) -> None:
    pair = link_pairs(filled)
    turned = ":".join(reversed(pair.split(":")))
    before = filled.everything()
    for second, later in ((pair, "different"), (turned, "different"), (pair, "unsure")):
        table = filled.file("two.csv", f"id,verdict\n{pair},same\n{pair},\n{second},{later}\n")
        answer = filled("review", "batch", table, "--reason", "seen", "--replace")
        assert answer.status == 1
        assert f"judged same in row 2 and {later} in row 4" in answer.sentence()
        assert json.loads(filled("review", "history", "--json").out)["judgements"] == []
    assert filled.everything() == before
    agreeing = filled.file("same.csv", f"id,verdict\n{pair},same\n{turned},same\n")
    assert filled("review", "batch", agreeing, "--reason", "seen").status == 0


def test_a_table_of_decisions_is_written_whole_or_not_at_all(filled: Program) -> None:
    pair = link_pairs(filled)
    bad = filled.file("bad.csv", f"id,verdict\n{pair},same\nx,same\n")
    answer = filled("review", "batch", bad, "--reason", "seen")
    assert answer.status == 2
    assert "Decision 2" in answer.sentence()
    assert json.loads(filled("review", "history", "--json").out)["judgements"] == []
    good = filled.file("good.csv", f"id,verdict,reason\n{pair},same,\n{pair},,\n")
    assert filled("review", "batch", good, "--reason", "seen").status == 0
