"""What is sealed at the intake, who sees what of it, and that no byte of it lies anywhere."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from bayyina.app.clearances import withdraw_clearance
from bayyina.app.counting import count_figure
from bayyina.app.erasing import erase_record
from bayyina.app.exporting import export_records
from bayyina.app.finding import find_records
from bayyina.app.linking import LinkOrder, link_workspace
from bayyina.app.opening_sealed import open_sealed
from bayyina.app.permissions import ROLES
from bayyina.app.record_reading import read_record
from bayyina.app.rows import RecordRow, RunRow, StatementRow
from bayyina.app.snapshots import refresh_snapshot
from bayyina.app.unsealed_records import unsealed_records
from bayyina.app.verifying import verify_workspace
from bayyina.app.workspace import Workspace
from bayyina.db.connecting import SQLITE_NAME
from bayyina.errors import InputError, KeyLockedError, PermissionRefusedError
from bayyina.keys.sealing import is_sealed
from tests.app.conftest import MAPPING, Bench, quiet

ADULT = "FICT-1,Grownup Person,M,1990-02-01,12/05/2013,Homs,held,"
CHILD = "FICT-2,Smallchild Hidden,M,2001-02-07,12/05/2013,Homs,held,"
MARK = "Smallchild"

WITNESSES = """
version = 1
[list]
name = "Testimonies"
asserted_on = {asserted_on}
release = "{release}"
fictional = true
[row]
record = "Person"
key = "id"
[columns]
name = {{ to = "name", lang = "en" }}
[[acts]]
type = "Testimony"
if = {{ column = "interviewer", is_not = [""] }}
columns = {{ interviewer = {{ to = "interviewer" }} }}
[[acts]]
type = "FamilyContact"
if = {{ column = "phone", is_not = [""] }}
columns = {{ phone = {{ to = "phone" }}, consent = {{ to = "consent" }} }}
"""

TORTURE = """
version = 1
[list]
name = "Accounts"
asserted_on = {asserted_on}
release = "{release}"
fictional = true
[row]
record = "Person"
key = "id"
[columns]
name = {{ to = "name", lang = "en" }}
kunya = {{ to = "name.kunya" }}
mother = {{ to = "name.mother" }}
national = {{ to = "identifier", scheme = "national-no" }}
[[acts]]
type = "Torture"
when = {{ column = "day" }}
columns = {{ methods = {{ to = "methods" }} }}
"""


def people(workspace: Workspace) -> list[str]:
    rows = [row for row in workspace.store.scan(RecordRow) if row.record_type == "Person"]
    return [workspace.short_id(row.number) for row in rows]


def said(workspace: Workspace, person: str) -> dict[str, dict[str, object]]:
    return {one["property"]: one for one in read_record(workspace, person)["statements"]}


def every_byte(*folders: Path) -> Iterator[tuple[Path, bytes]]:
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                yield path, path.read_bytes()


@pytest.fixture
def two(bench: Bench) -> Bench:
    """A grown-up and a child."""
    bench.take_in(ADULT, CHILD)
    return bench


def test_a_child_is_sealed_and_a_grown_up_is_not(two: Bench) -> None:
    adult, child = people(two.amal)
    assert said(two.amal, adult)["name"]["value"] == "Grownup Person"
    known = said(two.amal, child)
    assert known["name"]["sealed"] is True
    assert not {"value", "original", "lang"} & known["name"].keys()
    assert known["sex"]["value"] == "male"
    born = known["birth_date"]
    assert (born["sealed"], born["date_lo"], born["date_hi"]) == (True, "2001-02-01", "2001-02-28")
    assert "value" not in born


def test_opening_needs_the_role_the_clearance_and_a_reason(two: Bench) -> None:
    child = people(two.amal)[1]
    vera, ina = two.member("vera", "verifier"), two.member("ina", "analyst")
    size = two.amal.store.log_size()
    opened = open_sealed(vera, child, reason="  to tell\nthe family ")
    values = {one["property"]: one.get("value") for one in opened["statements"]}
    assert (values["name"], values["birth_date"]) == ("Smallchild Hidden", "2001-02-07")
    assert two.amal.store.log_size() == size + 1
    run = list(two.amal.store.scan(RunRow))[-1]
    assert run.run_kind == "open-sealed"
    assert '"reason":"to tell the family"' in run.parameters
    assert child in run.parameters
    assert MARK not in run.parameters
    for reason in ("", "   ", "x" * 2000):
        with pytest.raises(InputError):
            open_sealed(vera, child, reason=reason)
    with pytest.raises(PermissionRefusedError):
        open_sealed(ina, child, reason="curiosity")
    withdraw_clearance(two.amal, "vera")
    with pytest.raises(KeyLockedError):
        open_sealed(vera, child, reason="once more")
    with pytest.raises(InputError, match="no record"):
        open_sealed(two.amal, "FICT-99-1", reason="none")
    assert two.amal.store.log_size() == size + 2, "nothing was logged of what was refused"


def test_no_byte_of_a_sealed_value_lies_anywhere(
    two: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Searched are the database with its write-ahead log, the snapshot, the log, temporary files."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    (two.folder / "rows.csv").unlink()  # the report of the import repeats cells, and is swept
    (two.folder / "list.csv").unlink()
    child = people(two.amal)[1]
    refresh_snapshot(two.amal, quiet)
    assert count_figure(two.amal, "count persons", quiet).value == 2
    assert count_figure(two.amal, "count arrests with age_class=child", quiet).value == 1
    find_records(two.amal, MARK, quiet)
    read_record(two.amal, child)
    open_sealed(two.amal, child, reason="to see")
    link_workspace(two.amal, LinkOrder(), quiet)
    verify_workspace(two.amal, progress=quiet)
    export_records(two.amal, form="csv", out=tmp_path / "out.csv", progress=quiet)
    for text in (MARK, "Hidden", "2001-02-07"):
        forms = (
            text.encode(),
            text.encode("utf-16-le"),
            text.lower().encode(),
            text.upper().encode(),
        )
        for path, data in every_byte(tmp_path):
            assert not any(form in data for form in forms), f"{text!r} in {path.name}"
    values = {row.value for row in two.amal.store.scan(StatementRow) if is_sealed(row.value)}
    assert len(values) == 2
    snapshot = b"".join(data for _, data in every_byte(two.folder / "ws" / "snapshot"))
    assert not any((value or "")[9:80].encode() in snapshot for value in values)


def test_a_name_that_is_sealed_is_not_found_and_not_listed(two: Bench) -> None:
    adult, child = people(two.amal)
    assert [one["id"] for one in find_records(two.amal, "Grownup", quiet)["records"]] == [adult]
    for text in (MARK, "Hidden", "sealed"):
        assert find_records(two.amal, text, quiet)["records"] == []
    (found,) = find_records(two.amal, child, quiet)["records"]
    assert (found["names"], found["sealed"]) == ([], True)


def test_who_is_not_cleared_verifies_the_log(two: Bench) -> None:
    auditor = two.member("omar", "auditor")
    assert verify_workspace(auditor, progress=quiet).ok


def test_an_erasure_closes_what_is_sealed(two: Bench) -> None:
    child = people(two.amal)[1]
    text = next(r.value for r in two.amal.store.scan(StatementRow) if is_sealed(r.value)) or ""
    for handle in ("dima", "dana"):
        officer = two.member(handle, "data-protection")
        erase_record(officer, record_id=child, reason="danger", progress=quiet)
    assert read_record(two.amal, child)["statements"] == []
    assert open_sealed(two.amal, child, reason="to see")["statements"] == []
    assert not any(text[9:100].encode() in data for _, data in every_byte(two.folder / "ws"))
    assert verify_workspace(two.amal, progress=quiet).ok


def test_whoever_is_cleared_compares_a_release_and_others_state_it_anew(two: Bench) -> None:
    later = CHILD.replace("12/05/2013", "13/05/2013")
    result = two.take_in(ADULT, later, asserted_on="2023-09-30")
    assert (result.changes.statements, result.changes.closures) == (1, 1)
    ina = two.member("ina", "intake")
    later = CHILD.replace("12/05/2013", "14/05/2013")
    result = two.take_in(ADULT, later, asserted_on="2023-10-31", workspace=ina)
    assert (result.changes.statements, result.changes.closures) == (4, 4)
    child = people(two.amal)[1]
    opened = {o["property"]: o for o in open_sealed(two.amal, child, reason="r")["statements"]}
    assert opened["name"]["value"] == "Smallchild Hidden"
    assert two.take_in(ADULT, later, asserted_on="2023-10-31").batch is None


def test_people_who_are_sealed_are_linked_by_who_is_cleared(two: Bench) -> None:
    other = CHILD.replace("FICT-2", "FICT-7")
    two.take_in(other, mapping=MAPPING.replace("Register of invented", "Another register of"))
    ina = two.member("ina", "analyst")
    run = link_workspace(ina, LinkOrder(), quiet)
    assert run.rows == 1
    assert any("2 people whose names are sealed" in note for note in run.notes)
    run = link_workspace(two.amal, LinkOrder(anew=True), quiet)
    assert run.rows == 3
    assert not any("sealed" in note for note in run.notes)


def test_a_survivor_is_sealed(bench: Bench) -> None:
    header = "id,name,kunya,mother,national,day,methods"
    bench.take_in(
        "FICT-1,Survivor Name,Abu Marked,Mother Marked,11223344556,12/05/2013,rape",
        "FICT-2,Other Name,,,99887766554,12/05/2013,beating",
        header=header,
        mapping=TORTURE,
    )
    survivor, other = people(bench.amal)
    known = said(bench.amal, survivor)
    for name in ("name", "name.kunya", "name.mother", "identifier"):
        assert known[name]["sealed"] is True
        assert "value" not in known[name]
    assert said(bench.amal, other)["name"]["value"] == "Other Name"
    assert count_figure(bench.amal, "count persons", quiet).value == 2
    methods = "count acts_of_torture with methods=sexual_violence"
    assert count_figure(bench.amal, methods, quiet).value == 1


def test_a_witness_is_sealed_and_what_is_sealed_by_its_level(bench: Bench) -> None:
    bench.take_in(
        "FICT-1,Witness Name,Interviewer Name,,",
        "FICT-2,Missing Person,,+963 11 555 0199,given",
        header="id,name,interviewer,phone,consent",
        mapping=WITNESSES,
    )
    witness, missing = people(bench.amal)
    assert said(bench.amal, witness)["name"]["sealed"] is True
    assert said(bench.amal, missing)["name"]["value"] == "Missing Person"
    store = bench.amal.store
    names = {term: pair for pair, term in store.terms().items()}
    stored = {names[row.term]: row.value or "" for row in store.scan(StatementRow)}
    for pair in (
        ("Testimony", "interviewer"),
        ("Testimony", "witness"),
        ("FamilyContact", "phone"),
    ):
        assert is_sealed(stored[pair]), pair
    # A refusal has to be seen by everybody, and by whom it was given by nobody.
    assert stored["FamilyContact", "consent"] == "given"
    assert stored["FamilyContact", "person"].isdecimal()
    data = b"".join(data for _, data in every_byte(bench.folder / "ws"))
    for text in (b"555 0199", b"Interviewer Name", b"Witness Name"):
        (bench.folder / "rows.csv").unlink(missing_ok=True)
        assert text not in data


def test_nobody_is_joined_because_both_identifiers_are_sealed(bench: Bench) -> None:
    header = "id,name,kunya,mother,national,day,methods"
    bench.take_in(
        "FICT-1,First Survivor,,,11223344556,12/05/2013,rape",
        "FICT-2,Second Survivor,,,99887766554,12/05/2013,rape",
        header=header,
        mapping=TORTURE,
    )
    assert count_figure(bench.amal, "count persons", quiet).value == 2


def test_nothing_that_ought_to_be_sealed_is_left(two: Bench) -> None:
    left = unsealed_records(two.amal, quiet)
    assert (left.protected, left.by_level) == (frozenset(), frozenset())


NAMED = """
version = 1
[list]
name = "{name}"
asserted_on = {{asserted_on}}
release = "{{release}}"
fictional = true
[row]
record = "Person"
key = "id"
[columns]
name = {{{{ to = "name", lang = "en" }}}}
born = {{{{ to = "birth_date" }}}}
national = {{{{ to = "identifier", scheme = "national-no" }}}}
[[acts]]
type = "Arrest"
when = {{{{ column = "day" }}}}
"""
AS_CHILD = "FICT-1,Smallchild Hidden,2001-02-07,11223344556,12/05/2013"
AS_ANYBODY = "FICT-5,Smallchild Also Hidden,,11223344556,12/05/2013"


def take_named(bench: Bench, name: str, row: str, workspace: Workspace | None = None) -> None:
    bench.take_in(
        row,
        header="id,name,born,national,day",
        mapping=NAMED.format(name=name),
        workspace=workspace,
    )


@pytest.mark.parametrize("rows", [(AS_CHILD, AS_ANYBODY), (AS_ANYBODY, AS_CHILD)])
def test_who_is_known_as_a_child_by_one_list_is_sealed_in_the_other(
    bench: Bench, rows: tuple[str, str]
) -> None:
    """They are one person by an identifier, which is sealed, and are counted as one."""
    for name, row in zip("AB", rows, strict=True):
        take_named(bench, name, row)
    for person in people(bench.amal):
        known = said(bench.amal, person)
        assert "value" not in known["name"]
        assert "value" not in known["identifier"]
    assert count_figure(bench.amal, "count persons", quiet).value == 1
    (bench.folder / "rows.csv").unlink()
    (bench.folder / "list.csv").unlink()
    for path, data in every_byte(bench.folder):
        assert b"Smallchild" not in data, path.name
        assert b"11223344556" not in data, path.name
    assert verify_workspace(bench.amal, progress=quiet).ok


def test_only_who_is_cleared_can_tell_equal_identifiers(bench: Bench) -> None:
    """A mark that everybody could make would let a member find out who is sealed by trying."""
    ina = bench.member("ina", "intake")
    take_named(bench, "A", AS_CHILD, ina)
    take_named(bench, "B", AS_CHILD.replace("FICT-1", "FICT-5"), ina)
    stored = [
        row.value or "" for row in bench.amal.store.scan(StatementRow) if is_sealed(row.value)
    ]
    assert all(" " not in value for value in stored)
    assert count_figure(bench.amal, "count persons", quiet).value == 2
    take_named(bench, "C", AS_CHILD.replace("FICT-1", "FICT-7"))
    take_named(bench, "D", AS_CHILD.replace("FICT-1", "FICT-8"))
    assert count_figure(bench.amal, "count persons", quiet).value == 3


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"outside-reviewer"}))
def test_no_role_sees_what_is_sealed_in_passing(two: Bench, role: str) -> None:
    child = people(two.amal)[1]
    member = two.member("somebody", role)
    with suppress(PermissionRefusedError):
        assert MARK not in str(read_record(member, child, history=True))
    with suppress(PermissionRefusedError):
        assert MARK not in str(find_records(member, MARK, quiet)["records"])
    if "open-sealed" in ROLES[role] and "export-records" in ROLES[role]:
        assert MARK in str(open_sealed(member, child, reason="my work"))
    else:
        with pytest.raises(PermissionRefusedError):
            open_sealed(member, child, reason="my work")


def test_a_value_moved_to_another_record_stays_shut_and_is_named(two: Bench) -> None:
    """Somebody who edits the database cannot have one person's name shown as another's."""
    adult = people(two.amal)[0]
    rows = list(two.amal.store.scan(StatementRow))
    text = next(row.value for row in rows if is_sealed(row.value))
    name = next(row.number for row in rows if row.value == "Grownup Person")
    with sqlite3.connect(two.folder / "ws" / SQLITE_NAME) as connection:
        connection.execute("UPDATE statement SET value = ? WHERE number = ?", [text, name])
    opened = open_sealed(two.amal, adult, reason="to see")
    assert MARK not in str(opened)
    report = verify_workspace(two.amal, progress=quiet)
    assert not report.ok


def test_who_is_cleared_finds_a_sealed_name_for_a_reason(two: Bench) -> None:
    child = people(two.amal)[1]
    size = two.amal.store.log_size()
    found = find_records(two.amal, "smalchild hiden", quiet, opens=True, reason="a family asks")
    assert [(one["id"], one["names"]) for one in found["records"]] == [
        (child, ["Smallchild Hidden"])
    ]
    assert two.amal.store.log_size() == size + 1
    run = list(two.amal.store.scan(RunRow))[-1]
    assert '"use":"search"' in run.parameters
    assert "hiden" not in run.parameters, "what was looked for is not told"
    with pytest.raises(InputError):
        find_records(two.amal, MARK, quiet, opens=True)
    with pytest.raises(PermissionRefusedError):
        find_records(two.member("ina", "analyst"), MARK, quiet, opens=True, reason="curiosity")
