"""Photographs that look alike lead from a body to a person, and carry nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from bayyina.app.evidence_forms import describe_evidence
from bayyina.app.evidence_inspecting import inspect_item
from bayyina.app.evidence_items import Item, list_items
from bayyina.app.identifying_evidence import LEADS
from bayyina.app.identifying_leads import LeadFinder
from bayyina.app.identifying_reading import BODY
from bayyina.app.short_ids import record_number
from bayyina.media.pictures import SYMMETRIES
from bayyina.media.results import FileReport
from tests.app.conftest import Bench, quiet
from tests.app.evidence_cases import JPEG, add
from tests.app.identification_cases import ids, take_people_and_bodies

OF_BODY = "0123456789abcdef" * 4
NEAR = "0123456789abcde0" * 4
"""Sixteen of 256 bits differ."""
FAR = "fedcba9876543210" * 4


def looked_into(bench: Bench, item: Item, pdq: str, quality: int = 90) -> None:
    """Let a program find a hash of an item's looks."""

    def look(paths: Iterable[Path]) -> Iterator[FileReport]:
        for path in paths:
            turned = [pdq, *("5a" * 32 for _ in SYMMETRIES[1:])]
            hashes = {"pdq": pdq, "pdq_quality": quality, "pdq_dihedral": turned}
            yield FileReport(str(path), item.sha256, "image/jpeg", "ok", "", hashes=hashes)

    inspect_item(
        bench.amal, item=item.id, report=bench.folder / "r.csv", progress=quiet, inspect=look
    )


def photographs(bench: Bench, *shown: str) -> list[Item]:
    """One photograph for each record, which it is stated to show."""
    folder = bench.folder / "photographs"
    folder.mkdir()
    for number in range(len(shown)):
        (folder / f"{number}.jpg").write_bytes(JPEG + bytes([number]))
    add(bench.amal, folder)
    items = sorted(list_items(bench.amal), key=lambda item: item.names[0])
    records = [
        f"  - id: {item.id}\n    statements:\n      - {{property: shows, value: {record}}}\n"
        for item, record in zip(items, shown, strict=True)
    ]
    form = bench.folder / "shows.evidence.yaml"
    form.write_text("version: 1\nfictional: true\nrecords:\n" + "".join(records), encoding="utf-8")
    describe_evidence(bench.amal, form=form)
    return items


def alike(bench: Bench, body: str) -> dict[str, list[tuple[str, str, str]]]:
    """Lines from images of a body's candidates."""
    found = LeadFinder(bench.amal, quiet).leads(record_number(bench.amal, body))
    told = {}
    for lead in found:
        lines = [
            (line.says, line.about, bench.amal.short_id(line.cites))
            for line in lead.lines
            if line.line == "near_duplicate"
        ]
        if lines:
            told[bench.amal.short_id(lead.person)] = lines
    return told


def test_a_picture_that_looks_alike_names_a_person_to_look_at(bench: Bench) -> None:
    take_people_and_bodies(bench.amal, bench.folder)
    body, people = ids(bench.amal, BODY)[3], ids(bench.amal, "Person")
    mine, near, far, blank = photographs(bench, body, people[0], people[1], people[2])
    assert alike(bench, body) == {}
    looked_into(bench, mine, OF_BODY)
    assert alike(bench, body) == {}
    looked_into(bench, near, NEAR)
    looked_into(bench, far, FAR)
    looked_into(bench, blank, OF_BODY, quality=3)
    assert alike(bench, body) == {people[0]: [(LEADS, "image_alike", near.id)]}
    looked_into(bench, near, FAR)
    assert alike(bench, body) == {}
