"""Perceptual hashes, the exact search among them, and groups of files."""

from __future__ import annotations

import csv
import itertools
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from bayyina.media import hamming
from bayyina.media.films import hash_film, probe_film
from bayyina.media.hamming import all_pairs, from_hex, lookup
from bayyina.media.near import FILM, SAME_BYTES, find_near, near_document
from bayyina.media.pictures import SYMMETRIES, hash_picture, hash_pixels
from bayyina.media.plain_data import DamagedFileError, FileLimitError
from bayyina.media.results import OK, FileReport
from tests.unit.media.conftest import jpeg, picture


def apart(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


def report(name: str, sha256: str, **hashes: object) -> FileReport:
    return FileReport(name, sha256, "image/jpeg", OK, "", hashes={"sha256": sha256, **hashes})


def looked(path: Path) -> FileReport:
    found = hash_picture(path)
    return report(
        path.name, path.name, pdq=found.pdq, pdq_quality=found.quality, pdq_dihedral=found.dihedral
    )


@pytest.mark.data
def test_hashes_are_within_ten_bits_of_the_published_ones(evidence: Path) -> None:
    folder = evidence / "pdq"
    distances = {}
    with (folder / "PDQMD5TestData.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name = row["FilePath"].rpartition("data/")[2]
            if len(row["Hash"]) == 64 and (folder / name).is_file():
                distances[name] = apart(hash_picture(folder / name).pdq, row["Hash"])
    assert len(distances) == 15
    assert max(distances.values()) <= 10


@pytest.mark.data
def test_turned_and_mirrored_pictures_are_found(evidence: Path) -> None:
    folder = evidence / "pdq" / "reg-test-input" / "dih"
    original = hash_picture(folder / "bridge-1-original.jpg")
    for name, layout in (("2-rotate-90", 1), ("4-rotate-270", 3), ("6-flipy", 5)):
        other = hash_picture(folder / f"bridge-{name}.jpg")
        distances = [apart(other.pdq, hashed) for hashed in original.dihedral]
        assert distances.index(min(distances)) == layout
        assert min(distances) <= 16  # each was compressed anew, and is decoded at half its size


@pytest.mark.data
def test_a_films_seconds_are_within_ten_bits_of_the_published_ones(
    evidence: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = evidence / "vpdq" / "chair-20-sd-bar.mp4"
    expected = json.loads((evidence / "vpdq" / "expected.json").read_text())["pdq_hex"]
    found = hash_film(path, probe_film(path, 20), 60)
    assert found is not None
    distances = [
        apart(frame["pdq"], said) for frame, said in zip(found["frames"], expected, strict=True)
    ]
    assert (len(distances), found["whole"]) == (21, True)
    assert max(distances) <= 10


def test_the_eight_ways_to_lay_a_picture_stand_in_their_order() -> None:
    pixels = np.asarray(picture())
    made = hash_pixels(pixels)
    ways = [
        pixels, np.rot90(pixels), np.rot90(pixels, 2), np.rot90(pixels, 3),
        pixels[::-1], pixels[:, ::-1],
        pixels.transpose(1, 0, 2), np.rot90(pixels, 2).transpose(1, 0, 2),
    ]  # fmt: skip
    for layout, way in enumerate(ways):
        turned = hash_pixels(np.ascontiguousarray(way)).pdq
        distances = [apart(turned, hashed) for hashed in made.dihedral]
        assert distances.index(min(distances)) == layout
    assert len(made.dihedral) == len(SYMMETRIES)


def test_draft_decoding_moves_few_bits(tmp_path: Path) -> None:
    large = picture().resize((3200, 2400))
    large.save(tmp_path / "large.jpg", quality=92)
    large.save(tmp_path / "large.png")
    one, other = (hash_picture(tmp_path / f"large.{end}") for end in ("jpg", "png"))
    assert apart(one.pdq, other.pdq) <= 16  # a picture with little beside noise


def test_too_many_pixels_and_broken_pictures_are_refused(tmp_path: Path) -> None:
    header = b"GIF89a\xff\xff\xff\xff\x80\0\0" + b"\0" * 6 + b",\0\0\0\0\xff\xff\xff\xff\0\x02;"
    (tmp_path / "bomb.gif").write_bytes(header)
    with pytest.raises(FileLimitError, match="megapixels"):
        hash_picture(tmp_path / "bomb.gif")
    data = jpeg(tmp_path / "a.jpg").read_bytes()
    (tmp_path / "cut.jpg").write_bytes(data[: len(data) // 2])
    with pytest.raises(DamagedFileError):
        hash_picture(tmp_path / "cut.jpg")


def some_hashes(count: int, seed: int) -> hamming.Hashes:
    """Random hashes, a third of them near copies of others, and a crowd of equal ones."""
    numbers = np.random.default_rng(seed)
    hashes = numbers.integers(0, 2**64, (count, 4), dtype=np.uint64)
    copies = count // 3
    hashes[:copies] = hashes[copies : 2 * copies]
    for row in range(copies):
        for bit in numbers.choice(256, numbers.integers(0, 40), replace=False):
            hashes[row, bit // 64] ^= np.uint64(1) << np.uint64(bit % 64)
    hashes[-10:] = hashes[-1]
    return hashes


def as_set(pairs: hamming.Pairs) -> set[tuple[int, int, int]]:
    columns = (column.tolist() for column in pairs)
    return set(zip(*columns, strict=True))


@pytest.mark.parametrize("radius", [0, 7, 15, 16, 31, 32, 60])
def test_both_ways_of_searching_find_every_pair(
    monkeypatch: pytest.MonkeyPatch, radius: int
) -> None:
    hashes = some_hashes(900, radius)
    plain = {
        (i, j, distance)
        for i, j in itertools.combinations(range(len(hashes)), 2)
        if (distance := int(np.bitwise_count(hashes[i] ^ hashes[j]).sum())) <= radius
    }
    assert as_set(all_pairs(hashes, radius)) == plain
    monkeypatch.setattr(hamming, "SMALL", 10)
    pairs = all_pairs(hashes, radius)
    assert as_set(pairs) == plain
    assert len(pairs.first) == len(plain)
    monkeypatch.setattr(hamming, "BLOCK_PAIRS", 7)
    assert as_set(all_pairs(hashes, radius)) == plain


def test_lookup_finds_what_comparing_one_by_one_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    hashes = some_hashes(600, 3)
    queries = hashes[100:250]
    small = as_set(lookup(queries, hashes, 31))
    monkeypatch.setattr(hamming, "SMALL", 10)
    assert as_set(lookup(queries, hashes, 31)) == small
    assert {(n, n + 100, 0) for n in range(150)} <= small


def test_a_crowd_of_copies_goes_the_other_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hamming, "SMALL", 10)
    hashes = np.zeros((300, 4), np.uint64)
    assert len(all_pairs(hashes, 31).first) == 300 * 299 // 2


def test_nothing_is_near_to_nothing() -> None:
    assert len(all_pairs(from_hex([]), 31).first) == 0


def test_groups_tie_copies_small_and_turned_pictures(tmp_path: Path) -> None:
    jpeg(tmp_path / "a.jpg")
    jpeg(tmp_path / "other.jpg", seed=2)
    picture().resize((320, 240)).save(tmp_path / "small.jpg", quality=60)
    picture().transpose(Image.Transpose.ROTATE_90).save(tmp_path / "turned.jpg")
    Image.new("RGB", (300, 300), "grey").save(tmp_path / "flat.jpg")
    names = ("a", "other", "small", "turned", "flat")
    reports = [looked(tmp_path / f"{name}.jpg") for name in names]
    reports.append(FileReport("again.jpg", "a.jpg", "image/jpeg", OK, "", hashes=reports[0].hashes))
    found = find_near(reports)
    assert [group.files for group in found.groups] == [(0, 2, 3, 5)]
    assert {link.how for link in found.groups[0].links} == {"original", "rotated 90", SAME_BYTES}
    assert len(found.groups[0].links) == 3
    assert "structure" in found.not_compared[4]
    document = near_document(reports, found, 31)
    assert (document["unit"], document["files"], document["distinct_files"]) == ("file", 6, 5)


def test_films_that_share_seconds_are_grouped() -> None:
    numbers = np.random.default_rng(5)
    seconds = [{"pdq": numbers.bytes(32).hex(), "quality": 100, "second": n} for n in range(30)]
    others = [{"pdq": numbers.bytes(32).hex(), "quality": 100, "second": n} for n in range(30)]
    reports = [
        report("whole", "1", pdq_seconds=seconds),
        report("cut", "2", pdq_seconds=seconds[10:20]),
        report("half", "3", pdq_seconds=seconds[:4] + others[:6]),
        report("other", "4", pdq_seconds=others[10:]),
    ]
    found = find_near(reports)
    assert [group.files for group in found.groups] == [(0, 1)]
    assert asdict(found.groups[0].links[0]) == {
        "first": 0, "second": 1, "distance": None, "how": FILM, "share": 1.0,
    }  # fmt: skip


@pytest.mark.parametrize("layout", range(1, len(SYMMETRIES)))
def test_films_that_are_turned_or_mirrored_are_grouped(layout: int) -> None:
    numbers = np.random.default_rng(7)

    def second(pixels: npt.NDArray[np.uint8]) -> dict[str, object]:
        found = hash_pixels(pixels)
        return {"pdq": found.pdq, "quality": 100, "pdq_dihedral": list(found.dihedral)}

    def laid(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        turned = (pixels, np.rot90(pixels), np.rot90(pixels, 2), np.rot90(pixels, 3))
        mirrored = (np.flipud(pixels), np.fliplr(pixels), pixels.transpose(1, 0, 2))
        ways = (*turned, *mirrored, np.rot90(pixels, 2).transpose(1, 0, 2))
        return np.ascontiguousarray(ways[layout])

    films = [
        [
            np.kron(numbers.integers(0, 255, (6, 6, 3), np.uint8), np.ones((12, 12, 1), np.uint8))
            for _ in range(4)
        ]
        for _ in range(2)
    ]
    found = find_near(
        [
            report("film", "1", pdq_seconds=[second(one) for one in films[0]]),
            report("laid", "2", pdq_seconds=[second(laid(one)) for one in films[0][1:]]),
            report("other", "3", pdq_seconds=[second(one) for one in films[1]]),
        ]
    )
    assert [group.files for group in found.groups] == [(0, 1)]
    (link,) = found.groups[0].links
    assert link.share == 1.0
    assert link.how.startswith(f"{FILM}, ")
