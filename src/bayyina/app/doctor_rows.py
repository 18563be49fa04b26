"""What ``bayyina doctor`` finds among the rows: who holds keys, what could not be brought back.

It needs no key: what it reads stands in clear. It names handles, never anything of a record.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Final

from bayyina.app.backing_up import BACKUP
from bayyina.app.clearances import cleared_members
from bayyina.app.clocks import read_time
from bayyina.app.doctor import Examination, unsafe
from bayyina.app.kept_stamps import CALENDAR, COSIGNED, STAMPED
from bayyina.app.key_status import evidence_state, former_cleared, former_members
from bayyina.app.members import current_members
from bayyina.app.ports import Progress, Store
from bayyina.app.recovery_sets import recovery_set
from bayyina.app.rows import MemberRow, RunRow, batch_of
from bayyina.app.sealing_existing import kept_in_clear
from bayyina.app.sealing_keys import sealing_keys
from bayyina.app.second_factor import is_sealed_member, is_waived
from bayyina.app.unsealed_records import unsealed_records
from bayyina.app.workspace import Workspace

OLDEST_BACKUP: Final = 7
"""Days after which a backup is old."""


def examine_rows(
    store: Store, now: datetime, *, fictional: bool, with_factor: Collection[str] | None
) -> list[Examination]:
    """Look at who holds keys, at shares and at backups.

    Args:
        store: The workspace's store.
        now: The time.
        fictional: Whether all in the workspace is invented.
        with_factor: Handles that have set a second factor up; None where nobody has used the
            web application.
    """
    return [
        *_custodians(store),
        *_former(store),
        *_evidence(store),
        _shares(store),
        _backup(store, now),
        _outside(store),
        _factors(store, fictional=fictional, with_factor=with_factor),
    ]


def examine_values(workspace: Workspace, progress: Progress) -> Examination:
    """Look for values in clear that ought to be sealed; it takes an unlocked workspace, and time."""
    found = unsealed_records(workspace, progress)
    kept = (row.record for row in kept_in_clear(workspace.store))
    records = found.protected | found.by_level | {number for number in kept if number is not None}
    if not records:
        return unsafe("all-sealed", ok=True)
    return unsafe("unsealed", records=f"{len(records):,}")


def _custodians(store: Store) -> Iterator[Examination]:
    if not sealing_keys(store):
        yield unsafe("no-sealing-key")
        return
    cleared = cleared_members(store)
    people = _handles(cleared)
    if not cleared:
        yield unsafe("no-custodian")
    elif len(cleared) == 1 and recovery_set(store) is None:
        yield unsafe("one-custodian", people=people)
    else:
        yield unsafe("custodians", ok=True, people=people)
    both = [row for row in cleared if "administrator" in row.roles.split()]
    if both:
        yield unsafe("administrator-cleared", people=_handles(both))
    else:
        yield unsafe("administrators", ok=True)


def _former(store: Store) -> Iterator[Examination]:
    if former := former_members(store):
        yield unsafe("former", people=", ".join(former))
    if cases := former_cleared(store):
        yield unsafe("former-cleared", cases=", ".join(cases))


def _evidence(store: Store) -> Iterator[Examination]:
    state = evidence_state(store)
    if state.code is not None and not state.people and state.items:
        yield unsafe("no-evidence-holder", items=f"{state.items:,}")
    elif len(state.people) == 1 and state.items and not _is_shared(store, state.code):
        yield unsafe("one-evidence-holder", people=state.people[0])
    elif state.people:
        yield unsafe("evidence-holders", ok=True, people=", ".join(state.people))
    both = [
        row.handle
        for row in current_members(store)
        if row.handle in state.people and "administrator" in row.roles.split()
    ]
    if both and state.items:
        yield unsafe("administrator-reads-evidence", people=", ".join(both))
    if state.waiting:
        yield unsafe("evidence-key-waits", people=", ".join(state.waiting))
    if state.former:
        yield unsafe("former-evidence", people=", ".join(state.former))
    if state.earlier:
        yield unsafe("evidence-under-case-key", items=f"{state.earlier:,}")


def _is_shared(store: Store, code: str | None) -> bool:
    shared = recovery_set(store)
    return shared is not None and code in shared.wrapped


def _shares(store: Store) -> Examination:
    shared = recovery_set(store)
    if shared is None:
        return unsafe("no-shares")
    return unsafe("shares", ok=True, set=shared.set_id, needed=shared.needed, of=shared.of)


def _backup(store: Store, now: datetime) -> Examination:
    runs = [row for row in store.scan(RunRow) if row.run_kind == BACKUP]
    if not runs:
        return unsafe("no-backup")
    newest = runs[-1]
    times = {row.batch: row.entry_time or row.opened_at for row in store.batches()}
    days = (now - read_time(times[batch_of(newest.number)])).days
    # The entry that records a backup is behind it by itself.
    entries = store.log_size() - int(json.loads(newest.parameters)["entries"]) - 1
    if days > OLDEST_BACKUP and entries > 0:
        return unsafe("backup-old", days=days, entries=entries)
    return unsafe("backup", ok=True, days=days)


def _outside(store: Store) -> Examination:
    kinds = {COSIGNED, STAMPED, CALENDAR}
    if any(row.run_kind in kinds for row in store.scan(RunRow)):
        return unsafe("outside-checkpoint", ok=True)
    return unsafe("no-outside-checkpoint")


def _factors(store: Store, *, fictional: bool, with_factor: Collection[str] | None) -> Examination:
    if is_waived(store, fictional=fictional):
        return unsafe("second-factor-waived", ok=True)
    if with_factor is None:
        return unsafe("second-factors", ok=True)
    without = [
        row
        for row in current_members(store)
        if is_sealed_member(store, row) and row.handle not in with_factor
    ]
    if without:
        return unsafe("no-second-factor", people=_handles(without))
    return unsafe("second-factors", ok=True)


def _handles(rows: Collection[MemberRow]) -> str:
    return ", ".join(row.handle for row in rows)
