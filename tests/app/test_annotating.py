"""Regions and spans of an item as statements: with their place, their item, and one entry."""

from __future__ import annotations

from pathlib import Path

import pytest

from bayyina.app.annotating import Annotation, annotate_item
from bayyina.app.entering import Report, enter_report
from bayyina.app.evidence_items import list_items
from bayyina.app.evidence_reading import look_at_item
from bayyina.app.rows import StatementRow
from bayyina.app.verifying import verify_workspace
from bayyina.errors import InputError, PermissionRefusedError, SmallFileError
from tests.app.conftest import Bench, quiet
from tests.app.evidence_cases import add, small_files

REGION = "region 10,20,30,40"


@pytest.fixture
def item(bench: Bench, tmp_path: Path) -> str:
    add(bench.amal, small_files(tmp_path / "files"))
    return list_items(bench.amal)[0].id


def test_a_region_is_a_statement_of_the_item(bench: Bench, item: str) -> None:
    report = Report({"name": "FICT"}, "", {"name": "Alif FICTIONAL"}, "", "", {}, "en")
    person = enter_report(bench.amal, report).person
    done = annotate_item(
        bench.amal, item, Annotation("منطقة ١٠، ٢٠، ٣٠، ٤٠", "FICTIONAL a mark", "en", person)
    )
    assert (done.added, done.statements) == (0, 2)
    told = [
        one for one in look_at_item(bench.amal, item).record["statements"]
        if one["property"] in {"note", "shows"}
    ]  # fmt: skip
    assert [one["locator"] for one in told] == [REGION] * 2
    rows = [row for row in bench.amal.store.scan(StatementRow) if row.locator == REGION]
    assert {row.evidence for row in rows} == {list_items(bench.amal)[0].number}
    assert verify_workspace(bench.amal, progress=quiet).ok
    with pytest.raises(InputError, match="Nothing of this is new"):
        annotate_item(bench.amal, item, Annotation(REGION, "FICTIONAL a mark"))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Annotation("", "FICTIONAL"), "Say where"),
        (Annotation(REGION), "Say where"),
        (Annotation("region 90,0,20,10", "FICTIONAL"), "is no region"),
        (Annotation("00:61:10", "FICTIONAL"), "is no time"),
        (Annotation(REGION, "x" * 2_001), "too long"),
    ],
)
def test_what_says_nothing_is_refused(
    bench: Bench, item: str, said: Annotation, words: str
) -> None:
    size = bench.amal.store.log_size()
    with pytest.raises(InputError, match=words):
        annotate_item(bench.amal, item, said)
    assert bench.amal.store.log_size() == size


def test_an_item_shows_only_records_that_it_can_show(bench: Bench, item: str) -> None:
    for wrong in (item, "FICT-99-9", "nothing"):
        with pytest.raises((SmallFileError, InputError)):
            annotate_item(bench.amal, item, Annotation(REGION, shows=wrong))


def test_who_may_not_take_evidence_in_says_nothing_of_it(bench: Bench, item: str) -> None:
    bench.member("reader", "viewer")
    with pytest.raises(PermissionRefusedError):
        annotate_item(bench.as_member("reader"), item, Annotation(REGION, "FICTIONAL"))
