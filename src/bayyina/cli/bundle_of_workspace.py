"""``bayyina bundle create``: a bundle from the records of the workspace."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from bayyina.app.bundled_records import PURPOSES
from bayyina.app.bundling import BundleOrder, MadeBundle, create_bundle
from bayyina.app.exporting import LEVELS
from bayyina.app.kept_stamps import log_verifier
from bayyina.bundle.sealing import read_recipients, seal_folder
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.printing import counted, json_option, progress_bar, show
from bayyina.errors import InputError, StorageError
from bayyina.vault.private_folders import private_folder

SHOWN = 20
"""Ids that are listed in words; the JSON document has them all."""

SUFFIX = ".tar.age"
"""Ending of an encrypted bundle."""


@click.command()
@click.argument("ids", nargs=-1)
@click.option(
    "--query", default="", help='What a figure counts, such as "count persons with Death".'
)
@click.option("--case", "whole_case", is_flag=True, help="Everything that stands.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help="Folder to write, which must not be there; with --recipient, a file NAME.tar.age.",
)
@click.option(
    "--redacted", type=click.Path(path_type=Path), help="Write a redacted set of the same, here."
)
@click.option("--title", default="", help="What it is, in words.")
@click.option(
    "--level",
    type=click.Choice(list(LEVELS)),
    default="restricted",
    show_default=True,
    help="The most sensitive properties of the full set; sealed ones never leave.",
)
@click.option(
    "--redacted-level",
    type=click.Choice(list(LEVELS)),
    default="internal",
    show_default=True,
    help="The same for the redacted set.",
)
@click.option(
    "--for",
    "purpose",
    type=click.Choice(PURPOSES),
    default="courts",
    show_default=True,
    help="The use that consent must cover.",
)
@click.option(
    "--recipient",
    "recipients",
    multiple=True,
    help="Encrypt to this age recipient (age1…), and leave nothing in plain.",
)
@click.option(
    "--original-names",
    is_flag=True,
    help="With --recipient: the full set tells original names of files that are sealed; logged.",
)
@json_option
def create(
    ids: tuple[str, ...],
    query: str,
    whole_case: bool,
    out: Path,
    redacted: Path | None,
    title: str,
    level: str,
    redacted_level: str,
    purpose: str,
    recipients: tuple[str, ...],
    original_names: bool,
    as_json: bool,
) -> None:
    """Write a bundle of the records with these IDS, of a query, or of the whole case.

    It holds the records, what points at them and what they cite, their evidence files, a proof
    of each statement, and all that somebody needs to check it without this program.
    """
    order = BundleOrder(
        title, ids, query, whole_case, level, redacted_level, purpose, original_names
    )
    places = [one for one in (out, redacted) if one is not None]
    _check_places(places, recipients)
    with ExitStack() as stack:
        workspace = stack.enter_context(workspace_at_work())
        progress = stack.enter_context(progress_bar())
        folders = _folders(stack, workspace.folder, places) if recipients else places
        made = create_bundle(
            workspace,
            order,
            out=folders[0],
            redacted=folders[1] if redacted is not None else None,
            recipients=len(recipients),
            progress=progress,
        )
        if recipients:
            for folder, place in zip(folders, places, strict=True):
                seal_folder(folder, place, recipients)
        key = log_verifier(workspace).vkey
    sets = [
        _document(one, place, encrypted=bool(recipients))
        for one, place in zip(made, places, strict=True)
    ]
    show({"sets": sets, "key": key}, _words(sets, key), as_json=as_json)


def _check_places(places: list[Path], recipients: tuple[str, ...]) -> None:
    """Refuse before any work what would be refused at its end."""
    read_recipients(recipients)
    if len({place.absolute() for place in places}) < len(places):
        raise InputError("The two sets cannot have one place.", hint="Name two places.")
    for place in places:
        if recipients and not place.name.endswith(SUFFIX):
            raise InputError(
                f"{place} does not end in {SUFFIX}.", hint=f"Name it {place.name}{SUFFIX}."
            )
        if place.exists() or place.is_symlink():
            raise InputError(f"{place} is there already.", hint="Choose another name.")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(
                f"The folder {place.parent} cannot be made: {error.strerror}.",
                hint="Choose another place.",
            ) from error


def _folders(stack: ExitStack, home: Path, places: list[Path]) -> list[Path]:
    """Private folders, removed when their files are encrypted or something fails.

    They are on the workspace's disk: where the encrypted files go may be a stick that is
    handed over, and keeps what was once written on it.
    """
    folders = []
    for place in places:
        aside = stack.enter_context(private_folder(home, room=None))
        folders.append(aside / place.name.removesuffix(SUFFIX))
    return folders


def _document(made: MadeBundle, place: Path, *, encrypted: bool) -> dict[str, Any]:
    return {
        "set": made.set,
        "path": str(place),
        "manifest_sha256": made.written.manifest,
        "files": made.written.files,
        "bytes": made.written.size,
        "records": made.records,
        "statements": made.statements,
        "withheld": made.withheld,
        "evidence": made.evidence,
        "absent": list(made.absent),
        "unredacted": list(made.unredacted),
        "entry": made.entry,
        "encrypted": encrypted,
    }


def _without_copy(ids: list[str]) -> str:
    """Evidence that a redacted set lacks, by name as far as a line allows."""
    if not ids:
        return ""
    more = f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
    return (
        f"\n  {len(ids):,} evidence items are not in it, because no redacted copy of them may "
        f"leave: {', '.join(ids[:SHOWN])}{more}"
    )


def _words(sets: list[dict[str, Any]], key: str) -> str:
    lines = [
        f"{one['path']}: {one['set']} set, {counted(one['records'], 'record')}, {one['statements']:,} "
        f"statements, {counted(one['evidence'], 'evidence file')}; {counted(one['withheld'], 'statement')} withheld, "
        f"{counted(len(one['absent']), 'record')} left out.\n"
        f"  SHA-256 of its manifest: {one['manifest_sha256']} (entry {one['entry']} of the log)"
        + _without_copy(one["unredacted"])
        for one in sets
    ]
    lines.append(f"Give the recipient this key by another way than the bundle:\n  {key}")
    return "\n".join(lines)
