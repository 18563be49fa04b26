"""Making and replacing the evidence key, and putting items under it that were taken in before.

Replacing it wraps the secret of every item anew, in one transaction; blobs stay as they are. An
item that was taken in before there was an evidence key is given a secret first, and then the
header of its blob, 72 bytes, is wrapped under it in every store: a blob is written anew beside
itself and put in its place, so this needs room for the largest of them. What is broken off is
taken up by the next replacement; until then such an item opens as before, and ``doctor`` says
how many there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, NamedTuple

from bayyina.app.changes import ChangeWriter, change
from bayyina.app.evidence_keys import (
    ACTIONS,
    EvidenceKey,
    add_evidence_key,
    evidence_holders,
    evidence_key,
    evidence_key_of,
    give_evidence,
    has_secrets,
    holding,
    may_hold,
    not_given,
)
from bayyina.app.evidence_vault import EVIDENCE, item_rows, keys_of_items, open_vault
from bayyina.app.key_rotating import Rotation, check_reason, give_to_shares, scrubbed
from bayyina.app.members import current_members, working_members
from bayyina.app.permissions import allows_somewhere, require
from bayyina.app.ports import Progress, Store
from bayyina.app.rows import MemberRow, RecordRow
from bayyina.app.workspace import Workspace
from bayyina.app.workspace_format import raise_format
from bayyina.keys.evidence_keys import (
    APART,
    PENDING,
    EvidenceWrap,
    WrappedSecret,
    wrapped_secret,
)
from bayyina.keys.record_keys import WRAPPED_LENGTH, new_key
from bayyina.vault.blob_format import BlobDamagedError
from bayyina.vault.blob_stores import BlobMissingError
from bayyina.vault.copying import renew_header

ROTATE_EVIDENCE_KEY: Final = "rotate-evidence-key"
"""What the log calls the replacement of the evidence key."""

MAKE_EVIDENCE_KEY: Final = "make-evidence-key"
"""What the log calls the making of the first one."""

HEADERS: Final = 200
"""Headers that are wrapped anew before it is noted that they are."""


class Standing(NamedTuple):
    """How many items are under what."""

    apart: int
    """Items whose bytes take the evidence key."""

    earlier: int
    """Items that every member's case key still opens: taken in before there was an evidence key."""


def items_by_key(store: Store) -> Standing:
    """Count the items that were not erased by what opens them; it takes no key."""
    apart = earlier = 0
    for row in store.find(RecordRow, "record_type", [EVIDENCE]):
        if row.wrapped_key is not None:
            behind = wrapped_secret(bytes(row.wrapped_key))
            is_apart = behind is not None and behind.state == APART
            apart, earlier = apart + is_apart, earlier + (not is_apart)
    return Standing(apart, earlier)


def with_evidence_key(workspace: Workspace) -> Workspace:
    """The workspace with the evidence key in hand; one is made where there is none.

    Whoever makes it gives it to every member whose roles read evidence or take it in.

    Raises:
        KeyLockedError: there is one, and the member at work does not hold it.
        PermissionRefusedError: no role of the member needs it.
    """
    if evidence_key_of(workspace) is not None:
        return workspace
    _require_any(workspace)
    store = workspace.store
    if not _is_due(store):
        raise not_given(workspace)
    raise_format(workspace.folder)
    with change(workspace, MAKE_EVIDENCE_KEY) as writer:
        if not _is_due(store):
            raise not_given(workspace)
        fresh = new_key()
        _give(writer, store, fresh, workspace.member)
        writer.finish({})
    return holding(workspace, fresh)


def rotate_evidence_key(workspace: Workspace, *, reason: str, progress: Progress) -> Rotation:
    """Put a new evidence key in force, and give it to every member whose roles need it now.

    Items that were taken in before there was an evidence key are put under it.

    Args:
        workspace: With a member at work who holds the evidence key, if there is one.
        reason: One of ``REASONS``.
        progress: Told items.

    Raises:
        InputError: the reason is none of the codes.
        PermissionRefusedError: no role of the member reads evidence or takes it in.
        KeyLockedError: the member does not hold the evidence key.
        CustodyError: the secret of an item does not open; nothing was changed.
        StorageError: a store refused; the new key is in force, and the next replacement goes on.
    """
    _require_any(workspace)
    check_reason(reason)
    store = workspace.store
    with change(workspace, ROTATE_EVIDENCE_KEY) as writer:
        held = evidence_key_of(workspace)
        if held is None and not _is_due(store):
            raise not_given(workspace)
        fresh = new_key()
        people, shares = _give(writer, store, fresh, workspace.member)
        count = _rewrap(store, item_rows(workspace), held, fresh)
        writer.finish({"reason": reason, "items": count})
    made = holding(workspace, fresh)
    _renew_headers(made, progress)
    handles = tuple(row.handle for row in people)
    return Rotation(
        made, "evidence-key", count, 0, handles, shares, not scrubbed(store), writer.batch
    )


def _require_any(workspace: Workspace) -> None:
    if not any(allows_somewhere(workspace.member, action) for action in ACTIONS):
        require(workspace, "download-evidence")


def _is_due(store: Store) -> bool:
    """Whether there is no evidence key, or one that nobody holds and nothing is under."""
    if evidence_key(store) is None:
        return True
    return not evidence_holders(store, current_members(store)) and not has_secrets(store)


def _give(
    writer: ChangeWriter, store: Store, key: bytes, own: MemberRow
) -> tuple[list[MemberRow], bool]:
    """Add an evidence key to a change and give it to whoever needs it; who, and whether shares too."""
    known: EvidenceKey = add_evidence_key(writer, store, key)
    people = [row for row in working_members(store) if may_hold(row.roles)]
    for row in sorted(people, key=lambda row: row.handle != own.handle):
        give_evidence(writer, known, key, row)
    return people, give_to_shares(writer, store, {known.code: key})


def _rewrap(store: Store, rows: Iterable[RecordRow], old: bytes | None, fresh: bytes) -> int:
    """Wrap the secret of every item anew, and give those a secret that have none."""
    new, before = EvidenceWrap(fresh), None if old is None else EvidenceWrap(old)
    keys = []
    for row in rows:
        if row.wrapped_key is None:
            continue
        stored = bytes(row.wrapped_key)
        behind = wrapped_secret(stored)
        if behind is None or before is None:
            secret, state = new_key(), PENDING
        else:
            secret, state = before.open(row.number, behind.wrapped), behind.state
        made = WrappedSecret(state, new.wrap(row.number, secret))
        keys.append((row.number, stored[:WRAPPED_LENGTH] + made.stored))
    store.rewrap(RecordRow, keys)
    return len(keys)


def _renew_headers(workspace: Workspace, progress: Progress) -> None:
    """Wrap the headers of blobs anew that are under their records' keys still."""
    waiting = [row for row in item_rows(workspace) if _is_pending(row)]
    if not waiting:
        return
    vault, done = open_vault(workspace), 0
    for rows in _parts(waiting):
        renewed = []
        for number, keys in keys_of_items(workspace, rows).items():
            for store in vault.stores():
                try:
                    renew_header(store, keys)
                except BlobMissingError:
                    if store is vault.store:
                        break
                except BlobDamagedError:
                    break  # it stays as it is; `evidence check` says what is wrong with it
            else:
                renewed.append(number)
            done += 1
            progress(done, len(waiting), "items put under the evidence key")
        _note_apart(workspace, set(renewed))


def _note_apart(workspace: Workspace, numbers: set[int]) -> None:
    """Note of items that their headers are under their secrets, unless they were erased meanwhile."""
    store = workspace.store
    with store.transaction():
        keys = []
        for row in store.find(RecordRow, "number", numbers):
            behind = wrapped_secret(bytes(row.wrapped_key)) if row.wrapped_key else None
            if row.wrapped_key and behind is not None:
                made = behind._replace(state=APART)
                keys.append((row.number, bytes(row.wrapped_key)[:WRAPPED_LENGTH] + made.stored))
        store.rewrap(RecordRow, keys)


def _is_pending(row: RecordRow) -> bool:
    behind = wrapped_secret(bytes(row.wrapped_key)) if row.wrapped_key else None
    return behind is not None and behind.state == PENDING


def _parts(rows: list[RecordRow]) -> Iterator[list[RecordRow]]:
    left = iter(rows)
    while part := list(islice(left, HEADERS)):
        yield part
