"""Tables of counts as people and programs write them, and those that cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bayyina.errors import BayyinaError, InputError
from bayyina.estimation.capture_files import read_capture_file
from bayyina.estimation.captures import read_impossible
from bayyina.estimation.column_roles import Wanted

PLAIN = "A,B,C,count\n1,0,0,10\n0,1,0,20\n0,0,1,30\n1,1,0,4\n1,0,1,5\n0,1,1,6\n1,1,1,7\n"
SEEN = {
    (1, 0, 0): 10, (0, 1, 0): 20, (0, 0, 1): 30, (1, 1, 0): 4, (1, 0, 1): 5, (0, 1, 1): 6,
    (1, 1, 1): 7,
}  # fmt: skip


@pytest.fixture
def read(tmp_path):
    def reader(text, *, name="counts.csv", impossible=(), **wanted):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_capture_file(path, Wanted(**wanted), impossible=impossible)

    return reader


def counts(table):
    rows = (tuple(int(bit) for bit in row) for row in table.histories)
    return dict(zip(rows, table.counts.tolist(), strict=True))


def changed(old, new):
    return PLAIN.replace(old, new)


def in_r(text=PLAIN):
    """As R's ``write.csv`` writes it: names quoted, and a column of row names without a name."""
    head, *rows = text.splitlines()
    quoted = ",".join(f'"{name}"' for name in ["", *head.split(",")])
    return "\n".join([quoted, *(f'"{n}",{row}' for n, row in enumerate(rows, 1))]) + "\n"


def as_people():
    rows = [",".join(map(str, bits)) for bits, count in SEEN.items() for _ in range(count)]
    return "A,B,C\n" + "\n".join(rows) + "\n"


SPELLINGS = {
    "plain": PLAIN,
    "byte order mark": b"\xef\xbb\xbf" + PLAIN.encode(),
    "UTF-16": PLAIN.encode("utf-16"),
    "semicolons": PLAIN.replace(",", ";"),
    "tabs": PLAIN.replace(",", "\t"),
    "bars": PLAIN.replace(",", "|"),
    "blanks": PLAIN.replace(",", " "),
    "several blanks": PLAIN.replace(",", "   "),
    "line ends of Windows": PLAIN.replace("\n", "\r\n"),
    "line ends of old Macintoshes": PLAIN.replace("\n", "\r"),
    "no last line end": PLAIN.rstrip("\n"),
    "quotes": "\n".join(",".join(f'"{c}"' for c in r.split(",")) for r in PLAIN.splitlines()),
    "R's write.csv": in_r(),
    "R's write.table": "\n".join(
        ['"A" "B" "C" "count"']
        + [f'"{n}" {r.replace(",", " ")}' for n, r in enumerate(PLAIN.splitlines()[1:], 1)]
    ),
    "R's row names without a header": "A,B,C,count\n"
    + "\n".join(f"row{n},{r}" for n, r in enumerate(PLAIN.splitlines()[1:])),
    "pandas' index": "\n".join(
        [",A,B,C,count"] + [f"{n},{r}" for n, r in enumerate(PLAIN.splitlines()[1:])]
    ),
    "Freq": changed("count", "Freq"),
    "n": changed("count", "n"),
    "FREQUENCY": changed("count", "FREQUENCY"),
    "Arabic name of the counts": changed("count", "العدد"),
    "counts first": "\n".join(
        ",".join([r.split(",")[-1], *r.split(",")[:-1]]) for r in PLAIN.splitlines()
    ),
    "an unknown name of the counts": changed("count", "V4"),
    "no header": PLAIN.partition("\n")[2],
    "decimals": PLAIN.replace("0,", "0.0,").replace("1,", "1.0,").replace("10\n", "10.0\n"),
    "Arabic digits": PLAIN.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
    "TRUE and FALSE": "\n".join(
        [PLAIN.splitlines()[0]]
        + [
            ",".join(["TRUE" if c == "1" else "FALSE" for c in r.split(",")[:3]] + r.split(",")[3:])
            for r in PLAIN.splitlines()[1:]
        ]
    ),
    "yes and no": "\n".join(
        [PLAIN.splitlines()[0]]
        + [
            ",".join(["Yes" if c == "1" else "no" for c in r.split(",")[:3]] + r.split(",")[3:])
            for r in PLAIN.splitlines()[1:]
        ]
    ),
    "crosses and nothing": "\n".join(
        [PLAIN.splitlines()[0]]
        + [
            ",".join(["x" if c == "1" else "" for c in r.split(",")[:3]] + r.split(",")[3:])
            for r in PLAIN.splitlines()[1:]
        ]
    ),
    "blank lines": PLAIN.replace("\n", "\n\n") + "\n\n,,,\n",
    "comments above": "# exported from a register\n# invented\n" + PLAIN,
    "sep= line": "sep=,\n" + PLAIN,
    "zero counts": PLAIN.replace("1,1,1,7\n", "1,1,1,7\n") + "0,0,0,0\n",
    "the unknown cell as NA": PLAIN + "0,0,0,NA\n",
    "a row twice": PLAIN.replace("1,1,1,7\n", "1,1,1,3\n1,1,1,4\n"),
    "a row of nobody": PLAIN + "1,1,1,0\n",
    "one row for each person": as_people(),
    "people with an id": "id,A,B,C\n"
    + "\n".join(f"p{n},{r}" for n, r in enumerate(as_people().splitlines()[1:])),
    "people with a number": "no,A,B,C\n"
    + "\n".join(f"{n + 100},{r}" for n, r in enumerate(as_people().splitlines()[1:])),
    "whole histories": "history,count\n"
    + "".join(f"{''.join(map(str, bits))},{count}\n" for bits, count in SEEN.items()),
    "JSON Lines": "".join(
        json.dumps({"A": a, "B": b, "C": c, "count": n}) + "\n" for (a, b, c), n in SEEN.items()
    ),
}
"""One table in the ways in which it arrives."""


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_one_table_however_it_is_written(read, spelling):
    captures = read(SPELLINGS[spelling])
    assert counts(captures.table) == SEEN
    assert captures.table.documented == 82
    if spelling not in ("no header", "whole histories"):
        assert captures.table.lists == ("A", "B", "C")


def test_thousands_are_read(read):
    captures = read(changed(",30", ',"1,030"'))
    assert counts(captures.table)[0, 0, 1] == 1030


def test_what_had_to_be_decided_is_noted(read):
    notes = {
        note.code: note.detail for note in read(SPELLINGS["an unknown name of the counts"]).notes
    }
    assert notes == {"count-guessed": {"column": "V4"}}
    codes = {note.code for note in read(SPELLINGS["people with an id"]).notes}
    assert codes == {"columns-unused", "rows-are-people"}
    assert [n.code for n in read(SPELLINGS["a row twice"]).notes] == ["rows-summed"]


def test_a_list_that_nobody_is_on_is_left_out_and_named(read):
    text = "\n".join([r + (",D" if n == 0 else ",0") for n, r in enumerate(PLAIN.splitlines())])
    captures = read(text.replace("count,D", "count,D"))
    assert captures.table.lists == ("A", "B", "C")
    assert captures.notes[0].detail == {"lists": ("D",)}


def test_a_list_may_be_called_n(read):
    captures = read(changed("A,B,C", "A,N,C"))
    assert captures.table.lists == ("A", "N", "C")


def test_sex_is_no_list(read):
    text = "A,B,sex,count\n1,0,F,10\n0,1,F,20\n1,1,F,3\n1,0,M,1\n0,1,M,2\n1,1,M,5\n"
    captures = read(text)
    assert captures.table.lists == ("A", "B")
    assert captures.table.documented == 41
    assert [note.code for note in captures.notes] == ["columns-unused"]


def test_strata_add_up(read):
    text = (
        "A,B,year,count\n1,0,2011,10\n0,1,2011,20\n1,1,2011,3\n1,0,2012,1\n0,1,2012,2\n1,1,2012,5\n"
    )
    captures = read(text, by=("year",))
    assert [stratum.key for stratum in captures.strata] == [("2011",), ("2012",)]
    assert [stratum.table.documented for stratum in captures.strata] == [33, 8]
    assert counts(captures.table) == {(1, 0): 11, (0, 1): 22, (1, 1): 8}
    assert captures.unplaced is None


def test_people_without_a_stratum_are_kept_apart(read):
    text = "A,B,year,count\n1,0,2011,10\n0,1,,20\n1,1,NA,3\n1,0,2012,1\n"
    captures = read(text, by=("YEAR",))
    assert captures.unplaced is not None
    assert captures.unplaced.documented == 23
    assert captures.table.documented == 34


def test_chosen_lists_leave_out_who_is_on_none_of_them(read):
    captures = read(PLAIN, lists=("A", "B"))
    assert counts(captures.table) == {(1, 0): 15, (0, 1): 26, (1, 1): 11}
    assert captures.notes[-1].detail == {"people": 30}


def test_impossible_histories(read):
    table = read(PLAIN.replace("1,1,0,4\n", ""), impossible=("110",)).table
    assert table.impossible == {(1, 1, 0)}
    assert read_impossible(["11."], ("A", "B", "C")) == {(1, 1, 0), (1, 1, 1)}
    assert read_impossible(["A+C"], ("A", "B", "C")) == {(1, 0, 1), (1, 1, 1)}


SPOILT = {
    "an empty file": ("", "empty"),
    "a header alone": ("A,B,count\n", "no rows"),
    "blank lines alone": ("\n\n\n", "no rows"),
    "a cell of two": (changed("0,1,1,6", "0,2,1,6"), "line 7: column B"),
    "a cell with nothing": (changed("0,1,1,6", "0,,1,6"), "line 7"),
    "a cell of NA": (changed("0,1,1,6", "NA,1,1,6"), "line 7"),
    "a negative count": (changed(",6\n", ",-6\n"), "line 7: column count"),
    "half a person": (changed(",6\n", ",6.5\n"), "line 7"),
    "a word for a count": (changed(",6\n", ",six\n"), "line 7"),
    "no count": (changed(",6\n", ",\n"), "line 7: the count is missing"),
    "a count beyond all people": (changed(",6\n", ",99999999999999\n"), "line 7"),
    "people on no list": (PLAIN + "0,0,0,5\n", "line 9: 5 people"),
    "a row too short": (changed("0,1,1,6", "0,1,6"), "line 7: 3 cells"),
    "a row too long": (changed("0,1,1,6", "0,1,1,6,9"), "line 7: 5 cells"),
    "two columns of one name": (changed("A,B,C", "A,B,B"), "two columns"),
    "no list at all": ("name,count\nAlif,3\nBa,4\n", "no column"),
    "numbers of captures": ("ncap,freq\n1,43\n2,16\n3,8\n", "no column"),
    "nobody anywhere": ("A,B,count\n1,0,0\n0,1,0\n", "Nobody"),
    "a web page": ("<!DOCTYPE html><html></html>", "not a table"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), "not a table"),
    "bytes": (bytes(range(32)) * 20, "not a table"),
    "a damaged workbook": (b"PK\x03\x04 no", ""),
    "an open quotation mark": ('A,B,count\n"1,0,3\n0,1,4\n', ""),
    "two columns of counts": ("A,B,V3,V4\n1,0,3,8\n0,1,4,9\n1,1,7,7\n", "--count"),
    "forty lists": (
        ",".join(f"L{n}" for n in range(40)) + ",count\n" + ",".join(["1"] * 40) + ",3\n", "--list",
    ),
}  # fmt: skip
"""What cannot be read, and words that the sentence must hold."""


@pytest.mark.parametrize("spoilt", SPOILT)
def test_what_cannot_be_read_is_said_in_one_sentence(read, spoilt):
    text, word = SPOILT[spoilt]
    with pytest.raises(BayyinaError) as caught:
        read(text)
    assert caught.value.exit_status == 2
    assert word in caught.value.message + caught.value.hint
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("wanted", "word"),
    [
        ({"by": ("year",)}, "year"),
        ({"lists": ("A", "D")}, "'D'"),
        ({"lists": ("A", "a")}, "twice"),
        ({"lists": ("A", "count"), "count": "count"}, "something else"),
        ({"count": "total"}, "total"),
    ],
)
def test_columns_that_are_not_there(read, wanted, word):
    with pytest.raises(InputError, match=word):
        read(PLAIN, **wanted)


@pytest.mark.parametrize("text", ["11", "112", "A+D", "", "..."])
def test_histories_that_are_none(read, text):
    with pytest.raises(InputError):
        read(PLAIN, impossible=(text,))


def test_an_impossible_history_that_somebody_has(read):
    with pytest.raises(BayyinaError, match="impossible"):
        read(PLAIN, impossible=("110",))


@pytest.mark.data
def test_shared_tables_are_read(test_data: Path):
    wanted = {
        "kosovo_killings_1999.csv": (4, 4400),
        "uk_modern_slavery_2013_6lists.csv": (6, 2744),
        "netherlands_trafficking_5lists.csv": (5, 8234),
        "hiv_rome_4lists.csv": (4, 1896),
        "snowshoe_hare_6occasions.csv": (6, 68),
        "artificial3_nonidentifiable.csv": (3, 96),
    }
    for name, expected in wanted.items():
        table = read_capture_file(test_data / "mse" / name).table
        assert (len(table.lists), table.documented) == expected
