"""The revision ledger: which figures of an earlier report have changed since, and why.

Every question of the report's machine-readable twin is asked twice: of the log as it was
then, and of the log as it is. A difference of the first from what was published comes from
the rules or from erasures; a difference of the second from what was written since. Where a
state was asked for without a day, both are asked for the day that the report was made for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from bayyina.app.counting import open_engine
from bayyina.app.permissions import require
from bayyina.app.ports import Progress
from bayyina.app.publishing import Twin, read_twin, recipients_of, signatures, was_built_here
from bayyina.app.window import Window
from bayyina.app.workspace import Workspace
from bayyina.custody.determinations import NEEDED_PEOPLE
from bayyina.errors import InputError
from bayyina.figures.engine import FigureEngine
from bayyina.figures.query_tree import Query
from bayyina.figures.results import Figure

RULES: Final = ("methodology", "vocabulary")
"""Parts of the rules that a figure names by their digest."""

UNTOLD: Final = "not-told-by-the-log"
"""A record came or went, and nothing written about it since says why: such as joining."""


@dataclass(frozen=True)
class Revision:
    """What became of one figure."""

    id: str
    """Its id in the report."""

    title: Mapping[str, str]
    """What it shows, by language."""

    query: str
    """The question."""

    published: int
    """The value in the report; of a number that was kept back, what the log of then gives."""

    then: int
    """The value that the log of then gives today."""

    now: int
    """The value now."""

    entered: int
    """Records that count now and did not then."""

    left: int
    """Records that counted then and do not now."""

    groups: tuple[tuple[Mapping[str, str], int, int], ...]
    """Groups whose value changed: key, published, now."""

    reasons: Mapping[str, int]
    """How many of the records that came or went each reason holds of."""

    rules: tuple[str, ...]
    """Parts of the rules that are other ones now."""

    @property
    def is_changed(self) -> bool:
        """Whether what was published no longer holds: the value, or that of a group."""
        return self.published != self.now or bool(self.groups)


@dataclass(frozen=True)
class Ledger:
    """What became of a report."""

    twin: Twin
    """The report."""

    is_known: bool
    """Whether this very file was built in the workspace."""

    is_published: bool
    """Whether two people have released it."""

    revisions: tuple[Revision, ...]
    """Each figure, in the order of the report."""

    actions: Mapping[str, int]
    """What was written into the log since, by action."""

    recipients: tuple[str, ...]
    """Who received it: whom a correction notice goes to."""

    @property
    def changed(self) -> tuple[Revision, ...]:
        """The figures that changed."""
        return tuple(one for one in self.revisions if one.is_changed)


def compare_report(workspace: Workspace, path: Path, progress: Progress) -> Ledger:
    """Count the figures of an earlier report again and say which changed, by how much and why.

    Args:
        workspace: Where the report was built.
        path: The report's machine-readable twin.
        progress: Told figures counted.

    Raises:
        FileUnreadableError: the file is not a report's twin.
        InputError: it was counted from a longer log than this one.
        QueryError: a question cannot be read any more.
        PermissionRefusedError: the member may not build reports.
    """
    require(workspace, "report")
    twin = read_twin(path)
    figures = twin.content["figures"]
    size = max((figure["custody_size"] for figure in figures.values()), default=0)
    if size > workspace.store.log_size():
        raise InputError(
            f"{path} was counted from {size} log entries, and this log has "
            f"{workspace.store.log_size()}.",
            hint="Compare it in the workspace that it was built in.",
        )
    windows: dict[int, Window] = {}
    revisions = []
    with open_engine(workspace, progress) as engine:
        for done, (identifier, figure) in enumerate(figures.items()):
            progress(done, len(figures), "figures compared")
            since = figure["custody_size"]
            window = windows.setdefault(since, Window(workspace, since))
            rebuilt = twin.content.get("recorded_at") is not None
            revisions.append(_revision(engine, identifier, figure, window, rebuilt=rebuilt))
        progress(len(figures), len(figures), "figures compared")
    people = {one.person for one in signatures(workspace, twin.digest)}
    return Ledger(
        twin=twin,
        is_known=was_built_here(workspace, twin),
        is_published=len(people) >= NEEDED_PEOPLE,
        revisions=tuple(revisions),
        actions=windows[min(windows)].actions if windows else {},
        recipients=recipients_of(workspace, twin.digest),
    )


def _revision(
    engine: FigureEngine,
    identifier: str,
    figure: Mapping[str, Any],
    window: Window,
    *,
    rebuilt: bool,
) -> Revision:
    asked = _dated(engine.read(figure["query"]), figure)
    past = _of_then(asked, figure["custody_size"])
    present = replace(asked, recorded_at=None, recorded_size=None) if rebuilt else asked
    then, now = engine.count(past), engine.count(present)
    before = {one.number: one.certain for one in engine.open(past)}
    after = {one.number: one.certain for one in engine.open(present)}
    entered = {n for n, sure in after.items() if _counts(sure, asked) and not before.get(n, False)}
    left = {n for n, sure in before.items() if _counts(sure, asked) and not after.get(n, False)}
    reasons: Counter[str] = Counter()
    for record in entered | left:
        reasons.update(window.causes(record) or {UNTOLD})
    return Revision(
        id=identifier,
        title=figure.get("title", {}),
        query=str(present),
        published=then.value if figure["value"] is None else figure["value"],
        then=then.value,
        now=now.value,
        entered=len(entered),
        left=len(left),
        groups=_groups(figure, now),
        reasons=dict(sorted(reasons.items())),
        rules=_rules(figure, now),
    )


def _dated(asked: Query, figure: Mapping[str, Any]) -> Query:
    """A question for a state, asked for the day that the report was made for."""
    days = (asked.as_of, asked.known_at, asked.recorded_at)
    if asked.state is None or any(days) or not figure.get("as_of"):
        return asked
    return replace(asked, as_of=date.fromisoformat(figure["as_of"]))


def _of_then(asked: Query, size: int) -> Query:
    if asked.recorded_at is not None or asked.recorded_size is not None:
        return asked
    return replace(asked, recorded_size=size)


def _counts(is_certain: bool, asked: Query) -> bool:
    return is_certain or asked.lenient


def _groups(
    figure: Mapping[str, Any], now: Figure
) -> tuple[tuple[Mapping[str, str], int, int], ...]:
    hidden = {tuple(sorted(one["key"].items())) for one in figure["groups"] if one.get("hidden")}
    published = {tuple(sorted(one["key"].items())): one["value"] for one in figure["groups"]}
    present = {tuple(sorted(one.key.items())): one.value for one in now.groups}
    return tuple(
        (dict(key), published.get(key, 0), present.get(key, 0))
        for key in sorted({*published, *present} - hidden)
        if published.get(key, 0) != present.get(key, 0)
    )


def _rules(figure: Mapping[str, Any], now: Figure) -> tuple[str, ...]:
    present = now.to_json()
    return tuple(
        name for name in RULES if figure.get(f"{name}_digest") != present[f"{name}_digest"]
    )
