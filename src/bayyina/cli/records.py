"""``bayyina record``: what is said of one record."""

from __future__ import annotations

import click

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
