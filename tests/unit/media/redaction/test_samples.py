"""Pictures and PDFs of others: a box and no metadata, or one sentence why not; never anything else."""

from __future__ import annotations

import io
import tarfile
from collections import Counter
from pathlib import Path

import pytest

from bayyina.errors import BayyinaError
from bayyina.media.redaction.results import RedactionCheckError
from bayyina.media.redaction.worker import make
from bayyina.standards.redaction_plan import read_plan_text
from tests.unit.media.redaction.made_files import carried_out, every_tag, plan, region

pytestmark = [pytest.mark.data, pytest.mark.slow]

BOX = plan(region("[0.25, 0.25, 0.5, 0.5]", more=", unit: share"))
PAGE = plan("pages: [1], reason: legal")


def samples(folder: Path, into: Path) -> list[Path]:
    """The files of a set, taken out of its archives."""
    for archive in sorted(folder.glob("*.tar.gz")):
        with tarfile.open(archive) as packed:
            packed.extractall(into, filter="data")
    return [path for place in (folder, into) for path in sorted(place.rglob("*")) if path.is_file()]


def outcomes(paths: list[Path], text: str, out: Path) -> Counter[str]:
    """How each file came out; a copy that fails its own check is a fault of ours."""
    counts: Counter[str] = Counter()
    for path in paths:
        try:
            made, _ = carried_out(path, text, out)
        except RedactionCheckError as error:
            pytest.fail(f"{path.name}: {error.message}")
        except BayyinaError:
            counts["refused"] += 1
            continue
        counts[made.media_type] += 1
        told = every_tag(out)
        assert not [name for name in told if name.startswith(("[XMP", "[GPS", "[ExifIFD", "[IPTC"))]
    return counts


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_photographs_of_many_cameras(test_data: Path, tmp_path: Path) -> None:
    paths = samples(test_data / "evidence" / "exif-samples", tmp_path / "samples")
    pictures = [one for one in paths if one.suffix.lower() in (".jpg", ".jpeg", ".tif", ".tiff")]
    assert len(pictures) > 50
    pictures = pictures[::3]
    counts = outcomes(pictures, BOX, tmp_path / "out")
    assert counts["image/jpeg"] > 0.9 * len(pictures), counts


def test_the_suite_of_png(test_data: Path, tmp_path: Path) -> None:
    paths = samples(test_data / "evidence" / "pngsuite", tmp_path / "samples")
    pictures = [one for one in paths if one.suffix == ".png"]
    sound = [one for one in pictures if not one.name.startswith("x")]
    broken = [one for one in pictures if one.name.startswith("x")]
    assert len(sound) > 150
    assert outcomes(sound, BOX, tmp_path / "out") == {"image/png": len(sound)}
    # one of them has a wrong check sum in a chunk that the decoder does not need
    assert outcomes(broken, BOX, tmp_path / "out") == {"refused": 13, "image/png": 1}


def test_built_pdfs(test_data: Path, tmp_path: Path) -> None:
    paths = samples(test_data / "evidence" / "pdf-handbuilt", tmp_path / "samples")
    pdfs = [one for one in paths if one.suffix == ".pdf"]
    assert pdfs
    counts = outcomes(pdfs, PAGE, tmp_path / "out.pdf")
    assert sum(counts.values()) == len(pdfs)
    assert counts["application/pdf"] > 0


def test_a_file_cut_anywhere_gives_a_sentence(test_data: Path, tmp_path: Path) -> None:
    paths = samples(test_data / "evidence" / "pdf-handbuilt", tmp_path / "samples")
    whole = next(one for one in paths if one.suffix == ".pdf").read_bytes()
    read, said = read_plan_text(PAGE, "plan"), []
    for share in (0.1, 0.5, 0.9, 0.99):
        (tmp_path / "cut.pdf").write_bytes(io.BytesIO(whole).read(int(share * len(whole))))
        try:
            make(tmp_path / "cut.pdf", read, tmp_path / "out.pdf", "pdf", 60.0)
        except BayyinaError as error:
            said.append(error.message)
    assert said
    assert all(one.endswith(".") for one in said)
