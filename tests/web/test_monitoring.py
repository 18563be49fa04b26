"""Search, orders, claims and sites, as pages show them."""

from __future__ import annotations

from urllib.parse import urlencode

from tests.web.conftest import Served


def test_records_are_found_by_id_key_and_name(served: Served) -> None:
    browser = served.browser("amal")
    for text in ("Ba Two", "FICT-2"):
        page = browser.get(f"/search/?{urlencode({'q': text})}").text
        assert "Ba Two" in page
        assert page.count("<tr><td>") == 1
    assert "Nothing fits" in browser.get("/search/?q=zzyzx+qwert").text
    hostile = browser.get(f"/search/?{urlencode({'q': '<script>alert(1)</script>'})}")
    assert "<script>alert" not in hostile.text
    assert served.browser("viewer").get("/search/?q=Alif").status == 403
    assert browser.get(f"/search/?q={'x' * 1000}").status == 400


def test_a_case_is_shown_as_of_a_day(served: Served) -> None:
    browser = served.browser("amal")
    page = browser.get("/orders/icj-192/?as_of=2024-02-21").text
    assert "2024-02-26" in page
    assert browser.get("/orders/icj-999/").status == 404
    assert browser.get("/orders/icj-188/?as_of=soon").status == 400
    calendar = browser.get("/orders/icj-192/deadlines.ics?as_of=2024-02-21")
    assert calendar.text.startswith("BEGIN:VCALENDAR")


def test_the_board_names_each_case_in_the_language_of_the_page(served: Served) -> None:
    english = served.browser("amal").get("/orders/").text
    assert "Canada and the Netherlands v. Syrian Arab Republic" in english
    arabic = served.browser("amal", lang="ar").get("/orders/").text
    assert "كندا وهولندا ضدّ الجمهورية العربية السورية" in arabic


def test_claims_are_narrowed_to_a_class(served: Served) -> None:
    browser = served.browser("amal")
    everything = browser.get("/claims/").text.count("<article")
    parts = [browser.get(f"/claims/?class={name}").text.count("<article") for name in
             ("contradiction", "doubt", "explained")]  # fmt: skip
    assert all(parts)
    assert sum(parts) == everything


def test_a_site_that_is_not_there_is_said(served: Served) -> None:
    browser = served.browser("amal")
    assert "No site is registered" in browser.get("/sites/").text
    assert browser.get("/sites/FICT-2-0/").status in {400, 404}
