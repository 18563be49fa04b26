"""Maps, sites and orders in a report: what they tell, and what a withheld site keeps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bayyina.app.building_reports import BuiltReport, build_reports
from bayyina.app.deciding import determine_record
from bayyina.app.publishing import publish_report
from bayyina.app.rows import RecordRow
from bayyina.app.site_records import read_site
from bayyina.app.site_registering import register_sites
from bayyina.errors import BayyinaError, InputError, SmallFileError
from tests.app.conftest import ROWS, Bench, quiet
from tests.app.site_cases import site, write_site

HEAD = """+++
version = 1
name = "placed"
[title]
en = "FICTIONAL: what is placed"
ar = "خيالي: ما يوضع"
[parameters.day]
type = "day"
default = 2024-02-21
+++

"""

MAP = """```map id=arrests
en: Arrests by governorate
ar: الاعتقالات بحسب المحافظة
sites: all
count arrests by governorate
```
"""

SITE = """```site id=ground
en: The ground
ar: الأرض
site: invented-one
```
"""

ORDER = """```order id=case
en: Obligations
ar: الالتزامات
case: icj-188
as-of: {day}
```
"""


def definition(bench: Bench, *blocks: str) -> Path:
    """A report that defines and places blocks in both languages."""
    placed = "\n".join(
        f"```{one.splitlines()[0].removeprefix('```')}\n```" for block in blocks for one in [block]
    )
    path = bench.folder / "placed.report.md"
    text = HEAD + "\n".join(blocks)
    path.write_text(
        f"{text}\n<!-- lang: en -->\n\n{placed}\n\n<!-- lang: ar -->\n\n{placed}\n",
        encoding="utf-8",
    )
    return path


def build(bench: Bench, *blocks: str, **settings: str) -> tuple[BuiltReport, dict[str, Any]]:
    """The built report, and its twin."""
    built = build_reports(
        bench.amal,
        name=str(definition(bench, *blocks)),
        languages=(),
        out_folder=bench.folder / "out",
        progress=quiet,
        settings=settings,
    )
    twin: dict[str, Any] = json.loads(built.twin.read_text(encoding="utf-8"))
    return built, twin


def pages(built: BuiltReport) -> dict[str, str]:
    return {lang: paths[0].read_text(encoding="utf-8") for lang, paths in built.files.items()}


def suffice(bench: Bench, short: str) -> None:
    """Two people decide that the evidence of the site suffices."""
    rows = bench.amal.store.find(RecordRow, "record_type", ["SiteDisturbance"])
    sources = {one.name: one.id for one in read_site(bench.amal, short).witnesses}
    for handle in ("basma", "chadi"):
        determine_record(
            bench.member(handle, "verifier"),
            record_id=short,
            decision="sufficient",
            verdict="for",
            standard="site-sufficient",
            reasons="Looked at both.",
            lines=[
                f"eyewitness_account={sources['FICT-W']}",
                f"satellite_change={bench.amal.short_id(rows[0].number)}",
            ],
        )


def test_a_map_shows_the_areas_that_a_figure_counts_in_both_languages(bench: Bench) -> None:
    bench.take_in(*ROWS)
    built, twin = build(bench, MAP)
    shown = pages(built)
    assert ">Homs</text>" in shown["en"]
    assert ">حمص</text>" in shown["ar"]
    assert "Aleppo" in shown["en"]
    assert "Natural Earth" in shown["en"]
    assert twin["figures"]["arrests"]["kind"] == "map"
    assert (built.twin.parent / "figures" / "arrests.table.csv").is_file()


def test_a_withheld_site_shows_its_district_and_no_name(bench: Bench) -> None:
    short = register_sites(bench.amal, files=[write_site(bench.folder, site())]).sites[0][1]
    built, twin = build(bench, MAP, SITE)
    told = twin["sites"]["ground"][0]
    assert told["withheld"] is True
    assert told["name"] is None
    assert told["history"] == []
    assert {one["property"] for one in told["statements"]} == {"state"}
    for page in pages(built).values():
        assert short in page
        assert "invented-one" not in page
        assert "33.12" not in page
        assert "stroke-dasharray" in page
    assert "remains could be moved" in pages(built)["en"]
    assert "FICT-W" not in json.dumps(twin)


def test_a_site_whose_evidence_suffices_is_told_by_kinds_of_sources(bench: Bench) -> None:
    short = register_sites(bench.amal, files=[write_site(bench.folder, site())]).sites[0][1]
    suffice(bench, short)
    built, twin = build(bench, MAP, SITE)
    told = twin["sites"]["ground"][0]
    assert told["name"] == {
        "en": "FICTIONAL site invented-one",
        "ar": "موقع خيالي invented-one",
    }
    assert told["position_of"] == "district"
    assert [one["date"]["en"] for one in told["history"]] == ["August 2022 – January 2023"]
    kinds = bench.amal.vocabulary.term_lists["source_kinds"]
    known = {kinds.label(code, "en") for code in ("witness", "satellite", "media")}
    said = {one["property"] for one in told["statements"]}
    assert said == {"place", "person_count", "state"}
    assert {one["source"]["en"] for one in told["statements"]} == known
    page = pages(built)["en"]
    assert "FICTIONAL paper" not in page
    assert "FICT-W" not in page
    assert "August 2022" in page


def test_an_order_stands_as_of_its_day_or_that_of_the_report(bench: Bench) -> None:
    bench.take_in(*ROWS)
    built, twin = build(bench, ORDER)
    assert twin["orders"]["case"]["as_of"] == "2024-02-21"
    states = {one["id"]: one["state"] for one in twin["orders"]["case"]["obligations"]}
    assert states
    page = pages(built)
    assert all(name in page["en"] and name in page["ar"] for name in states)
    assert "in force" in page["en"]
    assert "نافذ" in page["ar"]
    _, earlier = build(bench, ORDER, day="2023-11-15")
    assert earlier["orders"]["case"]["orders"] == []
    _, undated = build(bench, ORDER.replace("as-of: {day}\n", ""))
    assert undated["orders"]["case"]["as_of"] == bench.clock.now().date().isoformat()


def test_the_released_pages_say_what_the_draft_said(bench: Bench) -> None:
    bench.take_in(*ROWS)
    register_sites(bench.amal, files=[write_site(bench.folder, site())])
    built, _ = build(bench, MAP, SITE, ORDER)
    before = pages(built)
    for handle in ("basma", "chadi"):
        publish_report(bench.member(handle, "verifier"), built.twin, reasons="Read.")
    after = pages(built)
    assert "DRAFT" in before["en"]
    assert "DRAFT" not in after["en"]
    for lang in ("en", "ar"):
        assert (
            after[lang][after[lang].index("<main>") : after[lang].index('id="annex"')]
            == (before[lang][before[lang].index("<main>") : before[lang].index('id="annex"')])
        )


@pytest.mark.parametrize(
    ("block", "kind", "message"),
    [
        (SITE.replace("invented-one", "nowhere"), InputError, "no site nowhere"),
        (ORDER.replace("icj-188", "icj-000"), BayyinaError, "icj-000"),
        (ORDER.replace("{day}", "soon"), SmallFileError, "no day"),
        (ORDER.replace("as-of", "as_of"), SmallFileError, "cannot have a query"),
        (SITE.replace("site: ", "case: "), SmallFileError, "cannot have 'case:'"),
        (SITE.replace("site: invented-one\n", ""), SmallFileError, "needs a line 'site:'"),
        (MAP.replace("all", "some"), SmallFileError, "all sites or none"),
        ("```map id=none\nen: N\nar: N\n```\n", BayyinaError, "none"),
    ],
)
def test_a_block_that_cannot_be_shown_is_refused_before_anything_is_written(
    bench: Bench, block: str, kind: type[BayyinaError], message: str
) -> None:
    bench.take_in(*ROWS)
    with pytest.raises(kind, match=message):
        build(bench, block)
    assert not (bench.folder / "out").exists()
