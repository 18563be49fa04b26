"""What a long-running program keeps in memory of a workspace, so that each request need not read it anew.

A command reads what it needs and ends. A server calls ``keep_warm`` once for the folder that it
serves; names and neighbours of records are then kept until the log grows by something that may
change them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Generic, TypeVar

from bayyina.app.changed_since import changes_since
from bayyina.app.live import live_batches, live_statements, sequenced_batches
from bayyina.app.workspace import Workspace
from bayyina.figures.name_index import NameIndex
from bayyina.figures.name_search import NameSearch
from bayyina.figures.record_neighbours import Neighbours
from bayyina.figures.snapshot import Snapshot
from bayyina.figures.text_index import TextIndex, texts_of
from bayyina.keys.sealing import is_sealed

NAMELESS: Final = frozenset(
    {"judge", "determine", "add-member", "set-roles", "link", "sample-links", "look-at-evidence"}
    | {"add-case", "add-outside-reviewer", "name-outside-records", "request-outside-decision"}
    | {"accept-outside-decision", "set-second-factor", "reset-second-factor"}
    | {"copy-evidence", "check-evidence", "keep-time-stamp", "keep-calendar-proof"}
    | {"keep-cosignatures", "publish-report", "build-report", "export-log"}
)
"""Actions that state nothing about any record; names stay as they are."""

MOST_RENEWED: Final = 2_000
"""Records of which what is kept is renewed one by one; after more it is made anew."""

T = TypeVar("T", NameIndex, Neighbours, TextIndex)


@dataclass
class _Kept(Generic[T]):
    """One thing, and the size of the log that it stands for."""

    size: int = -1
    thing: T | None = None
    lock: threading.RLock = field(default_factory=threading.RLock)

    def at(self, size: int, renew: Callable[[T, int], bool], make: Callable[[], T]) -> T:
        """The thing for a log of ``size`` entries: as it is, brought up to date, or made anew."""
        with self.lock:
            if self.thing is None or (self.size != size and not renew(self.thing, self.size)):
                self.thing = make()
            self.size = size
            return self.thing


@dataclass
class _Warm:
    """What is kept of one workspace."""

    names: _Kept[NameIndex] = field(default_factory=_Kept)
    neighbours: _Kept[Neighbours] = field(default_factory=_Kept)
    texts: _Kept[TextIndex] = field(default_factory=_Kept)


_warm: dict[Path, _Warm] = {}


def keep_warm(folder: Path) -> None:
    """Keep what is read of the workspace in ``folder`` from now on."""
    _warm.setdefault(folder.resolve(), _Warm())


def let_go(folder: Path) -> None:
    """Keep nothing of it any more."""
    _warm.pop(folder.resolve(), None)


def kept_names(workspace: Workspace, snapshot: Snapshot) -> NameIndex | None:
    """The index of names that is kept of a workspace; None where nothing is kept."""
    warm = _warm.get(workspace.folder.resolve())
    if warm is None:
        return None
    return warm.names.at(
        snapshot.pointer.custody_size,
        lambda index, since: _renew_names(workspace, index, since),
        lambda: NameIndex(snapshot, workspace.vocabulary),
    )


def kept_texts(
    workspace: Workspace, snapshot: Snapshot, kinds: Collection[tuple[str, str]]
) -> TextIndex | None:
    """The index of texts that is kept of a workspace; None where nothing is kept."""
    warm = _warm.get(workspace.folder.resolve())
    if warm is None:
        return None
    return warm.texts.at(
        snapshot.pointer.custody_size,
        lambda index, since: _renew_texts(workspace, kinds, index, since),
        lambda: TextIndex(texts_of(snapshot, kinds)),
    )


@contextmanager
def kept_neighbours(workspace: Workspace, snapshot: Snapshot) -> Iterator[Neighbours]:
    """What looks neighbours of records up: kept, and this thread's alone meanwhile, or made anew."""
    warm = _warm.get(workspace.folder.resolve())
    if warm is None:
        fresh = Neighbours(snapshot, workspace.vocabulary)
        try:
            yield fresh
        finally:
            fresh.close()
        return
    with warm.neighbours.lock:
        yield warm.neighbours.at(
            snapshot.pointer.custody_size,
            lambda kept, since: _renew_neighbours(workspace, snapshot, kept, since),
            lambda: Neighbours(snapshot, workspace.vocabulary, kept=True),
        )


def _renew_names(workspace: Workspace, index: NameIndex, since: int) -> bool:
    """Lay the names of records that changed over the index; false where too much did."""
    if all(
        row.action in NAMELESS
        for row in sequenced_batches(workspace.store)
        if (row.entry or 0) >= since
    ):
        return True
    changed = changes_since(workspace, since)
    if changed is None or not index.can_lay_over(changed.records):
        return False
    search = NameSearch(_stated(workspace, changed.records), workspace.vocabulary)
    try:
        index.lay_over(changed.records, search.everything())
    finally:
        search.close()
    return True


def _renew_neighbours(
    workspace: Workspace, snapshot: Snapshot, kept: Neighbours, since: int
) -> bool:
    """Bring neighbours of records that changed up to date; false where too much did."""
    changed = changes_since(workspace, since)
    if changed is None or len(changed.records) > MOST_RENEWED:
        return False
    kept.renew(snapshot, changed.records, _stated(workspace, changed.records))
    return True


def _renew_texts(
    workspace: Workspace, kinds: Collection[tuple[str, str]], index: TextIndex, since: int
) -> bool:
    """Bring texts of records that changed up to date; false where too much did."""
    changed = changes_since(workspace, since)
    if changed is None or len(changed.records) > MOST_RENEWED:
        return False
    rows = _stated(workspace, changed.records)
    index.lay_over(
        changed.records,
        (
            (record, kind, name, text)
            for record, kind, name, text in rows
            if text and (kind, name) in kinds
        ),
    )
    return True


def _stated(
    workspace: Workspace, records: Collection[int]
) -> list[tuple[int, str, str, str | None]]:
    """What stands of some records and is not sealed: record, type, property, value."""
    store = workspace.store
    with store.read():
        names = {term: pair for pair, term in store.terms().items()}
        rows = live_statements(store, sorted(records), live_batches(store))
    return [(row.record, *names[row.term], row.value) for row in rows if not is_sealed(row.value)]
