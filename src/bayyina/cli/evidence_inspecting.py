"""``bayyina evidence inspect``: what an item is and says."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import cast

import click

from bayyina.app.evidence_inspecting import inspect_item
from bayyina.app.importing import report_path
from bayyina.cli.evidence_documents import InspectionDocument
from bayyina.cli.evidence_opening import workspace_with_vault
from bayyina.cli.media_documents import FileReportDocument
from bayyina.cli.media_text import report_text
from bayyina.cli.printing import json_option, progress_bar, show
from bayyina.media.inspecting import inspect_files
from bayyina.media.limits import COPIES


@click.command("inspect")
@click.argument("item_id")
@click.option("--lang", type=click.Choice(["en", "ar"]), default="en", show_default=True)
@click.option("--copies", is_flag=True, help="Also look for regions in a picture that are alike.")
@json_option
def inspect_command(item_id: str, lang: str, copies: bool, as_json: bool) -> None:
    """Look into the item ITEM_ID: types, metadata, indicators; the report is kept as an item."""
    look = partial(inspect_files, wanted=COPIES) if copies else inspect_files
    with workspace_with_vault() as workspace, progress_bar() as progress:
        made, said = inspect_item(
            workspace,
            item=item_id,
            report=report_path(workspace, Path(f"{item_id}.inspect")),
            progress=progress,
            inspect=look,
            parameters="--copies" if copies else "",
        )
    document: InspectionDocument = {
        "parent": made.parent,
        "id": made.id,
        "sha256": made.sha256,
        "type": made.media_type,
        "batch": made.batch,
        "report": cast(FileReportDocument, said.document()),
    }
    words = f"{report_text(said, lang)}\nKept as {made.id}, made from {made.parent}."
    show(document, words, as_json=as_json)
