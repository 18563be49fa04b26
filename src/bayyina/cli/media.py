"""``bayyina media``: what files are and say, and which look alike; no workspace, no database."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Final

import click

from bayyina.cli.media_text import near_text, report_text
from bayyina.cli.printing import json_option, progress_bar, show
from bayyina.media.inspecting import files_below, inspect_files
from bayyina.media.near import RADIUS, find_near, near_document
from bayyina.media.results import MISSING, FileReport
from bayyina.media.series import with_series

UNREADABLE_INPUT: Final = 2


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def media() -> None:
    """What files are and say, and which look alike.

    Files are opened in a process of its own, with limits, so that a broken or hostile one
    does no harm. What is found are indicators for a person to look at, never verdicts.
    """


@media.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."
)
@click.option(
    "--lang",
    type=click.Choice(["en", "ar"]),
    default="en",
    show_default=True,
    help="Language of the findings in words.",
)
@json_option
def inspect(files: tuple[Path, ...], lang: str, as_json: bool) -> None:
    """Say what each FILE is, what it says of itself, and what a person should look at.

    A folder stands for all files in it. Several photographs are also looked at as a series:
    counters, clocks, cameras. Ends with 0 whatever the files are; with 2 when one that was
    named is not there.
    """
    reports = with_series(_look(files, "inspect"))
    text = "\n\n".join(report_text(report, lang) for report in reports)
    show([report.document() for report in reports], text + _summary(reports), as_json=as_json)
    _complain_of_missing(reports)


@media.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."
)
@click.option(
    "--radius",
    type=click.IntRange(0, 128),
    default=RADIUS,
    show_default=True,
    help="Bits of 256 in which the hashes of two pictures may differ.",
)
@json_option
def near(files: tuple[Path, ...], radius: int, as_json: bool) -> None:
    """Group the FILES that look alike: copies, smaller ones, turned and mirrored ones, films.

    A folder stands for all files in it. The unit is the file: a group is not a body, a person
    or a case. No near pair is left out.
    """
    reports = _look(files, "near")
    found = find_near(reports, radius=radius)
    show(near_document(reports, found, radius), near_text(reports, found), as_json=as_json)
    _complain_of_missing(reports)


def _look(files: tuple[Path, ...], wanted: str) -> list[FileReport]:
    paths = list(files_below(files))
    reports = []
    with progress_bar() as tell:
        for report in inspect_files(paths, wanted=wanted):
            reports.append(report)
            tell(len(reports), len(paths), "Looking into files")
    return reports


def _summary(reports: list[FileReport]) -> str:
    if len(reports) < 2:
        return ""
    counts = Counter(report.outcome for report in reports)
    words = ", ".join(f"{outcome} {count}" for outcome, count in counts.most_common())
    return f"\n\n{len(reports)} files: {words}."


def _complain_of_missing(reports: list[FileReport]) -> None:
    """End with 2 where something that was named is not there; the rest has been printed."""
    missing = [report.path for report in reports if report.outcome == MISSING]
    if missing:
        click.echo(
            f"{len(missing)} of the {len(reports)} names given are of nothing that is there;"
            " the others have been looked into. Check the spelling of the names.",
            err=True,
        )
        raise click.exceptions.Exit(UNREADABLE_INPUT)
