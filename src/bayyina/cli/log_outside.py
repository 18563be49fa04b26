"""``bayyina log``: what others say of the log: witnesses, time-stamps, calendars, mirrors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from bayyina.app.time_stamping import (
    keep_calendar_proof,
    keep_time_stamp,
    outside_words,
    stamp_request,
)
from bayyina.app.witnessing import export_tiles, keep_cosigned, witness_request
from bayyina.cli.log_files import read_bytes, read_headers, read_text, write_bytes
from bayyina.cli.opening import workspace_at_work
from bayyina.cli.printing import counted, json_option, show
from bayyina.errors import InputError
from bayyina.remote.calendars import ask_calendar
from bayyina.remote.time_stamp_authorities import ask_authority
from bayyina.remote.witnesses import ask_witness

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("file", type=_PATH, required=False)
@click.option("--witness", "keys", multiple=True, required=True, help="The witness's public key.")
@click.option("--url", help="Ask the witness at this address instead of reading FILE.")
@json_option
def cosigned(file: Path | None, keys: tuple[str, ...], url: str | None, as_json: bool) -> None:
    """Keep the checkpoint in FILE, which witnesses cosigned, once their cosignatures hold."""
    _one_of(file, url)
    with workspace_at_work() as workspace:
        if url is not None:
            note = workspace.store.checkpoints()[-1].note
            note = ask_witness(url, lambda size: witness_request(workspace, size), note)
        else:
            note = read_text(file or Path(), "The checkpoint")
        found = keep_cosigned(workspace, note, keys)
    made = [{"witness": one.name, "time": one.time.isoformat()} for one in found]
    words = "\n".join(f"Cosigned by {one['witness']} at {one['time']}." for one in made)
    show({"cosignatures": made}, words, as_json=as_json)


@click.command("stamp-request")
@click.option("--out", type=_PATH, required=True, help="File for the request (.tsq).")
@json_option
def request(out: Path, as_json: bool) -> None:
    """Write a request for a time-stamp over the newest checkpoint, to be carried to an authority."""
    with workspace_at_work() as workspace:
        note, data = stamp_request(workspace)
    write_bytes(out, data)
    size = int(note.split("\n")[1])
    words = f"The request for a time-stamp over {counted(size, 'entry')} is in {out}."
    show({"file": str(out), "size": size}, words, as_json=as_json)


@click.command()
@click.argument("file", type=_PATH, required=False)
@click.option(
    "--chain",
    "chains",
    multiple=True,
    required=True,
    type=_PATH,
    help="The authority's certificates with its root, and lists of revoked ones; PEM or DER.",
)
@click.option("--url", help="Ask the authority at this address instead of reading FILE.")
@json_option
def stamp(file: Path | None, chains: tuple[Path, ...], url: str | None, as_json: bool) -> None:
    """Keep the authority's answer in FILE (.tsr) over a checkpoint of this log, once it holds.

    Certificates are checked as of the time that the time-stamp states. Nothing is asked over
    a network unless --url names an address.
    """
    _one_of(file, url)
    certificates = [read_bytes(one, "The certificates") for one in chains]
    with workspace_at_work() as workspace:
        if url is not None:
            answer = ask_authority(url, stamp_request(workspace)[1])
        else:
            answer = read_bytes(file or Path(), "The time-stamp")
        found = keep_time_stamp(workspace, answer, certificates)
    document = {
        "time": found.time.isoformat(),
        "authority": found.authority,
        "policy": found.policy,
        "serial": found.serial,
        "accuracy": found.accuracy,
        "revocation": found.revocation,
    }
    words = f"{found.authority} saw the log at {document['time']} (revocation: {found.revocation})."
    show(document, words, as_json=as_json)


@click.command()
@click.argument("file", type=_PATH, required=False)
@click.option("--header", "headers", multiple=True, help="A block's header as HEIGHT=HEX.")
@click.option("--url", help="Ask the calendar at this address instead of reading FILE.")
@json_option
def calendar(file: Path | None, headers: tuple[str, ...], url: str | None, as_json: bool) -> None:
    """Keep the OpenTimestamps proof in FILE (.ots) over a checkpoint of this log.

    A calendar's promise is kept too, and shows nothing; bring the completed proof later, with
    the header of the block that it names.
    """
    _one_of(file, url)
    known = read_headers(headers)
    with workspace_at_work() as workspace:
        if url is not None:
            proof = ask_calendar(url, workspace.store.checkpoints()[-1].note.encode())
        else:
            proof = read_bytes(file or Path(), "The proof")
        found = keep_calendar_proof(workspace, proof, known)
    states: list[dict[str, Any]] = [
        {"kind": one.attestation.kind, "detail": one.attestation.detail, "state": one.state}
        for one in found
    ]
    words = "\n".join(f"{one['kind']} {one['detail']}: {one['state']}" for one in states)
    show({"attestations": states}, words, as_json=as_json)


@click.command()
@json_option
def outside(as_json: bool) -> None:
    """Show what witnesses, time-stamp authorities and calendars said of this log."""
    with workspace_at_work() as workspace:
        document = outside_words(workspace)
    lines = [
        f"{counted(one['size'], 'entry')} at {one['time']}: {one['witness']}"
        for one in document["witnesses"]
    ]
    lines += [
        f"{counted(one['size'], 'entry')} at {one['time']}: {one['authority']} (revocation: "
        f"{one['revocation']})"
        for one in document["time_stamps"]
    ]
    lines += [
        f"{counted(one['size'], 'entry')}: {one['detail']}: {one['state']}"
        for one in document["calendars"]
    ]
    if not document["enough_authorities"]:
        lines.append("There are no time-stamps of two unrelated authorities.")
    show(document, "\n".join(lines), as_json=as_json)


@click.command()
@click.option("--out", type=_PATH, required=True, help="Folder to write, which must not be there.")
@json_option
def tiles(out: Path, as_json: bool) -> None:
    """Write the log as C2SP tiles, which others mirror; it holds no personal data."""
    with workspace_at_work() as workspace:
        document = export_tiles(workspace, out)
    words = f"{counted(document['size'], 'entry')} in {counted(document['files'], 'file')}: {out}\nKey: {document['key']}"
    show(document, words, as_json=as_json)


def _one_of(file: Path | None, url: str | None) -> None:
    if (file is None) == (url is None):
        raise InputError("Give a file, or an address with --url, and one of these only.")
