"""The Django admin over the tables of a workspace, asked the questions that the pages answer.

It is set up as one would set it up over these tables: lists with filters and their counts, search in
the columns that hold names and ids, without the counts over whole tables that can be left out, the same server program
with as many threads, the same database. It knows one table at a time: it cannot tell what stands and
what was withdrawn, spells names in no other way than they were typed, and joins no statements: what
the page of a person tells takes two of its lists, the statements of the record and those that
point at it.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np

from bench.web_visits import Seen, Visitor, core_seconds
from bench.web_world import DATABASE_VARIABLE, FAMILY, GIVEN

ASKED = 5
"""Times that each question is asked after the first."""

BATCH_SHIFT = 32
"""A row's number holds its batch and its place in it."""

PASSWORD = "bench-bench"  # noqa: S105 - of an empty database that lives for minutes


class Router:
    """Accounts of the admin are in a database of their own."""

    def db_for_read(self, model: Any, **_: Any) -> str:
        """Where a model is read."""
        return "records" if model.__module__.startswith("bayyina.db.") else "default"

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **_: Any) -> bool:
        """Whether tables of an app belong there."""
        return (db == "records") == (app_label == "bayyina")


def serve(workspace: Path, accounts: Path) -> None:
    """Serve the admin over a workspace's tables; prints the port."""
    import django
    from django.conf import settings
    from django.core.management import call_command
    from waitress.server import create_server

    from bayyina.db.connecting import postgres_settings, sqlite_settings
    from bayyina.web.serving import THREADS

    url = os.environ.get(DATABASE_VARIABLE)
    settings.configure(
        SECRET_KEY=PASSWORD, ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF=__name__, USE_TZ=True,
        STATIC_URL="/static/", DATABASE_ROUTERS=[f"{__name__}.Router"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(accounts)},
            "records": postgres_settings(url) if url else sqlite_settings(workspace),
        },
        INSTALLED_APPS=[
            "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes",
            "django.contrib.sessions", "django.contrib.messages", "bayyina.db",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[{
            "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
            "OPTIONS": {"context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]},
        }],
    )  # fmt: skip
    django.setup()
    call_command("migrate", database="default", verbosity=0, interactive=False)
    from django.contrib.auth.models import User
    from django.core.handlers.wsgi import WSGIHandler

    User.objects.create_superuser("amal", password=PASSWORD)
    _register()
    listening = create_server(WSGIHandler(), host="127.0.0.1", port=0, threads=THREADS)
    print(json.dumps({"port": listening.effective_port}), flush=True)
    listening.run()


def _register() -> None:
    import django_stubs_ext
    from django.contrib import admin
    from django.urls import path

    from bayyina.db.models import Record, Statement

    django_stubs_ext.monkeypatch()

    class Records(admin.ModelAdmin[Any]):
        list_display = ("number", "record_type", "list_key", "source")
        list_filter = ("record_type",)
        search_fields = ("list_key__exact",)
        list_per_page = 50
        show_facets = admin.ShowFacets.ALWAYS
        show_full_result_count = False

    class Statements(admin.ModelAdmin[Any]):
        list_display = ("number", "record", "term", "value", "date_lo", "date_hi", "source")
        search_fields = ("value",)
        list_per_page = 50
        show_full_result_count = False

        def lookup_allowed(self, lookup: str, value: str, request: Any = None) -> bool:
            del lookup, value, request
            return True

    admin.site.register(Record, Records)
    admin.site.register(Statement, Statements)
    globals()["urlpatterns"] = [path("admin/", admin.site.urls)]


def questions(chosen: random.Random, terms: Mapping[tuple[str, str], int], people: int,
              batch: int) -> dict[str, str]:  # fmt: skip
    """The admin's address of each question, by the kind of page that answers it here."""
    name = " ".join([*(chosen.choice(GIVEN)[0] for _ in range(3)), chosen.choice(FAMILY)[0]])
    year = chosen.randint(2011, 2022)
    when, records = terms[("Arrest", "date")], "/admin/bayyina/record/"
    statements = "/admin/bayyina/statement/"
    number = (batch << BATCH_SHIFT) + 1 + 2 * chosen.randrange(people)
    return {
        "search exact": f"{statements}?q={quote(name)}",
        "search id": f"{records}?q=FICT-{chosen.randrange(people)}",
        "person": f"{statements}?record__exact={number}",
        "person's acts": f"{statements}?value__exact={number}",
        "library": f"{records}?record_type__exact=Person",
        "library with filters": (
            f"{statements}?term__exact={when}&date_lo__gte={year}-01-01&date_hi__lte={year}-12-31"
        ),
    }


def ask_admin(
    workspace: Path, url: str | None, database: tuple[int, ...], ours: Mapping[str, float]
) -> None:
    """Ask the admin, and print how much longer it took; ``ours`` are seconds by kind of page."""
    print("\nDjango admin over the same tables, one question at a time (medians)", flush=True)
    environment = os.environ | ({} if url is None else {DATABASE_VARIABLE: url})
    with tempfile.TemporaryDirectory() as name:
        command = [sys.executable, "-m", "bench.web_admin", str(workspace), f"{name}/accounts"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as server:
            try:
                assert server.stdout is not None
                line = server.stdout.readline()
                if not line:
                    raise RuntimeError("the admin did not start")
                visitor = Visitor(int(json.loads(line)["port"]), {})
                sent = {"username": "amal", "password": PASSWORD, "next": "/admin/"}
                if visitor.send("/admin/login/", sent) != 302:
                    raise RuntimeError("the admin let nobody in")
                _compare(visitor, workspace, environment, (server.pid, *database), ours)
            finally:
                server.terminate()


def _compare(
    visitor: Visitor, workspace: Path, environment: Mapping[str, str], processes: tuple[int, ...],
    ours: Mapping[str, float],
) -> None:  # fmt: skip
    terms, people, batch = _looked_up(workspace, environment)
    chosen, seen = random.Random(3), Seen()
    spent: dict[str, float] = {}
    for kind in questions(chosen, terms, people, batch):
        before = core_seconds(*processes)
        started = time.perf_counter()
        for turn in range(ASKED + 1):
            address = questions(chosen, terms, people, batch)[kind]
            seen.page(kind if turn else f"{kind} first", visitor, address)
            if time.perf_counter() - started > 20 and turn:
                break
        spent[kind] = (core_seconds(*processes) - before) / (turn + 1)
    for kind, cost in spent.items():
        theirs = float(np.median(seen.waited[kind]))
        if kind == "person":
            print(f"{'person, statements alone':24} admin {theirs * 1000:8.0f} ms")
            theirs += float(np.median(seen.waited["person's acts"]))
            cost += spent["person's acts"]
        if kind == "person's acts":
            continue
        print(
            f"{kind:24} admin {theirs * 1000:8.0f} ms ({cost * 1000:7.0f} ms of processor)   "
            f"here {ours[kind] * 1000:6.0f} ms   {theirs / ours[kind]:7.1f} times"
            f"{'' if theirs >= ours[kind] else '   SLOWER HERE'}",
            flush=True,
        )
    if seen.wrong:
        print(f"answers that were no pages: {seen.wrong[:3]}")


def _looked_up(
    workspace: Path, environment: Mapping[str, str]
) -> tuple[dict[tuple[str, str], int], int, int]:
    """Numbers of terms, how many people there are, and the batch that brought them."""
    from bayyina.app.rows import RecordRow
    from bayyina.db.connecting import connect, postgres_settings, sqlite_settings
    from bayyina.db.store import DjangoStore

    url = environment.get(DATABASE_VARIABLE)
    store = DjangoStore(
        connect(postgres_settings(url) if url else sqlite_settings(workspace)), workspace
    )
    try:
        brought = next(row.batch for row in store.batches() if row.action == "import")
        people = len(store.find(RecordRow, "record_type", ["Person"]))
        return store.terms(), people, brought
    finally:
        store.close()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), Path(sys.argv[2]))
