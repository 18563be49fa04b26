"""Names from the command line: files as people have them, answered or refused in one sentence."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.cli.conftest import Program

PAIRS = "id\ta\tb\tnote\n7\tخالد عمر قنديل\tKhaled Omar Kandil\tfirst\n8\tخالد عمر قنديل\tRami Omar Kandil\t\n"


def test_every_point_is_explained_in_words(program: Program) -> None:
    answer = program("names", "compare", "محمد حسن قنديل", "Mohammad Hussein Kandil")
    assert answer.status == 0
    first, *parts = answer.out.splitlines()
    assert first.endswith("different: not proposed")
    assert len(parts) == 3
    assert "father: حسن | Hussein: known spellings of two different names" in parts[1]


def test_a_table_keeps_its_columns_and_rows(program: Program) -> None:
    out = program.folder / "out.tsv"
    pairs = program.file("pairs.tsv", PAIRS)
    answer = program("names", "compare", "--pairs", pairs, "--out", out, "--json")
    assert answer.status == 0
    assert (answer.document["same"], answer.document["different"]) == (1, 1)
    header, one, two = (line.split("\t") for line in out.read_text("utf-8").splitlines())
    assert header == ["id", "a", "b", "note", "score", "decision"]
    assert one[:4] == ["7", "خالد عمر قنديل", "Khaled Omar Kandil", "first"]
    assert (one[5], two[5]) == ("same", "different")
    assert float(one[4]) > float(two[4])


def test_a_table_is_taken_as_people_have_it(program: Program) -> None:
    text = (
        "\ufeffb\ta\tscore\r\n"
        "\r\n"
        "Khaled\tخالد\t9\r\n"
        "\tخالد\r\n"
        '"Abu X" Omar\tعمر "أبو س"\t\textra\tmore\r\n'
        "😀\t\x01\t\r\n"
        f"{'خ' * 10_000}\t{'x ' * 5_000}\t\r\n"
    )
    out = program.folder / "out.tsv"
    answer = program("names", "compare", "--pairs", program.file("p.tsv", text), "--out", out)
    assert answer.status == 0, answer.err
    lines = [line.split("\t") for line in out.read_text("utf-8").split("\n")]
    assert lines[0] == ["b", "a", "score_before", "score", "decision"]
    assert lines[1] == ["Khaled", "خالد", "9", "0.9993", "same"]
    assert lines[2] == ["", "خالد", "", "0.0000", "unsure"]
    assert len(lines) == 7
    assert "2 pairs lack a name" in answer.out


def test_commas_and_other_encodings_are_read(program: Program) -> None:
    raw = 'a,b\n"قنديل, خالد",Khaled Kandil\n'.encode("windows-1256")
    out = program.folder / "out.csv"
    answer = program("names", "compare", "--pairs", program.file("p.csv", raw), "--out", out)
    assert answer.status == 0, answer.err
    assert out.read_text("utf-8").splitlines()[1].endswith(",same")


def test_matches_come_in_the_order_of_the_queries(program: Program) -> None:
    queries = program.file("q.txt", "خالد قنديل\n\nرامي زعيتر\n")
    candidates = program.file("c.txt", "Rami Zuaiter\nKhaled Kandil\nOmar Bozo\n")
    answer = program("names", "match", queries, candidates, "--top", "1", "--json")
    assert [entry["query"] for entry in answer.document] == ["خالد قنديل", "", "رامي زعيتر"]
    best = [[m["candidate"] for m in entry["matches"]] for entry in answer.document]
    assert best == [["Khaled Kandil"], [], ["Rami Zuaiter"]]


def test_names_of_a_file_are_spelled(program: Program) -> None:
    answer = program(
        "names", "romanize", "--file", program.file("n.txt", "خالد\nKhaled\n"), "--json"
    )
    texts = [entry["candidates"][0]["text"] for entry in answer.document]
    assert texts == ["Khalid", "خالد"]
    assert [entry["script"] for entry in answer.document] == ["arabic", "latin"]


@pytest.mark.parametrize(
    "words",
    [
        ["compare"],
        ["compare", "one"],
        ["compare", "a", "b", "--out", "x"],
        ["compare", "--pairs", "{pairs}"],
        ["compare", "--pairs", "{none}", "--out", "{out}"],
        ["compare", "--pairs", "{folder}", "--out", "{out}"],
        ["compare", "--pairs", "{empty}", "--out", "{out}"],
        ["compare", "--pairs", "{binary}", "--out", "{out}"],
        ["compare", "--pairs", "{names}", "--out", "{out}"],
        ["compare", "--pairs", "{twice}", "--out", "{out}"],
        ["compare", "--pairs", "{pairs}", "--out", "{pairs}"],
        ["compare", "--pairs", "{pairs}", "--out", "{folder}/none/out.tsv"],
        ["match", "{names}", "{none}"],
        ["match", "{binary}", "{names}"],
        ["match", "{names}", "{names}", "--top", "0"],
        ["romanize"],
        ["romanize", "x", "--file", "{names}"],
    ],
)
def test_what_cannot_be_used_is_refused_in_one_sentence(program: Program, words: list[str]) -> None:
    files = {
        "pairs": program.file("pairs.tsv", PAIRS),
        "names": program.file("names.txt", "خالد\n"),
        "twice": program.file("twice.tsv", "a\ta\tb\nx\ty\tz\n"),
        "empty": program.file("empty.tsv", ""),
        "binary": program.file("binary.tsv", b"a\tb\n\x00\x01\x02\n"),
        "none": program.folder / "none.tsv",
        "folder": program.folder,
        "out": program.folder / "out.tsv",
    }
    answer = program("names", *(word.format(**files) for word in words))
    assert answer.status == 2
    assert answer.sentence()
    assert answer.out == ""
    assert not files["out"].exists()
    assert files["pairs"].read_text("utf-8") == PAIRS


@pytest.mark.parametrize(("lang", "word"), [("en", "given: "), ("ar", "الاسم: ")])
def test_the_points_that_are_shown_sum_to_the_score_that_is_shown(
    program: Program, lang: str, word: str
) -> None:
    names = ("محمد أحمد الخطيب", "Mohammad Ahmed Khatib")
    told = program("names", "compare", "--lang", lang, *names).out.splitlines()
    score = Decimal(told[0].split()[0])
    assert sum(Decimal(line.split()[0]) for line in told[1:]) == score
    assert word in told[1]
