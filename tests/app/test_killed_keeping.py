"""A backup and a replacement of keys that are killed in the middle leave nothing half-done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from bayyina.app.rows import RunRow
from bayyina.app.verifying import verify_workspace
from bayyina.db.backups import verify_backup
from tests.app.conftest import ROWS, Bench, quiet
from tests.app.test_backing_up import back_up, key_of, look

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGKILL.")


def killed(bench: Bench, what: str) -> None:
    words = [sys.executable, "-m", "tests.app.killed_backup_job", what, str(bench.folder)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr


def test_a_killed_backup_is_no_backup_and_is_in_nobodys_way(bench: Bench) -> None:
    bench.take_in(*ROWS)
    size = bench.amal.store.log_size()
    killed(bench, "backup")
    folder = bench.folder / "backups"
    assert not list(folder.glob("*.age"))
    assert bench.amal.store.log_size() == size
    assert not [row for row in bench.amal.store.scan(RunRow) if row.run_kind == "backup"]
    made = back_up(bench)
    assert sorted(path.name for path in folder.iterdir() if path.name != ".lock") == [
        path.name for path in (made.file, *folder.glob("blobs-*"))
    ]
    assert verify_backup(made.file, key_of(bench), look(bench), quiet).ok


def test_a_killed_replacement_leaves_the_old_key_in_force(bench: Bench) -> None:
    bench.take_in(*ROWS)
    size = bench.amal.store.log_size()
    killed(bench, "rotate")
    again = bench.as_member("amal")
    assert again.store.log_size() == size
    assert again.keys.case_key == bench.amal.keys.case_key
    assert verify_workspace(again, progress=quiet).ok
