"""Who may do what. Every use case asks here first, whatever door it was called through.

A member holds roles, each for the whole workspace (``verifier``) or for one case
(``verifier@HAMA``). What does not stand in ``ROLES`` is refused. A use case that asks without naming
records needs a role for the whole workspace; one that names the records it touches, or narrows
what it shows with ``Sight``, is open to whoever holds the role for their case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from bayyina.app.case_scopes import CaseIndex, case_index
from bayyina.app.ports import Store
from bayyina.app.rows import MemberRow
from bayyina.app.workspace import Workspace
from bayyina.errors import PermissionRefusedError

ROLES: Mapping[str, frozenset[str]] = {
    "administrator": frozenset(
        {"manage-members", "manage-settings", "manage-cases", "checkpoint", "count"}
        | {"manage-keys", "back-up", "read-member-log"}
    ),
    "intake": frozenset(
        {"import", "undo", "count", "export-records", "add-evidence", "check-evidence"}
        | {"redact-evidence"}
        | {"record-consent", "seal"}
    ),
    "verifier": frozenset(
        {"judge", "determine", "publish", "count", "export-records"}
        | {"download-evidence", "open-sealed", "record-consent", "seal", "redact-evidence"}
    ),
    "analyst": frozenset(
        {"count", "report", "bundle", "export-records", "judge", "download-evidence", "seal"}
    ),
    "legal": frozenset(
        {"count", "report", "bundle", "publish", "export-records", "download-evidence"}
        | {"open-sealed", "hold", "seal", "redact-evidence"}
    ),
    "data-protection": frozenset(
        {"erase", "verify-log", "read-member-log", "hold", "record-consent", "seal"}
    ),
    "auditor": frozenset({"verify-log", "checkpoint", "check-evidence", "read-member-log"}),
    "viewer": frozenset({"count"}),
    "outside-reviewer": frozenset({"decide-outside"}),
    "earlier-decisions": frozenset({"bring-decisions"}),
    "site-positions": frozenset({"exact-positions"}),
}
"""What each role may do. Nothing is allowed that does not stand here."""

ALWAYS_WHOLE: Final = frozenset(
    {"administrator", "auditor", "data-protection", "outside-reviewer", "site-positions"}
)
"""Roles that are held for the whole workspace or not at all: what they allow is about the log, the
members, or what lies across cases. An outside reviewer has records named instead of a case."""

ONLY: Final = "only:"
"""Begins the word that is put behind a member's roles while a token of the interface acts for
them: the actions that it was made for, joined by commas. It is no role, and never stored."""

SEALED_ROLES: Final = frozenset({"verifier", "legal", "data-protection"})
"""Roles whose holders need a second factor to sign in to the web application."""

FIRST_ROLES = ("administrator", "intake", "verifier", "analyst", "auditor")
"""Roles of the person who makes a workspace, until others join.

``data-protection`` is not among them: what it allows cannot be taken back and needs two
people, so it is given to each of them knowingly, by an entry of its own. Nor is
``earlier-decisions``: it lets one person sign alone that something was verified before it was
brought here; nor is ``site-positions``, which lets one person have files that show where a site
under embargo lies.
"""


class Grant(NamedTuple):
    """A role as somebody holds it."""

    role: str
    """One of ``ROLES``."""

    case: str
    """Code of the case that it is held for; empty: the whole workspace."""

    @classmethod
    def of(cls, token: str) -> Grant:
        """The grant that a token such as ``verifier`` or ``verifier@HAMA`` writes."""
        role, _, case = token.partition("@")
        return cls(role, case)


@dataclass(frozen=True)
class Sight:
    """The records for which somebody may do something."""

    cases: frozenset[str] | None
    """Codes of the cases; None: all records."""

    index: CaseIndex | None
    """Tells the case of a record, where it matters."""

    @property
    def is_whole(self) -> bool:
        """Whether it is all records."""
        return self.cases is None

    def covers(self, record: int) -> bool:
        """Whether a record is among them."""
        if self.cases is None or self.index is None:
            return self.cases is None
        return self.index.case_of(record) in self.cases


def allows(member: MemberRow, action: str) -> bool:
    """Whether a member's roles allow ``action`` in the whole workspace."""
    return _cases(member.roles, action) is None


def allows_somewhere(member: MemberRow, action: str) -> bool:
    """Whether a member's roles allow ``action`` in the whole workspace or in a case."""
    return _cases(member.roles, action) != frozenset()


def allows_for(store: Store, member: MemberRow, action: str, records: Iterable[int]) -> bool:
    """Whether a member's roles allow ``action`` for every one of some records."""
    cases = _cases(member.roles, action)
    if cases is None:
        return True
    if not cases:
        return False
    index = case_index(store)
    return all(index.case_of(record) in cases for record in records)


def require(workspace: Workspace, action: str, *, records: Iterable[int] | None = None) -> None:
    """Refuse unless the member's roles allow ``action``.

    Args:
        workspace: With the member at work.
        action: What is to be done.
        records: The records it is done to; None where it is not about some records only, and
            takes a role for the whole workspace.

    Raises:
        PermissionRefusedError: they do not.
    """
    member = workspace.member
    cases = _cases(member.roles, action)
    if cases is None:
        return
    if cases and records is not None and allows_for(workspace.store, member, action, records):
        return
    raise _refusal(member, action, cases)


def require_case(workspace: Workspace, action: str, case: str) -> None:
    """Refuse unless the member's roles allow ``action`` in a case.

    Raises:
        PermissionRefusedError: they do not.
    """
    cases = _cases(workspace.member.roles, action)
    if cases is not None and case not in cases:
        raise _refusal(workspace.member, action, cases)


def sight(workspace: Workspace, action: str) -> Sight:
    """The records for which the member at work may do ``action``; what others there are is left out.

    Raises:
        PermissionRefusedError: there are none, whatever the case.
    """
    cases = _cases(workspace.member.roles, action)
    if cases is None:
        return Sight(None, None)
    if not cases:
        raise _refusal(workspace.member, action, cases)
    return Sight(cases, case_index(workspace.store))


def only_case(workspace: Workspace, action: str) -> str | None:
    """The one case for which alone the member may do ``action``; None for all, none or several."""
    cases = _cases(workspace.member.roles, action)
    return next(iter(cases)) if cases is not None and len(cases) == 1 else None


def is_role(token: str) -> bool:
    """Whether a token is a role, or a role that can be held for a case."""
    grant = Grant.of(token)
    if "@" in token:
        return grant.role in ROLES and grant.role not in ALWAYS_WHOLE and bool(grant.case)
    return grant.role in ROLES


def roles_that_allow(action: str) -> tuple[str, ...]:
    """The roles that allow an action."""
    return tuple(role for role, actions in ROLES.items() if action in actions)


@lru_cache(maxsize=4096)
def _cases(roles: str, action: str) -> frozenset[str] | None:
    """Cases in which somebody's roles allow an action; None: the whole workspace."""
    found = set()
    tokens = roles.split()
    limit = tokens[-1] if tokens else ""
    if limit.startswith(ONLY) and action not in limit.removeprefix(ONLY).split(","):
        return frozenset()
    for token in tokens:
        grant = Grant.of(token)
        if action in ROLES.get(grant.role, frozenset()):
            if not grant.case and "@" not in token:
                return None
            if grant.role not in ALWAYS_WHOLE and grant.case:
                found.add(grant.case)
    return frozenset(found)


def _refusal(member: MemberRow, action: str, cases: frozenset[str]) -> PermissionRefusedError:
    able = " or ".join(roles_that_allow(action)) or "that allows it"
    if cases:
        return PermissionRefusedError(
            f"{member.handle} may do this ({action}) only in {', '.join(sorted(cases))}.",
            hint=f"Beyond that it takes the role {able} for the whole workspace, or for the case.",
        )
    return PermissionRefusedError(
        f"{member.handle} may not do this ({action}).",
        hint=f"It takes the role {able}; an administrator of the workspace gives it.",
    )
