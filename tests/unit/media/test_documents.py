"""PDF, office documents, provenance and traces of compression."""

from __future__ import annotations

import io
import json
import struct
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from bayyina.media.compound_files import CompoundFile
from bayyina.media.compression_traces import compare_thumbnail, second_compression
from bayyina.media.jpeg_structure import read_jpeg
from bayyina.media.office_files import decompress, read_office
from bayyina.media.pdf_files import read_pdf
from bayyina.media.plain_data import DamagedFileError, FileLimitError
from bayyina.media.provenance import read_provenance
from tests.unit.media.conftest import jpeg, picture


def made_pdf(path: Path, *, producer: str = "FICTIONAL 1") -> Path:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.docinfo["/Producer"] = producer
        pdf.save(path)
    return path


def test_a_sound_document_has_one_state(tmp_path: Path) -> None:
    found = read_pdf(made_pdf(tmp_path / "a.pdf"))
    assert (found["faults"], found["pages"], found["active"]) == ([], 1, [])
    assert [state["producer"] for state in found["revisions"]] == ["FICTIONAL 1"]


def test_what_was_added_later_is_another_state(tmp_path: Path) -> None:
    data = made_pdf(tmp_path / "a.pdf").read_bytes()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        number = pdf.trailer["/Info"].objgen[0]
        root, size = pdf.trailer["/Root"].objgen[0], int(pdf.trailer["/Size"])
    start = data.rindex(b"startxref") + 10
    before = int(data[start : data.index(b"\n", start)])
    more = f"{number} 0 obj\n<</Producer(FICTIONAL 2)>>\nendobj\n".encode()
    table = f"xref\n{number} 1\n{len(data):010} 00000 n \ntrailer\n<</Size {size}/Root {root} 0 R/Info {number} 0 R/Prev {before}>>\nstartxref\n{len(data) + len(more)}\n%%EOF\n"
    (tmp_path / "b.pdf").write_bytes(data + more + table.encode())
    found = read_pdf(tmp_path / "b.pdf")
    assert found["faults"] == []
    assert [s["producer"] for s in found["revisions"]] == ["FICTIONAL 1", "FICTIONAL 2"]


def test_what_acts_in_a_document_is_named(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        pdf.Root.OpenAction = script
        pdf.attachments["a.txt"] = b"x"
        pdf.save(tmp_path / "a.pdf")
    found = read_pdf(tmp_path / "a.pdf")
    assert set(found["active"]) == {"JavaScript", "action on opening", "embedded files"}
    assert found["embedded"] == ["a.txt"]


@pytest.mark.data
def test_every_broken_document_of_the_suite_is_read_or_called_broken(
    evidence: Path, tmp_path: Path
) -> None:
    count = broken = 0
    with tarfile.open(evidence / "pdf-handbuilt" / "pdf-handbuilt.tar.gz") as archive:
        for member in archive:
            file = archive.extractfile(member) if member.name.endswith(".pdf") else None
            if file is None:
                continue
            count += 1
            path = tmp_path / f"{count}.pdf"
            path.write_bytes(file.read())
            try:
                broken += bool(read_pdf(path)["faults"])
            except (DamagedFileError, FileLimitError):
                broken += 1
    assert count > 80
    assert broken == count  # the archive's transfer changed line ends, so offsets fit in none


@pytest.mark.data
def test_attachments_and_passwords_of_documents_are_named(evidence: Path) -> None:
    folder = evidence / "c2pa-rs-fixtures"
    assert read_pdf(folder / "basic-attachments.pdf")["embedded"]
    assert read_pdf(folder / "basic-password.pdf")["encrypted"]
    assert read_pdf(folder / "basic.pdf")["faults"] == []


def stored(text: bytes) -> bytes:
    """A macro's source as one chunk of literal bytes (MS-OVBA, 2.4.1)."""
    body = b"".join(b"\0" + text[at : at + 8] for at in range(0, len(text), 8))
    return b"\x01" + struct.pack("<H", 0xB000 | (len(body) - 1)) + body


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file of small streams in one storage named VBA."""
    mini, directory, starts = b"", [], {}
    for name, data in streams.items():
        starts[name] = (len(mini) // 64, len(data))
        mini += data + b"\0" * (-len(data) % 64)
    mini_sectors = -(-len(mini) // 512)

    def entry(name: str, kind: int, *, child: int = -1, right: int = -1, start: int = 0, size: int = 0) -> bytes:  # fmt: skip
        raw = (name + "\0").encode("utf-16-le")
        return raw.ljust(64, b"\0") + struct.pack(
            "<HBBiii", len(raw), kind, 1, -1, right, child
        ) + b"\0" * 36 + struct.pack("<IQ", start, size)  # fmt: skip

    directory.append(entry("Root Entry", 5, child=1, start=3, size=len(mini)))
    directory.append(entry("VBA", 1, child=2))
    names = list(streams)
    for number, name in enumerate(names):
        right = number + 3 if number + 1 < len(names) else -1
        start, size = starts[name]
        directory.append(entry(name, 2, right=right, start=start, size=size))
    end, free = 0xFFFFFFFE, 0xFFFFFFFF
    table = [0xFFFFFFFD, end, end] + [4 + n for n in range(mini_sectors)]
    table[-1] = end
    table += [free] * (128 - len(table))
    mini_table = []
    for start, size in starts.values():
        count = -(-size // 64)
        mini_table += [start + n + 1 for n in range(count - 1)] + [end]
    mini_table += [free] * (128 - len(mini_table))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 2, 1, end, 0)
    header += struct.pack("<109I", 0, *[free] * 108)
    body = b"".join(directory)[:512].ljust(512, b"\0")
    sectors = struct.pack("<128I", *table) + body + struct.pack("<128I", *mini_table)
    return header + sectors + mini.ljust(512 * mini_sectors, b"\0")


SOURCE = b'Attribute VB_Name = "M"\r\nSub AutoOpen()\r\nShell "x"\r\nEnd Sub\r\n'


def macro_project() -> bytes:
    records = b"".join(
        struct.pack("<HI", kind, len(body)) + body
        for kind, body in ((0x19, b"M"), (0x1A, b"M"), (0x31, struct.pack("<I", 0)))
    )
    return compound({"dir": stored(records), "M": stored(SOURCE)})


def test_macros_are_read_with_what_runs_by_itself(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.docm", "w") as archive:
        archive.writestr("[Content_Types].xml", "<a/>")
        archive.writestr("word/vbaProject.bin", macro_project())
        archive.writestr("docProps/core.xml", "<p xmlns:d='d'><d:creator>FICTIONAL</d:creator></p>")
        archive.writestr("word/_rels/settings.xml.rels", "<Relationships><Relationship Type='x/attachedTemplate' TargetMode='External' Target='http://x/t.dot'/></Relationships>")  # fmt: skip
    found = read_office(tmp_path / "a.docm")
    assert found["macros"] == [{"module": "M", "lines": 4, "runs": ["autoopen", "shell"]}]
    assert found["active"] == ["macros", "external references"]
    assert found["properties"] == {"creator": "FICTIONAL"}


def test_old_documents_are_read_by_their_streams(tmp_path: Path) -> None:
    (tmp_path / "a.doc").write_bytes(macro_project())
    found = read_office(tmp_path / "a.doc")
    assert (found["form"], found["streams"]) == ("OLE", ["VBA/dir", "VBA/M"])
    assert found["macros"][0]["runs"] == ["autoopen", "shell"]


def test_repeated_text_in_a_macro_is_inflated() -> None:
    # the example of MS-OVBA, 3.2.2: "normal compression"
    data = bytes.fromhex(
        "012fb000 23616161 6263646582660070 61 6768696a 0138086b6c00306d6e6f7006710270"
        "04107273747576 10 7778797a 00 3c".replace(" ", "")
    )
    assert decompress(data).startswith(b"#aaabcdef")


@pytest.mark.parametrize("cut", [0, 7, 100, 512, 600, 1024, 1500])
def test_cut_compound_files_end_cleanly(cut: int) -> None:
    try:
        CompoundFile(macro_project()[:cut]).stream("VBA/M")
    except DamagedFileError as error:
        assert error.message  # noqa: PT017


def test_entities_in_a_document_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("docProps/core.xml", '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>')
    with pytest.raises(FileLimitError):
        read_office(tmp_path / "a.docx")


@pytest.mark.data
def test_provenance_is_as_the_makers_of_the_files_say(evidence: Path) -> None:
    folder = evidence / "c2pa-public-testfiles"
    states = {}
    for path in sorted(folder.glob("adobe-*.jpg")):
        found = read_provenance(path, "image/jpeg")
        letters = path.stem.removeprefix("adobe-20220124-")
        states[letters] = found["state"] if found else None
    assert len(states) == 21
    for letters, state in states.items():
        if letters in ("A", "I"):
            assert state is None
        elif letters.startswith(("E-", "X")):
            assert state == "Invalid"
        else:
            assert state == "Valid"


@pytest.mark.data
@pytest.mark.parametrize("name", ["C", "CA", "XCA"])
def test_codes_are_those_of_the_published_reports(evidence: Path, name: str) -> None:
    folder = evidence / "c2pa-rs-fixtures"
    report = json.loads((folder / "known_good" / f"{name}.json").read_text(encoding="utf-8"))
    path = folder / "XCA.jpg"
    if name != "XCA":
        path = evidence / "c2pa-public-testfiles" / f"adobe-20220124-{name}.jpg"
    found = read_provenance(path, "image/jpeg")
    assert found is not None
    active = (report.get("validation_results") or {}).get("activeManifest") or {}
    said = {
        entry["code"] for entry in active.get("failure") or report.get("validation_status") or []
    }
    assert said - set(found["codes"]["failure"]) <= {"timeStamp.untrusted", "timestamp.untrusted"}


@pytest.mark.data
def test_a_remote_manifest_is_not_fetched(evidence: Path) -> None:
    found = read_provenance(evidence / "c2pa-rs-fixtures" / "cloud.jpg", "image/jpeg")
    assert found is not None
    assert found["state"] == "remote manifest, not fetched"


def test_no_manifest_is_nothing(tmp_path: Path) -> None:
    assert read_provenance(jpeg(tmp_path / "a.jpg"), "image/jpeg") is None
    assert read_provenance(tmp_path / "absent", "text/plain") is None


def test_a_second_compression_is_stronger_than_the_first(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).normal(0, 25, (480, 640, 3))
    rough = Image.fromarray(np.clip(np.asarray(picture()) + noise, 0, 255).astype(np.uint8))
    rough.save(tmp_path / "a.jpg", quality=80)
    rough.save(tmp_path / "c.jpg", quality=95)
    with Image.open(tmp_path / "a.jpg") as image:
        image.save(tmp_path / "b.jpg", quality=95)
    once, twice = (
        second_compression(path, read_jpeg(path.read_bytes()).document())
        for path in (tmp_path / "c.jpg", tmp_path / "b.jpg")
    )
    assert once is not None
    assert twice is not None
    assert twice["score"] > twice["threshold"] > once["score"]


def test_small_pictures_give_no_answer_about_compression(tmp_path: Path) -> None:
    picture(100, 80).save(tmp_path / "a.jpg")
    structure = read_jpeg((tmp_path / "a.jpg").read_bytes()).document()
    assert second_compression(tmp_path / "a.jpg", structure) is None


def with_thumbnail(path: Path, thumbnail: Image.Image) -> Path:
    small, large = io.BytesIO(), io.BytesIO()
    thumbnail.save(small, "JPEG")
    picture().save(large, "JPEG")
    data = small.getvalue()
    first = struct.pack("<H", 0) + struct.pack("<I", 14)
    second = struct.pack("<H", 2) + struct.pack("<HHII", 0x201, 4, 1, 44)
    second += struct.pack("<HHII", 0x202, 4, 1, len(data)) + struct.pack("<I", 0)
    exif = b"Exif\0\0II*\0\x08\0\0\0" + first + second + data
    segment = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    path.write_bytes(b"\xff\xd8" + segment + large.getvalue()[2:])
    return path


def test_the_thumbnail_is_compared_with_the_picture(tmp_path: Path) -> None:
    same = with_thumbnail(tmp_path / "a.jpg", picture().resize((160, 120)))
    other = with_thumbnail(tmp_path / "b.jpg", picture(seed=9).resize((160, 120)))
    turned = with_thumbnail(
        tmp_path / "c.jpg", picture().transpose(Image.Transpose.ROTATE_90).resize((120, 160))
    )
    found = [
        compare_thumbnail(p, read_jpeg(p.read_bytes()).document()) for p in (same, other, turned)
    ]
    likeness = [f["likeness"] if f else None for f in found]
    assert likeness[0] is not None
    assert likeness[0] > 0.95
    assert likeness[1] is not None
    assert likeness[1] < 0.85
    assert likeness[2] is not None
    assert likeness[2] > 0.95
