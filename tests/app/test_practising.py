"""The practice workspace: prepared from invented files alone, its steps ticked by what was done."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bayyina.app.deciding import judge_pair
from bayyina.app.importing import import_list
from bayyina.app.inquiries import take_up_inquiry, waiting_inquiries
from bayyina.app.practice_steps import JOURNEYS, journey_state
from bayyina.app.practising import FOLDER, FOUNDER, handed_out, practice_of, prepare_practice
from bayyina.app.rows import RecordRow
from bayyina.app.undoing import undo_batch
from bayyina.app.workspace import Workspace
from bayyina.db.opening import create_workspace
from bayyina.errors import InputError
from bayyina.scenario.practice_files import CORRECTED, MONDAY, write_practice_files
from bayyina.tables.mapping import Mapping
from bayyina.tables.reading import open_table
from bayyina.tables.suggesting import suggest
from tests.app.conftest import CHEAP, STRONG, quiet


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A practice workspace in which nobody has done anything."""
    made = create_workspace(
        tmp_path_factory.mktemp("practice") / "ws", name="Practice", handle=FOUNDER,
        person_name="Huda", passphrase="practice", fictional=True, cost=CHEAP,
    )  # fmt: skip
    prepare_practice(made, quiet)
    return made


def ticked(workspace: Workspace, journey: str) -> list[str]:
    """Steps of a journey that are done."""
    here = practice_of(workspace.folder)
    assert here is not None
    return [one.name for one in journey_state(workspace, here, JOURNEYS[journey]) if one.done]


def take(workspace: Workspace, name: str) -> int:
    """Take one of the handed out lists in, with the mapping of Monday's list; its batch."""
    first = open_table(workspace.folder / FOLDER / MONDAY, guess_header=True)
    text = suggest(first, workspace.vocabulary, workspace.gazetteer)
    result = import_list(
        workspace,
        file=workspace.folder / FOLDER / name,
        mapping=Mapping.parse(text, workspace.vocabulary),
        report=workspace.folder / "rows.csv",
        progress=quiet,
    )
    assert result.batch is not None
    return result.batch


def test_nothing_is_ticked_at_the_beginning(prepared: Workspace) -> None:
    assert {name: ticked(prepared, name) for name in JOURNEYS} == {name: [] for name in JOURNEYS}
    assert handed_out(prepared.folder) == sorted(
        ["FICTIONAL-chat-export.zip", CORRECTED, MONDAY]
    )  # what was taken in lies about no longer


def test_steps_follow_what_was_done_and_what_was_taken_back(prepared: Workspace) -> None:
    batch = take(prepared, MONDAY)
    assert ticked(prepared, "monday") == ["list"]
    undo_batch(prepared, batch=batch, reason="practice")
    assert ticked(prepared, "monday") == []
    take_up_inquiry(prepared, waiting_inquiries(prepared)[0].id)
    assert ticked(prepared, "brother") == ["call"]
    people = [
        prepared.short_id(row.number)
        for row in prepared.store.scan(RecordRow)
        if row.record_type == "Person"
    ]
    judge_pair(prepared, record_a=people[0], record_b=people[1], verdict="different", reasons="x")
    assert ticked(prepared, "monday") == ["same"]


def test_mondays_list_is_as_messy_as_the_story_says(prepared: Workspace, tmp_path: Path) -> None:
    table = open_table(prepared.folder / FOLDER / MONDAY, guess_header=True)
    text = suggest(table, prepared.vocabulary, prepared.gazetteer)
    result = import_list(
        prepared,
        file=prepared.folder / FOLDER / MONDAY,
        mapping=Mapping.parse(text, prepared.vocabulary),
        report=tmp_path / "rows.csv",
        progress=quiet,
        dry_run=True,
    )
    assert (result.rows.rows, result.rows.warned, result.rows.kept_aside) == (11, 2, 1)


def test_only_an_invented_workspace_is_prepared(tmp_path: Path) -> None:
    real = create_workspace(
        tmp_path / "ws", name="Real", handle="amal", person_name="Amal", passphrase=STRONG,
        cost=CHEAP,
    )  # fmt: skip
    try:
        with pytest.raises(InputError, match="invented"):
            prepare_practice(real, quiet)
        assert practice_of(real.folder) is None
    finally:
        real.store.close()


def test_the_files_are_the_same_bytes_every_time(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_practice_files(tmp_path / name)
    one = {p.name: p.read_bytes() for p in sorted((tmp_path / "one").iterdir())}
    assert one == {p.name: p.read_bytes() for p in sorted((tmp_path / "two").iterdir())}
    assert all("FICTIONAL" in name for name in one)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"began": "x"}'])
def test_a_damaged_mark_makes_no_practice(tmp_path: Path, text: str) -> None:
    (tmp_path / "practice.json").write_text(text, encoding="utf-8")
    assert practice_of(tmp_path) is None
    (tmp_path / "practice.json").write_text(json.dumps({"began": 3}), encoding="utf-8")
    assert practice_of(tmp_path) is not None
