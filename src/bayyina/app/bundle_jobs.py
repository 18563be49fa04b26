"""A bundle made in the background: written, checked as a recipient would, and encrypted at once.

Nothing of it lies on the disk in plain once the job ends: it is written into a private folder, and
only what is encrypted stays, to the recipients or to a key that whoever asked keeps for the moment.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from typing import Any, Final

from bayyina.app.bundling import BundleOrder, MadeBundle, create_bundle
from bayyina.app.kept_stamps import log_verifier
from bayyina.app.permissions import require
from bayyina.app.ports import Progress
from bayyina.app.server_jobs import inside
from bayyina.app.workspace import Workspace
from bayyina.bundle.sealing import read_recipients, seal_folder
from bayyina.bundle.verifying import Trusted, VerifiedBundle, verify_bundle
from bayyina.custody.cosignatures import verifier_from_vkey
from bayyina.errors import StorageError
from bayyina.vault.private_folders import private_folder

MAKE_BUNDLE: Final = "make-bundle"
"""Make a bundle, check it and encrypt it."""

FOLDER: Final = "bundles"
"""Folder in the workspace."""

NAMED: Final = 200
"""So many ids of what was left out stand in the result; of more, the number is told."""

SUFFIX: Final = ".tar.age"


def run_bundle(
    workspace: Workspace, parameters: Mapping[str, Any], progress: Progress
) -> Mapping[str, Any]:
    """Make a bundle; parameters: ``token``, ``order``, ``redacted``, ``recipients``.

    Raises:
        InputError: nothing, or too much, was asked for, or a recipient is none.
        PermissionRefusedError: the member may not make bundles.
        StorageError: the disk refused; nothing is left behind.
    """
    require(workspace, "bundle")
    order = BundleOrder(**{**parameters["order"], "ids": tuple(parameters["order"]["ids"])})
    recipients = list(parameters["recipients"])
    read_recipients(recipients)
    folder = inside(workspace.folder, f"{FOLDER}/{parameters['token']}")
    shutil.rmtree(folder, ignore_errors=True)
    key = log_verifier(workspace).vkey
    trusted = Trusted([verifier_from_vkey(key)])
    with private_folder(workspace.folder, room=None) as aside:
        made = create_bundle(
            workspace,
            order,
            out=aside / "full",
            redacted=aside / "redacted" if parameters["redacted"] else None,
            recipients=len(recipients),
            progress=progress,
        )
        try:
            folder.mkdir(parents=True, mode=0o700)
            sets = []
            for one in made:
                found = verify_bundle(aside / one.set, trusted, progress)
                file = folder / f"{one.set}{SUFFIX}"
                seal_folder(aside / one.set, file, recipients)
                sets.append(_told(one, found) | {"size": file.stat().st_size})
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise StorageError(
                f"The bundle cannot be kept: {error.strerror or 'the disk refused'}.",
                hint="Make room on the disk of the server.",
            ) from error
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    return {"sets": sets, "key": key}


def _told(one: MadeBundle, found: VerifiedBundle) -> dict[str, Any]:
    return {
        "set": one.set,
        "manifest": one.written.manifest,
        "files": one.written.files,
        "bytes": one.written.size,
        "records": one.records,
        "statements": one.statements,
        "withheld": one.withheld,
        "reasons": dict(one.reasons),
        "evidence": one.evidence,
        "absent": list(one.absent[:NAMED]),
        "absent_count": len(one.absent),
        "unredacted": list(one.unredacted[:NAMED]),
        "entry": one.entry,
        "holds": not found.report.broken,
        "checks": [
            {"number": check.number, "ok": check.ok, "checked": check.checked, "asked": check.asked}
            for check in found.report.checks
        ],
        "limits": [one.code for one in found.limits],
    }
