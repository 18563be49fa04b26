"""What the server process holds: one workspace, its figure engine, and who is at work in it."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar

from bayyina.app.founding import Equipment
from bayyina.app.interface_tokens import work_with_token
from bayyina.app.kept_warm import keep_warm, let_go
from bayyina.app.key_generations import is_in_force
from bayyina.app.locking import lock_mark
from bayyina.app.members import current_members
from bayyina.app.permissions import allows, require
from bayyina.app.small_groups import sees_small_groups
from bayyina.app.workspace import Workspace
from bayyina.db.opening import is_fictional, open_equipment, sign_in
from bayyina.errors import BusyError, StorageError, WorkspaceError
from bayyina.figures.engine import FigureEngine
from bayyina.figures.results import Figure, RecordRef
from bayyina.remote.object_store import open_object_store
from bayyina.web.kept_answers import KeptAnswers
from bayyina.web.kept_figures import KeptFigures, is_large
from bayyina.web.kept_figures import quiet as quiet
from bayyina.web.later import loaded

TOKEN: Final = "unlocked"  # noqa: S105 - the name of an entry in the session
"""Entry of a session under which the secret of an unlocked key stands."""

IDLE: Final = timedelta(minutes=60)
"""After so long without a request a person's unlocked key is forgotten."""

HALF_WAY: Final = timedelta(minutes=10)
"""After so long it is, where the second factor was never given."""

WARMING: Final = "bayyina.web.warming"
"""Reads what pages need; loaded when it is wanted, because the server starts without it."""

PAUSES: Final = (0.2, 0.8)
"""Seconds after which a figure is asked again whose snapshot was renewed meanwhile."""

T = TypeVar("T")


@dataclass
class Unlocked:
    """A person who is signed in."""

    workspace: Workspace
    """The workspace with this person at work, their key unlocked in memory."""

    last_seen: datetime
    """When they last asked for a page."""

    is_whole: bool = False
    """Whether they are signed in altogether: with their second factor, where they have one."""

    secrets: dict[str, bytes] = field(default_factory=dict, repr=False)
    """Keys of files that were made for this person alone, by name; gone when they sign out."""


@dataclass
class Server:
    """One workspace, served to several people by one process."""

    equipment: Equipment
    """Store, vocabulary, gazetteer, clock."""

    people: dict[str, Unlocked] = field(default_factory=dict)
    """Who is signed in, by the secret that their session holds."""

    _lock: threading.RLock = field(default_factory=threading.RLock)
    _mark: bytes = b""
    _is_warm: bool = False
    _answers: KeptAnswers = field(default_factory=KeptAnswers)
    _figures: KeptFigures = field(init=False)

    def __post_init__(self) -> None:
        """Let figures that were counted ahead be kept beside the other answers."""
        self._figures = KeptFigures(self._answers)

    @classmethod
    def open(cls, folder: Path) -> Server:
        """Serve the workspace in ``folder``.

        Raises:
            WorkspaceError: the folder is not a workspace, or one of a newer version.
        """
        equipment = open_equipment(folder)
        keep_warm(equipment.folder)
        return cls(equipment, _mark=lock_mark(folder))

    @property
    def is_fictional(self) -> bool:
        """Whether all in the workspace is invented."""
        return is_fictional(self.equipment.folder)

    def unlock(self, handle: str, passphrase: str) -> str:
        """Unlock a member's key; the secret under which it is kept.

        Raises:
            KeyLockedError: the handle or the passphrase is wrong.
        """
        workspace = replace(
            sign_in(self.equipment, handle, passphrase), object_stores=open_object_store
        )
        token = secrets.token_urlsafe(32)
        with self._lock:
            self.people[token] = Unlocked(workspace, self.equipment.clock.now())
        self._read_ahead(workspace)
        return token

    def _read_ahead(self, workspace: Workspace) -> None:
        """Begin to read what pages of a large workspace need, for the first who may read records."""
        if not allows(workspace.member, "export-records"):
            return
        with self._lock:
            is_first, self._is_warm = not self._is_warm, True
        if is_first and is_large(workspace):
            threading.Thread(
                target=lambda: loaded(WARMING).read_ahead(workspace), name="warming", daemon=True
            ).start()

    def at_work(self, token: str | None, *, is_whole: bool = True) -> Workspace | None:
        """The workspace of the person whose session holds ``token``, with the roles of now.

        ``is_whole`` is false while somebody is still asked for their second factor.

        None when nobody is unlocked under it, when they were idle for too long, when they are a
        member no longer, or when their key or the case key was replaced since.
        """
        self.obey_lock()
        now = self.equipment.clock.now()
        with self._lock:
            for other, one in list(self.people.items()):
                if now - one.last_seen > (IDLE if one.is_whole else HALF_WAY):
                    del self.people[other]
            found = self.people.get(token or "")
            if found is None:
                return None
            found.last_seen = now
            found.is_whole = found.is_whole or is_whole
        handle, known = found.workspace.member.handle, found.workspace.member.sign_public
        store = self.equipment.store
        if not is_in_force(store, found.workspace.keys.case_key):
            self._forget_all()
            return None
        for member in current_members(store):
            if (member.handle, member.sign_public) == (handle, known):
                return _with_roles(found.workspace, member.roles)
        self.forget(token)
        return None

    def obey_lock(self) -> bool:
        """Forget everybody's keys if somebody gave the command ``bayyina lock``; whether they did."""
        mark = lock_mark(self.equipment.folder)
        if mark == self._mark:
            return False
        self._mark = mark
        self._forget_all()
        return True

    def _forget_all(self) -> None:
        """Forget everybody's keys, and what was read with them."""
        with self._lock:
            self.people.clear()
            self._answers.forget()
            self._is_warm = False
            self._figures.let_go()
        let_go(self.equipment.folder)
        keep_warm(self.equipment.folder)

    def with_token(self, text: str) -> Workspace:
        """The workspace with the owner of a token of the programming interface at work.

        Raises:
            KeyLockedError: the token is none of this workspace, or holds no longer.
        """
        return replace(work_with_token(self.equipment, text), object_stores=open_object_store)

    def keep_secret(self, token: str | None, name: str, secret: bytes) -> None:
        """Keep the key of a file for as long as the person of a session stays signed in."""
        with self._lock:
            found = self.people.get(token or "")
            if found is not None:
                found.secrets[name] = secret

    def secret(self, token: str | None, name: str) -> bytes | None:
        """The key of a file that was made in a session; None where it was forgotten."""
        with self._lock:
            found = self.people.get(token or "")
            return found.secrets.get(name) if found is not None else None

    def forget(self, token: str | None) -> None:
        """Forget an unlocked key."""
        with self._lock:
            self.people.pop(token or "", None)

    def forget_member(self, handle: str) -> None:
        """Forget the unlocked keys of a member, wherever they are signed in."""
        with self._lock:
            for token, one in list(self.people.items()):
                if one.workspace.member.handle == handle:
                    del self.people[token]

    def remembered(self, what: str, make: Callable[[], T], size: int | None = None) -> T:
        """What ``make`` answers, kept until the log grows; it must not depend on who asks.

        ``size`` is the size of the log that it answers for, where that is not the newest.
        """
        if size is None:
            size = self.equipment.store.log_size()
        return self._answers.get(what, size, make)

    def remembered_late(self, what: str, make: Callable[[], T]) -> T:
        """The same; in a large workspace as it was a moment ago, while it is made anew."""
        size = self.equipment.store.log_size()
        if self._figures.is_large:
            return self._answers.get_late(what, size, make)
        return self._answers.get(what, size, make)

    @contextmanager
    def engine(self, workspace: Workspace) -> Iterator[FigureEngine]:
        """The figure engine for the member at work, kept warm between requests."""
        yield self._figures.standing(workspace).engine

    def uncounted(self, workspace: Workspace) -> int:
        """Entries of the log that figures do not cover yet; nearly always none."""
        return self._figures.uncounted(workspace)

    def count(self, workspace: Workspace, query: str) -> Figure:
        """The answer to a figure query, kept until the log grows or the day ends.

        Raises:
            QueryError: the query cannot be read, or asks for what cannot be counted.
            PermissionRefusedError: the member may not count.
        """
        require(workspace, "count")

        key = f"count {self._today()} {sees_small_groups(workspace.member)} {query}"
        return self._counted(workspace, key, lambda engine: engine.count(query))

    def opened(
        self, workspace: Workspace, query: str, first: int, last: int
    ) -> tuple[RecordRef, ...]:
        """The records from ``first`` to before ``last`` that a query counts, kept as long.

        Raises:
            PermissionRefusedError: the member may not read all records.
        """
        require(workspace, "export-records")

        key = f"open {self._today()} {first} {last} {query}"
        return self._counted(
            workspace,
            key,
            lambda engine: tuple(islice(engine.open(query, limit=last), first, None)),
        )

    def _counted(self, workspace: Workspace, key: str, ask: Callable[[FigureEngine], T]) -> T:
        """What the engine answers; also the next one is asked, before it comes in its place."""
        self._figures.ask_ahead(workspace, key, ask)
        size = self._figures.standing(workspace).size
        return self.remembered(
            key, lambda: _again(lambda: ask(self._figures.standing(workspace).engine)), size
        )

    def _today(self) -> str:
        return self.equipment.clock.now().date().isoformat()

    def close(self) -> None:
        """Let go of the database and forget all keys."""
        with self._lock:
            self.people.clear()
            self._figures.let_go()
        let_go(self.equipment.folder)
        self.equipment.store.close()


def _again(make: Callable[[], T]) -> T:
    """What ``make`` answers; asked again where background work renews the snapshot meanwhile.

    A list that is being taken in writes the snapshot in its own thread: the files that a request
    had begun to read may be gone.
    """
    for pause in PAUSES:
        try:
            return make()
        except (StorageError, BusyError):
            time.sleep(pause)
    return make()


def _with_roles(workspace: Workspace, roles: str) -> Workspace:
    return replace(workspace, member=workspace.member._replace(roles=roles))


class _Running:
    """The one server of this process."""

    server: Server | None = None


def serve_from(make: Callable[[], Server]) -> Server:
    """Let ``make`` open the server of this process."""
    _Running.server = make()
    return _Running.server


def server() -> Server:
    """The server of this process.

    Raises:
        WorkspaceError: none was opened.
    """
    if _Running.server is None:
        raise WorkspaceError("No workspace is being served.", hint="Start it with `bayyina serve`.")
    return _Running.server
