"""Files in parts: what arrived stays, what is missing is asked for, and nothing else is kept."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urljoin
from urllib.request import Request

import pytest

from bayyina.errors import BusyError, CheckFailedError, InputError, StorageError
from bayyina.web.evidence import parts
from tests.web.conftest import Browser, Page, Served

pytestmark = pytest.mark.slow

SENT = bytes(range(256)) * 40
"""One file; its two parts are of unequal length."""


def send(browser: Browser, path: str, body: bytes, **headers: str) -> Page:
    page = browser.get("/evidence/").text
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    address = urljoin(browser.address, path)
    known = {
        "Content-Type": "application/octet-stream", "Referer": address,
        "X-CSRFToken": found.group(1) if found else "",
    }  # fmt: skip
    return browser.ask(Request(address, body, known | headers, method="POST"))


def part(browser: Browser, path: str, body: bytes, first: int, digest: str = "") -> Page:
    said = digest or hashlib.sha256(body).hexdigest()
    return send(browser, f"{path}0/?from={first}", body, **{"X-Part-SHA256": said})


def test_an_upload_goes_on_where_it_broke_off(served: Served) -> None:
    browser = served.browser("intake")
    asked = {"files": [{"name": "../../فيديو.bin", "size": len(SENT)}], "note": "in parts"}
    begun = send(browser, "/evidence/parts/", json.dumps(asked).encode())
    assert begun.status == 201
    path = f"/evidence/parts/{json.loads(begun.text)['token']}/"
    assert json.loads(part(browser, path, SENT[:4_000], 0).text) == {"received": 4_000}
    again = part(browser, path, SENT[:4_000], 0)  # the answer had been lost
    assert (again.status, json.loads(again.text)["received"]) == (409, 4_000)
    broken = part(browser, path, SENT[4_000:9_000], 4_000, digest="0" * 64)
    assert (broken.status, json.loads(broken.text)["received"]) == (422, 4_000)
    assert part(browser, path, SENT, 4_000).status == 400  # longer than the file
    assert part(browser, path, b"x", -1).status == 400
    assert send(browser, path + "finish/", b"").status == 400
    other = served.browser("amal")
    assert other.get(path).status == 404  # somebody else's
    assert part(other, path, SENT[4_000:], 4_000).status == 404
    assert json.loads(browser.get(path).text)["files"] == [
        {"name": "فيديو.bin", "size": len(SENT), "received": 4_000}
    ]
    assert part(browser, path, SENT[4_000:], 4_000).status == 200
    assert send(browser, path + "finish/", b"").status == 200
    assert browser.get(path).status == 404
    page = ""
    for _ in range(60):
        page = browser.get("/evidence/").text
        if "فيديو.bin" in page and "http-equiv" not in page:
            break
        time.sleep(0.5)
    found = re.search(r'<a href="(/evidence/FICT-\d+-\d+/)">', page)
    assert found
    assert hashlib.sha256(SENT).hexdigest() in browser.get(found[1]).text


@pytest.mark.parametrize(
    "asked", [b"", b"[]", b"{}", b'{"files": [{"name": 3, "size": 1}]}', b'{"files": []}',
              b'{"files": [{"name": "x", "size": -1}]}', b"\xff", b'{"files": [{"name": "x", "size": 1e999}]}'],
)  # fmt: skip
def test_what_is_no_list_of_files_begins_nothing(served: Served, asked: bytes) -> None:
    assert send(served.browser("intake"), "/evidence/parts/", asked).status == 400


def test_who_may_take_nothing_in_uploads_nothing(served: Served) -> None:
    asked = json.dumps({"files": [{"name": "x", "size": 1}]}).encode()
    assert send(served.browser("viewer"), "/evidence/parts/", asked).status == 403
    assert (
        served.browser("intake").send("/evidence/parts/", {"files": "x"}).status == 403
    )  # no secret


def workspace(folder: Path, handle: str = "amal") -> Any:
    return SimpleNamespace(folder=folder, member=SimpleNamespace(handle=handle))


def test_uploads_have_limits_and_are_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = workspace(tmp_path)
    with pytest.raises(InputError):
        parts.begin_upload(work, [("x", 1)] * (parts.MOST_FILES + 1), {})
    with pytest.raises(StorageError, match="not enough room"):
        parts.begin_upload(work, [("x", 1 << 60)], {})
    last = parts.begin_upload(work, [("x", 3)], {})
    for _ in range(parts.MOST_UPLOADS - 1):
        last = parts.begin_upload(work, [("x", 3)], {})
    with pytest.raises(InputError, match="under way"):
        parts.begin_upload(work, [("x", 3)], {})
    parts.begin_upload(workspace(tmp_path, "badr"), [("x", 3)], {})
    for token in ("", "..", "../../etc", last.token.upper() + "G"):
        with pytest.raises(InputError):
            parts.read_upload(work, token)
    old = time.time() - parts.FORGOTTEN_SECONDS - 10
    os.utime(last.folder / parts.STATE, (old, old))
    parts.remove_forgotten(work)
    assert not last.folder.exists()
    monkeypatch.setattr(parts, "LARGEST_PART", 2)
    fresh = parts.begin_upload(work, [("x", 3)], {})
    for body, error in ((b"abc", InputError), (b"ab", CheckFailedError)):
        with pytest.raises(error):
            parts.add_part(work, fresh.token, 0, 0, io.BytesIO(body), "")
    with pytest.raises(BusyError):
        parts.add_part(work, fresh.token, 0, 1, io.BytesIO(b""), "")
    assert parts.read_upload(work, fresh.token).files[0].received == 0
