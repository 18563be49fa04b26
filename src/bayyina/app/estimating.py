"""Capture histories of a workspace: who is on which list among those that a figure counts.

A list is a source, and copies of one origin are one list. People are those that figures
count: records that were joined are one person, so what is estimated rests on the same
linkage as every other number of the workspace.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bayyina.app.counting import open_engine
from bayyina.app.permissions import require
from bayyina.app.ports import Progress
from bayyina.app.small_groups import refuse_sensitive
from bayyina.app.source_origins import origins_by_name
from bayyina.app.workspace import Workspace
from bayyina.errors import InputError
from bayyina.estimation.capture_table import MOST_LISTS
from bayyina.estimation.captures import Captures, History, Key, make_captures, read_impossible
from bayyina.estimation.results import Reason
from bayyina.figures.engine import FigureEngine
from bayyina.figures.query_tree import Query

SOURCE_KEY = "source"
"""Key of figure queries that divides by list."""

OPEN_STATES = frozenset({"held", "disappeared", "released", "located"})
"""States that people enter and leave: as of a day they are no closed population."""

_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class _Lists:
    """Lists with the people on them."""

    names: tuple[str, ...]
    """Their names, in order."""

    people: tuple[frozenset[int], ...]
    """Record numbers of the people on each."""

    joined: tuple[tuple[str, ...], ...]
    """Names of sources that are one list because they go back to one origin."""


def capture_histories(
    workspace: Workspace,
    query: str,
    progress: Progress,
    *,
    lists: Sequence[str] = (),
    by: Sequence[str] = (),
    impossible: Sequence[str] = (),
) -> Captures:
    """Who is on which list among the people that a figure query counts.

    Args:
        workspace: The workspace.
        query: A figure query that counts persons, such as ``count persons with Death``; keys
            that it names divide the people.
        progress: Told of the work on the snapshot.
        lists: Sources (or origins) to use; empty for all.
        by: Further keys that divide the people.
        impossible: Histories that nobody can have.

    Raises:
        QueryError: the query cannot be read, or asks for what cannot be counted.
        InputError: it counts something else than persons, or there is no such source.
        PermissionRefusedError: the member may not count.
    """
    require(workspace, "count")
    origins = origins_by_name(workspace)
    with open_engine(workspace, progress, exact=True) as engine:
        asked = engine.read(query)
        _check(asked)
        keys = tuple(dict.fromkeys((*asked.keys, *by)))
        divided = engine.read(str(replace(asked, keys=keys)))
        refuse_sensitive(divided, engine.words.vocabulary, workspace.member)
        if SOURCE_KEY in keys:
            raise InputError("The sources are the lists already.", hint="Divide by another key.")
        bare = replace(asked, keys=())
        whole = engine.count(bare)
        found = _lists(_members(engine, bare, SOURCE_KEY), origins, lists)
        places = [_members(engine, bare, key) for key in keys]
    counted = _counted(found, places)
    notes = _notes(found, uncertain=0 if asked.lenient else whole.range[1] - whole.value)
    return make_captures(
        found.names,
        counted,
        by=keys,
        impossible=read_impossible(impossible, found.names),
        notes=notes,
        inputs={
            "query": str(asked),
            "custody_size": whole.custody_size,
            "methodology": whole.methodology,
            "methodology_digest": whole.methodology_digest,
            "vocabulary_digest": whole.vocabulary_digest,
            **{f"linkage_{name}": value for name, value in whole.linkage.items()},
        },
        is_open=asked.state is not None and asked.state.name in OPEN_STATES,
    )


def _check(asked: Query) -> None:
    if asked.unit != "persons":
        raise InputError(
            f"An estimate is of persons; the query counts {asked.unit}.",
            hint="Ask for people, such as: count persons with Death.",
        )


def _members(engine: FigureEngine, bare: Query, key: str) -> dict[str, frozenset[int]]:
    """Record numbers of the people in each group of a key."""
    divided = engine.read(str(replace(bare, keys=(key,))))
    groups = [group.key[key] for group in engine.count(divided).groups]
    return {
        name: frozenset(
            record.number
            for record in engine.open(divided, group={key: name})
            if record.certain or bare.lenient
        )
        for name in groups
        if name != _UNKNOWN
    }


def _lists(
    by_source: Mapping[str, frozenset[int]], origins: Mapping[str, str], wanted: Sequence[str]
) -> _Lists:
    """Sources put together by origin, those that were asked for."""
    groups: dict[str, list[str]] = {}
    for name in sorted(by_source):
        groups.setdefault(origins.get(name, name), []).append(name)
    if wanted:
        groups = _chosen(groups, wanted)
    names = {root: parts[0] if len(parts) == 1 else root for root, parts in groups.items()}
    if not names:
        raise InputError(
            "The query counts nobody of whom a source is known.", hint="Ask for other people."
        )
    if len(names) > MOST_LISTS:
        raise InputError(
            f"{len(names)} sources speak of these people; at most {MOST_LISTS} lists are compared.",
            hint="Name the lists to use with --list.",
        )
    return _Lists(
        names=tuple(names.values()),
        people=tuple(
            frozenset().union(*(by_source[name] for name in parts)) for parts in groups.values()
        ),
        joined=tuple(tuple(parts) for parts in groups.values() if len(parts) > 1),
    )


def _chosen(groups: Mapping[str, list[str]], wanted: Sequence[str]) -> dict[str, list[str]]:
    roots = {name: root for root, parts in groups.items() for name in (root, *parts)}
    chosen: dict[str, list[str]] = {}
    for name in wanted:
        if name not in roots:
            known = ", ".join(name for parts in groups.values() for name in parts)
            raise InputError(
                f"No source {name!r} speaks of these people.", hint=f"Those that do: {known}."
            )
        root = roots[name]
        parts = groups[root] if name == root else [name]
        chosen[root] = sorted({*chosen.get(root, []), *parts})
    return chosen


def _counted(
    lists: _Lists, places: Sequence[Mapping[str, frozenset[int]]]
) -> dict[tuple[Key | None, History], int]:
    """People by stratum and history; whoever stands in no stratum, or in several, is in none."""
    values: list[dict[int, str | None]] = []
    for groups in places:
        of_person: dict[int, str | None] = {}
        for value, people in groups.items():
            for person in people:
                of_person[person] = None if person in of_person else value
        values.append(of_person)
    counted: dict[tuple[Key | None, History], int] = {}
    for person in frozenset().union(*lists.people):
        history = tuple(int(person in people) for people in lists.people)
        stated = [of_person.get(person) for of_person in values]
        key = None if None in stated else tuple(value for value in stated if value is not None)
        counted[key, history] = counted.get((key, history), 0) + 1
    return counted


def _notes(lists: _Lists, *, uncertain: int) -> list[Reason]:
    notes = [Reason("lists-of-one-origin", {"lists": names}) for names in lists.joined]
    if uncertain:
        notes.append(Reason("possible-left-out", {"people": uncertain}))
    return [*notes, Reason("linkage-taken-as-certain")]
