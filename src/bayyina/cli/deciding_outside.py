"""``bayyina decide``: decisions of reviewers of another organisation, signed without the workspace."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from bayyina.app.deciding_outside import accept_decision, request_decision
from bayyina.app.passphrases import check_passphrase
from bayyina.cli.opening import read_passphrase, read_secret, workspace_at_work
from bayyina.cli.printing import json_option, show
from bayyina.custody.outside_decisions import check_request, signed_answer
from bayyina.errors import FileUnreadableError, InputError, KeyLockedError, StorageError
from bayyina.keys.personal import PersonalKey, read_key_file, write_key_file
from bayyina.model.plain_files import plain_file

PATH = click.Path(path_type=Path)


@click.group()
def decide() -> None:
    """Decisions of somebody from outside: ask, sign elsewhere, take the answer."""


@decide.command("request")
@click.argument("record_id")
@click.option("--reviewer", required=True, metavar="HANDLE", help="Who is asked.")
@click.option("--decision", default="verified", show_default=True, help="What is decided.")
@click.option("--standard", required=True, help="Name of the documentation standard.")
@click.option("--line", "lines", multiple=True, metavar="LINE=ID", help="As for `determine`.")
@click.option("--condition", "conditions", multiple=True, metavar="CONDITION=ID")
@click.option("--out", type=PATH, required=True, help="The file to send.")
@json_option
def request(
    record_id: str,
    reviewer: str,
    decision: str,
    standard: str,
    lines: tuple[str, ...],
    conditions: tuple[str, ...],
    out: Path,
    as_json: bool,
) -> None:
    """Ask a reviewer from outside about RECORD_ID: a file of ids and digests, which says nothing else."""
    _refuse_existing(out)
    with workspace_at_work() as workspace:
        document = request_decision(
            workspace,
            record_id=record_id,
            reviewer=reviewer,
            decision=decision,
            standard=standard,
            lines=lines,
            conditions=conditions,
        )
    _write(out, document)
    summary = {"record": record_id, "reviewer": reviewer, "asked": document["asked"]}
    text = f"{out} asks {reviewer} about {record_id}; they sign it with `bayyina decide sign`."
    show({**summary, "file": str(out)}, text, as_json=as_json)


@decide.command("make-key")
@click.argument("file", type=PATH)
@click.option("--owner", required=True, help="Whose key it is, as the file shows it.")
@click.option("--passphrase-file", type=PATH, help="Holds its passphrase; asked for if not given.")
@json_option
def make_key(file: Path, owner: str, passphrase_file: Path | None, as_json: bool) -> None:
    """Make a key of your own in FILE, without a workspace, and FILE.public to send."""
    public = file.with_name(f"{file.name}.public")
    _refuse_existing(file)
    _refuse_existing(public)
    passphrase = _passphrase(owner, passphrase_file, confirm=True)
    check_passphrase(passphrase, handle=owner, fictional=False)
    key = PersonalKey.generate()
    write_key_file(file, key, passphrase, owner=owner)
    halves = {"sign": key.public.sign.hex(), "box": key.public.box.hex()}
    _write(public, {"format": "bayyina-public-key", "version": 1, "owner": owner, "public": halves})
    document = {"file": str(file), "public": str(public), **halves}
    text = f"{file} is your key: keep it. Send {public}, and say its first letters by telephone: "
    show(document, text + halves["sign"][:16], as_json=as_json)


@decide.command("sign")
@click.argument("file", type=PATH)
@click.option("--key", "key_file", type=PATH, required=True, help="The file of your own key.")
@click.option("--against", is_flag=True, help="You decide that it is not so.")
@click.option("--reasons", required=True, help="Why, in a sentence.")
@click.option("--passphrase-file", type=PATH, help="Holds its passphrase; asked for if not given.")
@click.option("--out", type=PATH, required=True, help="The answer, to send back.")
@json_option
def sign(
    file: Path,
    key_file: Path,
    against: bool,
    reasons: str,
    passphrase_file: Path | None,
    out: Path,
    as_json: bool,
) -> None:
    """Sign the request FILE with your own key; no workspace is needed."""
    _refuse_existing(out)
    asked = _read(file)
    check_request(asked)
    key = read_key_file(key_file, _passphrase(str(key_file), passphrase_file))
    verdict = "against" if against else "for"
    answer = signed_answer(asked, key.sign, verdict=verdict, reasons=reasons)
    _write(out, answer)
    document = {name: answer[name] for name in ("asked", "decision", "standard", "verdict")}
    text = f"{out} says {verdict} “{answer['decision']}” under {answer['standard']}; send it back."
    show({**document, "file": str(out)}, text, as_json=as_json)


@decide.command("accept")
@click.argument("file", type=PATH)
@json_option
def accept(file: Path, as_json: bool) -> None:
    """Take the signed answer FILE; it counts as one of the people that a decision takes."""
    answer = _read(file)
    with workspace_at_work() as workspace:
        document = accept_decision(workspace, answer)
    text = f"{document['record']}: {document['state'].rstrip('.')} (batch {document['batch']})."
    show(document, text, as_json=as_json)


def _passphrase(whose: str, file: Path | None, *, confirm: bool = False) -> str:
    if file is not None:
        return read_secret(file, "The passphrase")
    found = read_passphrase(whose, confirm=confirm)
    if found is None:
        raise KeyLockedError(
            f"The key of {whose} has a passphrase, and there is nobody to ask for it.",
            hint="Set BAYYINA_PASSPHRASE_FILE to a file that holds it.",
        )
    return found


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(plain_file(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or "it is not JSON"
        raise FileUnreadableError(
            f"{path} cannot be read: {reason}.", hint="`bayyina decide` writes such files."
        ) from error
    if not isinstance(content, dict):
        raise FileUnreadableError(f"{path} is none of the files that `bayyina decide` writes.")
    return content


def _refuse_existing(path: Path) -> None:
    if path.exists():
        raise InputError(f"{path} is there already.", hint="Choose another name.")


def _write(path: Path, document: dict[str, Any]) -> None:
    try:
        text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}.") from error
