"""The page that says who may do what, from the table that the tests try."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bayyina.app.permissions import ALWAYS_WHOLE, FIRST_ROLES, ROLES, SEALED_ROLES

TABLE = Path(__file__).resolve().parent.parent / "tests" / "app" / "role_matrix.toml"

HEAD = """# Roles

Who may do what. The table is the one that the tests try, role by role and row by row, against the program (`tests/app/test_role_matrix.py`)
and its pages (`tests/web/test_role_pages.py`); nothing is allowed that does not stand here. [People and roles](../how-to/people-and-roles.md) says how roles are given.

A tick in brackets means that the role can also be held for one case, such as `verifier@HAMA`: it then holds for the records of that case alone. Without brackets
it takes the role for the whole workspace.
"""


def page() -> str:
    """The text of the page."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return "\n".join([HEAD, *_uses(table["use"]), "", *_notes(), "", *_pages(table["page"]), ""])


def _uses(uses: list[Mapping[str, Any]]) -> Iterator[str]:
    yield "| | asks for | " + " | ".join(_heading(role) for role in ROLES) + " |"
    yield "| --- | --- |" + " :-: |" * len(ROLES)
    for use in uses:
        cells = " | ".join(_cell(use, role) for role in ROLES)
        yield f"| {use['does']} | `{use['action']}` | {cells} |"


def _cell(use: Mapping[str, Any], role: str) -> str:
    if role not in use["roles"]:
        return ""
    return "(✓)" if use.get("per_case") and role not in ALWAYS_WHOLE else "✓"


def _heading(role: str) -> str:
    return role.replace("-", " ")


def _notes() -> Iterator[str]:
    yield f"- Held for the whole workspace or not at all: {_listed(ALWAYS_WHOLE)}."
    yield f"- Need a second factor to sign in to the web application, as does whoever is cleared: {_listed(SEALED_ROLES)}."
    yield f"- The person who makes a workspace holds at first: {_listed(FIRST_ROLES)}."


def _listed(roles: Any) -> str:
    return ", ".join(f"`{role}`" for role in ROLES if role in roles)


def _pages(pages: list[Mapping[str, Any]]) -> Iterator[str]:
    yield "## Pages of the web application"
    yield ""
    yield "| page | opens for |"
    yield "| --- | --- |"
    for one in pages:
        who = "everybody" if one["roles"] == "everybody" else _listed(one["roles"])
        yield f"| `{one['path'].partition('?')[0]}` | {who} |"
