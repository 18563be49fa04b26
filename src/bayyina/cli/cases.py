"""``bayyina cases``: parts of a workspace for which somebody can hold a role alone."""

from __future__ import annotations

import click

from bayyina.app.cases import add_case, assign_records, list_cases
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.printing import counted, json_option, show


@click.group()
def cases() -> None:
    """Cases: parts of the workspace for which a role can be held alone."""


@cases.command("add")
@click.argument("code")
@click.argument("title")
@json_option
def add(code: str, title: str, as_json: bool) -> None:
    """Make the case CODE, such as HAMA-82, with a TITLE that says what it is about."""
    with workspace_at_work() as workspace:
        document = add_case(workspace, code=code, title=title)
    show(document, f"There is a case {code} now (batch {document['batch']}).", as_json=as_json)


@cases.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the cases that you may know of, and how many records each has."""
    with workspace_at_work() as workspace:
        rows = list_cases(workspace)
    text = "\n".join(
        f"{row['case']}  {counted(row['records'], 'record')}  {row['title']}" for row in rows
    )
    show({"cases": rows}, text, as_json=as_json)


@cases.command("assign")
@click.argument("code")
@click.argument("records", nargs=-1)
@click.option("--batch", "batches", type=int, multiple=True, help="All that came with an import.")
@json_option
def assign(code: str, records: tuple[str, ...], batches: tuple[int, ...], as_json: bool) -> None:
    """Let RECORDS, and what points at them, belong to the case CODE; "main" takes them back."""
    with workspace_at_work() as workspace:
        document = assign_records(workspace, case=code, records=records, batches=batches)
    said = f"{counted(document['records'], 'record')}"
    if batches:
        said += f" and all of batch {', '.join(map(str, document['batches']))}"
    show(document, f"{said} belong to {code} now (batch {document['batch']}).", as_json=as_json)
