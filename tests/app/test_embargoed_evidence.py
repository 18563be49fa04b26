"""Evidence that was taken where a site under embargo lies tells where that is in no output."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from bayyina.app.bundling import BundleOrder, create_bundle
from bayyina.app.changes import change
from bayyina.app.embargoed_files import positions_in
from bayyina.app.evidence_inspecting import inspect_item
from bayyina.app.evidence_items import list_items
from bayyina.app.evidence_reading import write_bytes
from bayyina.app.opening_sealed import open_sealed
from bayyina.app.record_reading import read_record
from bayyina.app.rows import RecordRow, StatementRow
from bayyina.app.short_ids import record_number
from bayyina.bundle.verifying import verify_bundle
from bayyina.keys.sealing import is_sealed
from bayyina.model.drafts import ValueDraft
from bayyina.sites.positions import Position
from tests.app.conftest import Bench, quiet
from tests.app.evidence_cases import add
from tests.app.site_cases import LATITUDE, LONGITUDE
from tests.app.test_bundling import records_of
from tests.app.test_site_embargo import DIGITS, outputs, registered

NEAR = (LATITUDE + 0.001, LONGITUDE - 0.001)
FAR = (35.512345, 40.112345)


def picture(path: Path, latitude: float, longitude: float) -> Path:
    """An image that says where it was taken, as cameras write it."""

    def parts(degrees: float) -> tuple[IFDRational, ...]:
        whole, rest = divmod(degrees * 3600, 3600)
        minutes, seconds = divmod(rest, 60)
        return (
            IFDRational(int(whole)),
            IFDRational(int(minutes)),
            IFDRational(round(seconds * 10_000), 10_000),
        )

    exif = Image.Exif()
    gps = exif.get_ifd(0x8825)
    gps.update({1: "N", 2: parts(latitude), 3: "E", 4: parts(longitude)})
    Image.new("RGB", (40, 30), (int(latitude), 90, 60)).save(path, exif=exif)
    return path


def stated(bench: Bench, path: Path, latitude: float, longitude: float) -> str:
    """An item of evidence of which a position is stated; its short id."""
    done = add(bench.amal, picture(path, latitude, longitude))
    item = str(done.lines[0].id)
    number = record_number(bench.amal, item)
    with change(bench.amal, "describe-evidence") as writer:
        row = bench.amal.store.find(RecordRow, "number", [number])[0]
        draft = ValueDraft("position", f"{latitude}|{longitude}")
        writer.add_statement(number, writer.record_key(row), "EvidenceItem", draft, None)
        writer.finish({})
    return item


def test_a_position_of_evidence_is_sealed_and_no_output_tells_the_site(
    bench: Bench, tmp_path: Path
) -> None:
    short = registered(bench, tmp_path)
    near = stated(bench, tmp_path / "a.jpg", *NEAR)
    far = stated(bench, tmp_path / "b.jpg", *FAR)
    term = bench.amal.store.terms()["EvidenceItem", "position"]
    assert all(is_sealed(r.value) for r in bench.amal.store.scan(StatementRow) if r.term == term)
    for name, text in outputs(bench.amal, tmp_path, short).items():
        for digits in (*DIGITS, "33.124", "36.653", "35.5123", "40.1123"):
            assert digits not in text, name
    for item, is_told in ((near, False), (far, True)):
        text = json.dumps(open_sealed(bench.amal, item, reason="where was it taken"))
        assert ("35.512345" in text or "33.124456" in text) == is_told


def test_what_is_read_out_of_a_file_tells_no_place_near_the_site(
    bench: Bench, tmp_path: Path
) -> None:
    near = stated(bench, tmp_path / "a.jpg", *NEAR)
    far = stated(bench, tmp_path / "b.jpg", *FAR)

    def places(item: str) -> list[Position]:
        _, said = inspect_item(
            bench.amal, item=item, report=tmp_path / "report.csv", progress=quiet
        )
        kept = list_items(bench.amal, derived_from=item)[-1]
        file = tmp_path / f"{kept.id}.json"
        write_bytes(bench.amal, kept, file)
        found = positions_in(said.metadata)
        assert found == positions_in(json.loads(file.read_text("utf-8")))
        file.unlink()
        return found

    assert places(near)[0] == pytest.approx(NEAR, abs=1e-4)
    registered(bench, tmp_path)
    assert places(near) == []
    assert places(far)[0] == pytest.approx(FAR, abs=1e-4)


def test_a_bundle_holds_no_file_that_says_where_the_site_is(bench: Bench, tmp_path: Path) -> None:
    registered(bench, tmp_path)
    near = stated(bench, tmp_path / "a.jpg", *NEAR)
    far = stated(bench, tmp_path / "b.jpg", *FAR)
    (made,) = create_bundle(
        bench.amal,
        BundleOrder("FICTIONAL", ids=(near, far)),
        out=tmp_path / "bundle",
        progress=quiet,
    )
    folder = made.written.folder
    assert verify_bundle(folder).report.ok
    names = [path.read_bytes() for path in sorted((folder / "data").rglob("*.jpg"))]
    assert names == [(tmp_path / "b.jpg").read_bytes()]
    record = records_of(folder)[near]
    assert "embargo" in {one["why"] for one in record["withheld"]}
    digest = next(one for one in read_record(bench.amal, near)["statements"]
                  if one["property"] == "digest")  # fmt: skip
    everything = b"".join(p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file())
    assert str(digest["value"]).encode() not in everything
