"""``bayyina backup``: encrypted backups, looked at and restored."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from bayyina.app.backing_up import BackupMade, BackupReaders, create_backup
from bayyina.cli.evidence_opening import workspace_with_vault
from bayyina.cli.log_of_workspace import PROCESSES
from bayyina.cli.opening import read_passphrase, read_secret, type_passphrase
from bayyina.cli.printing import counted, json_option, progress_bar, show
from bayyina.cli.share_reading import read_shares
from bayyina.db.backups import BackupKey, BackupState, Look, restore_backup, verify_backup
from bayyina.db.freezing import frozen_database
from bayyina.db.store import DjangoStore
from bayyina.errors import FileUnreadableError, InputError, KeyLockedError
from bayyina.keys.personal import PersonalKey, read_key_file
from bayyina.keys.shares import combine
from bayyina.model.plain_files import plain_file

SMALL = 1 << 20
"""Bytes that a checkpoint file may have."""


@click.group()
def backup() -> None:
    """Encrypted backups: make one, look whether one holds, restore one."""


@backup.command("create")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--to",
    "handles",
    multiple=True,
    metavar="HANDLE",
    help="Members who can open it; otherwise those who are cleared, and the recovery shares.",
)
@click.option("--recipient", "recipients", multiple=True, metavar="AGE1…", help="Other age keys.")
@click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path),
    help="Besides, a key file beside the backup that this passphrase opens.",
)
@click.option("--ask-passphrase", is_flag=True, help="The same, with a passphrase that is typed.")
@click.option("--with-key-files", is_flag=True, help="The members' locked key files go in.")
@click.option("--without-evidence", is_flag=True, help="Only the rows, not the files of evidence.")
@json_option
def create(
    folder: Path,
    handles: tuple[str, ...],
    recipients: tuple[str, ...],
    passphrase_file: Path | None,
    ask_passphrase: bool,
    with_key_files: bool,
    without_evidence: bool,
    as_json: bool,
) -> None:
    """Back the workspace up into FOLDER, on another disk: the rows as one encrypted file.

    The files of evidence, which are encrypted already, are copied beside it where they are
    new. Reports and papers are not in it: they are made from the rows again.
    """
    passphrase = None
    if passphrase_file is not None:
        passphrase = read_secret(passphrase_file, "The backup's passphrase")
    elif ask_passphrase:
        passphrase = type_passphrase("the backup", is_new=True)
    readers = BackupReaders(handles, recipients, passphrase)
    with workspace_with_vault() as workspace, progress_bar() as progress:
        store = workspace.store
        if not isinstance(store, DjangoStore):
            raise InputError("Only a workspace in a database can be backed up.")
        made = create_backup(
            workspace,
            folder=folder,
            freeze=lambda: frozen_database(store, workspace.folder),
            readers=readers,
            with_key_files=with_key_files,
            with_blobs=not without_evidence,
            progress=progress,
        )
    show(made.to_json(), _made(made), as_json=as_json)


def _made(made: BackupMade) -> str:
    lines = [
        (
            f"Backed up: {counted(made.records, 'record')}, {counted(made.statements, 'statement')}, "
            f"{counted(made.entries, 'entry')} of the log ({made.bytes / 1e6:.1f} MB)."
        ),
        f"File: {made.file}",
        f"SHA-256: {made.sha256}",
        f"Can be opened by: {', '.join(made.recipients)}.",
    ]
    if made.blobs or made.blobs_removed:
        lines.append(
            f"Files of evidence beside it: {made.blobs:,}, of which {made.blobs_copied:,} are new; "
            f"{made.blobs_removed:,} of erased items were removed."
        )
    if made.blobs_missing:
        lines.append(
            f"MISSING: the bytes of {counted(made.blobs_missing, 'item')} are not in the vault."
        )
    if made.blobs_foreign:
        lines.append(
            f"{counted(made.blobs_foreign, 'file')} beside it are no item's, more than erasures explain; "
            "they were left. Run `bayyina log verify`."
        )
    if made.before_erasure:
        lines.append(
            "These older backups still hold what was erased since. Destroy them, and their copies: "
            + ", ".join(made.before_erasure)
        )
    lines.append(
        "Look whether it holds, now and then: bayyina --workspace WORKSPACE backup verify FILE"
    )
    return "\n".join(lines)


_KEY = click.option(
    "--key", "key_file", type=click.Path(path_type=Path), help="Key file that opens it."
)
_SHARE = click.option(
    "--share",
    "shares",
    multiple=True,
    metavar="SHARE",
    help="A recovery share instead: its text, a file with it, or - to type it. Several times.",
)
_CHECKPOINT = click.option(
    "--checkpoint",
    "checkpoints",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A signed checkpoint kept elsewhere: is the backup of the same log, and how old is it?",
)


@backup.command("verify")
@click.argument("file", type=click.Path(path_type=Path))
@_KEY
@_SHARE
@_CHECKPOINT
@click.option("--quick", is_flag=True, help="Do not re-read the files of evidence beside it.")
@json_option
def verify(
    file: Path,
    key_file: Path | None,
    shares: tuple[str, ...],
    checkpoints: tuple[Path, ...],
    quick: bool,
    as_json: bool,
) -> None:
    """Open the backup FILE, verify the log and every row in it, and remove what was opened.

    The key is that of the person at work (--as, in --workspace), unless another is named.
    """
    key = _key(key_file, shares)
    look = Look(_notes(checkpoints), read_blobs=not quick, home=_home(), processes=PROCESSES)
    with progress_bar() as progress:
        state = verify_backup(plain_file(file), key, look, progress)
    show(state.to_json(), _state(state), as_json=as_json)
    _end(state)


@backup.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--into", required=True, type=click.Path(path_type=Path), help="A new folder.")
@_KEY
@_SHARE
@_CHECKPOINT
@click.option("--quick", is_flag=True, help="Do not re-read the files of evidence before.")
@json_option
def restore(
    file: Path,
    into: Path,
    key_file: Path | None,
    shares: tuple[str, ...],
    checkpoints: tuple[Path, ...],
    quick: bool,
    as_json: bool,
) -> None:
    """Make a workspace of the backup FILE and the files of evidence beside it."""
    key = _key(key_file, shares)
    look = Look(_notes(checkpoints), read_blobs=not quick, processes=PROCESSES)
    with progress_bar() as progress:
        state = restore_backup(plain_file(file), key, into, look, progress)
    text = f"Restored into {into}.\n{_state(state)}"
    show({**state.to_json(), "workspace": str(into)}, text, as_json=as_json)
    _end(state)


def _end(state: BackupState) -> None:
    if not state.ok:
        raise click.exceptions.Exit(1)
    return


def _home() -> Path | None:
    folder = Path(click.get_current_context().find_root().obj["workspace"])
    return folder if (folder / "workspace.json").is_file() else None


def _key(key_file: Path | None, shares: tuple[str, ...]) -> BackupKey:
    """What the backup is opened with."""
    if shares:
        secret = combine(read_shares(shares))
        made = PersonalKey.generate()
        return BackupKey(PersonalKey.from_secret(made.secret[:32] + secret), of_shares=True)
    path = key_file or _own_key_file()
    owner = _owner(path)
    passphrase = read_passphrase(owner)
    if passphrase is None:
        raise KeyLockedError(
            f"The key {path} is locked and there is nobody to ask for the passphrase.",
            hint="Set BAYYINA_PASSPHRASE_FILE to a file that holds it, or BAYYINA_PASSPHRASE.",
        )
    return BackupKey(read_key_file(path, passphrase), path)


def _own_key_file() -> Path:
    settings = click.get_current_context().find_root().obj
    people = Path(settings["workspace"]) / "people"
    person = settings["person"]
    if person is not None:
        return people / f"{person}.key"
    found = sorted(people.glob("*.key"))
    if len(found) != 1:
        raise InputError(
            "It was not said with which key the backup is opened.",
            hint="Name a key file with --key, or shares with --share.",
        )
    return found[0]


def _owner(path: Path) -> str:
    """Whose key file it is, for the prompt."""
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
        return str(content["owner"])
    except (OSError, ValueError, KeyError, TypeError):
        return path.stem


def _notes(paths: tuple[Path, ...]) -> tuple[str, ...]:
    notes = []
    for path in paths:
        try:
            with plain_file(path).open("rb") as file:
                notes.append(file.read(SMALL).decode("utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise FileUnreadableError(
                f"The checkpoint {path} cannot be read.", hint="Check the path."
            ) from error
    return tuple(notes)


def _state(state: BackupState) -> str:
    lines = [
        (
            f"Made at {state.time}, of the log {state.origin}: {counted(state.records, 'record')}, "
            f"{counted(state.statements, 'statement')}, {counted(state.entries, 'entry')}."
        )
    ]
    if state.report.broken:
        names = "; ".join(check.name for check in state.report.broken)
        lines.append(f"THE LOG IN IT DOES NOT HOLD: {names}.")
    elif state.report.unchecked:
        names = "; ".join(check.name for check in state.report.unchecked)
        lines.append(f"The log in it holds as far as it could be checked. Not checked: {names}.")
    else:
        lines.append("The log in it holds, and every row is the one that it committed to.")
    if not state.counts_agree:
        lines.append("ITS COUNTS ARE NOT THOSE OF ITS MANIFEST.")
    if state.blobs:
        read = f"{state.blobs_read:,} of {counted(state.blobs, 'file')} of evidence were re-read and hold."
        lines.append(read)
    if state.blobs_wrong_count:
        named = ", ".join(state.blobs_wrong)
        lines.append(
            f"{counted(state.blobs_wrong_count, 'file')} of evidence DO NOT HOLD: {named}."
        )
    if state.behind is not None:
        lines.append(
            f"It is {counted(state.behind, 'entry')} older than the newest checkpoint that was given: what "
            "was recorded since is not in it."
            if state.behind
            else "It is as new as the newest checkpoint that was given."
        )
    return "\n".join(lines)
