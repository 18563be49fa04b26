"""A server that is killed in the middle of mixed work loses nothing that it had answered for.

For each database it runs for ``BAYYINA_LOAD_SECONDS`` (30 unless that is set; 600 for the run of ten
minutes), is killed without warning every so often, and started again on the same workspace. People
look at pages and enter reports, decide about records and judge pairs by forms; a program reads, judges
and takes lists in through the interface.
"""

from __future__ import annotations

import json
import os
import random
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from itertools import count
from pathlib import Path
from urllib.error import URLError

import pytest

from bayyina.app.interface_tokens import make_token
from bayyina.app.live import live_batches
from bayyina.app.rows import DeterminationRow, JudgementRow, RecordRow, batch_of
from bayyina.app.verifying import verify_workspace
from bayyina.app.workspace import Workspace
from bayyina.db.connecting import DATABASE_VARIABLE
from bayyina.db.opening import open_workspace
from tests.app.conftest import quiet
from tests.web.conftest import PASSPHRASE, Browser, Page, Served, make_workspace, start_server
from tests.web.test_intake import FORM, SENT, filled
from tests.web.test_interface import Program
from tests.web.test_lists_reports_decisions import MAPPING

SECONDS = float(os.environ.get("BAYYINA_LOAD_SECONDS", "30"))
LIVES = max(2, round(SECONDS / 30))
"""So often the server is killed."""

BROKEN = (URLError, HTTPException, ConnectionError, TimeoutError, json.JSONDecodeError)
LOOKS = (
    "/", "/records/", "/search/?q=Witness", "/search/?q=Mohammed", "/records/?unit=arrests&view=years",
    "/log/", "/figures/?q=count+arrests+by+year", "/review/",
)  # fmt: skip
BUSY = 409

_numbers = count(1)
"""Makes what is recorded different from all that was recorded before."""


@dataclass
class Load:
    """What the server answered for, by what it can be found again, and what went wrong."""

    people: tuple[str, ...]
    """Short ids of the people of the list that the workspace began with."""

    deaths: tuple[str, ...]
    """Short ids of its deaths, about which people decide."""

    reports: dict[str, str] = field(default_factory=dict)
    """Address of the record by the name that was entered."""

    judgements: set[str] = field(default_factory=set)
    """Reasons of judgements."""

    decisions: set[str] = field(default_factory=set)
    """Reasons of decisions."""

    rows: set[str] = field(default_factory=set)
    """Keys of rows of lists."""

    looks: int = 0
    wrong: list[str] = field(default_factory=list)


def said_by(page: Page) -> str:
    """What the middle of a page says."""
    middle = page.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", middle).split())[:300]


def looking(load: Load, browser: Browser, chosen: random.Random) -> None:
    """Look at a page, or at a person's."""
    path = chosen.choice((*LOOKS, f"/records/{chosen.choice(load.people)}/"))
    page = browser.get(path)
    load.looks += 1
    if page.status != 200:
        load.wrong.append(f"{page.status} {page.url}: {said_by(page)}")


def entering(load: Load, browser: Browser, _: random.Random) -> None:
    """Enter a report by the form."""
    values = filled()
    page = browser.post(SENT, values, form_of=FORM)
    if page.status == 200 and "/records/" in page.url:
        load.reports[values["person.name"]] = browser.path_of(page)
    elif page.status != BUSY:  # the writers wait for each other only so long
        load.wrong.append(f"{page.status} {page.url}: {said_by(page)}")


def deciding(load: Load, browser: Browser, chosen: random.Random) -> None:
    """Decide about a record, or judge a pair, by forms."""
    reasons = f"Reasons by a form, number {next(_numbers)}."
    if chosen.random() < 0.5:
        one, other = chosen.sample(load.people, 2)
        values = {"other": other, "verdict": "unsure", "reasons": reasons}
        form = f"/records/{one}/decide/"
        page, kept = browser.post(f"/records/{one}/judge/", values, form_of=form), load.judgements
    else:
        one = chosen.choice(load.deaths)
        form = f"/records/{one}/decide/"
        standard = re.findall(r'name="standard" value="([^"]+)"', browser.get(form).text)[0]
        values = {"standard": standard, "verdict": "against", "reasons": reasons}
        page, kept = (
            browser.post(f"/records/{one}/determine/", values, form_of=form),
            load.decisions,
        )
    if page.status == 200:
        kept.add(reasons)
    elif page.status != BUSY and "decided this already" not in page.text:
        load.wrong.append(f"{page.status} {page.url}: {said_by(page)}")


def programming(load: Load, program: Program, chosen: random.Random) -> None:
    """Read, judge a pair and take a list in through the interface."""
    number = next(_numbers)
    one, other = chosen.sample(load.people, 2)
    status, answer = program.ask("/records?limit=5")
    if status != 200:
        load.wrong.append(f"{status} records: {answer}")
    reasons = f"Reasons by a program, number {number}."
    body = {"a": one, "b": other, "verdict": "unsure", "reasons": reasons}
    status, answer = program.ask("/judgements", body)
    if status == 201:
        load.judgements.add(reasons)
    elif status != BUSY:
        load.wrong.append(f"{status} judgement: {answer}")
    key = f"FICT-LOAD-{number}"
    files = {
        "file": f"id,name,sex,arrest\n{key},Load Number{number},M,2013-02-01\n".encode(),
        "mapping": MAPPING.replace("List from the browser", f"List {number}").encode(),
    }
    status, job = program.send("/lists", {}, files)
    if status != 202:
        load.wrong.append(f"{status} list: {job}")
        return
    done = program.settled(job["job"])
    if done["state"] == "done":
        load.rows.add(key)
    elif "Another" not in done["message"]:
        load.wrong.append(f"{done['state']} list: {done['message']}")


def one_life(served: Served, seconds: float, load: Load, token: str, seed: int) -> None:
    """Mixed work for a while, and then a kill without warning."""
    ended = threading.Event()
    intake, badr = (served.fresh_browser(name).cookies for name in ("intake", "badr"))

    def work(act: Callable[[Load, Browser, random.Random], None], cookies: object, n: int) -> None:
        browser, chosen = Browser(served.address, cookies=cookies), random.Random(n)  # type: ignore[arg-type]
        while not ended.is_set():
            try:
                act(load, browser, chosen)
            except BROKEN:
                return

    def program() -> None:
        chosen = random.Random(seed)
        while not ended.is_set():
            try:
                programming(load, Program(served, token), chosen)
            except BROKEN:
                return

    people = [
        threading.Thread(target=work, args=(act, cookies, seed + place))
        for place, (act, cookies) in enumerate(
            [(entering, intake)] * 2 + [(looking, badr)] * 3 + [(deciding, badr)]
        )
    ]
    people.append(threading.Thread(target=program))
    for one in people:
        one.start()
    time.sleep(seconds)
    served.process.kill()
    ended.set()
    told = served.process.communicate(timeout=240)[1]
    if told:
        load.wrong.append(told[-2_000:])
    for one in people:
        one.join(timeout=240)


def lost(workspace: Workspace, load: Load) -> dict[str, Sequence[str]]:
    """What was answered for and does not stand in the log."""
    store = workspace.store
    batches = live_batches(store)
    judged = {row.reasons for row in store.scan(JudgementRow) if batch_of(row.number) in batches}
    decided = {
        reasons
        for row in store.scan(DeterminationRow)
        if batch_of(row.number) in batches
        for reasons in load.decisions
        if reasons in row.reasons
    }
    rows = store.find(RecordRow, "list_key", sorted(load.rows))
    listed = {row.list_key for row in rows if batch_of(row.number) in batches}
    return {
        "judgements": sorted(load.judgements - judged),
        "decisions": sorted(load.decisions - decided),
        "rows": sorted(load.rows - listed),
    }


@pytest.fixture(params=["sqlite", "postgres"])
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small workspace in either database."""
    if request.param == "postgres":
        monkeypatch.setenv(DATABASE_VARIABLE, request.getfixturevalue("postgres_url"))
    else:
        monkeypatch.delenv(DATABASE_VARIABLE, raising=False)
    made = tmp_path / "ws"
    make_workspace(made)
    return made


@pytest.mark.slow
@pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
def test_nothing_that_was_answered_for_is_lost(folder: Path) -> None:
    workspace = open_workspace(folder, person="amal", passphrase=PASSPHRASE)

    def ids(record_type: str) -> tuple[str, ...]:
        rows = workspace.store.find(RecordRow, "record_type", [record_type])
        return tuple(workspace.short_id(row.number) for row in rows)

    load = Load(ids("Person"), ids("Death"))
    actions = ["import", "judge", "export-records", "count"]
    token = make_token(workspace, name="load", actions=actions)[1]
    workspace.store.close()
    chosen = random.Random(7)
    shares = [chosen.uniform(0.5, 1.5) for _ in range(LIVES)]
    for seed, share in enumerate(shares):
        one_life(start_server(folder), SECONDS * share / sum(shares), load, token, 100 * seed)
    print(
        f"\n{LIVES} kills in {SECONDS:.0f} s: {load.looks} pages, {len(load.reports)} reports, "
        f"{len(load.judgements)} judgements, {len(load.decisions)} decisions, {len(load.rows)} lists"
    )
    assert load.wrong == [], load.wrong[:5]
    assert load.reports
    served = start_server(folder)
    try:
        browser = served.fresh_browser("intake")
        for name, path in load.reports.items():
            page = browser.get(path)
            assert page.status == 200, path
            assert "2014-02" in page.text, name
    finally:
        served.process.kill()
        served.process.communicate(timeout=240)
    workspace = open_workspace(folder, person="amal", passphrase=PASSPHRASE)
    try:
        assert lost(workspace, load) == {"judgements": [], "decisions": [], "rows": []}
        report = verify_workspace(workspace, progress=quiet)
        assert report.ok, report
    finally:
        workspace.store.close()
