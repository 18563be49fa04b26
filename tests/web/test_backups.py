"""Backups in the browser: made in the background, listed, checked with one's own key, taken along."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest

from tests.web.conftest import (
    PASSPHRASE,
    Browser,
    Page,
    Served,
    make_workspace,
    start_server,
    stop_server,
)

PATH = "/administration/backups/"


@pytest.fixture(scope="module")
def backed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Path]]:
    """A server that knows a folder for backups."""
    root = tmp_path_factory.mktemp("backed")
    make_workspace(root / "ws")
    running = start_server(root / "ws", "--backups", str(root / "disk"))
    yield running, root / "disk"
    told = stop_server(running)
    assert "Traceback" not in told, told


def settled(browser: Browser) -> Page:
    for _ in range(1_500):
        page = browser.get(PATH)
        if 'http-equiv="refresh"' not in page.text:
            return page
        time.sleep(0.2)
    raise AssertionError("it never ended")


def test_a_backup_is_made_listed_and_taken_along(backed: tuple[Served, Path]) -> None:
    served, folder = backed
    browser = served.browser("amal")
    first = browser.get(PATH).text
    assert "No backup was ever made." in first
    assert "There are no recovery shares" in first
    begun = browser.post(PATH, {"handle": "amal", "evidence": "on"})
    assert browser.path_of(begun) == PATH
    page = settled(browser).text
    (file,) = folder.glob("bayyina-*.age")
    assert f"Made \u2066{file.name}\u2069" in page
    assert re.search(r"<td class=\"number\">0</td>", page)
    with browser.opener.open(urljoin(browser.address, PATH + file.name), timeout=120) as answer:
        assert answer.read() == file.read_bytes()
    assert file.read_bytes().startswith(b"age-encryption.org/v1")
    arabic = Browser(browser.address, "ar", browser.cookies).get(PATH).text
    assert "عمرها بالأيام" in arabic
    assert "recovery shares" not in arabic


def test_a_backup_is_checked_with_ones_own_key(backed: tuple[Served, Path]) -> None:
    served, folder = backed
    browser = served.browser("amal")
    if not list(folder.glob("bayyina-*.age")):
        browser.post(PATH, {"handle": "amal"})
        settled(browser)
    file = next(folder.glob("bayyina-*.age"))
    wrong = browser.post(f"{PATH}{file.name}/verify/", {"passphrase": "no"}, form_of=PATH)
    assert wrong.status == 400
    browser.post(f"{PATH}{file.name}/verify/", {"passphrase": PASSPHRASE}, form_of=PATH)
    assert f"{file.name}\u2069 holds" in settled(browser).text
    damaged = folder / "bayyina-20200101T000000Z.age"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    browser.post(f"{PATH}{damaged.name}/verify/", {"passphrase": PASSPHRASE}, form_of=PATH)
    page = settled(browser).text
    assert 'class="problem"' in page
    assert f"{damaged.name}\u2069 holds" not in page


def test_only_who_may_and_only_backups(backed: tuple[Served, Path]) -> None:
    served, folder = backed
    (folder / "secret.txt").write_text("secret", encoding="utf-8")
    amal = served.browser("amal")
    for name in ("secret.txt", "..%2fsecret.txt", "bayyina-20000101T000000Z.age"):
        assert amal.get(PATH + name).status == 404, name
    for handle in ("badr", "viewer", "auditor"):
        browser = served.browser(handle)
        assert browser.get(PATH).status == 403
        assert browser.get(PATH + "bayyina-20000101T000000Z.age").status == 403
        assert browser.post(PATH, {}, form_of="/").status == 403


def test_a_server_without_a_folder_says_so(served: Served) -> None:
    page = served.browser("amal").get(PATH).text
    assert "bayyina serve --backups FOLDER" in page
    assert served.browser("amal").post(PATH, {}, form_of="/administration/").status == 400
