"""Replacing keys: the case key, a sealing key, the key that signs the log.

A case key is replaced by opening every record's and every batch's key under the old one and
wrapping it under the new one, in one transaction: it is done wholly or not at all, and a process
that was killed leaves the old key in force. Wrapped keys stand in no leaf, so every proof holds.

Keyed marks (of erased records, of rows of lists, of the bytes of evidence) go on deriving from
the first case key, which is kept wrapped under the new one: with another key no erased record
would be known again, and nothing that comes twice.

What a replacement cannot do: take back what somebody copied. Who had the old key and keeps a
copy of the database opens that copy for ever.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bayyina.app.changes import ChangeWriter, change, discard_open_batches
from bayyina.app.clearances import OPEN_SEALED, cleared_members
from bayyina.app.founding import FIRST_CASE, LOG_KEY_PLACE, MARKS_PLACE
from bayyina.app.key_generations import CASE_KEY_ID
from bayyina.app.members import working_members
from bayyina.app.permissions import require
from bayyina.app.ports import Progress, Store
from bayyina.app.recovery_sets import SETTING, text_with
from bayyina.app.rows import (
    BatchRow,
    CaseKeyRow,
    CaseRow,
    MemberRow,
    RecordRow,
    SettingRow,
)
from bayyina.app.sealing_keys import add_sealing_key, give_key, sealing_keys
from bayyina.app.snapshots import snapshot_folder
from bayyina.app.workspace import Workspace
from bayyina.errors import BusyError, InputError, KeyLockedError
from bayyina.keys.case_keys import case_key_id, wrap_case_key
from bayyina.keys.record_keys import WRAPPED_LENGTH, KeyWrap, new_key
from bayyina.keys.sealing import new_sealing_key

ROTATE_CASE_KEY: Final = "rotate-case-key"
"""What the log calls the replacement of the case key."""

ROTATE_SEALING_KEY: Final = "rotate-sealing-key"
"""What the log calls the replacement of a sealing key."""

ROTATE_LOG_KEY: Final = "rotate-log-key"
"""What the log calls the replacement of the key that signs it."""

REASONS: Final = ("member-left", "key-lost", "key-stolen", "device-lost", "routine", "recovery")
"""Why a key is replaced; a code, so that the log tells nothing about anybody."""

CHUNK: Final = 50_000
"""Records whose keys are in memory at a time."""


@dataclass(frozen=True)
class Rotation:
    """A key that was replaced."""

    workspace: Workspace
    """The workspace under the new keys; the one that was given can write no more."""

    what: str
    """``case-key``, ``sealing-key``, ``evidence-key`` or ``log-key``."""

    records: int
    """Records whose keys were wrapped anew; of an evidence key, items."""

    batches: int
    """Batches whose keys were wrapped anew."""

    people: tuple[str, ...]
    """Handles of those who were given the new key."""

    shares: bool
    """Whether the recovery shares open the new key too."""

    traces_left: bool
    """Whether old wrapped keys are still in the database's files, because others were using them."""

    batch: int
    """The batch that records it."""

    def to_json(self) -> dict[str, Any]:
        """The document that ``keys rotate --json`` prints."""
        return {
            "what": self.what,
            "records": self.records,
            "batches": self.batches,
            "people": list(self.people),
            "shares": self.shares,
            "traces_left": self.traces_left,
            "batch": self.batch,
        }


def rotate_case_key(workspace: Workspace, *, reason: str, progress: Progress) -> Rotation:
    """Put a new case key in force, and wrap it to everybody who is a member now.

    Args:
        workspace: What is kept under it.
        reason: One of ``REASONS``.
        progress: Told records.

    Raises:
        InputError: the reason is none of the codes.
        PermissionRefusedError: the member may not manage keys.
        BusyError: an import is running.
        CustodyError: a record's key does not open; nothing was changed.
    """
    require(workspace, "manage-keys")
    check_reason(reason)
    store, fresh = workspace.store, new_key()
    old, new = KeyWrap(workspace.keys.case_key), KeyWrap(fresh)
    with store.import_lock():
        discard_open_batches(workspace)
        with change(workspace, ROTATE_CASE_KEY) as writer:
            people = working_members(store)
            _give_case_key(writer, store, fresh, people)
            wrapped_log = new.wrap_record(LOG_KEY_PLACE, workspace.keys.log.private_bytes_raw())
            wrapped_marks = new.wrap_record(MARKS_PLACE, workspace.keys.marks)
            writer.add(SettingRow, name="log_key", text=wrapped_log.hex())
            writer.add(SettingRow, name="marks_key", text=wrapped_marks.hex())
            writer.add(SettingRow, name=CASE_KEY_ID, text=case_key_id(fresh))
            shares = give_to_shares(writer, store, {FIRST_CASE: fresh})
            batches = _rewrap_batches(store, old, new)
            records = _rewrap_records(store, old, new, progress)
            writer.finish({"reason": reason, "records": records})
    shutil.rmtree(snapshot_folder(workspace), ignore_errors=True)  # sealed under the old key
    made = replace(workspace, keys=replace(workspace.keys, case_key=fresh))
    handles = tuple(row.handle for row in people)
    return Rotation(
        made, "case-key", records, batches, handles, shares, not scrubbed(store), writer.batch
    )


def rotate_sealing_key(workspace: Workspace, *, reason: str, case: str = FIRST_CASE) -> Rotation:
    """Seal new values of a case under a new key, given to everybody who is cleared for it now.

    What was sealed before stays as it is, open to whoever was given the key of then.

    Args:
        workspace: With a member at work who is cleared.
        reason: One of ``REASONS``.
        case: Code of the case.

    Raises:
        InputError: the reason is none of the codes, or the case has no sealing key.
        PermissionRefusedError: the member may not open sealed values.
        KeyLockedError: the member is not cleared.
    """
    require(workspace, OPEN_SEALED)
    check_reason(reason)
    store = workspace.store
    with change(workspace, ROTATE_SEALING_KEY) as writer:
        known = [key for key in sealing_keys(store) if key.case == case]
        if not known:
            raise InputError(f"The case {case} has no sealing key of its own.")
        cleared = cleared_members(store, case)
        if all(row.handle != workspace.member.handle for row in cleared):
            raise KeyLockedError(
                f"{workspace.member.handle} is not cleared for {case}.",
                hint="Somebody who is cleared replaces the key, because they will hold the new one.",
            )
        fresh, code = new_sealing_key(), f"{case}/sealed.{len(known) + 1}"
        own, *others = sorted(cleared, key=lambda row: row.handle != workspace.member.handle)
        made = add_sealing_key(writer, fresh, code, own)
        for row in others:
            give_key(writer, made, fresh, row)
        shares = give_to_shares(writer, store, {code: fresh.private_bytes_raw()})
        writer.finish({"reason": reason, "case": case})
    handles = tuple(row.handle for row in cleared)
    return Rotation(workspace, "sealing-key", 0, 0, handles, shares, False, writer.batch)


def rotate_log_key(workspace: Workspace, *, reason: str) -> Rotation:
    """Sign the log with a new key from now on; the checkpoint that announces it bears both signatures.

    Whoever trusts the old key learns the new one from that checkpoint, and from nothing else.

    Raises:
        InputError: the reason is none of the codes.
        PermissionRefusedError: the member may not manage keys.
    """
    require(workspace, "manage-keys")
    check_reason(reason)
    fresh = Ed25519PrivateKey.generate()
    announcing = replace(workspace, keys=replace(workspace.keys, next_log=(fresh,)))
    wrapped = KeyWrap(workspace.keys.case_key).wrap_record(LOG_KEY_PLACE, fresh.private_bytes_raw())
    public = fresh.public_key().public_bytes_raw()
    with change(announcing, ROTATE_LOG_KEY) as writer:
        writer.add(SettingRow, name="log_public_key", text=public.hex())
        writer.add(SettingRow, name="log_key", text=wrapped.hex())
        writer.finish({"reason": reason, "key": public.hex()})
    made = replace(workspace, keys=replace(workspace.keys, log=fresh))
    return Rotation(made, "log-key", 0, 0, (), False, False, writer.batch)


def check_reason(reason: str) -> None:
    """Refuse a reason that is none of the codes; raises ``InputError``."""
    if reason not in REASONS:
        raise InputError(
            f"{reason!r} is no reason to replace a key.", hint=f"Reasons: {', '.join(REASONS)}."
        )


def _give_case_key(
    writer: ChangeWriter, store: Store, key: bytes, people: Sequence[MemberRow]
) -> None:
    (case,) = store.find(CaseRow, "code", [FIRST_CASE])[:1]
    for row in people:
        wrapped = wrap_case_key(key, bytes.fromhex(row.box_public), place=FIRST_CASE)
        writer.add(CaseKeyRow, case=case.number, member=row.number, wrapped=wrapped.hex())


def give_to_shares(writer: ChangeWriter, store: Store, secrets: dict[str, bytes]) -> bool:
    """Let the recovery shares, if there are any, open new keys too."""
    text = text_with(store, secrets)
    if text is not None:
        writer.add(SettingRow, name=SETTING, text=text)
    return text is not None


def _rewrap_batches(store: Store, old: KeyWrap, new: KeyWrap) -> int:
    keys = []
    for row in store.batches():
        uuid = UUID(row.uuid)
        keys.append((row.batch, new.wrap_batch(uuid, old.open_batch(uuid, row.wrapped_key))))
    store.rewrap(BatchRow, keys)
    return len(keys)


def _rewrap_records(store: Store, old: KeyWrap, new: KeyWrap, progress: Progress) -> int:
    """Wrap the key of every record that was not erased anew, a part of them at a time."""
    done, first = 0, 0
    while rows := list(islice(store.scan(RecordRow, first=first), CHUNK)):
        keys = [
            (
                row.number,
                new.wrap_record(row.number, old.open_record(row.number, row.wrapped_key))
                + bytes(row.wrapped_key)[WRAPPED_LENGTH:],  # what is under the evidence key stays
            )
            for row in rows
            if row.wrapped_key is not None
        ]
        store.rewrap(RecordRow, keys)
        done += len(keys)
        first = rows[-1].number + 1
        progress(done, None, "records")
    return done


def scrubbed(store: Store) -> bool:
    """Whether nothing of the old wrapped keys is left in the database's files."""
    try:
        store.scrub()
    except BusyError:
        return False
    return True
