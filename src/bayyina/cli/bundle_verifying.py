"""``bayyina bundle verify``: a bundle or any BagIt bag, checked without a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from bayyina.bundle.verifying import Trusted, VerifiedBundle, verify_bundle
from bayyina.cli.log_outcomes import checks_document, checks_in_words
from bayyina.cli.printing import json_option, progress_bar, show
from bayyina.custody.cosignatures import verifier_from_vkey
from bayyina.custody.notes import Verifier
from bayyina.custody.time_stamps import Chain, read_chain
from bayyina.errors import CustodyError, FileUnreadableError, InputError
from bayyina.model.plain_files import plain_file

MOST_CERTIFICATE_BYTES = 4 << 20
"""Bytes that a file of certificates may have."""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--key", "keys", multiple=True, help="The log's public key, from elsewhere.")
@click.option("--witness", "witnesses", multiple=True, help="Public key of a witness.")
@click.option(
    "--authority",
    "authorities",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Root certificates of a time-stamp authority, PEM or DER, from elsewhere.",
)
@json_option
def verify(
    folder: Path,
    keys: tuple[str, ...],
    witnesses: tuple[str, ...],
    authorities: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Check the bundle in FOLDER, or any BagIt bag: numbered checks, no workspace, no network.

    Without --key the key that came with the bundle is used: the bundle then agrees with itself,
    and the answer says that it is not shown whose it is.
    """
    trusted = Trusted(
        [_key(one) for one in keys],
        [_key(one) for one in witnesses],
        _chain(authorities) if authorities else None,
    )
    with progress_bar() as progress:
        found = verify_bundle(folder, trusted, progress)
    document = {
        "ok": found.report.ok,
        "bundle": found.is_bundle,
        "checks": _checks(found),
        "not_proved": [one.en for one in found.limits],
    }
    show(document, _words(found), as_json=as_json)
    if not found.report.ok:
        raise click.exceptions.Exit(1)


def _checks(found: VerifiedBundle) -> list[dict[str, Any]]:
    return [
        {
            **document,
            "problems": [
                {"path": one.kind, "change": one.change, "why": one.why} for one in check.findings
            ],
            "warnings": list(found.warnings.get(check.number, ())),
        }
        for document, check in zip(checks_document(found.report), found.report.checks, strict=True)
    ]


def _words(found: VerifiedBundle) -> str:
    what = "bundle" if found.is_bundle else "bag"
    lines = [checks_in_words(found.report, what)]
    unusual = [text for some in found.warnings.values() for text in some]
    if unusual:
        lines += ["", "Unusual, and no fault:", *(f"  {text}" for text in unusual)]
    lines += ["", "What this does not show:", *(f"  {one.en}" for one in found.limits)]
    return "\n".join(lines)


def _key(text: str) -> Verifier:
    try:
        return verifier_from_vkey(text)
    except CustodyError as error:
        raise InputError(
            f"A key that was given cannot be used: {error.message}",
            hint="Give it as `bayyina log checkpoint` or the witness showed it.",
        ) from error


def _chain(paths: tuple[Path, ...]) -> Chain:
    parts = []
    for path in paths:
        try:
            with plain_file(path).open("rb") as stream:
                parts.append(stream.read(MOST_CERTIFICATE_BYTES))
        except OSError as error:
            raise FileUnreadableError(
                f"The certificates {path} cannot be read.", hint="Check the path."
            ) from error
    try:
        return read_chain(parts)
    except CustodyError as error:
        raise InputError(error.message, hint=error.hint) from error
