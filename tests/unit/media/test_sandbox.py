"""The reading process: its limits, its faults, and what it may know."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from bayyina.media.inspecting import LINK, files_below, inspect_file, inspect_files
from bayyina.media.limits import DEFAULT, MIB
from bayyina.media.results import (
    CRASHED,
    DAMAGED,
    EMPTY,
    MISSING,
    NOT_A_FILE,
    OK,
    TIMED_OUT,
    TOO_LARGE,
    UNREADABLE,
)  # fmt: skip
from bayyina.media.sandbox import Sandbox, SandboxError, clean_environment
from bayyina.media.worker import refuse_network
from bayyina.vault import private_folders
from tests.unit.media.conftest import jpeg


def test_a_sound_picture_is_reported_whole(tmp_path: Path, sandbox: Sandbox) -> None:
    report = inspect_file(jpeg(tmp_path / "a.jpg"), sandbox)
    assert (report.outcome, report.type, report.detail) == (OK, "image/jpeg", "")
    assert report.types_by_tool == {"libmagic": "image/jpeg", "structure": "image/jpeg", "extension": "image/jpeg"}  # fmt: skip
    assert len(report.hashes["pdq"]) == 64
    assert report.metadata["jpeg"]["ijg_quality"] == 90


def test_a_fault_stops_neither_the_file_nor_those_after(tmp_path: Path) -> None:
    path = jpeg(tmp_path / "a.jpg")
    with Sandbox() as sandbox:
        look = sandbox.look(path, wanted="nonsense")
        assert (look.faults[0].step, look.faults[0].outcome) == ("start", CRASHED)
        assert inspect_file(path, sandbox).outcome == OK


def test_a_step_without_end_is_ended(tmp_path: Path) -> None:
    path = jpeg(tmp_path / "a.jpg")
    with Sandbox(replace(DEFAULT, step_seconds=0.0, file_seconds=30)) as sandbox:
        report = inspect_file(path, sandbox)
    assert report.outcome == TIMED_OUT
    assert report.sha256 is not None
    assert "took longer" in report.detail


def test_an_answer_without_end_is_cut(tmp_path: Path) -> None:
    with Sandbox(replace(DEFAULT, answer=200)) as sandbox:
        assert inspect_file(jpeg(tmp_path / "a.jpg"), sandbox).outcome == TOO_LARGE


def test_a_process_that_cannot_start_is_said_plainly(tmp_path: Path) -> None:
    limits = replace(DEFAULT, memory=1 * MIB)
    with Sandbox(limits) as sandbox, pytest.raises(SandboxError, match="does not start"):
        sandbox.look(jpeg(tmp_path / "a.jpg"), wanted="inspect")


def test_its_folder_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(private_folders, "MEMORY", tmp_path / "absent")
    monkeypatch.setattr(private_folders, "_AT_WORK", {})  # no workspace was opened here before
    (tmp_path / "pictures").mkdir()
    with Sandbox() as sandbox:
        inspect_file(jpeg(tmp_path / "pictures" / "a.jpg"), sandbox)
        assert len(list(tmp_path.iterdir())) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["pictures"]


def test_it_knows_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAYYINA_PASSPHRASE", "secret")
    monkeypatch.setenv("HTTPS_PROXY", "http://x")
    environment = clean_environment(tmp_path)
    assert "secret" not in environment.values()
    assert not any("PROXY" in name for name in environment)
    assert environment["HOME"] == str(tmp_path)


def test_it_calls_nobody() -> None:
    with pytest.raises(PermissionError):
        refuse_network("socket.connect", ())
    refuse_network("open", ())


def test_what_is_no_file_is_not_opened(tmp_path: Path, sandbox: Sandbox) -> None:
    (tmp_path / "self").symlink_to(tmp_path / "self")
    (tmp_path / "nowhere").symlink_to(tmp_path / "absent")
    (tmp_path / "empty").touch()
    os.mkfifo(tmp_path / "pipe")
    outcomes = {
        name: inspect_file(tmp_path / name, sandbox).outcome
        for name in ("self", "nowhere", "empty", "pipe", "absent")
    }
    assert outcomes == {
        "self": NOT_A_FILE, "nowhere": NOT_A_FILE, "empty": EMPTY, "pipe": NOT_A_FILE,
        "absent": MISSING,
    }  # fmt: skip


@pytest.mark.skipif(not Path("/proc/kmsg").exists(), reason="This system has no /proc/kmsg.")
def test_a_file_that_would_wait_for_a_writer_is_left(sandbox: Sandbox) -> None:
    """The log of the kernel calls itself a plain file, and reading it waits for the next line."""
    assert inspect_file(Path("/proc/kmsg"), sandbox).outcome == UNREADABLE


def test_folders_stand_for_their_files_and_circles_end(tmp_path: Path) -> None:
    (tmp_path / "in" / "empty").mkdir(parents=True)
    (tmp_path / "in" / "loop").symlink_to(tmp_path)
    jpeg(tmp_path / "in" / "b.jpg")
    jpeg(tmp_path / "a.jpg")
    found = [(str(one.path.relative_to(tmp_path)), one.outcome) for one in files_below([tmp_path])]
    assert found == [("a.jpg", ""), ("in/b.jpg", ""), ("in/loop", NOT_A_FILE)]
    empty = tmp_path / "in" / "empty"
    assert [one.path for one in files_below([empty])] == [empty]


def test_folders_deeper_than_paths_can_be_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    jpeg(tmp_path / "a.jpg")
    for _ in range(220):
        Path("d" * 20).mkdir()
        os.chdir("d" * 20)
    Path("b.jpg").write_bytes(b"x")
    reports = list(inspect_files(files_below([tmp_path])))
    assert [report.outcome for report in reports] == [OK, UNREADABLE]


def test_links_in_a_folder_lead_nowhere(tmp_path: Path) -> None:
    jpeg(tmp_path / "secret.jpg")
    (tmp_path / "card").mkdir()
    (tmp_path / "card" / "a.jpg").symlink_to(tmp_path / "secret.jpg")
    (report,) = inspect_files(files_below([tmp_path / "card"]))
    assert (report.outcome, report.sha256, report.detail) == (NOT_A_FILE, None, LINK)
    (named,) = inspect_files(files_below([tmp_path / "card" / "a.jpg"]))
    assert named.outcome == OK


@pytest.mark.parametrize("name", ["-rf.jpg", "a|.jpg", "line\nbreak.jpg", "@x.jpg", "http:a.jpg", "'; ls.jpg"])  # fmt: skip
def test_names_that_programs_would_misread_are_only_names(
    tmp_path: Path, sandbox: Sandbox, name: str
) -> None:
    report = inspect_file(jpeg(tmp_path / name), sandbox)
    assert report.outcome == OK
    assert report.metadata["exiftool"]["File:MIMEType"] == "image/jpeg"


def test_names_that_are_no_text_are_written_as_escapes(tmp_path: Path, sandbox: Sandbox) -> None:
    path = jpeg(tmp_path / "a.jpg").rename(Path(os.fsdecode(os.fsencode(tmp_path) + b"/b\xff.jpg")))
    report = inspect_file(path, sandbox)
    assert report.outcome == OK
    assert report.path.endswith("b\\udcff.jpg")


def test_cut_and_changed_copies_are_reported(tmp_path: Path) -> None:
    data = jpeg(tmp_path / "a.jpg").read_bytes()
    made = []
    for number in range(24):
        changed = bytearray(data[: len(data) * (number % 6 + 1) // 7])
        for at in range(number, len(changed), 397):
            changed[at] ^= 0xA5
        made.append(tmp_path / f"changed-{number}.jpg")
        made[-1].write_bytes(bytes(changed))
    reports = list(inspect_files(made))
    assert len(reports) == 24
    assert {report.outcome for report in reports} <= {OK, DAMAGED, TOO_LARGE}
    assert all(report.sha256 for report in reports)
    assert sum(report.outcome == DAMAGED for report in reports) > 12
