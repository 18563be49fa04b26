"""Backups: made while others write, opened, destroyed and restored; damage anywhere is named."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

import pytest

from bayyina.app.backing_up import BackupMade, BackupReaders, create_backup
from bayyina.app.clearances import opener_of
from bayyina.app.clocks import FixedClock
from bayyina.app.erasing import erase_record
from bayyina.app.inquiries import Inquiry, keep_inquiry
from bayyina.app.key_rotating import rotate_case_key
from bayyina.app.members import set_roles
from bayyina.app.own_drafts import keep_draft, read_draft
from bayyina.app.recovering import make_shares
from bayyina.app.rows import RecordRow, RunRow
from bayyina.app.verifying import verify_workspace
from bayyina.app.workspace import Workspace
from bayyina.db.backups import BackupKey, Look, restore_backup, verify_backup
from bayyina.db.freezing import frozen_database
from bayyina.db.key_files import rescue_workspace
from bayyina.db.opening import open_workspace
from bayyina.db.store import DjangoStore
from bayyina.errors import (
    BusyError,
    FileUnreadableError,
    InputError,
    KeyLockedError,
    PermissionRefusedError,
    StorageError,
    WorkspaceError,
)
from bayyina.keys.personal import KdfCost, PersonalKey, read_key_file
from bayyina.keys.shares import combine
from tests.app.conftest import ROWS, Bench, quiet
from tests.app.evidence_cases import add
from tests.app.test_use_cases_are_logged import check_change

CHEAP = KdfCost(memory_kib=64, iterations=1)


def back_up(bench: Bench, *, workspace: Workspace | None = None, **readers: Any) -> BackupMade:
    used = workspace or bench.amal
    store = used.store
    assert isinstance(store, DjangoStore)
    with_key_files = readers.pop("with_key_files", False)
    bench.clock.moment += timedelta(seconds=2)
    return create_backup(
        used,
        folder=bench.folder / "backups",
        freeze=lambda: frozen_database(store, used.folder),
        readers=BackupReaders(**readers),
        with_key_files=with_key_files,
        with_blobs=True,
        progress=quiet,
        cost=CHEAP,
    )


def take_in_file(workspace: Workspace, folder: Path, content: bytes) -> int:
    """Take a file in as evidence; the number of its record."""
    path = folder / f"item-{len(content)}.bin"
    path.write_bytes(content)
    add(workspace, path)
    items = [r.number for r in workspace.store.scan(RecordRow) if r.record_type == "EvidenceItem"]
    return items[-1]


def key_of(bench: Bench, handle: str = "amal") -> BackupKey:
    """The key of a member, from a copy that was kept elsewhere."""
    kept = bench.folder / f"kept-{handle}.key"
    if not kept.exists():
        shutil.copyfile(bench.folder / "ws" / "people" / f"{handle}.key", kept)
    return BackupKey(read_key_file(kept, handle), kept)


def look(bench: Bench, *checkpoints: str) -> Look:
    return Look(checkpoints, clock=bench.clock)


def test_making_one_is_logged(bench: Bench) -> None:
    bench.take_in(*ROWS)
    check_change(bench.amal, "back-up", lambda: back_up(bench))
    run = next(row for row in bench.amal.store.scan(RunRow) if row.run_kind == "backup")
    assert '"recipients":["amal"]' in run.parameters


def test_a_destroyed_workspace_comes_back(bench: Bench) -> None:
    bench.take_in(*ROWS)
    item = take_in_file(bench.amal, bench.folder, b"a photograph" * 9_000)
    made = back_up(bench)
    key = key_of(bench)
    counted = sum(1 for _ in bench.amal.store.scan(RecordRow))
    bench.amal.store.close()
    shutil.rmtree(bench.folder / "ws")

    state = restore_backup(made.file, key, bench.folder / "again", look(bench), quiet)
    assert state.ok
    assert state.report.ok
    assert (state.records, state.entries) == (counted, made.entries)
    assert (state.blobs, state.blobs_read) == (1, 1)
    again = open_workspace(bench.folder / "again", passphrase="amal", clock=bench.clock)
    assert sum(1 for _ in again.store.scan(RecordRow)) == counted
    assert again.short_id(item)
    assert bench.take_in(ROWS[0], workspace=again).batch is None  # it knows the row
    again.store.close()
    assert not list(bench.folder.glob("private*"))


def test_it_is_verified_where_it_lies_and_leaves_nothing(bench: Bench, tmp_path: Path) -> None:
    bench.take_in(*ROWS)
    made = back_up(bench)
    before = {path for path in tmp_path.rglob("*") if "locks" not in path.parts}
    state = verify_backup(made.file, key_of(bench), look(bench), quiet)
    assert state.ok
    assert state.report.ok
    left = {path for path in tmp_path.rglob("*") if "locks" not in path.parts} - before
    assert left <= {bench.folder / "kept-amal.key"}


def test_how_far_behind_it_is(bench: Bench) -> None:
    bench.take_in(*ROWS)
    made = back_up(bench)
    bench.take_in(ROWS[0].replace("held", "died"), asserted_on="2024-01-01")
    newest = bench.amal.store.checkpoints()[-1].note
    state = verify_backup(made.file, key_of(bench), look(bench, newest), quiet)
    assert state.ok
    assert state.behind == bench.amal.store.log_size() - made.entries == 2


def test_a_checkpoint_of_another_history_is_found(bench: Bench) -> None:
    made = back_up(bench)
    note = bench.amal.store.checkpoints()[0].note
    forged = note.replace("\n1\n", "\n1\nA", 1)
    state = verify_backup(made.file, key_of(bench), look(bench, forged), quiet)
    assert not state.ok


def test_nobody_else_opens_it(bench: Bench) -> None:
    bench.take_in(*ROWS)
    made = back_up(bench)
    assert b"Alif One" not in made.file.read_bytes()
    with pytest.raises(KeyLockedError, match="was not made for this key"):
        verify_backup(made.file, BackupKey(PersonalKey.generate()), look(bench), quiet)


def test_it_can_be_made_for_others_by_handle_age_key_and_passphrase(bench: Bench) -> None:
    bench.member("badr", "viewer")
    made = back_up(bench, handles=("badr",), passphrase="a passphrase of its own")
    assert made.recipients == ("badr", "passphrase")
    state = verify_backup(made.file, key_of(bench, "badr"), look(bench), quiet)
    assert state.ok
    assert not state.report.ok  # a viewer may not open every row
    with pytest.raises(KeyLockedError):
        verify_backup(made.file, key_of(bench), look(bench), quiet)
    own = made.file.with_suffix(".key")
    key = BackupKey(read_key_file(own, "a passphrase of its own"), own)
    state = restore_backup(made.file, key, bench.folder / "again", look(bench), quiet)
    assert state.ok
    assert not (bench.folder / "again" / "people").exists()


def test_somebody_unknown_is_refused(bench: Bench) -> None:
    with pytest.raises(InputError, match="nobody is not a member"):
        back_up(bench, handles=("nobody",))
    with pytest.raises(InputError, match="not an age recipient"):
        back_up(bench, age_keys=("age1no",))
    assert not list((bench.folder / "backups").glob("*.age"))


def test_key_files_go_in_only_when_asked(bench: Bench) -> None:
    made = back_up(bench)
    assert made.key_files == 0
    with_keys = back_up(bench, with_key_files=True)
    key = key_of(bench)
    restore_backup(with_keys.file, BackupKey(key.personal), bench.folder / "a", look(bench), quiet)
    assert (bench.folder / "a" / "people" / "amal.key").is_file()
    restore_backup(made.file, BackupKey(key.personal), bench.folder / "b", look(bench), quiet)
    assert not (bench.folder / "b" / "people").exists()


def test_what_waits_to_be_taken_up_is_in_it(bench: Bench) -> None:
    work = bench.amal
    kept = keep_draft(work, {"person.name": "Ba Draft"})
    asked = Inquiry("Ba", "Alif", "", "", "evenings", "")
    waiting = keep_inquiry(work.folder, work.store, work.clock.now(), asked)
    made = back_up(bench)
    again = bench.folder / "again"
    restore_backup(made.file, key_of(bench), again, look(bench), quiet)
    assert [path.name for path in (again / "inquiries").iterdir()] == [f"{waiting}.json"]
    assert read_draft(replace(work, folder=again), kept).fields == {"person.name": "Ba Draft"}


def test_bits_that_changed_are_found_wherever_they_are(bench: Bench) -> None:
    bench.take_in(*ROWS)
    made = back_up(bench)
    whole, key = made.file.read_bytes(), key_of(bench)
    damaged = bench.folder / "backups" / "damaged.age"
    for at in (*range(0, 400, 23), *range(400, len(whole), len(whole) // 12), len(whole) - 1):
        damaged.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises((FileUnreadableError, KeyLockedError)):
            restore_backup(damaged, key, bench.folder / "again", look(bench), quiet)
        assert not (bench.folder / "again").exists()
    for length in (0, 1, 199, len(whole) // 2, len(whole) - 1):
        damaged.write_bytes(whole[:length])
        with pytest.raises((FileUnreadableError, KeyLockedError)):
            verify_backup(damaged, key, look(bench), quiet)
    damaged.write_bytes(whole + b"\0")
    with pytest.raises(FileUnreadableError):
        verify_backup(damaged, key, look(bench), quiet)


def test_blobs_are_copied_once_and_damage_to_them_is_named(bench: Bench) -> None:
    item = take_in_file(bench.amal, bench.folder, b"x" * 200_000)
    first = back_up(bench)
    assert (first.blobs, first.blobs_copied) == (1, 1)
    take_in_file(bench.amal, bench.folder, b"y" * 100)
    second = back_up(bench)
    assert (second.blobs, second.blobs_copied) == (2, 1)
    blobs = sorted((bench.folder / "backups").glob("blobs-*/*/*"), key=lambda p: p.stat().st_size)
    content = bytearray(blobs[-1].read_bytes())
    content[70_000] ^= 1
    blobs[-1].write_bytes(content)
    state = verify_backup(second.file, key_of(bench), look(bench), quiet)
    assert not state.ok
    assert state.blobs_wrong == (bench.amal.short_id(item),)
    blobs[-1].unlink()
    assert verify_backup(second.file, key_of(bench), look(bench), quiet).blobs_wrong_count == 1
    assert back_up(bench).blobs_copied == 1


def test_a_backup_after_an_erasure_holds_nothing_erased(bench: Bench) -> None:
    bench.take_in(*ROWS)
    before = back_up(bench)
    first = bench.member("dana", "data-protection")
    second = bench.member("emad", "data-protection")
    item = take_in_file(bench.amal, bench.folder, b"z" * 5_000)
    earlier = back_up(bench)
    people = [r.number for r in bench.amal.store.scan(RecordRow) if r.record_type == "Person"]
    for number in (people[0], item):
        for workspace in (first, second):
            record = workspace.short_id(number)
            erase_record(workspace, record_id=record, reason="objection", progress=quiet)
    after = back_up(bench)
    assert after.before_erasure == (before.file.name, earlier.file.name)
    assert (after.blobs, after.blobs_removed) == (0, 1)
    restore_backup(after.file, key_of(bench), bench.folder / "again", look(bench), quiet)
    for path in (bench.folder / "again").rglob("*"):
        if path.is_file():
            assert b"Alif One" not in path.read_bytes()


def test_blobs_that_erasures_do_not_explain_are_left(bench: Bench) -> None:
    take_in_file(bench.amal, bench.folder, b"z" * 5_000)
    back_up(bench)
    place = next((bench.folder / "backups").glob("blobs-*"))
    (place / "a").mkdir(exist_ok=True)
    (place / "a" / ("a" * 64)).write_bytes(b"of nobody")
    made = back_up(bench)
    assert (made.blobs_foreign, made.blobs_removed) == (1, 0)
    assert (place / "a" / ("a" * 64)).exists()


def test_others_write_while_it_is_made(bench: Bench) -> None:
    """What is copied is one state, though the file is checkpointed and written meanwhile."""
    bench.take_in(*ROWS)
    store = bench.amal.store
    assert isinstance(store, DjangoStore)
    with frozen_database(store, bench.amal.folder) as frozen:
        before = frozen.path.read_bytes()
        for _ in range(60):
            set_roles(bench.amal, handle="amal", roles=bench.amal.member.roles.split())
        with closing(sqlite3.connect(frozen.path)) as other:
            other.execute("PRAGMA wal_checkpoint(PASSIVE)")
        assert frozen.path.read_bytes() == before
    copy = bench.folder / "copy.sqlite3"
    copy.write_bytes(before)
    with closing(sqlite3.connect(copy)) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert opened.execute("SELECT count(*) FROM entry").fetchone() == (frozen.entries,)
    assert store.log_size() == frozen.entries + 60


def test_somebody_who_reads_an_older_state_all_the_time_is_told_of(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.take_in(*ROWS)
    monkeypatch.setattr("bayyina.db.freezing.TRIES", 2)
    monkeypatch.setattr("bayyina.db.freezing.time.sleep", lambda _: None)
    with closing(sqlite3.connect(bench.folder / "ws" / "records.sqlite3")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM entry").fetchone()
        set_roles(bench.amal, handle="amal", roles=bench.amal.member.roles.split())
        with pytest.raises(BusyError, match="keep reading older states"):
            back_up(bench)


@pytest.mark.parametrize("after", [0, 10_000, 150_000])
def test_a_full_disk_leaves_no_backup(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    bench.take_in(*ROWS)
    monkeypatch.setattr("bayyina.app.backing_up.os.fdopen", full_after(after))
    with pytest.raises(StorageError, match="No space left"):
        back_up(bench)
    monkeypatch.undo()
    left = [path.name for path in (bench.folder / "backups").iterdir()]
    assert [name for name in left if name != ".lock"] == []
    assert not [row for row in bench.amal.store.scan(RunRow) if row.run_kind == "backup"]


def full_after(count: int) -> Callable[..., Any]:
    """``os.fdopen`` on a disk that is full after so many bytes."""
    from os import fdopen

    class Full:
        def __init__(self, file: Any) -> None:
            self.file, self.left = file, count

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            self.file.close()

        def __getattr__(self, name: str) -> Any:
            return getattr(self.file, name)

        def write(self, data: bytes) -> int:
            self.left -= len(data)
            if self.left < 0:
                raise OSError(errno.ENOSPC, "No space left on device")
            return int(self.file.write(data))

    return lambda handle, mode: Full(fdopen(handle, mode))


def test_what_a_killed_backup_left_is_removed_by_the_next(bench: Bench) -> None:
    folder = bench.folder / "backups"
    folder.mkdir()
    (folder / ".bayyina-20240101T000000Z.age.part").write_bytes(b"half")
    back_up(bench)
    assert not list(folder.glob(".*.part"))
    assert len(list(folder.glob("bayyina-*.age"))) == 1


def test_a_folder_inside_the_workspace_is_refused(bench: Bench) -> None:
    store = bench.amal.store
    assert isinstance(store, DjangoStore)
    with pytest.raises(InputError, match="belongs on another disk"):
        create_backup(
            bench.amal,
            folder=bench.amal.folder / "backups",
            freeze=lambda: frozen_database(store, bench.amal.folder),
            readers=BackupReaders(),
            with_key_files=False,
            with_blobs=True,
            progress=quiet,
        )


def test_it_takes_the_permission(bench: Bench) -> None:
    badr = bench.member("badr", "analyst")
    with pytest.raises(PermissionRefusedError):
        back_up(bench, workspace=badr)


def test_a_folder_with_something_in_it_is_left_alone(bench: Bench) -> None:
    made = back_up(bench)
    place = bench.folder / "full"
    place.mkdir()
    (place / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(WorkspaceError, match="not an empty folder"):
        restore_backup(made.file, key_of(bench), place, look(bench), quiet)
    assert [path.name for path in place.iterdir()] == ["mine.txt"]


def test_a_tampered_row_is_found_in_the_backup(bench: Bench) -> None:
    bench.take_in(*ROWS)
    with closing(sqlite3.connect(bench.folder / "ws" / "records.sqlite3")) as database:
        database.execute("UPDATE statement SET value = 'female' WHERE value = 'male'")
        database.commit()
    made = back_up(bench)
    state = verify_backup(made.file, key_of(bench), look(bench), quiet)
    assert not state.ok
    assert [check.number for check in state.report.broken] == [9]


def test_other_encrypted_files_are_no_backups(bench: Bench, tmp_path: Path) -> None:
    from pyrage import encrypt, x25519

    from bayyina.keys.age_keys import age_recipient

    key = key_of(bench)
    recipient = x25519.Recipient.from_str(age_recipient(key.personal.public.box))
    other = tmp_path / "other.age"
    for content in (b"", b"not an archive", b"\0" * 10_240):
        other.write_bytes(encrypt(content, [recipient]))
        with pytest.raises(FileUnreadableError):
            verify_backup(other, key, look(bench), quiet)
    with pytest.raises(FileUnreadableError, match="cannot be read"):
        verify_backup(tmp_path / "absent.age", key, look(bench), quiet)


def test_the_clock_of_a_backup_is_the_workspace_s(bench: Bench) -> None:
    assert isinstance(bench.clock, FixedClock)
    assert back_up(bench).file.name == "bayyina-20240101T120002Z.age"


def test_on_postgresql(tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows of one state, in an SQLite file; its key is replaced there as anywhere."""
    monkeypatch.setenv("BAYYINA_DATABASE_URL", postgres_url)
    bench = Bench(tmp_path)
    try:
        bench.take_in(*ROWS)
        made = back_up(bench)
        assert not list((bench.folder / "ws").glob("private*"))
        again = rotate_case_key(bench.amal, reason="routine", progress=quiet).workspace
        assert verify_workspace(again, progress=quiet).ok
        rotated = back_up(bench, workspace=again)
        for one, place in ((made, "one"), (rotated, "two")):
            state = restore_backup(one.file, key_of(bench), tmp_path / place, look(bench), quiet)
            assert state.ok
            assert state.report.ok
            assert (state.records, state.statements) == (one.records, one.statements)
        monkeypatch.delenv("BAYYINA_DATABASE_URL")
        restored = open_workspace(tmp_path / "two", passphrase="amal", clock=bench.clock)
        assert sum(1 for _ in restored.store.scan(RecordRow)) == rotated.records
        restored.store.close()
    finally:
        bench.close()


def test_shares_bring_a_workspace_back_whose_keys_are_all_gone(bench: Bench) -> None:
    """The office is searched: the machine and every key file are gone, a backup and paper are left."""
    bench.take_in(*ROWS)
    shares = make_shares(bench.amal, of=5, needed=3).shares
    made = back_up(bench)
    assert made.recipients == ("amal", "recovery shares")
    counted = sum(1 for _ in bench.amal.store.scan(RecordRow))
    sealed = opener_of(bench.amal).keys.keys()
    bench.amal.store.close()
    shutil.rmtree(bench.folder / "ws")

    secret = combine(shares[2:])
    key = BackupKey(PersonalKey.from_secret(bytes(32) + secret), of_shares=True)
    state = restore_backup(made.file, key, bench.folder / "again", look(bench), quiet)
    assert state.ok
    assert state.report.ok
    with pytest.raises(FileUnreadableError):
        open_workspace(bench.folder / "again", passphrase="amal", clock=bench.clock)
    rescue_workspace(
        bench.folder / "again", shares=shares[:3], handle="amal", passphrase="new",
        reason="the office was searched", clock=bench.clock, cost=CHEAP,
    )  # fmt: skip
    again = open_workspace(bench.folder / "again", passphrase="new", clock=bench.clock)
    assert sum(1 for _ in again.store.scan(RecordRow)) == counted
    assert opener_of(again).keys.keys() == sealed
    assert verify_workspace(again, progress=quiet).ok
    again.store.close()
