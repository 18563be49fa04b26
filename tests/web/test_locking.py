"""Locking in a hurry, and keys that were replaced: the server forgets who is signed in."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bayyina.app.key_rotating import rotate_case_key
from bayyina.app.locking import lock_mark, lock_workspace
from bayyina.db.opening import open_workspace
from bayyina.errors import WorkspaceError
from bayyina.vault.private_folders import memory_folder
from tests.web.conftest import PASSPHRASE, Served


def lies_about(folder: Path) -> list[Path]:
    return [
        folder / name for name in ("snapshot", "private", "incoming") if (folder / name).exists()
    ]


def test_locking_forgets_every_key_and_removes_what_lies_about(
    served: Served, tmp_path: Path
) -> None:
    browser = served.fresh_browser("amal")
    assert browser.get("/figures/?q=count+arrests+by+year").status == 200
    (served.folder / "incoming" / "x").mkdir(parents=True)
    (served.folder / "incoming" / "x" / "list.csv").write_text("Alif One", encoding="utf-8")
    assert len(lies_about(served.folder)) >= 2
    done = lock_workspace(served.folder, memory=tmp_path)
    assert (done.told_server, done.left) == (True, ())
    assert lies_about(served.folder) == []
    page = browser.get("/records/")
    assert browser.path_of(page) == "/account/login/"
    again = served.fresh_browser("amal")
    assert again.get("/figures/?q=count+arrests+by+year").status == 200


def test_a_replaced_case_key_signs_everybody_out(served: Served) -> None:
    browser = served.fresh_browser("amal")
    assert browser.get("/figures/?q=count+arrests+by+year").status == 200
    workspace = open_workspace(served.folder, person="amal", passphrase=PASSPHRASE)
    rotate_case_key(workspace, reason="routine", progress=lambda *_: None)
    workspace.store.close()
    page = browser.get("/records/")
    assert browser.path_of(page) == "/account/login/"
    again = served.fresh_browser("amal")
    page = again.get("/figures/?q=count+arrests+by+year")
    assert page.status == 200
    assert "2013" in page.text


def test_what_other_workspaces_keep_in_memory_stays(tmp_path: Path) -> None:
    memory, one, other = tmp_path / "memory", tmp_path / "one", tmp_path / "other"
    for home in (one, other):
        home.mkdir()
        (home / "workspace.json").write_text("{}", encoding="utf-8")
        (memory_folder(home, memory) / "x").mkdir(parents=True)
    (memory_folder(None, memory) / "x").mkdir(parents=True)
    done = lock_workspace(one, memory=memory)
    assert done.removed == (str(memory_folder(one, memory)),)
    assert (memory_folder(other, memory) / "x").is_dir()
    assert (memory_folder(None, memory) / "x").is_dir()


def test_what_cannot_be_removed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "workspace.json").write_text("{}", encoding="utf-8")
    (tmp_path / "snapshot").mkdir()
    monkeypatch.setattr("bayyina.app.locking.shutil.rmtree", lambda *_, **__: time.sleep(0))
    done = lock_workspace(tmp_path, memory=tmp_path / "none")
    assert done.left == (str(tmp_path / "snapshot"),)
    before = lock_mark(tmp_path)
    lock_workspace(tmp_path, memory=tmp_path / "none")
    assert lock_mark(tmp_path) != before


def test_a_folder_that_is_no_workspace_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "snapshot").mkdir()
    with pytest.raises(WorkspaceError):
        lock_workspace(tmp_path, memory=tmp_path / "none")
    assert (tmp_path / "snapshot").exists()
    assert lock_mark(tmp_path) == b""
