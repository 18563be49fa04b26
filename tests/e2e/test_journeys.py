"""The work as people do it, in both languages, with and without JavaScript."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from bayyina.web.frame.wording import said
from tests.e2e.conftest import Person, Sit

pytestmark = pytest.mark.e2e

EVERY_WAY = [("en", True), ("ar", True), ("en", False), ("ar", False)]
"""Both languages, each with JavaScript and without."""


def ways(*quick: tuple[str, bool]) -> list[Any]:
    """All ways to make a journey; those not named are left to the long run."""
    return [
        pytest.param(
            lang,
            javascript,
            id=lang if javascript else f"{lang}-no-script",
            marks=() if (lang, javascript) in quick else pytest.mark.slow,
        )
        for lang, javascript in EVERY_WAY
    ]


LIST = (
    "id,name,death\n"
    "FICT-{n}1,Jim {n} Web,2013-02-01\n"
    "FICT-{n}2,Dal {n} Web,2014-02-31\n"
    "FICT-{n}1,Twice {n},2015\n"
)
MAPPING = """
version = 1
[list]
name = "List {n} from the browser"
asserted_on = 2020-01-01
release = "partial"
fictional = true
[row]
record = "Person"
key = "id"
[columns]
name = {{ to = "name", lang = "en" }}
[[acts]]
type = "Death"
when = {{ column = "death" }}
"""


def press(page: Page, key: str, lang: str) -> None:
    """Press the button or follow the link that bears a text of the pages."""
    words = said(key, lang)
    found = page.get_by_role("button", name=words, exact=True)
    if found.count() == 0:
        found = page.get_by_role("link", name=words, exact=True)
    found.first.click()


@pytest.mark.parametrize(("lang", "javascript"), ways(("en", True)))
def test_from_signing_in_to_a_figure(sit: Sit, lang: str, javascript: bool) -> None:
    person = sit("amal", lang=lang, javascript=javascript)
    page = person.page
    assert page.locator("html").get_attribute("dir") == ("rtl" if lang == "ar" else "ltr")
    page.locator("a.card").first.click()
    assert page.locator(".answer").inner_text()
    page.locator("#q").fill("count deaths by year")
    press(page, "figures_count", lang)
    assert page.locator("img.chart").count() == 1
    if javascript:
        drawn = page.locator("img.chart").evaluate(
            "one => one.decode().then(() => one.naturalWidth)"
        )
        assert drawn > 100
    years = page.locator("section table tbody tr").count()
    assert years >= 5
    press(page, "figures_open", lang)
    assert page.locator("table.records tbody tr").count() > 100
    page.locator("table.records a").first.click()
    assert page.locator("table.statements tbody tr").count() >= 2
    page.locator("a.language").click()
    other = "en" if lang == "ar" else "ar"
    assert page.locator("html").get_attribute("lang") == other
    assert page.locator("table.statements tbody tr").count() >= 2


@pytest.mark.parametrize(("lang", "javascript"), ways(("ar", False)))
def test_a_list_with_problems_is_taken_in_and_back(
    sit: Sit, tmp_path: Path, lang: str, javascript: bool
) -> None:
    token = f"{lang}{'J' if javascript else 'N'}"
    person = sit("amal", lang=lang, javascript=javascript)
    page = person.go("/lists/")
    file = tmp_path / "list.csv"
    file.write_text(LIST.format(n=token), encoding="utf-8")
    page.locator("#file").set_input_files(file)
    press(page, "lists_upload", lang)
    path = "/lists/incoming/" + page.url.split("/lists/incoming/")[1]
    assert page.locator("table tbody tr").count() == 3
    page.locator("#mapping").fill(MAPPING.format(n=token).replace('"Person"', '"Persoon"'))
    press(page, "lists_import", lang)
    assert page.locator("[role=alert]").inner_text()
    page.locator("#mapping").fill(MAPPING.format(n=token))
    press(page, "lists_try", lang)
    assert said("lists_trial", lang) in person.settled(path).inner_text("main")
    with page.expect_download() as taken:
        page.get_by_text(said("lists_by_rows", lang)).click()
    report = taken.value.path().read_text(encoding="utf-8-sig")
    assert f"FICT-{token}1" in report
    press(page, "lists_import", lang)
    words = said("lists_done", lang, batch=r"(\d+)")
    found = re.search(words, person.settled(path).inner_text("main"))
    assert found
    assert f"Jim {token} Web" in search(person, f"FICT-{token}1")
    page = person.go("/lists/")
    row = page.locator("tr", has=page.locator(f"form[action='/lists/undo/{found[1]}/']"))
    row.locator("summary").click()
    row.locator("input[name=reason]").fill("a trial")
    row.locator("button").click()
    assert page.locator("[role=status]").count() == 1
    assert f"Jim {token} Web" not in search(person, f"FICT-{token}1")


def search(person: Person, text: str) -> str:
    """What a search answers."""
    page = person.go("/")
    page.locator("#find").fill(text)
    page.locator("#find").press("Enter")
    page.wait_for_url("**/search/**")
    return page.inner_text("main")


@pytest.mark.parametrize(("lang", "javascript"), ways(("en", True)))
def test_two_people_verify_a_record(sit: Sit, lang: str, javascript: bool) -> None:
    # One death for each way: the state of one is final.
    place = EVERY_WAY.index((lang, javascript))
    first = sit("badr", lang=lang, javascript=javascript)
    keys = ("FICT-1", "FICT-2", "FICT-2", "FICT-1")[place]  # of a third no place is stated
    first.go(f"/search/?q={keys}")
    ids = first.page.locator("table tbody a").all_inner_texts()
    deaths = []
    for one in ids[:2]:
        first.go(f"/records/{one}/")
        link = first.page.locator("main section ul:not(.row) a[href^='/records/']").first
        deaths.append(link.inner_text())
    assert len(set(deaths)) == 2
    standard = "family-may-be-told" if place >= 2 else "death-two-sources"
    sign(first, deaths, standard)
    assert "chams" not in first.page.inner_text("[role=status]")
    second = sit("chams", lang=lang, javascript=javascript)
    sign(second, deaths, standard)
    text = second.page.inner_text("[role=status]")
    assert "badr" in text
    assert "chams" in text
    owner = sit("amal", lang=lang, javascript=javascript)
    answer = attempt(owner, deaths, standard)
    assert answer == 403


def sign(person: Person, deaths: list[str], standard: str) -> None:
    """Decide with a standard's checklist."""
    assert attempt(person, deaths, standard) == 200


def attempt(person: Person, deaths: list[str], standard: str) -> int:
    """Send the checklist; the status of the answer."""
    page = person.go(f"/records/{deaths[0]}/decide/")
    form = page.locator(f"form:has(input[name=standard][value='{standard}'])")
    form.locator("input[name=line-account]").first.fill(" ".join(deaths))
    form.locator("textarea[name=reasons]").fill("both lists give the day")
    with page.expect_navigation() as answered:
        form.locator("button[value=for]").click()
    return int(answered.value.status)


@pytest.mark.parametrize(("lang", "javascript"), ways())
def test_a_report_is_built_and_released_by_two(sit: Sit, lang: str, javascript: bool) -> None:
    year = 2013 + EVERY_WAY.index((lang, javascript))
    first = sit("badr", lang=lang, javascript=javascript)
    page = first.go("/reports/")
    form = page.locator("form:has(input[value='annual-arrests'])")
    form.locator("input[name='set-year']").fill(str(year))
    form.locator("button").click()
    first.settled("/reports/")
    page.locator(f"table tbody a[href*='{year}']").first.click()
    path = page.url.split("/", 3)[3]
    paper = page.frame_locator("iframe.paper")
    assert paper.locator("h1").count() >= 1
    release(first)
    assert said("reports_draft", lang) in page.inner_text(".badge")
    second = sit("chams", lang=lang, javascript=javascript)
    second.go(path)
    release(second)
    assert second.page.locator(".badge").first.inner_text() == said("reports_published", lang)
    with page.expect_download() as taken:
        page.locator("main li a[href$='.json']").first.click()
    assert taken.value.path().read_text(encoding="utf-8").startswith("{")


def release(person: Person) -> None:
    """Sign the report that is open."""
    page = person.page
    if not page.locator("#reasons").is_visible():
        page.locator("main details summary").first.click()
    page.locator("#reasons").fill("every page and every table")
    with page.expect_navigation():
        page.locator("main details form button").click()


@pytest.mark.parametrize(("lang", "javascript"), ways())
def test_a_site_is_read(sit: Sit, lang: str, javascript: bool) -> None:
    person = sit("badr", lang=lang, javascript=javascript)
    page = person.go("/sites/")
    page.locator("main table a").first.click()
    text = page.inner_text("main")
    assert ("خيالي" if lang == "ar" else "FICTIONAL") in text
    assert said("sites_embargo", lang) in text
    assert "33.123" not in page.content()


@pytest.mark.parametrize(("lang", "javascript"), ways())
def test_the_log_is_checked_at_a_click(sit: Sit, lang: str, javascript: bool) -> None:
    person = sit("amal", lang=lang, javascript=javascript)
    page = person.go("/log/")
    press(page, "log_verify", lang)
    assert said("log_holds", lang) in person.settled("/log/").inner_text("main")
    with page.expect_download() as taken:
        press(page, "log_checkpoint", lang)
    assert taken.value.path().read_text(encoding="utf-8").startswith("bayyina-fictional/")


@pytest.mark.parametrize(
    ("lang", "pairs"),
    [("en", 3), pytest.param("ar", 50, marks=pytest.mark.slow)],
)
def test_pairs_are_reviewed_with_keys_alone(sit: Sit, lang: str, pairs: int) -> None:
    person = sit("badr", lang=lang)
    page = person.go("/review/")
    page.locator("main a.button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/review/*/")
    seen = set()
    for number in range(pairs):
        seen.add(page.url)
        if number == 0:
            page.locator("#reason").fill("born years apart")
            page.locator("h1").click()
        with page.expect_navigation():
            page.keyboard.press("nu"[number % 2])
    assert len(seen) == pairs
    assert said("judge_unsure", lang) in page.inner_text("main") or pairs == 3


@pytest.mark.parametrize(("lang", "javascript"), ways())
def test_a_body_is_identified_by_two(sit: Sit, lang: str, javascript: bool) -> None:
    number = 1 + EVERY_WAY.index((lang, javascript))
    intake = sit("amal", lang=lang, javascript=javascript)
    page = intake.go("/identification/")
    page.locator("table.records tbody tr", has_text=f"10{number}0").locator("a").first.click()
    path = "/" + page.url.split("/", 3)[3]
    send(page, "main article form[action$='/propose/'] button")
    for handle in ("badr", "chams"):
        person = sit(handle, lang=lang, javascript=javascript)
        person.go(path)
        made = person.page.locator("article", has_text=said("identify_made_here", lang)).first
        made.locator("details summary").first.click()
        made.locator("textarea[name=reasons]").first.fill("looked at each line")
        with person.page.expect_navigation() as answered:
            made.locator("button[value=for]").first.click()
        assert answered.value.status == 200, person.page.inner_text("main")
    intake.go("/identification/")
    send(page, "form[action='/identification/settle/'] button")
    page = intake.go("/identification/?state=identified")
    assert page.locator(f"main a[href='{path}']").count() == 1


@pytest.mark.parametrize(("lang", "javascript"), ways())
def test_a_bundle_is_made_taken_along_and_verified(
    sit: Sit, lang: str, javascript: bool, tmp_path: Path
) -> None:
    person = sit("badr", lang=lang, javascript=javascript)
    page = person.go("/bundles/?ids=FICT-6-3")
    page.locator("#title").fill(f"FICTIONAL bundle {lang}")
    page.locator("input[name=redacted]").check()
    send(page, "form[action='/bundles/'] button")
    person.settled("/" + page.url.split("/", 3)[3])
    key = page.locator("main p code").last.inner_text()
    for which in ("full", "redacted"):
        with page.expect_download() as taken:
            page.locator(f"form:has(input[value={which}]) button").click()
        archive = tmp_path / f"{which}.tar"
        taken.value.save_as(archive)
        with tarfile.open(archive) as opened:
            opened.extractall(tmp_path / which, filter="data")
        (bag,) = (tmp_path / which).iterdir()
        words = ["bundle", "verify", str(bag), "--key", key, "--json"]
        ran = subprocess.run(
            [sys.executable, "-m", "bayyina", *words], capture_output=True, text=True, check=False
        )
        assert (ran.returncode, json.loads(ran.stdout)["ok"]) == (0, True), ran.stdout[-500:]


@pytest.mark.parametrize(("lang", "javascript"), ways())
def test_people_are_administered(sit: Sit, lang: str, javascript: bool) -> None:
    handle = f"new{EVERY_WAY.index((lang, javascript))}"
    person = sit("amal", lang=lang, javascript=javascript)
    page = person.go("/administration/")
    page.locator("summary", has_text=said("people_add", lang)).click()
    form = page.locator("form[action='/administration/people/']")
    form.locator("#new-handle").fill(handle)
    form.locator("#new-name").fill(f"FICTIONAL {handle}")
    form.locator("input[value=viewer]").check()
    for name in ("#new-pass", "#new-again"):
        form.locator(name).fill(handle)
    send(page, "form[action='/administration/people/'] > button")
    newcomer = sit(handle, lang=lang, javascript=javascript)
    assert newcomer.page.goto(person.address + "administration/").status == 403  # type: ignore[union-attr]
    text = newcomer.page.inner_text("main")
    assert bool(re.search("[\u0600-\u06ff]{4}", text)) == (lang == "ar")
    page.locator("details.card", has_text=handle).locator("summary").click()
    card = page.locator(f"form[action='/administration/people/{handle}/']")
    card.locator("input[value=viewer]").uncheck()
    card.locator("input[value=analyst]").check()
    send(page, f"form[action='/administration/people/{handle}/'] > button")
    assert newcomer.go("/figures/").locator("#q").count() == 1
    assert newcomer.go("/reports/").locator("main form").count() >= 1


@pytest.mark.parametrize(("lang", "javascript"), ways())
def test_a_figure_is_built_by_choosing_and_put_in_a_report(
    sit: Sit, lang: str, javascript: bool
) -> None:
    name = f"own-{EVERY_WAY.index((lang, javascript))}"
    person = sit("badr", lang=lang, javascript=javascript)
    page = person.go("/figures/build/")
    page.locator("#unit").select_option("deaths")
    page.locator("#by").select_option("year")
    send(page, "main form button")
    assert page.locator("#q").input_value() == "count deaths by year"
    for kind in ("chart.svg", "chart.png", "table.csv", "table.parquet"):
        href = page.locator(f"main a[href*='{kind}']").first.get_attribute("href")
        assert page.request.get(person.address.rstrip("/") + str(href)).status == 200
    press(page, "figures_in_report", lang)
    page.locator("#name").fill(name)
    page.locator("#title-ar").fill("وفيات")
    page.locator("#title-en").fill("Deaths")
    send(page, "main form button")
    page.locator("#kind").select_option("chart")
    page.locator("#block").fill("by-year")
    page.locator("#block-ar").fill("بحسب السنة")
    page.locator("#block-en").fill("By year")
    send(page, "button[value=block]")
    page.locator("#text").fill(page.locator("#text").input_value() + "\n{nothing:words}\n")
    send(page, "button[value=check]")
    faults = page.locator("#faults ~ ol li")
    assert faults.count() >= 1
    assert any(said("editor_line", lang) in one for one in faults.all_inner_texts())
    text = page.locator("#text").input_value().replace("\n{nothing:words}\n", "")
    page.locator("#text").fill(text)
    send(page, "button[value=preview]")
    assert page.locator("iframe.paper").count() == 2
    shown = page.frame_locator("iframe.paper >> nth=0")
    assert shown.locator("h1").inner_text() == ("وفيات" if lang == "ar" else "Deaths")
    send(page, "button[value=save]")
    person.go("/reports/")
    send(page, f"form:has(input[value='{name}']) button")
    person.settled("/reports/")
    assert page.locator(f"a[href='/reports/{name}/']").count() >= 1


def send(page: Page, selector: str) -> None:
    """Press a button that sends a form, and see that it was taken."""
    with page.expect_navigation() as answered:
        page.locator(selector).first.click()
    assert answered.value.status == 200, page.inner_text("main")
