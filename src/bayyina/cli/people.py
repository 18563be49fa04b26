"""``bayyina people``: who works in the workspace."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from bayyina.app.clearances import cleared_members, is_cleared, may_be_cleared
from bayyina.app.evidence_keys import former_holders
from bayyina.app.member_history import member_log
from bayyina.app.members import check_roles, current_members, set_roles
from bayyina.app.outside_reviewers import (
    add_outside_reviewer,
    name_records,
    records_of_bundle,
)
from bayyina.app.second_factor import set_second_factor
from bayyina.app.workspace import Workspace
from bayyina.cli.clearances import clear, seal_key, unclear
from bayyina.cli.opening import read_secret, type_passphrase, workspace_at_work
from bayyina.cli.printing import counted, json_option, show
from bayyina.db.opening import enroll
from bayyina.errors import KeyLockedError
from bayyina.keys.personal import read_public_file


@click.group()
def people() -> None:
    """Who works in this workspace, and with what roles."""


people.add_command(clear)
people.add_command(unclear)
people.add_command(seal_key)


@people.command("list")
@json_option
def list_people(as_json: bool) -> None:
    """List the members and their roles."""
    with workspace_at_work() as workspace:
        rows = current_members(workspace.store)
        cleared = {row.handle for row in rows if is_cleared(workspace.store, row)}
    members = [
        {
            "handle": r.handle,
            "name": r.name,
            "roles": r.roles.split(),
            "cleared": r.handle in cleared,
        }
        for r in rows
    ]
    text = "\n".join(
        f"{r.handle}  {r.name}  {r.roles}{'  (cleared)' if r.handle in cleared else ''}"
        for r in rows
    )
    show({"members": members}, text, as_json=as_json)


@people.command("add")
@click.argument("handle")
@click.option("--name", help="The name as others should read it; the handle if not given.")
@click.option("--role", "roles", multiple=True, required=True, help="May be given several times.")
@click.option(
    "--new-passphrase-file",
    type=click.Path(path_type=Path),
    help="File with the new person's passphrase; asked for if not given.",
)
@click.option("--formerly", metavar="HANDLE", help="The same person was a member under HANDLE.")
@click.option(
    "--other-person", is_flag=True, help="Only shares the name of a member of now or before."
)
@json_option
def add(
    handle: str,
    name: str | None,
    roles: tuple[str, ...],
    new_passphrase_file: Path | None,
    formerly: str | None,
    other_person: bool,
    as_json: bool,
) -> None:
    """Add a person with keys of their own; they type their own passphrase."""
    check_roles(roles)
    if new_passphrase_file is not None:
        passphrase = read_secret(new_passphrase_file, "The new person's passphrase")
    elif sys.stdin.isatty():
        passphrase = type_passphrase(handle, is_new=True)
    else:
        raise KeyLockedError(
            "The new person's passphrase is missing.", hint="Give --new-passphrase-file."
        )
    with workspace_at_work() as workspace:
        enroll(
            workspace,
            handle=handle,
            name=name or handle,
            roles=roles,
            passphrase=passphrase,
            formerly=formerly,
            other_person=other_person,
        )
        told = _clearance(workspace, handle, roles)
    document = {"handle": handle, "roles": list(roles)}
    show(document, f"{handle} is a member now: {', '.join(roles)}.{told}", as_json=as_json)


def _clearance(workspace: Workspace, handle: str, roles: tuple[str, ...]) -> str:
    """A sentence on whether a new member can open what is sealed, where a role of theirs opens it."""
    if not may_be_cleared(" ".join(roles)):
        return ""
    cleared = [row.handle for row in cleared_members(workspace.store)]
    if handle in cleared:
        return "\nThey are cleared for sealed values, as you are."
    return (
        "\nThey are not cleared for sealed values. Who is and can clear them with "
        f"`bayyina people clear {handle}`: {', '.join(cleared) or 'nobody'}."
    )


@people.command("roles")
@click.argument("handle")
@click.option("--role", "roles", multiple=True, help="None at all ends the membership.")
@json_option
def roles(handle: str, roles: tuple[str, ...], as_json: bool) -> None:
    """Give the member HANDLE these roles, and no others."""
    with workspace_at_work() as workspace:
        set_roles(workspace, handle=handle, roles=roles)
        former = former_holders(workspace.store, current_members(workspace.store))
    document = {"handle": handle, "roles": list(roles)}
    text = f"{handle}: {', '.join(roles) or 'no longer a member'}."
    if not roles:
        text += (
            "\nThey held the case key: `bayyina keys rotate case-key --reason member-left` keeps what "
            "comes later from them; `bayyina keys status` says what else to replace."
        )
    if handle in former:
        text += (
            "\nThe evidence key was taken back from them. They may have kept it: somebody who holds it "
            "replaces it with `bayyina keys rotate evidence-key --reason member-left`."
        )
    show(document, text, as_json=as_json)


@people.command("log")
@click.option("--member", "handle", default="", help="Only what concerns this handle.")
@json_option
def log(handle: str, as_json: bool) -> None:
    """Show who joined, left, and was given what by whom, oldest first."""
    with workspace_at_work() as workspace:
        events = member_log(workspace, handle=handle)
    show({"events": events}, "\n".join(map(_event, events)), as_json=as_json)


def _event(event: dict[str, Any]) -> str:
    """One line of the history of members."""
    words = [f"{event['time'][:16].replace('T', ' ')}  {event['by']}:", event["member"]]
    words.append(event["what"].replace("-", " "))
    words += [f"+{role}" for role in event["gained"]] + [f"-{role}" for role in event["lost"]]
    words += [event["case"]] if event["case"] else []
    words += [f"(formerly {event['formerly']})"] if event["formerly"] else []
    return " ".join(filter(None, words))


@people.command("second-factor")
@click.option(
    "--required/--not-required",
    "is_required",
    default=True,
    show_default=True,
    help="Only a workspace of invented data can do without.",
)
@json_option
def second_factor(is_required: bool, as_json: bool) -> None:
    """Say whether a workspace of invented data asks its members for a second factor."""
    with workspace_at_work() as workspace:
        document = set_second_factor(workspace, is_required=is_required)
    told = "needs a second factor" if is_required else "does without a second factor here"
    show(document, f"Whoever reaches what is sealed {told}.", as_json=as_json)


@people.command("add-outside")
@click.argument("handle")
@click.option("--name", required=True, help="Their name.")
@click.option("--organisation", required=True, help="Whose key it is.")
@click.option(
    "--key",
    "key_file",
    type=click.Path(path_type=Path),
    required=True,
    help="The file with the public half of their key.",
)
@click.option("--record", "records", multiple=True, help="A record that they review.")
@click.option(
    "--bundle",
    type=click.Path(path_type=Path),
    help="The folder of a bundle: the records in it.",
)
@json_option
def add_outside(
    handle: str,
    name: str,
    organisation: str,
    key_file: Path,
    records: tuple[str, ...],
    bundle: Path | None,
    as_json: bool,
) -> None:
    """Let somebody of another organisation review named records; they open nothing here."""
    public = read_public_file(key_file)
    named = (*records, *(records_of_bundle(bundle) if bundle is not None else ()))
    with workspace_at_work() as workspace:
        document = add_outside_reviewer(
            workspace,
            handle=handle,
            name=name,
            organisation=organisation,
            public=public,
            records=named,
        )
    text = (
        f"{handle} of {organisation} reviews {counted(len(document['records']), 'record')} from outside. "
        f"Compare the key with them: {public.sign.hex()[:16]}."
    )
    show(document, text, as_json=as_json)


@people.command("name-records")
@click.argument("handle")
@click.argument("records", nargs=-1, required=True)
@json_option
def name_more(handle: str, records: tuple[str, ...], as_json: bool) -> None:
    """Let HANDLE, who reviews from outside, be asked about further RECORDS."""
    with workspace_at_work() as workspace:
        document = name_records(workspace, handle=handle, records=records)
    text = f"{handle} reviews {counted(len(document['records']), 'record')} from outside."
    show(document, text, as_json=as_json)
