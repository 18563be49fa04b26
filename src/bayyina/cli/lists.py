"""``bayyina import`` and ``bayyina undo``."""

from __future__ import annotations

from pathlib import Path

import click

from bayyina.app.importing import import_list, report_path
from bayyina.app.job_kinds import REFRESH_SNAPSHOT, runner
from bayyina.app.own_files import own_vocabulary
from bayyina.app.undoing import undo_batch
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.printing import json_option, progress_bar, show
from bayyina.errors import InputError
from bayyina.model.places import Gazetteer
from bayyina.tables.mapping import Mapping
from bayyina.tables.reading import open_table
from bayyina.tables.suggesting import suggest


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--mapping", type=click.Path(path_type=Path), help="How the list's rows are read.")
@click.option("--suggest", "suggesting", is_flag=True, help="Draft a mapping and stop.")
@click.option("--dry-run", is_flag=True, help="Say what would change; store nothing.")
@click.option(
    "--confirm-withdrawals", is_flag=True, help="Rows that are gone are really withdrawn."
)
@click.option(
    "--report",
    "report",
    type=click.Path(path_type=Path),
    help="Where the per-row report goes; in the workspace if not given.",
)
@click.option("--case", default="", metavar="CODE", help="The case that a new list belongs to.")
@json_option
def import_(
    file: Path,
    mapping: Path | None,
    suggesting: bool,
    dry_run: bool,
    confirm_withdrawals: bool,
    report: Path | None,
    case: str,
    as_json: bool,
) -> None:
    """Take the list FILE in, as its MAPPING says: CSV, TSV, XLSX, ODS, JSON Lines or ZIP."""
    if suggesting:
        folder = Path(click.get_current_context().find_root().obj["workspace"])
        draft = suggest(
            open_table(file, guess_header=True), own_vocabulary(folder), Gazetteer.load()
        )
        show({"mapping": draft}, draft, as_json=as_json)
        return
    if mapping is None:
        raise InputError(
            "A list needs a mapping.",
            hint="Draft one with --suggest, look it over, and give it with --mapping.",
        )
    with workspace_at_work() as workspace, progress_bar() as progress:
        result = import_list(
            workspace,
            file=file,
            mapping=Mapping.load(mapping, workspace.vocabulary),
            report=report or report_path(workspace, file),
            progress=progress,
            dry_run=dry_run,
            confirm_withdrawals=confirm_withdrawals,
            case=case,
        )
        if result.batch is not None:
            # The first figure after an import need not wait when a job has gone before it.
            runner(workspace).enqueue(REFRESH_SNAPSHOT, {})
    show(result.to_json(), result.in_words(), as_json=as_json)


@click.command()
@click.argument("batch", type=int)
@click.option("--reason", default="", help="Why; it stands in the log's rows.")
@json_option
def undo(batch: int, reason: str, as_json: bool) -> None:
    """Take an import, judgements or a linkage back: BATCH stays in the log, and counts no longer."""
    with workspace_at_work() as workspace:
        undone = undo_batch(workspace, batch=batch, reason=reason)
    document = {
        "batch": batch,
        "closed_by": undone.batch,
        "judgements": undone.judgements,
        "determinations": undone.determinations,
    }
    lines = [f"Batch {batch} no longer stands (batch {undone.batch})."]
    if undone.judgements or undone.determinations:
        lines.append(
            "What people decided about its records counts no longer either: judgements of pairs "
            f"{undone.judgements}, signed determinations {undone.determinations}."
        )
    show(document, "\n".join(lines), as_json=as_json)
