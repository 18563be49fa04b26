"""``bayyina evidence``: taking files in, listing them, showing one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from bayyina.app.evidence_about import Bringing
from bayyina.app.evidence_adding import Intake, IntakeStoppedError, add_evidence, preview_evidence
from bayyina.app.evidence_events import ItemEvent
from bayyina.app.evidence_items import Item, list_items
from bayyina.app.evidence_reading import ItemView, copy_out, erased_item, look_at_item
from bayyina.app.evidence_report import ADDED, ALREADY, FOUND, KEPT_ASIDE
from bayyina.app.importing import report_path
from bayyina.cli.evidence_documents import ItemDocument, ItemEventDocument, ItemLineDocument
from bayyina.cli.evidence_opening import workspace_with_vault
from bayyina.cli.lazy import LazyCommand, LazyGroup
from bayyina.cli.printing import counted, json_option, progress_bar, show
from bayyina.media.plain_data import one_line

SHOWN = 20
"""Files kept aside that are listed in words; the report has them all."""

COMMANDS = {
    "add": LazyCommand(
        "bayyina.cli.evidence", "add_command", "Take files and folders in, encrypted."
    ),
    "list": LazyCommand("bayyina.cli.evidence", "list_command", "List items."),
    "show": LazyCommand(
        "bayyina.cli.evidence", "show_command", "Show an item, or take a copy of its bytes."
    ),
    "derive": LazyCommand(
        "bayyina.cli.evidence_making", "derive_command", "Take in what was made from an item."
    ),
    "ocr": LazyCommand(
        "bayyina.cli.evidence_making", "ocr_command", "Have a picture read by machine: a lead."
    ),
    "inspect": LazyCommand(
        "bayyina.cli.evidence_inspecting",
        "inspect_command",
        "Look into an item: types, metadata, indicators.",
    ),
    "redact": LazyCommand(
        "bayyina.cli.evidence_redacting",
        "redact_command",
        "Make a copy in which what a plan names cannot be read.",
    ),
    "describe": LazyCommand(
        "bayyina.cli.evidence_making",
        "describe_command",
        "Take in documents, testimonies and examinations from a form.",
    ),
    "check": LazyCommand(
        "bayyina.cli.evidence_making", "check_command", "Re-read items and name what does not hold."
    ),
}
"""Commands of the group."""


@click.group(cls=LazyGroup, table=COMMANDS)
def evidence() -> None:
    """Files that are evidence: kept encrypted, re-checked, handed out with an entry in the log."""


@click.command("add")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--source", default="", help="Who or what they come from; a pseudonym if need be.")
@click.option("--case", default="", metavar="CODE", help="The case that they belong to.")
@click.option(
    "--kind", default="", metavar="CODE", help="What they are said to be: photograph, scan."
)
@click.option("--captured", default="", metavar="DATE", help="When they were made, e.g. 2013-05.")
@click.option("--received", default="", metavar="DATE", help="When they came; today if not said.")
@click.option("--brought-by", default="", help="Who brought them; sealed.")
@click.option("--consent", default="", metavar="CODE", help="given, refused, not_asked, withdrawn.")
@click.option(
    "--consent-for", multiple=True, metavar="CODE", help="What the consent is for; repeat it."
)
@click.option("--note", default="", help="Anything else about all of them.")
@click.option("--sealed", is_flag=True, help="Each look at them is an entry of the log.")
@click.option("--sha512", "second_digest", is_flag=True, help="Keep the SHA-512 too; half as fast.")
@click.option(
    "--mapping",
    "table",
    type=click.Path(path_type=Path),
    metavar="TABLE",
    help="A table that says what is known of each file: one row a file, in Arabic or English.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be taken in; read and store nothing.")
@click.option(
    "--report",
    "report_file",
    type=click.Path(path_type=Path),
    help="Where the report file by file goes; otherwise into the workspace.",
)
@json_option
def add_command(
    paths: tuple[Path, ...],
    case: str,
    table: Path | None,
    dry_run: bool,
    report_file: Path | None,
    as_json: bool,
    **said: Any,
) -> None:
    """Take the files and folders PATHS in; folders with all that is in them.

    Originals are only read. The same bytes are kept once. What cannot be taken in is named
    with its reason. A command that was broken off is given again, and goes on where it was.

    With ``--mapping`` a table (CSV, XLSX, ODS) says of each file who took it, when and where,
    from which source, with what consent, which numbers its card bears. What a row says goes
    before what the options say of all. A row that names no file, or several, or whose consent
    or seal cannot be read, is kept aside, and so is its file; ``--dry-run`` shows it before.
    """
    if dry_run:
        with workspace_with_vault() as workspace:
            found = preview_evidence(
                workspace, paths=list(paths), bringing=Bringing(**said), case=case, table=table
            )
        show(found.to_json(), _preview_in_words(found), as_json=as_json)
        return
    try:
        with workspace_with_vault() as workspace, progress_bar() as progress:
            done = add_evidence(
                workspace,
                paths=list(paths),
                report=report_file or report_path(workspace, paths[0].absolute()),
                progress=progress,
                bringing=Bringing(**said),
                case=case,
                table=table,
            )
    except IntakeStoppedError as error:
        done = error.done
    show(done.to_json(), _intake_in_words(done), as_json=as_json)
    if done.stopped is not None:
        click.echo(str(done.stopped), err=True)
        click.get_current_context().exit(done.stopped.exit_status)


def _preview_in_words(found: Intake) -> str:
    files = sum(line.status == FOUND for line in found.lines)
    lines = [f"Dry run: nothing was read or stored. {counted(files, 'file')} would be taken in."]
    for one in found.preview:
        says = "; ".join(f"{name}: {', '.join(texts)}" for name, texts in one["says"].items())
        lines.append(f"  row {one['row']}  {one_line(one['path'])}: {one_line(says, 1_000)}")
    return "\n".join([*lines, *_table_in_words(found), *_aside_in_words(found)])


def _table_in_words(done: Intake) -> list[str]:
    """What became of the table's rows."""
    if done.table is None:
        return []
    table = done.table.to_json()
    meant = "; ".join(f"{c['header']} = {c['column']}" for c in _columns(table))
    lines = [
        (
            f"The table: {counted(table['rows'], 'row')}, {table['accepted']} as they stand, {table['warned']} with"
            f" a warning, {table['kept_aside']} kept aside; {counted(table['files_without_row'], 'file')} have no row."
        ),
        f"  Columns: {one_line(meant, 2_000)}",
    ]
    if table["unread_columns"]:
        names = ", ".join(one_line(name) for name in table["unread_columns"])
        lines.append(f"  These columns are not understood and say nothing: {names}.")
    return [*lines, *(f"  {code}: {count}" for code, count in table["problems"].items())]


def _columns(table: Mapping[str, Any]) -> list[dict[str, str]]:
    return [
        {
            "header": column["header"],
            "column": column["about"] + (f" ({column['lang']})" if column["lang"] else ""),
        }
        for column in table["columns"]
    ]


def _aside_in_words(done: Intake) -> list[str]:
    told = [line for line in done.lines if line.status == KEPT_ASIDE or line.code]
    lines = [f"  {one_line(line.path)}: {line.code}. {line.reason}" for line in told[:SHOWN]]
    if len(told) > SHOWN:
        lines.append(f"  and {len(told) - SHOWN} more; --json and the report name them all.")
    return lines


def _intake_in_words(done: Intake) -> str:
    counts = (
        f"{done.count(ADDED)} added ({done.bytes:,} bytes), {done.count(ALREADY)} here already, "
        f"{done.count(KEPT_ASIDE)} kept aside."
    )
    lines = [counts, *_table_in_words(done), *_aside_in_words(done)]
    if done.removed:
        lines.append(f"Removed what an intake that was broken off had left: {done.removed} blobs.")
    if done.unreplicated:
        lines.append(
            f"The replica refused {done.unreplicated} blobs; "
            "`bayyina evidence check` gives them to it."
        )
    if done.count(ADDED) == 1:
        lines += [
            f"  {line.id} {one_line(line.path, 4_096)}"
            for line in done.lines
            if line.status == ADDED
        ]
    if done.stopped is not None:
        lines.append("It ended before all files were read; the same command goes on from here.")
    return "\n".join([*lines, f"File by file: {done.report}"])


@click.command("list")
@click.option("--type", "media_type", default="", help="Only media types that begin so: image/.")
@click.option("--of", "derived_from", default="", metavar="ID", help="Only what was made from ID.")
@json_option
def list_command(media_type: str, derived_from: str, as_json: bool) -> None:
    """List items with their digests, and when their bytes were last re-read."""
    with workspace_with_vault() as workspace:
        items = list_items(workspace, media_type=media_type, derived_from=derived_from)
        document = {"items": [_line(one, workspace.short_id) for one in items]}
    words = "\n".join(
        f"{one.id:<10} {one.sha256[:16]} {one.size:>14,} {one.media_type:<28} "
        f"{'sealed' if one.is_sealed else one_line(one.names[0]) if one.names else ''}"
        for one in items
    )
    show(document, words or "There are no items.", as_json=as_json)


def _line(item: Item, short_id: Any) -> ItemLineDocument:
    return {
        "id": item.id,
        "sha256": item.sha256,
        "size": item.size,
        "type": item.media_type,
        "names": [] if item.is_sealed else list(item.names),
        "derived_from": None if item.parent is None else short_id(item.parent),
        "derivation": item.derivation or None,
        "sealed": item.is_sealed,
        "last_checked": item.last_checked,
    }


@click.command("show")
@click.argument("item_id")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write the original bytes to this file: logged."
)
@click.option("--sealed", is_flag=True, help="Show what is sealed too: logged.")
@click.option("--reason", default="", help="Why; needed for a copy and for what is sealed.")
@json_option
def show_command(item_id: str, out: Path | None, sealed: bool, reason: str, as_json: bool) -> None:
    """Show what is known of the item ITEM_ID: statements, custody, fixity, what was made from it."""
    with workspace_with_vault() as workspace:
        left = erased_item(workspace, item_id) if out is None else None
        if left is not None:
            document = _erased_document(left)
            show(document, f"{item_id} was erased on {left['erased']['time']}.", as_json=as_json)
            return
        copied = None
        if out is not None:
            _, batch = copy_out(workspace, item_id, out=out, reason=reason)
            copied = {"file": str(out), "batch": batch}
        view = look_at_item(workspace, item_id, sealed=sealed, reason=reason)
    document = _item_document(view, copied)
    show(document, _item_in_words(view, copied), as_json=as_json)


def _item_document(view: ItemView, copied: Any) -> ItemDocument:
    item = view.item
    return {
        "id": item.id,
        "sha256": item.sha256,
        "sha512": item.sha512 or None,
        "size": item.size,
        "type": item.media_type,
        "names": list(item.names),
        "paths": list(item.paths),
        "derived_from": view.parent,
        "derivation": item.derivation or None,
        "derived": list(view.derived),
        "sealed": item.is_sealed,
        "last_checked": item.last_checked,
        "statements": view.record["statements"],
        "sealed_left_out": view.sealed_left_out,
        "linked": view.record["linked"],
        "determinations": view.record["determinations"],
        "events": [_event(event) for event in view.events],
        "logged_in": view.batch,
        "copy": copied,
        "erased": None,
    }


def _event(event: ItemEvent) -> ItemEventDocument:
    return {
        "type": event.type,
        "time": event.time,
        "person": event.person,
        "outcome": event.outcome,
        "detail": event.detail,
        "batch": event.batch,
    }


def _erased_document(left: dict[str, Any]) -> ItemDocument:
    return {
        "id": left["id"], "sha256": None, "sha512": None, "size": None, "type": None, "names": [],
        "paths": [], "derived_from": None, "derivation": None, "derived": [], "sealed": False,
        "last_checked": None, "statements": [], "sealed_left_out": 0, "linked": [],
        "determinations": [], "events": [], "logged_in": None, "copy": None,
        "erased": left["erased"],
    }  # fmt: skip


def _item_in_words(view: ItemView, copied: Any) -> str:
    item = view.item
    lines = [
        f"{item.id}  {item.media_type}, {item.size:,} bytes",
        f"  SHA-256 {item.sha256}",
        *(f"  arrived as {one_line(path, 4_096)}" for path in item.paths),
        *([f"  made from {view.parent} ({item.derivation})"] if view.parent else []),
        *([f"  from it were made {', '.join(view.derived)}"] if view.derived else []),
        f"  bytes last re-read: {item.last_checked or 'never'}",
    ]
    known = {"digest", "sha512", "size", "media_type", "file_path", "file_name", "derived_from"}
    lines += [
        f"  {one['property']}: {one.get('record') or one['value']}"
        for one in view.record["statements"]
        if one["property"] not in known
    ]
    if view.sealed_left_out:
        lines.append(
            f"  {counted(view.sealed_left_out, 'sealed statement')}: look with --sealed --reason …"
        )
    lines.append("What happened to it:")
    lines += [
        f"  {event.time}  {event.type}: {event.outcome}  {event.person}  {event.detail}"
        for event in view.events
    ]
    if copied:
        lines.append(f"Its bytes are in {copied['file']} (logged in batch {copied['batch']}).")
    return "\n".join(lines)
