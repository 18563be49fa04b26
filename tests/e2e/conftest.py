"""A real browser before a server in a process of its own, over a fictional workspace."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from playwright.sync_api import Error as DriverError

from bayyina.app.linking import LinkOrder, link_workspace
from bayyina.app.linking_answers import bring_pairs
from bayyina.app.second_factor import set_second_factor
from bayyina.app.site_registering import register_sites
from tests.app.conftest import Bench, quiet
from tests.app.identification_cases import (
    BODIES,
    BODIES_HEADER,
    FAMILIES,
    FAMILIES_HEADER,
    PEOPLE,
    PEOPLE_HEADER,
    PROFILES,
    PROFILES_HEADER,
)
from tests.app.identification_cases import take as take_rows
from tests.app.site_cases import site, write_site
from tests.app.test_linking_workspace import people, take
from tests.app.two_lists import take_in
from tests.web.conftest import Served, start_server, stop_server

SKIP_VARIABLE = "BAYYINA_SKIP_BROWSER"
CHROMIUM = "chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WAIT = 60_000
"""Milliseconds that a page or an element may take on a busy machine."""

MEMBERS = {
    "badr": ("verifier", "analyst"),
    "chams": ("verifier", "analyst"),
    "dalia": ("viewer",),
}
"""Who works in the workspace beside amal; each handle is the passphrase too."""

PAIRS = 60
"""Pairs that wait for somebody who looks at them."""

Size = Literal["phone", "narrow", "laptop"]
SIZES = {"phone": (390, 844), "narrow": (320, 640), "laptop": (1366, 768)}


def make_full_workspace(folder: Path) -> Path:
    """Two lists that report the same deaths, two with people to link, a site, pairs to look at."""
    bench = Bench(folder)
    try:
        for handle, roles in MEMBERS.items():
            bench.member(handle, *roles)
        set_second_factor(bench.amal, is_required=False)
        take_in(bench, "Register A")
        take_in(bench, "Register B")
        everybody = people(140)
        take(bench, "A", everybody[:120])
        take(bench, "B", everybody[80:140])
        link_workspace(bench.amal, LinkOrder(), quiet)
        rows = [f"FICT-A-{n},FICT-B-{59 - n % 20},0.4,unsure,x" for n in range(PAIRS)]
        pairs = folder / "pairs.csv"
        pairs.write_text("\n".join(["id_a,id_b,score,decision,reasons", *rows]), encoding="utf-8")
        bring_pairs(bench.amal, pairs, ("A", "B"), quiet)
        register_sites(bench.amal, files=[write_site(folder, site())])
        take_bodies(bench)
    finally:
        bench.close()
    return folder / "ws"


def take_bodies(bench: Bench) -> None:
    """Four photographed bodies, each with a profile that fits and a family that recognised it."""
    names = ("سامر فؤاد الحلبي", "جهاد كريم النجار", "أيمن هاني المقداد", "بلال هيثم الحمصي")
    marks = ("anchor tattoo", "burn scar neck", "missing finger", "eagle tattoo")
    people_rows, bodies, profiles, families = [], [], [], []
    for n, (name, mark) in enumerate(zip(names, marks, strict=True), 1):
        people_rows.append(f"FICT-P{n},{name},هدى,1988,دوما,{n},,2012-05-0{n},Branch 215 (raids)")
        bodies.append(f"FICT-B{n},215,10{n}0,{n},2012-09,{mark},,minimal")
        profiles.append(f"FICT-A{n},FICT-P{n},{mark},")
        families.append(
            f"FICT-F{n},FICT-B{n},FICT-P{n},family_recognition,being_verified,2020-01-01"
        )
    for title, record, columns, header, rows in (
        ("People", "Person", PEOPLE, PEOPLE_HEADER, people_rows),
        ("Bodies", "PhotographedBody", BODIES, BODIES_HEADER, bodies),
        ("Profiles", "AnteMortemProfile", PROFILES, PROFILES_HEADER, profiles),
        ("Families", "Identification", FAMILIES, FAMILIES_HEADER, families),
    ):
        take_rows(bench.amal, bench.folder, title, record, columns, header, *rows)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server over the full workspace."""
    running = start_server(make_full_workspace(tmp_path_factory.mktemp("e2e")))
    yield running
    told = stop_server(running)
    assert "Traceback" not in told, told


@pytest.fixture(scope="module")
def chromium(served: Served) -> Iterator[Browser]:
    """Debian's Chromium, without a window.

    It fails when the browser is not installed: a suite that leaves it out must say so aloud.
    BAYYINA_SKIP_BROWSER=1 leaves it out knowingly. Started after the workspace was made, because
    Django refuses to work beside the driver's event loop.
    """
    del served
    if os.environ.get(SKIP_VARIABLE) == "1":
        pytest.skip(f"The browser is left out by {SKIP_VARIABLE}=1.")
    program = shutil.which(CHROMIUM)
    if program is None:
        pytest.fail(
            f"{CHROMIUM} is not installed (apt-get install chromium); {SKIP_VARIABLE}=1 leaves "
            "these tests out.",
            pytrace=False,
        )
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, headless=True, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Person:
    """Somebody who sits before a browser."""

    page: Page
    """The page they look at."""

    address: str
    """Where the server answers."""

    lang: str
    """Language of their browser."""

    problems: list[str]
    """What the browser complained about: errors of scripts, refusals of the policy."""

    def go(self, path: str) -> Page:
        """Open a page."""
        address = self.address + path.lstrip("/")
        try:
            answer = self.page.goto(address)
        except DriverError as error:
            if "ERR_ABORTED" not in str(error):
                raise
            answer = self.page.goto(address)  # a page that renews itself was just doing so
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        return self.page

    def sign_in(self, handle: str) -> Page:
        """Unlock a key."""
        self.go("/account/login/")
        self.page.locator("input[name=login]").fill(handle)
        self.page.locator("input[name=password]").fill(handle)
        self.page.locator("main button").click()
        self.page.locator("form[action='/account/logout/']").wait_for()
        return self.page

    def settled(self, path: str, tries: int = 60) -> Page:
        """A page once no work is shown on it."""
        for _ in range(tries):
            page = self.go(path)
            if page.locator('meta[http-equiv="refresh"]').count() == 0:
                return page
            page.wait_for_timeout(300)
        raise AssertionError(f"the work shown on {path} did not end")


Sit = Callable[..., Person]


@pytest.fixture
def sit(chromium: Browser, served: Served) -> Iterator[Sit]:
    """Sits somebody before a fresh browser; what it complained about fails the test."""
    contexts: list[BrowserContext] = []
    people: list[Person] = []

    def made(
        handle: str = "", *, lang: str = "en", javascript: bool = True, size: Size = "laptop",
        dark: bool = False,
    ) -> Person:  # fmt: skip
        width, height = SIZES[size]
        context = chromium.new_context(
            locale=lang, java_script_enabled=javascript,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
        )  # fmt: skip
        context.set_default_timeout(WAIT)
        contexts.append(context)
        page = context.new_page()
        person = Person(page, served.address, lang, [])
        page.on("pageerror", lambda error: person.problems.append(str(error)))
        page.on("console", lambda line: _note(person, line))
        people.append(person)
        if handle:
            person.sign_in(handle)
        return person

    yield made
    found = [problem for person in people for problem in person.problems]
    for context in contexts:
        context.close()
    assert found == []


def _note(person: Person, line: Any) -> None:
    # A refused page is answered with its own status; the journey looks at it.
    if line.type == "error" and "the server responded with a status of 4" not in line.text:
        person.problems.append(line.text)
