"""Large uploads in parts: what arrived stays when the line breaks, and the rest is sent later.

An upload is a folder beside those of plain uploads: ``upload.json`` says whose it is, what was
said of the files, and how long each must be; each file grows by parts that must begin where it
ends. Each part comes with its SHA-256, so that what is kept is what was sent. Only whoever began
an upload can go on with it. What nobody went on with for days is removed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

from bayyina.app.workspace import Workspace
from bayyina.errors import BusyError, CheckFailedError, InputError, StorageError
from bayyina.web.evidence.incoming import FOLDER, plain_name

STATE: Final = "upload.json"

MOST_FILES: Final = 2_000
"""Files of one upload."""

MOST_UPLOADS: Final = 20
"""Uploads that one person can have under way."""

LARGEST_PART: Final = 8 * 1024 * 1024
"""Bytes of a part."""

SPARE: Final = 512 * 1024 * 1024
"""Bytes that stay free on the disk."""

FORGOTTEN_SECONDS: Final = 3 * 24 * 3600
"""So long after its last part an upload is kept."""

_TOKEN: Final = re.compile(r"[0-9a-f]{16}")


class Part(NamedTuple):
    """A file of an upload."""

    name: str
    """Its name, without what could lead elsewhere."""

    size: int
    """Bytes that it will have."""

    received: int
    """Bytes that have arrived."""


class Upload(NamedTuple):
    """An upload under way."""

    token: str
    """Names it."""

    folder: Path
    """Where it lies."""

    said: Mapping[str, Any]
    """What was said of its files."""

    files: tuple[Part, ...]
    """Its files in order."""


def begin_upload(
    workspace: Workspace, files: Sequence[tuple[str, int]], said: Mapping[str, Any]
) -> Upload:
    """Make room for files of these names and sizes.

    Raises:
        InputError: there are none or too many, or a size is none.
        StorageError: they do not fit on the disk, or it refused.
    """
    remove_forgotten(workspace)
    if not files or len(files) > MOST_FILES:
        raise InputError(f"Choose from 1 to {MOST_FILES} files.")
    if any(size < 0 for _, size in files):
        raise InputError("A file cannot have a negative size.")
    base = workspace.folder / FOLDER
    if sum(_is_of(path, workspace) for path in base.glob("*")) >= MOST_UPLOADS:
        raise InputError("Too many of your uploads are under way.", hint="Finish one first.")
    token = secrets.token_hex(8)
    folder = base / token
    try:
        base.mkdir(mode=0o700, exist_ok=True)
        needed = sum(size for _, size in files)
        if needed + SPARE > shutil.disk_usage(base).free:
            raise StorageError(
                "There is not enough room on the server's disk for these files.",
                hint="Send fewer files, or ask who looks after the server for room.",
            )
        (folder / "files").mkdir(parents=True, mode=0o700)
        named = [{"name": plain_name(name), "size": size} for name, size in files]
        for number, one in enumerate(named):
            (folder / "files" / str(number)).mkdir(mode=0o700)
            (folder / "files" / str(number) / str(one["name"])).touch(mode=0o600)
        state = {"by": workspace.member.handle, "said": dict(said), "files": named}
        (folder / STATE).write_text(json.dumps(state), encoding="utf-8")
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise _refused(error) from error
    return read_upload(workspace, token)


def read_upload(workspace: Workspace, token: str) -> Upload:
    """An upload of the member at work.

    Raises:
        InputError: there is none of theirs.
    """
    folder = workspace.folder / FOLDER / token
    state = _state(folder) if _TOKEN.fullmatch(token) else {}
    if state.get("by") != workspace.member.handle:
        raise InputError("There is no such upload of yours.", code="no-such-upload")
    files = tuple(
        Part(one["name"], one["size"], _path(folder, number, one["name"]).stat().st_size)
        for number, one in enumerate(state["files"])
    )
    return Upload(token, folder, state["said"], files)


def add_part(
    workspace: Workspace, token: str, number: int, first: int, stream: BinaryIO, digest: str
) -> Part:
    """Add a part to a file; the file as it stands then.

    Args:
        workspace: With the member at work.
        token: The upload.
        number: Which of its files.
        first: Byte at which the part begins: where the file ends.
        stream: The part.
        digest: SHA-256 (hex) of the part.

    Raises:
        InputError: there is no such upload or file, or the part is too long.
        BusyError: the file does not end there; ask how far it is, and go on from there.
        CheckFailedError: something else arrived than was sent; nothing of it is kept.
        StorageError: the disk refused.
    """
    upload = read_upload(workspace, token)
    if not 0 <= number < len(upload.files):
        raise InputError("The upload has no such file.", code="no-such-upload")
    one = upload.files[number]
    body = stream.read(LARGEST_PART + 1)
    if len(body) > LARGEST_PART or first + len(body) > one.size:
        raise InputError("The part is longer than it may be.")
    if first != one.received:
        raise BusyError(
            f"The file has {one.received} bytes so far.", hint="Go on from there.", code="elsewhere"
        )
    if hashlib.sha256(body).hexdigest() != digest.lower():
        raise CheckFailedError("The part did not arrive as it was sent.", hint="Send it again.")
    try:
        with _path(upload.folder, number, one.name).open("ab") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        os.utime(upload.folder / STATE)
    except OSError as error:
        with _path(upload.folder, number, one.name).open("ab") as file:
            file.truncate(one.received)
        raise _refused(error) from error
    return one._replace(received=one.received + len(body))


def finish_upload(workspace: Workspace, token: str) -> str:
    """Hand a complete upload over to the intake; its folder below the workspace's.

    Raises:
        InputError: there is no such upload, or something is missing.
        StorageError: the disk refused.
    """
    upload = read_upload(workspace, token)
    missing = [one.name for one in upload.files if one.received != one.size]
    if missing:
        raise InputError(f"{len(missing)} files are not complete yet: {', '.join(missing[:5])}.")
    try:
        about = json.dumps({"said": dict(upload.said)})
        (upload.folder / "about.json").write_text(about, encoding="utf-8")
        (upload.folder / STATE).unlink()
    except OSError as error:
        raise _refused(error) from error
    return f"{FOLDER}/{token}"


def remove_upload(workspace: Workspace, token: str) -> None:
    """Throw an upload of one's own away.

    Raises:
        InputError: there is no such upload.
    """
    shutil.rmtree(read_upload(workspace, token).folder, ignore_errors=True)


def remove_forgotten(workspace: Workspace) -> None:
    """Remove uploads that nobody went on with for days, whoever began them."""
    for state in (workspace.folder / FOLDER).glob(f"*/{STATE}"):
        if time.time() - state.stat().st_mtime > FORGOTTEN_SECONDS:
            shutil.rmtree(state.parent, ignore_errors=True)


def _path(folder: Path, number: int, name: str) -> Path:
    return folder / "files" / str(number) / name


def _is_of(folder: Path, workspace: Workspace) -> bool:
    return bool(_state(folder).get("by") == workspace.member.handle)


def _state(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _refused(error: OSError) -> StorageError:
    return StorageError(
        f"The upload could not be kept: {error.strerror}.",
        hint="Make room on the disk of the server, and go on with it.",
    )
