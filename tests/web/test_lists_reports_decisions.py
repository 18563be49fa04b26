"""Taking a list in and back, building and signing a report, deciding: by forms alone."""

from __future__ import annotations

import re
import time
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from urllib.request import Request

import pytest

from bayyina.errors import FileUnreadableError
from bayyina.tables.reading import Table, open_table
from bayyina.web.lists import incoming
from tests.web.conftest import Browser, Page, Served

LIST = (
    "id,name,sex,arrest\n"
    "FICT-W1,Jim Web,M,2013-02-01\n"
    "FICT-W2,Dal Web,F,2014-02-31\n"
    "FICT-W3,<img src=x onerror=alert(1)>,M,2015\n"
)

MAPPING = """
version = 1
[list]
name = "List from the browser"
asserted_on = 2020-01-01
release = "partial"
fictional = true
[row]
record = "Person"
key = "id"
[columns]
name = { to = "name", lang = "en" }
sex = { to = "sex", values = { M = "male", F = "female" } }
[[acts]]
type = "Arrest"
when = { column = "arrest" }
"""


def upload(browser: Browser, name: str, content: bytes) -> Page:
    """Send a file with the form of the lists' page."""
    page = browser.get("/lists/").text
    secret = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert secret
    edge = uuid.uuid4().hex
    body = (
        f'--{edge}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n'
        f'{secret.group(1)}\r\n--{edge}\r\nContent-Disposition: form-data; name="file"; '
        f'filename="{name}"\r\nContent-Type: text/csv\r\n\r\n'
    ).encode() + content + f"\r\n--{edge}--\r\n".encode()  # fmt: skip
    address = urljoin(browser.address, "/lists/")
    kind = f"multipart/form-data; boundary={edge}"
    return browser.ask(Request(address, body, {"Content-Type": kind, "Referer": address}))


def settled(browser: Browser, path: str) -> str:
    """A page once no work is shown on it."""
    for _ in range(1_500):
        text = browser.get(path).text
        if 'http-equiv="refresh"' not in text:
            return text
        time.sleep(0.2)
    pytest.fail(f"the work shown on {path} did not end")


def test_a_list_is_tried_taken_in_and_taken_back(served: Served) -> None:
    browser = served.browser("amal")
    page = upload(browser, "list.csv", LIST.encode())
    assert page.status == 200, page.text
    path = browser.path_of(page)
    assert path.startswith("/lists/incoming/")
    assert "Jim Web" in page.text
    assert "<img src=x" not in page.text
    assert "to = &quot;name&quot;" in page.text  # a mapping was drafted

    browser.post(path, {"mapping": MAPPING, "action": "try"})
    tried = settled(browser, path)
    assert "Trial: nothing was stored" in tried
    assert "Jim Web" not in browser.get("/records/").text
    report = browser.get(f"{path}rows.csv")
    assert report.status == 200
    assert "FICT-W2" in report.text

    browser.post(path, {"mapping": MAPPING, "action": "import"})
    done = settled(browser, path)
    batch = re.search(r"Taken in as batch (\d+)", done)
    assert batch, done
    taken_in = browser.get("/records/")
    assert taken_in.status == 200, taken_in.text[-900:]
    assert "Jim Web" in taken_in.text

    undone = browser.post(
        f"/lists/undo/{batch.group(1)}/", {"reason": "a trial"}, form_of="/lists/"
    )
    assert f"Batch {batch.group(1)} no longer stands" in undone.text
    assert "Jim Web" not in browser.get("/records/").text
    browser.post(path, {"mapping": MAPPING, "action": "remove"})
    assert browser.get(path).status == 404


def test_a_mapping_that_cannot_be_used_is_explained_and_kept(served: Served) -> None:
    browser = served.browser("amal")
    path = browser.path_of(upload(browser, "list.csv", LIST.encode()))
    page = browser.post(
        path, {"mapping": MAPPING.replace('"Person"', '"Persoon"'), "action": "import"}
    )
    assert page.status == 400
    assert "The mapping cannot be used yet" in page.text
    assert "Persoon" in page.text
    assert browser.post(path, {"mapping": MAPPING, "action": "dance"}).status == 400


def test_files_that_are_no_lists_are_refused_and_leave_nothing(served: Served) -> None:
    browser = served.browser("amal")
    before = sorted((served.folder / "incoming").rglob("*"))
    for name, content in (
        ("x.pdf", b"%PDF-1.7 nothing"),
        ("empty.csv", b""),
        ("x.png", b"\x89PNG\r\n\x1a\n"),
    ):
        page = upload(browser, name, content)
        assert page.status == 400, name
        assert "This could not be done" in page.text
    assert sorted((served.folder / "incoming").rglob("*")) == before


def test_names_of_files_lead_nowhere_else(served: Served) -> None:
    browser = served.browser("amal")
    page = upload(browser, "../../../list.csv", LIST.encode())
    assert page.status == 200
    kept = list((served.folder / "incoming").rglob("list.csv"))
    assert kept
    assert all(path.parent.parent.name == "incoming" for path in kept)


def test_uploads_belong_to_who_sent_them(served: Served) -> None:
    path = served.browser("amal")
    own = path.path_of(upload(path, "list.csv", LIST.encode()))
    assert served.browser("intake").get(own).status == 404
    assert served.browser("viewer").get("/lists/").status == 403
    assert served.browser("intake").get("/lists/incoming/../../workspace.json/").status in {
        400,
        404,
    }


def test_a_report_is_built_looked_at_and_released_by_two(served: Served) -> None:
    amal = served.browser("amal")
    amal.post("/reports/", {"name": "annual-arrests", "set-year": "2013"}, form_of="/reports/")
    page = settled(amal, "/reports/")
    found = re.search(r'href="(/reports/annual-arrests[^"]*/)"', page)
    assert found, page
    path = found.group(1)
    shown = amal.get(path).text
    html = re.search(r'<iframe[^>]* src="([^"]+\.en\.html)"', shown)
    assert html
    paper = amal.get(html.group(1))
    assert "sandbox" in paper.headers["content-security-policy"]
    assert "script-src" not in paper.headers["content-security-policy"]
    assert "FICTIONAL" in paper.text
    for name in ("../../workspace.json", "..%2f..%2fworkspace.json", "x/../../y"):
        assert amal.get(f"{path}files/{name}").status in {400, 404}

    first = amal.post(f"{path}publish/", {"reasons": "all pages"}, form_of=path)
    assert "Signed by" in first.text
    again = amal.post(f"{path}publish/", {"reasons": "all pages"}, form_of=path)
    assert again.status == 403
    badr = served.browser("badr")
    done = badr.post(
        f"{path}publish/", {"reasons": "the tables", "recipients": "A commission"}, form_of=path
    )
    assert "published" in done.text
    assert "A commission" in done.text


def test_a_report_with_a_value_that_does_not_fit_is_refused(served: Served) -> None:
    browser = served.browser("amal")
    page = browser.post(
        "/reports/", {"name": "annual-arrests", "set-year": "soon"}, form_of="/reports/"
    )
    assert page.status == 400
    assert browser.post("/reports/", {"name": "../x"}, form_of="/reports/").status == 400


def test_who_entered_a_record_cannot_decide_and_two_others_can(served: Served) -> None:
    amal = served.browser("amal")
    deaths = re.findall(
        r'<td><a href="(/records/FICT-\d+-\d+/)"', amal.get("/records/?unit=deaths").text
    )
    record = deaths[0]
    form = served.browser("badr").get(f"{record}decide/").text
    standards = re.findall(r'name="standard" value="([^"]+)"', form)
    assert standards
    values = {"standard": standards[0], "verdict": "against", "reasons": "Nothing but a list."}
    refused = amal.post(f"{record}determine/", values, form_of=f"{record}decide/")
    assert refused.status == 403
    assert "entered this record" in refused.text
    decided = served.browser("badr").post(f"{record}determine/", values, form_of=f"{record}decide/")
    assert decided.status == 200, decided.text
    assert "badr" in decided.text
    assert served.browser("viewer").get(f"{record}decide/").status == 403


def test_pairs_are_judged_with_a_reason(served: Served) -> None:
    badr = served.browser("badr")
    one, other = re.findall(r'<td><a href="/records/(FICT-\d+-\d+)/"', badr.get("/records/").text)[
        :2
    ]
    path = f"/records/{one}/"
    values = {"other": other, "verdict": "different", "reasons": ""}
    assert badr.post(f"{path}judge/", values, form_of=f"{path}decide/").status == 400
    values["reasons"] = "Born ten years apart."
    page = badr.post(f"{path}judge/", values, form_of=f"{path}decide/")
    assert "is kept" in page.text
    log = badr.get("/log/").text
    assert "judge" in log


def test_a_pair_is_reviewed_by_its_form_alone(served: Served) -> None:
    badr = served.browser("badr")
    found = re.findall(r'<td><a href="/records/(FICT-\d+-\d+)/"', badr.get("/records/").text)
    path = f"/review/{found[1]}:{found[2]}/"
    page = badr.get(path)
    assert page.status == 200
    assert 'data-key="x"' in page.text
    assert badr.post(path, {"verdict": "same", "reason": ""}).status == 400
    assert badr.post(path, {"verdict": "perhaps", "reason": "so"}).status == 400
    done = badr.post(path, {"verdict": "unsure", "reason": "Only the year is known."})
    assert badr.path_of(done) == "/review/"
    assert "1 unsure" in done.text
    assert badr.get(f"/review/{found[1]}:{found[1]}/").status == 400
    assert served.browser("viewer").get("/review/").status == 403


def test_a_list_that_is_taken_in_while_its_page_is_made_has_no_preview(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = incoming.Incoming("0" * 16, tmp_path, "list.csv", "amal")
    one.file.write_text("id,name\n1,FICT One\n")
    assert one.preview() == (["id", "name"], [["1", "FICT One"]])

    def late(path: Path, **options: Any) -> Table:
        path.unlink()  # the import ends between the first look and this one
        return open_table(path, **options)

    monkeypatch.setattr(incoming, "open_table", late)
    assert one.preview() == ([], [])
    one.file.write_bytes(b"")
    monkeypatch.setattr(incoming, "open_table", open_table)
    with pytest.raises(FileUnreadableError):
        one.preview()
