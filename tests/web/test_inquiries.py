"""The page for families: open where it is served, one answer for every name; and what waits."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.conftest import MEMBERS, Browser, Served, make_workspace, start_server, stop_server

KNOWN = {"name": "Alif One", "father": "Ba", "contact": "evenings"}


@pytest.fixture(scope="module")
def open_to_families(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that was started with the page for families."""
    folder = tmp_path_factory.mktemp("families") / "ws"
    make_workspace(folder)
    os.environ["BAYYINA_INQUIRIES"] = "1"
    try:
        running = start_server(folder)
    finally:
        os.environ.pop("BAYYINA_INQUIRIES")
    yield running
    told = stop_server(running)
    assert "Traceback" not in told, told


def test_the_page_is_not_there_unless_it_is_asked_for(served: Served) -> None:
    browser = served.browser()
    assert browser.get("/inquiry/").status == 404
    assert not (served.folder / "inquiries").exists()


def test_every_name_is_answered_alike(open_to_families: Served) -> None:
    answers = set()
    for name in ("Alif One", "Nobody At All", "باء", "<script>alert(1)</script>"):
        browser = Browser(open_to_families.address)
        page = browser.post("/inquiry/", KNOWN | {"name": name})
        assert page.status == 200
        assert "alert(1)" not in page.text
        text = re.sub(r"[0-9a-f]{16}", "NUMBER", page.text)
        answers.add(re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text))
    assert len(answers) == 1
    kept = Path(open_to_families.folder) / "inquiries"
    assert len({path.stat().st_size for path in kept.iterdir()}) == 1


def test_too_little_is_told_in_words_and_typed_text_is_kept(open_to_families: Served) -> None:
    browser = Browser(open_to_families.address, "ar")
    page = browser.post("/inquiry/", {"name": "باء", "father": "", "contact": ""})
    assert page.status == 400
    assert 'value="باء"' in page.text
    assert 'dir="rtl"' in page.text


def test_what_waits_is_taken_up_or_turned_away(open_to_families: Served) -> None:
    Browser(open_to_families.address).post("/inquiry/", KNOWN)
    Browser(open_to_families.address).post("/inquiry/", KNOWN)
    browser = open_to_families.browser("amal")
    page = browser.get("/inquiries/").text
    waiting = re.findall(r"/inquiries/([0-9a-f]{16})/take-up/", page)
    assert len(waiting) >= 2
    assert "evenings" not in page
    taken = browser.post(f"/inquiries/{waiting[0]}/take-up/", {}, form_of="/inquiries/")
    assert browser.path_of(taken).startswith("/records/")
    assert "evenings" not in taken.text  # it is sealed, and opened only with a reason
    refused = browser.post(f"/inquiries/{waiting[1]}/turn-away/", {}, form_of="/inquiries/")
    assert refused.status == 400
    gone = browser.post(
        f"/inquiries/{waiting[1]}/turn-away/", {"reason": "a trial"}, form_of="/inquiries/"
    )
    assert waiting[1] not in gone.text
    assert "calling back" in gone.text
    again = browser.post(f"/inquiries/{waiting[0]}/take-up/", {}, form_of="/inquiries/")
    assert again.status == 404


def test_who_may_not_record_consent_sees_nothing(open_to_families: Served) -> None:
    for handle in MEMBERS:
        status = open_to_families.browser(handle).get("/inquiries/").status
        assert status == (200 if handle in {"amal", "badr", "intake"} else 403), handle


def test_there_is_an_end_to_how_many_are_taken(open_to_families: Served) -> None:
    browser = Browser(open_to_families.address)
    told = [browser.post("/inquiry/", KNOWN).status for _ in range(61)]
    assert told[0] == 200
    assert told[-1] == 429
    assert open_to_families.browser("amal").get("/inquiries/").status == 200
