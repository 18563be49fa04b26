"""``bayyina init``, ``bayyina doctor`` and ``bayyina own-files``."""

from __future__ import annotations

from pathlib import Path

import click

from bayyina.app.doctor import WORKSPACE, Examination, examine
from bayyina.app.own_file_history import FileState
from bayyina.app.recording_own_files import own_file_states, record_edited_files
from bayyina.cli.opening import read_passphrase, workspace_at_work
from bayyina.cli.printing import json_option, show
from bayyina.db.opening import create_workspace
from bayyina.errors import KeyLockedError


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", help="What you call the workspace; the folder's name if not given.")
@click.option("--person", required=True, help="Your handle: a short name in Latin letters.")
@click.option("--person-name", help="Your name as others should read it; the handle if not given.")
@click.option("--fictional", is_flag=True, help="For invented data only; marked on every output.")
@json_option
def init(
    folder: Path,
    name: str | None,
    person: str,
    person_name: str | None,
    fictional: bool,
    as_json: bool,
) -> None:
    """Make a workspace in FOLDER and its first person, with keys of their own.

    The passphrase needs at least 12 characters, unless all data is invented (--fictional).
    """
    passphrase = read_passphrase(person, confirm=True)
    if not passphrase:
        raise KeyLockedError(
            "A passphrase is needed to protect your key.",
            hint="Set BAYYINA_PASSPHRASE_FILE to a file that holds it, or run this in a terminal.",
        )
    workspace = create_workspace(
        folder,
        name=name or folder.resolve().name,
        handle=person,
        person_name=person_name or person,
        passphrase=passphrase,
        fictional=fictional,
    )
    document = {
        "workspace": str(folder),
        "uuid": workspace.identity.uuid,
        "origin": workspace.identity.origin,
        "person": person,
        "fictional": fictional,
    }
    workspace.store.close()
    key = folder / "people" / f"{person}.key"
    text = (
        f"Workspace made in {folder}.\n"
        f"Your key is {key}: keep a copy of it elsewhere, and remember its passphrase.\n"
        "Nobody can open the workspace without them."
    )
    if fictional:
        text += "\nFICTIONAL: any passphrase is taken. Never put real data into this workspace."
    show(document, text, as_json=as_json)


@click.command()
@json_option
def doctor(as_json: bool) -> None:
    """Say what is missing on this machine, and how to install it."""
    settings = click.get_current_context().find_root().obj
    findings = examine(Path(settings["workspace"]))
    text = "\n".join(
        f"{_state(finding):23}  {finding.what}: {finding.detail}" for finding in findings
    )
    show(
        {
            "ok": all(f.ok or f.optional for f in findings),
            "findings": [f._asdict() for f in findings],
        },
        text,
        as_json=as_json,
    )
    if not all(f.ok or f.optional for f in findings):
        raise click.exceptions.Exit(1)


@click.command("own-files")
@click.option("--record", "recording", is_flag=True, help="Record what was edited, in the log.")
@json_option
def own_files(recording: bool, as_json: bool) -> None:
    """List the workspace's own vocabulary, standards and methodologies, and what the log holds.

    Whatever changes the workspace records files that were edited; --record does so alone.
    """
    with workspace_at_work() as workspace:
        batch = record_edited_files(workspace) if recording else None
        states = own_file_states(workspace)
    document = {
        "batch": batch,
        "files": [one._asdict() | {"is_recorded": one.is_recorded} for one in states],
    }
    lines = [f"{_file_state(one):14} {one.name}" for one in states]
    lines += [f"Recorded as batch {batch}."] if batch is not None else []
    text = "\n".join(lines) or "The workspace has no files of its own."
    show(document, text, as_json=as_json)


def _file_state(one: FileState) -> str:
    """How an own file stands to the log."""
    if one.fault is not None:
        return "CANNOT BE USED"
    if one.is_recorded:
        return "recorded"
    if one.sha256 is None:
        return "removed"
    return "not recorded" if one.recorded is None else "edited since"


def _state(finding: Examination) -> str:
    """How a finding is called: nothing optional is missing."""
    if finding.ok:
        return "ok"
    if not finding.optional:
        return "MISSING"
    return "none yet" if finding.what == WORKSPACE else "optional: not installed"
