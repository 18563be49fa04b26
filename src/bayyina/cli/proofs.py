"""``bayyina log check-proof``: a proof file, checked without any workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from bayyina.cli.log_outcomes import checks_document, checks_in_words
from bayyina.cli.printing import json_option, show
from bayyina.custody.notes import Ed25519Verifier
from bayyina.custody.proof_checks import check_row_proof
from bayyina.errors import CustodyError, FileUnreadableError, InputError
from bayyina.model.plain_files import plain_file

MOST_BYTES = 4 << 20
"""No proof is longer: a row, an entry, and a hash for each level of two trees."""

SHOWN = (
    "record_type",
    "property",
    "value",
    "original",
    "lang",
    "certainty",
    "asserted_on",
    "locator",
    "recorded_at",
)
"""Keys of a statement that are printed, in this order."""


@click.command("check-proof")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--key", help="The log's public key, as `log checkpoint` shows it, from elsewhere.")
@json_option
def check_proof(file: Path, key: str | None, as_json: bool) -> None:
    """Check the proof in FILE, which `log proof` wrote: five numbered checks, no workspace.

    Without --key the signature is not checked, and the proof is not said to hold.
    """
    found = check_row_proof(_read(file), [] if key is None else [_verifier(key)])
    statement = {name: cell for name, cell in found.row.items() if name not in ("salt", "kind")}
    document = {
        "ok": found.report.ok,
        "checks": checks_document(found.report),
        "origin": found.origin,
        "size": found.size,
        "statement": statement,
    }
    words = checks_in_words(found.report, "proof")
    if statement:
        words += f"\n\nWhat it shows:\n{_statement(statement)}"
    show(document, words, as_json=as_json)
    if not found.report.ok:
        raise click.exceptions.Exit(1)


def _statement(statement: dict[str, Any]) -> str:
    return "\n".join(f"  {name}: {statement[name]}" for name in SHOWN if name in statement)


def _verifier(key: str) -> Ed25519Verifier:
    try:
        return Ed25519Verifier.from_vkey(key)
    except CustodyError as error:
        raise InputError(
            f"The log's key that was given cannot be used: {error.message}",
            hint="Give it as `bayyina log checkpoint` showed it.",
        ) from error


def _read(path: Path) -> str:
    try:
        with plain_file(path).open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise FileUnreadableError(
                f"The file {path} is too long for a proof.", hint="Check the path."
            )
        return data.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnreadableError(
            f"The proof {path} cannot be read.", hint="Check the path."
        ) from error
