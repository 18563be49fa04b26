"""What signers of a report are told and asked: small groups between numbers, and who entered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bayyina.app.building_reports import BuiltReport, build_reports
from bayyina.app.publishing import publish_report
from bayyina.app.workspace import Workspace
from bayyina.errors import PermissionRefusedError
from tests.app.conftest import Bench, quiet
from tests.app.test_output_decisions import HEADER as FULL
from tests.app.test_output_decisions import LIST, rows, take_in

pytestmark = pytest.mark.slow

PLACES = {"Al Qutayfah": 6, "At Tall": 9}


def built(
    bench: Bench, name: str = "few", *, by: Workspace | None = None, **queries: str
) -> BuiltReport:
    """A report with a figure or table for each question."""

    def fence(one: str, query: str, body: str) -> str:
        return f"```{'table' if ' by ' in query else 'figure'} id={one}\n{body}```\n"

    blocks = "".join(fence(k, q, f"en: {k}\nar: {k}\n{q}\n") for k, q in queries.items())
    placed = "".join(fence(k, q, "") for k, q in queries.items())
    path = bench.folder / f"{name}.report.md"
    path.write_text(
        f'+++\nversion = 1\nname = "{name}"\n[title]\nen = "FICTIONAL"\nar = "خيالي"\n+++\n\n'
        f"{blocks}\n<!-- lang: en -->\n\n{placed}\n\n<!-- lang: ar -->\n\n{placed}\n",
        encoding="utf-8",
    )
    return build_reports(
        by or bench.amal,
        name=str(path),
        languages=("en",),
        out_folder=bench.folder / name,
        progress=quiet,
    )


def test_two_numbers_of_one_report_that_single_somebody_out_are_named(bench: Bench) -> None:
    take_in(bench, [*rows(PLACES), *rows({"Duma": 1}, first=30)])
    report = built(
        bench,
        everybody="count persons with Arrest",
        most='count persons with Arrest(place in ("Al Qutayfah", "At Tall"))',
        far="count arrests",
    )
    told = publish_report(bench.member("badr", "verifier"), report.twin, reasons="read").differences
    assert [(one.number, one.other, one.report, one.records) for one in told.found] == [
        ("everybody", "most", "", 1)
    ]
    assert told.is_whole


def test_a_number_of_a_report_that_was_signed_before_is_held_against_it(bench: Bench) -> None:
    take_in(bench, [*rows(PLACES), *rows({"Duma": 2}, first=30)])
    badr = bench.member("badr", "verifier")
    first = built(bench, "first", all="count persons with Arrest")
    built(bench, "draft", all='count persons with Arrest(place in ("At Tall", Duma))')
    assert publish_report(badr, first.twin, reasons="read").differences.found == ()
    second = built(bench, "second", some="count persons with Arrest(place!=Duma)")
    told = publish_report(badr, second.twin, reasons="read").differences.found
    assert [(one.report, one.records) for one in told] == [("first", 2)]
    far = built(bench, "far", some='count persons with Arrest(place="At Tall")')
    assert publish_report(badr, far.twin, reasons="read").differences.found == ()


def test_a_later_release_of_something_sensitive_that_grew_by_few_is_named(bench: Bench) -> None:
    take_in(bench, rows(PLACES, born="2005"))
    badr = bench.member("badr", "verifier")
    query = "count arrests with age_class=child"
    first = built(bench, "first", children=query, every="count arrests")
    publish_report(badr, first.twin, reasons="read")
    take_in(bench, rows({"Duma": 1}, born="2005", first=50), name="Another list")
    second = built(bench, "second", children=query, every="count arrests")
    told = publish_report(badr, second.twin, reasons="read").differences.found
    assert ("children", "children", "first", 1) in [tuple(one) for one in told]
    assert ("every", "every", "first", 1) not in [tuple(one) for one in told]


def test_who_entered_does_not_sign_where_two_others_can(bench: Bench) -> None:
    take_in(bench, rows(PLACES))
    report = built(bench, all="count persons with Arrest")
    badr = bench.member("badr", "verifier")
    chams = bench.member("chams", "legal")
    with pytest.raises(PermissionRefusedError, match="records that this report rests on") as told:
        publish_report(bench.amal, report.twin, reasons="read")
    assert told.value.code == "entered-it"
    assert "badr, chams" in str(told.value.hint)
    first = publish_report(badr, report.twin, reasons="read")
    second = publish_report(chams, report.twin, reasons="read")
    assert (first.entered_by, second.entered_by, second.is_published) == ((), (), True)


def test_in_a_small_group_it_is_said_that_a_signer_entered(bench: Bench) -> None:
    take_in(bench, rows(PLACES))
    report = built(bench, all="count persons with Arrest by governorate")
    badr = bench.member("badr", "verifier")
    publish_report(badr, report.twin, reasons="read")
    done = publish_report(bench.amal, report.twin, reasons="read")
    assert done.is_published
    assert done.entered_by == ("amal",)


def test_nobody_signs_what_singles_out_a_record_they_entered(bench: Bench) -> None:
    take_in(bench, rows({"Al Qutayfah": 1, "At Tall": 9}))
    report = built(bench, fine="count persons with Arrest by district")
    twin = json.loads(Path(report.twin).read_text(encoding="utf-8"))
    assert 1 in [group["value"] for group in twin["figures"]["fine"]["groups"]]
    bench.member("badr", "verifier")
    with pytest.raises(PermissionRefusedError, match="singles out"):
        publish_report(bench.amal, report.twin, reasons="read")
    assert publish_report(bench.as_member("badr"), report.twin, reasons="read").people == ("badr",)


def test_who_added_a_statement_under_another_handle_entered_too(bench: Bench) -> None:
    intake = bench.member("intake", "intake")
    bench.take_in(*rows(PLACES), header=FULL, mapping=LIST.replace("{name}", "L"), workspace=intake)
    report = built(bench, all="count persons with Arrest")
    for handle in ("badr", "chams"):
        bench.member(handle, "verifier")
    assert publish_report(bench.amal, report.twin, reasons="read").entered_by == ()
