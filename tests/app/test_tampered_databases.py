"""Databases that somebody changed by hand: `log verify` names it, whatever was put there."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bayyina.app.rows import KINDS
from bayyina.app.verifying import LockedWorkspace, verify_locked, verify_workspace
from bayyina.app.workspace import Workspace
from bayyina.custody.findings import DAMAGED, EDITED, INSERTED, NOT_CHECKED, Report
from bayyina.db.opening import open_to_verify
from bayyina.db.store import TABLES
from tests.app.conftest import ROWS, Bench, quiet


@pytest.fixture
def workspace(bench: Bench) -> Workspace:
    """A small workspace with an import in it."""
    bench.take_in(*ROWS)
    assert verify(bench.amal).ok
    return bench.amal


def verify(workspace: Workspace) -> Report:
    return verify_workspace(workspace, progress=quiet)


def tamper(workspace: Workspace, sql: str) -> None:
    """Run SQL as an outsider would, beside the program."""
    path: Path = workspace.folder / "records.sqlite3"
    with closing(sqlite3.connect(path)) as link:
        changed = link.execute(sql).rowcount
        link.commit()
    assert changed > 0, "the test changed nothing"


def changes(report: Report) -> set[tuple[str, str]]:
    return {(finding.change, finding.kind) for finding in report.findings}


@pytest.mark.parametrize(
    ("sql", "change", "kind"),
    [
        (
            "UPDATE entry SET data = replace(data, 'import', 'imporT') WHERE position = 1",
            EDITED,
            "entry",
        ),
        ("UPDATE entry SET data = CAST(data AS TEXT) WHERE position = 1", EDITED, "entry"),
        ("UPDATE entry SET data = 7 WHERE position = 1", EDITED, "entry"),
        ("UPDATE tile SET data = CAST(data AS TEXT) WHERE tree = 0", DAMAGED, "tile"),
        ("UPDATE tile SET data = 'x' WHERE kind = 'statement'", DAMAGED, "tile of statement"),
        ("UPDATE batch SET wrapped_key = 'x' WHERE batch = 2", DAMAGED, "key of batch"),
        ("UPDATE batch SET uuid = X'00' WHERE batch = 2", INSERTED, "batch"),
        ("UPDATE batch SET entry = 'x' WHERE batch = 2", "reordered", "batch"),
        ("UPDATE record SET wrapped_key = 'x'", DAMAGED, "key of record"),
        ("UPDATE record SET wrapped_key = 5", DAMAGED, "key of record"),
        ("UPDATE statement SET value = CAST(value AS BLOB)", EDITED, "statement"),
        ("UPDATE statement SET value = CAST(X'ff4142' AS TEXT)", EDITED, "statement"),
        ("UPDATE statement SET record = 'x'", EDITED, "statement"),
        ("UPDATE statement SET num_hi = '7,\"num_lo\":7'", EDITED, "statement"),
        ("UPDATE member SET handle = X'ff'", EDITED, "member"),
        ("UPDATE member SET name = CAST(X'ff' AS TEXT)", EDITED, "member"),
        ("UPDATE term SET property = X'ff' WHERE property = 'sex'", EDITED, "statement"),
        ("UPDATE checkpoint SET note = CAST(note AS BLOB)", DAMAGED, "checkpoint"),
        ("UPDATE checkpoint SET note = CAST(X'ff' AS TEXT)", DAMAGED, "checkpoint"),
    ],
)
def test_cells_of_the_wrong_kind_are_named(
    workspace: Workspace, sql: str, change: str, kind: str
) -> None:
    tamper(workspace, sql)
    report = verify(workspace)
    assert not report.ok
    assert (change, kind) in changes(report), report.findings


def test_a_text_that_is_no_utf8_is_named_by_its_number(workspace: Workspace) -> None:
    with closing(sqlite3.connect(workspace.folder / "records.sqlite3")) as link:
        number = link.execute("SELECT max(number) FROM statement").fetchone()[0]
    tamper(
        workspace,
        f"UPDATE statement SET value = CAST(X'ff4142' AS TEXT) WHERE number = {number}",
    )
    found = [(f.change, f.kind, f.first) for f in verify(workspace).findings]
    assert found == [(EDITED, "statement", number)]


@pytest.mark.parametrize("cell", ["X'ff'", "CAST(X'ff' AS TEXT)", "'x'", "1.5"])
@pytest.mark.parametrize("table", [*TABLES.values(), "batch", "entry"])
def test_any_cell_can_hold_anything(workspace: Workspace, table: str, cell: str) -> None:
    """Verification comes to its end, and does not hold, whichever cell was changed."""
    with closing(sqlite3.connect(workspace.folder / "records.sqlite3")) as link:
        columns = [row[1] for row in link.execute(f"PRAGMA table_info({table})")]
        newest = link.execute(f"SELECT rowid, * FROM {table} ORDER BY 2 DESC LIMIT 1").fetchone()
        if newest is None:
            return  # an empty table: rows that were put there are tested below
        where = f"WHERE rowid = {newest[0]}"
        # The first column is the row's number, so it comes last: the row may move.
        for column, old in [*zip(columns, newest[1:], strict=True)][::-1]:
            assert verify(workspace).ok
            try:
                link.execute(f'UPDATE {table} SET "{column}" = {cell} {where}')
            except sqlite3.IntegrityError:  # SQLite itself refuses it in a column of row ids
                link.rollback()
                continue
            link.commit()
            assert not verify(workspace).ok, f"{table}.{column} = {cell}"
            link.execute(f'UPDATE {table} SET "{column}" = ? {where}', [old])
            link.commit()


@pytest.mark.parametrize("number", [-1, -(2**63), (77 << 32) + 3, 2**63 - 1, "1.5", "'x'"])
@pytest.mark.parametrize("kind", list(KINDS))
def test_rows_outside_all_batches_are_named(
    workspace: Workspace, kind: str, number: int | str
) -> None:
    table = TABLES[kind]
    with closing(sqlite3.connect(workspace.folder / "records.sqlite3")) as link:
        columns = [row[1] for row in link.execute(f"PRAGMA table_info({table})")]
        link.execute(
            f"INSERT INTO {table} VALUES ({','.join([str(number), *['1'] * (len(columns) - 1)])})"
        )
        link.commit()
    report = verify(workspace)
    (check,) = [check for check in report.checks if check.number == 11]
    assert not check.ok
    named = [finding for finding in check.findings if finding.kind == kind]
    assert named
    assert all(finding.change == INSERTED for finding in named)
    if isinstance(number, int):
        assert [finding.first for finding in named] == [number]


@pytest.mark.parametrize("person", ["amal", None])
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE member SET roles = ''",
        "UPDATE member SET roles = 'viewer'",
        "UPDATE member SET handle = 'badr'",
        "UPDATE member SET sign_public = '00'",
        "UPDATE member SET sign_public = X'00'",
        "UPDATE member SET name = CAST(X'ff' AS TEXT)",
        "DELETE FROM member",
        "UPDATE case_key SET wrapped = 'no hex'",
        "UPDATE case_key SET wrapped = X'00'",
        "DELETE FROM case_key",
        "UPDATE setting SET text = '{}' WHERE name = 'identity'",
        "UPDATE setting SET text = 'x'",
        "UPDATE setting SET text = X'00'",
        "DELETE FROM setting",
        "UPDATE batch SET uuid = 'x' WHERE batch = 1",
        "UPDATE batch SET wrapped_key = 'x'",
    ],
)
def test_no_row_can_stop_the_verification(
    workspace: Workspace, sql: str, person: str | None
) -> None:
    tamper(workspace, sql)
    opened = open_to_verify(workspace.folder, person=person, passphrase="amal")
    if isinstance(opened, LockedWorkspace):
        report = verify_locked(opened, progress=quiet)
    else:
        report = verify_workspace(opened, progress=quiet)
    opened.store.close()
    assert not report.ok
    assert len(report.checks) == 15
    assert report.checks[0].ok, "the entries themselves were not touched"


def locked_report(workspace: Workspace) -> Report:
    opened = open_to_verify(workspace.folder, person="amal", passphrase="not hers")
    assert isinstance(opened, LockedWorkspace)
    report = verify_locked(opened, progress=quiet)
    opened.store.close()
    return report


def test_without_a_passphrase_the_checks_that_need_no_key_run(workspace: Workspace) -> None:
    report = locked_report(workspace)
    held = {check.number for check in report.checks if check.ok}
    assert held == {1, 2, 3, 4, 5, 6, 7, 11}
    for check in report.checks:
        if not check.ok:
            assert [finding.change for finding in check.findings] == [NOT_CHECKED]
            assert not check.checked
            assert "passphrase is wrong" in check.detail
            assert check.detail.startswith("Could not be checked: without an unlocked key")
    assert not report.ok
    assert not report.broken
    assert "from the workspace's settings" in report.checks[2].detail


@pytest.mark.parametrize(
    ("sql", "check", "change"),
    [
        ("UPDATE entry SET data = X'00' WHERE position = 1", 1, EDITED),
        ("UPDATE tile SET data = X'00' WHERE kind = 'statement'", 7, DAMAGED),
        ("UPDATE statement SET number = -5 WHERE number = (SELECT max(number) FROM statement)",
         11, INSERTED),
        ("DELETE FROM statement WHERE number = (SELECT min(number) FROM statement)", 9, "deleted"),
        ("UPDATE statement SET number = number + 1000000 WHERE value = 'Alif One'", 9, INSERTED),
        ("UPDATE batch SET action = 'x' WHERE batch = 2", 5, EDITED),
    ],
)  # fmt: skip
def test_without_a_key_what_can_be_seen_is_named(
    workspace: Workspace, sql: str, check: int, change: str
) -> None:
    tamper(workspace, sql)
    found = locked_report(workspace).checks[check - 1]
    assert change in {finding.change for finding in found.findings}, found
    assert found.checked


def test_of_several_members_none_need_be_named_where_no_key_is_used(bench: Bench) -> None:
    bench.member("badr", "viewer")
    unnamed = open_to_verify(bench.amal.folder, passphrase="amal")
    assert isinstance(unnamed, LockedWorkspace)
    assert "several members" in unnamed.why
    assert "--as" in unnamed.why
    report = verify_locked(unnamed, progress=quiet)
    unnamed.store.close()
    assert {check.number for check in report.checks if check.ok} == {1, 2, 3, 4, 5, 6, 7, 11}
    assert not report.broken
    opened = open_to_verify(bench.amal.folder, person="badr", passphrase="badr")
    assert isinstance(opened, LockedWorkspace)
    assert "badr may not" in opened.why
    opened.store.close()
