"""Making and opening workspaces, and what is said when it cannot be done."""

from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path

import pytest

from bayyina.app.changes import ChangeWriter
from bayyina.app.clocks import FixedClock
from bayyina.app.rows import MemberRow, RecordRow, StatementRow
from bayyina.app.undoing import undo_batch
from bayyina.app.verifying import verify_workspace
from bayyina.db.opening import create_workspace, enroll, is_fictional, open_workspace
from bayyina.errors import BusyError, InputError, KeyLockedError, StorageError, WorkspaceError
from tests.app.conftest import CHEAP, ROWS, STRONG, Bench, quiet


def make(folder: Path, **changes: object) -> None:
    settings = {
        "name": "N", "handle": "amal", "person_name": "A", "passphrase": STRONG, "cost": CHEAP
    } | changes  # fmt: skip
    create_workspace(folder, **settings).store.close()  # type: ignore[arg-type]


def test_a_workspace_opens_with_its_passphrase_only(tmp_path: Path) -> None:
    make(tmp_path / "ws")
    opened = open_workspace(tmp_path / "ws", passphrase=STRONG)
    assert opened.identity.origin == f"bayyina/{opened.identity.uuid}"
    assert opened.member.handle == "amal"
    opened.store.close()
    assert not is_fictional(tmp_path / "ws")
    with pytest.raises(KeyLockedError, match="passphrase is wrong"):
        open_workspace(tmp_path / "ws", passphrase="q")


@pytest.mark.parametrize(
    ("weak", "why"),
    [
        ("", "has 0 characters"),
        ("elevenchars", "has 11 characters"),
        ("abababababababab", "only 2 different characters"),
        ("1234567890123", "nothing but digits"),
        ("amal-amal-AMAL", "beside the handle"),
    ],
)
def test_a_passphrase_that_can_be_guessed_is_refused(tmp_path: Path, weak: str, why: str) -> None:
    with pytest.raises(InputError, match=why) as caught:
        make(tmp_path / "ws", passphrase=weak, handle="amal" if "amal" in weak else "badr12")
    assert caught.value.code == "weak-passphrase"
    assert not weak or weak not in str(caught.value)
    assert not (tmp_path / "ws").exists()


def test_invented_data_needs_no_strong_passphrase_and_members_of_real_ones_do(
    tmp_path: Path,
) -> None:
    make(tmp_path / "fictional", passphrase="p", fictional=True)
    make(tmp_path / "ws")
    opened = open_workspace(tmp_path / "ws", passphrase=lambda handle: {"amal": STRONG}[handle])
    with pytest.raises(InputError, match="can be guessed"):
        enroll(opened, handle="badr", name="B", roles=("viewer",), passphrase="p", cost=CHEAP)
    assert len(list(opened.store.scan(MemberRow))) == 1
    assert not (tmp_path / "ws" / "people" / "badr.key").exists()
    opened.store.close()


def test_nobody_else_may_look_into_a_workspace(tmp_path: Path) -> None:
    make(tmp_path / "ws")
    if os.name == "posix":
        assert (tmp_path / "ws").stat().st_mode & 0o077 == 0


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="is not a workspace"):
        open_workspace(tmp_path, passphrase=STRONG)
    (tmp_path / "workspace.json").write_text("[]", encoding="utf-8")
    with pytest.raises(WorkspaceError, match="is damaged"):
        open_workspace(tmp_path, passphrase=STRONG)


def test_a_folder_that_is_not_empty(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("keep me", encoding="utf-8")
    with pytest.raises(WorkspaceError, match="not an empty folder"):
        make(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize(
    "handle",
    [
        "../evil",
        "",
        "أمل",
        "a b",
        "x" * 50,
        "-as",
        "amal.",
        "amal ",
        "con",
        "NUL",
        "Aux",
        "com1",
        "LPT9",
    ],
)
def test_a_handle_that_could_not_be_a_file(tmp_path: Path, handle: str) -> None:
    with pytest.raises(InputError, match="cannot be a handle"):
        make(tmp_path / "ws", handle=handle)
    assert not (tmp_path / "ws").exists()


@pytest.mark.parametrize(
    "name",
    ["con", "NUL", "aux.cases", "lpt1 ", "cases.", "cases ", " cases", "ca:ses", "what?", "a\nb"],
)
def test_a_folder_that_not_every_system_can_have(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="cannot be the name of a workspace's folder"):
        make(tmp_path / name)
    assert not (tmp_path / name).exists()


def test_a_folder_that_every_system_can_have(tmp_path: Path) -> None:
    for name in ("console", "حالات", "cases 2024", "nullify.d"):
        make(tmp_path / name)


def test_an_older_program_is_told_that_there_is_an_evidence_key(tmp_path: Path) -> None:
    """It knows format 1, and says that the workspace is of a newer version."""
    make(tmp_path / "ws")
    marker = tmp_path / "ws" / "workspace.json"
    content = json.loads(marker.read_text(encoding="utf-8"))
    assert content["bayyina-workspace"] == 2
    # A workspace of before that was given the key by a version that left the marker as it was.
    marker.write_text(json.dumps(content | {"bayyina-workspace": 1}), encoding="utf-8")
    open_workspace(tmp_path / "ws", passphrase=STRONG).store.close()
    assert json.loads(marker.read_text(encoding="utf-8")) == content
    assert [path.name for path in marker.parent.glob(".workspace*")] == []


def test_a_newer_format(tmp_path: Path) -> None:
    make(tmp_path / "ws")
    marker = tmp_path / "ws" / "workspace.json"
    content = json.loads(marker.read_text(encoding="utf-8"))
    marker.write_text(json.dumps(content | {"bayyina-workspace": 99}), encoding="utf-8")
    with pytest.raises(WorkspaceError, match="newer version"):
        open_workspace(tmp_path / "ws", passphrase=STRONG)


def test_a_database_of_a_newer_version(tmp_path: Path) -> None:
    make(tmp_path / "ws")
    with sqlite3.connect(tmp_path / "ws" / "records.sqlite3") as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) "
            "VALUES ('bayyina', '9999_future', '2030-01-01')"
        )
    database.close()
    with pytest.raises(WorkspaceError, match="newer version of Bayyina"):
        open_workspace(tmp_path / "ws", passphrase=STRONG)


def test_a_database_that_is_none(tmp_path: Path) -> None:
    make(tmp_path / "ws")
    (tmp_path / "ws" / "records.sqlite3").write_bytes(b"not a database at all" * 100)
    with pytest.raises((StorageError, WorkspaceError), match=r"cannot be (opened|read)"):
        open_workspace(tmp_path / "ws", passphrase=STRONG)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(StorageError, match="cannot be written"):
        make(tmp_path / "file" / "ws")


def test_who_is_at_work_must_be_said_when_there_are_several(bench: Bench) -> None:
    bench.member("badr", "viewer")
    with pytest.raises(InputError, match="several members"):
        open_workspace(bench.folder / "ws", passphrase="amal")
    with pytest.raises(InputError, match="not a member"):
        open_workspace(bench.folder / "ws", person="eve", passphrase="amal")


def test_what_a_killed_import_left_is_removed_at_the_next_opening(bench: Bench) -> None:
    bench.take_in(*ROWS)
    store = bench.amal.store
    sound = (list(store.scan(RecordRow)), list(store.scan(StatementRow)))
    writer = ChangeWriter(bench.amal, "import")
    writer.add_record("Person", None, "FICT-99")
    writer.flush()
    assert len(list(store.scan(RecordRow))) == len(sound[0]) + 1
    opened = bench.as_member("amal")
    assert (list(opened.store.scan(RecordRow)), list(opened.store.scan(StatementRow))) == sound
    assert all(row.entry is not None for row in opened.store.batches())


def test_an_import_beside_another_is_refused_and_nothing_is_lost(bench: Bench) -> None:
    other = bench.as_member("amal")
    with other.store.import_lock(), pytest.raises(BusyError, match="Another import is running"):
        bench.take_in(*ROWS)
    assert bench.take_in(*ROWS).batch is not None


def test_a_clock_that_was_set_back_is_noticed_and_written_down(bench: Bench) -> None:
    bench.take_in(*ROWS)
    assert isinstance(bench.clock, FixedClock)
    bench.clock.moment = bench.clock.moment.replace(year=2020)
    undo_batch(bench.amal, batch=2)
    newest = list(bench.amal.store.entries())[-1].data
    assert b'"clock_behind_ms":' in newest
    report = verify_workspace(bench.amal, progress=quiet)
    assert report.ok
    assert "set back at 1 entries" in report.checks[5].detail
