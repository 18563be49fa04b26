"""The kinds of background work, and the runner that knows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bayyina.app.bundle_checking import CHECK_BUNDLE, run_check
from bayyina.app.bundle_jobs import MAKE_BUNDLE, run_bundle
from bayyina.app.estimate_jobs import ESTIMATE, run_estimate
from bayyina.app.identifying_cards import group_photographs
from bayyina.app.jobs import JobFunction, JobRunner
from bayyina.app.linking import LinkOrder, link_workspace
from bayyina.app.ports import Progress
from bayyina.app.server_jobs import (
    ADD_EVIDENCE,
    BUILD_REPORT,
    IMPORT_LIST,
    run_import,
    run_intake,
    run_report,
)
from bayyina.app.snapshots import refresh_snapshot
from bayyina.app.verifying import verify_workspace
from bayyina.app.workspace import Workspace

REFRESH_SNAPSHOT = "refresh-snapshot"
"""Bring the snapshot up to the log."""

VERIFY_LOG = "verify-log"
"""Check the custody log."""

GROUP_PHOTOGRAPHS = "group-photographs"
"""Group photographs into bodies by the numbers on their cards."""

LINK_PEOPLE: Final = "link-people"
"""Find who is the same person; what the linkage is unsure of waits for review."""


def runner(workspace: Workspace) -> JobRunner:
    """The runner of a workspace's jobs."""
    return JobRunner(workspace, FUNCTIONS)


def _refresh(
    workspace: Workspace, _parameters: Mapping[str, Any], progress: Progress
) -> Mapping[str, Any]:
    return {"custody_size": refresh_snapshot(workspace, progress).pointer.custody_size}


def _verify(
    workspace: Workspace, _parameters: Mapping[str, Any], progress: Progress
) -> Mapping[str, Any]:
    result = verify_workspace(workspace, progress=progress)
    return {"ok": result.ok, "failed": [check.name for check in result.checks if not check.ok]}


def _group(
    workspace: Workspace, _parameters: Mapping[str, Any], progress: Progress
) -> Mapping[str, Any]:
    return group_photographs(workspace, progress).to_json(workspace)


def _link(
    workspace: Workspace, _parameters: Mapping[str, Any], progress: Progress
) -> Mapping[str, Any]:
    return link_workspace(workspace, LinkOrder(), progress).to_json()


FUNCTIONS: dict[str, JobFunction] = {
    REFRESH_SNAPSHOT: _refresh,
    VERIFY_LOG: _verify,
    IMPORT_LIST: run_import,
    BUILD_REPORT: run_report,
    ADD_EVIDENCE: run_intake,
    GROUP_PHOTOGRAPHS: _group,
    MAKE_BUNDLE: run_bundle,
    ESTIMATE: run_estimate,
    CHECK_BUNDLE: run_check,
    LINK_PEOPLE: _link,
}
"""What each kind of job does."""
