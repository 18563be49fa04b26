"""Whatever writes to a file, to standard output or into an HTTP answer asks what may leave.

Every writer in the source is found without running it (``writer_census``). One that neither asks nor
stands among ``excused_writers`` with its reason is a way around consent, embargo and sealing.
"""

from __future__ import annotations

import pytest

from tests.unit.disclosure.excused_writers import EXCUSED, TOOLS
from tests.unit.disclosure.writer_census import SOURCE, Census

EXCUSED_KEYS = {key for keys in EXCUSED.values() for key in keys}

MUST_ASK = (
    "app/building_reports.py:build_reports",
    "app/exporting.py:_written",
    "app/listing_exhibits.py:write_exhibits",
    "app/monitoring_orders.py:write_order_report",
    "app/person_papers.py:write_dossier",
    "app/person_papers.py:write_letter",
    "app/site_reporting.py:report_site",
    "app/submitting.py:prepare_submission",
    "app/evidence_reading.py:copy_out",
    "cli/bundle_of_workspace.py:create",
    "cli/exports.py:export",
    "cli/papers.py:facility",
    "cli/papers.py:matrix",
    "cli/sites_scan.py:scan_command",
    "cli/torture.py:methods",
    "cli/log_of_workspace.py:proof",
    "web/api/reading.py:records",
    "web/figures/views.py:chart",
    "web/figures/views.py:table",
    "web/evidence/views.py:item_bytes",
)
"""What leaves the workspace: none of these may ever be excused."""


@pytest.fixture(scope="module")
def census() -> Census:
    return Census()


def unasked(census: Census) -> set[str]:
    """Writers that do not ask and are not excused."""
    return {key for key, asks in census.writers(TOOLS).items() if not asks} - EXCUSED_KEYS


def test_every_writer_asks_or_is_excused_with_a_reason(census: Census) -> None:
    left = sorted(unasked(census))
    assert left == [], (
        "These write without asking what may leave. Let them ask `Release` or `decide_output`; only "
        "if a reason of tests/unit/disclosure/excused_writers.py holds of them do they belong there."
    )


def test_what_leaves_the_workspace_asks(census: Census) -> None:
    found = census.writers(TOOLS)
    left = set(MUST_ASK) - {"app/exporting.py:_written"}
    assert {key for key in left if not found.get(key)} == set()
    assert not left & EXCUSED_KEYS


def test_no_excuse_is_left_over(census: Census) -> None:
    """An excuse for what is gone, or asks by now, would excuse what takes its name."""
    found = census.writers(TOOLS)
    stale = {key for key in EXCUSED_KEYS if found.get(key, True)}
    assert stale == set()
    assert set(TOOLS) <= census.keys()
    assert not set(TOOLS) & EXCUSED_KEYS


PLANTED = {
    "a file": 'def leak(path, rows):\n    path.write_text("\\n".join(rows))\n',
    "a stream": 'def leak(path, rows):\n    with path.open("w") as file:\n        file.write(rows[0])\n',
    "an appended file": 'def leak(path):\n    with open(path, mode="a") as file:\n        pass\n',
    "bytes": "import os\n\n\ndef leak(handle):\n    return os.fdopen(handle, 'wb')\n",
    "print": "def leak(rows):\n    print(rows)\n",
    "standard output": "import sys\n\n\ndef leak(text):\n    sys.stdout.write(text)\n",
    "click": "import click\n\n\ndef leak(text):\n    click.echo(text)\n",
    "show": "from bayyina.cli.printing import show\n\n\n"
    "def leak(rows):\n    show(rows, '', as_json=True)\n",
    "show in a method": "from bayyina.cli import printing\n\n\n"
    "class Leak:\n    def leak(self, rows):\n        printing.show(rows, '', as_json=True)\n",
    "an answer": "from django.http import HttpResponse\n\n\n"
    "def leak(request):\n    return HttpResponse('x')\n",
    "a page": "from django.shortcuts import render\n\n\n"
    "def leak(request):\n    return render(request, 'x.html', {})\n",
    "a document": "from bayyina.app.writing_documents import write_pages\n\n\n"
    "def leak(workspace, page, stem):\n    return write_pages(workspace, page, ('en',), stem)\n",
    "an archive": "import zipfile\n\n\ndef leak(path):\n    return zipfile.ZipFile(path, 'w')\n",
    "a nested function": "def leak(path):\n    def inner():\n        path.write_bytes(b'')\n\n"
    "    return inner\n",
    "the body of a module": "from pathlib import Path\n\nPath('x').write_text('x')\n",
}


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_writer_is_found(census: Census, kind: str) -> None:
    planted = Census({"cli/planted.py": PLANTED[kind]})
    (key,) = unasked(planted) - unasked(census)
    assert key.startswith("cli/planted.py:")


def test_a_writer_planted_beside_excused_ones_is_found(census: Census) -> None:
    path = "cli/records.py"
    text = (SOURCE / path).read_text(encoding="utf-8")
    planted = Census({path: f"{text}\n\ndef leak(rows):\n    show(rows, '', as_json=True)\n"})
    assert unasked(planted) - unasked(census) == {f"{path}:leak"}


def test_an_excused_writer_that_asks_through_another_module_counts_as_asking() -> None:
    text = (
        "from bayyina.app.exporting import export_records\n\n\n"
        "def leak(workspace, path):\n"
        "    path.write_text(str(export_records(workspace, form='csv', out=path)))\n"
    )
    assert Census({"cli/planted.py": text}).writers(TOOLS)["cli/planted.py:leak"]


def test_a_route_of_the_api_is_a_writer() -> None:
    text = "@router.get('/x')\ndef leak(request):\n    return {}\n"
    assert Census({"web/api/planted.py": text}).writers(TOOLS)["web/api/planted.py:leak"] is False
