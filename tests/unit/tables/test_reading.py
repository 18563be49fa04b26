"""Opening lists: separators, headers, rows that are not whole, archives."""

from __future__ import annotations

import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bayyina.errors import FileUnreadableError
from bayyina.tables import problems, sources
from bayyina.tables.delimiters import sniff_delimiter
from bayyina.tables.reading import open_table


def rows_of(path: Path) -> list[tuple[int, tuple[str, ...], list[str]]]:
    table = open_table(path)
    return [(number, cells, [p.code for p in found]) for number, cells, found in table.rows()]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_separator_is_found(write, delimiter: str) -> None:
    lines = ["id;note".replace(";", delimiter), *(f"{n}{delimiter}a b" for n in range(5))]
    table = open_table(write("\n".join(lines)))
    assert table.delimiter == delimiter
    assert table.header == ("id", "note")


@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    rows=st.lists(
        st.lists(st.text(alphabet="abc 0123456789,;.|", max_size=8), min_size=3, max_size=3),
        min_size=3,
        max_size=20,
    ),
)
def test_separators_inside_quoted_cells_do_not_mislead(
    delimiter: str, rows: list[list[str]]
) -> None:
    lines = [delimiter.join(["id", "name", "place"]) + "\n"]
    lines += [delimiter.join(f'"{cell}"' for cell in row) + "\n" for row in rows]
    assert sniff_delimiter(lines, whole=True) == delimiter


def test_decimal_commas_do_not_hide_semicolons(write) -> None:
    table = open_table(write("id;lat;lon\n1;33,5;36,2\n2;33,6;36,3\n"))
    assert (table.delimiter, table.header) == (";", ("id", "lat", "lon"))


def test_an_arabic_comma_separates_where_nothing_else_does(write) -> None:
    table = open_table(write("id،name،place\n1،سامر علي،دوما\n2،هدى حسن،حرستا\n"))
    assert (table.delimiter, table.header) == ("،", ("id", "name", "place"))
    spoken = open_table(write("id,told\n1,رأيته، ثم غاب\n2,لا، لم أره\n"))
    assert (spoken.delimiter, spoken.header) == (",", ("id", "told"))


def test_the_separator_that_a_spreadsheet_program_declares_is_taken(write) -> None:
    table = open_table(write("sep=;\nid;name\n1;a,b\n"))
    assert table.header == ("id", "name")
    assert [row[:2] for row in table.rows()] == [(2, ("1", "a,b"))]


def test_a_table_of_one_column(write) -> None:
    assert rows_of(write("name\nSamer\n\nRima\n")) == [(2, ("Samer",), []), (4, ("Rima",), [])]


def test_a_byte_order_mark_is_no_part_of_the_first_name(write) -> None:
    assert open_table(write(b"\xef\xbb\xbfid,name\n1,x\n")).header == ("id", "name")
    assert open_table(write(b'\xef\xbb\xbf"id",name\n1,x\n')).header == ("id", "name")


def test_quoted_newlines_stay_in_their_cell_and_rows_count_on(write) -> None:
    path = write('id,note\r\n1,"first\r\nsecond, ""quoted"""\r\n\r\n3,x\r\n')
    assert rows_of(path) == [
        (2, ("1", 'first\r\nsecond, "quoted"'), []),
        (4, ("3", "x"), []),
    ]


def test_rows_with_too_few_or_too_many_cells_are_kept_with_the_reason(write) -> None:
    path = write("a,b,c\n1,2\n1,2,3,4\n1,2,3,,\n1,2,3\n")
    assert rows_of(path) == [
        (2, ("1", "2"), [problems.TOO_FEW_CELLS]),
        (3, ("1", "2", "3", "4"), [problems.TOO_MANY_CELLS]),
        (4, ("1", "2", "3"), []),
        (5, ("1", "2", "3"), []),
    ]


def test_empty_columns_at_the_right_end_of_the_header_are_no_columns(write) -> None:
    path = write("a,b,,\n1,2,,\n1,2,,x\n")
    assert open_table(path).header == ("a", "b")
    assert rows_of(path) == [(2, ("1", "2"), []), (3, ("1", "2", "", "x"), ["too-many-cells"])]


def test_a_quote_that_is_never_closed_swallows_no_row(write) -> None:
    path = write('id,name\n1,a\n2,"never closed\n3,b\n4,"c"\n5,d\n')
    assert rows_of(path) == [
        (2, ("1", "a"), []),
        (3, ("2", '"never closed'), [problems.QUOTE_NOT_CLOSED]),
        (4, ("3", "b"), []),
        (5, ("4", "c"), []),
        (6, ("5", "d"), []),
    ]


def test_a_quote_open_at_the_end_of_the_file_swallows_no_row(write) -> None:
    lines = [f"{n},x" for n in range(2, 1_500)]
    rows = rows_of(write("id,name\n" + '1,"open\n' + "\n".join(lines)))
    assert rows[0] == (2, ("1", '"open'), [problems.QUOTE_NOT_CLOSED])
    assert [cells for _, cells, _ in rows[1:]] == [tuple(line.split(",")) for line in lines]


def test_a_file_cut_inside_a_quoted_cell_keeps_the_cut_row_aside(write) -> None:
    rows = rows_of(write('id,name,note\n1,a,x\n2,b,"the text goes on\nand is cut he'))
    assert rows[0] == (2, ("1", "a", "x"), [])
    assert [codes for _, _, codes in rows[1:]] == [[problems.QUOTE_NOT_CLOSED]]
    assert rows[1][1] == ("2", "b", "the text goes on\nand is cut he")


def test_a_stray_quote_inside_a_cell_is_text(write) -> None:
    path = write('id,size,note\n1,5" pipe,"two\nlines"\n2,x,y\n')
    assert rows_of(path) == [(2, ("1", '5" pipe', "two\nlines"), []), (4 - 1, ("2", "x", "y"), [])]


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.binary(min_size=1, max_size=300))
def test_no_bytes_whatever_end_in_anything_but_rows_or_one_clear_error(
    tmp_path: Path, data: bytes
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(data)
    try:
        rows = rows_of(path)
    except FileUnreadableError as error:
        sentence = error.message
        rows = []
    else:
        sentence = "."
    assert sentence.endswith(".")
    assert [number for number, _, _ in rows] == sorted({number for number, _, _ in rows})


@settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    text=st.text(alphabet='ab,"\n;', min_size=1, max_size=80),
)
def test_no_character_of_a_damaged_table_is_lost(tmp_path: Path, text: str) -> None:
    """Letters of the file, in order, are the letters of all cells."""
    path = tmp_path / "list.csv"
    path.write_text("h1,h2\n" + text, encoding="utf-8", newline="")
    table = open_table(path)
    cells = [cell for _, row, _ in table.rows() for cell in row]
    kept = "".join("".join(cells).split())
    assert [c for c in kept if c in "ab"] == [c for c in text if c in "ab"]


def test_a_long_list_is_read_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("id,name,note\n")
        for number in range(60_000):
            file.write(f'{number},سامر {number},"a note, with a comma {number}"\n')
    tracemalloc.start()
    table = open_table(path)
    count = sum(1 for _ in table.rows())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 60_000
    assert path.stat().st_size > 2_500_000
    assert peak < 16 * 1024**2


def test_an_archive_gives_import_csv_or_its_only_table(tmp_path: Path) -> None:
    both, one, many = (tmp_path / f"{name}.zip" for name in ("both", "one", "many"))
    with zipfile.ZipFile(both, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("import.csv", "id,name\n1,a\n")
        archive.writestr("other.csv", "x\n1\n")
    with zipfile.ZipFile(one, "w") as archive:
        archive.writestr("folder/", "")
        archive.writestr("folder/register.tsv", "id\tname\n1\tb\n")
        archive.writestr("__MACOSX/register.tsv", "junk")
        archive.writestr("folder/readme.md", "words")
    with zipfile.ZipFile(many, "w") as archive:
        archive.writestr("a.csv", "id\n1\n")
        archive.writestr("b.csv", "id\n1\n")
    assert [cells for _, cells, _ in open_table(both).rows()] == [("1", "a")]
    table = open_table(one)
    assert (table.member, table.header) == ("folder/register.tsv", ("id", "name"))
    with pytest.raises(FileUnreadableError, match="2 tables") as caught:
        open_table(many)
    assert "import.csv" in caught.value.hint


def test_an_archive_that_swells_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("import.csv", b"id,name\n" + b"0" * (20 * 1024**2))
    with pytest.raises(FileUnreadableError, match="unpacks to more than a list can be"):
        open_table(path)
    monkeypatch.setattr(sources, "MAX_UNPACKED", 1000)
    small = tmp_path / "small.zip"
    with zipfile.ZipFile(small, "w") as archive:
        archive.writestr("import.csv", "id,name\n" + "1,a\n" * 1000)
    with pytest.raises(FileUnreadableError, match="unpacks to more"):
        open_table(small)


def test_an_archive_whose_sizes_lie_is_damaged_and_never_unpacked_whole(tmp_path: Path) -> None:
    path = tmp_path / "lies.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("import.csv", "id,name\n" + "1,a\n" * 5000)
        true_size = archive.getinfo("import.csv").file_size
    data = path.read_bytes()
    lie = (50).to_bytes(4, "little")
    path.write_bytes(data.replace(true_size.to_bytes(4, "little"), lie))
    with pytest.raises(FileUnreadableError, match="damaged"):
        list(open_table(path).rows())


@pytest.mark.parametrize(
    ("row", "is_odd"),
    [
        ('"أ"ب",1', True),
        ('"a" b,1', True),
        ('1,"a"b"', True),
        ('"a, ""b"" c",1', False),
        ('"a",""', False),
        ('5" pipe,1', False),
        ('"two\nlines",1', False),
        ('"",1', False),
        ('"two\nlines"x,1', True),
    ],
)
def test_a_quotation_mark_that_is_not_doubled_is_a_warning(write, row: str, is_odd: bool) -> None:
    rows = list(open_table(write(f"a,b\nplain,2\n{row}\nplain,3\n")).rows())
    assert [number for number, _, _ in rows] == [2, 3, 4]
    codes = [[problem.code for problem in found] for _, _, found in rows]
    assert codes == [[], ["quoting-odd"] if is_odd else [], []]
    assert problems.status_of(rows[1][2]) == ("warned" if is_odd else "accepted")
