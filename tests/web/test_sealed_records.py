"""A sealed value in the browser: a word in its place, and one look for a reason."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from bayyina.app.importing import import_list
from bayyina.db.opening import open_workspace
from bayyina.tables.mapping import Mapping
from tests.app.conftest import HEADER, MAPPING
from tests.web.conftest import (
    PASSPHRASE,
    Browser,
    Served,
    make_workspace,
    start_server,
    stop_server,
)

CHILD = "FICT-77,Smallchild Hidden,M,2001-02-07,12/05/2013,Homs,held,"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server over a workspace with a child in it."""
    folder = tmp_path_factory.mktemp("sealed") / "ws"
    make_workspace(folder)
    workspace = open_workspace(folder, person="amal", passphrase=PASSPHRASE)
    register = folder.parent / "children.csv"
    register.write_text(f"{HEADER}\n{CHILD}\n", encoding="utf-8")
    text = MAPPING.format(asserted_on="2016-03-01", release="partial")
    import_list(
        workspace,
        file=register,
        mapping=Mapping.parse(text, workspace.vocabulary),
        report=folder.parent / "children.rows.csv",
        progress=lambda *_: None,
    )
    workspace.store.close()
    running = start_server(folder)
    yield running
    told = stop_server(running)
    assert "Traceback" not in told, told
    assert "Smallchild" not in told


def child(browser: Browser) -> str:
    page = browser.get("/search/?q=FICT-77")
    return str(re.findall(r"/records/(FICT-\d+-\d+)/", page.text + page.url)[0])


def test_nobody_sees_the_name_without_opening_it(served: Served) -> None:
    for handle in ("amal", "badr", "intake"):
        browser = served.browser(handle)
        page = browser.get(f"/records/{child(browser)}/")
        assert page.status == 200
        assert "Smallchild" not in page.text
        assert '<span class="badge">sealed</span>' in page.text
        assert ("Open what is sealed" in page.text) == (handle != "intake")
        for path in ("/search/?q=Smallchild", "/records/?unit=persons", "/review/"):
            assert "Smallchild Hidden" not in browser.get(path).text
    arabic = served.browser("badr", lang="ar")
    assert "مختوم" in arabic.get(f"/records/{child(arabic)}/").text


def test_who_is_cleared_opens_it_for_one_answer(served: Served) -> None:
    browser = served.browser("badr")
    path = f"/records/{child(browser)}/"
    page = browser.post(f"{path}open/", {"reason": "to tell the family"}, form_of=path)
    assert page.status == 200
    assert "Smallchild Hidden" in page.text
    assert "no-store" in page.headers["cache-control"]
    assert "Smallchild" not in browser.get(path).text
    assert browser.get(f"{path}open/").status == 405
    log = served.browser("auditor").get("/log/").text
    assert "open-sealed" in log or "opened" in log.casefold()


@pytest.mark.parametrize(("handle", "status"), [("intake", 403), ("viewer", 403), ("badr", 400)])
def test_it_is_refused_without_the_role_or_a_reason(
    served: Served, handle: str, status: int
) -> None:
    browser = served.browser(handle)
    path = f"/records/{child(served.browser('amal'))}/"
    reason = "" if status == 400 else "curiosity"
    page = browser.post(f"{path}open/", {"reason": reason}, form_of="/")
    assert page.status == status
    assert "Smallchild" not in page.text


def test_a_request_from_another_site_opens_nothing(served: Served) -> None:
    browser = served.browser("badr")
    page = browser.send(f"/records/{child(browser)}/open/", {"reason": "made elsewhere"})
    assert page.status == 403
    assert "Smallchild" not in page.text
