"""Served to others: only through a proxy that speaks TLS, whose word on the browser is taken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPMessage
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

import pytest

from bayyina.cli.main import run
from tests.web.conftest import PASSPHRASE, Served, make_workspace, start_server, stop_server

NAME = "bayyina.example.org"
LOGIN = "/account/login/"


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("proxy") / "ws"
    make_workspace(folder)
    running = start_server(folder, "--https", "--name", NAME)
    yield running
    told = stop_server(running)
    assert "Traceback" not in told, told


class Answer(NamedTuple):
    """What the server answered."""

    status: int
    headers: HTTPMessage
    text: str

    def cookies(self) -> dict[str, str]:
        """Each cookie that is set, with its attributes."""
        found = (line.partition("=") for line in self.headers.get_all("Set-Cookie") or ())
        return {name: rest for name, _, rest in found}


def ask(
    served: Served, path: str, *, body: str = "", cookie: str = "", method: str = "GET", **more: str
) -> Answer:
    """What a proxy on this machine passes on."""
    parts = urlsplit(served.address)
    connection = HTTPConnection(str(parts.hostname), parts.port, timeout=120)
    headers = {"Host": NAME, "Accept-Language": "en"}
    headers |= {name.replace("_", "-"): value for name, value in more.items()}
    if cookie:
        headers["Cookie"] = cookie
    if body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, path, body or None, headers)
    answer = connection.getresponse()
    found = Answer(answer.status, answer.headers, answer.read().decode())
    connection.close()
    return found


def sign_in(served: Served, handle: str, passphrase: str, **more: str) -> Answer:
    said = {"X_Forwarded_Proto": "https", **more}
    page = ask(served, LOGIN, **said)
    secret = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert secret
    cookie = "; ".join(f"{name}={rest.split(';')[0]}" for name, rest in page.cookies().items())
    body = urlencode(
        {"csrfmiddlewaretoken": secret.group(1), "login": handle, "password": passphrase}
    )
    return ask(
        served, LOGIN, body=body, cookie=cookie, method="POST", Origin=f"https://{NAME}", **said
    )


def test_cookies_travel_over_tls_alone_and_are_of_this_host(proxied: Served) -> None:
    page = ask(proxied, LOGIN, X_Forwarded_Proto="https")
    assert page.status == 200
    assert int(re.sub(r"\D", "", page.headers["Strict-Transport-Security"])) >= 365 * 86400
    done = sign_in(proxied, "badr", PASSPHRASE)
    assert (done.status, done.headers["Location"]) == (302, "/")
    for name, rest in {**page.cookies(), **done.cookies()}.items():
        assert name.startswith("__Host-bayyina_"), name
        flags = {part.strip().casefold() for part in rest.split(";")[1:]}
        assert {"secure", "httponly", "samesite=strict", "path=/"} <= flags, name
        assert not any(flag.startswith("domain") for flag in flags)


def test_what_came_in_plain_is_sent_to_tls(proxied: Served) -> None:
    for said in ({}, {"X_Forwarded_Proto": "http"}):
        page = ask(proxied, LOGIN, **said)
        assert (page.status, page.headers["Location"]) == (301, f"https://{NAME}{LOGIN}")


def test_a_form_from_elsewhere_is_refused_over_tls_too(proxied: Served) -> None:
    for origin in ("https://example.com", f"http://{NAME}", "null"):
        page = ask(
            proxied, LOGIN, body="login=a&password=b", method="POST", Origin=origin,
            X_Forwarded_Proto="https",
        )  # fmt: skip
        assert page.status == 403, origin


def test_attempts_are_counted_for_the_address_that_the_proxy_names(proxied: Served) -> None:
    guesser, other = {"X_Forwarded_For": "203.0.113.5"}, {"X_Forwarded_For": "203.0.113.6"}
    statuses = [sign_in(proxied, "auditor", "guess", **guesser).status for _ in range(9)]
    assert (statuses[0], statuses[-1]) == (200, 429)
    assert sign_in(proxied, "auditor", PASSPHRASE, **guesser).status == 429
    assert sign_in(proxied, "auditor", PASSPHRASE, **other).status == 302


def test_without_a_proxy_nobody_is_believed_about_addresses(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("plain") / "ws"
    make_workspace(folder)
    running = start_server(folder, "--name", NAME)
    try:
        page = ask(running, LOGIN, X_Forwarded_Proto="https", X_Forwarded_For="203.0.113.5")
        assert page.status == 200
        assert "Strict-Transport-Security" not in page.headers
        assert not any("secure" in rest.casefold() for rest in page.cookies().values())
    finally:
        assert "Traceback" not in stop_server(running)


ELSEWHERE = ["0.0.0.0", "192.0.2.7", "::", "bayyina.example.org"]  # noqa: S104 - refused


@pytest.mark.parametrize("host", ELSEWHERE)
def test_passphrases_do_not_cross_a_network_in_plain(
    proxied: Served, host: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--workspace", str(proxied.folder), "serve", "--host", host, "--port", "0"]
    assert run(words) == 2
    assert "would cross the network in plain" in capsys.readouterr().err


def test_no_option_does_without_second_factors(capsys: pytest.CaptureFixture[str]) -> None:
    run(["serve", "--help"])
    told = capsys.readouterr().out
    assert "--https" in told
    assert "factor" not in told
