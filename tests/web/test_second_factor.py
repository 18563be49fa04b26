"""Second factors: required of whoever reaches what is sealed, and what guards them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import json
import re
import struct
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bayyina.db.opening import create_workspace, enroll
from tests.app.conftest import CHEAP
from tests.web.conftest import PASSPHRASE, Browser, Page, Served, start_server, stop_server
from tests.web.software_key import SoftwareKey

PEOPLE = {
    "vera": ("verifier",),
    "lina": ("legal",),
    "dana": ("data-protection",),
    "case": ("verifier@main",),
    "viola": ("viewer",),
    "anas": ("analyst", "intake"),
    "lost": ("verifier",),
    "guess": ("verifier",),
}
"""Who works in the workspace."""

SETUP = "/account/2fa/"
ACTIVATE = "/account/2fa/totp/activate/"
CODE = "/account/2fa/authenticate/"
RECOVERY = "/account/2fa/recovery-codes/"
KEYS = "/account/2fa/webauthn/add/"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server over a workspace of which nobody said that it does without second factors."""
    folder = tmp_path_factory.mktemp("factors") / "ws"
    workspace = create_workspace(
        folder, name="w", handle="amal", person_name="Amal", passphrase=PASSPHRASE,
        fictional=True, cost=CHEAP,
    )  # fmt: skip
    for handle, roles in PEOPLE.items():
        enroll(
            workspace, handle=handle, name=handle, roles=roles, passphrase=PASSPHRASE, cost=CHEAP
        )
    workspace.store.close()
    running = start_server(folder)
    yield running
    told = stop_server(running)
    assert "Traceback" not in told, told


def code_of(secret: str, steps: int = 0) -> str:
    """RFC 6238: six digits, SHA-1, thirty seconds."""
    counter = struct.pack(">Q", int(time.time()) // 30 + steps)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def set_up(browser: Browser) -> tuple[str, list[str]]:
    """Activate codes of an app: the secret, and the recovery codes that are shown once.

    A code serves for one step of thirty seconds, which may end while it is on its way: then the
    next one is given, as a person does.
    """
    for _ in range(5):
        step = int(time.time()) // 30
        secret, shown = activated(browser)
        if browser.path_of(shown) == RECOVERY:
            codes = re.findall(r"\b(\d{8})\b", html.unescape(shown.text))
            return secret, codes  # who has just given a code is not asked for another
        assert step != int(time.time()) // 30, shown.text
    pytest.fail("no code was taken in five steps")


def activated(browser: Browser) -> tuple[str, Page]:
    """The secret that a page offers, and the answer to a code of it."""
    page = browser.get(ACTIVATE).text
    found = re.search(r'value="([A-Z2-7]{32})"', page)
    assert found, page
    code = {"code": code_of(found.group(1))} | secret_of(page)
    return found.group(1), browser.send(ACTIVATE, code)


def is_held_back(browser: Browser, path: str = "/log/") -> bool:
    return browser.path_of(browser.get(path)) == SETUP


@pytest.mark.parametrize("handle", ["vera", "lina", "dana", "case", "amal"])
def test_sealed_roles_reach_only_the_page_that_sets_it_up(guarded: Served, handle: str) -> None:
    browser = Browser(guarded.address)
    assert browser.path_of(browser.sign_in(handle)) == SETUP
    for path in ("/", "/records/", "/log/", "/figures/", "/administration/", "/search/?q=a"):
        assert is_held_back(browser, path), path
    refused = browser.post("/log/verify/", {}, form_of=SETUP)
    assert refused.status == 403
    assert "second factor" in refused.text
    assert "authenticator app" in browser.get(SETUP).text
    assert browser.get(ACTIVATE).status == 200
    assert browser.get("/account/2fa/webauthn/add/").status == 200


@pytest.mark.parametrize("handle", ["viola", "anas"])
def test_others_go_on_without(guarded: Served, handle: str) -> None:
    browser = Browser(guarded.address)
    assert browser.path_of(browser.sign_in(handle)) == "/"
    assert browser.get("/figures/").status == 200


def test_signing_in_takes_both(guarded: Served) -> None:
    browser = Browser(guarded.address)
    browser.sign_in("vera")
    secret, codes = set_up(browser)
    assert not is_held_back(browser)
    assert len(set(codes)) == 10
    browser.post(RECOVERY, {})
    gone = browser.get(RECOVERY).text
    assert not any(code in gone for code in codes), "they are shown until they were saved, once"
    stored = b"".join(path.read_bytes() for path in Path(guarded.folder).glob("accounts.sqlite3*"))
    assert secret.encode() not in stored
    assert base64.b32decode(secret) not in stored
    assert not any(code.encode() in stored for code in codes)

    again = Browser(guarded.address)
    before = {cookie.name: cookie.value for cookie in again.cookies}
    page = again.sign_in("vera")
    assert again.path_of(page) == CODE
    half_way = {cookie.name: cookie.value for cookie in again.cookies}
    for path in ("/", "/records/", "/log/"):
        assert again.path_of(again.get(path)) == CODE, path
    assert not signed_in(again, again.post(CODE, {"code": "000000"}))
    assert signed_in(again, again.post(CODE, {"code": codes[0]}))
    now = {cookie.name: cookie.value for cookie in again.cookies}
    assert now["bayyina_session"] != half_way["bayyina_session"] != before.get("bayyina_session")

    assert "Confirm Access" in again.get(RECOVERY).text, "on another day another code is asked for"

    third = Browser(guarded.address)
    third.sign_in("vera")
    assert not signed_in(third, third.post(CODE, {"code": codes[0]})), "a code serves once"
    assert signed_in(third, third.post(CODE, {"code": codes[1]}))


def signed_in(browser: Browser, page: Page) -> bool:
    return browser.path_of(page) == "/" and browser.path_of(browser.get("/log/")) == "/log/"


def test_codes_cannot_be_guessed(guarded: Served) -> None:
    browser = Browser(guarded.address)
    browser.sign_in("guess")
    _, codes = set_up(browser)
    other = Browser(guarded.address)
    other.sign_in("guess")
    for number in range(10):
        other.post(CODE, {"code": f"{number:06d}"})
    last = other.post(CODE, {"code": codes[0]})
    assert not signed_in(other, last), "after ten wrong ones the right one is no use either"
    fresh = Browser(guarded.address)
    fresh.sign_in("guess")
    assert not signed_in(fresh, fresh.post(CODE, {"code": codes[0]})), "nor in another session"


def test_a_lost_factor_is_removed_by_an_administrator_and_logged(guarded: Served) -> None:
    lost = Browser(guarded.address)
    lost.sign_in("lost")
    set_up(lost)
    assert not is_held_back(lost)
    amal = Browser(guarded.address)
    amal.sign_in("amal")
    set_up(amal)
    path = "/administration/people/lost/second-factor/"
    assert lost.post(path, {}, form_of="/log/").status == 403
    done = amal.post(path, {}, form_of="/administration/")
    assert "another second factor" in done.text
    assert lost.path_of(lost.get("/log/")) == "/account/login/", "they are signed out"
    assert lost.path_of(lost.sign_in("lost")) == SETUP
    assert "second factor removed" in amal.get("/log/").text
    unknown = amal.post(
        "/administration/people/nobody/second-factor/", {}, form_of="/administration/"
    )
    assert unknown.status == 404


def test_taking_the_last_factor_away_closes_the_pages_again(guarded: Served) -> None:
    browser = Browser(guarded.address)
    browser.sign_in("lina")
    set_up(browser)
    assert not is_held_back(browser)
    path = "/account/2fa/totp/deactivate/"
    browser.post(path, {})
    assert is_held_back(browser)


def options_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script id="js_data" type="application/json">(.*?)</script>', page)
    assert found
    return dict(json.loads(found.group(1)))


def test_a_security_key_is_a_second_factor(guarded: Served) -> None:
    address = guarded.address.replace("127.0.0.1", "localhost")
    key, other = SoftwareKey(address.rstrip("/")), SoftwareKey(address.rstrip("/"))
    browser = Browser(address)
    browser.sign_in("case")
    page = browser.get(KEYS).text
    values = {"name": "k", "credential": key.create(options_of(page)["creation_options"])}
    browser.send(KEYS, values | secret_of(page))
    assert not is_held_back(browser)

    answer = ""
    for holder, lets_in in ((other, False), (key, True)):
        again = Browser(address)
        assert again.path_of(again.sign_in("case")) == CODE
        page = again.get(CODE).text
        answer = holder.get(options_of(page)["request_options"])
        done = again.send(CODE, {"credential": answer} | secret_of(page))
        assert signed_in(again, done) == lets_in
    replayed = Browser(address)
    replayed.sign_in("case")
    page = replayed.get(CODE).text
    done = replayed.send(CODE, {"credential": answer} | secret_of(page))
    assert not signed_in(replayed, done), "an answer is for one challenge"


def secret_of(page: str) -> dict[str, str]:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found
    return {"csrfmiddlewaretoken": found.group(1)}
