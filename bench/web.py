"""The web server under load: people who look at pages and think between two clicks.

One server process over an invented workspace, in SQLite and then in PostgreSQL. Pages are asked for
one at a time first, which tells what each costs the processor; then by people in threads of
this process, each with a session of their own; then by the same people while somebody records
statements. What is printed is what they waited. Then the same questions are asked of the Django
admin over the same tables.

The workspaces are built once and kept in the folder that is named (about four minutes and 3 GB for a
million records); without one they are built anew in a folder that goes away.

python -m bench.web [--records 100000] [--folder DIR] [--people 50] [--think 5] [--seconds 30]
    [--database sqlite] [--database postgres] [--without-admin]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bench.web_admin import ask_admin
from bench.web_visits import (
    KINDS,
    Seen,
    Visitor,
    address,
    core_seconds,
    first_part,
    visits,
)
from bench.web_world import DATABASE_VARIABLE, postgres_workspace, sqlite_workspace

GOAL_MS = 150
"""No page may take longer for 95 of 100 clicks."""

FIRST_PAGE_SECONDS = 3.0
LARGEST_PAGE = 150_000

ONE_BY_ONE = 20
"""Pages of a kind that are asked for one at a time."""

WRITING = 5.0
"""Seconds between two reports that somebody enters."""

START_SECONDS = 60.0


class Served(NamedTuple):
    """A running server."""

    port: int
    """Where it listens."""

    processes: tuple[int, ...]
    """The server's, and the database's where it has its own."""


def main() -> None:
    """Make the workspaces, unless they are there already, and measure."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--records", type=int, default=100_000)
    reader.add_argument("--people", type=int, default=50)
    reader.add_argument("--think", type=float, default=5.0, help="seconds between two clicks")
    reader.add_argument("--seconds", type=float, default=30.0, help="of each of the two loads")
    reader.add_argument("--folder", type=Path, help="keep the workspaces here, and use them again")
    reader.add_argument("--database", choices=("sqlite", "postgres"), action="append")
    reader.add_argument("--without-admin", action="store_true")
    settings = reader.parse_args()
    if settings.folder is not None:
        settings.folder.mkdir(parents=True, exist_ok=True)
        run(settings, settings.folder.resolve())
        return
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o711)  # PostgreSQL runs under an account of its own
        run(settings, Path(name))


def run(settings: argparse.Namespace, folder: Path) -> None:
    """Both databases, one after the other."""
    wanted = settings.database or ["sqlite", "postgres"]
    print(f"{settings.records:,} records, {settings.people} people who think {settings.think} s")
    started = time.perf_counter()
    workspace = sqlite_workspace(folder, settings.records)
    _say(f"workspace ready after {time.perf_counter() - started:.0f} s")
    if "sqlite" in wanted:
        _say("\nSQLite")
        measure(settings, workspace, None, ())
    if "postgres" in wanted:
        _say("\nPostgreSQL")
        started = time.perf_counter()
        with postgres_workspace(folder, settings.records) as found:
            if found is not None:
                _say(f"workspace ready after {time.perf_counter() - started:.0f} s")
                measure(settings, found[0], found[1], (found[2].process,))


def measure(
    settings: argparse.Namespace, workspace: Path, url: str | None, database: tuple[int, ...]
) -> None:
    """Serve the workspace, let people visit it, and print what they waited."""
    environment = os.environ | ({} if url is None else {DATABASE_VARIABLE: url})
    started = time.perf_counter()
    with serving(workspace, environment, database) as served:
        first = Visitor(served.port, {})
        first.ask("/account/login/")
        waited = time.perf_counter() - started
        spent = core_seconds(*served.processes[:1])
        _say(
            f"first page after {waited:.2f} s, {spent:.2f} s of processor "
            f"(goal {FIRST_PAGE_SECONDS} s)"
        )
        first.sign_in()
        started = time.perf_counter()
        for path in ("/", "/records/", "/records/?unit=arrests&year=2014", "/search/?q=Ahmad"):
            first.ask(path)
        _say(
            f"what is loaded with the first look at each page: {time.perf_counter() - started:.1f} s"
        )
        people, ids = settings.records // 2, first_part(first)
        time.sleep(4)  # what else there is to load, the server loads by now
        alone = one_by_one(first, served, people, ids)
        load = {
            "number": settings.people, "think": settings.think, "seconds": settings.seconds,
            "people": people, "first": ids,
        }  # fmt: skip

        def visitor() -> Visitor:
            return Visitor(served.port, first.cookies)

        for writing in (0.0, WRITING):
            spent = core_seconds(*served.processes)
            seen = visits(visitor, writing=writing, **load)
            spent = core_seconds(*served.processes) - spent
            _say(
                f"\n{settings.people} people"
                + (f", and somebody who records a report each {writing:.0f} s" if writing else "")
            )
            show(seen, alone)
            clicked = max(1, sum(map(len, seen.waited.values())))
            _say(
                f"processor of the server: {spent * 1000 / clicked:.0f} ms a click; load of the "
                f"machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; "
                f"answers that were no pages: {len(seen.wrong)} {seen.wrong[:3]}"
            )
    if not settings.without_admin:
        ask_admin(workspace, url, database, {kind: one[0] for kind, one in alone.items()})


@contextmanager
def serving(
    workspace: Path, environment: dict[str, str], database: tuple[int, ...]
) -> Iterator[Served]:
    """A server, ended afterwards."""
    command = [sys.executable, "-m", "bayyina", "--workspace", str(workspace), "serve"]
    with subprocess.Popen(
        [*command, "--port", "0", "--json"], stdout=subprocess.PIPE, env=environment
    ) as server:
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            if not line:
                raise RuntimeError("the server did not start")
            port = int(json.loads(line)["address"].rstrip("/").rpartition(":")[2])
            yield Served(port, (server.pid, *database))
        finally:
            server.terminate()


def one_by_one(
    visitor: Visitor, served: Served, people: int, ids: str
) -> dict[str, tuple[float, float]]:
    """Of each kind of page, asked for one at a time: median seconds, and processor a page."""
    chosen = random.Random(2)
    found = {}
    for kind in dict.fromkeys(KINDS):
        seen = Seen()
        spent = core_seconds(*served.processes)
        for _ in range(ONE_BY_ONE):
            seen.page(kind, visitor, address(kind, chosen, people, ids))
        spent = (core_seconds(*served.processes) - spent) / ONE_BY_ONE
        found[kind] = (float(np.median(seen.waited[kind])), spent)
    return found


def show(seen: Seen, alone: dict[str, tuple[float, float]]) -> None:
    """What people waited, a line for each kind of page."""
    print(
        f"{'page':24}{'clicks':>7}{'median':>10}{'p95':>10}{'most':>10}"
        f"   goal {GOAL_MS} ms{'alone':>10}{'processor':>12}{'largest':>11}"
    )
    for kind, seconds in sorted(seen.waited.items()):
        half, most, last = np.percentile(np.array(seconds) * 1000, [50, 95, 100])
        judged = kind in alone
        mark = "MISSED" if judged and most > GOAL_MS else ""
        service, spent = alone.get(kind, (float("nan"), float("nan")))
        weight = "" if seen.sizes[kind] <= LARGEST_PAGE else "  TOO LARGE"
        tail = (
            f"{service * 1000:7.0f} ms{spent * 1000:9.0f} ms{seen.sizes[kind] / 1000:8.0f} kB{weight}"
            if judged
            else ""
        )
        _say(
            f"{kind:24}{len(seconds):7}{half:7.0f} ms{most:7.0f} ms{last:7.0f} ms   {mark:11}{tail}"
        )


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
