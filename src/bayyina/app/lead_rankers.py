"""Programs from outside that compare faces: off, unless two people have switched them on.

What they give orders what two reviewers look at first. It is no line of evidence, is shown to
nobody else, is written nowhere, and a proposal or decision cannot rest on it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.metadata import entry_points
from typing import Any, Final, Protocol

from bayyina.app.changes import change
from bayyina.app.live import setting
from bayyina.app.members import current_members
from bayyina.app.permissions import allows, require
from bayyina.app.rows import SettingRow
from bayyina.app.workspace import Workspace
from bayyina.errors import CheckFailedError, InputError

GROUP: Final = "bayyina.face_similarity"
"""Entry points under which a program from outside is found."""

SETTING: Final = "leads:face-similarity"
_ACTION: Final = "switch-face-similarity"
NEEDED: Final = 2


class FaceRanker(Protocol):
    """Compares the face of a body with faces of people, from evidence items by short id."""

    def rank(
        self, body_images: Sequence[str], people: Mapping[str, Sequence[str]]
    ) -> Mapping[str, float]:
        """A likeness from 0 to 1 for those people of whom it can say anything, by short id."""


def reviewers(workspace: Workspace) -> tuple[str, tuple[str, ...]]:
    """The program that is asked for, and who has asked for it; empty where it is off.

    Raises:
        PermissionRefusedError: the member may not read records.
    """
    require(workspace, "export-records")
    text = setting(workspace.store, SETTING)
    if not text:
        return "", ()
    content = json.loads(text)
    return str(content["program"]), tuple(content["reviewers"])


def switch_on(workspace: Workspace, program: str) -> dict[str, Any]:
    """Ask for a program; it ranks leads once two people have asked, and for these two alone.

    Raises:
        InputError: there is no such program here.
        CheckFailedError: the person has asked for it already.
        PermissionRefusedError: the member may not decide about records.
    """
    require(workspace, "determine")
    if program not in known_programs():
        raise InputError(
            f"There is no program {program} that compares faces here.",
            hint=f"Programs register under the entry points {GROUP}; none comes with this one.",
        )
    current, people = reviewers(workspace)
    own = workspace.member.handle
    kept = people if current == program and len(people) < NEEDED else ()
    if own in kept or (current == program and own in people):
        raise CheckFailedError(
            f"{own} has asked for {program} already.", hint="A second reviewer must ask for it now."
        )
    return _written(workspace, program, (*kept, own))


def switch_off(workspace: Workspace) -> dict[str, Any]:
    """Switch ranking by faces off; one person suffices."""
    require(workspace, "determine")
    return _written(workspace, "", ())


def is_on_for(workspace: Workspace) -> str:
    """The program that ranks leads for the person at work; empty where none does."""
    program, people = reviewers(workspace)
    able = {row.handle for row in current_members(workspace.store) if allows(row, "determine")}
    is_on = len(able.intersection(people)) >= NEEDED and workspace.member.handle in able & {*people}
    return program if is_on and program in known_programs() else ""


def known_programs() -> tuple[str, ...]:
    """Names of the programs that are installed."""
    return tuple(sorted(one.name for one in entry_points(group=GROUP)))


def load_ranker(program: str) -> FaceRanker:
    """The program itself."""
    found = next(one for one in entry_points(group=GROUP) if one.name == program)
    made: FaceRanker = found.load()()
    return made


def _written(workspace: Workspace, program: str, people: tuple[str, ...]) -> dict[str, Any]:
    with change(workspace, _ACTION) as writer:
        text = json.dumps({"program": program, "reviewers": list(people)}, sort_keys=True)
        writer.add(SettingRow, name=SETTING, text=text)
        writer.finish({"reviewers": len(people)})
    return {
        "program": program,
        "reviewers": list(people),
        "on": len(people) >= NEEDED,
        "installed": list(known_programs()),
        "batch": writer.batch,
    }
