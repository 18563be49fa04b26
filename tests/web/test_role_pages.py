"""Every page for every role, as ``tests/app/role_matrix.toml`` says it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from bayyina.app.members import OUTSIDE
from bayyina.app.permissions import ROLES
from bayyina.db.opening import enroll, open_workspace
from tests.app.conftest import CHEAP
from tests.app.test_role_matrix import TABLE
from tests.web.conftest import PASSPHRASE, Served, make_workspace, start_server, stop_server

HANDLES = {role: f"only-{role}" for role in ROLES if role != OUTSIDE}
"""Somebody with each role and no other."""


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("roles") / "ws"
    make_workspace(folder)
    workspace = open_workspace(folder, person="amal", passphrase=PASSPHRASE)
    for role, handle in (*HANDLES.items(), ("verifier@main", "scoped")):
        enroll(
            workspace, handle=handle, name=handle, roles=(role,), passphrase=PASSPHRASE, cost=CHEAP
        )
    workspace.store.close()
    running = start_server(folder)
    yield running
    told = stop_server(running)
    assert "Traceback" not in told, told


@pytest.fixture(scope="module")
def person(staffed: Served) -> str:
    page = staffed.browser(HANDLES["verifier"]).get("/records/").text
    return str(re.findall(r'<td><a href="/records/(FICT-\d+-\d+)/"', page)[0])


@pytest.mark.parametrize("role", HANDLES)
def test_pages_of_a_role(staffed: Served, person: str, role: str) -> None:
    browser = staffed.browser(HANDLES[role])
    for page in TABLE["page"]:
        path = page["path"].format(person=person)
        allowed = page["roles"] == "everybody" or role in page["roles"]
        answer = browser.get(path)
        assert answer.status == (200 if allowed else 403), f"{role} {path}: {answer.status}"
        if not allowed:
            assert "Alif One" not in answer.text


def test_a_role_for_one_case_opens_its_records(staffed: Served, person: str) -> None:
    browser = staffed.browser("scoped")
    assert browser.get(f"/records/{person}/").status == 200
    assert browser.get("/search/?q=Alif").status == 200
    for path in ("/figures/?q=count+arrests", "/records/", "/administration/", "/lists/"):
        assert browser.get(path).status == 403, path
