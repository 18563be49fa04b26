"""``bayyina tasks``: what is owed to people, and by when."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from bayyina.app.tasks import Task, add_task, again_without_need, finish_task, list_tasks
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.printing import json_option, show
from bayyina.errors import InputError


def task_document(task: Task) -> dict[str, Any]:
    """A task as a JSON-ready document."""
    return {
        "id": task.id,
        "kind": task.kind,
        "about": task.about or None,
        "what": task.what,
        "due": task.due,
        "done": task.done or None,
        "outcome": task.outcome or None,
        "overdue": task.is_overdue,
        "sealed": task.is_sealed,
    }


def in_words(task: Task) -> str:
    """A task in one line."""
    when = f"done on {task.done}: {task.outcome}" if task.done else f"due on {task.due}"
    late = " (overdue)" if task.is_overdue else ""
    what = task.what or ("[sealed]" if task.is_sealed else "")
    return f"{task.id} {task.kind}, {when}{late}: {what} ({task.about or 'erased'})"


@click.group()
def tasks() -> None:
    """What is owed to people: promised answers, objections, needs for another interview."""


@tasks.command("list")
@click.option("--all", "everything", is_flag=True, help="Also what is done.")
@json_option
def list_command(everything: bool, as_json: bool) -> None:
    """What is owed, the nearest day first; interviews held again without a recorded need."""
    with workspace_at_work() as workspace:
        found = list_tasks(workspace, everything=everything)
        again = again_without_need(workspace)
    document = {
        "tasks": [task_document(one) for one in found],
        "again_without_need": [{"testimony": later, "first": first} for later, first in again],
    }
    lines = [in_words(one) for one in found]
    lines += [
        f"{later}: interviewed again after {first}, and no need was written down"
        for later, first in again
    ]
    show(document, "\n".join(lines) or "Nothing is owed.", as_json=as_json)


@tasks.command()
@click.argument("about")
@click.option(
    "--kind",
    required=True,
    metavar="CODE",
    help="feedback, objection, interview_again, telling, other.",
)
@click.option("--what", required=True, help="What is to be done; of an interview, why.")
@click.option("--by", "due", required=True, help="By when, YYYY-MM-DD.")
@json_option
def add(about: str, kind: str, what: str, due: str, as_json: bool) -> None:
    """Write down what is owed about the record ABOUT (a short id)."""
    try:
        day = date.fromisoformat(due)
    except ValueError as error:
        raise InputError(f"{due} is not a day.", hint="Write it as 2024-02-21.") from error
    with workspace_at_work() as workspace:
        task = add_task(workspace, about=about, kind=kind, what=what, due=day)
    show(task_document(task), in_words(task), as_json=as_json)


@tasks.command()
@click.argument("task")
@click.option("--outcome", required=True, help="What came of it.")
@json_option
def done(task: str, outcome: str, as_json: bool) -> None:
    """Write down that TASK (a short id) was done."""
    with workspace_at_work() as workspace:
        found = finish_task(workspace, task, outcome=outcome)
    show(task_document(found), in_words(found), as_json=as_json)
