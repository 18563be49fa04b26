"""Plain bags: the conformance suite as it says, and hostile folders."""

from __future__ import annotations

import os
import shutil
import tarfile
from pathlib import Path

import bagit
import pytest

from bayyina.bundle.bag_checks import Bag, check_bag
from bayyina.bundle.bag_names import UnsafeNameError, clashes, decoded, encoded, safe_path
from bayyina.bundle.bag_writing import BagWriter, PayloadFile, bytes_blocks
from bayyina.errors import FileUnreadableError, InputError

CONFORMANT = 54
"""Bags of the suite that apply outside Windows."""


def ok(bag: Bag) -> bool:
    return all(check.ok for check in bag.checks)


def words(bag: Bag) -> str:
    return " ".join(check.detail for check in bag.checks if not check.ok)


@pytest.fixture(scope="module")
def suite(test_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    archive = test_data / "evidence/bagit-conformance/bagit-conformance-suite.tar.gz"
    if not archive.is_file():
        pytest.skip("The BagIt conformance suite is not on this machine.")
    folder = tmp_path_factory.mktemp("suite")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    return folder


@pytest.mark.data
def test_the_conformance_suite(suite: Path) -> None:
    seen, wrong = 0, []
    for folder in sorted(suite.glob("v*/*/*")):
        kind = folder.parent.name
        if kind == "windows-only":
            continue
        seen += 1
        bag = check_bag(folder)
        should = kind in ("valid", "warning")
        warned = any(bag.warnings.values())
        if ok(bag) is not should or (kind == "warning" and not warned):
            wrong.append(f"{folder.relative_to(suite)}: {words(bag)}")
    assert wrong == []
    assert seen == CONFORMANT


@pytest.mark.data
def test_paths_of_windows_are_refused_everywhere(suite: Path) -> None:
    folders = sorted(suite.glob("v*/windows-only/*"))
    assert len(folders) == 6
    assert not any(ok(check_bag(folder)) for folder in folders)


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    folder = tmp_path / "bag"
    with BagWriter(folder) as writer:
        writer.add(
            [
                PayloadFile("a.txt", bytes_blocks(b"first")),
                PayloadFile("deep/er/b.txt", bytes_blocks(b"second")),
                PayloadFile("empty", bytes_blocks(b"")),
            ]
        )
        writer.write_manifests()
        writer.finish([("Source-Organization", "FICTIONAL")])
    return folder


def test_what_is_written_is_a_bag_to_the_reference_tool(bag: Path) -> None:
    assert ok(check_bag(bag)), words(check_bag(bag))
    assert bagit.Bag(str(bag)).validate() is True
    assert sorted(path.name for path in bag.parent.iterdir()) == ["bag"]


def test_nothing_is_left_of_a_bag_that_failed(tmp_path: Path) -> None:
    wrong = PayloadFile("a", bytes_blocks(b"x"), "0" * 64)
    with (
        pytest.raises(InputError, match="not what its record says"),
        BagWriter(tmp_path / "b") as w,
    ):
        w.add([wrong])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["../a", "/a", "a//b", "a/../../b", "~a", "ä", "a b", ""])
def test_names_that_are_not_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError), BagWriter(tmp_path / "b") as writer:
        writer.add([PayloadFile(name, bytes_blocks(b"x"))])


def test_a_taken_place_is_left_alone(bag: Path) -> None:
    with pytest.raises(InputError, match="there already"):
        BagWriter(bag)


def test_links_and_devices_are_named_and_never_followed(bag: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (bag / "data/link").symlink_to(secret)
    (bag / "data/folder").symlink_to(tmp_path)
    os.mkfifo(bag / "data/pipe")
    found = check_bag(bag)
    assert not ok(found)
    assert {one.kind for one in found.checks[0].findings} == {
        "data/link",
        "data/folder",
        "data/pipe",
    }


def test_a_file_in_place_of_which_a_link_stands_is_missing(bag: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.write_bytes(b"first")
    (bag / "data/a.txt").unlink()
    (bag / "data/a.txt").symlink_to(copy)
    found = check_bag(bag)
    assert not found.checks[0].ok
    assert not found.checks[3].ok


def test_folders_deeper_than_the_system_can_name(bag: Path) -> None:
    handle = os.open(bag / "data", os.O_RDONLY)
    name = "d" * 200
    for _ in range(30):
        os.mkdir(name, dir_fd=handle)
        inner = os.open(name, os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = inner
    os.close(handle)
    found = check_bag(bag)
    shutil.rmtree(bag)
    assert not found.checks[0].ok


@pytest.mark.parametrize(
    "line",
    [
        "{digest}  data/../../outside",
        "{digest}  /etc/passwd",
        "{digest}  data/a\0.txt",
        "{digest}  C:\\x",
        "{digest}  \\\\server\\share",
        "{digest}  data/./a.txt",
        "nothexatall  data/a.txt",
        "{digest}data/a.txt",
        "{digest}  bagit.txt",
    ],
)
def test_lines_that_may_not_stand_in_a_manifest(bag: Path, line: str) -> None:
    with (bag / "manifest-sha256.txt").open("a") as manifest:
        manifest.write(line.format(digest="0" * 64) + "\n")
    assert not check_bag(bag).checks[2].ok


def test_control_characters_do_not_reach_the_terminal(bag: Path) -> None:
    (bag / "data/\x1b[31mred").write_text("x")
    (bag / "data").joinpath(os.fsdecode(b"bad\xff")).write_text("x")
    text = words(check_bag(bag))
    assert "\x1b" not in text
    text.encode()
    assert "red" in text


def test_an_unknown_algorithm_is_not_passed_over(bag: Path) -> None:
    (bag / "manifest-tiger.txt").write_text("00  data/a.txt\n")
    found = check_bag(bag)
    assert not found.checks[2].ok


def test_a_payload_far_beyond_what_is_stated_is_not_read(bag: Path) -> None:
    with (bag / "data/a.txt").open("r+b") as file:
        file.truncate(1 << 42)
    found = check_bag(bag)
    assert not found.checks[4].ok
    assert not found.checks[6].ok


def test_a_missing_folder_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadableError, match="not a folder"):
        check_bag(tmp_path / "nothing")
    assert not ok(check_bag(tmp_path))


@pytest.mark.parametrize("name", ["a\nb", "a\rb", "100%", "100%25", "%0A"])
def test_names_survive_the_manifest(name: str) -> None:
    assert decoded(encoded(name)) == name
    assert "\n" not in encoded(name)


def test_percent_signs_as_the_standard_and_as_tools_write_them(tmp_path: Path) -> None:
    for number, written in enumerate(("data/100%.txt", "data/100%25.txt")):
        folder = tmp_path / str(number)
        (folder / "data").mkdir(parents=True)
        (folder / "data/100%.txt").write_bytes(b"")
        (folder / "bagit.txt").write_text(
            "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
        )
        empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        (folder / "manifest-sha256.txt").write_text(f"{empty}  {written}\n")
        assert ok(check_bag(folder)), words(check_bag(folder))


def test_names_that_are_one_on_other_systems() -> None:
    names = ["data/A", "data/a", "data/é", "data/e\u0301", "data/b"]
    assert len(clashes(names)) == 2


@pytest.mark.parametrize("path", ["./a", "././a/b"])
def test_a_leading_dot_is_taken_away(path: str) -> None:
    assert not safe_path(path).startswith(".")
    with pytest.raises(UnsafeNameError):
        safe_path("a/./b")
