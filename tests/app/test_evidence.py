"""Evidence items: taken in once, read with an entry, erased with their bytes."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from bayyina.app import evidence_writing
from bayyina.app.bundling import BundleOrder, create_bundle
from bayyina.app.erasing import erase_record
from bayyina.app.evidence_adding import add_evidence
from bayyina.app.evidence_checking import check_evidence
from bayyina.app.evidence_deriving import derive_item
from bayyina.app.evidence_forms import describe_evidence
from bayyina.app.evidence_inspecting import inspect_item
from bayyina.app.evidence_items import list_items
from bayyina.app.evidence_reading import copy_out, look_at_item, read_bytes
from bayyina.app.evidence_vault import item_rows, keys_of_items, open_vault
from bayyina.app.record_reading import read_record
from bayyina.app.short_ids import record_number
from bayyina.app.undoing import undo_batch
from bayyina.app.verifying import verify_workspace
from bayyina.app.workspace import Workspace
from bayyina.bundle.verifying import verify_bundle
from bayyina.errors import (
    InputError,
    PermissionRefusedError,
    StorageError,
)
from bayyina.media.results import FileReport
from bayyina.vault import taking
from tests.app.conftest import Bench, quiet
from tests.app.evidence_cases import FORM, JPEG, add, blobs, counts, small_files
from tests.app.test_use_cases_are_logged import all_rows, check_change, operational


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return small_files(tmp_path / "files")


def test_every_file_comes_to_something_and_the_report_says_so(bench: Bench, files: Path) -> None:
    done = add(bench.amal, files, source="FICT courier", kind="photograph", captured="2013-05")
    assert counts(done) == (3, 1, 2)
    paths = [Path(line.path).relative_to(files).as_posix() for line in done.lines]
    assert paths == ["a.jpg", "b.txt", "empty", "inner/copy of a.jpg", "link", "pipe"]
    assert done.lines[0].id == done.lines[3].id
    assert [line.code for line in done.lines[4:]] == ["symlink", "pipe"]
    with done.report.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["status"] for row in rows] == [line.status for line in done.lines]
    assert (files / "a.jpg").read_bytes() == JPEG
    item = list_items(bench.amal, media_type="image/")[0]
    assert item.names == ("a.jpg", "copy of a.jpg")
    told = read_record(bench.amal, item.id)["statements"]
    said = {one["property"]: one.get("value") for one in told}
    assert (said["kind"], said["captured_on"], said["size"]) == (
        "photograph",
        "2013-05",
        str(len(JPEG)),
    )
    assert verify_workspace(bench.amal, progress=quiet).ok


def test_entries_account_for_every_row(bench: Bench, files: Path, tmp_path: Path) -> None:
    amal = bench.amal
    check_change(amal, "add-evidence", lambda: add(amal, files, source="FICT courier"))
    item = list_items(amal)[0].id
    (tmp_path / "again.jpg").write_bytes(JPEG)
    check_change(amal, "add-evidence", lambda: add(amal, tmp_path / "again.jpg"))
    check_change(amal, "check-evidence", lambda: check_evidence(amal, progress=quiet))
    out = tmp_path / "out.jpg"
    check_change(amal, "copy-evidence", lambda: copy_out(amal, item, out=out, reason="a test"))
    check_change(
        amal, "look-at-evidence", lambda: look_at_item(amal, item, sealed=True, reason="t")
    )
    form = tmp_path / "one.evidence.yaml"
    form.write_text(FORM.format(item=item), encoding="utf-8")
    check_change(amal, "describe-evidence", lambda: describe_evidence(amal, form=form))
    before = all_rows(amal), operational(amal)
    add(amal, files)
    describe_evidence(amal, form=form)
    look_at_item(amal, item)
    assert (all_rows(amal), operational(amal)) == before


def test_the_second_time_nothing_is_read(
    bench: Bench, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = add(bench.amal, files)
    monkeypatch.setattr(taking, "_opened", lambda path: pytest.fail(f"{path} was read again"))
    again = add(bench.amal, files)
    assert counts(again) == (0, 4, 2)
    assert [line.sha256 for line in again.lines] == [line.sha256 for line in first.lines]
    assert again.batches == []


def test_a_changed_file_is_a_new_item(bench: Bench, files: Path) -> None:
    add(bench.amal, files)
    (files / "b.txt").write_text("FICTIONAL account, longer\n")
    assert counts(add(bench.amal, files)) == (1, 3, 2)


def test_without_its_journal_files_are_read_and_known_again(bench: Bench, files: Path) -> None:
    add(bench.amal, files)
    (bench.amal.folder / "vault" / "taken-in").unlink()
    size = bench.amal.store.log_size()
    assert counts(add(bench.amal, files)) == (0, 4, 2)
    assert bench.amal.store.log_size() == size


def test_a_journal_that_was_changed_counts_for_nothing(bench: Bench, files: Path) -> None:
    add(bench.amal, files)
    journal = bench.amal.folder / "vault" / "taken-in"
    lines = [line.split() for line in journal.read_text().split("\n") if line]
    numbers = [number for _, number, _ in lines]
    swapped = zip(lines, [*numbers[1:], numbers[0]], strict=True)
    journal.write_text("".join(f"{one[0]} {other} {one[2]}\n" for one, other in swapped))
    done = add(bench.amal, files)
    assert counts(done) == (0, 4, 2)
    assert [line.sha256 for line in done.lines[:2]] == [
        hashlib.sha256((files / name).read_bytes()).hexdigest() for name in ("a.jpg", "b.txt")
    ]
    journal.write_bytes(b"\xff\n 1 2\n" + b"0" * 32 + b" 99999999999999999999999999 x\ncut")
    assert counts(add(bench.amal, files)) == (0, 4, 2)


def test_what_a_program_says_of_an_item_is_kept_as_an_item(bench: Bench, files: Path) -> None:
    add(bench.amal, files)
    parent = list_items(bench.amal)[0]
    seen: list[Path] = []

    def look(paths: Iterable[Path]) -> Iterator[FileReport]:
        for path in paths:
            assert path.read_bytes() == JPEG
            seen.append(path)
            yield FileReport(str(path), parent.sha256, "image/jpeg", "ok", "")

    made, said = inspect_item(
        bench.amal, item=parent.id, report=bench.folder / "r.csv", progress=quiet, inspect=look
    )
    assert (said.path, seen[0].suffix) == (parent.id, ".jpg")
    assert not seen[0].parent.exists()
    item = list_items(bench.amal, derived_from=parent.id)[0]
    assert (item.id, item.derivation, item.media_type) == (
        made.id,
        "program_report",
        "application/json",
    )
    content = json.loads(b"".join(read_bytes(bench.amal, item.row)))
    assert (content["item"], content["sha256"]) == (parent.id, parent.sha256)


def test_names_in_any_encoding_and_of_any_length(bench: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "names"
    folder.mkdir()
    names = [
        "صورة ٢٠١٣.jpg".encode(), "\u00e9".encode(), "e\u0301".encode(), "صورة".encode("cp1256"),
        b"line\nbreak", b"=cmd()", b"x" * 250, b" ",
    ]  # fmt: skip
    for number, name in enumerate(names):
        with open(os.path.join(os.fsencode(folder), name), "wb") as file:  # noqa: PTH118, PTH123
            file.write(b"FICT %d" % number)
    deep = folder / ("d" * 150) / ("e" * 150)
    deep.mkdir(parents=True)
    (deep / "file").write_bytes(b"deep")
    done = add(bench.amal, folder)
    assert counts(done) == (len(names) + 1, 0, 0)
    items = list_items(bench.amal)
    held = {item.names[0] for item in items}
    assert {"صورة ٢٠١٣.jpg", "\u00e9", "e\u0301", r"\xd5\xe6\xd1\xc9", "line\nbreak", " "} <= held
    raw = [
        one["value"]
        for item in items
        for one in read_record(bench.amal, item.id)["statements"]
        if one["property"] == "file_name_bytes"
    ]
    assert raw == ["صورة".encode("cp1256").hex()]
    assert verify_workspace(bench.amal, progress=quiet).ok


def test_a_file_that_keeps_changing_is_kept_aside(
    bench: Bench, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = taking._check_same

    def check(before: os.stat_result, after: os.stat_result, size: int) -> None:
        if size == len(JPEG):
            raise taking.FileRefusedError(
                "It changed while it was read.", code="changed-while-read"
            )
        real(before, after, size)

    monkeypatch.setattr(taking, "_check_same", check)
    done = add(bench.amal, files)
    assert counts(done) == (2, 0, 4)
    assert {line.code for line in done.lines if line.status == "kept_aside"} == {
        "changed-while-read", "symlink", "pipe",
    }  # fmt: skip
    assert len(blobs(bench.amal)) == 2


def test_the_workspace_is_not_taken_into_itself(bench: Bench, files: Path) -> None:
    done = add(bench.amal, files, bench.folder)
    assert [line.code for line in done.lines if line.code == "workspace"] == ["workspace"]
    assert not any("vault" in line.path for line in done.lines)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"kind": "no such kind"}, "--kind"),
        ({"captured": "some day"}, "--captured"),
        ({"consent": "perhaps"}, "--consent"),
    ],
)
def test_wrong_words_are_named_before_anything_is_read(
    said: dict[str, str], words: str, bench: Bench, files: Path
) -> None:
    with pytest.raises(InputError, match=words):
        add(bench.amal, files, **said)
    assert list_items(bench.amal) == []


def test_a_path_that_is_not_there(bench: Bench, files: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no"):
        add(bench.amal, tmp_path / "nothing")
    done = add(bench.amal, tmp_path / "nothing", files / "a.jpg")
    assert [line.code for line in done.lines] == ["absent", ""]
    with pytest.raises(InputError, match="no case"):
        add_evidence(bench.amal, paths=[files], report=tmp_path / "r", progress=quiet, case="other")


def test_roles(bench: Bench, files: Path, tmp_path: Path) -> None:
    viewer = bench.member("badr", "viewer")
    for use in (
        lambda: add(viewer, files),
        lambda: list_items(viewer),
        lambda: check_evidence(viewer, progress=quiet),
        lambda: copy_out(viewer, "FICT-2-0", out=tmp_path / "o", reason="r"),
        lambda: describe_evidence(viewer, form=tmp_path / "f"),
    ):
        with pytest.raises(PermissionRefusedError):
            use()
    add(bench.amal, files, sealed=True)
    analyst = bench.member("chams", "analyst")
    item = list_items(analyst)[0].id
    with pytest.raises(PermissionRefusedError, match="open-sealed"):
        look_at_item(analyst, item, reason="r")
    with pytest.raises(PermissionRefusedError, match="open-sealed"):
        copy_out(analyst, item, out=tmp_path / "o", reason="r")


def test_a_copy_has_a_reason_and_an_event(bench: Bench, files: Path, tmp_path: Path) -> None:
    add(bench.amal, files)
    item, out = list_items(bench.amal)[0].id, tmp_path / "out.jpg"
    with pytest.raises(InputError, match="reason"):
        copy_out(bench.amal, item, out=out, reason=" ")
    copy_out(bench.amal, item, out=out, reason="for the examiner")
    assert out.read_bytes() == JPEG
    with pytest.raises(InputError, match="there already"):
        copy_out(bench.amal, item, out=out, reason="again")
    events = [(event.type, event.detail) for event in look_at_item(bench.amal, item).events]
    assert ("dissemination", "for the examiner") in events
    assert events[0][0] == "ingestion"


def test_sealed_statements_need_a_reason(bench: Bench, files: Path) -> None:
    add(bench.amal, files, brought_by="FICT courier of the north")
    item = list_items(bench.amal)[0].id
    view = look_at_item(bench.amal, item)
    assert view.sealed_left_out == 1
    assert "courier" not in str(view.record)
    with pytest.raises(InputError, match="reason"):
        look_at_item(bench.amal, item, sealed=True)
    shown = look_at_item(bench.amal, item, sealed=True, reason="to reach them")
    assert "courier of the north" in str(shown.record)
    assert look_at_item(bench.amal, item).events[-1].detail == "to reach them"


def test_a_sealed_item_is_not_seen_by_another_door(bench: Bench, files: Path) -> None:
    add(bench.amal, files / "a.jpg", brought_by="FICT courier")
    add(bench.amal, files / "b.txt", sealed=True)
    plain, sealed = (item.id for item in list_items(bench.amal))
    assert "courier" not in str(read_record(bench.amal, plain, history=True))
    with pytest.raises(InputError, match="evidence show"):
        read_record(bench.amal, sealed)


def test_what_is_made_from_an_item_names_it(bench: Bench, files: Path, tmp_path: Path) -> None:
    add(bench.amal, files)
    parent = list_items(bench.amal)[0].id
    small = tmp_path / "small.jpg"
    small.write_bytes(JPEG[:30])

    def derive(file: Path, **more: str) -> str:
        return derive_item(
            bench.amal, parent=parent, file=file, derivation="thumbnail", tool="convert",
            version="7.1", parameters="-resize 10", report=tmp_path / "r.csv", progress=quiet, **more,
        ).id  # fmt: skip

    made = derive(small)
    said = {
        one["property"]: one.get("value") for one in read_record(bench.amal, made)["statements"]
    }
    assert (said["tool"], said["tool_version"], said["tool_parameters"]) == (
        "convert", "7.1", "-resize 10",
    )  # fmt: skip
    assert said["derived_from"] == str(record_number(bench.amal, parent))
    assert look_at_item(bench.amal, parent).derived == (made,)
    assert [item.id for item in list_items(bench.amal, derived_from=parent)] == [made]
    with pytest.raises(InputError, match="here already"):
        derive(files / "a.jpg")


def test_erasing_takes_the_bytes_and_leaves_the_proofs(
    bench: Bench, files: Path, tmp_path: Path
) -> None:
    amal = bench.amal
    first = add(amal, files / "a.jpg", brought_by="FICT courier of the north", second_digest=True)
    add(amal, files)
    item = list_items(amal)[0]
    keys = keys_of_items(amal, item_rows(amal))
    address = keys[item.number].address
    people = [bench.member(handle, "data-protection") for handle in ("badr", "chams")]

    def erase(workspace: Workspace) -> None:
        erase_record(workspace, record_id=item.id, reason="objection", progress=quiet)

    check_change(people[0], "agree-erasure", lambda: erase(people[0]))
    assert address in blobs(amal), "one person's agreement takes nothing"
    check_change(people[1], "erase", lambda: erase(people[1]), erased=(item.number,))
    assert address not in blobs(amal)
    assert verify_workspace(amal, progress=quiet).ok
    checked = check_evidence(amal, progress=quiet)
    assert (checked.ok, checked.erased, checked.total) == (True, 1, 2)
    with pytest.raises(InputError, match="erased by two people"):
        copy_out(amal, item.id, out=tmp_path / "o", reason="r")
    done = add(amal, files)
    assert [line.code for line in done.lines if line.code] == [
        "erased",
        "erased",
        "symlink",
        "pipe",
    ]
    (amal.folder / "vault" / "taken-in").unlink()
    again = add(amal, files)
    assert again.lines[0].code == "erased"
    left = [path for path in amal.folder.rglob("*") if path.is_file()]
    content = b"".join(path.read_bytes() for path in left)
    for trace in (item.sha256, item.sha512, "courier of the north"):
        assert trace.encode() not in content, trace
    assert JPEG not in content
    assert "a.jpg" not in first.report.read_text(encoding="utf-8-sig")


def test_a_blob_that_could_not_be_removed_goes_with_the_next_call(
    bench: Bench, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    amal = bench.amal
    add(amal, files / "a.jpg")
    item = list_items(amal)[0]
    people = [bench.member(handle, "data-protection") for handle in ("badr", "chams")]
    erase_record(people[0], record_id=item.id, reason="objection", progress=quiet)
    store = type(open_vault(amal).store)

    def refuse(*_: object) -> None:
        raise StorageError("The vault is away.")

    with monkeypatch.context() as patch:
        patch.setattr(store, "delete", refuse)
        with pytest.raises(StorageError, match="away"):
            erase_record(people[1], record_id=item.id, reason="objection", progress=quiet)
    assert len(blobs(amal)) == 1
    erase_record(people[1], record_id=item.id, reason="objection", progress=quiet)
    assert blobs(amal) == set()


def test_a_database_that_refuses_leaves_no_blob_behind(
    bench: Bench, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StorageError("The database is full.")

    with monkeypatch.context() as patch:
        patch.setattr(evidence_writing.BatchWriter, "_add_item", full)
        with pytest.raises(StorageError, match="full"):
            add(bench.amal, files)
    assert len(blobs(bench.amal)) == 3
    assert list_items(bench.amal) == []
    done = add(bench.amal, files)
    assert (counts(done), done.removed) == ((3, 1, 2), 3)
    assert len(blobs(bench.amal)) == 3


def test_the_database_holds_no_key_of_the_bytes(bench: Bench, files: Path) -> None:
    add(bench.amal, files)
    addresses = [keys.address for keys in keys_of_items(bench.amal, item_rows(bench.amal)).values()]
    with sqlite3.connect(bench.amal.folder / "bayyina.sqlite3") as database:
        dump = "\n".join(database.iterdump())
    assert len(addresses) == 3
    assert not any(address in dump for address in addresses)


def test_an_intake_is_not_undone(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"FICTIONAL")
    done = add_evidence(
        bench.amal, paths=[tmp_path / "a.bin"], report=tmp_path / "r.csv", progress=quiet
    )
    size = bench.amal.store.log_size()
    with pytest.raises(InputError, match="stays on record") as refused:
        undo_batch(bench.amal, batch=done.batches[0])
    assert refused.value.code == "not-undoable"
    assert bench.amal.store.log_size() == size


def test_evidence_on_postgresql(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taken in, taken in again, checked, bundled and verified, with the rows in PostgreSQL."""
    monkeypatch.setenv("BAYYINA_DATABASE_URL", postgres_url)
    made = Bench(tmp_path)
    files = tmp_path / "files"
    files.mkdir()
    for number in range(12):
        (files / f"{number} \u0635\u0648\u0631\u0629.bin").write_bytes(
            bytes([number]) * (70_000 * number)
        )
    report = tmp_path / "r.csv"
    first = add_evidence(made.amal, paths=[files], report=report, progress=quiet)
    again = add_evidence(made.amal, paths=[files], report=report, progress=quiet)
    assert (first.count("added"), again.count("already")) == (12, 12)
    check = check_evidence(made.amal, progress=quiet)
    assert (check.findings, len(list_items(made.amal))) == ([], 12)
    order = BundleOrder("FICTIONAL", whole_case=True)
    out = tmp_path / "out"
    create_bundle(made.amal, order, out=out, progress=quiet)
    assert verify_bundle(out).report.ok
    assert len(list((out / "data/evidence").iterdir())) == 12
    found = verify_workspace(made.amal, progress=quiet)
    assert found.ok, [check for check in found.checks if not check.ok]
    made.close()
