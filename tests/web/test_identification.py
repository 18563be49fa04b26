"""Photographed bodies and certificates in the browser: candidates, proposals, two signatures."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlencode, urljoin
from urllib.request import Request

import pytest

from bayyina.app.identifying_reading import BODY, IDENTIFICATION
from bayyina.app.matching_certificates import DOCUMENT
from bayyina.db.opening import enroll, open_workspace
from tests.app.conftest import CHEAP
from tests.app.identification_cases import (
    FAMILIES,
    FAMILIES_HEADER,
    ids,
    take,
    take_papers,
    take_people_and_bodies,
)
from tests.web.conftest import (
    PASSPHRASE,
    Browser,
    Page,
    Served,
    make_workspace,
    start_server,
    stop_server,
)

LARGEST = 150_000


class Table(NamedTuple):
    """A served workspace with bodies and papers."""

    served: Served
    bodies: list[str]
    papers: list[str]
    people: list[str]
    family: str


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    folder = tmp_path_factory.mktemp("bodies") / "ws"
    make_workspace(folder)
    workspace = open_workspace(folder, person="amal", passphrase=PASSPHRASE)
    before = ids(workspace, "Person")
    take_people_and_bodies(workspace, folder.parent)
    take_papers(workspace, folder.parent)
    take(
        workspace, folder.parent, "Families", IDENTIFICATION, FAMILIES, FAMILIES_HEADER,
        "FICT-F1,FICT-B1,FICT-P1,family_recognition,being_verified,2020-01-01",
    )  # fmt: skip
    for handle in ("chams", "daoud"):
        enroll(
            workspace, handle=handle, name=handle, roles=("verifier",), passphrase=PASSPHRASE,
            cost=CHEAP,
        )  # fmt: skip
    known = Table(
        Served("", folder, None),  # type: ignore[arg-type]
        ids(workspace, BODY),
        ids(workspace, DOCUMENT),
        [one for one in ids(workspace, "Person") if one not in before],
        ids(workspace, IDENTIFICATION)[0],
    )
    workspace.store.close()
    running = start_server(folder)
    yield known._replace(served=running)
    told = stop_server(running)
    assert "Traceback" not in told, told


def form(page: Page, action: str, holding: str = "") -> list[tuple[str, str]]:
    """The names and values that the form with this action would send, as it stands."""
    for found in re.finditer(
        rf'<form[^>]*action="{re.escape(action)}"[^>]*>(.*?)</form>', page.text, re.DOTALL
    ):
        inside = found.group(1)
        if holding not in inside:
            continue
        values = []
        for tag in re.findall(r"<input[^>]*>", inside):
            said = dict(re.findall(r'(\w+)="([^"]*)"', tag))
            if said.get("type") != "checkbox" or " checked" in tag:
                values.append((said["name"], html.unescape(said.get("value", ""))))
        return values
    raise AssertionError(f"no form {action} with {holding}")


def test_bodies_stand_by_state_with_counts(table: Table) -> None:
    browser = table.served.browser("badr")
    page = browser.get("/identification/")
    assert "Bodies: 4. Photographs: 0." in page.text
    assert all(f"/identification/{one}/" in page.text for one in table.bodies)
    counts = re.findall(r'href="\?state=(\w+)"[^>]*>[^<]*<span class="count">(\d+)<', page.text)
    assert dict(counts) == {
        "unexamined": "3", "candidates": "0", "being_verified": "1", "identified": "0",
        "withdrawn": "0",
    }  # fmt: skip
    narrowed = browser.get("/identification/?state=being_verified").text
    assert narrowed.count('<tr><td><a href="/identification/') == 1
    assert '<form method="post" action="/identification/group/"' not in page.text
    assert len(page.text.encode()) < LARGEST


def test_a_body_shows_card_claims_and_candidates_with_the_standard(table: Table) -> None:
    body = table.bodies[0]
    page = table.served.browser("badr").get(f"/identification/{body}/")
    assert page.status == 200
    for told in ("215", "1010", "anchor tattoo left forearm", "both state: anchor", table.family):
        assert told in page.text, told
    assert page.text.count("☑") >= 2
    assert "independent origins: 3" in page.text
    assert "a family recognised it" in page.text
    assert "/propose/" in page.text
    assert ">Propose<" not in page.text  # a verifier takes nothing in
    arabic = table.served.browser("badr", lang="ar").get(f"/identification/{body}/").text
    assert 'dir="rtl"' in arabic
    assert "أصول مستقلة" in arabic
    assert "independent" not in arabic
    assert len(arabic.encode()) < LARGEST


def test_two_people_who_did_not_enter_it_identify(table: Table) -> None:
    body, served = table.bodies[0], table.served
    path = f"/identification/{body}/"
    amal = served.browser("amal")
    given = form(amal.get(path), f"{path}propose/", table.people[0])
    assert {name for name, _ in given} >= {"person", "line"}
    proposed = sent(amal, path, f"{path}propose/", given)
    found = re.search(r"(FICT-\d+-\d+) proposes it and identifies nobody", proposed.text)
    assert found, proposed.text[-600:]
    record = found.group(1)
    again = sent(amal, path, f"{path}propose/", given)
    assert again.status == 400
    assert "proposes this already" in again.text
    determine = f"/records/{record}/determine/"
    own = [*form(amal.get(path), determine, "identified"), ("reasons", "r"), ("verdict", "for")]
    assert sent(amal, path, determine, own).status in {400, 403}  # who proposed it
    for handle, state in (
        ("badr", "not yet identified"),
        ("chams", "identified by badr and chams"),
    ):
        browser = served.browser(handle)
        values = form(browser.get(path), determine, 'value="identified"')
        assert dict(values)["line-family_recognition"] == table.family
        signed = sent(
            browser, path, determine, [*values, ("reasons", "looked"), ("verdict", "for")]
        )
        assert browser.path_of(signed) == path, signed.text[-600:]
        assert state in signed.text
    waiting = amal.get("/identification/")
    assert "Signed, but not yet in the record: 1" in waiting.text
    assert sent(served.browser("badr"), path, "/identification/settle/", []).status == 403
    settled = sent(amal, "/identification/", "/identification/settle/", [])
    assert "Records brought in line with the signatures: 1." in settled.text
    page = served.browser("badr").get("/identification/?state=identified").text
    assert f"/identification/{body}/" in page


def test_photographs_are_grouped_in_the_background(table: Table) -> None:
    amal = table.served.browser("amal")
    done = sent(amal, "/identification/", "/identification/group/", [])
    assert amal.path_of(done) == "/identification/"
    assert sent(table.served.browser("viewer"), "/", "/identification/group/", []).status == 403


def test_a_paper_is_laid_beside_people_and_signed(table: Table) -> None:
    served, paper = table.served, table.papers[0]
    path = f"/identification/papers/{paper}/"
    amal = served.browser("amal")
    board = amal.get("/identification/papers/").text
    assert "Papers: 3" in board
    page = amal.get(path)
    for told in ("civil register", "agrees", "سامر فؤاد الحلبي"):
        assert told in page.text, told
    given = form(page, f"{path}propose/", table.people[0])
    proposed = sent(amal, path, f"{path}propose/", given)
    found = re.search(r"(FICT-\d+-\d+) proposes it", proposed.text)
    assert found, proposed.text[-600:]
    determine = f"/records/{found.group(1)}/determine/"
    for handle in ("badr", "chams"):
        browser = served.browser(handle)
        values = form(browser.get(path), determine, 'value="verified"')
        assert dict(values)["line-register_entry_agrees"] == paper
        signed = sent(
            browser, path, determine, [*values, ("reasons", "beside"), ("verdict", "for")]
        )
        assert browser.path_of(signed) == path, signed.text[-600:]
    settled = sent(amal, "/identification/papers/", "/identification/papers/settle/", [])
    assert "Matches brought in line: 1. Nobody was notified." in settled.text
    arabic = served.browser("badr", lang="ar").get(path).text
    assert "مطابَق" in arabic
    assert ">agrees<" not in arabic


def test_a_match_is_withdrawn_without_lines(table: Table) -> None:
    served, body = table.served, table.bodies[0]
    path = f"/identification/{body}/"
    page = served.browser("badr").get(path)
    record = next(
        one for one in re.findall(r'action="/records/(FICT-\d+-\d+)/determine/"', page.text)
        if one != table.family
    )  # fmt: skip
    for handle in ("badr", "daoud"):
        browser = served.browser(handle)
        determine = f"/records/{record}/determine/"
        values = form(browser.get(path), determine, 'value="rejected"')
        done = sent(
            browser, path, determine, [*values, ("reasons", "another man"), ("verdict", "for")]
        )
        assert browser.path_of(done) == path, done.text[-600:]


def test_what_is_no_body_or_paper_is_said(table: Table) -> None:
    browser = table.served.browser("badr")
    for path in (
        f"/identification/{table.people[0]}/",
        f"/identification/papers/{table.bodies[0]}/",
    ):
        assert browser.get(path).status in {400, 404}
    for handle in ("viewer", "auditor"):
        for path in ("/identification/", f"/identification/{table.bodies[0]}/",
                     f"/identification/papers/{table.papers[0]}/"):  # fmt: skip
            assert table.served.browser(handle).get(path).status == 403


def test_a_form_leads_nowhere_else(table: Table) -> None:
    browser = table.served.browser("daoud")
    path = f"/identification/{table.bodies[0]}/"
    values = [("standard", "photograph-identification"), ("decision", "withdrawn"),
              ("reasons", "r"), ("verdict", "for"), ("next", "https://evil.example/")]  # fmt: skip
    done = sent(browser, path, f"/records/{table.family}/determine/", values)
    assert done.url.startswith(table.served.address)


def sent(browser: Browser, page: str, action: str, values: list[tuple[str, str]]) -> Page:
    """A form sent as it stands, names that come twice too."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.get(page).text)
    secret = [("csrfmiddlewaretoken", found.group(1))] if found else []
    address = urljoin(browser.address, action)
    given = [(name, value) for name, value in values if name != "csrfmiddlewaretoken"]
    return browser.ask(Request(address, urlencode(given + secret).encode(), {"Referer": address}))
