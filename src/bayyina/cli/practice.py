"""``bayyina practice``: a workspace of invented data on which the work is learnt by doing it."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import click

from bayyina.app.practice_steps import JOURNEYS
from bayyina.app.practising import COLLEAGUES, FOUNDER, MARKER, PASSPHRASE, prepare_practice
from bayyina.cli.printing import json_option, progress_bar, show
from bayyina.db.opening import create_workspace, enroll
from bayyina.errors import InputError

PEOPLE = {"huda": "هدى (خيالية)", "salim": "سليم (خيالي)", "rana": "رنا (خيالية)"}
"""Names of the invented people."""


@click.command()
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=Path("fictional-practice"),
    show_default=True,
    help="Where the practice workspace goes; one that is there already is used as it stands.",
)
@click.option("--serve", is_flag=True, help="Serve it to browsers, until Ctrl-C.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@json_option
def practice(folder: Path, serve: bool, port: int, as_json: bool) -> None:
    """Make a workspace of invented people, and learn the work in four guided journeys."""
    is_new = not (folder / MARKER).is_file()
    if is_new:
        _prepare(folder)
    document = {
        "folder": str(folder),
        "made": is_new,
        "people": [FOUNDER, *COLLEAGUES],
        "passphrase": PASSPHRASE,
        "journeys": {name: [step.name for step in one.steps] for name, one in JOURNEYS.items()},
        "fictional": True,
    }
    lines = [
        "FICTIONAL: everybody and everything in it is invented.",
        f"The practice workspace {'was made' if is_new else 'stands'} in {folder}.",
        f"Sign in as {', '.join([FOUNDER, *COLLEAGUES])}, each with the passphrase {PASSPHRASE}.",
    ]
    if not serve:
        lines.append(f"Serve it: bayyina practice --folder {folder} --serve")
    show(document, "\n".join(lines), as_json=as_json)
    if serve:
        _serve(folder, port)


def _prepare(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise InputError(
            f"{folder} holds something else than a practice workspace.",
            hint="Name another folder with --folder; nothing was changed.",
        )
    workspace = create_workspace(
        folder,
        name="تمرين خيالي FICTIONAL practice",
        handle=FOUNDER,
        person_name=PEOPLE[FOUNDER],
        passphrase=PASSPHRASE,
        fictional=True,
    )
    try:
        for handle, roles in COLLEAGUES.items():
            enroll(
                workspace, handle=handle, name=PEOPLE[handle], roles=roles, passphrase=PASSPHRASE
            )
        with progress_bar() as progress:
            prepare_practice(workspace, progress)
    finally:
        workspace.store.close()


def _serve(folder: Path, port: int) -> None:
    command = [sys.executable, "-m", "bayyina", "--workspace", str(folder), "serve"]
    with suppress(KeyboardInterrupt):
        subprocess.run([*command, "--port", str(port)], check=False, stdout=sys.stderr)  # noqa: S603 - this program itself
