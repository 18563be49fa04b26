"""Replacing keys: everything still opens, for those who are members now and for nobody else."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from bayyina.app.clearances import is_cleared, opener_of, withdraw_clearance
from bayyina.app.erasing import erase_record
from bayyina.app.key_rotating import rotate_case_key, rotate_log_key, rotate_sealing_key
from bayyina.app.log_keys import own_verifiers
from bayyina.app.members import set_roles
from bayyina.app.proving import latest_checkpoint
from bayyina.app.rows import CaseKeyRow, CaseRow, MemberRow, RecordRow
from bayyina.app.sealing_keys import sealing_keys, sealing_public
from bayyina.app.verifying import verify_workspace
from bayyina.app.workspace import Workspace
from bayyina.db.opening import open_workspace
from bayyina.errors import (
    BusyError,
    CustodyError,
    InputError,
    KeyLockedError,
    PermissionRefusedError,
)
from bayyina.keys.case_keys import open_case_key
from bayyina.keys.personal import read_key_file
from bayyina.keys.record_keys import KeyWrap
from tests.app.conftest import ROWS, Bench, quiet
from tests.app.evidence_cases import add
from tests.app.test_use_cases_are_logged import check_change, first_person


def rotated(workspace: Workspace, reason: str = "member-left") -> Workspace:
    return rotate_case_key(workspace, reason=reason, progress=quiet).workspace


def holds(workspace: Workspace) -> bool:
    return verify_workspace(workspace, progress=quiet).ok


def test_each_replacement_is_logged(bench: Bench) -> None:
    bench.take_in(*ROWS)
    check_change(
        bench.amal,
        "rotate-case-key",
        lambda: rotate_case_key(bench.amal, reason="routine", progress=quiet),
    )
    amal = bench.as_member("amal")
    check_change(amal, "rotate-sealing-key", lambda: rotate_sealing_key(amal, reason="member-left"))
    check_change(amal, "rotate-log-key", lambda: rotate_log_key(amal, reason="key-stolen"))


def test_all_of_it_opens_afterwards_and_the_log_holds(bench: Bench) -> None:
    bench.take_in(*ROWS)
    result = rotate_case_key(bench.amal, reason="member-left", progress=quiet)
    records = sum(1 for _ in bench.amal.store.scan(RecordRow))
    assert (result.records, result.people, result.traces_left) == (records, ("amal",), False)
    assert result.batches == len(bench.amal.store.batches())
    again = bench.as_member("amal")
    assert again.keys.case_key == result.workspace.keys.case_key != bench.amal.keys.case_key
    assert again.keys.marks == bench.amal.keys.marks == bench.amal.keys.case_key
    assert holds(again)
    assert bench.take_in(ROWS[0].replace("held", "died"), workspace=again).batch is not None
    assert holds(rotated(again, "routine"))
    third = bench.as_member("amal")
    assert third.keys.marks == bench.amal.keys.case_key
    assert holds(third)


def test_what_was_known_is_known_again(bench: Bench) -> None:
    """Erased records, rows of lists and bytes of evidence are known by marks that stay."""
    bench.take_in(*ROWS)
    picture = bench.folder / "picture.bin"
    picture.write_bytes(b"FICTIONAL" * 50)
    add(bench.amal, picture)
    first, second = (bench.member(name, "data-protection") for name in ("dana", "emad"))
    person = first_person(bench.amal)
    for workspace in (first, second):
        erase_record(workspace, record_id=person, reason="objection", progress=quiet)
    rotated(bench.amal)
    again = bench.as_member("amal")
    records = sum(1 for _ in again.store.scan(RecordRow))
    bench.take_in(*ROWS, workspace=again, asserted_on="2024-01-02")
    add(again, picture)
    assert sum(1 for _ in again.store.scan(RecordRow)) == records
    assert holds(again)


def test_who_left_does_not_open_what_comes_later(bench: Bench) -> None:
    bench.take_in(*ROWS)
    badr = bench.member("badr", "analyst")
    key = read_key_file(bench.folder / "ws" / "people" / "badr.key", "badr")
    set_roles(bench.amal, handle="badr", roles=[])
    rotated(bench.amal)
    again = bench.as_member("amal")
    bench.take_in("FICT-9,New One,M,1990,2014,Homs,held,", workspace=again)
    former = [row.number for row in again.store.scan(MemberRow) if row.handle == "badr"]
    (case,) = again.store.find(CaseRow, "code", ["main"])
    opened = {
        open_case_key(bytes.fromhex(row.wrapped), key.box, place="main")
        for row in again.store.find(CaseKeyRow, "member", former)
        if row.case == case.number
    }
    assert opened == {badr.keys.case_key}
    for row in again.store.scan(RecordRow):
        with pytest.raises(CustodyError):
            KeyWrap(badr.keys.case_key).open_record(row.number, bytes(row.wrapped_key or b""))


def test_old_wrapped_keys_are_gone_from_the_files(bench: Bench) -> None:
    bench.take_in(*ROWS)
    old = [bytes(row.wrapped_key or b"") for row in bench.amal.store.scan(RecordRow)]
    rotated(bench.amal)
    for path in bench.amal.folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [key for key in old if key in content], path


def test_whoever_still_holds_the_old_key_cannot_write(bench: Bench) -> None:
    badr = bench.member("badr", "intake")
    bench.take_in(*ROWS)
    rotated(bench.amal)
    for workspace in (bench.amal, badr):
        with pytest.raises(KeyLockedError, match="case key was replaced since you opened"):
            bench.take_in(ROWS[0].replace("held", "died"), workspace=workspace)
    badr = bench.as_member("badr")
    assert bench.take_in(ROWS[0].replace("held", "died"), workspace=badr).batch is not None


def test_a_replacement_that_fails_changes_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.take_in(*ROWS)
    size = bench.amal.store.log_size()
    with closing(sqlite3.connect(bench.folder / "ws" / "records.sqlite3")) as database:
        number, key = database.execute(
            "SELECT number, wrapped_key FROM record ORDER BY number DESC"
        ).fetchone()
        database.execute("UPDATE record SET wrapped_key = ? WHERE number = ?", (key[::-1], number))
        database.commit()
        with pytest.raises(CustodyError, match=f"wrapped key of record {number}"):
            rotated(bench.amal)
        database.execute("UPDATE record SET wrapped_key = ? WHERE number = ?", (key, number))
        database.commit()
    assert bench.amal.store.log_size() == size
    assert holds(bench.as_member("amal"))
    monkeypatch.setattr("bayyina.app.key_rotating.CHUNK", 1)
    assert holds(rotated(bench.amal))


def test_not_while_an_import_runs(bench: Bench) -> None:
    badr = bench.member("badr", "administrator")
    with bench.amal.store.import_lock(), pytest.raises(BusyError):
        rotated(badr)


def test_it_takes_the_permission_and_a_reason(bench: Bench) -> None:
    badr = bench.member("badr", "analyst")
    with pytest.raises(PermissionRefusedError):
        rotated(badr)
    with pytest.raises(PermissionRefusedError):
        rotate_log_key(badr, reason="routine")
    with pytest.raises(PermissionRefusedError):
        rotate_sealing_key(badr, reason="routine")
    with pytest.raises(InputError, match="is no reason to replace a key"):
        rotated(bench.amal, "because he went home")


def test_a_new_sealing_key_goes_to_those_who_are_cleared(bench: Bench) -> None:
    bench.member("badr", "verifier")
    bench.member("carim", "viewer")
    assert is_cleared(bench.amal.store, bench.as_member("badr").member)
    before = sealing_public(bench.amal.store)
    result = rotate_sealing_key(bench.amal, reason="member-left")
    assert result.people == ("amal", "badr")
    assert sealing_public(bench.amal.store) != before
    assert [key.code for key in sealing_keys(bench.amal.store)] == ["main/sealed", "main/sealed.2"]
    assert [len(opener_of(bench.as_member(name)).keys) for name in ("amal", "badr", "carim")] == [
        2, 2, 0,
    ]  # fmt: skip
    carim = bench.as_member("carim")
    with pytest.raises(PermissionRefusedError):
        rotate_sealing_key(carim, reason="routine")
    withdraw_clearance(bench.amal, "badr")
    with pytest.raises(KeyLockedError, match="badr is not cleared"):
        rotate_sealing_key(bench.as_member("badr"), reason="routine")


def test_a_new_log_key_is_known_by_who_trusts_the_old(bench: Bench) -> None:
    bench.take_in(*ROWS)
    old = latest_checkpoint(bench.amal)
    rotate_log_key(bench.amal, reason="key-stolen")
    again = bench.as_member("amal")
    bench.take_in(ROWS[0].replace("held", "died"), workspace=again)
    new = latest_checkpoint(again)
    assert new["key"] != old["key"]
    assert len(own_verifiers(again)) == 2
    notes = [old["checkpoint"], new["checkpoint"]]
    for key in (None, old["key"], new["key"]):
        report = verify_workspace(again, outside=notes, key=key, progress=quiet)
        assert report.ok, (key, report.findings)
    rotate_log_key(again, reason="routine")
    third = bench.as_member("amal")
    assert verify_workspace(third, outside=notes, key=old["key"], progress=quiet).ok


def test_a_key_that_only_a_setting_names_is_not_trusted(bench: Bench) -> None:
    from bayyina.app.changes import change
    from bayyina.app.rows import SettingRow

    old = latest_checkpoint(bench.amal)
    with change(bench.amal, "set") as writer:
        writer.add(SettingRow, name="log_public_key", text="ab" * 32)
        writer.finish({})
    assert len(own_verifiers(bench.amal)) == 1
    assert old["key"] == latest_checkpoint(bench.amal)["key"]


def test_it_can_be_opened_by_everybody_who_is_a_member(bench: Bench) -> None:
    bench.member("badr", "viewer")
    rotated(bench.amal)
    for handle in ("amal", "badr"):
        opened = open_workspace(bench.folder / "ws", person=handle, passphrase=handle)
        opened.store.close()
    bench.amal.store.close()
