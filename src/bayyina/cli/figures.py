"""``bayyina figures``: count, open, digest."""

from __future__ import annotations

import click

from bayyina.app.counting import count_figure, digest_figure, open_figure
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.printing import json_option, progress_bar, show
from bayyina.figures.results import Figure


def in_words(figure: Figure) -> str:
    """A figure as a person reads it on a terminal."""
    low, high = figure.range
    value = f"{figure.comparator} {figure.value:,} {figure.unit}".strip()
    lines = [f"{value} (certain {low:,}, possible {high:,})"]
    if figure.meaning:
        lines.append(figure.meaning)
    for group in figure.groups:
        key = ", ".join(f"{name} {code}" for name, code in group.key.items())
        lines.append(
            f"  {group.value:>12,}  {key}  (certain {group.range[0]:,}, possible {group.range[1]:,})"
        )
    if figure.groups and not figure.groups_sum:
        lines.append("  The groups do not add up to the whole.")
    lines += [
        f"axis: {figure.axis}; as of {figure.as_of}; known at {figure.known_at or 'now'}",
        f"rules: {figure.methodology}; custody size {figure.custody_size}",
        figure.query,
    ]
    return "\n".join(lines)


@click.group()
def figures() -> None:
    """Count, and open what was counted."""


@figures.command("count")
@click.argument("query")
@json_option
def count(query: str, as_json: bool) -> None:
    """Count what QUERY asks for, such as "count persons held as of 2023-08-31 by sex"."""
    with workspace_at_work() as workspace, progress_bar() as progress:
        figure = count_figure(workspace, query, progress)
    show(figure.to_json(), in_words(figure), as_json=as_json)


@figures.command("open")
@click.argument("query")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many records.")
@json_option
def open_(query: str, limit: int | None, as_json: bool) -> None:
    """List the records that QUERY counts, by short id; never by name."""
    with workspace_at_work() as workspace, progress_bar() as progress:
        records = list(open_figure(workspace, query, progress, limit=limit))
    text = "\n".join(f"{r['id']}  {'certain' if r['certain'] else 'possible'}" for r in records)
    show({"query": query, "records": records}, text or "No records.", as_json=as_json)


@figures.command("digest")
@click.argument("query")
@json_option
def digest(query: str, as_json: bool) -> None:
    """Give the SHA-256 over the numbers of the records that QUERY counts."""
    with workspace_at_work() as workspace, progress_bar() as progress:
        value = digest_figure(workspace, query, progress)
    show({"query": query, "digest": value}, value, as_json=as_json)
