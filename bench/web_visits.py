"""People who ask the web server for pages, and what a process has cost."""

from __future__ import annotations

import http.client
import os
import random
import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

from bench.web_world import FAMILY, GIVEN

KINDS = (
    "home", "search exact", "search misspelt", "search other script", "search id", "person",
    "person", "library", "library with filters",
)  # fmt: skip
"""What people click on, as often as each stands here."""


class Visitor:
    """A person with a session of their own."""

    def __init__(self, port: int, cookies: dict[str, str]) -> None:
        self._port = port
        self.cookies = dict(cookies)

    def ask(self, path: str, body: str | None = None) -> tuple[int, str]:
        """Status and text of a page; cookies are kept, and it is told where an answer leads to."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body is not None:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Referer": f"http://127.0.0.1:{self._port}{path}",
            }
        connection.request("GET" if body is None else "POST", path, body, headers)
        answer = connection.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        text = answer.read().decode()
        connection.close()
        return answer.status, text

    def send(self, path: str, values: dict[str, str], form_of: str = "") -> int:
        """Fill a form in and send it; the status of the answer."""
        page = self.ask(form_of or path)[1]
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        secret = {"csrfmiddlewaretoken": found.group(1)} if found else {}
        return self.ask(path, urlencode(values | secret))[0]

    def sign_in(self) -> None:
        """Unlock the key."""
        status = self.send("/account/login/", {"login": "amal", "password": "bench"})
        if status != 302:
            raise RuntimeError(f"signing in was answered with {status}")


def first_part(visitor: Visitor) -> str:
    """What the short ids of people begin with: the workspace's letters and the import's number."""
    found = re.search(r'href="/records/([^/"]+-)\d+/"', visitor.ask("/records/")[1])
    if found is None:
        raise RuntimeError("the library shows nobody")
    return found.group(1)


def address(kind: str, chosen: random.Random, people: int, first: str) -> str:
    """One click of a kind; ids of people begin with ``first``."""
    parts = [chosen.choice(GIVEN) for _ in range(3)]
    family = chosen.choice(FAMILY)
    search = "/search/?q="
    return {
        "home": "/",
        "search exact": search + quote(" ".join([*(one[0] for one in parts), family[0]])),
        "search misspelt": search + quote(" ".join([*(one[2] for one in parts), family[1]])),
        "search other script": search + quote(" ".join([*(one[1] for one in parts), family[1]])),
        "search id": f"{search}FICT-{chosen.randrange(people)}",
        "person": f"/records/{first}{1 + 2 * chosen.randrange(people)}/",
        "library": f"/records/?page={chosen.randint(1, 4)}",
        "library with filters": f"/records/?unit=arrests&year={chosen.randint(2011, 2022)}",
    }[kind]


@dataclass
class Seen:
    """What people met."""

    waited: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Seconds that each page of a kind took."""

    sizes: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """Bytes of the largest page of a kind."""

    wrong: list[str] = field(default_factory=list)
    """Answers that were no pages."""

    def page(self, kind: str, visitor: Visitor, path: str) -> None:
        """Ask for one page."""
        started = time.perf_counter()
        status, text = visitor.ask(path)
        self.waited[kind].append(time.perf_counter() - started)
        self.sizes[kind] = max(self.sizes[kind], len(text.encode()))
        if status != 200:
            self.wrong.append(f"{status} {path}")


def visits(
    visitor: Callable[[], Visitor], *, number: int, think: float, seconds: float, people: int,
    first: str, writing: float = 0.0,
) -> Seen:  # fmt: skip
    """What ``number`` people meet who think between two clicks; one more writes every so often."""
    seen = Seen()
    until = time.perf_counter() + seconds

    def clicking(seed: int) -> None:
        chosen, own = random.Random(seed), visitor()
        time.sleep(min(chosen.random() * think, seconds))
        while time.perf_counter() < until:
            kind = chosen.choice(KINDS)
            seen.page(kind, own, address(kind, chosen, people, first))
            time.sleep(chosen.expovariate(1 / think) if think else 0)

    def recording() -> None:
        chosen, own = random.Random(0), visitor()
        while time.perf_counter() < until:
            started = time.perf_counter()
            status = record_statements(own, chosen)
            seen.waited["(statements recorded)"].append(time.perf_counter() - started)
            if status != 302:
                seen.wrong.append(f"{status} /intake/report/")
            time.sleep(writing)

    threads = [threading.Thread(target=clicking, args=(n,)) for n in range(number)]
    if writing:
        threads.append(threading.Thread(target=recording))
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return seen


def record_statements(visitor: Visitor, chosen: random.Random) -> int:
    """Enter a report of an arrest through the form; the status of the answer."""
    name = " ".join([*(chosen.choice(GIVEN)[0] for _ in range(2)), f"Bench{chosen.random()}"])
    values = {
        "type": "Arrest", "lang": "ar", "source.name": "Witness 7", "source.kind": "witness",
        "person.name": name, "person.sex": "male", "act.date": "2014-02", "act.place": "حمص",
        "said_on": "2020", "action": "save",
    }  # fmt: skip
    return visitor.send("/intake/report/", values, "/intake/report/?type=Arrest")


def core_seconds(*processes: int) -> float:
    """Processor time that processes and what they started have used (Linux)."""
    found = list(processes)
    ticks = 0
    for one in found:
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
            for task in Path(f"/proc/{one}/task").glob("*/children"):
                found += map(int, task.read_text(encoding="ascii").split())
        except OSError:
            continue
    return ticks / os.sysconf("SC_CLK_TCK")
