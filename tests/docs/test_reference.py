"""The reference is in step with the program: commands, vocabulary, Python packages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts import api_pages, cli_page, generate_reference

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"


@pytest.mark.parametrize("name", generate_reference.PAGES)
def test_generated_page_is_in_step(name: str) -> None:
    wanted = generate_reference.PAGES[name]()
    path = REFERENCE / name
    assert path.is_file(), f"{name} is missing; run: make reference"
    assert path.read_text(encoding="utf-8") == wanted, f"{name} is stale; run: make reference"


def test_every_command_is_documented_and_says_what_it_does() -> None:
    names = cli_page.command_names()
    assert len(names) > 10
    page = (REFERENCE / "cli.md").read_text(encoding="utf-8")
    for name in names:
        section = re.search(
            rf"^#+ {re.escape(name)}\n(.*?)(?=^#|\Z)", page, re.MULTILINE | re.DOTALL
        )
        assert section, f"{name} is not documented"
        prose = re.sub(r"```.*?```|\|.*\|", "", section.group(1), flags=re.DOTALL)
        assert len(prose.split()) >= 3, f"{name} has no help text"


def test_every_public_module_is_in_the_python_reference() -> None:
    pages = "\n".join(api_pages.page(name) for name in api_pages.packages())
    for path in sorted(api_pages.PACKAGE.rglob("*.py")):
        if api_pages.is_documented(path) and path.parent != api_pages.PACKAGE:
            assert api_pages.dotted(path) in pages


def test_python_reference_shows_signatures_fields_and_errors() -> None:
    page = api_pages.page("errors")
    assert "### class `DateUnreadableError(InputError)`" in page
    assert "`exit_status`" in page


def test_every_json_command_has_its_document_described() -> None:
    page = (REFERENCE / "json-output.md").read_text(encoding="utf-8")
    undescribed = [name for name in cli_page.json_command_names() if f"`{name}`" not in page]
    assert undescribed == []
