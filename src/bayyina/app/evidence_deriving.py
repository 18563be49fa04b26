"""What is made from an item: an item of its own that says from which, with what and how.

A machine's reading of a picture is among them, under a name that says what it is: a lead.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from bayyina.app.case_scopes import case_of
from bayyina.app.evidence_about import Bringing, Lineage
from bayyina.app.evidence_adding import Intake, add_evidence
from bayyina.app.evidence_items import Item, find_item, read_items
from bayyina.app.evidence_reading import read_bytes
from bayyina.app.evidence_report import ADDED
from bayyina.app.permissions import require
from bayyina.app.ports import Progress
from bayyina.app.short_ids import record_number
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError, MissingToolError
from bayyina.media.limits import limited
from bayyina.media.redaction.running import what_it_tells
from bayyina.vault.private_folders import private_folder

LEAD: Final = "Machine reading, a lead: read by a program and checked by nobody."
"""What stands in front of every text that a machine read."""

MACHINE_READING: Final = "machine_reading"
"""Code of such a text among the ways in which items are made."""

SILENT: Final = frozenset({"thumbnail", "redaction"})
"""Ways of making that are for showing to others: what the file says of itself may not go along."""

MOST_TOLD: Final = 5
"""Names of tags that are named."""

READABLE: Final = ("image/jpeg", "image/png", "image/tiff", "image/gif", "image/bmp", "image/webp")
"""Types of pictures that tesseract reads."""

SECONDS: Final = 120
"""A reading that takes longer is given up."""

LARGEST: Final = 64 << 20
"""Bytes of the largest picture that is read."""


MEMORY: Final = 1 << 30
WRITTEN: Final = 64 << 20
"""Bytes of memory that the reading may take, and of a file that it may write."""


class Derived(NamedTuple):
    """An item that was made from another."""

    parent: str
    """Short id of the item that it was made from."""

    id: str
    """Its own short id."""

    sha256: str
    """Digest of its bytes, hex."""

    media_type: str
    """What it is by its first bytes."""

    batch: int
    """The batch that it came with."""


def derive_item(
    workspace: Workspace,
    *,
    parent: str,
    file: Path,
    derivation: str,
    tool: str,
    version: str = "",
    parameters: str = "",
    note: str = "",
    report: Path,
    progress: Progress,
) -> Derived:
    """Take in a file that was made from an item.

    Args:
        workspace: Where the item is.
        parent: Short id of the item.
        file: What was made from it.
        derivation: How, a code of the vocabulary's ``derivation_kinds``.
        tool: What made it.
        version: Version of the tool.
        parameters: With which parameters.
        note: Anything else.
        report: The report of the intake.
        progress: Told files done.

    Raises:
        InputError: there is no such item, the file cannot be taken in, or its bytes are here; a
            thumbnail or redaction still says something of itself.
        PermissionRefusedError: the member may not take evidence in.
    """
    require(workspace, "add-evidence", records=map(partial(record_number, workspace), [parent]))
    row = find_item(workspace, parent)
    if row.wrapped_key is None:
        raise InputError(f"{parent} was erased.", hint="Nothing can be made from it.")
    if not tool.strip():
        raise InputError("What made the file is not named.", hint="Name it with --tool.")
    if derivation in SILENT and file.is_file():
        _check_silent(file)
    item = read_items(workspace, [row])[0]
    lineage = Lineage(row.number, derivation, tool, version, parameters)
    done = keep_derived(
        workspace, file, lineage, Bringing(note=note, sealed=item.is_sealed), report, progress
    )
    return derived_of(parent, file, done)


def _check_silent(file: Path) -> None:
    """Refuse a copy that is made to be shown and still says where or by whom it was taken.

    Raises:
        InputError: it does, or nobody can know.
    """
    told = what_it_tells(file)
    if told:
        shown = ", ".join(told[:MOST_TOLD]) + (" and more" if len(told) > MOST_TOLD else "")
        raise InputError(
            f"{file} still says something of itself: {shown}.",
            hint="Make it with `bayyina redact`; a plan with `nothing` takes only this out.",
            code="metadata",
        )


def keep_derived(
    workspace: Workspace,
    file: Path,
    lineage: Lineage,
    bringing: Bringing,
    report: Path,
    progress: Progress,
    *,
    permission: str = "add-evidence",
) -> Intake:
    """Take in what was made from an item, in the item's case, for use cases that asked already.

    Raises:
        PermissionRefusedError: the member lacks ``permission`` there.
    """
    return add_evidence(
        workspace,
        paths=[file],
        report=report,
        progress=progress,
        bringing=bringing,
        case=case_of(workspace.store, lineage.parent),
        lineage=lineage,
        permission=permission,
    )


def read_by_machine(
    workspace: Workspace, *, item: str, languages: str, report: Path, progress: Progress
) -> Derived:
    """Have tesseract read a picture; what it read becomes an item made from the picture.

    Args:
        workspace: Where the picture is.
        item: Its short id.
        languages: As tesseract names them, such as ``ara+eng``.
        report: The report of the intake.
        progress: Told files done.

    Raises:
        MissingToolError: tesseract, or one of the languages, is not installed.
        InputError: there is no such item, it is no picture, or tesseract cannot read it.
        PermissionRefusedError: the member may not take evidence in.
    """
    require(workspace, "add-evidence", records=map(partial(record_number, workspace), [item]))
    row = find_item(workspace, item)
    if row.wrapped_key is None:
        raise InputError(f"{item} was erased.", hint="There is nothing to read.")
    program = _tesseract(languages)
    found = read_items(workspace, [row])[0]
    _check_readable(found)
    text = _read(program, b"".join(read_bytes(workspace, row)), languages, item)
    with private_folder(workspace.folder, room=len(text) * 4) as folder:
        path = folder / f"{item}.machine-reading.txt"
        path.write_text(f"{LEAD}\n{item} {languages}\n\n{text}", encoding="utf-8", newline="\n")
        return derive_item(
            workspace,
            parent=item,
            file=path,
            derivation=MACHINE_READING,
            tool="tesseract",
            version=_version(program),
            parameters=f"-l {languages}",
            note=LEAD,
            report=report,
            progress=progress,
        )


def derived_of(parent: str, file: Path, done: Intake) -> Derived:
    """What the intake of one file gave.

    Raises:
        InputError: it was not taken in, or its bytes were here.
    """
    if len(done.lines) != 1:
        raise InputError(f"{file} is not one file.", hint="Give one file that was made from it.")
    line = done.lines[0]
    if line.status == ADDED and line.id and line.sha256 and line.media_type:
        return Derived(parent, line.id, line.sha256, line.media_type, done.batches[0])
    if line.id:
        raise InputError(
            f"The bytes of {file} are here already, as {line.id}.",
            hint="What was made from an item differs from it; nothing was added.",
            code="already",
        )
    raise InputError(f"{file} was not taken in. {line.reason}", hint="", code=line.code)


def _check_readable(item: Item) -> None:
    if item.media_type not in READABLE:
        raise InputError(
            f"{item.id} is {item.media_type}, which tesseract does not read.",
            hint=f"It reads {', '.join(READABLE)}; derive a picture from it first.",
        )
    if item.size > LARGEST:
        raise InputError(
            f"{item.id} has {item.size:,} bytes, and at most {LARGEST:,} are read.",
            hint="Derive a smaller picture from it first.",
        )


def _tesseract(languages: str) -> str:
    program = shutil.which("tesseract")
    if program is None:
        raise MissingToolError(
            "Reading by machine needs tesseract, which is not installed.",
            hint="On Debian: `apt-get install tesseract-ocr tesseract-ocr-ara tesseract-ocr-eng`",
        )
    listed = _run(program, ["--list-langs"], b"").stdout.decode("utf-8", "replace").split()
    absent = [one for one in languages.split("+") if one not in listed]
    if absent or not languages:
        raise MissingToolError(
            f"tesseract has no language {absent[0] if absent else ''!r}.",
            hint=f"On Debian: `apt-get install tesseract-ocr-{absent[0] if absent else 'ara'}`",
        )
    return program


def _read(program: str, data: bytes, languages: str, item: str) -> str:
    try:
        done = _run(program, ["stdin", "stdout", "-l", languages], data)
    except subprocess.TimeoutExpired as error:
        raise InputError(
            f"tesseract did not read {item} within {SECONDS} seconds.",
            hint="Derive a smaller picture from it; nothing was added.",
        ) from error
    if done.returncode != 0:
        raise InputError(
            f"tesseract cannot read {item}.", hint="Is it a whole picture? Nothing was added."
        )
    return done.stdout.decode("utf-8", "replace").replace("\f", "\n")


def _version(program: str) -> str:
    lines = _run(program, ["--version"], b"").stdout.decode("utf-8", "replace").splitlines()
    return lines[0].removeprefix("tesseract").strip() if lines else ""


def _run(program: str, arguments: list[str], data: bytes) -> subprocess.CompletedProcess[bytes]:
    environment = {
        name: os.environ[name] for name in ("PATH", "TESSDATA_PREFIX") if name in os.environ
    }
    command = limited([program, *arguments], memory=MEMORY, written=WRITTEN)
    return subprocess.run(  # noqa: S603 - our own words, no shell
        command,
        input=data,
        capture_output=True,
        timeout=SECONDS,
        check=False,
        env=environment | {"OMP_THREAD_LIMIT": "1"},
    )
