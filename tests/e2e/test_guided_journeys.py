"""The four guided journeys, from the first click to the file, as the panel tells them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from bayyina.app.practice_steps import JOURNEYS
from bayyina.web.frame.wording import said
from tests.e2e.conftest import Person, Sit
from tests.web.conftest import Served, start_server, stop_server

pytestmark = [pytest.mark.e2e]

WAYS = [
    pytest.param((lang, javascript), id=lang if javascript else f"{lang}-no-script",
                 marks=pytest.mark.slow)
    for lang in ("ar", "en")
    for javascript in (False, True)
]  # fmt: skip
"""Both languages, each with JavaScript and without; a fresh workspace for each."""

PATIENT = 60_000
"""Milliseconds that a page may take: some of them count, link or write documents."""

BROTHER = "يوسف إبراهيم الحداد"


@pytest.fixture(scope="module", params=WAYS)
def way(request: pytest.FixtureRequest) -> tuple[str, bool]:
    """Language, and whether scripts run."""
    found: tuple[str, bool] = request.param
    return found


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, way: tuple[str, bool]) -> Iterator[Served]:
    """A server over a practice workspace, made as people make it."""
    del way
    folder = tmp_path_factory.mktemp("practice") / "ws"
    subprocess.run(
        [sys.executable, "-m", "bayyina", "practice", "--folder", str(folder), "--json"],
        check=True,
        capture_output=True,
    )
    running = start_server(folder)
    running.browser().get("/account/login/")  # the first page loads what the others need
    yield running
    told = stop_server(running)
    assert "Traceback" not in told, told


class Learner:
    """Somebody who goes through a journey, changing who they are as the panel says."""

    def __init__(self, person: Person, journey: str) -> None:
        self.person = person
        self.journey = journey
        self.handle = ""

    @property
    def page(self) -> Page:
        return self.person.page

    def says(self, key: str, **values: object) -> str:
        return said(key, self.person.lang, **values)

    def become(self, handle: str) -> None:
        """Sign out, and in as somebody else, as the sign-in page tells."""
        if handle == self.handle:
            return
        if self.handle:
            self.page.locator("form[action='/account/logout/'] button").click()
        self.person.go("/account/login/")
        assert "practice" in self.page.inner_text("main")
        self.page.locator("input[name=login]").fill(handle)
        self.page.locator("input[name=password]").fill("practice")
        self.page.locator("main form button").click()
        self.page.locator("form[action='/account/logout/']").wait_for()
        self.handle = handle

    def begin(self) -> None:
        """From the first page to the journey."""
        self.page.locator("a[href='/practice/']").first.click()
        self.page.locator(f"form:has(input[value={self.journey}]) button").first.click()
        assert self.page.url.endswith(f"/practice/{self.journey}/")

    def follow(self) -> None:
        """Go where the panel says, which stands beside every page."""
        self.person.go("/log/")
        self.page.locator(".practice-panel p:nth-of-type(2) a").first.click()

    def done(self) -> list[str]:
        """Names of the steps that are ticked."""
        self.person.go(f"/practice/{self.journey}/")
        states = self.page.locator("main ol.practice > li").all()
        names = [step.name for step in JOURNEYS[self.journey].steps]
        assert len(states) == len(names)
        return [
            name
            for name, state in zip(names, states, strict=True)
            if "done" in (state.get_attribute("class") or "")
        ]

    def expect(self, *names: str) -> None:
        """The steps that must be ticked now, and no other."""
        assert self.done() == list(names)

    def fill(self, **fields: str) -> None:
        for name, text in fields.items():
            self.page.locator(f"main [name={name}]").first.fill(text)

    def press(self, selector: str, status: int = 200) -> None:
        """Press a button that sends a form."""
        with self.page.expect_navigation() as answered:
            self.page.locator(selector).first.click()
        assert answered.value.status == status, self.page.inner_text("main")

    def taken(self, selector: str, folder: Path) -> Path:
        """What a link or button gives to take along."""
        with self.page.expect_download() as given:
            self.page.locator(selector).first.click()
        path = folder / given.value.suggested_filename
        given.value.save_as(path)
        return path

    def taken_page(self, selector: str) -> str:
        """The text of a page that a link leads to."""
        link = self.page.locator(selector).first.get_attribute("href")
        answer = self.page.request.get(self.person.address.rstrip("/") + str(link))
        assert answer.status == 200
        return answer.text()

    def settled(self, path: str = "") -> Page:
        here = path or "/" + self.page.url.split("/", 3)[3]
        return self.person.settled(here)

    def open_all(self) -> None:
        """Open what is folded, by its summary: it works without scripts."""
        closed = self.page.locator("main details:not([open]) > summary")
        for _ in range(closed.count()):
            shown = [one for one in closed.all() if one.is_visible()]
            if shown:
                shown[0].click()


@pytest.fixture
def learn(sit: Sit, way: tuple[str, bool]) -> Callable[[str, str], Learner]:
    """Begins a journey."""

    def begin(journey: str, handle: str) -> Learner:
        lang, javascript = way
        learner = Learner(sit(lang=lang, javascript=javascript), journey)
        learner.page.set_default_timeout(PATIENT)
        learner.become(handle)
        learner.begin()
        learner.expect()
        return learner

    return begin


def take_list(one: Learner, file: Path, *, earlier: bool = False) -> None:
    one.person.go("/lists/")
    one.page.locator("#file").set_input_files(file)
    one.press("main form:has(#file) button")
    if earlier:
        choice = one.page.locator("#earlier")
        name = choice.locator("option", has_text="monday-list").first.get_attribute("value")
        choice.select_option(name)
        one.press("button[value=earlier]")
    else:
        one.press("button[value=try]")
        one.settled()
        assert one.says("lists_trial") in one.page.inner_text("main")
    one.press("button[value=import]")
    one.settled()


def test_mondays_list(learn: Callable[[str, str], Learner], tmp_path: Path) -> None:
    one = learn("monday", "huda")
    page = one.page
    one.person.go("/practice/monday/")
    files = {
        name: one.taken(f"main a[href$='{name}']", tmp_path)
        for name in (
            "FICTIONAL-monday-list.xlsx",
            "FICTIONAL-chat-export.zip",
            "FICTIONAL-monday-list-corrected.xlsx",
        )
    }
    take_list(one, files["FICTIONAL-monday-list.xlsx"])
    one.expect("list")
    one.person.go("/evidence/")
    page.locator("#files").set_input_files(files["FICTIONAL-chat-export.zip"])
    one.press("main form:has(#files) button")
    one.settled("/evidence/")
    one.expect("list", "chat")
    one.person.go("/intake/report/?type=Death")
    page.locator("[name='source.name']").fill("FICTIONAL Nasrin")
    page.locator("[name='person.name']").fill("سامر عدنان الخطيب")
    page.locator("[name='act.date']").fill("2024-02-28")
    page.locator("[name='act.place']").fill("دمشق")
    one.press("button[value=check]")
    page.locator("input[name=person_id]:not([value=''])").first.check()
    one.press("button[value=save]")
    report = page.url.rstrip("/").split("/")[-1]
    assert page.url.count("/records/") == 1, page.inner_text("main")
    one.expect("list", "chat", "report")
    one.become("salim")
    one.person.go("/search/?q=ماهر يونس القلعي")
    twice = page.locator("main table tbody tr td:first-child > a").all_inner_texts()[:2]
    one.person.go(f"/records/{twice[0]}/decide/")
    one.fill(other=twice[1])
    page.locator("#why").fill("one man in two spellings, one birth year, one arrest")
    one.press("button[value=same]")
    one.expect("list", "chat", "report", "same")
    one.person.go("/search/?q=سامر عدنان الخطيب")
    page.locator("main table tbody tr td:first-child > a").first.click()
    deaths = page.locator("main section ul:not(.row) li", has_text=re.compile("Death|وفاة"))
    ids = deaths.locator("a[href^='/records/']").all_inner_texts()
    assert report in ids
    assert len(ids) == 2
    for handle in ("salim", "rana"):
        one.become(handle)
        one.person.go(f"/records/{report}/decide/")
        form = page.locator("form:has(input[name=standard][value='death-two-sources'])")
        form.locator("input[name=line-account]").first.fill(" ".join(ids))
        form.locator("textarea[name=reasons]").fill("the list and the chat give the same day")
        one.press("form:has(input[value='death-two-sources']) button[value=for]")
    one.expect("list", "chat", "report", "same", "decide")
    one.person.go("/reports/")
    form = page.locator("form:has(input[value='monthly-arrests'])")
    form.locator("input[name='set-month']").fill("2024-02")
    one.press("form:has(input[value='monthly-arrests']) button")
    one.settled("/reports/")
    one.expect("list", "chat", "report", "same", "decide", "build")
    for handle in ("rana", "salim"):
        one.become(handle)
        one.person.go("/reports/monthly-arrests-2024-02/")
        one.open_all()
        page.locator("#reasons").fill("every page and every table")
        one.press("form[action$='/publish/'] button")
    one.expect("list", "chat", "report", "same", "decide", "build", "release")
    one.person.go("/reports/monthly-arrests-2024-02/")
    paper = one.taken_page("main li a[href$='.ar.html']")
    assert "شباط" in paper
    one.become("huda")
    take_list(one, files["FICTIONAL-monday-list-corrected.xlsx"], earlier=True)
    one.become("salim")
    one.person.go("/reports/monthly-arrests-2024-02/since/")
    text = page.inner_text("main")
    assert one.says("since_correction") in text, text
    one.expect("list", "chat", "report", "same", "decide", "build", "release", "correct")
    one.become("huda")
    one.person.go("/lists/")
    page.locator("main details summary").first.click()
    page.locator("main details[open] input[name=reason]").fill("the author was right at first")
    one.press("main details[open] button")
    one.become("salim")
    page = one.person.go("/reports/monthly-arrests-2024-02/since/")
    assert page.locator("main .good").count() == 1, page.inner_text("main")
    assert len(one.done()) == len(JOURNEYS["monday"].steps)
    page = one.person.go("/log/")
    assert one.says("practice_whole") in page.inner_text(".practice-panel")


def test_cross_examination(learn: Callable[[str, str], Learner], tmp_path: Path) -> None:
    one = learn("cross", "salim")
    page = one.page
    one.person.go("/facilities/sednaya-prison/")
    assert page.locator("main table").count() >= 2
    one.press("main form[method=post] button")
    assert page.locator("main a[href^='/papers/papers/facility-']").count() >= 2
    one.expect("facility")
    one.person.go("/orders/icj-188/?as_of=2024-02-21")
    text = page.inner_text("main")
    assert "2022" in text
    one.press("form[action='/orders/icj-188/report/'] button")
    one.expect("facility", "order")
    one.follow()
    page.locator("input[name=redacted]").check()
    page.locator("#title").fill("FICTIONAL deaths in a prison")
    one.press("form[action='/bundles/'] button")
    one.settled()
    taken = one.taken("form:has(input[value=redacted]) button", tmp_path)
    one.expect("facility", "order", "bundle")
    one.person.go("/bundles/check/")
    page.locator("#file").set_input_files(taken)
    one.press("main form:has(#file) button")
    one.settled()
    assert page.locator("main .good").count() == 1, page.inner_text("main")
    assert page.locator("main section li").count() >= 3
    one.expect("facility", "order", "bundle", "holds")
    one.person.go("/practice/one-byte/")
    page.locator("#file").set_input_files(taken)
    changed = one.taken("main form button", tmp_path)
    before, after = taken.read_bytes(), changed.read_bytes()
    assert len(before) == len(after)
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 1
    one.person.go("/bundles/check/")
    page.locator("#file").set_input_files(changed)
    one.press("main form:has(#file) button")
    one.settled()
    assert page.locator("main .problem").count() == 1
    assert page.locator("main section.card code", has_text="data/").count() >= 1
    assert len(one.done()) == len(JOURNEYS["cross"].steps)


def test_where_is_my_brother(learn: Callable[[str, str], Learner], tmp_path: Path) -> None:
    one = learn("brother", "huda")
    page = one.page
    one.person.go("/inquiries/")
    one.press("form[action$='/take-up/'] button")
    one.expect("call")
    one.person.go("/tasks/")
    page.locator("main td input[name=outcome]").fill("reached; he named the mother and the village")
    one.press("main td form button")
    one.expect("call", "called")
    one.person.go(f"/search/?q={BROTHER}")
    page.locator("main table tbody tr td:first-child > a").first.click()
    brother = page.url.rstrip("/").split("/")[-1]
    text = page.inner_text("main")
    assert "2013-02" in page.content() or "2013" in text
    contacts = page.locator(
        "main section ul:not(.row) li", has_text=re.compile("Family contact|جهة اتصال")
    )
    contact = contacts.locator("a[href^='/records/']").first.inner_text()
    one.person.go(f"/records/{contact}/consent/")
    page.locator("form[action$='/consent/'] input[value=un_bodies]").check()
    page.locator("#by").fill("huda")
    one.press("form[action$='/consent/'] > button")
    one.expect("call", "called", "consent")
    one.person.go("/identification/papers/")
    page.locator("table.records tbody a").first.click()
    paper = "/" + page.url.split("/", 3)[3]
    one.press(f"form[action$='/propose/']:has(input[value='{brother}']) button")
    one.expect("call", "called", "consent", "propose")
    for handle in ("salim", "rana"):
        one.become(handle)
        one.person.go(paper)
        one.open_all()
        page.locator("form[action$='/determine/'] textarea[name=reasons]").first.fill(
            "part by part"
        )
        one.press("form[action$='/determine/'] button[value=for]")
    one.expect("call", "called", "consent", "propose", "match")
    one.become("huda")
    one.person.go("/identification/papers/")
    one.press("form[action$='/settle/'] button")
    one.expect("call", "called", "consent", "propose", "match", "settle")
    one.person.go(f"/records/{brother}/")
    found = page.locator(
        "main section ul:not(.row) li", has_text=re.compile("Registration of a death|تسجيل وفاة")
    )
    death = found.locator("a[href^='/records/']").first.inner_text()
    one.become("salim")
    one.person.go(f"/records/{brother}/papers/")
    one.press("form:has(input[value=letter]) button", status=400)
    for handle in ("salim", "rana"):
        one.become(handle)
        one.person.go(f"/records/{death}/telling/")
        one.fill(risk="the clerk who copied it left the country")
        one.press("form[action$='/telling/decide/'] button")
    one.become("huda")
    one.person.go(f"/records/{death}/telling/")
    one.press("form[action$='/telling/told/'] button")
    one.expect("call", "called", "consent", "propose", "match", "settle", "risk", "told")
    one.become("salim")
    one.person.go(f"/records/{brother}/papers/")
    one.press("form:has(input[value=letter]) button")
    letter = one.taken_page("main a[href$='.ar.html']")
    assert "يوسف" in letter
    page.locator("#kind").select_option("wgeid")
    page.locator("#submitter").fill("FICTIONAL association, FICTIONAL street")
    one.press("form:has(#kind) button")
    assert page.locator("main a[href*='/submissions/'], main a[href*='wgeid']").count() >= 2
    one.become("huda")
    one.person.go(f"/records/{contact}/consent/")
    one.open_all()
    page.locator("form[action$='/withdraw/'] input[value=un_bodies]").check()
    one.press("form[action$='/withdraw/'] > button")
    assert brother in page.inner_text("main") or "wgeid" in page.inner_text("main")
    assert len(one.done()) == len(JOURNEYS["brother"].steps)
    one.become("salim")
    one.person.go(f"/records/{brother}/papers/")
    page.locator("#kind").select_option("wgeid")
    one.press("form:has(#kind) button", status=400)
    assert one.says("writings_refused") in page.inner_text("main")


def test_a_number_on_trial(learn: Callable[[str, str], Learner], tmp_path: Path) -> None:
    one = learn("number", "salim")
    page = one.page
    one.follow()
    page.locator("#one_population").fill("one country, one war, the same years")
    one.press("form[action='/figures/estimates/'] button")
    one.settled()
    first = page.url
    assert page.locator("main .answer").count() == 1, page.inner_text("main")
    assert page.locator("main img.chart").count() == 2
    one.expect("estimate")
    one.follow()
    page.locator("#lists").fill("FICTIONAL register A|FICTIONAL register B")
    one.press("form[action='/figures/estimates/'] button")
    one.settled()
    assert one.says("estimate_refused") in page.inner_text("main")
    one.expect("estimate", "refused")
    page.goto(first)
    digest = page.locator("main p.quiet code").last.inner_text()
    one.press("form:has(input[name=q][type=hidden]) button")
    one.settled()
    assert page.url != first
    assert page.locator("main p.quiet code").last.inner_text() == digest
    file = one.taken("main a[href$='estimate.json']", tmp_path)
    assert digest in file.read_text(encoding="utf-8")
    assert len(one.done()) == len(JOURNEYS["number"].steps)
