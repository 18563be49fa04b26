"""Intakes of other processes: killed at random points, short of room, and two at once."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bayyina.app.evidence_adding import add_evidence
from bayyina.app.evidence_checking import check_evidence
from bayyina.app.evidence_items import list_items
from bayyina.app.verifying import verify_workspace
from tests.app.conftest import Bench, quiet

SCRIPT = """
import json, sys
from pathlib import Path
from bayyina.app import evidence_adding
from bayyina.db.opening import open_workspace
evidence_adding.BATCH_FILES = 15
workspace = open_workspace(Path(sys.argv[1]), person="amal", passphrase="amal")
report = Path(sys.argv[3])
done = evidence_adding.add_evidence(workspace, paths=[Path(sys.argv[2])], report=report,
                                    progress=lambda *_: print("batch", flush=True))
workspace.store.close()
document = done.to_json()
print(json.dumps({name: document[name] for name in ("added", "already", "kept_aside")}))
"""

FILES = 150


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder of small files, and two that take a while."""
    folder = tmp_path / "files"
    folder.mkdir()
    rng = random.Random(7)
    for number in range(FILES):
        (folder / f"{number:04}").write_bytes(rng.randbytes(200 + number * 40))
    for name in ("0020-large", "0090-large"):
        (folder / name).write_bytes(rng.randbytes(9 << 20))
    return folder


def intake(bench: Bench, folder: Path, name: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(bench.folder / "ws"), str(folder), str(bench.folder / name)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def is_whole(bench: Bench, folder: Path) -> None:
    """Every file is an item, once; the log and every byte hold; nothing else is there."""
    expected = sorted(hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir())
    assert sorted(item.sha256 for item in list_items(bench.amal)) == expected
    assert verify_workspace(bench.amal, progress=quiet).ok
    done = check_evidence(bench.amal, progress=quiet)
    assert (done.findings, done.total) == ([], len(expected))
    assert list((bench.amal.folder / "vault" / "in-flight").iterdir()) == []


@pytest.mark.slow
def test_killed_again_and_again_it_ends_whole(bench: Bench, files: Path) -> None:
    rng, killed = random.Random(os.environ.get("BAYYINA_SEED", "11")), 0
    for _ in range(12):
        process = intake(bench, files, "report.csv")
        assert process.stdout is not None
        # From its first batch on it is in the middle of something at any moment.
        line = process.stdout.readline()
        if line.startswith("batch"):
            time.sleep(rng.random() * 0.4)
        killed += process.poll() is None
        process.kill()
        process.communicate()
        assert verify_workspace(bench.amal, progress=quiet).ok
    assert killed >= 3
    last = intake(bench, files, "report.csv")
    out, complaint = last.communicate(timeout=120)
    assert last.returncode == 0, complaint
    done = json.loads(out.splitlines()[-1])
    assert done["added"] + done["already"] == FILES + 2
    assert done["kept_aside"] == 0
    is_whole(bench, files)


@pytest.mark.slow
def test_two_processes_at_once(bench: Bench, files: Path) -> None:
    both = [intake(bench, files, name) for name in ("one.csv", "other.csv")]
    told = [process.communicate(timeout=180) for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    done = [json.loads(out.splitlines()[-1]) for out, _ in told]
    assert sum(one["added"] for one in done) == FILES + 2
    assert sum(one["already"] for one in done) == FILES + 2
    is_whole(bench, files)


@pytest.mark.slow
def test_files_that_come_and_go_meanwhile(bench: Bench, files: Path) -> None:
    process = intake(bench, files, "report.csv")
    for number in range(FILES - 1, 0, -3):
        path = files / f"{number:04}"
        if number % 2:
            path.unlink()
        else:
            path.write_bytes(b"changed")
        time.sleep(0.005)
    out, complaint = process.communicate(timeout=120)
    assert process.returncode == 0, complaint
    assert sum(json.loads(out.splitlines()[-1]).values()) >= FILES / 2
    done = add_evidence(
        bench.amal, paths=[files], report=bench.folder / "again.csv", progress=quiet
    )
    assert done.count("kept_aside") == 0
    held = {item.sha256 for item in list_items(bench.amal)}
    there = {hashlib.sha256(path.read_bytes()).hexdigest() for path in files.iterdir()}
    assert there <= held
    assert check_evidence(bench.amal, progress=quiet).ok
