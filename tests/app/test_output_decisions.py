"""What a report may publish: hidden where the rules say so, explained, and checked at release."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bayyina.app import publishing
from bayyina.app.building_reports import BuiltReport, build_reports
from bayyina.app.counting import open_engine
from bayyina.app.deciding import determine_record
from bayyina.app.notifying import agree_telling, propose_telling, record_telling
from bayyina.app.output_decisions import decide_figures, refuse_hidden, shown_figure
from bayyina.app.publishing import publish_report
from bayyina.app.revising import compare_report
from bayyina.app.rows import RecordRow
from bayyina.app.site_records import read_site
from bayyina.app.site_registering import register_sites
from bayyina.errors import CheckFailedError
from tests.app.conftest import Bench, quiet
from tests.app.site_cases import site, write_site

LIST = """
version = 1
[list]
name = "{name}"
asserted_on = 2023-08-31
release = "partial"
fictional = true
[row]
record = "Person"
key = "id"
[columns]
name = {{ to = "name", lang = "en" }}
born = {{ to = "birth_date" }}
[[acts]]
type = "Arrest"
when = {{ column = "arrest" }}
columns = {{ place = {{ to = "place" }} }}
"""

HEADER = "id,name,born,arrest,place"


def rows(counts: dict[str, int], born: str = "1980", first: int = 1) -> list[str]:
    """So many invented arrests at each place."""
    made: list[str] = []
    for place, count in counts.items():
        for _ in range(count):
            number = first + len(made)
            made.append(f"FICT-{number},Name {number} Invented,{born},2013-05-10,{place}")
    return made


def take_in(bench: Bench, lines: list[str], name: str = "A list") -> None:
    bench.take_in(*lines, header=HEADER, mapping=LIST.replace("{name}", name))


def build(bench: Bench, **queries: str) -> tuple[BuiltReport, dict[str, Any], str]:
    """A report with a table or figure for each question; it, its twin and its English page."""
    blocks = "\n".join(
        f"```{'table' if ' by ' in query else 'figure'} id={name}\nen: {name}\nar: {name}\n{query}\n```\n"
        for name, query in queries.items()
    )
    placed = "\n".join(
        f"```{'table' if ' by ' in query else 'figure'} id={name}\n```\n"
        for name, query in queries.items()
    )
    path = bench.folder / "few.report.md"
    path.write_text(
        '+++\nversion = 1\nname = "few"\n[title]\nen = "FICTIONAL"\nar = "خيالي"\n+++\n\n'
        f"{blocks}\n<!-- lang: en -->\n\n{placed}\n\n<!-- lang: ar -->\n\n{placed}\n",
        encoding="utf-8",
    )
    built = build_reports(
        bench.amal, name=str(path), languages=(), out_folder=bench.folder / "out", progress=quiet
    )
    twin: dict[str, Any] = json.loads(built.twin.read_text(encoding="utf-8"))
    return built, twin, built.files["en"][0].read_text(encoding="utf-8")


def values(twin: dict[str, Any], name: str) -> dict[str, int | None]:
    return {
        next(iter(group["key"].values())): group["value"]
        for group in twin["figures"][name]["groups"]
    }


FINE = {"Al Qutayfah": 1, "Duma": 4, "At Tall": 9}
"""Places of three districts of one governorate."""


def test_children_at_a_district_are_hidden_with_what_gives_them_away(bench: Bench) -> None:
    take_in(bench, rows(FINE, born="2005"))
    built, twin, page = build(
        bench,
        fine="count arrests with age_class=child by district",
        coarse="count arrests with age_class=child by governorate",
    )
    shown = values(twin, "fine")
    assert sorted(value is None for value in shown.values()) == [False, True, True]
    assert 9 in shown.values()
    assert list(values(twin, "coarse").values()) == [14]
    assert twin["figures"]["fine"]["value"] == 14
    rules = {one["rule"] for one in twin["disclosure"]["removals"]}
    assert rules == {"child-at-a-place", "complementary"}
    assert "not shown" in page
    assert "could be known" in page
    arabic = built.files["ar"][0].read_text(encoding="utf-8")
    assert "غير معروض" in arabic
    with (built.twin.parent / "figures" / "fine.table.csv").open(encoding="utf-8-sig") as file:
        told = [row["value"] for row in csv.DictReader(file)]
    assert sorted(told) == ["", "", "9"]
    with (built.twin.parent / "figures" / "left-out.csv").open(encoding="utf-8-sig") as file:
        assert len(list(csv.DictReader(file))) == 2
    with (built.twin.parent / "figures" / "fine.csv").open(encoding="utf-8-sig") as file:
        assert len(list(csv.DictReader(file))) == 9


def test_men_at_a_district_are_shown(bench: Bench) -> None:
    take_in(bench, rows(FINE))
    _, twin, page = build(bench, fine="count arrests by district")
    assert sorted(values(twin, "fine").values(), key=lambda value: value or 0) == [1, 4, 9]
    assert twin["disclosure"]["removals"] == []
    assert "not shown" not in page


@pytest.mark.parametrize(("source", "hides"), [("worker", True), ("paper", False)])
def test_a_place_that_one_witness_alone_tells_of_is_hidden(
    bench: Bench, tmp_path: Path, source: str, hides: bool
) -> None:
    def claimed(key: str, place: str, by: str) -> Path:
        claims = [{"property": "place", "value": place, "source": by, "locator": "p. 1"}]
        sources = {
            "worker": {"name": "FICTIONAL worker", "kind": "witness", "pseudonym": "FICT-W"},
            "paper": {"name": "FICTIONAL paper", "kind": "media", "released_on": "2024-01-30"},
        }
        used = {by: sources[by]}
        content = site(key, claims=claims, acts=[], facilities=[], sources=used)
        content["geometry"] = None
        return write_site(tmp_path, content)

    files = [claimed("alone", "SY0305", source)]
    files += [claimed(f"other-{n}", "SY0302", "paper") for n in range(4)]
    register_sites(bench.amal, files=files)
    _, twin, _ = build(bench, fine="count sites by district")
    assert (None in values(twin, "fine").values()) is hides


def test_a_release_keeps_what_was_hidden_and_a_comparison_still_works(bench: Bench) -> None:
    take_in(bench, rows(FINE, born="2005"))
    built, _, before = build(bench, fine="count arrests with age_class=child by district")
    for handle in ("basma", "chadi"):
        publish_report(bench.member(handle, "verifier"), built.twin, reasons="Read.")
    after = built.files["en"][0].read_text(encoding="utf-8")
    assert after.count("not shown") == before.count("not shown") > 0
    assert compare_report(bench.amal, built.twin, quiet).changed == ()
    take_in(bench, rows({"At Tall": 1}, born="2005", first=70), name="Later")
    ledger = compare_report(bench.amal, built.twin, quiet)
    assert [group[1:] for group in ledger.changed[0].groups] == [(9, 10)]


def test_a_report_that_shows_what_the_rules_hide_is_not_released(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(bench, rows(FINE, born="2005"))
    built, twin, _ = build(bench, fine="count arrests with age_class=child by district")
    for group in twin["figures"]["fine"]["groups"]:
        if group["value"] is None:
            group.pop("hidden")
            group |= {"value": 1, "range": [1, 1]}
    built.twin.write_text(json.dumps(twin), encoding="utf-8")
    monkeypatch.setattr(publishing, "was_built_here", lambda *_: True)
    with pytest.raises(CheckFailedError, match="may not be published: fine") as told:
        publish_report(bench.amal, built.twin, reasons="Read.")
    assert told.value.code == "disclosure"


def test_an_embargo_that_came_back_stops_the_release(bench: Bench, tmp_path: Path) -> None:
    short = register_sites(bench.amal, files=[write_site(tmp_path, site())]).sites[0][1]
    events = bench.amal.store.find(RecordRow, "record_type", ["SiteDisturbance"])
    sources = {one.name: one.id for one in read_site(bench.amal, short).witnesses}

    def decide(handle: str, verdict: str) -> None:
        determine_record(
            bench.member(handle, "verifier"),
            record_id=short,
            decision="sufficient",
            verdict=verdict,
            standard="site-sufficient",
            reasons="Looked at both.",
            lines=[
                f"eyewitness_account={sources['FICT-W']}",
                f"satellite_change={bench.amal.short_id(events[0].number)}",
            ],
        )

    decide("basma", "for")
    decide("chadi", "for")
    path = tmp_path / "sites.report.md"
    path.write_text(
        '+++\nversion = 1\nname = "sites"\n[title]\nen = "FICTIONAL"\nar = "خيالي"\n+++\n\n'
        "```site id=one\nen: S\nar: S\nsite: invented-one\n```\n\n"
        "<!-- lang: en -->\n\n```site id=one\n```\n\n<!-- lang: ar -->\n\n```site id=one\n```\n",
        encoding="utf-8",
    )
    built = build_reports(
        bench.amal, name=str(path), languages=(), out_folder=tmp_path / "out", progress=quiet
    )
    decide("dana", "against")
    with pytest.raises(CheckFailedError, match="does not suffice"):
        publish_report(bench.amal, built.twin, reasons="Read.")


def test_a_table_that_is_taken_along_hides_what_a_report_would(bench: Bench) -> None:
    take_in(bench, rows(FINE, born="2005"))
    with open_engine(bench.amal, quiet) as engine:
        figure = engine.count("count arrests with age_class=child by district").to_json()
        decision = decide_figures(bench.amal, engine, {"figure": figure})
        shown = shown_figure(figure, "figure", decision)
        assert sorted(group["value"] is None for group in shown["groups"]) == [False, True, True]
        at_home = decide_figures(bench.amal, engine, {"figure": figure}, "internal")
        assert at_home.removals == ()
        with pytest.raises(CheckFailedError, match="may not leave") as error:
            refuse_hidden(bench.amal, engine, {"indicator": figure})
        assert error.value.code == "disclosure"
        refuse_hidden(bench.amal, engine, {"indicator": engine.count("count arrests").to_json()})


DEATHS = LIST.replace("[[acts]]", "[[acts]]\ntype = \"Death\"\nwhen = {{ column = \"arrest\" }}\n"
                      'columns = {{ place = {{ to = "place" }} }}\n[[acts]]')  # fmt: skip


def test_few_deaths_at_a_district_are_hidden_until_the_families_know(bench: Bench) -> None:
    bench.take_in(*rows(FINE), header=HEADER, mapping=DEATHS.replace("{name}", "A list"))
    query = "count deaths by district"
    with open_engine(bench.amal, quiet) as engine:
        figure = engine.count(query).to_json()
        removals = decide_figures(bench.amal, engine, {"figure": figure}).removals
    assert {one.rule for one in removals} == {"untold-death", "complementary"}
    badr, chams = bench.member("badr", "verifier"), bench.member("chams", "verifier")
    for row in bench.amal.store.find(RecordRow, "record_type", ["Death"])[:5]:
        death = bench.amal.short_id(row.number)
        propose_telling(badr, death=death, risk="none")
        agree_telling(chams, death=death, risk="none")
        record_telling(bench.amal, death=death, day=date(2023, 12, 1))
    with open_engine(bench.amal, quiet) as engine:
        figure = engine.count(query).to_json()
        assert decide_figures(bench.amal, engine, {"figure": figure}).removals == ()
