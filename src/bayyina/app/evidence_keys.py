"""The evidence key: who is given what opens the bytes of evidence, and who is not.

Every member holds the case key, because proofs and salts need it. What opens the bytes of an
item is wrapped under a key of its own besides, which only those members are given whose roles
read evidence or take it in. It is a row of kind ``case`` whose code is that of the first case
with ``/evidence`` behind it; what a person was given is a row of kind ``case_key``, of which the
newest holds, and one that wraps nothing takes the key back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from bayyina.app.permissions import ROLES, Grant
from bayyina.app.ports import Store
from bayyina.app.rows import CaseKeyRow, CaseRow, MemberRow, RecordRow
from bayyina.app.sealing_keys import FIRST_CASE, RowAdder
from bayyina.app.workspace import Workspace
from bayyina.errors import BayyinaError, KeyLockedError
from bayyina.keys.case_keys import open_case_key, wrap_case_key
from bayyina.keys.evidence_keys import evidence_key_id, wrapped_secret

ACTIONS: Final = frozenset({"add-evidence", "download-evidence", "redact-evidence"})
"""What a role allows that needs the bytes of evidence. Whoever may do none of it gets no key."""

KIND: Final = "evidence:"
"""What the title of an evidence key's row begins with; the id of the key follows."""

_CODE: Final = re.compile(r".+/evidence(?:\.[0-9]+)?")


class EvidenceKey(NamedTuple):
    """An evidence key as the store knows it."""

    number: int
    """Number of its row."""

    code: str
    """Code of its row, which is also the place that it is wrapped for."""

    key_id: str
    """Its id (16 hex digits)."""


def may_hold(roles: str) -> bool:
    """Whether one of somebody's roles, for whatever case, reads evidence or takes it in."""
    return any(ROLES.get(Grant.of(token).role, frozenset()) & ACTIONS for token in roles.split())


def is_evidence_code(code: str) -> bool:
    """Whether the code of a row of kind ``case`` is that of an evidence key."""
    return _CODE.fullmatch(code) is not None


def evidence_keys(store: Store) -> list[EvidenceKey]:
    """All evidence keys, the oldest first; the newest is in force."""
    return [
        EvidenceKey(row.number, row.code, row.title.removeprefix(KIND))
        for row in store.scan(CaseRow)
        if is_evidence_code(row.code) and row.title.startswith(KIND)
    ]


def evidence_key(store: Store) -> EvidenceKey | None:
    """The evidence key in force; None in a workspace that has none yet."""
    return next(reversed(evidence_keys(store)), None)


def given_evidence(store: Store, member: MemberRow) -> bytes | None:
    """The evidence key in force, wrapped to a member; None where they hold none.

    What was wrapped for a key that the person no longer has counts no longer, nor what somebody
    was given whose roles read no evidence now.
    """
    known = evidence_key(store)
    if known is None or not may_hold(member.roles):
        return None
    people = {row.number: row for row in store.scan(MemberRow)}
    given = b""
    for row in store.find(CaseKeyRow, "case", [known.number]):
        owner = people.get(row.member)
        if owner is not None and owner.handle == member.handle:
            given = bytes.fromhex(row.wrapped) if owner.box_public == member.box_public else b""
    return given or None


def evidence_holders(store: Store, members: Sequence[MemberRow]) -> list[MemberRow]:
    """Of some members, those who hold the evidence key in force."""
    return [row for row in members if given_evidence(store, row) is not None]


def former_holders(store: Store, members: Sequence[MemberRow]) -> tuple[str, ...]:
    """Handles of those who were given the evidence key in force and hold it no longer."""
    known = evidence_key(store)
    if known is None:
        return ()
    owners = {row.number: row.handle for row in store.scan(MemberRow)}
    rows = store.find(CaseKeyRow, "case", [known.number])
    ever = [owners[row.member] for row in rows if row.wrapped and row.member in owners]
    holding = {row.handle for row in evidence_holders(store, members)}
    return tuple(handle for handle in dict.fromkeys(ever) if handle not in holding)


def open_evidence(store: Store, member: MemberRow, box: X25519PrivateKey) -> bytes | None:
    """The evidence key in force, opened with a member's key; None where they hold none."""
    known, wrapped = evidence_key(store), given_evidence(store, member)
    if known is None or wrapped is None:
        return None
    try:
        return open_case_key(wrapped, box, place=known.code)
    except BayyinaError:
        return None


def has_secrets(store: Store) -> bool:
    """Whether an item is under the evidence key."""
    rows = store.find(RecordRow, "record_type", ["EvidenceItem"])
    return any(row.wrapped_key and wrapped_secret(bytes(row.wrapped_key)) for row in rows)


def evidence_key_of(workspace: Workspace) -> bytes | None:
    """The evidence key of the member at work; None where they hold none, or one that was replaced.

    The store is asked each time, so a key that was taken back or replaced opens nothing from then on.
    """
    held, known = workspace.keys.evidence, evidence_key(workspace.store)
    if held is None or known is None or known.key_id != evidence_key_id(held):
        return None
    return held if given_evidence(workspace.store, workspace.member) is not None else None


def add_evidence_key(writer: RowAdder, store: Store, key: bytes) -> EvidenceKey:
    """Add an evidence key to a change; nobody is given it by that."""
    count = len(evidence_keys(store))
    code = f"{FIRST_CASE}/evidence" + (f".{count + 1}" if count else "")
    row = writer.add(CaseRow, code=code, title=KIND + evidence_key_id(key))
    return EvidenceKey(row.number, code, evidence_key_id(key))


def give_evidence(writer: RowAdder, known: EvidenceKey, key: bytes, member: MemberRow) -> None:
    """Wrap an evidence key to a member."""
    wrapped = wrap_case_key(key, bytes.fromhex(member.box_public), place=known.code)
    writer.add(CaseKeyRow, case=known.number, member=member.number, wrapped=wrapped.hex())


def give_if_held(workspace: Workspace, writer: RowAdder, member: MemberRow) -> bool:
    """Give a member the evidence key where their roles need it and whoever is at work holds it."""
    known, key = evidence_key(workspace.store), evidence_key_of(workspace)
    if known is None or key is None or not may_hold(member.roles):
        return False
    give_evidence(writer, known, key, member)
    return True


def give_from(
    writer: RowAdder, store: Store, secrets: Mapping[str, bytes], member: MemberRow
) -> list[str]:
    """Give a member the evidence key out of what shares opened; its code, if they need it."""
    known = evidence_key(store)
    if known is None or known.code not in secrets or not may_hold(member.roles):
        return []
    give_evidence(writer, known, secrets[known.code], member)
    return [known.code]


def holding(workspace: Workspace, key: bytes | None) -> Workspace:
    """The workspace with an evidence key in the hands of the member at work."""
    return replace(workspace, keys=replace(workspace.keys, evidence=key))


def not_given(workspace: Workspace) -> KeyLockedError:
    """Why somebody cannot read the bytes of evidence, or take evidence in."""
    return KeyLockedError(
        f"{workspace.member.handle} does not hold the evidence key in force.",
        hint="Sign in again; if that does not help, somebody who holds it gives it to all whose roles "
        "read evidence: `bayyina keys rotate evidence-key --reason routine`.",
        code="no-evidence-key",
    )
