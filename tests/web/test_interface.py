"""The programming interface: tokens, figures, records, lists as jobs, refusals in words."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

import pytest

from tests.web.conftest import PASSPHRASE, SCRIPT, Served
from tests.web.test_lists_reports_decisions import LIST, MAPPING

ALL = (
    "count", "export-records", "import", "undo", "judge", "add-evidence", "verify-log", "checkpoint",
)  # fmt: skip
GETS = {
    "/about": None,
    "/figures/count?query=count+persons": "count",
    "/figures/records?query=count+persons": "export-records",
    "/records?limit=2": "export-records",
    "/search?text=Alif": "export-records",
    "/evidence": "export-records",
    "/log/entries": "verify-log",
    "/log/checkpoint": "checkpoint",
}
"""Addresses, and the action without which a token is refused there."""


class Program:
    """Another program that holds a token."""

    def __init__(self, served: Served, token: str | None) -> None:
        self.address = served.address.rstrip("/") + "/api/v1"
        self.token = token

    def ask(
        self, path: str, body: Any = None, *, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        """Status and document of an answer."""
        made = dict(headers or {})
        if self.token is not None:
            made["Authorization"] = f"Bearer {self.token}"
        data = body
        if body is not None and not isinstance(body, bytes):
            data = json.dumps(body).encode()
            made["Content-Type"] = "application/json"
        request = Request(self.address + path, data, made)
        try:
            with urlopen(request, timeout=240) as answer:
                return answer.status, json.loads(answer.read())
        except HTTPError as error:
            with error:
                return error.code, json.loads(error.read())

    def send(self, path: str, fields: Mapping[str, str], files: Mapping[str, bytes]) -> Any:
        """Send a form with files."""
        edge = uuid.uuid4().hex
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        ]
        for name, content in files.items():
            head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}.csv"\r\n'
            parts.append(head.encode() + b"Content-Type: text/csv\r\n\r\n" + content + b"\r\n")
        parts.append(f"--{edge}--\r\n".encode())
        kind = {"Content-Type": f"multipart/form-data; boundary={edge}"}
        return self.ask(path, b"".join(parts), headers=kind)

    def settled(self, number: int) -> Any:
        """A job once it has ended."""
        for _ in range(1_500):
            job = self.ask(f"/jobs/{number}")[1]
            if job["state"] not in {"queued", "running"}:
                return job
            time.sleep(0.2)
        raise AssertionError("the job never ended")


def make(served: Served, person: str, *actions: str) -> tuple[Program, str]:
    """A program with a fresh token of a member, and the token's id."""
    words = [sys.executable, "-m", "bayyina", "--workspace", str(served.folder), "--as", person]
    words += ["tokens", "make", "tests", "--json"]
    for action in actions:
        words += ["--for", action]
    made = subprocess.run(
        words, env={"BAYYINA_PASSPHRASE": PASSPHRASE, "PATH": ""}, capture_output=True, text=True,
        timeout=240, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    document = json.loads(made.stdout)
    return Program(served, document["token"]), document["id"]


@pytest.fixture(scope="module")
def program(served: Served) -> Program:
    return make(served, "amal", *ALL)[0]


def test_without_a_token_that_holds_nothing_is_told(served: Served) -> None:
    browser = served.browser("amal")
    cookies = "; ".join(f"{one.name}={one.value}" for one in browser.cookies)
    for path in GETS:
        answers = [
            Program(served, None).ask(path),
            Program(served, None).ask(path, headers={"Cookie": cookies}),
            Program(served, "x" * 60).ask(path),
            Program(served, f"bayyina_{'0' * 12}_{'A' * 43}").ask(path),
        ]
        assert {status for status, _ in answers} == {401}, path
        assert len({json.dumps(document) for _, document in answers}) == 1
    token, token_id = make(served, "amal", "count")
    assert token.ask("/about")[0] == 200
    ended = subprocess.run(
        [sys.executable, "-m", "bayyina", "--workspace", str(served.folder), "--as", "amal",
         "tokens", "withdraw", token_id],
        env={"BAYYINA_PASSPHRASE": PASSPHRASE, "PATH": ""}, capture_output=True, timeout=240,
        check=False,
    )  # fmt: skip
    assert ended.returncode == 0
    assert token.ask("/about")[0] == 401


def test_a_token_opens_what_it_was_made_for(served: Served) -> None:
    for action in ("count", "export-records", "verify-log", "checkpoint"):
        holder = make(served, "amal", action)[0]
        assert holder.ask("/about")[1]["actions"] == [action]
        for path, needed in GETS.items():
            status, document = holder.ask(path)
            expected = 200 if needed in (None, action) else 403
            if path == "/log/entries" and action == "count":
                expected = 200  # who may count may see what was done, as in the application
            assert status == expected, f"{action} {path}: {document}"


def test_a_figure_and_its_records_are_those_of_the_command_line(program: Program) -> None:
    query = "count persons with Arrest"
    figure = program.ask(f"/figures/count?{urlencode({'query': query})}")[1]
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        status, page = program.ask(
            f"/figures/records?{urlencode({'query': query, 'cursor': after, 'limit': 2})}"
        )
        assert status == 200
        assert len(page["records"]) <= 2
        seen += [one["id"] for one in page["records"]]
        after = page["next"]
    assert len(seen) == len(set(seen)) == figure["range"][1] > 2
    status, record = program.ask(f"/records/{seen[0]}?history=true")
    assert (status, record["id"]) == (200, seen[0])
    assert record["statements"]


def test_a_list_is_taken_in_and_back(program: Program) -> None:
    files = {"file": LIST.encode(), "mapping": MAPPING.encode()}
    before = program.ask("/figures/count?query=count+persons")[1]["value"]
    status, job = program.send("/lists", {"dry_run": "true"}, files)
    assert status == 202
    assert program.settled(job["job"])["result"]["rows"] == 3
    assert program.ask("/figures/count?query=count+persons")[1]["value"] == before
    status, job = program.send("/lists", {}, files)
    done = program.settled(job["job"])
    assert (status, done["state"]) == (202, "done"), done
    assert program.ask("/figures/count?query=count+persons")[1]["value"] == before + 3
    found = program.ask(f"/search?{urlencode({'text': 'Jim Web'})}")[1]["records"]
    assert found[0]["names"] == ["Jim Web"]
    status, undone = program.ask(
        f"/batches/{done['result']['batch']}/undo", {"reason": "a trial of the interface"}
    )
    assert status == 200, undone
    assert program.ask("/figures/count?query=count+persons")[1]["value"] == before


def test_evidence_is_taken_in_as_a_job(program: Program) -> None:
    status, job = program.send(
        "/evidence", {"said": '{"note": "by a program"}'}, {"files": b"a,b\n1,2\n"}
    )
    assert status == 202, job
    assert program.settled(job["job"])["state"] == "done"
    items = program.ask("/evidence?limit=1000")[1]["items"]
    assert len(items[-1]["sha256"]) == 64
    for said in ("[]", "{", '{"colour": "red"}', "[" * 5000):
        status, refusal = program.send("/evidence", {"said": said}, {"files": b"x"})
        assert (status, refusal["error"]["code"]) == (400, "input"), said[:20]


def test_what_does_not_fit_is_named_as_it_was_sent(program: Program) -> None:
    def told(address: str, sent: Any = None) -> str:
        answer = program.ask(address, sent) if sent is not None else program.ask(address)
        return str(answer[1]["error"]["message"])

    assert told("/judgements", {"a": "FICT-2-1"}).endswith("at: b, reasons, verdict.")
    assert told("/judgements", []).endswith("at: a, b, reasons, verdict.")
    assert told("/figures/count").endswith("at: query.")


def test_bad_requests_are_answered_in_words_and_never_repeated(program: Program) -> None:
    attempts: list[tuple[str, Any, set[int]]] = [
        ("/figures/count?query=" + quote(SCRIPT), None, {400}),
        ("/figures/count", None, {422}),
        ("/figures/records?query=count+persons&limit=0", None, {422}),
        ("/figures/records?query=count+persons&cursor=YWZ0ZXI6LTE", None, {400}),
        ("/figures/records?query=count+persons&cursor=%00", None, {400}),
        ("/records?cursor=YWZ0ZXI6OTk5OTk5OTk5OTk5OTk5OTk5OQ", None, {400}),
        (
            "/figures/records?query=count+persons&cursor=YWZ0ZXI6OTk5OTk5OTk5OTk5OTk5OTk5OQ",
            None,
            {400},
        ),
        ("/records/FICT-999-0", None, {404}),
        ("/records/..%2f..%2fetc", None, {400, 404}),
        ("/jobs/999999", None, {404}),
        ("/judgements", {"a": "FICT-2-1"}, {422}),
        ("/judgements", [], {422}),
        ("/judgements", b"{", {400}),
        ("/batches/999/undo", {"reason": "x"}, {404}),
        ("/batches/999/undo", {"reason": ""}, {422}),
        ("/nothing", None, {404}),
        ("/about", {}, {405}),
        ("/lists", b"abc", {400}),
    ]
    for path, body, expected in attempts:
        kind = "multipart/form-data" if path == "/lists" else "application/json"
        headers = {"Content-Type": kind} if isinstance(body, bytes) else None
        status, document = program.ask(path, body, headers=headers)
        assert status in expected, f"{path}: {status} {document}"
        assert set(document["error"]) == {"code", "message", "hint"}
        assert "script" not in json.dumps(document)


def test_a_judgement_is_recorded_once(program: Program) -> None:
    page = program.ask("/figures/records?query=count+persons&limit=2")[1]["records"]
    body = {"a": page[0]["id"], "b": page[1]["id"], "verdict": "unsure", "reasons": "by a program"}
    status, document = program.ask("/judgements", body)
    assert status == 201, document
    size = program.ask("/about")[1]["log_size"]
    status, again = program.ask("/judgements", body)
    assert (status, again["error"]["code"]) == (409, "already-judged")
    assert f"(batch {document['batch']})" in again["error"]["message"]
    turned = {"a": body["b"], "b": body["a"], "reasons": f" {body['reasons']} "}
    assert program.ask("/judgements", body | turned)[0] == 409
    assert program.ask("/about")[1]["log_size"] == size
    # What was sent before brings an old word back no more, whatever was said since.
    assert program.ask("/judgements", body | {"verdict": "different"})[0] == 201
    assert program.ask("/judgements", body)[0] == 409
    assert program.ask("/judgements", body | {"reasons": "looked at again"})[0] == 201
    status, document = program.ask("/judgements", body | {"verdict": "maybe"})
    assert status == 400


def test_all_records_come_in_pages(program: Program) -> None:
    def pages(**values: str) -> list[dict[str, Any]]:
        seen: list[dict[str, Any]] = []
        after: str | None = ""
        while after is not None:
            asked = urlencode({"cursor": after, "limit": 3, **values})
            status, page = program.ask(f"/records?{asked}")
            assert status == 200, page
            assert len(page["records"]) <= 3
            seen += page["records"]
            after = page["next"]
        return seen

    everything = pages()
    ids = [one["id"] for one in everything]
    assert len(ids) == len(set(ids)) > 6
    people = pages(type="Person")
    assert people == [one for one in everything if one["type"] == "Person"]
    assert len(people) == program.ask("/figures/count?query=count+persons")[1]["range"][1]
    for one in (people[0], next(one for one in everything if one["type"] == "Arrest")):
        whole = program.ask(f"/records/{one['id']}")[1]
        assert one == {name: whole[name] for name in ("id", "type", "list_key", "statements")}
        assert one["statements"]
    assert program.ask("/records?type=Tea")[0] == 400


def test_what_work_came_to_does_not_tell_where_files_lie(program: Program, served: Served) -> None:
    files = {"file": LIST.encode(), "mapping": MAPPING.encode()}
    job = program.send("/lists", {"dry_run": "true"}, files)[1]
    done = program.settled(job["job"])
    assert done["result"]["report"].endswith(".csv")
    broken = program.send("/lists", {}, files | {"file": b"PK\x03\x04 no archive"})[1]
    failed = program.settled(broken["job"])
    assert (done["state"], failed["state"]) == ("done", "failed")
    assert failed["message"]
    for told in (done, failed):
        assert served.folder.name not in json.dumps(told).split("/")
        assert "incoming" not in json.dumps(told)
        assert str(served.folder) not in json.dumps(told)


def test_the_description_is_openapi_and_names_every_address(served: Served) -> None:
    address = served.address.rstrip("/") + "/api/v1/openapi.json"
    with urlopen(address, timeout=120) as answer:
        description = json.loads(answer.read())
    assert re.match(r"3\.1\.", description["openapi"])
    assert {"/api/v1" + path.partition("?")[0] for path in GETS} <= set(description["paths"])
    for methods in description["paths"].values():
        for operation in methods.values():
            assert operation["security"] == [{"Token": []}]
            assert {"401", "403"} <= set(operation["responses"])


def test_a_member_makes_and_ends_a_token_in_the_browser(served: Served) -> None:
    browser = served.browser("viewer")
    form = browser.get("/tokens/").text
    assert 'value="count"' in form
    assert 'value="import"' not in form  # a viewer may not take lists in
    values = {"name": "a chart on the wall", "action": "count", "days": "7"}
    page = browser.post("/tokens/", values)
    found = re.search(r"bayyina_([0-9a-f]{12})_[\w-]{43}", page.text)
    assert found
    holder = Program(served, found.group())
    assert holder.ask("/about")[1]["handle"] == "viewer"
    assert found.group() not in browser.get("/tokens/").text
    assert served.browser("auditor").get("/tokens/").text.count(found.group(1)) == 0
    path = f"/tokens/{found.group(1)}/withdraw/"
    assert served.browser("intake").post(path, {}, form_of="/tokens/").status == 404
    assert holder.ask("/about")[0] == 200
    assert browser.post(path, {}, form_of="/tokens/").status == 200
    assert holder.ask("/about")[0] == 401
    for days in ("", "x", "0", "99999", "-1"):
        assert browser.post("/tokens/", values | {"days": days}).status == 400
    assert browser.post("/tokens/", values | {"action": "import"}).status == 403


def examples() -> list[str]:
    """The programs of the page, in order."""
    page = Path(__file__).parents[2] / "docs" / "how-to" / "work-through-the-interface.md"
    return re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


def test_the_bulk_examples_of_the_page_run(served: Served, tmp_path: Path) -> None:
    first, *bulk = examples()
    assert len(bulk) == 2
    holder = make(served, "amal", "export-records", "import", "undo")[0]
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    (tmp_path / "list.import.toml").write_text(MAPPING, encoding="utf-8")
    told = []
    for example in bulk:
        ran = subprocess.run(
            [sys.executable, "-c", first.partition("figure = ")[0] + example],
            env={"BAYYINA_ADDRESS": served.address, "BAYYINA_TOKEN": str(holder.token), "PATH": ""},
            capture_output=True, text=True, timeout=240, check=False, cwd=tmp_path,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr
        told.append(ran.stdout)
    lines = (tmp_path / "records.jsonl").read_text(encoding="utf-8").splitlines()
    assert told[0] == f"{len(lines)} records\n"
    assert {"id", "type", "list_key", "statements"} <= set(json.loads(lines[0]))
    found = re.fullmatch(r"done: 3 rows, batch (\d+)\n", told[1])
    assert found, told[1]
    assert holder.ask(f"/batches/{found.group(1)}/undo", {"reason": "a trial"})[0] == 200


def test_the_example_of_the_page_runs(served: Served) -> None:
    holder = make(served, "amal", "count", "export-records")[0]
    ran = subprocess.run(
        [sys.executable, "-c", examples()[0]],
        env={"BAYYINA_ADDRESS": served.address, "BAYYINA_TOKEN": str(holder.token), "PATH": ""},
        capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    figure = holder.ask("/figures/count?query=count+persons+with+Arrest")[1]
    first, second = ran.stdout.splitlines()
    assert first == f"{figure['value']} {figure['range']}"
    assert second == f"{figure['range'][1]} records behind it"


@pytest.mark.slow
def test_no_request_that_fits_the_description_makes_the_server_fail(
    served: Served, tmp_path: Path
) -> None:
    token = make(served, "amal", *ALL)[0].token
    ran = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "run",
         served.address.rstrip("/") + "/api/v1/openapi.json",
         "--header", f"Authorization: Bearer {token}", "--max-examples", "12", "--seed", "1",
         "--phases", "examples,coverage,fuzzing", "--max-time", "60",
         "--wait-for-schema", "120", "--request-timeout", "60",
         "--checks", "not_a_server_error,content_type_conformance,response_schema_conformance"],
        capture_output=True, text=True, cwd=tmp_path, timeout=400, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-6000:]
