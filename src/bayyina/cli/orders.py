"""``bayyina orders``: what courts ordered, what is due when, what lies before and after."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from bayyina.app.monitoring_orders import (
    find_case,
    known_cases,
    monitor_case,
    write_order_report,
)
from bayyina.app.own_files import MARKER
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.orders_text import status_text
from bayyina.cli.printing import json_option, progress_bar, show
from bayyina.errors import InputError
from bayyina.orders.calendar_file import calendar_text
from bayyina.orders.documents import status_document
from bayyina.orders.results import CaseStatus
from bayyina.orders.status import case_status
from bayyina.standards.order_file import OrderFile

LANGUAGE = click.Choice(["en", "ar"])


@click.group()
def orders() -> None:
    """Court orders: obligations, deadlines, indicators, events by phase."""


@orders.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Name the shipped cases and the workspace's own (its folder orders/)."""
    cases = list(known_cases(_folder()))
    show({"cases": cases}, "\n".join(cases), as_json=as_json)


@orders.command("status")
@click.argument("case", required=False)
@click.option("--case", "named", help="The case: a shipped name, or an order file.")
@click.option("--as-of", "as_of", help="The day; today without it.")
@click.option("--known-at", "known_at", help="Count only what sources had said by this day.")
@click.option(
    "--lang", type=LANGUAGE, default="en", show_default=True, help="Language of the words."
)
@click.option("--no-figures", is_flag=True, help="Do not count indicators; needs no workspace.")
@json_option
def status(
    case: str | None,
    named: str | None,
    as_of: str | None,
    known_at: str | None,
    lang: str,
    no_figures: bool,
    as_json: bool,
) -> None:
    """Show a CASE (a name such as icj-188, or an order file) as of a day.

    Indicators are counted where there is a workspace; without one the rest is shown.
    """
    content = find_case(_folder(), named or case)
    day = _day(as_of, "--as-of")
    result = _status(content, day, _day(known_at, "--known-at") if known_at else None, no_figures)
    show(status_document(result), status_text(result, lang), as_json=as_json)


@orders.command("report")
@click.argument("case", required=False)
@click.option("--as-of", "as_of", help="The day; today without it.")
@click.option("--known-at", "known_at", help="Count only what sources had said by this day.")
@click.option("--lang", "languages", multiple=True, type=LANGUAGE, help="Both if not given.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the files.")
@json_option
def report(
    case: str | None,
    as_of: str | None,
    known_at: str | None,
    languages: tuple[str, ...],
    out: Path | None,
    as_json: bool,
) -> None:
    """Write the status of a CASE as a document, web page and PDF, in both languages."""
    content = find_case(_folder(), case)
    day = _day(as_of, "--as-of")
    known = _day(known_at, "--known-at") if known_at else None
    with workspace_at_work() as workspace, progress_bar() as progress:
        result = monitor_case(workspace, content, day, progress, known_at=known)
        files = write_order_report(
            workspace,
            result,
            languages=languages or ("en", "ar"),
            out_folder=out or workspace.folder / "reports" / content.case.id,
        )
    document = {
        "case": content.case.id,
        "as_of": day.isoformat(),
        "report": {lang: [str(path) for path in paths] for lang, paths in files.items()},
    }
    lines = [str(path) for paths in files.values() for path in paths]
    show(document, "\n".join(lines), as_json=as_json)


@orders.command("calendar")
@click.argument("case", required=False)
@click.option("--as-of", "as_of", help="The day; today without it.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="File to write (.ics).")
@click.option(
    "--lang", type=LANGUAGE, default="en", show_default=True, help="Language of the words."
)
@json_option
def calendar(case: str | None, as_of: str | None, out: Path, lang: str, as_json: bool) -> None:
    """Write the deadlines of a CASE as an iCalendar file."""
    content = find_case(_folder(), case)
    result = case_status(content, _day(as_of, "--as-of"))
    text = calendar_text(result, lang, datetime.now(UTC))
    try:
        out.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        reason = error.strerror or "it cannot be opened"
        raise InputError(
            f"{out} cannot be written: {reason}.", hint="Name another file."
        ) from error
    number = text.count("BEGIN:VEVENT")
    document: dict[str, Any] = {"case": content.case.id, "file": str(out), "deadlines": number}
    show(document, f"{number} deadlines in {out}", as_json=as_json)


def _status(content: OrderFile, day: date, known_at: date | None, no_figures: bool) -> CaseStatus:
    """The status with figures where there is a workspace, or one was named."""
    root = click.get_current_context().find_root()
    source = root.get_parameter_source("workspace")
    is_named = source is not None and source.name != "DEFAULT"
    if no_figures or not (is_named or (_folder() / MARKER).is_file()):
        return case_status(content, day)
    with workspace_at_work() as workspace, progress_bar() as progress:
        return monitor_case(workspace, content, day, progress, known_at=known_at)


def _folder() -> Path:
    return Path(click.get_current_context().find_root().obj["workspace"])


def _day(text: str | None, option: str) -> date:
    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(
            f"{option} is not a day: {text}.", hint="Write it as 2024-02-21."
        ) from error
