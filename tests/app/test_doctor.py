"""What doctor finds: each thing that is unsafe is told until it is mended, in both languages."""

from __future__ import annotations

import os
import sqlite3
import string
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bayyina.app.backing_up import BackupReaders, create_backup
from bayyina.app.clearances import withdraw_clearance
from bayyina.app.doctor import (
    EXTRAS,
    NEEDED,
    PROGRAMS,
    Examination,
    encrypted_device,
    examine,
    examine_server,
)
from bayyina.app.doctor_rows import examine_rows, examine_values
from bayyina.app.doctor_words import JOBS, KIND_SAFETY, WORDS
from bayyina.app.key_rotating import rotate_case_key, rotate_sealing_key
from bayyina.app.members import set_roles
from bayyina.app.recovering import make_shares
from bayyina.app.second_factor import set_second_factor
from bayyina.app.workspace import Workspace
from bayyina.db.examining import examine_database, handles_with_factor
from bayyina.db.freezing import frozen_database
from bayyina.db.store import DjangoStore
from tests.app.conftest import ROWS, Bench, quiet


def rows(workspace: Workspace, with_factor: set[str] | None = None) -> dict[str, Examination]:
    found = examine_rows(
        workspace.store, workspace.clock.now(), fictional=True, with_factor=with_factor
    )
    return {one.what: one for one in found}


def test_every_sentence_stands_in_both_languages_with_the_same_values() -> None:
    for code, said in WORDS.items():
        assert all(text.strip() for text in said), code
        values = [
            {name.removesuffix("_ar") for _, name, _, _ in string.Formatter().parse(text) if name}
            for text in (said.detail, said.detail_ar)
        ]
        assert values[0] == values[1], code
        letters = said.detail_ar.translate(str.maketrans("", "", "{}"))
        assert any("\u0600" <= letter <= "\u06ff" for letter in said.what_ar + letters) or code in {
            "python", "sqlite",
        }, code  # fmt: skip
    assert set(JOBS) == {*NEEDED, *EXTRAS, *PROGRAMS}


def test_a_new_workspace_is_told_what_it_lacks(bench: Bench) -> None:
    found = rows(bench.amal)
    lacking = {what for what, one in found.items() if not one.ok}
    assert lacking == {
        "who is cleared", "administrators", "recovery shares", "backup", "outside witnesses",
    }  # fmt: skip
    assert "amal alone" in found["who is cleared"].detail
    assert all(one.kind == KIND_SAFETY and one.optional for one in found.values())


def test_what_is_mended_is_told_no_longer(bench: Bench) -> None:
    bench.member("badr", "verifier")
    make_shares(bench.amal, of=3, needed=2)
    withdraw_clearance(bench.amal, "amal")
    found = rows(bench.amal)
    assert found["who is cleared"].ok
    assert found["administrators"].ok
    assert "2 of 3" in found["recovery shares"].detail
    assert "main" in found["former custodians"].detail


def test_an_administrator_who_is_cleared_is_named(bench: Bench) -> None:
    bench.member("badr", "verifier")
    make_shares(bench.amal, of=3, needed=2)
    found = rows(bench.amal)
    assert found["who is cleared"].ok
    assert found["administrators"].detail.startswith("amal administers and is cleared")


def test_who_left_is_told_until_the_keys_are_replaced(bench: Bench) -> None:
    bench.member("badr", "verifier")
    set_roles(bench.amal, handle="badr", roles=[])
    found = rows(bench.amal)
    assert "badr held the case key" in found["former members"].detail
    assert "former custodians" in found
    rotate_sealing_key(bench.amal, reason="member-left")
    rotate_case_key(bench.amal, reason="member-left", progress=quiet)
    found = rows(bench.as_member("amal"))
    assert not {"former members", "former custodians"} & found.keys()


def test_a_backup_grows_old_when_something_was_recorded_since(bench: Bench) -> None:
    store = bench.amal.store
    assert isinstance(store, DjangoStore)
    create_backup(
        bench.amal,
        folder=bench.folder / "backups",
        freeze=lambda: frozen_database(store, bench.amal.folder),
        readers=BackupReaders(),
        with_key_files=False,
        with_blobs=True,
        progress=quiet,
    )
    assert rows(bench.amal)["backup"].ok
    bench.clock.moment += timedelta(days=30)
    assert rows(bench.amal)["backup"].ok  # nothing is newer than it
    bench.take_in(*ROWS)
    told = rows(bench.amal)["backup"]
    assert not told.ok
    assert told.detail.startswith("30 days old, and 1 entries behind")


def test_second_factors(bench: Bench) -> None:
    bench.member("badr", "viewer")
    assert rows(bench.amal)["second factors"].ok
    told = rows(bench.amal, set())["second factors"]
    assert (told.ok, "amal" in told.detail, "badr" in told.detail) == (False, True, False)
    assert rows(bench.amal, {"amal"})["second factors"].ok
    set_second_factor(bench.amal, is_required=False)
    assert rows(bench.amal, set())["second factors"].ok


def test_factors_are_read_from_the_accounts(tmp_path: Path) -> None:
    assert handles_with_factor(tmp_path) is None
    with closing(sqlite3.connect(tmp_path / "accounts.sqlite3")) as accounts:
        accounts.executescript(
            "CREATE TABLE auth_user (id INTEGER, username TEXT);"
            "CREATE TABLE mfa_authenticator (user_id INTEGER, type TEXT);"
            "INSERT INTO auth_user VALUES (1, 'amal'), (2, 'badr'), (3, 'carim');"
            "INSERT INTO mfa_authenticator VALUES (1, 'totp'), (2, 'recovery_codes');"
        )
    assert handles_with_factor(tmp_path) == frozenset({"amal"})
    (tmp_path / "accounts.sqlite3").write_bytes(b"no database")
    assert handles_with_factor(tmp_path) is None


def test_values_in_clear(bench: Bench) -> None:
    bench.take_in(*ROWS)
    assert examine_values(bench.amal, quiet).ok


def test_the_database_is_looked_at_without_a_key_and_left_as_it_is(bench: Bench) -> None:
    bench.take_in(*ROWS)
    now = bench.clock.now()
    size = bench.amal.store.log_size()
    bench.amal.store.close()
    before = (bench.folder / "ws" / "records.sqlite3").read_bytes()
    found = examine_database(bench.folder / "ws", now)
    assert {one.what for one in found} >= {"who is cleared", "backup"}
    assert (bench.folder / "ws" / "records.sqlite3").read_bytes() == before
    assert size
    assert examine_database(bench.folder / "nothing", now) == []


def test_a_database_that_cannot_be_read_is_told(bench: Bench) -> None:
    bench.amal.store.close()
    for suffix in ("-wal", "-shm"):
        (bench.folder / "ws" / f"records.sqlite3{suffix}").unlink(missing_ok=True)
    (bench.folder / "ws" / "records.sqlite3").write_bytes(b"no database at all" * 100)
    (told,) = examine_database(bench.folder / "ws", bench.clock.now())
    assert (told.what, told.ok) == ("database", False)


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps access lists, not modes.")
def test_files_that_others_can_read_are_named(bench: Bench) -> None:
    place = bench.folder / "ws"
    named = {one.what: one for one in examine(place)}
    assert named["rights of files"].ok
    place.chmod(0o755)
    (place / "people" / "amal.key").chmod(0o644)
    told = next(one for one in examine(place) if one.what == "rights of files")
    assert not told.ok
    assert str(place / "people" / "amal.key") in told.detail


def test_a_passphrase_in_the_environment_is_told(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAYYINA_PASSPHRASE", "amal")
    assert any(one.what == "passphrase" and not one.ok for one in examine(bench.folder / "ws"))
    monkeypatch.delenv("BAYYINA_PASSPHRASE")
    assert not any(one.what == "passphrase" for one in examine(bench.folder / "ws"))


MOUNTS = (
    "22 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n"
    "23 22 253:0 / /people rw - ext4 /dev/mapper/people rw\n"
    "24 22 0:40 / /vault rw - fuse.gocryptfs /crypt rw\n"
    "25 22 253:2 / /srv/with\\040blank rw - xfs /dev/mapper/lv rw\n"
    "a line that is none\n"
)


def test_encryption_is_found_where_linux_tells_of_it(tmp_path: Path) -> None:
    def device(number: str, uuid: str | None, *below: str) -> None:
        place = tmp_path / number
        (place / "slaves").mkdir(parents=True)
        if uuid is not None:
            (place / "dm").mkdir()
            (place / "dm" / "uuid").write_text(uuid + "\n", encoding="ascii")
            (place / "dm" / "name").write_text(f"dm-of-{number}\n", encoding="utf-8")
        for one in below:
            (place / "slaves" / one).symlink_to(tmp_path / one, target_is_directory=True)

    device("8:1", None)
    device("253:0", "CRYPT-LUKS2-abc-home")
    device("253:1", "CRYPT-LUKS1-def-disk")
    device("253:2", "LVM-xyz", "253:1")

    def found(path: str) -> str | None:
        return encrypted_device(Path(path), MOUNTS, tmp_path)

    assert found("/etc") is None
    assert found("/people/amal/ws") == "dm-of-253:0"
    assert found("/vault/ws") == "fuse.gocryptfs"
    assert found("/srv/with blank/ws") == "dm-of-253:1"
    assert encrypted_device(Path("/x"), "", tmp_path) is None


@pytest.mark.parametrize(
    ("debug", "https", "hosts", "ok"),
    [
        (False, False, ["127.0.0.1", "localhost"], True),
        (False, False, ["records.example.org"], False),
        (False, True, ["records.example.org"], True),
        (True, True, ["127.0.0.1"], False),
    ],
)
def test_how_a_server_is_set_up(debug: bool, https: bool, hosts: list[str], ok: bool) -> None:
    told = examine_server(debug=debug, https=https, hosts=hosts)
    assert told.ok is ok
    assert told.said("ar")[0] == "الخادم"
