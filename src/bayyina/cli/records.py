"""``bayyina record``: what is said of one record."""

from __future__ import annotations

import click

from bayyina.app.kept_rows import kept_aside_rows
from bayyina.app.record_reading import read_record
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.printing import json_option, show


@click.command()
@click.argument("record_id")
@json_option
def record(record_id: str, as_json: bool) -> None:
    """Show every statement about the record RECORD_ID, with its source and place in it."""
    with workspace_at_work() as workspace:
        document = read_record(workspace, record_id)
    lines = [f"{document['id']}  {document['type']}  ({document['list_key'] or 'no list id'})"]
    if "erased" in document:
        erased = document["erased"]
        lines = [
            f"{document['id']}  {document['type']}  erased {erased['time']} ({erased['reason']})"
        ]
    for statement in document["statements"]:
        source = f"{statement.get('source', '')} {statement.get('locator', '')}".strip()
        original = f"  [{statement['original']}]" if "original" in statement else ""
        value = statement.get("record", statement["value"])
        lines.append(
            f"  {statement['id']:<14} {statement['property']}: {value}{original}  <- {source}"
        )
    for decision in document["determinations"]:
        lines.append(
            f"  {decision['decision']} ({decision['verdict']}) by {decision['person']}, "
            f"standard {decision['standard']}"
        )
    show(document, "\n".join(lines), as_json=as_json)


@click.command("kept-aside")
@click.argument("text", default="")
@json_option
def kept_aside(text: str, as_json: bool) -> None:
    """List rows that could not be read and were kept aside; only those that hold TEXT, if given."""
    with workspace_at_work() as workspace:
        rows = kept_aside_rows(workspace, text)
    lines = [
        f"{row['id'] or '(no id)':<12} {row['list']}, batch {row['batch']}"
        f"{'' if row['stands'] else ' (undone)'}: {' | '.join(row['cells'])}"
        for row in rows
    ]
    words = "\n".join(lines) if lines else "No row kept aside."
    show({"rows": rows}, words, as_json=as_json)
