"""Recovery by shares: making them, break-glass by two people, and a workspace that nobody can open.

What is shared is the private half of a recovery key (``recovery_sets``), to which the case key and
the sealing keys are wrapped. With enough shares and two members who both sign with their own keys,
neither of whom needs to be cleared, somebody is cleared: that is break-glass. With enough shares
alone a member whose key is lost is given a new one, when nobody else can do it. Both stand in the
log with their reason; no share ever does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from bayyina.app.changes import ChangeWriter, change
from bayyina.app.clearances import OPEN_SEALED, may_be_cleared, opener_of
from bayyina.app.clocks import write_time
from bayyina.app.evidence_keys import evidence_key, evidence_key_of, give_from, given_evidence
from bayyina.app.founding import FIRST_CASE, Equipment, work_under_case_key
from bayyina.app.members import current_members, working_members
from bayyina.app.permissions import require
from bayyina.app.ports import Store
from bayyina.app.recovery_sets import SETTING, RecoverySet, recovery_set
from bayyina.app.rows import CaseKeyRow, CaseRow, MemberRow, SettingRow
from bayyina.app.same_people import people_by_handle
from bayyina.app.sealing_keys import give_key, given_keys, sealing_keys
from bayyina.app.workspace import Workspace
from bayyina.app.writing_documents import add_run
from bayyina.custody.canonical import canonical_json
from bayyina.errors import InputError, KeyLockedError, PermissionRefusedError, WorkspaceError
from bayyina.keys.case_keys import wrap_case_key
from bayyina.keys.personal import PersonalKey
from bayyina.keys.sealing import key_id
from bayyina.keys.shares import Share, ShareError, combine, set_id, split
from bayyina.keys.signing import RECOVERY, sign

MAKE_SHARES: Final = "make-shares"
WITHDRAW_SHARES: Final = "withdraw-shares"
RECOVER: Final = "recover"
RESCUE: Final = "rescue"

SHARES_RUN: Final = "recovery-shares"
"""Kind of the runs that record who made a set."""

RECOVERY_RUN: Final = "recovery"
"""Kind of the runs that record that shares were used."""

LONGEST_REASON: Final = 1_000
"""Characters that a reason has at most."""


class SharesMade(NamedTuple):
    """A set of shares; they are shown once and stored nowhere."""

    set: RecoverySet
    """What is kept of it."""

    shares: tuple[Share, ...]
    """The shares."""

    batch: int
    """The batch that records it."""


class Signer(NamedTuple):
    """A member with their unlocked key."""

    handle: str
    """Who."""

    key: PersonalKey
    """Their key."""


class Recovery(NamedTuple):
    """What shares gave back."""

    handle: str
    """Who was given it."""

    codes: tuple[str, ...]
    """What they were given: codes of sealing keys, and ``main`` for the case key."""

    people: tuple[str, ...]
    """Who signed for it."""

    shares: tuple[int, ...]
    """Numbers of the shares that were used."""

    batch: int
    """The batch that records it."""


def make_shares(workspace: Workspace, *, of: int, needed: int) -> SharesMade:
    """Make a set of shares; shares of an earlier set open nothing of this workspace any more.

    Args:
        workspace: With a member at work who is cleared.
        of: How many shares.
        needed: How many of them are needed.

    Raises:
        InputError: the numbers do not fit.
        PermissionRefusedError: the member may not open sealed values.
        KeyLockedError: the member is not cleared.
    """
    require(workspace, OPEN_SEALED)
    store, held = workspace.store, opener_of(workspace).keys
    secrets = {FIRST_CASE: workspace.keys.case_key}
    for known in sealing_keys(store):
        key = held.get(key_id(known.public))
        if key is not None:
            secrets[known.code] = key.private_bytes_raw()
    known_key, evidence = evidence_key(store), evidence_key_of(workspace)
    if len(secrets) > 1 and known_key is not None and evidence is not None:
        secrets[known_key.code] = evidence
    if len(secrets) == 1:
        raise KeyLockedError(
            f"{workspace.member.handle} is not cleared, and has nothing to share.",
            hint="Somebody who is cleared makes the shares.",
            code="not-cleared",
        )
    private = X25519PrivateKey.generate()
    secret = private.private_bytes_raw()
    shares = split(secret, of=of, needed=needed)
    made = RecoverySet(
        set_id(secret).hex(),
        private.public_key().public_bytes_raw(),
        of,
        needed,
        tuple(share.mark for share in shares),
        {},
    ).holding(secrets)
    with change(workspace, MAKE_SHARES) as writer:
        writer.add(SettingRow, name=SETTING, text=made.text())
        codes = sorted(secrets)
        add_run(
            writer, SHARES_RUN, {"set": made.set_id, "of": of, "needed": needed, "codes": codes}
        )
        writer.finish({"set": made.set_id, "of": of, "needed": needed})
    return SharesMade(made, shares, writer.batch)


def withdraw_shares(workspace: Workspace) -> int:
    """Let the shares open nothing that comes later; the batch that records it.

    Whoever has enough shares and a copy of the database of now still opens that copy: replace the
    case key and the sealing key as well if shares were lost.

    Raises:
        InputError: there are none.
        PermissionRefusedError: the member may not manage keys.
    """
    require(workspace, "manage-keys")
    with change(workspace, WITHDRAW_SHARES) as writer:
        shared = recovery_set(workspace.store)
        if shared is None:
            raise InputError("There are no recovery shares.")
        writer.add(SettingRow, name=SETTING, text="{}")
        writer.finish({"set": shared.set_id})
    return writer.batch


def open_with_shares(store: Store, shares: Sequence[Share]) -> tuple[RecoverySet, dict[str, bytes]]:
    """What shares open: secrets by code.

    Raises:
        ShareError: one of them is of another set or wrong, which is named, or they are too few.
        WorkspaceError: there are no recovery shares.
    """
    shared = recovery_set(store)
    if shared is None:
        raise WorkspaceError(
            "This workspace has no recovery shares.",
            hint="Somebody who is cleared makes them with `bayyina keys shares make`.",
        )
    for share in shares:
        if share.set_id.hex() != shared.set_id:
            raise ShareError(
                f"Share {share.index} is of the set {share.set_id.hex()}; the one in force here is "
                f"{shared.set_id}.",
                hint="It may be of an older set, or of another workspace; nothing was opened.",
            )
        if not (share.index <= shared.of and share.mark == shared.marks[share.index - 1]):
            raise ShareError(
                f"Share {share.index} of the set {shared.set_id} is not the one that was made.",
                hint="Leave it out, and ask its holder; nothing was opened.",
            )
    private = X25519PrivateKey.from_private_bytes(combine(shares))
    if private.public_key().public_bytes_raw() != shared.public:
        raise ShareError("The shares do not give back the key of this workspace.")
    return shared, shared.open(private)


def recover_clearance(
    workspace: Workspace,
    *,
    shares: Sequence[Share],
    second: Signer,
    handle: str,
    reason: str,
) -> Recovery:
    """Clear a member with shares and two people's signatures; nobody who is cleared is needed.

    Args:
        workspace: With the first of the two at work.
        shares: As many as the set needs.
        second: The other person.
        handle: Whom to clear; it may be one of the two.
        reason: Why; it stands in the log.

    Raises:
        ShareError: the shares do not open anything; which one is wrong is said.
        InputError: there is no reason or no such member, or they hold all of it already.
        PermissionRefusedError: the two are one person, or no role of the member opens anything.
        KeyLockedError: the second person's key is not the one that the workspace knows.
    """
    store = workspace.store
    why = _reason(reason)
    first = Signer(workspace.member.handle, PersonalKey(workspace.keys.personal, second.key.box))
    _check_two(store, first, second)
    member = _member(store, handle)
    if not may_be_cleared(member.roles):
        raise PermissionRefusedError(
            f"{handle} has no role that opens sealed values.",
            hint="An administrator gives the role; whoever only administers is not cleared.",
        )
    shared, secrets = open_with_shares(store, shares)
    with change(workspace, RECOVER) as writer:
        held = given_keys(store, member)
        given = _give_sealing_keys(writer, store, secrets, member, held)
        if given_evidence(store, member) is None:
            given += give_from(writer, store, secrets, member)
        if not given:
            raise InputError(f"{handle} is cleared for all that the shares open.")
        facts = _facts(workspace, shared, shares, member.handle, given, why)
        _add_run(writer, facts, [first, second])
        writer.finish({"set": shared.set_id})
    people = (first.handle, second.handle)
    return Recovery(handle, tuple(given), people, _numbers(shares), writer.batch)


def rescue(
    equipment: Equipment,
    *,
    shares: Sequence[Share],
    handle: str,
    key: PersonalKey,
    reason: str,
    keep_key: Callable[[], None],
) -> Recovery:
    """Give a member a new key, with shares alone: for a workspace that nobody can open any more.

    Args:
        equipment: The workspace's store and clock.
        shares: As many as the set needs.
        handle: A member whose key is lost.
        key: Their new key.
        reason: Why; it stands in the log.
        keep_key: Stores the key file; if it fails, nothing was changed.

    Raises:
        ShareError: the shares do not open anything; which one is wrong is said.
        InputError: there is no reason, or no such member.
        CustodyError: the case key that the shares gave back is not the one in force.
    """
    store, why = equipment.store, _reason(reason)
    member = _member(store, handle)
    if member not in working_members(store):  # who only reviews from outside holds no case key
        raise InputError(f"{handle} is not a member who opens this workspace.")
    shared, secrets = open_with_shares(store, shares)
    workspace = work_under_case_key(equipment, member, secrets[FIRST_CASE], key.sign)
    with change(workspace, RESCUE) as writer:
        added = add_new_key(writer, store, member, key, workspace.keys.case_key)
        given = [FIRST_CASE]
        if may_be_cleared(member.roles):
            given += _give_sealing_keys(writer, store, secrets, added, {})
        given += give_from(writer, store, secrets, added)
        facts = _facts(workspace, shared, shares, handle, given, why)
        _add_run(writer, facts, [Signer(handle, key)])
        writer.finish({"set": shared.set_id})
        keep_key()
    return Recovery(handle, tuple(given), (handle,), _numbers(shares), writer.batch)


def add_new_key(
    writer: ChangeWriter, store: Store, member: MemberRow, key: PersonalKey, case_key: bytes
) -> MemberRow:
    """Let a member go on with a new key: a row of theirs, and the case key wrapped to it.

    What they were cleared for stays wrapped to the old key, and opens nothing any more.
    """
    columns = member._replace(
        sign_public=key.public.sign.hex(), box_public=key.public.box.hex()
    )._asdict()
    columns.pop("number")
    added = writer.add(MemberRow, **columns)
    case = store.find(CaseRow, "code", [FIRST_CASE])[0]
    wrapped = wrap_case_key(case_key, key.public.box, place=FIRST_CASE)
    writer.add(CaseKeyRow, case=case.number, member=added.number, wrapped=wrapped.hex())
    return added


def _give_sealing_keys(
    writer: ChangeWriter,
    store: Store,
    secrets: dict[str, bytes],
    member: MemberRow,
    held: dict[str, bytes],
) -> list[str]:
    given = []
    for known in sealing_keys(store):
        if known.code in secrets and known.code not in held:
            private = X25519PrivateKey.from_private_bytes(secrets[known.code])
            give_key(writer, known, private, member)
            given.append(known.code)
    return given


def _check_two(store: Store, first: Signer, second: Signer) -> None:
    people = people_by_handle(store)
    if people.get(first.handle, "") == people.get(second.handle, second.handle):
        raise PermissionRefusedError(
            f"{first.handle} and {second.handle} are one person.",
            hint="It takes two people, each with a key of their own.",
            code="two-people",
        )
    keys = {row.handle: row.sign_public for row in working_members(store)}
    for one in (first, second):
        if one.handle not in keys:
            raise InputError(f"{one.handle} is not a member of this workspace.")
        if keys[one.handle] != one.key.sign.public_key().public_bytes_raw().hex():
            raise KeyLockedError(
                f"The key of {one.handle} is not the one that the workspace knows.",
                hint="Each signs with the key file that was made for this workspace.",
            )


def _member(store: Store, handle: str) -> MemberRow:
    members = current_members(store)
    for row in members:
        if row.handle == handle:
            return row
    raise InputError(
        f"{handle} is not a member of this workspace.",
        hint=f"Members: {', '.join(row.handle for row in members)}.",
    )


def _reason(reason: str) -> str:
    why = " ".join(reason.split())
    if not why or len(why) > LONGEST_REASON:
        raise InputError(
            "Shares are used for a reason."
            if not why
            else f"A reason has at most {LONGEST_REASON} characters.",
            hint="It stands in the log; name nobody in it who is to be protected.",
            code="no-reason",
        )
    return why


def _facts(
    workspace: Workspace,
    shared: RecoverySet,
    shares: Sequence[Share],
    handle: str,
    codes: Sequence[str],
    reason: str,
) -> dict[str, Any]:
    """What each of them signs."""
    return {
        "origin": workspace.identity.origin,
        "time": write_time(workspace.clock.now()),
        "set": shared.set_id,
        "shares": list(_numbers(shares)),
        "for": handle,
        "codes": list(codes),
        "reason": reason,
    }


def _add_run(writer: ChangeWriter, facts: dict[str, Any], signers: Sequence[Signer]) -> None:
    body = canonical_json(facts)
    signed = [
        {
            "handle": one.handle,
            "key": one.key.sign.public_key().public_bytes_raw().hex(),
            "signature": sign(one.key.sign, RECOVERY, body).hex(),
        }
        for one in signers
    ]
    add_run(writer, RECOVERY_RUN, {**facts, "signed": signed})


def _numbers(shares: Sequence[Share]) -> tuple[int, ...]:
    return tuple(sorted({share.index for share in shares}))
