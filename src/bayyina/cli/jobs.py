"""``bayyina jobs``: background work."""

from __future__ import annotations

import click

from bayyina.app.jobs import visible_jobs
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.printing import json_option, progress_bar, show
from bayyina.db.backup_jobs import full_runner


@click.group()
def jobs() -> None:
    """Background work: list, run, cancel."""


@jobs.command("list")
@json_option
def list_jobs(as_json: bool) -> None:
    """List the jobs that you may know of and how far they are."""
    with workspace_at_work() as workspace:
        rows = visible_jobs(workspace)
    text = "\n".join(f"{r.job}  {r.kind}  {r.state}  {r.done}/{r.total}  {r.message}" for r in rows)
    show({"jobs": [row._asdict() for row in rows]}, text or "No jobs.", as_json=as_json)


@jobs.command("run")
@json_option
def run_jobs(as_json: bool) -> None:
    """Run the jobs that wait, until none does."""
    with workspace_at_work() as workspace, progress_bar() as progress:
        rows = full_runner(workspace).run_all(progress)
    text = "\n".join(f"{r.job}  {r.kind}  {r.state}  {r.message}" for r in rows)
    show({"jobs": [row._asdict() for row in rows]}, text or "Nothing waited.", as_json=as_json)
    if any(row.state == "failed" for row in rows):
        raise click.exceptions.Exit(1)


@jobs.command("cancel")
@click.argument("job", type=int)
@json_option
def cancel_job(job: int, as_json: bool) -> None:
    """Cancel the job with the number JOB."""
    with workspace_at_work() as workspace:
        cancelled = full_runner(workspace).cancel(job)
    text = f"Job {job} is cancelled." if cancelled else f"Job {job} does not wait or run."
    show({"job": job, "cancelled": cancelled}, text, as_json=as_json)
    if not cancelled:
        raise click.exceptions.Exit(1)
