"""A PostgreSQL server of the tests' own, from Debian's package: a folder, a socket, nothing else.

It listens on a Unix socket in a temporary folder and on no network address, runs as an
ordinary user even when the tests run as root, and is stopped by its own process id.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterable, Mapping
from itertools import count
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

ACCOUNT = "postgres"
"""The user that Debian's package makes; PostgreSQL refuses to run as root."""

START_SECONDS = 60

FAST_AND_FORGETFUL = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "40",
}
"""Settings for data that nobody will miss."""


class PostgresMissingError(Exception):
    """No PostgreSQL server programs are installed."""


def find_programs(roots: Iterable[Path] = (Path("/usr/lib/postgresql"),)) -> Path:
    """The folder with ``initdb`` and ``postgres`` of the newest installed version.

    Raises:
        PostgresMissingError: there is none.
    """
    folders = [initdb.parent for root in roots for initdb in root.glob("*/bin/initdb")]
    if not folders:
        raise PostgresMissingError(
            "PostgreSQL is not installed. Install it with: apt-get install -y postgresql, "
            "or leave these tests out with BAYYINA_SKIP_POSTGRES=1."
        )
    return max(folders, key=lambda folder: float(folder.parent.name))


class PostgresServer:
    """One running server; ``create_database`` gives each test a database of its own."""

    def __init__(
        self, data: Path | None = None, settings: Mapping[str, str] = FAST_AND_FORGETFUL
    ) -> None:
        """Start it over ``data``, which stays when it ends, or over a folder that goes with it."""
        self._programs = find_programs()
        self._folder = Path(tempfile.mkdtemp(prefix="bayyina-pg-"))
        self._data = data or self._folder / "data"
        self._settings = settings
        self._names = count(1)
        if data is not None:
            data.mkdir(exist_ok=True)
        if os.geteuid() == 0:
            for folder in (self._folder, self._data) if data else (self._folder,):
                shutil.chown(folder, ACCOUNT, ACCOUNT)
        if not (self._data / "PG_VERSION").exists():
            self._initialise()
        self._process = self._start()
        self._wait_until_ready()

    @property
    def process(self) -> int:
        """Number of the process that all others of the server come from."""
        return self._process.pid

    def url(self, database: str) -> str:
        """The address of one database, as ``BAYYINA_DATABASE_URL`` takes it."""
        return f"postgresql://bayyina@/{quote(database)}?host={quote(str(self._folder))}"

    def create_database(self, template: str | None = None) -> str:
        """Make a database, empty or as a copy of ``template``; the answer is its name."""
        name = f"test_{next(self._names)}"
        query = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template:
            query += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
        self._execute(query)
        return name

    def drop_database(self, name: str) -> None:
        """Remove a database, ending connections that a test left open."""
        self._execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )

    def stop(self) -> None:
        """End the server, by the id it was started with, and remove its folder."""
        self._process.send_signal(signal.SIGINT)  # PostgreSQL's "fast shutdown"
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(timeout=30)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _initialise(self) -> None:
        command: list[str | Path] = [
            self._programs / "initdb",
            f"--pgdata={self._data}",
            "--username=bayyina",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]
        done = subprocess.run(
            self._as_account(command), cwd="/", capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise RuntimeError(f"initdb failed: {done.stderr.strip()}")

    def _start(self) -> subprocess.Popen[bytes]:
        command: list[str | Path] = [
            self._programs / "postgres",
            "-D",
            self._data,
            "-k",
            self._folder,
        ]
        for name, value in self._settings.items():
            command += ["-c", f"{name}={value}"]
        with (self._folder / "server.log").open("wb") as log:
            return subprocess.Popen(self._as_account(command), cwd="/", stdout=log, stderr=log)

    def _as_account(self, command: list[str | Path]) -> list[str]:
        """The command under an ordinary account, ended with the tests even if those are killed."""
        words = [str(word) for word in command]
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            return words if os.geteuid() != 0 else ["su", ACCOUNT, "-c", "exec " + " ".join(words)]
        prefix = [setpriv, "--pdeathsig", "INT"]
        if os.geteuid() == 0:
            prefix += [f"--reuid={ACCOUNT}", f"--regid={ACCOUNT}", "--init-groups"]
        return [*prefix, "--", *words]

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        log = (self._folder / "server.log").read_text(encoding="utf-8", errors="replace")
        raise RuntimeError(f"PostgreSQL did not start: {log[-2000:]}")

    def _execute(self, query: sql.SQL | sql.Composed) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(query)
