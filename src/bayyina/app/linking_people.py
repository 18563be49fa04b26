"""The people of a workspace as rows for linking.

They are read in memory, after the workspace was unlocked; nothing of it is written anywhere.
With ``keyed`` each word of a name is replaced by a digest under a key of this workspace
(``linking_keyed``) before anything is compared.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np

from bayyina.app.linking_keyed import NameSealer
from bayyina.app.live import live_batches, live_statements
from bayyina.app.opening_sealed import rows_if_cleared
from bayyina.app.ports import Progress
from bayyina.app.snapshots import refresh_snapshot
from bayyina.app.workspace import Workspace
from bayyina.figures.people_rows import (
    NAMES,
    OpenedFact,
    PeopleRows,
    read_people_rows,
    read_sealed_people,
)
from bayyina.figures.relations import PERSON
from bayyina.keys.sealing import is_sealed
from bayyina.linkage.arrays import Ints32
from bayyina.linkage.columns import Field, PersonList

FIELDS: Final = (
    Field("name", "name"),
    Field("given", "name.given"),
    Field("father", "name.father"),
    Field("family", "name.family"),
    Field("mother", "name.mother"),
    Field("birth", "birth"),
    Field("date", "taken"),
    Field("date", "died"),
    Field("sex", "sex"),
    Field("place", "place"),
    Field("register", "register"),
    Field("register_place", "register_place"),
)
"""What is compared, in every workspace the same, so that a model once estimated can be used
again for what comes later."""

REASON: Final = "to find out which records are about one person"
"""Why names are opened, as the log has it."""


@dataclass(frozen=True)
class WorkspacePeople:
    """People of a workspace, ready to be linked."""

    read: PeopleRows
    """The rows as they were read; names in clear."""

    rows: PersonList
    """The rows as they are compared: names as digests where that was asked for."""

    apart: Ints32
    """Groups of rows no two of which are one person, shape (rows,)."""

    different: tuple[tuple[int, int], ...]
    """Pairs of rows that people judged to be different."""


def read_workspace_people(
    workspace: Workspace,
    progress: Progress,
    *,
    unique: Collection[str] = (),
    keyed: bool = False,
) -> WorkspacePeople:
    """Read the people who stand.

    Somebody whose identity is sealed is compared only where the member at work is cleared; that
    their names were opened for it is logged.

    Args:
        workspace: Where they are.
        progress: Told of the snapshot.
        unique: Names of lists that repeat nobody, besides those whose mapping said so.
        keyed: Whether names are replaced by keyed digests.
    """
    snapshot = refresh_snapshot(workspace, progress)
    opened = _opened(workspace, read_sealed_people(snapshot))
    read = read_people_rows(snapshot, workspace.vocabulary, unique=unique, opened=opened)
    columns = dict(read.columns)
    if keyed:
        sealer = NameSealer(workspace.keys.marks)
        columns |= {name: sealer.sealed(columns[name]) for name in NAMES}
    place = {record: at for at, record in enumerate(read.records)}
    return WorkspacePeople(
        read=read,
        rows=PersonList("workspace", [str(number) for number in read.records], columns),
        apart=np.array(read.groups, dtype=np.int32),
        different=tuple(
            (place[a], place[b]) for a, b in read.different if a in place and b in place
        ),
    )


def _opened(workspace: Workspace, people: Collection[int]) -> list[OpenedFact]:
    """What sealed statements about people say, if the member at work is cleared."""
    if not people:
        return []
    sealed = rows_if_cleared(workspace, "linkage", (), reason=REASON)
    if sealed is None:
        return []
    store = workspace.store
    names = {term: name for (kind, name), term in store.terms().items() if kind == PERSON}
    hidden = [
        row
        for row in live_statements(store, people, live_batches(store))
        if is_sealed(row.value) and row.term in names
    ]
    return [
        OpenedFact(row.record, names[row.term], row.value or "", row.source)
        for row in sealed.opened(hidden)
        if not is_sealed(row.value)
    ]
