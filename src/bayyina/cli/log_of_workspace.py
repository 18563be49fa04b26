"""``bayyina log``: the commands that work on a workspace."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bayyina.app.proving import latest_checkpoint, log_entries, prove_statement
from bayyina.app.verifying import LockedWorkspace, verify_locked, verify_workspace
from bayyina.app.witnessing import witness_request
from bayyina.cli.log_outcomes import checks_document, checks_in_words
from bayyina.cli.opening import workspace_at_work, workspace_to_verify
from bayyina.cli.printing import json_option, progress_bar, show
from bayyina.custody.proofs import RowProof
from bayyina.errors import FileUnreadableError, StorageError
from bayyina.model.plain_files import plain_file

PROCESSES = 2
"""Processes that check rows side by side."""


@click.command()
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
    document = {"ok": report.ok, "checks": checks_document(report)}
    show(document, checks_in_words(report, "log"), as_json=as_json)
    if not report.ok:
        raise click.exceptions.Exit(1)


@click.command()
@click.option("--out", type=click.Path(path_type=Path), help="Write it to this file.")
@click.option(
    "--since",
    type=click.IntRange(min=0),
    help="As a request to a witness that cosigned this size last; 0 for a new one.",
)
@click.option(
    "--post-quantum", is_flag=True, help="With a second signature, by ML-DSA-44, and its key."
)
@json_option
def checkpoint(out: Path | None, since: int | None, post_quantum: bool, as_json: bool) -> None:
    """Give the newest signed checkpoint: keep it elsewhere, print it, send it to somebody."""
    with workspace_at_work() as workspace:
        document = latest_checkpoint(workspace, post_quantum=post_quantum)
        if since is not None:
            document["checkpoint"] = witness_request(workspace, since)
    if out is not None:
        _write(out, document["checkpoint"])
    show(document, document["checkpoint"].removesuffix("\n"), as_json=as_json)
    if not as_json and sys.stdout.isatty():  # redirected: the note alone
        click.echo(f"Key to check it with: {document['key']}", err=True)
        if post_quantum:
            click.echo(f"Second key: {document['second_key']}", err=True)


@click.command()
@click.argument("statement_id")
@click.option("--out", type=click.Path(path_type=Path), help="Write it to this file.")
@click.option(
    "--tlog-proof",
    "c2sp",
    type=click.Path(path_type=Path),
    help="Write the proof of its entry as C2SP tlog-proof here, and the entry beside it (.entry).",
)
@json_option
def proof(statement_id: str, out: Path | None, c2sp: Path | None, as_json: bool) -> None:
    """Give a proof of the statement STATEMENT_ID, which an outsider checks without you."""
    with workspace_at_work() as workspace:
        text = prove_statement(workspace, statement_id)
    if c2sp is not None:
        read = RowProof.from_text(text)
        _write(c2sp, read.entry_proof.to_text())
        _write(c2sp.with_name(f"{c2sp.name}.entry"), read.entry.decode("utf-8"))
    if out is None:
        show({"statement": statement_id, "proof": text}, text, as_json=as_json)
        return
    _write(out, text)
    words = f"The proof of {statement_id} is in {out}. It shows the statement itself."
    show({"statement": statement_id, "file": str(out)}, words, as_json=as_json)


@click.command("show")
@json_option
def show_log(as_json: bool) -> None:
    """List the entries: what was done, to which list, when, by whom, and whether it stands."""
    with workspace_at_work() as workspace:
        entries = log_entries(workspace)
    lines = []
    for entry in entries:
        rows = ", ".join(f"{count} {kind}" for kind, count in entry["rows"].items())
        stands = "" if entry["stands"] else "  (undone)"
        of_list = f" “{entry['list']}”" if entry["list"] else ""
        lines.append(
            f"{entry['entry']:>4}  batch {entry['batch']}  {entry['time']}  "
            f"{entry['action']}{of_list} by {entry['person']}: {rows}{stands}"
        )
    show({"entries": entries}, "\n".join(lines), as_json=as_json)


def _read(path: Path) -> str:
    try:
        return plain_file(path).read_text(encoding="utf-8")
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
