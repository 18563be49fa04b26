"""Which records have to do with a record: those that point at it, and those that are the same."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bayyina.app.kept_warm import kept_neighbours
from bayyina.app.rows import RecordRow
from bayyina.app.snapshots import refresh_snapshot
from bayyina.app.workspace import Workspace
from bayyina.figures.record_neighbours import Neighbours, Pointer
from bayyina.figures.relations import PERSON, person_link


@dataclass(frozen=True)
class Surroundings:
    """What has to do with a record."""

    linked: tuple[Pointer, ...]
    """Records that point at the record itself."""

    same_as: tuple[int, ...]
    """Other records about the same somebody; of an act that happens to a person once, other
    accounts of it."""

    accounts: tuple[int, ...]
    """Those of ``same_as`` that are other accounts of one act; empty for people."""

    circle: frozenset[int]
    """All records that have to do with it: itself, those above, whoever it is about, and what
    points at any of them."""


def surroundings(workspace: Workspace, record: RecordRow, links: Collection[int]) -> Surroundings:
    """What has to do with a record; ``links`` are the records that its statements point at."""
    with _neighbours(workspace) as neighbours:
        own = neighbours.pointing_at([record.number])
        kind = workspace.vocabulary.types.get(record.record_type)
        people: set[int] = set()
        if record.record_type == PERSON:
            people = set(neighbours.same_people(record.number))
            same = people - {record.number}
        else:
            link = person_link(workspace.vocabulary, record.record_type) if kind else None
            targets = _people(workspace, links) if link is not None else []
            for person in targets:
                people.update(neighbours.same_people(person))
            same = set()
        if people == {record.number}:
            about = own
        else:
            about = neighbours.pointing_at(people) if people else []
        if kind is not None and kind.once:
            same = {p.record for p in about if p.record_type == record.record_type}
            same.discard(record.number)
        further = neighbours.pointing_at(same) if same and not people & same else []
    circle = {record.number, *links, *same, *people, *(p.record for p in (*own, *about, *further))}
    accounts = () if record.record_type == PERSON else tuple(sorted(same))
    return Surroundings(tuple(own), tuple(sorted(same)), accounts, frozenset(circle))


def pointers_at(workspace: Workspace, records: Collection[int]) -> list[Pointer]:
    """What points at any of some records."""
    if not records:
        return []
    with _neighbours(workspace) as neighbours:
        return neighbours.pointing_at(records)


def same_people_of(workspace: Workspace, person: int) -> list[int]:
    """Records of people that are joined with one, itself among them."""
    with _neighbours(workspace) as neighbours:
        return neighbours.same_people(person)


def same_as_any(workspace: Workspace, people: Collection[int]) -> set[int]:
    """People who are the same as one of some people, these among them."""
    if not people:
        return set()
    with _neighbours(workspace) as neighbours:
        return neighbours.same_as_any(people)


def _people(workspace: Workspace, links: Collection[int]) -> list[int]:
    rows = workspace.store.find(RecordRow, "number", sorted(links))
    return [row.number for row in rows if row.record_type == PERSON]


@contextmanager
def _neighbours(workspace: Workspace) -> Iterator[Neighbours]:
    snapshot = refresh_snapshot(workspace, _unseen)
    with kept_neighbours(workspace, snapshot) as neighbours:
        yield neighbours


def _unseen(done: int, total: int | None, what: str) -> None:
    """Progress that nobody is shown."""
