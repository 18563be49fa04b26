"""The figure engines that the server keeps, and counting ahead in large workspaces.

In a small workspace every answer is over the newest state of the log. In a large one the tables
that figures are counted on take seconds to make: while they are made anew in the background,
questions are answered at the state before, and pages say how many entries are still to be
counted. That is done only where the newer entries add statements; after a correction, a
withdrawal, an undoing or an erasure everybody waits for the newest state.

A page asks many figures. While others write, each would stand for a newer state, whose tables must
be made first: within ``one_state`` nothing is made anew for what was written after its first
figure.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from bayyina.app.changed_since import changes_since
from bayyina.app.counting import open_engine
from bayyina.app.rewinding_engine import THREADS as USUAL_THREADS
from bayyina.app.small_groups import sees_small_groups
from bayyina.app.snapshots import refresh_snapshot, snapshot_folder
from bayyina.app.workspace import Workspace
from bayyina.db.connecting import close_this_thread
from bayyina.errors import BayyinaError
from bayyina.figures.engine import FigureEngine
from bayyina.figures.snapshot import read_pointer
from bayyina.web.faults import log_fault
from bayyina.web.kept_answers import REST, KeptAnswers

LARGE: Final = 300_000
"""Statements from which figures are counted ahead."""

AHEAD: Final = 64
"""So many of the latest questions are asked of new tables before these come in place."""

THREADS: Final = 1
"""Threads that new tables are made with: pages go on being answered beside it."""


class _Reading(threading.local):
    """What this thread is reading for."""

    is_page = False
    size: int | None = None


_reading = _Reading()


@contextmanager
def one_state() -> Iterator[None]:
    """Figures that this thread asks meanwhile are content with the log as it was at the first."""
    _reading.is_page, _reading.size = True, None
    try:
        yield
    finally:
        _reading.is_page, _reading.size = False, None


def _wanted(workspace: Workspace) -> int:
    """Entries of the log that an answer has to cover."""
    if not _reading.is_page:
        return workspace.store.log_size()
    if _reading.size is None:
        _reading.size = workspace.store.log_size()
    return _reading.size


def quiet(_done: int, _total: int | None, _what: str) -> None:
    """Progress that nobody watches."""


@dataclass
class Standing:
    """An engine, and the state that it answers at."""

    engine: FigureEngine
    """Counts over that state."""

    size: int
    """Entries of the log that it covers."""

    before: FigureEngine | None = None
    """The engine in whose place it came, for who still reads from it."""

    looked: int = 0
    """Entries up to which it is known whether newer ones only add; none are newer at first."""

    only_adds: bool = True
    """Whether they do."""


@dataclass
class KeptFigures:
    """The engines of one workspace: for those who may know of small groups, and for others."""

    _answers: KeptAnswers = field(default_factory=KeptAnswers)
    _held: dict[bool, Standing] = field(default_factory=dict)
    _asked: dict[bool, OrderedDict[str, Callable[[FigureEngine], object]]] = field(
        default_factory=lambda: {True: OrderedDict(), False: OrderedDict()}
    )
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _making: set[bool] = field(default_factory=set)
    _not_before: float = 0.0
    _generation: int = 0

    def standing(self, workspace: Workspace) -> Standing:
        """The engine for the member at work."""
        kind = sees_small_groups(workspace.member)
        wanted = _wanted(workspace)
        with self._lock:
            held = self._held.get(kind)
            if held is not None and held.size >= wanted:
                return held
            if held is None:
                self._held[kind] = _fresh(workspace)
            elif _is_large(held) and _only_adds(workspace, held):
                self._begin(workspace, kind)
            else:
                self._renew(workspace, held)
            return self._held[kind]

    @property
    def is_large(self) -> bool:
        """Whether the workspace is so large that what takes long is answered a little late."""
        with self._lock:
            return any(_is_large(held) for held in self._held.values())

    def ask_ahead(
        self, workspace: Workspace, key: str, ask: Callable[[FigureEngine], object]
    ) -> None:
        """Ask the next tables this too before they come in place, and keep the answer as ``key``."""
        asked = self._asked[sees_small_groups(workspace.member)]
        with self._lock:
            asked[key] = ask
            asked.move_to_end(key)
            while len(asked) > AHEAD:
                asked.popitem(last=False)

    def uncounted(self, workspace: Workspace) -> int:
        """Entries of the log that the answers do not cover yet."""
        with self._lock:
            held = self._held.get(sees_small_groups(workspace.member))
        return 0 if held is None else max(0, workspace.store.log_size() - held.size)

    def let_go(self) -> None:
        """Close the engines."""
        with self._lock:
            self._generation += 1
            for held in self._held.values():
                held.engine.close()
                if held.before is not None:
                    held.before.close()
            self._held.clear()

    def _renew(self, workspace: Workspace, held: Standing) -> None:
        snapshot = refresh_snapshot(workspace, quiet)
        held.engine.pin(snapshot)
        held.size = snapshot.pointer.custody_size
        held.looked, held.only_adds = held.size, True

    def _begin(self, workspace: Workspace, kind: bool) -> None:
        """Make the engine for the newest state in a thread, unless one is being made."""
        if kind in self._making or time.monotonic() < self._not_before:
            return
        self._making.add(kind)
        threading.Thread(
            target=self._make, args=(workspace, kind, self._generation), name="figures", daemon=True
        ).start()

    def _make(self, workspace: Workspace, kind: bool, generation: int) -> None:
        started = time.monotonic()
        try:
            fresh = _fresh(workspace, THREADS)
            with self._lock:
                asked = dict(self._asked[kind])
            answers = {key: _answer(ask, fresh.engine) for key, ask in asked.items()}
            fresh.engine.use_threads(USUAL_THREADS)
            with self._lock:
                if generation != self._generation:
                    fresh.engine.close()
                    return
                old = self._held.get(kind)
                self._held[kind] = fresh
                if old is not None:
                    fresh.before = old.engine
                    if old.before is not None:
                        old.before.close()
            self._answers.put({k: v for k, v in answers.items() if v is not None}, fresh.size)
        except Exception as error:  # noqa: BLE001 - what stands goes on answering
            log_fault("Counting ahead", error)
        finally:
            with self._lock:
                self._making.discard(kind)
                self._not_before = time.monotonic() + REST * (time.monotonic() - started)
            close_this_thread()


def _fresh(workspace: Workspace, threads: int = USUAL_THREADS) -> Standing:
    """An engine over the newest state, its tables made."""
    engine = open_engine(workspace, quiet, threads=threads)
    size = engine.prepare().pointer.custody_size
    return Standing(engine, size, looked=size)


def _answer(ask: Callable[[FigureEngine], object], engine: FigureEngine) -> object:
    """What an engine answers; None where it cannot answer: whoever asks is told why then."""
    try:
        return ask(engine)
    except BayyinaError:
        return None


def _is_large(held: Standing) -> bool:
    state = held.engine.state
    return sum(part.rows for part in state.pointer.statements) >= LARGE


def is_large(workspace: Workspace) -> bool:
    """Whether a workspace is large, as far as its snapshot tells before anything is counted."""
    try:
        pointer = read_pointer(snapshot_folder(workspace))
    except BayyinaError:
        return False
    return pointer is not None and sum(part.rows for part in pointer.statements) >= LARGE


def _only_adds(workspace: Workspace, held: Standing) -> bool:
    """Whether all entries since only add; each is looked at once."""
    size = workspace.store.log_size()
    if held.only_adds and held.looked < size:
        changed = changes_since(workspace, held.looked)
        held.only_adds = changed is not None and changed.is_more
        held.looked = size
    return held.only_adds
