"""Text out of bytes: every encoding, mixtures by line, damage, very long lines."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bayyina.tables import encodings, problems
from bayyina.tables.encodings import ARABIC, WESTERN, decoded_lines, examine
from bayyina.tables.reading import open_table
from bayyina.tables.sources import FileSource

ARABIC_WORDS = st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأإىةئؤ", min_size=2, max_size=12)
ANY_TEXT = st.text(
    alphabet=st.characters(
        codec="utf-8",
        exclude_categories=["Cc"],
        include_characters="\n\t",
        exclude_characters="\ufffd\ufeff",
    ),
    max_size=30,
)
QUICK = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def read(path: Path) -> tuple[str, list[tuple[str, list[str]]]]:
    """Encoding of a file, and its lines with the codes of what was repaired."""
    source = FileSource(path)
    plan = examine(source)
    lines = [(line.text, [p.code for p in line.problems]) for line in decoded_lines(source, plan)]
    return plan.encoding, lines


@QUICK
@given(rows=st.lists(st.lists(ANY_TEXT, min_size=2, max_size=4), min_size=1, max_size=6))
@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-32-le", codecs.BOM_UTF32_LE),
    ],
)
def test_rows_come_back_from_every_unicode_encoding(
    tmp_path: Path, encoding: str, mark: bytes, rows: list[list[str]]
) -> None:
    width = max(map(len, rows))
    header = [f"column {index}" for index in range(width)]
    filled = [row + ["x"] * (width - len(row)) for row in rows]
    buffer = io.StringIO(newline="")
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerows([header, *filled])
    path = tmp_path / "list.csv"
    path.write_bytes(mark + buffer.getvalue().encode(encoding))

    table = open_table(path)

    assert table.header == tuple(header)
    expected = [tuple(row) for row in filled if "".join(row).strip()]
    assert [cells for _, cells, _ in table.rows()] == expected
    assert all(found == () for _, _, found in table.rows())


@QUICK
@given(words=st.lists(ARABIC_WORDS, min_size=1, max_size=20), data=st.data())
def test_lines_in_windows_1256_among_utf_8_are_repaired_and_reported(
    tmp_path: Path, words: list[str], data: st.DataObject
) -> None:
    others = data.draw(st.lists(ARABIC_WORDS, min_size=len(words), max_size=len(words) + 5))
    utf_8 = [(word, "utf-8") for word in others]
    mixed = data.draw(st.permutations([*utf_8, *((word, ARABIC) for word in words)]))
    path = tmp_path / "list.csv"
    lines = [b"id,name", *(f"7,{word}".encode(codec) for word, codec in mixed)]
    path.write_bytes(b"\n".join(lines))

    encoding, decoded = read(path)

    assert encoding == "utf-8"
    assert [text.strip() for text, _ in decoded[1:]] == [f"7,{word}" for word, _ in mixed]
    assert [codes for _, codes in decoded[1:]] == [
        [problems.ENCODING_REPAIRED] if codec == ARABIC else [] for _, codec in mixed
    ]


@QUICK
@given(words=st.lists(ARABIC_WORDS, min_size=1, max_size=20))
def test_a_whole_file_in_windows_1256_needs_no_repair(tmp_path: Path, words: list[str]) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"id,name\n" + "\n".join(f"1,{w}" for w in words).encode(ARABIC))
    encoding, decoded = read(path)
    assert encoding == ARABIC
    assert [text.strip() for text, _ in decoded[1:]] == [f"1,{word}" for word in words]
    assert all(codes == [] for _, codes in decoded)


def test_european_letters_stand_alone_and_arabic_ones_in_runs(write) -> None:
    spanish = write("nombre\nNuñez\nMaría\nGarcía\nPeña\n".encode(WESTERN), "es.csv")
    arabic = write("اسم\nمحمد\nسامر\n".encode(ARABIC), "ar.csv")
    assert read(spanish)[0] == WESTERN
    assert read(spanish)[1][1][0] == "Nuñez\n"
    assert read(arabic)[0] == ARABIC


def test_a_single_arabic_letter_follows_the_rest_of_the_file(write) -> None:
    lines = ["رقم,الاسم,الجنس", *(f"{n},سامر محمود,ذ" for n in range(5)), "6,A,ذ"]
    path = write("\n".join(lines).encode(ARABIC))
    assert read(path)[1][-1] == ("6,A,ذ", [])


def test_cells_of_one_line_may_come_from_different_files(write) -> None:
    good = "1,سامر,حمص\n".encode()
    mixed = "2,سامر,".encode() + "حلب\n".encode(ARABIC)
    _, decoded = read(write(b"id,a,b\n" + good * 3 + mixed))
    assert decoded[-1] == ("2,سامر,حلب\n", [problems.ENCODING_REPAIRED])


def test_a_cut_character_is_marked_and_not_guessed(write) -> None:
    cut = "2,سامر محمود".encode()[:-1]
    _, decoded = read(write("id,name\n1,سامر\n".encode() + cut))
    text, codes = decoded[-1]
    assert text.startswith("2,سامر محمو")
    assert text.endswith("\ufffd")
    assert codes == [problems.ENCODING_DAMAGED]


def test_utf_16_without_a_mark_is_recognised(write) -> None:
    path = write("id,name\n1,Samer\n2,Rima\n".encode("utf-16-le"))
    assert read(path) == ("utf-16-le", [("id,name\n", []), ("1,Samer\n", []), ("2,Rima\n", [])])


def test_a_cut_utf_16_file_keeps_its_lines(write) -> None:
    data = codecs.BOM_UTF16_LE + "id,name\n1,سامر\n2,ريما".encode("utf-16-le")[:-1]
    _, decoded = read(write(data))
    assert decoded[1] == ("1,سامر\n", [])
    assert decoded[2][1] == [problems.ENCODING_DAMAGED]


def test_nul_characters_are_left_out_and_reported(write) -> None:
    _, decoded = read(write(b"id,name\n1,Sa\0mer\n2,Rima\n"))
    assert decoded == [
        ("id,name\n", []),
        ("1,Samer\n", [problems.NUL_REMOVED]),
        ("2,Rima\n", []),
    ]


def test_old_macintosh_line_ends(write) -> None:
    table = open_table(write(b"id,name\r1,Samer\r2,Rima\r"))
    assert [cells for _, cells, _ in table.rows()] == [("1", "Samer"), ("2", "Rima")]


def test_lone_returns_end_lines_in_damaged_files_too(write) -> None:
    data = b"id,name\n1,a\r2,\xd3\xc7\xe3\xd1 \xe3\xcd\xe3\xcf\n" + "3,سامر\n4,ريما\n".encode() * 3
    table = open_table(write(data))
    assert [cells[0] for _, cells, _ in table.rows()][:3] == ["1", "2", "3"]


def test_a_line_that_is_too_long_is_kept_aside_with_its_beginning(
    write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encodings, "CHUNK", 1 << 10)
    monkeypatch.setattr(encodings, "MAX_LINE", 4 << 10)
    monkeypatch.setattr(encodings, "KEPT_OF_LONG_LINE", 1 << 8)
    for codec in ("utf-8", "utf-16"):
        text = 'id,name\n1,Samer\n2,"' + "x" * 20_000 + "\n3,Rima\n"
        table = open_table(write(text.encode(codec)))
        rows = list(table.rows())
        assert [number for number, _, _ in rows] == [2, 3, 4]
        assert [p.code for p in rows[1][2]] == [problems.LINE_TOO_LONG]
        assert rows[1][1][0].startswith('2,"xxx')
        assert len(rows[1][1][0]) == 1 << 8
        assert rows[2][1] == ("3", "Rima")
