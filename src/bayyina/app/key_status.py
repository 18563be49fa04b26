"""Who holds which keys now, since when, and what was done with shares; for people and for doctor."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from bayyina.app.clearances import cleared_members
from bayyina.app.evidence_key_rotating import items_by_key
from bayyina.app.evidence_keys import evidence_holders, evidence_key, former_holders, may_hold
from bayyina.app.key_rotating import ROTATE_CASE_KEY
from bayyina.app.members import OUTSIDE, working_members
from bayyina.app.ports import Store
from bayyina.app.recovering import RECOVERY_RUN, SHARES_RUN
from bayyina.app.recovery_sets import recovery_set
from bayyina.app.rows import CaseKeyRow, MemberRow, RunRow, batch_of
from bayyina.app.sealing_keys import given_keys, sealing_keys
from bayyina.app.workspace import Workspace
from bayyina.custody.canonical import canonical_json
from bayyina.keys.signing import RECOVERY, is_signed


class SealingHolders(NamedTuple):
    """Who can open what was sealed with one key."""

    code: str
    """Code of the key."""

    case: str
    """Code of its case."""

    people: tuple[str, ...]
    """Handles of members who hold it."""


class EvidenceHolders(NamedTuple):
    """Who can open the bytes of evidence."""

    code: str | None
    """Code of the evidence key in force; None where there is none yet."""

    people: tuple[str, ...]
    """Handles of members who hold it."""

    waiting: tuple[str, ...]
    """Members whose roles read evidence or take it in, and who do not hold it."""

    former: tuple[str, ...]
    """People who were given it and hold it no longer."""

    items: int
    """Items whose bytes it takes."""

    earlier: int
    """Items that every member's case key still opens."""


class SharesState(NamedTuple):
    """The set of shares in force."""

    set: str
    """Its id, as it stands on each share."""

    of: int
    """Shares that were made."""

    needed: int
    """How many are needed."""

    made: str
    """When, RFC 3339."""

    codes: tuple[str, ...]
    """What they open now."""


class RecoveryDone(NamedTuple):
    """One use of shares."""

    time: str
    """When, RFC 3339."""

    handle: str
    """Who was given something."""

    people: tuple[str, ...]
    """Who signed."""

    shares: tuple[int, ...]
    """Numbers of the shares."""

    reason: str
    """Why."""

    signed: bool
    """Whether each signature is that of a member's key, and holds."""


class KeyStatus(NamedTuple):
    """The keys of a workspace."""

    case_key_since: str
    """When the case key in force was made, RFC 3339."""

    case_key_people: tuple[str, ...]
    """Members who hold it."""

    former: tuple[str, ...]
    """People who are members no longer and held the case key that is in force."""

    sealing: tuple[SealingHolders, ...]
    """Sealing keys, the oldest first."""

    evidence: EvidenceHolders
    """The evidence key."""

    former_cleared: tuple[str, ...]
    """Cases whose newest sealing key was held by somebody who is cleared no longer."""

    shares: SharesState | None
    """The set of shares in force."""

    recoveries: tuple[RecoveryDone, ...]
    """Every use of shares."""

    def to_json(self) -> dict[str, Any]:
        """The document that ``keys status --json`` prints."""
        return {
            "case_key_since": self.case_key_since,
            "case_key_people": list(self.case_key_people),
            "former": list(self.former),
            "sealing": [one._asdict() | {"people": list(one.people)} for one in self.sealing],
            "evidence": {
                name: list(value) if isinstance(value, tuple) else value
                for name, value in self.evidence._asdict().items()
            },
            "former_cleared": list(self.former_cleared),
            "shares": None
            if self.shares is None
            else self.shares._asdict() | {"codes": list(self.shares.codes)},
            "recoveries": [
                one._asdict() | {"people": list(one.people), "shares": list(one.shares)}
                for one in self.recoveries
            ],
        }


def key_status(workspace: Workspace) -> KeyStatus:
    """Who holds which keys; open to every member: it tells no secret."""
    store = workspace.store
    times = {row.batch: row.entry_time or row.opened_at for row in store.batches()}
    members = working_members(store)
    since = _since(store)
    return KeyStatus(
        times[since] if since else workspace.identity.created_at,
        tuple(row.handle for row in members),
        former_members(store),
        tuple(
            SealingHolders(
                key.code,
                key.case,
                tuple(row.handle for row in members if key.code in given_keys(store, row)),
            )
            for key in sealing_keys(store)
        ),
        evidence_state(store),
        former_cleared(store),
        _shares(store, times),
        tuple(_recoveries(workspace, times)),
    )


def evidence_state(store: Store) -> EvidenceHolders:
    """Who holds the evidence key, and what is under it; it takes no key."""
    members, known = working_members(store), evidence_key(store)
    people = tuple(row.handle for row in evidence_holders(store, members))
    needing = (row.handle for row in members if may_hold(row.roles))
    standing = items_by_key(store)
    return EvidenceHolders(
        None if known is None else known.code,
        people,
        tuple(handle for handle in needing if known is not None and handle not in people),
        former_holders(store, members),
        standing.apart,
        standing.earlier,
    )


def _since(store: Store) -> int:
    """The batch that put the case key in force; 0 for the first one."""
    rotations = [row.batch for row in store.batches() if row.action == ROTATE_CASE_KEY]
    return rotations[-1] if rotations else 0


def former_members(store: Store) -> tuple[str, ...]:
    """Handles whose membership ended after the case key in force was made.

    Outside reviewers are left out: nobody ever gave them the case key.
    """
    since = _since(store)
    newest: dict[str, MemberRow] = {}
    inside: set[str] = set()
    for row in store.scan(MemberRow):
        newest[row.handle] = row
        if row.roles and row.roles.split() != [OUTSIDE]:
            inside.add(row.handle)
    return tuple(
        handle
        for handle, row in newest.items()
        if handle in inside and not row.roles and batch_of(row.number) > since
    )


def former_cleared(store: Store) -> tuple[str, ...]:
    """Cases from whose newest sealing key somebody was taken, who may have kept it."""
    newest = {key.case: key for key in sealing_keys(store)}
    found = []
    for case, key in newest.items():
        able = {row.handle for row in cleared_members(store, case)}
        given = _ever_given(store, key.number)
        if given - able:
            found.append(case)
    return tuple(found)


def _ever_given(store: Store, key: int) -> set[str]:
    """Handles of everybody to whom a sealing key was ever wrapped."""
    owners = {row.number: row.handle for row in store.scan(MemberRow)}
    return {
        owners[row.member]
        for row in store.find(CaseKeyRow, "case", [key])
        if row.wrapped and row.member in owners
    }


def _shares(store: Store, times: dict[int, str]) -> SharesState | None:
    shared = recovery_set(store)
    if shared is None:
        return None
    made = ""
    for row in store.scan(RunRow):
        if row.run_kind == SHARES_RUN and json.loads(row.parameters)["set"] == shared.set_id:
            made = times.get(batch_of(row.number), "")
    return SharesState(shared.set_id, shared.of, shared.needed, made, tuple(sorted(shared.wrapped)))


def _recoveries(workspace: Workspace, times: dict[int, str]) -> list[RecoveryDone]:
    rows = [row for row in workspace.store.scan(RunRow) if row.run_kind == RECOVERY_RUN]
    known = (
        {(row.handle, row.sign_public) for row in workspace.store.scan(MemberRow)}
        if rows
        else set()
    )
    found = []
    for row in rows:
        facts = json.loads(row.parameters)
        signed = facts.pop("signed")
        body = canonical_json(facts)
        holds = bool(signed) and facts["origin"] == workspace.identity.origin
        for one in signed:
            key = bytes.fromhex(one["key"])
            fits = is_signed(key, RECOVERY, body, bytes.fromhex(one["signature"]))
            holds = holds and fits and (one["handle"], one["key"]) in known
        found.append(
            RecoveryDone(
                times.get(batch_of(row.number), ""),
                facts["for"],
                tuple(one["handle"] for one in signed),
                tuple(facts["shares"]),
                facts["reason"],
                holds,
            )
        )
    return found
