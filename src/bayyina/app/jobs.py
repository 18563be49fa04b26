"""Background work: one runner, the same for the command line and for a server.

A job is a row. Whoever runs it writes a sign of life at most every few seconds; a job
whose worker has shown none for ``LEASE`` is taken up again from its start, so that a
killed process leaves nothing behind but a job to be done. Job functions must therefore
be safe to run twice.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeAlias
from uuid import uuid4

from bayyina.app.clocks import read_time, write_time
from bayyina.app.file_names import without_folders
from bayyina.app.permissions import Grant, allows
from bayyina.app.ports import Progress
from bayyina.app.rows import JobRow
from bayyina.app.workspace import Workspace
from bayyina.errors import BayyinaError, InputError

LEASE = timedelta(seconds=60)
"""How long a running job may go without a sign of life."""

BEAT = timedelta(seconds=2)
"""How often a running job shows one."""

JobFunction: TypeAlias = Callable[[Workspace, Mapping[str, Any], Progress], Mapping[str, Any]]

FAULT: Final = "The program failed; what was begun is discarded at the next start."
"""What stands with a job that ended by a fault of the program."""


SEES_ALL: Final = "export-records"
"""Whoever may do this in the whole workspace sees everybody's work: what is done to all records."""

MANAGES: Final = "manage-members"
"""Whoever may do this sees that there is work and whose, and not what it is about."""


def visible_jobs(workspace: Workspace) -> list[JobRow]:
    """The jobs that the member at work may know of, the oldest first.

    One's own; those of a case for which one holds a role; all of them for who reads records in the
    whole workspace. Of other people's an administrator sees the kind, the state and how far it is.
    """
    member = workspace.member
    rows = workspace.store.jobs()
    if allows(member, SEES_ALL):
        return list(rows)
    cases = {grant.case for grant in map(Grant.of, member.roles.split()) if grant.case}
    seen = []
    for row in rows:
        if row.actor == workspace.actor or _case(row) in cases:
            seen.append(row)
        elif allows(member, MANAGES):
            seen.append(row._replace(parameters="{}", result="", message=""))
    return seen


def _case(row: JobRow) -> str:
    """The case that a job is for; empty where it is for none, or for several."""
    try:
        said = json.loads(row.parameters)
    except ValueError:
        return ""
    case = said.get("case") if isinstance(said, dict) else None
    return case if isinstance(case, str) else ""


class JobCancelledError(BayyinaError):
    """Somebody cancelled the job while it ran."""

    code = "job-cancelled"
    exit_status = 1


@dataclass(frozen=True)
class JobRunner:
    """Queues and runs jobs of one workspace."""

    workspace: Workspace
    """Where the jobs stand."""

    functions: Mapping[str, JobFunction]
    """What each kind of job does."""

    def enqueue(self, kind: str, parameters: Mapping[str, Any]) -> JobRow:
        """Queue a job. An equal one of one's own that still waits is answered instead of a second.

        Raises:
            InputError: there is no such kind of job.
        """
        if kind not in self.functions:
            raise InputError(f"There is no kind of job named {kind}.")
        text, actor = json.dumps(parameters, sort_keys=True), self.workspace.actor
        with self.workspace.store.transaction():
            for row in self.workspace.store.jobs():
                if (row.kind, row.parameters, row.state, row.actor) == (
                    kind,
                    text,
                    "queued",
                    actor,
                ):
                    return row
            now = write_time(self.workspace.clock.now())
            row = JobRow(0, kind, text, "queued", 0, 0, "", "", now, "", actor, now)
            return self.workspace.store.add_job(row)

    def cancel(self, number: int) -> bool:
        """Cancel a job that is queued or running; False when there is none that one may know of."""
        visible = {row.job for row in visible_jobs(self.workspace)}
        for row in self.workspace.store.jobs():
            if row.job in visible and row.job == number and row.state in {"queued", "running"}:
                changed = row._replace(state="cancelled")
                return self.workspace.store.change_job(changed, expected_state=row.state)
        return False

    def release_lost(self) -> int:
        """Queue again the running jobs whose worker is gone; how many."""
        limit = self.workspace.clock.now() - LEASE
        released = 0
        for row in self.workspace.store.jobs():
            if row.state == "running" and _is_lost(row, read_time(row.beat) < limit):
                queued = row._replace(state="queued", worker="", done=0, total=0)
                released += self.workspace.store.change_job(queued, expected_state="running")
        return released

    def run_next(self, progress: Progress, *, of: str | None = None) -> JobRow | None:
        """Run the oldest queued job to its end; None when none waits.

        ``of`` is the member whose jobs alone are run, where several people are at work. Whoever
        may not read all records runs their own alone.
        """
        self.release_lost()
        if not allows(self.workspace.member, SEES_ALL):
            of = self.workspace.actor
        for row in self.workspace.store.jobs():
            if row.state != "queued" or of not in {None, row.actor}:
                continue
            now = write_time(self.workspace.clock.now())
            taken = row._replace(state="running", worker=_worker(), beat=now)
            if self.workspace.store.change_job(taken, expected_state="queued"):
                return self._run(taken, progress)
        return None

    def run_all(self, progress: Progress, *, of: str | None = None) -> list[JobRow]:
        """Run queued jobs, or those of one member, until none waits."""
        finished = []
        while (row := self.run_next(progress, of=of)) is not None:
            finished.append(row)
        return finished

    def _run(self, row: JobRow, progress: Progress) -> JobRow:
        beat = _Beat(self.workspace, row, progress)
        try:
            result = self.functions[row.kind](self.workspace, json.loads(row.parameters), beat)
        except JobCancelledError:
            return row._replace(state="cancelled")
        except BayyinaError as error:
            told = without_folders(self.workspace.folder, str(error))
            failed = beat.row._replace(state="failed", message=told)
            self.workspace.store.change_job(failed, expected_state="running")
            return failed
        except Exception:
            # A fault of the program: whoever waits for the job is told, whoever runs it as well.
            failed = beat.row._replace(state="failed", message=FAULT)
            self.workspace.store.change_job(failed, expected_state="running")
            raise
        done = beat.row._replace(state="done", result=json.dumps(result, sort_keys=True))
        self.workspace.store.change_job(done, expected_state="running")
        return done


class _Beat:
    """Progress that also shows a sign of life, and stops a job that was cancelled."""

    def __init__(self, workspace: Workspace, row: JobRow, progress: Progress) -> None:
        self.row = row
        self._workspace = workspace
        self._progress = progress
        self._last = workspace.clock.now()

    def __call__(self, done: int, total: int | None, what: str) -> None:
        self._progress(done, total, what)
        now = self._workspace.clock.now()
        if now - self._last < BEAT:
            return
        self._last = now
        self.row = self.row._replace(
            done=done, total=total or 0, message=what, beat=write_time(now)
        )
        if not self._workspace.store.change_job(self.row, expected_state="running"):
            raise JobCancelledError("The job was cancelled.")


_PROCESS = uuid4().hex[:8]


def _worker() -> str:
    return f"{platform.node()}:{os.getpid()}:{_PROCESS}"


def _is_lost(row: JobRow, silent: bool) -> bool:
    same_process = row.worker.endswith(_PROCESS)
    return silent and not same_process
