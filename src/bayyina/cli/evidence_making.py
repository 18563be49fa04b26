"""``bayyina evidence derive|ocr|describe|check``: what is made from items and said of them; fixity."""

from __future__ import annotations

from pathlib import Path

import click

from bayyina.app.evidence_checking import FixityCheck, check_evidence
from bayyina.app.evidence_deriving import Derived, derive_item, read_by_machine
from bayyina.app.evidence_forms import Described, describe_evidence
from bayyina.app.importing import report_path
from bayyina.cli.evidence_documents import DerivedDocument
from bayyina.cli.evidence_opening import workspace_with_vault
from bayyina.cli.printing import counted, json_option, progress_bar, show

SHOWN = 50
"""Findings that are listed in words; the JSON document has them all."""


@click.command("derive")
@click.argument("parent")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--tool", required=True, help="What made the file, such as ffmpeg or a person.")
@click.option("--tool-version", default="", help="Version of the tool.")
@click.option("--parameters", default="", help="With which parameters it was made.")
@click.option(
    "--kind", default="other", show_default=True, metavar="CODE",
    help="How: thumbnail, working_copy, conversion, extract, redaction, transcript, translation.",
)  # fmt: skip
@click.option("--note", default="", help="Anything else.")
@json_option
def derive_command(
    parent: str,
    file: Path,
    tool: str,
    tool_version: str,
    parameters: str,
    kind: str,
    note: str,
    as_json: bool,
) -> None:
    """Take in FILE, which was made from the item PARENT, as an item of its own."""
    with workspace_with_vault() as workspace, progress_bar() as progress:
        made = derive_item(
            workspace,
            parent=parent,
            file=file,
            derivation=kind,
            tool=tool,
            version=tool_version,
            parameters=parameters,
            note=note,
            report=report_path(workspace, file.absolute()),
            progress=progress,
        )
    show(_derived(made), f"{made.id} was made from {made.parent} ({kind}).", as_json=as_json)


@click.command("ocr")
@click.argument("item_id")
@click.option("--lang", default="ara+eng", show_default=True, help="As tesseract names them.")
@json_option
def ocr_command(item_id: str, lang: str, as_json: bool) -> None:
    """Have tesseract read the picture ITEM_ID; the text is an item of its own, and a lead.

    On Arabic papers it misreads names and turns dates around. Nothing is taken over into
    records: a person reads the paper.
    """
    with workspace_with_vault() as workspace, progress_bar() as progress:
        made = read_by_machine(
            workspace,
            item=item_id,
            languages=lang,
            report=report_path(workspace, Path(f"{item_id}.ocr")),
            progress=progress,
        )
    words = f"{made.id} is what a machine read in {made.parent}: a lead, checked by nobody."
    show(_derived(made), words, as_json=as_json)


def _derived(made: Derived) -> DerivedDocument:
    return {
        "parent": made.parent,
        "id": made.id,
        "sha256": made.sha256,
        "type": made.media_type,
        "batch": made.batch,
    }


@click.command("describe")
@click.argument("form", type=click.Path(path_type=Path))
@json_option
def describe_command(form: Path, as_json: bool) -> None:
    """Take in what FORM (*.evidence.yaml) says of items: documents, testimonies, examinations.

    Each statement keeps its wording, its language, who says it, and where in the item it stands
    (page, time). The same form given again changes nothing.
    """
    with workspace_with_vault() as workspace:
        done = describe_evidence(workspace, form=form)
    document = {
        "batch": done.batch,
        "records": [one._asdict() for one in done.records],
        "added": done.added,
        "statements": done.statements,
        "unchanged": done.unchanged,
    }
    show(document, _described_in_words(done), as_json=as_json)


def _described_in_words(done: Described) -> str:
    head = (
        "Nothing new: the workspace holds all of this already."
        if done.batch is None
        else f"Batch {done.batch}: {done.added} new records, {done.statements} new statements."
    )
    return "\n".join([head, *(f"  {one.id:<10} {one.type} {one.key}" for one in done.records)])


@click.command("check")
@click.option(
    "--limit", type=int, help="How many items are re-read at most, longest unchecked first."
)
@click.option(
    "--rate-limit", type=float, metavar="MB/S", help="Megabytes a second to read at most."
)
@json_option
def check_command(limit: int | None, rate_limit: float | None, as_json: bool) -> int:
    """Re-read items and compare their bytes with what was taken in; mend from the replica.

    What is missing, changed, cut, swapped or added is named one by one. Ends with 1 if
    anything was found, mended or not.
    """
    with workspace_with_vault() as workspace, progress_bar() as progress:
        done = check_evidence(workspace, progress=progress, limit=limit, rate_mb=rate_limit)
    show(done.to_json(), _fixity_in_words(done), as_json=as_json)
    return 0 if done.ok else 1


def _fixity_in_words(done: FixityCheck) -> str:
    read = (
        f"{len(done.items)} of {counted(done.total, 'item')} re-read ({done.bytes:,} bytes); "
        f"{done.never_checked} never, the longest unchecked since {done.oldest_check or 'never'}."
    )
    lines = [read]
    if done.not_opened:
        lines.append(
            f"The content of {counted(done.not_opened, 'item')} was NOT re-read: you do not hold the "
            "evidence key. Whether the stored, encrypted bytes are there, are as many as was taken in, "
            "and begin as they should was looked at, and nothing else."
        )
    if done.erased:
        lines.append(
            f"{counted(done.erased, 'item')} were erased by two people; their bytes are gone."
        )
    if done.replicated:
        lines.append(f"{done.replicated} blobs were copied to the replica, which lacked them.")
    lines += [
        f"  {one.id or '-'} {one.state} in the {one.place}{' (mended)' if one.repaired else ''}: {one.detail}"
        for one in done.findings[:SHOWN]
    ]
    if len(done.findings) > SHOWN:
        lines.append(f"  and {len(done.findings) - SHOWN} more; --json has them all.")
    lines.append("Everything that was looked at holds." if done.ok else "Not everything holds.")
    return "\n".join(lines)
