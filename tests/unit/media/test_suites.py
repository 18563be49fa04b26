"""Third-party suites through the whole of ``inspect_files``, each file counted."""

from __future__ import annotations

import json
import random
import tarfile
from collections import Counter
from pathlib import Path

import pytest

from bayyina.media.inspecting import files_below, inspect_files
from bayyina.media.results import CRASHED, DAMAGED, OK, OUTCOMES, FileReport

pytestmark = [pytest.mark.data, pytest.mark.slow]


def reports_on(*folders: Path) -> dict[str, FileReport]:
    return {Path(r.path).name: r for r in inspect_files(files_below(folders))}


def test_camera_samples_are_read_whole(evidence: Path) -> None:
    reports = list(inspect_files((evidence / "exif-samples").rglob("*.jp*g")))
    assert len(reports) == 74
    assert Counter(r.outcome for r in reports) == {OK: 74}
    assert all(r.hashes["pdq"] for r in reports)
    assert all(r.metadata["exiftool"]["File:MIMEType"] == "image/jpeg" for r in reports)


def test_files_that_photoshop_wrote_are_named_so(evidence: Path) -> None:
    folder = evidence / "photoshop-jpegs"
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    reports = reports_on(folder)
    groups = Counter(entry["group"] for entry in index)
    assert groups.keys() == {"photoshop", "other-editor", "8bim-no-software-tag", "camera"}
    for entry in index:
        methods = {i.method for i in reports[entry["file"]].indicators}
        if entry["group"] in ("photoshop", "8bim-no-software-tag"):
            assert "written-by" in methods, entry["file"]


def test_broken_provenance_files_end_cleanly(evidence: Path) -> None:
    reports = reports_on(evidence / "c2pa-rs-fixtures")
    outcomes = Counter(report.outcome for report in reports.values())
    assert set(outcomes) <= set(OUTCOMES) - {CRASHED}
    for name in ("tiff_poc.tiff", "nested_moov_1000.mp4", "id3v23_compression_underflow.mp3"):
        assert reports[name].outcome == DAMAGED
    codes = {name: {i.method for i in report.indicators} for name, report in reports.items()}
    assert "provenance-codes" in codes["E-sig-CA.jpg"] & codes["XCA.jpg"] & codes["CIE-sig-CA.jpg"]
    assert codes["no_manifest.jpg"].isdisjoint({"provenance-codes"})


def test_every_png_of_the_suite_has_its_outcome(evidence: Path, tmp_path: Path) -> None:
    with tarfile.open(evidence / "pngsuite" / "pngsuite.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    reports = list(inspect_files(sorted(tmp_path.rglob("*.png"))))
    outcomes = Counter((Path(r.path).name.startswith("x"), r.outcome) for r in reports)
    assert outcomes == {(False, OK): 161, (True, DAMAGED): 14}


def test_changed_copies_of_every_kind_of_sample_crash_nothing(
    evidence: Path, tmp_path: Path
) -> None:
    numbers = random.Random(7)
    folders = ("c2pa-rs-fixtures", "exif-samples", "wacz", "warc", "opentimestamps", "proofmode")
    samples = [p for name in folders for p in sorted((evidence / name).rglob("*")) if p.is_file()]
    made = []
    for number, path in enumerate(numbers.sample([p for p in samples if p.stat().st_size], 80)):
        data = bytearray(path.read_bytes())
        way = number % 4
        if way == 0:
            data = data[: numbers.randrange(len(data))]
        elif way == 1:
            for _ in range(40):
                data[numbers.randrange(len(data))] ^= 1 << numbers.randrange(8)
        elif way == 2:
            for _ in range(20):
                data[numbers.randrange(min(len(data), 600))] = numbers.randrange(256)
        else:
            at = numbers.randrange(len(data))
            data[at:at] = data[at : at + 2_000]
        made.append(tmp_path / f"{number}-{path.name}")
        made[-1].write_bytes(bytes(data))
    reports = list(inspect_files(made))
    assert len(reports) == 80
    assert not [r.path for r in reports if r.outcome == CRASHED]
    assert all(r.detail for r in reports if r.outcome != OK)
