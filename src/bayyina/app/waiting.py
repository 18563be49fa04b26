"""What waits for somebody: decisions of a second person, evidence that failed, sites that were disturbed."""

from __future__ import annotations

from collections import defaultdict
from typing import Final, NamedTuple

from bayyina.app.evidence_fixity_runs import fixity_runs
from bayyina.app.live import live_batches
from bayyina.app.own_files import own_standards
from bayyina.app.pending_halves import without_lapsed
from bayyina.app.permissions import require
from bayyina.app.rows import DeterminationRow, MemberRow, SettingRow, batch_of
from bayyina.app.site_records import WATCH_SETTING
from bayyina.app.site_watching import watch_state
from bayyina.app.workspace import Workspace
from bayyina.sites.watching import QUIET
from bayyina.vault.fixity import HOLDS

CALM: Final = frozenset({None, QUIET})
"""States of watching that alarm nobody."""

AGAINST: Final = "against"
FOR: Final = "for"


class Waiting(NamedTuple):
    """Something that waits."""

    id: str
    """Short id of the record."""

    what: str
    """What is to be decided, what was found, or the state."""

    since: str
    """Day since when, YYYY-MM-DD; empty where that is not known."""

    people: tuple[str, ...] = ()
    """Handles of who decided already."""


def undecided_records(workspace: Workspace) -> list[Waiting]:
    """Records about which somebody decided, and for which more people are needed, oldest first.

    Raises:
        PermissionRefusedError: the member may not decide in the whole workspace.
    """
    require(workspace, "determine")
    store = workspace.store
    batches = live_batches(store)
    handles = {row.number: row.handle for row in store.scan(MemberRow)}
    needed = {name: rules.people for name, rules in own_standards(workspace.folder).items()}
    told: dict[tuple[int, str, str], dict[str, DeterminationRow]] = defaultdict(dict)
    for row in without_lapsed(workspace, list(store.scan(DeterminationRow)), needed):
        if batch_of(row.number) in batches:
            told[(row.record, row.decision, row.standard)][handles.get(row.member, "")] = row
    found = []
    for (record, decision, standard), by_person in told.items():
        agreed = [name for name, row in by_person.items() if row.verdict == FOR]
        opposed = any(row.verdict == AGAINST for row in by_person.values())
        if not agreed or opposed or len(agreed) >= needed.get(standard, 2):
            continue
        first = min(batch_of(row.number) for row in by_person.values())
        day = (batches[first].entry_time or "")[:10]
        found.append(Waiting(workspace.short_id(record), decision, day, tuple(sorted(agreed))))
    return sorted(found, key=lambda one: (one.since, one.id))


def failed_evidence(workspace: Workspace) -> list[Waiting]:
    """Items whose bytes did not hold when they were last re-read.

    Raises:
        PermissionRefusedError: the member may not read records.
    """
    require(workspace, "export-records")
    last: dict[int, tuple[str, str]] = {}
    for run in fixity_runs(workspace):
        for number in [n for n in last if any(a <= n <= b for a, b in run.ranges)]:
            del last[number]
        for number, state in run.found.items():
            if state != HOLDS:
                last[number] = (state, run.time[:10])
    return [
        Waiting(workspace.short_id(number), state, day)
        for number, (state, day) in sorted(last.items())
    ]


def disturbed_sites(workspace: Workspace) -> list[Waiting]:
    """Sites that are watched and not quiet.

    Raises:
        PermissionRefusedError: the member may not read records.
    """
    require(workspace, "export-records")
    names = {row.name for row in workspace.store.scan(SettingRow)}
    sites = sorted(
        int(name.removeprefix(WATCH_SETTING)) for name in names if name.startswith(WATCH_SETTING)
    )
    states = ((site, watch_state(workspace, site)) for site in sites)
    return [
        Waiting(workspace.short_id(site), str(state), "")
        for site, state in states
        if state not in CALM
    ]
