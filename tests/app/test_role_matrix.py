"""Every role against every use case, as ``role_matrix.toml`` says it; deny by default.

The cast (after healthchecks' tests): Alice administers, Bob verifies, Charlie must not.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bayyina.app.case_scopes import MAIN
from bayyina.app.cases import add_case, assign_records
from bayyina.app.counting import count_figure, digest_figure, open_figure
from bayyina.app.deciding import bring_decision, determine_record, judge_pair
from bayyina.app.erasing import erase_record
from bayyina.app.evidence_adding import add_evidence
from bayyina.app.evidence_checking import check_evidence
from bayyina.app.evidence_items import list_items
from bayyina.app.evidence_reading import copy_out, look_at_item
from bayyina.app.exporting import export_records
from bayyina.app.finding import find_records
from bayyina.app.kept_rows import kept_aside_rows
from bayyina.app.member_history import member_log
from bayyina.app.members import set_roles
from bayyina.app.permissions import (
    ALWAYS_WHOLE,
    ROLES,
    allows,
    allows_for,
    allows_somewhere,
    require,
    sight,
)
from bayyina.app.proving import latest_checkpoint
from bayyina.app.publishing import publish_report
from bayyina.app.record_reading import read_record
from bayyina.app.recording_own_files import record_edited_files
from bayyina.app.reviewing import review_state
from bayyina.app.short_ids import record_number
from bayyina.app.undoing import undo_batch
from bayyina.app.verifying import verify_workspace
from bayyina.app.waiting import undecided_records
from bayyina.app.workspace import Workspace
from bayyina.errors import BayyinaError, PermissionRefusedError
from tests.app.conftest import ROWS, Bench, quiet
from tests.app.two_lists import records

TABLE = tomllib.loads(Path(__file__).with_name("role_matrix.toml").read_text(encoding="utf-8"))
USES: list[dict[str, Any]] = TABLE["use"]
ALLOWED: Mapping[str, frozenset[str]] = {use["action"]: frozenset(use["roles"]) for use in USES}
"""The roles that may do each action."""

CONTENT = frozenset(
    {"export-records", "download-evidence", "open-sealed", "determine", "judge", "report", "bundle"}
    | {"exact-positions", "redact-evidence"}
)
"""Actions by which somebody learns what a record says."""

CELLS = [(use["action"], role) for use in USES for role in ROLES]


class Stage:
    """A workspace with a list and an item, and somebody at work with any roles."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        bench.take_in(*ROWS)
        self.photograph = bench.folder / "photograph.txt"
        self.photograph.write_text("an invented picture", encoding="utf-8")
        taken = add_evidence(
            bench.amal, paths=[self.photograph], report=bench.folder / "r.csv", progress=quiet
        )
        self.item = str(taken.lines[0].id)
        self.person, self.other = records(bench.amal, "Person")[:2]
        self.death = records(bench.amal, "Death")[0]
        add_case(bench.amal, code="HAMA", title="Hama")
        self._people: dict[str, Workspace] = {}

    def at_work(self, *roles: str) -> Workspace:
        """The workspace with somebody at work who holds these roles."""
        handle = "-".join(roles).replace("@", "-at-").casefold()
        if handle not in self._people:
            self._people[handle] = self.bench.member(handle, *roles)
        return self._people[handle]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    bench = Bench(tmp_path_factory.mktemp("matrix"))
    yield Stage(bench)
    bench.close()


def with_roles(stage: Stage, roles: str) -> Workspace:
    """The same workspace as if the member at work held these roles."""
    return replace(stage.bench.amal, member=stage.bench.amal.member._replace(roles=roles))


@pytest.mark.parametrize(("action", "role"), CELLS)
def test_a_cell_of_the_table(stage: Stage, action: str, role: str) -> None:
    workspace = with_roles(stage, role)
    if role in ALLOWED[action]:
        require(workspace, action)
        assert sight(workspace, action).is_whole
        return
    with pytest.raises(PermissionRefusedError, match=action):
        require(workspace, action)
    with pytest.raises(PermissionRefusedError):
        require(workspace, action, records=[])
    with pytest.raises(PermissionRefusedError):
        sight(workspace, action)


def test_the_table_is_whole() -> None:
    assert set(ALLOWED) == {action for actions in ROLES.values() for action in actions}
    assert {role for roles in ALLOWED.values() for role in roles} == set(ROLES)
    assert len(USES) == len(ALLOWED), "an action stands twice"
    for role, actions in ROLES.items():
        assert actions == {action for action, roles in ALLOWED.items() if role in roles}, role


@pytest.mark.parametrize(("action", "role"), CELLS)
def test_a_role_for_one_case(stage: Stage, action: str, role: str) -> None:
    store = stage.bench.amal.store
    number = record_number(stage.bench.amal, stage.person)
    for case, is_theirs in ((MAIN, True), ("HAMA", False)):
        member = stage.bench.amal.member._replace(roles=f"{role}@{case}")
        expected = role in ALLOWED[action] and role not in ALWAYS_WHOLE
        assert not allows(member, action), "a role for a case is none for the workspace"
        assert allows_somewhere(member, action) == expected
        assert allows_for(store, member, action, [number]) == (expected and is_theirs)


def test_nothing_is_allowed_without_a_role_or_by_an_unknown_one(stage: Stage) -> None:
    for roles in (
        "",
        "nobody",
        "verifier@",
        "@main",
        "administrator@main",
        "Verifier",
        "only:count",
    ):
        workspace = with_roles(stage, roles)
        for action in ALLOWED:
            with pytest.raises(PermissionRefusedError):
                require(workspace, action)


def test_administrators_cannot_read_what_they_administer(stage: Stage) -> None:
    assert not ROLES["administrator"] & CONTENT
    assert not ROLES["auditor"] & CONTENT
    alice = stage.at_work("administrator")
    for name in ("export-records", "download-evidence", "open-sealed"):
        for call in CALLS[name]:
            with pytest.raises(PermissionRefusedError):
                call(stage, alice)


def determine(stage: Stage, workspace: Workspace) -> None:
    determine_record(
        workspace,
        record_id=stage.death,
        decision="verified",
        verdict="for",
        standard="family-may-be-told",
        reasons="seen",
        lines=[f"account={stage.death}"],
    )


Call = Callable[[Stage, Workspace], object]

CALLS: Mapping[str, tuple[Call, ...]] = {
    "import": (lambda s, w: s.bench.take_in(*ROWS, workspace=w, dry_run=True),),
    "undo": (lambda s, w: undo_batch(w, batch=2),),
    "add-evidence": (
        lambda s, w: add_evidence(
            w, paths=[s.photograph], report=s.bench.folder / "r2.csv", progress=quiet
        ),
    ),
    "check-evidence": (lambda s, w: check_evidence(w, progress=quiet),),
    "export-records": (
        lambda s, w: read_record(w, s.person),
        lambda s, w: find_records(w, "Ba Two", quiet),
        lambda s, w: list(open_figure(w, "count persons", quiet)),
        lambda s, w: list_items(w),
        lambda s, w: look_at_item(w, s.item),
        lambda s, w: kept_aside_rows(w),
        lambda s, w: export_records(
            w, form="csv", out=s.bench.folder / "o.csv", progress=quiet, record_type="Person"
        ),
    ),
    "download-evidence": (
        lambda s, w: copy_out(
            w, s.item, out=s.bench.folder / f"copy-{w.member.handle}", reason="looked at"
        ),
    ),
    "open-sealed": (lambda s, w: look_at_item(w, s.item, sealed=True, reason="asked for"),),
    "judge": (
        lambda s, w: judge_pair(
            w, record_a=s.person, record_b=s.other, verdict="unsure", reasons="r"
        ),
        lambda s, w: review_state(w, quiet),
    ),
    "determine": (determine, lambda s, w: undecided_records(w)),
    "bring-decisions": (
        lambda s, w: bring_decision(w, record_id=s.death, practice="the FICT net", reasons="r"),
    ),
    "count": (
        lambda s, w: count_figure(w, "count persons", quiet),
        lambda s, w: digest_figure(w, "count persons", quiet),
    ),
    "publish": (lambda s, w: publish_report(w, s.photograph, reasons="read"),),
    "erase": (
        lambda s, w: erase_record(w, record_id="FICT-9-9", reason="mistake", progress=quiet),
    ),
    "verify-log": (lambda s, w: verify_workspace(w, progress=quiet),),
    "checkpoint": (lambda s, w: latest_checkpoint(w),),
    "read-member-log": (lambda s, w: member_log(w),),
    "manage-members": (lambda s, w: set_roles(w, handle="nobody", roles=["viewer"]),),
    "manage-cases": (lambda s, w: assign_records(w, case="HAMA", records=["FICT-9-9"]),),
    "manage-settings": (lambda s, w: record_edited_files(w),),
}
"""Use cases that are called themselves, by what they ask for."""

UNDONE_LAST = ("undo",)
"""Actions whose call would take away what the others need; their refusals alone are called."""


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", CALLS)
def test_a_use_case_itself(stage: Stage, action: str, role: str) -> None:
    workspace = with_roles(stage, role) if role == "outside-reviewer" else stage.at_work(role)
    allowed = role in ALLOWED[action]
    if allowed and action in UNDONE_LAST:
        return
    for call in CALLS[action]:
        size = stage.bench.amal.store.log_size()
        try:
            call(stage, workspace)
            refused = False
        except PermissionRefusedError as error:
            refused = "decided this already" not in error.message
        except BayyinaError:
            refused = False  # it was asked for something that is not there, and may ask
        assert refused != allowed, f"{role} {action}"
        if refused:
            assert stage.bench.amal.store.log_size() == size, "a refusal changes nothing"
