"""``bayyina redact``: a copy of a file in which what a plan names cannot be read; no workspace."""

from __future__ import annotations

from pathlib import Path

import click

from bayyina.cli.printing import json_option, show
from bayyina.cli.redaction_documents import RedactedDocument, redacted_document, redaction_text
from bayyina.media.redaction.running import redact_file


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--plan",
    type=click.Path(path_type=Path),
    required=True,
    help="What is redacted, and why: a *.redaction.yaml file.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="The copy; nothing may be there."
)
@json_option
def redact(file: Path, plan: Path, out: Path, as_json: bool) -> None:
    """Write a copy of FILE in which what the plan names cannot be read; FILE stays as it is.

    Texts get marks, tables are written anew from their cells, pictures get opaque boxes and
    lose all that they say of themselves, pages of a PDF become pictures, sound is silenced.
    The copy is opened again and checked; one that does not pass is removed, and this ends
    with 1.
    """
    done = redact_file(file, plan, out)
    document: RedactedDocument = {
        "file": str(file),
        "out": str(out),
        **redacted_document(done),
    }
    show(document, f"{out} was written.\n{redaction_text(done)}", as_json=as_json)
