"""Estimates in the browser: the refusal with its reasons, the range with its pictures."""

from __future__ import annotations

import random
import re
import time
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest

from bayyina.app.second_factor import set_second_factor
from tests.app.conftest import Bench
from tests.app.two_lists import take_in
from tests.web.conftest import Browser, Page, Served, start_server, stop_server

PATH = "/figures/estimates/"
LARGEST = 150_000


def make_lists(folder: Path) -> Path:
    """Three lists of fictional deaths, each of whom a part of 300 people stands on."""
    bench = Bench(folder)
    bench.member("badr", "analyst")
    bench.member("dalia", "auditor")
    set_second_factor(bench.amal, is_required=False)
    drawn = random.Random(5)
    people = range(300)
    for name, share in (("Register A", 0.5), ("Register B", 0.4), ("Register C", 0.45)):
        rows = [
            f"FICT-{n},Person{n} Name{n} Family{n},{n + 5000},2013-05-{n % 27 + 1:02d},Homs"
            for n in people
            if drawn.random() < share
        ]
        take_in(bench, name, *rows)
    bench.close()
    return folder / "ws"


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    running = start_server(make_lists(tmp_path_factory.mktemp("lists")))
    yield running
    told = stop_server(running)
    assert "Traceback" not in told, told


def signed_in(served: Served, handle: str, lang: str = "en") -> Browser:
    if handle not in served.signed_in:
        browser = Browser(served.address)
        assert browser.path_of(browser.sign_in(handle, handle)) == "/"
        served.signed_in[handle] = browser.cookies
    return Browser(served.address, lang, served.signed_in[handle])


def asked(browser: Browser, **values: str) -> tuple[str, Page]:
    begun = browser.post(PATH, {"q": "count persons with Death", "seed": "1"} | values)
    path = browser.path_of(begun)
    assert re.fullmatch(r"/figures/estimates/\d+/", path), begun.text[-600:]
    for _ in range(1_500):
        page = browser.get(path)
        if 'http-equiv="refresh"' not in page.text:
            return path, page
        time.sleep(0.2)
    raise AssertionError("it was never estimated")


def test_an_estimate_comes_with_overlap_and_what_moves_it(counted: Served) -> None:
    browser = signed_in(counted, "badr")
    path, page = asked(browser, sensitivity="on", one_population="one place and year")
    assert "There is no estimate" not in page.text, page.text[-1500:]
    pictures = [
        b64decode(one).decode()
        for one in re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', page.text)
    ]
    assert len(pictures) == 2
    assert all(one.startswith("<svg") and "Register A" in one for one in pictures)
    assert "What moves the answer" in page.text
    (digest,) = set(re.findall(r"<code>([0-9a-f]{64})</code>", page.text))
    again = asked(browser, sensitivity="on", one_population="one place and year, again")[1].text
    assert digest in again
    arabic = signed_in(counted, "badr", "ar").get(path).text
    assert "ما يحرّك الجواب" in arabic
    assert "What moves" not in arabic
    assert max(len(page.text.encode()), len(arabic.encode())) < LARGEST


def test_two_lists_are_refused_with_reasons(counted: Served) -> None:
    _, page = asked(signed_in(counted, "badr"), lists="Register A|Register B")
    assert "There is no estimate" in page.text
    assert len(re.findall(r'src="data:image/svg', page.text)) == 1


def test_what_cannot_be_asked_is_said(counted: Served) -> None:
    browser = signed_in(counted, "badr")
    assert 'class="problem"' in asked(browser, q="count arrests")[1].text
    assert browser.post(PATH, {"q": ""}).status == 400
    assert browser.post(PATH, {"q": "count persons", "seed": "x"}).status == 400
    assert browser.get(f"{PATH}99999/").status == 404


def test_it_is_of_whoever_asked(counted: Served) -> None:
    path, _ = asked(signed_in(counted, "badr"), lists="Register A|Register B", seed="7")
    assert signed_in(counted, "amal").get(path).status == 404
    assert signed_in(counted, "dalia").get(PATH).status == 403
