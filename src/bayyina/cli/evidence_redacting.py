"""``bayyina evidence redact``: a redacted copy of an item, kept beside it with its plan."""

from __future__ import annotations

from pathlib import Path

import click

from bayyina.app.evidence_redacting import redact_item
from bayyina.app.importing import report_path
from bayyina.cli.evidence_opening import workspace_with_vault
from bayyina.cli.printing import json_option, progress_bar, show
from bayyina.cli.redaction_documents import (
    RedactedItemDocument,
    redacted_document,
    redaction_text,
)


@click.command("redact")
@click.argument("item_id")
@click.option(
    "--plan",
    type=click.Path(path_type=Path),
    required=True,
    help="What is redacted, and why: a *.redaction.yaml file. It is kept as a sealed item.",
)
@click.option(
    "--open", "opened", is_flag=True, help="The copy of a sealed item is not to be sealed."
)
@click.option("--reason", default="", help="Why a sealed item is opened for it.")
@json_option
def redact_command(item_id: str, plan: Path, opened: bool, reason: str, as_json: bool) -> None:
    """Make a copy of the item ITEM_ID in which what the plan names cannot be read.

    The copy is an item of its own that says from which, with what and by which plan it was made.
    The original stays as it is.
    """
    with workspace_with_vault() as workspace, progress_bar() as progress:
        done = redact_item(
            workspace,
            item=item_id,
            plan=plan,
            report=report_path(workspace, Path(f"{item_id}.redact")),
            progress=progress,
            opened=opened,
            reason=reason,
        )
    document: RedactedItemDocument = {
        "parent": done.made.parent,
        "id": done.made.id,
        "plan": done.plan,
        "batch": done.batch,
        **redacted_document(done.redaction),
    }
    words = (
        f"{done.made.id} is a redacted copy of {done.made.parent}; its plan is kept as "
        f"{done.plan}, sealed.\n{redaction_text(done.redaction)}"
    )
    show(document, words, as_json=as_json)
