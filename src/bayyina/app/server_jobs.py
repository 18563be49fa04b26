"""Background work that a server starts for people: imports and reports."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from bayyina.app.building_reports import build_reports
from bayyina.app.drafting_reports import definition_named
from bayyina.app.evidence_about import Bringing
from bayyina.app.evidence_adding import add_evidence
from bayyina.app.file_names import plain_name
from bayyina.app.importing import import_list, report_path
from bayyina.app.ports import Progress
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError
from bayyina.tables.mapping import Mapping as ListMapping

IMPORT_LIST: Final = "import-list"
"""Take in a list that lies in the workspace's folder, or say what would change."""

BUILD_REPORT: Final = "build-report"
"""Build a report into the workspace's folder."""


ADD_EVIDENCE: Final = "add-evidence"
"""Take uploaded files in as evidence."""


def run_import(
    workspace: Workspace, parameters: Mapping[str, Any], progress: Progress
) -> Mapping[str, Any]:
    """Import a list, or try it; parameters: ``file``, ``mapping``, ``dry_run``, ``confirm``.

    A list that was taken in is removed: it holds in clear what was sealed on the way in.

    Raises:
        InputError: the list does not lie in the workspace's folder, or cannot be read.
    """
    file = inside(workspace.folder, parameters["file"])
    result = import_list(
        workspace,
        file=file,
        mapping=ListMapping.load(
            inside(workspace.folder, parameters["mapping"]), workspace.vocabulary
        ),
        report=report_path(workspace, file),
        progress=progress,
        dry_run=bool(parameters["dry_run"]),
        confirm_withdrawals=bool(parameters["confirm"]),
    )
    if not result.dry_run:
        file.unlink(missing_ok=True)
    return result.to_json()


def run_report(
    workspace: Workspace, parameters: Mapping[str, Any], progress: Progress
) -> Mapping[str, Any]:
    """Build a report; parameters: ``name``, ``settings``, ``folder`` (below ``reports``).

    Raises:
        InputError: there is no such report, or a value does not fit.
    """
    folder = inside(workspace.folder, str(Path("reports") / parameters["folder"]))
    built = build_reports(
        workspace,
        name=definition_named(workspace, parameters["name"]),
        languages=(),
        out_folder=folder,
        progress=progress,
        settings=parameters["settings"],
    )
    return {"twin": str(built.twin.relative_to(workspace.folder)), "batch": built.batch}


def run_intake(
    workspace: Workspace, parameters: Mapping[str, Any], progress: Progress
) -> Mapping[str, Any]:
    """Take uploaded files in as evidence, and remove the uploads; parameter: ``folder``.

    What was said of the files lies beside them in ``about.json``, not in the job: some of it is
    sealed once it is taken in.

    Raises:
        InputError: the folder does not lie in the workspace's folder.
    """
    folder = inside(workspace.folder, parameters["folder"])
    said = json.loads((folder / "about.json").read_text(encoding="utf-8"))["said"]
    done = add_evidence(
        workspace,
        paths=[folder / "files"],
        report=report_path(workspace, folder / "files"),
        progress=progress,
        bringing=Bringing(**said),
    )
    shutil.rmtree(folder)
    found = done.to_json()
    items = [
        {
            "name": plain_name(workspace.vocabulary, str(one["path"])),
            "id": one["id"],
            "reason": one["reason"],
        }
        for one in found["items"]
    ]
    return {name: found[name] for name in ("added", "already", "kept_aside")} | {"items": items}


def inside(folder: Path, name: str) -> Path:
    """A path below a workspace's folder.

    Raises:
        InputError: it leads out of it.
    """
    root = folder.resolve()
    path = (root / name).resolve()
    if root not in path.parents:
        raise InputError(f"{name} does not lie in the workspace's folder.")
    return path
