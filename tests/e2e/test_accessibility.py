"""Every page for everybody: automatic checks, keys alone, narrow screens, dark mode, paper.

The checks are those of axe-core, which is no dependency of the program (MPL-2.0): either the
package axe-core-python is installed, or BAYYINA_AXE names the file axe.min.js.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.e2e.conftest import Person, Sit

pytestmark = pytest.mark.e2e

AXE_VARIABLE = "BAYYINA_AXE"

PAGES = (
    "/",
    "/records/",
    "/records/?unit=deaths&year=2014",
    "/records/FICT-6-3/",
    "/records/FICT-6-4/decide/",
    "/figures/",
    "/figures/?q=count+deaths+by+year",
    "/figures/open/?q=count+deaths",
    "/lists/",
    "/review/",
    "/review/FICT-8-1:FICT-9-119/",
    "/reports/",
    "/search/?q=FICT-2",
    "/orders/?as_of=2024-02-21",
    "/orders/icj-192/?as_of=2024-02-21",
    "/claims/",
    "/sites/",
    "/sites/FICT-13-0/",
    "/log/",
    "/evidence/",
    "/administration/",
    "/administration/backups/",
    "/identification/",
    "/identification/papers/",
    "/bundles/",
    "/figures/estimates/",
    "/tasks/",
    "/records/FICT-6-3/consent/",
    "/facilities/",
    "/facilities/sednaya-prison/",
    "/records/FICT-6-3/papers/",
    "/figures/build/",
    "/reports/editor/",
    "/bundles/check/",
    "/practice/",
    "/account/2fa/",
    "/account/logout/",
)
"""Every kind of page that amal may see."""

FEW = (
    "/",
    "/records/",
    "/records/FICT-6-3/",
    "/records/FICT-6-4/decide/",
    "/figures/open/?q=count+deaths",
    "/review/FICT-8-1:FICT-9-119/",
    "/sites/FICT-13-0/",
    "/evidence/",
)
"""Pages that people work with all day."""


@pytest.fixture(scope="module")
def axe() -> str:
    """The script of axe-core."""
    named = os.environ.get(AXE_VARIABLE)
    if named:
        return Path(named).read_text(encoding="utf-8")
    found = find_spec("axe_core_python")
    if found is None or found.origin is None:
        pytest.skip(
            f"axe-core was NOT run: install axe-core-python or name axe.min.js in {AXE_VARIABLE}."
        )
    return (Path(found.origin).parent / "axe.min.js").read_text(encoding="utf-8")


def serious(person: Person, axe: str, path: str) -> list[str]:
    """What axe-core calls serious or critical on a page."""
    page = person.go(path)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.evaluate(axe)
    answer: dict[str, Any] = page.evaluate(
        "axe.run(document, {iframes: false, runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa',"
        " 'wcag22aa', 'best-practice']})"
    )
    return [
        f"{path}: {one['id']}: {node['html'][:160]}: {node['failureSummary'][-200:]}"
        for one in answer["violations"]
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"][:3]
    ]


@pytest.mark.parametrize(
    ("lang", "dark"),
    [
        pytest.param("en", False, marks=pytest.mark.slow),
        pytest.param("en", True, marks=pytest.mark.slow),
        pytest.param("ar", True, marks=pytest.mark.slow),
        pytest.param("ar", False, marks=pytest.mark.slow),
    ],
)
def test_no_page_has_a_serious_finding(sit: Sit, axe: str, lang: str, dark: bool) -> None:
    person = sit("amal", lang=lang, dark=dark)
    found = [line for path in PAGES for line in serious(person, axe, path)]
    assert found == []


def test_the_pages_of_every_day_have_no_serious_finding(sit: Sit, axe: str) -> None:
    person = sit("amal", lang="ar")
    assert [line for path in FEW for line in serious(person, axe, path)] == []


@pytest.mark.parametrize("lang", ["en", pytest.param("ar", marks=pytest.mark.slow)])
def test_pages_fit_a_narrow_screen(sit: Sit, lang: str) -> None:
    person = sit("amal", lang=lang, size="narrow")
    wide = []
    for path in PAGES:
        page = person.go(path)
        if page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        ):
            wide.append(path)
    assert wide == []


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/", "/records/", "/lists/", "/review/FICT-8-1:FICT-9-119/"])
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_keys_reach_everything_in_the_order_of_the_page(sit: Sit, lang: str, path: str) -> None:
    page = sit("amal", lang=lang).go(path)
    wanted = page.evaluate(
        "[...document.querySelectorAll('a[href], button, input:not([type=hidden]), select,"
        " textarea, summary')].filter(one => one.checkVisibility()).length"
    )
    seen: list[str] = []
    for _ in range(wanted + 8):
        page.keyboard.press("Tab")
        mark = page.evaluate(
            "(() => { const one = document.activeElement; if (one === document.body) return '';"
            " const all = [...document.querySelectorAll('*')];"
            " const shown = getComputedStyle(one).outlineStyle !== 'none';"
            " return all.indexOf(one) + (shown ? '' : ' unseen'); })()"
        )
        if seen and mark == seen[-1]:
            continue  # a date field is one element with several stops
        if mark == "" or mark in seen:
            break
        seen.append(str(mark))
    assert [one for one in seen if "unseen" in one] == []
    places = [int(one) for one in seen]
    assert places == sorted(places)
    assert len(places) == wanted


def test_the_first_key_leads_past_the_navigation(sit: Sit) -> None:
    page = sit("amal").go("/records/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_paper_holds_the_content_alone(sit: Sit) -> None:
    page = sit("amal").go("/records/FICT-6-3/")
    page.emulate_media(media="print")
    assert not page.locator("header.top").is_visible()
    assert page.locator("table.statements").is_visible()
    assert page.locator(".fictional").is_visible()


@pytest.mark.slow
def test_nothing_is_asked_of_anybody_else(chromium: Browser, sit: Sit) -> None:
    del chromium
    person = sit("amal")
    asked: list[str] = []
    person.page.on("request", lambda one: asked.append(one.url))
    for path in PAGES:
        person.go(path)
    assert asked
    assert [url for url in asked if not url.startswith((person.address, "data:"))] == []
