"""Reading a file once: what comes of it, and what cannot be read."""

from __future__ import annotations

import errno
import hashlib
import os
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bayyina.errors import StorageError
from bayyina.vault import taking
from bayyina.vault.blob_format import sealed_size
from bayyina.vault.blob_reading import BlobReader
from bayyina.vault.folder_store import FolderStore
from bayyina.vault.identifying import FileIdentity, identify_by_beginning
from bayyina.vault.taking import BLOCK, FileRefusedError, Taken, take_in


@pytest.fixture
def staged(tmp_path: Path) -> Path:
    """A folder for blobs."""
    folder = tmp_path / "staged"
    folder.mkdir()
    return folder


def take(path: Path, staged: Path) -> Taken:
    return take_in(path, staged, identify=identify_by_beginning)


SIZES = [0, 1, 65535, 65536, 65537, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 2 * BLOCK + 70000]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("beside", [False, True])
def test_one_pass_gives_digests_type_and_blob(
    size: int, beside: bool, tmp_path: Path, staged: Path
) -> None:
    content = os.urandom(min(size, 1 << 16)) * (size // (1 << 16) + 1)
    content = content[:size]
    path = tmp_path / "file"
    path.write_bytes(content)
    with ThreadPoolExecutor(2) as pool:
        taken = take_in(
            path,
            staged,
            identify=identify_by_beginning,
            beside=pool if beside else None,
            second_digest=beside,
        )
    assert taken.sha256 == hashlib.sha256(content).digest()
    assert taken.sha512 == (hashlib.sha512(content).digest() if beside else None)
    assert (taken.size, taken.inode) == (size, path.stat().st_ino)
    assert taken.staged.stat().st_size == sealed_size(size)
    store = FolderStore(tmp_path / "blobs")
    store.adopt([(taken.keys.address, taken.staged)])
    assert b"".join(BlobReader(store, taken.keys).parts()) == content
    assert path.read_bytes() == content, "the original is as it was"


def test_large_files_are_flushed_meanwhile(
    tmp_path: Path, staged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "FLUSH_EVERY", BLOCK)
    path = tmp_path / "file"
    path.write_bytes(bytes(5 * BLOCK))
    with ThreadPoolExecutor(2) as pool:
        taken = take_in(path, staged, identify=identify_by_beginning, beside=pool)
    assert taken.sha256 == hashlib.sha256(bytes(5 * BLOCK)).digest()


def test_a_sparse_file_is_read_as_its_zeros(tmp_path: Path, staged: Path) -> None:
    path = tmp_path / "sparse"
    with path.open("wb") as file:
        file.truncate(3 * BLOCK)
    assert take(path, staged).sha256 == hashlib.sha256(bytes(3 * BLOCK)).digest()


def test_a_file_larger_than_the_room_is_refused_before_it_is_read(
    tmp_path: Path, staged: Path
) -> None:
    path = tmp_path / "sparse"
    with path.open("wb") as file:
        file.truncate(1 << 43)
    with pytest.raises(FileRefusedError, match="are free") as caught:
        take(path, staged)
    assert caught.value.code == "no-room"
    assert list(staged.iterdir()) == []


def test_what_is_no_file_is_refused(
    tmp_path: Path, staged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # the path of a socket has a hundred characters at most
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("socket")
        for name in ("pipe", "link", "socket"):
            with pytest.raises(FileRefusedError) as caught:
                take(tmp_path / name, staged)
            assert caught.value.code == "not-a-file", name
    with pytest.raises(FileRefusedError) as caught:
        take(tmp_path / "nothing", staged)
    assert caught.value.code == "absent"
    with pytest.raises(FileRefusedError):
        take(tmp_path, staged)
    assert list(staged.iterdir()) == []


@pytest.mark.parametrize("change", ["longer", "shorter", "touched"])
def test_a_file_that_changes_while_it_is_read(change: str, tmp_path: Path, staged: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(100))

    def changing(head: bytes) -> FileIdentity:
        if change == "longer":
            path.write_bytes(bytes(200))
        elif change == "shorter":
            path.write_bytes(bytes(20))
        else:
            os.utime(path, ns=(1, 1))
        return identify_by_beginning(head)

    with pytest.raises(FileRefusedError) as caught:
        take_in(path, staged, identify=changing)
    assert caught.value.code == "changed-while-read"
    assert list(staged.iterdir()) == []


@pytest.mark.parametrize("call", ["write", "fsync", "open"])
def test_a_full_disk_leaves_nothing(
    call: str, tmp_path: Path, staged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(BLOCK))
    real = os.open

    def full(*arguments: object, **_: object) -> int:
        if call == "open" and arguments[0] == path:
            return real(path, os.O_RDONLY)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, call, full)
    with pytest.raises(StorageError, match="No space left"):
        take(path, staged)
    monkeypatch.undo()
    assert list(staged.iterdir()) == []


def test_a_read_that_fails_is_the_files_fault(
    tmp_path: Path, staged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(BLOCK))

    def broken(handle: int, view: memoryview) -> int:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(taking, "_read_into", broken)
    with pytest.raises(FileRefusedError, match="Input/output error") as caught:
        take(path, staged)
    assert caught.value.code == "unreadable"
    assert list(staged.iterdir()) == []


HEADS = {
    b"": "application/x-empty",
    b"\xff\xd8\xff\xe1\x00": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"RIFF\x00\x00\x00\x00WEBPVP8 ": "image/webp",
    b"RIFF\x00\x00\x00\x00WAVEfmt ": "audio/wav",
    b"\x00\x00\x00\x18ftypheic": "image/heic",
    b"\x00\x00\x00\x18ftypmp42": "video/mp4",
    b"\x00\x00\x00\x14ftypqt  ": "video/quicktime",
    b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01webm": "video/webm",
    b"%PDF-1.7": "application/pdf",
    b"PK\x03\x04" + bytes(26) + b"photo.jpg": "application/zip",
    b"PK\x03\x04" + bytes(26) + b"word/document.xml":
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.textPK":
        "application/vnd.oasis.opendocument.text",
    b"OggS\x00\x02": "audio/ogg",
    b"ID3\x04": "audio/mpeg",
    b"\xff\xfb\x90\x00": "audio/mpeg",
    b"<!DOCTYPE html><html>": "text/html",
    b'<?xml version="1.0"?><a/>': "application/xml",
    b'{"a": 1}': "application/json",
    "شهادة".encode(): "text/plain",
    "شهادة".encode("utf-16"): "text/plain",
    "شهادة".encode("cp1256"): "application/octet-stream",
    b"\x00\x01\x02": "application/octet-stream",
    b"WARC/1.0\r\n": "application/warc",
}  # fmt: skip


@pytest.mark.parametrize(("head", "kind"), HEADS.items(), ids=range(len(HEADS)))
def test_what_files_are_by_their_beginning(head: bytes, kind: str) -> None:
    assert identify_by_beginning(head).media_type == kind


def test_a_character_cut_by_the_end_of_the_look_is_text() -> None:
    for extra in range(4):
        text = b"x" * extra + "ش".encode() * 4096
        assert identify_by_beginning(text[:4096]).media_type == "text/plain"
