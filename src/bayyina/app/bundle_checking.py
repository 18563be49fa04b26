"""A bundle that somebody brings, checked in the background as the command line checks one.

It is unpacked into a private folder that goes when the check ends, and so does the upload.
"""

from __future__ import annotations

import shutil
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from bayyina.app.kept_stamps import log_verifier
from bayyina.app.permissions import require
from bayyina.app.ports import Progress
from bayyina.app.server_jobs import inside
from bayyina.app.workspace import Workspace
from bayyina.bundle.verifying import Trusted, verify_bundle
from bayyina.custody.cosignatures import verifier_from_vkey
from bayyina.errors import CustodyError, FileUnreadableError, InputError
from bayyina.vault.private_folders import private_folder

CHECK_BUNDLE: Final = "check-bundle"
"""Check a bundle that was uploaded."""

MOST_FILES: Final = 200_000
MOST_BYTES: Final = 8 << 30
"""An archive that says it holds more is refused before anything is unpacked."""

NAMED: Final = 200
"""So many faults of one check are told."""


def run_check(
    workspace: Workspace, parameters: Mapping[str, Any], progress: Progress
) -> Mapping[str, Any]:
    """Check an uploaded bundle and remove it; parameters: ``folder``, ``name``, ``key``.

    ``key`` is the public key of the log that it should come from; empty: that of this workspace.

    Raises:
        InputError: the key is none.
        FileUnreadableError: it is no archive that could be a bundle.
        PermissionRefusedError: the member may not make bundles.
    """
    require(workspace, "bundle")
    folder = inside(workspace.folder, parameters["folder"])
    try:
        trusted = Trusted([_verifier(workspace, str(parameters["key"]))])
        with private_folder(workspace.folder, room=None) as aside:
            bag = _unpack(folder / "bundle", aside / "unpacked")
            found = verify_bundle(bag, trusted, progress)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return {
        "name": parameters["name"],
        "holds": found.report.ok,
        "is_bundle": found.is_bundle,
        "checks": [
            {
                "number": check.number,
                "ok": check.ok,
                "checked": check.checked,
                "asked": check.asked,
                "problems": [
                    {"path": one.kind, "change": one.change, "why": one.why}
                    for one in check.findings[:NAMED]
                ],
            }
            for check in found.report.checks
        ],
        "limits": [{"en": one.en, "ar": one.ar} for one in found.limits],
    }


def _verifier(workspace: Workspace, key: str) -> Any:
    if not key.strip():
        return verifier_from_vkey(log_verifier(workspace).vkey)
    try:
        return verifier_from_vkey(key.strip())
    except CustodyError as error:
        raise InputError(
            f"The key cannot be used: {error.message}",
            hint="Write it as whoever made the bundle gave it.",
            code="bad-log-key",
        ) from error


def _unpack(archive: Path, out: Path) -> Path:
    """Unpack plain files and folders alone; the folder that holds ``bagit.txt``."""
    out.mkdir()
    try:
        if zipfile.is_zipfile(archive):
            _unpack_zip(archive, out)
        else:
            _unpack_tar(archive, out)
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, OSError, RuntimeError) as error:
        raise _unreadable() from error
    holders = [out, *(one for one in sorted(out.iterdir()) if one.is_dir())]
    for one in holders:
        if (one / "bagit.txt").is_file():
            return one
    raise _unreadable()


def _unpack_tar(archive: Path, out: Path) -> None:
    with tarfile.open(archive, "r:") as opened:
        files = size = 0
        for member in opened:
            files, size = files + 1, size + member.size
            _refuse_large(files, size)
        opened.extractall(out, filter="data")


def _unpack_zip(archive: Path, out: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        parts = opened.infolist()
        _refuse_large(len(parts), sum(part.file_size for part in parts))
        for part in parts:
            opened.extract(part, out)  # leads nowhere else, and makes no links


def _refuse_large(files: int, size: int) -> None:
    if files > MOST_FILES or size > MOST_BYTES:
        raise FileUnreadableError(
            "This archive is larger than the page takes.",
            hint="Check it on the command line: `bayyina bundle verify DIR`.",
            code="bundle-too-large",
        )


def _unreadable() -> FileUnreadableError:
    return FileUnreadableError(
        "This is no bundle: a tar or ZIP archive with a folder that holds bagit.txt is needed.",
        hint="Send the file as it was handed over; an encrypted one is decrypted with age first.",
        code="no-bundle",
    )
