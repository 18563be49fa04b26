"""Every page that somebody of a role can reach shows none of the secrets that are planted.

The browser starts at the first page and follows every link that it finds, as each role, and
asks besides for the pages of records that hold secrets in every sealed property.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import pytest

from bayyina.app.clearances import is_cleared, withdraw_clearance
from bayyina.app.members import OUTSIDE, current_members
from bayyina.app.permissions import ROLES
from bayyina.db.opening import enroll, open_workspace
from tests.app.conftest import CHEAP
from tests.leak_cases import plant
from tests.leak_scanner import Leak, LeakScanner, Secret
from tests.web.conftest import (
    PASSPHRASE,
    Browser,
    Served,
    make_workspace,
    start_server,
    stop_server,
)

pytestmark = pytest.mark.slow

MOST = 60
"""Pages that are followed for each role, besides those of the planted records."""

NOT_FOLLOWED = ("/account/logout", "/static/", "/lock")
"""Links that end the session, or hold nothing of the workspace."""

_LINK = re.compile(r'(?:href|src|action)="(/[^"#]*)"')


class Pages(NamedTuple):
    """A server over a workspace with secrets."""

    served: Served
    scanner: LeakScanner
    secrets: tuple[Secret, ...]
    planted: tuple[str, ...]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    folder = tmp_path_factory.mktemp("leaks") / "ws"
    make_workspace(folder)
    workspace = open_workspace(folder, person="amal", passphrase=PASSPHRASE)
    planted = plant(workspace)
    for role in ROLES:
        if role != OUTSIDE:
            enroll(
                workspace, handle=f"only-{role}", name=f"Only {role}", roles=(role,),
                passphrase=PASSPHRASE, cost=CHEAP,
            )  # fmt: skip
    for row in current_members(workspace.store):
        if row.handle != "amal" and is_cleared(workspace.store, row):
            withdraw_clearance(workspace, row.handle)
    ids = tuple(workspace.short_id(number) for number in planted.records)
    workspace.store.close()
    running = start_server(folder)
    yield Pages(running, LeakScanner(planted.secrets), planted.secrets, ids)
    told = stop_server(running)
    assert LeakScanner(planted.secrets).scan(told, "what the server wrote") == []
    assert LeakScanner(planted.secrets).scan_tree(Path(folder).parent) == []


def _reached(browser: Browser, starts: list[str], most: int) -> Iterator[tuple[str, str]]:
    """Paths and texts of pages, following links breadth first."""
    waiting, seen = list(starts), set(starts)
    while waiting and most:
        path, most = waiting.pop(0), most - 1
        page = browser.get(path)
        yield path, f"{page.text}\n{page.headers}"
        for link in map(html.unescape, _LINK.findall(page.text)):
            plain = urlsplit(link).path
            if link not in seen and not plain.startswith(NOT_FOLLOWED):
                seen.add(link)
                waiting.append(link)


@pytest.mark.parametrize("role", [role for role in ROLES if role != OUTSIDE])
def test_no_page_of_a_role_shows_a_secret(pages: Pages, role: str) -> None:
    browser = pages.served.browser(f"only-{role}")
    leaks: list[Leak] = []
    count = 0
    for path, text in _reached(browser, ["/"], MOST):
        leaks += pages.scanner.scan(text, path)
        count += 1
    for record in pages.planted:
        for path in (f"/records/{record}/", f"/records/{record}/consent/", f"/evidence/{record}/"):
            leaks += pages.scanner.scan(browser.get(path).text, path)
    assert leaks == []
    assert count > 3


def test_no_page_of_who_is_cleared_shows_a_secret_unasked(pages: Pages) -> None:
    browser = pages.served.browser("amal")
    for path, text in _reached(browser, [f"/records/{one}/" for one in pages.planted], 80):
        assert pages.scanner.scan(text, path) == []


def test_a_search_for_a_secret_tells_nothing(pages: Pages) -> None:
    browser = pages.served.browser("only-analyst")
    nothing = browser.get("/search/?q=" + quote("Nobodyofthisname")).text
    for secret in [one for one in pages.secrets if one.kind == "name"][::9]:
        text = html.unescape(browser.get("/search/?q=" + quote(secret.text)).text)
        assert text.count("/records/") == nothing.count("/records/"), secret.label


def test_errors_show_no_secret(pages: Pages) -> None:
    for handle in ("only-analyst", "amal"):
        browser = pages.served.browser(handle)
        for path in (
            "/records/FICT-99-99/",
            "/figures/?q=count+nonsense",
            "/nowhere/",
            "/records/%00/",
        ):
            assert pages.scanner.scan(browser.get(path).text, path) == []
