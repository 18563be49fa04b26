"""What somebody could try: other people's pages, forms from elsewhere, names that lead elsewhere."""

from __future__ import annotations

import re
import socket
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import Request

import pytest

from tests.web.conftest import MEMBERS, Served

OPEN_TO = {
    "/": frozenset(MEMBERS),
    "/log/": frozenset(MEMBERS),
    "/records/": frozenset({"amal", "badr", "intake"}),
    "/records/{person}/": frozenset({"amal", "badr", "intake"}),
    "/records/{person}/decide/": frozenset({"amal", "badr"}),
    "/search/?q=Alif": frozenset({"amal", "badr", "intake"}),
    "/figures/": frozenset({"amal", "badr", "intake", "viewer"}),
    "/figures/?q=count+arrests": frozenset({"amal", "badr", "intake", "viewer"}),
    "/figures/table.csv?q=count+arrests": frozenset({"amal", "badr", "intake", "viewer"}),
    "/figures/chart.svg?q=count+arrests+by+year": frozenset({"amal", "badr", "intake", "viewer"}),
    "/figures/open/?q=count+arrests": frozenset({"amal", "badr", "intake"}),
    "/lists/": frozenset({"amal", "intake"}),
    "/reports/": frozenset({"amal", "badr"}),
    "/review/": frozenset({"amal", "badr"}),
    "/orders/": frozenset({"amal", "badr", "intake", "viewer"}),
    "/orders/icj-192/": frozenset({"amal", "badr", "intake", "viewer"}),
    "/orders/icj-192/deadlines.ics": frozenset({"amal", "badr", "intake", "viewer"}),
    "/claims/": frozenset({"amal", "badr", "intake", "viewer"}),
    "/sites/": frozenset({"amal", "badr", "intake"}),
    "/evidence/": frozenset({"amal", "badr", "intake"}),
    "/administration/": frozenset({"amal"}),
}
"""Who may see a page; everybody else is refused, whoever sends the address."""

FORMS = {
    "/records/{person}/determine/": frozenset({"amal", "badr"}),
    "/records/{person}/judge/": frozenset({"amal", "badr"}),
    "/lists/": frozenset({"amal", "intake"}),
    "/lists/undo/1/": frozenset({"amal", "intake"}),
    "/reports/": frozenset({"amal", "badr"}),
    "/log/verify/": frozenset({"amal", "auditor"}),
    "/log/checkpoint/": frozenset({"amal", "auditor"}),
    "/evidence/": frozenset({"amal", "intake"}),
    "/administration/people/": frozenset({"amal"}),
    "/administration/people/nobody/": frozenset({"amal"}),
}
"""Who may send a form; sent without what it needs, so that nothing is changed."""

ALL_FORMS = (*FORMS, "/jobs/1/cancel/", "/evidence/FICT-2-0/look/", "/reports/x/publish/",
             "/review/FICT-2-0:FICT-2-1/", "/account/logout/", "/account/login/")  # fmt: skip
"""Every address that takes a form."""


@pytest.fixture(scope="module")
def person(served: Served) -> str:
    page = served.browser("amal").get("/records/").text
    return str(re.findall(r'<td><a href="/records/(FICT-\d+-\d+)/"', page)[0])


@pytest.mark.parametrize("handle", MEMBERS)
def test_pages_open_to_their_roles_alone(served: Served, person: str, handle: str) -> None:
    browser = served.browser(handle)
    for path, allowed in OPEN_TO.items():
        status = browser.get(path.format(person=person)).status
        assert status == (200 if handle in allowed else 403), f"{handle} {path}: {status}"


@pytest.mark.parametrize("handle", MEMBERS)
def test_forms_are_taken_from_their_roles_alone(served: Served, person: str, handle: str) -> None:
    browser = served.browser(handle)
    size = log_size(served)
    for path, allowed in FORMS.items():
        if path in {"/log/verify/", "/log/checkpoint/"} and handle in allowed:
            continue  # they need nothing more, and are tried elsewhere
        status = browser.post(path.format(person=person), {}, form_of="/log/").status
        assert (status != 403) == (handle in allowed), f"{handle} {path}: {status}"
        assert status != 500, f"{handle} {path}"
    assert log_size(served) == size


def log_size(served: Served) -> int:
    page = served.browser("amal").get("/").text
    found = re.search(r"The custody log has (\d+) entries", page)
    assert found
    return int(found.group(1))


def test_every_form_needs_its_secret(served: Served, person: str) -> None:
    browser = served.browser("amal")
    size = log_size(served)
    for path in ALL_FORMS:
        assert browser.send(path.format(person=person), {"reason": "r"}).status == 403, path
    assert log_size(served) == size


def test_a_form_from_another_site_is_refused(served: Served) -> None:
    browser = served.browser("amal")
    page = browser.get("/log/").text
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found
    body = urlencode({"csrfmiddlewaretoken": found.group(1)}).encode()
    address = urljoin(served.address, "/log/verify/")
    answer = browser.ask(Request(address, body, {"Origin": "https://example.org"}))
    assert answer.status == 403


def test_forms_are_no_addresses_to_look_at(served: Served, person: str) -> None:
    browser = served.browser("amal")
    for path in ("/log/verify/", "/log/checkpoint/", f"/records/{person}/judge/", "/lists/undo/1/",
                 "/administration/people/", "/evidence/FICT-2-0/look/"):  # fmt: skip
        assert browser.get(path).status == 405, path


def test_a_session_that_was_there_before_does_not_become_mine(served: Served) -> None:
    browser = served.browser()
    browser.get("/account/login/")
    browser.get("/language/en/")
    planted = {cookie.name: cookie.value for cookie in browser.cookies}
    browser.sign_in("auditor")
    now = {cookie.name: cookie.value for cookie in browser.cookies}
    assert now["bayyina_session"] != planted.get("bayyina_session")
    assert now["bayyina_csrf"] != planted["bayyina_csrf"]
    flags = {cookie.name: cookie for cookie in browser.cookies}["bayyina_session"]
    assert flags.has_nonstandard_attr("HttpOnly")
    assert flags.get_nonstandard_attr("SameSite") == "Strict"


@pytest.mark.parametrize(
    "path",
    [
        "/static/../settings.py",
        "/static/..%2fsettings.py",
        "/static/%2e%2e/%2e%2e/settings.py",
        "/reports/../workspace.json",
        "/reports/..%2f..%2fetc/files/passwd",
        "/reports/x/files/..%2f..%2f..%2fworkspace.json",
        "/lists/incoming/..%2f..%2fworkspace.json/",
        "/lists/incoming/..%5c..%5cworkspace.json/rows.csv",
        "/evidence/..%2f..%2fworkspace.json/bytes",
        "/orders/..%2f..%2fworkspace/",
        "/orders/%2fetc%2fpasswd/",
        "/records/%00/",
        "/sites/..%2f..%2fx/",
        "/review/..%2f..:x/",
    ],
)
def test_paths_lead_nowhere_else(served: Served, path: str) -> None:
    page = served.browser("amal").get(path)
    assert page.status in {400, 403, 404}, page.status
    for secret in ("SECRET_KEY", "fictional", "root:"):
        assert secret not in page.text.replace('class="fictional"', "")


def test_other_hosts_and_split_headers_are_refused(served: Served) -> None:
    parts = urlsplit(served.address)
    for head in (
        "GET / HTTP/1.1\r\nHost: example.org\r\n",
        "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-Host: example.org\r\n",
        "GET /language/en/?next=/%0d%0aSet-Cookie:%20x=1 HTTP/1.1\r\nHost: 127.0.0.1\r\n",
        "GET /account/login/?next=//example.org/ HTTP/1.1\r\nHost: 127.0.0.1\r\n",
        "GET /language/en/?next=https:example.org HTTP/1.1\r\nHost: 127.0.0.1\r\n",
    ):
        with socket.create_connection((str(parts.hostname), parts.port or 0), timeout=120) as line:
            line.sendall((head + "Connection: close\r\n\r\n").encode())
            answer = b""
            while part := line.recv(65536):
                answer += part
        told = answer.split(b"\r\n\r\n", 1)[0].decode()
        assert "x=1" not in re.sub(r"(?i)location:.*", "", told)
        for location in re.findall(r"(?im)^location: (.*)$", told):
            assert location.startswith("/"), location
            assert not location.startswith("//"), location


def test_too_much_is_refused(served: Served) -> None:
    browser = served.browser("amal")
    many = {f"line-{n}": "x" for n in range(2_100)}
    assert browser.post("/log/verify/", many, form_of="/log/").status == 400
    assert browser.post("/log/verify/", {"x": "y" * 2_200_000}, form_of="/log/").status in {
        400,
        413,
    }
    assert browser.get("/records/").status == 200


def test_nothing_of_a_person_is_kept_by_browsers_or_proxies(served: Served, person: str) -> None:
    browser = served.browser("amal")
    for path in OPEN_TO:
        headers = browser.get(path.format(person=person)).headers
        assert "no-store" in headers["cache-control"], path
        assert "Cookie" in headers["vary"], path
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["cross-origin-resource-policy"] == "same-origin", path


def test_a_refused_form_does_not_tell_what_a_record_is(served: Served, person: str) -> None:
    """Who may not read records learns from no form whether one is there, or is a death."""
    browser = served.browser("viewer")
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.get("/log/").text)
    assert found
    batch = person.rsplit("-", 1)[0]
    ids = [*(f"{batch}-{n}" for n in (1, 4, 5, 6)), "FICT-9999-9"]  # people, acts, nobody
    filled = {"csrfmiddlewaretoken": found.group(1), "step": "agree", "risk": "r",
              "on": "2024-01-01", "verdict": "for", "reason": "r", "reasons": "r"}  # fmt: skip
    for form in ("telling/decide", "telling/told", "consent", "consent/withdraw", "determine"):
        answers = set()
        for one in ids:
            page = browser.send(f"/records/{one}/{form}/", filled)
            told = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page.text)
            answers.add((page.status, told.replace(one, "ID")))
        assert len(answers) == 1, form
