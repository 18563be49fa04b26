"""Killed at any moment, an import leaves nothing half-done and runs again."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bayyina.app.rows import KINDS
from bayyina.app.verifying import verify_workspace
from bayyina.app.workspace import Workspace
from bayyina.db.opening import create_workspace, open_workspace
from tests.app.conftest import CHEAP, HEADER, MAPPING, quiet

ROWS = 12_000
"""Rows of the list: three chunks."""

WARM_UP = 0.3
"""Seconds before which a process has hardly begun."""


def write_list(folder: Path) -> tuple[Path, Path]:
    lines = [HEADER]
    lines += [
        f"FICT-{n},Name {n},M,1980-01-{n % 28 + 1:02d},2013-05-{n % 28 + 1:02d},Homs,died,2015-03"
        for n in range(ROWS)
    ]
    file, mapping = folder / "list.csv", folder / "list.mapping.toml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    text = MAPPING.format(asserted_on="2023-08-31", release="partial")
    mapping.write_text(text, encoding="utf-8")
    return file, mapping


def begin_import(folder: Path, file: Path, mapping: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "bayyina", "-w", str(folder / "ws"), "import", str(file)]
    command += ["--mapping", str(mapping), "--report", str(folder / "rows.csv")]
    environment = os.environ | {"BAYYINA_PASSPHRASE": "p"}
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def counts(workspace: Workspace) -> dict[str, int]:
    """Rows of each table, batches and entries."""
    found = {kind: sum(1 for _ in workspace.store.scan(row)) for kind, row in KINDS.items()}
    return found | {"batch": len(workspace.store.batches()), "entry": workspace.store.log_size()}


def check_killed(folder: Path, points: int, *, is_beside: bool) -> None:
    """Kill an import at random moments; nothing of it is left, and in the end it runs."""
    file, mapping = write_list(folder)
    create_workspace(
        folder / "ws",
        name="N",
        handle="amal",
        person_name="A",
        passphrase="p",
        fictional=True,
        cost=CHEAP,
    ).store.close()
    opened = open_workspace(folder / "ws", passphrase="p")
    empty = counts(opened)
    opened.store.close()
    if is_beside:
        with file.open("a", encoding="utf-8") as appended:
            appended.write("#" * (5 << 20) + "\n")
    started = time.monotonic()
    length = _length(folder, file, mapping, empty)
    rng = random.Random(points)
    for _ in range(points):
        process = begin_import(folder, file, mapping)
        time.sleep(rng.uniform(WARM_UP, length))
        process.kill()
        process.communicate()
        opened = open_workspace(folder / "ws", passphrase="p")
        found = counts(opened)
        assert found == empty or found["entry"] == empty["entry"] + 1
        if found != empty:
            assert verify_workspace(opened, progress=quiet).ok
            opened.store.close()
            _begin_anew(folder)
            opened = open_workspace(folder / "ws", passphrase="p")
            empty = counts(opened)
        opened.store.close()
    process = begin_import(folder, file, mapping)
    _, complaint = process.communicate(timeout=120)
    assert process.returncode == 0, complaint.decode()
    opened = open_workspace(folder / "ws", passphrase="p")
    assert counts(opened)["statement"] > ROWS * 6
    assert verify_workspace(opened, progress=quiet).ok
    opened.store.close()
    assert time.monotonic() - started < 600


def _length(folder: Path, file: Path, mapping: Path, empty: dict[str, int]) -> float:
    """How long a whole import takes here; the workspace is as before afterwards."""
    started = time.monotonic()
    process = begin_import(folder, file, mapping)
    _, complaint = process.communicate(timeout=120)
    assert process.returncode == 0, complaint.decode()
    length = time.monotonic() - started
    _begin_anew(folder)
    return length


def _begin_anew(folder: Path) -> None:
    """A new empty workspace in the place of the old one."""
    number = len(list(folder.glob("old-*")))
    (folder / "ws").rename(folder / f"old-{number}")
    create_workspace(
        folder / "ws",
        name="N",
        handle="amal",
        person_name="A",
        passphrase="p",
        fictional=True,
        cost=CHEAP,
    ).store.close()


@pytest.mark.parametrize("is_beside", [pytest.param(False, marks=pytest.mark.slow), True])
def test_killed_at_a_few_moments(tmp_path: Path, is_beside: bool) -> None:
    check_killed(tmp_path, 2, is_beside=is_beside)


@pytest.mark.slow
@pytest.mark.parametrize("is_beside", [False, True])
def test_killed_at_fifty_moments(tmp_path: Path, is_beside: bool) -> None:
    check_killed(tmp_path, 50, is_beside=is_beside)
