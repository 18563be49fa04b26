"""ZIP archives, XML and JSON from strangers: bounded, and never unpacked to disk."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from bayyina.media.inspecting import inspect_files
from bayyina.media.markup import read_json, read_xml
from bayyina.media.plain_data import DamagedFileError, FileLimitError
from bayyina.media.steps import MOST_MEMBERS
from bayyina.media.zip_archives import (
    Budget,
    Listing,
    digest_of,
    leads_outside,
    list_archive,
    open_archive,
    read_member,
)


def listing(data: bytes) -> Listing:
    with open_archive(io.BytesIO(data)) as archive:
        return list_archive(archive)


def zipped(*members: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return buffer.getvalue()


def overlapping(count: int) -> bytes:
    """An archive whose members all lie in the same bytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    size = 1_000_000
    body = packer.compress(b"\0" * size) + packer.flush()
    check = zlib.crc32(b"\0" * size)
    local = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 0, check, len(body), size, 1, 0)
    directory = b"".join(
        struct.pack(
            "<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 8, 0, 0, check, len(body), size,
            1, 0, 0, 0, 0, 0, 0,
        ) + bytes([97 + number])
        for number in range(count)
    )  # fmt: skip
    at = len(local) + 1 + len(body)
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(directory), at, 0)
    return local + b"a" + body + directory + end


def test_a_sound_archive_is_no_bomb() -> None:
    found = listing(zipped(("a.txt", b"hello"), ("folder/b.jpg", b"x" * 100)))
    assert (found.is_bomb, found.notes, found.size) == (False, [], 105)


def test_bombs_are_found_by_the_directory_alone() -> None:
    assert listing(zipped(("a", b"\0" * 80_000_000))).is_bomb
    found = listing(overlapping(20))
    assert found.is_bomb
    assert ("members share bytes", "") in found.notes


@pytest.mark.parametrize(
    "name", ["../a", "/a", "a/../../b", "C:\\a", "\\\\host\\a", "~/a", "..\\a"]
)
def test_names_that_lead_outside_are_named(name: str) -> None:
    assert leads_outside(name)
    assert ("path leads outside", name) in listing(zipped((name, b""))).notes
    assert not leads_outside("a/b..c/d")


def test_other_dangers_are_named() -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        data = zipped(("a\nb", b""), ("c.zip", b""), ("d", b""), ("d", b""))
    kinds = {kind for kind, _ in listing(data).notes}
    assert kinds == {"control character in name", "archive in archive", "name stands twice"}
    turned = "\u202egpj.exe"  # shown as exe.jpg
    assert listing(zipped((turned, b""))).notes == [("control character in name", turned)]


def test_members_that_are_no_files_are_named() -> None:
    made = io.BytesIO()
    modes = {"link": 0o120777, "zero": 0o020666, "disk": 0o060660, "pipe": 0o010644, "a": 0o100644}
    with zipfile.ZipFile(made, "w") as archive:
        for name, mode in modes.items():
            one = zipfile.ZipInfo(name)
            one.external_attr = mode << 16
            archive.writestr(one, b"")
    assert listing(made.getvalue()).notes == [
        ("symbolic link", "link"),
        *(("device or pipe", name) for name in ("zero", "disk", "pipe")),
    ]


def test_a_name_that_goes_on_after_a_zero_is_named() -> None:
    data = zipped(("a.jpgXb.exe", b"")).replace(b"a.jpgXb.exe", b"a.jpg\0b.exe")
    assert listing(data).notes == [("control character in name", "a.jpg")]


def test_members_are_read_with_bounds() -> None:
    with open_archive(io.BytesIO(zipped(("a", b"x" * 1000)))) as archive:
        assert read_member(archive, "a", 1000) == b"x" * 1000
        with pytest.raises(FileLimitError):
            read_member(archive, "a", 999)
        with pytest.raises(DamagedFileError):
            read_member(archive, "b", 1)
        with pytest.raises(FileLimitError):
            digest_of(archive, "a", "sha256", Budget(10))
        assert digest_of(archive, "b", "sha256", Budget()) is None


def test_what_is_no_archive_is_called_damaged() -> None:
    with pytest.raises(DamagedFileError):
        open_archive(io.BytesIO(b"PK\x03\x04 nothing"))


def test_xml_without_entities_is_read() -> None:
    root = read_xml("<a b='1'><c>نص</c><d/></a>".encode())
    assert (root.name, root.attributes, root.children[0].text) == ("a", {"b": "1"}, "نص")


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b"<a>" * 200 + b"</a>" * 200,
    ],
)
def test_xml_that_grows_is_refused(data: bytes) -> None:
    with pytest.raises(FileLimitError):
        read_xml(data)


def test_json_that_is_too_deep_is_refused() -> None:
    with pytest.raises(FileLimitError):
        read_json(b"[" * 100_000 + b"]" * 100_000)
    with pytest.raises(DamagedFileError):
        read_json(b"{")
    with pytest.raises(FileLimitError):
        read_json(b"[1,2]", limit=3)


@pytest.mark.data
def test_the_archive_with_bad_paths_is_listed(evidence: Path) -> None:
    with open_archive(evidence / "c2pa-rs-fixtures" / "bad_path_archive.zip") as archive:
        assert len(list_archive(archive).members) == 2


def test_an_archive_of_many_members_is_listed_and_holds_nobody_up(tmp_path: Path) -> None:
    """exiftool walks through all members to tell of the first: it is not asked."""
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(MOST_MEMBERS + 1):
            archive.writestr(f"photo_{number}.jpg", b"")
    (report,) = inspect_files([path])
    assert report.outcome == "ok"
    assert report.metadata["zip"]["members"] == MOST_MEMBERS + 1
    assert "members" in report.metadata["exiftool"]["left_out"]
