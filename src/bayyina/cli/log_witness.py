"""``bayyina log witness``: cosigning another group's checkpoints; needs no workspace."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from bayyina.cli.log_files import read_text, write_bytes
from bayyina.cli.opening import read_passphrase
from bayyina.cli.printing import counted, json_option, show
from bayyina.custody.cosignatures import CosignatureVerifier
from bayyina.custody.witness import COSIGNED, Answer, Witness, cosigner_at
from bayyina.errors import FileUnreadableError, InputError, KeyLockedError, StorageError
from bayyina.keys.personal import PersonalKey, read_key_file, write_key_file

KEY_FILE = "witness.key.json"
"""The witness's key in its folder."""

NAME_FILE = "witness.json"
"""The witness's name in its folder."""

ENDING = ".cosigned"
"""Added to the name of a file for the answer."""


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--state",
    type=click.Path(path_type=Path),
    required=True,
    help="Folder of this witness: its key, and what it cosigned last of each log.",
)
@click.option("--new", "new_name", help="Become a witness under this name, such as example.org/1.")
@click.option("--trust", "trusted", multiple=True, help="Public key of a log to cosign.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the answers.")
@json_option
def witness(
    files: tuple[Path, ...],
    state: Path,
    new_name: str | None,
    trusted: tuple[str, ...],
    out: Path | None,
    as_json: bool,
) -> None:
    """Cosign the checkpoints in FILES, each of which must continue what was cosigned last.

    A file is a checkpoint, or a request that `log checkpoint --since SIZE` of the other group
    wrote. The answer is written beside it, or into --out, with `.cosigned` added to its name.
    What was cosigned is on the disk before the answer is. The passphrase of the witness's key
    comes from BAYYINA_PASSPHRASE or BAYYINA_PASSPHRASE_FILE, or is asked for.
    """
    if new_name is not None:
        _become(state, new_name)
    name = _name(state)
    own = Witness(state)
    logs = [own.trust(one) for one in trusted]
    key = _key(state, name) if files or new_name is not None else None
    answers = [_answer(own, name, key, path, out) for path in files] if key is not None else []
    document: dict[str, Any] = {"witness": name, "trusted": logs, "answers": answers}
    words = [f"Trusted from now on: {one}" for one in logs]
    if key is not None:
        document["key"] = CosignatureVerifier(name, key.public.sign).vkey
        words.insert(0, f"Public key of this witness: {document['key']}")
    words += [f"{one['file']}: {one['detail']}" for one in answers]
    if not files and not trusted and new_name is None:
        known = own.logs()
        document["logs"] = [{"origin": origin, "size": size} for origin, size in known]
        words += [f"{origin}: cosigned up to {counted(size, 'entry')}" for origin, size in known]
    show(document, "\n".join(words) or f"{name} trusts no log yet.", as_json=as_json)
    if any(one["outcome"] != COSIGNED for one in answers):
        raise click.exceptions.Exit(1)


def _become(state: Path, name: str) -> None:
    """Make the witness's folder with a key of its own."""
    passphrase = read_passphrase(name, confirm=True)
    if not passphrase:
        raise KeyLockedError(
            "A witness's key needs a passphrase.",
            hint="Set BAYYINA_PASSPHRASE_FILE to a file that holds it, or BAYYINA_PASSPHRASE.",
        )
    cosigner_at(name, PersonalKey.generate().sign, datetime.now(UTC))
    if (state / KEY_FILE).exists():
        raise InputError(f"{state} is a witness already.", hint="Leave --new away.")
    try:
        state.mkdir(parents=True, exist_ok=True)
        (state / NAME_FILE).write_text(json.dumps({"name": name}) + "\n", encoding="utf-8")
    except OSError as error:
        raise StorageError(
            f"{state} cannot be written: {error.strerror}.", hint="Choose another folder."
        ) from error
    write_key_file(state / KEY_FILE, PersonalKey.generate(), passphrase, owner=name)


def _name(state: Path) -> str:
    try:
        name = json.loads((state / NAME_FILE).read_text(encoding="utf-8"))["name"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FileUnreadableError(
            f"{state} is not the folder of a witness.",
            hint="Make one with `bayyina log witness --state DIR --new NAME`.",
        ) from error
    return str(name)


def _key(state: Path, name: str) -> PersonalKey:
    passphrase = read_passphrase(name)
    if passphrase is None:
        raise KeyLockedError(
            "The witness's key is locked and there is nobody to ask for the passphrase.",
            hint="Set BAYYINA_PASSPHRASE_FILE to a file that holds it, or BAYYINA_PASSPHRASE.",
        )
    return read_key_file(state / KEY_FILE, passphrase)


def _answer(
    own: Witness, name: str, key: PersonalKey, path: Path, out: Path | None
) -> dict[str, Any]:
    text = read_text(path, "The checkpoint")
    found: Answer = own.answer(text, cosigner_at(name, key.sign, datetime.now(UTC)))
    document: dict[str, Any] = {
        "file": str(path),
        "outcome": found.outcome,
        "origin": found.origin,
        "size": found.size,
        "last_size": found.last_size,
        "detail": found.detail,
    }
    if found.outcome == COSIGNED:
        place = (path.parent if out is None else out) / f"{path.name}{ENDING}"
        write_bytes(place, found.note.encode())
        document["answer"] = str(place)
    return document
