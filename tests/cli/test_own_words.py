"""What a workspace adds is known to the commands that do not open it; imports leave a job."""

from __future__ import annotations

from tests.app.conftest import HEADER, MAPPING, ROWS
from tests.cli.conftest import Program

EXTENSION = """
extends: Person
properties:
  clan: {type: text, label: {en: Clan, ar: العشيرة}}
"""


def test_a_mapping_is_checked_with_the_words_of_the_workspace(program: Program) -> None:
    text = MAPPING.format(asserted_on="2023-08-31", release="partial")
    mapping = program.file(
        "own.mapping.toml", text.replace("born = {", 'tribe = { to = "clan" }\nborn = {')
    )
    assert program("check", mapping).status == 1
    (program.workspace / "vocabulary").mkdir()
    extension = program.workspace / "vocabulary" / "own.vocabulary.yaml"
    extension.write_text(EXTENSION, encoding="utf-8")
    assert program("check", extension).status == 0
    assert program("check", mapping).status == 0
    header = HEADER.replace("born", "tribe,born")
    rows = [row.replace(",M,", ",M,Banu X,") for row in ROWS[:1]]
    listed = program.file("own.csv", "\n".join([header, *rows]) + "\n")
    done = program("import", listed, "--mapping", mapping, "--json")
    assert (done.status, done.document["accepted"]) == (0, 1)
    record = program("record", "FICT-3-1", "--json").document
    assert {"clan": "Banu X"}.items() <= {
        s["property"]: s["value"] for s in record["statements"]
    }.items()


def test_an_import_leaves_a_job_that_saves_the_first_figure_the_wait(program: Program) -> None:
    imported = program("import", program.list_file(*ROWS), "--mapping", program.mapping(), "--json")
    assert imported.status == 0
    waiting = program("jobs", "list", "--json").document["jobs"]
    assert [(job["kind"], job["state"]) for job in waiting] == [("refresh-snapshot", "queued")]
    done = program("jobs", "run", "--json").document["jobs"]
    assert [(job["kind"], job["state"]) for job in done] == [("refresh-snapshot", "done")]
    assert (program.workspace / "snapshot" / "pointer.json").is_file()
