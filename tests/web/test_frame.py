"""Signing in, headers, languages, refusals: what every page stands in."""

from __future__ import annotations

import sqlite3
import time
from urllib.request import Request

import pytest

from bayyina.web.frame.wording import all_words
from tests.web.conftest import Served

ALIKE = frozenset({"records_found", "decided", "review_kept"})
"""Texts that hold nothing but values."""

PAGES = (
    "/",
    "/records/",
    "/records/?unit=arrests&year=2014",
    "/figures/",
    "/figures/?q=count+arrests+by+year",
    "/figures/open/?q=count+arrests",
    "/log/",
    "/lists/",
    "/reports/",
    "/review/",
    "/search/",
    "/search/?q=Ba",
    "/orders/?as_of=2024-02-21",
    "/orders/icj-188/?as_of=2024-02-21",
    "/claims/",
    "/sites/",
    "/account/2fa/",
)


def test_nothing_is_shown_to_who_is_not_signed_in(served: Served) -> None:
    browser = served.browser()
    for path in (*PAGES, "/records/FICT-2-0/", "/figures/table.csv?q=count+arrests", "/nowhere/"):
        page = browser.get(path)
        assert browser.path_of(page) == "/account/login/", path
        assert "Alif" not in page.text


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("path", PAGES)
def test_pages_are_whole_in_both_languages(served: Served, path: str, lang: str) -> None:
    page = served.browser("amal", lang=lang).get(path)
    assert page.status == 200
    assert f'<html lang="{lang}" dir="{"rtl" if lang == "ar" else "ltr"}">' in page.text
    assert "FICTIONAL" in page.text or "تخيّلي" in page.text
    assert "<style" not in page.text
    assert "onclick" not in page.text
    assert len(page.text) < 150_000
    assert page.headers["content-language"] == lang


def test_headers_forbid_everything_from_elsewhere(served: Served) -> None:
    for browser, path in (
        (served.browser(), "/account/login/"),
        (served.browser("amal"), "/records/"),
    ):
        headers = browser.get(path).headers
        assert headers["content-security-policy"].startswith(
            "default-src 'none'; script-src 'self'"
        )
        assert "unsafe" not in headers["content-security-policy"]
        assert "no-store" in headers["cache-control"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "server" not in headers


def test_signing_in_leads_to_the_page_that_was_asked_for(served: Served) -> None:
    browser = served.browser()
    page = browser.sign_in("amal", next_="/log/")
    assert browser.path_of(page) == "/log/"
    elsewhere = served.browser()
    page = elsewhere.sign_in("amal", next_="https://example.org/")
    assert page.url.startswith(served.address)


def test_an_unknown_handle_and_a_wrong_passphrase_are_answered_alike(served: Served) -> None:
    wrong = served.browser().sign_in("auditor", "not the passphrase")
    unknown = served.browser().sign_in("nobody", "not the passphrase")
    for page, handle in ((wrong, "auditor"), (unknown, "nobody")):
        assert page.status == 200
        assert "open no key of this workspace" in page.text
        assert f'value="{handle}"' in page.text
    assert len(wrong.text) - len("auditor") == len(unknown.text) - len("nobody")


def test_attempts_are_counted_and_the_account_rests(served: Served) -> None:
    browser = served.browser()
    statuses = [browser.sign_in("viewer-none", "guess").status for _ in range(9)]
    assert statuses[0] == 200
    assert statuses[-1] == 429


def test_the_passphrase_is_kept_nowhere(served: Served) -> None:
    served.browser("amal")
    database = sqlite3.connect(served.folder / "accounts.sqlite3")
    tables = [
        row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type='table'")
    ]
    held = "\n".join(
        str(database.execute(f'SELECT * FROM "{table}"').fetchall()) for table in tables
    )
    database.close()
    assert "'amal'" in held  # the handle, with which the second factors are kept
    stored = [row for row in held.split("\n") if "pbkdf2" in row or "argon2" in row]
    assert stored == []


def test_the_language_is_chosen_on_the_page_and_kept(served: Served) -> None:
    browser = served.fresh_browser("amal")
    page = browser.get("/language/ar/?next=/records/%3Funit%3Darrests")
    assert page.url.endswith("/records/?unit=arrests")
    assert 'lang="ar" dir="rtl"' in page.text
    assert 'dir="rtl"' in browser.get("/log/").text
    away = browser.get("/language/en/?next=https://example.org/")
    assert away.url == served.address


def test_a_form_without_its_secret_changes_nothing(served: Served) -> None:
    browser = served.browser("amal")
    assert browser.send("/log/verify/", {}).status == 403
    assert browser.send("/account/logout/", {}).status == 403
    assert browser.get("/records/").status == 200


def test_signing_out_forgets_the_key(served: Served) -> None:
    browser = served.fresh_browser("amal")
    stolen = [cookie for cookie in browser.cookies if cookie.name == "bayyina_session"]
    browser.post("/account/logout/", {}, form_of="/log/")
    browser.cookies.set_cookie(stolen[0])
    assert browser.path_of(browser.get("/records/")) == "/account/login/"


def test_a_role_sees_and_does_what_it_may(served: Served) -> None:
    viewer = served.browser("viewer")
    assert viewer.get("/figures/?q=count+arrests").status == 200
    for path in ("/records/", "/records/FICT-2-0/", "/figures/open/?q=count+arrests"):
        page = viewer.get(path)
        assert page.status == 403, path
        assert "may not do this" in page.text
    assert viewer.post("/log/verify/", {}, form_of="/log/").status == 403
    assert 'href="/records/"' not in viewer.get("/").text


def test_other_names_of_the_server_are_refused(served: Served) -> None:
    answer = served.browser().ask(
        Request(served.address + "account/login/", headers={"Host": "example.org"})
    )
    assert answer.status == 400


def test_what_is_not_there_is_said_without_detail(served: Served) -> None:
    browser = served.browser("amal")
    missing = browser.get("/nowhere/")
    assert missing.status == 404
    assert "There is no such page" in missing.text
    assert browser.get("/records/FICT-99-9/").status == 404
    assert browser.get("/records/%3Cscript%3E/").status in {400, 404}
    assert "<script>alert" not in browser.get("/records/%3Cscript%3Ealert(1)/").text


def test_every_text_stands_in_both_languages_and_names_the_same_values() -> None:
    for key, texts in all_words().items():
        named = [sorted(set(_slots(text))) for text in (texts["en"], texts["ar"])]
        assert named[0] == named[1], key
        is_arabic = any("\u0600" <= letter <= "\u06ff" for letter in texts["ar"])
        assert is_arabic or key in ALIKE, key


def _slots(text: str) -> list[str]:
    return [part.split("}")[0].split(":")[0] for part in text.split("{")[1:]]


def test_a_check_of_the_log_runs_while_the_page_is_left(served: Served) -> None:
    browser = served.browser("amal")
    browser.post("/log/verify/", {}, form_of="/log/")
    for _ in range(1_500):
        page = browser.get("/log/")
        if "found nothing against the log" in page.text:
            break
        time.sleep(0.2)
    else:
        pytest.fail("the check of the log did not end")
    checkpoint = browser.post("/log/checkpoint/", {}, form_of="/log/")
    assert checkpoint.text.startswith("bayyina-fictional/")
