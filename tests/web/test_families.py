"""Consent, tasks and telling a family in the browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from bayyina.app.rows import RecordRow
from bayyina.db.opening import enroll, open_workspace
from tests.app.conftest import CHEAP
from tests.web.conftest import (
    PASSPHRASE,
    SCRIPT,
    Browser,
    Served,
    make_workspace,
    start_server,
    stop_server,
)


class Known(NamedTuple):
    """A served workspace, and records of it."""

    served: Served
    person: str
    deaths: list[str]
    source: str


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Known]:
    folder = tmp_path_factory.mktemp("families") / "ws"
    make_workspace(folder)
    workspace = open_workspace(folder, person="amal", passphrase=PASSPHRASE)
    enroll(
        workspace, handle="chams", name="chams", roles=("verifier",), passphrase=PASSPHRASE,
        cost=CHEAP,
    )  # fmt: skip

    def ids(kind: str) -> list[str]:
        rows = workspace.store.find(RecordRow, "record_type", [kind])
        return [workspace.short_id(row.number) for row in rows]

    found = ids("Person")[0], ids("Death"), ids("Source")[0]
    workspace.store.close()
    running = start_server(folder)
    yield Known(running, *found)
    told = stop_server(running)
    assert "Traceback" not in told, told


def test_an_answer_is_recorded_shown_and_taken_back(known: Known) -> None:
    browser = known.served.browser("amal")
    path = f"/records/{known.person}/consent/"
    assert f'href="{path}"' in browser.get(f"/records/{known.person}/").text
    assert "Nobody was asked" in browser.get(path).text
    page = browser.post(
        path,
        {"use": "courts", "explained_by": "Amal", "explained_in": "ar", "day": "2024-01-05",
         "note": SCRIPT},
    )  # fmt: skip
    assert browser.path_of(page) == path, page.text[-600:]
    assert "Recorded as FICT-" in page.text
    assert "2024-01-05" in page.text
    assert "Submission to courts" in page.text
    assert SCRIPT not in page.text
    assert browser.post(path, {"explained_by": "A", "explained_in": "ar"}).status == 400
    assert browser.post(path, {"use": "courts", "explained_by": ""}).status == 400
    gone = browser.post(f"{path}withdraw/", {"use": "courts", "note": "afraid"}, form_of=path)
    assert gone.status == 200
    assert "was taken back" in gone.text
    assert "What left before" in gone.text
    arabic = Browser(browser.address, "ar", browser.cookies).get(path).text
    assert "الأجوبة" in arabic
    assert "Submission to courts" not in arabic


def test_who_may_not_record_is_refused(known: Known) -> None:
    path = f"/records/{known.person}/consent/"
    for handle in ("viewer", "auditor"):
        browser = known.served.browser(handle)
        assert browser.get(path).status == 403
        values = {"use": "courts", "explained_by": "x", "explained_in": "ar"}
        assert browser.post(path, values, form_of="/").status == 403
        assert browser.post(f"{path}withdraw/", {}, form_of="/").status == 403
        assert browser.get("/tasks/").status == 403
    death = known.deaths[0]
    assert known.served.browser("amal").get(f"/records/{death}/consent/").status == 400


def test_a_task_is_written_down_and_finished(known: Known) -> None:
    browser = known.served.browser("amal")
    values = {
        "about": known.person,
        "kind": "call_back",
        "what": f"Call {SCRIPT}",
        "due": "2024-02-01",
    }
    page = browser.post("/tasks/", values)
    assert "Written down as FICT-" in page.text, page.text[-600:]
    assert "2024-02-01" in page.text
    assert "late" in page.text
    assert SCRIPT not in page.text
    (task,) = re.findall(r'action="/tasks/(FICT-\d+-\d+)/done/"', page.text)
    assert browser.post("/tasks/", values | {"due": "soon"}).status == 400
    assert browser.post(f"/tasks/{task}/done/", {"outcome": " "}, form_of="/tasks/").status == 400
    done = browser.post(f"/tasks/{task}/done/", {"outcome": "reached"}, form_of="/tasks/")
    assert f"{task} is done." in done.text
    assert f"/tasks/{task}/done/" not in done.text
    assert "reached" in browser.get("/tasks/?all=1").text


def test_two_people_agree_and_somebody_writes_down_that_the_family_knows(known: Known) -> None:
    served, death = known.served, known.deaths[-1]
    path = f"/records/{death}/telling/"
    badr, chams, amal = (served.browser(one) for one in ("badr", "chams", "amal"))
    assert f'href="{path}"' in badr.get(f"/records/{death}/").text
    assert "nobody has proposed it" in badr.get(path).text
    risk = {"risk": "the source left the country"}
    assert badr.post(f"{path}decide/", {"risk": " "}, form_of=path).status == 400
    page = badr.post(f"{path}decide/", risk | {"step": "propose"}, form_of=path)
    assert "a second has to agree" in page.text, page.text[-600:]
    assert badr.post(f"{path}decide/", risk | {"step": "agree"}, form_of=path).status == 403
    early = amal.post(f"{path}told/", {"day": "2023-12-30"}, form_of=path)
    assert early.status == 400
    agreed = chams.post(f"{path}decide/", risk | {"step": "agree"}, form_of=path)
    assert "agreed by two" in agreed.text, agreed.text[-600:]
    assert path in amal.get("/tasks/").text
    told = amal.post(f"{path}told/", {"day": "2023-12-30", "way": "in_person"}, form_of=path)
    assert "the family knows" in told.text, told.text[-600:]
    assert path not in amal.get("/tasks/").text
    assert served.browser("viewer").get(path).status == 403
    assert badr.get(f"/records/{known.person}/telling/").status == 404


def test_withdrawing_says_what_left_and_what_stands_no_longer(known: Known) -> None:
    served = known.served
    browser = served.browser("badr")
    begun = browser.post(
        "/bundles/", {"ids": known.person, "purpose": "courts", "level": "restricted",
                      "redacted_level": "internal"}
    )  # fmt: skip
    for _ in range(1_500):
        page = browser.get(browser.path_of(begun)).text
        if 'http-equiv="refresh"' not in page:
            break
    amal = served.browser("amal")
    path = f"/records/{known.source}/consent/"
    gone = amal.post(f"{path}withdraw/", {"use": "keeping"}, form_of=path)
    assert gone.status == 200, gone.text[-500:]
    closed = re.search(r"Statements that stand no longer: (\d+)", gone.text)
    assert closed
    assert int(closed.group(1)) > 10
    assert "bundle made" in gone.text
    assert "Tell who received it" in gone.text
