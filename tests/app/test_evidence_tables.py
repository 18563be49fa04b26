"""Tables that say of each file what is known of it: read in both scripts, laid to files, taken over."""

from __future__ import annotations

import csv
import unicodedata
from pathlib import Path

import pytest

from bayyina.app.evidence_about import Bringing
from bayyina.app.evidence_adding import Intake, add_evidence, preview_evidence
from bayyina.app.evidence_items import list_items
from bayyina.app.evidence_reading import look_at_item
from bayyina.app.record_reading import read_record
from bayyina.app.verifying import verify_workspace
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError
from tests.app.conftest import Bench, quiet
from tests.app.test_use_cases_are_logged import check_change

ARABIC = """اسم الملف,التقطها,متى,المكان,المصدر,الموافقة,الموافقة على,رقم البطاقة,رقم الفرع,ملاحظات
صورة ١.jpg,مصوّر تجريبي,٢٠١٣/٠٥/١٤,حلب,قناة تجريبية,نعم,المحاكم، الإحصاء دون ذكر الاسم,٩٤٧٧,٢١٥,لا شيء
"""
ENGLISH = """File name;Taken by;Date taken;Where;Source;Consent;Consent for;Body/card number;Shoe size
a.jpg;FICT hand;14 May 2013;Homs;FICT channel;given;courts|statistics;9477/2;44
inner/a.jpg;FICT other;no idea;Nowhere at all;FICT channel;not asked;;1;44
b.jpg;FICT hand;2013;Homs;FICT channel;perhaps;courts;2;44
absent.jpg;FICT hand;2013;Homs;;given;;3;44
;FICT hand;2013;Homs;;given;;4;44
c.jpg;one;2013;;;;;5;44
c.jpg;two;2014;;;;;6;44
d.jpg;one;2013;;;;;7;44
d.jpg;one;2013;;;;;7;44
e.jpg;too;many;cells;in;this;row;for;the;header
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    (folder / "inner").mkdir(parents=True)
    for name in ("a.jpg", "inner/a.jpg", "b.jpg", "c.jpg", "d.jpg", "e.jpg", "f.jpg", "صورة ١.jpg"):
        (folder / name).write_bytes(b"\xff\xd8\xff\xe0FICTIONAL " + name.encode())
    return folder


def table(folder: Path, text: str, name: str = "table.csv") -> Path:
    path = folder.parent / name
    path.write_text(text, encoding="utf-8")
    return path


def take(workspace: Workspace, files: Path, listed: Path, **said: object) -> Intake:
    report = workspace.folder / "imports" / f"{workspace.store.log_size()}-files.csv"
    return add_evidence(
        workspace, paths=[files], report=report, progress=quiet, table=listed,
        bringing=Bringing(**said),  # type: ignore[arg-type]
    )  # fmt: skip


def said_of(workspace: Workspace, item: str) -> dict[str, list[str | None]]:
    found: dict[str, list[str | None]] = {}
    for one in read_record(workspace, item)["statements"]:
        found.setdefault(one["property"], []).append(one.get("value"))
    return found


def by_name(done: Intake) -> dict[str, tuple[str, str, int | None]]:
    """Status, code and row of each line, by the end of its path."""
    return {
        "/".join(Path(line.path).parts[-2:]): (line.status, line.code, line.row)
        for line in done.lines
    }


def test_a_table_in_arabic_says_what_one_in_english_does(bench: Bench, files: Path) -> None:
    done = take(bench.amal, files, table(files, ARABIC))
    assert done.table is not None
    assert done.table.to_json() | {"file": "", "sha256": "", "columns": []} == {
        "file": "", "sha256": "", "columns": [], "unread_columns": [], "rows": 1, "accepted": 1,
        "warned": 0, "kept_aside": 0, "problems": {}, "files_without_row": 7,
    }  # fmt: skip
    item = next(line.id for line in done.lines if line.row == 2)
    said = said_of(bench.amal, str(item))
    assert said["captured_on"] == ["2013-05-14"]
    assert said["consent"] == ["given"]
    assert sorted(map(str, said["consent_for"])) == ["courts", "statistics"]
    assert (said["card_number"], said["card_branch_number"]) == (["٩٤٧٧"], ["٢١٥"])
    assert "made_by" not in said  # who took it is sealed
    opened = look_at_item(bench.amal, str(item), sealed=True, reason="a test").record["statements"]
    assert "مصوّر تجريبي" in [one.get("value") for one in opened if one["property"] == "made_by"]
    row = next(one for one in opened if one["property"] == "captured_on")
    assert row["locator"] == "row 2"
    assert verify_workspace(bench.amal, progress=quiet).ok


def test_rows_that_cannot_stand_are_kept_aside_with_their_files(bench: Bench, files: Path) -> None:
    done = take(bench.amal, files, table(files, ENGLISH))
    assert by_name(done) == {
        "files/a.jpg": ("added", "", 2),
        "inner/a.jpg": ("added", "row-warned", 3),
        "files/b.jpg": ("kept_aside", "row-kept-aside", 4),
        "absent.jpg": ("kept_aside", "file-absent", 5),
        "": ("kept_aside", "row-kept-aside", 6),
        "files/c.jpg": ("kept_aside", "rows-differ", 7),
        "files/d.jpg": ("kept_aside", "key-duplicate", 10),
        "files/e.jpg": ("kept_aside", "row-kept-aside", 11),
        "files/f.jpg": ("added", "", None),
        "files/صورة ١.jpg": ("added", "", None),
    }
    assert all(line.reason for line in done.lines if line.status == "kept_aside")
    assert done.table is not None
    found = done.table.to_json()
    assert found["unread_columns"] == ["Shoe size"]
    counts = [found[name] for name in ("rows", "accepted", "warned", "kept_aside")]
    assert counts == [10, 2, 1, 7]
    assert sum(counts[1:]) == counts[0]
    warned = next(str(line.id) for line in done.lines if line.code == "row-warned")
    statements = read_record(bench.amal, warned)["statements"]
    kept = {one["property"]: (one.get("value"), one.get("original")) for one in statements}
    assert kept["captured_on"] == ("unreadable", "no idea")
    assert kept["captured_at"] == ("unrecognised", "Nowhere at all")
    with done.report.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["row"] for row in rows] == [str(line.row or "") for line in done.lines]


def test_a_row_goes_before_what_is_said_of_all_files(bench: Bench, files: Path) -> None:
    listed = table(files, "file name,source,date\na.jpg,FICT one,2013\n")
    done = take(
        bench.amal, files / "inner", listed, source="FICT all", captured="2011", kind="scan"
    )
    item = next(str(line.id) for line in done.lines if line.row == 2)
    said = said_of(bench.amal, item)
    assert (said["captured_on"], said["kind"]) == (["2013"], ["scan"])
    sources = {one["source"] for one in read_record(bench.amal, item)["statements"]}
    assert len(sources) == 1


def test_files_that_are_here_take_what_a_later_table_says(bench: Bench, files: Path) -> None:
    first = add_evidence(
        bench.amal, paths=[files], report=bench.folder / "first.csv", progress=quiet
    )
    assert first.count("added") == 8
    listed = table(files, "path,card number\na.jpg,77\n")
    report: list[Intake] = []
    check_change(bench.amal, "add-evidence", lambda: report.append(take(bench.amal, files, listed)))
    assert report[0].count("already") == 8
    item = next(line.id for line in report[0].lines if line.row == 2)
    assert said_of(bench.amal, str(item))["card_number"] == ["77"]
    again = take(bench.amal, files, listed)
    assert (again.batches, len(list_items(bench.amal))) == ([], 8)


def test_a_seal_in_a_table_holds_from_the_first_moment(bench: Bench, files: Path) -> None:
    listed = table(files, "file,sealed\nb.jpg,yes\nc.jpg,maybe\n")
    done = take(bench.amal, files, listed)
    names = {name for item in list_items(bench.amal) for name in item.names if not item.is_sealed}
    assert "b.jpg" not in names
    assert by_name(done)["files/c.jpg"] == ("kept_aside", "row-kept-aside", 3)


def test_names_are_found_whatever_their_normal_form_and_separators(
    bench: Bench, tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / unicodedata.normalize("NFD", "café أ.jpg")).write_bytes(b"FICTIONAL")
    listed = table(folder, f"path,note\ndeep\\{unicodedata.normalize('NFC', 'café أ.jpg')},x\n")
    done = take(bench.amal, folder, listed)
    assert [(line.status, line.row) for line in done.lines] == [("added", 2)]


def test_capitals_count_only_where_names_differ_by_nothing_else(bench: Bench) -> None:
    folder = bench.folder / "cards"
    folder.mkdir()
    for name in ("IMG_1.JPG", "IMG_2.JPG", "img_2.jpg"):
        (folder / name).write_bytes(b"FICTIONAL " + name.encode())
    rows = "path,source\nimg_1.jpg,FICT one\nimg_2.jpg,FICT two\nImg_2.jpg,FICT three\n"
    done = take(bench.amal, folder, table(folder, rows))
    assert done.table is not None
    assert done.table.kept == 1
    said = {Path(path).name: row.number for path, row in done.table.rows.items()}
    assert said == {"IMG_1.JPG": 2, "img_2.jpg": 3}


@pytest.mark.parametrize(
    "text", ["a,b\n1,2\n", "path,file path\nx,y\n", "path,date,when\na,1,2\n", ""]
)
def test_a_table_that_cannot_be_used_changes_nothing(bench: Bench, files: Path, text: str) -> None:
    before = bench.amal.store.log_size()
    with pytest.raises(InputError):
        take(bench.amal, files, table(files, text))
    assert bench.amal.store.log_size() == before


def test_a_preview_reads_and_stores_nothing(bench: Bench, files: Path) -> None:
    before = bench.amal.store.log_size()
    found = preview_evidence(bench.amal, paths=[files], table=table(files, ENGLISH)).to_json()
    assert bench.amal.store.log_size() == before
    assert list_items(bench.amal) == []
    assert (found["dry_run"], found["added"], found["table"]["kept_aside"]) == (True, 0, 7)
    first = found["preview"][0]
    assert first["says"]["made_by"] == ["(sealed)"]
    assert first["says"]["consent_for"] == ["courts", "statistics"]
    assert {one["outcome"] for one in found["items"]} == {"found", "kept_aside"}
