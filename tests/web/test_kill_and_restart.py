"""A server that is killed in the middle of mixed work loses nothing that it had answered for.

It runs for ``BAYYINA_LOAD_SECONDS`` (30 unless that is set; 600 for the long run), is killed
without warning every so often, and started again on the same workspace.
"""

from __future__ import annotations

import os
import random
import re
import threading
import time
from http.client import HTTPException
from pathlib import Path
from urllib.error import URLError

import pytest

from bayyina.app.verifying import verify_workspace
from bayyina.db.opening import open_workspace
from tests.app.conftest import quiet
from tests.web.conftest import PASSPHRASE, Browser, Page, Served, make_workspace, start_server
from tests.web.test_intake import FORM, SENT, filled

SECONDS = float(os.environ.get("BAYYINA_LOAD_SECONDS", "30"))
LIFE = max(12.0, SECONDS / 10)
"""Seconds between two kills."""

WRITERS, READERS = 2, 3
BROKEN = (URLError, HTTPException, ConnectionError, TimeoutError)
LOOKS = ("/", "/records/", "/search/?q=Witness", "/records/?unit=arrests&view=years", "/log/")


def said_by(page: Page) -> str:
    """What the middle of a page says."""
    middle = page.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", middle).split())[:300]


def work(
    browser: Browser, writes: bool, kept: dict[str, str], wrong: list[str], ended: threading.Event
) -> None:
    """Enter reports, or look at pages, until the server is gone."""
    chosen = random.Random()
    while not ended.is_set():
        try:
            if not writes:
                page = browser.get(chosen.choice(LOOKS))
                if page.status != 200:
                    wrong.append(f"{page.status} {page.url}: {said_by(page)}")
                continue
            values = filled()
            page = browser.post(SENT, values, form_of=FORM)
            if page.status == 200 and "/records/" in page.url:
                kept[values["person.name"]] = browser.path_of(page)
            elif page.status != 409:  # the writers wait for each other only so long
                wrong.append(f"{page.status} {page.url}: {said_by(page)}")
        except BROKEN:
            return


def one_life(served: Served, seconds: float, kept: dict[str, str], wrong: list[str]) -> None:
    """Mixed work for a while, and then a kill without warning."""
    ended = threading.Event()
    cookies = served.fresh_browser("intake").cookies
    browsers = [Browser(served.address, cookies=cookies) for _ in range(WRITERS + READERS)]
    people = [
        threading.Thread(target=work, args=(browser, place < WRITERS, kept, wrong, ended))
        for place, browser in enumerate(browsers)
    ]
    for one in people:
        one.start()
    time.sleep(seconds)
    served.process.kill()
    ended.set()
    served.process.communicate(timeout=240)
    for one in people:
        one.join(timeout=240)


@pytest.mark.slow
@pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
def test_nothing_that_was_answered_for_is_lost(tmp_path: Path) -> None:
    folder = tmp_path / "ws"
    make_workspace(folder)
    kept: dict[str, str] = {}
    wrong: list[str] = []
    for _ in range(max(2, round(SECONDS / LIFE))):
        one_life(start_server(folder), LIFE, kept, wrong)
    assert wrong == []
    assert kept
    served = start_server(folder)
    try:
        browser = served.fresh_browser("intake")
        for name, path in kept.items():
            page = browser.get(path)
            assert page.status == 200, path
            assert "2014-02" in page.text, name
    finally:
        served.process.kill()
        served.process.communicate(timeout=240)
    workspace = open_workspace(folder, person="amal", passphrase=PASSPHRASE)
    try:
        report = verify_workspace(workspace, progress=quiet)
        assert report.ok, report
    finally:
        workspace.store.close()
