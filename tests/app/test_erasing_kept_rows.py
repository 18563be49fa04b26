"""Erasing: rows kept aside that speak of the record go with it, and alone."""

from __future__ import annotations

import pytest

from bayyina.app.kept_cells import open_cells
from bayyina.app.record_reading import read_record
from bayyina.app.rows import ListRow
from bayyina.app.verifying import verify_workspace
from bayyina.app.workspace import Workspace
from bayyina.errors import PermissionRefusedError
from tests.app.conftest import Bench, quiet
from tests.app.test_erasing import ARABIC, ERASED_ROW, ID, NAME, OTHER_ROW, Cast, holds, remains

ASIDE_ROWS = (
    f"{ID},{NAME} {ARABIC},F,1987-03-14,12/05/2013,Homs,,,,,,one cell too many",
    f"FICT-8,once called {NAME} {ARABIC},F,1987-03-14,12/05/2013,Homs,,,,,,too many",
    "FICT-9,Zaynab Invented,F,1985-03-14,12/05/2013,Homs,,,,,,too many",
)
"""Rows kept aside: with the id, with the name, and about somebody else."""


@pytest.fixture
def cast(bench: Bench) -> Cast:
    return Cast(bench)


def kept_cells(workspace: Workspace) -> list[list[str]]:
    rows = workspace.store.find(ListRow, "state", ["kept_aside"])
    opened = open_cells(workspace, rows)
    return [opened[row.number] for row in rows]


def test_who_is_not_cleared_is_told_how_many_rows_kept_aside_they_could_not_look_into(
    cast: Cast,
) -> None:
    cast.take_in(ERASED_ROW, OTHER_ROW, *ASIDE_ROWS)
    first = cast.erase(cast.badr)
    assert (first.kept_aside, first.kept_aside_sealed) == (1, 2), "that with the id is known"
    cast.clear_both()
    again = cast.erase(cast.chams)
    assert (again.state, again.kept_aside, again.kept_aside_sealed) == ("agreed", 2, 0)
    assert cast.erase(cast.badr).state == "erased"
    assert len(kept_cells(cast.amal)) == 1
    holds(cast.amal)


def test_what_a_cleared_person_found_goes_with_the_agreement_of_who_is_not(cast: Cast) -> None:
    cast.take_in(ERASED_ROW, OTHER_ROW, *ASIDE_ROWS)
    cast.clear("badr")
    assert cast.erase(cast.badr).kept_aside == 2
    done = cast.erase(cast.chams)
    assert (done.state, done.kept_aside) == ("erased", 2)
    assert len(kept_cells(cast.amal)) == 1
    holds(cast.amal)


def test_rows_kept_aside_go_with_the_record_and_do_not_come_back(cast: Cast) -> None:
    cast.clear_both()
    cast.take_in(ERASED_ROW, OTHER_ROW, *ASIDE_ROWS)
    assert cast.result.rows.kept_aside == 3
    assert len(kept_cells(cast.amal)) == 3
    first = cast.erase(cast.badr)
    assert (first.state, first.kept_aside, first.kept_aside_left) == ("agreed", 2, 0)
    assert len(kept_cells(cast.amal)) == 3, "one person alone erases nothing"
    assert cast.erase(cast.chams).kept_aside == 2
    assert ["FICT-9" in cells for cells in kept_cells(cast.amal)] == [True]
    for act in cast.acts:
        cast.erase(cast.badr, act)
        cast.erase(cast.chams, act)
    assert remains(cast.amal.folder) == []
    assert remains(cast.amal.folder, ("FICT-8",)) == []
    holds(cast.amal)
    cast.take_in(ERASED_ROW, OTHER_ROW, *ASIDE_ROWS)
    assert (cast.result.batch, cast.result.changes.erased) == (None, 3)
    assert remains(cast.amal.folder / "imports", (NAME, ARABIC, "1987-03-14")) == []
    assert len(kept_cells(cast.amal)) == 1
    holds(cast.amal)


def test_a_row_kept_aside_can_be_erased_alone(cast: Cast) -> None:
    cast.take_in(ERASED_ROW, OTHER_ROW, *ASIDE_ROWS)
    row = cast.amal.store.find(ListRow, "state", ["kept_aside"])[2]
    assert row.record is not None
    holder = cast.amal.short_id(row.record)
    assert cast.erase(cast.badr, holder).to_json()["needed"] == 1
    assert cast.erase(cast.chams, holder).rows == 2
    assert remains(cast.amal.folder, ("FICT-9", "1985-03-14")) == []
    assert len(kept_cells(cast.amal)) == 2
    holds(cast.amal)


def test_a_row_kept_aside_later_needs_the_first_person_again(cast: Cast) -> None:
    cast.clear_both()
    cast.erase(cast.badr)
    cast.take_in(OTHER_ROW, ASIDE_ROWS[1])
    assert cast.erase(cast.chams).state == "agreed"
    assert read_record(cast.amal, cast.id)["statements"]
    with pytest.raises(PermissionRefusedError, match="chams has agreed to this already"):
        cast.erase(cast.chams)
    assert cast.erase(cast.badr).state == "erased"
    assert remains(cast.amal.folder / "imports", (NAME,)) == []
    assert kept_cells(cast.amal) == []
    holds(cast.amal)


def test_an_emptied_row_kept_aside_is_tampering_without_an_erasure(cast: Cast) -> None:
    cast.take_in(ERASED_ROW, OTHER_ROW, *ASIDE_ROWS)
    cast.erase(cast.badr)
    with cast.amal.store._connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(
            "UPDATE list_row SET cells = NULL, key = '', digest = '', state = 'erased' "
            "WHERE state = 'kept_aside'"
        )
        cursor.execute("UPDATE record SET wrapped_key = NULL WHERE record_type = 'KeptRow'")
    report = verify_workspace(cast.amal, progress=quiet)
    assert {check.number for check in report.checks if not check.ok} == {14}
