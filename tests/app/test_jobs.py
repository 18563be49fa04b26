"""Background work survives whoever ran it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from bayyina.app.cases import add_case
from bayyina.app.job_kinds import REFRESH_SNAPSHOT, VERIFY_LOG, runner
from bayyina.app.jobs import FAULT, LEASE, JobRunner, visible_jobs
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


def test_who_holds_a_role_for_one_case_sees_their_own_work_and_that_of_the_case(
    bench: Bench,
) -> None:
    add_case(bench.amal, code="HAMA", title="Hama")
    add_case(bench.amal, code="HOMS", title="Homs")
    scoped = bench.member("dima", "intake@HAMA")
    made = [
        runner(bench.amal).enqueue(VERIFY_LOG, {"file": "names of witnesses.csv"}),
        runner(bench.amal).enqueue(VERIFY_LOG, {"case": "HOMS"}),
        runner(bench.amal).enqueue(VERIFY_LOG, {"case": "HAMA"}),
        runner(scoped).enqueue(REFRESH_SNAPSHOT, {}),
    ]
    assert [row.job for row in visible_jobs(scoped)] == [made[2].job, made[3].job]
    assert [row.job for row in visible_jobs(bench.amal)] == [row.job for row in made]
    assert visible_jobs(bench.member("vera", "viewer")) == []
    # whoever looks after the machine sees that there is work, and not what it is about
    told = visible_jobs(bench.member("rita", "administrator"))
    assert [row.job for row in told] == [row.job for row in made]
    assert {(row.parameters, row.message, row.result) for row in told} == {("{}", "", "")}
    # nobody cancels or runs what they may not know of
    assert not runner(scoped).cancel(made[0].job)
    assert [row.job for row in runner(scoped).run_all(quiet)] == [made[3].job]
    assert runner(bench.amal).cancel(made[0].job)


def test_an_equal_job_of_somebody_else_is_another_one(bench: Bench) -> None:
    rita = bench.member("rita", "auditor")
    assert runner(bench.amal).enqueue(VERIFY_LOG, {}) != runner(rita).enqueue(VERIFY_LOG, {})
