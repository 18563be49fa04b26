"""``bayyina figures``: count, open, digest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from bayyina.app.counting import count_figure, digest_figure, open_figure
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.printing import json_option, progress_bar, show
from bayyina.reporting.answers import figure_in_words
from bayyina.reporting.figure_results import FigureResult
from bayyina.reporting.labels import VocabularyLabels

LANGUAGES = ("en", "ar")
"""Languages of the words around figures."""


@click.group()
def figures() -> None:
    """Count, and open what was counted."""


@figures.command("count")
@click.argument("query")
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default="en",
    show_default=True,
    help="Language of the words; the JSON document holds codes.",
)
@json_option
def count(query: str, lang: str, as_json: bool) -> None:
    """Count what QUERY asks for, such as "count persons held as of 2023-08-31 by sex"."""
    with workspace_at_work() as workspace, progress_bar() as progress:
        figure = count_figure(workspace, query, progress)
        labels = VocabularyLabels(workspace.vocabulary, workspace.gazetteer)
    words = figure_in_words(FigureResult.of(figure), labels, lang)
    show(figure.to_json(), words, as_json=as_json)


@figures.command("open")
@click.argument("query")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many records.")
@json_option
def open_(query: str, limit: int | None, as_json: bool) -> None:
    """List the records that QUERY counts, by short id; never by name."""
    with workspace_at_work() as workspace, progress_bar() as progress:
        records = list(open_figure(workspace, query, progress, limit=limit))
    text = "\n".join(_record_line(record) for record in records)
    show({"query": query, "records": records}, text or "No records.", as_json=as_json)


def _record_line(record: Mapping[str, Any]) -> str:
    """A record as a line; who is held with the day on which that was last confirmed."""
    line = f"{record['id']}  {'certain' if record['certain'] else 'possible'}"
    day = record.get("last_confirmed")
    return line if day is None else f"{line}  last confirmed {day}"


@figures.command("digest")
@click.argument("query")
@json_option
def digest(query: str, as_json: bool) -> None:
    """Give the SHA-256 over the numbers of the records that QUERY counts."""
    with workspace_at_work() as workspace, progress_bar() as progress:
        value = digest_figure(workspace, query, progress)
    show({"query": query, "digest": value}, value, as_json=as_json)
