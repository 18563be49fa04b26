"""Run as a program: asks every page of a workspace once warm, and prints how many queries each took.

A process of its own, because the settings of the web application and those of the store are two
things, and Django takes one a process.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

PAGES = (
    "/", "/records/", "/records/?unit=arrests&year=2014", "{person}", "{person}decide/",
    "/search/?q=Name", "/search/?q=FICT-3", "/figures/?q=count+arrests+by+year",
    "/figures/open/?q=count+arrests", "/lists/", "/review/", "/reports/", "/orders/",
    "/evidence/", "/sites/", "/log/", "/administration/", "/claims/",
    "/identification/", "/identification/papers/", "/bundles/", "/figures/estimates/", "/tasks/",
    "{person}consent/", "/administration/backups/", "/records/?unit=arrests&view=map",
    "/records/?unit=arrests&view=years", "/searches/", "/evidence/viewing/",
)  # fmt: skip


def main(folder: Path) -> None:
    """Print a JSON object: page, then queries of the records' database and bytes."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "bayyina.web.settings"
    os.environ["BAYYINA_ACCOUNTS_DATABASE"] = str(folder / "accounts.sqlite3")
    os.environ["BAYYINA_HOSTS"] = "testserver"
    from bayyina.web.serving import application

    application(folder)

    from django.db import connections
    from django.test import Client

    from bayyina.web.at_work import server

    client = Client()
    client.post("/account/login/", {"login": "amal", "password": "amal"})
    page = client.get("/records/").content.decode()
    found = re.search(r'<td><a href="(/records/FICT-\d+-\d+/)"', page)
    assert found
    alias = server().equipment.store.alias  # type: ignore[attr-defined]
    told = {}
    for path in PAGES:
        address = path.format(person=found.group(1))
        client.get(address)
        queries: list[str] = []

        def count(
            execute: Callable[..., Any], sql: str, values: Any, many: bool, context: Any,
            queries: list[str] = queries,
        ) -> Any:  # fmt: skip
            queries.append(sql)
            return execute(sql, values, many, context)

        with connections[alias].execute_wrapper(count):
            answer = client.get(address)
        assert answer.status_code == 200, address
        told[path] = {"queries": len(queries), "bytes": len(answer.content)}
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
