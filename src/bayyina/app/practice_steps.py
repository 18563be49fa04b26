"""The four journeys of the practice workspace, and how far somebody has come on each.

A step is done when the workspace itself says so: what stands in its log since practice began, and
what its background work came to. Nobody can tick a step by clicking on it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

from bayyina.app.bundle_checking import CHECK_BUNDLE
from bayyina.app.bundle_jobs import MAKE_BUNDLE
from bayyina.app.estimate_jobs import ESTIMATE
from bayyina.app.live import live_batches
from bayyina.app.notifying import STANDARD as TELLING
from bayyina.app.practising import COLLEAGUES, FOUNDER, Practice
from bayyina.app.rows import BatchRow, DeterminationRow, RunRow, batch_of
from bayyina.app.workspace import Workspace

ANALYST, SECOND = tuple(COLLEAGUES)

TOGETHER: Final = 2
"""People who decide."""

FEWEST_LISTS: Final = 3
"""Lists without which no estimate is made."""


class Done:
    """What was done in the workspace since practice began."""

    def __init__(self, workspace: Workspace, practice: Practice) -> None:
        self._store = workspace.store
        self._began = practice.began
        self._standing = live_batches(workspace.store)

    @cached_property
    def entries(self) -> tuple[BatchRow, ...]:
        """Entries since then, in order; those that were taken back since are among them."""
        rows = [row for row in self._store.batches() if row.entry is not None]
        return tuple(
            sorted(
                (row for row in rows if (row.entry or 0) >= self._began),
                key=lambda row: row.entry or 0,
            )
        )

    def of(self, action: str, *, after: int = -1, standing: bool = True) -> tuple[int, ...]:
        """Entries of an action, later than ``after``; without ``standing`` also taken back ones."""
        return tuple(
            row.entry
            for row in self.entries
            if row.action == action
            and row.entry is not None
            and row.entry > after
            and (not standing or row.batch in self._standing)
        )

    def people(self, action: str) -> int:
        """How many different people did something."""
        return len({row.actor for row in self.entries if row.action == action})

    @cached_property
    def signed(self) -> Mapping[str, int]:
        """By standard: the most people who signed for the same record since then."""
        own = {row.batch for row in self.entries} & set(self._standing)
        people: dict[tuple[str, int], set[int]] = defaultdict(set)
        for row in self._store.scan(DeterminationRow):
            if batch_of(row.number) in own and row.verdict == "for":
                people[row.standard, row.record].add(row.member)
        most: dict[str, int] = defaultdict(int)
        for (standard, _), members in people.items():
            most[standard] = max(most[standard], len(members))
        return most

    def runs(self, kind: str) -> list[dict[str, Any]]:
        """Parameters of the runs of a kind since then."""
        own = {row.batch for row in self.entries}
        rows = self._store.find(RunRow, "run_kind", [kind])
        return [json.loads(row.parameters) for row in rows if batch_of(row.number) in own]

    def jobs(self, kind: str) -> list[tuple[dict[str, Any], dict[str, Any], int]]:
        """Finished background work of a kind: what was asked, what came of it, its number."""
        return [
            (json.loads(row.parameters), json.loads(row.result), row.job)
            for row in self._store.jobs()
            if row.kind == kind and row.state == "done" and row.result
        ]

    @property
    def released(self) -> int:
        """Entry with which a report was released by two people; -1 before that."""
        by_twin: dict[str, set[str]] = defaultdict(set)
        for run in self.runs("publication"):
            by_twin[str(run["twin"])].add(str(run["member"]))
        if not any(len(people) >= TOGETHER for people in by_twin.values()):
            return -1
        return self.of("publish-report")[-1]


class Step(NamedTuple):
    """One thing to do."""

    name: str
    """Key of its words, after the journey's name."""

    person: str
    """Handle of who does it; empty: whoever likes."""

    path: str
    """Page on which it is done."""

    is_done: Callable[[Done], bool]
    """Whether the workspace says that it was done."""


@dataclass(frozen=True)
class Journey:
    """A piece of work from its beginning to a file."""

    name: str
    """Key of its words, and of its page."""

    steps: tuple[Step, ...]
    """What to do, in order."""


class StepState(NamedTuple):
    """A step and whether it was done."""

    name: str
    """Key of its words."""

    person: str
    """Handle of who does it; empty: whoever likes."""

    path: str
    """Page on which it is done."""

    done: bool
    """Whether the workspace says so."""


def journey_state(workspace: Workspace, practice: Practice, journey: Journey) -> list[StepState]:
    """The steps of a journey, each with whether the workspace says that it was done."""
    done = Done(workspace, practice)
    return [StepState(one.name, one.person, one.path, one.is_done(done)) for one in journey.steps]


def _corrected(done: Done) -> bool:
    released = done.released
    return released >= 0 and bool(done.of("import", after=released, standing=False))


def _taken_back(done: Done) -> bool:
    later = done.of("import", after=done.released, standing=False)
    return _corrected(done) and bool(done.of("undo", after=later[0]))


def _checked(done: Done, *, holds: bool) -> bool:
    return any(result["holds"] is holds for _, result, _ in done.jobs(CHECK_BUNDLE))


def _bundled(done: Done) -> bool:
    return any(
        one["set"] == "redacted" and one["holds"]
        for _, result, _ in done.jobs(MAKE_BUNDLE)
        for one in result["sets"]
    )


def _estimated(done: Done) -> bool:
    return any(
        asked["sensitivity"] and not result["refused"] and len(result["lists"]) >= FEWEST_LISTS
        for asked, result, _ in done.jobs(ESTIMATE)
    )


def _refused(done: Done) -> bool:
    return any(
        result["refused"] and len(result["lists"]) < FEWEST_LISTS
        for _, result, _ in done.jobs(ESTIMATE)
    )


def _repeated(done: Done) -> bool:
    seen: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for asked, result, _ in done.jobs(ESTIMATE):
        if not result["refused"]:
            told = json.dumps(result["said"], sort_keys=True)
            seen[json.dumps(asked, sort_keys=True)].append((told, result["digest"]))
    return any(len(answers) > 1 and len(set(answers)) == 1 for answers in seen.values())


MONDAY: Final = Journey(
    "monday",
    (
        Step("list", FOUNDER, "/lists/", lambda d: bool(d.of("import"))),
        Step("chat", FOUNDER, "/evidence/", lambda d: bool(d.of("add-evidence"))),
        Step("report", FOUNDER, "/intake/", lambda d: bool(d.of("enter-report"))),
        Step("same", ANALYST, "/review/", lambda d: bool(d.of("judge"))),
        Step(
            "decide", ANALYST, "/search/?q=سامر عدنان الخطيب",
            lambda d: d.signed["death-two-sources"] >= TOGETHER,
        ),
        Step("build", ANALYST, "/reports/", lambda d: bool(d.of("build-report"))),
        Step("release", ANALYST, "/reports/", lambda d: d.released >= 0),
        Step("correct", FOUNDER, "/lists/", _corrected),
        Step("undo", FOUNDER, "/lists/", _taken_back),
    ),
)  # fmt: skip

CROSS: Final = Journey(
    "cross",
    (
        Step("facility", ANALYST, "/facilities/sednaya-prison/", lambda d: bool(d.runs("facility"))),
        Step(
            "order", ANALYST, "/orders/icj-188/?as_of=2024-02-21",
            lambda d: any(run["case"] == "icj-188" for run in d.runs("order-report")),
        ),
        Step("bundle", ANALYST, "/bundles/?q=count deaths with facility=sednaya-prison", _bundled),
        Step("holds", "", "/bundles/check/", lambda d: _checked(d, holds=True)),
        Step("changed", "", "/bundles/check/", lambda d: _checked(d, holds=False)),
    ),
)  # fmt: skip

BROTHER: Final = Journey(
    "brother",
    (
        Step("call", FOUNDER, "/inquiries/", lambda d: bool(d.of("take-up-inquiry"))),
        Step("called", FOUNDER, "/tasks/", lambda d: bool(d.of("finish-task"))),
        Step("consent", FOUNDER, "/search/?q=يوسف إبراهيم الحداد", lambda d: bool(d.of("record-consent"))),
        Step("propose", FOUNDER, "/identification/papers/", lambda d: bool(d.of("propose-certificate-match"))),
        Step(
            "match", ANALYST, "/identification/papers/",
            lambda d: d.signed["certificate-match"] >= TOGETHER,
        ),
        Step("settle", FOUNDER, "/identification/papers/", lambda d: bool(d.of("settle-certificate-matches"))),
        Step("risk", ANALYST, "/tasks/", lambda d: d.signed[TELLING] >= TOGETHER),
        Step("told", FOUNDER, "/tasks/", lambda d: bool(d.of("record-notification"))),
        Step("letter", ANALYST, "/search/?q=يوسف إبراهيم الحداد", lambda d: bool(d.runs("letter"))),
        Step("form", ANALYST, "/search/?q=يوسف إبراهيم الحداد", lambda d: bool(d.runs("submission"))),
        Step("withdraw", FOUNDER, "/search/?q=يوسف إبراهيم الحداد", lambda d: bool(d.of("withdraw-consent"))),
    ),
)  # fmt: skip

NUMBER: Final = Journey(
    "number",
    (
        Step("estimate", ANALYST, "/figures/estimates/?q=count persons with Death(manner=torture)", _estimated),
        Step("refused", ANALYST, "/figures/estimates/?q=count persons with Death(manner=torture)", _refused),
        Step("again", ANALYST, "/figures/estimates/?q=count persons with Death(manner=torture)", _repeated),
    ),
)  # fmt: skip

JOURNEYS: Final[Mapping[str, Journey]] = {one.name: one for one in (MONDAY, CROSS, BROTHER, NUMBER)}
"""The journeys by name."""
