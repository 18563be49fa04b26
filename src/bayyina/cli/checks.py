"""``bayyina check``: the small files people write."""

from __future__ import annotations

from pathlib import Path

import click

from bayyina.app.checking_files import check_file
from bayyina.cli.printing import json_option, show


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def check(file: Path, as_json: bool) -> None:
    """Check FILE: a mapping, methodology, standard, vocabulary, claims, order, site, report or plan.

    Words that the workspace adds are known where --workspace names one.
    """
    folder = Path(click.get_current_context().find_root().obj["workspace"])
    kind, findings = check_file(file, folder)
    document = {
        "file": str(file),
        "kind": kind,
        "ok": not findings,
        "findings": [{"line": f.line, "message": f.message} for f in findings],
    }
    lines = [
        f"{file}, line {f.line}: {f.message}" if f.line else f"{file}: {f.message}"
        for f in findings
    ]
    show(document, "\n".join(lines) or f"{file} is a sound {kind} file.", as_json=as_json)
    if findings:
        raise click.exceptions.Exit(1)
