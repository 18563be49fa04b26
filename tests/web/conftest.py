"""A server in a process of its own, over a small fictional workspace, and a plain browser for it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import pytest

from bayyina.app.importing import import_list
from bayyina.app.second_factor import set_second_factor
from bayyina.db.opening import create_workspace, enroll
from bayyina.tables.mapping import Mapping
from tests.app.conftest import CHEAP, HEADER, MAPPING, ROWS

PASSPHRASE = "amal"

SCRIPT = "<script>alert(1)</script>"
"""What a list may hold in place of a name."""

MEMBERS = {
    "amal": ("administrator", "intake", "verifier", "analyst", "auditor"),
    "badr": ("verifier", "analyst"),
    "intake": ("intake",),
    "viewer": ("viewer",),
    "auditor": ("auditor",),
}
"""Who works in the workspace, with which roles."""


@dataclass
class Page:
    """An answer of the server."""

    status: int
    url: str
    text: str
    headers: dict[str, str]


@dataclass
class Browser:
    """A browser without JavaScript: it keeps cookies, follows links and sends forms."""

    address: str
    lang: str = "en"
    cookies: CookieJar = field(default_factory=CookieJar)

    @property
    def opener(self) -> OpenerDirector:
        return build_opener(HTTPCookieProcessor(self.cookies))

    def get(self, path: str, **headers: str) -> Page:
        return self.ask(Request(urljoin(self.address, path), headers=headers))

    def post(self, path: str, values: dict[str, str], *, form_of: str | None = None) -> Page:
        """Send a form; its secret is taken from the page that it stands on."""
        page = self.get(form_of or path).text
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        secret = {"csrfmiddlewaretoken": found.group(1)} if found else {}
        return self.send(path, values | secret)

    def send(self, path: str, values: dict[str, str]) -> Page:
        """Send values as they are."""
        address = urljoin(self.address, path)
        return self.ask(Request(address, urlencode(values).encode(), {"Referer": address}))

    def ask(self, request: Request) -> Page:
        request.add_header("Accept-Language", self.lang)
        try:
            answer: HTTPResponse = self.opener.open(request, timeout=120)
        except HTTPError as error:
            answer = error  # type: ignore[assignment]
        with answer:
            return Page(
                answer.status,
                answer.geturl(),
                answer.read().decode(),
                {name.lower(): value for name, value in answer.headers.items()},
            )

    def sign_in(self, handle: str, passphrase: str = PASSPHRASE, *, next_: str = "") -> Page:
        path = "/account/login/" + (f"?next={next_}" if next_ else "")
        values = {"login": handle, "password": passphrase} | ({"next": next_} if next_ else {})
        return self.post("/account/login/", values, form_of=path)

    def path_of(self, page: Page) -> str:
        return urlsplit(page.url).path


def make_workspace(folder: Path) -> None:
    """A fictional workspace with a few members and a small register, one name of it hostile."""
    workspace = create_workspace(
        folder, name="web", handle="amal", person_name="Amal", passphrase=PASSPHRASE,
        fictional=True, cost=CHEAP,
    )  # fmt: skip
    for handle, roles in MEMBERS.items():
        if handle != "amal":
            enroll(
                workspace, handle=handle, name=handle, roles=roles, passphrase=PASSPHRASE,
                cost=CHEAP,
            )  # fmt: skip
    mapping = MAPPING.format(asserted_on="2016-02-01", release="partial")
    rows = [
        *ROWS,
        f"FICT-9,{SCRIPT},M,1980,2014-05-06,Homs,held,",
        "FICT-10,=1+1,M,,2014,Homs,held,",
    ]
    register = folder.parent / "register.csv"
    register.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    import_list(
        workspace,
        file=register,
        mapping=Mapping.parse(mapping, workspace.vocabulary),
        report=folder.parent / "rows.csv",
        progress=lambda *_: None,
    )
    set_second_factor(workspace, is_required=False)
    workspace.store.close()


@dataclass
class Served:
    """A running server."""

    address: str
    folder: Path
    process: subprocess.Popen[str]
    signed_in: dict[str, CookieJar] = field(default_factory=dict)

    def browser(self, handle: str | None = None, *, lang: str = "en") -> Browser:
        """A browser; of somebody who is signed in already, where a handle is named."""
        if handle is None:
            return Browser(self.address, lang)
        if handle not in self.signed_in:
            self.signed_in[handle] = self.fresh_browser(handle).cookies
        return Browser(self.address, lang, self.signed_in[handle])

    def fresh_browser(self, handle: str) -> Browser:
        """A browser that signs in now."""
        made = Browser(self.address)
        page = made.sign_in(handle)
        assert made.path_of(page) == "/", page.text
        return made


def start_server(folder: Path, *more: str) -> Served:
    """Serve a workspace on a free port of this machine; ``more`` are further words."""
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "bayyina",
            "--workspace",
            str(folder),
            "serve",
            "--port",
            "0",
            "--json",
            *more,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    watch = threading.Timer(240, process.kill)  # a server that never answers ends the test
    watch.start()
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
    finally:
        watch.cancel()
    if not line:
        _, told = process.communicate(timeout=120)
        raise AssertionError(f"the server did not start: {told}")
    return Served(json.loads(line)["address"], folder, process)


def stop_server(served: Served) -> str:
    """End a server; what it wrote to standard error."""
    served.process.terminate()
    _, told = served.process.communicate(timeout=120)
    return told


@pytest.fixture(scope="session")
def small_workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the small workspace, to be copied."""
    folder = tmp_path_factory.mktemp("small") / "ws"
    make_workspace(folder)
    return folder


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, small_workspace: Path) -> Iterator[Served]:
    """A server over a copy of the small workspace."""
    folder = tmp_path_factory.mktemp("web") / "ws"
    shutil.copytree(small_workspace, folder)
    running = start_server(folder)
    yield running
    told = stop_server(running)
    assert "Traceback" not in told, told
