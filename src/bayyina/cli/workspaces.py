"""``bayyina init``, ``bayyina doctor`` and ``bayyina own-files``."""

from __future__ import annotations

from pathlib import Path

import click

from bayyina.app.clocks import SystemClock
from bayyina.app.doctor import WORKSPACE, Examination, examine
from bayyina.app.doctor_rows import examine_values
from bayyina.app.doctor_words import KIND_SAFETY
from bayyina.app.own_file_history import FileState
from bayyina.app.recording_own_files import own_file_states, record_edited_files
from bayyina.cli.opening import read_passphrase, workspace_at_work
from bayyina.cli.printing import json_option, progress_bar, show
from bayyina.db.examining import examine_database
from bayyina.db.opening import create_workspace
from bayyina.errors import KeyLockedError

STATES = {
    "ok": {"en": "ok", "ar": "سليم"},
    "missing": {"en": "MISSING", "ar": "ناقص"},
    "unsafe": {"en": "LOOK AT THIS", "ar": "انتبه"},
    "none": {"en": "none yet", "ar": "لا يوجد بعد"},
    "optional": {"en": "optional: not installed", "ar": "اختياري: غير مثبّت"},
}
"""How findings are called."""


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
@click.option("--open", "opening", is_flag=True, help="Open the workspace: are values in clear?")
@click.option("--strict", is_flag=True, help="Exit with 1 as well if something is unsafe.")
@click.option("--lang", type=click.Choice(["en", "ar"]), default="en", show_default=True)
@json_option
def doctor(opening: bool, strict: bool, lang: str, as_json: bool) -> None:
    """Say what is missing on this machine and what is unsafe, and what to do.

    Without --open it needs no passphrase. It changes nothing.
    """
    settings = click.get_current_context().find_root().obj
    folder = Path(settings["workspace"])
    findings = [*examine(folder), *examine_database(folder, SystemClock().now())]
    if opening:
        with workspace_at_work() as workspace, progress_bar() as progress:
            findings.append(examine_values(workspace, progress))
    missing = not all(f.ok or f.optional for f in findings)
    is_unsafe = not all(f.ok for f in findings if f.kind == KIND_SAFETY)
    lines = []
    for one in findings:
        what, detail = one.said(lang)
        lines.append(f"{_state(one, lang):23}  {what}: {detail}")
    document = {
        "ok": not missing,
        "safe": not is_unsafe,
        "findings": [one._asdict() for one in findings],
    }
    show(document, "\n".join(lines), as_json=as_json)
    if missing or (strict and is_unsafe):
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


def _state(finding: Examination, lang: str) -> str:
    """How a finding is called: nothing optional is missing."""
    if finding.ok:
        state = "ok"
    elif not finding.optional:
        state = "missing"
    elif finding.kind == KIND_SAFETY:
        state = "unsafe"
    else:
        state = "none" if finding.what == WORKSPACE else "optional"
    return STATES[state][lang]
