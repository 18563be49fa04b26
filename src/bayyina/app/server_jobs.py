"""Background work that a server starts for people: imports and reports."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from bayyina.app.building_reports import build_reports
from bayyina.app.importing import import_list, report_path
from bayyina.app.ports import Progress
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError
from bayyina.tables.mapping import Mapping as ListMapping

IMPORT_LIST: Final = "import-list"
"""Take in a list that lies in the workspace's folder, or say what would change."""

BUILD_REPORT: Final = "build-report"
"""Build a report into the workspace's folder."""


def run_import(
    workspace: Workspace, parameters: Mapping[str, Any], progress: Progress
) -> Mapping[str, Any]:
    """Import a list, or try it; parameters: ``file``, ``mapping``, ``dry_run``, ``confirm``.

    Raises:
        InputError: the list does not lie in the workspace's folder, or cannot be read.
    """
    file = _inside(workspace, parameters["file"])
    result = import_list(
        workspace,
        file=file,
        mapping=ListMapping.load(_inside(workspace, parameters["mapping"]), workspace.vocabulary),
        report=report_path(workspace, file),
        progress=progress,
        dry_run=bool(parameters["dry_run"]),
        confirm_withdrawals=bool(parameters["confirm"]),
    )
    return result.to_json()


def run_report(
    workspace: Workspace, parameters: Mapping[str, Any], progress: Progress
) -> Mapping[str, Any]:
    """Build a report; parameters: ``name``, ``settings``, ``folder`` (below ``reports``).

    Raises:
        InputError: there is no such report, or a value does not fit.
    """
    folder = _inside(workspace, str(Path("reports") / parameters["folder"]))
    built = build_reports(
        workspace,
        name=parameters["name"],
        languages=(),
        out_folder=folder,
        progress=progress,
        settings=parameters["settings"],
    )
    return {"twin": str(built.twin.relative_to(workspace.folder)), "batch": built.batch}


def _inside(workspace: Workspace, name: str) -> Path:
    """A path below the workspace's folder.

    Raises:
        InputError: it leads out of it.
    """
    root = workspace.folder.resolve()
    path = (root / name).resolve()
    if root not in path.parents:
        raise InputError(f"{name} does not lie in the workspace's folder.")
    return path
