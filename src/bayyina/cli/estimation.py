"""``bayyina estimate``: how many people were never documented, or why that cannot be said.

A file needs neither a workspace nor Django; what does is loaded only for ``--query``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import get_args

import click

from bayyina.cli.estimation_printing import document_of, in_words
from bayyina.cli.printing import json_option, progress_bar, show
from bayyina.errors import InputError, StorageError
from bayyina.estimation.capture_files import read_capture_file
from bayyina.estimation.captures import Captures
from bayyina.estimation.column_roles import Wanted
from bayyina.estimation.estimating import Method
from bayyina.estimation.examples import example_names, read_example
from bayyina.estimation.population_checks import Declared
from bayyina.estimation.results import Refusal
from bayyina.estimation.study import Settings, Study, describe, make_study

WORKSPACE_MODULE = "bayyina.cli.estimation_of_workspace"
"""Reads the lists of a workspace; it needs Django, so it is loaded only when it is asked for."""

SECONDS_UNSEEN = 5.0
"""Work that takes no longer than this is done without a word."""

DRAWING_MODULE = "bayyina.app.drawing_estimates"
"""Draws; the library for it is slow to load, so it is loaded only when it is asked for."""


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--query", default="", help="Ask the workspace instead: a figure query that counts persons."
)
@click.option(
    "--example", type=click.Choice(example_names()), help="Run a built-in example instead."
)
@click.option(
    "--method",
    type=click.Choice(get_args(Method)),
    default="best",
    show_default=True,
    help="How to estimate; best combines the others and is calibrated.",
)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=1, show_default=True)
@click.option("--by", multiple=True, metavar="COLUMN", help="Divide the people; may be repeated.")
@click.option(
    "--list", "lists", multiple=True, metavar="NAME", help="Use only this list; may be repeated."
)
@click.option("--count", default="", metavar="COLUMN", help="The column of counts, if not found.")
@click.option(
    "--impossible",
    multiple=True,
    metavar="HISTORY",
    help="A history that nobody can have: 110, 11. or LIST+LIST.",
)
@click.option(
    "--one-population", default="", metavar="REASON", help="Why two lists drew from one population."
)
@click.option("--independent", default="", metavar="REASON", help="Why two lists are independent.")
@click.option(
    "--populations-differ",
    default="",
    metavar="REASON",
    help="Why they did not; nothing is estimated.",
)
@click.option(
    "--dependent",
    default="",
    metavar="REASON",
    help="How one list was made from another; nothing is estimated.",
)
@click.option(
    "--open-population",
    is_flag=True,
    help="People enter and leave what was counted; nothing is estimated.",
)
@click.option("--no-sensitivity", is_flag=True, help="Leave no list out in turn; quicker.")
@click.option("--overlap-only", is_flag=True, help="Describe how the lists overlap, no more.")
@click.option("--plot", type=click.Path(path_type=Path), help="Draw the estimate as SVG.")
@click.option("--overlap", type=click.Path(path_type=Path), help="Draw the overlaps as SVG.")
@click.option(
    "--lang",
    type=click.Choice(["en", "ar"]),
    default="en",
    show_default=True,
    help="Language of the text and the plots.",
)
@json_option
def estimate(
    file: Path | None,
    query: str,
    example: str | None,
    method: Method,
    seed: int,
    by: tuple[str, ...],
    lists: tuple[str, ...],
    count: str,
    impossible: tuple[str, ...],
    one_population: str,
    independent: str,
    populations_differ: str,
    dependent: str,
    open_population: bool,
    no_sensitivity: bool,
    overlap_only: bool,
    plot: Path | None,
    overlap: Path | None,
    lang: str,
    as_json: bool,
) -> None:
    """Estimate how many people no list holds, from the overlaps of the lists in FILE.

    FILE has a column of 0 and 1 for each list and a column of counts, or a row for each
    person. Ends with 1, and no number, where the lists do not give one; the reasons are said.
    """
    _check_pictures(plot, overlap)
    declared = Declared(
        one_population.strip(),
        independent.strip(),
        populations_differ.strip(),
        dependent.strip(),
        open_population,
    )
    settings = Settings(method, seed, with_sensitivity=not no_sensitivity)
    if sum([file is not None, bool(query), example is not None]) != 1:
        raise InputError(
            "Say what to estimate from: a file, or --query, or --example.",
            hint="One of them, such as: bayyina estimate counts.csv.",
        )
    in_arabic = None
    if example is not None:
        captures, declared = read_example(example)
        _, in_arabic = read_example(example, "ar")
    elif file is not None:
        captures = read_capture_file(file, Wanted(by, lists, count), impossible=impossible)
    else:
        captures = _of_workspace(query, lists, by, impossible)
    if overlap_only:
        study = describe(captures, settings)
    else:
        with progress_bar(lines=True) as progress:
            study = make_study(
                captures, declared, settings, in_arabic=in_arabic, progress=if_slow(progress)
            )
    _draw(study, plot, overlap, lang)
    show(document_of(study), in_words(study, lang), as_json=as_json)
    if isinstance(study.answer, Refusal) and not overlap_only:
        raise click.exceptions.Exit(1)


def if_slow(
    progress: Callable[[int, int | None, str], None],
) -> Callable[[int, int | None, str], None]:
    """Progress that begins only where there is something to wait for."""
    began = time.monotonic()

    def told(done: int, total: int | None, what: str) -> None:
        if time.monotonic() - began > SECONDS_UNSEEN:
            progress(done, total, what)

    return told


def _of_workspace(
    query: str, lists: Sequence[str], by: Sequence[str], impossible: Sequence[str]
) -> Captures:
    captures: Captures = import_module(WORKSPACE_MODULE).captures_of_workspace(
        query, lists=lists, by=by, impossible=impossible
    )
    return captures


def _check_pictures(*paths: Path | None) -> None:
    """Refuse before anything is computed what could not be written afterwards."""
    for path in paths:
        if path is None:
            continue
        if path.suffix.lower() != ".svg":
            raise InputError(f"{path} is no name of a drawing.", hint="Let it end in .svg.")
        if path.is_dir() or not path.absolute().parent.is_dir():
            raise InputError(
                f"{path} cannot be written.", hint="Name a file in a folder that is there."
            )


def _draw(study: Study, plot: Path | None, overlap: Path | None, lang: str) -> None:
    if plot is None and overlap is None:
        return
    drawing = import_module(DRAWING_MODULE)
    if overlap is not None:
        _write(overlap, drawing.draw_overlap(study.check.overlap, lang))
    if plot is None:
        return
    if isinstance(study.answer, Refusal):
        click.echo(f"{plot} was not drawn: nothing was estimated.", err=True)
        return
    _write(plot, drawing.draw_estimate(study, lang))


def _write(path: Path, svg: str) -> None:
    try:
        path.write_text(svg, encoding="utf-8", newline="\n")
    except OSError as error:
        raise StorageError(
            f"{path} cannot be written: {error.strerror}.", hint="Choose another place."
        ) from error
