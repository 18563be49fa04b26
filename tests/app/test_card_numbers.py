"""Numbers on cards along the items of a workspace come into the report on an item."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bayyina.app.evidence_forms import describe_evidence
from bayyina.app.evidence_inspecting import inspect_item
from bayyina.app.evidence_items import Item, list_items
from bayyina.app.evidence_reading import read_bytes
from bayyina.app.ports import Store
from bayyina.app.rows import StatementRow
from bayyina.media.results import FileReport
from tests.app.conftest import Bench, quiet
from tests.app.evidence_cases import JPEG, add


def cards(bench: Bench, *numbers: str, day: str = "") -> list[Item]:
    """One photograph for each number, in the order of their names."""
    folder = bench.folder / "photographs"
    folder.mkdir()
    for at in range(len(numbers)):
        (folder / f"DSC_{at + 1:04}.jpg").write_bytes(JPEG + bytes([at]))
    add(bench.amal, folder)
    items = sorted(list_items(bench.amal), key=lambda item: item.names[0])
    lines = []
    for at, (item, number) in enumerate(zip(items, numbers, strict=True)):
        lines += [f"  - id: {item.id}", "    statements:"]
        lines += [f'      - {{property: card_branch_number, value: "{"٢١٥" if at % 2 else 215}"}}']
        lines += [f'      - {{property: card_number, value: "{one}"}}' for one in number.split("|")]
        if day:
            lines += [f"      - {{property: captured_on, value: {day if at else '2013-09-30'}}}"]
    form = bench.folder / "cards.evidence.yaml"
    text = "version: 1\nfictional: true\nrecords:\n" + "\n".join(lines) + "\n"
    form.write_text(text, encoding="utf-8")
    describe_evidence(bench.amal, form=form)
    return items


def looked_into(bench: Bench, item: Item) -> FileReport:
    def look(paths: Iterable[Path]) -> Iterator[FileReport]:
        for path in paths:
            yield FileReport(str(path), item.sha256, "image/jpeg", "ok", "")

    made, said = inspect_item(
        bench.amal, item=item.id, report=bench.folder / "r.csv", progress=quiet, inspect=look
    )
    (kept,) = [one for one in list_items(bench.amal) if one.id == made.id]
    document = json.loads(b"".join(read_bytes(bench.amal, kept.row)))
    assert document["indicators"] == [one.document() for one in said.indicators]
    return said


def test_the_item_whose_number_leaves_the_run_is_told_and_no_other(bench: Bench) -> None:
    items = cards(bench, "1001", "1002", "1003", "1950", "1004", "1005", "1006", "1007")
    (told,) = looked_into(bench, items[3]).indicators
    assert (told.method, told.numbers["number"], told.numbers["count"]) == ("series-cards", 1950, 8)
    assert told.numbers["basis"] == "the camera's counter"
    assert told.input_sha256 == items[3].sha256
    assert looked_into(bench, items[4]).indicators == ()


def test_a_card_that_is_read_in_two_ways_counts_as_not_read(bench: Bench) -> None:
    items = cards(bench, "1001", "1002", "1003", "1950|1004", "1005", "1006", "1007")
    assert looked_into(bench, items[3]).indicators == ()


def test_one_number_on_different_days_is_told(bench: Bench) -> None:
    items = cards(bench, "1001", "1001", "1001", day="2013-05-01")
    (told,) = looked_into(bench, items[0]).indicators
    assert (told.numbers["others"], told.numbers["days"]) == (2, 152.0)
    assert looked_into(bench, items[1]).indicators == ()


def test_a_number_that_was_read_later_is_followed(bench: Bench) -> None:
    items = cards(bench, "1001", "1002", "1003", "1950", "1004", "1005", "1006", "1007")
    assert len(looked_into(bench, items[3]).indicators) == 1
    form = bench.folder / "again.evidence.yaml"
    form.write_text(
        f"version: 1\nfictional: true\nrecords:\n  - id: {items[3].id}\n    statements:\n"
        "      - {property: card_number, value: '1003'}\n",
        encoding="utf-8",
    )
    describe_evidence(bench.amal, form=form)
    assert looked_into(bench, items[3]).indicators == ()  # read in two ways now


def test_a_series_is_not_searched_for_among_all_statements(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = cards(bench, "1001", "1002")
    asked = []
    find = type(bench.amal.store).find

    def noted(store: Store, kind: Any, column: str, values: Any) -> Any:
        asked.append((kind, column))
        return find(store, kind, column, values)

    monkeypatch.setattr(type(bench.amal.store), "find", noted)
    looked_into(bench, items[0])
    assert (StatementRow, "term") not in asked  # no index stands behind it
