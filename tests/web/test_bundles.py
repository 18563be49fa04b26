"""Bundles in the browser: made in the background, checked, taken along by who may."""

from __future__ import annotations

import io
import re
import tarfile
import time
from pathlib import Path
from urllib.request import Request

import pyrage
import pytest

from bayyina.bundle.verifying import Trusted, verify_bundle
from bayyina.custody.cosignatures import verifier_from_vkey
from tests.web.conftest import Browser, Page, Served


@pytest.fixture(scope="module")
def person(served: Served) -> str:
    page = served.browser("badr").get("/records/").text
    return str(re.findall(r'<td><a href="/records/(FICT-\d+-\d+)/"', page)[0])


def finished(browser: Browser, path: str) -> Page:
    for _ in range(1_500):
        page = browser.get(path)
        if 'http-equiv="refresh"' not in page.text:
            return page
        time.sleep(0.2)
    raise AssertionError("the bundle was never made")


def made(browser: Browser, **values: str) -> tuple[str, Page]:
    """A bundle of the person at work: its address, and its page when it was made."""
    begun = browser.post("/bundles/", {"purpose": "courts", "level": "restricted",
                                       "redacted_level": "internal"} | values)  # fmt: skip
    path = browser.path_of(begun)
    assert re.fullmatch(r"/bundles/[0-9a-f]{16}/", path), begun.text[-600:]
    return path, finished(browser, path)


def bytes_of(browser: Browser, path: str, which: str) -> bytes:
    """A file as it is sent."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.get(path).text)
    assert found
    address = browser.address.rstrip("/") + path + "take/"
    body = f"set={which}&csrfmiddlewaretoken={found.group(1)}".encode()
    with browser.opener.open(Request(address, body, {"Referer": address}), timeout=240) as answer:
        assert "attachment" in answer.headers["Content-Disposition"]
        return bytes(answer.read())


def test_a_bundle_of_a_person_is_made_checked_and_taken_along(
    served: Served, person: str, tmp_path: Path
) -> None:
    browser = served.fresh_browser("badr")
    path, page = made(browser, ids=person, title="Filing 7", redacted="on")
    for told in ("Full set", "Redacted set", "Filing 7", person, "nothing was found against it"):
        assert told in page.text, told
    assert "What is left out, and why" in page.text
    key = re.search(r"<code>([^<]*\+[0-9a-f]{8}\+[^<]*)</code>", page.text)
    assert key
    for which in ("full", "redacted"):
        with tarfile.open(fileobj=io.BytesIO(bytes_of(browser, path, which))) as archive:
            archive.extractall(tmp_path, filter="data")
        found = verify_bundle(tmp_path / which, Trusted([verifier_from_vkey(key.group(1))]))
        assert found.is_bundle
        assert not found.report.broken
    arabic = Browser(browser.address, "ar", browser.cookies).get(path).text
    assert "المجموعة المحجوبة" in arabic
    assert "Redacted" not in arabic


def test_nothing_lies_on_the_disk_in_plain(served: Served, person: str) -> None:
    path, _ = made(served.browser("badr"), ids=person)
    folder = served.folder / "bundles" / path.split("/")[2]
    (file,) = folder.iterdir()
    assert file.read_bytes().startswith(b"age-encryption.org/v1")


def test_a_bundle_for_a_recipient_opens_with_their_key_alone(served: Served, person: str) -> None:
    browser = served.browser("badr")
    identity = pyrage.x25519.Identity.generate()
    path, page = made(browser, query="count arrests", recipients=str(identity.to_public()))
    assert "Take it along, encrypted" in page.text
    plain = pyrage.decrypt(bytes_of(browser, path, "full"), [identity])
    with tarfile.open(fileobj=io.BytesIO(plain)) as archive:
        assert any(one.name.endswith("bagit.txt") for one in archive)
    gone = browser.post(f"{path}remove/", {}, form_of=path)
    assert "no longer on the server" in gone.text
    assert browser.post(f"{path}take/", {"set": "full"}, form_of="/bundles/").status == 404


def test_the_key_of_ones_own_bundle_is_forgotten_at_the_door(served: Served, person: str) -> None:
    browser = served.fresh_browser("badr")
    path, _ = made(browser, ids=person)
    browser.post("/account/logout/", {})
    again = served.fresh_browser("badr")
    assert "forgotten when you signed out" in again.get(path).text
    assert again.post(f"{path}take/", {"set": "full"}, form_of="/bundles/").status == 400


def test_it_is_of_whoever_made_it(served: Served, person: str) -> None:
    path, _ = made(served.browser("badr"), ids=person)
    amal = served.browser("amal")
    assert amal.get(path).status == 404
    assert amal.post(f"{path}take/", {"set": "full"}, form_of="/bundles/").status == 404
    assert amal.post(f"{path}take/", {"set": "../x"}, form_of="/bundles/").status == 404
    for handle in ("viewer", "intake", "auditor"):
        assert served.browser(handle).get("/bundles/").status == 403


def test_what_cannot_be_made_is_said(served: Served) -> None:
    browser = served.browser("badr")
    assert browser.post("/bundles/", {"ids": "", "purpose": "courts"}).status == 200
    _, page = made(browser, query="count nonsense here")
    assert 'class="problem"' in page.text
    wrong = browser.post("/bundles/", {"ids": "FICT-1-1", "recipients": "age1nobody"})
    assert wrong.status == 400
    assert "is not an age recipient" in wrong.text
