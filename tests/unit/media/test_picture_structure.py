"""Structures of JPEG, PNG and ISO media files, read by ourselves."""

from __future__ import annotations

import io
import struct
import tarfile
from pathlib import Path

import pytest
from PIL import Image

from bayyina.media.box_structure import read_boxes
from bayyina.media.jpeg_structure import read_jpeg
from bayyina.media.pictures import picture_size
from bayyina.media.png_structure import read_png
from bayyina.media.quantisation import CHROMINANCE, LUMINANCE, scaled, standard_quality
from bayyina.media.tiff_directories import MAX_PAGES, directories_document, read_directories
from tests.unit.media.conftest import jpeg, picture


@pytest.mark.parametrize("quality", [10, 50, 75, 90, 100])
def test_the_common_encoders_quality_is_found(tmp_path: Path, quality: int) -> None:
    found = read_jpeg(jpeg(tmp_path / "a.jpg", quality=quality).read_bytes())
    assert standard_quality(list(found.tables.values())) == quality
    assert (found.width, found.height, found.faults) == (640, 480, [])


def test_tables_of_different_qualities_are_of_none() -> None:
    assert standard_quality([scaled(LUMINANCE, 80), scaled(CHROMINANCE, 81)]) is None
    assert standard_quality([tuple(range(1, 65))]) is None
    assert standard_quality([]) is None


def test_what_follows_a_picture_is_named(tmp_path: Path) -> None:
    data = jpeg(tmp_path / "a.jpg").read_bytes()
    for tail, name in (
        (b"PK\x03\x04rest", "a ZIP archive"),
        (data, "another JPEG"),
        (b"\0\0\0\x14ftypmp42", "a video"),
        (b"\0" * 9, "zeros"),
        (b"hidden", "other bytes"),
    ):
        found = read_jpeg(data + tail)
        assert (found.trailing, found.size - (found.end or 0)) == (name, len(tail))
        assert found.faults == []


def test_progressive_pictures_have_several_scans(tmp_path: Path) -> None:
    found = read_jpeg(jpeg(tmp_path / "a.jpg", progressive=True).read_bytes())
    assert found.is_progressive
    assert found.scans > 1


@pytest.mark.parametrize("cut", [0, 1, 2, 3, 20, 200, 1000, -2])
def test_a_cut_picture_is_called_so(tmp_path: Path, cut: int) -> None:
    assert read_jpeg(jpeg(tmp_path / "a.jpg").read_bytes()[:cut]).faults


def test_the_thumbnail_is_found_by_the_exif_directory(evidence: Path) -> None:
    data = (evidence / "exif-samples" / "Canon_40D.jpg").read_bytes()
    place = read_jpeg(data).thumbnail
    assert place is not None
    small = Image.open(io.BytesIO(data[place[0] : place[0] + place[1]]))
    assert small.format == "JPEG"


def test_directories_in_a_circle_end() -> None:
    data = b"II*\0\x08\0\0\0" + struct.pack("<H", 0) + struct.pack("<I", 8)
    assert "circle" in read_directories(data).faults[0]
    assert read_directories(b"II*\0\xff\xff\xff\xff").faults


@pytest.mark.data
def test_every_file_of_the_png_suite_is_judged_as_specified(evidence: Path) -> None:
    wrong, count = [], 0
    with tarfile.open(evidence / "pngsuite" / "pngsuite.tar.gz") as archive:
        for member in archive:
            file = archive.extractfile(member) if member.name.endswith(".png") else None
            if file is None:
                continue
            count += 1
            is_broken = Path(member.name).name.startswith("x")
            if bool(read_png(file.read()).faults) != is_broken:
                wrong.append(member.name)
    assert (wrong, count) == ([], 175)


def test_a_flipped_bit_breaks_a_checksum() -> None:
    buffer = io.BytesIO()
    picture(64, 48).save(buffer, "PNG")
    data = bytearray(buffer.getvalue())
    assert read_png(bytes(data)).faults == []
    data[len(data) // 2] ^= 1
    assert read_png(bytes(data)).bad_checksums == ["IDAT"]
    assert read_png(bytes(buffer.getvalue()) + b"tail").trailing == 4


def box(name: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I4s", 8 + len(body), name) + body


def test_boxes_give_brands_tracks_and_times() -> None:
    movie = box(b"mvhd", struct.pack(">IIIII", 0, 3_800_000_000, 0, 1000, 5500) + b"\0" * 80)
    handler = box(b"hdlr", struct.pack(">II4s", 0, 0, b"vide") + b"\0" * 12)
    track = box(b"trak", box(b"mdia", handler))
    data = box(b"ftyp", b"isom\0\0\0\0mp42") + box(b"moov", movie + track) + box(b"mdat", b"xx")
    found = read_boxes(data)
    assert (found.faults, found.brands, found.handlers) == ([], ["isom", "mp42"], ["vide"])
    assert (found.created, found.modified, found.seconds) == ("2024-05-31T11:33:20Z", None, 5.5)


def test_boxes_without_end_are_bounded() -> None:
    nested = b""
    for _ in range(200):
        nested = box(b"moov", nested)
    assert any("nested" in fault for fault in read_boxes(nested).faults)
    assert read_boxes(box(b"free") * 6_000).boxes == 5_000
    assert read_boxes(struct.pack(">I4s", 99, b"moov")).faults


def test_pages_of_a_tiff_and_frames_of_a_film_of_pictures_are_counted(tmp_path: Path) -> None:
    pages = [Image.new("L", (40, 30 + number)) for number in range(70)]
    for name in ("a.tiff", "a.webp"):
        pages[0].save(tmp_path / name, save_all=True, append_images=pages[1:] if name == "a.tiff" else [Image.new("L", (40, 30), 9)])  # fmt: skip
    found = directories_document(read_directories((tmp_path / "a.tiff").read_bytes(), MAX_PAGES))
    assert (found["directories"], found["faults"]) == (70, [])
    assert found["sizes"][1] == [40, 31]  # type: ignore[index]
    assert picture_size(tmp_path / "a.webp")["frames"] == 2
