"""Who managed whom: every change of members, clearances and cases, in words for people."""

from __future__ import annotations

from typing import Any, Final

from bayyina.app.evidence_keys import is_evidence_code
from bayyina.app.live import live_batches
from bayyina.app.members import FORMERLY, handles_by_uuid
from bayyina.app.permissions import require
from bayyina.app.rows import CaseKeyRow, CaseRow, MemberRow, SettingRow, batch_of
from bayyina.app.workspace import Workspace

READ: Final = "read-member-log"
"""The action of reading this."""

JOINED: Final = "joined"
CHANGED: Final = "roles-changed"
ENDED: Final = "ended"
KEY_RENEWED: Final = "key-renewed"
CLEARED: Final = "cleared"
NOT_CLEARED: Final = "clearance-withdrawn"
CASE_MADE: Final = "case-made"


def member_log(workspace: Workspace, *, handle: str = "") -> list[dict[str, Any]]:
    """What was done to memberships, oldest first: when, by whom, to whom, and what changed.

    Args:
        workspace: Whose log.
        handle: Only what concerns this member; empty for everybody.

    Raises:
        PermissionRefusedError: the member may not read it, and asks about others than themselves.
    """
    if handle != workspace.member.handle:
        require(workspace, READ)
    store = workspace.store
    batches, people = live_batches(store), handles_by_uuid(store)
    handles = {row.number: row.handle for row in store.scan(MemberRow)}
    codes = {row.number: row.code for row in store.scan(CaseRow)}
    cases = {row.number for row in store.scan(CaseRow) if "/" not in row.code}
    found: list[tuple[int, dict[str, Any]]] = []
    held: dict[str, MemberRow] = {}
    for row in store.scan(MemberRow):
        found.append((row.number, _membership(held.get(row.handle), row)))
        held[row.handle] = row
    for key in store.scan(CaseKeyRow):
        # Who holds the evidence key follows from roles, which are told; `keys status` says who does.
        if key.case not in cases and not is_evidence_code(codes.get(key.case, "")):
            what = CLEARED if key.wrapped else NOT_CLEARED
            case = codes.get(key.case, "").partition("/")[0]
            found.append((key.number, _event(what, handles.get(key.member, ""), case=case)))
    found += [
        (made.number, _event(CASE_MADE, "", case=made.code))
        for made in store.scan(CaseRow)
        if made.number in cases
    ]
    for setting in store.scan(SettingRow):
        if setting.name.startswith(FORMERLY):
            new = setting.name.removeprefix(FORMERLY)
            for _, event in found:
                if event["member"] == new and event["what"] == JOINED:
                    event["formerly"] = setting.text
    told = []
    for number, event in sorted(found, key=lambda one: one[0]):
        batch = batches.get(batch_of(number))
        if batch is not None and handle in ("", event["member"]):
            when = {"entry": batch.entry, "time": batch.entry_time}
            told.append({**when, "by": people.get(batch.actor, ""), **event})
    return told


def _membership(before: MemberRow | None, now: MemberRow) -> dict[str, Any]:
    """What a row changed for its member."""
    had = set() if before is None else set(before.roles.split())
    has = set(now.roles.split())
    if before is not None and had == has and before.sign_public != now.sign_public:
        return _event(KEY_RENEWED, now.handle)
    what = JOINED if before is None else CHANGED if has else ENDED
    return _event(what, now.handle, gained=sorted(has - had), lost=sorted(had - has))


def _event(what: str, member: str, **more: Any) -> dict[str, Any]:
    event = {"what": what, "member": member, "gained": [], "lost": [], "case": "", "formerly": ""}
    return event | more
