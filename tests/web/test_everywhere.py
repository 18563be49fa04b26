"""Every address of the application, found by itself: who is let in, what a look changes, and
whether what people typed anywhere stays text everywhere."""

from __future__ import annotations

import html
import io
import os
import re
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import pytest

from tests.web.conftest import Browser, Page, Served
from tests.web.test_lists_reports_decisions import MAPPING, settled, upload

ROOT = Path(__file__).parents[2]
OPEN = ("account/login/", "account/logout/", "language/<str:code>/", "account/signup/", "inquiry/")
"""What may be asked for without being signed in, beside the files of the style."""

INTERFACE = "api/"
MARK = "zqx7"
PAYLOADS = (
    f'"><script>{MARK}()</script>',
    f"'-{MARK}()-'",
    f"<img src=x onerror={MARK}()>",
    f'" autofocus onfocus="{MARK}()',
    f"</textarea><svg/onload={MARK}()>",
    f"باء<script>{MARK}()</script>",
    f"{{{{ {MARK}|safe }}}}{{% load {MARK} %}}",
)
"""What runs if it is ever taken for more than text; in both scripts."""

LISTING = """
import os, sys
from importlib import import_module
os.environ["DJANGO_SETTINGS_MODULE"] = "bayyina.web.settings"
import django
django.setup()
from django.urls import get_resolver, URLResolver
def walk(patterns, before):
    for one in patterns:
        here = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from walk(one.url_patterns, here)
        else:
            named = one.callback.__module__
            if named.startswith("bayyina.web."):  # views are loaded with their first request
                assert callable(getattr(import_module(named), one.callback.__name__)), here
            yield here
print("\\n".join(walk(get_resolver().url_patterns, "")))
"""


@pytest.fixture(scope="module")
def addresses() -> list[str]:
    """Every address of the application, as Django knows them."""
    ran = subprocess.run(
        [sys.executable, "-c", LISTING], capture_output=True, text=True, timeout=120, check=True,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )  # fmt: skip
    found = ran.stdout.split()
    assert len(found) > 60
    return found


def path_of(address: str) -> str:
    """An address with something in the place of each of its arguments."""
    filled = re.sub(r"<int:\w+>", "1", address)
    filled = re.sub(r"<(?:str|path|slug):\w+>", "FICT-2-1", filled)
    filled = re.sub(r"<\w+>", "FICT-2-1", filled)
    filled = re.sub(r"\(\?P<\w+>[^)]*\)", "1", filled)
    return "/" + filled.replace("^", "").replace("$", "").replace("\\Z", "")


def log_size(served: Served) -> int:
    found = re.search(r"The custody log has (\d+) entries", served.browser("amal").get("/").text)
    assert found
    return int(found.group(1))


def test_nobody_who_is_not_signed_in_is_told_anything(served: Served, addresses: list[str]) -> None:
    for address in addresses:
        browser = Browser(served.address)
        page = browser.get(path_of(address))
        if address in OPEN:
            continue
        if address.startswith(INTERFACE):
            is_description = address.endswith("openapi.json")
            assert page.status == (200 if is_description else 401) or page.status in {404, 405}, (
                address
            )
        else:
            assert browser.path_of(page).startswith("/account/login/"), f"{address}: {page.status}"
        assert "FICT-2-0" not in page.text.replace("FICT-2-1", "")


@pytest.mark.slow
def test_looking_changes_nothing(served: Served, addresses: list[str]) -> None:
    """A link, a picture in a mail or a prefetching browser can ask for any address."""
    browser = served.browser("amal")
    size = log_size(served)
    leaves = ("logout", "login", "language")
    for address in addresses:
        if not any(word in address for word in leaves):
            page = browser.get(path_of(address))
            assert page.status < 500, f"{address}: {page.status}"
            assert page.status != 500
    assert log_size(served) == size


def test_every_address_refuses_a_form_without_its_secret(
    served: Served, addresses: list[str]
) -> None:
    browser = served.browser("amal")
    size = log_size(served)
    for address in addresses:
        if "log" + "in" in address or address.startswith(INTERFACE):
            continue
        page = browser.send(path_of(address), {"reason": "r", "action": "save", "name": "x"})
        assert page.status in {403, 404, 405}, f"{address}: {page.status}"
    assert log_size(served) == size


@pytest.mark.slow
def test_no_address_repeats_what_is_put_into_it(served: Served, addresses: list[str]) -> None:
    browser = served.browser("amal")
    asked = sorted(
        {
            name
            for path in (ROOT / "src" / "bayyina" / "web").rglob("*.py")
            for name in re.findall(
                r"request\.GET(?:\.get\(|\[)\s*\"(\w+)\"", path.read_text(encoding="utf-8")
            )
        }
    )
    assert {"q", "unit", "page"} <= set(asked)
    for address in addresses:
        if address in OPEN or address.startswith(INTERFACE) or "account" in address:
            continue
        for payload in PAYLOADS[:3]:
            query = "&".join(f"{name}={quote(payload)}" for name in asked)
            page = browser.get(f"{path_of(address)}?{query}")
            assert page.status < 500, f"{address}: {page.status}"
            check(page, address)


@contextmanager
def listener() -> Iterator[tuple[str, list[str]]]:
    """A place on this machine that notes whoever calls it."""
    calls: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.settimeout(0.2)
        over = threading.Event()

        def wait() -> None:
            while not over.is_set():
                try:
                    line, _ = door.accept()
                except OSError:
                    continue
                with line:
                    calls.append(line.recv(200).decode("latin-1"))

        thread = threading.Thread(target=wait, daemon=True)
        thread.start()
        yield f"127.0.0.1:{door.getsockname()[1]}", calls
        over.set()
        thread.join(5)


def spreadsheet(address: str) -> bytes:
    """A workbook whose cells, links and parts point elsewhere."""
    made = io.BytesIO()
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "http://'
            f'{address}/entity">]><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
            'content-types"><Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
            'relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/'
            'vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r" Type="{relation}/officeDocument" Target="xl/workbook.xml"/>'
            "</Relationships>",
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{relation}"><sheets><sheet name="s" sheetId="1" '
            'r:id="r1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{relation}/worksheet" Target="http://{address}/sheet" '
            'TargetMode="External"/></Relationships>',
        )
    return made.getvalue()


def bomb() -> bytes:
    """A small archive that unpacks to a large sheet."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/workbook.xml", "w", force_zip64=True) as part:
            for _ in range(400):
                part.write(b" " * 1_000_000)
    return made.getvalue()


def test_no_file_makes_the_server_call_anybody(served: Served) -> None:
    browser = served.browser("amal")
    with listener() as (address, calls):
        rows = (
            "id,name,sex,arrest\n"
            f"FICT-L1,http://{address}/name,M,2013\n"
            f'FICT-L2,"=WEBSERVICE(""http://{address}/formula"")",M,2013\n'
            f"FICT-L3,<img src=http://{address}/picture>,M,2013\n"
        )
        page = upload(browser, "elsewhere.csv", rows.encode())
        token = browser.path_of(page)
        browser.post(token, {"mapping": MAPPING, "action": "import"})
        settled(browser, token)
        upload(browser, "elsewhere.xlsx", spreadsheet(address))
        for path in ("/records/", "/search/?q=FICT-L1", "/figures/?q=count+persons", token):
            text = browser.get(path).text
            for found in re.findall(r"(?:src|href|action)=\"([^\"]+)\"", text):
                assert urlsplit(html.unescape(found)).netloc in {
                    "",
                    urlsplit(served.address).netloc,
                }
        time.sleep(0.5)
        assert calls == []


def test_a_bomb_is_refused_in_words_and_in_time(served: Served) -> None:
    browser = served.browser("amal")
    content = bomb()
    assert len(content) < 1_000_000
    begun = resident(served)
    page = upload(browser, "bomb.xlsx", content)
    assert page.status == 400
    assert "Traceback" not in page.text
    assert resident(served) - begun < 300_000  # KiB; unpacked it has 400 MB
    assert served.browser("amal").get("/records/").status == 200


def resident(served: Served) -> int:
    """Memory of the server in KiB."""
    status = Path(f"/proc/{served.process.pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found
    return int(found.group(1))


def test_fields_that_no_form_asks_for_change_nothing(served: Served) -> None:
    browser = served.browser("intake")
    extra = {
        "is_staff": "1", "is_superuser": "1", "roles": "administrator", "role": "administrator",
        "actor": "amal", "member": "amal", "handle": "amal", "batch": "1", "recorded_by": "amal",
        "verified": "yes", "earlier_practice": "us", "person.earlier_practice": "us",
    }  # fmt: skip
    values = {
        "type": "Arrest", "lang": "en", "source.name": "Witness of nobody", "act.date": "2014",
        "person.name": "Dhal Nobody", "action": "save",
    }  # fmt: skip
    refused = browser.post("/intake/report/", values | extra, form_of="/intake/report/?type=Arrest")
    assert refused.status == 400  # what a form does not ask for is not taken in
    extra.pop("person.earlier_practice")
    browser.post("/intake/report/", values | extra, form_of="/intake/report/?type=Arrest")
    assert browser.get("/administration/").status == 403
    page = served.browser("amal").get("/search/?q=Dhal+Nobody").text
    found = re.search(r"/records/(FICT-\d+-\d+)/", page)
    assert found
    record = served.browser("amal").get(f"/records/{found.group(1)}/").text
    assert "earlier practice" not in record.casefold()


def test_what_people_type_stays_text_on_every_page(served: Served) -> None:
    """Everything that can be typed holds payloads; then all links are followed."""
    browser = served.browser("amal")
    rows = "id,name,sex,arrest\n" + "".join(
        f'FICT-X{n},"{payload.replace(chr(34), chr(34) * 2)}",M,2013-0{n + 1}-02\n'
        for n, payload in enumerate(PAYLOADS)
    )
    name = PAYLOADS[2].replace('"', "")
    mapping = MAPPING.replace("List from the browser", name)
    page = upload(browser, f"{MARK}<b>.csv", rows.encode())
    path = browser.path_of(page)
    browser.post(path, {"mapping": mapping, "action": "import"})
    assert "Traceback" not in settled(browser, path)
    form = browser.get("/intake/report/?type=Torture").text
    typed = {"type": "Torture", "lang": "en", "action": "save", "act.date": "2014", "is_new": "1"}
    for number, field in enumerate(re.findall(r'<(?:input|textarea) id="([\w.]+)"', form)):
        if field.split(".")[0] in {"source", "person", "act"} and "date" not in field:
            typed.setdefault(field, PAYLOADS[number % len(PAYLOADS)])
    for field in ("act.age", "act.facility", "act.documented_on", "person.age", "person.identifier",
                  "act.identifier", "source.identifier", "source.url"):  # fmt: skip
        typed.pop(field, None)
    taken = browser.post("/intake/report/", typed, form_of="/intake/report/?type=Torture")
    kept = browser.post("/intake/report/", typed | {"action": "draft"}, form_of="/intake/")
    check(taken, "/intake/report/")
    check(kept, "/intake/")
    browser.post("/tokens/", {"name": PAYLOADS[0], "action": "count", "days": "3"})
    seen = crawl(browser, ["/", "/records/", "/search/?q=" + quote(MARK), "/intake/", "/tokens/"])
    assert len(seen) > 40
    assert any(MARK in page.text for page in seen.values())
    arabic = Browser(served.address, "ar", browser.cookies)
    for path in list(seen)[:40]:
        check(arabic.get(path), path)


def crawl(browser: Browser, starts: list[str]) -> dict[str, Page]:
    """Pages that links lead to, at most 150; each is checked."""
    waiting, seen = list(starts), dict[str, Page]()
    while waiting and len(seen) < 150:
        path = waiting.pop(0)
        if path in seen or any(word in path for word in ("logout", "language", "/2fa/")):
            continue
        page = seen[path] = browser.get(path)
        assert page.status < 500, f"{path}: {page.status}"
        check(page, path)
        for found in re.findall(r'href="([^"#]+)', page.text):
            link = urljoin(page.url, html.unescape(found))
            parts = urlsplit(link)
            if parts.netloc == urlsplit(browser.address).netloc and "/static/" not in link:
                waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return seen


def check(page: Page, path: str) -> None:
    """Nothing of a payload is more than text: no tag, no attribute, no way out of either."""
    if "html" not in page.headers.get("content-type", ""):
        assert "nosniff" in page.headers["x-content-type-options"], path
        return
    inside_tags = re.findall(r"<[a-zA-Z/!][^<>]*>", page.text)
    for tag in inside_tags:
        bare = re.sub(r"\"[^\"]*\"", '""', tag)
        assert MARK not in bare, f"{path}: {tag[:200]}"
        assert not re.search(r"\son\w+\s*=", bare), f"{path}: {tag[:200]}"
    for tag in (f"<script>{MARK}", "<img src=x", f"<svg/onload={MARK}"):
        assert tag not in page.text, path
    assert not re.search(rf"\"javascript:[^\"]*{MARK}", page.text), path


@pytest.mark.parametrize(
    "planted",
    [
        f'<p title=""><script>{MARK}()</script>"></p>',
        f"<img src=x onerror={MARK}()>",
        f'<input value="" autofocus onfocus="{MARK}()">',
        f'<a href="javascript:{MARK}()">x</a>',
        f"<p {MARK}>x</p>",
        f"<textarea></textarea><svg/onload={MARK}()></textarea>",
    ],
)
def test_the_check_itself_finds_what_is_planted(planted: str) -> None:
    headers = {"content-type": "text/html", "x-content-type-options": "nosniff"}
    check(Page(200, "http://x/", f"<p>{html.escape(PAYLOADS[0])}</p>", headers), "/x/")
    with pytest.raises(AssertionError):
        check(Page(200, "http://x/", planted, headers), "/x/")
