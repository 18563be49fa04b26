"""``bayyina exhibits``: the list of exhibits of a case, with its custody annex."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from bayyina.app.listing_exhibits import exhibits_document, write_exhibits
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.printing import counted, json_option, progress_bar, show

LANGUAGE = click.Choice(["en", "ar"])


@click.command()
@click.argument("records", nargs=-1)
@click.option("--query", help="List the records that this figure query counts, too.")
@click.option("--lang", "languages", multiple=True, type=LANGUAGE, help="Both if not given.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the files.")
@json_option
def exhibits(
    records: tuple[str, ...],
    query: str | None,
    languages: tuple[str, ...],
    out: Path | None,
    as_json: bool,
) -> None:
    """Write the list of exhibits of RECORDS (short ids): who says so, which files, their digests.

    The custody annex gives the log's entry and the leaf of every statement, with a proof file
    that an outsider checks (`log check-proof`); SHA256SUMS covers all files (`sha256sum -c`).
    """
    with workspace_at_work() as workspace, progress_bar() as progress:
        done = write_exhibits(
            workspace,
            records,
            progress,
            languages=languages or ("en", "ar"),
            out_folder=out or workspace.folder / "papers" / "exhibits",
            query=query,
        )
    document: dict[str, Any] = {
        **exhibits_document(done.exhibits),
        "written": {
            **{lang: [str(path) for path in paths] for lang, paths in done.files.items()},
            "document": [str(done.document)],
            "sums": [str(done.sums)],
        },
        "batch": done.batch,
    }
    listed = done.exhibits
    statements = sum(len(one.statements) for one in listed.exhibits)
    told = f"{counted(len(listed.exhibits), 'exhibit')}, {counted(statements, 'statement')}, {counted(len(listed.files), 'file')}"
    lines = [f"{told}; sealed statements left out: {listed.withheld}"]
    if listed.untold:
        lines.append(f"The family has not been told: {', '.join(listed.untold)}. Not to be public.")
    lines += [str(path) for paths in done.files.values() for path in paths]
    lines += [str(done.document), str(done.sums)]
    show(document, "\n".join(lines), as_json=as_json)
