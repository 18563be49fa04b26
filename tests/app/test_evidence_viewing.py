"""A look at bytes is logged before they leave; who may not look has none."""

from __future__ import annotations

from pathlib import Path

import pytest

from bayyina.app.evidence_adding import add_evidence
from bayyina.app.evidence_viewing import begin_look, look_on
from bayyina.app.job_kinds import runner
from bayyina.app.server_jobs import ADD_EVIDENCE
from bayyina.errors import InputError, PermissionRefusedError
from tests.app.conftest import Bench, quiet
from tests.app.test_use_cases_are_logged import check_change


def take_in(bench: Bench, data: bytes = b"FICTIONAL text") -> str:
    path = bench.folder / "file.txt"
    path.write_bytes(data)
    done = add_evidence(bench.amal, paths=[path], report=bench.folder / "files.csv", progress=quiet)
    assert done.lines[0].id
    return done.lines[0].id


def test_a_look_is_logged_with_its_reason(bench: Bench) -> None:
    item = take_in(bench)
    check_change(
        bench.amal, "look-at-evidence", lambda: begin_look(bench.amal, item, reason="a test")
    )
    found, parts = look_on(bench.amal, item)
    assert b"".join(parts) == b"FICTIONAL text"
    assert found.id == item
    before = bench.amal.store.log_size()
    with pytest.raises(InputError, match="has its reason"):
        begin_look(bench.amal, item, reason="  ")
    with pytest.raises(InputError):
        begin_look(bench.amal, "FICT-99-9", reason="r")
    assert bench.amal.store.log_size() == before


def test_who_may_not_have_bytes_has_none(bench: Bench) -> None:
    item = take_in(bench)
    viewer = bench.member("vera", "viewer")
    with pytest.raises(PermissionRefusedError):
        begin_look(viewer, item, reason="r")
    with pytest.raises(PermissionRefusedError):
        look_on(viewer, item)


def test_uploaded_files_are_taken_in_and_their_uploads_removed(bench: Bench) -> None:
    folder = bench.folder / "ws" / "incoming-evidence" / "0123456789abcdef"
    (folder / "files" / "0").mkdir(parents=True)
    (folder / "files" / "0" / "one.txt").write_bytes(b"FICTIONAL one")
    (folder / "about.json").write_text('{"said": {"source": "FICT courier"}}')
    jobs = runner(bench.amal)
    jobs.enqueue(ADD_EVIDENCE, {"folder": "incoming-evidence/0123456789abcdef"})
    done = jobs.run_all(quiet)
    assert [row.state for row in done] == ["done"]
    assert '"added": 1' in done[0].result
    assert not folder.exists()


@pytest.mark.parametrize("folder", ["../elsewhere", "/etc", "."])
def test_uploads_lie_in_the_workspace(bench: Bench, folder: str) -> None:
    assert not Path(bench.folder / "elsewhere").exists()
    jobs = runner(bench.amal)
    jobs.enqueue(ADD_EVIDENCE, {"folder": folder})
    assert jobs.run_all(quiet)[0].state == "failed"
