"""Folders for plain bytes: for one person, gone on every way out, swept after a killed process."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bayyina.errors import StorageError
from bayyina.vault import private_folders
from bayyina.vault.private_folders import (
    HOME,
    memory_folder,
    plain_folders,
    private_folder,
    sweep_private_folders,
    work_in,
)

HOLDER = """
import sys, time
from pathlib import Path
from bayyina.vault import private_folders
private_folders.MEMORY = Path(sys.argv[2])
with private_folders.private_folder(Path(sys.argv[1])) as folder:
    (folder / "plain.txt").write_text("what nobody may find")
    print(folder, flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def _no_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private_folders, "MEMORY", tmp_path / "memory")
    monkeypatch.setattr(private_folders, "_AT_WORK", {})


def _left(place: Path) -> list[Path]:
    return sorted(place.rglob("*"))


def test_it_is_for_one_person_and_gone_afterwards(tmp_path: Path) -> None:
    with private_folder(tmp_path) as folder:
        (folder / "sub").mkdir()
        (folder / "sub" / "plain.txt").write_text("secret")
        assert folder.is_relative_to(tmp_path / HOME)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
    assert _left(tmp_path) == []


@pytest.mark.parametrize("way_out", [ValueError, KeyboardInterrupt, SystemExit])
def test_it_is_gone_after_any_error(tmp_path: Path, way_out: type[BaseException]) -> None:
    def work() -> None:
        with private_folder(tmp_path) as folder:
            (folder / "plain.txt").write_text("secret")
            raise way_out

    with pytest.raises(way_out):
        work()
    assert _left(tmp_path) == []


def test_what_a_killed_process_left_is_removed_and_a_living_one_keeps_its_own(
    tmp_path: Path,
) -> None:
    script = [sys.executable, "-c", HOLDER, str(tmp_path), str(tmp_path / "memory")]
    with subprocess.Popen(script, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        folder = Path(process.stdout.readline().strip())
        try:
            assert (folder / "plain.txt").is_file()
            assert sweep_private_folders(tmp_path) == 0
            with private_folder(tmp_path):
                assert (folder / "plain.txt").is_file()
        finally:
            process.kill()
    assert (folder / "plain.txt").is_file()  # nobody cleaned up
    deadline = time.monotonic() + 120
    while not sweep_private_folders(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert _left(tmp_path) == []


def test_memory_is_used_where_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = tmp_path / "memory"
    memory.mkdir()
    with private_folder(tmp_path, room=10) as folder:
        assert folder.is_relative_to(memory)
    with private_folder(tmp_path, room=None) as folder:
        assert folder.is_relative_to(tmp_path / HOME)
    with private_folder(tmp_path, room=1 << 60) as folder:
        assert folder.is_relative_to(tmp_path / HOME)
    assert _left(memory) == []


@pytest.mark.skipif(os.name != "posix", reason="rights of other systems are their own")
def test_a_folder_that_somebody_laid_out_is_not_used(tmp_path: Path) -> None:
    memory, trap = tmp_path / "memory", tmp_path / "trap"
    memory.mkdir()
    trap.mkdir()
    memory_folder(tmp_path).symlink_to(trap)
    with private_folder(tmp_path) as folder:
        (folder / "plain.txt").write_text("secret")
        assert folder.is_relative_to(tmp_path / HOME)
        assert list(trap.iterdir()) == []


def test_a_folder_of_before_is_closed_to_others(tmp_path: Path) -> None:
    (tmp_path / HOME).mkdir()
    (tmp_path / HOME).chmod(0o755)
    with private_folder(tmp_path):
        assert stat.S_IMODE((tmp_path / HOME).stat().st_mode) == 0o700


def test_a_place_that_refuses_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(base: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(private_folders, "_taken", refuse)
    with pytest.raises(StorageError, match="No space left"), private_folder(tmp_path):
        pass


def test_each_workspace_has_a_place_of_its_own_in_memory(tmp_path: Path) -> None:
    memory = tmp_path / "memory"
    memory.mkdir()
    one, two = tmp_path / "one", tmp_path / "two"
    for home in (one, two):
        home.mkdir()
    (tmp_path / "link").symlink_to(one)
    with private_folder(one) as first, private_folder(two) as second, private_folder() as none:
        assert len({first.parent, second.parent, none.parent}) == 3
        assert first.parent == memory_folder(one) == memory_folder(tmp_path / "link")
        assert "one" not in first.parent.name
        assert plain_folders(one) == (1, 2, 0)
        assert plain_folders(tmp_path) == (0, 3, 0)
        assert sweep_private_folders(one) == 0
    assert _left(memory) == []


def test_what_is_asked_without_a_workspace_belongs_to_the_one_at_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory, home = tmp_path / "memory", tmp_path / "one"
    memory.mkdir()
    home.mkdir()
    work_in(home)
    with private_folder() as folder:
        assert folder.parent == memory_folder(home)
    with private_folder(room=None) as folder:
        assert folder.is_relative_to(home / HOME)
    home.rename(tmp_path / "gone")
    with private_folder() as folder:
        assert folder.parent == memory_folder(None)


def test_what_no_process_holds_is_seen_and_removed(tmp_path: Path) -> None:
    (tmp_path / "memory").mkdir()
    base = memory_folder(tmp_path)
    (base / "abandoned").mkdir(parents=True)
    (base / "abandoned" / "plain.txt").write_text("what nobody may find")
    (tmp_path / "memory" / f"{memory_folder(None).name}999").mkdir()  # another person's
    assert plain_folders(tmp_path) == (1, 0, 1)
    assert sweep_private_folders(tmp_path) == 1
    assert plain_folders(tmp_path) == (0, 0, 0)
