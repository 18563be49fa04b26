"""What needs the person at work: each queue with its size and the age of what waits longest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from bayyina.app.inquiries import waiting_inquiries
from bayyina.app.monitoring_orders import find_case, known_cases, own_cases
from bayyina.app.notifying import tellings
from bayyina.app.reviewing import pairs_waiting
from bayyina.app.saved_searches import own_searches
from bayyina.app.tasks import list_tasks
from bayyina.app.waiting import Waiting, disturbed_sites, failed_evidence, undecided_records
from bayyina.app.workspace import Workspace
from bayyina.orders.status import case_status
from bayyina.web.at_work import quiet, server
from bayyina.web.frame.asking import Asking
from bayyina.web.later import loaded
from bayyina.web.saved.views import fresh

AHEAD: Final = 60
"""Deadlines within so many days are told."""

REPORTS: Final = "reports"
"""Folder of the reports that were built in a workspace."""

SHOWN: Final = 5
"""So many things of a queue are named."""


class Queue(NamedTuple):
    """Something that waits for the person at work."""

    key: str
    """Key of its name in the wording."""

    size: int
    """How much waits."""

    href: str
    """Where it is done."""

    since: str
    """Day since when the oldest waits; empty where that is not known."""

    named: tuple[tuple[str, str, str], ...] = ()
    """Address, name and a word on some of them."""

    is_alarm: bool = False
    """Whether it is something wrong, not only work."""


def queues(who: Asking) -> list[Queue]:
    """The queues of the person at work that are not empty, alarms first."""
    found = [one for one in _queues(who) if one.size]
    return sorted(found, key=lambda one: not one.is_alarm)


def _queues(who: Asking) -> Iterator[Queue]:
    workspace = who.at_work
    kept = server().remembered
    if who.may("export-records"):
        yield _records("queue_fixity", kept("fixity", lambda: failed_evidence(workspace)), True)
        sites = kept("disturbed", lambda: disturbed_sites(workspace))
        named = tuple((f"/sites/{one.id}/", one.id, one.what) for one in sites[:SHOWN])
        yield Queue("queue_sites", len(sites), "/sites/", "", named, is_alarm=True)
    if who.may("export-records") and who.may("count"):
        new = [one for one in own_searches(workspace) if fresh(who, one)]
        named = tuple(("/searches/", one.name, "") for one in new[:SHOWN])
        yield Queue("queue_searches", len(new), "/searches/", "", named)
    if who.may("record-consent"):
        asked = waiting_inquiries(workspace)
        since = min((one.received_on for one in asked if one.received_on), default="")
        yield Queue("queue_inquiries", len(asked), "/inquiries/", since)
    if who.may("judge"):
        waiting = server().remembered_late("waiting", lambda: pairs_waiting(workspace, quiet))
        yield Queue("queue_pairs", waiting, "/review/", "")
    if who.may("determine"):
        own = workspace.member.handle
        all_of_them = kept("undecided", lambda: undecided_records(workspace))
        open_ones = [one for one in all_of_them if own not in one.people]
        yield _records("queue_decisions", open_ones, False)
    if who.may("publish"):
        drafts = [
            one
            for one in kept("built", lambda: _built(workspace))
            if not one["is_published"] and workspace.member.handle not in one["people"]
        ]
        named = tuple((f"/reports/{one['folder']}/", one["folder"], "") for one in drafts[:SHOWN])
        yield Queue("queue_drafts", len(drafts), "/reports/", "", named)
    if who.may("record-consent") and who.may("export-records"):
        yield from _owed(who)
    if who.may("count"):
        today = datetime.now(UTC).date()
        due = kept(f"deadlines {today}", lambda: _deadlines(who, today), _orders(workspace.folder))
        yield Queue("queue_deadlines", len(due), "/orders/", "", tuple(due[:SHOWN]))


def _owed(who: Asking) -> Iterator[Queue]:
    """What is owed to people, and families that are to be told."""
    workspace, kept = who.at_work, server().remembered
    owed = kept(f"tasks {datetime.now(UTC).date()}", lambda: list_tasks(workspace))
    named = tuple((f"/records/{one.about or one.id}/", one.id, one.due) for one in owed[:SHOWN])
    since = min((one.due for one in owed), default="")
    late = any(one.is_overdue for one in owed)
    yield Queue("queue_owed", len(owed), "/tasks/", since, named, late)
    told = kept("tellings", lambda: tellings(workspace))
    named = tuple(
        (f"/records/{one.record}/telling/", one.record, one.since) for one in told[:SHOWN]
    )
    yield Queue("queue_telling", len(told), named[0][0] if named else "/", "", named)


def _records(key: str, waiting: list[Waiting], is_alarm: bool) -> Queue:
    since = min((one.since for one in waiting if one.since), default="")
    area = "evidence" if is_alarm else "records"
    named = tuple((f"/{area}/{one.id}/", one.id, one.since) for one in waiting[:SHOWN])
    return Queue(key, len(waiting), named[0][0] if named else "/", since, named, is_alarm)


def _orders(folder: Path) -> int:
    """A number that stands for the order files as they lie in a workspace, whatever the log says."""
    files = [path.stat() for path in own_cases(folder).values()]
    return hash(tuple((one.st_ino, one.st_size, one.st_mtime_ns) for one in files))


def _deadlines(who: Asking, today: date) -> list[tuple[str, str, str]]:
    """Deadlines of known cases that are near: address, case, day."""
    folder = who.at_work.folder
    found = []
    for name in known_cases(folder):
        found += [
            (f"/orders/{name}/", name, str(one.deadline))
            for one in case_status(find_case(folder, name), today).obligations
            if one.days_left is not None and 0 <= one.days_left <= AHEAD
        ]
    return sorted(found, key=lambda one: one[2])


def _built(workspace: Workspace) -> list[dict[str, Any]]:
    """The reports that lie in the workspace; without any, what builds reports is not loaded."""
    if not any((workspace.folder / REPORTS).glob("*")):
        return []
    reports: list[dict[str, Any]] = loaded("bayyina.web.reports.views").built_reports(workspace)
    return reports
