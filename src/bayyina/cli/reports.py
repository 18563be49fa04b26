"""``bayyina report``: documents from definitions, their release, and what became of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from bayyina.app.building_reports import build_reports
from bayyina.app.publishing import publish_report
from bayyina.app.report_differences import Difference
from bayyina.app.revising import Ledger, compare_report
from bayyina.app.rewinding import read_moment
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.printing import counted, json_option, progress_bar, show
from bayyina.reporting.definitions import SUFFIX, Definition, built_in_reports
from bayyina.reporting.parameters import read_settings


@click.group()
def report() -> None:
    """Build reports, release them, and say what has changed since."""


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
@click.option("--set", "settings", multiple=True, help="A parameter, such as year=2023.")
@click.option("--known-at", "known_at", help="Count only what sources had said by this day.")
@click.option(
    "--recorded-at",
    "recorded_at",
    help="Count only what the custody log held at this day, or in its first so many entries.",
)
@json_option
def build(
    name: str,
    languages: tuple[str, ...],
    out: Path | None,
    settings: tuple[str, ...],
    known_at: str | None,
    recorded_at: str | None,
    as_json: bool,
) -> None:
    """Build the report NAME: a built-in one, or the path of a *.report.md file.

    What is built is a draft until two people have released it (`bayyina report publish`).
    """
    given = read_settings(settings)
    moment = read_moment(known_at, recorded_at)
    definition = Definition.load(name, given)
    stem = definition.name if definition.values else Path(name).name.removesuffix(SUFFIX)
    with workspace_at_work() as workspace, progress_bar() as progress:
        built = build_reports(
            workspace,
            name=name,
            languages=languages,
            out_folder=out or workspace.folder / "reports" / stem,
            progress=progress,
            settings=given,
            moment=moment,
        )
    document = {
        "report": {lang: [str(path) for path in paths] for lang, paths in built.files.items()},
        "figures": {name: figure.to_json() for name, figure in built.figures.items()},
        "batch": built.batch,
        "parameters": dict(definition.values),
        "twin": str(built.twin),
        "digest": built.twin_digest,
        "state": "draft",
    }
    lines = [str(path) for paths in built.files.values() for path in paths[:2]]
    lines.append("A draft until two people release it: bayyina report publish " + str(built.twin))
    show(document, "\n".join(lines), as_json=as_json)


@report.command("list")
@json_option
def list_reports(as_json: bool) -> None:
    """List the built-in reports."""
    names = list(built_in_reports())
    show({"reports": names}, "\n".join(names), as_json=as_json)


@report.command()
@click.argument("twin", type=click.Path(path_type=Path))
@click.option("--reasons", required=True, help="What you looked at before signing.")
@click.option(
    "--recipient",
    "recipients",
    multiple=True,
    help="A body that receives the report; may be given several times.",
)
@json_option
def publish(twin: Path, reasons: str, recipients: tuple[str, ...], as_json: bool) -> None:
    """Sign the report whose machine-readable file is TWIN; the second person releases it.

    The second signature writes its pages again, without the notice that they are a draft.
    """
    with workspace_at_work() as workspace:
        found = publish_report(workspace, twin, reasons=reasons, recipients=recipients)
    document = {
        "report": found.twin.name,
        "digest": found.twin.digest,
        "state": "published" if found.is_published else "draft",
        "people": list(found.people),
        "recipients": list(found.recipients),
        "small_groups": found.small_groups,
        "differences": [one.to_json() for one in found.differences.found],
        "differences_whole": found.differences.is_whole,
        "entered_by": list(found.entered_by),
        "files": [str(path) for path in found.files],
        "batch": found.batch,
    }
    lines = [f"{found.twin.name}: {document['state']}, signed by {' and '.join(found.people)}"]
    if not found.is_published:
        lines.append("A second person with the role verifier must sign it.")
    if found.small_groups:
        lines.append(
            f"{counted(found.small_groups, 'group')} hold one or two records and may point at a person."
        )
    lines += [_difference_line(one) for one in found.differences.found]
    if not found.differences.is_whole:
        lines.append("There are so many near numbers that not all were held against each other.")
    if found.entered_by:
        lines.append(f"Signed by who entered records of it: {', '.join(found.entered_by)}.")
    lines += [str(path) for path in found.files]
    show(document, "\n".join(lines), as_json=as_json)


def _difference_line(one: Difference) -> str:
    where = f" of the report {one.report}" if one.report else ""
    few = counted(one.records, "record")
    return f"{one.number} and {one.other}{where} together give away a group of {few}."


@report.command()
@click.argument("twin", type=click.Path(path_type=Path))
@json_option
def compare(twin: Path, as_json: bool) -> None:
    """Count the figures of an earlier report again; TWIN is its machine-readable file.

    Says which figures changed, by how much and why, and who is to get a correction notice.
    Ends with status 1 when a figure changed.
    """
    with workspace_at_work() as workspace, progress_bar() as progress:
        ledger = compare_report(workspace, twin, progress)
    show(_ledger_document(ledger), _ledger_text(ledger), as_json=as_json)
    if ledger.changed:
        raise click.exceptions.Exit(1)


def _ledger_document(ledger: Ledger) -> dict[str, Any]:
    return {
        "report": ledger.twin.name,
        "digest": ledger.twin.digest,
        "built_here": ledger.is_known,
        "published": ledger.is_published,
        "changed": len(ledger.changed),
        "since": dict(ledger.actions),
        "figures": [
            {
                "id": one.id,
                "title": dict(one.title),
                "query": one.query,
                "changed": one.is_changed,
                "published": one.published,
                "then": one.then,
                "now": one.now,
                "difference": one.now - one.published,
                "entered": one.entered,
                "left": one.left,
                "groups": [
                    {"key": dict(key), "published": before, "now": now}
                    for key, before, now in one.groups
                ],
                "reasons": dict(one.reasons),
                "rules_changed": list(one.rules),
            }
            for one in ledger.revisions
        ],
        "recipients": list(ledger.recipients) if ledger.changed else [],
    }


def _ledger_text(ledger: Ledger) -> str:
    lines = [f"{ledger.twin.name}: {len(ledger.changed)} of {len(ledger.revisions)} changed"]
    if not ledger.is_known:
        lines.append("This very file was not built in this workspace, or was changed since.")
    for one in ledger.changed:
        lines.append(f"{one.id}: {one.published:,} published, {one.now:,} now")
        if one.then != one.published:
            lines.append(f"  the log of then gives {one.then:,} today: other rules, or an erasure")
        if one.entered or one.left:
            lines.append(f"  {counted(one.entered, 'record')} came, {one.left:,} went")
        lines += [f"  {count:,}: {reason}" for reason, count in one.reasons.items()]
        lines += [f"  the {rule} is another one now" for rule in one.rules]
        lines += [
            f"  {', '.join(key.values())}: {before:,} published, {now:,} now"
            for key, before, now in one.groups
        ]
    if ledger.changed and ledger.recipients:
        lines.append("A correction notice goes to: " + "; ".join(ledger.recipients))
    return "\n".join(lines)
