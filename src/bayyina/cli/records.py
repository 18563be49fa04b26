"""``bayyina record``: what is said of one record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from bayyina.app.finding import find_records
from bayyina.app.kept_rows import kept_aside_rows
from bayyina.app.list_names import source_names, standing_of
from bayyina.app.opening_sealed import open_sealed
from bayyina.app.record_reading import read_record
from bayyina.app.short_ids import record_number
from bayyina.app.workspace import Workspace
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.printing import json_option, progress_bar, show
from bayyina.errors import InputError


@click.command()
@click.argument("record_id")
@click.option("--history", is_flag=True, help="Also what no longer stands, and what closed it.")
@click.option("--open", "opens", is_flag=True, help="Also what is sealed; takes a reason.")
@click.option("--reason", default="", help="Why sealed values are opened; it stands in the log.")
@json_option
def record(record_id: str, history: bool, opens: bool, reason: str, as_json: bool) -> None:
    """Show every statement about the record RECORD_ID, with its source and place in it."""
    if reason and not opens:
        raise InputError("--reason goes with --open.", hint="Add --open to see what is sealed.")
    with workspace_at_work() as workspace:
        if opens:
            document = open_sealed(workspace, record_id, reason=reason, history=history)
        else:
            document = read_record(workspace, record_id, history=history)
        if "erased" not in document:
            document |= _standing(workspace, document)
    show(document, in_words(document), as_json=as_json)


def _standing(workspace: Workspace, document: Mapping[str, Any]) -> dict[str, Any]:
    """The names of the lists, and whether the record was withdrawn."""
    store = workspace.store
    told = [*document["statements"], *document.get("history", ())]
    ids = {statement["source"] for statement in told if "source" in statement}
    numbers = {record_number(workspace, name): name for name in ids}
    standing = standing_of(store, record_number(workspace, document["id"]))
    sources = {numbers[n]: name for n, name in source_names(store, numbers).items()}
    found: dict[str, Any] = {"list": standing.list_name, "sources": dict(sorted(sources.items()))}
    if standing.withdrawn:
        found["withdrawn"] = standing.on
    return found


def in_words(document: Mapping[str, Any]) -> str:
    """A record as a person reads it on a terminal."""
    if "erased" in document:
        erased = document["erased"]
        return f"{document['id']}  {document['type']}  erased {erased['time']} ({erased['reason']})"
    came = f"{document['list_key'] or 'no list id'}"
    came += f", {document['list']}" if document["list"] else ""
    lines = [f"{document['id']}  {document['type']}  ({came})"]
    if "withdrawn" in document:
        day = f" of {document['withdrawn']}" if document["withdrawn"] else ""
        lines.append(f"  WITHDRAWN: the list's release{day} no longer holds it; it is not counted.")
    lines += [_statement_line(one, document["sources"]) for one in document["statements"]]
    if "history" in document:
        lines.append("  No longer stands:" if document["history"] else "  Nothing was ever closed.")
        lines += [
            f"{_statement_line(one, document['sources'])}  ({_closed_by(one)})"
            for one in document["history"]
        ]
    lines += [
        f"  {link['id']:<14} {link['type']} points here as {link['property']}"
        for link in document.get("linked", ())
    ]
    if document.get("same_as"):
        lines.append(f"  judged to be the same: {', '.join(document['same_as'])}")
    for decision in document["determinations"]:
        lines.append(
            f"  {decision['decision']} ({decision['verdict']}) by {decision['person']}, "
            f"standard {decision['standard']}"
        )
        lines += [
            f"    {ground['name']}={ground['cites']} STANDS NO LONGER: what the decision cites "
            "was withdrawn, undone or erased"
            for ground in (*decision["lines"], *decision["conditions"])
            if not ground["stands"]
        ]
    return "\n".join(lines)


def _statement_line(statement: Mapping[str, Any], sources: Mapping[str, str]) -> str:
    """One statement with its source."""
    source = sources.get(statement.get("source", ""), statement.get("source", ""))
    place = ", ".join(part for part in (source, statement.get("locator", "")) if part)
    original = f"  [{statement['original']}]" if "original" in statement else ""
    original = original or ("  [wording sealed]" if "wording_sealed" in statement else "")
    hidden = "(sealed)" if "sealed" in statement else ""
    value = statement.get("record", statement.get("value", hidden))
    value += " (blurred: the site is under embargo)" if "blurred" in statement else ""
    origin = f"  <- {place}" if place else ""
    return f"  {statement['id']:<14} {statement['property']}: {value}{original}{origin}"


def _closed_by(statement: Mapping[str, Any]) -> str:
    """What closed a statement."""
    day = f" by the release of {statement['closed_on']}" if "closed_on" in statement else ""
    return f"{statement['closed']}{day}, batch {statement['closed_in']}"


def _cells_in_words(row: Mapping[str, Any]) -> str:
    """The cells of a row, or why it was kept aside where they are sealed."""
    if row["cells"] is not None:
        return " | ".join(row["cells"])
    why = f" ({', '.join(row['reasons'])})" if row["reasons"] else ""
    return f"sealed{why}; its columns: {', '.join(row['columns'])}"


@click.command("kept-aside")
@click.argument("text", default="")
@click.option("--reason", default="", help="Why sealed rows are opened; it stands in the log.")
@json_option
def kept_aside(text: str, reason: str, as_json: bool) -> None:
    """List rows that could not be read and were kept aside; only those that hold TEXT, if given."""
    with workspace_at_work() as workspace:
        rows = kept_aside_rows(workspace, text, reason=reason)
    lines = [
        f"{row['id'] or '(no id)':<12} {row['list']}, batch {row['batch']}"
        f"{'' if row['stands'] else ' (undone)'}: {_cells_in_words(row)}"
        for row in rows
    ]
    words = "\n".join(lines) if lines else "No row kept aside."
    show({"rows": rows}, words, as_json=as_json)


@click.command()
@click.argument("text")
@click.option(
    "--limit", type=click.IntRange(1, 200), default=20, show_default=True, help="At most so many."
)
@click.option("--open", "opens", is_flag=True, help="Also among sealed names; takes a reason.")
@click.option("--reason", default="", help="Why sealed names are opened; it stands in the log.")
@json_option
def find(text: str, limit: int, opens: bool, reason: str, as_json: bool) -> None:
    """Find records by TEXT: a short id, a list's own id, or a name in Arabic or Latin letters."""
    if reason and not opens:
        raise InputError("--reason goes with --open.", hint="Add --open to see what is sealed.")
    with workspace_at_work() as workspace, progress_bar() as progress:
        document = find_records(workspace, text, progress, limit=limit, opens=opens, reason=reason)
    lines = [_found_line(one) for one in document["records"]]
    if document["more"]:
        lines.append("There are more: write more of the name, or raise --limit.")
    show(document, "\n".join(lines) or "Nothing found.", as_json=as_json)


def _found_line(found: Mapping[str, Any]) -> str:
    """One record that was found."""
    came = ", ".join(part for part in (found["list_key"], found["list"]) if part)
    names = " / ".join(found["names"]) or ("(sealed)" if found["sealed"] else "no name")
    like = f"  {found['score']:.2f}" if found["matched"] == "name" else ""
    return f"{found['id']:<14} {found['type']:<10} {names}  ({came or 'no list id'}){like}"
