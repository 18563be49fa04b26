"""``bayyina export``: records in forms that others read."""

from __future__ import annotations

from pathlib import Path

import click

from bayyina.app.exporting import FORMATS, LEVELS, export_records
from bayyina.cli.left_out import in_words
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.printing import json_option, progress_bar, show


@click.command()
@click.argument("form", type=click.Choice(FORMATS))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="File to write.")
@click.option("--query", help='Only what a figure counts, such as "count persons with Death".')
@click.option("--type", "record_type", help="Only records of a type, such as Person.")
@click.option(
    "--level",
    type=click.Choice(list(LEVELS)),
    default="internal",
    show_default=True,
    help="The most sensitive properties that may leave; sealed ones never do.",
)
@click.option(
    "--for",
    "recipient",
    help="Who receives it, as `bayyina release recipients` lists them; the people who work here "
    "if not given, and everybody with --level public.",
)
@json_option
def export(
    form: str,
    out: Path,
    query: str | None,
    record_type: str | None,
    level: str,
    recipient: str | None,
    as_json: bool,
) -> None:
    """Write records in a FORM that others read; the export is logged.

    csv and parquet: one row a statement, with HURIDOCS codes. json-ld: linked data. geojson:
    what has a place. ftm: FollowTheMoney entities; ftm-statements: with a source each. uwazi: a ZIP for
    its import, and the mapping that reads it back here.
    """
    with workspace_at_work() as workspace, progress_bar() as progress:
        done = export_records(
            workspace,
            form=form,
            out=out,
            progress=progress,
            query=query,
            record_type=record_type,
            level=level,
            recipient=recipient,
        )
    document = {
        "form": form,
        "files": [str(path) for path in done.files],
        "records": done.records,
        "rows": done.rows,
        "sha256": done.sha256,
        "level": level,
        "recipient": done.recipient,
        "left_out": list(done.left_out),
        "batch": done.batch,
    }
    names = ", ".join(map(str, done.files))
    lines = [f"{done.records:,} records in {names}, for {done.recipient}"]
    lines += [in_words(one) for one in done.left_out]
    lines.append(f"SHA-256 {done.sha256}")
    show(document, "\n".join(lines), as_json=as_json)
