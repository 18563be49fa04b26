"""Hostile files through the commands: each comes to something, in time, in bounds, in its place."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bayyina.app.bundling import BundleOrder, create_bundle
from bayyina.app.evidence_adding import add_evidence
from bayyina.app.evidence_checking import check_evidence
from bayyina.bundle.verifying import verify_bundle
from bayyina.media.inspecting import files_below, inspect_file
from bayyina.media.results import CRASHED
from bayyina.media.sandbox import Sandbox
from tests.app.conftest import Bench, quiet
from tests.hostile_exports import make_more_hostile_files
from tests.hostile_files import OUTSIDE, make_hostile_files
from tests.hostile_metadata import LAUGHS, jpeg, segment

SECONDS = 120.0
"""No file may hold the others up for longer."""

MEMORY = 2 << 30
"""Bytes that no process may exceed."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="The files are made for Linux.")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile") / "files"
    make_hostile_files(folder)
    return folder


@pytest.mark.slow
def test_every_file_is_reported_in_time(hostile: Path) -> None:
    too_slow, crashed, silent, seen = [], [], [], 0
    with Sandbox() as sandbox:
        for found in files_below([hostile]):
            seen += 1
            if found.outcome:
                continue
            start = time.monotonic()
            report = inspect_file(found.path, sandbox)
            if time.monotonic() - start > SECONDS:
                too_slow.append(report.path)
            if report.outcome == CRASHED:
                crashed.append((report.path, report.detail))
            if report.outcome != "ok" and not report.detail:
                silent.append(report.path)
            assert "root:" not in json.dumps(report.metadata, default=str), report.path
    names = sum(len(names) for _, _, names in os.walk(hostile))
    assert (too_slow, crashed, silent) == ([], [], [])
    assert seen == names + 1  # the link to the folder above
    assert not any((folder / OUTSIDE).exists() for folder in hostile.parents)


@pytest.mark.slow
def test_metadata_exports_and_holes_are_reported_in_bounds(tmp_path: Path) -> None:
    """Each in a process that may have so much memory; the peak is that of the largest one."""
    folder = tmp_path / "files"
    made = make_more_hostile_files(folder)
    reports = []
    with Sandbox() as sandbox:
        for path in sorted(folder.iterdir()):
            start = time.monotonic()
            reports.append(inspect_file(path, sandbox))
            assert time.monotonic() - start < SECONDS, path.name
    assert len(reports) == made
    assert [one.path for one in reports if one.outcome == CRASHED] == []
    assert [one.path for one in reports if one.outcome != "ok" and not one.detail] == []
    assert "root:" not in json.dumps([one.metadata for one in reports], default=str)
    assert not any((parent / OUTSIDE).exists() for parent in folder.parents)
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 < MEMORY


def test_metadata_that_grows_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    packet = b"http://ns.adobe.com/xap/1.0/\0" + LAUGHS.encode() + b"<x/>"
    path.write_bytes(jpeg(segment(0xE1, packet)))
    with Sandbox() as sandbox:
        report = inspect_file(path, sandbox)
    assert "entities" in report.detail
    assert [one.method for one in report.indicators] == ["structure-fault"]


@pytest.mark.slow
def test_the_command_stays_within_memory(hostile: Path) -> None:
    """The largest process of all that the command starts; its own limits are lower."""
    code = (
        "import resource, subprocess, sys; "
        "done = subprocess.run([sys.executable, '-m', 'bayyina', 'media', 'inspect', *sys.argv[1:], '--json'],"
        " stdout=subprocess.PIPE); "
        "print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    bombs = sorted(str(path) for path in hostile.iterdir() if path.is_file())
    names = ("zip", ".gz", "png", "tif", "docx", "xml")
    chosen = [path for path in bombs if path.endswith(names)]
    done = subprocess.run(
        [sys.executable, "-c", code, *chosen], capture_output=True, text=True, check=True
    )
    status, peak = map(int, done.stdout.split())
    assert status == 0
    assert peak * 1024 < MEMORY


def test_an_intake_takes_or_names_each_and_a_bundle_carries_them(
    hostile: Path, tmp_path: Path
) -> None:
    bench = Bench(tmp_path)
    done = add_evidence(bench.amal, paths=[hostile], report=tmp_path / "report.csv", progress=quiet)
    kept_aside = {line.status: 0 for line in done.lines}
    for line in done.lines:
        kept_aside[line.status] += 1
        assert line.status != "kept_aside" or line.reason, line.path
    names = sum(len(names) for _, _, names in os.walk(hostile))
    assert len(done.lines) == names + 1
    assert kept_aside["kept_aside"] == 10  # a pipe, a socket, seven links, and the holes
    assert check_evidence(bench.amal, progress=quiet).findings == []
    out = tmp_path / "out"
    create_bundle(bench.amal, BundleOrder("FICTIONAL", whole_case=True), out=out, progress=quiet)
    found = verify_bundle(out)
    assert found.report.ok, found.report.findings
    bench.close()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 < MEMORY
