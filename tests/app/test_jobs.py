"""Background work survives whoever ran it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from bayyina.app.job_kinds import REFRESH_SNAPSHOT, VERIFY_LOG, runner
from bayyina.app.jobs import FAULT, LEASE, JobRunner
from bayyina.app.ports import Progress
from bayyina.app.workspace import Workspace
from bayyina.errors import BayyinaError, InputError
from tests.app.conftest import ROWS, Bench, quiet


def test_jobs_are_run_in_order_and_keep_their_result(bench: Bench) -> None:
    bench.take_in(*ROWS)
    jobs = runner(bench.amal)
    jobs.enqueue(REFRESH_SNAPSHOT, {})
    jobs.enqueue(VERIFY_LOG, {})
    done = jobs.run_all(quiet)
    assert [(row.kind, row.state) for row in done] == [
        (REFRESH_SNAPSHOT, "done"),
        (VERIFY_LOG, "done"),
    ]
    assert [row.state for row in bench.amal.store.jobs()] == ["done", "done"]
    assert '"ok": true' in bench.amal.store.jobs()[1].result


def test_the_same_job_waits_once(bench: Bench) -> None:
    jobs = runner(bench.amal)
    assert jobs.enqueue(VERIFY_LOG, {}).job == jobs.enqueue(VERIFY_LOG, {}).job
    with pytest.raises(InputError, match="no kind of job"):
        jobs.enqueue("make-tea", {})


def test_a_job_whose_worker_is_gone_is_run_again(bench: Bench) -> None:
    jobs = runner(bench.amal)
    row = jobs.enqueue(VERIFY_LOG, {})
    lost = row._replace(state="running", worker="elsewhere:1:00000000")
    assert bench.amal.store.change_job(lost, expected_state="queued")
    assert jobs.run_next(quiet) is None
    bench.clock.moment += LEASE + timedelta(seconds=1)
    finished = jobs.run_next(quiet)
    assert finished is not None
    assert (finished.job, finished.state) == (row.job, "done")


def test_a_job_that_fails_says_why(bench: Bench) -> None:
    def fail(workspace: Workspace, parameters: Mapping[str, Any], progress: Progress) -> Any:
        raise BayyinaError("The oven is cold.", hint="Light it.")

    jobs = JobRunner(bench.amal, {"bake": fail})
    jobs.enqueue("bake", {})
    assert [row.state for row in jobs.run_all(quiet)] == ["failed"]
    assert bench.amal.store.jobs()[0].message == "The oven is cold. Light it."


def test_a_cancelled_job_stops(bench: Bench) -> None:
    def long(workspace: Workspace, parameters: Mapping[str, Any], progress: Progress) -> Any:
        jobs.cancel(1)
        for step in range(100):
            bench.clock.moment += timedelta(seconds=3)
            progress(step, 100, "steps")
        return {}

    jobs = JobRunner(bench.amal, {"long": long})
    jobs.enqueue("long", {})
    assert [row.state for row in jobs.run_all(quiet)] == ["cancelled"]
    assert bench.amal.store.jobs()[0].state == "cancelled"
    assert not jobs.cancel(1)


def test_a_job_that_ends_by_a_fault_is_told_as_failed(bench: Bench) -> None:
    def burn(workspace: Workspace, parameters: Mapping[str, Any], progress: Progress) -> Any:
        raise ZeroDivisionError("Ba One")

    jobs = JobRunner(bench.amal, {"bake": burn})
    jobs.enqueue("bake", {})
    with pytest.raises(ZeroDivisionError):
        jobs.run_all(quiet)
    row = bench.amal.store.jobs()[0]
    assert (row.state, row.message) == ("failed", FAULT)
