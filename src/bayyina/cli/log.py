"""``bayyina log``: the custody log."""

from __future__ import annotations

from pathlib import Path

import click

from bayyina.app.proving import latest_checkpoint, log_entries, prove_statement
from bayyina.app.verifying import LockedWorkspace, verify_locked, verify_workspace
from bayyina.cli.opening import workspace_at_work, workspace_to_verify
from bayyina.cli.printing import json_option, progress_bar, show
from bayyina.custody.findings import Check, Report
from bayyina.errors import FileUnreadableError, StorageError

PROCESSES = 2
"""Processes that check rows side by side."""


@click.group()
def log() -> None:
    """The custody log: verify it, show it, hand out checkpoints and proofs."""


@log.command()
@click.option(
    "--checkpoint",
    "checkpoints",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A signed checkpoint that was kept elsewhere; may be given several times.",
)
@click.option("--key", help="The log's public key, kept elsewhere (`log checkpoint` shows it).")
@json_option
def verify(checkpoints: tuple[Path, ...], key: str | None, as_json: bool) -> None:
    """Check every entry and every row; say what was inserted, edited, deleted, moved or cut."""
    outside = [_read(path) for path in checkpoints]
    with workspace_to_verify() as workspace, progress_bar() as progress:
        if isinstance(workspace, LockedWorkspace):
            report = verify_locked(
                workspace, outside=outside, key=key, progress=progress, processes=PROCESSES
            )
        else:
            report = verify_workspace(
                workspace, outside=outside, key=key, progress=progress, processes=PROCESSES
            )
    document = {
        "ok": report.ok,
        "checks": [
            {
                "number": check.number,
                "name": check.name,
                "ok": check.ok,
                "checked": check.checked,
                "detail": check.detail,
            }
            for check in report.checks
        ],
    }
    lines = [
        f"{check.number:>3}  {_outcome(check):11}  {check.name}: {check.detail}"
        for check in report.checks
    ]
    show(document, "\n".join([*lines, _verdict(report)]), as_json=as_json)
    if not report.ok:
        raise click.exceptions.Exit(1)


@log.command()
@click.option("--out", type=click.Path(path_type=Path), help="Write it to this file.")
@json_option
def checkpoint(out: Path | None, as_json: bool) -> None:
    """Give the newest signed checkpoint: keep it elsewhere, print it, send it to somebody."""
    with workspace_at_work() as workspace:
        document = latest_checkpoint(workspace)
    if out is not None:
        _write(out, document["checkpoint"])
    text = f"{document['checkpoint']}\nKey to check it with: {document['key']}"
    show(document, text, as_json=as_json)


@log.command()
@click.argument("statement_id")
@click.option("--out", type=click.Path(path_type=Path), help="Write it to this file.")
@json_option
def proof(statement_id: str, out: Path | None, as_json: bool) -> None:
    """Give a proof of the statement STATEMENT_ID, which an outsider checks without you."""
    with workspace_at_work() as workspace:
        text = prove_statement(workspace, statement_id)
    if out is not None:
        _write(out, text)
    show({"statement": statement_id, "proof": text}, text, as_json=as_json)


@log.command("show")
@json_option
def show_log(as_json: bool) -> None:
    """List the entries: what was done, when, and whether it still stands."""
    with workspace_at_work() as workspace:
        entries = log_entries(workspace)
    lines = []
    for entry in entries:
        rows = ", ".join(f"{count} {kind}" for kind, count in entry["rows"].items())
        stands = "" if entry["stands"] else "  (undone)"
        lines.append(
            f"{entry['entry']:>4}  batch {entry['batch']}  {entry['time']}  "
            f"{entry['action']}  {rows}{stands}"
        )
    show({"entries": entries}, "\n".join(lines), as_json=as_json)


def _outcome(check: Check) -> str:
    """One of three outcomes in words."""
    if check.ok:
        return "holds"
    return "FAILED" if check.checked else "not checked"


def _verdict(report: Report) -> str:
    """The last line: holds, does not hold, or not established."""
    if report.ok:
        return "The log holds."
    if report.broken:
        numbers = ", ".join(str(check.number) for check in report.broken)
        return f"The log does NOT hold: see {numbers}."
    numbers = ", ".join(str(check.number) for check in report.unchecked)
    return (
        f"Nothing was found against the log, but {len(report.unchecked)} of {len(report.checks)} "
        f"checks could not be made ({numbers}), so it is not established that it holds."
    )


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnreadableError(
            f"The checkpoint {path} cannot be read.", hint="Check the path."
        ) from error


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise StorageError(
            f"{path} cannot be written: {error.strerror}.", hint="Choose another place."
        ) from error
