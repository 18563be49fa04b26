"""``bayyina report``: documents from definitions."""

from __future__ import annotations

from pathlib import Path

import click

from bayyina.app.building_reports import build_reports
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.printing import json_option, progress_bar, show
from bayyina.reporting.definitions import built_in_reports


@click.group()
def report() -> None:
    """Build reports from their definitions."""


@report.command()
@click.argument("name")
@click.option(
    "--lang",
    "languages",
    multiple=True,
    help="May be given several times; every language of the report if not given.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for the files; reports/NAME in the workspace if not given.",
)
@json_option
def build(name: str, languages: tuple[str, ...], out: Path | None, as_json: bool) -> None:
    """Build the report NAME: a built-in one, or the path of a *.report.md file."""
    with workspace_at_work() as workspace, progress_bar() as progress:
        folder = out or workspace.folder / "reports" / Path(name).name.removesuffix(".report.md")
        built = build_reports(
            workspace, name=name, languages=languages, out_folder=folder, progress=progress
        )
    document = {
        "report": {lang: [str(path) for path in paths] for lang, paths in built.files.items()},
        "figures": {name: figure.to_json() for name, figure in built.figures.items()},
        "batch": built.batch,
    }
    lines = [str(path) for paths in built.files.values() for path in paths[:2]]
    show(document, "\n".join(lines), as_json=as_json)


@report.command("list")
@json_option
def list_reports(as_json: bool) -> None:
    """List the built-in reports."""
    names = list(built_in_reports())
    show({"reports": names}, "\n".join(names), as_json=as_json)
